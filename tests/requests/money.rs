//! Requests that move money: held, decided, and carried out by the rules of the ledger.

use domain::payments::MethodDirection;
use serde_json::{Value, json};

use super::{approve, events_of, is_logged, path, read, reject, request_of, standing};
use crate::harness::orders::{ReadyClient, ask_exchange, ask_transfer};
use crate::harness::{Client, Gateway, TestApp, amount, on_both};

/// What an account has: its balance, what is held of it, and what is available.
fn balance(admin: &Client, account: i64) -> [Value; 3] {
    let statement = admin.statement(account);
    ["currentBalance", "hold", "availableBalance"].map(|field| statement[field].clone())
}

fn balances(current: &str, hold: &str, available: &str) -> [Value; 3] {
    [current, hold, available].map(amount)
}

/// Something that waits, on an account with 250 dollars.
struct Waiting {
    kind: &'static str,
    event: &'static str,
    /// None for the type that has no event.
    request: i64,
    client: i64,
    account: i64,
    /// What is blocked for it.
    held: &'static str,
}

/// One request of each type that moves money, each with a client of its own.
fn one_of_each(app: &TestApp, admin: &Client) -> Vec<Waiting> {
    let withdrawal = ReadyClient::prepare(app, admin, MethodDirection::Withdrawal);
    let wallet = |email: &str| {
        let (client, account) = app.wallet(admin, email, 840, "250");
        admin.permit(client, &["verification", "converter", "deposits", "internal_transfers"]);
        (client, account)
    };
    admin.new_method("deposits", "card");
    let card = ReadyClient { direction: MethodDirection::Deposit, ..withdrawal };
    let deposit_method = admin.get("/api/v2/deposits/methods?filter[name]=card").expect(200)["data"][0]["id"].clone();
    let (of_deposit, deposit_account) = wallet("d@example.com");
    let card =
        ReadyClient { client: of_deposit, account: deposit_account, method: deposit_method.as_i64().unwrap(), ..card };
    let currency = json!({"currencyCode": 978, "type": "PS"});
    admin.create(&format!("/api/v2/deposits/methods/{}/currencies", card.method), &currency);
    let (of_external, external) = wallet("e@example.com");
    let (of_transfer, transfer) = wallet("t@example.com");
    let (of_exchange, exchange) = wallet("x@example.com");
    let (_, receiver) = app.wallet(admin, "r@example.com", 840, "0");
    let own = app.open_account(admin, of_transfer, "personal", 840);
    let euros = app.open_account(admin, of_exchange, "personal", 978);
    let pair = json!({"fromCurrency": 840, "toCurrency": 978, "isEnabled": true, "isRequestRequired": true});
    admin.create("/api/v2/currencies/pairs", &pair);
    let types = admin.get("/api/v2/transactions/types").expect(200);
    let kind = types["data"].as_array().unwrap().iter().find(|kind| kind["name"] == "transfer").unwrap();
    let always = json!({"options": {"application": "2"}});
    admin.patch(&format!("/api/v2/transactions/types/{}", kind["id"]), &always).expect(200);
    let request = |transaction: Result<i64, String>| request_of(admin, transaction.unwrap());
    let waiting = |kind, event, request, client, account, held| Waiting { kind, event, request, client, account, held };
    vec![
        waiting(
            "withdrawal",
            "PayoutRequestInitialized",
            request(withdrawal.ask(app, "100")),
            withdrawal.client,
            withdrawal.account,
            "100",
        ),
        waiting("deposit", "DepositRequestEvent", request(card.ask(app, "100")), of_deposit, deposit_account, "0"),
        waiting(
            "internalTransfer",
            "InternalTransferRequestEvent",
            request(ask_transfer(&app.database, of_external, [external, receiver], "40")),
            of_external,
            external,
            "40",
        ),
        waiting(
            "transfer",
            "TransferRequestEvent",
            request(ask_transfer(&app.database, of_transfer, [transfer, own], "30")),
            of_transfer,
            transfer,
            "30",
        ),
        waiting(
            "exchange",
            "",
            request(ask_exchange(&app.database, of_exchange, [exchange, euros], "20")),
            of_exchange,
            exchange,
            "20",
        ),
    ]
}

