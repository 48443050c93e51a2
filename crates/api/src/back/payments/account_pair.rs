use domain::clients::ClientId;
use domain::ledger::AccountId;
use domain::payments::PaymentsFault;
use http::request::{Fields, Id};

/// Two accounts of a client.
pub(super) struct AccountPair {
    pub client: ClientId,
    pub ids: [AccountId; 2],
}

pub(super) fn read_pair<C>(fields: &mut Fields<'_, C>) -> Option<AccountPair> {
    let client = fields.about("The client to whom both accounts belong.").needed("clientId", &Id::of());
    let source: Option<AccountId> =
        fields.about("The account from which the money is taken.").needed("sourceId", &Id::of());
    let destination = fields.about("The account to which the money goes.").needed("destinationId", &Id::of());
    if source.is_some() && source == destination {
        fields.fault::<()>("destinationId", PaymentsFault::SameAccount);
    }
    Some(AccountPair { client: client?, ids: [source?, destination?] })
}
