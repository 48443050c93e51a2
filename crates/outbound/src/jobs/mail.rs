use domain::messaging::provider_of_attempt;
use domain::platform::{Fate, JobResult};
use storage::credentials::anti_phishing::{self, ReaderCode};
use storage::messaging::outbox::{self, Mail, SendMail};
use storage::messaging::smtp_providers::{self, StoredProvider};
use storage::{DbConnection, Error, Tx};

use super::handler::JobHandler;
use crate::anti_phishing::{line, with_line};
use crate::mail::{MailBody, Mailer, SmtpMailer};
use crate::metrics::CallKind;
use crate::outbound::Outbound;

/// Sends mail.
pub(super) struct MailHandler;

/// A mail, and how it is sent this time.
pub(super) struct Attempt {
    job: SendMail,
    mail: Mail,
    /// The provider; none for the one of the server's settings.
    provider: Option<StoredProvider>,
    /// The code that the mail shows; none where its reader has set none.
    code: Option<ReaderCode>,
}

impl JobHandler for MailHandler {
    type Job = SendMail;
    type Work = Attempt;

    /// One, so that mails to the same person go out in their order.
    const CONCURRENCY: usize = 1;

    fn is_able(outbound: &Outbound) -> bool {
        outbound.database.read(smtp_providers::is_set).unwrap_or(false) || outbound.adapters.mailer.is_some()
    }

    fn load(conn: &mut DbConnection, job: &SendMail) -> Result<Option<Attempt>, Error> {
        let Some((mail, attempts)) = outbox::of_job(conn, job)? else { return Ok(None) };
        let providers = smtp_providers::enabled(conn)?;
        let provider = provider_of_attempt(&providers, attempts).cloned();
        let code = anti_phishing::of_addresses(conn, [&mail.recipient])?.into_values().next();
        Ok(Some(Attempt { job: *job, mail, provider, code }))
    }

    fn carry_out(outbound: &Outbound, attempt: &Attempt) -> JobResult {
        let sent = send(outbound, attempt);
        let (job, provider) = (attempt.job, attempt.provider.as_ref().map(|provider| provider.id));
        let error = sent.as_ref().err().cloned();
        let noted = outbound.database.write(move |tx| outbox::note(tx, &job, provider, error.as_deref()));
        if let Err(error) = noted {
            log::warn!("an attempt to send a mail cannot be noted: {error}");
        }
        sent.map_or_else(JobResult::Unanswered, |()| JobResult::Done)
    }

    fn settle(tx: &mut Tx<'_>, job: &SendMail, fate: &Fate) -> Result<(), Error> {
        outbox::settle(tx, job, fate)
    }
}

fn send(outbound: &Outbound, attempt: &Attempt) -> Result<(), String> {
    let Attempt { mail, provider, code, .. } = attempt;
    let body = outbound.secret.open(&mail.sealed_body).and_then(|body| String::from_utf8(body).ok());
    let body = body.ok_or("its text does not open with this secret")?;
    let body = if mail.is_html { MailBody::Html(body) } else { MailBody::Text(body) };
    let body = match code.as_ref().and_then(|code| line(&outbound.secret, code)) {
        Some(line) => with_line(body, &line),
        None => body,
    };
    let (to, subject) = (&mail.recipient, &mail.subject);
    match (provider, &outbound.adapters.mailer) {
        (Some(provider), _) => {
            let mailer = SmtpMailer::of(&provider.data, &outbound.secret)?;
            outbound.measured(CallKind::Mail, |_| mailer.send(to, subject, body))
        }
        (None, Some(mailer)) => outbound.measured(CallKind::Mail, |_| mailer.send(to, subject, body)),
        (None, None) => Err("no SMTP server is set".into()),
    }
}
