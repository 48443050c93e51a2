//! The calls of the vendor's documentation, as they are written there but for host, token and ids.

use serde_json::{Value, json};

use super::text_beside;
use crate::harness::{Client, TestApp, on_both, with};

const PAGES: [&str; 2] = ["001_b9caf413921e6aa5.txt", "002_ce1f97b1a2392281.txt"];

struct Documented {
    method: String,
    path: String,
    body: Option<String>,
}

/// The curl calls of a page.
fn calls(page: &str) -> Vec<Documented> {
    let blocks = page.split("\ncurl ").skip(1);
    blocks
        .map(|block| {
            let url = between(block, "'", "'").expect("a URL");
            let path = url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).expect("a path").1;
            let body = ["--data-raw '", "--data-raw'", "--data '"].iter().find_map(|start| between(block, start, "'"));
            let method = between(block, "--request ", " ").unwrap_or(if body.is_some() { "POST" } else { "GET" });
            Documented { method: method.to_owned(), path: format!("/{path}"), body: body.map(ToOwned::to_owned) }
        })
        .collect()
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let block = text.split("\nResponse").next()?;
    let rest = block.split_once(start)?.1;
    rest.split_once(end).map(|(found, _)| found)
}

/// Records for one call to work on; their ids stand in for those of the documentation.
struct Records {
    product: i64,
    group: i64,
    platform: i64,
    empty_group: i64,
    currency: i64,
    note: i64,
    restriction: i64,
}

impl Records {
    fn make(app: &TestApp, admin: &Client, with_restriction: bool) -> Self {
        let (platform, group, product) = app.product(admin);
        let path = format!("/api/v2/products/{product}");
        let empty = json!({"caption": "x", "description": "", "status": "enabled"});
        let restriction = json!({"name": "country", "isEnabled": true, "type": "deny"});
        Self {
            product,
            group,
            platform,
            empty_group: admin.create("/api/v2/products/groups", &empty),
            currency: admin.get(&format!("{path}/currencies")).expect(200)["data"][0]["id"].as_i64().unwrap(),
            note: admin.create(&format!("{path}/preferences"), &json!({"title": "t", "value": "v"})),
            restriction: if with_restriction { admin.create(&format!("{path}/restrictions"), &restriction) } else { 0 },
        }
    }

    fn path(&self, documented: &str) -> String {
        let (path, query) = documented.split_once('?').unwrap_or((documented, ""));
        let mut parent = "";
        let mut parts = Vec::new();
        for part in path.split('/') {
            let is_id = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            let id = match parent {
                "products" => self.product,
                "groups" => self.empty_group,
                "currencies" => self.currency,
                "preferences" => self.note,
                "restrictions" => self.restriction,
                _ => 0,
            };
            parts.push(if is_id { id.to_string() } else { part.to_owned() });
            parent = part;
        }
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        parts.join("/") + &query
    }

    fn body(&self, documented: &str) -> String {
        documented
            .replace("\"groupId\": 1", &format!("\"groupId\": {}", self.group))
            .replace("\"platformId\": 1", &format!("\"platformId\": {}", self.platform))
    }
}

#[test]
#[ignore = "needs the vendor's pages beside the repository"]
fn the_documented_calls_answer_as_documented() {
    let documented: Vec<Documented> = PAGES.iter().flat_map(|name| calls(&page(name))).collect();
    assert_eq!(documented.len(), 40);
    on_both(|app| {
        let admin = app.admin().with("accept-language", "ja");
        for call in &documented {
            let makes_restriction = call.method == "POST" && call.path.ends_with("/restrictions");
            let records = Records::make(app, &admin, !makes_restriction);
            let path = records.path(&call.path);
            let body = call.body.as_ref().map(|body| records.body(body));
            let answer = admin.call(&call.method, &path, body.as_deref().map(str::as_bytes));
            let expected = match call.method.as_str() {
                "POST" => 201,
                "DELETE" => 204,
                _ => 200,
            };
            assert_eq!(answer.status, expected, "{} {}: {}", call.method, call.path, answer.body);
        }
    });
}

/// One of the vendor's pages.
fn page(name: &str) -> String {
    text_beside(&format!("seeds/{name}"))
}

/// The calls of a page below a path.
fn calls_below(name: &str, root: &str) -> Vec<Documented> {
    calls(&page(name)).into_iter().filter(|call| call.path.starts_with(root)).collect()
}

/// The documented bodies are broken here and there: a comma before a bracket, a quote too many.
fn mended(body: &str) -> String {
    let mut text: String = body.split_whitespace().collect::<Vec<_>>().join(" ").replace("true\",", "true,");
    for bracket in ["]", "}"] {
        text = text.replace(&format!(", {bracket}"), bracket);
    }
    text
}

fn expected(call: &Documented) -> u16 {
    let last = call.path.rsplit('/').next().unwrap();
    match call.method.as_str() {
        "POST" if ["continue", "hold", "reactivate", "revoke"].contains(&last) => 204,
        "POST" => 201,
        "DELETE" => 204,
        _ => 200,
    }
}

