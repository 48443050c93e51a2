//! A prompt to all clients, while a server is killed.

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use serde_json::json;
use storage::{DatabaseUrl, DbConnection, Error};

use crate::harness::binary::Server;
use crate::harness::{ADMIN_EMAIL, ADMIN_PASSWORD, databases, sql};

/// `RESET_CLIENTS=1000000` for the figures in `docs/performance.md`.
fn clients() -> usize {
    std::env::var("RESET_CLIENTS").ok().and_then(|count| count.parse().ok()).unwrap_or(20_000)
}

/// How long a sign-in of somebody else may take meanwhile.
const LONGEST_SIGN_IN: Duration = Duration::from_secs(1);

const COPIED: &str = "first_name, last_name, internal_type, risk_level, status, type_id, level_id, locale, analytics, \
                      create_time";

fn run(url: &DatabaseUrl, statements: String) {
    let done = sql::open(url).write(move |tx| match tx.conn {
        DbConnection::Sqlite(conn) => Ok::<_, Error>(conn.batch_execute(&statements)?),
        DbConnection::Postgres(conn) => Ok(conn.batch_execute(&statements)?),
    });
    done.expect("statements");
}

fn count(url: &DatabaseUrl, from: &str) -> usize {
    let query = format!("SELECT CAST(count(*) AS TEXT) FROM {from}");
    let counted = sql::open(url).read(move |conn| Ok::<_, Error>(sql::texts(conn, &query)));
    counted.expect("a count")[0].parse().expect("a number")
}

/// How many records a statement makes, so that it ends in time.
const AT_ONCE: usize = 50_000;

/// As many clients as are wanted, each with a password and a session.
fn fill(url: &DatabaseUrl) {
    let mut made = 1;
    while made < clients() {
        let more = made.min(clients() - made).min(AT_ONCE);
        let statement = format!(
            "INSERT INTO clients (email, email_key, {COPIED}) SELECT 'c' || (id + {made}), 'c' || (id + {made}), {COPIED} \
             FROM clients ORDER BY id LIMIT {more};"
        );
        run(url, statement);
        made += more;
    }
    for first in (0..=made).step_by(AT_ONCE) {
        let part = format!("FROM clients WHERE id > {first} AND id <= {}", first + AT_ONCE);
        run(url, format!("INSERT INTO client_credentials (client_id, password_hash) SELECT id, '*' {part}"));
        let session = "id, '192.0.2.1', create_time, '2100-01-01 00:00:00'";
        run(
            url,
            format!("INSERT INTO client_sessions (client_id, ip, create_time, expires_at) SELECT {session} {part}"),
        );
    }
}

#[test]
fn a_prompt_to_all_clients_goes_on_after_kill_9_and_holds_up_nobody() {
    for url in databases() {
        let mut server = Server::start(&url);
        server.admin().new_client("ann@example.com", &json!({}));
        fill(&url);
        let prompted = || count(&url, "client_credentials WHERE reset_prompted_at IS NOT NULL");
        let begun = Instant::now();
        server.admin().post("/api/v2/clients/reset-password", &json!({})).expect(202);
        assert!(begun.elapsed() < LONGEST_SIGN_IN, "it is carried out later");
        while prompted() == 0 {
            std::thread::yield_now();
        }
        server.child.kill().unwrap();
        server.child.wait().unwrap();
        let when_killed = prompted();
        let server = Server::start(&url);
        let (begun, mut longest) = (Instant::now(), Duration::ZERO);
        while count(&url, "password_resets") > 0 {
            let tried = Instant::now();
            let signing_in = json!({"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD});
            server.client.post("/api/v2/signin", &signing_in).expect(200);
            longest = longest.max(tried.elapsed());
        }
        println!("{when_killed} when killed, the others in {:?}, longest sign-in {longest:?}", begun.elapsed());
        assert!(longest < LONGEST_SIGN_IN, "{longest:?}");
        assert_eq!((prompted(), count(&url, "client_sessions WHERE ended_at IS NULL")), (clients(), 0));
    }
}
