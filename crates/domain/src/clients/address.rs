use super::AddressId;
use crate::content::CountryId;
use crate::value::{Entity, text_enum};

text_enum! {
    /// What an address is for.
    AddressKind {
        /// Where the client lives.
        Residential = "residential",
        /// Where invoices go.
        Billing = "billing",
        /// Where mail goes.
        Mailing = "mailing",
    }
}

/// An address of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Street and number.
    pub address: String,
    /// The city.
    pub city: String,
    /// The country.
    pub country: CountryId,
    /// The postal code.
    pub postcode: Option<String>,
    /// The state or province.
    pub state: Option<String>,
    /// What it is for.
    pub kind: AddressKind,
}

impl Entity for Address {
    type Id = AddressId;
    const RESOURCE: &'static str = "client_address";
}
