//! What is answered to clients.

use serde_json::json;

use crate::files::PDF;
use crate::harness::form::Form;
use crate::harness::{Bodies, on_both};

#[test]
fn bodies_of_credentials_are_as_they_were_reviewed() {
    on_both(|app| {
        let client = app.admin().new_client("ann@example.com", &json!({}));
        let as_client = app.as_client(client);
        let mut bodies = Bodies::of(&as_client);
        bodies.first_of("/api/v2/my/devices");
        let token = json!({"token": "740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad"});
        bodies.ask("/api/v2/my/devices/tokens", &token, 201);
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies_credentials", bodies.into_text());
        });
    });
}

#[test]
fn bodies_of_content_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let banner = json!({
            "type": "mobile", "url": "/dashboard", "enabled": true, "priority": 5, "mobileTitle": "News",
            "data": {"vertical_align": "middle", "padding": "0.1", "preview_enabled": true},
        });
        admin.create("/api/v2/banners", &banner);
        let tag = admin.create("/api/v2/storage/tags", &json!({"name": "Brand"}));
        let pair = json!({"key": "slogan", "type": "string", "value": "Trade with us", "tags": [tag]});
        admin.create("/api/v2/storage/values", &pair);
        let as_client = app.as_client(admin.new_client("ann@example.com", &json!({})));
        let mut bodies = Bodies::of(&as_client);
        bodies.first_of("/api/v2/my/countries?filter[alpha2Code]=US");
        bodies.first_of("/api/v2/my/clients/types");
        bodies.first_of("/api/v2/my/localizations");
        bodies.read("/api/v2/my/settings/mobile");
        bodies.read("/api/v2/my/settings");
        bodies.first_of("/api/v2/my/banners");
        bodies.first_of("/api/v2/my/menus");
        bodies.read("/api/v2/my/menus?deep=1&filter[caption]=deposit");
        bodies.first_of("/api/v2/my/widgets");
        bodies.first_of("/api/v2/my/storage/values?filter[keys][0]=slogan");
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies_content", bodies.into_text());
        });
    });
}

#[test]
fn bodies_of_clients_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let fields = json!({
            "middleName": "Q", "nickname": "annie", "birthday": "1990-04-12", "countryId": 1, "city": "Lisbon",
            "phone": "+12025550123", "company": {"fullName": "Doe Limited", "shortName": "Doe"},
        });
        let client = admin.new_client("ann@example.com", &fields);
        let as_client = app.as_client(client);
        let mut bodies = Bodies::of(&as_client);
        bodies.read("/api/v2/my/profile");
        bodies.read("/api/v2/my/permissions");
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies_clients", bodies.into_text());
        });
    });
}

#[test]
fn bodies_of_the_catalog_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let product = app.open_product(&admin, "trade", &[840]);
        let note = json!({"title": "Opening hours", "value": "Sunday to Friday"});
        admin.create(&format!("/api/v2/products/{product}/preferences"), &note);
        let as_client = app.as_client(admin.new_client("ann@example.com", &json!({})));
        let mut bodies = Bodies::of(&as_client);
        bodies.first_of("/api/v2/my/products/groups");
        bodies.first_of("/api/v2/my/products/currencies");
        bodies.first_of(&format!("/api/v2/my/products/{product}/preferences"));
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies_catalog", bodies.into_text());
        });
    });
}

#[test]
fn bodies_of_rates_and_charts_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let pair = json!({"fromCurrency": 840, "toCurrency": 978, "isEnabled": true, "maxAmount": "500"});
        admin.create("/api/v2/currencies/pairs", &pair);
        app.rate(&admin, 840, 978, "0.9");
        let ann = admin.new_client("ann@example.com", &json!({}));
        let account = app.open_account(&admin, ann, "trade", 840);
        admin.change_balance(account, "100");
        let as_client = app.as_client(ann);
        let mut bodies = Bodies::of(&as_client);
        bodies.read("/api/v2/my/rates/usd");
        let rate = bodies.read("/api/v2/my/rates/usd/eur");
        bodies.ask("/api/v2/my/rates/pairs", &json!({"pairs": [{"baseCurrency": "usd", "quoteCurrency": "eur"}]}), 200);
        bodies.read("/api/v2/my/currencies/usd/paired");
        bodies.read("/api/v2/my/charts");
        admin.permit(ann, &["converter"]);
        let euros = app.open_account(&admin, ann, "personal", 978);
        let exchange = json!({
            "amount": "10", "sourceAccountId": account, "destinationAccountId": euros, "quoteId": rate["quoteId"],
        });
        bodies.ask("/api/v2/my/exchanges", &exchange, 201);
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies_rates", bodies.into_text());
        });
    });
}

#[test]
fn bodies_of_verification_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let group = admin.create("/api/v2/documents/groups", &json!({"name": "Identity", "type": "one"}));
        let kind = json!({"name": "Passport", "groupId": group, "maxFiles": 2});
        let kind = admin.create("/api/v2/documents/types", &kind);
        let test = admin.create("/api/v2/quizzes", &json!({"caption": "Risks", "details": "What can be lost"}));
        let questions = format!("/api/v2/quizzes/{test}/questions");
        let question = admin.create(&questions, &json!({"question": "Can you lose all?", "type": "close"}));
        let option = json!({"text": "Yes", "isCorrect": true});
        let option = admin.create(&format!("{questions}/{question}/answers"), &option);
        admin.patch(&format!("/api/v2/quizzes/{test}"), &json!({"isVisible": true})).expect(200);
        let level = json!({
            "index": 10, "name": "Verified", "description": "<p>Verified</p>", "options": ["Identity"],
            "requiredTests": [test],
        });
        let level = admin.create("/api/v2/verifications/levels", &level);
        admin.patch("/api/v2/verifications/levels/1", &json!({"nextLevel": level})).expect(200);
        let client = admin.new_client("ann@example.com", &json!({}));
        let as_client = app.as_client(client);
        let mut bodies = Bodies::of(&as_client);
        bodies.first_of("/api/v2/my/verifications/levels");
        bodies.first_of("/api/v2/my/verifications");
        bodies.first_of("/api/v2/my/quizzes");
        let answers = json!({"answers": [{"questionId": question, "answerIds": [option]}]});
        bodies.ask(&format!("/api/v2/my/quizzes/{test}/answers"), &answers, 201);
        bodies.first_of("/api/v2/my/quizzes/results");
        let form = Form::default().text("typeId", &kind.to_string()).file("file", "scan.pdf", PDF);
        bodies.upload("/api/v2/my/documents", form);
        bodies.first_of("/api/v2/my/documents");
        let begun = bodies.read("/api/v2/my/verifications/wizard");
        let form = Form::default().text("uuid", begun["uuid"].as_str().unwrap());
        bodies.upload_to("/api/v2/my/verifications", form, 200);
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies_verification", bodies.into_text());
        });
    });
}
