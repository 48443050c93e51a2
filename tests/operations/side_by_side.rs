//! Two versions on one PostgreSQL, as they are while servers are upgraded one after the other: the schema of this version
//! serves the one before. `BACKOFFICE_PREVIOUS` names the binary of the last release.

use serde_json::json;

use crate::harness::binary::{Server, command, command_of, run};
use crate::harness::records::id_of;
use crate::harness::{Client, empty_postgres};

/// Reads what a version has without the ids of records: no call may fail.
fn read_all(server: &Server, admin: &Client) -> usize {
    let document = server.client.get("/openapi.json").expect(200);
    let paths = document["paths"].as_object().unwrap();
    let reads = paths.iter().filter(|(path, operations)| operations.get("get").is_some() && !path.contains('{'));
    let mut count = 0;
    for (path, _) in reads {
        let answer = admin.unrecorded().get(path);
        assert!(answer.status < 500, "{path}: {} {}", answer.status, answer.body);
        count += 1;
    }
    count
}

/// Writes what every day brings.
fn work(admin: &Client, email: &str) {
    let group = json!({"name": format!("Group of {email}"), "permissions": []});
    admin.post("/api/v2/groups", &group).expect(201);
    let client = admin.new_client(email, &json!({}));
    admin.patch(&format!("/api/v2/clients/{client}"), &json!({"city": "Riga"})).expect(200);
    let accounts = admin.get("/api/v2/accounts?limit=1").expect(200);
    let account = id_of(&accounts["data"][0]);
    let deposit = id_of(&admin.deposit(account, "10").expect(201));
    admin.get(&format!("/api/v2/transactions/{deposit}")).expect(200);
}

#[test]
#[ignore = "needs the binary of the last release, in BACKOFFICE_PREVIOUS"]
fn the_version_before_serves_on_beside_this_one() {
    let previous = std::env::var("BACKOFFICE_PREVIOUS").expect("BACKOFFICE_PREVIOUS names a binary");
    let url = empty_postgres();
    let old = Server::demonstrate(command_of(&previous, Some(&url)).env("RUST_LOG", "error"));
    let before = old.admin();
    work(&before, "before@example.com");
    let new = Server::start(&url);
    let after = new.client.with_token(before.token.as_deref().expect("a token"));
    for (server, admin) in [(&old, &before), (&new, &after)] {
        assert!(read_all(server, admin) > 50);
    }
    work(&before, "old@example.com");
    work(&after, "new@example.com");
    // What one has written the other reads.
    for admin in [&before, &after] {
        for email in ["old@example.com", "new@example.com"] {
            let found = admin.get(&format!("/api/v2/clients?filter%5Bemail%5D={email}")).expect(200);
            assert_eq!(found["total"], json!(1), "{email}");
        }
    }
    let (code, out, errors) = run(command(Some(&url)).args(["ledger", "verify"]));
    assert_eq!(code, Some(0), "{out}{errors}");
}
