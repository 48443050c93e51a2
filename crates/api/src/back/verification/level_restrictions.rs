//! Restrictions of verification levels.

use domain::clients::VerificationLevelId;
use domain::identity::Permission;
use domain::verification::{LevelRestriction, LevelRestrictionId, LevelRestrictionName};
use http::request::ListQuery;
use http::routes::Change;
use serde_json::json;
use storage::catalog::restrictions::{self, Filter, StoredRestriction};
use storage::verification::levels;
use storage::{ById, Page};

use crate::Problem;
use crate::back::{Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const RESTRICTIONS: &str = "/api/v2/verifications/levels/{levelId}/restrictions";
    const RESTRICTION: &str = "/api/v2/verifications/levels/{levelId}/restrictions/{restrictionId}";
    const EXAMPLES: &str = "/api/v2/verifications/levels/2/restrictions";
    const EXAMPLE: &str = "/api/v2/verifications/levels/2/restrictions/1";
    routes
        .get("verification-levels.restrictions.list", RESTRICTIONS, P::VerificationLevelsRead)
        .summary("List the restrictions of a level.")
        .describe(
            "Clients are offered the level only if all enabled restrictions admit them. Users grant it all the same.",
        )
        .example_path(EXAMPLES)
        .list(list);
    routes
        .get("verification-levels.restrictions.get", RESTRICTION, P::VerificationLevelsRead)
        .summary("Read a restriction of a level.")
        .describe("Answers 404 for a restriction of another level.")
        .example_path(EXAMPLE)
        .record(get);
    routes
        .post("verification-levels.restrictions.create", RESTRICTIONS, P::VerificationLevelsCreate)
        .summary("Add a restriction to a level.")
        .describe(
            "`allow` admits clients who match one of the ids, `deny` clients who match none. There is one \
             restriction per name (409).",
        )
        .example_at(EXAMPLES, json!({"name": "client_type", "isEnabled": true, "type": "allow", "ids": [1, 2]}))
        .created(create);
    routes
        .put_and_patch("verification-levels.restrictions.update", RESTRICTION, P::VerificationLevelsUpdate)
        .summary("Change a restriction of a level.")
        .describe("The ids replace the previous ones. Clients who have the level keep it.")
        .example_at(EXAMPLE, json!({"ids": [2, 33, 40]}))
        .changed(update);
    routes
        .delete("verification-levels.restrictions.delete", RESTRICTION, P::VerificationLevelsDelete)
        .summary("Delete a restriction of a level.")
        .describe("Clients whom it kept out are offered the level.")
        .deleted(delete);
}

fn list(
    reading: &mut Reading<'_>,
    (level,): (VerificationLevelId,),
    query: &ListQuery<Filter<LevelRestrictionName>, ById>,
) -> Result<Page<StoredRestriction<LevelRestrictionName>>, Problem> {
    levels::check_exists(reading.conn, level)?;
    Ok(restrictions::list(reading.conn, level, &query.filter, &query.paging)?)
}

fn get(
    reading: &mut Reading<'_>,
    (level, id): (VerificationLevelId, LevelRestrictionId),
) -> Result<StoredRestriction<LevelRestrictionName>, Problem> {
    levels::check_exists(reading.conn, level)?;
    Ok(restrictions::get(reading.conn, level, id)?)
}

fn create(
    writing: &mut Writing<'_, '_>,
    (level,): (VerificationLevelId,),
    body: &Body<'_, LevelRestriction>,
) -> Result<StoredRestriction<LevelRestrictionName>, Problem> {
    levels::lock_as_parent(writing.tx, level)?;
    Ok(restrictions::insert(writing.tx, level, &body.create()?)?)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (level, id): (VerificationLevelId, LevelRestrictionId),
    body: &Body<'_, LevelRestriction>,
) -> Result<Change<StoredRestriction<LevelRestrictionName>>, Problem> {
    levels::lock_as_parent(writing.tx, level)?;
    let before = restrictions::lock(writing.tx, level, id)?;
    writing.change(before, body, |tx, before, restriction| restrictions::update(tx, level, before, restriction))
}

fn delete(
    writing: &mut Writing<'_, '_>,
    (level, id): (VerificationLevelId, LevelRestrictionId),
) -> Result<StoredRestriction<LevelRestrictionName>, Problem> {
    levels::lock_as_parent(writing.tx, level)?;
    let found = restrictions::lock(writing.tx, level, id)?;
    restrictions::delete(writing.tx, &found)?;
    Ok(found)
}
