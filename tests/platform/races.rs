//! Two servers on one PostgreSQL: what one of them rests on is neither deleted nor narrowed by the
//! other. SQLite has one writer, so there is nothing to race.

use std::sync::Barrier;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use storage::Database;

use crate::harness::orders::ask_exchange;
use crate::harness::{ADMIN_PASSWORD, Client, Setup, TestApp, postgres_database};

pub const ROUNDS: u32 = 30;
/// By how much the second server begins later from round to round, so that both orders are met.
const STAGGER: Duration = Duration::from_micros(250);

/// A call as it can be sent from any thread.
pub struct Call {
    method: &'static str,
    path: String,
    body: Value,
}

pub fn post(path: &str, body: Value) -> Call {
    Call { method: "POST", path: path.to_owned(), body }
}

pub fn patch(path: &str, body: Value) -> Call {
    Call { method: "PATCH", path: path.to_owned(), body }
}

pub fn delete(path: &str) -> Call {
    Call { method: "DELETE", path: path.to_owned(), body: json!({}) }
}

/// Somebody who calls one of two servers from any thread.
#[derive(Clone)]
pub struct Caller {
    base: String,
    token: String,
}

impl Caller {
    fn client(&self) -> Client {
        Client::new(&self.base, std::rc::Rc::default()).with_token(&self.token)
    }

    fn send(&self, call: &Call) -> u16 {
        self.client().call(call.method, &call.path, Some(call.body.to_string().as_bytes())).status
    }
}

/// Two servers on one database, and the administrator at each of them.
pub struct Servers {
    pub one: TestApp,
    /// Kept for as long as it is called.
    _other: TestApp,
    callers: [Caller; 2],
}

impl Servers {
    fn start() -> Option<Self> {
        let url = postgres_database()?;
        let [one, other] = [(); 2].map(|()| TestApp::start(url.clone(), &Setup::default()));
        let token = one.admin().token.unwrap();
        let callers = [&one, &other].map(|app| Caller { base: app.client.base.clone(), token: token.clone() });
        Some(Self { one, _other: other, callers })
    }

    /// With a transcript, by which the harness makes names that differ.
    fn admin(&self) -> Client {
        self.one.client.with_token(&self.callers[0].token)
    }

    /// Where each of them is called, and with which token.
    pub fn addresses(&self) -> Vec<(String, String)> {
        self.callers.iter().map(|caller| (caller.base.clone(), caller.token.clone())).collect()
    }

    /// Sends some calls to the first server while the second gets its own, and gives all statuses.
    pub fn race(&self, round: u32, first: &[Call], second: &Call) -> (Vec<u16>, u16) {
        self.race_with(round, first, |other| other.send(second))
    }

    pub fn race_with<T: Send>(
        &self,
        round: u32,
        first: &[Call],
        second: impl FnOnce(&Caller) -> T + Send,
    ) -> (Vec<u16>, T) {
        let [one, other] = &self.callers;
        let barrier = Barrier::new(first.len() + 1);
        std::thread::scope(|scope| {
            let barrier = &barrier;
            let begin = move || {
                barrier.wait();
            };
            let sent: Vec<_> = first
                .iter()
                .map(|call| {
                    scope.spawn(move || {
                        begin();
                        one.send(call)
                    })
                })
                .collect();
            let answered = scope.spawn(move || {
                begin();
                let begun = Instant::now();
                while begun.elapsed() < STAGGER * (round % 20) {
                    std::hint::spin_loop();
                }
                second(other)
            });
            let statuses = sent.into_iter().map(|sent| sent.join().unwrap()).collect();
            (statuses, answered.join().unwrap())
        })
    }
}

pub fn with_servers(test: impl Fn(&Servers, &Client)) {
    if let Some(servers) = Servers::start() {
        let admin = servers.admin();
        test(&servers, &admin);
        servers.one.verify();
    }
}

