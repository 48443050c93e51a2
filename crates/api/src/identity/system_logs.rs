//! The audit log.

use domain::identity::{Operation, SystemLogId, masked_email, masked_name, masked_phone};
use domain::value::{List, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use storage::identity::system_logs::{self, ACTIONS, CATEGORIES, Filter, Sort, SystemLog};
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
    /// Such as `product_created`.
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
        if self.event_category != "client" {
            return;
        }
        for side in ["old", "new"] {
            let Some(Value::Object(record)) = self.details.get_mut(side) else { continue };
            for (field, mask) in MASKED {
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

impl From<SystemLog> for LogAnswer {
    fn from(log: SystemLog) -> Self {
        Self {
            id: log.id,
            actor_groups: log.actor_groups,
            actor: log.actor,
            event_category: log.event_category,
            event_action: log.event_action,
            event_name: log.event_name,
            details: serde_json::from_str(&log.details).unwrap_or_default(),
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
    let rights = &reading.session.rights;
    Ok(system_logs::list(reading.conn, rights, &query.filter, &query.paging)?.map(LogAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (SystemLogId,)) -> Result<LogAnswer, Problem> {
    Ok(system_logs::get(reading.conn, &reading.session.rights, id)?.into())
}
