//! The audit log.

use domain::identity::{Operation, SystemLogId, masked_email, masked_name, masked_phone};
use domain::value::{List, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use storage::identity::system_logs::{self, ACTIONS, CATEGORIES, Filter, Sort, SystemLog};
use storage::services::parameters;
use storage::{Direction, Page};

use crate::Problem;
use crate::request::{FilterSet, Filters, ListQuery, SortKey};
use crate::routes::{Reading, Resource, Routes};

pub(super) fn routes(routes: &mut Routes) {
    use Operation as O;
    routes.list(O::SystemLogsList, "/api/v2/logs/messages", "List what users did, newest first.", list);
    routes.get(O::SystemLogsGet, "/api/v2/logs/messages/{messageId}", "Read a record of the log.", get);
}

/// What a user did.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "SystemLog")]
#[serde(rename_all = "camelCase")]
struct LogAnswer {
    id: SystemLogId,
    /// The names of the user's groups at that time.
    actor_groups: List<String>,
    /// The user; empty for somebody at the machine itself.
    actor: String,
    #[schemars(extend("enum" = ["client", "operation", "system"]))]
    event_category: String,
    #[schemars(extend("enum" = ["ADD", "UPDATE", "DELETE"]))]
    event_action: String,
    /// Such as `client_phone_created`, `operation_created` or, for the category system, `product_updated`.
    event_name: String,
    /// What was done: the id, and the record before and after. Secrets are left out.
    #[schemars(with = "serde_json::Map<String, Value>")]
    details: Value,
    create_time: Timestamp,
}

impl Resource for LogAnswer {
    const NAME: &'static str = "system_log";

    fn id(&self) -> i64 {
        self.id.get()
    }

    /// What a record of a client holds is masked as the client himself is.
    fn mask(&mut self) {
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

/// The fields by which other records tell of a client.
const MASKED_EVERYWHERE: &[(&str, fn(&str) -> String)] = &[("clientName", masked_name), ("clientEmail", masked_email)];

impl From<SystemLog> for LogAnswer {
    fn from(log: SystemLog) -> Self {
        let mut details = serde_json::from_str(&log.details).unwrap_or_default();
        // An older server beside this one still writes them in clear.
        system_logs::masked(&mut details);
        Self {
            id: log.id,
            actor_groups: log.actor_groups,
            actor: log.actor,
            event_category: log.event_category,
            event_action: log.event_action,
            event_name: log.event_name,
            details,
            create_time: log.create_time,
        }
    }
}

impl FilterSet for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            actor: filters.text("actor"),
            event_category: filters.one_of("eventCategory", CATEGORIES),
            event_action: filters.one_of("eventAction", ACTIONS),
            event_name: filters.text("eventName"),
        }
    }
}

impl SortKey for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("createTime", Self::CreateTime)];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, Sort>) -> Result<Page<LogAnswer>, Problem> {
    let scope = &reading.session.rights.scope;
    let mut page = system_logs::list(reading.conn, scope, &query.filter, &query.paging)?.map(LogAnswer::from);
    hide_values(reading, &mut page.data)?;
    Ok(page)
}

fn get(reading: &mut Reading<'_>, (id,): (SystemLogId,)) -> Result<LogAnswer, Problem> {
    let mut record = [system_logs::get(reading.conn, &reading.session.rights.scope, id)?.into()];
    hide_values(reading, &mut record)?;
    let [record] = record;
    Ok(record)
}

/// Where records of paid services tell of parameters: the values that they hold, by name, or the
/// parameter itself.
enum Told {
    Values(&'static str),
    Parameter,
}

fn told(event_name: &str) -> Option<Told> {
    match event_name.rsplit_once('_')?.0 {
        "client_service" => Some(Told::Values("parameters")),
        "parameter_preset" => Some(Told::Values("data")),
        "paid_service_parameter" => Some(Told::Parameter),
        _ => None,
    }
}

/// Leaves out what the caller's groups do not see of parameters (`docs/rules.md`, Paid services).
fn hide_values(reading: &mut Reading<'_>, records: &mut [LogAnswer]) -> Result<(), Problem> {
    let concerns = |record: &LogAnswer| told(&record.event_name).is_some();
    // Administrators see everything, also what is deleted or renamed by now.
    if reading.session.rights.is_administrator || !records.iter().any(concerns) {
        return Ok(());
    }
    let viewer = crate::services::viewer(reading.conn, reading.session)?;
    let seen = parameters::seen_names(reading.conn, &viewer)?;
    for record in records {
        let Some(told) = told(&record.event_name) else { continue };
        for side in ["old", "new"] {
            let Some(Value::Object(details)) = record.details.get_mut(side) else { continue };
            match told {
                Told::Values(field) => {
                    if let Some(Value::Object(values)) = details.get_mut(field) {
                        values.retain(|name, _| seen.contains(name));
                    }
                }
                Told::Parameter
                    if !details.get("name").and_then(Value::as_str).is_some_and(|name| seen.contains(name)) =>
                {
                    details.clear();
                }
                Told::Parameter => {}
            }
        }
    }
    Ok(())
}
