//! Changes that a second user approves (`docs/rules.md`, Approvals).

use super::{IdentityFault, Permission, Rights, UserGroupId, UserId};
use crate::ledger::Amount;
use crate::value::{Entity, FaultCode as _, Field, Refusal, Set, Timestamp, text_enum};

/// How long a change may wait, in hours.
pub const MAX_HOURS_TO_APPROVE: i64 = 720;
/// How long it waits unless its policy says otherwise, in hours.
pub const DEFAULT_HOURS_TO_APPROVE: i64 = 72;
/// How many changes of one user wait at most.
pub const MAX_WAITING: i64 = 100;

text_enum! {
    /// What became of a change that was to wait.
    ApprovalStatus {
        /// It waits.
        Pending = "pending",
        /// It was approved and carried out.
        Approved = "approved",
        /// It was rejected.
        Rejected = "rejected",
        /// Its maker took it back.
        Withdrawn = "withdrawn",
        /// Nobody decided in time.
        Expired = "expired",
        /// It was approved, and refused by then.
        Failed = "failed",
    }
}

/// That an operation waits for a second user.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ApprovalPolicy {
    /// The id of the operation.
    pub operation: String,
    /// It waits only where it moves more than this, in US dollars; none: always.
    pub above_usd: Option<Amount>,
    /// Whose approval counts; empty: that of anybody who may approve and may do the operation.
    pub user_groups: Set<UserGroupId>,
    /// How long it waits, in hours.
    pub expires_after_hours: i64,
    /// Whether it is in force.
    pub is_enabled: bool,
}

/// What policies can do about an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approvable {
    /// Make it wait.
    Always,
    /// Make it wait, also by the amount that it moves.
    ByAmount,
}

/// What a write that a policy covers moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// So much, in US dollars.
    Usd(Amount),
    /// Nothing, or money that has no rate to the US dollar.
    Unknown,
}

impl ApprovalPolicy {
    /// Whether it can be in force as it is, for an operation of which this is known.
    ///
    /// # Errors
    /// [`Refusal::Unprocessable`] where no policy can make the operation wait, or none by an amount.
    pub fn check(&self, operation: Option<Approvable>) -> Result<(), Refusal> {
        match (operation, self.above_usd) {
            (None, _) => Err(IdentityFault::OperationNotApprovable.at(Field::Operation).unprocessable()),
            (Some(Approvable::Always), Some(_)) => {
                Err(IdentityFault::OperationMovesNoMoney.at(Field::AboveUsd).unprocessable())
            }
            (Some(Approvable::Always), None) | (Some(Approvable::ByAmount), _) => Ok(()),
        }
    }

    /// Whether a write of this worth waits: one whose worth nobody knows does.
    #[must_use]
    pub fn holds_back(&self, worth: Worth) -> bool {
        match (self.above_usd, worth) {
            (None, _) | (Some(_), Worth::Unknown) => true,
            (Some(limit), Worth::Usd(worth)) => worth > limit,
        }
    }
}

/// Whether a user of whom so many changes wait may ask for another.
///
/// # Errors
/// [`Refusal::Conflict`] where too many wait.
pub fn check_waiting(waiting: i64) -> Result<(), Refusal> {
    if waiting < MAX_WAITING {
        Ok(())
    } else {
        Err(Refusal::Conflict(vec![IdentityFault::TooManyChangesWait.with("max", MAX_WAITING)]))
    }
}

impl Entity for ApprovalPolicy {
    type Id = super::ApprovalPolicyId;
    const RESOURCE: &'static str = "approval_policy";
}

/// What a decision on a change rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalFacts {
    /// What became of it so far.
    pub status: ApprovalStatus,
    /// Who asked for it.
    pub maker: UserId,
    /// The permission of its operation.
    pub permission: Permission,
    /// Whose approval counts; empty: anybody's who holds the permission.
    pub user_groups: Set<UserGroupId>,
    /// Until when it can be decided.
    pub expires_at: Timestamp,
}

/// Who decides on a change.
#[derive(Clone, Copy, Debug)]
pub struct Checker<'a> {
    /// The user.
    pub user: UserId,
    /// What they may do.
    pub rights: &'a Rights,
    /// The groups that they are in.
    pub user_groups: &'a Set<UserGroupId>,
}

impl ApprovalStatus {
    /// What it is at a time: what nobody decided in time has expired, whether that was noted or not.
    #[must_use]
    pub fn at(self, now: Timestamp, expires_at: Timestamp) -> Self {
        match self {
            Self::Pending if expires_at <= now => Self::Expired,
            Self::Pending | Self::Approved | Self::Rejected | Self::Withdrawn | Self::Expired | Self::Failed => self,
        }
    }
}

impl ApprovalFacts {
    /// Whether this user may decide on it now.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`] for its maker, whatever they call with, and for users who lack the operation's permission or
    /// belong to none of the groups; [`Refusal::Conflict`] where it does not wait.
    pub fn check_decision(&self, checker: Checker<'_>, now: Timestamp) -> Result<(), Refusal> {
        if checker.user == self.maker {
            return Err(IdentityFault::OwnChange.not_allowed());
        }
        if !checker.rights.hold(self.permission) {
            let fault = IdentityFault::PermissionOfChangeMissing.with("permission", self.permission.as_str());
            return Err(Refusal::NotAllowed(vec![fault]));
        }
        if !self.user_groups.is_empty() && self.user_groups.is_disjoint(checker.user_groups) {
            return Err(IdentityFault::NotAmongApprovers.not_allowed());
        }
        self.check_waits(now)
    }

    /// Whether this user may take it back now.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`] for others than its maker; [`Refusal::Conflict`] where it does not wait.
    pub fn check_withdrawal(&self, user: UserId, now: Timestamp) -> Result<(), Refusal> {
        if user == self.maker { self.check_waits(now) } else { Err(IdentityFault::ChangeOfAnother.not_allowed()) }
    }

