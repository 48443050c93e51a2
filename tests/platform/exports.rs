//! Lists as CSV.

use serde_json::json;

use crate::harness::on_both;

#[test]
fn a_list_is_exported_whole_with_its_filters() {
    on_both(|app| {
        let admin = app.admin();
        for number in 0..13 {
            let fields = json!({"firstName": format!("N{number}"), "city": if number < 12 { "Rome" } else { "Oslo" }});
            admin.new_client(&format!("c{number}@example.com"), &fields);
        }
        let exported = admin.get("/api/v2/clients?format=csv&filter[city]=rome&limit=2&sort_order=asc");
        assert_eq!(exported.header("Content-Type"), Some("text/csv; charset=utf-8; header=present"));
        assert_eq!(exported.header("Content-Disposition"), Some("attachment; filename=\"clients.csv\""));
        let text = exported.expect(200).as_str().unwrap().to_owned();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 13, "the limit does not bound it");
        assert!(lines[0].starts_with("additionalInformation,analytics,birthday,city,clientId,"), "{}", lines[0]);
        assert!(lines[1].contains("c0@example.com"));
        let accepted = admin.with("Accept", "text/csv").get("/api/v2/clients?filter[city]=oslo");
        assert_eq!(accepted.expect(200).as_str().unwrap().lines().count(), 2);
        admin.get("/api/v2/clients?format=csv&filter[ciyt]=rome").refused(400, "unknownFilter");
        admin.get("/api/v2/clients?format=xml").refused(400, "notOneOf");
        app.user_with("nobody", &[]).get("/api/v2/clients?format=csv").refused(403, "permissionMissing");
        let empty = admin.get("/api/v2/accounts?format=csv").expect(200);
        assert_eq!(empty.as_str().unwrap().lines().count(), 1, "an empty list has its header");
    });
}

#[test]
fn cells_are_quoted_masked_and_no_formulas() {
    on_both(|app| {
        let admin = app.admin();
        let fields = json!({"firstName": "=cmd|' /C calc'!A0", "lastName": "a,\"b\"", "phone": "+12025550123"});
        admin.new_client("x@example.com", &fields);
        let text = admin.get("/api/v2/clients?format=csv").expect(200).as_str().unwrap().to_owned();
        assert!(text.contains(",'=cmd|' /C calc'!A0,"), "{text}");
        assert!(text.contains("\"a,\"\"b\"\"\""), "{text}");
        assert!(text.contains(",+12025550123,"), "{text}");
        let masked = app.user_with("masked", &["clients.read"]);
        let text = masked.get("/api/v2/clients?format=csv").expect(200).as_str().unwrap().to_owned();
        assert!(!text.contains("x@example.com") && !text.contains("2025550123"), "{text}");
    });
}
