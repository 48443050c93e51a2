//! Bonuses of clients.

use domain::bonuses::{BonusEvent, BonusEventName, BonusFailure, BonusProgramId, BonusState, BonusStepId, BonusTerms};
use domain::clients::ClientId;
use domain::identity::{Permission, UserId, masked_email, masked_name};
use domain::ledger::{AccountBook, AccountId, Amount, BonusId};
use domain::value::{Locale, Localizer, Timestamp};
use http::request::{Decimal, Fields, FilterSet, Filters, Id, Input, Integer, ListQuery, NoFilter};
use http::routes::{Change, Coverage, Moved, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::bonuses::awarding;
use storage::bonuses::awards::{self, Filter, StoredBonus};
use storage::bonuses::engine::{self, BonusChange};
use storage::bonuses::history::{self, StoredStep};
use storage::{ByTime, Page};

use super::terms::read_terms;
use crate::Problem;
use crate::back::ledger::CurrencyBrief;
use crate::back::{Back, Body, Reading, Routes, Writing};
use crate::texts::TEXTS;

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const BONUSES: &str = "/api/v2/bonuses";
    const BONUS: &str = "/api/v2/bonuses/{bonusId}";
    routes
        .get("bonuses.list", BONUSES, P::BonusesRead)
        .summary("List bonuses of clients.")
        .describe(
            "Lists bonuses that users awarded, deposits earned or clients claimed, newest first. Cancelled \
             bonuses are not listed.",
        )
        .list(list);
    routes
        .get("bonuses.get", BONUS, P::BonusesRead)
        .summary("Read a bonus.")
        .describe("Shows the state and terms of the bonus and how much of the volume has been traded.")
        .example_path("/api/v2/bonuses/1")
        .record(get);
    routes
        .post("bonuses.create", BONUSES, P::BonusesCreate)
        .summary("Award a bonus to a client.")
        .describe(
            "The account must be a live account on a trading platform. The bonus is credited when the earlier \
             bonuses of the account have ended, or at once with `enableAutoCredit`. Once the client has \
             traded the volume in time, it becomes their own money.",
        )
        .example(json!({
            "accountId": 2,
            "amount": "100",
            "lifetime": 30,
            "dynamicLots": "2",
            "enableAutoCredit": false,
            "scalpingThreshold": 60,
            "enableTrade": true,
            "disabledGroups": ["USDCZK"],
        }))
        .created(create);
    routes
        .put_and_patch("bonuses.update", BONUS, P::BonusesUpdate)
        .summary("Set another volume for an expired bonus.")
        .describe(
            "Only an expired bonus can get another volume (409). This reactivates it; lots that were already \
             counted still count.",
        )
        .example_at("/api/v2/bonuses/2", json!({"fictiveVolumeComplete": "40"}))
        .changed(update);
    routes
        .delete("bonuses.delete", BONUS, P::BonusesDelete)
        .summary("Cancel a bonus.")
        .describe(
            "Takes back what remains of its credit and removes the bonus; postings stay. On an outside \
             platform this is finished when the platform has confirmed. A bonus that is completed, being paid \
             out or being burnt cannot be cancelled (409).",
        )
        .example_path("/api/v2/bonuses/4")
        .deleted(delete);
    let extend_at = "/api/v2/bonuses/{bonusId}/continue";
    routes
        .post("bonuses.continue", extend_at, P::BonusesUpdate)
        .summary("Continue a bonus.")
        .describe(
            "Extends a running bonus by its lifetime, resumes a bonus on hold with the time it had left, or \
             retries the failed step of a bonus in the state `error`. Not possible in any other state (409).",
        )
        .example_path("/api/v2/bonuses/3/continue")
        .silent()
        .changed(extend);
    routes
        .post("bonuses.hold", "/api/v2/bonuses/{bonusId}/hold", P::BonusesUpdate)
        .summary("Put a running bonus on hold.")
        .describe(
            "Stops the clock until the bonus is continued; positions closed in the meantime do not count. \
             Only a `pending` bonus can be put on hold (409).",
        )
        .example_path("/api/v2/bonuses/4/hold")
        .silent()
        .changed(hold);
    let reactivate_at = "/api/v2/bonuses/{bonusId}/reactivate";
    routes
        .post("bonuses.reactivate", reactivate_at, P::BonusesUpdate)
        .summary("Reactivate an expired bonus.")
        .describe(
            "Queues an expired bonus again (409 in any other state). Lots that were already counted still \
             count; positions closed in the meantime do not.",
        )
        .example_at("/api/v2/bonuses/1/reactivate", json!({"lifetime": 14}))
        .silent()
        .changed(reactivate);
    routes
        .post("bonuses.revoke", "/api/v2/bonuses/{bonusId}/revoke", P::BonusesUpdate)
        .summary("Revoke a running bonus.")
        .describe("Takes the credit back, so that the bonus expires. Only a `pending` bonus can be revoked (409).")
        .example_path("/api/v2/bonuses/5/revoke")
        .silent()
        .changed(revoke);
    routes
        .get("bonuses.history", "/api/v2/bonuses/{bonusId}/history", P::BonusesRead)
        .summary("List what happened to a bonus.")
        .describe("Lists each step with its postings and the user who took it, newest first.")
        .example_path("/api/v2/bonuses/1/history")
        .extension()
        .list(list_history);
}

