use super::{AntifraudProcedureType, ProcedureId};
use crate::identity::UserId;
use crate::value::{Entity, Set};

/// A step by which users resolve notifications of one type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Procedure {
    /// What it is for.
    pub kind: AntifraudProcedureType,
    /// What is to be done.
    pub caption: String,
    /// The users in charge.
    pub users: Set<UserId>,
    /// Its place among the steps of the type; those of one place come in the order of their ids.
    pub priority: i64,
}

impl Entity for Procedure {
    type Id = ProcedureId;
    const RESOURCE: &'static str = "antifraud_procedure";
}

impl Procedure {
    /// The place of a new step after the last one of its type.
    #[must_use]
    pub fn next_priority(last: Option<i64>) -> i64 {
        last.map_or(1, |last| last.saturating_add(1).min(Self::MAX_PRIORITY))
    }

    /// The last place.
    pub const MAX_PRIORITY: i64 = 1_000_000;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_step_comes_last() {
        assert_eq!(Procedure::next_priority(None), 1);
        assert_eq!(Procedure::next_priority(Some(7)), 8);
        assert_eq!(Procedure::next_priority(Some(Procedure::MAX_PRIORITY)), Procedure::MAX_PRIORITY);
    }
}
