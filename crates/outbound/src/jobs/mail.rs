use domain::platform::{Fate, JobResult};
use storage::messaging::outbox::{self, Mail, SendMail};
use storage::{DbConnection, Error, Tx};

use super::handler::JobHandler;
use crate::outbound::Outbound;

/// Sends mail.
pub(super) struct MailHandler;

impl JobHandler for MailHandler {
    type Job = SendMail;
    type Work = Mail;

    /// One, so that mails to the same person go out in their order.
    const CONCURRENCY: usize = 1;

    fn is_able(outbound: &Outbound) -> bool {
        outbound.sends_mail()
    }

    fn load(conn: &mut DbConnection, job: &SendMail) -> Result<Option<Mail>, Error> {
        outbox::of_job(conn, job)
    }

    fn carry_out(outbound: &Outbound, mail: &Mail) -> JobResult {
        let Some(mailer) = &outbound.adapters.mailer else {
            return JobResult::Unanswered("no SMTP server is set".into());
        };
        let body = outbound.secret.open(&mail.sealed_body).and_then(|body| String::from_utf8(body).ok());
        let sent = match body {
            Some(body) => mailer.send(&mail.recipient, &mail.subject, body),
            None => Err("its text does not open with this secret".into()),
        };
        sent.map_or_else(JobResult::Unanswered, |()| JobResult::Done)
    }

    fn settle(tx: &mut Tx<'_>, job: &SendMail, fate: &Fate) -> Result<(), Error> {
        outbox::settle(tx, job, fate)
    }
}