/// A program by its id and name.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct ProgramBrief {
    /// Its id.
    id: BonusProgramId,
    /// Its name.
    name: String,
}

/// A bonus of a client. Amounts and lots have 18 places.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Bonus")]
#[serde(rename_all = "camelCase")]
struct BonusAnswer {
    /// Its id.
    id: BonusId,
    /// The client whose bonus it is.
    client_id: ClientId,
    /// The client's name, masked for users who may not see it.
    client_name: String,
    /// The client's e-mail address, masked for users who may not see it.
    #[schemars(extend("format" = "email"))]
    client_email: String,
    /// The account on which it is credited.
    account_id: AccountId,
    /// The number of that account, as the client is shown it.
    account: String,
    /// The currency of the account and of the amount.
    currency: CurrencyBrief,
    /// How much is awarded, in whole units of the account's currency.
    amount: Amount,
    /// How far it is. `completed` and `expired` end it; an expired one can be reactivated.
    state: BonusState,
    #[serde(flatten)]
    terms: BonusTerms,
    /// The lots traded so far that count.
    fictive_volume: Amount,
    /// The lots to trade; null until they are computed, right after the credit.
    fictive_volume_complete: Option<Amount>,
    /// The program from which the client claimed it; null where it was earned or awarded.
    temporary_bonus: Option<ProgramBrief>,
    /// When it was credited; null while it waits to be.
    activate_time: Option<Timestamp>,
    /// When it expires unless the volume is traded by then; null while it waits to be credited. A pause moves it.
    expire_time: Option<Timestamp>,
    /// What went wrong, in the caller's language; null unless the state is `error`.
    error: Option<String>,
    /// When it was awarded.
    create_time: Timestamp,
    /// When it was last changed.
    update_time: Timestamp,
    #[serde(skip)]
    failure: Option<BonusFailure>,
}

impl BonusAnswer {
    /// What went wrong, to somebody who reads these languages.
    fn say(failure: &BonusFailure, locale: &Locale) -> (String, Option<String>) {
        match failure {
            BonusFailure::Refused(faults) => TEXTS.say(locale, faults),
            BonusFailure::Platform(reason) => (reason.clone(), None),
        }
    }
}

impl Resource<Back> for BonusAnswer {
    const NAME: &'static str = "bonus";
    const COVERAGE: Coverage = Coverage::ByAmount;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client_id)
    }

    fn moved(&self) -> Option<Moved> {
        Some(Moved { currency: self.currency.code(), amount: self.amount })
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        self.error = self.failure.as_ref().map(|failure| localizer.say(|locale| Self::say(failure, locale)));
    }

    fn mask(&mut self) {
        self.client_name = masked_name(&self.client_name);
        self.client_email = masked_email(&self.client_email);
    }
}

impl From<StoredBonus> for BonusAnswer {
    fn from(stored: StoredBonus) -> Self {
        let bonus = stored.data;
        Self {
            id: stored.id,
            client_id: stored.client,
            client_name: stored.client_name,
            client_email: stored.client_email,
            account_id: stored.account,
            account: stored.account_number,
            currency: stored.currency.into(),
            amount: bonus.amount,
            state: bonus.state,
            terms: bonus.terms,
            fictive_volume: bonus.volume,
            fictive_volume_complete: bonus.required_volume,
            temporary_bonus: stored.program.map(|(id, name)| ProgramBrief { id, name }),
            activate_time: bonus.activate_time,
            expire_time: bonus.expire_time,
            error: bonus.error.as_ref().map(|failure| Self::say(failure, &Locale::default()).0),
            create_time: stored.create_time,
            update_time: stored.update_time,
            failure: bonus.error,
        }
    }
}

struct NewBonus {
    account: AccountId,
    amount: Amount,
    terms: BonusTerms,
}

impl Input<Back> for NewBonus {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let account = fields.needed("accountId", &Id::of());
        let amount = fields.needed("amount", &Decimal::Positive);
        let terms = read_terms(&mut fields.fresh());
        Some(Self { account: account?, amount: amount?, terms: terms? })
    }
}

/// The volume to trade from now on, if it is sent.
struct NewVolume(Option<Amount>);

impl Input<Back> for NewVolume {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        fields
            .about("How many lots must be traded from now on in all. Nothing happens without it.")
            .optional("fictiveVolumeComplete", &Decimal::Positive)
            .map(Self)
    }
}

/// The lifetime from now on, if it is sent.
struct NewLifetime(Option<i64>);

