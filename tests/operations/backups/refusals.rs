//! What is not backed up and not restored: nothing is replaced, nothing half is left, and one line says why.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection as _;
use storage::{DatabaseUrl, DbConnection, Error};

use super::{PASSPHRASE, backup_of, folder, names_in, nothing_like, refused, restore_to, works};
use crate::harness::binary::{Server, command};
use crate::harness::{databases, postgres_database, sql, sqlite};

fn execute(url: &DatabaseUrl, statement: &'static str) {
    let database = sql::open(url);
    let done = database.write(move |tx| match tx.conn {
        DbConnection::Sqlite(conn) => Ok::<_, Error>(conn.batch_execute(statement)?),
        DbConnection::Postgres(conn) => Ok(conn.batch_execute(statement)?),
    });
    done.unwrap();
    database.close();
}

/// A backup of a fresh database, and a place of the same kind for it.
fn made(url: &DatabaseUrl) -> (PathBuf, DatabaseUrl) {
    let archive = folder().join("a.backup");
    works(&mut backup_of(url, &archive));
    (archive, nothing_like(url))
}

/// Holds that nothing was written to a place.
#[track_caller]
fn is_untouched(url: &DatabaseUrl) {
    if let DatabaseUrl::Sqlite(path) = url {
        assert_eq!(names_in(path.parent().unwrap()), [""; 0]);
    }
    let (archive, _) = made(&databases().into_iter().find(|kind| is_same_kind(kind, url)).unwrap());
    works(&mut restore_to(url, &archive));
}

fn is_same_kind(one: &DatabaseUrl, other: &DatabaseUrl) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}

/// A folder with a program of this name that does nothing but this.
fn with_program(name: &str, script: &str) -> String {
    let folder = folder();
    let program = folder.join(name);
    std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    format!("{}:{}", folder.display(), std::env::var("PATH").unwrap())
}

#[test]
fn a_file_that_is_there_is_not_replaced() {
    let (url, archive) = (sqlite(), folder().join("a.backup"));
    std::fs::write(&archive, "yesterday's").unwrap();
    assert!(refused(&mut backup_of(&url, &archive)).contains("is there already"));
    assert_eq!(std::fs::read(&archive).unwrap(), b"yesterday's");
    assert_eq!(names_in(archive.parent().unwrap()), ["a.backup"]);
}

#[test]
fn a_database_that_is_not_there_or_not_of_the_back_office_is_not_backed_up() {
    let folder = folder();
    let missing = DatabaseUrl::Sqlite(folder.join("a.db"));
    assert!(refused(&mut backup_of(&missing, &folder.join("a.backup"))).contains("a.db"));
    assert_eq!(names_in(&folder), [""; 0]);
    let of_others = sqlite();
    execute(&of_others, "DROP TABLE __diesel_schema_migrations");
    assert!(refused(&mut backup_of(&of_others, &folder.join("a.backup"))).contains("no database of the back office"));
    assert_eq!(names_in(&folder), [""; 0]);
}

#[test]
fn a_second_backup_of_one_file_waits_its_turn_and_what_a_dead_one_left_is_in_nobodys_way() {
    let url = sqlite();
    let DatabaseUrl::Sqlite(path) = &url else { panic!("a file") };
    let copy = backup::copy_beside(path);
    let held = std::fs::File::create(&copy).unwrap();
    held.lock().unwrap();
    assert!(refused(&mut backup_of(&url, &folder().join("a.backup"))).contains("another backup"));
    drop(held);
    std::fs::write(&copy, "half a copy").unwrap();
    works(&mut backup_of(&url, &folder().join("a.backup")));
    assert!(!copy.exists());
}

#[test]
fn a_database_that_is_not_empty_is_not_restored_to() {
    for url in databases() {
        let (archive, _) = made(&url);
        assert!(refused(&mut restore_to(&url, &archive)).contains("not empty"));
        let running = Server::start(&url);
        refused(&mut restore_to(&url, &archive));
        running.admin().get("/api/v2/users").expect(200);
    }
}

#[test]
fn the_log_of_another_database_is_not_taken_over() {
    let (archive, target) = made(&sqlite());
    let DatabaseUrl::Sqlite(path) = &target else { panic!("a file") };
    std::fs::write(path.with_extension("db-wal"), "of another database").unwrap();
    assert!(refused(&mut restore_to(&target, &archive)).contains("restored.db-wal"));
    assert!(!path.exists());
}

#[test]
fn a_folder_that_is_not_empty_is_not_restored_to() {
    for url in databases() {
        drop(Server::start(&url));
        let (archive, target) = made(&url);
        let files = folder();
        std::fs::write(files.join("a"), "somebody's").unwrap();
        assert!(refused(restore_to(&target, &archive).arg("--files").arg(&files)).contains("not empty"));
        assert_eq!(names_in(&files), ["a"]);
        is_untouched(&target);
    }
}

