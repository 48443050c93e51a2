//! The addresses that clients may withdraw to, while they restrict themselves to such.

use domain::clients::ClientId;
use domain::identity::Permission;
use domain::payments::{WhitelistedAddress, WhitelistedAddressId};
use domain::value::{Entity as _, Timestamp};
use http::request::{FilterSet, Filters, ListQuery, SortKey};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::Page;
use storage::payments::whitelisted_addresses::{self, Filter, Sort, StoredAddress};

use crate::Problem;
use crate::back::ledger::CurrencyBrief;
use crate::back::{Back, Reading, Routes};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    routes
        .get(
            "whitelisted-withdrawal-addresses.list",
            "/api/v2/withdrawals/policies",
            P::WhitelistedWithdrawalAddressesRead,
        )
        .summary("List the withdrawal addresses on clients' whitelists.")
        .describe("Clients keep their lists themselves. They count while the client restricts withdrawals to them.")
        .list(list);
    routes
        .get(
            "whitelisted-withdrawal-addresses.get",
            "/api/v2/withdrawals/policies/{policyId}",
            P::WhitelistedWithdrawalAddressesRead,
        )
        .summary("Read a whitelisted address.")
        .describe("An address of a client whom the caller does not see does not exist for them.")
        .record(get);
}

/// An address that a client may withdraw to.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "WhitelistedAddress")]
#[serde(rename_all = "camelCase")]
struct AddressAnswer {
    id: WhitelistedAddressId,
    client_id: ClientId,
    /// The address, as the client wrote it: case matters.
    wallet_address: String,
    /// The currency that is withdrawn.
    currency: CurrencyBrief,
    /// Whether the client restricts withdrawals to whitelisted addresses.
    is_enabled: bool,
    /// What the client calls it.
    caption: Option<String>,
    create_time: Timestamp,
    update_time: Option<Timestamp>,
}

impl Resource<Back> for AddressAnswer {
    const NAME: &'static str = WhitelistedAddress::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredAddress> for AddressAnswer {
    fn from(stored: StoredAddress) -> Self {
        let WhitelistedAddress { wallet_address, caption, destination_tag: _, currency: _ } = stored.data;
        Self {
            id: stored.id,
            client_id: stored.client,
            wallet_address,
            currency: stored.currency.into(),
            is_enabled: stored.is_enabled,
            caption,
            create_time: stored.create_time,
            update_time: stored.update_time,
        }
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            client: filters.id("clientId"),
            wallet_address: filters.text("walletAddress"),
            currency: filters.id("currencyCode"),
            is_enabled: filters.yes_no("isEnabled"),
        }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("walletAddress", Self::WalletAddress)];
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, Sort>) -> Result<Page<AddressAnswer>, Problem> {
    let scope = &reading.caller.rights.scope;
    Ok(whitelisted_addresses::list(reading.conn, scope, &query.filter, &query.paging)?.map(AddressAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (WhitelistedAddressId,)) -> Result<AddressAnswer, Problem> {
    Ok(whitelisted_addresses::get(reading.conn, &reading.caller.rights.scope, id)?.into())
}
