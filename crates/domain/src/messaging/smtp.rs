use super::{MessagingFault, SmtpProviderId};
use crate::value::{Email, Entity, FaultCode as _, Field, Refusal, text_enum};

text_enum! {
    /// How mail is handed over.
    MailDriver {
        /// To an SMTP server.
        Smtp = "smtp",
    }
}

text_enum! {
    /// How a connection to an SMTP server is encrypted.
    Encryption {
        /// From the first command after the greeting on (STARTTLS).
        Tls = "tls",
        /// From the first byte on.
        Ssl = "ssl",
    }
}

/// An SMTP server that mail is handed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmtpProvider {
    /// The name that users are shown.
    pub caption: String,
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Who signs in; none where nobody does.
    pub username: Option<String>,
    /// Their password, sealed.
    pub password: Option<String>,
    /// How the connection is encrypted; none for not at all.
    pub encryption: Option<Encryption>,
    /// The sender's address.
    pub send_from: Email,
    /// The sender's name.
    pub send_from_name: Option<String>,
    /// Whether mail is handed to it.
    pub is_enabled: bool,
}

impl Entity for SmtpProvider {
    type Id = SmtpProviderId;
    const RESOURCE: &'static str = "smtp_provider";
}

impl SmtpProvider {
    /// One connection stays enabled, and a stored password is sent to no other server.
    ///
    /// # Errors
    /// A refusal.
    pub fn check_change(&self, after: &Self, others_enabled: bool) -> Result<(), Refusal> {
        let is_laid_open = self.encryption.is_some() && after.encryption.is_none();
        let moves = (&self.host, self.port) != (&after.host, after.port) || is_laid_open;
        if moves && self.password.is_some() && self.password == after.password {
            return Err(MessagingFault::PasswordRequired.at(Field::Password).unprocessable());
        }
        if self.is_enabled && !after.is_enabled {
            return Self::check_not_last(others_enabled, Some(Field::IsEnabled));
        }
        Ok(())
    }

    /// The last enabled connection stays.
    ///
    /// # Errors
    /// A conflict.
    pub fn check_deletable(&self, others_enabled: bool) -> Result<(), Refusal> {
        if self.is_enabled { Self::check_not_last(others_enabled, None) } else { Ok(()) }
    }

    fn check_not_last(others_enabled: bool, field: Option<Field>) -> Result<(), Refusal> {
        let fault = || match field {
            Some(field) => MessagingFault::LastProvider.at(field),
            None => MessagingFault::LastProvider.fault(),
        };
        if others_enabled { Ok(()) } else { Err(fault().conflict()) }
    }
}

/// The provider of an attempt: the first one, and at each further attempt the next one.
#[must_use]
pub fn provider_of_attempt<T>(enabled: &[T], attempts_before: usize) -> Option<&T> {
    enabled.get(attempts_before.checked_rem(enabled.len())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider(host: &str, password: &str, is_enabled: bool) -> SmtpProvider {
        SmtpProvider {
            caption: "Mail".into(),
            host: host.into(),
            port: 587,
            username: Some("office".into()),
            password: Some(password.into()),
            encryption: Some(Encryption::Tls),
            send_from: "office@example.com".parse().unwrap(),
            send_from_name: None,
            is_enabled,
        }
    }

    #[test]
    fn one_connection_stays_enabled() {
        let (on, off) = (provider("a", "sealed", true), provider("a", "sealed", false));
        assert!(on.check_change(&off, false).is_err());
        assert!(on.check_change(&off, true).is_ok());
        assert!(on.check_deletable(false).is_err());
        assert!(off.check_deletable(false).is_ok());
    }

    #[test]
    fn a_stored_password_is_sent_to_no_other_server() {
        let before = provider("a", "sealed", true);
        assert!(before.check_change(&provider("b", "sealed", true), true).is_err());
        assert!(before.check_change(&provider("b", "other", true), true).is_ok());
    }

    #[test]
    fn each_attempt_has_the_next_provider() {
        let enabled = ["a", "b"];
        let tried: Vec<_> = (0..3).filter_map(|attempt| provider_of_attempt(&enabled, attempt)).collect();
        assert_eq!(tried, [&"a", &"b", &"a"]);
        assert_eq!(provider_of_attempt::<&str>(&[], 0), None);
    }
}
