//! SMS: the interface to the services that send them, and the order in which they are tried.

use domain::connections::{ServiceBalance, SettingKind, SmsProvider, SmsProviderId, SmsService};
use storage::Error;
use storage::connections::sms_providers;

use super::custom::Custom;
use super::twilio::Twilio;
use super::vonage::Vonage;
use crate::client::{self, Answer};
use crate::metrics::{Answered, CallKind, CallOutcome};
use crate::options::opened;
use crate::outbound::Outbound;
use crate::secrets::SecretKey;

/// How much of an answer is read.
const MAX_ANSWER_BYTES: u64 = 65_536;
/// How much of an answer is told as the reason of a failure.
const MAX_REASON_CHARS: usize = 300;

/// Sends texts to phones.
pub trait SmsSender: Send + Sync {
    /// Sends a text to a number in international form. Blocks until the service answers.
    ///
    /// # Errors
    /// Why the service did not take it. Where nothing came back, it may have been sent all the same.
    fn send(&self, to: &str, text: &str) -> Result<(), SmsError>;
}

/// Why a text was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmsError {
    /// The provider cannot be used with what is stored of it, such as a secret that another installation sealed.
    #[error("the setting {0} cannot be used")]
    Unusable(&'static str),
    /// The service does not take it.
    #[error("the service refuses it: {0}")]
    Refused(String),
    /// Nothing, or nothing that can be understood, came back.
    #[error("the service does not answer: {0}")]
    Unanswered(String),
}

impl Answered for SmsError {
    fn outcome(&self) -> CallOutcome {
        match self {
            Self::Refused(_) => CallOutcome::Refused,
            Self::Unusable(_) | Self::Unanswered(_) => CallOutcome::Failed,
        }
    }
}

/// A provider that did not take a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsFailure {
    /// Which.
    pub provider: SmsProviderId,
    /// Why.
    pub reason: SmsError,
}

/// What became of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsDelivery {
    /// The provider that took it; none where no provider is enabled, or all failed.
    pub taken_by: Option<SmsProviderId>,
    /// The providers that failed before it, in the order in which they were tried.
    pub failures: Vec<SmsFailure>,
}

/// Sends a text through the providers that are enabled: the oldest first, the next when it fails. Blocks until the
/// services have answered, so it is called outside of transactions.
pub fn send_sms(outbound: &Outbound, to: &str, text: &str) -> Result<SmsDelivery, Error> {
    let mut failures = Vec::new();
    for provider in outbound.database.read(sms_providers::enabled)? {
        let sender = sender_of(&provider.data, &outbound.secret);
        match sender.and_then(|sender| outbound.measured(CallKind::Sms, |_| sender.send(to, text))) {
            Ok(()) => return Ok(SmsDelivery { taken_by: Some(provider.id), failures }),
            Err(reason) => failures.push(SmsFailure { provider: provider.id, reason }),
        }
    }
    Ok(SmsDelivery { taken_by: None, failures })
}

/// What speaks to the service of a provider.
///
/// # Errors
/// [`SmsError::Unusable`].
pub fn sender_of(provider: &SmsProvider, secret: &SecretKey) -> Result<Box<dyn SmsSender>, SmsError> {
    let setting = |name: &'static str| setting(provider, secret, name);
    Ok(match provider.service {
        SmsService::Twilio => Box::new(twilio(provider, secret)?),
        SmsService::Vonage => Box::new(Vonage {
            url: setting("url")?,
            key: setting("apiKey")?,
            secret: setting("apiSecret")?,
            from: setting("from")?,
        }),
        SmsService::Custom => {
            Box::new(Custom { url: setting("url")?, key: setting("key")?, method: setting("method")? })
        }
    })
}

/// What is left to be spent with the service of a provider; none where it does not tell. Blocks until it answers.
///
/// # Errors
/// Why it is not known.
pub fn balance_of(outbound: &Outbound, provider: &SmsProvider) -> Result<Option<ServiceBalance>, SmsError> {
    match provider.service {
        SmsService::Twilio => {
            let twilio = twilio(provider, &outbound.secret)?;
            outbound.measured(CallKind::Sms, |_| twilio.balance()).map(Some)
        }
        SmsService::Vonage | SmsService::Custom => Ok(None),
    }
}

fn twilio(provider: &SmsProvider, secret: &SecretKey) -> Result<Twilio, SmsError> {
    let setting = |name: &'static str| setting(provider, secret, name);
    Ok(Twilio {
        url: setting("url")?,
        account: setting("accountSid")?,
        token: setting("authToken")?,
        from: setting("from")?,
    })
}

/// What counts for a setting, a secret as it was sent.
fn setting(provider: &SmsProvider, secret: &SecretKey, name: &'static str) -> Result<String, SmsError> {
    let kind = provider.service.settings().iter().find(|setting| setting.name == name).map(|setting| setting.kind);
    let value = provider.setting(name).ok_or(SmsError::Unusable(name))?;
    match kind {
        Some(SettingKind::Secret) => opened(secret, value).ok_or(SmsError::Unusable(name)),
        Some(_) | None => Ok(value.to_owned()),
    }
}

/// The address of a service without the slash at its end.
pub(super) fn base(url: &str) -> &str {
    url.trim_end_matches('/')
}

/// What came back.
pub(super) fn answered(sent: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Answer, SmsError> {
    client::received(sent, MAX_ANSWER_BYTES).map_err(SmsError::Unanswered)
}

/// The failure that an answer tells.
pub(super) fn failure(answer: &Answer) -> SmsError {
    let told: String = answer.told().chars().take(MAX_REASON_CHARS).collect();
    if answer.status.is_client_error() { SmsError::Refused(told) } else { SmsError::Unanswered(told) }
}
