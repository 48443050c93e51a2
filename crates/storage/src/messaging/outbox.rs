//! Mail: written in the transaction that it tells of, and sent by a job.

use chrono::TimeDelta;
use diesel::prelude::*;
use domain::messaging::MailId;
use domain::platform::{Fate, RetryPolicy};
use serde::{Deserialize, Serialize};

use crate::platform::queue::{self, Job};
use crate::schema::mail_outbox as table;
use crate::{DbConnection, Error, Tx};

/// The job that sends a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendMail(MailId);

impl Job for SendMail {
    const KIND: &'static str = "mail";
    /// For about a day.
    const RETRY: RetryPolicy = RetryPolicy {
        lease: TimeDelta::minutes(2),
        max_attempts: 12,
        first_pause: TimeDelta::minutes(1),
        longest_pause: TimeDelta::hours(3),
    };
}

/// A mail that is to be sent.
#[derive(Clone, Debug, Queryable)]
pub struct Mail {
    /// Whom it is to.
    pub recipient: String,
    /// Its subject.
    pub subject: String,
    /// Its text, sealed, since it may hold a code.
    pub sealed_body: Vec<u8>,
}

/// Writes a mail and asks for it to be sent.
pub fn put(tx: &mut Tx<'_>, mail: &Mail) -> Result<(), Error> {
    let values = (
        table::recipient.eq(&mail.recipient),
        table::subject.eq(&mail.subject),
        table::body.eq(Some(&mail.sealed_body)),
        table::create_time.eq(tx.now.naive()),
    );
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?;
    queue::put(tx, &SendMail(id))
}

/// The mail of a job; none where it was sent already.
pub fn of_job(conn: &mut DbConnection, SendMail(id): &SendMail) -> Result<Option<Mail>, Error> {
    let unsent = table::table.find(id).filter(table::sent_at.is_null());
    let columns = (table::recipient, table::subject, table::body.assume_not_null());
    Ok(unsent.filter(table::body.is_not_null()).select(columns).first(conn).optional()?)
}

/// Notes what became of a mail. The text of one that was sent is wiped.
pub fn settle(tx: &mut Tx<'_>, SendMail(id): &SendMail, fate: &Fate) -> Result<(), Error> {
    match fate {
        Fate::Done => {
            let values = (table::sent_at.eq(Some(tx.now.naive())), table::body.eq(None::<Vec<u8>>));
            diesel::update(table::table.find(id)).set(values).execute(tx.conn)?;
            Ok(())
        }
        Fate::Refused(_) | Fate::Again { .. } | Fate::Dead(_) => Ok(()),
    }
}
