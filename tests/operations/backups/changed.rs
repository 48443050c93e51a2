//! Backups of other versions.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection as _;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use storage::{DatabaseUrl, DbConnection, Error};

use super::{backup_of, folder, nothing_like, refused, restore_to, works};
use crate::harness::binary::Server;
use crate::harness::{databases, repository, sql, sqlite};

/// The same archive with another manifest, as another version would have written it.
fn with_manifest(archive: &Path, change: impl Fn(&mut Value)) -> PathBuf {
    let mut read = tar::Archive::new(GzDecoder::new(std::fs::File::open(archive).unwrap()));
    let mut written = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let mut sums = String::new();
    for entry in read.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().display().to_string();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        match name.as_str() {
            "manifest.json" => {
                let mut manifest = serde_json::from_slice(&content).unwrap();
                change(&mut manifest);
                content = manifest.to_string().into_bytes();
            }
            "SHA256SUMS" => content = sums.clone().into_bytes(),
            _ => {}
        }
        let digits = Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
        sums.extend([digits.as_str(), "  ", name.as_str(), "\n"]);
        let mut header = entry.header().clone();
        header.set_size(content.len().try_into().unwrap());
        header.set_cksum();
        written.append(&header, content.as_slice()).unwrap();
    }
    let path = folder().join("changed.backup");
    std::fs::write(&path, written.into_inner().unwrap().finish().unwrap()).unwrap();
    path
}

#[test]
fn a_backup_of_a_later_version_is_refused() {
    for url in databases() {
        let (archive, target) = (folder().join("a.backup"), nothing_like(&url));
        works(&mut backup_of(&url, &archive));
        let later_schema = with_manifest(&archive, |manifest| {
            manifest["schema"] = json!("29990101000001");
            manifest["program"] = json!("9.1.0");
        });
        let told = refused(&mut restore_to(&target, &later_schema));
        assert!(told.contains("version 9.1.0, whose schema"), "{told}");
        let later_format = with_manifest(&archive, |manifest| {
            *manifest = json!({"format": 2, "program": "9.1.0"});
        });
        let told = refused(&mut restore_to(&target, &later_format));
        assert!(told.contains("version 9.1.0, whose format"), "{told}");
        works(&mut restore_to(&target, &with_manifest(&archive, |_| ())));
    }
}

#[test]
fn a_dump_of_a_later_server_is_refused() {
    let Some(url) = crate::harness::postgres_database() else { return };
    let (archive, target) = (folder().join("a.backup"), nothing_like(&url));
    works(&mut backup_of(&url, &archive));
    let later = with_manifest(&archive, |manifest| manifest["database"]["postgresql"]["version"] = json!(99));
    let told = refused(&mut restore_to(&target, &later));
    assert!(told.contains("is of PostgreSQL 99, and the server here is"), "{told}");
}

#[test]
fn a_database_of_a_later_version_is_not_backed_up() {
    let url = sqlite();
    let database = sql::open(&url);
    let later = "INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000001')";
    database.write(move |tx| Ok::<_, Error>(tx.conn.batch_execute(later)?)).unwrap();
    database.close();
    let told = refused(&mut backup_of(&url, &folder().join("a.backup")));
    assert!(told.contains("is of a later version"), "{told}");
}

/// Takes the last migration back, as a server of the version before would have left the database.
fn to_the_version_before(url: &DatabaseUrl) {
    let database = sql::open(url);
    let undone = database.write(|tx| {
        let dialect = if matches!(tx.conn, DbConnection::Sqlite(_)) { "sqlite" } else { "postgres" };
        let all = repository().join("migrations").join(dialect);
        let names = std::fs::read_dir(&all).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let last = names.max().unwrap();
        let version = last.split('_').next().unwrap().replace('-', "");
        tx.conn.batch_execute(&std::fs::read_to_string(all.join(&last).join("down.sql")).unwrap())?;
        tx.conn.batch_execute(&format!("DELETE FROM __diesel_schema_migrations WHERE version = '{version}'"))?;
        Ok::<_, Error>(())
    });
    undone.unwrap();
    database.close();
}

#[test]
fn a_backup_of_an_earlier_version_is_migrated() {
    for url in databases() {
        to_the_version_before(&url);
        let (archive, target) = (folder().join("a.backup"), nothing_like(&url));
        works(&mut backup_of(&url, &archive));
        works(&mut restore_to(&target, &archive));
        let database = sql::open(&target);
        assert!(database.read(storage::Database::is_migrated).unwrap());
        let restored = "SELECT event_name FROM system_logs WHERE operation = 'restore'";
        assert_eq!(
            database.read(move |conn| Ok::<_, Error>(sql::texts(conn, restored))).unwrap(),
            ["database_created"]
        );
        database.close();
        Server::start(&target).admin();
    }
}
