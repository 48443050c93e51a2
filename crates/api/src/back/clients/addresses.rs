//! Addresses of clients.

use crate::back::{Back, Body, Reading, Routes, Writing};
use domain::clients::{Address, AddressId, AddressKind, ClientId};
use domain::identity::Permission;
use domain::value::{Entity, Timestamp};
use http::request::{Choice, Fields, FilterSet, Filters, Id, Input, ListQuery, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::clients::addresses::{self, Filter, StoredAddress};
use storage::identity::system_logs::Category;
use storage::{ByTime, Page};

use crate::Problem;
use crate::back::content::CountryBrief;

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const ADDRESSES: &str = "/api/v2/addresses";
    const ADDRESS: &str = "/api/v2/addresses/{addressId}";
    routes
        .get("addresses.list", ADDRESSES, P::AddressesRead)
        .summary("List addresses of clients.")
        .describe("Addresses of all clients whom the caller sees, the newest first.")
        .list(list);
    routes
        .get("addresses.get", ADDRESS, P::AddressesRead)
        .summary("Read an address.")
        .describe("An address of a client whom the caller does not see does not exist for them.")
        .record(get);
    routes
        .post("addresses.create", ADDRESSES, P::AddressesCreate)
        .summary("Add an address to a client.")
        .describe("A client can have any number of addresses of each type.")
        .example(json!({
            "clientId": 1, "address": "12 Harbour Street", "city": "Lisbon", "countryId": 1,
            "postcode": "1100-042", "state": null, "type": "residential",
        }))
        .created(create);
    routes
        .put_and_patch("addresses.update", ADDRESS, P::AddressesUpdate)
        .summary("Change an address.")
        .describe("The client whom it belongs to cannot change.")
        .example_at("/api/v2/addresses/1", json!({"address": "14 Harbour Street", "type": "billing"}))
        .changed(update);
    routes
        .delete("addresses.delete", ADDRESS, P::AddressesDelete)
        .summary("Delete an address.")
        .describe("The audit log keeps what it was.")
        .deleted(delete);
}

/// An address of a client.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Address")]
#[serde(rename_all = "camelCase")]
struct AddressAnswer {
    id: AddressId,
    /// Street and number.
    address: String,
    /// The city or town.
    city: String,
    /// The country.
    country: CountryBrief,
    /// The postal code, as the country writes it.
    postcode: Option<String>,
    /// The state or region, where the country has them.
    state: Option<String>,
    /// What the address is used for.
    #[serde(rename = "type")]
    kind: AddressKind,
    client_id: ClientId,
    create_time: Timestamp,
    update_time: Timestamp,
}

impl Resource<Back> for AddressAnswer {
    const NAME: &'static str = Address::RESOURCE;
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client_id)
    }
}

impl From<StoredAddress> for AddressAnswer {
    fn from(stored: StoredAddress) -> Self {
        let Address { address, city, postcode, state, kind, .. } = stored.data;
        Self {
            id: stored.id,
            address,
            city,
            country: stored.country.into(),
            postcode,
            state,
            kind,
            client_id: stored.client,
            create_time: stored.create_time,
            update_time: stored.update_time,
        }
    }
}

impl Input<Back> for Address {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let address = fields.required("address", &Text::NAME, |address| &address.address);
        let city = fields.required("city", &Text::NAME, |address| &address.city);
        let country = fields.required("countryId", &Id::of(), |address| &address.country);
        let postcode = fields.nullable("postcode", &Text::SHORT, |address| &address.postcode);
        let state = fields.nullable("state", &Text::SHORT, |address| &address.state);
        let kind = fields.required("type", &Choice::of(), |address| &address.kind);
        Some(Self {
            address: address?,
            city: city?,
            country: country?,
            postcode: postcode?,
            state: state?,
            kind: kind?,
        })
    }
}

struct NewAddress {
    client: ClientId,
    data: Address,
}

impl Input<Back> for NewAddress {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let client = fields.needed("clientId", &Id::of());
        let data = Address::read(&mut fields.fresh());
        Some(Self { client: client?, data: data? })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            address: filters.text("address"),
            client: filters.id("clientId"),
            postcode: filters.text("postcode"),
            kind: filters.choice("type"),
        }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ByTime>) -> Result<Page<AddressAnswer>, Problem> {
    let scope = &reading.caller.rights.scope;
    Ok(addresses::list(reading.conn, scope, &query.filter, &query.paging)?.map(AddressAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (AddressId,)) -> Result<AddressAnswer, Problem> {
    Ok(addresses::get(reading.conn, &reading.caller.rights.scope, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, NewAddress>) -> Result<AddressAnswer, Problem> {
    let new = body.create()?;
    Ok(addresses::insert(writing.tx, &writing.caller.rights.scope, new.client, &new.data)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (AddressId,),
    body: &Body<'_, Address>,
) -> Result<Change<AddressAnswer>, Problem> {
    let scope = &writing.caller.rights.scope;
    let before = addresses::lock(writing.tx, scope, id)?;
    let change = writing.change(before, body, |tx, before, data| addresses::update(tx, scope, before, data))?;
    Ok(change.map(AddressAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (AddressId,)) -> Result<AddressAnswer, Problem> {
    Ok(addresses::delete(writing.tx, &writing.caller.rights.scope, id)?.into())
}