impl Input<Back> for NewLifetime {
    type Current = ();
    const NAME: Option<&'static str> = Some("BonusReactivation");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        const DAYS: Integer = Integer { min: 1, max: BonusTerms::MAX_LIFETIME };
        fields
            .about("How many days the client gets this time, from 1 to 36500; by default as many as before.")
            .optional("lifetime", &DAYS)
            .map(Self)
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            state: filters.choice("state"),
            account_number: filters.text("account"),
            client_email: filters.email("clientEmail"),
            client: filters.id("clientId"),
            client_name: filters.text("clientName"),
        }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ByTime>) -> Result<Page<BonusAnswer>, Problem> {
    let scope = &reading.caller.rights.scope;
    Ok(awards::list(reading.conn, scope, &query.filter, &query.paging)?.map(BonusAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (BonusId,)) -> Result<BonusAnswer, Problem> {
    Ok(awards::get(reading.conn, &reading.caller.rights.scope, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, NewBonus>) -> Result<BonusAnswer, Problem> {
    let NewBonus { account, amount, terms } = body.create()?;
    let (scope, user) = (&writing.caller.rights.scope, writing.caller.user);
    Ok(awarding::award(writing.tx, scope, user, account, amount, terms)?.into())
}

fn act(writing: &mut Writing<'_, '_>, id: BonusId, event: &BonusEvent) -> Result<Change<BonusAnswer>, Problem> {
    let (scope, user) = (&writing.caller.rights.scope, writing.caller.user);
    let BonusChange { before, after } = engine::act(writing.tx, scope, user, id, event)?;
    Ok(Change::Made { before: before.into(), after: after.into() })
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (BonusId,),
    body: &Body<'_, NewVolume>,
) -> Result<Change<BonusAnswer>, Problem> {
    let bonus = engine::lock(writing.tx, &writing.caller.rights.scope, id)?;
    match body.change(&())? {
        NewVolume(Some(volume)) => act(writing, id, &BonusEvent::SetVolume(volume)),
        NewVolume(None) => Ok(Change::Nothing(bonus.into())),
    }
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (BonusId,)) -> Result<BonusAnswer, Problem> {
    let (scope, user) = (&writing.caller.rights.scope, writing.caller.user);
    Ok(engine::act(writing.tx, scope, user, id, &BonusEvent::Delete)?.before.into())
}

fn extend(writing: &mut Writing<'_, '_>, (id,): (BonusId,), _: &Body<'_, ()>) -> Result<Change<BonusAnswer>, Problem> {
    act(writing, id, &BonusEvent::Continue)
}

fn hold(writing: &mut Writing<'_, '_>, (id,): (BonusId,), _: &Body<'_, ()>) -> Result<Change<BonusAnswer>, Problem> {
    act(writing, id, &BonusEvent::Hold)
}

fn revoke(writing: &mut Writing<'_, '_>, (id,): (BonusId,), _: &Body<'_, ()>) -> Result<Change<BonusAnswer>, Problem> {
    act(writing, id, &BonusEvent::Revoke)
}

fn reactivate(
    writing: &mut Writing<'_, '_>,
    (id,): (BonusId,),
    body: &Body<'_, NewLifetime>,
) -> Result<Change<BonusAnswer>, Problem> {
    engine::lock(writing.tx, &writing.caller.rights.scope, id)?;
    let NewLifetime(lifetime) = body.change(&())?;
    act(writing, id, &BonusEvent::Reactivate(lifetime))
}

/// What was posted on a book of the account.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "BonusPosting")]
struct PostingAnswer {
    /// The account's book: `balance` is free money, `credit` is bonus money.
    #[schemars(extend("enum" = ["balance", "credit"]))]
    book: AccountBook,
    /// How much was added, or taken where it is negative, in the account's currency.
    amount: Amount,
}

/// Something that happened to a bonus.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "BonusStep")]
#[serde(rename_all = "camelCase")]
struct StepAnswer {
    /// Its id.
    id: BonusStepId,
    /// What happened.
    event: BonusEventName,
    /// The state before; null for the award.
    from: Option<BonusState>,
    /// The state after; for a removal the last state it had.
    to: BonusState,
    /// What was posted on the account; empty where no money moved.
    postings: Vec<PostingAnswer>,
    /// The user who did it; null where the system did.
    user_id: Option<UserId>,
    /// When it happened.
    create_time: Timestamp,
}

impl Resource<Back> for StepAnswer {
    const NAME: &'static str = "bonus_step";

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredStep> for StepAnswer {
    fn from(stored: StoredStep) -> Self {
        let postings = stored.postings.into_iter().map(|(book, amount)| PostingAnswer { book, amount }).collect();
        Self {
            id: stored.id,
            event: stored.event,
            from: stored.from,
            to: stored.to,
            postings,
            user_id: stored.user,
            create_time: stored.create_time,
        }
    }
}

fn list_history(
    reading: &mut Reading<'_>,
    (id,): (BonusId,),
    query: &ListQuery<NoFilter, ByTime>,
) -> Result<Page<StepAnswer>, Problem> {
    Ok(history::list(reading.conn, &reading.caller.rights.scope, id, &query.paging)?.map(StepAnswer::from))
}
