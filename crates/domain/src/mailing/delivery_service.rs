use super::DeliveryServiceId;
use crate::identity::IdentityFault;
use crate::value::{Email, Entity, FaultCode as _, Field, Refusal, text_enum};

text_enum! {
    /// Who delivers mass mail.
    DeliveryPlatform {
        /// `SendGrid`.
        SendGrid = "SendGrid",
    }
}

impl DeliveryPlatform {
    /// Where its interface is, for those who use no other region.
    #[must_use]
    pub const fn address(self) -> &'static str {
        match self {
            Self::SendGrid => "https://api.sendgrid.com",
        }
    }
}

/// How a delivery service is reached, and who its mail is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryOptions {
    /// The key of the account, sealed.
    pub api_key: String,
    /// Where its interface is; none for the platform's own address.
    pub api_url: Option<String>,
    /// The sender's address. Without one nothing can be sent.
    pub from_email: Option<Email>,
    /// The sender's name.
    pub from_name: Option<String>,
}

/// A service that delivers mass mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryService {
    /// The name that users are shown.
    pub caption: String,
    /// Who delivers. Fixed.
    pub platform: DeliveryPlatform,
    /// Whether mail goes over it. Disabling it stops what is being sent.
    pub is_enabled: bool,
    /// How it is reached.
    pub options: DeliveryOptions,
}

impl Entity for DeliveryService {
    type Id = DeliveryServiceId;
    const RESOURCE: &'static str = "email_delivery_service";
}

impl DeliveryService {
    /// Where its interface is.
    #[must_use]
    pub fn address(&self) -> &str {
        self.options.api_url.as_deref().unwrap_or(self.platform.address())
    }

    /// A stored key is sent to no other address than the one that it was given for.
    ///
    /// # Errors
    /// A refusal where the address changes and the key stays.
    pub fn check_change(&self, after: &Self) -> Result<(), Refusal> {
        if self.address() != after.address() && self.options.api_key == after.options.api_key {
            return Err(IdentityFault::SecretForNewAddress.at(Field::Options.entry("apiKey")).unprocessable());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(api_url: Option<&str>, api_key: &str) -> DeliveryService {
        DeliveryService {
            caption: "News".into(),
            platform: DeliveryPlatform::SendGrid,
            is_enabled: true,
            options: DeliveryOptions {
                api_key: api_key.into(),
                api_url: api_url.map(ToOwned::to_owned),
                from_email: None,
                from_name: None,
            },
        }
    }

    #[test]
    fn a_stored_key_is_sent_to_no_other_address() {
        let public = service(None, "sealed");
        assert!(public.check_change(&service(Some("https://eu.example"), "sealed")).is_err());
        assert!(public.check_change(&service(Some("https://eu.example"), "another")).is_ok());
        assert!(service(Some("https://eu.example"), "sealed").check_change(&public).is_err());
        assert!(public.check_change(&service(Some("https://api.sendgrid.com"), "sealed")).is_ok(), "the same address");
    }
}
