//! The table of the restrictions of verification levels.

use diesel::prelude::*;
use domain::clients::{RestrictionMode, VerificationLevelId};
use domain::verification::{LevelRestriction, LevelRestrictionId, LevelRestrictionName};

use crate::catalog::restriction_table::{RestrictionTable, StoredRestriction};
use crate::schema::level_restrictions as table;
use crate::{DbConnection, Error, json};

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table)]
struct Row {
    name: LevelRestrictionName,
    is_enabled: bool,
    mode: RestrictionMode,
    ids: String,
}

fn row(restriction: &LevelRestriction) -> Result<Row, Error> {
    let LevelRestriction { name, is_enabled, mode, ids } = restriction;
    Ok(Row { name: *name, is_enabled: *is_enabled, mode: *mode, ids: json(ids)? })
}

impl RestrictionTable for LevelRestrictionName {
    type Owner = VerificationLevelId;

    const NAME: &'static str = "level_restrictions";

    fn of(conn: &mut DbConnection, level: VerificationLevelId) -> QueryResult<Vec<StoredRestriction<Self>>> {
        let of_level = table::table.filter(table::level_id.eq(level)).order(table::id);
        of_level.select((table::id, (table::name, table::is_enabled, table::mode, table::ids))).load(conn)
    }

    fn insert(
        conn: &mut DbConnection,
        level: VerificationLevelId,
        restriction: &LevelRestriction,
    ) -> Result<LevelRestrictionId, Error> {
        let values = (table::level_id.eq(level), row(restriction)?);
        Ok(diesel::insert_into(table::table).values(values).returning(table::id).get_result(conn)?)
    }

    fn update(conn: &mut DbConnection, id: LevelRestrictionId, restriction: &LevelRestriction) -> Result<(), Error> {
        diesel::update(table::table.find(id)).set(row(restriction)?).execute(conn)?;
        Ok(())
    }

    fn delete(conn: &mut DbConnection, id: LevelRestrictionId) -> QueryResult<()> {
        diesel::delete(table::table.find(id)).execute(conn).map(drop)
    }
}
