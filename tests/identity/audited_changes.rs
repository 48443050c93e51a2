//! Every change of what is stored leaves one record in the audit log, also at the instant at which the record
//! was made; sending the same again leaves none.

use std::collections::{BTreeMap, BTreeSet};

use domain::requests::Asked;
use serde_json::{Value, json};

use crate::bonuses::{give, trading};
use crate::files::{PDF, upload};
use crate::harness::orders::ask;
use crate::harness::{ADMIN_EMAIL, ADMIN_PASSWORD, Client, TestApp, on_both};

/// Operations that change records and are not held by this test: it may only become shorter.
const NOT_COVERED: [&str; 0] = [];

/// What is uploaded is another file each time, second factors have names, and on what waits another user decides; their own
/// tests hold what is logged.
const HELD_ELSEWHERE: [&str; 5] = [
    "approvals.approve",
    "approvals.reject",
    "approvals.withdraw",
    "profile-photos.upload",
    "two-factor-authentication.disable",
];

/// Operations that change a record each time that they are called.
const NEVER_THE_SAME: [&str; 5] = [
    "bonuses.continue",
    "event-deliveries.redeliver",
    "event-deliveries.rotate-secret",
    "passwords.reset-all",
    "passwords.reset-one",
];

/// An operation that changes a record.
struct Change {
    operation: &'static str,
    /// The ids of the path and the body: first for PATCH, or whatever else is the only method, then for PUT.
    calls: [(Vec<i64>, Value); 2],
}

/// The operations, each with a record that was just made, in the order in which they run.
struct Table<'a> {
    admin: &'a Client,
    changes: Vec<Change>,
}

impl Table<'_> {
    /// Makes a record and gives its id.
    #[track_caller]
    fn make(&self, path: &str, body: &Value) -> i64 {
        self.admin.post(path, body).expect(201)["id"].as_i64().expect("an id")
    }

    fn change(&mut self, operation: &'static str, ids: &[i64], first: Value, second: Value) {
        self.changes.push(Change { operation, calls: [(ids.to_vec(), first), (ids.to_vec(), second)] });
    }

    /// Changes a text of a record.
    fn rename(&mut self, operation: &'static str, ids: &[i64], field: &str) {
        self.change(operation, ids, json!({ field: "Changed" }), json!({ field: "Changed again" }));
    }

    /// Does what takes no body.
    fn act(&mut self, operation: &'static str, id: i64) {
        self.change(operation, &[id], json!({}), json!({}));
    }
}

fn identity(table: &mut Table<'_>) {
    let group = table.make("/api/v2/groups", &json!({"name": "group", "permissions": []}));
    table.rename("user-groups.update", &[group], "name");
    let user = json!({"name": "u", "email": "u@example.com", "password": ADMIN_PASSWORD, "groups": [], "tfa": false});
    let user = table.make("/api/v2/users", &user);
    table.rename("users.update", &[user], "name");
    let key = table.make("/api/v2/api-keys", &json!({"name": "key", "permissions": []}));
    table.rename("api-keys.update", &[key], "name");
    let provider = json!({
        "caption": "Office", "issuer": "https://login.example.com", "clientId": "backoffice",
        "redirectUris": ["https://office.example.com/in"], "emailDomains": ["example.com"],
    });
    let provider = table.make("/api/v2/identity-providers", &provider);
    table.rename("identity-providers.update", &[provider], "caption");
    let policy = json!({"ip": "192.0.2.1", "permission": "deny", "route": "/api/v2/none"});
    let policy = table.make("/api/v2/security/policies", &policy);
    table.rename("black-and-white-lists.update", &[policy], "comment");
    let policy = table.make("/api/v2/approvals/policies", &json!({"operation": "client-tags.delete"}));
    let hours = |hours: i64| json!({"expiresAfterHours": hours});
    table.change("approvals.policies.update", &[policy], hours(1), hours(2));
}

