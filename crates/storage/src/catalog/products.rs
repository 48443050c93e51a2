//! Products.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::catalog::{
    Platform, PlatformId, Product, ProductCurrencyId, ProductGroupId, ProductId, ProductStatus, ProductType,
    SendMailSetting,
};
use domain::ledger::CurrencyCode;
use domain::value::{CommonFault, Fault, FaultCode as _, Field, List, LocalizedText, Refusal, Stored, Timestamp};

use super::platforms;
use super::settings::SettingsTexts;
use crate::connection::{MultiBackend, on_each};
use crate::json_list::{self, JsonList, JsonRows};
use crate::one_of::one_of;
use crate::schema::products::{self as table, BoxedQuery};
use crate::schema::{
    platforms as platform, product_currencies as of_product, product_groups as group, product_notes,
    product_restrictions,
};
use crate::seen::{self, AccessVersion};
use crate::{DbConnection, Direction, Error, Page, Paging, Tx, json};

/// A product as it is stored, with what its answer shows of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredProduct {
    /// Its id.
    pub id: ProductId,
    /// What can be set.
    pub data: Product,
    /// The caption of its platform.
    pub platform_caption: String,
    /// The caption of its group.
    pub group_caption: String,
    /// The group's texts in other languages.
    pub group_resources: List<LocalizedText>,
    /// Its currencies, by priority.
    pub currencies: Vec<CurrencyOfProduct>,
    /// When it was created.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Timestamp,
}

impl Stored for StoredProduct {
    type Data = Product;

    fn data(&self) -> &Product {
        &self.data
    }
}

/// What a product shows of one of its currencies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrencyOfProduct {
    /// The id of the product currency.
    pub id: ProductCurrencyId,
    /// The name that clients are shown.
    pub caption: Option<String>,
    /// The product currency's texts in other languages.
    pub resources: List<LocalizedText>,
    /// Such as USD.
    pub alphabetic_code: String,
    /// The numeric code.
    pub code: CurrencyCode,
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// On this platform.
    pub platform: Option<PlatformId>,
    /// In this group.
    pub group: Option<ProductGroupId>,
    /// Of this type.
    pub kind: Option<ProductType>,
    /// With this currency.
    pub currency: Option<CurrencyCode>,
    /// Of this status.
    pub status: Option<ProductStatus>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    Id,
    Name,
    CreateTime,
}

/// A row and the captions beside it, in the order of [`columns`].
#[derive(Queryable)]
struct Row {
    id: ProductId,
    data: Product,
    create_time: Timestamp,
    update_time: Timestamp,
    captions: (String, String, List<LocalizedText>),
    currencies: Option<String>,
}

/// The currencies of a product, in the order of [`CurrencyRow`].
#[derive(Clone, Copy)]
struct Currencies;

impl JsonRows for Currencies {
    const COLUMNS: &'static str = "product_currencies.priority, product_currencies.id, product_currencies.caption, \
        product_currencies.resources, currencies.alphabetic_code, currencies.code";
    const FROM: &'static str = "FROM product_currencies JOIN currencies ON currencies.code = product_currencies.currency_code \
        WHERE product_currencies.product_id = products.id";
}

type CurrencyRow = (i64, ProductCurrencyId, Option<String>, String, String, CurrencyCode);

#[diesel::dsl::auto_type]
pub(super) fn data_columns() -> _ {
    let settings = (
        table::permissions,
        table::default_account_permissions,
        table::default_leverage,
        table::leverages,
        table::max_accounts,
        table::start_amounts,
        table::link_info,
        table::agreement_link,
        table::request_required,
        table::min_deposit_amount,
        table::auto_create_on_login,
    );
    (
        table::platform_id,
        table::group_id,
        table::name,
        table::caption,
        table::kind,
        table::status,
        table::priority,
        table::send_mail_setting,
        table::mail_template,
        table::options,
        settings,
        table::resources,
    )
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let captions = (platform::caption, group::caption, group::resources);
    let currencies: JsonList<Currencies> = JsonList(Currencies);
    (table::id, data_columns(), table::create_time, table::update_time, captions, currencies)
}

