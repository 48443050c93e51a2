use super::{PaymentsFault, WhitelistedAddressId};
use crate::ledger::CurrencyCode;
use crate::value::{Entity, Fault, FaultCode as _, Field};

/// An address that a client may withdraw to, while they restrict themselves to such.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhitelistedAddress {
    /// The address, compared as it is: on some chains its case matters.
    pub wallet_address: String,
    /// The currency that is withdrawn.
    pub currency: CurrencyCode,
    /// What the client calls it.
    pub caption: Option<String>,
}

impl Entity for WhitelistedAddress {
    type Id = WhitelistedAddressId;
    const RESOURCE: &'static str = "whitelisted_address";
}

/// What is known of the wallet that a withdrawal goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WalletFacts {
    /// Whether the client restricts themselves to listed addresses.
    pub is_restricted: bool,
    /// Whether the address is listed for the currency.
    pub is_listed: bool,
}

impl WalletFacts {
    /// A client who restricts themselves withdraws to listed addresses alone.
    #[must_use]
    pub fn fault(self) -> Option<Fault> {
        let is_allowed = self.is_listed || !self.is_restricted;
        (!is_allowed).then(|| PaymentsFault::AddressNotWhitelisted.at(Field::WalletAddress))
    }
}

#[cfg(test)]
mod tests {
    use super::WalletFacts;

    #[test]
    fn only_a_client_who_restricts_themselves_needs_a_listed_address() {
        let is_allowed = |is_restricted, is_listed| WalletFacts { is_restricted, is_listed }.fault().is_none();
        assert!(!is_allowed(true, false));
        assert!(is_allowed(true, true) && is_allowed(false, false) && is_allowed(false, true));
    }
}