fn clients(table: &mut Table<'_>) {
    let client = table.admin.new_client("client@example.com", &json!({}));
    table.rename("clients.update", &[client], "nickname");
    let limits = |count: i64| json!({"maxDemoTradingAccounts": count});
    table.change("client-settings.limits.update", &[client], limits(1), limits(2));
    let settings = |theme: &str| json!({"settings": {"commonTheme": theme}});
    table.change("client-settings.update", &[client], settings("dark-theme"), settings("light-theme"));
    let permissions = |is_enabled: bool| json!({"permissions": [{"name": "deposits", "isEnabled": is_enabled}]});
    table.change("client-permissions.update", &[client], permissions(false), permissions(true));
    let phone = table.make("/api/v2/phones", &json!({"clientId": client, "number": "+12025550124"}));
    table.change("phone-numbers.update", &[phone], json!({"ext": "1"}), json!({"ext": "2"}));
    let address = json!({"clientId": client, "address": "a", "city": "c", "countryId": 1, "type": "residential"});
    let address = table.make("/api/v2/addresses", &address);
    table.rename("addresses.update", &[address], "city");
    let manager = table.make("/api/v2/managers", &json!({"email": ADMIN_EMAIL, "name": "Manager"}));
    table.rename("client-managers.update", &[manager], "name");
    let tag = table.make("/api/v2/tags", &json!({"name": "tag"}));
    table.rename("client-tags.update", &[tag], "name");
    let kind = table.make("/api/v2/clients/types", &json!({"name": "type", "group": "individual"}));
    table.rename("client-types.update", &[kind], "name");
    let level = table.make("/api/v2/clients/roles", &json!({"name": "level", "caption": "Level", "permissions": []}));
    table.rename("client-permissions.levels.update", &[level], "caption");
    table.change("countries.update", &[1], json!({"enabled": false}), json!({"enabled": true}));
}

fn catalog(app: &TestApp, table: &mut Table<'_>) {
    let (platform, group, product) = app.product(table.admin);
    table.rename("platforms.update", &[platform], "caption");
    table.rename("products.groups.update", &[group], "caption");
    table.rename("products.update", &[product], "caption");
    let below = |rest: &str| format!("/api/v2/products/{product}/{rest}");
    let currency = table.make(&below("currencies"), &json!({"numericCode": 978, "factory": 1}));
    table.rename("products.currencies.update", &[product, currency], "caption");
    let note = table.make(&below("preferences"), &json!({"title": "t", "value": "v"}));
    table.rename("products.notes.update", &[product, note], "value");
    let restriction = json!({"name": "country", "isEnabled": true, "type": "deny", "ids": []});
    let restriction = table.make(&below("restrictions"), &restriction);
    table.change("products.restrictions.update", &[product, restriction], json!({"ids": [1]}), json!({"ids": [2]}));
    let group = table.make("/api/v2/products/permissions", &json!({"name": "set", "permissions": []}));
    table.rename("product-permission-groups.update", &[group], "name");
}

fn services(table: &mut Table<'_>) {
    let group = table.make("/api/v2/subscriptions/groups", &json!({"caption": "g"}));
    table.rename("paid-services.groups.update", &[group], "caption");
    let service = json!({"name": "s", "fullName": "s", "groupId": group, "isActive": 1});
    let service = table.make("/api/v2/subscriptions/services", &service);
    table.rename("paid-services.services.update", &[service], "comment");
    let category = table.make("/api/v2/subscriptions/categories", &json!({"name": "category"}));
    table.rename("paid-services.categories.update", &[category], "name");
    let parameter = json!({"name": "p", "caption": "p", "type": "text", "services": [service]});
    let parameter = table.make("/api/v2/subscriptions/parameters", &parameter);
    table.rename("paid-services.parameters.update", &[parameter], "caption");
    let plan = table.make("/api/v2/subscriptions/plans", &json!({"name": "plan", "serviceId": service}));
    table.rename("paid-services.plans.update", &[plan], "name");
    let client = table.admin.new_client("subscriber@example.com", &json!({}));
    let subscription = json!({"clientId": client, "serviceId": service, "isActive": 0});
    let subscription = table.make("/api/v2/subscriptions", &subscription);
    let second = json!({"parameters": {"p": "value"}});
    table.change("paid-services.subscriptions.update", &[subscription], json!({"isActive": 1}), second);
}

