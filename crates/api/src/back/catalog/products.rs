//! Products.

use domain::catalog::{
    AccountSettings, PlatformId, Product, ProductCurrencyId, ProductGroupId, ProductId, ProductPermission,
    ProductStatus, ProductType, SendMailSetting,
};
use domain::identity::Permission;
use domain::identity::options::LeftOut;
use domain::ledger::{Amount, CurrencyCode};
use domain::value::{Entity, List, LocalizedText, Localizer, Set, Timestamp};
use http::request::{
    Choice, Fields, FilterSet, Filters, Id, Input, Integer, ListQuery, LocalizedTexts, NonEmptyListOf, SortKey, Text,
};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::catalog::product_creation::{self, NewProduct};
use storage::catalog::products::{self, Filter, Sort, StoredProduct};
use storage::{Page, removal};

use super::settings::{FactoryKind, exact_number_if_any, exact_numbers, read_platform_groups, read_settings};
use crate::Problem;
use crate::back::options::{self, SentOptions};
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const PRODUCTS: &str = "/api/v2/products";
    const PRODUCT: &str = "/api/v2/products/{productId}";
    routes
        .get("products.list", PRODUCTS, P::ProductsRead)
        .summary("List products.")
        .describe("Sorted by id unless asked otherwise. Captions are in the language of the call.")
        .list(list);
    routes
        .get("products.get", PRODUCT, P::ProductsRead)
        .summary("Read a product.")
        .describe("With the currencies of its accounts. Secrets in the options are masked.")
        .single_statement()
        .record(get);
    routes
        .post("products.create", PRODUCTS, P::ProductsCreate)
        .summary("Add a product with its currencies.")
        .describe(
            "The product is disabled at first, so that it can be set up before accounts are opened. The type \
             must fit the platform: demo products need a demo platform.",
        )
        .example(json!({
            "name": "mt5_pro", "caption": "MT5 Pro", "platformId": 1, "groupId": 1, "type": "trade",
            "numericCodes": [840, 978], "factory": 1, "leverages": [50, 100], "defaultLeverage": 100,
            "maxAccounts": 3, "permissions": ["enabled", "visible", "deposit", "withdrawal", "trade"],
            "defaultAccountPermissions": ["enabled", "visible", "deposit", "withdrawal", "trade"],
        }))
        .created(create);
    routes
        .put_and_patch("products.update", PRODUCT, P::ProductsUpdate)
        .summary("Change a product.")
        .describe(
            "Accounts that are open keep their permissions. Secrets in `options` that are left out or sent \
             back as `***` stay; a new address requires them again.",
        )
        .example_at("/api/v2/products/4", json!({"priority": 5, "maxAccounts": 3, "minDepositAmount": "100"}))
        .changed(update);
    routes
        .delete("products.delete", PRODUCT, P::ProductsDelete)
        .summary("Delete a product.")
        .describe(
            "Refused while accounts or other records refer to it. Its currencies, notes and restrictions go \
             with it.",
        )
        .deleted(delete);
}

/// What a client can open an account on.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Product")]
#[serde(rename_all = "camelCase")]
struct ProductAnswer {
    id: ProductId,
    /// Its name in the back office.
    name: String,
    /// The name that clients are shown.
    caption: String,
    /// What the accounts are for.
    #[serde(rename = "type")]
    kind: ProductType,
    /// Who may open accounts.
    status: ProductStatus,
    /// The leverage of an account that is opened without one; null where accounts have none.
    default_leverage: Option<i64>,
    /// The leverages on offer, beside the default.
    leverages: List<i64>,
    /// How many accounts one client may have; null: no limit.
    max_accounts: Option<i64>,
    /// Whether a client is told by mail of a new account.
    send_mail_setting: SendMailSetting,
    /// The template of that mail.
    mail_template: Option<String>,
    /// The amounts of play money with which demo accounts can start.
    #[serde(serialize_with = "exact_numbers")]
    #[schemars(with = "Vec<f64>")]
    start_amounts: List<Amount>,
    /// Its place in lists.
    priority: i64,
    /// A link to a page about the product.
    link_info: Option<String>,
    /// A link to the agreement that clients accept.
    agreement_link: Option<String>,
    /// Whether a client's wish for an account waits for a user to accept it.
    request_required: bool,
    /// In USD.
    #[serde(serialize_with = "exact_number_if_any")]
    #[schemars(with = "Option<f64>")]
    min_deposit_amount: Option<Amount>,
    /// Whether a client gets an account at their first sign-in.
    auto_create_on_login: bool,
    /// What clients may do with the product.
    permissions: Set<ProductPermission>,
    /// The texts in other languages.
    resources: List<LocalizedText>,
    /// What a new account may do.
    default_account_permissions: Set<ProductPermission>,
    /// The platform that keeps the accounts. Fixed.
    platform: PlatformBrief,
    /// The group under which it is listed.
    group: GroupBrief,
    /// Settings of the platform behind it; secrets are masked.
    options: Map<String, Value>,
    /// The currencies of its accounts.
    currencies: Vec<CurrencyBrief>,
    create_time: Timestamp,
    update_time: Timestamp,
}

