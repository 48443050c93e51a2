//! What the client saves of withdrawals, to be used again.

use std::collections::BTreeMap;

use domain::clients::ClientId;
use domain::ledger::{AccountId, Amount, CurrencyCode, MethodId};
use domain::payments::{MethodFields, TemplateData, WithdrawalTemplate, WithdrawalTemplateId};
use domain::value::{Entity as _, Timestamp};
use http::RequestFault;
use http::request::{Decimal, Fields, FilterSet, Filters, Id, Input, Kind, ListQuery, SortKey, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use storage::identity::system_logs::Category;
use storage::payments::withdrawal_templates::{self, Filter, Sort, StoredTemplate};
use storage::{Direction, Page};

use super::method_values::MethodValues;
use crate::front::{Body, Front, Reading, Requirement, Routes, Writing};
use crate::{Fault, Problem};

pub(super) fn routes(routes: &mut Routes) {
    const PATTERNS: &str = "/api/v2/my/withdrawals/patterns";
    const PATTERN: &str = "/api/v2/my/withdrawals/patterns/{patternId}";
    let data = json!({
        "account_id": 1, "amount": "50", "currency_code": 840, "method_id": 4, "groupName": "Fiat",
        "data": {"wallet_address": null, "comment": "rent"},
    });
    routes
        .get("my.patterns.list", PATTERNS, Requirement::SignedIn)
        .summary("List the withdrawal templates of the client.")
        .describe("They move and reserve nothing. The newest come first.")
        .list(list);
    routes
        .get("my.patterns.get", PATTERN, Requirement::SignedIn)
        .summary("Read a withdrawal template.")
        .describe("What it names may be gone; it is checked when it is used.")
        .record(get);
    routes
        .post("my.patterns.create", PATTERNS, Requirement::SignedIn)
        .summary("Save a withdrawal template.")
        .describe("What it names is not checked: that is done when it is used. Names are unique (409).")
        .example(json!({"name": "Rent", "data": data}))
        .created(create);
    routes
        .put_and_patch("my.patterns.update", PATTERN, Requirement::SignedIn)
        .summary("Change a withdrawal template.")
        .describe("`data` is replaced as a whole. Names are unique (409).")
        .example_at("/api/v2/my/withdrawals/patterns/1", json!({"name": "Rent of the flat"}))
        .changed(update);
    routes
        .delete("my.patterns.delete", PATTERN, Requirement::SignedIn)
        .summary("Remove a withdrawal template.")
        .describe("Withdrawals that were made with it are not touched.")
        .deleted(delete);
}

/// What the client saved of a withdrawal.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyWithdrawalTemplate")]
#[serde(rename_all = "camelCase")]
struct TemplateAnswer {
    /// Its id.
    id: WithdrawalTemplateId,
    /// What the client calls it.
    name: String,
    /// The withdrawal as the client typed it.
    data: TemplateData,
    /// When it was saved.
    create_time: Timestamp,
    /// When it was last changed.
    update_time: Option<Timestamp>,
    #[serde(skip)]
    client: Option<ClientId>,
}

impl Resource<Front> for TemplateAnswer {
    const NAME: &'static str = WithdrawalTemplate::RESOURCE;
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn client(&self) -> Option<ClientId> {
        self.client
    }
}

impl From<StoredTemplate> for TemplateAnswer {
    fn from(stored: StoredTemplate) -> Self {
        let StoredTemplate { id, client, data: WithdrawalTemplate { name, data }, create_time, update_time } = stored;
        Self { id, name, data, create_time, update_time: Some(update_time), client: Some(client) }
    }
}

/// A withdrawal as the client types it.
struct Template;

/// What callers can leave out of [`MethodFields`].
const WALLET: &str = "wallet_address";
const COMMENT: &str = "comment";

impl Kind for Template {
    type Out = TemplateData;

    fn schema(&self) -> Value {
        json!({
            "type": "object",
            "properties": {
                "account_id": Id::<AccountId>::of().schema(),
                "amount": Decimal::Positive.schema(),
                "currency_code": Id::<CurrencyCode>::of().schema(),
                "method_id": Id::<MethodId>::of().schema(),
                "groupName": {"anyOf": [Text::SHORT.schema(), {"type": "null"}]},
                "data": {"type": "object", "additionalProperties": true},
            },
            "required": ["account_id", "amount", "currency_code", "method_id"],
        })
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<TemplateData> {
        let Some(object) = value.as_object() else {
            faults.push(Fault::sent(at, RequestFault::NotObject));
            return None;
        };
        let part = |name: &str| (object.get(name).cloned().filter(|value| !value.is_null()), format!("{at}.{name}"));
        let (account, amount, currency, method) =
            (part("account_id"), part("amount"), part("currency_code"), part("method_id"));
        let (group, values) = (part("groupName"), part("data"));
        let account_id: Option<AccountId> = needed(&Id::of(), account, faults);
        // As the client gave it.
        let amount_text = amount.0.as_ref().map(|value| value.as_str().map_or_else(|| value.to_string(), Into::into));
        let amount: Option<Amount> = needed(&Decimal::Positive, amount, faults);
        let currency_code: Option<CurrencyCode> = needed(&Id::of(), currency, faults);
        let method_id: Option<MethodId> = needed(&Id::of(), method, faults);
        let group_name = match group {
            (Some(value), at) => Some(Text::SHORT.parse(&value, &at, faults)?),
            (None, _) => None,
        };
        let mut others: BTreeMap<String, String> = match values {
            (Some(value), at) => MethodValues.parse(&value, &at, faults)?,
            (None, _) => BTreeMap::new(),
        };
        amount?;
        Some(TemplateData {
            account_id: account_id?,
            amount: amount_text?,
            currency_code: currency_code?,
            method_id: method_id?,
            group_name,
            data: MethodFields { wallet_address: others.remove(WALLET), comment: others.remove(COMMENT), others },
        })
    }
}

fn needed<K: Kind>(kind: &K, (value, at): (Option<Value>, String), faults: &mut Vec<Fault>) -> Option<K::Out> {
    if let Some(value) = value {
        kind.parse(&value, &at, faults)
    } else {
        faults.push(Fault::sent(at, RequestFault::Required));
        None
    }
}

impl Input<Front> for WithdrawalTemplate {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, |template| &template.name);
        let data = fields.required("data", &Template, |template| &template.data);
        Some(Self { name: name?, data: data? })
    }
}

