//! The calls of the vendor's documentation, as they are written there but for host, token and ids.

use serde_json::{Value, json};

use crate::harness::{Client, TestApp, on_both};

const SEEDS: [&str; 2] = ["001_b9caf413921e6aa5.txt", "002_ce1f97b1a2392281.txt"];

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
            let body = ["--data-raw '", "--data '"].iter().find_map(|start| between(block, start, "'"));
            let method = between(block, "--request ", " ").unwrap_or(if body.is_some() { "POST" } else { "GET" });
            Documented { method: method.to_owned(), path: format!("/{path}"), body: body.map(ToOwned::to_owned) }
        })
        .collect()
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let block = text.split("\n\nResponse").next()?;
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
        let id = |answer: Value| answer["id"].as_i64().unwrap();
        let path = format!("/api/v2/products/{product}");
        let empty = json!({"caption": "x", "description": "", "status": "enabled"});
        let restriction = json!({"name": "country", "isEnabled": true, "type": "deny"});
        Self {
            product,
            group,
            platform,
            empty_group: id(admin.post("/api/v2/products/groups", &empty).expect(201)),
            currency: admin.get(&format!("{path}/currencies")).expect(200)["data"][0]["id"].as_i64().unwrap(),
            note: id(admin.post(&format!("{path}/preferences"), &json!({"title": "t", "value": "v"})).expect(201)),
            restriction: if with_restriction {
                id(admin.post(&format!("{path}/restrictions"), &restriction).expect(201))
            } else {
                0
            },
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
fn the_documented_calls_answer_as_documented() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/seeds/");
    let Ok(pages) =
        SEEDS.iter().map(|name| std::fs::read_to_string(format!("{folder}{name}"))).collect::<Result<Vec<_>, _>>()
    else {
        eprintln!("SKIPPED: the vendor's pages are not beside the repository");
        return;
    };
    let documented: Vec<Documented> = pages.iter().flat_map(|page| calls(page)).collect();
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
