//! Restrictions of payment methods.

use domain::identity::Permission;
use domain::ledger::MethodId;
use domain::payments::{MethodDirection, MethodRestriction, MethodRestrictionId, MethodRestrictionName};
use http::request::ListQuery;
use http::routes::Change;
use serde_json::json;
use storage::catalog::restrictions::{self, Filter, StoredRestriction};
use storage::payments::owning_method;
use storage::{ById, Page};

use super::direction::Directed;
use crate::Problem;
use crate::back::{Body, Reading, Routes, Writing};

pub(super) fn routes<D: Directed>(routes: &mut Routes) {
    use Permission as P;
    let ([on_list, on_get, on_create, on_update, on_delete], [all, one], [all_at, one_at]) = match D::DIRECTION {
        MethodDirection::Deposit => (
            [
                ("deposit-methods.restrictions.list", P::DepositMethodsRead),
                ("deposit-methods.restrictions.get", P::DepositMethodsRead),
                ("deposit-methods.restrictions.create", P::DepositMethodsCreate),
                ("deposit-methods.restrictions.update", P::DepositMethodsUpdate),
                ("deposit-methods.restrictions.delete", P::DepositMethodsDelete),
            ],
            [
                "/api/v2/deposits/methods/{methodId}/restrictions",
                "/api/v2/deposits/methods/{methodId}/restrictions/{restrictionId}",
            ],
            ["/api/v2/deposits/methods/3/restrictions", "/api/v2/deposits/methods/3/restrictions/1"],
        ),
        MethodDirection::Withdrawal => (
            [
                ("withdrawal-methods.restrictions.list", P::WithdrawalMethodsRead),
                ("withdrawal-methods.restrictions.get", P::WithdrawalMethodsRead),
                ("withdrawal-methods.restrictions.create", P::WithdrawalMethodsCreate),
                ("withdrawal-methods.restrictions.update", P::WithdrawalMethodsUpdate),
                ("withdrawal-methods.restrictions.delete", P::WithdrawalMethodsDelete),
            ],
            [
                "/api/v2/withdrawals/methods/{methodId}/restrictions",
                "/api/v2/withdrawals/methods/{methodId}/restrictions/{restrictionId}",
            ],
            ["/api/v2/withdrawals/methods/4/restrictions", "/api/v2/withdrawals/methods/4/restrictions/2"],
        ),
    };
    routes
        .get(on_list.0, all, on_list.1)
        .summary("List the restrictions of a method.")
        .describe(
            "Clients can use the method only if all enabled restrictions admit them. Restrictions do not \
             apply to users.",
        )
        .example_path(all_at)
        .list(list::<D>);
    routes
        .get(on_get.0, one, on_get.1)
        .summary("Read a restriction of a method.")
        .describe("Answers 404 for a restriction of another method.")
        .example_path(one_at)
        .record(get::<D>);
    routes
        .post(on_create.0, all, on_create.1)
        .summary("Add a restriction to a method.")
        .describe(
            "`allow` admits clients who match one of the ids, `deny` clients who match none. There is one \
             restriction per name (409).",
        )
        .example_at(all_at, json!({"name": "country", "isEnabled": true, "type": "deny", "ids": [2, 33]}))
        .created(create::<D>);
    routes
        .put_and_patch(on_update.0, one, on_update.1)
        .summary("Change a restriction of a method.")
        .describe("The ids replace the previous ones. Operations under way are not affected.")
        .example_at(one_at, json!({"ids": [2, 33, 40]}))
        .changed(update::<D>);
    routes
        .delete(on_delete.0, one, on_delete.1)
        .summary("Delete a restriction of a method.")
        .describe("Operations under way are not affected.")
        .deleted(delete::<D>);
}

fn list<D: Directed>(
    reading: &mut Reading<'_>,
    (method,): (MethodId,),
    query: &ListQuery<Filter<MethodRestrictionName>, ById>,
) -> Result<Page<StoredRestriction<MethodRestrictionName>>, Problem> {
    owning_method::check_exists(reading.conn, D::DIRECTION, method)?;
    Ok(restrictions::list(reading.conn, method, &query.filter, &query.paging)?)
}

fn get<D: Directed>(
    reading: &mut Reading<'_>,
    (method, id): (MethodId, MethodRestrictionId),
) -> Result<StoredRestriction<MethodRestrictionName>, Problem> {
    owning_method::check_exists(reading.conn, D::DIRECTION, method)?;
    Ok(restrictions::get(reading.conn, method, id)?)
}

fn create<D: Directed>(
    writing: &mut Writing<'_, '_>,
    (method,): (MethodId,),
    body: &Body<'_, MethodRestriction>,
) -> Result<StoredRestriction<MethodRestrictionName>, Problem> {
    owning_method::lock(writing.tx, D::DIRECTION, method)?;
    Ok(restrictions::insert(writing.tx, method, &body.create()?)?)
}

fn update<D: Directed>(
    writing: &mut Writing<'_, '_>,
    (method, id): (MethodId, MethodRestrictionId),
    body: &Body<'_, MethodRestriction>,
) -> Result<Change<StoredRestriction<MethodRestrictionName>>, Problem> {
    owning_method::lock(writing.tx, D::DIRECTION, method)?;
    let before = restrictions::lock(writing.tx, method, id)?;
    writing.change(before, body, |tx, before, restriction| restrictions::update(tx, method, before, restriction))
}

fn delete<D: Directed>(
    writing: &mut Writing<'_, '_>,
    (method, id): (MethodId, MethodRestrictionId),
) -> Result<StoredRestriction<MethodRestrictionName>, Problem> {
    owning_method::lock(writing.tx, D::DIRECTION, method)?;
    let found = restrictions::lock(writing.tx, method, id)?;
    restrictions::delete(writing.tx, &found)?;
    Ok(found)
}
