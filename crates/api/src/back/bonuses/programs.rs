//! Temporary bonus programs.

use domain::bonuses::{BonusProgram, BonusProgramId, BonusTerms};
use domain::identity::Permission;
use domain::ledger::Amount;
use domain::value::{Entity, List, Timestamp};
use http::request::{Decimal, Fields, FilterSet, Filters, Id, Input, ListOf, ListQuery, Parsed, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::bonuses::programs::{self, Filter, StoredProgram};
use storage::{ByTime, Page};

use super::presets::PlatformBrief;
use super::terms::read_terms;
use crate::Problem;
use crate::back::ledger::CurrencyBrief;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const PROGRAMS: &str = "/api/v2/bonuses/temporary";
    const PROGRAM: &str = "/api/v2/bonuses/temporary/{temporaryId}";
    routes
        .get("bonuses.temporary.list", PROGRAMS, P::TemporaryBonusesRead)
        .summary("List temporary bonus programs.")
        .describe("Lists programs, newest first. Clients can claim a bonus from a program until it ends.")
        .list(list);
    routes
        .get("bonuses.temporary.get", PROGRAM, P::TemporaryBonusesRead)
        .summary("Read a temporary bonus program.")
        .describe("Shows the amount and terms of the bonus, who can claim it, and until when.")
        .example_path("/api/v2/bonuses/temporary/1")
        .record(get);
    routes
        .post("bonuses.temporary.create", PROGRAMS, P::TemporaryBonusesCreate)
        .summary("Add a temporary bonus program.")
        .describe(
            "Each client can claim one bonus, on an account with the right platform, currency and platform \
             group. The platform and the currency must be enabled.",
        )
        .example(json!({
            "platformId": 1,
            "currencyCode": 840,
            "name": "Summer",
            "amount": "25",
            "platformGroups": ["real"],
            "expiredAt": "2035-08-31T23:59:59+00:00",
            "lifetime": 30,
            "dynamicLots": "2",
            "enableAutoCredit": false,
            "scalpingThreshold": 60,
            "enableTrade": true,
            "disabledGroups": ["USDCZK"],
        }))
        .created(create);
    routes
        .put_and_patch("bonuses.temporary.update", PROGRAM, P::TemporaryBonusesUpdate)
        .summary("Change a temporary bonus program.")
        .describe(
            "Bonuses that were already claimed keep their terms. A program that has ended can be reopened \
             with a later end, if its platform and currency are enabled.",
        )
        .example_at("/api/v2/bonuses/temporary/1", json!({"amount": "75", "expiredAt": "2035-05-31T23:59:59+00:00"}))
        .changed(update);
    routes
        .delete("bonuses.temporary.delete", PROGRAM, P::TemporaryBonusesDelete)
        .summary("Delete a temporary bonus program.")
        .describe("Bonuses that were already claimed are not affected.")
        .deleted(delete);
}

/// A program from which each client claims one bonus.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "TemporaryBonus")]
#[serde(rename_all = "camelCase")]
struct ProgramAnswer {
    /// Its id.
    id: BonusProgramId,
    /// The platform whose accounts can claim a bonus. It never changes.
    platform: PlatformBrief,
    /// Its name.
    name: String,
    /// How much a client gets, in whole units of the currency; answers have 18 places.
    amount: Amount,
    /// The currency of the amount, and of the accounts that fit. It never changes.
    currency: CurrencyBrief,
    /// The groups of the platform whose accounts fit.
    platform_groups: List<String>,
    /// Until when it can be claimed.
    expired_at: Timestamp,
    #[serde(flatten)]
    terms: BonusTerms,
    /// When it was created.
    create_time: Timestamp,
    /// When it was last changed.
    update_time: Timestamp,
}

impl Resource<Back> for ProgramAnswer {
    const NAME: &'static str = BonusProgram::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredProgram> for ProgramAnswer {
    fn from(stored: StoredProgram) -> Self {
        let BonusProgram { name, amount, platform_groups, expired_at, terms, .. } = stored.data;
        Self {
            id: stored.id,
            platform: stored.platform.into(),
            name,
            amount,
            currency: stored.currency.into(),
            platform_groups,
            expired_at,
            terms,
            create_time: stored.create_time,
            update_time: stored.update_time,
        }
    }
}

impl Input<Back> for BonusProgram {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let (platform, currency) = match fields.current() {
            Some(current) => (Some(current.platform), Some(current.currency)),
            None => (
                fields.about("The platform whose accounts can claim a bonus.").required_over(
                    "platformId",
                    &Id::of(),
                    None,
                ),
                fields
                    .about("The numeric code of the currency of the amount, and of the accounts that fit.")
                    .required_over("currencyCode", &Id::of(), None),
            ),
        };
        let name = fields.required("name", &Text::NAME, |program| &program.name);
        let amount = fields.required("amount", &Decimal::Positive, |program| &program.amount);
        let platform_groups =
            fields.required("platformGroups", &ListOf(Text::NAME), |program| &program.platform_groups);
        let expired_at = fields.required("expiredAt", &Parsed::with_format("date-time"), |program| &program.expired_at);
        let terms = read_terms(&mut fields.part(|program| &program.terms));
        Some(Self {
            platform: platform?,
            name: name?,
            amount: amount?,
            currency: currency?,
            platform_groups: platform_groups?,
            expired_at: expired_at?,
            terms: terms?,
        })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { id: filters.id("id"), name: filters.text("name"), ends_after: None }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ByTime>) -> Result<Page<ProgramAnswer>, Problem> {
    Ok(programs::list(reading.conn, &query.filter, &query.paging)?.map(ProgramAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (BonusProgramId,)) -> Result<ProgramAnswer, Problem> {
    Ok(programs::get(reading.conn, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, BonusProgram>) -> Result<ProgramAnswer, Problem> {
    Ok(programs::insert(writing.tx, &body.create()?)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (BonusProgramId,),
    body: &Body<'_, BonusProgram>,
) -> Result<Change<ProgramAnswer>, Problem> {
    let before = programs::lock(writing.tx, id)?;
    Ok(writing.change(before, body, programs::update)?.map(ProgramAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (BonusProgramId,)) -> Result<ProgramAnswer, Problem> {
    Ok(programs::delete(writing.tx, id)?.into())
}
