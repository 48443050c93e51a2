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
    /// The name of the setting.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// Facts of a deposit or a withdrawal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Meta {
    /// The hash of the transaction on its block chain; null where there is none.
    pub blockchain_transaction: Option<String>,
    /// A note for users of the back office; null where there is none.
    pub comment: Option<String>,
    /// What the Compliance Department decided on a withdrawal; left out for deposits.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub compliance_status: Option<DepartmentStatus>,
    /// What the Dealing Department decided on a withdrawal; left out for deposits.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub dealing_status: Option<DepartmentStatus>,
    /// The number of the payment system's invoice; null where there is none.
    pub invoice: Option<String>,
    /// What the payment system charged, in the currency paid. It is kept for reports and never posted.
    pub provider_commission: Amount,
    /// Settings that the payment system was given for this transaction.
    pub provider_options: List<OptionEntry>,
    /// What the Financial Department decided on a deposit; left out for withdrawals.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub verification_status: Option<VerificationStatus>,
    /// When these details were first written.
    pub create_time: Timestamp,
    /// When the invoice was made; null where there is none.
    pub invoice_time: Option<Timestamp>,
    /// When these details last changed.
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
