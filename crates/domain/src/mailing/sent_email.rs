use super::{DeliveryServiceId, EmailTemplateId, MailingFault, SentEmailId};
use crate::identity::UserId;
use crate::value::{Entity, FaultCode as _, Refusal, Timestamp, text_enum};

text_enum! {
    /// How far a mass mail is.
    SentEmailStatus {
        /// It waits.
        Queued = "queued",
        /// Some of it may be handed over.
        Sending = "sending",
        /// The service took it for all recipients.
        Sent = "sent",
        /// The service took it for some recipients.
        Partial = "partial",
        /// The service took it for nobody.
        Failed = "failed",
    }
}

impl SentEmailStatus {
    /// Whether some recipients may still wait for it.
    #[must_use]
    pub const fn is_under_way(self) -> bool {
        match self {
            Self::Queued | Self::Sending => true,
            Self::Sent | Self::Partial | Self::Failed => false,
        }
    }

    /// What a mail ends as whose recipients are all settled.
    #[must_use]
    pub const fn at_the_end(sent: i64, failed: i64) -> Self {
        match (sent, failed) {
            (_, 0) => Self::Sent,
            (0, _) => Self::Failed,
            _ => Self::Partial,
        }
    }

    /// A mail that is under way stays.
    ///
    /// # Errors
    /// A conflict.
    pub fn check_deletable(self) -> Result<(), Refusal> {
        if self.is_under_way() { Err(MailingFault::MailUnderWay.conflict()) } else { Ok(()) }
    }
}

/// A mass mail: what was sent, over what, and how far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentEmail {
    /// Its id.
    pub id: SentEmailId,
    /// The service that carries it; none once that is deleted.
    pub service: Option<DeliveryServiceId>,
    /// The template that its text came from; none for a text of its own, or once that is deleted.
    pub template: Option<EmailTemplateId>,
    /// The subject, with the placeholders of recipients.
    pub subject: String,
    /// The text, in HTML with the placeholders of recipients.
    pub body: String,
    /// How far it is.
    pub status: SentEmailStatus,
    /// How many it is for.
    pub recipients: i64,
    /// For how many the service took it.
    pub sent: i64,
    /// For how many it did not.
    pub failed: i64,
    /// Why, at the last failure.
    pub reason: Option<String>,
    /// Who sends it.
    pub user: UserId,
    /// When it was asked for.
    pub create_time: Timestamp,
    /// When the first part was handed over.
    pub send_time: Option<Timestamp>,
}

impl Entity for SentEmail {
    type Id = SentEmailId;
    const RESOURCE: &'static str = "sent_email";
}

/// Why the rest of a mail is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StopReason {
    /// Its service was disabled.
    #[error("the delivery service is disabled")]
    ServiceDisabled,
    /// Its service was deleted.
    #[error("the delivery service was deleted")]
    ServiceDeleted,
    /// Its service has no sender.
    #[error("the delivery service has no fromEmail")]
    NoSender,
}

/// The longest reason that is kept.
pub const MAX_REASON_CHARS: usize = 300;

/// A reason as it is kept: no longer than needed, and without the addresses of recipients, which not everybody sees
/// who reads it.
#[must_use]
pub fn told(reason: &str) -> String {
    let word = |word| if str::contains(word, '@') { "***" } else { word };
    let told = reason.split_whitespace().map(word).collect::<Vec<_>>().join(" ");
    told.chars().take(MAX_REASON_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_ends_by_what_became_of_its_recipients() {
        assert_eq!(SentEmailStatus::at_the_end(3, 0), SentEmailStatus::Sent);
        assert_eq!(SentEmailStatus::at_the_end(2, 1), SentEmailStatus::Partial);
        assert_eq!(SentEmailStatus::at_the_end(0, 3), SentEmailStatus::Failed);
    }

    #[test]
    fn a_mail_that_is_under_way_stays() {
        let stays = |status: &&SentEmailStatus| status.check_deletable().is_err();
        let kept: Vec<_> = SentEmailStatus::ALL.iter().filter(stays).collect();
        assert_eq!(kept, [&SentEmailStatus::Queued, &SentEmailStatus::Sending]);
    }

    #[test]
    fn a_reason_names_no_recipient() {
        assert_eq!(told("400: <ann@example.com> is\nno address"), "400: *** is no address");
        assert_eq!(told(&"é".repeat(1_000)).chars().count(), MAX_REASON_CHARS);
    }
}