fn verification(table: &mut Table<'_>) {
    let kind = table.make("/api/v2/resolutions/types", &json!({"name": "t"}));
    table.rename("resolutions.types.update", &[kind], "name");
    let resolution = table.make("/api/v2/resolutions", &json!({"name": "r", "typeId": kind}));
    table.rename("resolutions.update", &[resolution], "name");
    let group = table.make("/api/v2/documents/groups", &json!({"name": "g", "type": "one"}));
    table.rename("document-groups.update", &[group], "name");
    let kind = table.make("/api/v2/documents/types", &json!({"name": "t", "groupId": group}));
    table.rename("document-types.update", &[kind], "name");
    let test = table.make("/api/v2/quizzes", &json!({"caption": "t"}));
    table.rename("client-tests.update", &[test], "caption");
    let questions = format!("/api/v2/quizzes/{test}/questions");
    let question = table.make(&questions, &json!({"question": "q", "type": "poll"}));
    table.rename("client-tests.questions.update", &[test, question], "question");
    let option = table.make(&format!("{questions}/{question}/answers"), &json!({"text": "o"}));
    table.rename("client-tests.answers.update", &[test, question, option], "text");
    let level = table.make("/api/v2/verifications/levels", &json!({"index": 10, "name": "l"}));
    table.rename("verification-levels.update", &[level], "name");
    let restriction = json!({"name": "country", "isEnabled": true, "type": "deny", "ids": []});
    let restriction = table.make(&format!("/api/v2/verifications/levels/{level}/restrictions"), &restriction);
    let [first, second] = [1, 2].map(|id| json!({"ids": [id]}));
    table.change("verification-levels.restrictions.update", &[level, restriction], first, second);
}

fn currencies(app: &TestApp, table: &mut Table<'_>) {
    table.rename("currencies.update", &[840], "name");
    let alias = table.make("/api/v2/currencies/840/aliases", &json!({"alphabeticCode": "USXF"}));
    table.rename("currency-aliases.update", &[840, alias], "name");
    let provider = app.rate(table.admin, 978, 840, "1.1");
    table.rename("exchange-rate-providers.update", &[provider], "name");
    let pair = table.make("/api/v2/currencies/pairs", &json!({"fromCurrency": 978, "toCurrency": 840}));
    table.change("currency-pairs.update", &[pair], json!({"maxAmount": "1"}), json!({"maxAmount": "2"}));
}

