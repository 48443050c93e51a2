//! Records that many tests need, made over HTTP as users make them.

use serde_json::{Value, json};

use super::client::Answer;
use super::{Client, Gateway, TestApp, with};

/// The methods by hand that are there from the start.
pub const MANUAL_DEPOSIT: i64 = 1;
pub const MANUAL_WITHDRAWAL: i64 = 2;

/// Everything that an account can be allowed to do.
const ALL_PERMISSIONS: [&str; 8] =
    ["deposit", "enabled", "exchange", "trade", "transferDeposit", "transferWithdrawal", "visible", "withdrawal"];

/// The id of a record.
#[track_caller]
pub fn id_of(record: &Value) -> i64 {
    let id = ["id", "transactionId", "accountId", "clientId", "countryId", "numericCode"]
        .iter()
        .find_map(|name| record[name].as_i64());
    id.unwrap_or_else(|| panic!("no id in {record}"))
}

impl Client {
    /// Creates a record, by its id.
    #[track_caller]
    pub fn create(&self, path: &str, body: &Value) -> i64 {
        id_of(&self.post(path, body).expect(201))
    }

    /// How many records a list has.
    #[track_caller]
    pub fn total(&self, path: &str) -> i64 {
        self.get(path).expect(200)["total"].as_i64().expect("a total")
    }

    /// A client, by their id.
    #[track_caller]
    pub fn new_client(&self, email: &str, fields: &Value) -> i64 {
        let client = json!({"email": email, "firstName": "John", "lastName": "Doe"});
        self.create("/api/v2/clients", &with(client, fields))
    }

    /// An account, by its id.
    #[track_caller]
    pub fn new_account(&self, client: i64, product: i64, currency: i64) -> i64 {
        self.create("/api/v2/accounts", &json!({"clientId": client, "productId": product, "currencyCode": currency}))
    }

    /// A tag of clients, by its id.
    #[track_caller]
    pub fn new_tag(&self, name: &str) -> i64 {
        self.create("/api/v2/tags", &json!({"name": name}))
    }

    /// A currency with two places.
    #[track_caller]
    pub fn new_currency(&self, code: i64, letters: &str) {
        let currency = json!({"alphabeticCode": letters, "numericCode": code, "name": letters, "minorUnit": 2});
        self.create("/api/v2/currencies", &currency);
    }

    /// A payment method in dollars that asks for fields of its own, by its id; for `deposits` or `withdrawals`.
    #[track_caller]
    pub fn new_method(&self, direction: &str, name: &str) -> i64 {
        let method = json!({"name": name, "caption": name, "provider": "Constructor", "currencyCode": 840});
        self.create(&format!("/api/v2/{direction}/methods"), &method)
    }

    /// What a client may do from now on, beside what their level allows.
    #[track_caller]
    pub fn permit(&self, client: i64, permissions: &[&str]) {
        let permissions: Vec<Value> = permissions.iter().map(|name| json!({"name": name, "isEnabled": true})).collect();
        let path = format!("/api/v2/clients/{client}/permissions");
        self.put(&path, &json!({"permissions": permissions})).expect(200);
    }

    /// A product whose accounts may do everything, of a kind such as personal, trade or demo, by its id.
    #[track_caller]
    pub fn new_open_product(&self, name: &str, kind: &str, currencies: &[i64]) -> i64 {
        let platform = if kind == "personal" { "personal" } else { "MetaTrader5" };
        let platform = json!({"name": name, "caption": name, "type": platform, "isDemo": kind == "demo"});
        let (_, _, product) = self.new_product(&platform, name, name, currencies);
        let all = json!(ALL_PERMISSIONS);
        let change = json!({"status": "enabled", "permissions": all, "defaultAccountPermissions": all});
        self.patch(&format!("/api/v2/products/{product}"), &change).expect(200);
        product
    }

    /// A platform, a group and a product, by their ids.
    #[track_caller]
    fn new_product(&self, platform: &Value, group: &str, name: &str, currencies: &[i64]) -> (i64, i64, i64) {
        let platform = self.create("/api/v2/platforms", platform);
        let group = json!({"caption": group, "description": "", "status": "enabled"});
        let group = self.create("/api/v2/products/groups", &group);
        let product = json!({
            "numericCodes": currencies, "factory": 1, "groupId": group, "name": name, "platformId": platform,
        });
        (platform, group, self.create("/api/v2/products", &product))
    }

