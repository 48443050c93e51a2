//! The addresses to which the client withdraws, while they restrict themselves to such.

use domain::clients::ClientId;
use domain::payments::{WhitelistedAddress, WhitelistedAddressId};
use domain::value::{Entity as _, Localizer, Timestamp};
use http::request::{FilterSet, Filters, ListQuery, NoFilter, SortKey};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use storage::identity::system_logs::Category;
use storage::payments::whitelisted_addresses::{self, Filter, Sort, StoredAddress};
use storage::{ById, Page};

use crate::Problem;
use crate::front::CurrencyAnswer;
use crate::front::{Body, Front, Reading, Requirement, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    const POLICIES: &str = "/api/v2/my/withdrawals/policies";
    routes
        .get("my.policies.list", POLICIES, Requirement::SignedIn)
        .summary("List the addresses on the client's whitelist.")
        .describe("They count while the client restricts withdrawals to them.")
        .list(list);
    routes
        .get("my.policies.get", "/api/v2/my/withdrawals/policies/{policyId}", Requirement::SignedIn)
        .summary("Read an address on the client's whitelist.")
        .describe("Shows the address as it was given: case matters.")
        .record(get);
    routes
        .get("my.policies.currencies", "/api/v2/my/withdrawals/policies/currencies", Requirement::SignedIn)
        .summary("List the currencies for which addresses can be whitelisted.")
        .describe("Money of states has no addresses.")
        .list(list_currencies);
    routes
        .put_and_patch("my.policies.enable", "/api/v2/my/withdrawals/policies/enable", Requirement::SignedIn)
        .summary("Restrict withdrawals to the whitelist.")
        .describe("It takes effect at once.")
        .silent()
        .changed(enable);
}

/// An address to which the client may withdraw.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MyWhitelistedAddress {
    /// Its id.
    id: WhitelistedAddressId,
    /// What the client calls it; null where they do not.
    name: Option<String>,
    /// The address, as the client wrote it: case matters.
    wallet_address: String,
    /// The tag or memo that tells there who is paid; null where there is none.
    destination_tag: Option<String>,
    /// The currency that is withdrawn.
    currency: CurrencyAnswer,
    /// Whether the client restricts withdrawals to whitelisted addresses.
    is_enabled: bool,
    /// When it was added.
    create_time: Timestamp,
    #[serde(skip)]
    client: Option<ClientId>,
}

impl Resource<Front> for MyWhitelistedAddress {
    const NAME: &'static str = WhitelistedAddress::RESOURCE;
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn client(&self) -> Option<ClientId> {
        self.client
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        self.currency.localize(localizer);
    }
}

impl From<StoredAddress> for MyWhitelistedAddress {
    fn from(stored: StoredAddress) -> Self {
        let WhitelistedAddress { wallet_address, caption, destination_tag, currency: _ } = stored.data;
        Self {
            id: stored.id,
            name: caption,
            wallet_address,
            destination_tag,
            currency: stored.currency.into(),
            is_enabled: stored.is_enabled,
            create_time: stored.create_time,
            client: Some(stored.client),
        }
    }
}

/// Whether the client restricts withdrawals to the whitelist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MyWhitelist {
    /// Whose it is.
    client_id: ClientId,
    /// Whether they do.
    is_enabled: bool,
}

impl MyWhitelist {
    /// The whitelist of a client.
    pub(super) const fn of(client_id: ClientId, is_enabled: bool) -> Self {
        Self { client_id, is_enabled }
    }
}

impl Resource<Front> for MyWhitelist {
    const NAME: &'static str = "whitelist";
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.client_id.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client_id)
    }
}

impl FilterSet<Front> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            client: None,
            wallet_address: filters.text("walletAddress"),
            currency: filters.id("currencyCode"),
            is_enabled: filters.yes_no("isEnabled"),
        }
    }
}

impl SortKey<Front> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("walletAddress", Self::WalletAddress)];
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<Filter, Sort>,
) -> Result<Page<MyWhitelistedAddress>, Problem> {
    let scope = reading.caller.scope();
    Ok(whitelisted_addresses::list(reading.conn, &scope, &query.filter, &query.paging)?.map(MyWhitelistedAddress::from))
}

fn get(reading: &mut Reading<'_>, (id,): (WhitelistedAddressId,)) -> Result<MyWhitelistedAddress, Problem> {
    Ok(whitelisted_addresses::get(reading.conn, &reading.caller.scope(), id)?.into())
}

fn list_currencies(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<NoFilter, ById>,
) -> Result<Page<CurrencyAnswer>, Problem> {
    Ok(whitelisted_addresses::list_currencies(reading.conn, &query.paging)?.map(CurrencyAnswer::from))
}

fn enable(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, ()>) -> Result<Change<MyWhitelist>, Problem> {
    body.create()?;
    let client = writing.caller.client();
    let before = MyWhitelist::of(client, whitelisted_addresses::is_restricted(writing.tx.conn, client)?);
    whitelisted_addresses::restrict(writing.tx, client, true)?;
    Ok(Change::between(before, MyWhitelist::of(client, true)))
}
