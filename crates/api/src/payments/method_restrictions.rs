//! Restrictions of payment methods.

use domain::identity::Operation;
use domain::ledger::MethodId;
use domain::payments::{Direction, MethodRestriction, MethodRestrictionId, MethodRestrictionName};
use storage::catalog::restrictions::{self, Filter, StoredRestriction};
use storage::payments::methods;
use storage::{ById, Page};

use super::{direction_of, path_of};
use crate::Problem;
use crate::request::{Body, ListQuery};
use crate::routes::{Changed, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes, direction: Direction) {
    use Operation as O;
    let [on_list, on_get, on_create, on_update, on_delete] = match direction {
        Direction::Deposit => [
            O::DepositMethodsRestrictionsList,
            O::DepositMethodsRestrictionsGet,
            O::DepositMethodsRestrictionsCreate,
            O::DepositMethodsRestrictionsUpdate,
            O::DepositMethodsRestrictionsDelete,
        ],
        Direction::Withdrawal => [
            O::WithdrawalMethodsRestrictionsList,
            O::WithdrawalMethodsRestrictionsGet,
            O::WithdrawalMethodsRestrictionsCreate,
            O::WithdrawalMethodsRestrictionsUpdate,
            O::WithdrawalMethodsRestrictionsDelete,
        ],
    };
    let all = path_of!(direction, "/methods/{methodId}/restrictions");
    let one = path_of!(direction, "/methods/{methodId}/restrictions/{restrictionId}");
    routes.list(on_list, all, "List the restrictions of a method.", list);
    routes.get(on_get, one, "Read a restriction of a method.", get);
    routes.create(on_create, all, "Add a restriction to a method.", create);
    routes.update(on_update, one, "Change a restriction of a method.", update);
    routes.delete(on_delete, one, "Remove a restriction of a method.", delete);
}

fn list(
    reading: &mut Reading<'_>,
    (method,): (MethodId,),
    query: &ListQuery<Filter<MethodRestrictionName>, ById>,
) -> Result<Page<StoredRestriction<MethodRestrictionName>>, Problem> {
    methods::check_exists(reading.conn, direction_of(reading.call), method)?;
    Ok(restrictions::list(reading.conn, method, &query.filter, &query.paging)?)
}

fn get(
    reading: &mut Reading<'_>,
    (method, id): (MethodId, MethodRestrictionId),
) -> Result<StoredRestriction<MethodRestrictionName>, Problem> {
    methods::check_exists(reading.conn, direction_of(reading.call), method)?;
    Ok(restrictions::get(reading.conn, method, id)?)
}

fn create(
    writing: &mut Writing<'_, '_>,
    (method,): (MethodId,),
    body: &Body<'_, MethodRestriction>,
) -> Result<StoredRestriction<MethodRestrictionName>, Problem> {
    writing.tx.lock("methods", method)?;
    methods::check_exists(writing.tx.conn, direction_of(writing.call), method)?;
    Ok(restrictions::insert(writing.tx, method, &body.create()?)?)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (method, id): (MethodId, MethodRestrictionId),
    body: &Body<'_, MethodRestriction>,
) -> Result<Changed<StoredRestriction<MethodRestrictionName>>, Problem> {
    writing.tx.lock("methods", method)?;
    methods::check_exists(writing.tx.conn, direction_of(writing.call), method)?;
    let before = restrictions::lock(writing.tx, method, id)?;
    let data = body.change(&before.data)?;
    if data == before.data {
        return Ok(Changed::nothing(before));
    }
    let after = restrictions::update(writing.tx, method, id, &data)?;
    Ok(Changed { before, after })
}

fn delete(
    writing: &mut Writing<'_, '_>,
    (method, id): (MethodId, MethodRestrictionId),
) -> Result<StoredRestriction<MethodRestrictionName>, Problem> {
    writing.tx.lock("methods", method)?;
    methods::check_exists(writing.tx.conn, direction_of(writing.call), method)?;
    let found = restrictions::lock(writing.tx, method, id)?;
    restrictions::delete(writing.tx, &found)?;
    Ok(found)
}
