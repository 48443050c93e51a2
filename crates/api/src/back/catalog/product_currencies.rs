//! The currencies of products.

use domain::catalog::{AccountSettings, Factory, ProductCurrency, ProductCurrencyId, ProductId, ProductPermission};
use domain::identity::Permission;
use domain::ledger::{Amount, CurrencyCode};
use domain::value::{Entity, List, LocalizedText, Localizer, Set, Timestamp};
use http::request::{Boolean, Fields, FilterSet, Filters, Id, Input, Integer, ListQuery, SortKey, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::catalog::product_currencies::{self, Filter, Sort, StoredProductCurrency};
use storage::catalog::products;
use storage::{Direction, Page};

use super::settings::{FactoryKind, read_platform_groups, read_settings};
use crate::Problem;
use crate::back::ledger::CurrencyBrief;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const CURRENCIES: &str = "/api/v2/products/{productId}/currencies";
    const CURRENCY: &str = "/api/v2/products/{productId}/currencies/{currencyId}";
    routes
        .get("products.currencies.list", CURRENCIES, P::ProductsRead)
        .summary("List the currencies of a product.")
        .describe("The currencies in which accounts of the product are opened, the newest first.")
        .list(list);
    routes
        .get("products.currencies.get", CURRENCY, P::ProductsRead)
        .summary("Read a currency of a product.")
        .describe("The settings count only where they overwrite the product's.")
        .record(get);
    routes
        .post("products.currencies.create", CURRENCIES, P::ProductsCreate)
        .summary("Add a currency to a product.")
        .describe("A product has a currency once. `factory` and the platform's groups cannot change later.")
        .example_at("/api/v2/products/4/currencies", json!({"numericCode": 392, "factory": 1, "caption": "Yen"}))
        .created(create);
    routes
        .put_and_patch("products.currencies.update", CURRENCY, P::ProductsUpdate)
        .summary("Change a currency of a product.")
        .describe(
            "With `overwriteProductSettings` all settings of the currency stand in for those of the product, \
             never a part of them.",
        )
        .example_at("/api/v2/products/1/currencies/1", json!({"priority": 1, "isEnabled": true}))
        .changed(update);
    routes
        .delete("products.currencies.delete", CURRENCY, P::ProductsDelete)
        .summary("Remove a currency from a product.")
        .describe("Refused while accounts are in it.")
        .example_path("/api/v2/products/4/currencies/11")
        .deleted(delete);
}

/// A currency in which accounts are opened on a product.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ProductCurrency")]
#[serde(rename_all = "camelCase")]
struct ProductCurrencyAnswer {
    id: ProductCurrencyId,
    /// The name that clients are shown; null where it is the currency's own.
    caption: Option<String>,
    /// Whether accounts can be opened in it.
    is_enabled: bool,
    /// The groups of the platform in which accounts are opened.
    platform_groups: List<String>,
    /// The place in lists.
    priority: i64,
    /// The currency.
    currency: CurrencyBrief,
    /// 100 where the platform counts in subunits.
    #[schemars(extend("enum" = [1, 100]))]
    factory: i64,
    /// Whether exchanges in it are hedged.
    is_hedging_enabled: bool,
    /// Whether these settings stand in for the product's, all of them together.
    overwrite_product_settings: bool,
    /// What clients may do with the product.
    permissions: Set<ProductPermission>,
    /// What a new account may do.
    default_account_permissions: Set<ProductPermission>,
    /// The leverage of an account that is opened without one; null where accounts have none.
    default_leverage: Option<i64>,
    /// The leverages on offer, beside the default.
    leverages: List<i64>,
    /// How many accounts in this currency one client may have; null for no limit.
    max_accounts: Option<i64>,
    /// The amounts of play money with which demo accounts can start.
    start_amounts: List<Amount>,
    /// A link to a page about the product.
    link_info: Option<String>,
    /// A link to the agreement that clients accept.
    agreement_link: Option<String>,
    /// Whether a client's wish for an account waits for a user to accept it.
    request_required: bool,
    /// In this currency.
    min_deposit_amount: Option<Amount>,
    /// Whether a client gets an account at their first sign-in.
    auto_create_on_login: bool,
    /// The texts in other languages.
    resources: List<LocalizedText>,
    create_time: Timestamp,
    update_time: Timestamp,
}

impl Resource<Back> for ProductCurrencyAnswer {
    const NAME: &'static str = ProductCurrency::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        if let Some(caption) = &mut self.caption {
            localizer.localize(&self.resources, "caption", caption);
        }
    }
}

