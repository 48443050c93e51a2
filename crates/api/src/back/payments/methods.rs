//! Payment methods.

use std::net::IpAddr;

use domain::connections::ConnectionId;
use domain::identity::Permission;
use domain::identity::options::LeftOut;
use domain::ledger::{CurrencyCode, MethodId, RateProviderId};
use domain::payments::{Method, MethodDirection, MethodGroupId, PaymentsFault};
use domain::value::{Entity, List, LocalizedText, Localizer, Timestamp};
use http::request::{
    Boolean, Fields, FilterSet, Filters, IP_PATTERN, Id, Input, Integer, Kind, Link, ListOf, ListQuery, LocalizedTexts,
    Parsed, SetOf, SortKey, Text,
};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::payments::methods::{self, Filter, Sort, StoredMethod};
use storage::{Page, Tx};

use super::direction::Directed;
use super::method_commissions::CommissionAnswer;
use super::method_currencies::MethodCurrencyAnswer;
use crate::back::options::{self, SentOptions};
use crate::back::{Back, Body, Reading, Routes, Writing};
use crate::{Fault, Problem};

pub(super) fn routes<D: Directed>(routes: &mut Routes) {
    use Permission as P;
    let ([on_list, on_get, on_create, on_update, on_delete], [all, one], [one_at, new_at]) = match D::DIRECTION {
        MethodDirection::Deposit => (
            [
                ("deposit-methods.list", P::DepositMethodsRead),
                ("deposit-methods.get", P::DepositMethodsRead),
                ("deposit-methods.create", P::DepositMethodsCreate),
                ("deposit-methods.update", P::DepositMethodsUpdate),
                ("deposit-methods.delete", P::DepositMethodsDelete),
            ],
            ["/api/v2/deposits/methods", "/api/v2/deposits/methods/{methodId}"],
            ["/api/v2/deposits/methods/3", "/api/v2/deposits/methods/5"],
        ),
        MethodDirection::Withdrawal => (
            [
                ("withdrawal-methods.list", P::WithdrawalMethodsRead),
                ("withdrawal-methods.get", P::WithdrawalMethodsRead),
                ("withdrawal-methods.create", P::WithdrawalMethodsCreate),
                ("withdrawal-methods.update", P::WithdrawalMethodsUpdate),
                ("withdrawal-methods.delete", P::WithdrawalMethodsDelete),
            ],
            ["/api/v2/withdrawals/methods", "/api/v2/withdrawals/methods/{methodId}"],
            ["/api/v2/withdrawals/methods/4", "/api/v2/withdrawals/methods/6"],
        ),
    };
    routes
        .get(on_list.0, all, on_list.1)
        .summary("List methods.")
        .describe(
            "Lists methods with their currencies and commissions, by priority unless another order is \
             requested.",
        )
        .list(list::<D>);
    routes
        .get(on_get.0, one, on_get.1)
        .summary("Read a method.")
        .describe(
            "Includes its currencies and commissions; secrets in `options` are answered as `***`. Answers 404 \
             for a method of the other direction.",
        )
        .example_path(one_at)
        .record(get::<D>);
    routes
        .post(on_create.0, all, on_create.1)
        .summary("Add a method.")
        .describe(
            "The method starts with one currency, which serves as both `TR` and `PS`. Further currencies, \
             commissions, custom fields and restrictions can be added to it.",
        )
        .example(json!({
            "name": "sepa",
            "caption": "SEPA transfer",
            "provider": "Constructor",
            "currencyCode": 978,
        }))
        .created(create::<D>);
    routes
        .put_and_patch(on_update.0, one, on_update.1)
        .summary("Change a method.")
        .describe(
            "The provider of a method never changes. If an address in the options changes, the secrets must \
             be sent again (422). A disabled method cannot be used in new operations; those under way \
             continue.",
        )
        .example_at(one_at, json!({"timeToFund": "1 to 2 business days", "priority": 1}))
        .changed(update::<D>);
    routes
        .delete(on_delete.0, one, on_delete.1)
        .summary("Delete a method.")
        .describe(
            "Deletes the method with its currencies, commissions, custom fields and restrictions. Refused \
             with 409 if a transaction has used it, or a client has an address by it; disable it instead.",
        )
        .example_path(new_at)
        .deleted(delete::<D>);
}

/// A group by its id and name.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MethodGroupBrief")]
struct GroupBrief {
    /// Its id.
    id: MethodGroupId,
    /// Its name.
    name: String,
}

