//! Named sets of product permissions.

use domain::catalog::{Availability, ProductPermissionGroup, ProductPermissionGroupId};
use domain::identity::Permission;
use domain::value::Record;
use http::request::{Choice, Fields, FilterSet, Filters, Input, ListQuery, SetOf, SortKey, Text};
use http::routes::Change;
use serde_json::json;
use storage::catalog::product_permission_groups::{self, Filter, Sort};
use storage::{Direction, Page};

use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const GROUPS: &str = "/api/v2/products/permissions";
    const GROUP: &str = "/api/v2/products/permissions/{permissionId}";
    routes
        .get("product-permission-groups.list", GROUPS, P::ProductPermissionGroupsRead)
        .summary("List product permission groups.")
        .describe("Sets of permissions that users give to products by name, the newest first.")
        .list(list);
    routes
        .get("product-permission-groups.get", GROUP, P::ProductPermissionGroupsRead)
        .summary("Read a product permission group.")
        .describe("The set is a template: products copy its permissions and do not refer to it.")
        .record(get);
    routes
        .post("product-permission-groups.create", GROUPS, P::ProductPermissionGroupsCreate)
        .summary("Add a product permission group.")
        .describe("Names are unique, whatever their case.")
        .example(
            json!({"name": "Deposits only", "status": "enabled", "permissions": ["visible", "enabled", "deposit"]}),
        )
        .created(create);
    routes
        .patch("product-permission-groups.update", GROUP, P::ProductPermissionGroupsUpdate)
        .summary("Change a product permission group.")
        .describe("The permissions are replaced as a whole. Products keep what they have.")
        .example_at(
            "/api/v2/products/permissions/1",
            json!({"permissions": ["visible", "enabled", "deposit", "withdrawal"]}),
        )
        .changed(update);
    routes
        .delete("product-permission-groups.delete", GROUP, P::ProductPermissionGroupsDelete)
        .summary("Delete a product permission group.")
        .describe("Products keep the permissions that they have.")
        .deleted(delete);
}

impl Input<Back> for ProductPermissionGroup {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, |group| &group.name);
        let status = fields.or("status", &Choice::of(), |group| &group.status, || Availability::Enabled);
        let permissions = fields.required("permissions", &SetOf(Choice::of()), |group| &group.permissions);
        Some(Self { name: name?, status: status?, permissions: permissions? })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { name: filters.text("name") }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("createTime", Self::CreateTime)];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<Filter, Sort>,
) -> Result<Page<Record<ProductPermissionGroup>>, Problem> {
    Ok(product_permission_groups::list(reading.conn, &query.filter, &query.paging)?)
}

fn get(
    reading: &mut Reading<'_>,
    (id,): (ProductPermissionGroupId,),
) -> Result<Record<ProductPermissionGroup>, Problem> {
    Ok(product_permission_groups::get(reading.conn, id)?)
}

fn create(
    writing: &mut Writing<'_, '_>,
    (): (),
    body: &Body<'_, ProductPermissionGroup>,
) -> Result<Record<ProductPermissionGroup>, Problem> {
    Ok(product_permission_groups::insert(writing.tx, &body.create()?)?)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (ProductPermissionGroupId,),
    body: &Body<'_, ProductPermissionGroup>,
) -> Result<Change<Record<ProductPermissionGroup>>, Problem> {
    let before = product_permission_groups::lock(writing.tx, id)?;
    writing.change(before, body, product_permission_groups::update)
}

fn delete(
    writing: &mut Writing<'_, '_>,
    (id,): (ProductPermissionGroupId,),
) -> Result<Record<ProductPermissionGroup>, Problem> {
    let group = product_permission_groups::lock(writing.tx, id)?;
    product_permission_groups::delete(writing.tx, id)?;
    Ok(group)
}