impl FilterSet<Front> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            client: None,
            name: filters.text("name"),
            from: filters.moment("fromCreateTime"),
            to: filters.moment("toCreateTime"),
        }
    }
}

impl SortKey<Front> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("createTime", Self::CreateTime), ("name", Self::Name)];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, Sort>) -> Result<Page<TemplateAnswer>, Problem> {
    let scope = reading.caller.scope();
    Ok(withdrawal_templates::list(reading.conn, &scope, &query.filter, &query.paging)?.map(TemplateAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (WithdrawalTemplateId,)) -> Result<TemplateAnswer, Problem> {
    Ok(withdrawal_templates::get(reading.conn, &reading.caller.scope(), id)?.into())
}

fn create(
    writing: &mut Writing<'_, '_>,
    (): (),
    body: &Body<'_, WithdrawalTemplate>,
) -> Result<TemplateAnswer, Problem> {
    let caller = writing.caller;
    let id = withdrawal_templates::insert(writing.tx, caller.client(), &body.create()?)?;
    Ok(withdrawal_templates::get(writing.tx.conn, &caller.scope(), id)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (WithdrawalTemplateId,),
    body: &Body<'_, WithdrawalTemplate>,
) -> Result<Change<TemplateAnswer>, Problem> {
    let before = withdrawal_templates::lock(writing.tx, &writing.caller.scope(), id)?;
    Ok(writing.change(before, body, withdrawal_templates::update)?.map(TemplateAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (WithdrawalTemplateId,)) -> Result<TemplateAnswer, Problem> {
    Ok(withdrawal_templates::delete(writing.tx, &writing.caller.scope(), id)?.into())
}