/// A way for money to come in or go out.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "PaymentMethod")]
#[serde(rename_all = "camelCase")]
struct MethodAnswer {
    /// Its id.
    id: MethodId,
    /// Its name: Latin letters, digits, `-` and `_`. No two methods of a direction share one.
    name: String,
    /// The name that users and clients are shown.
    caption: String,
    /// The payment system. `manual`, which only users use, and `Constructor`, which asks clients for custom fields,
    /// are built in. It never changes.
    provider: String,
    /// The external connection of the payment system; null for what is built in, and while none is set.
    connection_id: Option<ConnectionId>,
    /// The groups under which it is shown.
    groups: Vec<GroupBrief>,
    /// Whether new operations can use it; what already waits goes on.
    is_enabled: bool,
    /// Whether nothing is missing for it to be used.
    is_configured: bool,
    /// Its place in lists: the lowest comes first.
    priority: i64,
    /// A hint for clients on how long it takes; null where there is none.
    time_to_fund: Option<String>,
    /// The icon that clients are shown; null where there is none.
    icon: Option<String>,
    /// The address to which the payment system reports; null where there is none.
    result_url: Option<String>,
    /// The IP addresses that may report.
    ip_white_list: List<IpAddr>,
    /// The rate provider that is asked first for its conversions; null: the general order.
    rates_provider_id: Option<RateProviderId>,
    /// Settings of the payment system. Secrets are answered as `***`; sent back like that, or left out, they stay as
    /// they are.
    options: Map<String, Value>,
    /// The currencies that it serves.
    currencies: Vec<MethodCurrencyAnswer>,
    /// What it charges.
    commissions: Vec<CommissionAnswer>,
    /// Its caption in other languages, under the key `caption`.
    resources: List<LocalizedText>,
    /// When it was created.
    create_time: Timestamp,
    /// When it was last changed.
    update_time: Timestamp,
}

impl Resource<Back> for MethodAnswer {
    const NAME: &'static str = Method::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        localizer.localize(&self.resources, "caption", &mut self.caption);
    }
}

impl From<StoredMethod> for MethodAnswer {
    fn from(stored: StoredMethod) -> Self {
        let is_configured = stored.data.is_configured();
        let data = stored.data;
        Self {
            id: stored.id,
            name: data.name,
            caption: data.caption,
            provider: data.provider,
            connection_id: data.connection,
            groups: stored.groups.into_iter().map(|(id, name)| GroupBrief { id, name }).collect(),
            is_enabled: data.is_enabled,
            is_configured,
            priority: data.priority,
            time_to_fund: data.time_to_fund,
            icon: data.icon,
            result_url: data.result_url,
            ip_white_list: data.ip_white_list,
            rates_provider_id: data.rate_provider,
            options: options::shown(&data.options),
            currencies: stored.currencies.into_iter().map(Into::into).collect(),
            commissions: stored.commissions.into_iter().map(Into::into).collect(),
            resources: data.resources,
            create_time: stored.create_time,
            update_time: stored.update_time,
        }
    }
}

/// Latin letters, digits, `-` and `_`.
struct MethodName;

impl Kind for MethodName {
    type Out = String;

    fn schema(&self) -> Value {
        serde_json::json!({"type": "string", "pattern": "^[A-Za-z0-9_-]+$", "minLength": 1, "maxLength": 255})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<String> {
        let name = Text::NAME.parse(value, at, faults)?;
        if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
            Some(name)
        } else {
            faults.push(Fault::sent(at, PaymentsFault::NotMethodName));
            None
        }
    }
}

struct NewMethod {
    data: Method,
    currency: CurrencyCode,
    priority: Option<i64>,
}

impl Input<Back> for NewMethod {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let name = fields.needed("name", &MethodName);
        let caption = fields.needed("caption", &Text::NAME);
        let provider = fields.needed("provider", &Text { min: 1, max: 64 });
        let currency = fields.about("The numeric code of its first currency.").needed("currencyCode", &Id::of());
        let connection = fields.nullable_new("connectionId", &Id::of());
        let groups = fields.about("The ids of the groups under which it is shown.").or_default(
            "groupIds",
            &SetOf(Id::of()),
            Default::default,
        );
        let is_enabled = fields.or_default("isEnabled", &Boolean, || true);
        let priority = fields
            .about("Its place in lists, the lowest first; by default it comes last.")
            .optional("priority", &Integer::ANY);
        let data = Method {
            name: name?,
            caption: caption?,
            provider: provider?,
            connection: connection?,
            is_enabled: is_enabled?,
            priority: 0,
            time_to_fund: None,
            icon: None,
            result_url: None,
            ip_white_list: List::default(),
            rate_provider: None,
            options: "{}".into(),
            groups: groups?,
            resources: List::default(),
        };
        Some(Self { data, currency: currency?, priority: priority? })
    }
}

