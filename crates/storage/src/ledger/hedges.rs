//! Hedges: exchanges that are done again outside. One is written in the transaction of the exchange,
//! taken by a worker of any server, and asked for again under the same key until it is answered. The
//! exchange itself stays done, whatever becomes of it.

use chrono::TimeDelta;
use diesel::prelude::*;
use domain::clients::{ClientId, ClientTypeId};
use domain::ledger::{AccountFacts, Amount, CurrencyCode, Rounding, TransactionId, TransactionTypeName};
use domain::payments::{HedgeId, Hedging};
use domain::value::{Set, Timestamp};

use super::platform_orders::Verdict;
use super::{currencies, currency_pairs, transaction_types};
use crate::money::Stored;
use crate::retry::pause;
use crate::schema::{clients, hedges as table};
use crate::{DbConnection, Error, Tx};

/// How long a hedge belongs to the worker that took it.
const TAKEN_FOR: TimeDelta = TimeDelta::minutes(1);
/// How often it is asked for before it has failed.
const MAX_ATTEMPTS: i64 = 8;
/// How long it is waited after the first try, and at most.
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(5);
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(1);

/// A hedge that was taken to be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hedge {
    /// Its id.
    pub id: HedgeId,
    /// The exchange.
    pub transaction: TransactionId,
    /// The alphabetic code of what the client gave.
    pub from: String,
    /// The alphabetic code of what he got.
    pub to: String,
    /// How much he gave.
    pub amount: Amount,
    /// At which rate.
    pub rate: Amount,
    attempts: i64,
}

/// Writes a hedge down where the pair, the client and the account ask for one.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    transaction: TransactionId,
    client: ClientId,
    source: &AccountFacts,
    to: CurrencyCode,
    [amount, rate]: [Amount; 2],
) -> Result<(), Error> {
    let from = source.currency.code;
    let Some(pair) = currency_pairs::of(tx.conn, from, to)?.filter(|pair| pair.is_hedging_enabled) else {
        return Ok(());
    };
    let client_type = clients::table.find(client).select(clients::type_id).first(tx.conn)?;
    let options = transaction_types::named(tx.conn, TransactionTypeName::Exchange)?.options;
    let hedging = Hedging {
        pair_is_hedged: pair.is_hedging_enabled,
        client_type,
        left_out: left_out(&options)?,
        is_demo: source.is_demo(),
    };
    if !hedging.applies() {
        return Ok(());
    }
    let values = (
        table::transaction_id.eq(transaction),
        table::from_code.eq(from),
        table::to_code.eq(to),
        table::amount.eq(Stored(amount)),
        table::rate.eq(Stored(rate)),
        table::attempts.eq(0),
        table::next_attempt_at.eq(Some(tx.now.naive())),
        table::create_time.eq(tx.now.naive()),
    );
    diesel::insert_into(table::table).values(values).execute(tx.conn)?;
    Ok(())
}

/// Whether exchanges of clients of this type are not hedged.
pub(crate) fn leave_out(conn: &mut DbConnection, client_type: ClientTypeId) -> Result<bool, Error> {
    let options = transaction_types::named(conn, TransactionTypeName::Exchange)?.options;
    Ok(left_out(&options)?.contains(&client_type))
}

/// The switch `notHedgedClientTypes` of exchanges.
pub(crate) fn left_out(options: &str) -> Result<Set<ClientTypeId>, Error> {
    let options: serde_json::Value = serde_json::from_str(options)?;
    let ids = options.get("notHedgedClientTypes").and_then(serde_json::Value::as_array);
    let ids = ids.into_iter().flatten().filter_map(serde_json::Value::as_i64);
    Ok(ids.map(ClientTypeId::new).collect())
}

/// Whether a hedge is due.
///
/// # Errors
/// Those of the database.
pub fn is_due(conn: &mut DbConnection, now: Timestamp) -> Result<bool, Error> {
    let due = table::table.filter(table::next_attempt_at.le(now.naive()));
    Ok(diesel::select(diesel::dsl::exists(due)).get_result(conn)?)
}

/// Takes a hedge that is due; nobody else takes it for a while.
///
/// # Errors
/// Those of the database.
pub fn take(tx: &mut Tx<'_>) -> Result<Option<Hedge>, Error> {
    type Row = (HedgeId, Option<Timestamp>, TransactionId, (CurrencyCode, CurrencyCode), (Stored, Stored), i64);
    let due = table::table.filter(table::next_attempt_at.le(tx.now.naive())).order(table::next_attempt_at);
    let columns = (
        table::id,
        table::next_attempt_at,
        table::transaction_id,
        (table::from_code, table::to_code),
        (table::amount, table::rate),
        table::attempts,
    );
    let first: Option<Row> = due.select(columns).first(tx.conn).optional()?;
    let Some((id, Some(seen), transaction, (from, to), (amount, rate), attempts)) = first else { return Ok(None) };
    // Another worker may have taken it since it was read: only one changes this very value.
    let mine = table::table.find(id).filter(table::next_attempt_at.eq(Some(seen.naive())));
    let later = tx.now.plus(TAKEN_FOR).naive();
    let values = (table::attempts.eq(attempts + 1), table::next_attempt_at.eq(Some(later)));
    if diesel::update(mine).set(values).execute(tx.conn)? == 0 {
        return Ok(None);
    }
    let briefs = currencies::briefs(tx.conn, &[from, to])?;
    let code = |code| briefs.get(&code).map(|brief| brief.alphabetic_code.clone()).unwrap_or_default();
    Ok(Some(Hedge {
        id,
        transaction,
        from: code(from),
        to: code(to),
        amount: amount.into(),
        rate: rate.0.rounded(18, Rounding::Down)?,
        attempts: attempts + 1,
    }))
}

/// Notes what became of a hedge; answers whether it has failed for good.
///
/// # Errors
/// Those of the database.
pub fn settle(tx: &mut Tx<'_>, hedge: &Hedge, verdict: &Verdict) -> Result<bool, Error> {
    let is_last = hedge.attempts >= MAX_ATTEMPTS;
    let again = tx.now.plus(pause(hedge.attempts, FIRST_PAUSE, LONGEST_PAUSE)).naive();
    let (outcome, reason, next) = match verdict {
        Verdict::Confirmed => (Some("done"), None, None),
        Verdict::Refused(reason) => (Some("failed"), Some(reason), None),
        Verdict::Unanswered(reason) if is_last => (Some("failed"), Some(reason), None),
        Verdict::Unanswered(reason) => (None, Some(reason), Some(again)),
    };
    let values = (table::outcome.eq(outcome), table::reason.eq(reason), table::next_attempt_at.eq(next));
    diesel::update(table::table.find(hedge.id)).set(values).execute(tx.conn)?;
    Ok(outcome == Some("failed"))
}
