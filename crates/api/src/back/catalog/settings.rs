//! The account settings that products and their currencies both take.

use domain::catalog::{AccountSettings, Factory};
use domain::ledger::Amount;
use domain::value::{FaultCode as _, List};
use http::request::{Boolean, Choice, Decimal, Fields, Integer, Kind, ListOf, SetOf, Text};
use serde::{Serialize, Serializer};
use serde_json::{Number, Value, json};

use crate::back::ledger::exact_number;
use crate::{Fault, RequestFault};

/// Reads the settings of a product or of one of its currencies.
pub(super) fn read_settings(fields: &mut Fields<'_, AccountSettings>) -> Option<AccountSettings> {
    const LINK: Text = Text { min: 0, max: 2000 };
    let permissions =
        fields.or("permissions", &SetOf(Choice::of()), |settings| &settings.permissions, Default::default);
    let default_account_permissions = fields.or(
        "defaultAccountPermissions",
        &SetOf(Choice::of()),
        |settings| &settings.default_account_permissions,
        Default::default,
    );
    let default_leverage =
        fields.nullable("defaultLeverage", &Integer::FROM_ONE, |settings| &settings.default_leverage);
    let leverages = fields.or("leverages", &ListOf(Integer::FROM_ONE), |settings| &settings.leverages, List::default);
    let max_accounts = fields.nullable("maxAccounts", &Integer::FROM_ZERO, |settings| &settings.max_accounts);
    let start_amounts =
        fields.or("startAmounts", &ListOf(Decimal::NonNegative), |settings| &settings.start_amounts, List::default);
    let link_info = fields.nullable("linkInfo", &LINK, |settings| &settings.link_info);
    let agreement_link = fields.nullable("agreementLink", &LINK, |settings| &settings.agreement_link);
    let request_required = fields.or("requestRequired", &Boolean, |settings| &settings.request_required, || false);
    let min_deposit_amount =
        fields.nullable("minDepositAmount", &Decimal::NonNegative, |settings| &settings.min_deposit_amount);
    let auto_create_on_login =
        fields.or("autoCreateOnLogin", &Boolean, |settings| &settings.auto_create_on_login, || false);
    Some(AccountSettings {
        permissions: permissions?,
        default_account_permissions: default_account_permissions?,
        default_leverage: default_leverage?,
        leverages: leverages?,
        max_accounts: max_accounts?,
        start_amounts: start_amounts?,
        link_info: link_info?,
        agreement_link: agreement_link?,
        request_required: request_required?,
        min_deposit_amount: min_deposit_amount?,
        auto_create_on_login: auto_create_on_login?,
    })
}

/// 1 or 100.
pub(super) struct FactoryKind;

impl Kind for FactoryKind {
    type Out = Factory;

    fn schema(&self) -> Value {
        json!({"type": "integer", "enum": Factory::NUMBERS})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Factory> {
        let number = Integer::FROM_ZERO.parse(value, at, faults)?;
        let factory = Factory::try_from(number).ok();
        if factory.is_none() {
            faults.push(Fault::sent(at, RequestFault::NotOneOf.with("values", "1, 100")));
        }
        factory
    }
}

/// The groups of a platform, as the bodies of products and of their currencies name them. Empty
/// names are dropped, as the documented calls send them.
pub(super) fn read_platform_groups<C>(fields: &mut Fields<'_, C>) -> Option<List<String>> {
    let names = fields.about("The groups of the platform in which accounts are opened.").or_default(
        "platformGroup",
        &ListOf(Text::SHORT),
        List::default,
    )?;
    let mut kept: Vec<String> = Vec::new();
    for name in names.iter().filter(|name| !name.is_empty()) {
        if !kept.contains(name) {
            kept.push(name.clone());
        }
    }
    Some(kept.into())
}

/// An amount that may be missing, as an exact JSON number.
pub(super) fn exact_number_if_any<S: Serializer>(amount: &Option<Amount>, serializer: S) -> Result<S::Ok, S::Error> {
    match amount {
        Some(amount) => exact_number(amount, serializer),
        None => serializer.serialize_none(),
    }
}

/// The same for a list.
pub(super) fn exact_numbers<S: Serializer>(amounts: &List<Amount>, serializer: S) -> Result<S::Ok, S::Error> {
    let numbers: Result<Vec<Number>, _> = amounts.iter().map(|amount| amount.plain().parse()).collect();
    numbers.map_err(serde::ser::Error::custom)?.serialize(serializer)
}