impl Row {
    fn product(self) -> Result<StoredProduct, Error> {
        let (platform_caption, group_caption, group_resources) = self.captions;
        let mut currencies: Vec<CurrencyRow> = json_list::read(self.currencies.as_deref())?;
        currencies.sort_unstable_by_key(|(priority, id, ..)| (*priority, *id));
        let currencies = currencies.into_iter().map(|(_, id, caption, resources, alphabetic_code, code)| {
            let resources = serde_json::from_str(&resources)?;
            Ok(CurrencyOfProduct { id, caption, resources, alphabetic_code, code })
        });
        Ok(StoredProduct {
            id: self.id,
            data: self.data,
            platform_caption,
            group_caption,
            group_resources,
            currencies: currencies.collect::<Result<_, Error>>()?,
            create_time: self.create_time,
            update_time: self.update_time,
        })
    }
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(platform) = filter.platform {
        query = query.filter(table::platform_id.eq(platform));
    }
    if let Some(group) = filter.group {
        query = query.filter(table::group_id.eq(group));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(table::kind.eq(kind));
    }
    if let Some(code) = filter.currency {
        let having = of_product::table.filter(of_product::currency_code.eq(code)).select(of_product::product_id);
        query = query.filter(table::id.eq_any(having));
    }
    if let Some(status) = filter.status {
        query = query.filter(table::status.eq(status));
    }
    query
}

/// The page of a list.
fn ordered(filter: &Filter, paging: &Paging<Sort>) -> BoxedQuery<'static, MultiBackend> {
    use Direction::{Ascending, Descending};
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    match (paging.sort, paging.direction) {
        (Sort::Id, Ascending) => query.order(table::id.asc()),
        (Sort::Id, Descending) => query.order(table::id.desc()),
        (Sort::Name, Ascending) => query.order((table::name.asc(), table::id.asc())),
        (Sort::Name, Descending) => query.order((table::name.desc(), table::id.desc())),
        (Sort::CreateTime, Ascending) => query.order((table::create_time.asc(), table::id.asc())),
        (Sort::CreateTime, Descending) => query.order((table::create_time.desc(), table::id.desc())),
    }
}

/// Products, a page of them.
pub fn list(conn: &mut DbConnection, filter: &Filter, paging: &Paging<Sort>) -> Result<Page<StoredProduct>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let ids: Vec<ProductId> = ordered(filter, paging).select(table::id).load(conn)?;
    let products = table::table.inner_join(platform::table).inner_join(group::table).filter(table::id.eq_any(&ids));
    let rows: Vec<Row> = on_each!(conn, conn => products.select(columns()).load(conn))?;
    let mut rows: HashMap<ProductId, Row> = rows.into_iter().map(|row| (row.id, row)).collect();
    let data = ids.iter().filter_map(|id| rows.remove(id)).map(Row::product).collect::<Result<_, Error>>()?;
    Ok(Page { total, data })
}

/// One product.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: ProductId) -> Result<StoredProduct, Error> {
    let product = table::table.inner_join(platform::table).inner_join(group::table).filter(table::id.eq(id));
    let product = product.select((columns(), AccessVersion));
    let (row, version): (Row, Option<i64>) = on_each!(conn, conn => product.first(conn))?;
    seen::note(version);
    row.product()
}

/// What can be set of the products of these ids.
pub(crate) fn by_ids(conn: &mut DbConnection, ids: &[ProductId]) -> Result<HashMap<ProductId, Product>, Error> {
    let query = table::table.filter(one_of(table::id, ids)).select((table::id, data_columns()));
    let products: Vec<(ProductId, Product)> = on_each!(conn, conn => query.load(conn))?;
    Ok(products.into_iter().collect())
}

/// A product must exist before what belongs to it is looked for.
///
/// # Errors
/// [`Error::NotFound`].
pub fn check_exists(conn: &mut DbConnection, id: ProductId) -> Result<(), Error> {
    table::table.find(id).select(table::id).first::<ProductId>(conn)?;
    Ok(())
}

/// Locks a product until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: ProductId) -> Result<StoredProduct, Error> {
    tx.lock("products", id)?;
    get(tx.conn, id)
}

