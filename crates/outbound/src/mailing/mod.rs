//! Mass mail: the interface to the services that deliver it.

mod sendgrid;

use domain::mailing::{DeliveryPlatform, DeliveryService, Person};

use self::sendgrid::SendGrid;
use crate::metrics::{Answered, CallOutcome};
use crate::options::opened;
use crate::secrets::SecretKey;

/// A mass mail with some of its recipients, whose addresses differ.
#[derive(Clone, Copy, Debug)]
pub struct MassMail<'a> {
    /// The sender's address.
    pub from_email: &'a str,
    /// The sender's name.
    pub from_name: Option<&'a str>,
    /// The subject, with the placeholders of recipients.
    pub subject: &'a str,
    /// The text, in HTML with the placeholders of recipients.
    pub body: &'a str,
    /// Whom it is for.
    pub people: &'a [Addressee<'a>],
}

/// Whom a mass mail is for.
#[derive(Clone, Debug)]
pub struct Addressee<'a> {
    /// Who that is.
    pub person: &'a Person,
    /// The line that shows the code they have set; none where they have not.
    pub code_line: Option<String>,
}

/// Hands mass mail over to a service.
pub trait MassMailer: Send + Sync {
    /// Hands a mail over, for all recipients in one call or for none. Blocks until the service answers.
    ///
    /// # Errors
    /// Why the service did not take it. Where nothing came back, it may have taken it all the same.
    fn send(&self, mail: &MassMail<'_>) -> Result<(), MassMailError>;
}

/// Why a mass mail was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MassMailError {
    /// Nothing is taken as the service is set up here, such as with a wrong key.
    #[error("{0}")]
    Unusable(String),
    /// It is not taken for these recipients.
    #[error("{reason}")]
    Refused {
        /// Why.
        reason: String,
        /// The places of the recipients whom it is about; none where it is not about single ones.
        places: Vec<usize>,
    },
    /// Nothing, or nothing final, came back.
    #[error("{0}")]
    Unanswered(String),
}

impl Answered for MassMailError {
    fn outcome(&self) -> CallOutcome {
        match self {
            Self::Refused { .. } | Self::Unusable(_) => CallOutcome::Refused,
            Self::Unanswered(_) => CallOutcome::Failed,
        }
    }
}

/// What speaks to a service.
///
/// # Errors
/// [`MassMailError::Unusable`] where its key was sealed with another secret.
pub fn mailer_of(service: &DeliveryService, secret: &SecretKey) -> Result<Box<dyn MassMailer>, MassMailError> {
    let key = opened(secret, &service.options.api_key);
    let key = key.ok_or_else(|| MassMailError::Unusable("the key does not open with this secret".into()))?;
    Ok(match service.platform {
        DeliveryPlatform::SendGrid => Box::new(SendGrid { url: service.address().to_owned(), key }),
    })
}