    fn check_waits(&self, now: Timestamp) -> Result<(), Refusal> {
        match self.status.at(now, self.expires_at) {
            ApprovalStatus::Pending => Ok(()),
            ApprovalStatus::Expired => Err(IdentityFault::ApprovalExpired.conflict()),
            ApprovalStatus::Approved
            | ApprovalStatus::Rejected
            | ApprovalStatus::Withdrawn
            | ApprovalStatus::Failed => Err(IdentityFault::ApprovalDecided.conflict()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::{PermissionSet, Scope};

    const NOON: &str = "2026-11-29T12:00:00Z";

    fn at(time: &str) -> Timestamp {
        time.parse().unwrap()
    }

    fn facts() -> ApprovalFacts {
        ApprovalFacts {
            status: ApprovalStatus::Pending,
            maker: UserId::new(1),
            permission: Permission::ClientsUpdate,
            user_groups: Set::default(),
            expires_at: at("2026-11-29T13:00:00Z"),
        }
    }

    fn rights(permissions: &[Permission]) -> Rights {
        let permissions: PermissionSet = permissions.iter().copied().collect();
        Rights { permissions, ..Rights::without_groups(Scope::AllClients) }
    }

    fn decision(facts: &ApprovalFacts, user: i64, rights: &Rights, groups: &[i64]) -> Result<(), Refusal> {
        let user_groups: Set<UserGroupId> = groups.iter().copied().map(UserGroupId::new).collect();
        let checker = Checker { user: UserId::new(user), rights, user_groups: &user_groups };
        facts.check_decision(checker, at(NOON))
    }

    #[test]
    fn another_user_who_may_do_the_operation_decides() {
        let able = rights(&[Permission::ClientsUpdate]);
        assert_eq!(decision(&facts(), 2, &able, &[]), Ok(()));
        assert_eq!(decision(&facts(), 1, &able, &[]), Err(IdentityFault::OwnChange.not_allowed()));
        assert!(matches!(decision(&facts(), 2, &rights(&[]), &[]), Err(Refusal::NotAllowed(_))));
        let administrator = Rights { is_administrator: true, ..rights(&[]) };
        assert_eq!(decision(&facts(), 1, &administrator, &[]), Err(IdentityFault::OwnChange.not_allowed()));
    }

    #[test]
    fn where_a_policy_names_groups_others_do_not_decide() {
        let facts = ApprovalFacts { user_groups: Set::from_iter([UserGroupId::new(7)]), ..facts() };
        let able = rights(&[Permission::ClientsUpdate]);
        assert_eq!(decision(&facts, 2, &able, &[3, 7]), Ok(()));
        assert_eq!(decision(&facts, 2, &able, &[3]), Err(IdentityFault::NotAmongApprovers.not_allowed()));
        let administrator = Rights { is_administrator: true, ..able };
        assert_eq!(decision(&facts, 2, &administrator, &[3]), Err(IdentityFault::NotAmongApprovers.not_allowed()));
    }

    #[test]
    fn what_was_decided_or_has_expired_stays_so() {
        let able = rights(&[Permission::ClientsUpdate]);
        for status in ApprovalStatus::ALL.iter().copied().filter(|status| *status != ApprovalStatus::Pending) {
            let facts = ApprovalFacts { status, ..facts() };
            assert!(matches!(decision(&facts, 2, &able, &[]), Err(Refusal::Conflict(_))), "{status:?}");
            assert!(matches!(facts.check_withdrawal(UserId::new(1), at(NOON)), Err(Refusal::Conflict(_))));
        }
        let late = ApprovalFacts { expires_at: at(NOON), ..facts() };
        assert_eq!(decision(&late, 2, &able, &[]), Err(IdentityFault::ApprovalExpired.conflict()));
    }

    #[test]
    fn a_limited_number_of_changes_of_one_user_waits() {
        assert_eq!(check_waiting(MAX_WAITING - 1), Ok(()));
        assert!(matches!(check_waiting(MAX_WAITING), Err(Refusal::Conflict(_))));
    }

    #[test]
    fn its_maker_alone_takes_it_back() {
        assert_eq!(facts().check_withdrawal(UserId::new(1), at(NOON)), Ok(()));
        let other = facts().check_withdrawal(UserId::new(2), at(NOON));
        assert_eq!(other, Err(IdentityFault::ChangeOfAnother.not_allowed()));
    }

    fn policy(above_usd: Option<&str>) -> ApprovalPolicy {
        ApprovalPolicy {
            operation: "transfers.create".into(),
            above_usd: above_usd.map(|amount| amount.parse().unwrap()),
            user_groups: Set::default(),
            expires_after_hours: DEFAULT_HOURS_TO_APPROVE,
            is_enabled: true,
        }
    }

    #[test]
    fn what_moves_more_than_the_limit_waits_and_so_does_what_nobody_can_tell() {
        let usd = |amount: &str| Worth::Usd(amount.parse().unwrap());
        let limited = policy(Some("1000"));
        assert!(!limited.holds_back(usd("1000")));
        assert!(limited.holds_back(usd("1000.01")));
        assert!(limited.holds_back(Worth::Unknown));
        assert!(policy(None).holds_back(usd("0.01")));
    }

    #[test]
    fn a_limit_needs_an_operation_that_moves_money() {
        assert_eq!(policy(Some("1")).check(Some(Approvable::ByAmount)), Ok(()));
        assert!(policy(Some("1")).check(Some(Approvable::Always)).is_err());
        assert_eq!(policy(None).check(Some(Approvable::Always)), Ok(()));
        assert!(policy(None).check(None).is_err());
    }
}
