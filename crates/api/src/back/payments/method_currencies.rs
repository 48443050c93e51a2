//! The currencies of payment methods.

use domain::identity::Permission;
use domain::ledger::{Amount, CurrencyCode, MethodId};
use domain::payments::{MethodCurrency, MethodCurrencyId, MethodCurrencyKind, MethodDirection};
use domain::value::{Entity, Timestamp};
use http::request::{Boolean, Choice, Decimal, Fields, FilterSet, Filters, Id, Input, ListQuery};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::payments::method_currencies::{self, Filter, StoredMethodCurrency};
use storage::payments::owning_method;
use storage::{ById, Page};

use super::direction::Directed;
use crate::Problem;
use crate::back::ledger::CurrencyBrief;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes<D: Directed>(routes: &mut Routes) {
    use Permission as P;
    let ([on_list, on_get, on_create, on_update, on_delete], [all, one], [all_at, one_at, new_at]) = match D::DIRECTION
    {
        MethodDirection::Deposit => (
            [
                ("deposit-methods.currencies.list", P::DepositMethodsRead),
                ("deposit-methods.currencies.get", P::DepositMethodsRead),
                ("deposit-methods.currencies.create", P::DepositMethodsCreate),
                ("deposit-methods.currencies.update", P::DepositMethodsUpdate),
                ("deposit-methods.currencies.delete", P::DepositMethodsDelete),
            ],
            [
                "/api/v2/deposits/methods/{methodId}/currencies",
                "/api/v2/deposits/methods/{methodId}/currencies/{currencyId}",
            ],
            [
                "/api/v2/deposits/methods/3/currencies",
                "/api/v2/deposits/methods/3/currencies/41",
                "/api/v2/deposits/methods/3/currencies/47",
            ],
        ),
        MethodDirection::Withdrawal => (
            [
                ("withdrawal-methods.currencies.list", P::WithdrawalMethodsRead),
                ("withdrawal-methods.currencies.get", P::WithdrawalMethodsRead),
                ("withdrawal-methods.currencies.create", P::WithdrawalMethodsCreate),
                ("withdrawal-methods.currencies.update", P::WithdrawalMethodsUpdate),
                ("withdrawal-methods.currencies.delete", P::WithdrawalMethodsDelete),
            ],
            [
                "/api/v2/withdrawals/methods/{methodId}/currencies",
                "/api/v2/withdrawals/methods/{methodId}/currencies/{currencyId}",
            ],
            [
                "/api/v2/withdrawals/methods/4/currencies",
                "/api/v2/withdrawals/methods/4/currencies/43",
                "/api/v2/withdrawals/methods/4/currencies/50",
            ],
        ),
    };
    routes
        .get(on_list.0, all, on_list.1)
        .summary("List the currencies of a method.")
        .describe(
            "Lists the currencies of the accounts that the method serves (`TR`) and those of the payment \
             system (`PS`).",
        )
        .example_path(all_at)
        .list(list::<D>);
    routes
        .get(on_get.0, one, on_get.1)
        .summary("Read a currency of a method.")
        .describe("The path takes the id of the entry, not the code of the currency.")
        .example_path(one_at)
        .record(get::<D>);
    routes
        .post(on_create.0, all, on_create.1)
        .summary("Add a currency to a method.")
        .describe(
            "Accounts are served in `TR` currencies. The smallest and largest amounts apply to clients, not \
             to users.",
        )
        .example_at(all_at, json!({"currencyCode": 978, "type": "TR", "minAmount": "10", "maxAmount": "10000"}))
        .created(create::<D>);
    routes
        .put_and_patch(on_update.0, one, on_update.1)
        .summary("Change a currency of a method.")
        .describe(
            "The currency and type of an entry never change. A disabled entry cannot be used in new \
             operations.",
        )
        .example_at(one_at, json!({"minAmount": "10", "maxAmount": "10000"}))
        .changed(update::<D>);
    routes
        .delete(on_delete.0, one, on_delete.1)
        .summary("Delete a currency of a method.")
        .describe(
            "Refused with 409 for the last `TR` currency of the method, and for a `PS` currency that has a \
             commission.",
        )
        .example_path(new_at)
        .deleted(delete::<D>);
}

