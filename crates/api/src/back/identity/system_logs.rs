//! The audit log.

use crate::back::{Back, Reading, Routes};
use domain::identity::{ApiKeyId, Permission, SystemLogId, masked_email, masked_name, masked_phone};
use domain::value::{List, Timestamp};
use http::request::{FilterSet, Filters, ListQuery};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use storage::identity::system_logs::{self, ACTIONS, CATEGORIES, Filter, SystemLog};
use storage::services::parameters;
use storage::{ByTime, Page};

use crate::Problem;

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    routes
        .get("system-logs.list", "/api/v2/logs/messages", P::SystemLogsRead)
        .summary("List what users did, newest first.")
        .describe(
            "One record for each change, made in the same transaction. Filters narrow the list to a user, an API key, \
             a category, an action or the name of an event.",
        )
        .list(list);
    routes
        .get("system-logs.get", "/api/v2/logs/messages/{messageId}", P::SystemLogsRead)
        .summary("Read a record of the log.")
        .describe(
            "Has the changed record before and after. Secrets are left out, and data of clients is masked for \
             callers who see them masked.",
        )
        .record(get);
}

/// What a user did.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "SystemLog")]
#[serde(rename_all = "camelCase")]
struct LogAnswer {
    id: SystemLogId,
    /// The names of the user's groups at that time.
    actor_groups: List<String>,
    /// The e-mail address of the user or the client; empty for the command line.
    actor: String,
    /// Ours: the API key that the user called with, which may have been deleted since; null for a session.
    api_key_id: Option<ApiKeyId>,
    #[serde(skip)]
    is_of_client: bool,
    /// What it concerns: data of a client, a movement of money, or anything else.
    #[schemars(extend("enum" = ["client", "operation", "system"]))]
    event_category: String,
    /// Whether a record was added, changed or deleted.
    #[schemars(extend("enum" = ["ADD", "UPDATE", "DELETE"]))]
    event_action: String,
    /// Such as `client_phone_created`, `operation_created` or, for the category system, `product_updated`.
    event_name: String,
    /// What was done: the id, and the record before and after. Secrets are left out.
    #[schemars(with = "serde_json::Map<String, Value>")]
    details: Value,
    create_time: Timestamp,
}

impl Resource<Back> for LogAnswer {
    const NAME: &'static str = "system_log";

    fn id(&self) -> i64 {
        self.id.get()
    }

    /// A record about a client is masked as the client is.
    fn mask(&mut self) {
        if self.is_of_client {
            self.actor = masked_email(&self.actor);
        }
        let of_clients = if self.event_category == "client" { MASKED } else { &[] };
        for side in ["old", "new"] {
            let Some(Value::Object(record)) = self.details.get_mut(side) else { continue };
            for (field, mask) in of_clients.iter().chain(MASKED_EVERYWHERE) {
                if let Some(Value::String(text)) = record.get_mut(*field) {
                    *text = mask(text);
                }
            }
        }
    }
}

/// The fields of records of clients that are masked, and how.
const MASKED: &[(&str, fn(&str) -> String)] = &[
    ("firstName", masked_name),
    ("lastName", masked_name),
    ("middleName", masked_name),
    ("name", masked_name),
    ("nickname", masked_name),
    ("email", masked_email),
    ("phone", masked_phone),
    ("number", masked_phone),
];

/// The fields by which other records name a client.
const MASKED_EVERYWHERE: &[(&str, fn(&str) -> String)] = &[("clientName", masked_name), ("clientEmail", masked_email)];

/// Masks names, addresses and numbers of clients at any depth; of what concerns none, the fields that name one.
pub(super) fn mask_client_data(value: &mut Value, of_client: bool) {
    match value {
        Value::Object(record) => {
            let of_clients = if of_client { MASKED } else { &[] };
            for (field, value) in record.iter_mut() {
                let mask = of_clients.iter().chain(MASKED_EVERYWHERE).find(|(masked, _)| masked == field);
                match (mask, value) {
                    (Some((_, mask)), Value::String(text)) => *text = mask(text),
                    (_, value) => mask_client_data(value, of_client),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| mask_client_data(value, of_client)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

impl From<SystemLog> for LogAnswer {
    fn from(log: SystemLog) -> Self {
        let mut details = serde_json::from_str(&log.details).unwrap_or_default();
        // An older server beside this one still writes secrets in clear.
        system_logs::masked(&mut details);
        Self {
            id: log.id,
            actor_groups: log.actor_groups,
            actor: log.actor,
            api_key_id: log.api_key,
            is_of_client: log.operation.starts_with("my."),
            event_category: log.event_category,
            event_action: log.event_action,
            event_name: log.event_name,
            details,
            create_time: log.create_time,
        }
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            actor: filters.text("actor"),
            api_key: filters.id("apiKeyId"),
            event_category: filters.one_of("eventCategory", CATEGORIES),
            event_action: filters.one_of("eventAction", ACTIONS),
            event_name: filters.text("eventName"),
        }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ByTime>) -> Result<Page<LogAnswer>, Problem> {
    let scope = &reading.caller.rights.scope;
    let mut page = system_logs::list(reading.conn, scope, &query.filter, &query.paging)?.map(LogAnswer::from);
    hide_values(reading, &mut page.data)?;
    Ok(page)
}

fn get(reading: &mut Reading<'_>, (id,): (SystemLogId,)) -> Result<LogAnswer, Problem> {
    let mut record = [system_logs::get(reading.conn, &reading.caller.rights.scope, id)?.into()];
    hide_values(reading, &mut record)?;
    let [record] = record;
    Ok(record)
}

/// What a record of paid services contains of parameters.
enum ParameterData {
    /// Values by the names of their parameters, in the field of this name.
    Values(&'static str),
    /// A parameter itself.
    Parameter,
}

fn parameter_data(event_name: &str) -> Option<ParameterData> {
    match event_name.rsplit_once('_')?.0 {
        "client_service" => Some(ParameterData::Values("parameters")),
        "parameter_preset" => Some(ParameterData::Values("data")),
        "paid_service_parameter" => Some(ParameterData::Parameter),
        _ => None,
    }
}

/// Leaves out the parameters that the caller's groups do not see (`docs/rules.md`, Paid services).
fn hide_values(reading: &mut Reading<'_>, records: &mut [LogAnswer]) -> Result<(), Problem> {
    let has_parameters = |record: &LogAnswer| parameter_data(&record.event_name).is_some();
    // Administrators see everything, also parameters that were deleted or renamed since.
    if reading.caller.rights.sees_all_groups || !records.iter().any(has_parameters) {
        return Ok(());
    }
    let viewer = crate::back::services::viewer(reading.conn, reading.caller)?;
    let seen = parameters::seen_names(reading.conn, &viewer)?;
    for record in records {
        let Some(data) = parameter_data(&record.event_name) else { continue };
        for side in ["old", "new"] {
            let Some(Value::Object(details)) = record.details.get_mut(side) else { continue };
            match data {
                ParameterData::Values(field) => {
                    if let Some(Value::Object(values)) = details.get_mut(field) {
                        values.retain(|name, _| seen.contains(name));
                    }
                }
                ParameterData::Parameter
                    if !details.get("name").and_then(Value::as_str).is_some_and(|name| seen.contains(name)) =>
                {
                    details.clear();
                }
                ParameterData::Parameter => {}
            }
        }
    }
    Ok(())
}
