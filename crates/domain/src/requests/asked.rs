use std::net::IpAddr;

use chrono::NaiveDate;

use super::RequestKind;
use crate::catalog::ProductId;
use crate::clients::{ClientId, ClientTypeId, VerificationLevelId};
use crate::content::CountryId;
use crate::files::{FileId, FileKey};
use crate::ledger::{AccountId, Amount, CurrencyCode};
use crate::value::{DocumentId, TestAttemptId};

/// The client who asks for something, and from where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requester {
    /// The client.
    pub client: ClientId,
    /// Where the call came from.
    pub ip: IpAddr,
}

/// What belongs to who somebody is beside first and last name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
pub struct IdentityRest {
    /// The middle name.
    pub middle_name: Option<String>,
    /// The date of birth.
    pub birthday: Option<NaiveDate>,
}

/// What is asked for where no transaction says it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")
)]
pub enum Asked {
    /// To open an account.
    Account {
        /// On which product.
        product: ProductId,
        /// In which currency; none where the product has one only.
        currency: Option<CurrencyCode>,
        /// What the client calls it.
        caption: Option<String>,
        /// The leverage, where it has one.
        leverage: Option<i64>,
        /// Demo accounts: the play money to begin with; none for the first amount on offer.
        #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
        start_amount: Option<Amount>,
    },
    /// To live at another address.
    Address {
        /// Street and number.
        address: String,
        /// The city.
        city: String,
        /// The country.
        country: CountryId,
        /// The postal code.
        postcode: Option<String>,
        /// The state or province.
        state: Option<String>,
    },
    /// To archive an account.
    Archive {
        /// Which.
        account: AccountId,
    },
    /// To be shown with another photo.
    Avatar {
        /// The photo, which is stored already.
        photo: FileId,
        /// What it is found by.
        key: FileKey,
    },
    /// To have a test accepted.
    ClientTest {
        /// What the client answered.
        attempt: TestAttemptId,
    },
    /// To be of another type.
    ClientType {
        /// Which.
        kind: ClientTypeId,
        /// What the client says to it.
        #[cfg_attr(feature = "serde", serde(default))]
        comment: Option<String>,
    },
    /// To have their personal data removed.
    DeletingAccount,
    /// To have a document accepted.
    Document {
        /// Which.
        document: DocumentId,
    },
    /// Something of a connected system outside.
    External,
    /// Something of the investment platform.
    Investment,
    /// To become a partner.
    Partner,
    /// To have another name.
    Profile {
        /// The first name.
        first_name: String,
        /// The last name.
        last_name: String,
        /// What else belongs to who they are; none where that stays.
        #[cfg_attr(feature = "serde", serde(default))]
        rest: Option<IdentityRest>,
    },
    /// To reach a verification level.
    Verification {
        /// Which.
        level: VerificationLevelId,
    },
}

impl Asked {
    /// The kind of the request.
    #[must_use]
    pub const fn kind(&self) -> RequestKind {
        match self {
            Self::Account { .. } => RequestKind::Account,
            Self::Address { .. } => RequestKind::Address,
            Self::Archive { .. } => RequestKind::Archive,
            Self::Avatar { .. } => RequestKind::Avatar,
            Self::ClientTest { .. } => RequestKind::ClientTest,
            Self::ClientType { .. } => RequestKind::ClientType,
            Self::DeletingAccount => RequestKind::DeletingAccount,
            Self::Document { .. } => RequestKind::Document,
            Self::External => RequestKind::External,
            Self::Investment => RequestKind::Investment,
            Self::Partner => RequestKind::Partner,
            Self::Profile { .. } => RequestKind::Profile,
            Self::Verification { .. } => RequestKind::Verification,
        }
    }

    /// The id of the record that it is about.
    #[must_use]
    pub fn subject(&self) -> Option<i64> {
        match self {
            Self::Account { product, .. } => Some(product.get()),
            Self::Archive { account } => Some(account.get()),
            Self::Avatar { photo, .. } => Some(photo.get()),
            Self::ClientTest { attempt } => Some(attempt.get()),
            Self::ClientType { kind, .. } => Some(kind.get()),
            Self::Document { document } => Some(document.get()),
            Self::Verification { level } => Some(level.get()),
            Self::Address { .. }
            | Self::DeletingAccount
            | Self::External
            | Self::Investment
            | Self::Partner
            | Self::Profile { .. } => None,
        }
    }

