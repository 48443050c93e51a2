//! A PostgreSQL to test on: the one of `TEST_POSTGRES_URL`, or a throw-away cluster. With `TEST_PGBOUNCER=1` servers reach the
//! cluster through `PgBouncer`, which gives them a connection for one transaction alone.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use diesel::prelude::*;
use storage::DatabaseUrl;

use super::{app, say, unique};

/// A server of PostgreSQL with a migrated template.
pub struct Cluster {
    /// What comes before and after the database's name in a URL.
    url: (String, String),
    /// What further comes after it in the URL of a server that is tested.
    pooler: &'static str,
    /// How a database is made from the template.
    from_template: String,
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
                say("SKIPPED PostgreSQL: no TEST_POSTGRES_URL and no initdb; tests run on SQLite alone");
            }
            cluster
        })
        .as_ref()
}

/// Makes the cluster, serves until its standard input ends, and removes it. In memory where there is room:
/// a new database is hundreds of files, which took ten times as long on a disk.
const SCRIPT: &str = r#"
set -e
parent=/tmp
room=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1)
[ "${room:-0}" -gt 2000000 ] && [ -w /dev/shm ] && parent=/dev/shm
dir=$(mktemp -d $parent/backoffice-postgres.XXXXXX)
server= pooler=
finish() {
    [ -z "$pooler" ] || kill -INT $pooler || true
    [ -z "$server" ] || { kill -INT $server && wait $server; } || true
    rm -rf "$dir"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM
"$BIN/initdb" -D "$dir/data" -U postgres --auth=trust --encoding=UTF8 --locale=C --no-sync >/dev/null
"$BIN/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c fsync=off -c full_page_writes=off \
    -c max_connections=300 -c max_wal_size=256MB >"$dir/log" 2>&1 &
server=$!
until "$BIN/pg_isready" -q -h "$dir"; do kill -0 $server; sleep 0.05; done
if [ "$TEST_PGBOUNCER" = 1 ]; then
    cat >"$dir/pgbouncer.ini" <<EOF
[databases]
* = host=$dir user=postgres
[pgbouncer]
pool_mode = transaction
auth_type = any
listen_addr =
unix_socket_dir = $dir
max_client_conn = 2000
server_idle_timeout = 5
EOF
    pgbouncer -q "$dir/pgbouncer.ini" >"$dir/pgbouncer.log" 2>&1 &
    pooler=$!
    until [ -S "$dir/.s.PGSQL.6432" ]; do kill -0 $pooler; sleep 0.05; done
fi
echo "$dir"
cat >/dev/null || true
"#;

impl Cluster {
    fn given(url: &str) -> Self {
        let (base, rest) = url.rsplit_once('/').expect("TEST_POSTGRES_URL ends in the name of a database");
        let query = rest.split_once('?').map_or(String::new(), |(_, query)| format!("?{query}"));
        Self::with_template((base.to_owned(), query), "", url, None)
    }

    fn start() -> Option<Self> {
        let (shell, socket) = run(SCRIPT)?;
        let (base, query) = ("postgres://postgres@".to_owned(), format!("?host={socket}"));
        let admin = format!("{base}/postgres{query}");
        let is_pooled = std::env::var("TEST_PGBOUNCER").is_ok_and(|value| value == "1");
        let pooler = if is_pooled { "&port=6432&pooler=transaction" } else { "" };
        Some(Self::with_template((base, query), pooler, &admin, Some(shell)))
    }

    fn with_template(url: (String, String), pooler: &'static str, admin: &str, shell: Option<Child>) -> Self {
        let template = format!("backoffice_template_{}", std::process::id());
        let mut cluster = Self { url, pooler, from_template: String::new(), _shell: shell };
        let mut conn = connect(admin);
        Self::create(&mut conn, &template, "");
        // Directly: a pooler keeps connections, and nothing may be connected to a template.
        app::prepare(&cluster.url_of(&template).parse().expect("a URL of PostgreSQL"));
        // Since version 15 the default writes every block to the log; files of a database this small copy faster.
        let strategy = if version(&mut conn) >= 150_000 { " STRATEGY FILE_COPY" } else { "" };
        cluster.from_template = format!(" TEMPLATE {template}{strategy}");
        cluster
    }

    fn url_of(&self, database: &str) -> String {
        format!("{}/{database}{}", self.url.0, self.url.1)
    }

    fn create(conn: &mut PgConnection, name: &str, template: &str) {
        diesel::sql_query(format!("DROP DATABASE IF EXISTS {name}")).execute(conn).expect("no old database");
        let create = format!("CREATE DATABASE {name}{template}");
        diesel::sql_query(create).execute(conn).expect("a database");
    }

    /// A database of its own for one test.
    pub fn fresh_database(&self) -> DatabaseUrl {
        let name = format!("backoffice_{}_{}", std::process::id(), unique());
        Self::create(&mut connect(&self.url_of("postgres")), &name, &self.from_template);
        format!("{}{}", self.url_of(&name), self.pooler).parse().expect("a URL of PostgreSQL")
    }

    /// The same with nothing in it, and without a pooler: backups go to the server itself.
    pub fn empty_database(&self) -> DatabaseUrl {
        let name = format!("backoffice_{}_{}", std::process::id(), unique());
        Self::create(&mut connect(&self.url_of("postgres")), &name, "");
        self.url_of(&name).parse().expect("a URL of PostgreSQL")
    }

    /// Removes the database of a test that has passed.
    pub fn remove(&self, url: &str) {
        let name = url.split('?').next().and_then(|place| place.rsplit('/').next()).expect("the name of a database");
        let remove = format!("DROP DATABASE {name} WITH (FORCE)");
        diesel::sql_query(remove).execute(&mut connect(&self.url_of("postgres"))).expect("no database any more");
    }
}

/// Runs a script that serves until its standard input ends, as a user who may: the shell, and the folder that it tells. None
/// where PostgreSQL is not installed. PostgreSQL does not run as root; Debian's package brings a user for it.
pub fn run(script: &str) -> Option<(Child, String)> {
    let bin = binaries()?;
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n");
    let mut command = if is_root {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", "sh", "-c", script]);
        command
    } else {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    };
    command.env("BIN", bin).current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut shell = command.spawn().expect("a shell for PostgreSQL");
    let mut folder = String::new();
    BufReader::new(shell.stdout.take().expect("its output")).read_line(&mut folder).expect("its folder");
    assert!(!folder.is_empty(), "PostgreSQL did not start");
    Some((shell, folder.trim().to_owned()))
}

fn connect(url: &str) -> PgConnection {
    PgConnection::establish(url).expect("a connection to PostgreSQL")
}

fn version(conn: &mut PgConnection) -> i32 {
    let version = "current_setting('server_version_num')::INTEGER";
    diesel::select(diesel::dsl::sql::<diesel::sql_types::Integer>(version)).get_result(conn).expect("a version")
}

fn binaries() -> Option<String> {
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut places: Vec<String> = installed.map(|entry| entry.path().join("bin").display().to_string()).collect();
    places.sort();
    let path = std::env::var("PATH").unwrap_or_default();
    places.extend(path.split(':').map(ToOwned::to_owned));
    places.into_iter().find(|place| std::path::Path::new(place).join("initdb").exists())
}
