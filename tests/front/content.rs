//! What clients are shown.

use serde_json::{Value, json};

use crate::harness::{Client, TestApp, on_both};

fn client(app: &TestApp, admin: &Client) -> Client {
    app.as_client(admin.new_client(&format!("client-{}@example.com", app.calls()), &json!({})))
}

#[test]
fn a_client_sees_enabled_banners_alone() {
    on_both(|app| {
        let admin = app.admin();
        let client = client(app, &admin);
        let banner = |kind: &str, enabled: bool, url: &str| {
            let banner = json!({
                "type": kind, "url": url, "enabled": enabled, "captionLight": "News", "mobileTitle": "News",
                "resources": [{"key": "caption", "locale": "es_ES", "value": "Noticias"}],
            });
            admin.create("/api/v2/banners", &banner)
        };
        let shown = banner("desktop", true, "/dashboard");
        let hidden = banner("desktop", false, "/dashboard");
        banner("mobile", true, "/funds");
        assert_eq!(client.total("/api/v2/my/banners"), 2);
        for (query, total) in [
            ("filter[enabled]=0", 0),
            ("filter[enabled]=1", 2),
            ("filter[type]=mobile", 1),
            ("filter[url]=/dashboard", 1),
            ("filter[url]=/dash", 0),
            ("filter[type]=other", 0),
        ] {
            assert_eq!(client.total(&format!("/api/v2/my/banners?{query}")), total, "{query}");
        }
        let one = client.with("Accept-Language", "es").get(&format!("/api/v2/my/banners/{shown}")).expect(200);
        assert_eq!(
            (&one["captionLight"], one.get("resources"), one.get("createdBy")),
            (&json!("Noticias"), None, None)
        );
        client.get(&format!("/api/v2/my/banners/{hidden}")).refused(404, "notFound");
    });
}

