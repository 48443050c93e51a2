//! What is left to be spent with services that send SMS: read by one server at a time, while a listener waits for it.

use diesel::dsl::exists;
use diesel::prelude::*;
use domain::connections::{BALANCE_READ_EVERY, ServiceBalance, SmsProvider, SmsProviderId, SmsService};
use domain::ledger::Amount;
use domain::messaging::{EventName, ListenerEvent};
use domain::value::{Record, Timestamp};

use super::sms_providers;
use crate::messaging::events;
use crate::schema::{event_listeners, sms_providers as table};
use crate::{DbConnection, Error, Tx};

/// The oldest of the enabled providers whose balance was not read for so long.
fn due(conn: &mut DbConnection, now: Timestamp) -> Result<Option<SmsProviderId>, Error> {
    let services: Vec<SmsService> = SmsService::ALL.iter().copied().filter(|service| service.tells_balance()).collect();
    let oldest = now.plus(-BALANCE_READ_EVERY).naive();
    let due = table::table
        .filter(table::is_enabled.eq(true))
        .filter(table::service.eq_any(services))
        .filter(table::balance_read_at.is_null().or(table::balance_read_at.le(oldest)));
    Ok(due.order((table::create_time, table::id)).select(table::id).first(conn).optional()?)
}

/// Whether a balance is to be read: one that nobody listens to is not.
pub fn is_due(conn: &mut DbConnection, now: Timestamp) -> Result<bool, Error> {
    let listeners = event_listeners::table
        .filter(event_listeners::event.eq(ListenerEvent::AccountBalanceReceived))
        .filter(event_listeners::is_enabled.eq(true));
    let is_heard: bool = diesel::select(exists(listeners)).get_result(conn)?;
    Ok(is_heard && due(conn, now)?.is_some())
}

/// Takes a provider whose balance is to be read, for this server alone.
pub fn claim(tx: &mut Tx<'_>) -> Result<Option<Record<SmsProvider>>, Error> {
    let Some(id) = due(tx.conn, tx.now)? else { return Ok(None) };
    tx.lock("sms_providers", id)?;
    // Another server may have taken it meanwhile.
    if due(tx.conn, tx.now)? != Some(id) {
        return Ok(None);
    }
    let taken = diesel::update(table::table.find(id)).set(table::balance_read_at.eq(Some(tx.now.naive())));
    taken.execute(tx.conn)?;
    sms_providers::get(tx.conn, id).map(Some)
}

/// Notes a balance, and tells listeners if it is another one than before.
pub fn note(tx: &mut Tx<'_>, id: SmsProviderId, balance: &ServiceBalance) -> Result<(), Error> {
    let known = table::table.find(id).select((table::caption, table::balance));
    let known: Option<(String, Option<String>)> = known.first(tx.conn).optional()?;
    let Some((caption, before)) = known else { return Ok(()) };
    let before: Option<Amount> = before.and_then(|before| before.parse().ok());
    if before == Some(balance.amount) {
        return Ok(());
    }
    let noted = diesel::update(table::table.find(id)).set(table::balance.eq(Some(balance.amount.plain())));
    noted.execute(tx.conn)?;
    let facts = events::facts([
        ("amount", balance.amount.plain().into()),
        ("amountBefore", before.map(Amount::plain).into()),
        ("currency", balance.currency.as_str().into()),
        ("comment", caption.into()),
    ]);
    events::put(tx, EventName::AccountBalanceReceived, None, facts)
}