/// A currency of a method.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MethodCurrency")]
#[serde(rename_all = "camelCase")]
pub(super) struct MethodCurrencyAnswer {
    /// The id of this entry, by which paths name it; not the code of the currency.
    id: MethodCurrencyId,
    /// The currency. It never changes.
    currency: CurrencyBrief,
    /// Whose currency it is: `TR` of the accounts that are served, `PS` of the payment system. It never changes.
    #[serde(rename = "type")]
    kind: MethodCurrencyKind,
    /// Whether new operations can use it.
    is_enabled: bool,
    /// Whether the payment system knows the currency.
    is_supported: bool,
    /// The smallest operation of a client, in this currency; null: no minimum. Only for `TR`.
    min_amount: Option<Amount>,
    /// The largest operation of a client, in this currency; null: no maximum. Only for `TR`.
    max_amount: Option<Amount>,
    /// When it was created.
    create_time: Timestamp,
    /// When it was last changed.
    update_time: Timestamp,
}

impl Resource<Back> for MethodCurrencyAnswer {
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

impl Input<Back> for MethodCurrency {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let currency: Option<CurrencyCode> = fields.about("The numeric code of the currency. It never changes.").fixed(
            "currencyCode",
            &Id::of(),
            |entry| &entry.currency,
        );
        let kind = fields.fixed("type", &Choice::of(), |entry| &entry.kind);
        let is_enabled = fields.or("isEnabled", &Boolean, |entry| &entry.is_enabled, || true);
        let min = fields.nullable("minAmount", &Decimal::NonNegative, |entry| &entry.min_amount);
        let max = fields.nullable("maxAmount", &Decimal::NonNegative, |entry| &entry.max_amount);
        let entry =
            Self { currency: currency?, kind: kind?, is_enabled: is_enabled?, min_amount: min?, max_amount: max? };
        fields.check(entry.fault())?;
        Some(entry)
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { kind: filters.choice("type"), is_enabled: filters.yes_no("isEnabled") }
    }
}

fn list<D: Directed>(
    reading: &mut Reading<'_>,
    (method,): (MethodId,),
    query: &ListQuery<Filter, ById>,
) -> Result<Page<MethodCurrencyAnswer>, Problem> {
    owning_method::check_exists(reading.conn, D::DIRECTION, method)?;
    Ok(method_currencies::list(reading.conn, method, &query.filter, &query.paging)?.map(MethodCurrencyAnswer::from))
}

fn get<D: Directed>(
    reading: &mut Reading<'_>,
    (method, id): (MethodId, MethodCurrencyId),
) -> Result<MethodCurrencyAnswer, Problem> {
    owning_method::check_exists(reading.conn, D::DIRECTION, method)?;
    Ok(method_currencies::get(reading.conn, method, id)?.into())
}

fn create<D: Directed>(
    writing: &mut Writing<'_, '_>,
    (method,): (MethodId,),
    body: &Body<'_, MethodCurrency>,
) -> Result<MethodCurrencyAnswer, Problem> {
    owning_method::lock(writing.tx, D::DIRECTION, method)?;
    Ok(method_currencies::insert(writing.tx, method, &body.create()?)?.into())
}

fn update<D: Directed>(
    writing: &mut Writing<'_, '_>,
    (method, id): (MethodId, MethodCurrencyId),
    body: &Body<'_, MethodCurrency>,
) -> Result<Change<MethodCurrencyAnswer>, Problem> {
    let before = method_currencies::lock(writing.tx, D::DIRECTION, method, id)?;
    Ok(writing.change(before, body, method_currencies::update)?.map(MethodCurrencyAnswer::from))
}

fn delete<D: Directed>(
    writing: &mut Writing<'_, '_>,
    (method, id): (MethodId, MethodCurrencyId),
) -> Result<MethodCurrencyAnswer, Problem> {
    Ok(method_currencies::delete(writing.tx, D::DIRECTION, method, id)?.into())
}
