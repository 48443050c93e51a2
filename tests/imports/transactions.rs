//! Opening balances and earlier movements.

use serde_json::{Value, json};

use super::{faults, imported, outcome};
use crate::harness::{Client, Gateway, TestApp, amount, on_both};

const HEADER: &str = "externalReference,accountNumber,type,amount,time,comment\n";

/// A client's wallet, by its id and its number.
fn wallet(app: &TestApp, admin: &Client) -> (i64, String) {
    let (_, account) = app.wallet(admin, "ann@example.com", 840, "0");
    (account, admin.account_number(account).as_str().unwrap().to_owned())
}

fn balance(admin: &Client, account: i64) -> Value {
    admin.unrecorded().get(&format!("/api/v2/accounts/{account}")).expect(200)["statement"]["currentBalance"].clone()
}

#[test]
fn movements_become_balanced_postings_with_their_time_in_the_note() {
    on_both(|app| {
        let admin = app.admin();
        let (account, number) = wallet(app, &admin);
        let file = format!(
            "{HEADER}r1,{number},openingBalance,100.50,2019-12-31T00:00:00Z,\n\
             r2,{number},withdrawal,40,2020-01-02T03:04:05+01:00,by card\n\
             r3,{number},deposit,0.25,2020-02-02T00:00:00Z,\n"
        );
        let import = imported(app, &admin, "transactions", &file);
        assert_eq!(outcome(&import), ("done", 3, 0), "{import}");
        assert_eq!(balance(&admin, account), amount("60.75"));
        app.verify();
        let transactions = admin.unrecorded().get("/api/v2/transactions?sort_order=asc").expect(200);
        let second = &transactions["data"][1];
        assert_eq!((&second["type"], &second["status"]), (&json!("withdrawal"), &json!("done")));
        assert_eq!(second["meta"]["comment"], json!("withdrawal r2 of 2020-01-02T02:04:05+00:00: by card"));
        let postings =
            admin.unrecorded().get(&format!("/api/v2/accounts/{account}/postings?sort_order=asc")).expect(200);
        let after: Vec<&Value> =
            postings["data"].as_array().unwrap().iter().map(|posting| &posting["balanceAfter"]).collect();
        assert_eq!(after, [&amount("100.5"), &amount("60.5"), &amount("60.75")]);
        let told = "SELECT name FROM events WHERE name LIKE 'Deposit%' OR name LIKE 'Withdraw%'";
        assert_eq!(app.texts_of(told), [""; 0]);
    });
}

#[test]
fn the_same_file_again_moves_nothing_and_a_reference_is_of_one_transaction() {
    on_both(|app| {
        let admin = app.admin();
        let (account, number) = wallet(app, &admin);
        let file = |amount: &str| format!("{HEADER}r1,{number},deposit,{amount},2020-01-01T00:00:00Z,\n");
        assert_eq!(outcome(&imported(app, &admin, "transactions", &file("10"))), ("done", 1, 0));
        assert_eq!(outcome(&imported(app, &admin, "transactions", &file("10.00"))), ("done", 0, 1));
        let other = imported(app, &admin, "transactions", &file("11"));
        assert_eq!(
            (outcome(&other).0, faults(&other)),
            ("failed", vec!["2 externalReference importedDifferently".into()])
        );
        let twice = format!(
            "{}r2,{number},deposit,1,2020-01-01T00:00:00Z,\nr2,{number},deposit,1,2020-01-01T00:00:00Z,\n",
            file("10")
        );
        let twice = imported(app, &admin, "transactions", &twice);
        assert_eq!(faults(&twice), ["4 externalReference repeatedLine"]);
        assert_eq!(balance(&admin, account), amount("10"));
        app.verify();
    });
}