#[test]
fn a_method_is_not_deleted_beside_deposits() {
    with_servers(|servers, admin| {
        let (_, account) = servers.one.wallet(admin, "a@example.com", 840, "0");
        for round in 0..ROUNDS {
            let method = json!({
                "name": format!("manual-{round}"), "caption": "M", "provider": "manual", "currencyCode": 840,
            });
            let method = admin.create("/api/v2/deposits/methods", &method);
            let deposit = || post("/api/v2/deposits", json!({"accountId": account, "methodId": method, "amount": "1"}));
            let path = format!("/api/v2/deposits/methods/{method}");
            let (deposits, deleted) = servers.race(round, &[deposit(), deposit(), deposit()], &delete(&path));
            let made = admin.total(&format!("/api/v2/transactions?filter[methodId]={method}"));
            assert_eq!(made, json!(deposits.iter().filter(|status| **status == 201).count()), "{deposits:?}");
            assert_eq!(deleted, if made == json!(0) { 204 } else { 409 }, "{deposits:?}");
        }
    });
}

#[test]
fn places_are_not_taken_from_a_currency_beside_a_change_of_a_balance() {
    with_servers(|servers, admin| {
        for round in 0..ROUNDS {
            let code = i64::from(round) + 8000;
            admin.new_currency(code, &format!("R{round}X"));
            let (_, account) = servers.one.wallet(admin, &format!("c{round}@example.com"), code, "0");
            let change = patch(&format!("/api/v2/accounts/{account}/balance"), json!({"amount": "0.05"}));
            let narrow = patch(&format!("/api/v2/currencies/{code}"), json!({"minorUnit": 0}));
            let statuses = servers.race(round, &[change], &narrow);
            assert!(matches!((&statuses.0[..], statuses.1), ([200], 409) | ([422], 200)), "{statuses:?}");
        }
    });
}

#[test]
fn a_currency_is_not_deleted_beside_a_new_rate_provider() {
    with_servers(|servers, admin| {
        for round in 0..ROUNDS {
            let code = i64::from(round) + 8000;
            admin.new_currency(code, &format!("R{round}X"));
            let provider = post(
                "/api/v2/rates/providers",
                json!({
                    "name": format!("r{round}"), "provider": "custom", "fromCurrencies": [code], "toCurrencies": [840],
                    "options": {"rate": "2"},
                }),
            );
            let statuses = servers.race(round, &[provider], &delete(&format!("/api/v2/currencies/{code}")));
            assert!(matches!((&statuses.0[..], statuses.1), ([201], 409) | ([422], 204)), "{statuses:?}");
        }
    });
}

#[test]
fn a_currency_is_not_deleted_beside_a_pair_of_it() {
    with_servers(|servers, admin| {
        for round in 0..ROUNDS {
            let code = i64::from(round) + 8000;
            admin.new_currency(code, &format!("R{round}X"));
            let pair = post("/api/v2/currencies/pairs", json!({"fromCurrency": code, "toCurrency": 840}));
            let statuses = servers.race(round, &[pair], &delete(&format!("/api/v2/currencies/{code}")));
            assert!(matches!((&statuses.0[..], statuses.1), ([201], 409) | ([422], 204)), "{statuses:?}");
        }
    });
}

#[test]
fn a_rate_provider_is_not_deleted_beside_a_pair_that_prefers_it() {
    with_servers(|servers, admin| {
        let pair = admin.post("/api/v2/currencies/pairs", &json!({"fromCurrency": 840, "toCurrency": 978})).expect(201);
        let pair = format!("/api/v2/currencies/pairs/{}", pair["id"]);
        for round in 0..ROUNDS {
            let provider = servers.one.rate(admin, 840, 978, "2");
            let path = format!("/api/v2/rates/providers/{provider}");
            let name = admin.get(&path).expect(200)["name"].clone();
            let prefer = patch(&pair, json!({"ratesCustomPriority": [name]}));
            let statuses = servers.race(round, &[prefer], &delete(&path));
            assert!(matches!((&statuses.0[..], statuses.1), ([200], 409) | ([422], 204)), "{statuses:?}");
            admin.patch(&pair, &json!({"ratesCustomPriority": []})).expect(200);
        }
    });
}

#[test]
fn a_connection_is_not_deleted_beside_a_method_that_gets_it() {
    with_servers(|servers, admin| {
        for round in 0..ROUNDS {
            let connection = json!({
                "name": format!("c{round}"), "caption": "C", "provider": "custom", "enabled": true,
                "settings": {"url": "https://pay.example"},
            });
            let connection = admin.create("/api/v2/connections", &connection);
            let method = json!({
                "name": format!("m{round}"), "caption": "M", "provider": "bank", "currencyCode": 840,
                "connectionId": connection,
            });
            let add = post("/api/v2/deposits/methods", method);
            let statuses = servers.race(round, &[add], &delete(&format!("/api/v2/connections/{connection}")));
            assert!(matches!((&statuses.0[..], statuses.1), ([201], 409) | ([422], 204)), "{statuses:?}");
        }
    });
}

