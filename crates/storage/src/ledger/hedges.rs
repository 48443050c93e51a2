//! Hedges: exchanges that are done again outside. One is written in the transaction of the exchange and asked for by a
//! job, under the same key until it is answered. The exchange itself stays done, whatever becomes of its hedge.

use chrono::TimeDelta;
use diesel::prelude::*;
use domain::clients::ClientId;
use domain::ledger::{AccountFacts, Amount, CurrencyCode, Rounding, TransactionId, TransactionTypeName};
use domain::messaging::EventName;
use domain::payments::{HedgeId, Hedging};
use domain::platform::{Fate, Pauses, RetryPolicy};
use serde::{Deserialize, Serialize};

use super::{currencies, currency_pairs, transaction_types};
use crate::messaging::events;
use crate::money::Stored;
use crate::platform::queue::{self, Job};
use crate::schema::{clients, hedges as table, transactions};
use crate::{DbConnection, Error, Tx};

/// The job that asks for a hedge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskForHedge(HedgeId);

impl Job for AskForHedge {
    const KIND: &'static str = "hedge";
    const RETRY: RetryPolicy = RetryPolicy {
        lease: TimeDelta::minutes(1),
        max_attempts: 8,
        pauses: Pauses::Doubling { first: TimeDelta::seconds(5), longest: TimeDelta::hours(1) },
    };
}

/// A hedge that is to be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hedge {
    /// Its id.
    pub id: HedgeId,
    /// The exchange.
    pub transaction: TransactionId,
    /// The alphabetic code of what the client gave.
    pub from: String,
    /// The alphabetic code of what they got.
    pub to: String,
    /// How much they gave.
    pub amount: Amount,
    /// At which rate.
    pub rate: Amount,
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
        left_out: transaction_types::not_hedged(&options)?,
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
        table::create_time.eq(tx.now.naive()),
    );
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?;
    queue::put(tx, &AskForHedge(id))
}

/// The hedge of a job; none where it was done already.
pub fn of_job(conn: &mut DbConnection, AskForHedge(id): &AskForHedge) -> Result<Option<Hedge>, Error> {
    type Row = (HedgeId, TransactionId, (CurrencyCode, CurrencyCode), (Stored, Stored));
    let columns = (table::id, table::transaction_id, (table::from_code, table::to_code), (table::amount, table::rate));
    let open = table::table.find(id).filter(table::outcome.is_null().or(table::outcome.ne(DONE)));
    let row: Option<Row> = open.select(columns).first(conn).optional()?;
    let Some((id, transaction, (from, to), (amount, rate))) = row else { return Ok(None) };
    let briefs = currencies::briefs(conn, &[from, to])?;
    let code = |code| briefs.get(&code).map(|brief| brief.alphabetic_code.clone()).ok_or(Error::NotFound);
    let (from, to) = (code(from)?, code(to)?);
    Ok(Some(Hedge { id, transaction, from, to, amount: amount.into(), rate: rate.0.rounded(18, Rounding::Down)? }))
}

/// The outcomes of hedges, as they are stored.
const DONE: &str = "done";
const FAILED: &str = "failed";

/// Notes what became of a hedge. One that has failed is done after all if an operator retries it.
pub fn settle(tx: &mut Tx<'_>, AskForHedge(id): &AskForHedge, fate: &Fate) -> Result<(), Error> {
    let (outcome, reason) = match fate {
        Fate::Done => (Some(DONE), None),
        Fate::Again { reason, .. } => (None, Some(reason)),
        Fate::Refused(reason) | Fate::Dead(reason) => (Some(FAILED), Some(reason)),
    };
    let values = (table::outcome.eq(outcome), table::reason.eq(reason));
    diesel::update(table::table.find(id)).set(values).execute(tx.conn)?;
    match reason {
        Some(reason) if outcome == Some(FAILED) => tell_of_failure(tx, *id, reason),
        _ => Ok(()),
    }
}

fn tell_of_failure(tx: &mut Tx<'_>, id: HedgeId, reason: &str) -> Result<(), Error> {
    let of_hedge = table::table.inner_join(transactions::table).filter(table::id.eq(id));
    let (transaction, client): (TransactionId, ClientId) =
        of_hedge.select((transactions::id, transactions::client_id)).first(tx.conn)?;
    let data = events::facts([("transactionId", transaction.get().into()), ("comment", reason.into())]);
    events::put(tx, EventName::HedgingFail, Some(client), data)
}
