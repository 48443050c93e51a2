//! The commissions of payment methods.

use domain::identity::Permission;
use domain::ledger::{Amount, CommissionTerms, CurrencyCode, MethodId};
use domain::payments::{Commission, CommissionId, CommissionKind, MethodDirection};
use domain::value::{Entity, Timestamp};
use http::request::{Choice, Decimal, Fields, Id, Input, ListQuery, NoFilter, Percent};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::payments::method_commissions::{self, StoredCommission};
use storage::payments::owning_method;
use storage::{ById, Page};

use super::direction::Directed;
use crate::Problem;
use crate::back::ledger::CurrencyBrief;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes<D: Directed>(routes: &mut Routes) {
    use Permission as P;
    let ([on_list, on_get, on_create, on_update, on_delete], [all, one], [all_at, one_at]) = match D::DIRECTION {
        MethodDirection::Deposit => (
            [
                ("deposit-methods.commissions.list", P::DepositMethodsRead),
                ("deposit-methods.commissions.get", P::DepositMethodsRead),
                ("deposit-methods.commissions.create", P::DepositMethodsCreate),
                ("deposit-methods.commissions.update", P::DepositMethodsUpdate),
                ("deposit-methods.commissions.delete", P::DepositMethodsDelete),
            ],
            [
                "/api/v2/deposits/methods/{methodId}/commissions",
                "/api/v2/deposits/methods/{methodId}/commissions/{commissionId}",
            ],
            ["/api/v2/deposits/methods/3/commissions", "/api/v2/deposits/methods/3/commissions/1"],
        ),
        MethodDirection::Withdrawal => (
            [
                ("withdrawal-methods.commissions.list", P::WithdrawalMethodsRead),
                ("withdrawal-methods.commissions.get", P::WithdrawalMethodsRead),
                ("withdrawal-methods.commissions.create", P::WithdrawalMethodsCreate),
                ("withdrawal-methods.commissions.update", P::WithdrawalMethodsUpdate),
                ("withdrawal-methods.commissions.delete", P::WithdrawalMethodsDelete),
            ],
            [
                "/api/v2/withdrawals/methods/{methodId}/commissions",
                "/api/v2/withdrawals/methods/{methodId}/commissions/{commissionId}",
            ],
            ["/api/v2/withdrawals/methods/4/commissions", "/api/v2/withdrawals/methods/4/commissions/2"],
        ),
    };
    routes
        .get(on_list.0, all, on_list.1)
        .summary("List the commissions of a method.")
        .describe(
            "Lists the broker's commissions, which are taken out of the amount, and the payment system's, \
             which are only reported.",
        )
        .example_path(all_at)
        .list(list::<D>);
    routes
        .get(on_get.0, one, on_get.1)
        .summary("Read a commission of a method.")
        .describe("Answers 404 for a commission of another method.")
        .example_path(one_at)
        .record(get::<D>);
    routes
        .post(on_create.0, all, on_create.1)
        .summary("Add a commission to a method.")
        .describe(
            "Needs a fixed part, a percentage or both, in a `PS` currency of the method (422). There is one \
             commission per type and currency (409).",
        )
        .example_at(
            all_at,
            json!({"currencyCode": 840, "type": "TR", "fixed": "1", "percent": "2.5", "min": "5", "max": "20"}),
        )
        .created(create::<D>);
    routes
        .put_and_patch(on_update.0, one, on_update.1)
        .summary("Change a commission of a method.")
        .describe(
            "The currency of a commission never changes. Transactions that are already waiting keep the old \
             terms.",
        )
        .example_at(one_at, json!({"percent": "2", "max": null}))
        .changed(update::<D>);
    routes
        .delete(on_delete.0, one, on_delete.1)
        .summary("Delete a commission of a method.")
        .describe("Transactions that are already waiting keep its terms.")
        .deleted(delete::<D>);
}

