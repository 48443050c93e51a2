//! Mail: the interface to what sends it, and SMTP.

use std::time::Duration;

use domain::messaging::{Encryption, SmtpProvider};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Message, SmtpTransport, Transport};

use crate::options::opened;
use crate::secrets::SecretKey;

/// The text of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailBody {
    /// As it is.
    Text(String),
    /// As HTML, beside the text that is read from it.
    Html(String),
}

/// Sends mail.
pub trait Mailer: Send + Sync {
    /// Sends one mail.
    ///
    /// # Errors
    /// Why it could not be sent.
    fn send(&self, to: &str, subject: &str, body: MailBody) -> Result<(), String>;
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
/// How long a line of the text of a mail in HTML is.
const TEXT_WIDTH: usize = 78;

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

    /// Of a provider that users have set up.
    ///
    /// # Errors
    /// Why it cannot be right.
    pub fn of(provider: &SmtpProvider, secret: &SecretKey) -> Result<Self, String> {
        let parameters = || TlsParameters::new(provider.host.clone()).map_err(|error| error.to_string());
        let tls = match provider.encryption {
            Some(Encryption::Tls) => Tls::Required(parameters()?),
            Some(Encryption::Ssl) => Tls::Wrapper(parameters()?),
            None => Tls::None,
        };
        let mut builder = SmtpTransport::builder_dangerous(&provider.host).port(provider.port).tls(tls);
        if let Some(username) = &provider.username {
            let password = match &provider.password {
                Some(sealed) => opened(secret, sealed).ok_or("its password does not open with this secret")?,
                None => String::new(),
            };
            builder = builder.credentials(Credentials::new(username.clone(), password));
        }
        let address = provider.send_from.as_str().parse().map_err(|_| "its sender is not an address")?;
        let from = Mailbox::new(provider.send_from_name.clone(), address);
        Ok(Self { transport: builder.timeout(Some(SMTP_TIMEOUT)).build(), from })
    }

    /// Signs in, and sends nothing.
    ///
    /// # Errors
    /// Why it does not work.
    pub fn check(&self) -> Result<(), String> {
        match self.transport.test_connection() {
            Ok(true) => Ok(()),
            Ok(false) => Err("the server closed the connection".into()),
            Err(error) => Err(error.to_string()),
        }
    }
}

impl Mailer for SmtpMailer {
    fn send(&self, to: &str, subject: &str, body: MailBody) -> Result<(), String> {
        let to = to.parse::<Mailbox>().map_err(|error| error.to_string())?;
        let builder = Message::builder().from(self.from.clone()).to(to).subject(subject);
        let message = match body {
            MailBody::Text(text) => builder.singlepart(SinglePart::plain(text)),
            MailBody::Html(html) => {
                let text = text_of(&html);
                builder.multipart(MultiPart::alternative_plain_html(text, html))
            }
        };
        let message = message.map_err(|error| error.to_string())?;
        self.transport.send(&message).map(drop).map_err(|error| error.to_string())
    }
}

/// What HTML says, as text.
#[must_use]
pub fn text_of(html: &str) -> String {
    html2text::from_read(html.as_bytes(), TEXT_WIDTH).unwrap_or_else(|_| html.to_owned())
}
