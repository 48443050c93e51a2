use crate::clients::{ClientId, ClientStatus, ClientTagId, ClientTypeId, VerificationLevelId};
use crate::content::CountryId;
use crate::value::{CommonFault, Email, List, Set, text_enum};

text_enum! {
    /// The statuses of clients whom a mail can be for.
    ChosenStatus {
        /// They may sign in.
        Active = "active",
        /// They were locked out for good.
        Banned = "banned",
        /// Something is wrong with their registration.
        Inactive = "inactive",
    }
}

impl From<ChosenStatus> for ClientStatus {
    fn from(status: ChosenStatus) -> Self {
        match status {
            ChosenStatus::Active => Self::Active,
            ChosenStatus::Banned => Self::Banned,
            ChosenStatus::Inactive => Self::Inactive,
        }
    }
}

/// Which clients a mail is for; what is none does not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientFilter {
    /// Of this type.
    pub client_type: Option<ClientTypeId>,
    /// On this verification level.
    pub verification_level: Option<VerificationLevelId>,
    /// From this country.
    pub country: Option<CountryId>,
    /// Of this status.
    pub status: Option<ChosenStatus>,
    /// With one of these tags.
    pub tags: Option<Set<ClientTagId>>,
}

/// Whom a mail is for: told in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipients {
    /// These clients.
    Clients(Set<ClientId>),
    /// These addresses, of clients or of others.
    Addresses(List<Email>),
    /// The clients that match.
    Filter(ClientFilter),
}

impl Recipients {
    /// The statuses of clients who get the mail: removed ones never do, banned ones only if they are named or asked for.
    #[must_use]
    pub fn statuses(&self) -> Vec<ClientStatus> {
        match self {
            Self::Clients(_) | Self::Addresses(_) => {
                vec![ClientStatus::Active, ClientStatus::Inactive, ClientStatus::Banned]
            }
            Self::Filter(ClientFilter { status: Some(status), .. }) => vec![(*status).into()],
            Self::Filter(ClientFilter { status: None, .. }) => vec![ClientStatus::Active, ClientStatus::Inactive],
        }
    }
}

/// What is known of an address among the recipients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressFacts {
    /// The client whose it is, if the sender sees them.
    pub client: Option<(ClientId, ClientStatus)>,
    /// Whether it was the address of a client whose personal data is removed.
    pub is_erased: bool,
}

/// Whom a mail to an address goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addressee {
    /// To this client, by the address that they have when it is sent.
    Client(ClientId),
    /// To the address, which is no client's.
    Stranger,
}

/// Whom a mail to an address goes to; nobody where it is a removed client's. Whoever sees some clients only writes to
/// nobody else.
///
/// # Errors
/// [`CommonFault::Unknown`].
pub fn addressee(facts: AddressFacts, sees_all_clients: bool) -> Result<Option<Addressee>, CommonFault> {
    match facts.client {
        Some((_, ClientStatus::Deleted)) => Ok(None),
        Some((client, ClientStatus::Active | ClientStatus::Inactive | ClientStatus::Banned)) => {
            Ok(Some(Addressee::Client(client)))
        }
        None if !sees_all_clients => Err(CommonFault::Unknown),
        None => Ok((!facts.is_erased).then_some(Addressee::Stranger)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_clients_a_strangers_or_nobodys() {
        let client = ClientId::new(7);
        let of = |client, is_erased, sees_all| addressee(AddressFacts { client, is_erased }, sees_all);
        assert_eq!(of(Some((client, ClientStatus::Banned)), false, false), Ok(Some(Addressee::Client(client))));
        assert_eq!(of(Some((client, ClientStatus::Deleted)), false, true), Ok(None));
        assert_eq!(of(None, false, true), Ok(Some(Addressee::Stranger)));
        assert_eq!(of(None, true, true), Ok(None));
        assert_eq!(of(None, false, false), Err(CommonFault::Unknown));
    }

    #[test]
    fn banned_clients_get_mail_only_if_they_are_meant() {
        let filtered = |status| Recipients::Filter(ClientFilter { status, ..ClientFilter::default() }).statuses();
        assert_eq!(filtered(None), [ClientStatus::Active, ClientStatus::Inactive]);
        assert_eq!(filtered(Some(ChosenStatus::Banned)), [ClientStatus::Banned]);
        assert!(Recipients::Clients(Set::default()).statuses().contains(&ClientStatus::Banned));
    }

    #[test]
    fn removed_clients_get_none() {
        let filters = [None, Some(ChosenStatus::Active), Some(ChosenStatus::Banned), Some(ChosenStatus::Inactive)];
        let all = filters.map(|status| Recipients::Filter(ClientFilter { status, ..ClientFilter::default() }));
        let named = [Recipients::Clients(Set::default()), Recipients::Addresses(List::default())];
        assert!(all.iter().chain(&named).all(|recipients| !recipients.statuses().contains(&ClientStatus::Deleted)));
    }
}
