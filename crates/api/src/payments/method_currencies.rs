//! The currencies of payment methods.

use domain::identity::Operation;
use domain::ledger::{Amount, CurrencyCode, MethodId};
use domain::payments::{Direction, MethodCurrency, MethodCurrencyId, MethodCurrencyKind};
use domain::value::{Entity, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use storage::payments::method_currencies::{self, Filter, StoredMethodCurrency};
use storage::payments::methods;
use storage::{ById, Page};

use super::{direction_of, path_of};
use crate::Problem;
use crate::ledger::CurrencyBrief;
use crate::request::{Amounts, Body, Choice, Fields, FilterSet, Filters, Id, Input, ListQuery, YesNo};
use crate::routes::{Changed, Reading, Resource, Routes, Writing};

pub(super) fn routes(routes: &mut Routes, direction: Direction) {
    use Operation as O;
    let [on_list, on_get, on_create, on_update, on_delete] = match direction {
        Direction::Deposit => [
            O::DepositMethodsCurrenciesList,
            O::DepositMethodsCurrenciesGet,
            O::DepositMethodsCurrenciesCreate,
            O::DepositMethodsCurrenciesUpdate,
            O::DepositMethodsCurrenciesDelete,
        ],
        Direction::Withdrawal => [
            O::WithdrawalMethodsCurrenciesList,
            O::WithdrawalMethodsCurrenciesGet,
            O::WithdrawalMethodsCurrenciesCreate,
            O::WithdrawalMethodsCurrenciesUpdate,
            O::WithdrawalMethodsCurrenciesDelete,
        ],
    };
    let all = path_of!(direction, "/methods/{methodId}/currencies");
    let one = path_of!(direction, "/methods/{methodId}/currencies/{currencyId}");
    routes.list(on_list, all, "List the currencies of a method.", list);
    routes.get(on_get, one, "Read a currency of a method.", get);
    routes.create(on_create, all, "Add a currency to a method.", create);
    routes.update(on_update, one, "Change a currency of a method.", update);
    routes.delete(on_delete, one, "Remove a currency of a method.", delete);
}

/// A currency of a method.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "MethodCurrency")]
#[serde(rename_all = "camelCase")]
pub(super) struct MethodCurrencyAnswer {
    id: MethodCurrencyId,
    currency: CurrencyBrief,
    /// TR: of the accounts that are served; PS: of the payment system.
    #[serde(rename = "type")]
    kind: MethodCurrencyKind,
    is_enabled: bool,
    /// PS: whether the payment system knows it.
    is_supported: bool,
    /// TR: the least of one operation, in this currency.
    min_amount: Option<Amount>,
    /// TR: the most of one operation, in this currency.
    max_amount: Option<Amount>,
    create_time: Timestamp,
    update_time: Timestamp,
}

impl Resource for MethodCurrencyAnswer {
    const NAME: &'static str = MethodCurrency::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredMethodCurrency> for MethodCurrencyAnswer {
    fn from(stored: StoredMethodCurrency) -> Self {
        let MethodCurrency { kind, is_enabled, min_amount, max_amount, .. } = stored.data;
        Self {
            id: stored.id,
            currency: stored.currency.into(),
            kind,
            is_enabled,
            // What is built in takes every currency; nobody else is connected yet.
            is_supported: true,
            min_amount,
            max_amount,
            create_time: stored.create_time,
            update_time: stored.update_time,
        }
    }
}

impl Input for MethodCurrency {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let currency: Option<CurrencyCode> = fields.fixed("currencyCode", &Id::of(), |entry| &entry.currency);
        let kind = fields.fixed("type", &Choice::of(), |entry| &entry.kind);
        let is_enabled = fields.or("isEnabled", &YesNo, |entry| &entry.is_enabled, || true);
        let min = fields.nullable("minAmount", &Amounts, |entry| &entry.min_amount);
        let max = fields.nullable("maxAmount", &Amounts, |entry| &entry.max_amount);
        let entry =
            Self { currency: currency?, kind: kind?, is_enabled: is_enabled?, min_amount: min?, max_amount: max? };
        fields.check(entry.fault())?;
        Some(entry)
    }
}

impl FilterSet for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { kind: filters.choice("type"), is_enabled: filters.yes_no("isEnabled") }
    }
}

fn list(
    reading: &mut Reading<'_>,
    (method,): (MethodId,),
    query: &ListQuery<Filter, ById>,
) -> Result<Page<MethodCurrencyAnswer>, Problem> {
    methods::check_exists(reading.conn, direction_of(reading.call), method)?;
    Ok(method_currencies::list(reading.conn, method, &query.filter, &query.paging)?.map(MethodCurrencyAnswer::from))
}

fn get(reading: &mut Reading<'_>, (method, id): (MethodId, MethodCurrencyId)) -> Result<MethodCurrencyAnswer, Problem> {
    methods::check_exists(reading.conn, direction_of(reading.call), method)?;
    Ok(method_currencies::get(reading.conn, method, id)?.into())
}

fn create(
    writing: &mut Writing<'_, '_>,
    (method,): (MethodId,),
    body: &Body<'_, MethodCurrency>,
) -> Result<MethodCurrencyAnswer, Problem> {
    writing.tx.lock("methods", method)?;
    methods::check_exists(writing.tx.conn, direction_of(writing.call), method)?;
    Ok(method_currencies::insert(writing.tx, method, &body.create()?)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (method, id): (MethodId, MethodCurrencyId),
    body: &Body<'_, MethodCurrency>,
) -> Result<Changed<MethodCurrencyAnswer>, Problem> {
    writing.tx.lock("methods", method)?;
    methods::check_exists(writing.tx.conn, direction_of(writing.call), method)?;
    let before = method_currencies::get(writing.tx.conn, method, id)?;
    let data = body.change(&before.data)?;
    if data == before.data {
        return Ok(Changed::nothing(before.into()));
    }
    let after = method_currencies::update(writing.tx, &before, &data)?;
    Ok(Changed { before: before.into(), after: after.into() })
}

fn delete(
    writing: &mut Writing<'_, '_>,
    (method, id): (MethodId, MethodCurrencyId),
) -> Result<MethodCurrencyAnswer, Problem> {
    writing.tx.lock("methods", method)?;
    methods::check_exists(writing.tx.conn, direction_of(writing.call), method)?;
    let found = method_currencies::get(writing.tx.conn, method, id)?;
    method_currencies::delete(writing.tx, &found)?;
    Ok(found.into())
}
