//! Antifraud: what looks like fraud, who is told, and what is done about it.

mod bodies;
mod events;
mod mails;
mod money;
mod notifications;
mod procedures;
mod races;
mod settings;
mod volume;

use diesel::RunQueryDsl as _;
use domain::antifraud::{AntifraudEvent, Facts, Rule, Situation};
use domain::clients::ClientId;
use serde_json::{Value, json};
use storage::antifraud::raising;
use storage::messaging::dispatch::Means;
use storage::{Database, Error};

use crate::harness::{Client, Setup, TestApp, with};

pub const PROCEDURES: &str = "/api/v2/antifraud/procedures";
pub const NOTIFICATIONS: &str = "/api/v2/antifraud/notifications";
pub const SETTINGS: &str = "/api/v2/antifraud/settings";

/// A day, in seconds.
const DAY: i64 = 86_400;

/// Tokens that outlive a test that moves the clock.
fn lasting() -> Setup {
    Setup { has_lasting_tokens: true, ..Setup::default() }
}

/// Looks for an event from now on.
#[track_caller]
fn look_for(admin: &Client, event: &str, fields: &Value) {
    let event = with(json!({"event": event, "isEnabled": true}), fields);
    admin.patch(SETTINGS, &json!({"events": [event]})).expect(200);
}

/// Lets the next pass come, and answers the notifications, the oldest first.
#[track_caller]
fn found(app: &TestApp, admin: &Client) -> Vec<Value> {
    app.advance(300);
    app.run_jobs();
    let page = admin.get(&format!("{NOTIFICATIONS}?sort_order=asc&sort_by=createTime&limit=100")).expect(200);
    page["data"].as_array().expect("notifications").clone()
}

/// The ids of the clients whom a notification names.
fn clients_of(notification: &Value) -> Vec<i64> {
    let clients = notification["clients"].as_array().expect("clients");
    clients.iter().map(|client| client["clientId"].as_i64().expect("an id")).collect()
}

/// The facts of a notification that are not null.
fn facts_of(notification: &Value) -> Value {
    let facts = notification["facts"].as_object().expect("facts").iter();
    facts.filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.clone(), value.clone())).collect()
}

#[track_caller]
fn close(admin: &Client, id: i64) {
    let closing = json!({"status": "closed", "comment": "They are one family."});
    admin.patch(&format!("{NOTIFICATIONS}/{id}"), &closing).expect(200);
}

/// A statement with the time of now in the place of `NOW`.
#[track_caller]
fn run(database: &Database, sql: String) {
    let run = database.write(move |tx| {
        let now = format!("'{}'", tx.now.naive().format("%F %T"));
        Ok::<_, Error>(diesel::sql_query(sql.replace("NOW", &now)).execute(tx.conn)?)
    });
    run.expect("the statement ran");
}

/// A client signs in from an address, or fails to.
#[track_caller]
fn sign_in(app: &TestApp, client: i64, ip: &str, status: &str) {
    run(
        &app.database,
        format!(
            "INSERT INTO client_sign_ins (client_id, ip, status, create_time) VALUES ({client}, '{ip}', '{status}', NOW)"
        ),
    );
}

/// Has it found that these clients signed in from one address, by the notification's id.
#[track_caller]
pub fn raise(app: &TestApp, clients: &[i64], ip: &str) -> i64 {
    let clients: Vec<ClientId> = clients.iter().copied().map(ClientId::new).collect();
    let facts = Facts { ip_address: Some(ip.into()), period_days: Some(7), ..Facts::default() };
    let found = Situation {
        event: AntifraudEvent::IdenticalIp,
        subject: ip.into(),
        clients: clients.clone(),
        news: clients,
        facts,
    };
    let raised = app.database.write(move |tx| {
        let nobody = Means { sends_mail: false, seal: &|_| Ok(Vec::new()) };
        raising::raise(tx, &Rule::off(found.event), &found, &nobody)
    });
    raised.expect("it was raised");
    app.admin().unrecorded().get(NOTIFICATIONS).expect(200)["data"][0]["id"].as_i64().expect("an id")
}
