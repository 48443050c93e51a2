//! Restrictions of payment methods.

use crate::back::{Body, Reading, Routes, Writing};
use domain::identity::Permission;
use domain::ledger::MethodId;
use domain::payments::{Direction, MethodRestriction, MethodRestrictionId, MethodRestrictionName};
use http::request::ListQuery;
use http::routes::Changed;
use storage::catalog::restrictions::{self, Filter, StoredRestriction};
use storage::payments::methods;
use storage::{ById, Page};

use super::{direction_of, path_of};
use crate::Problem;

pub(super) fn routes(routes: &mut Routes, direction: Direction) {
    use Permission as P;
    let [on_list, on_get, on_create, on_update, on_delete] = match direction {
        Direction::Deposit => [
            ("deposit-methods.restrictions.list", P::DepositMethodsRead),
            ("deposit-methods.restrictions.get", P::DepositMethodsRead),
            ("deposit-methods.restrictions.create", P::DepositMethodsCreate),
            ("deposit-methods.restrictions.update", P::DepositMethodsUpdate),
            ("deposit-methods.restrictions.delete", P::DepositMethodsDelete),
        ],
        Direction::Withdrawal => [
            ("withdrawal-methods.restrictions.list", P::WithdrawalMethodsRead),
            ("withdrawal-methods.restrictions.get", P::WithdrawalMethodsRead),
            ("withdrawal-methods.restrictions.create", P::WithdrawalMethodsCreate),
            ("withdrawal-methods.restrictions.update", P::WithdrawalMethodsUpdate),
            ("withdrawal-methods.restrictions.delete", P::WithdrawalMethodsDelete),
        ],
    };
    let all = path_of!(direction, "/methods/{methodId}/restrictions");
    let one = path_of!(direction, "/methods/{methodId}/restrictions/{restrictionId}");
    routes.get(on_list.0, all, on_list.1).summary("List the restrictions of a method.").list(list);
    routes.get(on_get.0, one, on_get.1).summary("Read a restriction of a method.").record(get);
    routes.post(on_create.0, all, on_create.1).summary("Add a restriction to a method.").created(create);
    routes.put_and_patch(on_update.0, one, on_update.1).summary("Change a restriction of a method.").changed(update);
    routes.delete(on_delete.0, one, on_delete.1).summary("Remove a restriction of a method.").deleted(delete);
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
