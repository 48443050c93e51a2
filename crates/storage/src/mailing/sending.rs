//! How a mass mail is sent: a part at a time. What became of a part is noted before the next one is begun, so a part that
//! is noted is never sent again.

use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;
use diesel::prelude::*;
use domain::clients::ClientStatus;
use domain::mailing::{
    DeliveryService, DeliveryServiceId, Person, RecipientId, SentEmail, SentEmailId, SentEmailStatus, StopReason, told,
};
use domain::platform::{Fate, Pauses, RetryPolicy};
use domain::value::folded;
use serde::{Deserialize, Serialize};

use super::recipients::WAITING;
use super::{delivery_services, sent_emails};
use crate::connection::on_each;
use crate::credentials::anti_phishing::{self, ReaderCode};
use crate::one_of::one_of;
use crate::platform::queue::{self, Job};
use crate::schema::{clients, sent_email_recipients as recipients, sent_emails as table};
use crate::{DbConnection, Error, Tx};

/// How many recipients a part has. Services take 1,000 at once; half of that is sent and answered in little time.
const PART: i64 = 500;

/// The job that sends the next part of a mass mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendMassMail(pub(super) SentEmailId);

impl Job for SendMassMail {
    const KIND: &'static str = "mass_mail";
    const RETRY: RetryPolicy = RetryPolicy {
        lease: TimeDelta::minutes(2),
        max_attempts: 10,
        pauses: Pauses::Doubling { first: TimeDelta::seconds(10), longest: TimeDelta::minutes(30) },
    };
}

/// What is next of a mail.
#[derive(Clone, Debug)]
pub struct Part {
    /// The mail.
    pub email: SentEmail,
    /// The service that carries it, or why nothing more is sent.
    pub service: Result<DeliveryService, StopReason>,
    /// Whom this part is for.
    pub people: Vec<(RecipientId, Person)>,
    /// The codes that the mail shows to those who have set one, by folded address.
    pub codes: HashMap<String, ReaderCode>,
    /// Those who were removed since the mail was asked for.
    pub gone: Vec<RecipientId>,
}

/// What became of a part.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Those for whom the service took the mail.
    pub sent: Vec<RecipientId>,
    /// Those for whom it did not, or who are gone.
    pub failed: Vec<RecipientId>,
    /// Why.
    pub reason: Option<String>,
}

/// What is next of the mail of a job; none where it is settled.
pub fn of_job(conn: &mut DbConnection, SendMassMail(id): &SendMassMail) -> Result<Option<Part>, Error> {
    let Some(email) = sent_emails::find(conn, *id)?.filter(|email| email.status.is_under_way()) else {
        return Ok(None);
    };
    let service = match email.service {
        Some(service) => delivery_services::find(conn, service)?.map(|service| service.data),
        None => None,
    };
    let service = match service {
        None => Err(StopReason::ServiceDeleted),
        Some(service) if !service.is_enabled => Err(StopReason::ServiceDisabled),
        Some(service) if service.options.from_email.is_none() => Err(StopReason::NoSender),
        Some(service) => Ok(service),
    };
    let (people, gone) = if service.is_ok() { next_of(conn, *id)? } else { (Vec::new(), Vec::new()) };
    let codes = anti_phishing::of_addresses(conn, people.iter().map(|(_, person)| &person.email))?;
    Ok(Some(Part { email, service, people, codes, gone }))
}

type NextOf = (Vec<(RecipientId, Person)>, Vec<RecipientId>);

/// The next recipients, by the addresses and names that they have now.
fn next_of(conn: &mut DbConnection, id: SentEmailId) -> Result<NextOf, Error> {
    type Row = (RecipientId, Option<String>, Option<(String, String, String, ClientStatus)>);
    let waiting = recipients::table
        .left_join(clients::table.on(recipients::client_id.eq(clients::id.nullable())))
        .filter(recipients::email_id.eq(id))
        .filter(recipients::state.eq(WAITING))
        .order(recipients::id)
        .limit(PART);
    let client = (clients::email, clients::first_name, clients::last_name, clients::status).nullable();
    let rows: Vec<Row> = waiting.select((recipients::id, recipients::address, client)).load(conn)?;
    let (mut people, mut gone, mut addresses) = (Vec::new(), Vec::new(), HashSet::new());
    for (recipient, address, client) in rows {
        let person = match (client, address) {
            (Some((_, _, _, ClientStatus::Deleted)), _) | (None, None) => None,
            (Some((email, first_name, last_name, _)), _) => Some(Person { email, first_name, last_name }),
            (None, Some(email)) => Some(Person { email, first_name: String::new(), last_name: String::new() }),
        };
        match person {
            None => gone.push(recipient),
            // Services take an address once in a part. A client may have got another recipient's meanwhile, and waits.
            Some(person) if addresses.insert(folded(&person.email)) => people.push((recipient, person)),
            Some(_) => {}
        }
    }
    Ok((people, gone))
}