#[test]
fn nothing_is_taken_that_is_not_there_line_by_line() {
    on_both(|app| {
        let admin = app.admin();
        let (account, number) = wallet(app, &admin);
        let line = |reference: u32, kind: &str, amount: &str| {
            format!("r{reference},{number},{kind},{amount},2020-01-01T00:00:00Z,\n")
        };
        let file = [
            HEADER.to_owned(),
            line(1, "deposit", "10"),
            line(2, "withdrawal", "10.01"),
            line(3, "withdrawal", "10"),
            line(4, "deposit", "0.001"),
            line(5, "profit", "1"),
            "r6,nothing,deposit,1,2020-01-01T00:00:00Z,\n".to_owned(),
            format!("r7,{number},deposit,1,2100-01-01T00:00:00Z,\n"),
            "r8,a b,deposit,1,2020-01-01T00:00:00Z,\n".to_owned(),
        ];
        let import = imported(app, &admin, "transactions", &file.concat());
        let expected = [
            "6 type unknownTransactionType",
            "8 time timeToCome",
            "9 accountNumber notAccountNumber",
            "3 amount insufficientFunds",
            "5 amount tooManyPlaces",
            "7 accountNumber unknown",
        ];
        assert_eq!(faults(&import), expected);
        assert_eq!(balance(&admin, account), amount("0"));
        assert_eq!(admin.total("/api/v2/transactions"), 0);
    });
}

#[test]
fn an_outside_platform_is_not_asked_for_money_that_it_has() {
    let gateway = Gateway::start();
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("ann@example.com", &json!({}));
        let product = app.open_product(&admin, "trade", &[840]);
        let account = admin.new_account(client, product, 840);
        admin.connect(admin.platform_of(product), &gateway);
        let number = admin.account_number(account);
        let number = number.as_str().unwrap();
        let file = format!("{HEADER}r1,{number},openingBalance,100,2020-01-01T00:00:00Z,\n");
        assert_eq!(outcome(&imported(app, &admin, "transactions", &file)), ("done", 1, 0));
        assert_eq!(balance(&admin, account), amount("100"));
        assert_eq!(app.texts_of("SELECT CAST(id AS TEXT) FROM platform_orders"), [""; 0]);
        app.verify();
    });
}

#[test]
fn many_lines_of_many_accounts_add_up() {
    on_both(|app| {
        let admin = app.admin();
        let product = app.open_product(&admin, "personal", &[840]);
        let emails: Vec<String> = (0..30).map(|number| format!("c{number}@example.com")).collect();
        let clients = emails.iter().map(|email| format!("{email},Doe,Ann\n")).collect::<Vec<_>>().concat();
        imported(app, &admin, "users", &format!("email,lastName,firstName\n{clients}"));
        let accounts = emails
            .iter()
            .enumerate()
            .map(|(number, email)| format!("{email},N{number},{product},USD\n"))
            .collect::<Vec<_>>()
            .concat();
        let accounts = format!("email,accountNumber,productId,productCurrency\n{accounts}");
        assert_eq!(outcome(&imported(app, &admin, "accounts", &accounts)), ("done", 30, 0));
        // More than are looked up at once.
        let lines = (0..1_200)
            .map(|number| format!("r{number},N{},deposit,1.01,2020-01-01T00:00:00Z,\n", number % 30))
            .collect::<Vec<_>>()
            .concat();
        let import = imported(app, &admin, "transactions", &format!("{HEADER}{lines}"));
        assert_eq!(outcome(&import), ("done", 1_200, 0));
        app.verify();
        let sums = app.texts_of("SELECT DISTINCT CAST(balance AS TEXT) FROM accounts");
        assert_eq!(sums.len(), 1);
        assert!(sums[0].ends_with("40.4") || sums[0].ends_with("40.40"), "{sums:?}");
    });
}

#[test]
fn a_number_of_accounts_on_two_platforms_names_neither() {
    on_both(|app| {
        let admin = app.admin();
        for email in ["ann@example.com", "bob@example.com"] {
            app.wallet(&admin, email, 840, "0");
        }
        app.run_sql("UPDATE accounts SET number = 'A1'");
        let file = format!("{HEADER}r1,A1,deposit,1,2020-01-01T00:00:00Z,\n");
        assert_eq!(faults(&imported(app, &admin, "transactions", &file)), ["2 accountNumber ambiguousNumber"]);
    });
}