#[test]
fn each_type_is_held_approved_and_carried_out_once() {
    on_both(|app| {
        let admin = app.admin();
        for waiting in one_of_each(app, &admin) {
            let Waiting { kind, request, account, held, .. } = waiting;
            let before = read(&admin, request);
            assert_eq!((&before["type"], &before["accountId"]), (&json!(kind), &json!(account)));
            assert_eq!((standing(&before), &before["statusId"]), (("pending", false), &json!(0)));
            assert_eq!(before["ip"], json!("192.0.2.7"));
            let [_, on_hold, _] = balance(&admin, account);
            assert_eq!(on_hold, amount(held), "{kind}");
            let events: Vec<String> = events_of(app, waiting.client);
            let expected: &[&str] = if waiting.event.is_empty() { &[] } else { &[waiting.event] };
            assert_eq!(events, expected, "{kind}");
            let approved = approve(&admin, request);
            assert_eq!((standing(&approved), &approved["statusId"]), (("approved", true), &json!(1)), "{kind}");
            is_logged(&admin, request, "pending", "approved");
            let transaction = format!("/api/v2/transactions/{}", approved["transactionId"]);
            if kind == "withdrawal" {
                assert_eq!(balance(&admin, account), balances("250", "100", "150"), "paid out by the payment system");
                assert_eq!(approved["dealingApproved"], json!("approved"));
                admin.patch(&transaction, &json!({"status": "done"})).expect(200);
            }
            let transaction = admin.get(&transaction).expect(200);
            assert_eq!(transaction["status"], json!("done"), "{kind}");
            assert_eq!(transaction["application"]["status"], json!("approved"));
            let current = match kind {
                "deposit" => "360",
                "internalTransfer" => "210",
                "transfer" => "220",
                "exchange" => "230",
                _ => "150",
            };
            assert_eq!(balance(&admin, account), balances(current, "0", current), "{kind}");
            for decision in ["/approve", "/reject"] {
                let again = admin.post(&path(request, decision), &json!({"resolutionId": 1}));
                again.refused(409, "requestDecided");
            }
        }
        app.verify();
    });
}

#[test]
fn each_type_that_is_rejected_leaves_everything_as_it_was() {
    on_both(|app| {
        let admin = app.admin();
        for waiting in one_of_each(app, &admin) {
            let Waiting { kind, request, account, .. } = waiting;
            let reject_by = |body: Value| admin.post(&path(request, "/reject"), &body);
            reject_by(json!({})).has_faults(&[("resolutionId", "required")]);
            reject_by(json!({"resolutionId": 99})).has_faults(&[("resolutionId", "unknown")]);
            admin.patch("/api/v2/resolutions/1", &json!({"enabled": false})).expect(200);
            reject_by(json!({"resolutionId": 1})).has_faults(&[("resolutionId", "disabled")]);
            admin.patch("/api/v2/resolutions/1", &json!({"enabled": true})).expect(200);
            assert_eq!(standing(&read(&admin, request)), ("pending", false), "{kind}");
            let rejected = reject_by(json!({"resolutionId": 1, "comment": "not today"})).expect(200);
            assert_eq!(standing(&rejected), ("rejected", true));
            assert_eq!((&rejected["resolution"]["id"], &rejected["comment"]), (&json!(1), &json!("not today")));
            is_logged(&admin, request, "pending", "rejected");
            let transaction = admin.get(&format!("/api/v2/transactions/{}", rejected["transactionId"])).expect(200);
            assert_eq!((&transaction["status"], &transaction["resolution"]["id"]), (&json!("rejected"), &json!(1)));
            assert_eq!(balance(&admin, account), balances("250", "0", "250"), "{kind}");
            admin.post(&path(request, "/approve"), &json!({})).refused(409, "requestDecided");
        }
        admin.delete("/api/v2/resolutions/1").refused(409, "inUse");
        app.verify();
    });
}

#[test]
fn a_transaction_that_is_cancelled_ends_its_request() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let id = ready.ask(app, "100").unwrap();
        let request = request_of(&admin, id);
        admin.patch(&format!("/api/v2/transactions/{id}"), &json!({"status": "cancelled"})).expect(200);
        assert_eq!(standing(&read(&admin, request)), ("rejected", true));
        admin.post(&path(request, "/approve"), &json!({})).refused(409, "requestDecided");
    });
}