/// The names of items, with those of what is below them.
fn told(items: &Value) -> String {
    let told = items.as_array().unwrap().iter().map(|item| {
        let name = item["name"].as_str().unwrap();
        if item["items"] == json!([]) { name.to_owned() } else { format!("{name}({})", told(&item["items"])) }
    });
    told.collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn menu(client: &Client, query: &str) -> String {
    let page = client.get(&format!("/api/v2/my/menus{query}")).expect(200);
    told(&page["data"])
}

#[test]
fn a_hidden_item_is_not_there_with_what_is_below_it() {
    on_both(|app| {
        let admin = app.admin();
        let client = client(app, &admin);
        assert_eq!(menu(&client, ""), "dashboard funds accounts platforms bonuses verification profile support");
        let funds = "funds(deposit withdraw transfer exchange history)";
        assert_eq!(menu(&client, "?deep=true&limit=1&offset=1"), funds);
        let deposit = "/api/v2/my/menus?filter[rootName]=funds&limit=1";
        let deposit = client.get(deposit).expect(200)["data"][0]["id"].clone();
        client.get(&format!("/api/v2/my/menus/{deposit}")).expect(200);
        admin.patch("/api/v2/menus/2", &json!({"visible": false})).expect(200);
        assert_eq!(menu(&client, "?filter[rootName]=funds"), "");
        assert_eq!(menu(&client, "?filter[menuId]=2"), "");
        assert_eq!(client.total("/api/v2/my/menus"), 7);
        client.get("/api/v2/my/menus/2").refused(404, "notFound");
        client.get(&format!("/api/v2/my/menus/{deposit}")).refused(404, "notFound");
    });
}

#[test]
fn items_for_other_types_and_levels_are_not_there() {
    on_both(|app| {
        let admin = app.admin();
        let client = client(app, &admin);
        let other = admin.create("/api/v2/clients/types", &json!({"name": "Other", "group": "corporative"}));
        admin.patch("/api/v2/menus/1", &json!({"clientTypes": [other]})).expect(200);
        assert!(!menu(&client, "").contains("dashboard"));
        client.get("/api/v2/my/menus/1").refused(404, "notFound");
        let own = admin.get("/api/v2/clients/types?filter[name]=individual").expect(200)["data"].clone();
        let own: Vec<Value> = own.as_array().unwrap().iter().map(|kind| kind["id"].clone()).collect();
        let types = [vec![json!(other)], own].concat();
        admin.patch("/api/v2/menus/1", &json!({"clientTypes": types})).expect(200);
        let all = client.total("/api/v2/my/menus");
        let level = admin.get("/api/v2/verifications/levels?limit=100").expect(200);
        let level = level["data"].as_array().unwrap().last().unwrap()["id"].clone();
        admin.patch("/api/v2/menus/8", &json!({"verificationLevels": [level]})).expect(200);
        let levels = admin.total("/api/v2/verifications/levels");
        assert_eq!(client.total("/api/v2/my/menus"), if levels > 1 { all - 1 } else { all });
    });
}

#[test]
fn a_client_reads_widgets_in_their_order() {
    on_both(|app| {
        let admin = app.admin();
        let client = client(app, &admin);
        admin.patch("/api/v2/widgets/3", &json!({"sort": 1})).expect(200);
        let widgets = client.get("/api/v2/my/widgets").expect(200);
        assert_eq!((&widgets["total"], &widgets["data"][0]["id"]), (&json!(6), &json!(3)));
        let quotes = client.get("/api/v2/my/widgets/1").expect(200);
        assert_eq!(quotes["entity"]["symbols"][0]["symbol"], json!("EURUSD"));
        assert_eq!(quotes, admin.get("/api/v2/widgets/1").expect(200));
        client.get("/api/v2/my/widgets/99").refused(404, "notFound");
    });
}

#[test]
fn a_client_finds_texts_of_the_broker_by_keys_and_tags() {
    on_both(|app| {
        let admin = app.admin();
        let client = client(app, &admin);
        let [brand, mails] =
            ["Brand", "Mails"].map(|name| admin.create("/api/v2/storage/tags", &json!({"name": name})));
        let pair = |key: &str, kind: &str, value: &str, tags: &[i64]| {
            let pair = json!({"key": key, "type": kind, "value": value, "tags": tags});
            admin.create("/api/v2/storage/values", &pair)
        };
        let name = pair("test_name", "string", "Acme", &[brand]);
        pair("test_address", "mail", "help@example.com", &[mails]);
        pair("test_link", "url", "https://example.com", &[brand, mails]);
        let found = |query: &str| {
            let page = client.get(&format!("/api/v2/my/storage/values?sort_order=asc&{query}")).expect(200);
            let pairs = page["data"].as_array().unwrap().iter();
            let keys: Vec<&str> = pairs.map(|pair| pair["value"].as_str().unwrap()).collect();
            assert_eq!(page["total"], json!(keys.len()));
            keys.join(" ")
        };
        assert_eq!(found("filter[keys][0]=test_name&filter[keys][1]=test_address"), "Acme help@example.com");
        assert_eq!(found("filter[keys]=test_name,test_link"), "Acme https://example.com");
        assert_eq!(found("filter[tags][0]=brand"), "Acme https://example.com");
        assert_eq!(found(&format!("filter[tags][0]={mails}&filter[type]=mail")), "help@example.com");
        assert_eq!(
            found(&format!("filter[tags]=Brand,{mails}&filter[value]=EXAMPLE")),
            "help@example.com https://example.com"
        );
        assert_eq!(found("filter[tags]=nothing"), "");
        client.get("/api/v2/my/storage/values?filter[keys][x]=1").refused(400, "unknownFilter");
        let one = client.get(&format!("/api/v2/my/storage/values/{name}")).expect(200);
        assert_eq!(one["tags"], json!([{"id": brand, "name": "Brand"}]));
        client.get("/api/v2/my/storage/values/9999").refused(404, "notFound");
    });
}