#[test]
fn a_client_type_is_not_deleted_beside_a_restriction_that_names_it() {
    with_servers(|servers, admin| {
        for round in 0..ROUNDS {
            let kind = json!({"name": format!("type {round}"), "group": "individual"});
            let kind = admin.create("/api/v2/clients/types", &kind);
            let (_, _, product) = servers.one.product(admin);
            let restriction = json!({"name": "client_type", "isEnabled": true, "type": "deny", "ids": [kind]});
            let restrict = post(&format!("/api/v2/products/{product}/restrictions"), restriction);
            let statuses = servers.race(round, &[restrict], &delete(&format!("/api/v2/clients/types/{kind}")));
            assert!(matches!((&statuses.0[..], statuses.1), ([201], 409) | ([422], 204)), "{statuses:?}");
        }
    });
}

#[test]
fn a_client_type_is_not_deleted_beside_a_client_of_it() {
    with_servers(|servers, admin| {
        for round in 0..ROUNDS {
            let kind = json!({"name": format!("type {round}"), "group": "individual"});
            let kind = admin.create("/api/v2/clients/types", &kind);
            let client = json!({
                "email": format!("c{round}@example.com"), "firstName": "A", "lastName": "B", "typeId": kind,
            });
            let path = format!("/api/v2/clients/types/{kind}");
            let statuses = servers.race(round, &[post("/api/v2/clients", client)], &delete(&path));
            assert!(matches!((&statuses.0[..], statuses.1), ([201], 409) | ([422], 204)), "{statuses:?}");
        }
    });
}

#[test]
fn a_currency_of_a_product_is_not_deleted_beside_an_account_in_it() {
    with_servers(|servers, admin| {
        let client = admin.new_client("a@example.com", &json!({}));
        for round in 0..ROUNDS {
            let product = servers.one.open_product(admin, "personal", &[840]);
            let entry = admin.get(&format!("/api/v2/products/{product}")).expect(200)["currencies"][0]["id"].clone();
            let open = post("/api/v2/accounts", json!({"clientId": client, "productId": product, "currencyCode": 840}));
            let path = format!("/api/v2/products/{product}/currencies/{entry}");
            let statuses = servers.race(round, &[open], &delete(&path));
            assert!(matches!((&statuses.0[..], statuses.1), ([201], 409) | ([422], 204)), "{statuses:?}");
        }
    });
}

/// A foreign key stands for it, and the opening is told what became of the product.
#[test]
fn a_product_is_not_deleted_beside_an_account_on_it() {
    with_servers(|servers, admin| {
        let client = admin.new_client("a@example.com", &json!({}));
        for round in 0..ROUNDS {
            let product = servers.one.open_product(admin, "personal", &[840]);
            let open = json!({"clientId": client, "productId": product, "currencyCode": 840});
            let path = format!("/api/v2/products/{product}");
            let statuses = servers.race(round, &[post("/api/v2/accounts", open)], &delete(&path));
            assert!(matches!((&statuses.0[..], statuses.1), ([201], 409) | ([422], 204)), "{statuses:?}");
        }
    });
}

#[test]
fn a_platform_keeps_its_kind_beside_a_product_of_it() {
    with_servers(|servers, admin| {
        let (_, group, _) = servers.one.product(admin);
        for round in 0..ROUNDS {
            let platform = json!({"name": format!("p{round}"), "caption": "P", "type": "MetaTrader5"});
            let platform = admin.create("/api/v2/platforms", &platform);
            let product = json!({
                "numericCodes": [840], "factory": 1, "groupId": group, "name": "p", "platformId": platform,
            });
            let turn = patch(&format!("/api/v2/platforms/{platform}"), json!({"isDemo": true}));
            let (made, turned) = servers.race(round, &[post("/api/v2/products", product)], &turn);
            let products = admin.get(&format!("/api/v2/products?filter[platformId]={platform}")).expect(200);
            let kind = products["data"][0]["type"].as_str().unwrap();
            assert_eq!((made[0], turned), (201, if kind == "demo" { 200 } else { 409 }), "{kind}");
        }
    });
}

