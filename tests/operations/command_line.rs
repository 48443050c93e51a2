//! The binary's commands.

use serde_json::json;
use storage::DatabaseUrl;

use crate::harness::binary::{Server, command, run, text_of};
use crate::harness::{databases, scratch, unique};

fn missing_database() -> DatabaseUrl {
    DatabaseUrl::Sqlite(scratch().join(format!("fresh-{}.db", unique())))
}

#[test]
fn a_wrong_value_is_one_line_and_exit_code_2() {
    for (name, value) in [
        ("DATABASE_URL", "mysql://host/db"),
        ("BACKOFFICE_LISTEN", "nowhere"),
        ("BACKOFFICE_ADMIN_EMAIL", "nobody"),
        ("BACKOFFICE_ADMIN_PASSWORD", "short"),
        ("BACKOFFICE_SMTP_URL", "http://host"),
        ("BACKOFFICE_SECRET", "short"),
        ("BACKOFFICE_TRUSTED_PROXIES", "host"),
        ("BACKOFFICE_CORS_ORIGINS", "*"),
        ("BACKOFFICE_CORS_ORIGINS", "https://crm.example.com,crm.example.com"),
        ("BACKOFFICE_TLS_KEY", "key.pem"),
        ("BACKOFFICE_WORKERS", "0"),
    ] {
        let (code, _, errors) =
            run(command(None).arg("serve").env("BACKOFFICE_LISTEN", "127.0.0.1:0").env(name, value));
        assert_eq!(code, Some(2), "{name}: {errors}");
        assert_eq!(errors.lines().count(), 1, "{name}: {errors}");
    }
    let (code, _, errors) = run(command(None).arg("dance"));
    assert_eq!((code, errors.lines().count()), (Some(2), 1), "{errors}");
}

#[test]
fn a_password_on_the_command_line_is_not_repeated_in_an_error() {
    let (_, out, errors) = run(command(None).arg("serve").env("BACKOFFICE_ADMIN_PASSWORD", "verysecret"));
    assert!(!out.contains("verysecret"));
    assert!(!errors.contains("verysecret"), "{errors}");
}

#[test]
fn postgres_requires_a_secret() {
    let (code, _, errors) = run(command(None)
        .arg("serve")
        .env("DATABASE_URL", "postgres://127.0.0.1:1/db")
        .env("BACKOFFICE_LISTEN", "127.0.0.1:0"));
    assert_eq!(code, Some(2));
    assert!(errors.contains("BACKOFFICE_SECRET"), "{errors}");
}

#[test]
fn tls_to_postgres_is_built_in() {
    // A server that answers the request for TLS with "no" (PostgreSQL's protocol, section 55.2.10).
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 8];
        stream.read_exact(&mut request).unwrap();
        stream.write_all(b"N").unwrap();
        request
    });
    let url = format!("postgres://ann:hidden@{address}/db?sslmode=require");
    let (code, _, errors) = run(command(None).arg("migrate").env("DATABASE_URL", url));
    assert_eq!(server.join().unwrap()[4..], 80_877_103_i32.to_be_bytes());
    assert_eq!(code, Some(1));
    assert!(errors.contains("does not support SSL, but SSL was required"), "{errors}");
    assert!(!errors.contains("hidden"), "{errors}");
}

