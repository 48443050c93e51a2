//! Mail: written to the outbox in the transaction that it tells of, sent by SMTP from there.

use lettre::message::{Mailbox, header::ContentType};
use lettre::transport::smtp::client::Tls;
use lettre::{Message, SmtpTransport, Transport};
use storage::Tx;
use storage::messaging::outbox;

use crate::Problem;
use crate::context::AppContext;

/// Sends mail by SMTP.
#[derive(Clone)]
pub struct Mailer {
    transport: SmtpTransport,
    from: Mailbox,
}

/// Why there is no mailer.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    /// The URL is not one of SMTP.
    #[error("{0}")]
    Url(String),
    /// The sender is not an address.
    #[error("the sender is not an e-mail address")]
    Sender,
}

/// How long one mail may take.
const SMTP_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(20);

impl Mailer {
    /// From a URL such as `smtps://user:password@host:465` or `smtp://host:25`, and the sender's
    /// address.
    ///
    /// # Errors
    /// A URL or a sender that is none.
    pub fn new(url: &str, from: &str) -> Result<Self, MailerError> {
        let builder = SmtpTransport::from_url(url).map_err(|error| MailerError::Url(error.to_string()))?;
        let from = from.parse().map_err(|_| MailerError::Sender)?;
        let builder =
            if url.starts_with("smtp://") && !url.contains("tls=") { builder.tls(Tls::None) } else { builder };
        Ok(Self { transport: builder.timeout(Some(SMTP_TIMEOUT)).build(), from })
    }

    /// Sends one mail; the error says why it could not be.
    fn send(&self, to: &str, subject: &str, body: String) -> Result<(), String> {
        let to = to.parse::<Mailbox>().map_err(|error| error.to_string())?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(body)
            .map_err(|error| error.to_string())?;
        self.transport.send(&message).map(drop).map_err(|error| error.to_string())
    }
}

/// Puts a mail in the outbox.
pub(crate) fn put(app: &AppContext, tx: &mut Tx<'_>, to: &str, subject: &str, body: &str) -> Result<(), Problem> {
    let sealed = app.secret.seal(body.as_bytes())?;
    Ok(outbox::put(tx, to, subject, &sealed)?)
}

/// Sends the mails that are due, one after the other; answers whether there was one.
pub(crate) fn send_due(app: &AppContext, mailer: &Mailer) -> Result<bool, storage::Error> {
    let now = app.now();
    if !app.database.read(move |conn| outbox::is_due(conn, now))? {
        return Ok(false);
    }
    let Some(mail) = app.database.write(outbox::take)? else { return Ok(false) };
    let body = mail.body.as_deref().and_then(|sealed| app.secret.open(sealed));
    let sent = match body.and_then(|body| String::from_utf8(body).ok()) {
        Some(body) => mailer.send(&mail.recipient, &mail.subject, body),
        None => Err("its text does not open with this secret".to_owned()),
    };
    match sent {
        Ok(()) => app.database.write(move |tx| outbox::sent(tx, mail.id))?,
        Err(reason) => {
            log::warn!("mail {} could not be sent, try {}: {reason}", mail.id, mail.attempts);
            app.database.write(move |tx| outbox::failed(tx, &mail, &reason))?;
        }
    }
    Ok(true)
}
