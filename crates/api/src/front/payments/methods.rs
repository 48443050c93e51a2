//! The methods by which the client can deposit and withdraw.

use domain::ledger::{Amount, MethodId};
use domain::payments::{
    AttributeKind, AttributeOption, AttributeRule, CommissionKind, Method, MethodAttribute, MethodCurrencyKind,
    MethodDirection, MethodGroup, MethodGroupId,
};
use domain::value::{Entity as _, List, LocalizedText, Localizer, Record, Timestamp};
use http::request::{FilterSet, Filters, ListQuery, NoFilter, SortKey};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::payments::client_methods::{self, ClientMethod};
use storage::payments::method_groups::ByPriority;
use storage::payments::methods::{Filter, Sort, StoredMethod};
use storage::{ById, Page};

use crate::Problem;
use crate::front::CurrencyAnswer;
use crate::front::{Front, Reading, Requirement, Routes};

/// Deposits or withdrawals, which have the same operations on methods at paths of their own.
trait Directed: 'static {
    const DIRECTION: MethodDirection;
}

struct Deposits;
struct Withdrawals;

impl Directed for Deposits {
    const DIRECTION: MethodDirection = MethodDirection::Deposit;
}

impl Directed for Withdrawals {
    const DIRECTION: MethodDirection = MethodDirection::Withdrawal;
}

pub(super) fn routes(routes: &mut Routes) {
    routes_of::<Deposits>(routes);
    routes_of::<Withdrawals>(routes);
}

fn routes_of<D: Directed>(routes: &mut Routes) {
    let (operations, paths, example) = match D::DIRECTION {
        MethodDirection::Deposit => (
            [
                "my.deposit-methods.list",
                "my.deposit-methods.get",
                "my.deposit-groups.list",
                "my.deposit-currencies.list",
            ],
            [
                "/api/v2/my/deposits/methods",
                "/api/v2/my/deposits/methods/{methodId}",
                "/api/v2/my/deposits/groups",
                "/api/v2/my/deposits/currencies",
            ],
            "/api/v2/my/deposits/methods/3",
        ),
        MethodDirection::Withdrawal => (
            [
                "my.withdrawal-methods.list",
                "my.withdrawal-methods.get",
                "my.withdrawal-groups.list",
                "my.withdrawal-currencies.list",
            ],
            [
                "/api/v2/my/withdrawals/methods",
                "/api/v2/my/withdrawals/methods/{methodId}",
                "/api/v2/my/withdrawals/groups",
                "/api/v2/my/withdrawals/currencies",
            ],
            "/api/v2/my/withdrawals/methods/4",
        ),
    };
    let [on_list, on_get, on_groups, on_currencies] = operations;
    let [all, one, groups, currencies] = paths;
    routes
        .get(on_list, all, Requirement::SignedIn)
        .summary("List the methods that the client can use.")
        .describe("Lists methods with their currencies, commissions and fields, the lowest priority first.")
        .list(list::<D>);
    routes
        .get(on_get, one, Requirement::SignedIn)
        .summary("Read a method.")
        .describe("A method that the client cannot use does not exist for them.")
        .example_path(example)
        .record(get::<D>);
    routes
        .get(on_groups, groups, Requirement::SignedIn)
        .summary("List the groups of methods.")
        .describe("Lists the headings under which methods are shown, the lowest priority first.")
        .list(list_groups::<D>);
    routes
        .get(on_currencies, currencies, Requirement::SignedIn)
        .summary("List the currencies of the methods.")
        .describe("Lists what the payment systems of the methods that the client can use are paid in, or pay.")
        .list(list_currencies::<D>);
}

/// A heading under which methods are shown.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyMethodGroup")]
#[serde(rename_all = "camelCase")]
struct GroupAnswer {
    /// Its id.
    id: MethodGroupId,
    /// Its name.
    name: String,
    /// The name to show, in the caller's language where it has one.
    caption: String,
    /// Its place in lists: the lowest comes first.
    priority: i64,
    #[serde(skip)]
    resources: List<LocalizedText>,
}

impl Resource<Front> for GroupAnswer {
    const NAME: &'static str = MethodGroup::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        localizer.localize(&self.resources, "caption", &mut self.caption);
    }
}

impl From<Record<MethodGroup>> for GroupAnswer {
    fn from(stored: Record<MethodGroup>) -> Self {
        let MethodGroup { name, caption, priority, resources, is_enabled: _ } = stored.data;
        Self { id: stored.id, name, caption, priority, resources }
    }
}

/// A field that the client fills in, under its name in `data`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyMethodField")]
#[serde(rename_all = "camelCase")]
struct FieldAnswer {
    /// The name under which its value is sent.
    name: String,
    /// The label to show, in the caller's language where it has one.
    caption: String,
    /// How it is filled in.
    #[serde(rename = "type")]
    kind: AttributeKind,
    /// Whether it cannot be left out.
    required: bool,
    /// The choices of an `autocomplete` field, of which the key is sent; empty for the other types.
    options: List<AttributeOption>,
    #[serde(skip)]
    resources: List<LocalizedText>,
}

impl From<MethodAttribute> for FieldAnswer {
    fn from(attribute: MethodAttribute) -> Self {
        let MethodAttribute { name, caption, kind, rules, options, resources } = attribute;
        Self { name, caption, kind, required: rules.contains(&AttributeRule::Required), options, resources }
    }
}