/// Locks a product to which something is added.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock_as_parent(tx: &mut Tx<'_>, id: ProductId) -> Result<(), Error> {
    tx.lock("products", id)?;
    check_exists(tx.conn, id)
}

/// The platform of a product.
///
/// # Errors
/// [`Error::NotFound`].
pub fn platform_of(conn: &mut DbConnection, id: ProductId) -> Result<Platform, Error> {
    let platform = table::table.find(id).select(table::platform_id).first(conn)?;
    Ok(platforms::get(conn, platform)?.data)
}

/// What can be set of a product, as its columns keep it.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct Values<'a> {
    group_id: ProductGroupId,
    name: &'a str,
    caption: &'a str,
    kind: ProductType,
    status: ProductStatus,
    priority: i64,
    send_mail_setting: SendMailSetting,
    mail_template: Option<&'a str>,
    options: &'a str,
    permissions: String,
    default_account_permissions: String,
    default_leverage: Option<i64>,
    leverages: String,
    max_accounts: Option<i64>,
    start_amounts: String,
    link_info: Option<&'a str>,
    agreement_link: Option<&'a str>,
    request_required: bool,
    min_deposit_amount: Option<String>,
    auto_create_on_login: bool,
    resources: String,
}

impl<'a> Values<'a> {
    pub(super) fn of(product: &'a Product) -> Result<Self, Error> {
        let settings = &product.settings;
        let texts = SettingsTexts::of(settings)?;
        Ok(Self {
            group_id: product.group,
            name: &product.name,
            caption: &product.caption,
            kind: product.kind,
            status: product.status,
            priority: product.priority,
            send_mail_setting: product.send_mail_setting,
            mail_template: product.mail_template.as_deref(),
            options: &product.options,
            permissions: texts.permissions,
            default_account_permissions: texts.default_account_permissions,
            default_leverage: settings.default_leverage,
            leverages: texts.leverages,
            max_accounts: settings.max_accounts,
            start_amounts: texts.start_amounts,
            link_info: settings.link_info.as_deref(),
            agreement_link: settings.agreement_link.as_deref(),
            request_required: settings.request_required,
            min_deposit_amount: texts.min_deposit_amount,
            auto_create_on_login: settings.auto_create_on_login,
            resources: json(&product.resources)?,
        })
    }
}

/// Writes what can be set of a product.
///
/// # Errors
/// A refusal where its group does not exist or its type does not fit the platform.
pub fn update(tx: &mut Tx<'_>, before: &StoredProduct, after: &Product) -> Result<StoredProduct, Error> {
    let mut faults = group_faults(tx.conn, after.group)?;
    faults.extend(platform_of(tx.conn, before.id)?.type_fault(after.kind));
    Refusal::unless_empty(faults)?;
    let values = (Values::of(after)?, table::update_time.eq(tx.now.naive()));
    diesel::update(table::table.find(before.id)).set(values).execute(tx.conn)?;
    get(tx.conn, before.id)
}

/// Deletes a product with its currencies, notes and restrictions.
///
/// # Errors
/// A refusal while accounts refer to it.
pub(crate) fn delete(tx: &mut Tx<'_>, id: ProductId) -> Result<(), Error> {
    let in_use = || CommonFault::InUse.conflict();
    diesel::delete(product_notes::table.filter(product_notes::product_id.eq(id))).execute(tx.conn)?;
    diesel::delete(product_restrictions::table.filter(product_restrictions::product_id.eq(id))).execute(tx.conn)?;
    diesel::delete(of_product::table.filter(of_product::product_id.eq(id)))
        .execute(tx.conn)
        .map_err(|error| Error::from(error).or_referenced(in_use))?;
    let deleted = diesel::delete(table::table.find(id)).execute(tx.conn);
    deleted.map_err(|error| Error::from(error).or_referenced(in_use)).map(drop)
}

pub(super) fn group_faults(conn: &mut DbConnection, id: ProductGroupId) -> Result<Vec<Fault>, Error> {
    let known = diesel::select(diesel::dsl::exists(group::table.find(id))).get_result::<bool>(conn)?;
    Ok(if known { Vec::new() } else { vec![CommonFault::Unknown.at(Field::Group)] })
}
