//! The configuration file: what it says counts less than flags and the environment, and what is wrong in it is told in one
//! line.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use storage::DatabaseUrl;

use crate::harness::binary::{Server, command, run, text_of};
use crate::harness::{databases, repository, scratch, sqlite, unique};

const SECRET: &str = "a secret for tests, which nobody keeps";

/// A file of settings, for its owner alone.
fn file(text: &str) -> PathBuf {
    let path = scratch().join(format!("config-{}.toml", unique()));
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    path
}

/// The binary with a file of settings and nothing else.
fn with_file(text: &str) -> Command {
    let mut command = command(None);
    command.arg("--config").arg(file(text));
    command
}

/// What an operator is told of a file that is wrong, without its name.
fn told(text: &str) -> String {
    let path = file(text);
    let (code, _, errors) = run(command(None).args(["openapi", "--config"]).arg(&path));
    assert_eq!((code, errors.lines().count()), (Some(2), 1), "{errors}");
    let told = errors.trim().strip_prefix(&format!("backoffice: {}: ", path.display()));
    told.unwrap_or_else(|| panic!("it names no file: {errors}")).to_owned()
}

#[test]
fn a_server_runs_on_a_file_alone() {
    for url in databases() {
        let text = format!(
            "database-url = {:?}\nsecret = {SECRET:?}\nadmin-email = \"ann@example.com\"\nworkers = 1\n\
             trusted-proxies = [\"10.0.0.0/8\", \"127.0.0.1\"]\n",
            text_of(&url)
        );
        let mut command = command(None);
        let server = Server::start_with(command.env("BACKOFFICE_CONFIG", file(&text)).env("RUST_LOG", "error"));
        // The database has an administrator already, under the secret of the file.
        server.admin().get("/api/v2/users").expect(200);
    }
}

#[test]
fn a_flag_wins_over_the_environment_and_that_over_the_file() {
    let text = "log-format = \"text\"\nlisten = \"nowhere.invalid:1\"\n";
    assert!(told(text).contains("'--listen <LISTEN>'"), "a value is wrong even where it does not count");
    let missing = |name: &str| format!("sqlite:///missing/{name}.db");
    let named = |command: &mut Command| {
        let (code, _, errors) = run(command.arg("migrate"));
        assert_eq!(code, Some(1));
        errors
    };
    let text = format!("database-url = {:?}\n", missing("file"));
    assert!(named(&mut with_file(&text)).contains("/missing/file.db"));
    let mut by_environment = with_file(&text);
    by_environment.env("DATABASE_URL", missing("environment"));
    assert!(named(&mut by_environment).contains("/missing/environment.db"));
    by_environment.args(["--database-url", &missing("flag")]);
    let (_, _, errors) = run(&mut by_environment);
    assert!(errors.contains("/missing/flag.db"), "{errors}");
}

#[test]
fn what_is_wrong_in_a_file_is_named() {
    for (text, expected) in [
        ("lisen = \"127.0.0.1:80\"", "there is no setting lisen"),
        ("demo = true", "there is no setting demo"),
        ("config = \"other.toml\"", "there is no setting config"),
        ("[serve]\nlisten = \"127.0.0.1:80\"", "there is no setting serve"),
        ("workers = 0", "invalid value '0' for '--workers <WORKERS>': 0 is not in 1..=1024"),
        ("workers = [1]", "workers must be a text or a whole number"),
        ("monitoring-red-above-usd = 0.1", "monitoring-red-above-usd must be a text or a whole number"),
        ("trusted-proxies = [\"host\"]", "invalid value 'host' for '--trusted-proxies <TRUSTED_PROXIES>'"),
        ("log-format = \"xml\"", "invalid value 'xml' for '--log-format <LOG_FORMAT>'"),
        ("workers = 1\nsecret = hidden", "line 2: "),
    ] {
        let told = told(text);
        assert!(told.starts_with(expected), "{text}: {told}");
        assert!(!told.contains("hidden"), "{told}");
    }
    let (code, _, errors) = run(command(None).args(["openapi", "--config", "/missing.toml"]));
    assert_eq!((code, errors.lines().count()), (Some(2), 1));
    assert!(errors.contains("/missing.toml: "), "{errors}");
}

#[test]
fn a_file_with_secrets_that_everybody_can_read_is_warned_of() {
    let DatabaseUrl::Sqlite(path) = sqlite() else { panic!("a file") };
    let text = format!("database-url = \"sqlite://{}\"\nsecret = {SECRET:?}\nworkers = 1\n", path.display());
    let path = file(&text);
    let logged = || run(command(None).args(["ledger", "verify", "--config"]).arg(&path)).2;
    assert!(!logged().contains("everybody"));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let warned = logged();
    assert!(
        warned.contains("can be read by everybody on this machine, and holds secrets: database-url, secret"),
        "{warned}"
    );
    assert!(!warned.contains(SECRET));
}

#[test]
fn help_does_not_repeat_what_is_secret_in_a_file() {
    let (code, out, _) = run(with_file(&format!("secret = {SECRET:?}\n")).args(["serve", "--help"]));
    assert_eq!(code, Some(0));
    assert!(!out.contains(SECRET));
}

#[test]
fn a_server_says_which_settings_the_file_gave() {
    let log = scratch().join(format!("log-{}", unique()));
    let path = file(&format!("workers = 1\nsecret = {SECRET:?}\nlisten = \"127.0.0.1:1\"\n"));
    let mut command = command(None);
    command.env("BACKOFFICE_CONFIG", &path).stderr(Stdio::from(std::fs::File::create(&log).unwrap()));
    drop(Server::start_with(&mut command));
    let log = std::fs::read_to_string(log).unwrap();
    let expected = format!(
        "listen by flags, admin-password by the environment, secret workers by {}, the others by default",
        path.display()
    );
    assert!(log.contains(&expected), "{log}");
}

#[test]
fn the_example_of_the_guide_is_a_file_that_is_read() {
    let guide = std::fs::read_to_string(repository().join("docs/operating.md")).unwrap();
    let example = guide.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let (code, _, errors) = run(with_file(example).arg("openapi"));
    assert_eq!((code, errors.as_str()), (Some(0), ""));
}