/// A commission of a method: `fixed` plus `percent` of the gross amount, kept between `min` and `max` and rounded
/// half up to the places of the currency. Amounts have 18 places.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MethodCommission")]
#[serde(rename_all = "camelCase")]
pub(super) struct CommissionAnswer {
    /// Its id.
    id: CommissionId,
    /// The currency paid, in which it is charged. It never changes.
    currency: CurrencyBrief,
    /// Whose it is. `TR` is the broker's and comes out of the amount; `PSP` is the payment system's and is kept for
    /// reports only.
    #[serde(rename = "type")]
    kind: CommissionKind,
    /// A fixed sum per operation, in the currency; null: none.
    fixed: Option<Amount>,
    /// A share of the gross amount, in percent from 0 to 100; null: none.
    percent: Option<Amount>,
    /// The smallest commission, in the currency; null: no minimum.
    min: Option<Amount>,
    /// The largest commission, in the currency; null: no maximum.
    max: Option<Amount>,
    /// When it was created.
    create_time: Timestamp,
    /// When it was last changed.
    update_time: Timestamp,
}

impl Resource<Back> for CommissionAnswer {
    const NAME: &'static str = Commission::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredCommission> for CommissionAnswer {
    fn from(stored: StoredCommission) -> Self {
        let CommissionTerms { fixed, percent, min, max } = stored.data.terms;
        Self {
            id: stored.id,
            currency: stored.currency.into(),
            kind: stored.data.kind,
            fixed,
            percent,
            min,
            max,
            create_time: stored.create_time,
            update_time: stored.update_time,
        }
    }
}

impl Input<Back> for Commission {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let currency: Option<CurrencyCode> = fields
            .about("The numeric code of the currency paid, in which it is charged. It never changes.")
            .fixed("currencyCode", &Id::of(), |commission| &commission.currency);
        let kind = fields.required("type", &Choice::of(), |commission| &commission.kind);
        let fixed = fields.nullable("fixed", &Decimal::NonNegative, |commission| &commission.terms.fixed);
        let percent = fields.nullable("percent", &Percent { up_to_all: true }, |commission| &commission.terms.percent);
        let min = fields.nullable("min", &Decimal::NonNegative, |commission| &commission.terms.min);
        let max = fields.nullable("max", &Decimal::NonNegative, |commission| &commission.terms.max);
        let terms = CommissionTerms { fixed: fixed?, percent: percent?, min: min?, max: max? };
        let commission = Self { currency: currency?, kind: kind?, terms };
        fields.check(commission.fault())?;
        Some(commission)
    }
}

fn list<D: Directed>(
    reading: &mut Reading<'_>,
    (method,): (MethodId,),
    query: &ListQuery<NoFilter, ById>,
) -> Result<Page<CommissionAnswer>, Problem> {
    owning_method::check_exists(reading.conn, D::DIRECTION, method)?;
    Ok(method_commissions::list(reading.conn, method, &query.paging)?.map(CommissionAnswer::from))
}

fn get<D: Directed>(
    reading: &mut Reading<'_>,
    (method, id): (MethodId, CommissionId),
) -> Result<CommissionAnswer, Problem> {
    owning_method::check_exists(reading.conn, D::DIRECTION, method)?;
    Ok(method_commissions::get(reading.conn, method, id)?.into())
}

fn create<D: Directed>(
    writing: &mut Writing<'_, '_>,
    (method,): (MethodId,),
    body: &Body<'_, Commission>,
) -> Result<CommissionAnswer, Problem> {
    owning_method::lock(writing.tx, D::DIRECTION, method)?;
    Ok(method_commissions::insert(writing.tx, method, &body.create()?)?.into())
}

fn update<D: Directed>(
    writing: &mut Writing<'_, '_>,
    (method, id): (MethodId, CommissionId),
    body: &Body<'_, Commission>,
) -> Result<Change<CommissionAnswer>, Problem> {
    let before = method_commissions::lock(writing.tx, D::DIRECTION, method, id)?;
    Ok(writing.change(before, body, method_commissions::update)?.map(CommissionAnswer::from))
}

fn delete<D: Directed>(
    writing: &mut Writing<'_, '_>,
    (method, id): (MethodId, CommissionId),
) -> Result<CommissionAnswer, Problem> {
    Ok(method_commissions::delete(writing.tx, D::DIRECTION, method, id)?.into())
}
