//! The settings of automatic bonuses and of burning. Ours: the documented interface has no operations for them.

use domain::bonuses::BonusSettings;
use domain::identity::Permission;
use domain::ledger::Amount;
use domain::value::{FaultCode as _, Timestamp};
use http::request::{Boolean, Decimal, Fields, Input, Kind};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use storage::bonuses::settings::{self, StoredSettings};

use crate::back::{Back, Body, Reading, Routes, Writing};
use crate::{Fault, Problem, RequestFault};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const SETTINGS: &str = "/api/v2/bonuses/settings";
    routes
        .get("bonuses.settings.get", SETTINGS, P::BonusSettingsRead)
        .summary("Read the settings of automatic bonuses and of burning.")
        .describe("Shows whether deposits earn bonuses, how large these are, and what burns bonuses.")
        .extension()
        .record(get);
    routes
        .put_and_patch("bonuses.settings.update", SETTINGS, P::BonusSettingsUpdate)
        .summary("Change the settings of automatic bonuses and of burning.")
        .describe(
            "Applies from now on. A deposit earns a bonus only if its platform has a default preset, which \
             sets the terms.",
        )
        .example(json!({"isEnabled": true, "percent": "20", "limit": "500", "minimum": "100"}))
        .extension()
        .changed(update);
}

/// The settings of automatic bonuses and of burning.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "BonusSettings")]
#[serde(rename_all = "camelCase")]
struct SettingsAnswer {
    /// Whether deposits, and transfers to trading accounts, earn bonuses.
    is_enabled: bool,
    /// The share of the net amount that becomes the bonus, in percent: above 0, at most 1000.
    percent: Amount,
    /// The largest bonus, in USD; null: no limit.
    limit: Option<Amount>,
    /// The smallest deposit that earns a bonus, in USD.
    minimum: Amount,
    /// Whether an account's bonuses burn when its balance falls below 0.
    burn_if_balance_negative: bool,
    /// Whether an account's bonuses burn when money leaves it by a withdrawal, a transfer or an exchange.
    burn_on_withdrawal: bool,
    /// When it was last changed.
    update_time: Timestamp,
}

impl Resource<Back> for SettingsAnswer {
    const NAME: &'static str = "bonus_settings";

    fn id(&self) -> i64 {
        1
    }
}

impl From<StoredSettings> for SettingsAnswer {
    fn from(stored: StoredSettings) -> Self {
        let settings = stored.data;
        Self {
            is_enabled: settings.is_enabled,
            percent: settings.percent,
            limit: settings.limit,
            minimum: settings.minimum,
            burn_if_balance_negative: settings.burn_if_balance_negative,
            burn_on_withdrawal: settings.burn_on_withdrawal,
            update_time: stored.update_time,
        }
    }
}

/// A percentage of a bonus: above 0.
struct BonusPercent;

impl Kind for BonusPercent {
    type Out = Amount;

    fn schema(&self) -> Value {
        json!({"type": "string", "format": "decimal", "pattern": r"^(?=.*[1-9])\d{1,3}(\.\d{1,18})?$"})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Amount> {
        let percent = Decimal::Positive.parse(value, at, faults)?;
        if percent > BonusSettings::MAX_PERCENT.into() {
            let fault = RequestFault::AboveMaximum.with("max", BonusSettings::MAX_PERCENT);
            faults.push(Fault::sent(at, fault));
            return None;
        }
        Some(percent)
    }
}

impl Input<Back> for BonusSettings {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let is_enabled = fields.required("isEnabled", &Boolean, |settings| &settings.is_enabled);
        let percent = fields.required("percent", &BonusPercent, |settings| &settings.percent);
        let limit = fields.nullable("limit", &Decimal::Positive, |settings| &settings.limit);
        let minimum = fields.required("minimum", &Decimal::NonNegative, |settings| &settings.minimum);
        let negative =
            fields.required("burnIfBalanceNegative", &Boolean, |settings| &settings.burn_if_balance_negative);
        let withdrawal = fields.required("burnOnWithdrawal", &Boolean, |settings| &settings.burn_on_withdrawal);
        Some(Self {
            is_enabled: is_enabled?,
            percent: percent?,
            limit: limit?,
            minimum: minimum?,
            burn_if_balance_negative: negative?,
            burn_on_withdrawal: withdrawal?,
        })
    }
}

fn get(reading: &mut Reading<'_>, (): ()) -> Result<SettingsAnswer, Problem> {
    Ok(settings::get(reading.conn)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (): (),
    body: &Body<'_, BonusSettings>,
) -> Result<Change<SettingsAnswer>, Problem> {
    let before = settings::lock(writing.tx)?;
    Ok(writing.change(before, body, settings::update)?.map(SettingsAnswer::from))
}