#[test]
fn a_client_is_not_removed_beside_a_deposit() {
    with_servers(|servers, admin| {
        for round in 0..ROUNDS {
            let (client, account) = servers.one.wallet(admin, &format!("c{round}@example.com"), 840, "0");
            let deposit = post("/api/v2/deposits", json!({"accountId": account, "methodId": 1, "amount": "1"}));
            let statuses = servers.race(round, &[deposit], &delete(&format!("/api/v2/clients/{client}")));
            assert!(matches!((&statuses.0[..], statuses.1), ([201], 409) | ([409], 204)), "{statuses:?}");
        }
    });
}

/// Whichever comes first: afterwards a client who was removed has no account that was opened later.
#[test]
fn no_account_is_opened_for_a_client_who_is_being_removed() {
    with_servers(|servers, admin| {
        let product = servers.one.open_product(admin, "personal", &[840]);
        for round in 0..ROUNDS {
            let client = admin.new_client(&format!("c{round}@example.com"), &json!({}));
            let path = format!("/api/v2/clients/{client}");
            let open = || post("/api/v2/accounts", json!({"clientId": client, "productId": product}));
            let (opened, (removed, after)) = servers.race_with(round, &[open()], |other| {
                let removed = other.send(&delete(&path));
                let accounts = format!("/api/v2/accounts?filter[clientId]={client}");
                (removed, other.client().get(&accounts).expect(200)["total"].clone())
            });
            assert_eq!(removed, 204);
            assert_eq!(after, json!(i32::from(opened[0] == 201)), "{opened:?}: it was there when the client went");
        }
    });
}

#[test]
fn a_pair_is_not_deleted_beside_an_exchange_that_waits() {
    with_servers(|servers, admin| {
        let (client, dollars) = servers.one.wallet(admin, "a@example.com", 840, "1000");
        let euros = servers.one.open_account(admin, client, "personal", 978);
        admin.permit(client, &["converter"]);
        servers.one.rate(admin, 840, 978, "0.9");
        let ask = |database: &Database| ask_exchange(database, client, [dollars, euros], "1").is_ok();
        for round in 0..ROUNDS {
            let pair = json!({"fromCurrency": 840, "toCurrency": 978, "isEnabled": true, "isRequestRequired": true});
            let pair = admin.create("/api/v2/currencies/pairs", &pair);
            let path = format!("/api/v2/currencies/pairs/{pair}");
            let database = servers.one.database.clone();
            let (deleted, waits) = servers.race_with(round, &[delete(&path)], |_| ask(&database));
            assert_eq!(deleted, [if waits { 409 } else { 204 }]);
            let waiting = admin.get("/api/v2/transactions?filter[status]=pending").expect(200);
            for transaction in waiting["data"].as_array().unwrap() {
                let path = format!("/api/v2/transactions/{}", transaction["transactionId"]);
                admin.patch(&path, &json!({"status": "cancelled"})).expect(200);
            }
            if waits {
                admin.delete(&path).expect(204);
            }
        }
    });
}

#[test]
fn two_deletions_leave_a_user_one_of_their_tags() {
    with_servers(|servers, admin| {
        let (user, _) = servers.one.user_of("tagged", &[], &json!({}));
        let user = format!("/api/v2/users/{user}");
        for round in 0..ROUNDS {
            let tag = |name: &str| {
                let tag = json!({"name": format!("{name} {round}")});
                admin.create("/api/v2/tags", &tag)
            };
            let (left, right) = (tag("left"), tag("right"));
            admin.patch(&user, &json!({"clientTags": [left, right]})).expect(200);
            let path = |tag: i64| format!("/api/v2/tags/{tag}");
            let statuses = servers.race(round, &[delete(&path(left))], &delete(&path(right)));
            assert!(matches!((&statuses.0[..], statuses.1), ([204], 409) | ([409], 204)), "{statuses:?}");
        }
    });
}

