//! The table of the restrictions of payment methods.

use diesel::prelude::*;
use domain::clients::RestrictionMode;
use domain::ledger::MethodId;
use domain::payments::{MethodRestriction, MethodRestrictionId, MethodRestrictionName};

use crate::catalog::restriction_table::{RestrictionTable, StoredRestriction};
use crate::connection::on_each;
use crate::one_of::one_of;
use crate::schema::method_restrictions as table;
use crate::{DbConnection, Error, json};

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true)]
struct Row {
    name: MethodRestrictionName,
    is_enabled: bool,
    mode: RestrictionMode,
    ids: String,
}

fn row(restriction: &MethodRestriction) -> Result<Row, Error> {
    let MethodRestriction { name, is_enabled, mode, ids } = restriction;
    Ok(Row { name: *name, is_enabled: *is_enabled, mode: *mode, ids: json(ids)? })
}

/// The restrictions of these methods.
pub(super) fn of_methods(
    conn: &mut DbConnection,
    methods: &[MethodId],
) -> Result<Vec<(MethodId, MethodRestriction)>, Error> {
    let query = table::table.filter(one_of(table::method_id, methods)).order(table::id);
    let query = query.select((table::method_id, (table::name, table::is_enabled, table::mode, table::ids)));
    Ok(on_each!(conn, conn => query.load(conn))?)
}

impl RestrictionTable for MethodRestrictionName {
    type Owner = MethodId;

    const NAME: &'static str = "method_restrictions";

    fn of(conn: &mut DbConnection, method: MethodId) -> QueryResult<Vec<StoredRestriction<Self>>> {
        let of_method = table::table.filter(table::method_id.eq(method)).order(table::id);
        of_method.select((table::id, (table::name, table::is_enabled, table::mode, table::ids))).load(conn)
    }

    fn insert(
        conn: &mut DbConnection,
        method: MethodId,
        restriction: &MethodRestriction,
    ) -> Result<MethodRestrictionId, Error> {
        let values = (table::method_id.eq(method), row(restriction)?);
        Ok(diesel::insert_into(table::table).values(values).returning(table::id).get_result(conn)?)
    }

    fn update(conn: &mut DbConnection, id: MethodRestrictionId, restriction: &MethodRestriction) -> Result<(), Error> {
        diesel::update(table::table.find(id)).set(row(restriction)?).execute(conn)?;
        Ok(())
    }

    fn delete(conn: &mut DbConnection, id: MethodRestrictionId) -> QueryResult<()> {
        diesel::delete(table::table.find(id)).execute(conn).map(drop)
    }
}