#[test]
#[ignore = "needs the vendor's pages beside the repository"]
fn the_documented_calls_of_paid_services_answer_as_documented() {
    let documented = calls_below("000_10321bafa32fb022.txt", "/api/v2/subscriptions");
    assert_eq!(documented.len(), 25);
    on_both(|app| {
        let admin = app.admin();
        let root = "/api/v2/subscriptions";
        let add = |what: &str, body: Value| admin.create(&format!("{root}{what}"), &body);
        for (number, call) in documented.iter().enumerate() {
            let group = add("/groups", json!({"caption": "g"}));
            let empty = add("/groups", json!({"caption": "e"}));
            let service = || add("/services", json!({"name": "s", "fullName": "s", "groupId": group, "isActive": 1}));
            let (used, free) = (service(), service());
            let category = add("/categories", json!({"name": number.to_string()}));
            let parameter = json!({"name": number.to_string(), "caption": "p", "categoryId": null, "type": "text"});
            let parameter = add("/parameters", parameter);
            let plan = add("/plans", json!({"name": "p", "serviceId": used}));
            let client = |name: &str| admin.new_client(&format!("{name}{number}@example.com"), &json!({}));
            let subscription = json!({"clientId": client("a"), "serviceId": used, "isActive": 0});
            let subscription = add("", subscription);
            let path = call
                .path
                .replace("subscriptions/1", &format!("subscriptions/{subscription}"))
                .replace("groups/1", &format!("groups/{empty}"))
                .replace("parameters/1", &format!("parameters/{parameter}"))
                .replace("plans/1", &format!("plans/{plan}"))
                .replace("services/1", &format!("services/{free}"));
            let body = call.body.as_deref().map(|body| {
                mended(body)
                    .replace("\"clientId\": 1,", &format!("\"clientId\": {},", client("b")))
                    .replace("\"serviceId\": 1,", &format!("\"serviceId\": {used},"))
                    .replace("\"groupId\": 1,", &format!("\"groupId\": {group},"))
                    .replace("\"categoryId\": 1,", &format!("\"categoryId\": {category},"))
                    .replace("[ 1, 2 ]", &format!("[{used}, {free}]"))
                    .replace("[ 1, 3 ]", &format!("[{used}, {free}]"))
            });
            let answer = admin.call(&call.method, &path, body.as_deref().map(str::as_bytes));
            assert_eq!(answer.status, expected(call), "{} {}: {}", call.method, call.path, answer.body);
            // The name of a parameter is unique, and the next call uses it again.
            if call.method == "POST" && path.ends_with("/parameters") {
                admin.delete(&format!("{path}/{}", answer.body["id"])).expect(204);
            }
        }
    });
}

#[test]
#[ignore = "needs the vendor's pages beside the repository"]
fn the_documented_calls_of_bonuses_answer_as_documented() {
    let documented = calls_below("004_7efd4e5c2c56d2f6.txt", "/api/v2/bonuses");
    assert_eq!(documented.len(), 19);
    on_both(|app| {
        let admin = app.admin();
        let product = app.open_product(&admin, "trade", &[840]);
        let platform = admin.platform_of(product);
        let client = admin.new_client("a@example.com", &json!({}));
        let terms = |fields: Value| {
            let terms = json!({
                "lifetime": 10, "dynamicLots": "1", "enableAutoCredit": true, "scalpingThreshold": 1,
                "enableTrade": true, "disabledGroups": [], "platformId": platform, "name": "x",
            });
            with(terms, &fields)
        };
        for call in &documented {
            let account = admin.new_account(client, product, 840);
            let bonus = admin.post("/api/v2/bonuses", &terms(json!({"accountId": account, "amount": "10"})));
            let bonus = bonus.expect(201)["id"].clone();
            if call.method == "PUT" || call.path.ends_with("reactivate") {
                admin.post(&format!("/api/v2/bonuses/{bonus}/revoke"), &json!({})).expect(204);
            }
            let preset = admin.post("/api/v2/bonuses/presets", &terms(json!({"default": false}))).expect(201);
            let program = terms(json!({
                "amount": "1", "currencyCode": 840, "platformGroups": [], "expiredAt": "2032-01-01T00:00:00+00:00",
            }));
            let program = admin.post("/api/v2/bonuses/temporary", &program).expect(201);
            let path = call
                .path
                .replace(":bonusId", &bonus.to_string())
                .replace(":presetId", &preset["id"].to_string())
                .replace(":temporaryId", &program["id"].to_string());
            let body = call.body.as_deref().map(|body| {
                let text = mended(body)
                    .replace("\"accountId\": 1,", &format!("\"accountId\": {account},"))
                    .replace("\"platformId\": 1,", &format!("\"platformId\": {platform},"))
                    .replace("\"currencyCode\": 540,", "\"currencyCode\": 840,");
                // A new program that has ended already is refused.
                if call.method == "POST" { text.replace("\"2022-", "\"2032-") } else { text }
            });
            let answer = admin.call(&call.method, &path, body.as_deref().map(str::as_bytes));
            assert_eq!(answer.status, expected(call), "{} {}: {}", call.method, call.path, answer.body);
        }
    });
}
