//! What clients ask for, by the operations behind their interface.

use std::collections::BTreeMap;

use super::codes;
use domain::bonuses::BonusProgramId;
use domain::clients::ClientId;
use domain::ledger::{AccountId, BonusId, CurrencyCode, MethodId};
use domain::payments::{DepositDecision, DepositMode, ExchangeOrder, MethodDirection};
use domain::requests::{Asked, RequestId, Requester};
use domain::verification::Answer;
use serde_json::json;
use storage::bonuses::awarding;
use storage::payments::client_orders::{ClientOrder, PaymentRoute};
use storage::payments::{deposits, exchanges, transfers, withdrawals};
use storage::requests::asking;
use storage::verification::attempts;
use storage::{Database, Error};

use super::{Client, TestApp};

const EURO: i64 = 978;

/// A client with what their own orders need: a wallet of 250 dollars, a method that pays in euros, all permissions.
#[derive(Clone, Copy)]
pub struct ReadyClient {
    pub client: i64,
    pub account: i64,
    pub method: i64,
    pub direction: MethodDirection,
}

impl ReadyClient {
    pub fn prepare(app: &TestApp, admin: &Client, direction: MethodDirection) -> Self {
        let (client, account) = app.wallet(admin, "client@example.com", 840, "250");
        admin.permit(client, &["verification", "converter", "deposits", "withdrawals", "internal_transfers"]);
        app.rate(admin, EURO, 840, "1.1");
        app.rate(admin, 840, EURO, "0.9");
        let (name, terms) = match direction {
            MethodDirection::Deposit => (
                "deposits",
                json!({"currencyCode": EURO, "type": "TR", "fixed": 1, "percent": "2.5", "min": 5, "max": 20}),
            ),
            MethodDirection::Withdrawal => {
                ("withdrawals", json!({"currencyCode": EURO, "type": "TR", "percent": 2, "min": 1}))
            }
        };
        let method = admin.new_method(name, "sepa");
        let path = format!("/api/v2/{name}/methods/{method}");
        admin.create(&format!("{path}/currencies"), &json!({"currencyCode": EURO, "type": "PS"}));
        admin.create(&format!("{path}/commissions"), &terms);
        Self { client, account, method, direction }
    }

    /// The currencies of the method, by their path.
    pub fn currencies_of_method(&self) -> String {
        let name = match self.direction {
            MethodDirection::Deposit => "deposits",
            MethodDirection::Withdrawal => "withdrawals",
        };
        format!("/api/v2/{name}/methods/{}/currencies", self.method)
    }

    /// Asks for a deposit or a withdrawal: the transaction, or why it is refused.
    pub fn ask(&self, app: &TestApp, amount: &str) -> Result<i64, String> {
        self.ask_to(app, amount, None)
    }

    /// Asks for a deposit whose end is read, and not waited for.
    pub fn ask_synchronously(&self, app: &TestApp, amount: &str) -> Result<i64, String> {
        let (client, order) = (self.client, self.order(amount));
        let (mode, user) = (DepositMode::Synchronous, DepositDecision::User);
        let asked = app.database.write(move |tx| deposits::request(tx, requester(client), &order, mode, user));
        told(asked.map(|transaction| transaction.id.get()))
    }

    fn order(&self, amount: &str) -> ClientOrder {
        let route = PaymentRoute {
            account: AccountId::new(self.account),
            method: MethodId::new(self.method),
            payment_currency: CurrencyCode::new(EURO),
            fields: BTreeMap::new(),
            app_instance: None,
        };
        ClientOrder { route, amount: amount.parse().expect("an amount") }
    }

    /// The same to a wallet.
    pub fn ask_to(&self, app: &TestApp, amount: &str, wallet: Option<&'static str>) -> Result<i64, String> {
        let Self { client, direction, .. } = *self;
        let order = self.order(amount);
        let asked = app.database.write(move |tx| match direction {
            MethodDirection::Deposit => {
                let (mode, user) = (DepositMode::Asynchronous, DepositDecision::User);
                deposits::request(tx, requester(client), &order, mode, user)
            }
            MethodDirection::Withdrawal => withdrawals::request(tx, requester(client), &order, None, wallet),
        });
        told(asked.map(|transaction| transaction.id.get()))
    }
}

/// The client, who calls from an address of the documentation.
pub fn requester(client: i64) -> Requester {
    Requester { client: ClientId::new(client), ip: "192.0.2.7".parse().expect("an address") }
}

/// Asks for a transfer from an account of the client: the transaction, or why it is refused.
pub fn ask_transfer(database: &Database, client: i64, accounts: [i64; 2], amount: &str) -> Result<i64, String> {
    let accounts = accounts.map(AccountId::new);
    let amount = amount.parse().expect("an amount");
    let asked = database.write(move |tx| transfers::request(tx, requester(client), accounts, amount));
    told(asked.map(|transaction| transaction.id.get()))
}

/// Asks to sell so much at the rate of the day: the transaction, or why it is refused.
pub fn ask_exchange(database: &Database, client: i64, accounts: [i64; 2], amount: &str) -> Result<i64, String> {
    let accounts = accounts.map(AccountId::new);
    let order = ExchangeOrder::Sell { source: amount.parse().expect("an amount"), rate: None };
    let asked = database.write(move |tx| exchanges::request(tx, requester(client), accounts, &order));
    told(asked.map(|transaction| transaction.id.get()))
}

/// Asks for what no transaction says: the request, or why it is refused.
pub fn ask(database: &Database, client: i64, asked: &Asked) -> Result<i64, String> {
    let asked = asked.clone();
    told(database.write(move |tx| asking::ask(tx, requester(client), &asked)).map(RequestId::get))
}

/// Answers a test: the attempt, or why it is refused.
pub fn answer_test(database: &Database, client: i64, test: i64, answers: &[Answer]) -> Result<i64, String> {
    let answers = answers.to_vec();
    let answered = database.write(move |tx| attempts::answer(tx, requester(client), test.into(), &answers));
    told(answered.map(|attempt| attempt.id.get()))
}

/// Claims the bonus of a program for an account: the bonus, or why it is refused.
pub fn claim(database: &Database, client: i64, program: i64, account: i64) -> Result<i64, String> {
    let (client, program, account) = (ClientId::new(client), BonusProgramId::new(program), AccountId::new(account));
    told(database.write(move |tx| awarding::claim(tx, client, program, account)).map(BonusId::get))
}

fn told(asked: Result<i64, Error>) -> Result<i64, String> {
    asked.map_err(|error| codes::note_refusal(&error))
}
