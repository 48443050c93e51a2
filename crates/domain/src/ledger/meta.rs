use super::Amount;
use crate::value::{List, Timestamp, text_enum};

text_enum! {
    /// What the Financial Department thinks of a deposit.
    VerificationStatus {
        /// It may be credited.
        Approved = "approved",
        /// Not yet reviewed.
        New = "new",
        /// Under review.
        Pending = "pending",
    }
}

text_enum! {
    /// What the Compliance or the Dealing Department thinks of a withdrawal.
    DepartmentStatus {
        /// It may be paid out.
        Approved = "approved",
        /// It may not.
        Declined = "declined",
        /// Not decided.
        Pending = "pending",
    }
}

/// A setting of a payment system for one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OptionEntry {
    /// Its name.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// Facts of a deposit or a withdrawal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Meta {
    /// The transaction of a block chain.
    pub blockchain_transaction: Option<String>,
    /// An internal remark.
    pub comment: Option<String>,
    /// Withdrawals: what the Compliance Department decided.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub compliance_status: Option<DepartmentStatus>,
    /// Withdrawals: what the Dealing Department decided.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub dealing_status: Option<DepartmentStatus>,
    /// The invoice of the payment system.
    pub invoice: Option<String>,
    /// What the payment system charged, for reports only.
    pub provider_commission: Amount,
    /// Settings of the payment system.
    pub provider_options: List<OptionEntry>,
    /// Deposits: what the Financial Department decided.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub verification_status: Option<VerificationStatus>,
    /// When these facts were first written.
    pub create_time: Timestamp,
    /// When the invoice was made.
    pub invoice_time: Option<Timestamp>,
    /// When these facts last changed.
    pub update_time: Timestamp,
}

/// What the departments have decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Approvals {
    /// Deposits: the Financial Department.
    pub verification: Option<VerificationStatus>,
    /// Withdrawals: the Compliance Department.
    pub compliance: Option<DepartmentStatus>,
    /// Withdrawals: the Dealing Department.
    pub dealing: Option<DepartmentStatus>,
}

impl Meta {
    /// The facts of an operation that nothing is known of but its approvals.
    #[must_use]
    pub fn of(approvals: Approvals, provider_commission: Amount, now: Timestamp) -> Self {
        Self {
            blockchain_transaction: None,
            comment: None,
            compliance_status: approvals.compliance,
            dealing_status: approvals.dealing,
            invoice: None,
            provider_commission,
            provider_options: List::default(),
            verification_status: approvals.verification,
            create_time: now,
            invoice_time: None,
            update_time: now,
        }
    }

    /// The approval of the request approves what was still open.
    #[must_use]
    pub fn approved(mut self) -> Self {
        let approve = |status: &mut Option<DepartmentStatus>| {
            if let Some(status) = status {
                *status = DepartmentStatus::Approved;
            }
        };
        approve(&mut self.compliance_status);
        approve(&mut self.dealing_status);
        if let Some(status) = &mut self.verification_status {
            *status = VerificationStatus::Approved;
        }
        self
    }
}