/// What a product shows of its platform.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ProductPlatformBrief")]
struct PlatformBrief {
    id: PlatformId,
    /// The name that people are shown.
    caption: String,
}

/// What a product shows of its group.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ProductGroupBrief")]
struct GroupBrief {
    id: ProductGroupId,
    /// The name that clients are shown.
    caption: String,
    #[serde(skip)]
    resources: List<LocalizedText>,
}

/// What a product shows of its currencies.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ProductCurrencyBrief")]
#[serde(rename_all = "camelCase")]
struct CurrencyBrief {
    /// The id of the product currency.
    id: ProductCurrencyId,
    /// The name that clients are shown.
    caption: String,
    /// The alphabetic code of the currency.
    alphabetic_code: String,
    /// The numeric code of the currency.
    numeric_code: CurrencyCode,
    #[serde(skip)]
    resources: List<LocalizedText>,
}

impl Resource<Back> for ProductAnswer {
    const NAME: &'static str = Product::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        localizer.localize(&self.resources, "caption", &mut self.caption);
        localizer.localize(&self.group.resources, "caption", &mut self.group.caption);
        for currency in &mut self.currencies {
            localizer.localize(&currency.resources, "caption", &mut currency.caption);
        }
    }
}

impl From<StoredProduct> for ProductAnswer {
    fn from(stored: StoredProduct) -> Self {
        let Product {
            name, caption, kind, status, priority, send_mail_setting, mail_template, options, settings, ..
        } = stored.data;
        let AccountSettings { permissions, default_account_permissions, leverages, start_amounts, .. } = settings;
        let currencies = stored.currencies.into_iter().map(|currency| CurrencyBrief {
            id: currency.id,
            caption: currency.caption.unwrap_or_else(|| currency.alphabetic_code.clone()),
            alphabetic_code: currency.alphabetic_code,
            numeric_code: currency.code,
            resources: currency.resources,
        });
        Self {
            id: stored.id,
            name,
            caption,
            kind,
            status,
            default_leverage: settings.default_leverage,
            leverages,
            max_accounts: settings.max_accounts,
            send_mail_setting,
            mail_template,
            start_amounts,
            priority,
            link_info: settings.link_info,
            agreement_link: settings.agreement_link,
            request_required: settings.request_required,
            min_deposit_amount: settings.min_deposit_amount,
            auto_create_on_login: settings.auto_create_on_login,
            permissions,
            resources: stored.data.resources,
            default_account_permissions,
            platform: PlatformBrief { id: stored.data.platform, caption: stored.platform_caption },
            group: GroupBrief {
                id: stored.data.group,
                caption: stored.group_caption,
                resources: stored.group_resources,
            },
            options: options::shown(&options),
            currencies: currencies.collect(),
            create_time: stored.create_time,
            update_time: stored.update_time,
        }
    }
}

/// A new product, without its options.
struct NewFields {
    product: NewProduct,
    options: SentOptions,
}

