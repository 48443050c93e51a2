use super::TicketsFault;
use crate::identity::{Permission, Rights};
use crate::value::{CommonFault, Fault, FaultCode as _, Field};

/// A user who is to be assigned, as far as the rule needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Whether they may sign in.
    pub is_active: bool,
    /// What they may do.
    pub rights: Rights,
    /// Whether they see the client.
    pub sees_client: bool,
}

impl Candidate {
    /// Why they cannot be assigned: what they would be asked to do they could not even look at.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        if !self.is_active {
            Some(CommonFault::Disabled.at(Field::Assignee))
        } else if !self.rights.hold(Permission::TicketsRead) {
            Some(TicketsFault::AssigneeLacksPermission.at(Field::Assignee))
        } else if !self.sees_client {
            Some(TicketsFault::AssigneeOutOfScope.at(Field::Assignee))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Scope;
    use crate::value::Code;

    #[test]
    fn whoever_is_assigned_can_see_the_ticket() {
        let reader = Rights {
            permissions: [Permission::TicketsRead].into_iter().collect(),
            ..Rights::without_groups(Scope::AllClients)
        };
        let fit = Candidate { is_active: true, rights: reader, sees_client: true };
        let code = |candidate: &Candidate| candidate.fault().map(|fault| fault.code);
        assert_eq!(code(&fit), None);
        assert_eq!(code(&Candidate { is_active: false, ..fit.clone() }), Some(CommonFault::Disabled.into()));
        let powerless = Candidate { rights: Rights::without_groups(Scope::AllClients), ..fit.clone() };
        assert_eq!(code(&powerless), Some(Code::from(TicketsFault::AssigneeLacksPermission)));
        let blind = Candidate { sees_client: false, ..fit.clone() };
        assert_eq!(code(&blind), Some(Code::from(TicketsFault::AssigneeOutOfScope)));
        let rights = Rights { is_administrator: true, ..Rights::without_groups(Scope::AllClients) };
        assert_eq!(code(&Candidate { rights, ..fit }), None);
    }
}
