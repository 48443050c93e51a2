//! The options of rate providers, as far as rates depend on them.

use std::collections::BTreeSet;

use domain::ledger::{Amount, CurrencyCode, RateProvider, RateSource};
use serde_json::Value;

/// The fixed rate of a custom provider from this currency; none where it has none.
#[must_use]
pub fn custom_rate(provider: &RateProvider, from: CurrencyCode) -> Option<Amount> {
    let options: Value = serde_json::from_str(&provider.options).ok()?;
    let is_from = base_currency(&options).is_none_or(|base| base == from);
    let rate: Option<Amount> = options.get("rate").and_then(number).and_then(|rate| rate.parse().ok());
    rate.filter(|rate| is_from && rate.is_positive())
}

/// A number among the options, which may be sent as text.
fn number(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn base_currency(options: &Value) -> Option<CurrencyCode> {
    let code: i64 = options.get("baseCurrency").and_then(number)?.parse().ok()?;
    Some(CurrencyCode::new(code))
}

/// The currencies that a provider names: those of its rates, and the one that a custom rate is counted from.
pub(super) fn named_by(provider: &RateProvider) -> BTreeSet<CurrencyCode> {
    let of_rates = provider.from_currencies.iter().chain(provider.to_currencies.iter());
    of_rates.copied().chain(base_of(provider)).collect()
}

/// What the rate of a custom provider is counted from.
pub(super) fn base_of(provider: &RateProvider) -> Option<CurrencyCode> {
    let options: Value = serde_json::from_str(&provider.options).ok()?;
    base_currency(&options).filter(|_| provider.source == RateSource::Custom)
}

/// Where an outside provider is asked; none where that is not set.
#[must_use]
pub fn address(provider: &RateProvider) -> Option<String> {
    let options: Value = serde_json::from_str(&provider.options).ok()?;
    options.get("address").and_then(Value::as_str).filter(|address| !address.is_empty()).map(ToOwned::to_owned)
}
