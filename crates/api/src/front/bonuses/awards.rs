//! The bonuses of the client.

use domain::bonuses::BonusState;
use domain::clients::ClientId;
use domain::ledger::{AccountId, Amount, BonusId};
use domain::value::{Localizer, Timestamp};
use http::request::{ListQuery, NoFilter};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use storage::bonuses::awards::{self, Filter, StoredBonus};
use storage::{ByTime, Page};

use crate::Problem;
use crate::front::CurrencyAnswer;
use crate::front::{Front, Reading, Requirement, Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("my.bonuses.list", "/api/v2/my/bonuses", Requirement::SignedIn)
        .summary("List the bonuses of the client.")
        .describe("Lists bonuses that were given, earned by a deposit or claimed, the newest first.")
        .list(list);
    routes
        .get("my.bonuses.get", "/api/v2/my/bonuses/{bonusId}", Requirement::SignedIn)
        .summary("Read a bonus.")
        .describe("Shows how far the bonus is, and how much of the volume has been traded.")
        .record(get);
}

/// An account by its id and number.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct MyBonusAccount {
    /// Its id.
    id: AccountId,
    /// Its number.
    number: String,
}

/// A bonus of the client. Amounts and lots have 18 places.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MyBonus {
    /// Its id.
    id: BonusId,
    /// The name of the program that it was claimed from; empty where it was given or earned.
    caption: String,
    /// The account on which it is credited.
    account: MyBonusAccount,
    /// How much it is, in whole units of the account's currency.
    amount: Amount,
    /// The currency of the account.
    currency: CurrencyAnswer,
    /// How far it is. `completed` and `expired` end it.
    state: BonusState,
    /// The lots to trade.
    required_volume: Amount,
    /// The lots that were traded so far.
    completed_volume: Amount,
    /// How many days the client has to trade them.
    lifetime: i64,
    /// When it expires unless they are traded by then; null while it waits to be credited.
    expired_at: Option<Timestamp>,
    /// When the client got it.
    create_time: Timestamp,
    #[serde(skip)]
    client: Option<ClientId>,
}

impl MyBonus {
    /// Where it is found.
    pub(super) fn path(&self) -> String {
        format!("/api/v2/my/bonuses/{}", self.id)
    }
}

impl Resource<Front> for MyBonus {
    const NAME: &'static str = "bonus";

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn client(&self) -> Option<ClientId> {
        self.client
    }

    fn recorded(&self) -> Result<Value, Problem> {
        Ok(json!({
            "clientId": self.client,
            "accountId": self.account.id,
            "amount": self.amount,
            "currency": self.currency.alphabetic_code(),
            "state": self.state,
            "temporaryBonus": self.caption,
        }))
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        self.currency.localize(localizer);
    }
}

impl From<StoredBonus> for MyBonus {
    fn from(stored: StoredBonus) -> Self {
        let data = stored.data;
        // Until it is stored, it is what the terms make of the amount, which they fit.
        let computed = || data.terms.required_volume(data.amount).unwrap_or(Amount::ZERO);
        Self {
            id: stored.id,
            caption: stored.program.map(|(_, name)| name).unwrap_or_default(),
            account: MyBonusAccount { id: stored.account, number: stored.account_number },
            amount: data.amount,
            currency: stored.currency.into(),
            state: data.state,
            required_volume: data.required_volume.unwrap_or_else(computed),
            completed_volume: data.volume,
            lifetime: data.terms.lifetime,
            expired_at: data.expire_time,
            create_time: stored.create_time,
            client: Some(stored.client),
        }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<NoFilter, ByTime>) -> Result<Page<MyBonus>, Problem> {
    let (scope, all) = (reading.caller.scope(), Filter::default());
    Ok(awards::list(reading.conn, &scope, &all, &query.paging)?.map(MyBonus::from))
}

fn get(reading: &mut Reading<'_>, (id,): (BonusId,)) -> Result<MyBonus, Problem> {
    Ok(awards::get(reading.conn, &reading.caller.scope(), id)?.into())
}
