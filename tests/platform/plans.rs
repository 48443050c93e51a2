//! What lists really send to the database: each statement that diesel writes is recorded and explained.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use serde_json::{Value, json};
use storage::{DatabaseUrl, DbConnection, Error};

use crate::harness::{Client, Setup, TestApp, sql, sqlite};

/// The file of the database whose statements are recorded: other tests of this process have others.
static RECORDED: OnceLock<String> = OnceLock::new();
static IS_RECORDING: AtomicBool = AtomicBool::new(false);
static SENT: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// The tables that grow with clients and their money.
const GROWING: [&str; 45] = [
    "accounts",
    "addresses",
    "antifraud_notification_clients",
    "antifraud_notifications",
    "antifraud_steps",
    "api_keys",
    "approvals",
    "bonus_steps",
    "bonuses",
    "calendar_event_recipients",
    "calendar_events",
    "client_additional_information",
    "client_blocks",
    "client_devices",
    "client_files",
    "client_password_changes",
    "client_push_tokens",
    "client_second_factor_changes",
    "client_sign_ins",
    "clients",
    "documents",
    "entries",
    "equity_points",
    "events",
    "exchange_quotes",
    "imports",
    "monitorings",
    "phones",
    "positions",
    "postings",
    "profile_changes",
    "requests",
    "sent_email_recipients",
    "sent_emails",
    "stored_files",
    "subscriptions",
    "system_logs",
    "test_attempts",
    "ticket_attachments",
    "ticket_messages",
    "tickets",
    "transactions",
    "whitelisted_addresses",
    "withdrawal_templates",
    "wizard_runs",
];

/// What a connection sends, if it is one to the database that is recorded.
#[derive(Default)]
struct Recorder {
    is_recorded: bool,
}

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => {
                self.is_recorded = RECORDED.get().is_some_and(|file| url.contains(file));
            }
            InstrumentationEvent::StartQuery { query, .. }
                if self.is_recorded && IS_RECORDING.load(Ordering::SeqCst) =>
            {
                let text = query.to_string();
                let sql = text.split(" -- binds:").next().unwrap_or_default();
                SENT.lock().unwrap().insert(sql.to_owned());
            }
            _ => {}
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "diesel asks for it")]
fn recorder() -> Option<Box<dyn Instrumentation>> {
    Some(Box::new(Recorder::default()))
}

/// The paths of all lists, with each of their sorts and filters.
fn questions(app: &TestApp) -> Vec<String> {
    let document = app.client.get("/openapi.json").expect(200);
    let mut questions = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        let is_list = |get: &&Value| {
            get["parameters"].as_array().into_iter().flatten().any(|parameter| parameter["name"] == "limit")
        };
        let Some(list) = operations.get("get").filter(is_list) else { continue };
        let path =
            path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect::<Vec<_>>().join("/");
        questions.push(path.clone());
        for parameter in list["parameters"].as_array().unwrap() {
            let name = parameter["name"].as_str().unwrap();
            let schema = &parameter["schema"];
            let one = |values: &Value| values.as_array().map(|all| all.iter().map(text_of).collect::<Vec<_>>());
            // The values that a filter knows are examples, since any other one is taken too.
            let known = one(&schema["enum"]).or_else(|| one(&schema["examples"]));
            let values = match (name, known) {
                ("sort_by", Some(keys)) => keys,
                (name, Some(values)) if name.starts_with("filter[") => values,
                (name, None) if name.starts_with("filter[") => match schema["type"].as_str() {
                    Some("boolean") => vec!["true".to_owned()],
                    Some("integer" | "number") => vec!["1".to_owned()],
                    _ if schema["format"] == "date-time" => vec!["2026-01-01T00:00:00Z".to_owned()],
                    // Amounts, and ids separated by commas.
                    _ if schema["pattern"].is_string() => vec!["1".to_owned()],
                    _ => vec!["abc".to_owned()],
                },
                _ => continue,
            };
            questions.extend(values.into_iter().take(3).map(|value| format!("{path}?{name}={value}")));
        }
    }
    questions
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

/// On SQLite, whose planner needs no data: no statement of a list reads a growing table without an
/// index, but for counts.
#[test]
fn no_list_reads_a_growing_table_without_an_index() {
    let url = sqlite();
    let DatabaseUrl::Sqlite(path) = &url else { panic!("a file") };
    RECORDED.set(path.file_name().unwrap().display().to_string()).expect("one test records");
    set_default_instrumentation(recorder).unwrap();
    let app = TestApp::start(url, &Setup::default());
    let admin = app.admin();
    let (client, _) = app.wallet(&admin, "a@example.com", 840, "10");
    admin.post("/api/v2/phones", &json!({"clientId": client, "number": "+12025550123"}));
    let as_client = app.as_client(client);
    IS_RECORDING.store(true, Ordering::SeqCst);
    let questions = questions(&app);
    assert!(questions.len() > 150, "{}", questions.len());
    let mut answered = 0;
    for question in &questions {
        let caller = if question.starts_with("/api/v2/my/") { &as_client } else { &admin };
        answered += usize::from(caller.get(question).status == 200);
    }
    assert!(answered > 100, "{answered} of {} were answered", questions.len());
    let sent = std::mem::take(&mut *SENT.lock().unwrap());
    hold_that_records_are_one_statement(&admin);
    IS_RECORDING.store(false, Ordering::SeqCst);
    let selects: Vec<String> =
        sent.into_iter().filter(|sql| sql.starts_with("SELECT") && !sql.starts_with("SELECT COUNT")).collect();
    assert!(selects.len() > 100, "{}", selects.len());
    let mut faults = Vec::new();
    for select in selects {
        let explained = select.clone();
        let plan = app.database.read(move |conn| match conn {
            DbConnection::Sqlite(conn) => Ok::<_, Error>(sql::plan_of_sqlite(conn, &explained)),
            DbConnection::Postgres(_) => Ok(Vec::new()),
        });
        let plan = plan.unwrap();
        let scans = |table: &str| plan.iter().any(|step| *step == format!("SCAN {table}"));
        // All of a table in the order of its ids: SQLite calls this a scan, and stops after a page.
        let is_in_its_order = |table: &str| {
            !select.contains(" WHERE ")
                && select.contains(&format!(" ORDER BY `{table}`.`id` "))
                && select.contains(" LIMIT ")
        };
        // What is asked for no ids reads nothing.
        if !select.contains("(1=0)") && GROWING.iter().any(|table| scans(table) && !is_in_its_order(table)) {
            faults.push(format!("{select}: {plan:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// They are read without a transaction around them.
fn hold_that_records_are_one_statement(admin: &Client) {
    for path in ["/api/v2/clients/1", "/api/v2/accounts/1"] {
        admin.get(path).expect(200);
        SENT.lock().unwrap().clear();
        admin.get(path).expect(200);
        let sent = std::mem::take(&mut *SENT.lock().unwrap());
        let selects: Vec<&String> = sent.iter().filter(|sql| sql.starts_with("SELECT")).collect();
        assert_eq!(selects.len(), 1, "{path}: {selects:?}");
    }
}
