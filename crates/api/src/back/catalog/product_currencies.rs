//! The currencies of products.

use domain::catalog::{AccountSettings, Factory, ProductCurrency, ProductCurrencyId, ProductId, ProductPermission};
use domain::identity::Permission;
use domain::ledger::{Amount, CurrencyCode};
use domain::value::{Entity, List, LocalizedText, Localizer, Set, Timestamp};
use http::request::{Boolean, Fields, FilterSet, Filters, Id, Input, Integer, ListQuery, SortKey, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
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
        .list(list);
    routes
        .get("products.currencies.get", CURRENCY, P::ProductsRead)
        .summary("Read a currency of a product.")
        .record(get);
    routes
        .post("products.currencies.create", CURRENCIES, P::ProductsCreate)
        .summary("Add a currency to a product.")
        .created(create);
    routes
        .put_and_patch("products.currencies.update", CURRENCY, P::ProductsUpdate)
        .summary("Change a currency of a product.")
        .changed(update);
    routes
        .delete("products.currencies.delete", CURRENCY, P::ProductsDelete)
        .summary("Remove a currency from a product.")
        .deleted(delete);
}

/// A currency in which accounts are opened on a product.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ProductCurrency")]
#[serde(rename_all = "camelCase")]
struct ProductCurrencyAnswer {
    id: ProductCurrencyId,
    caption: Option<String>,
    is_enabled: bool,
    platform_groups: List<String>,
    priority: i64,
    currency: CurrencyBrief,
    /// 100 where the platform counts in subunits.
    #[schemars(extend("enum" = [1, 100]))]
    factory: i64,
    is_hedging_enabled: bool,
    /// Whether these settings stand in for the product's, all of them together.
    overwrite_product_settings: bool,
    permissions: Set<ProductPermission>,
    default_account_permissions: Set<ProductPermission>,
    default_leverage: Option<i64>,
    leverages: List<i64>,
    max_accounts: Option<i64>,
    start_amounts: List<Amount>,
    link_info: Option<String>,
    agreement_link: Option<String>,
    request_required: bool,
    /// In this currency.
    min_deposit_amount: Option<Amount>,
    auto_create_on_login: bool,
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
        let currency = fields.needed("numericCode", &Id::of());
        let factory = fields.needed("factory", &FactoryKind);
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