#[test]
fn an_archive_that_is_damaged_foreign_or_sealed_is_refused_before_anything_is_written() {
    for url in databases() {
        let (archive, target) = made(&url);
        let whole = std::fs::read(&archive).unwrap();
        let mut changed = whole.clone();
        changed[whole.len() / 2] ^= 1;
        for (content, expected) in [
            (&whole[..whole.len() - 1], "not whole"),
            (&whole[..whole.len() / 2], "not whole"),
            (&changed, "damaged"),
            (b"SQLite format 3\0", "no backup of the back office"),
            (b"", "no backup of the back office"),
        ] {
            std::fs::write(&archive, content).unwrap();
            let told = refused(&mut restore_to(&target, &archive));
            assert!(told.contains(expected), "{expected}: {told}");
        }
        let sealed = folder().join("sealed.backup");
        works(backup_of(&url, &sealed).env("BACKOFFICE_BACKUP_PASSPHRASE", PASSPHRASE));
        assert!(refused(&mut restore_to(&target, &sealed)).contains("is encrypted"));
        let mut wrong = restore_to(&target, &sealed);
        assert!(refused(wrong.env("BACKOFFICE_BACKUP_PASSPHRASE", "guessed")).contains("not the one"));
        std::fs::write(&archive, whole).unwrap();
        let mut expecting = restore_to(&target, &archive);
        assert!(refused(expecting.env("BACKOFFICE_BACKUP_PASSPHRASE", PASSPHRASE)).contains("not encrypted"));
        is_untouched(&target);
    }
}

#[test]
fn an_empty_passphrase_and_two_of_them_are_refused() {
    let (url, folder) = (sqlite(), folder());
    let archive = folder.join("a.backup");
    assert!(refused(backup_of(&url, &archive).env("BACKOFFICE_BACKUP_PASSPHRASE", "")).contains("is empty"));
    let mut both = backup_of(&url, &archive);
    both.env("BACKOFFICE_BACKUP_PASSPHRASE", PASSPHRASE).arg("--passphrase-file").arg("passphrase");
    assert!(refused(&mut both).contains("not by both"));
    assert_eq!(names_in(&folder), [""; 0]);
}

#[test]
fn the_kinds_of_databases_do_not_mix() {
    let Some(postgres) = postgres_database() else { return };
    let (of_sqlite, to_sqlite) = made(&sqlite());
    let (of_postgres, to_postgres) = made(&postgres);
    assert!(refused(&mut restore_to(&to_postgres, &of_sqlite)).contains("is of SQLite"));
    assert!(refused(&mut restore_to(&to_sqlite, &of_postgres)).contains("is of PostgreSQL"));
    is_untouched(&to_sqlite);
    is_untouched(&to_postgres);
}

#[test]
fn programs_of_postgresql_that_are_missing_or_of_another_version_are_named() {
    let Some(url) = postgres_database() else { return };
    let (archive, target) = made(&url);
    let folder = folder();
    let file = folder.join("b.backup");
    assert!(refused(backup_of(&url, &file).env("PATH", "/nowhere")).contains("pg_dump is not installed"));
    assert!(refused(restore_to(&target, &archive).env("PATH", "/nowhere")).contains("pg_restore is not installed"));
    let of_version =
        |program: &str, version: &str| with_program(program, &format!("echo '{program} (PostgreSQL) {version}'"));
    for (program, mut command) in [("pg_dump", backup_of(&url, &file)), ("pg_restore", restore_to(&target, &archive))] {
        for (version, major) in [("9.6.24", 9), ("99beta1", 99)] {
            let told = refused(command.env("PATH", of_version(program, version)));
            assert!(told.contains(&format!("{program} is of version {major}, and the server of version")), "{told}");
        }
    }
    assert_eq!(names_in(&folder), [""; 0]);
    is_untouched(&target);
}

#[test]
fn a_restore_that_fails_in_the_middle_leaves_nothing() {
    let Some(url) = postgres_database() else { return };
    let (archive, target) = made(&url);
    let files = folder().join("files");
    // The version of the real one, which is next in PATH.
    let script = "[ \"$1\" = --version ] && { PATH=${PATH#*:}; exec pg_restore --version; }\necho no room >&2\nexit 1";
    let mut restore = restore_to(&target, &archive);
    restore.arg("--files").arg(&files).env("PATH", with_program("pg_restore", script));
    assert!(refused(&mut restore).contains("pg_restore failed: no room"));
    assert!(!files.exists());
    is_untouched(&target);
}

#[test]
fn what_a_restore_left_that_died_passes_for_nothing() {
    let (archive, target) = made(&sqlite());
    let DatabaseUrl::Sqlite(path) = &target else { panic!("a file") };
    std::fs::write(path.with_extension("db.restoring"), "half a database").unwrap();
    works(&mut restore_to(&target, &archive));
    assert!(!names_in(path.parent().unwrap()).iter().any(|name| name.contains("restoring")));
    let Some(url) = postgres_database() else { return };
    let (archive, target) = made(&url);
    execute(&target, "CREATE TABLE unfinished_restore (); CREATE TABLE users (id BIGINT)");
    for mut command in [restore_to(&target, &archive), migrate(&target), backup_of(&target, Path::new("b.backup"))] {
        let told = refused(&mut command);
        assert!(told.contains("did not finish"), "{told}");
    }
}

fn migrate(url: &DatabaseUrl) -> std::process::Command {
    let mut command = command(Some(url));
    command.arg("migrate");
    command
}
