//! Mail: the interface to what sends it, and SMTP.

use std::time::Duration;

use lettre::message::{Mailbox, header::ContentType};
use lettre::transport::smtp::client::Tls;
use lettre::{Message, SmtpTransport, Transport};

/// Sends mail.
pub trait Mailer: Send + Sync {
    /// Sends one mail.
    ///
    /// # Errors
    /// Why it could not be sent.
    fn send(&self, to: &str, subject: &str, body: String) -> Result<(), String>;
}

/// Sends mail by SMTP.
#[derive(Clone)]
pub struct SmtpMailer {
    transport: SmtpTransport,
    from: Mailbox,
}

/// Why a mailer cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    /// The URL is not an SMTP URL.
    #[error("{0}")]
    Url(String),
    /// The sender is not an address.
    #[error("the sender is not an e-mail address")]
    Sender,
}

/// How long one mail may take.
const SMTP_TIMEOUT: Duration = Duration::from_secs(20);

impl SmtpMailer {
    /// From a URL such as `smtps://user:password@host:465` or `smtp://host:25`, and the sender's address.
    ///
    /// # Errors
    /// The URL or the sender cannot be read.
    pub fn new(url: &str, from: &str) -> Result<Self, MailerError> {
        let builder = SmtpTransport::from_url(url).map_err(|error| MailerError::Url(error.to_string()))?;
        let from = from.parse().map_err(|_| MailerError::Sender)?;
        let builder =
            if url.starts_with("smtp://") && !url.contains("tls=") { builder.tls(Tls::None) } else { builder };
        Ok(Self { transport: builder.timeout(Some(SMTP_TIMEOUT)).build(), from })
    }
}

impl Mailer for SmtpMailer {
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
