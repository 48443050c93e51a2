//! Named sets of product permissions.

use domain::catalog::{Availability, ProductPermissionGroup, ProductPermissionGroupId};
use domain::identity::Operation;
use domain::value::Record;
use storage::catalog::product_permission_groups::{self, Filter, Sort};
use storage::{Direction, Page};

use crate::Problem;
use crate::request::{Body, Choice, Fields, FilterSet, Filters, Input, ListQuery, SetOf, SortKey, Text};
use crate::routes::{Changed, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Operation as O;
    const GROUPS: &str = "/api/v2/products/permissions";
    const GROUP: &str = "/api/v2/products/permissions/{permissionId}";
    routes.list(O::ProductPermissionGroupsList, GROUPS, "List product permission groups.", list);
    routes.get(O::ProductPermissionGroupsGet, GROUP, "Read a product permission group.", get);
    routes.create(O::ProductPermissionGroupsCreate, GROUPS, "Add a product permission group.", create);
    routes.patch(O::ProductPermissionGroupsUpdate, GROUP, "Change a product permission group.", update);
    routes.delete(O::ProductPermissionGroupsDelete, GROUP, "Delete a product permission group.", delete);
}

impl Input for ProductPermissionGroup {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, |group| &group.name);
        let status = fields.or("status", &Choice::of(), |group| &group.status, || Availability::Enabled);
        let permissions = fields.required("permissions", &SetOf(Choice::of()), |group| &group.permissions);
        Some(Self { name: name?, status: status?, permissions: permissions? })
    }
}

impl FilterSet for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { name: filters.text("name") }
    }
}

impl SortKey for Sort {
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
) -> Result<Changed<Record<ProductPermissionGroup>>, Problem> {
    let before = product_permission_groups::lock(writing.tx, id)?;
    let data = body.change(&before.data)?;
    if data == before.data {
        return Ok(Changed::nothing(before));
    }
    let after = product_permission_groups::update(writing.tx, id, &data)?;
    Ok(Changed { before, after })
}

fn delete(
    writing: &mut Writing<'_, '_>,
    (id,): (ProductPermissionGroupId,),
) -> Result<Record<ProductPermissionGroup>, Problem> {
    let group = product_permission_groups::lock(writing.tx, id)?;
    product_permission_groups::delete(writing.tx, id)?;
    Ok(group)
}
