//! The account settings, which products and their currencies keep in columns of the same names.

use domain::catalog::AccountSettings;
use domain::ledger::Amount;

use crate::{Error, json};

/// The settings that columns keep as text: sets and lists as JSON, an amount in plain digits.
pub(super) struct SettingsTexts {
    pub permissions: String,
    pub default_account_permissions: String,
    pub leverages: String,
    pub start_amounts: String,
    pub min_deposit_amount: Option<String>,
}

impl SettingsTexts {
    pub fn of(settings: &AccountSettings) -> Result<Self, Error> {
        Ok(Self {
            permissions: json(&settings.permissions)?,
            default_account_permissions: json(&settings.default_account_permissions)?,
            leverages: json(&settings.leverages)?,
            start_amounts: json(&settings.start_amounts)?,
            min_deposit_amount: settings.min_deposit_amount.map(Amount::plain),
        })
    }
}
