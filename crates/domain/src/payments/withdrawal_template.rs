use std::collections::BTreeMap;

use super::WithdrawalTemplateId;
use crate::ledger::{AccountId, CurrencyCode, MethodId};
use crate::value::Entity;

/// What a client saved of a withdrawal, to be used again. It moves and reserves nothing, and what it names may be gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithdrawalTemplate {
    /// What the client calls it.
    pub name: String,
    /// The withdrawal.
    pub data: TemplateData,
}

impl Entity for WithdrawalTemplate {
    type Id = WithdrawalTemplateId;
    const RESOURCE: &'static str = "withdrawal_template";
}

/// A withdrawal as the client typed it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TemplateData {
    /// The account to withdraw from.
    pub account_id: AccountId,
    /// The amount, in the currency of the account; it is checked when it is used.
    pub amount: String,
    /// The numeric code of the currency that is paid out.
    pub currency_code: CurrencyCode,
    /// The method.
    pub method_id: MethodId,
    /// The group of the method.
    #[cfg_attr(feature = "serde", serde(rename = "groupName"))]
    pub group_name: Option<String>,
    /// What the method asks for.
    pub data: MethodFields,
}

/// What a method asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MethodFields {
    /// Where it is paid to, for methods that pay to wallets.
    pub wallet_address: Option<String>,
    /// What the client notes on it.
    pub comment: Option<String>,
    /// The fields that the broker gave the method, by their names.
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub others: BTreeMap<String, String>,
}
