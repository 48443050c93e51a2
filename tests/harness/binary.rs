//! The binary itself, as an operator runs it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

use outbound::SecretKey;
use storage::{Database, DatabaseUrl, Options};

use super::client::Client;
use super::{ADMIN_EMAIL, ADMIN_PASSWORD, client_session, scratch, unique};

const SECRET: &str = "a secret for tests, which nobody keeps";

/// The URL with everything in it that the binary needs.
pub fn text_of(url: &DatabaseUrl) -> String {
    match url {
        DatabaseUrl::Sqlite(path) => format!("sqlite://{}", path.display()),
        DatabaseUrl::Postgres(url) => url.clone(),
    }
}

/// The binary with a clean environment and a folder of its own.
pub fn command(url: Option<&DatabaseUrl>) -> Command {
    command_of(env!("CARGO_BIN_EXE_backoffice"), url)
}

/// The same with another binary.
pub fn command_of(binary: &str, url: Option<&DatabaseUrl>) -> Command {
    let folder = scratch().join(format!("run-{}", unique()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut command = Command::new(binary);
    command.current_dir(folder).env_clear().env("PATH", std::env::var("PATH").unwrap_or_default());
    if let Some(url) = url {
        command.env("DATABASE_URL", text_of(url)).env("BACKOFFICE_SECRET", SECRET);
    }
    command
}

/// Runs the binary to its end.
pub fn run(command: &mut Command) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = command.output().expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (status.code(), text(stdout), text(stderr))
}

/// A server in a process of its own.
pub struct Server {
    pub child: Child,
    pub client: Client,
}

impl Server {
    pub fn start(url: &DatabaseUrl) -> Self {
        Self::start_with(command(Some(url)).env("RUST_LOG", "error"))
    }

    /// The same with the demonstration data.
    pub fn with_demonstration_data(url: &DatabaseUrl) -> Self {
        Self::demonstrate(command(Some(url)).env("RUST_LOG", "error"))
    }

    /// The same with settings of its own, too.
    pub fn demonstrate(command: &mut Command) -> Self {
        Self::serve(command, &["--demo"])
    }

    /// A server with settings of its own.
    pub fn start_with(command: &mut Command) -> Self {
        Self::serve(command, &[])
    }

    fn serve(command: &mut Command, more: &[&str]) -> Self {
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(more).env("BACKOFFICE_ADMIN_PASSWORD", ADMIN_PASSWORD);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the server starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let address = loop {
            let line = lines.next().expect("the server says where it listens").expect("a line");
            if let Some(rest) = line.strip_prefix("Serving on ") {
                break rest.split(',').next().expect("an address").to_owned();
            }
        };
        Self { child, client: Client::new(&address, Default::default()) }
    }

    pub fn admin(&self) -> Client {
        let body = serde_json::json!({"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD});
        let answer = self.client.post("/api/v2/signin", &body).expect(200);
        self.client.with_token_of(&answer)
    }

    /// A client who signed in, of the server's database.
    pub fn as_client(&self, url: &DatabaseUrl, client: i64) -> Client {
        let now = || chrono::Utc::now().into();
        let database = Database::open(url, Options { readers: 1, writers: 1 }, now).expect("a database");
        let secret = SecretKey::new(SECRET).expect("a secret");
        let token = client_session::begin(&database, &secret, client);
        database.close();
        self.client.with_token(&token)
    }

    /// Sends a signal.
    pub fn signal(&self, name: &str) {
        let kill = Command::new("kill").args([name, &self.child.id().to_string()]).status();
        assert!(kill.is_ok_and(|status| status.success()));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
