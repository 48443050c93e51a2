//! Bonuses under fire: hundreds of lives, servers killed at random moments; at the end each is where its events
//! demand.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, RwLock};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use storage::{DatabaseUrl, Error};

use crate::harness::binary::{Server, command, run};
use crate::harness::{Client, databases, postgres_database, sql};

/// Each lives all lives. What counts is how often a server is killed amid them: more of them only take longer.
const ACCOUNTS: usize = 40;
const LIVES: [Life; 10] = [
    Life::Traded,
    Life::Revoked,
    Life::Deleted,
    Life::Held,
    Life::Forgotten,
    Life::Traded,
    Life::Revoked,
    Life::Resumed,
    Life::Held,
    Life::Forgotten,
];
const WORKERS: usize = 8;
const KILLS: usize = 6;
const PATIENCE: Duration = Duration::from_secs(90);

/// What happens to a bonus after it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    Traded,
    Revoked,
    Deleted,
    Held,
    Resumed,
    Forgotten,
}

impl Life {
    /// The state that its events demand; none: it is gone.
    const fn demands(self) -> Option<&'static str> {
        match self {
            Self::Traded => Some("completed"),
            Self::Revoked | Self::Forgotten => Some("expired"),
            Self::Deleted => None,
            Self::Held => Some("hold"),
            Self::Resumed => Some("pending"),
        }
    }
}

#[test]
fn no_crash_loses_or_repeats_a_step_of_a_bonus() {
    for url in databases() {
        batter(&url);
    }
}

#[test]
fn two_servers_on_one_postgresql_take_each_step_once() {
    if let Some(url) = postgres_database() {
        // Its engine takes what is due, too; nobody calls it.
        let other = Server::start(&url);
        batter(&url);
        drop(other);
    }
}

/// What the workers share: where the server is now, and how far they are.
struct Field {
    base: RwLock<String>,
    token: String,
    feed: (String, String),
    done: AtomicUsize,
    given: Mutex<Vec<(i64, Life)>>,
}

impl Field {
    /// Asks again and again, with the same key, until it is answered.
    fn until_answered(&self, token: &str, key: &str, path: &str, body: &Value, method: &str) -> Value {
        let begun = Instant::now();
        loop {
            assert!(begun.elapsed() < PATIENCE, "{path} with key {key} is never answered");
            let base = self.base.read().unwrap().clone();
            let client = Client::new(&base, Default::default()).with_token(token).with("Idempotency-Key", key);
            match client.try_call(method, path, Some(body.to_string().as_bytes())) {
                Ok(answer) if answer.status < 300 => return answer.body,
                // Deleted already, by a call whose answer was lost: DELETE takes no key.
                Ok(answer) if method == "DELETE" && answer.status == 404 => return answer.body,
                // Under way on a server that is gone, or overloaded: the same again.
                Ok(answer) if matches!(answer.status, 409 | 503) => {}
                Ok(answer) => panic!("{path}: {}", answer.body),
                Err(_) => {}
            }
            std::thread::park_timeout(Duration::from_millis(20));
        }
    }

    /// Gives the bonuses of an account, and lets happen to each what its life holds.
    fn live(&self, account: i64, number: &str) {
        for (place, life) in LIVES.into_iter().enumerate() {
            // A position counts for every running bonus: only those that are traded know its instrument.
            let disabled = if life == Life::Traded { json!([]) } else { json!(["EURUSD"]) };
            let bonus = json!({
                "accountId": account, "amount": "10", "lifetime": 30, "dynamicLots": "10", "enableAutoCredit": true,
                "scalpingThreshold": 0, "enableTrade": false, "disabledGroups": disabled,
            });
            let key = format!("{account}-{place}");
            let bonus =
                self.until_answered(&self.token, &key, "/api/v2/bonuses", &bonus, "POST")["id"].as_i64().unwrap();
            let path = format!("/api/v2/bonuses/{bonus}");
            let act = |action: &str| {
                let key = format!("{key}-{action}");
                self.until_answered(&self.token, &key, &format!("{path}/{action}"), &json!({}), "POST")
            };
            match life {
                Life::Traded => {
                    let now = chrono::Utc::now();
                    let position = json!({
                        "externalId": key, "accountNumber": number, "symbol": "EURUSD", "lots": "1", "profit": "-0.5",
                        "openTime": now.to_rfc3339(), "closeTime": now.to_rfc3339(),
                    });
                    let (feed, token) = &self.feed;
                    let report = self.until_answered(token, &key, feed, &json!({"trades": [position]}), "POST");
                    // The one before it may still be about to complete.
                    let counted = report["results"][0]["counted"].as_array().unwrap();
                    assert!(counted.iter().any(|counted| counted["bonusId"] == json!(bonus)), "{report}");
                }
                Life::Revoked => drop(act("revoke")),
                Life::Deleted => drop(self.until_answered(&self.token, &key, &path, &json!({}), "DELETE")),
                Life::Held => drop(act("hold")),
                Life::Resumed => {
                    act("hold");
                    act("continue");
                }
                Life::Forgotten => {}
            }
            self.given.lock().unwrap().push((bonus, life));
            self.done.fetch_add(1, Ordering::SeqCst);
        }
    }
}