/// What is set of a method, its options as they were before.
struct MethodFields {
    data: Method,
    options: SentOptions,
}

impl Input<Back> for MethodFields {
    type Current = Method;

    fn texts(current: &Self::Current) -> Option<&List<LocalizedText>> {
        Some(&current.resources)
    }

    fn read(fields: &mut Fields<'_, Method>) -> Option<Self> {
        let name = fields.required("name", &MethodName, |method| &method.name);
        let caption = fields.required("caption", &Text::NAME, |method| &method.caption);
        let provider = fields.fixed("provider", &Text { min: 1, max: 64 }, |method| &method.provider);
        let connection = fields.nullable("connectionId", &Id::of(), |method| &method.connection);
        let is_enabled = fields.required("isEnabled", &Boolean, |method| &method.is_enabled);
        let priority = fields.required("priority", &Integer::ANY, |method| &method.priority);
        let time_to_fund = fields.nullable("timeToFund", &Text::SHORT, |method| &method.time_to_fund);
        let icon = fields.nullable("icon", &Text::SHORT, |method| &method.icon);
        let result_url = fields.nullable("resultUrl", &Link { max: 255 }, |method| &method.result_url);
        let ip_white_list = fields
            .required("ipWhiteList", &ListOf(Parsed::<IpAddr>::matching(IP_PATTERN)), |method| &method.ip_white_list);
        let rate_provider = fields.nullable("ratesProviderId", &Id::of(), |method| &method.rate_provider);
        let options = SentOptions::read(fields);
        let groups = fields.about("The ids of the groups under which it is shown.").required(
            "groupIds",
            &SetOf(Id::of()),
            |method| &method.groups,
        );
        let resources = fields.required("resources", &LocalizedTexts, |method| &method.resources);
        let data = Method {
            name: name?,
            caption: caption?,
            provider: provider?,
            connection: connection?,
            is_enabled: is_enabled?,
            priority: priority?,
            time_to_fund: time_to_fund?,
            icon: icon?,
            result_url: result_url?,
            ip_white_list: ip_white_list?,
            rate_provider: rate_provider?,
            options: fields.current().map(|method| method.options.clone()).unwrap_or_default(),
            groups: groups?,
            resources: resources?,
        };
        Some(Self { data, options: options? })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            group: filters.id("groupId"),
            name: filters.text("name"),
            provider: filters.text("provider"),
            is_enabled: filters.yes_no("isEnabled"),
            account_currency: filters.id("tradersRoomCurrencyNumericCode"),
            payment_currency: filters.id("paymentSystemCurrencyNumericCode"),
            offered: None,
        }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("priority", Self::Priority), ("createTime", Self::CreateTime)];
}

fn list<D: Directed>(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<Filter, Sort>,
) -> Result<Page<MethodAnswer>, Problem> {
    Ok(methods::list(reading.conn, D::DIRECTION, &query.filter, &query.paging)?.map(MethodAnswer::from))
}

fn get<D: Directed>(reading: &mut Reading<'_>, (id,): (MethodId,)) -> Result<MethodAnswer, Problem> {
    Ok(methods::get(reading.conn, D::DIRECTION, id)?.into())
}

fn create<D: Directed>(
    writing: &mut Writing<'_, '_>,
    (): (),
    body: &Body<'_, NewMethod>,
) -> Result<MethodAnswer, Problem> {
    let new = body.create()?;
    Ok(methods::insert(writing.tx, D::DIRECTION, &new.data, new.currency, new.priority)?.into())
}

fn update<D: Directed>(
    writing: &mut Writing<'_, '_>,
    (id,): (MethodId,),
    body: &Body<'_, MethodFields>,
) -> Result<Change<MethodAnswer>, Problem> {
    let before = methods::lock(writing.tx, D::DIRECTION, id)?;
    let MethodFields { mut data, options } = body.change(&before.data)?;
    data.options = options.stored(&writing.context.secret, &before.data.options, LeftOut::Kept)?;
    let write = |tx: &mut Tx<'_>, before: &StoredMethod, data: &Method| methods::update(tx, D::DIRECTION, before, data);
    Ok(writing.change_to(before, &data, write)?.map(MethodAnswer::from))
}

fn delete<D: Directed>(writing: &mut Writing<'_, '_>, (id,): (MethodId,)) -> Result<MethodAnswer, Problem> {
    Ok(methods::delete(writing.tx, D::DIRECTION, id)?.into())
}