impl Input<Back> for NewFields {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let currencies = fields
            .about("The numeric codes of the currencies of its accounts.")
            .needed("numericCodes", &NonEmptyListOf(Id::<CurrencyCode>::of()));
        let factory = fields
            .about("What one unit counts for on the platform: 100 where it counts in subunits such as cents.")
            .needed("factory", &FactoryKind);
        let group = fields.needed("groupId", &Id::of());
        let name = fields.needed("name", &Text::NAME);
        let platform = fields.needed("platformId", &Id::of());
        let platform_groups = read_platform_groups(fields);
        let caption = fields.optional("caption", &Text::NAME);
        let kind: Option<Option<ProductType>> = fields.optional("type", &Choice::of());
        let details = read_details(&mut fields.fresh());
        let mut distinct: Vec<CurrencyCode> = Vec::new();
        for code in currencies?.iter() {
            if !distinct.contains(code) {
                distinct.push(*code);
            }
        }
        let (name, details) = (name?, details?);
        let data = Product {
            platform: platform?,
            group: group?,
            caption: caption?.unwrap_or_else(|| name.clone()),
            name,
            kind: kind?.unwrap_or(ProductType::Personal),
            status: ProductStatus::Disabled,
            priority: 0,
            send_mail_setting: details.send_mail_setting,
            mail_template: details.mail_template,
            options: String::new(),
            settings: details.settings,
            resources: details.resources,
        };
        let product = NewProduct {
            data,
            kind: kind?,
            currencies: distinct,
            factory: factory?,
            platform_groups: platform_groups?,
        };
        Some(Self { product, options: details.options })
    }
}

/// What both bodies of products have, beside names and what is fixed.
struct Details {
    send_mail_setting: SendMailSetting,
    mail_template: Option<String>,
    options: SentOptions,
    settings: AccountSettings,
    resources: List<LocalizedText>,
}

fn read_details(fields: &mut Fields<'_, Product>) -> Option<Details> {
    let send_mail_setting =
        fields.or("sendMailSetting", &Choice::of(), |product| &product.send_mail_setting, || SendMailSetting::Default);
    let mail_template = fields.nullable("mailTemplate", &Text::SHORT, |product| &product.mail_template);
    let options = SentOptions::read(fields);
    let settings = read_settings(&mut fields.part(|product| &product.settings));
    let resources = fields.or("resources", &LocalizedTexts, |product| &product.resources, List::default);
    Some(Details {
        send_mail_setting: send_mail_setting?,
        mail_template: mail_template?,
        options: options?,
        settings: settings?,
        resources: resources?,
    })
}

/// What is set of a product, its options as they were before.
struct ProductFields {
    data: Product,
    options: SentOptions,
}

impl Input<Back> for ProductFields {
    type Current = Product;

    fn texts(current: &Self::Current) -> Option<&List<LocalizedText>> {
        Some(&current.resources)
    }

    fn read(fields: &mut Fields<'_, Product>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, |product| &product.name);
        let caption = fields.required("caption", &Text::NAME, |product| &product.caption);
        let group = fields.required("groupId", &Id::of(), |product| &product.group);
        let priority = fields.required("priority", &Integer::ANY, |product| &product.priority);
        let status = fields.required("status", &Choice::of(), |product| &product.status);
        let kind = fields.required("type", &Choice::of(), |product| &product.kind);
        let details = read_details(fields);
        let (details, current) = (details?, fields.current()?);
        let data = Product {
            platform: current.platform,
            group: group?,
            name: name?,
            caption: caption?,
            kind: kind?,
            status: status?,
            priority: priority?,
            send_mail_setting: details.send_mail_setting,
            mail_template: details.mail_template,
            options: current.options.clone(),
            settings: details.settings,
            resources: details.resources,
        };
        Some(Self { data, options: details.options })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            platform: filters.id("platformId"),
            group: filters.id("groupId"),
            kind: filters.choice("type"),
            currency: filters.id("currencyCode"),
            status: filters.choice("status"),
        }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] =
        &[("id", Self::Id), ("name", Self::Name), ("createTime", Self::CreateTime)];
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, Sort>) -> Result<Page<ProductAnswer>, Problem> {
    Ok(products::list(reading.conn, &query.filter, &query.paging)?.map(ProductAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (ProductId,)) -> Result<ProductAnswer, Problem> {
    Ok(products::get(reading.conn, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, NewFields>) -> Result<ProductAnswer, Problem> {
    let NewFields { mut product, options } = body.create()?;
    product.data.options = options.stored_first(&writing.context.secret)?;
    Ok(product_creation::insert(writing.tx, &product)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (ProductId,),
    body: &Body<'_, ProductFields>,
) -> Result<Change<ProductAnswer>, Problem> {
    let before = products::lock(writing.tx, id)?;
    let ProductFields { mut data, options } = body.change(&before.data)?;
    data.options = options.stored(&writing.context.secret, &before.data.options, LeftOut::Removed)?;
    Ok(writing.change_to(before, &data, products::update)?.map(ProductAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (ProductId,)) -> Result<ProductAnswer, Problem> {
    Ok(removal::products::delete(writing.tx, id)?.into())
}