#[test]
fn the_amount_of_a_withdrawal_changes_with_what_is_blocked_for_it() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let request = request_of(&admin, ready.ask(app, "100").unwrap());
        let change = |text: &str| admin.patch(&path(request, ""), &json!({"amount": text}));
        for (text, hold, available) in [("120", "120", "130"), ("80", "80", "170"), ("250", "250", "0")] {
            let changed = change(text).expect(200);
            assert_eq!(changed["amount"], amount(text));
            assert_eq!(balance(&admin, ready.account), balances("250", hold, available));
            app.verify();
        }
        change("250.01").has_faults(&[("amount", "insufficientFunds")]);
        change("99.999").has_faults(&[("amount", "tooManyPlaces")]);
        change("0").has_faults(&[("amount", "notPositive")]);
        change("1").has_faults(&[("amount", "nothingLeft")]);
        let bounds = json!({"minAmount": "10", "maxAmount": "200"});
        let currencies = format!("{}?filter[type]=TR", ready.currencies_of_method());
        let currency = admin.get(&currencies).expect(200)["data"][0]["id"].clone();
        admin.patch(&format!("{}/{currency}", ready.currencies_of_method()), &bounds).expect(200);
        change("5").has_faults(&[("amount", "belowMethodMinimum")]);
        change("201").has_faults(&[("amount", "aboveMethodMaximum")]);
        change("150").expect(200);
        let approved = approve(&admin, request);
        let transaction = format!("/api/v2/transactions/{}", approved["transactionId"]);
        let done = admin.patch(&transaction, &json!({"status": "done"})).expect(200);
        assert_eq!(
            (&done["debitDetails"]["amount"], &done["creditDetails"]["amount"]),
            (&amount("150"), &amount("132.3"))
        );
        assert_eq!(balance(&admin, ready.account), balances("100", "0", "100"));
        change("10").refused(409, "requestDecided");
        app.verify();
    });
}

#[test]
fn the_amount_of_a_deposit_changes_with_its_commission() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Deposit);
        let request = request_of(&admin, ready.ask(app, "1000").unwrap());
        let changed = admin.patch(&path(request, ""), &json!({"amount": "100"})).expect(200);
        assert_eq!((&changed["amount"], &changed["currency"]), (&amount("100"), &json!("EUR")));
        let approved = approve(&admin, request);
        let transaction = admin.get(&format!("/api/v2/transactions/{}", approved["transactionId"])).expect(200);
        // 1 and 2.5 percent, at least 5; the rest at 1.1.
        assert_eq!(transaction["debitDetails"]["commission"], amount("5"));
        assert_eq!(transaction["creditDetails"]["amount"], amount("104.5"));
        app.verify();
    });
}

#[test]
fn other_amounts_are_fixed_and_departments_decide_on_withdrawals_alone() {
    on_both(|app| {
        let admin = app.admin();
        for waiting in one_of_each(app, &admin) {
            let body = json!({"amount": "1.5", "dealingApproved": "approved", "complianceApproved": "approved"});
            let expected: &[(&str, &str)] = match waiting.kind {
                "withdrawal" => continue,
                "deposit" => &[("complianceApproved", "notOfThisKind"), ("dealingApproved", "notOfThisKind")],
                _ => &[
                    ("amount", "amountFixed"),
                    ("complianceApproved", "notOfThisKind"),
                    ("dealingApproved", "notOfThisKind"),
                ],
            };
            admin.patch(&path(waiting.request, ""), &body).expect_faults(422, expected);
        }
        app.run_sql("UPDATE methods SET provider = 'bank', connection_id = 1 WHERE name = 'sepa'");
        let waiting = admin.get("/api/v2/applications?filter[type]=withdrawal").expect(200);
        let request = waiting["data"][0]["id"].as_i64().unwrap();
        admin.patch(&path(request, ""), &json!({"amount": "10"})).has_faults(&[("amount", "amountFixed")]);
    });
}