/// Notes that a mail is being sent from now on.
pub fn begin(tx: &mut Tx<'_>, id: SentEmailId) -> Result<(), Error> {
    let queued = table::table.find(id).filter(table::status.eq(SentEmailStatus::Queued));
    let values = (table::status.eq(SentEmailStatus::Sending), table::send_time.eq(Some(tx.now.naive())));
    diesel::update(queued).set(values).execute(tx.conn)?;
    Ok(())
}

/// Notes what became of a part. Recipients that are settled stay as they are.
pub fn note(tx: &mut Tx<'_>, id: SentEmailId, outcome: &Outcome) -> Result<(), Error> {
    tx.lock("sent_emails", id)?;
    let sent = settle_each(tx.conn, &outcome.sent, "sent")?;
    let failed = settle_each(tx.conn, &outcome.failed, "failed")?;
    let counts = (table::sent.eq(table::sent + sent), table::failed.eq(table::failed + failed));
    diesel::update(table::table.find(id)).set(counts).execute(tx.conn)?;
    outcome.reason.as_deref().map_or(Ok(()), |reason| note_reason(tx, id, reason))
}

fn note_reason(tx: &mut Tx<'_>, id: SentEmailId, reason: &str) -> Result<(), Error> {
    diesel::update(table::table.find(id)).set(table::reason.eq(Some(told(reason)))).execute(tx.conn)?;
    Ok(())
}

fn settle_each(conn: &mut DbConnection, ids: &[RecipientId], state: &'static str) -> Result<i64, Error> {
    if ids.is_empty() {
        return Ok(0);
    }
    let waiting = recipients::table.filter(one_of(recipients::id, ids)).filter(recipients::state.eq(WAITING));
    let update = diesel::update(waiting).set(recipients::state.eq(state));
    let settled = on_each!(conn, conn => update.execute(conn))?;
    Ok(i64::try_from(settled).unwrap_or(i64::MAX))
}

/// Has the mail that is under way over a service looked at now: it stops, and does not wait for its next attempt first.
pub(super) fn hasten(tx: &mut Tx<'_>, service: DeliveryServiceId) -> Result<(), Error> {
    let under_way: Vec<SentEmailStatus> =
        SentEmailStatus::ALL.iter().copied().filter(|status| status.is_under_way()).collect();
    let stopped = table::table.filter(table::service_id.eq(service)).filter(table::status.eq_any(under_way));
    let ids: Vec<SentEmailId> = stopped.order(table::id).select(table::id).load(tx.conn)?;
    ids.into_iter().try_for_each(|id| {
        // Before its job, as whoever settles it does.
        tx.lock("sent_emails", id)?;
        queue::hasten(tx, &SendMassMail(id))
    })
}

/// Holds what [`settle`] changes.
pub fn lock(tx: &mut Tx<'_>, SendMassMail(id): &SendMassMail) -> Result<(), Error> {
    tx.lock("sent_emails", *id)
}

/// Goes on with the next part, or ends the mail: where nobody waits any more, or where the rest is not sent.
pub fn settle(tx: &mut Tx<'_>, job: &SendMassMail, fate: &Fate) -> Result<(), Error> {
    let SendMassMail(id) = *job;
    match fate {
        Fate::Done if is_anybody_left(tx.conn, id)? => queue::put(tx, job),
        Fate::Done => end(tx, id),
        Fate::Again { reason, .. } => note_reason(tx, id, reason),
        Fate::Refused(reason) | Fate::Dead(reason) => {
            fail_rest(tx, id)?;
            note_reason(tx, id, reason)?;
            end(tx, id)
        }
    }
}

fn is_anybody_left(conn: &mut DbConnection, id: SentEmailId) -> Result<bool, Error> {
    let waiting = recipients::table.filter(recipients::email_id.eq(id)).filter(recipients::state.eq(WAITING));
    Ok(diesel::select(diesel::dsl::exists(waiting)).get_result(conn)?)
}

fn fail_rest(tx: &mut Tx<'_>, id: SentEmailId) -> Result<(), Error> {
    let waiting = recipients::table.filter(recipients::email_id.eq(id)).filter(recipients::state.eq(WAITING));
    let failed = diesel::update(waiting).set(recipients::state.eq("failed")).execute(tx.conn)?;
    let failed = i64::try_from(failed).unwrap_or(i64::MAX);
    diesel::update(table::table.find(id)).set(table::failed.eq(table::failed + failed)).execute(tx.conn)?;
    Ok(())
}

/// Nobody waits for it any more.
fn end(tx: &mut Tx<'_>, id: SentEmailId) -> Result<(), Error> {
    let Some(email) = sent_emails::find(tx.conn, id)? else { return Ok(()) };
    if email.status.is_under_way() {
        let status = SentEmailStatus::at_the_end(email.sent, email.failed);
        diesel::update(table::table.find(id)).set(table::status.eq(status)).execute(tx.conn)?;
    }
    Ok(())
}
