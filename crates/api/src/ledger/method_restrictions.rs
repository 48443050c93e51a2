//! Restrictions of payment methods.

use domain::identity::Operation;
use domain::ledger::{Direction, MethodId, MethodRestriction, MethodRestrictionId};
use domain::value::Identified;
use storage::ledger::method_restrictions::{self, Filter};
use storage::ledger::methods;
use storage::{ById, Page};

use super::{direction_of, path_of};
use crate::Problem;
use crate::request::{Body, Choice, Fields, FilterSet, Filters, Input, ListQuery, SetOf, Whole, YesNo};
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

impl Input for MethodRestriction {
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

fn list(
    reading: &mut Reading<'_>,
    (method,): (MethodId,),
    query: &ListQuery<Filter, ById>,
) -> Result<Page<Identified<MethodRestriction>>, Problem> {
    methods::check_exists(reading.conn, direction_of(reading.call), method)?;
    Ok(method_restrictions::list(reading.conn, method, &query.filter, &query.paging)?)
}

fn get(
    reading: &mut Reading<'_>,
    (method, id): (MethodId, MethodRestrictionId),
) -> Result<Identified<MethodRestriction>, Problem> {
    methods::check_exists(reading.conn, direction_of(reading.call), method)?;
    Ok(method_restrictions::get(reading.conn, method, id)?)
}

fn create(
    writing: &mut Writing<'_, '_>,
    (method,): (MethodId,),
    body: &Body<'_, MethodRestriction>,
) -> Result<Identified<MethodRestriction>, Problem> {
    writing.tx.lock("methods", method)?;
    methods::check_exists(writing.tx.conn, direction_of(writing.call), method)?;
    Ok(method_restrictions::insert(writing.tx, method, &body.create()?)?)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (method, id): (MethodId, MethodRestrictionId),
    body: &Body<'_, MethodRestriction>,
) -> Result<Changed<Identified<MethodRestriction>>, Problem> {
    writing.tx.lock("methods", method)?;
    methods::check_exists(writing.tx.conn, direction_of(writing.call), method)?;
    let before = method_restrictions::get(writing.tx.conn, method, id)?;
    let data = body.change(&before.data)?;
    if data == before.data {
        return Ok(Changed::nothing(before));
    }
    let after = method_restrictions::update(writing.tx, method, id, &data)?;
    Ok(Changed { before, after })
}

fn delete(
    writing: &mut Writing<'_, '_>,
    (method, id): (MethodId, MethodRestrictionId),
) -> Result<Identified<MethodRestriction>, Problem> {
    writing.tx.lock("methods", method)?;
    methods::check_exists(writing.tx.conn, direction_of(writing.call), method)?;
    let found = method_restrictions::get(writing.tx.conn, method, id)?;
    method_restrictions::delete(writing.tx, id)?;
    Ok(found)
}