#[test]
fn departments_decide_on_the_request_as_on_the_transaction() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let id = ready.ask(app, "100").unwrap();
        let request = request_of(&admin, id);
        let declined = admin.patch(&path(request, ""), &json!({"dealingApproved": "declined"})).expect(200);
        assert_eq!(
            (&declined["dealingApproved"], &declined["complianceApproved"]),
            (&json!("declined"), &json!("pending"))
        );
        let transaction = format!("/api/v2/transactions/{id}");
        assert_eq!(admin.get(&transaction).expect(200)["meta"]["dealingStatus"], json!("declined"));
        admin.post(&path(request, "/approve"), &json!({})).refused(409, "declined");
        assert_eq!(standing(&read(&admin, request)), ("pending", false));
        admin.patch(&transaction, &json!({"dealingStatus": "approved"})).expect(200);
        assert_eq!(read(&admin, request)["dealingApproved"], json!("approved"));
        approve(&admin, request);
    });
}

#[test]
fn a_rate_that_is_set_counts_instead_of_the_days() {
    on_both(|app| {
        let admin = app.admin();
        admin.patch("/api/v2/currencies/840", &json!({"markupSell": "1"})).expect(200);
        for waiting in one_of_each(app, &admin) {
            let at_rate = |rate: &str| admin.post(&path(waiting.request, "/approve"), &json!({"rate": rate}));
            at_rate("0").has_faults(&[("rate", "notPositive")]);
            match waiting.kind {
                "exchange" => {
                    let id = at_rate("2").expect(200)["transactionId"].clone();
                    let done = admin.get(&format!("/api/v2/transactions/{id}")).expect(200);
                    assert_eq!(done["foreignExchangeRate"], amount("1.98"));
                    assert_eq!(done["creditDetails"]["amount"], amount("39.6"));
                    assert_eq!(done["creditDetails"]["commission"], amount("0.4"));
                }
                "withdrawal" => {
                    let id = at_rate("0.5").expect(200)["transactionId"].clone();
                    let transaction = format!("/api/v2/transactions/{id}");
                    let waits = admin.get(&transaction).expect(200);
                    assert_eq!(
                        (&waits["status"], &waits["foreignExchangeRate"]),
                        (&json!("inProgress"), &amount("0.5"))
                    );
                    let done = admin.patch(&transaction, &json!({"status": "done"})).expect(200);
                    assert_eq!(done["creditDetails"]["amount"], amount("49"), "50.00 less two percent");
                }
                _ => {
                    at_rate("2").has_faults(&[("rate", "rateNotApplicable")]);
                    assert_eq!(standing(&read(&admin, waiting.request)), ("pending", false));
                }
            }
        }
        app.verify();
    });
}

#[test]
fn what_cannot_be_carried_out_still_waits() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        admin.patch("/api/v2/transactions/types/2", &json!({"options": {"holds": false}})).expect(200);
        let request = request_of(&admin, ready.ask(app, "200").unwrap());
        admin.change_balance(ready.account, "-100");
        admin.post(&path(request, "/approve"), &json!({})).refused(422, "insufficientFunds");
        assert_eq!(standing(&read(&admin, request)), ("pending", false));
        assert_eq!(read(&admin, request)["dealingApproved"], json!("pending"));
        admin.change_balance(ready.account, "100");
        approve(&admin, request);
        app.verify();
    });
}

#[test]
fn what_an_outside_platform_carries_out_is_in_progress_until_it_has_answered() {
    on_both(|app| {
        let admin = app.admin();
        let gateway = Gateway::start();
        let (client, wallet) = app.wallet(&admin, "a@example.com", 840, "100");
        admin.permit(client, &["verification", "internal_transfers"]);
        let other = admin.new_client("b@example.com", &json!({}));
        let product = app.open_product(&admin, "trade", &[840]);
        admin.connect(admin.platform_of(product), &gateway);
        let outside = admin.new_account(other, product, 840);
        let ask = || request_of(&admin, ask_transfer(&app.database, client, [wallet, outside], "40").unwrap());
        let (confirmed, refused) = (ask(), ask());
        let approved = approve(&admin, confirmed);
        assert_eq!((standing(&approved), &approved["statusId"]), (("inProgress", true), &json!(3)));
        admin.post(&path(confirmed, "/reject"), &json!({"resolutionId": 1})).refused(409, "requestDecided");
        app.run_jobs();
        assert_eq!(standing(&read(&admin, confirmed)), ("approved", true));
        gateway.answer(422);
        approve(&admin, refused);
        app.run_jobs();
        let request = read(&admin, refused);
        assert_eq!(standing(&request), ("approved", true), "the transaction tells how it ended");
        let transaction = admin.get(&format!("/api/v2/transactions/{}", request["transactionId"])).expect(200);
        assert_eq!(transaction["status"], json!("failed"));
        assert_eq!(balance(&admin, wallet), balances("60", "0", "60"));
        app.verify();
    });
}

