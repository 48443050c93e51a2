//! Uploads while servers are killed, and many at once.

use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use serde_json::{Value, json};
use storage::{DatabaseUrl, DbConnection, Error};

use crate::files::read;
use crate::files::uploads::noise;
use crate::harness::binary::{Server, command};
use crate::harness::form::{Form, form_client};
use crate::harness::{Client, Setup, TestApp, databases, scratch, sql, unique};

const ROUNDS: usize = 4;
const WRITERS: usize = 4;
const UPLOADS_BEFORE_THE_KILL: usize = 12;
const PATIENCE: Duration = Duration::from_mins(1);

fn server(url: &DatabaseUrl, files: &Path) -> Server {
    Server::start_with(
        command(Some(url)).env("RUST_LOG", "error").env("BACKOFFICE_STORAGE", format!("local:{}", files.display())),
    )
}

/// What is in the file of this name: each has a length of its own.
fn content_of(name: &str) -> Vec<u8> {
    let turn = name.rsplit('-').next().and_then(|turn| turn.parse::<usize>().ok()).expect("a number");
    [name.as_bytes(), &noise(200_000 + 1_000 * (turn % 50))].concat()
}

fn path_of(client: i64) -> String {
    format!("/api/v2/clients/{client}/files")
}

fn upload_until_it_is_gone(base: &str, token: &str, client: i64, writer: &str, answered: &Mutex<Vec<String>>) {
    let caller = form_client(&Client::new(base, Default::default()).with_token(token));
    for turn in 0.. {
        let name = format!("{writer}-{turn}");
        let body = Form::default().file("file", &name, &content_of(&name)).ended();
        match caller.try_call("POST", &path_of(client), Some(&body)) {
            Ok(answer) if answer.status == 201 => answered.lock().unwrap().push(name),
            Ok(answer) => panic!("{}: {}", answer.status, answer.body),
            Err(_) => return,
        }
    }
}

/// All records of the client's files.
fn records(admin: &Client, client: i64) -> Vec<Value> {
    let page = admin.get(&format!("{}?limit=1000", path_of(client))).expect(200);
    page["data"].as_array().unwrap().clone()
}

fn count(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { count(&entry.path()) } else { 1 }).sum()
}

#[test]
fn bytes_and_records_agree_after_kill_9() {
    for url in databases() {
        let files = scratch().join(format!("files-{}", unique()));
        let answered = Mutex::new(Vec::new());
        let client = server(&url, &files).admin().new_client("a@example.com", &json!({}));
        for round in 0..ROUNDS {
            let mut server = server(&url, &files);
            let (base, token) = (server.client.base.clone(), server.admin().token.unwrap());
            std::thread::scope(|scope| {
                for writer in 0..WRITERS {
                    let (base, token, answered) = (&base, &token, &answered);
                    let writer = format!("{round}-{writer}");
                    scope.spawn(move || upload_until_it_is_gone(base, token, client, &writer, answered));
                }
                let begun = Instant::now();
                let goal = (round + 1) * UPLOADS_BEFORE_THE_KILL;
                while answered.lock().unwrap().len() < goal && begun.elapsed() < PATIENCE {
                    std::thread::yield_now();
                }
                server.child.kill().unwrap();
                server.child.wait().unwrap();
            });
        }
        let answered = answered.into_inner().unwrap();
        assert!(answered.len() >= ROUNDS * UPLOADS_BEFORE_THE_KILL);
        let again = server(&url, &files);
        let admin = again.admin();
        let records = records(&admin, client);
        let names: Vec<&str> = records.iter().map(|record| record["name"].as_str().unwrap()).collect();
        for name in &answered {
            assert_eq!(names.iter().filter(|stored| *stored == name).count(), 1, "{name}");
        }
        for record in &records {
            let name = record["name"].as_str().unwrap();
            assert!(read(&admin, &record["file"]).body == content_of(name), "{name}");
        }
        let logged = admin.get("/api/v2/logs/messages?filter[eventName]=client_file_created&limit=1").expect(200);
        assert_eq!(logged["total"], json!(records.len()));
        drop(again);
        sweep(&url);
        assert_eq!(count(&files), records.len(), "what no record names is gone");
        let _ = std::fs::remove_dir_all(files);
    }
}

/// Deletes what no record names, as a server does an hour later.
fn sweep(url: &DatabaseUrl) {
    const LATER: &str = "UPDATE stored_files SET sweep_at = '2025-01-01 00:00:00' WHERE sweep_at IS NOT NULL";
    let made_due = sql::open(url).write(|tx| match tx.conn {
        DbConnection::Sqlite(conn) => Ok::<_, Error>(conn.batch_execute(LATER)?),
        DbConnection::Postgres(conn) => Ok(conn.batch_execute(LATER)?),
    });
    made_due.unwrap();
    TestApp::start(url.clone(), &Setup::default()).run_jobs();
}

/// The most memory that a process has had, in MiB, without the pages of its binary: those of a debug build are many.
fn most_memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let of = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a figure");
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
    };
    of("VmHWM:") - of("RssFile:")
}

#[test]
fn fifty_uploads_at_once_are_not_held_in_memory() {
    const AT_ONCE: usize = 50;
    const LENGTH: usize = 6 << 20;
    const MOST_MIB: u64 = 150;
    for url in databases() {
        let files = scratch().join(format!("files-{}", unique()));
        let server = server(&url, &files);
        let admin = server.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let body = Form::default().file("file", "a.bin", &noise(LENGTH)).ended();
        let (base, token) = (server.client.base.clone(), admin.token.clone().unwrap());
        std::thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                let (base, token, body) = (&base, &token, &body);
                scope.spawn(move || {
                    let caller = form_client(&Client::new(base, Default::default()).with_token(token));
                    caller.call("POST", &path_of(client), Some(body)).expect(201);
                });
            }
        });
        assert_eq!(records(&admin, client).len(), AT_ONCE);
        let most = most_memory(server.child.id());
        assert!(most < MOST_MIB, "{most} MiB");
        eprintln!("{url}: {most} MiB");
        drop(server);
        let _ = std::fs::remove_dir_all(files);
    }
}
