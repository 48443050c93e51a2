//! The addresses that clients may withdraw to, and the withdrawals that they saved.

use domain::ledger::{AccountId, CurrencyCode, MethodId};
use domain::payments::{
    MethodDirection, MethodFields, TemplateData, WhitelistedAddress, WhitelistedAddressId, WithdrawalTemplate,
};
use serde_json::json;
use storage::payments::{whitelisted_addresses, withdrawal_templates};

use crate::harness::orders::ReadyClient;
use crate::harness::{Bodies, TestApp, codes, on_both};

const POLICIES: &str = "/api/v2/withdrawals/policies";
const PATTERNS: &str = "/api/v2/withdrawals/patterns";

pub fn list_address(app: &TestApp, client: i64, wallet: &str) -> Result<i64, String> {
    let address = WhitelistedAddress {
        wallet_address: wallet.to_owned(),
        currency: CurrencyCode::new(978),
        caption: Some("Savings".into()),
        destination_tag: None,
    };
    let listed = app.database.write(move |tx| whitelisted_addresses::insert(tx, client.into(), &address));
    listed.map(WhitelistedAddressId::get).map_err(|error| codes::note_refusal(&error))
}

fn restrict(app: &TestApp, client: i64, is_restricted: bool) {
    app.database.write(move |tx| whitelisted_addresses::restrict(tx, client.into(), is_restricted)).unwrap();
}

pub fn save_template(app: &TestApp, client: i64, name: &str) -> i64 {
    let data = TemplateData {
        account_id: AccountId::new(1),
        amount: "0.0001".into(),
        currency_code: CurrencyCode::new(978),
        method_id: MethodId::new(3),
        group_name: Some("Crypto".into()),
        data: MethodFields {
            wallet_address: Some("bc1q".into()),
            comment: None,
            others: [("bank".to_owned(), "Acme".to_owned())].into(),
        },
    };
    let template = WithdrawalTemplate { name: name.to_owned(), data };
    app.database.write(move |tx| withdrawal_templates::insert(tx, client.into(), &template)).unwrap().get()
}

#[test]
fn addresses_are_listed_with_whether_they_bind_their_client() {
    on_both(|app| {
        let admin = app.admin();
        let tag = admin.new_tag("VIP");
        let ann = admin.new_client("ann@example.com", &json!({"tagIds": [tag]}));
        let bob = admin.new_client("bob@example.com", &json!({}));
        list_address(app, ann, "bc1qAnn").unwrap();
        let of_bob = list_address(app, bob, "bc1qBob").unwrap();
        assert!(list_address(app, bob, "bc1qBob").is_err(), "once for a currency");
        list_address(app, bob, "bc1qbob").expect("case matters");
        restrict(app, ann, true);
        let listed = admin.get(POLICIES).expect(200);
        assert_eq!(listed["total"], json!(3));
        let first = &listed["data"][0];
        assert_eq!((&first["walletAddress"], &first["isEnabled"]), (&json!("bc1qAnn"), &json!(true)));
        assert_eq!(first["currency"]["alphabeticCode"], json!("EUR"));
        let total = |filter: &str| admin.total(&format!("{POLICIES}?filter{filter}"));
        assert_eq!((total("[isEnabled]=true"), total("[isEnabled]=false")), (1, 2));
        assert_eq!((total("[walletAddress]=bc1qbob"), total("[currencyCode]=978")), (1, 3));
        assert_eq!(total(&format!("[clientId]={bob}")), 2);
        let fields = json!({"clientTags": [tag]});
        let (_, as_eve) = app.user_of("eve", &["whitelistedWithdrawalAddresses.read"], &fields);
        assert_eq!(as_eve.total(POLICIES), 1);
        as_eve.get(&format!("{POLICIES}/{of_bob}")).expect(404);
        restrict(app, ann, false);
        assert_eq!(total("[isEnabled]=true"), 0);
    });
}

#[test]
fn templates_are_listed_and_go_with_their_client() {
    on_both(|app| {
        let admin = app.admin();
        let tag = admin.new_tag("VIP");
        let ann = admin.new_client("ann@example.com", &json!({"tagIds": [tag]}));
        let bob = admin.new_client("bob@example.com", &json!({}));
        save_template(app, ann, "monthly");
        app.advance(60);
        let of_bob = save_template(app, bob, "To my bank");
        let listed = admin.get(PATTERNS).expect(200);
        assert_eq!(listed["data"][0]["name"], json!("To my bank"));
        assert_eq!(
            listed["data"][1]["data"],
            json!({
                "account_id": 1, "amount": "0.0001", "currency_code": 978, "method_id": 3, "groupName": "Crypto",
                "data": {"wallet_address": "bc1q", "comment": null, "bank": "Acme"},
            })
        );
        let by_name = admin.get(&format!("{PATTERNS}?sort_by=name")).expect(200);
        assert_eq!(by_name["data"][0]["name"], json!("monthly"), "case does not count");
        let total = |filter: &str| admin.total(&format!("{PATTERNS}?filter{filter}"));
        assert_eq!((total("[name]=MONTH"), total(&format!("[clientId]={bob}"))), (1, 1));
        let then = app.time(-30).replace('+', "%2B");
        assert_eq!((total(&format!("[fromCreateTime]={then}")), total(&format!("[toCreateTime]={then}"))), (1, 1));
        let fields = json!({"clientTags": [tag]});
        let (_, as_eve) = app.user_of("eve", &["withdrawalTemplates.read"], &fields);
        assert_eq!(as_eve.total(PATTERNS), 1);
        as_eve.get(&format!("{PATTERNS}/{of_bob}")).expect(404);
        admin.delete(&format!("/api/v2/clients/{bob}")).expect(204);
        assert_eq!(admin.total(PATTERNS), 1);
    });
}

#[test]
fn a_client_who_restricts_withdrawals_is_paid_to_whitelisted_addresses_alone() {
    on_both(|app| {
        let admin = app.admin();
        let ready = ReadyClient::prepare(app, &admin, MethodDirection::Withdrawal);
        ready.ask_to(app, "10", Some("bc1qother")).expect("any address");
        list_address(app, ready.client, "bc1qmine").unwrap();
        restrict(app, ready.client, true);
        let refusal = ready.ask_to(app, "10", Some("bc1qother")).unwrap_err();
        assert_eq!(refusal, "addressNotWhitelisted at WalletAddress");
        ready.ask_to(app, "10", Some("bc1qMINE")).expect_err("case matters");
        ready.ask_to(app, "10", Some("bc1qmine")).unwrap();
        ready.ask(app, "10").expect("methods without wallets are not touched");
        restrict(app, ready.client, false);
        ready.ask_to(app, "10", Some("bc1qother")).unwrap();
    });
}

#[test]
fn bodies_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let mut bodies = Bodies::of(&admin);
        let ann = admin.new_client("ann@example.com", &json!({}));
        list_address(app, ann, "bc1q").unwrap();
        save_template(app, ann, "Monthly");
        bodies.first_of(POLICIES);
        bodies.first_of(PATTERNS);
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies_of_whitelists", bodies.into_text());
        });
    });
}