impl From<StoredProductCurrency> for ProductCurrencyAnswer {
    fn from(stored: StoredProductCurrency) -> Self {
        let data = stored.data;
        let AccountSettings { permissions, default_account_permissions, leverages, start_amounts, .. } = data.settings;
        Self {
            id: stored.id,
            caption: data.caption,
            is_enabled: data.is_enabled,
            platform_groups: data.platform_groups,
            priority: data.priority,
            currency: stored.currency.into(),
            factory: data.factory.number(),
            is_hedging_enabled: data.is_hedging_enabled,
            overwrite_product_settings: data.overwrite_product_settings,
            permissions,
            default_account_permissions,
            default_leverage: data.settings.default_leverage,
            leverages,
            max_accounts: data.settings.max_accounts,
            start_amounts,
            link_info: data.settings.link_info,
            agreement_link: data.settings.agreement_link,
            request_required: data.settings.request_required,
            min_deposit_amount: data.settings.min_deposit_amount,
            auto_create_on_login: data.settings.auto_create_on_login,
            resources: data.resources,
            create_time: stored.create_time,
            update_time: stored.update_time,
        }
    }
}

struct NewProductCurrency {
    currency: CurrencyCode,
    factory: Factory,
    caption: Option<String>,
    platform_groups: List<String>,
}

impl Input<Back> for NewProductCurrency {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let currency = fields.about("The numeric code of the currency.").needed("numericCode", &Id::of());
        let factory = fields
            .about("What one unit counts for on the platform: 100 where it counts in subunits such as cents.")
            .needed("factory", &FactoryKind);
        let caption = fields.nullable_new("caption", &Text::SHORT);
        let platform_groups = read_platform_groups(fields);
        Some(Self { currency: currency?, factory: factory?, caption: caption?, platform_groups: platform_groups? })
    }
}

impl Input<Back> for ProductCurrency {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let caption = fields.nullable("caption", &Text::SHORT, |currency| &currency.caption);
        let is_enabled = fields.required("isEnabled", &Boolean, |currency| &currency.is_enabled);
        let priority = fields.required("priority", &Integer::ANY, |currency| &currency.priority);
        let overwrites =
            fields.required("overwriteProductSettings", &Boolean, |currency| &currency.overwrite_product_settings);
        let settings = read_settings(&mut fields.part(|currency| &currency.settings));
        Some(Self {
            caption: caption?,
            is_enabled: is_enabled?,
            priority: priority?,
            overwrite_product_settings: overwrites?,
            settings: settings?,
            ..fields.current()?.clone()
        })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { alphabetic_code: filters.text("alphabeticCode"), is_enabled: filters.yes_no("isEnabled") }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("createTime", Self::CreateTime)];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

fn list(
    reading: &mut Reading<'_>,
    (product,): (ProductId,),
    query: &ListQuery<Filter, Sort>,
) -> Result<Page<ProductCurrencyAnswer>, Problem> {
    products::check_exists(reading.conn, product)?;
    let page = product_currencies::list(reading.conn, product, &query.filter, &query.paging)?;
    Ok(page.map(ProductCurrencyAnswer::from))
}

fn get(
    reading: &mut Reading<'_>,
    (product, id): (ProductId, ProductCurrencyId),
) -> Result<ProductCurrencyAnswer, Problem> {
    Ok(product_currencies::get(reading.conn, product, id)?.into())
}

fn create(
    writing: &mut Writing<'_, '_>,
    (product,): (ProductId,),
    body: &Body<'_, NewProductCurrency>,
) -> Result<ProductCurrencyAnswer, Problem> {
    products::lock_as_parent(writing.tx, product)?;
    let new = body.create()?;
    let caption = new.caption.as_deref();
    let stored =
        product_currencies::insert(writing.tx, product, new.currency, new.factory, &new.platform_groups, caption)?;
    Ok(stored.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (product, id): (ProductId, ProductCurrencyId),
    body: &Body<'_, ProductCurrency>,
) -> Result<Change<ProductCurrencyAnswer>, Problem> {
    let before = product_currencies::lock(writing.tx, product, id)?;
    let change = writing
        .change(before, body, |tx, before, currency| product_currencies::update(tx, product, before, currency))?;
    Ok(change.map(ProductCurrencyAnswer::from))
}

fn delete(
    writing: &mut Writing<'_, '_>,
    (product, id): (ProductId, ProductCurrencyId),
) -> Result<ProductCurrencyAnswer, Problem> {
    let currency = product_currencies::lock(writing.tx, product, id)?;
    product_currencies::delete(writing.tx, product, &currency)?;
    Ok(currency.into())
}
