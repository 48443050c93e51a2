//! Restrictions of products.

use domain::catalog::{ProductId, ProductRestriction, ProductRestrictionId, RestrictionName};
use domain::identity::Permission;
use http::request::ListQuery;
use http::routes::Change;
use serde_json::json;
use storage::catalog::products;
use storage::catalog::restrictions::{self, Filter, StoredRestriction};
use storage::{ById, Page};

use crate::Problem;
use crate::back::{Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const RESTRICTIONS: &str = "/api/v2/products/{productId}/restrictions";
    const RESTRICTION: &str = "/api/v2/products/{productId}/restrictions/{restrictionId}";
    routes
        .get("products.restrictions.list", RESTRICTIONS, P::ProductsRead)
        .summary("List the restrictions of a product.")
        .describe(
            "Which clients are kept out of the product. Only enabled restrictions count, and all of them must \
             let a client in.",
        )
        .list(list);
    routes
        .get("products.restrictions.get", RESTRICTION, P::ProductsRead)
        .summary("Read a restriction of a product.")
        .describe("`ids` are those of countries, client types or levels, as the name says.")
        .record(get);
    routes
        .post("products.restrictions.create", RESTRICTIONS, P::ProductsCreate)
        .summary("Add a restriction to a product.")
        .describe(
            "A product has at most one restriction of each name. `allow` lets in clients who match one of the \
             ids, `deny` those who match none.",
        )
        .example_at(
            "/api/v2/products/1/restrictions",
            json!({"name": "client_type", "isEnabled": false, "type": "allow", "ids": [1]}),
        )
        .created(create);
    routes
        .put_and_patch("products.restrictions.update", RESTRICTION, P::ProductsUpdate)
        .summary("Change a restriction of a product.")
        .describe("Restrictions bind clients and not users. Accounts that are open stay open.")
        .example_at("/api/v2/products/1/restrictions/1", json!({"isEnabled": false, "ids": [2, 33]}))
        .changed(update);
    routes
        .delete("products.restrictions.delete", RESTRICTION, P::ProductsDelete)
        .summary("Remove a restriction from a product.")
        .describe("Clients whom it alone kept out are let in from now on.")
        .deleted(delete);
}

fn list(
    reading: &mut Reading<'_>,
    (product,): (ProductId,),
    query: &ListQuery<Filter<RestrictionName>, ById>,
) -> Result<Page<StoredRestriction<RestrictionName>>, Problem> {
    products::check_exists(reading.conn, product)?;
    Ok(restrictions::list(reading.conn, product, &query.filter, &query.paging)?)
}

fn get(
    reading: &mut Reading<'_>,
    (product, id): (ProductId, ProductRestrictionId),
) -> Result<StoredRestriction<RestrictionName>, Problem> {
    Ok(restrictions::get(reading.conn, product, id)?)
}

fn create(
    writing: &mut Writing<'_, '_>,
    (product,): (ProductId,),
    body: &Body<'_, ProductRestriction>,
) -> Result<StoredRestriction<RestrictionName>, Problem> {
    products::lock_as_parent(writing.tx, product)?;
    Ok(restrictions::insert(writing.tx, product, &body.create()?)?)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (product, id): (ProductId, ProductRestrictionId),
    body: &Body<'_, ProductRestriction>,
) -> Result<Change<StoredRestriction<RestrictionName>>, Problem> {
    let before = restrictions::lock(writing.tx, product, id)?;
    writing.change(before, body, |tx, before, restriction| restrictions::update(tx, product, before, restriction))
}

fn delete(
    writing: &mut Writing<'_, '_>,
    (product, id): (ProductId, ProductRestrictionId),
) -> Result<StoredRestriction<RestrictionName>, Problem> {
    let restriction = restrictions::lock(writing.tx, product, id)?;
    restrictions::delete(writing.tx, &restriction)?;
    Ok(restriction)
}
