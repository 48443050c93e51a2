//! A server that is killed loses nothing that it answered.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::json;
use storage::{DbConnection, Error};

use crate::harness::binary::Server;
use crate::harness::{Client, databases, sql};

const ROUNDS: usize = 3;
const WRITERS: usize = 4;
const WRITES_BEFORE_THE_KILL: usize = 40;

#[test]
fn every_answered_write_survives_kill_9() {
    for url in databases() {
        let answered = Mutex::new(Vec::new());
        for round in 0..ROUNDS {
            let mut server = Server::start(&url);
            let (base, token) = (server.client.base.clone(), server.admin().token.unwrap());
            std::thread::scope(|scope| {
                for writer in 0..WRITERS {
                    let (base, token, answered) = (&base, &token, &answered);
                    scope.spawn(move || write_until_it_is_gone(base, token, &format!("{round}-{writer}"), answered));
                }
                let begun = Instant::now();
                let goal = (round + 1) * WRITES_BEFORE_THE_KILL;
                while answered.lock().unwrap().len() < goal && begun.elapsed() < Duration::from_mins(1) {
                    std::thread::yield_now();
                }
                server.child.kill().unwrap();
                server.child.wait().unwrap();
            });
        }
        let answered = answered.into_inner().unwrap();
        assert!(answered.len() >= ROUNDS * WRITES_BEFORE_THE_KILL);
        let server = Server::start(&url);
        let admin = server.admin();
        let mut stored = Vec::new();
        for offset in (0..).step_by(1000) {
            let page = admin.get(&format!("/api/v2/tags?limit=1000&offset={offset}")).expect(200);
            let names = page["data"].as_array().unwrap();
            stored.extend(names.iter().map(|tag| tag["name"].as_str().unwrap().to_owned()));
            if names.len() < 1000 {
                break;
            }
        }
        for name in &answered {
            assert_eq!(stored.iter().filter(|stored| *stored == name).count(), 1, "{name}");
        }
        // Each write has its audit record, and none has another.
        let log = admin.get("/api/v2/logs/messages?filter[eventName]=client_tag_created&limit=1").expect(200);
        assert_eq!(log["total"], json!(stored.len()));
        drop(server);
        let check = sql::open(&url).read(|conn| Ok::<_, Error>(integrity(conn))).unwrap();
        assert_eq!(check, ["ok"]);
    }
}

fn write_until_it_is_gone(base: &str, token: &str, writer: &str, answered: &Mutex<Vec<String>>) {
    let client = Client::new(base, Default::default()).with_token(token);
    for number in 0.. {
        let name = format!("tag {writer}-{number}");
        let body = json!({"name": name}).to_string();
        match client.try_call("POST", "/api/v2/tags", Some(body.as_bytes())) {
            Ok(answer) if answer.status == 201 => answered.lock().unwrap().push(name),
            Ok(answer) => panic!("{}: {}", answer.status, answer.body),
            Err(_) => return,
        }
    }
}

fn integrity(conn: &mut DbConnection) -> Vec<String> {
    match conn {
        DbConnection::Sqlite(_) => sql::texts(conn, "PRAGMA integrity_check"),
        DbConnection::Postgres(_) => vec!["ok".to_owned()],
    }
}
