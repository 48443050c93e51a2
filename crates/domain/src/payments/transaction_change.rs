//! Who may change what of a transaction (`docs/rules.md`, Checks).

use super::PaymentsFault;
use crate::identity::{Permission, Rights};
use crate::ledger::{
    Amount, DepartmentStatus, Meta, RequestKind, ResolutionId, TransactionKind, TransactionStatus, VerificationStatus,
};
use crate::requests::{RequestsFault, approval_permissions, update_permission};
use crate::value::{Fault, FaultCode as _, Field, Refusal, Timestamp};

/// What a user changes in a transaction; what is none stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TransactionChange {
    /// The new status.
    pub status: Option<TransactionStatus>,
    /// An internal remark.
    pub comment: Option<String>,
    /// Deposits: what the Financial Department decided.
    pub verification: Option<VerificationStatus>,
    /// Withdrawals: what the Compliance Department decided.
    pub compliance: Option<DepartmentStatus>,
    /// Withdrawals: what the Dealing Department decided.
    pub dealing: Option<DepartmentStatus>,
    /// The transaction of a block chain.
    pub blockchain_transaction: Option<String>,
    /// What the payment system charged, for reports only.
    pub provider_commission: Option<Amount>,
    /// Why it is rejected.
    pub resolution: Option<ResolutionId>,
}

impl TransactionChange {
    /// The rights that the change asks for beside that to change transactions.
    #[must_use]
    pub fn permissions(
        &self,
        kind: TransactionKind,
        before: TransactionStatus,
        meta: Option<&Meta>,
    ) -> Vec<Permission> {
        let mut needed = Vec::new();
        needed.extend(self.verification.map(|_| Permission::DepositVerificationUpdate));
        needed.extend(self.compliance.map(|_| Permission::WithdrawalComplianceUpdate));
        needed.extend(self.dealing.map(|_| Permission::WithdrawalDealingUpdate));
        if before != TransactionStatus::Pending {
            return needed;
        }
        let of_kind = update_permission(RequestKind::of(kind));
        match self.status {
            Some(TransactionStatus::InProgress) => {
                needed.extend([Permission::RequestsUpdate, of_kind]);
                needed.extend(approval_permissions(RequestKind::of(kind)));
                let open = |status: Option<DepartmentStatus>| status == Some(DepartmentStatus::Pending);
                if open(self.compliance.or(meta.and_then(|meta| meta.compliance_status))) {
                    needed.push(Permission::WithdrawalComplianceUpdate);
                }
                if open(self.dealing.or(meta.and_then(|meta| meta.dealing_status))) {
                    needed.push(Permission::WithdrawalDealingUpdate);
                }
            }
            Some(TransactionStatus::Rejected) => {
                needed.extend([Permission::RequestsUpdate, of_kind]);
                needed.extend([Permission::ResolutionsRead, Permission::ResolutionTypesRead]);
            }
            _ => {}
        }
        needed
    }

    /// Whether a user of these rights may make the change.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`] with each missing permission.
    pub fn check_rights(
        &self,
        rights: &Rights,
        kind: TransactionKind,
        before: TransactionStatus,
        meta: Option<&Meta>,
    ) -> Result<(), Refusal> {
        let needed = self.permissions(kind, before, meta);
        let lacking = needed.into_iter().filter(|permission| !rights.hold(*permission));
        let faults: Vec<Fault> = lacking
            .map(|permission| RequestsFault::DecisionNotAllowed.with("permission", permission.to_string()))
            .collect();
        if faults.is_empty() { Ok(()) } else { Err(Refusal::NotAllowed(faults)) }
    }

    /// A resolution explains a failure or a refusal, and nothing else.
    ///
    /// # Errors
    /// [`Refusal::Conflict`] where the transaction has neither failed nor been refused after this change.
    pub fn check_resolution(&self, before: TransactionStatus) -> Result<(), Refusal> {
        let status = self.status.unwrap_or(before);
        if self.resolution.is_none() || status.is_failure() {
            return Ok(());
        }
        Err(PaymentsFault::ResolutionNotApplicable.at(Field::Resolution).conflict())
    }

