//! Temporary programs, from which the client claims a bonus.

use domain::bonuses::{BonusProgram, BonusProgramId};
use domain::catalog::PlatformId;
use domain::ledger::{AccountId, Amount};
use domain::value::{Entity as _, Localizer, Timestamp};
use http::request::{Fields, Id, Input, ListQuery, NoFilter};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::bonuses::programs::{self, Filter, StoredProgram};
use storage::bonuses::{awarding, awards};
use storage::{ByTime, Page};

use super::awards::MyBonus;
use crate::Problem;
use crate::front::CurrencyAnswer;
use crate::front::{Body, Front, Reading, Requirement, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("my.bonuses.temporary-list", "/api/v2/my/bonuses/temporary", Requirement::SignedIn)
        .summary("List the temporary bonuses that can be claimed.")
        .describe("Lists programs that have not ended, the newest first, whether or not an account of the client fits.")
        .list(list);
    routes
        .get("my.bonuses.temporary-get", "/api/v2/my/bonuses/temporary/{temporaryId}", Requirement::SignedIn)
        .summary("Read a temporary bonus.")
        .describe("A program that has ended does not exist any more.")
        .record(get);
    let claim_at = "/api/v2/my/bonuses/temporary/{temporaryId}/claim";
    routes
        .post("my.bonuses.temporary-claim", claim_at, Requirement::SignedIn)
        .summary("Claim a temporary bonus for a trading account.")
        .describe(
            "The account is one of the client's, on the platform, in the currency and in one of the platform groups of \
             the program (422). A program is claimed once (409).",
        )
        .example_at("/api/v2/my/bonuses/temporary/1/claim", json!({"accountId": 52}))
        .status(200)
        .created_at(MyBonus::path, claim);
}

/// A platform by its id and name.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct MyBonusPlatform {
    /// Its id.
    id: PlatformId,
    /// Its name.
    name: String,
}

/// A program from which each client claims one bonus.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MyTemporaryBonus {
    /// Its id.
    id: BonusProgramId,
    /// Its name.
    name: String,
    /// How much a client gets, in whole units of the currency.
    amount: Amount,
    /// The currency of the amount, and of the accounts that fit.
    currency: CurrencyAnswer,
    /// The platform whose accounts fit.
    platform: MyBonusPlatform,
    /// How many days the client has to trade the volume.
    lifetime: i64,
    /// The amount per lot: the volume to trade is the amount divided by this.
    dynamic_lots: Amount,
    /// Until when it can be claimed.
    expired_at: Timestamp,
    /// When it was made.
    create_time: Timestamp,
}

impl Resource<Front> for MyTemporaryBonus {
    const NAME: &'static str = BonusProgram::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        self.currency.localize(localizer);
    }
}

impl From<StoredProgram> for MyTemporaryBonus {
    fn from(stored: StoredProgram) -> Self {
        let BonusProgram { name, amount, expired_at, terms, .. } = stored.data;
        Self {
            id: stored.id,
            name,
            amount,
            currency: stored.currency.into(),
            platform: MyBonusPlatform { id: stored.platform.id, name: stored.platform.caption },
            lifetime: terms.lifetime,
            dynamic_lots: terms.dynamic_lots,
            expired_at,
            create_time: stored.create_time,
        }
    }
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<NoFilter, ByTime>,
) -> Result<Page<MyTemporaryBonus>, Problem> {
    let claimable = Filter { ends_after: Some(reading.context.now()), ..Filter::default() };
    Ok(programs::list(reading.conn, &claimable, &query.paging)?.map(MyTemporaryBonus::from))
}

fn get(reading: &mut Reading<'_>, (id,): (BonusProgramId,)) -> Result<MyTemporaryBonus, Problem> {
    let now = reading.context.now();
    Ok(programs::get_claimable(reading.conn, id, now)?.into())
}

/// The account that gets the bonus.
struct Claim(AccountId);

impl Input<Front> for Claim {
    type Current = ();
    const NAME: Option<&'static str> = Some("MyBonusClaim");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let account = fields.about("The trading account that gets the bonus.").needed("accountId", &Id::of());
        Some(Self(account?))
    }
}

fn claim(writing: &mut Writing<'_, '_>, (id,): (BonusProgramId,), body: &Body<'_, Claim>) -> Result<MyBonus, Problem> {
    let now = writing.tx.now;
    programs::get_claimable(writing.tx.conn, id, now)?;
    let Claim(account) = body.create()?;
    let caller = writing.caller;
    let bonus = awarding::claim(writing.tx, caller.client(), id, account)?;
    Ok(awards::get(writing.tx.conn, &caller.scope(), bonus)?.into())
}