#[test]
fn a_tag_is_not_deleted_beside_a_user_who_gets_it_alone() {
    with_servers(|servers, admin| {
        let (user, _) = servers.one.user_of("tagged", &[], &json!({}));
        let user = format!("/api/v2/users/{user}");
        let spare = admin.create("/api/v2/tags", &json!({"name": "spare"}));
        for round in 0..ROUNDS {
            let tag = admin.create("/api/v2/tags", &json!({"name": format!("tag {round}")}));
            admin.patch(&user, &json!({"clientTags": [spare, tag]})).expect(200);
            let narrow = patch(&user, json!({"clientTags": [tag]}));
            let statuses = servers.race(round, &[narrow], &delete(&format!("/api/v2/tags/{tag}")));
            assert!(matches!((&statuses.0[..], statuses.1), ([200], 409) | ([422], 204)), "{statuses:?}");
        }
    });
}

#[test]
fn a_user_is_not_deleted_beside_becoming_a_manager() {
    with_servers(|servers, admin| {
        for round in 0..ROUNDS {
            let email = format!("u{round}@example.com");
            let user = json!({"name": "U", "email": email, "password": ADMIN_PASSWORD, "groups": [], "tfa": false});
            let user = admin.create("/api/v2/users", &user);
            let manage = post("/api/v2/managers", json!({"email": email, "name": "M"}));
            let statuses = servers.race(round, &[manage], &delete(&format!("/api/v2/users/{user}")));
            assert!(matches!((&statuses.0[..], statuses.1), ([201], 409) | ([422], 204)), "{statuses:?}");
        }
    });
}

#[test]
fn a_user_is_not_deleted_beside_an_event_for_them() {
    with_servers(|servers, admin| {
        for round in 0..ROUNDS {
            let email = format!("u{round}@example.com");
            let user = json!({"name": "U", "email": email, "password": ADMIN_PASSWORD, "groups": [], "tfa": false});
            let user = admin.create("/api/v2/users", &user);
            let event = json!({
                "name": "E", "startDate": "2026-02-01T10:00:00Z", "endDate": "2026-02-01T11:00:00Z",
                "recipients": [email],
            });
            let event = post("/api/v2/calendars/events", event);
            let statuses = servers.race(round, &[event], &delete(&format!("/api/v2/users/{user}")));
            assert!(matches!((&statuses.0[..], statuses.1), ([201 | 422], 204)), "{statuses:?}");
            assert_eq!(admin.total(&format!("/api/v2/calendars/events?filter[recipients]={email}")), 0);
        }
    });
}

#[test]
fn one_language_stays_the_default_beside_another_that_becomes_it() {
    with_servers(|servers, admin| {
        for round in 0..ROUNDS {
            let [english, spanish] = [1, 2].map(|id| format!("/api/v2/localizations/{id}"));
            let give = |language: &str| patch(language, json!({"isDefault": true}));
            servers.race(round, &[give(&english)], &give(&spanish));
            let all = admin.get("/api/v2/localizations?limit=100").expect(200);
            let defaults = all["data"].as_array().unwrap().iter().filter(|one| one["isDefault"] == json!(true));
            assert_eq!(defaults.count(), 1);
            admin.patch(&english, &json!({"isDefault": true})).expect(200);
            let disable = patch(&spanish, json!({"isEnabled": false}));
            let statuses = servers.race(round, &[give(&spanish)], &disable);
            assert!(matches!((&statuses.0[..], statuses.1), ([200], 409) | ([409], 200)), "{statuses:?}");
            admin.patch(&english, &json!({"isDefault": true})).expect(200);
            admin.patch(&spanish, &json!({"isEnabled": true})).expect(200);
        }
    });
}

#[test]
fn a_manager_goes_beside_a_client_who_is_assigned_to_them() {
    with_servers(|servers, admin| {
        servers.one.user_of("manager", &[], &json!({}));
        for round in 0..ROUNDS {
            let manager = json!({"email": "manager@example.com", "name": "M"});
            let manager = admin.create("/api/v2/managers", &manager);
            let client = json!({
                "email": format!("c{round}@example.com"), "firstName": "A", "lastName": "B", "managerId": manager,
            });
            let path = format!("/api/v2/managers/{manager}");
            let (made, gone) = servers.race(round, &[post("/api/v2/clients", client)], &delete(&path));
            assert!(matches!((&made[..], gone), ([201 | 422], 204)), "{made:?} {gone}");
        }
    });
}
