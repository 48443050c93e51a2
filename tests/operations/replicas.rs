//! Lists and exports by a replica of PostgreSQL, by streaming replication as PostgreSQL does it.

use std::process::Child;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use serde_json::{Value, json};
use storage::DatabaseUrl;

use crate::harness::binary::{Server, command, run};
use crate::harness::{ADMIN_PASSWORD, Answer, Client, databases, postgres, sqlite, unique};

const DATA_AGE: &str = "X-Data-Age";

/// A server and its replica, each in a cluster of its own.
const SCRIPT: &str = r#"
set -e
dir=$(mktemp -d /tmp/backoffice-replica.XXXXXX)
finish() {
    [ -z "$replica" ] || { kill -INT $replica && wait $replica; } || true
    [ -z "$server" ] || { kill -INT $server && wait $server; } || true
    rm -rf "$dir"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM
mkdir "$dir/server" "$dir/replica"
"$BIN/initdb" -D "$dir/server/data" -U postgres --auth=trust --encoding=UTF8 --locale=C --no-sync >/dev/null
"$BIN/postgres" -D "$dir/server/data" -k "$dir/server" -c listen_addresses= -c fsync=off >"$dir/server/log" 2>&1 &
server=$!
until "$BIN/pg_isready" -q -h "$dir/server"; do kill -0 $server; sleep 0.05; done
"$BIN/pg_basebackup" -h "$dir/server" -U postgres -D "$dir/replica/data" -R -X stream -c fast --no-sync
"$BIN/postgres" -D "$dir/replica/data" -k "$dir/replica" -c listen_addresses= -c fsync=off >"$dir/replica/log" 2>&1 &
replica=$!
until "$BIN/pg_isready" -q -h "$dir/replica"; do kill -0 $replica; sleep 0.05; done
echo "$dir"
cat >/dev/null || true
"#;

/// The pair. One test at a time: the replica is held up as a whole.
struct Pair {
    folder: String,
    _shell: Child,
}

fn pair() -> Option<MutexGuard<'static, Pair>> {
    static PAIR: OnceLock<Option<Mutex<Pair>>> = OnceLock::new();
    let start = || postgres::run(SCRIPT).map(|(shell, folder)| Mutex::new(Pair { folder, _shell: shell }));
    let pair = PAIR.get_or_init(start).as_ref()?;
    Some(pair.lock().unwrap_or_else(PoisonError::into_inner))
}

impl Pair {
    fn url(&self, side: &str, database: &str) -> String {
        format!("postgres://postgres@/{database}?host={}/{side}", self.folder)
    }

    fn connect(&self, side: &str) -> PgConnection {
        PgConnection::establish(&self.url(side, "postgres")).unwrap()
    }

    fn execute(&self, side: &str, statement: &str) {
        diesel::sql_query(statement).execute(&mut self.connect(side)).unwrap();
    }

    /// Waits until the replica has what the server has now.
    fn catch_up(&self) {
        #[derive(QueryableByName)]
        struct Place {
            #[diesel(sql_type = Text)]
            place: String,
        }
        #[derive(QueryableByName)]
        struct Left {
            #[diesel(sql_type = BigInt)]
            left: i64,
        }
        let place = diesel::sql_query("SELECT pg_current_wal_lsn()::TEXT AS place");
        let Place { place } = place.get_result(&mut self.connect("server")).unwrap();
        let mut replica = self.connect("replica");
        let begun = Instant::now();
        loop {
            let left = "SELECT pg_wal_lsn_diff($1::pg_lsn, pg_last_wal_replay_lsn())::BIGINT AS left";
            let Left { left } = diesel::sql_query(left).bind::<Text, _>(&place).get_result(&mut replica).unwrap();
            if left <= 0 {
                return;
            }
            assert!(begun.elapsed().as_secs() < 20, "the replica has {left} bytes to go");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Holds the replica up until the answer is dropped.
    fn hold(&self) -> Held<'_> {
        self.execute("replica", "SELECT pg_wal_replay_pause()");
        Held(self)
    }

    /// A server that reads by the replica, with an administrator and a user who may see groups and users. The replica has all
    /// of it.
    fn serve(&self) -> (Server, Client, Client) {
        let database = format!("backoffice_{}", unique());
        self.execute("server", &format!("CREATE DATABASE {database}"));
        let url = DatabaseUrl::Postgres(self.url("server", &database));
        let mut command = command(Some(&url));
        let server = Server::start_with(
            command.env("RUST_LOG", "error").env("BACKOFFICE_READ_URL", self.url("replica", &database)),
        );
        let admin = server.admin();
        let group = json!({"name": "Readers", "permissions": ["userGroups.read", "users.read"]});
        let group = admin.post("/api/v2/groups", &group).expect(201)["id"].clone();
        let user = json!({
            "name": "Rita", "email": "rita@example.com", "password": ADMIN_PASSWORD, "groups": [group],
        });
        admin.post("/api/v2/users", &user).expect(201);
        let body = json!({"email": "rita@example.com", "password": ADMIN_PASSWORD});
        let reader = server.client.with_token_of(&server.client.post("/api/v2/signin", &body).expect(200));
        self.catch_up();
        (server, admin, reader)
    }
}

struct Held<'a>(&'a Pair);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.execute("replica", "SELECT pg_wal_replay_resume()");
    }
}

