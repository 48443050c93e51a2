use super::{PaymentsFault, WhitelistedAddressId};
use crate::ledger::{Chain, CurrencyCode};
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
    /// The tag or memo that tells there who is paid.
    pub destination_tag: Option<String>,
}

impl Entity for WhitelistedAddress {
    type Id = WhitelistedAddressId;
    const RESOURCE: &'static str = "whitelisted_address";
}

impl WhitelistedAddress {
    /// Why it is not taken: it does not look like an address of its currency, as far as the chain is known.
    #[must_use]
    pub fn form_fault(&self, alphabetic_code: &str) -> Option<Fault> {
        let text = self.wallet_address.as_str();
        let is_address = match Chain::of(alphabetic_code) {
            Some(chain) => chain.is_address(text),
            None => !text.is_empty() && !text.contains(char::is_whitespace),
        };
        (!is_address)
            .then(|| PaymentsFault::NotWalletAddress.at(Field::ListedAddress).with("currency", alphabetic_code))
    }
}

/// The field of a method under which the address of a wallet is sent.
pub const WALLET_FIELD: &str = "wallet_address";

/// Whether what is paid out in a currency goes to a wallet.
#[must_use]
pub const fn asks_for_wallet(currency: CurrencyCode) -> bool {
    !currency.is_fiat()
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
    use super::{WalletFacts, WhitelistedAddress};
    use crate::ledger::CurrencyCode;

    #[test]
    fn an_address_has_the_form_of_its_chain_where_that_is_known() {
        let is_taken = |code: &str, wallet_address: &str| {
            let currency = CurrencyCode::new(1000);
            let address = WhitelistedAddress {
                wallet_address: wallet_address.into(),
                currency,
                caption: None,
                destination_tag: None,
            };
            address.form_fault(code).is_none()
        };
        assert!(is_taken("BTC", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2") && !is_taken("BTC", "elsewhere"));
        assert!(is_taken("USDT", "anything") && !is_taken("USDT", "any thing") && !is_taken("USDT", ""));
    }

    #[test]
    fn only_a_client_who_restricts_themselves_needs_a_listed_address() {
        let is_allowed = |is_restricted, is_listed| WalletFacts { is_restricted, is_listed }.fault().is_none();
        assert!(!is_allowed(true, false));
        assert!(is_allowed(true, true) && is_allowed(false, false) && is_allowed(false, true));
    }
}
