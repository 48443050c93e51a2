//! Restrictions of products.

use domain::catalog::{ProductId, ProductRestriction, ProductRestrictionId};
use domain::identity::Operation;
use domain::value::Identified;
use storage::Page;
use storage::catalog::product_restrictions::{self, Filter, Sort};
use storage::catalog::products;

use crate::Problem;
use crate::request::{Body, Choice, Fields, FilterSet, Filters, Input, ListQuery, SetOf, SortKey, Whole, YesNo};
use crate::routes::{Changed, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Operation as O;
    const RESTRICTIONS: &str = "/api/v2/products/{productId}/restrictions";
    const RESTRICTION: &str = "/api/v2/products/{productId}/restrictions/{restrictionId}";
    routes.list(O::ProductsRestrictionsList, RESTRICTIONS, "List the restrictions of a product.", list);
    routes.get(O::ProductsRestrictionsGet, RESTRICTION, "Read a restriction of a product.", get);
    routes.create(O::ProductsRestrictionsCreate, RESTRICTIONS, "Add a restriction to a product.", create);
    routes.update(O::ProductsRestrictionsUpdate, RESTRICTION, "Change a restriction of a product.", update);
    routes.delete(O::ProductsRestrictionsDelete, RESTRICTION, "Remove a restriction from a product.", delete);
}

impl Input for ProductRestriction {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let name = fields.fixed("name", &Choice::of(), |restriction| &restriction.name);
        let is_enabled = fields.required("isEnabled", &YesNo, |restriction| &restriction.is_enabled);
        let mode = fields.required("type", &Choice::of(), |restriction| &restriction.mode);
        let ids = fields.or("ids", &SetOf(Whole::FROM_ONE), |restriction| &restriction.ids, Default::default);
        Some(Self { name: name?, is_enabled: is_enabled?, mode: mode?, ids: ids? })
    }
}

impl FilterSet for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { name: filters.choice("name") }
    }
}

impl SortKey for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("id", Self::Id)];
}

fn list(
    reading: &mut Reading<'_>,
    (product,): (ProductId,),
    query: &ListQuery<Filter, Sort>,
) -> Result<Page<Identified<ProductRestriction>>, Problem> {
    products::check_exists(reading.conn, product)?;
    Ok(product_restrictions::list(reading.conn, product, &query.filter, &query.paging)?)
}

fn get(
    reading: &mut Reading<'_>,
    (product, id): (ProductId, ProductRestrictionId),
) -> Result<Identified<ProductRestriction>, Problem> {
    Ok(product_restrictions::get(reading.conn, product, id)?)
}

fn create(
    writing: &mut Writing<'_, '_>,
    (product,): (ProductId,),
    body: &Body<'_, ProductRestriction>,
) -> Result<Identified<ProductRestriction>, Problem> {
    writing.tx.lock("products", product)?;
    products::check_exists(writing.tx.conn, product)?;
    Ok(product_restrictions::insert(writing.tx, product, &body.create()?)?)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (product, id): (ProductId, ProductRestrictionId),
    body: &Body<'_, ProductRestriction>,
) -> Result<Changed<Identified<ProductRestriction>>, Problem> {
    writing.tx.lock("product_restrictions", id)?;
    let before = product_restrictions::get(writing.tx.conn, product, id)?;
    let data = body.change(&before.data)?;
    if data == before.data {
        return Ok(Changed::nothing(before));
    }
    let after = product_restrictions::update(writing.tx, product, id, &data)?;
    Ok(Changed { before, after })
}

fn delete(
    writing: &mut Writing<'_, '_>,
    (product, id): (ProductId, ProductRestrictionId),
) -> Result<Identified<ProductRestriction>, Problem> {
    writing.tx.lock("product_restrictions", id)?;
    let restriction = product_restrictions::get(writing.tx.conn, product, id)?;
    product_restrictions::delete(writing.tx, id)?;
    Ok(restriction)
}
