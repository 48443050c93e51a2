//! The help desk: what clients ask, what users answer, and what the client never sees of it.

mod bodies;
mod departments;
mod desk;
mod messages;
mod own;
mod races;
mod removal;

use std::io::Write as _;
use std::sync::atomic::{AtomicU8, Ordering};

use domain::files::FileKey;
use domain::tickets::{TicketForm, TicketId};
use serde_json::{Value, json};
use storage::files::stored::{self, ReceivedFile};
use storage::tickets::messages::Attached;
use storage::tickets::own as clients_side;
use storage::tickets::own::NewTicket;
use storage::{Database, Error};

use crate::harness::{Client, TestApp, codes};

pub const TICKETS: &str = "/api/v2/tickets";
pub const DEPARTMENTS: &str = "/api/v2/tickets/departments";

fn path(ticket: i64) -> String {
    format!("{TICKETS}/{ticket}")
}

fn messages(ticket: i64) -> String {
    format!("{TICKETS}/{ticket}/messages")
}

/// The rights of somebody who works tickets off.
const WORKS_TICKETS: [&str; 2] = ["tickets.read", "tickets.update"];

/// What was done, or why it was refused.
fn told<T>(done: Result<T, Error>) -> Result<T, String> {
    done.map_err(|error| codes::note_refusal(&error))
}

/// A client submits a ticket: its id, or why it is refused.
pub fn submit_with(
    database: &Database,
    client: i64,
    texts: (&'static str, &'static str),
    form: &TicketForm,
    files: Vec<Attached>,
) -> Result<i64, String> {
    let form = form.clone();
    let (subject, text) = texts;
    told(database.write(move |tx| {
        let new = NewTicket { subject, text, form: &form, files: &files };
        Ok::<_, Error>(clients_side::submit(tx, client.into(), &new)?.id.get())
    }))
}

/// The same with nothing chosen and without files.
#[track_caller]
pub fn submit(app: &TestApp, client: i64, subject: &'static str) -> i64 {
    let texts = (subject, "It does not work.");
    submit_with(&app.database, client, texts, &TicketForm::default(), Vec::new()).expect("a ticket")
}

/// A client sends a message: its id, or why it is refused.
fn send(database: &Database, client: i64, ticket: i64, text: &'static str) -> Result<i64, String> {
    told(database.write(move |tx| {
        Ok::<_, Error>(clients_side::send(tx, client.into(), TicketId::new(ticket), text, &[])?.id.get())
    }))
}

fn close(database: &Database, client: i64, ticket: i64) -> Result<(), String> {
    told(database.write(move |tx| clients_side::close(tx, client.into(), TicketId::new(ticket)).map(drop)))
}

fn reopen(database: &Database, client: i64, ticket: i64) -> Result<(), String> {
    told(database.write(move |tx| clients_side::reopen(tx, client.into(), TicketId::new(ticket)).map(drop)))
}

/// A file that has arrived for a message of a client.
pub fn arrived(app: &TestApp, name: &str, content: &[u8]) -> Attached {
    static KEYS: AtomicU8 = AtomicU8::new(1);
    let key = FileKey::of([KEYS.fetch_add(1, Ordering::Relaxed); 20]);
    let file = app.database.write(move |tx| stored::begin(tx, key.clone())).unwrap();
    let mut writer = app.outbound.store(&file.storage.data).unwrap().create(&file.key).unwrap();
    writer.write_all(content).unwrap();
    writer.finish().unwrap();
    let length = i64::try_from(content.len()).unwrap();
    let file = ReceivedFile { id: file.id, media_type: "application/pdf".into(), length };
    Attached { file, name: name.into() }
}

/// A user answers a ticket, or leaves a note, by its id.
#[track_caller]
fn write(user: &Client, ticket: i64, text: &str, is_note: bool) -> i64 {
    user.create(&messages(ticket), &json!({"text": text, "isNote": is_note}))
}

/// The ids of a page.
#[track_caller]
fn ids(page: &Value) -> Vec<i64> {
    let data = page["data"].as_array().expect("a page");
    data.iter().map(|record| record["id"].as_i64().expect("an id")).collect()
}
