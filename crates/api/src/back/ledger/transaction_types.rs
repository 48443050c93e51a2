//! The types of transactions.

use domain::identity::Permission;
use domain::identity::options::LeftOut;
use domain::ledger::{LedgerFault, TransactionType, TransactionTypeId, TransactionTypeName};
use domain::value::{self, Entity, FaultCode as _, Identified};
use http::RequestFault;
use http::request::{Boolean, Choice, Fields, Input, ListQuery, NoFilter, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::ledger::transaction_types;
use storage::{ById, Page};

use crate::Problem;
use crate::back::options::{self, SentOptions};
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const TYPES: &str = "/api/v2/transactions/types";
    const TYPE: &str = "/api/v2/transactions/types/{typeId}";
    routes
        .get("transactions.types.list", TYPES, P::TransactionTypesRead)
        .summary("List the types of transactions.")
        .describe("There are six types; none can be added or removed.")
        .list(list);
    routes
        .get("transactions.types.get", TYPE, P::TransactionTypesRead)
        .summary("Read a type of transactions.")
        .describe(
            "Shows whether clients can make such transactions, which statuses they see, and when approval is \
             needed.",
        )
        .example_path("/api/v2/transactions/types/2")
        .record(get);
    routes
        .put_and_patch("transactions.types.update", TYPE, P::TransactionTypesUpdate)
        .summary("Change a type of transactions.")
        .describe(
            "Disabling a type affects clients, not users. Options that are not sent stay as they are; unknown \
             ones are stored but have no effect.",
        )
        .example_at("/api/v2/transactions/types/2", json!({"options": {"automatic": true, "automaticFor": "crypto"}}))
        .changed(update);
}

/// The switches of a type.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "TransactionTypeOptions")]
struct Options {
    /// The statuses that clients see, as numbers: 1 new, 2 pending, 3 hold, 4 holdFailed, 5 inProgress, 6 done, 7
    /// partial, 8 failed, 9 rejected, 10 cancelled, 11 refund, 12 refundFailed, 13 trade.
    operation_status: Vec<i64>,
    /// When a client must request the operation: `0` never, `2` always; with `1` or an empty text, for transfers to
    /// other clients and where another rule asks for it.
    application: String,
    /// Restrictions by number. Kept and answered, not evaluated.
    operation_restrictions: Vec<i64>,
    /// Further switches: `holds`, `automatic`, `automaticFor`, `notHedgedClientTypes`.
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// A type of transactions, with its switches.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "TransactionType")]
#[serde(rename_all = "camelCase")]
struct TypeAnswer {
    /// Its id.
    id: TransactionTypeId,
    /// Which type it is. It never changes.
    name: TransactionTypeName,
    /// The name that is shown.
    caption: String,
    /// The switches of the type. Those left out of a change stay as they are.
    options: Options,
    /// A mark given at installation; null where there is none. It never changes.
    class: Option<String>,
    /// Whether clients can make transactions of this type. Users always can.
    enabled: bool,
}

impl Resource<Back> for TypeAnswer {
    const NAME: &'static str = TransactionType::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<Identified<TransactionType>> for TypeAnswer {
    fn from(Identified { id, data }: Identified<TransactionType>) -> Self {
        let mut options = options::shown(&data.options);
        let mut numbers = |name: &str| -> Vec<i64> {
            options.remove(name).and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default()
        };
        let (operation_status, operation_restrictions) =
            (numbers("operation_status"), numbers("operation_restrictions"));
        let application = match options.remove("application") {
            Some(Value::String(text)) => text,
            Some(Value::Null) | None => String::new(),
            Some(other) => other.to_string(),
        };
        let options = Options { operation_status, application, operation_restrictions, others: options };
        Self { id, name: data.name, caption: data.caption, options, class: data.class, enabled: data.enabled }
    }
}

/// What is set of a type, its options as they were before.
struct TypeFields {
    data: TransactionType,
    options: SentOptions,
}

impl Input<Back> for TypeFields {
    type Current = TransactionType;

    fn read(fields: &mut Fields<'_, TransactionType>) -> Option<Self> {
        let name = fields.fixed("name", &Choice::of(), |kind| &kind.name);
        let caption = fields.required("caption", &Text::NAME, |kind| &kind.caption);
        let enabled = fields.required("enabled", &Boolean, |kind| &kind.enabled);
        let sent = SentOptions::read(fields)?;
        check_options(fields, &sent)?;
        let class = fields.current().and_then(|kind| kind.class.clone());
        let options = fields.current().map(|kind| kind.options.clone()).unwrap_or_default();
        let data = TransactionType { name: name?, caption: caption?, options, class, enabled: enabled? };
        Some(Self { data, options: sent })
    }
}

const PAYOUT_SCOPES: [&str; 3] = ["crypto", "fiat", "both"];

/// The switches that we know have the types that the rules read.
fn check_options<C>(fields: &mut Fields<'_, C>, options: &SentOptions) -> Option<()> {
    type Check<'a> = (&'a str, &'a dyn Fn(&Value) -> bool, &'a dyn Fn() -> value::Fault);
    let numbers = |value: &Value| value.as_array().is_some_and(|all| all.iter().all(Value::is_i64));
    let scope = |value: &Value| value.as_str().is_some_and(|text| PAYOUT_SCOPES.contains(&text));
    let not_numbers = || LedgerFault::NotNumbers.fault();
    let not_boolean = || RequestFault::NotBoolean.fault();
    let not_scope = || RequestFault::NotOneOf.with("values", PAYOUT_SCOPES.join(", "));
    let known: [Check<'_>; 6] = [
        ("operation_status", &numbers, &not_numbers),
        ("operation_restrictions", &numbers, &not_numbers),
        ("holds", &Value::is_boolean, &not_boolean),
        ("automatic", &Value::is_boolean, &not_boolean),
        ("automaticFor", &scope, &not_scope),
        ("notHedgedClientTypes", &numbers, &not_numbers),
    ];
    let mut is_right = true;
    for (name, fits, fault) in known {
        if !options.get(name).is_none_or(fits) {
            fields.fault::<()>(&format!("options.{name}"), fault());
            is_right = false;
        }
    }
    is_right.then_some(())
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<NoFilter, ById>) -> Result<Page<TypeAnswer>, Problem> {
    Ok(transaction_types::list(reading.conn, &query.paging)?.map(TypeAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (TransactionTypeId,)) -> Result<TypeAnswer, Problem> {
    Ok(transaction_types::get(reading.conn, id)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (TransactionTypeId,),
    body: &Body<'_, TypeFields>,
) -> Result<Change<TypeAnswer>, Problem> {
    let before = transaction_types::lock(writing.tx, id)?;
    let TypeFields { mut data, options } = body.change(&before.data)?;
    data.options = options.stored(&writing.context.secret, &before.data.options, LeftOut::Kept)?;
    Ok(writing.change_to(before, &data, transaction_types::update)?.map(TypeAnswer::from))
}