/// The names of the files in a folder.
fn files_in(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A folder of its own, without a database.
fn empty_folder() -> std::path::PathBuf {
    let folder = scratch().join(format!("folder-{}", unique()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn the_binary_alone_tells_its_help() {
    let (code, _, errors) = run(&mut command(None));
    assert_eq!(code, Some(2));
    assert!(errors.contains("Usage:") && errors.contains("serve"), "{errors}");
}

#[test]
fn the_files_of_a_database_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = empty_folder();
    let server = Server::start(&DatabaseUrl::Sqlite(folder.join("a.db")));
    server.admin();
    for name in files_in(&folder) {
        let mode = std::fs::metadata(folder.join(&name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn a_command_that_fails_leaves_no_database_behind() {
    let folder = empty_folder();
    let url = DatabaseUrl::Sqlite(folder.join("a.db"));
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for arguments in [
        &["serve", "--listen", &address][..],
        &["serve", "--admin-password", "short"],
        &["user", "password", "nobody@example.com"],
        &["policy", "off", "--user", "nobody@example.com"],
        &["ledger", "verify"],
    ] {
        let mut command = command(None);
        command.env("DATABASE_URL", text_of(&url)).env("BACKOFFICE_LISTEN", "127.0.0.1:0");
        let (code, _, errors) = run(command.args(arguments));
        assert_ne!(code, Some(0), "{arguments:?}: {errors}");
        assert_eq!(files_in(&folder), [""; 0], "{arguments:?}");
    }
}

#[test]
fn a_database_that_was_there_stays_when_a_command_fails() {
    let folder = empty_folder();
    let url = DatabaseUrl::Sqlite(folder.join("a.db"));
    assert_eq!(run(command(Some(&url)).arg("migrate")).0, Some(0));
    let before = std::fs::read(folder.join("a.db")).unwrap();
    assert_ne!(run(command(Some(&url)).args(["user", "password", "nobody@example.com"])).0, Some(0));
    assert_eq!(std::fs::read(folder.join("a.db")).unwrap(), before);
}

#[test]
fn a_second_server_on_one_sqlite_file_is_refused() {
    let url = missing_database();
    let first = Server::start(&url);
    let (code, _, errors) = run(command(Some(&url)).args(["serve", "--listen", "127.0.0.1:0"]));
    assert_eq!(code, Some(1));
    assert!(errors.contains("another server is running on"), "{errors}");
    let DatabaseUrl::Sqlite(path) = &url else { panic!("a file") };
    let link = empty_folder().join("link.db");
    std::os::unix::fs::symlink(path, &link).unwrap();
    let linked = DatabaseUrl::Sqlite(link);
    assert_eq!(run(command(Some(&linked)).args(["serve", "--listen", "127.0.0.1:0"])).0, Some(1));
    first.admin().get("/api/v2/users").expect(200);
    drop(first);
    // It was killed: nothing of it stands in the way.
    Server::start(&url).admin();
}

#[test]
fn a_password_for_the_first_administrator_that_comes_too_late_is_reported() {
    let url = missing_database();
    drop(Server::start(&url));
    let mut again = command(Some(&url));
    again.args(["serve", "--listen", "127.0.0.1:0"]).env("BACKOFFICE_ADMIN_PASSWORD", "Another123");
    let mut child = again.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    let lines = std::io::BufRead::lines(std::io::BufReader::new(child.stderr.take().unwrap()));
    let told = lines.map_while(Result::ok).any(|line| line.contains("BACKOFFICE_ADMIN_PASSWORD is ignored"));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(told);
}

#[test]
fn help_tells_every_command() {
    let (code, out, _) = run(command(None).arg("--help"));
    assert_eq!(code, Some(0));
    for name in ["serve", "migrate", "user", "openapi", "policy", "DATABASE_URL", "BACKOFFICE_SECRET"] {
        assert!(out.contains(name), "{name}");
    }
}

#[test]
fn every_shell_gets_completions_and_every_command_has_a_page() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let (code, out, errors) = run(command(None).args(["completions", shell]));
        assert_eq!(code, Some(0), "{errors}");
        assert!(out.contains("hold-jobs") && out.contains("admin-email"), "{shell}");
    }
    for (words, title, told) in [
        (&[][..], ".TH backoffice 1", "serve"),
        (&["serve"], ".TH backoffice\\-serve 1", "BACKOFFICE_LISTEN"),
        (&["user", "add"], ".TH backoffice\\-user\\-add 1", "BACKOFFICE_USER_PASSWORD"),
    ] {
        let (code, out, errors) = run(command(None).arg("man").args(words));
        assert_eq!(code, Some(0), "{errors}");
        let plain = out.replace('\\', "");
        assert!(plain.contains(&title.replace('\\', "")) && plain.contains(told), "{out}");
    }
    let (code, _, errors) = run(command(None).args(["man", "user", "dance"]));
    assert_eq!((code, errors.as_str()), (Some(2), "backoffice: there is no command user dance\n"));
}

#[test]
fn the_document_is_printed() {
    let (code, out, _) = run(command(None).arg("openapi"));
    assert_eq!(code, Some(0));
    assert_eq!(out, api::document().unwrap());
}

#[test]
fn the_first_password_is_shown_once_and_the_secret_is_kept_beside_the_file() {
    let mut command = command(None);
    let folder = command.get_current_dir().unwrap().to_owned();
    command.args(["serve", "--listen", "127.0.0.1:0", "--demo"]).stdout(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut output = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut lines = String::new();
    while !lines.contains("Serving on ") {
        assert_ne!(std::io::BufRead::read_line(&mut output, &mut lines).unwrap(), 0);
    }
    let password = lines.lines().find_map(|line| line.strip_prefix("Their password, shown this once:")).unwrap().trim();
    let address = lines.lines().find_map(|line| line.strip_prefix("Serving on ")).unwrap().split(',').next().unwrap();
    let client = crate::harness::Client::new(address, Default::default());
    let body = json!({"email": "admin@example.com", "password": password});
    let token = client.post("/api/v2/signin", &body).expect(200)["accessToken"]["token"].clone();
    let products = client.with_token(token.as_str().unwrap()).get("/api/v2/products").expect(200);
    assert_eq!(products["total"], json!(4));
    child.kill().unwrap();
    child.wait().unwrap();
    let secret = std::fs::metadata(folder.join("backoffice.db.secret")).unwrap();
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&secret.permissions()) & 0o777, 0o600);
}

#[test]
fn users_are_added_and_get_passwords_from_the_machine_itself() {
    for url in databases() {
        let server = Server::start(&url);
        let mut add = command(Some(&url));
        add.args(["user", "add", "ann@example.com", "--name", "Ann", "--group", "administrators"]);
        let (code, out, errors) = run(&mut add);
        assert_eq!(code, Some(0), "{errors}");
        let password = out.trim().strip_prefix("The password, shown this once: ").unwrap().to_owned();
        let body = json!({"email": "ann@example.com", "password": password});
        let answer = server.client.post("/api/v2/signin", &body).expect(200);
        let ann = server.client.with_token(answer["accessToken"]["token"].as_str().unwrap());
        ann.get("/api/v2/users").expect(200);
        assert_eq!(run(&mut add).0, Some(1));
        let mut set = command(Some(&url));
        set.args(["user", "password", "ANN@example.com"]).env("BACKOFFICE_USER_PASSWORD", "Another123");
        assert_eq!(run(&mut set).0, Some(0));
        // Another process wrote: a server on SQLite sees that within half a second.
        let begun = std::time::Instant::now();
        while ann.get("/api/v2/users").status != 401 {
            assert!(begun.elapsed().as_secs() < 10, "the session goes on");
        }
        let body = json!({"email": "ann@example.com", "password": "Another123"});
        server.client.post("/api/v2/signin", &body).expect(200);
        let (code, _, errors) = run(command(Some(&url)).args(["user", "password", "nobody@example.com"]));
        assert_eq!((code, errors.lines().last()), (Some(1), Some("backoffice: there is no such user")));
    }
}

#[test]
fn policies_are_switched_off_from_the_machine_itself() {
    for url in databases() {
        let server = Server::start(&url);
        let admin = server.admin();
        for ip in ["192.0.2.1", "192.0.2.2"] {
            let policy = json!({"ip": ip, "permission": "deny", "route": "/api/*"});
            admin.post("/api/v2/security/policies", &policy).expect(201);
        }
        let (code, out, errors) = run(command(Some(&url)).args(["policy", "off"]));
        assert_eq!(code, Some(0), "{errors}");
        assert_eq!(out, "2 policies were switched off.\n");
        let page = admin.get("/api/v2/security/policies?filter[active]=true").expect(200);
        assert_eq!(page["total"], json!(0));
        let (code, out, _) = run(command(Some(&url)).args(["policy", "off", "--user", "admin@example.com"]));
        assert_eq!(code, Some(0));
        assert!(out.contains("admin@example.com may sign in from any address."));
    }
}

#[test]
fn approval_policies_are_switched_off_where_nobody_can_decide() {
    for url in databases() {
        let server = Server::start(&url);
        let admin = server.admin();
        for operation in ["approvals.policies.update", "users.update"] {
            admin.post("/api/v2/approvals/policies", &json!({"operation": operation})).expect(201);
        }
        admin.patch("/api/v2/approvals/policies/1", &json!({"isEnabled": false})).expect(202);
        let (code, out, errors) = run(command(Some(&url)).args(["policy", "approvals-off"]));
        assert_eq!((code, out.as_str()), (Some(0), "2 approval policies were switched off.\n"), "{errors}");
        admin.delete("/api/v2/approvals/policies/1").expect(204);
    }
}

#[test]
fn migrating_twice_changes_nothing() {
    let url = missing_database();
    for _ in 0..2 {
        assert_eq!(run(command(Some(&url)).arg("migrate")).0, Some(0));
    }
    assert!(text_of(&url).starts_with("sqlite:///"));
}

#[test]
fn sigterm_ends_the_server_in_order() {
    let mut server = Server::start(&missing_database());
    server.admin();
    server.signal("-TERM");
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
}
