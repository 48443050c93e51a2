//! Imports whose server or program stops half-way.

use std::path::Path;

use storage::imports::{self, RunImport};
use storage::platform::queue::{self, Claimed};
use storage::{DatabaseUrl, DbConnection, Error};

use super::{IMPORTS, count, outcome, send};
use crate::harness::binary::{command, run};
use crate::harness::{databases, on_both, scratch, sql, unique};

#[test]
fn an_import_whose_server_stopped_is_begun_anew() {
    on_both(|app| {
        let admin = app.admin();
        let id = send(&admin, "users", "email,lastName,firstName\nann@example.com,Doe,Ann\n").expect(201)["id"].clone();
        let number = id.as_i64().unwrap().into();
        let claimed: Option<Claimed<RunImport>> = app.database.write(queue::claim::<RunImport>).unwrap();
        assert!(claimed.is_some());
        app.database.write(move |tx| imports::begin(tx, number)).unwrap();
        app.run_jobs();
        let path = format!("{IMPORTS}/{id}");
        assert_eq!(admin.get(&path).expect(200)["status"], "running");
        app.advance(15 * 60);
        app.run_jobs();
        assert_eq!(outcome(&admin.get(&path).expect(200)), ("done", 1, 0));
        assert_eq!(admin.total("/api/v2/clients"), 1);
    });
}

const LINES: usize = 20_000;

fn many_clients() -> std::path::PathBuf {
    let path = scratch().join(format!("clients-{}.csv", unique()));
    let lines = (0..LINES).map(|number| format!("client{number}@example.com,Doe,Ann\n")).collect::<Vec<_>>().concat();
    std::fs::write(&path, format!("email,lastName,firstName\n{lines}")).unwrap();
    path
}

/// Whether somebody is writing clients at this moment.
fn is_writing(url: &DatabaseUrl) -> bool {
    match url {
        DatabaseUrl::Sqlite(path) => {
            let wal = Path::new(&format!("{}-wal", path.display())).metadata();
            wal.is_ok_and(|wal| wal.len() > 256 * 1024)
        }
        DatabaseUrl::Postgres(_) => {
            let query = "SELECT pid::text FROM pg_stat_activity \
                         WHERE datname = current_database() AND query LIKE 'INSERT INTO \"clients\"%'";
            let found = sql::open(url).read(move |conn: &mut DbConnection| Ok::<_, Error>(sql::texts(conn, query)));
            !found.unwrap().is_empty()
        }
    }
}

#[test]
fn an_import_that_is_killed_leaves_nothing_and_is_done_again() {
    for url in databases() {
        let file = many_clients();
        let import = || {
            let mut command = command(Some(&url));
            command.args(["import", "clients"]).arg(&file);
            command
        };
        let mut child = import().spawn().unwrap();
        while !is_writing(&url) {
            assert!(child.try_wait().unwrap().is_none(), "it was not seen writing");
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(count(&url, "clients"), 0);
        let (code, out, errors) = run(&mut import());
        assert_eq!(code, Some(0), "{errors}");
        assert!(out.starts_with("20000 lines: 20000 added, 0 there already, in "), "{out}");
        assert_eq!(count(&url, "clients"), LINES);
        let (_, out, _) = run(&mut import());
        assert!(out.starts_with("20000 lines: 0 added, 20000 there already, in "), "{out}");
    }
}
