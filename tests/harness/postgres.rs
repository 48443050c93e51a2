//! A PostgreSQL to test on: the one of `TEST_POSTGRES_URL`, or a throw-away cluster.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use diesel::prelude::*;
use storage::DatabaseUrl;

use super::{app, unique};

/// A server of PostgreSQL with a migrated template.
pub struct Cluster {
    /// What comes before and after the database's name in a URL.
    url: (String, String),
    template: String,
    /// The cluster ends when the pipe to its shell does, however this process ends.
    _shell: Option<Child>,
}

/// The cluster of this process; none where there is no PostgreSQL, unless it is required.
pub fn postgres() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    CLUSTER
        .get_or_init(|| {
            let cluster = match std::env::var("TEST_POSTGRES_URL") {
                Ok(url) => Some(Cluster::given(&url)),
                Err(_) => Cluster::start(),
            };
            let required = std::env::var("REQUIRE_POSTGRES").is_ok_and(|value| value == "1");
            assert!(cluster.is_some() || !required, "REQUIRE_POSTGRES=1, but there is no initdb on this machine");
            if cluster.is_none() {
                eprintln!("SKIPPED PostgreSQL: no TEST_POSTGRES_URL and no initdb; tests run on SQLite alone");
            }
            cluster
        })
        .as_ref()
}

/// Makes the cluster, serves until its standard input ends, and removes it.
const SCRIPT: &str = r#"
set -e
dir=$(mktemp -d /tmp/backoffice-postgres.XXXXXX)
trap 'rm -rf "$dir"' EXIT
"$BIN/initdb" -D "$dir/data" -U postgres --auth=trust --encoding=UTF8 --locale=C --no-sync >/dev/null
"$BIN/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c fsync=off -c max_connections=300 \
    >"$dir/log" 2>&1 &
server=$!
until "$BIN/pg_isready" -q -h "$dir"; do kill -0 $server; sleep 0.05; done
echo "$dir"
cat >/dev/null || true
kill -INT $server
wait $server || true
"#;

impl Cluster {
    fn given(url: &str) -> Self {
        let (base, rest) = url.rsplit_once('/').expect("TEST_POSTGRES_URL ends in the name of a database");
        let query = rest.split_once('?').map_or(String::new(), |(_, query)| format!("?{query}"));
        Self::with_template(base.to_owned(), query, url, None)
    }

    fn start() -> Option<Self> {
        let bin = binaries()?;
        // PostgreSQL does not run as root; Debian's package brings a user for it.
        let is_root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n");
        let mut command = if is_root {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--", "sh", "-c", SCRIPT]);
            command
        } else {
            let mut command = Command::new("sh");
            command.args(["-c", SCRIPT]);
            command
        };
        let mut shell = command
            .env("BIN", bin)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell for PostgreSQL");
        let mut socket = String::new();
        BufReader::new(shell.stdout.take().expect("its output")).read_line(&mut socket).expect("its socket");
        assert!(!socket.is_empty(), "PostgreSQL did not start");
        let (base, query) = ("postgres://postgres@".to_owned(), format!("?host={}", socket.trim()));
        let admin = format!("{base}/postgres{query}");
        Some(Self::with_template(base, query, &admin, Some(shell)))
    }

    fn with_template(base: String, query: String, admin: &str, shell: Option<Child>) -> Self {
        let template = format!("backoffice_template_{}", std::process::id());
        let cluster = Self { url: (base, query), template, _shell: shell };
        let url = cluster.create(&cluster.template.clone(), None, admin);
        app::prepare(&url);
        cluster
    }

    fn url_of(&self, database: &str) -> DatabaseUrl {
        format!("{}/{database}{}", self.url.0, self.url.1).parse().expect("a URL of PostgreSQL")
    }

    fn create(&self, name: &str, template: Option<&str>, admin: &str) -> DatabaseUrl {
        let mut conn = PgConnection::establish(admin).expect("a connection to PostgreSQL");
        let template = template.map_or(String::new(), |template| format!(" TEMPLATE {template}"));
        diesel::sql_query(format!("DROP DATABASE IF EXISTS {name}")).execute(&mut conn).expect("no old database");
        diesel::sql_query(format!("CREATE DATABASE {name}{template}")).execute(&mut conn).expect("a database");
        self.url_of(name)
    }

    /// A database of its own for one test.
    pub fn fresh_database(&self) -> DatabaseUrl {
        let name = format!("backoffice_{}_{}", std::process::id(), unique());
        let admin = format!("{}/postgres{}", self.url.0, self.url.1);
        self.create(&name, Some(&self.template), &admin)
    }
}

fn binaries() -> Option<String> {
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut places: Vec<String> = installed.map(|entry| entry.path().join("bin").display().to_string()).collect();
    places.sort();
    let path = std::env::var("PATH").unwrap_or_default();
    places.extend(path.split(':').map(ToOwned::to_owned));
    places.into_iter().find(|place| std::path::Path::new(place).join("initdb").exists())
}
