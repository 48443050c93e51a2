//! What client programs are told over Socket.IO: written in the transaction of the change, read by every server that has
//! somebody connected who may be told, and forgotten soon.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use domain::clients::ClientId;
use domain::ledger::TransactionId;
use domain::messaging::{OutboxCursor, QrCodeKey, SocketChannel, SocketEvent};
use domain::value::Timestamp;

use crate::connection::on_each;
use crate::one_of::one_of;
use crate::schema::socket_events as table;
use crate::{DbConnection, Error, PRUNED_AT_ONCE, Tx};

/// How many events are read at once.
const AT_ONCE: i64 = 500;
/// How long events are kept, for those who look into why somebody was not told.
const KEPT: TimeDelta = TimeDelta::hours(1);

/// An event as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSocketEvent {
    /// Its id.
    pub id: i64,
    /// Who is told.
    pub channel: SocketChannel,
    /// What.
    pub event: SocketEvent,
    /// The deposit.
    pub transaction: Option<TransactionId>,
    /// The token for a QR code.
    pub sealed_token: Option<Vec<u8>>,
    /// When it happened.
    pub create_time: Timestamp,
}

#[derive(Insertable)]
#[diesel(table_name = table, treat_none_as_default_value = false)]
struct NewRow<'a> {
    channel: String,
    event: SocketEvent,
    transaction_id: Option<TransactionId>,
    sealed_token: Option<&'a [u8]>,
    create_time: NaiveDateTime,
}

fn put(tx: &mut Tx<'_>, row: NewRow<'_>) -> Result<(), Error> {
    let insert = diesel::insert_into(table::table).values(row);
    on_each!(&mut *tx.conn, conn => insert.execute(conn))?;
    Ok(())
}

/// Writes that a client's deposit has come to an end.
pub(crate) fn put_deposit(
    tx: &mut Tx<'_>,
    client: ClientId,
    event: SocketEvent,
    transaction: TransactionId,
) -> Result<(), Error> {
    let channel = SocketChannel::Client(client).to_string();
    let create_time = tx.now.naive();
    put(tx, NewRow { channel, event, transaction_id: Some(transaction), sealed_token: None, create_time })
}

/// Writes that somebody who is signed in has scanned a QR code: the page that shows it gets the token, which the caller
/// has sealed.
pub fn put_token(tx: &mut Tx<'_>, code: QrCodeKey, sealed_token: &[u8]) -> Result<(), Error> {
    let channel = SocketChannel::QrCode(code).to_string();
    let (event, create_time) = (SocketEvent::SigninToken, tx.now.naive());
    put(tx, NewRow { channel, event, transaction_id: None, sealed_token: Some(sealed_token), create_time })
}

/// A cursor behind the events that are there.
pub fn end(conn: &mut DbConnection, now: Timestamp) -> Result<OutboxCursor, Error> {
    let since = OutboxCursor::recent_since(now).naive();
    let recent = table::table.filter(table::create_time.ge(since)).select(diesel::dsl::min(table::id));
    let first: Option<i64> = recent.first(conn)?;
    let floor = match first {
        Some(first) => first - 1,
        None => table::table.select(diesel::dsl::max(table::id)).first::<Option<i64>>(conn)?.unwrap_or_default(),
    };
    let there = table::table.filter(table::id.gt(floor)).select((table::id, table::create_time));
    Ok(OutboxCursor::behind(floor, there.load::<(i64, Timestamp)>(conn)?))
}

/// Events above an id in the order of their ids, some of them, and whether there may be more.
pub fn above(conn: &mut DbConnection, id: i64) -> Result<(Vec<StoredSocketEvent>, bool), Error> {
    type Row = (i64, String, SocketEvent, Option<TransactionId>, Option<Vec<u8>>, Timestamp);
    let columns =
        (table::id, table::channel, table::event, table::transaction_id, table::sealed_token, table::create_time);
    let query = table::table.filter(table::id.gt(id)).order(table::id).limit(AT_ONCE).select(columns);
    let rows: Vec<Row> = on_each!(conn, conn => query.load(conn))?;
    let has_more = i64::try_from(rows.len()).is_ok_and(|rows| rows >= AT_ONCE);
    let stored = |(id, channel, event, transaction, sealed_token, create_time): Row| {
        // The others are told all the same.
        let channel = channel.parse().inspect_err(|error| log::error!("event {id}: {channel:?} {error}")).ok()?;
        Some(StoredSocketEvent { id, channel, event, transaction, sealed_token, create_time })
    };
    Ok((rows.into_iter().filter_map(stored).collect(), has_more))
}

/// Forgets the oldest events; answers how many.
pub fn sweep(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let old = table::table.filter(table::create_time.lt(tx.now.plus(-KEPT).naive()));
    let ids: Vec<i64> =
        old.order((table::create_time, table::id)).limit(PRUNED_AT_ONCE).select(table::id).load(tx.conn)?;
    let rows = table::table.filter(one_of(table::id, &ids));
    Ok(on_each!(&mut *tx.conn, conn => diesel::delete(rows).execute(conn))?)
}