/// The payment methods of one direction.
fn methods(
    table: &mut Table<'_>,
    path: &str,
    [method_of, group, currency, commission, restriction]: [&'static str; 5],
) {
    let method = json!({"name": "bank", "caption": "Bank", "provider": "Constructor", "currencyCode": 840});
    let method = table.make(&format!("{path}/methods"), &method);
    table.rename(method_of, &[method], "caption");
    let id = table.make(&format!("{path}/groups"), &json!({"name": "Fiat"}));
    table.rename(group, &[id], "caption");
    let below = |rest: &str| format!("{path}/methods/{method}/{rest}");
    let id = table.make(&below("currencies"), &json!({"currencyCode": 978, "type": "TR"}));
    table.change(currency, &[method, id], json!({"maxAmount": "1"}), json!({"maxAmount": "2"}));
    let id = table.make(&below("commissions"), &json!({"currencyCode": 840, "type": "TR", "percent": 1}));
    table.change(commission, &[method, id], json!({"percent": 2}), json!({"percent": 3}));
    let body = json!({"name": "country", "isEnabled": true, "type": "deny", "ids": []});
    let id = table.make(&below("restrictions"), &body);
    table.change(restriction, &[method, id], json!({"ids": [1]}), json!({"ids": [2]}));
}

fn money(app: &TestApp, table: &mut Table<'_>) {
    let deposits = [
        "deposit-methods.update",
        "deposit-methods.groups.update",
        "deposit-methods.currencies.update",
        "deposit-methods.commissions.update",
        "deposit-methods.restrictions.update",
    ];
    methods(table, "/api/v2/deposits", deposits);
    let withdrawals = [
        "withdrawal-methods.update",
        "withdrawal-methods.groups.update",
        "withdrawal-methods.currencies.update",
        "withdrawal-methods.commissions.update",
        "withdrawal-methods.restrictions.update",
    ];
    methods(table, "/api/v2/withdrawals", withdrawals);
    table.rename("transactions.types.update", &[1], "caption");
    let (_, account) = app.wallet(table.admin, "payer@example.com", 840, "0");
    let deposit = json!({"accountId": account, "methodId": 1, "amount": "10"});
    let deposit = table.admin.post("/api/v2/deposits", &deposit).expect(201)["transactionId"].as_i64().unwrap();
    table.rename("transactions.update", &[deposit], "comment");
    table.rename("accounts.update", &[account], "caption");
    table.act("accounts.archive", trading(app, table.admin).account);
}

fn bonuses(app: &TestApp, table: &mut Table<'_>) {
    let trading = trading(app, table.admin);
    let terms = |fields: &Value| crate::harness::with(crate::bonuses::terms(), fields);
    let preset = terms(&json!({"name": "preset", "platformId": trading.platform, "default": false}));
    let preset = table.make("/api/v2/bonuses/presets", &preset);
    table.rename("bonuses.presets.update", &[preset], "name");
    let settings = |percent: i64| json!({"percent": percent});
    table.change("bonuses.settings.update", &[], settings(12), settings(13));
    let program = terms(&json!({
        "name": "program", "platformId": trading.platform, "currencyCode": 840, "amount": "10", "platformGroups": [],
        "expiredAt": app.time(86_400),
    }));
    let program = table.make("/api/v2/bonuses/temporary", &program);
    table.rename("bonuses.temporary.update", &[program], "name");
    let account = crate::bonuses::trading(app, table.admin).account;
    let [bonus, revoked] = [trading.account, account].map(|account| give(table.admin, account, &json!({})));
    table.act("bonuses.hold", bonus);
    table.act("bonuses.continue", bonus);
    table.act("bonuses.revoke", bonus);
    table.change("bonuses.reactivate", &[bonus], json!({"lifetime": 7}), Value::Null);
    // A new volume makes an expired bonus go on, so each method needs a bonus of its own.
    table.act("bonuses.revoke", bonus);
    table.act("bonuses.revoke", revoked);
    let volume = json!({"fictiveVolumeComplete": 20});
    let calls = [bonus, revoked].map(|id| (vec![id], volume.clone()));
    table.changes.push(Change { operation: "bonuses.update", calls });
}

fn requests(app: &TestApp, table: &mut Table<'_>) {
    let client = table.admin.new_client("asks@example.com", &json!({}));
    let ask = |asked: &Asked| ask(&app.database, client, asked).expect("a request");
    let [noted, approved, rejected] = [Asked::External, Asked::Investment, Asked::Partner].map(|asked| ask(&asked));
    table.rename("requests.update", &[noted], "comment");
    // Each is decided once.
    table.act("requests.approve", approved);
    table.change("requests.reject", &[rejected], json!({"resolutionId": 1}), Value::Null);
}

fn files(table: &mut Table<'_>) {
    let client = table.admin.new_client("has.files@example.com", &json!({}));
    let folder = table.make("/api/v2/folders", &json!({"name": "Contracts"}));
    table.rename("client-folders.update", &[folder], "name");
    let group = table.make("/api/v2/groups", &json!({"name": "sees folders", "permissions": []}));
    let given = |is_given: bool| json!({"isGranted": is_given});
    table.change("client-folders.access.update", &[folder, group], given(true), given(false));
    for operation in ["client-files.folders.update", "client-files.folders.update-singular"] {
        let own = table.make(&format!("/api/v2/clients/{client}/folders"), &json!({"name": operation}));
        let [first, second] = [1, 2].map(|turn| json!({"name": format!("{operation} {turn}")}));
        table.change(operation, &[client, own], first, second);
    }
    let file = upload(table.admin, client, "a.pdf", PDF).expect(201)["id"].as_i64().expect("an id");
    table.rename("client-files.update", &[client, file], "name");
    table.rename("file-storage.update", &[1], "caption");
}

fn messaging(table: &mut Table<'_>) {
    let pair = table.make("/api/v2/storage/values", &json!({"key": "company", "value": "Acme", "type": "string"}));
    table.rename("key-value-storage.update-pair", &[pair], "value");
    let tag = table.make("/api/v2/storage/tags", &json!({"name": "Brand"}));
    table.rename("key-value-storage.update-tag", &[tag], "name");
    table.rename("settings.update", &[], "companyName");
    let kind = table.make("/api/v2/mails/notifications/types", &json!({"name": "own", "caption": "Own"}));
    table.rename("email-notification-templates.update-type", &[kind], "caption");
    let text = json!({"typeId": kind, "locale": "en_US", "subject": "s", "template": "t"});
    let text = table.make("/api/v2/mails/notifications/templates", &text);
    table.rename("email-notification-templates.update", &[text], "subject");
    let provider = json!({"caption": "Mail", "host": "localhost", "port": 1, "sendFrom": "a@example.com"});
    let provider = table.make("/api/v2/mail/providers", &provider);
    table.rename("smtp-service-providers.update", &[provider], "caption");
    let told = json!({"event": "TestPassing", "userId": 1, "channels": ["email"]});
    let told = table.make("/api/v2/events/notifications", &told);
    table.rename("event-notifications.update", &[told], "description");
    let listener = json!({
        "event": "AccountCreated", "handler": "AccountCreated", "workflow": "SendWebhookWorkflow",
        "workflowOptions": {"url": "https://example.com/"}, "isEnabled": false,
    });
    let listener = table.make("/api/v2/events/listeners", &listener);
    table.rename("event-notifications.update-listener", &[listener], "description");
    table.act("event-deliveries.rotate-secret", listener);
    let delivery = table.admin.post(&format!("/api/v2/events/listeners/{listener}/test"), &json!({})).expect(202);
    table.act("event-deliveries.redeliver", delivery["id"].as_i64().expect("an id"));
}

fn connections(table: &mut Table<'_>) {
    let connection = json!({"name": "mail", "caption": "Mail", "provider": "SendGrid"});
    let connection = table.make("/api/v2/connections", &connection);
    table.rename("external-connections.update", &[connection], "caption");
    let settings = json!({"url": "https://sms.example", "key": "k"});
    let provider = json!({"provider": "Custom", "name": "own", "caption": "Own", "settings": settings});
    let provider = table.make("/api/v2/confirmations/providers", &provider);
    table.rename("confirmations.providers.update", &[provider], "caption");
    table.rename("confirmations.templates.update", &[1], "caption");
}

fn wizards(table: &mut Table<'_>) {
    let wizard = table.make("/api/v2/wizards", &json!({"name": "Short", "type": "registration"}));
    table.rename("wizards.update", &[wizard], "name");
}

fn mailing(table: &mut Table<'_>) {
    let service = json!({"caption": "News", "platform": "SendGrid", "options": {"apiKey": "k"}});
    let service = table.make("/api/v2/mail/subscriptions/providers", &service);
    table.rename("emails.update-delivery-service", &[service], "caption");
    let template = json!({"name": "News", "subject": "News", "body": "<p>News</p>"});
    let template = table.make("/api/v2/mail/subscriptions/templates", &template);
    table.rename("emails.update-template", &[template], "subject");
}

fn content(table: &mut Table<'_>) {
    let banner = table.make("/api/v2/banners", &json!({"type": "mobile", "url": "/dashboard"}));
    table.rename("banners.update", &[banner], "mobileTitle");
    table.rename("menu-items.update", &[1], "caption");
    table.rename("widgets.update", &[1], "caption");
    table.change("localizations.update", &[2], json!({"isDefault": true}), json!({"priority": 1}));
    let event = json!({"name": "e", "startDate": "2026-02-01T10:00:00Z", "endDate": "2026-02-01T11:00:00Z"});
    let event = table.make("/api/v2/calendars/events", &event);
    table.rename("calendar-events.update", &[event], "name");
}

fn credentials(table: &mut Table<'_>) {
    let client = table.admin.new_client("cy@example.com", &json!({"password": "Qwerty122"}));
    let password = |text: &str| json!({"password": text, "send_mail": false});
    table.change("passwords.change", &[client], password("Qwerty123"), password("Qwerty124"));
    table.act("passwords.reset-one", client);
    table.change("passwords.reset-all", &[], json!({}), json!({}));
}

fn antifraud(app: &TestApp, table: &mut Table<'_>) {
    let step = json!({"type": "identical_ip", "caption": "Call", "emails": [ADMIN_EMAIL]});
    let step = table.make("/api/v2/antifraud/procedures", &step);
    table.rename("antifraud-procedures.update", &[step], "caption");
    let client = table.admin.new_client("found@example.com", &json!({}));
    let notification = crate::antifraud::raise(app, &[client], "192.0.2.1");
    table.rename("antifraud-notifications.update", &[notification], "comment");
    let switch = |is_on: bool| json!({"events": [{"event": "identical_phone", "isEnabled": is_on}]});
    table.change("antifraud-settings.update", &[], switch(true), switch(false));
}

fn tickets(app: &TestApp, table: &mut Table<'_>) {
    let department = table.make(crate::tickets::DEPARTMENTS, &json!({"name": "Payments"}));
    table.rename("tickets.departments.update", &[department], "name");
    let client = table.admin.new_client("needs.help@example.com", &json!({}));
    let ticket = crate::tickets::submit(app, client, "Help");
    table.change("tickets.update", &[ticket], json!({"priorityId": 3}), json!({"assigneeId": 1}));
}

/// The methods and paths by which each operation is served, PATCH before PUT.
fn served() -> BTreeMap<String, Vec<(String, String)>> {
    let document: Value = serde_json::from_str(&api::document().unwrap()).unwrap();
    let mut served: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            let id = id.strip_suffix(".put").unwrap_or(id);
            served.entry(id.to_owned()).or_default().push((method.to_uppercase(), path.clone()));
        }
    }
    for methods in served.values_mut() {
        methods.sort();
    }
    served
}

