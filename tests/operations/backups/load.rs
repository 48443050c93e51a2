//! A backup beside a server that is written to, and the server that is restored from it.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use storage::DatabaseUrl;

use super::{PASSPHRASE, backup_of, folder, nothing_like, restore_to, works};
use crate::files::read;
use crate::files::uploads::noise;
use crate::harness::binary::{Server, command};
use crate::harness::form::{Form, form_client};
use crate::harness::{Client, databases};

const WRITERS: usize = 4;
const FILES_BEFORE: usize = 20;
const PATIENCE: Duration = Duration::from_mins(1);

fn server(url: &DatabaseUrl, files: &Path) -> Server {
    Server::start_with(
        command(Some(url)).env("RUST_LOG", "error").env("BACKOFFICE_STORAGE", format!("local:{}", files.display())),
    )
}

/// What is in the file of this name: each has a length of its own.
fn content_of(name: &str) -> Vec<u8> {
    let turn = name.rsplit('-').next().and_then(|turn| turn.parse::<usize>().ok()).expect("a number");
    [name.as_bytes(), &noise(50_000 + 1_000 * (turn % 50))].concat()
}

/// Who is written for: a client, and an account of theirs.
#[derive(Clone, Copy)]
struct Books {
    client: i64,
    account: i64,
}

impl Books {
    fn begin(admin: &Client) -> Self {
        let product = admin.new_open_product("backed up", "personal", &[840]);
        let client = admin.new_client("a@example.com", &json!({"lastName": "Unmistakable"}));
        Self { client, account: admin.new_account(client, product, 840) }
    }

    fn files(self) -> String {
        format!("/api/v2/clients/{}/files", self.client)
    }
}

/// Uploads files, deletes some again, and deposits, until it is over. What was uploaded to stay is noted.
fn write_until(is_over: &AtomicBool, admin: &Client, books: Books, writer: usize, uploaded: &Mutex<Vec<String>>) {
    let uploader = form_client(admin);
    for turn in 0.. {
        if is_over.load(Ordering::SeqCst) {
            return;
        }
        let name = format!("{writer}-{turn}");
        let body = Form::default().file("file", &name, &content_of(&name)).ended();
        let file = uploader.call("POST", &books.files(), Some(&body)).expect(201);
        if turn % 3 == 2 {
            admin.delete(&format!("{}/{}", books.files(), file["id"])).expect(204);
        } else {
            uploaded.lock().unwrap().push(name);
        }
        admin.deposit(books.account, "1").expect(201);
    }
}

fn wait_for(uploaded: &Mutex<Vec<String>>, count: usize) {
    let begun = Instant::now();
    while uploaded.lock().unwrap().len() < count {
        assert!(begun.elapsed() < PATIENCE, "the writers stand still");
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

/// All records of the client's files.
fn records(admin: &Client, books: Books) -> Vec<Value> {
    admin.get(&format!("{}?limit=1000", books.files())).expect(200)["data"].as_array().unwrap().clone()
}

#[test]
fn what_was_answered_before_a_backup_is_there_after_a_restore_and_the_books_are_right() {
    for url in databases() {
        works(command(Some(&url)).args(["demo", "--clients", "30", "--transactions", "5"]));
        let (folder, files) = (folder(), folder().join("files"));
        let archive = folder.join("a.backup");
        let running = server(&url, &files);
        let admin = running.admin();
        let books = Books::begin(&admin);
        let (base, token) = (running.client.base.clone(), admin.token.clone().unwrap());
        let (uploaded, is_over) = (Mutex::new(Vec::new()), AtomicBool::new(false));
        let before = std::thread::scope(|scope| {
            for writer in 0..WRITERS {
                let (base, token, uploaded, is_over) = (&base, &token, &uploaded, &is_over);
                scope.spawn(move || {
                    let admin = Client::new(base, Default::default()).with_token(token);
                    write_until(is_over, &admin, books, writer, uploaded);
                });
            }
            wait_for(&uploaded, FILES_BEFORE);
            let before = uploaded.lock().unwrap().clone();
            let out = works(backup_of(&url, &archive).env("BACKOFFICE_BACKUP_PASSPHRASE", PASSPHRASE));
            assert!(out.contains("encrypted.") && !out.contains("not in their folder"), "{out}");
            // Writers go on meanwhile, and for a while after it.
            wait_for(&uploaded, before.len() + WRITERS);
            is_over.store(true, Ordering::SeqCst);
            before
        });
        drop(running);
        let (target, elsewhere) = (nothing_like(&url), folder.join("restored"));
        let restored = works(
            restore_to(&target, &archive)
                .arg("--files")
                .arg(&elsewhere)
                .env("BACKOFFICE_BACKUP_PASSPHRASE", PASSPHRASE),
        );
        assert!(restored.contains("was restored"), "{restored}");
        let verified = works(command(Some(&target)).args(["ledger", "verify"]));
        assert!(verified.contains(" 0 differences"), "{verified}");
        // Nothing is read from the folder of the first server any more.
        std::fs::remove_dir_all(&files).unwrap();
        let again = Server::start(&target);
        let admin = again.admin();
        let records = records(&admin, books);
        for name in &before {
            assert!(records.iter().any(|record| record["name"] == *name), "{name} is gone");
        }
        for record in &records {
            let name = record["name"].as_str().unwrap();
            assert!(read(&admin, &record["file"]).body == content_of(name), "{name}");
        }
        // It goes on as if nothing had happened.
        assert_eq!(admin.total("/api/v2/clients?filter[name]=mistak"), 1, "searches go on by their index");
        admin.deposit(books.account, "1").expect(201);
        eprintln!("{url}: {} files before the backup, {} restored", before.len(), records.len());
    }
}
