//! The table of the restrictions of products.

use diesel::prelude::*;
use domain::catalog::{ProductId, ProductRestriction, ProductRestrictionId, RestrictionName};
use domain::clients::RestrictionMode;

use super::restriction_table::{RestrictionTable, StoredRestriction};
use crate::schema::product_restrictions as table;
use crate::{DbConnection, Error, json};

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true)]
struct Row {
    name: RestrictionName,
    is_enabled: bool,
    mode: RestrictionMode,
    ids: String,
}

fn row(restriction: &ProductRestriction) -> Result<Row, Error> {
    let ProductRestriction { name, is_enabled, mode, ids } = restriction;
    Ok(Row { name: *name, is_enabled: *is_enabled, mode: *mode, ids: json(ids)? })
}

impl RestrictionTable for RestrictionName {
    type Owner = ProductId;

    const NAME: &'static str = "product_restrictions";

    fn of(conn: &mut DbConnection, product: ProductId) -> QueryResult<Vec<StoredRestriction<Self>>> {
        let of_product = table::table.filter(table::product_id.eq(product)).order(table::id);
        of_product.select((table::id, (table::name, table::is_enabled, table::mode, table::ids))).load(conn)
    }

    fn insert(
        conn: &mut DbConnection,
        product: ProductId,
        restriction: &ProductRestriction,
    ) -> Result<ProductRestrictionId, Error> {
        let values = (table::product_id.eq(product), row(restriction)?);
        Ok(diesel::insert_into(table::table).values(values).returning(table::id).get_result(conn)?)
    }

    fn update(
        conn: &mut DbConnection,
        id: ProductRestrictionId,
        restriction: &ProductRestriction,
    ) -> Result<(), Error> {
        diesel::update(table::table.find(id)).set(row(restriction)?).execute(conn)?;
        Ok(())
    }

    fn delete(conn: &mut DbConnection, id: ProductRestrictionId) -> QueryResult<()> {
        diesel::delete(table::table.find(id)).execute(conn).map(drop)
    }
}
