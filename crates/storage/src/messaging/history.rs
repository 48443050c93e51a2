//! What was told is kept for a while, and then forgotten.

use diesel::prelude::*;
use domain::messaging::{DeliveryId, DeliveryStatus, EventId, HISTORY_KEPT, MailId, UserMessageId};
use domain::value::Timestamp;

use super::deliveries::SendWebhook;
use super::outbox::SendMail;
use super::user_messages::SendText;
use crate::connection::on_each;
use crate::one_of::one_of;
use crate::platform::queue;
use crate::schema::{event_deliveries, events, mail_attempts, mail_outbox, user_messages};
use crate::{Error, PRUNED_AT_ONCE, Tx};

/// The ids of the records that are old; ids grow with time.
fn old<Id>(tx: &Tx<'_>, records: Vec<(Id, Timestamp)>) -> Vec<Id> {
    let oldest = tx.now.plus(-HISTORY_KEPT);
    records.into_iter().take_while(|(_, time)| *time < oldest).map(|(id, _)| id).collect()
}

/// Forgets the oldest events that were passed on long ago; answers how many.
pub fn forget_events(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let first = events::table.filter(events::is_dispatched.eq(true)).order(events::id).limit(PRUNED_AT_ONCE);
    let first = first.select((events::id, events::create_time)).load(tx.conn)?;
    let ids: Vec<EventId> = old(tx, first);
    let rows = events::table.filter(one_of(events::id, &ids));
    Ok(on_each!(&mut *tx.conn, conn => diesel::delete(rows).execute(conn))?)
}

/// Forgets the oldest deliveries that have come to an end, and what is left of their jobs; answers how many.
pub fn forget_deliveries(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let ended = event_deliveries::table.filter(event_deliveries::status.ne(DeliveryStatus::Pending));
    let first = ended.order((event_deliveries::create_time, event_deliveries::id)).limit(PRUNED_AT_ONCE);
    let first = first.select((event_deliveries::id, event_deliveries::create_time)).load(tx.conn)?;
    let ids: Vec<DeliveryId> = old(tx, first);
    let rows = event_deliveries::table.filter(one_of(event_deliveries::id, &ids));
    let forgotten = on_each!(&mut *tx.conn, conn => diesel::delete(rows).execute(conn))?;
    Ok(forgotten + queue::forget_dead::<SendWebhook>(tx, HISTORY_KEPT)?)
}

/// Forgets the oldest mails, with their attempts, and what is left of their jobs; answers how many.
pub fn forget_mails(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let first = mail_outbox::table.order(mail_outbox::id).limit(PRUNED_AT_ONCE);
    let first = first.select((mail_outbox::id, mail_outbox::create_time)).load(tx.conn)?;
    let ids: Vec<MailId> = old(tx, first);
    let attempts = mail_attempts::table.filter(one_of(mail_attempts::mail_id, &ids));
    on_each!(&mut *tx.conn, conn => diesel::delete(attempts).execute(conn))?;
    let rows = mail_outbox::table.filter(one_of(mail_outbox::id, &ids));
    let forgotten = on_each!(&mut *tx.conn, conn => diesel::delete(rows).execute(conn))?;
    Ok(forgotten + queue::forget_dead::<SendMail>(tx, HISTORY_KEPT)?)
}

/// Forgets the oldest texts, and what is left of their jobs; answers how many.
pub fn forget_texts(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let first = user_messages::table.order(user_messages::id).limit(PRUNED_AT_ONCE);
    let first = first.select((user_messages::id, user_messages::create_time)).load(tx.conn)?;
    let ids: Vec<UserMessageId> = old(tx, first);
    let rows = user_messages::table.filter(one_of(user_messages::id, &ids));
    let forgotten = on_each!(&mut *tx.conn, conn => diesel::delete(rows).execute(conn))?;
    Ok(forgotten + queue::forget_dead::<SendText>(tx, HISTORY_KEPT)?)
}
