//! Files of clients, their folders, photos and documents: what is uploaded is what is read, by those who may.

mod access;
mod bodies;
mod buckets;
mod documents;
mod folders;
pub mod photos;
mod storages;
mod sweep;
pub mod uploads;

use serde_json::{Value, json};

use crate::harness::form::Form;
use crate::harness::raw::{Raw, fetch};
use crate::harness::{Answer, Client, TestApp};

/// The first bytes of files of some kinds, and something after them.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and more";
pub const PDF: &[u8] = b"%PDF-1.7 and more";
pub const PROGRAM: &[u8] = b"MZ\x90\x00 and more";

/// Uploads a file for a client.
#[track_caller]
pub fn upload(caller: &Client, client: i64, name: &str, content: &[u8]) -> Answer {
    Form::default().file("file", name, content).send(caller, &format!("/api/v2/clients/{client}/files"))
}

/// The same into a folder.
#[track_caller]
fn upload_to(caller: &Client, client: i64, folder: i64, name: &str) -> Answer {
    let form = Form::default().text("directoryId", &folder.to_string()).file("file", name, PDF);
    form.send(caller, &format!("/api/v2/clients/{client}/files"))
}

/// Reads the content of a file that a record shows.
#[track_caller]
pub fn read(caller: &Client, file: &Value) -> Raw {
    fetch(caller, "GET", file.as_str().expect("a path"), &[]).expect("an answer")
}

/// A folder of a client's own, by its id.
#[track_caller]
fn custom_folder(admin: &Client, client: i64, name: &str, parent: Option<i64>) -> i64 {
    admin.create(&format!("/api/v2/clients/{client}/folders"), &json!({"name": name, "parentId": parent}))
}

/// How many files are stored, whether a record names them or not.
pub fn stored(app: &TestApp) -> usize {
    fn count(folder: &std::path::Path) -> usize {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| if entry.path().is_dir() { count(&entry.path()) } else { 1 }).sum()
    }
    count(&app.outbound.files)
}