fn batter(url: &DatabaseUrl) {
    let mut server = Server::start(url);
    let admin = server.admin();
    let (accounts, feed) = prepare(&admin);
    let field = Field {
        base: RwLock::new(server.client.base.clone()),
        token: admin.token.clone().unwrap(),
        feed,
        done: AtomicUsize::new(0),
        given: Mutex::default(),
    };
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS)
            .map(|_| {
                scope.spawn(|| {
                    while let Some((account, number)) = accounts.get(next.fetch_add(1, Ordering::SeqCst)) {
                        field.live(*account, number);
                    }
                })
            })
            .collect();
        for kill in 1..=KILLS {
            // At another place of the work each time, told by the work itself.
            let wanted = kill * ACCOUNTS * LIVES.len() / (KILLS + 1) + kill % 3;
            while field.done.load(Ordering::SeqCst) < wanted && workers.iter().any(|worker| !worker.is_finished()) {
                std::thread::park_timeout(Duration::from_millis(2));
            }
            server.child.kill().unwrap();
            server.child.wait().unwrap();
            server = Server::start(url);
            field.base.write().unwrap().clone_from(&server.client.base);
        }
    });
    let given = field.given.into_inner().unwrap();
    assert_eq!(given.len(), ACCOUNTS * LIVES.len());
    expire_forgotten(url, &given);
    let admin = Client::new(&server.client.base, Default::default()).with_token(&field.token);
    let begun = Instant::now();
    for (bonus, life) in given {
        let path = format!("/api/v2/bonuses/{bonus}");
        // The engine may still have something to do; it is asked until it has done it.
        loop {
            let answer = admin.get(&path);
            let state = answer.body["state"].as_str().filter(|_| answer.status == 200).map(ToOwned::to_owned);
            if state.as_deref() == life.demands() {
                break;
            }
            assert!(begun.elapsed() < PATIENCE, "bonus {bonus}, {life:?}: {}", answer.body);
            std::thread::park_timeout(Duration::from_millis(20));
        }
        if life.demands().is_some() {
            let history = admin.get(&format!("{path}/history?limit=100")).expect(200);
            let of =
                |event: &str| history["data"].as_array().unwrap().iter().filter(|step| step["event"] == event).count();
            assert_eq!(of("credit"), 1, "{history}");
            assert_eq!(of("confirm"), usize::from(!matches!(life, Life::Held | Life::Resumed)), "{history}");
        }
    }
    drop(server);
    let (code, out, err) = run(command(Some(url)).args(["ledger", "verify"]));
    assert_eq!(code, Some(0), "{out}{err}");
    eprintln!("{url}: {}", out.trim());
}

/// The binary's clock is the real one, so the time of those that nobody traded is set back.
fn expire_forgotten(url: &DatabaseUrl, given: &[(i64, Life)]) {
    use diesel::RunQueryDsl as _;
    let forgotten: Vec<String> =
        given.iter().filter(|(_, life)| *life == Life::Forgotten).map(|(id, _)| id.to_string()).collect();
    let sql = format!(
        "UPDATE bonuses SET expire_time = create_time, due_at = create_time WHERE id IN ({})",
        forgotten.join(", ")
    );
    let database = sql::open(url);
    database.write(move |tx| Ok::<_, Error>(diesel::sql_query(&sql).execute(tx.conn)?)).unwrap();
    database.close();
}

/// Accounts with their numbers, and where the platform reports with which key.
fn prepare(admin: &Client) -> (Vec<(i64, String)>, (String, String)) {
    let product = admin.new_open_product("mt5", "trade", &[840]);
    let platform = admin.platform_of(product);
    let key = admin.post(&format!("/api/v2/platforms/{platform}/keys"), &json!({"caption": "feed"})).expect(201);
    let client = admin.new_client("c@example.com", &json!({}));
    let account = |_: usize| {
        let account = admin.new_account(client, product, 840);
        (account, admin.account_number(account).as_str().unwrap().to_owned())
    };
    let feed = (format!("/api/v2/platforms/{platform}/trades"), key["key"].as_str().unwrap().to_owned());
    ((0..ACCOUNTS).map(account).collect(), feed)
}
