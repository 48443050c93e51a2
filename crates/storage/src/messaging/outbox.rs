//! Mail: written in the transaction that it tells of, and sent by a job. Each attempt is noted.

use chrono::TimeDelta;
use diesel::prelude::*;
use domain::messaging::{MailId, SmtpProviderId};
use domain::platform::{Fate, Pauses, RetryPolicy};
use serde::{Deserialize, Serialize};

use crate::platform::queue::{self, Job};
use crate::schema::{mail_attempts, mail_outbox as table};
use crate::{DbConnection, Error, Tx};

/// The job that sends a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendMail(MailId);

impl Job for SendMail {
    const KIND: &'static str = "mail";
    const RETRY: RetryPolicy = RetryPolicy {
        lease: TimeDelta::minutes(2),
        max_attempts: 5,
        pauses: Pauses::Listed(&[
            TimeDelta::minutes(1),
            TimeDelta::minutes(5),
            TimeDelta::minutes(15),
            TimeDelta::hours(1),
        ]),
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
    /// Whether the text is HTML.
    pub is_html: bool,
}

/// Writes a mail and asks for it to be sent.
pub fn put(tx: &mut Tx<'_>, mail: &Mail) -> Result<(), Error> {
    let values = (
        table::recipient.eq(&mail.recipient),
        table::subject.eq(&mail.subject),
        table::body.eq(Some(&mail.sealed_body)),
        table::is_html.eq(mail.is_html),
        table::create_time.eq(tx.now.naive()),
    );
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?;
    queue::put(tx, &SendMail(id))
}

/// The mail of a job, with how often it was tried before; none where it was sent already.
pub fn of_job(conn: &mut DbConnection, SendMail(id): &SendMail) -> Result<Option<(Mail, usize)>, Error> {
    let unsent = table::table.find(id).filter(table::sent_at.is_null());
    let columns = (table::recipient, table::subject, table::body.assume_not_null(), table::is_html);
    let mail: Option<Mail> = unsent.filter(table::body.is_not_null()).select(columns).first(conn).optional()?;
    let Some(mail) = mail else { return Ok(None) };
    let attempts: i64 = mail_attempts::table.filter(mail_attempts::mail_id.eq(id)).count().get_result(conn)?;
    Ok(Some((mail, usize::try_from(attempts).unwrap_or_default())))
}

/// Notes an attempt, by the provider that it was made with; none for the server's own settings.
pub fn note(
    tx: &mut Tx<'_>,
    SendMail(id): &SendMail,
    provider: Option<SmtpProviderId>,
    error: Option<&str>,
) -> Result<(), Error> {
    let values = (
        mail_attempts::mail_id.eq(id),
        mail_attempts::provider_id.eq(provider),
        mail_attempts::error.eq(error),
        mail_attempts::create_time.eq(tx.now.naive()),
    );
    diesel::insert_into(mail_attempts::table).values(values).execute(tx.conn)?;
    Ok(())
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
