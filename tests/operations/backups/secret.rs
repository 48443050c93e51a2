//! The secret that was made beside a database of SQLite, and the passphrase that lets it into a backup.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use serde_json::json;
use storage::DatabaseUrl;

use super::{PASSPHRASE, folder, names_in, refused, works};
use crate::harness::binary::{Server, command};

/// The binary on a database whose secret is made beside it.
fn on(database: &Path) -> Command {
    let mut command = command(Some(&DatabaseUrl::Sqlite(database.to_owned())));
    command.env_remove("BACKOFFICE_SECRET");
    command
}

#[test]
fn an_encrypted_backup_has_the_secret_so_that_what_it_signed_and_sealed_goes_on() {
    let (before, after, archive) = (folder().join("a.db"), folder().join("b.db"), folder().join("a.backup"));
    let server = Server::start_with(on(&before).env("RUST_LOG", "error"));
    let token = server.admin().token.unwrap();
    works(on(&before).arg("backup").arg(&archive).env("BACKOFFICE_BACKUP_PASSPHRASE", PASSPHRASE));
    assert_eq!(std::fs::metadata(&archive).unwrap().permissions().mode() & 0o777, 0o600);
    let passphrase = folder().join("passphrase");
    std::fs::write(&passphrase, format!("{PASSPHRASE}\n")).unwrap();
    works(on(&after).arg("restore").arg(&archive).arg("--passphrase-file").arg(&passphrase));
    let secret = after.with_extension("db.secret");
    assert_eq!(std::fs::metadata(&secret).unwrap().permissions().mode() & 0o777, 0o600);
    let again = Server::start_with(on(&after).env("RUST_LOG", "error"));
    again.client.with_token(&token).get("/api/v2/users").expect(200);
}

#[test]
fn a_backup_in_the_clear_leaves_the_secret_out_and_says_so() {
    let (before, after, archive) = (folder().join("a.db"), folder().join("b.db"), folder().join("a.backup"));
    drop(Server::start_with(on(&before).env("RUST_LOG", "error")));
    let out = works(on(&before).arg("backup").arg(&archive));
    assert!(out.contains("not encrypted") && out.contains("a.db.secret is not in it"), "{out}");
    let out = works(on(&after).arg("restore").arg(&archive));
    assert!(out.contains("The backup has no secret"), "{out}");
    let restored = after.parent().unwrap();
    assert!(!names_in(restored).iter().any(|name| name.ends_with(".secret")), "{:?}", names_in(restored));
}

#[test]
fn the_secret_of_another_installation_is_not_replaced() {
    let (before, after, archive) = (folder().join("a.db"), folder().join("b.db"), folder().join("a.backup"));
    drop(Server::start_with(on(&before).env("RUST_LOG", "error")));
    works(on(&before).arg("backup").arg(&archive).env("BACKOFFICE_BACKUP_PASSPHRASE", PASSPHRASE));
    let secret = after.with_extension("db.secret");
    std::fs::write(&secret, "a secret of another installation than this").unwrap();
    let mut restore = on(&after);
    restore.arg("restore").arg(&archive).env("BACKOFFICE_BACKUP_PASSPHRASE", PASSPHRASE);
    assert!(refused(&mut restore).contains("b.db.secret holds another secret"));
    std::fs::remove_file(&secret).unwrap();
    works(&mut restore);
}

#[test]
fn a_backup_goes_through_pipes() {
    let (before, after, archive) = (folder().join("a.db"), folder().join("b.db"), folder().join("a.backup"));
    let server = Server::start_with(on(&before).env("RUST_LOG", "error"));
    server.admin().post("/api/v2/groups", &json!({"name": "Kept", "permissions": []})).expect(201);
    let status = on(&before).args(["backup", "-"]).stdout(std::fs::File::create(&archive).unwrap()).status().unwrap();
    assert!(status.success());
    works(on(&after).args(["restore", "-"]).stdin(std::fs::File::open(&archive).unwrap()));
    std::fs::copy(before.with_extension("db.secret"), after.with_extension("db.secret")).unwrap();
    let again = Server::start_with(on(&after).env("RUST_LOG", "error"));
    let groups = again.admin().get("/api/v2/groups").expect(200);
    assert!(groups["data"].as_array().unwrap().iter().any(|group| group["name"] == "Kept"), "{groups}");
}

/// The archive and its parts are what other programs read.
#[test]
fn other_programs_open_a_backup() {
    let (before, folder) = (folder().join("a.db"), folder());
    drop(Server::start_with(on(&before).env("RUST_LOG", "error")));
    works(on(&before).arg("backup").arg(folder.join("a.backup")));
    let script =
        "tar xzf a.backup && sha256sum --check --quiet SHA256SUMS && grep -q '\"database\": \"sqlite\"' manifest.json";
    let status = Command::new("sh").args(["-c", script]).current_dir(&folder).status().unwrap();
    assert!(status.success());
    let head = std::fs::read(folder.join("database")).unwrap();
    assert!(head.starts_with(b"SQLite format 3\0"));
}
