//! Currencies and countries, which are there from the first start.

use serde_json::json;

use crate::harness::on_both;

#[test]
fn a_currency_is_found_by_its_codes() {
    on_both(|app| {
        let admin = app.admin();
        let euro = admin.get("/api/v2/currencies/978").expect(200);
        let expected = json!({
            "alphabeticCode": "EUR", "blockExplorer": null, "enabled": true, "markupBuy": 0, "markupSell": 0,
            "minorUnit": 2, "name": "Euro", "numericCode": 978, "resources": [],
            "createTime": "2026-01-01T00:00:00+00:00", "updateTime": "2026-01-01T00:00:00+00:00",
        });
        assert_eq!(euro, expected);
        let page = admin.get("/api/v2/currencies?filter[alphabeticCode]=btc").expect(200);
        assert_eq!(page["data"][0]["numericCode"], json!(1000));
        assert_eq!(page["data"][0]["minorUnit"], json!(8));
        assert_eq!(
            admin.get("/api/v2/currencies?filter[numericCode]=392").expect(200)["data"][0]["minorUnit"],
            json!(0)
        );
        admin.get("/api/v2/currencies/7").expect(404);
        admin.post("/api/v2/countries", &json!({})).expect(405);
    });
}

#[test]
fn a_country_is_found_enabled_and_disabled() {
    on_both(|app| {
        let admin = app.admin();
        let page = admin.get("/api/v2/countries?filter[alpha2Code]=US").expect(200);
        let usa = page["data"][0].clone();
        assert_eq!(usa["numericCode"], json!("840"));
        assert_eq!(usa["callingCode"], json!("+1"));
        assert_eq!(
            usa["currency"],
            json!({"alphabeticCode": "USD", "minorUnit": 2, "name": "US Dollar", "numericCode": 840})
        );
        let path = format!("/api/v2/countries/{}", usa["countryId"]);
        assert_eq!(admin.patch(&path, &json!({"enabled": 0})).expect(200)["enabled"], json!(false));
        assert_eq!(admin.total("/api/v2/countries?filter[enabled]=false"), 1);
        assert_eq!(admin.total("/api/v2/countries?filter[countryName]=%C3%85LAND"), 1);
        admin.patch(&path, &json!({"enabled": null})).refused(400, "null");
    });
}
