//! Imports: files with data of an earlier system, over the interface and on the command line.

mod accounts;
mod bodies;
mod command_line;
mod crash;
mod files;
mod rights;
mod transactions;
mod users;

use serde_json::Value;
use storage::{DatabaseUrl, Error};

use crate::files::stored;
use crate::harness::form::Form;
use crate::harness::{Answer, Client, TestApp, sql};

const IMPORTS: &str = "/api/v2/imports";

fn form(kind: &str, file: &str) -> Form {
    form_of(kind, file.as_bytes())
}

fn form_of(kind: &str, file: &[u8]) -> Form {
    Form::default().text("type", kind).text("title", "From the earlier system").file("file", "data.csv", file)
}

fn send(caller: &Client, kind: &str, file: &str) -> Answer {
    form(kind, file).send(caller, IMPORTS)
}

/// An import once it has ended.
#[track_caller]
fn ended(app: &TestApp, caller: &Client, asked: Answer) -> Value {
    let id = asked.expect(201)["id"].clone();
    app.run_jobs();
    // What was undone took ids on PostgreSQL.
    let import = caller.unrecorded().get(&format!("{IMPORTS}/{id}")).expect(200);
    app.sweep_files();
    assert_eq!(stored(app), 0, "the file is gone");
    import
}

#[track_caller]
fn imported(app: &TestApp, caller: &Client, kind: &str, file: &str) -> Value {
    ended(app, caller, send(&caller.unrecorded(), kind, file))
}

/// How an import ended: its status, and how many lines were added and were there already.
fn outcome(import: &Value) -> (&str, u64, u64) {
    let count = |name: &str| import[name].as_u64().expect("a count");
    (import["status"].as_str().expect("a status"), count("added"), count("existing"))
}

/// The faults of an import as text: line, column, code.
fn faults(import: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    let faults = import["faults"].as_array().expect("faults");
    let told = |fault: &Value| format!("{} {} {}", fault["line"], text(&fault["column"]), text(&fault["code"]));
    faults.iter().map(told).collect()
}

/// What a query of one number answers.
fn count(url: &DatabaseUrl, from: &str) -> usize {
    let query = format!("SELECT CAST(count(*) AS TEXT) FROM {from}");
    let counted = sql::open(url).read(move |conn| Ok::<_, Error>(sql::texts(conn, &query)));
    counted.expect("a count")[0].parse().expect("a number")
}
