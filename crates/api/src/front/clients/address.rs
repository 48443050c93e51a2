//! Where the client lives.

use domain::clients::{Address, AddressKind, ClientId};
use domain::content::CountryId;
use domain::ledger::RequestId;
use domain::requests::Requester;
use http::request::{Fields, Id, Input, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::clients::addresses;
use storage::identity::system_logs::Category;
use storage::requests::own_changes;

use crate::Problem;
use crate::front::{Body, Front, Requirement, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .put_and_patch("my.address.change", "/api/v2/my/address", Requirement::SignedIn)
        .summary("Change the client's residential address.")
        .describe(
            "Parts that are left out stay; a client without an address sends street, city and country. 202: the \
             settings ask for a request of the type `address`, which waits for a decision, one at a time.",
        )
        .extension()
        .example(json!({
            "countryId": 1, "city": "Lisbon", "address": "14 Harbour Street", "postalCode": "1100-042", "state": null,
        }))
        .status(200)
        .silent()
        .may_wait()
        .changed(change);
}

/// Where a client lives, as the audit log keeps it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyAddress")]
#[serde(rename_all = "camelCase")]
struct AddressAnswer {
    client_id: ClientId,
    /// Street and number.
    address: Option<String>,
    /// The city.
    city: Option<String>,
    /// The country.
    country_id: Option<CountryId>,
    /// The postal code.
    postcode: Option<String>,
    /// The state or province.
    state: Option<String>,
    /// The request to live there.
    application_id: Option<RequestId>,
}

impl AddressAnswer {
    fn of(client_id: ClientId, address: Option<&Address>, application_id: Option<RequestId>) -> Self {
        Self {
            client_id,
            address: address.map(|address| address.address.clone()),
            city: address.map(|address| address.city.clone()),
            country_id: address.map(|address| address.country),
            postcode: address.and_then(|address| address.postcode.clone()),
            state: address.and_then(|address| address.state.clone()),
            application_id,
        }
    }
}

impl Resource<Front> for AddressAnswer {
    const NAME: &'static str = "client_address";
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.client_id.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client_id)
    }

    fn waits(&self) -> bool {
        self.application_id.is_some()
    }
}

/// Where a client says that they live.
struct Residence(Address);

impl Input<Front> for Residence {
    type Current = Address;
    const NAME: Option<&'static str> = Some("MyAddressChange");

    fn read(fields: &mut Fields<'_, Address>) -> Option<Self> {
        let country = fields.about("The id of the country.");
        let country = country.required("countryId", &Id::of(), |address| &address.country);
        let city = fields.about("The city.").required("city", &Text::NAME, |address| &address.city);
        let address = fields.about("Street and number.").required("address", &Text::NAME, |address| &address.address);
        let postcode = fields.about("The postal code, as the country writes it.");
        let postcode = postcode.nullable("postalCode", &Text::SHORT, |address| &address.postcode);
        let state = fields.about("The state or region, where the country has them.");
        let state = state.nullable("state", &Text::SHORT, |address| &address.state);
        let (address, city, country) = (address?, city?, country?);
        let (postcode, state, kind) = (postcode?, state?, AddressKind::Residential);
        Some(Self(Address { address, city, country, postcode, state, kind }))
    }
}

fn change(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, Residence>) -> Result<Change<AddressAnswer>, Problem> {
    let client = writing.caller.client();
    let requester = Requester { client, ip: writing.call.ip };
    let before = addresses::lock_residential(writing.tx, &writing.caller.scope(), client)?;
    let Residence(after) = match &before {
        Some(before) => body.change(before)?,
        None => body.create()?,
    };
    let shown = AddressAnswer::of(client, before.as_ref(), None);
    if before.as_ref() == Some(&after) {
        return Ok(Change::Nothing(shown));
    }
    let asked = own_changes::change_address(writing.tx, requester, &after)?;
    Ok(Change::Made { before: shown, after: AddressAnswer::of(client, Some(&after), asked) })
}
