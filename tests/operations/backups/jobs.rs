//! Jobs that wait in a backup.

use serde_json::json;
use storage::DatabaseUrl;

use super::{backup_of, folder, nothing_like, restore_to, works};
use crate::harness::binary::{Server, command};
use crate::harness::{ADMIN_PASSWORD, databases};

/// The jobs of a database, a line each.
fn jobs(url: &DatabaseUrl, more: &[&str]) -> Vec<String> {
    let out = works(command(Some(url)).args(["queue", "list"]).args(more));
    out.lines().skip(1).map(ToOwned::to_owned).collect()
}

#[test]
fn jobs_wait_again_after_a_restore_unless_they_are_held() {
    for url in databases() {
        let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let server = Server::start_with(
            command(Some(&url)).env("RUST_LOG", "off").env("BACKOFFICE_SMTP_URL", format!("smtp://{gone}")),
        );
        let user = json!({"name": "Ann", "email": "ann@example.com", "password": ADMIN_PASSWORD});
        server.admin().post("/api/v2/users", &user).expect(201);
        // A code that cannot be mailed.
        let body = json!({"email": "ann@example.com", "password": ADMIN_PASSWORD});
        server.client.post("/api/v2/signin", &body).expect(200);
        drop(server);
        let archive = folder().join("a.backup");
        works(&mut backup_of(&url, &archive));
        let going_on = nothing_like(&url);
        works(&mut restore_to(&going_on, &archive));
        assert_eq!((jobs(&going_on, &[]).len(), jobs(&going_on, &["--dead"]).len()), (1, 0));
        let held = nothing_like(&url);
        let out = works(restore_to(&held, &archive).arg("--hold-jobs"));
        assert!(out.contains("Jobs held: 1."), "{out}");
        let dead = jobs(&held, &["--dead"]);
        assert!(dead.len() == 1 && dead[0].ends_with("held: restored from a backup"), "{dead:?}");
        works(command(Some(&held)).args(["queue", "retry", "--kind", "mail"]));
        assert_eq!((jobs(&held, &[]).len(), jobs(&held, &["--dead"]).len()), (1, 0));
    }
}
