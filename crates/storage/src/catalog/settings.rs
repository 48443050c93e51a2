//! The account settings, which products and their currencies keep in columns of the same names.

/// The columns of the settings in a table, in the order of `AccountSettings`.
macro_rules! settings_columns {
    ($table:ident) => {
        (
            $table::permissions,
            $table::default_account_permissions,
            $table::default_leverage,
            $table::leverages,
            $table::max_accounts,
            $table::start_amounts,
            $table::link_info,
            $table::agreement_link,
            $table::request_required,
            $table::min_deposit_amount,
            $table::auto_create_on_login,
        )
    };
}

/// The settings as values of those columns.
macro_rules! settings_values {
    ($table:ident, $settings:expr) => {{
        let settings: &domain::catalog::AccountSettings = $settings;
        (
            $table::permissions.eq($crate::json(&settings.permissions)?),
            $table::default_account_permissions.eq($crate::json(&settings.default_account_permissions)?),
            $table::default_leverage.eq(settings.default_leverage),
            $table::leverages.eq($crate::json(&settings.leverages)?),
            $table::max_accounts.eq(settings.max_accounts),
            $table::start_amounts.eq($crate::json(&settings.start_amounts)?),
            $table::link_info.eq(settings.link_info.clone()),
            $table::agreement_link.eq(settings.agreement_link.clone()),
            $table::request_required.eq(settings.request_required),
            $table::min_deposit_amount.eq(settings.min_deposit_amount.map(domain::ledger::Amount::plain)),
            $table::auto_create_on_login.eq(settings.auto_create_on_login),
        )
    }};
}

pub(super) use {settings_columns, settings_values};
