//! Mass mail.

mod bodies;
mod crash;
mod delivery_services;
mod recipients;
mod sendgrid;
mod sending;
mod stopping;
mod templates;
mod volume;

use serde_json::{Value, json};

use self::sendgrid::SendGrid;
use crate::harness::{Client, with};

const SERVICES: &str = "/api/v2/mail/subscriptions/providers";
const TEMPLATES: &str = "/api/v2/mail/subscriptions/templates";
const MESSAGES: &str = "/api/v2/mail/subscriptions/messages";

/// An enabled service.
fn service(fields: &Value) -> Value {
    let options = json!({"apiKey": sendgrid::KEY, "fromEmail": "news@example.com"});
    with(json!({"caption": "News", "platform": "SendGrid", "isEnabled": true, "options": options}), fields)
}

/// Connects a service whose interface is here; its address differs between the databases.
fn connect(admin: &Client, at: &SendGrid) -> i64 {
    let options = json!({
        "apiKey": sendgrid::KEY, "apiUrl": at.url, "fromEmail": "news@example.com", "fromName": "Broker",
    });
    admin.unrecorded().create(SERVICES, &service(&json!({"options": options})))
}

fn template(fields: &Value) -> Value {
    with(json!({"name": "News", "subject": "News", "body": "<p>News</p>"}), fields)
}

/// A mail over the first service.
fn mail(fields: &Value) -> Value {
    with(json!({"providerId": 1, "subject": "News", "body": "<p>News</p>"}), fields)
}

/// Asks for a mail, by its id.
#[track_caller]
fn send(admin: &Client, fields: &Value) -> i64 {
    admin.create(MESSAGES, &mail(fields))
}

/// How far a mail is: its status, and for how many it was asked, taken and not taken.
#[track_caller]
fn progress(admin: &Client, id: i64) -> (String, i64, i64, i64) {
    let mail = admin.get(&format!("{MESSAGES}/{id}")).expect(200);
    let count = |name: &str| mail[name].as_i64().unwrap();
    let status = mail["status"].as_str().unwrap().to_owned();
    (status, count("recipientsCount"), count("sentCount"), count("failedCount"))
}

fn so_far(status: &str, recipients: i64, sent: i64, failed: i64) -> (String, i64, i64, i64) {
    (status.to_owned(), recipients, sent, failed)
}

/// So many addresses that are no clients'.
fn strangers(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("stranger{number}@example.com")).collect()
}