#[test]
fn an_audit_tells_what_is_missing_and_decides_nothing() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let rejected = request_of(&admin, ready.ask(app, "50").unwrap());
        reject(&admin, rejected);
        let request = request_of(&admin, ready.ask(app, "100").unwrap());
        admin.withdraw(ready.account, "30").expect(201);
        let sound = admin.post(&path(request, "/audit"), &json!({})).expect(200);
        assert_eq!(
            sound,
            json!({
                "accountId": ready.account, "incoming": amount("250"), "outgoing": amount("130"),
                "balance": amount("120"), "difference": amount("0"), "discrepancy": false,
            })
        );
        app.run_sql("UPDATE accounts SET balance = '119.990000000000000000' WHERE hold <> '0.000000000000000000'");
        let gap = admin.post(&path(request, "/audit"), &json!({})).expect(200);
        assert_eq!((&gap["difference"], &gap["discrepancy"]), (&amount("0.01"), &json!(true)));
        assert_eq!(standing(&read(&admin, request)), ("pending", false));
    });
}

#[test]
fn a_rate_that_is_set_needs_no_rate_of_the_day() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        let id = ready.ask(app, "100").unwrap();
        let request = request_of(&admin, id);
        let providers = admin.get("/api/v2/rates/providers").expect(200);
        for provider in providers["data"].as_array().unwrap() {
            admin.delete(&format!("/api/v2/rates/providers/{}", provider["id"])).expect(204);
        }
        admin.post(&path(request, "/approve"), &json!({})).has_faults(&[("amount", "noRate")]);
        admin.post(&path(request, "/approve"), &json!({"rate": "0.5"})).expect(200);
        let done = admin.patch(&format!("/api/v2/transactions/{id}"), &json!({"status": "done"})).expect(200);
        assert_eq!(done["foreignExchangeRate"], amount("0.5"));
        app.verify();
    });
}

#[test]
fn the_type_of_a_transfer_says_whether_it_waits() {
    on_both(|app| {
        let admin = app.admin();
        let [(client, source), (_, other)] =
            ["a@example.com", "b@example.com"].map(|email| app.wallet(&admin, email, 840, "100"));
        admin.permit(client, &["verification", "internal_transfers"]);
        let own = app.open_account(&admin, client, "personal", 840);
        let types = admin.get("/api/v2/transactions/types").expect(200);
        let switch = |name: &str, mode: &str| {
            let kind = types["data"].as_array().unwrap().iter().find(|kind| kind["name"] == name).unwrap();
            let path = format!("/api/v2/transactions/types/{}", kind["id"]);
            admin.patch(&path, &json!({"options": {"application": mode}})).expect(200);
        };
        let status = |transaction: Result<i64, String>| {
            let path = format!("/api/v2/transactions/{}", transaction.unwrap());
            admin.get(&path).expect(200)["status"].as_str().unwrap().to_owned()
        };
        for (mode, to_others, of_own) in
            [("0", "done", "done"), ("1", "pending", "done"), ("2", "pending", "pending"), ("", "pending", "done")]
        {
            for name in ["transfer", "internal_transfer"] {
                switch(name, mode);
            }
            assert_eq!(status(ask_transfer(&app.database, client, [source, other], "1")), to_others, "{mode}");
            assert_eq!(status(ask_transfer(&app.database, client, [source, own], "1")), of_own, "{mode}");
        }
        app.verify();
    });
}
