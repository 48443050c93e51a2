use super::{TicketDepartmentId, TicketsFault};
use crate::value::{CommonFault, Entity, FaultCode as _, List, LocalizedText, Localizer, Refusal};

/// Users who answer tickets about the same things.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct TicketDepartment {
    /// What it is called, unique whatever its case.
    pub name: String,
    /// The name in other languages, under the key `name`.
    pub resources: List<LocalizedText>,
}

impl TicketDepartment {
    /// The one that is there from the start.
    pub const FIRST: &'static str = "Support";

    /// One without tickets is deleted, unless it is the last.
    ///
    /// # Errors
    /// A conflict.
    pub fn check_deletable(is_last: bool, has_tickets: bool) -> Result<(), Refusal> {
        let last = is_last.then(|| TicketsFault::LastDepartment.fault());
        let used = has_tickets.then(|| CommonFault::InUse.fault());
        let faults: Vec<_> = last.into_iter().chain(used).collect();
        if faults.is_empty() { Ok(()) } else { Err(Refusal::Conflict(faults)) }
    }
}

impl Entity for TicketDepartment {
    type Id = TicketDepartmentId;
    const RESOURCE: &'static str = "ticket_department";

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        localizer.localize(&self.resources, "name", &mut self.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_the_last_department_nor_one_with_tickets_is_deleted() {
        let faults = |is_last, has_tickets| match TicketDepartment::check_deletable(is_last, has_tickets) {
            Err(Refusal::Conflict(faults)) => faults.len(),
            Err(_) => usize::MAX,
            Ok(()) => 0,
        };
        assert_eq!([faults(false, false), faults(true, false), faults(false, true), faults(true, true)], [0, 1, 1, 2]);
    }
}
