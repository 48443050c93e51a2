//! Categories of parameters. Ours: the documented interface only refers to them.

use domain::identity::Permission;
use domain::services::{ParameterCategory, ParameterCategoryId};
use domain::value::Record;
use http::request::{Fields, FilterSet, Filters, Id, Input, ListQuery, SetOf, SortKey, Text};
use http::routes::Change;
use serde_json::json;
use storage::Page;
use storage::services::categories::{self, Filter, Sort};

use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const CATEGORIES: &str = "/api/v2/subscriptions/categories";
    const CATEGORY: &str = "/api/v2/subscriptions/categories/{categoryId}";
    routes
        .get("paid-services.categories.list", CATEGORIES, P::ParameterCategoriesRead)
        .summary("List the categories of parameters.")
        .describe("A category says which groups of users see its parameters and their values, and which change them.")
        .extension()
        .list(list);
    routes
        .get("paid-services.categories.get", CATEGORY, P::ParameterCategoriesRead)
        .summary("Read a category of parameters.")
        .describe(
            "Without `readGroups` everybody sees the parameters, without `updateGroups` all who see them change \
             them.",
        )
        .extension()
        .record(get);
    routes
        .post("paid-services.categories.create", CATEGORIES, P::ParameterCategoriesCreate)
        .summary("Add a category of parameters.")
        .describe("Parameters are put into it by their `categoryId`.")
        .example(json!({"name": "Billing", "readGroups": [2], "updateGroups": []}))
        .extension()
        .created(create);
    routes
        .put_and_patch("paid-services.categories.update", CATEGORY, P::ParameterCategoriesUpdate)
        .summary("Change a category of parameters.")
        .describe("Counts at once for all values of its parameters.")
        .example_at("/api/v2/subscriptions/categories/1", json!({"name": "Billing data", "readGroups": [2, 3]}))
        .extension()
        .changed(update);
    routes
        .delete("paid-services.categories.delete", CATEGORY, P::ParameterCategoriesDelete)
        .summary("Delete a category without parameters.")
        .describe("Refused while parameters are in it.")
        .extension()
        .deleted(delete);
}

impl Input<Back> for ParameterCategory {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, |category| &category.name);
        let read_groups = fields.or("readGroups", &SetOf(Id::of()), |category| &category.read_groups, Default::default);
        let update_groups =
            fields.or("updateGroups", &SetOf(Id::of()), |category| &category.update_groups, Default::default);
        Some(Self { name: name?, read_groups: read_groups?, update_groups: update_groups? })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { name: filters.text("name") }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("id", Self::Id), ("name", Self::Name)];
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<Filter, Sort>,
) -> Result<Page<Record<ParameterCategory>>, Problem> {
    Ok(categories::list(reading.conn, &query.filter, &query.paging)?)
}

fn get(reading: &mut Reading<'_>, (id,): (ParameterCategoryId,)) -> Result<Record<ParameterCategory>, Problem> {
    Ok(categories::get(reading.conn, id)?)
}

fn create(
    writing: &mut Writing<'_, '_>,
    (): (),
    body: &Body<'_, ParameterCategory>,
) -> Result<Record<ParameterCategory>, Problem> {
    Ok(categories::insert(writing.tx, &body.create()?)?)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (ParameterCategoryId,),
    body: &Body<'_, ParameterCategory>,
) -> Result<Change<Record<ParameterCategory>>, Problem> {
    let before = categories::lock(writing.tx, id)?;
    writing.change(before, body, categories::update)
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (ParameterCategoryId,)) -> Result<Record<ParameterCategory>, Problem> {
    let category = categories::lock(writing.tx, id)?;
    categories::delete(writing.tx, id)?;
    Ok(category)
}