/// What a method asks of accounts in a currency.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyMethodCurrency")]
#[serde(rename_all = "camelCase")]
struct AccountCurrencyAnswer {
    /// The currency of the accounts.
    currency: CurrencyAnswer,
    /// The least of one operation, in this currency; null for no minimum.
    min_amount: Option<Amount>,
    /// The most of one operation, in this currency; null for no maximum.
    max_amount: Option<Amount>,
    /// What is charged of an amount in this currency, in percent.
    commission_percent: Amount,
    /// What is charged beside that.
    commission_fixed: Amount,
}

/// A way for the client's money to come in or go out.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyMethod")]
#[serde(rename_all = "camelCase")]
struct MethodAnswer {
    /// Its id.
    id: MethodId,
    /// Its name: Latin letters, digits, `-` and `_`.
    name: String,
    /// The name to show, in the caller's language where it has one.
    caption: String,
    /// How long it takes; null where that is not said.
    description: Option<String>,
    /// Its icon; null where it has none.
    image: Option<String>,
    /// Its place in lists: the lowest comes first.
    priority: i64,
    /// The groups under which it is shown.
    groups: Vec<GroupAnswer>,
    /// What the client fills in.
    fields: Vec<FieldAnswer>,
    /// The currencies of accounts that it serves.
    traders_room_currencies: Vec<AccountCurrencyAnswer>,
    /// The currencies of its payment system, one of which is named by an order.
    payment_system_currencies: Vec<CurrencyAnswer>,
    /// When it was made.
    create_time: Timestamp,
    #[serde(skip)]
    resources: List<LocalizedText>,
}

impl Resource<Front> for MethodAnswer {
    const NAME: &'static str = Method::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        localizer.localize(&self.resources, "caption", &mut self.caption);
        for group in &mut self.groups {
            group.localize(localizer);
        }
        for field in &mut self.fields {
            localizer.localize(&field.resources, "caption", &mut field.caption);
        }
        for served in &mut self.traders_room_currencies {
            served.currency.localize(localizer);
        }
        for currency in &mut self.payment_system_currencies {
            currency.localize(localizer);
        }
    }
}

/// The currencies of accounts that a method serves, each with what is charged in it.
fn account_currencies(method: &StoredMethod) -> Vec<AccountCurrencyAnswer> {
    let commission = |code| {
        let found = method
            .commissions
            .iter()
            .find(|commission| commission.data.currency == code && commission.data.kind == CommissionKind::Broker);
        found.map(|commission| commission.data.terms)
    };
    let served = method
        .currencies
        .iter()
        .filter(|entry| entry.data.is_enabled && entry.data.kind == MethodCurrencyKind::Account);
    let answer = |entry: &storage::payments::method_currencies::StoredMethodCurrency| {
        let terms = commission(entry.data.currency);
        AccountCurrencyAnswer {
            currency: entry.currency.clone().into(),
            min_amount: entry.data.min_amount,
            max_amount: entry.data.max_amount,
            commission_percent: terms.and_then(|terms| terms.percent).unwrap_or(Amount::ZERO),
            commission_fixed: terms.and_then(|terms| terms.fixed).unwrap_or(Amount::ZERO),
        }
    };
    served.map(answer).collect()
}

impl From<ClientMethod> for MethodAnswer {
    fn from(ClientMethod { method, groups, fields }: ClientMethod) -> Self {
        let paid = method
            .currencies
            .iter()
            .filter(|entry| entry.data.is_enabled && entry.data.kind == MethodCurrencyKind::PaymentSystem);
        Self {
            payment_system_currencies: paid.map(|entry| entry.currency.clone().into()).collect(),
            traders_room_currencies: account_currencies(&method),
            id: method.id,
            name: method.data.name,
            caption: method.data.caption,
            description: method.data.time_to_fund,
            image: method.data.icon,
            priority: method.data.priority,
            groups: groups.into_iter().map(GroupAnswer::from).collect(),
            fields: fields.into_iter().map(FieldAnswer::from).collect(),
            create_time: method.create_time,
            resources: method.data.resources,
        }
    }
}

impl FilterSet<Front> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            group: filters.id("groupId"),
            account_currency: filters.id("tradersRoomCurrencyNumericCode"),
            payment_currency: filters.id("paymentSystemCurrencyNumericCode"),
            ..Self::default()
        }
    }
}

impl SortKey<Front> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("priority", Self::Priority), ("createTime", Self::CreateTime)];
}

impl SortKey<Front> for ByPriority {
    const KEYS: &'static [(&'static str, Self)] = &[("priority", Self::Priority)];
}

fn list<D: Directed>(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<Filter, Sort>,
) -> Result<Page<MethodAnswer>, Problem> {
    let client = reading.caller.client();
    Ok(client_methods::list(reading.conn, D::DIRECTION, client, &query.filter, &query.paging)?.map(MethodAnswer::from))
}

fn get<D: Directed>(reading: &mut Reading<'_>, (id,): (MethodId,)) -> Result<MethodAnswer, Problem> {
    Ok(client_methods::get(reading.conn, D::DIRECTION, reading.caller.client(), id)?.into())
}

fn list_groups<D: Directed>(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<NoFilter, ByPriority>,
) -> Result<Page<GroupAnswer>, Problem> {
    Ok(client_methods::list_groups(reading.conn, D::DIRECTION, &query.paging)?.map(GroupAnswer::from))
}

fn list_currencies<D: Directed>(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<NoFilter, ById>,
) -> Result<Page<CurrencyAnswer>, Problem> {
    let client = reading.caller.client();
    Ok(client_methods::list_currencies(reading.conn, D::DIRECTION, client, &query.paging)?.map(CurrencyAnswer::from))
}
