//! `backoffice import`.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::json;
use storage::DatabaseUrl;

use super::count;
use crate::harness::binary::{Server, command, run};
use crate::harness::{databases, scratch, unique};

fn written(text: &str) -> std::path::PathBuf {
    let path = scratch().join(format!("import-{}.csv", unique()));
    std::fs::write(&path, text).unwrap();
    path
}

fn import(url: &DatabaseUrl, what: &str, text: &str, more: &[&str]) -> (Option<i32>, String, String) {
    run(command(Some(url)).args(["import", what]).arg(written(text)).args(more).env("RUST_LOG", "error"))
}

const CLIENTS: &str = "email,lastName,firstName\nann@example.com,Doe,Ann\nbob@example.com,Roe,Bob\n";

#[test]
fn clients_accounts_and_transactions_are_imported_beside_a_server() {
    for url in databases() {
        let server = Server::start(&url);
        let admin = server.admin();
        let product = admin.new_open_product("wallet", "personal", &[840]);
        let (code, out, errors) = import(&url, "clients", CLIENTS, &[]);
        assert_eq!(code, Some(0), "{errors}");
        assert!(out.starts_with("2 lines: 2 added, 0 there already, in "), "{out}");
        assert_eq!(admin.total("/api/v2/clients"), 2);
        let accounts =
            format!("email\taccountNumber\tproductId\tproductCurrency\nann@example.com\tA1\t{product}\tUSD\n");
        let (code, _, errors) = import(&url, "accounts", &accounts, &["--delimiter", "tab"]);
        assert_eq!(code, Some(0), "{errors}");
        let balances =
            "externalReference,accountNumber,type,amount,time\nr1,A1,openingBalance,12.34,2020-01-01T00:00:00Z\n";
        let (code, _, errors) = import(&url, "transactions", balances, &[]);
        assert_eq!(code, Some(0), "{errors}");
        let (code, out, _) = import(&url, "transactions", balances, &[]);
        assert_eq!((code, out.starts_with("1 lines: 0 added, 1 there already")), (Some(0), true), "{out}");
        let (code, out, errors) = run(command(Some(&url)).args(["ledger", "verify"]));
        assert_eq!(code, Some(0), "{out}{errors}");
        let logged = admin.get("/api/v2/logs/messages?filter[eventName]=import_created").expect(200);
        assert_eq!((&logged["total"], &logged["data"][0]["details"]["added"]), (&json!(3), &json!("1")), "{logged}");
    }
}

#[test]
fn faults_are_told_by_file_line_and_column_and_nothing_is_imported() {
    for url in databases() {
        let file = written("email,lastName,firstName,birthDate\nann@example.com,Doe,Ann,\nbob,,Bob,2020-01-01\n");
        let (code, out, errors) = run(command(Some(&url)).args(["import", "clients"]).arg(&file));
        let shown = file.display();
        let expected = format!(
            "{shown}:3: email: is not a valid e-mail address\n\
             {shown}:3: lastName: must not be empty\n\
             {shown}:3: birthDate: must be at least 18 years ago\n\
             backoffice: nothing was imported: 3 faults in {shown}\n"
        );
        assert_eq!((code, out.as_str(), errors.as_str()), (Some(1), "", expected.as_str()));
        assert_eq!(count(&url, "clients"), 0);
        let (code, _, errors) = run(command(Some(&url)).args(["import", "clients", "nowhere.csv"]));
        assert_eq!(code, Some(1));
        assert!(errors.starts_with("backoffice: nowhere.csv: "), "{errors}");
        let (code, _, errors) = run(command(Some(&url)).args(["import", "partners", "nowhere.csv"]));
        assert_eq!((code, errors.lines().count()), (Some(2), 1), "{errors}");
    }
}

#[test]
fn a_dry_run_tells_what_would_be_done() {
    for url in databases() {
        let (code, out, errors) = import(&url, "clients", CLIENTS, &["--dry-run"]);
        assert_eq!(code, Some(0), "{errors}");
        assert_eq!(out, "2 lines: 2 to be added, 0 there already; nothing was changed\n");
        assert_eq!(count(&url, "clients"), 0);
    }
}

#[test]
fn standard_input_is_a_file_too() {
    for url in databases() {
        let mut command = command(Some(&url));
        command.args(["import", "clients", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(CLIENTS.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(count(&url, "clients"), 2);
    }
}

#[test]
fn many_lines_wait_for_the_server_to_stop_on_sqlite() {
    let url = crate::harness::sqlite();
    let server = Server::start(&url);
    let lines = (0..25_001).map(|number| format!("c{number}@example.com,Doe,Ann\n")).collect::<Vec<_>>().concat();
    let (code, _, errors) = import(&url, "clients", &format!("email,lastName,firstName\n{lines}"), &[]);
    assert_eq!(code, Some(1));
    assert!(errors.contains("stop the server to import more than 25000 lines"), "{errors}");
    assert_eq!(server.admin().total("/api/v2/clients"), 0);
}
