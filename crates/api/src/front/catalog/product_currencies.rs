//! The currencies of products that the client may open accounts in.

use domain::catalog::{
    AccountSettings, Product, ProductCurrency, ProductCurrencyId, ProductId, ProductPermission, settings_in_force,
};
use domain::ledger::Amount;
use domain::value::{Entity as _, List, LocalizedText, Localizer, Set, Timestamp};
use http::request::{FilterSet, Filters, ListQuery, SortKey};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::catalog::offered::{self, Filter, OfferedCurrency};
use storage::catalog::product_currencies::{Sort, StoredProductCurrency};
use storage::{Direction, Page};

use crate::Problem;
use crate::front::CurrencyAnswer;
use crate::front::{Front, Reading, Requirement, Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("my.product-currencies.list", "/api/v2/my/products/currencies", Requirement::SignedIn)
        .summary("List the currencies of products that the client may open accounts in.")
        .describe(
            "The newest come first. Products that are not offered to the client, by their status, group, permissions or \
             restrictions, are left out with their currencies.",
        )
        .list(list);
    routes
        .get("my.product-currencies.get", "/api/v2/my/products/currencies/{currencyId}", Requirement::SignedIn)
        .summary("Read a currency of a product.")
        .describe("The settings are those in force: its own where they overwrite the product's, else the product's.")
        .record(get);
}

/// A currency of a product in which the client may open accounts.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyProductCurrency")]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProductCurrencyAnswer {
    id: ProductCurrencyId,
    /// Its name: that of the currency where it has none of its own.
    caption: String,
    /// The place in lists.
    priority: i64,
    /// The currency.
    currency: CurrencyAnswer,
    /// The product, for which an account can be opened.
    product_id: ProductId,
    /// 100 where the platform counts in subunits.
    #[schemars(extend("enum" = [1, 100]))]
    factory: i64,
    /// What the product allows.
    permissions: Set<ProductPermission>,
    /// The leverage of an account that is opened without one; null where accounts have none.
    default_leverage: Option<i64>,
    /// The leverages on offer, beside the default.
    leverages: List<i64>,
    /// How many accounts one client may have; null for no limit.
    max_accounts: Option<i64>,
    /// The amounts of play money with which demo accounts can start.
    start_amounts: List<Amount>,
    /// A link to a page about the product.
    link_info: Option<String>,
    /// A link to the agreement that clients accept.
    agreement_link: Option<String>,
    /// Whether a client's wish for an account waits for a user to accept it.
    request_required: bool,
    /// The smallest first deposit: in this currency where its settings overwrite the product's, else in US dollars.
    min_deposit_amount: Option<Amount>,
    create_time: Timestamp,
    #[serde(skip)]
    has_caption: bool,
    #[serde(skip)]
    resources: List<LocalizedText>,
}

impl ProductCurrencyAnswer {
    /// A currency of this product.
    pub(crate) fn of(id: ProductId, product: &Product, stored: StoredProductCurrency) -> Self {
        let settings: AccountSettings = settings_in_force(product, &stored.data).clone();
        let data = stored.data;
        let has_caption = data.caption.is_some();
        Self {
            id: stored.id,
            has_caption,
            caption: data.caption.unwrap_or_else(|| stored.currency.name.clone()),
            priority: data.priority,
            currency: stored.currency.into(),
            product_id: id,
            factory: data.factory.number(),
            permissions: settings.permissions,
            default_leverage: settings.default_leverage,
            leverages: settings.leverages,
            max_accounts: settings.max_accounts,
            start_amounts: settings.start_amounts,
            link_info: settings.link_info,
            agreement_link: settings.agreement_link,
            request_required: settings.request_required,
            min_deposit_amount: settings.min_deposit_amount,
            create_time: stored.create_time,
            resources: data.resources,
        }
    }
}

impl Resource<Front> for ProductCurrencyAnswer {
    const NAME: &'static str = ProductCurrency::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        self.currency.localize(localizer);
        if self.has_caption {
            localizer.localize(&self.resources, "caption", &mut self.caption);
        } else {
            self.caption.clone_from(&self.currency.name);
        }
    }
}

impl From<OfferedCurrency> for ProductCurrencyAnswer {
    fn from(OfferedCurrency { product, entry, settings, currency }: OfferedCurrency) -> Self {
        let data = entry.data;
        Self {
            id: entry.id,
            has_caption: data.caption.is_some(),
            caption: data.caption.unwrap_or_else(|| currency.data.name.clone()),
            priority: data.priority,
            currency: currency.into(),
            product_id: product,
            factory: data.factory.number(),
            permissions: settings.permissions,
            default_leverage: settings.default_leverage,
            leverages: settings.leverages,
            max_accounts: settings.max_accounts,
            start_amounts: settings.start_amounts,
            link_info: settings.link_info,
            agreement_link: settings.agreement_link,
            request_required: settings.request_required,
            min_deposit_amount: settings.min_deposit_amount,
            create_time: entry.create_time,
            resources: data.resources,
        }
    }
}

impl FilterSet<Front> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { alphabetic_code: filters.text("alphabeticCode") }
    }
}

impl SortKey<Front> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("createTime", Self::CreateTime)];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<Filter, Sort>,
) -> Result<Page<ProductCurrencyAnswer>, Problem> {
    let client = reading.caller.client();
    Ok(offered::list(reading.conn, client, &query.filter, &query.paging)?.map(ProductCurrencyAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (ProductCurrencyId,)) -> Result<ProductCurrencyAnswer, Problem> {
    Ok(offered::get(reading.conn, reading.caller.client(), id)?.into())
}