fn names(answer: Answer) -> Vec<String> {
    let body = answer.expect(200);
    body["data"].as_array().unwrap().iter().map(|group| group["name"].as_str().unwrap().to_owned()).collect()
}

fn group(name: &str) -> Value {
    json!({"name": name, "permissions": []})
}

#[test]
fn lists_and_exports_come_from_the_replica_and_say_how_old_they_are() {
    let Some(pair) = pair() else { return };
    let (_server, admin, _) = pair.serve();
    let list = admin.get("/api/v2/groups");
    assert_eq!((list.status, list.header(DATA_AGE)), (200, Some("0")));
    let export = admin.with("Accept", "text/csv").get("/api/v2/groups");
    assert_eq!((export.status, export.header(DATA_AGE)), (200, Some("0")));
    let record = admin.get("/api/v2/groups/1");
    assert_eq!((record.status, record.header(DATA_AGE)), (200, None));
}

#[test]
fn callers_see_their_own_changes_whatever_the_replica_has() {
    let Some(pair) = pair() else { return };
    let (_server, admin, reader) = pair.serve();
    let _held = pair.hold();
    admin.post("/api/v2/groups", &group("New")).expect(201);
    let list = admin.get("/api/v2/groups");
    assert_eq!(list.header(DATA_AGE), None);
    assert!(names(list).contains(&"New".to_owned()));
    let export = admin.with("Accept", "text/csv").get("/api/v2/groups");
    assert_eq!(export.header(DATA_AGE), None);
    assert!(export.expect(200).as_str().unwrap().contains("New"));
    // Whoever has changed nothing is told how old it is.
    let list = reader.get("/api/v2/groups");
    let age: u64 = list.header(DATA_AGE).expect("an age").parse().unwrap();
    assert!(age <= 10, "{age}");
    assert!(!names(list).contains(&"New".to_owned()));
}

#[test]
fn a_right_that_was_taken_away_is_gone_at_once_whatever_the_replica_has() {
    let Some(pair) = pair() else { return };
    let (_server, admin, reader) = pair.serve();
    reader.get("/api/v2/groups").expect(200);
    let groups = admin.get("/api/v2/groups").expect(200);
    let readers = groups["data"].as_array().unwrap().iter().find(|group| group["name"] == "Readers").unwrap();
    let readers = format!("/api/v2/groups/{}", readers["id"]);
    let _held = pair.hold();
    admin.patch(&readers, &json!({"permissions": ["users.read"]})).expect(200);
    reader.get("/api/v2/groups").expect(403);
    reader.with("Accept", "text/csv").get("/api/v2/groups").expect(403);
    reader.get("/api/v2/users").expect(200);
}

#[test]
fn what_the_replica_does_not_know_yet_is_asked_of_the_server() {
    let Some(pair) = pair() else { return };
    let (_server, admin, _) = pair.serve();
    let second = json!({"name": "Ann", "email": "ann@example.com", "password": ADMIN_PASSWORD, "groups": [1]});
    admin.post("/api/v2/users", &second).expect(201);
    let body = json!({"email": "ann@example.com", "password": ADMIN_PASSWORD});
    let ann = admin.with_token_of(&admin.post("/api/v2/signin", &body).expect(200));
    pair.catch_up();
    let _held = pair.hold();
    let client = admin.new_client("a@example.com", &json!({}));
    let changes = ann.get(&format!("/api/v2/clients/{client}/changes?filter%5Btype%5D=email"));
    assert_eq!((changes.status, changes.header(DATA_AGE)), (200, None), "{}", changes.body);
}

#[test]
fn a_server_starts_and_answers_while_its_replica_is_away() {
    for url in databases().into_iter().filter(|url| matches!(url, DatabaseUrl::Postgres(_))) {
        let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let read_url = format!("postgres://postgres@{gone}/nothing");
        let mut command = command(Some(&url));
        let server = Server::start_with(command.env("RUST_LOG", "off").env("BACKOFFICE_READ_URL", read_url));
        let admin = server.admin();
        let list = admin.get("/api/v2/groups");
        assert_eq!((list.status, list.header(DATA_AGE)), (200, None));
        let export = admin.with("Accept", "text/csv").get("/api/v2/groups");
        assert_eq!((export.status, export.header(DATA_AGE)), (200, None));
    }
}

#[test]
fn sqlite_has_no_replicas() {
    let url = sqlite();
    let read_url = "postgres://localhost/replica";
    let (code, _, errors) = run(command(Some(&url)).arg("serve").env("BACKOFFICE_READ_URL", read_url));
    assert_eq!((code, errors.as_str()), (Some(2), "backoffice: BACKOFFICE_READ_URL: only PostgreSQL has replicas\n"));
}