    /// The platform of a product.
    #[track_caller]
    pub fn platform_of(&self, product: i64) -> i64 {
        id_of(&self.get(&format!("/api/v2/products/{product}")).expect(200)["platform"])
    }

    /// Has a platform's accounts kept by an outside platform from now on.
    #[track_caller]
    pub fn connect(&self, platform: i64, gateway: &Gateway) {
        let path = format!("/api/v2/platforms/{platform}");
        self.unrecorded().patch(&path, &json!({"gatewayUrl": gateway.url})).expect(200);
    }

    /// The number of an account.
    #[track_caller]
    pub fn account_number(&self, account: i64) -> Value {
        self.get(&format!("/api/v2/accounts/{account}")).expect(200)["accountNumber"].clone()
    }

    /// The statement of an account.
    #[track_caller]
    pub fn statement(&self, account: i64) -> Value {
        self.get(&format!("/api/v2/accounts/{account}/balance")).expect(200)
    }

    /// Adds to an account by hand, or takes away.
    #[track_caller]
    pub fn change_balance(&self, account: i64, amount: &str) {
        self.patch(&format!("/api/v2/accounts/{account}/balance"), &json!({"amount": amount})).expect(200);
    }

    /// Deposits by hand.
    pub fn deposit(&self, account: i64, amount: &str) -> Answer {
        let order = json!({"accountId": account, "methodId": MANUAL_DEPOSIT, "amount": amount});
        self.post("/api/v2/deposits", &order)
    }

    /// Withdraws by hand.
    pub fn withdraw(&self, account: i64, amount: &str) -> Answer {
        let order = json!({"accountId": account, "methodId": MANUAL_WITHDRAWAL, "amount": amount});
        self.post("/api/v2/withdrawals", &order)
    }

    /// Transfers between accounts of a client.
    pub fn transfer(&self, client: i64, [source, destination]: [i64; 2], amount: &str) -> Answer {
        let order = json!({"clientId": client, "sourceId": source, "destinationId": destination, "amount": amount});
        self.post("/api/v2/transfers", &order)
    }
}

impl TestApp {
    /// A platform, a group and a product, by their ids.
    #[track_caller]
    pub fn product(&self, admin: &Client) -> (i64, i64, i64) {
        let name = format!("mt5-{}", self.calls());
        let platform = json!({"name": name, "caption": "MT5", "type": "MetaTrader5"});
        admin.new_product(&platform, "Forex", "live", &[840])
    }

    /// A product whose accounts may do everything, of a kind such as personal, trade or demo, by its id.
    #[track_caller]
    pub fn open_product(&self, admin: &Client, kind: &str, currencies: &[i64]) -> i64 {
        admin.new_open_product(&format!("{kind}-{}", self.calls()), kind, currencies)
    }

    /// A wallet of a client with so much money, by the client's and its id.
    #[track_caller]
    pub fn wallet(&self, admin: &Client, email: &str, currency: i64, amount: &str) -> (i64, i64) {
        let client = admin.new_client(email, &json!({}));
        let account = self.open_account(admin, client, "personal", currency);
        if amount != "0" {
            admin.change_balance(account, amount);
        }
        (client, account)
    }

    /// An account of a client on a product of its own, by its id.
    #[track_caller]
    pub fn open_account(&self, admin: &Client, client: i64, kind: &str, currency: i64) -> i64 {
        let product = self.open_product(admin, kind, &[currency]);
        admin.new_account(client, product, currency)
    }

    /// A custom provider's rate, by the provider's id.
    #[track_caller]
    pub fn rate(&self, admin: &Client, from: i64, to: i64, rate: &str) -> i64 {
        let provider = json!({
            "name": format!("{from}-{to}-{}", self.calls()), "provider": "custom",
            "fromCurrencies": [from], "toCurrencies": [to], "options": {"rate": rate, "baseCurrency": from},
        });
        admin.create("/api/v2/rates/providers", &provider)
    }

    /// A platform that reports trades and figures, by a key of its own.
    #[track_caller]
    pub fn reporter(&self, admin: &Client, platform: i64) -> Client {
        let key = admin.post(&format!("/api/v2/platforms/{platform}/keys"), &json!({"caption": "feed"})).expect(201);
        self.client.with_token(key["key"].as_str().expect("a key"))
    }
}