    /// What tells two requests of one kind and client apart: while one waits, no other has the same. None where any
    /// number may wait.
    #[must_use]
    pub fn slot(&self) -> Option<i64> {
        /// Of these a client has one at a time.
        const ONLY: i64 = 0;
        match self {
            Self::Account { .. } | Self::Archive { .. } | Self::ClientTest { .. } | Self::Document { .. } => {
                self.subject()
            }
            Self::Address { .. }
            | Self::Avatar { .. }
            | Self::ClientType { .. }
            | Self::DeletingAccount
            | Self::Partner
            | Self::Profile { .. }
            | Self::Verification { .. } => Some(ONLY),
            Self::External | Self::Investment => None,
        }
    }

    /// What is asked for, fact by fact, for the users who decide on it.
    #[must_use]
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let optional = |name, text: &Option<String>| text.clone().map(|text| (name, text));
        match self {
            Self::Account { product, currency, caption, leverage, start_amount } => {
                let mut facts = vec![("productId", product.to_string())];
                facts.extend(currency.map(|code| ("currencyCode", code.to_string())));
                facts.extend(optional("caption", caption));
                facts.extend(leverage.map(|leverage| ("leverage", leverage.to_string())));
                facts.extend(start_amount.map(|amount| ("startAmount", amount.plain())));
                facts
            }
            Self::Address { address, city, country, postcode, state } => {
                let mut facts =
                    vec![("address", address.clone()), ("city", city.clone()), ("countryId", country.to_string())];
                facts.extend(optional("postcode", postcode));
                facts.extend(optional("state", state));
                facts
            }
            Self::Archive { account } => vec![("accountId", account.to_string())],
            Self::Avatar { key, .. } => vec![("file", key.to_string())],
            Self::ClientTest { attempt } => vec![("attemptId", attempt.to_string())],
            Self::ClientType { kind, comment } => {
                let mut facts = vec![("typeId", kind.to_string())];
                facts.extend(optional("comment", comment));
                facts
            }
            Self::Document { document } => vec![("documentId", document.to_string())],
            Self::Profile { first_name, last_name, rest } => {
                let mut facts = vec![("firstName", first_name.clone()), ("lastName", last_name.clone())];
                if let Some(IdentityRest { middle_name, birthday }) = rest {
                    facts.push(("middleName", middle_name.clone().unwrap_or_default()));
                    facts.push(("birthday", birthday.map(|day| day.to_string()).unwrap_or_default()));
                }
                facts
            }
            Self::Verification { level } => vec![("levelId", level.to_string())],
            Self::DeletingAccount | Self::External | Self::Investment | Self::Partner => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_waits_for_one_level_at_a_time_but_for_several_accounts() {
        let level = |id| Asked::Verification { level: VerificationLevelId::new(id) };
        assert_eq!(level(1).slot(), level(2).slot());
        let account = |id| Asked::Account {
            product: ProductId::new(id),
            currency: None,
            caption: None,
            leverage: None,
            start_amount: None,
        };
        assert_ne!(account(1).slot(), account(2).slot());
        assert_eq!(account(1).slot(), account(1).slot());
        assert_eq!(Asked::External.slot(), None);
    }

    #[cfg(feature = "serde")]
    #[test]
    fn what_is_asked_for_is_read_as_it_was_written() {
        let rest = Some(IdentityRest { middle_name: None, birthday: NaiveDate::from_ymd_opt(2000, 6, 1) });
        let profile = Asked::Profile { first_name: "Ann".into(), last_name: "Doe".into(), rest };
        for asked in [profile, Asked::DeletingAccount, Asked::Archive { account: AccountId::new(3) }] {
            let text = serde_json::to_string(&asked).unwrap();
            assert!(text.contains(&format!("\"type\":\"{}\"", asked.kind())), "{text}");
            assert_eq!(serde_json::from_str::<Asked>(&text).unwrap(), asked);
        }
        let earlier = r#"{"type": "profile", "firstName": "Ann", "lastName": "Doe"}"#;
        let names_alone = Asked::Profile { first_name: "Ann".into(), last_name: "Doe".into(), rest: None };
        assert_eq!(serde_json::from_str::<Asked>(earlier).unwrap(), names_alone);
    }
}