    /// The facts of the transaction after the change.
    ///
    /// # Errors
    /// A refusal where a decision does not belong to the kind (by a rule), or comes too late.
    pub fn applied(
        &self,
        kind: TransactionKind,
        status: TransactionStatus,
        meta: Option<&Meta>,
        now: Timestamp,
    ) -> Result<Option<Meta>, Refusal> {
        let of_deposits = [(Field::VerificationStatus, self.verification.is_some())];
        let of_withdrawals =
            [(Field::ComplianceStatus, self.compliance.is_some()), (Field::DealingStatus, self.dealing.is_some())];
        let of_both = [
            (Field::BlockchainTransaction, self.blockchain_transaction.is_some()),
            (Field::ProviderCommission, self.provider_commission.is_some()),
            (Field::Comment, self.comment.is_some()),
        ];
        let mut faults = Vec::new();
        let mut check = |fields: &[(Field, bool)], belongs: bool| {
            let sent = fields.iter().filter(|(_, is_sent)| *is_sent && !belongs);
            faults.extend(sent.map(|(field, _)| PaymentsFault::NotOfThisKind.at(*field).with("kind", kind.as_str())));
        };
        check(&of_deposits, kind == TransactionKind::Deposit);
        check(&of_withdrawals, kind == TransactionKind::Withdrawal);
        check(&of_both, meta.is_some());
        Refusal::unless_empty(faults)?;
        let Some(meta) = meta else { return Ok(None) };
        let decides = self.verification.is_some() || self.compliance.is_some() || self.dealing.is_some();
        if decides && status != TransactionStatus::Pending {
            return Err(PaymentsFault::DecidedTooLate.conflict());
        }
        let changed = Meta {
            comment: self.comment.clone().or_else(|| meta.comment.clone()),
            verification_status: self.verification.or(meta.verification_status),
            compliance_status: self.compliance.or(meta.compliance_status),
            dealing_status: self.dealing.or(meta.dealing_status),
            blockchain_transaction: self.blockchain_transaction.clone().or_else(|| meta.blockchain_transaction.clone()),
            provider_commission: self.provider_commission.unwrap_or(meta.provider_commission),
            ..meta.clone()
        };
        let update_time = if changed == *meta { meta.update_time } else { now };
        Ok(Some(Meta { update_time, ..changed }))
    }
}

impl Meta {
    /// A withdrawal that a department has declined cannot be approved.
    ///
    /// # Errors
    /// [`Refusal::Conflict`] with each department that declined.
    pub fn check_approvals(&self) -> Result<(), Refusal> {
        let declines = [(Field::ComplianceStatus, self.compliance_status), (Field::DealingStatus, self.dealing_status)];
        let declines = declines.into_iter().filter(|(_, status)| *status == Some(DepartmentStatus::Declined));
        let faults: Vec<Fault> = declines.map(|(field, _)| PaymentsFault::Declined.at(field)).collect();
        if faults.is_empty() { Ok(()) } else { Err(Refusal::Conflict(faults)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Approvals;

    fn withdrawal() -> Meta {
        let approvals = Approvals {
            compliance: Some(DepartmentStatus::Approved),
            dealing: Some(DepartmentStatus::Pending),
            ..Approvals::default()
        };
        Meta::of(approvals, Amount::ZERO, chrono::DateTime::UNIX_EPOCH.into())
    }

    #[test]
    fn an_approval_asks_for_the_rights_of_the_departments_that_are_open() {
        let change = TransactionChange { status: Some(TransactionStatus::InProgress), ..TransactionChange::default() };
        let needed = change.permissions(TransactionKind::Withdrawal, TransactionStatus::Pending, Some(&withdrawal()));
        assert!(needed.contains(&Permission::WithdrawalDealingUpdate));
        assert!(!needed.contains(&Permission::WithdrawalComplianceUpdate));
        assert!(needed.contains(&Permission::WithdrawalsCreate));
    }

    #[test]
    fn departments_decide_on_their_own_kind_while_it_is_pending() {
        let change = TransactionChange { dealing: Some(DepartmentStatus::Declined), ..TransactionChange::default() };
        let meta = withdrawal();
        let now = Timestamp::from(chrono::DateTime::UNIX_EPOCH);
        let of = |kind, status| change.applied(kind, status, Some(&meta), now);
        let declined = of(TransactionKind::Withdrawal, TransactionStatus::Pending).unwrap().unwrap();
        assert_eq!(declined.dealing_status, Some(DepartmentStatus::Declined));
        assert!(matches!(of(TransactionKind::Withdrawal, TransactionStatus::Done), Err(Refusal::Conflict(_))));
        assert!(matches!(of(TransactionKind::Deposit, TransactionStatus::Pending), Err(Refusal::Unprocessable(_))));
    }

    #[test]
    fn only_what_came_to_nothing_has_a_resolution() {
        let reason = TransactionChange { resolution: Some(ResolutionId::new(1)), ..TransactionChange::default() };
        for status in TransactionStatus::ALL {
            assert_eq!(reason.check_resolution(*status).is_ok(), status.is_failure(), "{status}");
            let change = TransactionChange { status: Some(*status), ..reason.clone() };
            assert_eq!(change.check_resolution(TransactionStatus::Pending).is_ok(), status.is_failure(), "{status}");
            assert!(TransactionChange::default().check_resolution(*status).is_ok());
        }
    }

    #[test]
    fn a_withdrawal_that_was_declined_is_not_approved() {
        let approvals = Approvals {
            compliance: Some(DepartmentStatus::Declined),
            dealing: Some(DepartmentStatus::Pending),
            ..Approvals::default()
        };
        let meta = Meta::of(approvals, Amount::ZERO, chrono::DateTime::UNIX_EPOCH.into());
        let declined = PaymentsFault::Declined.at(Field::ComplianceStatus);
        assert_eq!(meta.check_approvals(), Err(declined.conflict()));
        assert_eq!(meta.approved().dealing_status, Some(DepartmentStatus::Approved));
    }
}