/// A path with ids in the places of its parameters.
fn concrete(template: &str, ids: &[i64]) -> String {
    let mut ids = ids.iter();
    let parts = template.split('/').map(|part| {
        let is_id = part.starts_with('{');
        if is_id { ids.next().expect("an id for each parameter").to_string() } else { part.to_owned() }
    });
    parts.collect::<Vec<_>>().join("/")
}

fn logged(admin: &Client) -> i64 {
    admin.get("/api/v2/logs/messages?limit=1").expect(200)["total"].as_i64().expect("a count")
}

fn last_event(admin: &Client) -> Value {
    admin.get("/api/v2/logs/messages?limit=1").expect(200)["data"][0]["eventName"].clone()
}

#[test]
fn every_change_is_audited_once_at_the_instant_of_its_creation() {
    on_both(|app| {
        let admin = app.admin();
        let mut table = Table { admin: &admin, changes: Vec::new() };
        identity(&mut table);
        clients(&mut table);
        catalog(app, &mut table);
        services(&mut table);
        verification(&mut table);
        currencies(app, &mut table);
        money(app, &mut table);
        bonuses(app, &mut table);
        requests(app, &mut table);
        files(&mut table);
        messaging(&mut table);
        connections(&mut table);
        mailing(&mut table);
        content(&mut table);
        credentials(&mut table);
        wizards(&mut table);
        antifraud(app, &mut table);
        tickets(app, &mut table);

        let updates: BTreeSet<&str> = TestApp::events()
            .into_iter()
            .filter(|(.., event)| event.ends_with("_updated"))
            .map(|(operation, ..)| operation)
            .filter(|operation| !HELD_ELSEWHERE.contains(operation))
            .collect();
        let covered: BTreeSet<&str> = table.changes.iter().map(|change| change.operation).collect();
        let missing: Vec<&str> = updates.difference(&covered).copied().collect();
        assert_eq!(missing, NOT_COVERED, "operations that change records");

        let served = served();
        let mut wrong = Vec::new();
        for Change { operation, calls } in &table.changes {
            for ((method, template), (ids, body)) in served[*operation].iter().zip(calls) {
                let call = || admin.call(method, &concrete(template, ids), Some(body.to_string().as_bytes()));
                let before = logged(&admin);
                let answer = call();
                assert!(matches!(answer.status, 200 | 202 | 204), "{method} {operation}: {}", answer.body);
                let changed = logged(&admin) - before;
                call();
                let repeated = logged(&admin) - before - changed;
                if (changed, repeated) != (1, i64::from(NEVER_THE_SAME.contains(operation))) {
                    wrong.push(format!("{method} {operation}: {changed} records, {repeated} when repeated"));
                }
            }
        }
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    });
}

#[test]
fn a_secret_is_changed_with_a_record_although_answers_mask_it() {
    on_both(|app| {
        let admin = app.admin();
        let (.., product) = app.product(&admin);
        let provider = json!({
            "name": "p", "provider": "Xe", "fromCurrencies": [978], "toCurrencies": [840],
            "options": {"apiSecret": "0"},
        });
        let provider = admin.post("/api/v2/rates/providers", &provider).expect(201)["id"].clone();
        let records = [
            (format!("/api/v2/products/{product}"), "product_updated"),
            ("/api/v2/deposits/methods/1".to_owned(), "payment_method_updated"),
            (format!("/api/v2/rates/providers/{provider}"), "exchange_rate_provider_updated"),
        ];
        for (path, event) in records {
            for (secret, records) in [("first", 1), ("***", 0), ("second", 1), ("***", 0)] {
                let before = logged(&admin);
                let shown = admin.patch(&path, &json!({"options": {"apiSecret": secret}})).expect(200);
                assert_eq!(shown["options"]["apiSecret"], json!("***"));
                assert_eq!(logged(&admin) - before, records, "{path}: {secret}");
            }
            assert_eq!(last_event(&admin), json!(event));
        }
    });
}
