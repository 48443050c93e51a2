//! Groups of products.

use domain::catalog::{ProductGroup, ProductGroupId, ProductGroupType};
use domain::identity::Permission;
use domain::value::{List, LocalizedText, Record};
use http::request::{
    Choice, Fields, FilterSet, Filters, Input, Integer, ListQuery, LocalizedTexts, Purpose, SortKey, Text,
};
use http::routes::Change;
use serde_json::json;
use storage::Page;
use storage::catalog::product_groups::{self, Filter, Sort};

use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const GROUPS: &str = "/api/v2/products/groups";
    const GROUP: &str = "/api/v2/products/groups/{groupId}";
    routes
        .get("products.groups.list", GROUPS, P::ProductsRead)
        .summary("List product groups.")
        .describe("The headings under which products are shown, by caption.")
        .list(list);
    routes
        .get("products.groups.get", GROUP, P::ProductsRead)
        .summary("Read a product group.")
        .describe("Caption and description are in the language of the call, where there are texts in it.")
        .record(get);
    routes
        .post("products.groups.create", GROUPS, P::ProductsCreate)
        .summary("Add a product group.")
        .describe("Its place in lists is 0 at first; a change can set another.")
        .example(json!({
            "caption": "Savings", "description": "Accounts that are not for trading", "status": "enabled",
            "resources": [{"key": "caption", "locale": "es_ES", "value": "Ahorro"}],
        }))
        .created(create);
    routes
        .put_and_patch("products.groups.update", GROUP, P::ProductsUpdate)
        .summary("Change a product group.")
        .describe("A disabled group hides its products from clients; users still see them.")
        .example_at(
            "/api/v2/products/groups/4",
            json!({
                "description": "Direct access to the market", "priority": 3,
            }),
        )
        .changed(update);
    routes
        .delete("products.groups.delete", GROUP, P::ProductsDelete)
        .summary("Delete a product group.")
        .describe("Refused while products are in it.")
        .deleted(delete);
}

impl Input<Back> for ProductGroup {
    type Current = Self;

    fn texts(current: &Self::Current) -> Option<&List<LocalizedText>> {
        Some(&current.resources)
    }

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let caption = fields.required("caption", &Text::NAME, |group| &group.caption);
        let description = fields.required("description", &Text::LONG, |group| &group.description);
        let status = fields.required("status", &Choice::of(), |group| &group.status);
        let kind = fields.or("type", &Choice::of(), |group| &group.kind, || ProductGroupType::Default);
        let priority = match fields.purpose() {
            Purpose::Create => Some(0),
            Purpose::Change => fields.required("priority", &Integer::ANY, |group| &group.priority),
        };
        let resources = fields.or("resources", &LocalizedTexts, |group| &group.resources, List::default);
        Some(Self {
            caption: caption?,
            description: description?,
            status: status?,
            kind: kind?,
            priority: priority?,
            resources: resources?,
        })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { status: filters.choice("status"), kind: filters.choice("type") }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] =
        &[("caption", Self::Caption), ("priority", Self::Priority), ("createTime", Self::CreateTime)];
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<Filter, Sort>,
) -> Result<Page<Record<ProductGroup>>, Problem> {
    Ok(product_groups::list(reading.conn, &query.filter, &query.paging)?)
}

fn get(reading: &mut Reading<'_>, (id,): (ProductGroupId,)) -> Result<Record<ProductGroup>, Problem> {
    Ok(product_groups::get(reading.conn, id)?)
}

fn create(
    writing: &mut Writing<'_, '_>,
    (): (),
    body: &Body<'_, ProductGroup>,
) -> Result<Record<ProductGroup>, Problem> {
    Ok(product_groups::insert(writing.tx, &body.create()?)?)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (ProductGroupId,),
    body: &Body<'_, ProductGroup>,
) -> Result<Change<Record<ProductGroup>>, Problem> {
    let before = product_groups::lock(writing.tx, id)?;
    writing.change(before, body, product_groups::update)
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (ProductGroupId,)) -> Result<Record<ProductGroup>, Problem> {
    let group = product_groups::lock(writing.tx, id)?;
    product_groups::delete(writing.tx, id)?;
    Ok(group)
}
