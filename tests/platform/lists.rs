//! What all lists have in common.

use serde_json::json;

use crate::harness::on_both;

#[test]
fn all_faults_of_a_query_are_reported() {
    on_both(|app| {
        let admin = app.admin();
        let query = "limit=0&offset=-1&sort_by=x&sort_order=up&filter[name]=a&filter[type]=trade&filter[groupId]=x&total=2&page=1";
        let answer = admin.get(&format!("/api/v2/products?{query}"));
        let expected = ["filter[groupId]", "filter[name]", "limit", "offset", "page", "sort_by", "sort_order", "total"];
        assert_eq!(answer.faulty_fields(), expected);
        answer.expect(400);
        admin.get("/api/v2/products?limit=1001").refused(400, "outOfRange");
        admin.get("/api/v2/products?limit=1000").expect(200);
        admin.get("/api/v2/products?limit=5&limit=6").refused(400, "sentTwice");
    });
}

#[test]
fn a_page_holds_its_part_and_the_total_of_all() {
    on_both(|app| {
        let admin = app.admin();
        let page = admin.get("/api/v2/countries?limit=3&offset=247").expect(200);
        assert_eq!(page["total"], json!(249));
        assert_eq!(page["data"].as_array().unwrap().len(), 2);
        let page = admin.get("/api/v2/countries").expect(200);
        assert_eq!(page["data"].as_array().unwrap().len(), 10);
        let beyond = admin.get("/api/v2/countries?offset=9000").expect(200);
        assert_eq!(beyond, json!({"total": 249, "data": []}));
    });
}

#[test]
fn a_total_that_is_not_wanted_is_left_out() {
    on_both(|app| {
        let page = app.admin().get("/api/v2/countries?total=false&limit=1").expect(200);
        assert!(page.get("total").is_none());
        assert_eq!(page["data"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn pages_never_overlap() {
    on_both(|app| {
        let admin = app.admin();
        for sort in ["sort_by=enabled", "sort_by=enabled&sort_order=desc", "sort_by=countryName"] {
            let mut seen = Vec::new();
            for offset in (0..249).step_by(50) {
                let page = admin.get(&format!("/api/v2/countries?{sort}&limit=50&offset={offset}")).expect(200);
                seen.extend(
                    page["data"].as_array().unwrap().iter().map(|country| country["countryId"].as_i64().unwrap()),
                );
            }
            let all = seen.len();
            seen.sort_unstable();
            seen.dedup();
            assert_eq!((all, seen.len()), (249, 249), "{sort}");
        }
    });
}

#[test]
fn lists_by_time_run_from_the_newest() {
    on_both(|app| {
        let admin = app.admin();
        for name in ["one", "two"] {
            app.advance(1);
            admin.new_tag(name);
        }
        let names = |query: &str| {
            let page = admin.get(&format!("/api/v2/tags?{query}")).expect(200);
            page["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|tag| tag["name"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(""), ["two", "one"]);
        assert_eq!(names("sort_by=createTime&sort_order=asc"), ["one", "two"]);
        assert_eq!(names("filter[type]=clients"), ["two", "one"]);
        assert!(names("filter[type]=others").is_empty());
    });
}

#[test]
fn a_filter_of_e_mail_addresses_takes_nothing_else() {
    on_both(|app| {
        let admin = app.admin();
        for (path, filter) in [
            ("/api/v2/users", "email"),
            ("/api/v2/security/addresses", "clientEmail"),
            ("/api/v2/calendars/events", "recipients"),
            ("/api/v2/bonuses", "clientEmail"),
            ("/api/v2/managers", "email"),
            ("/api/v2/clients", "email"),
            ("/api/v2/clients", "emails"),
        ] {
            let field = format!("filter[{filter}]");
            admin.get(&format!("{path}?{field}=ann")).expect_faults(400, &[(field.as_str(), "notEmail")]);
            admin
                .get(&format!("{path}?{field}=ann@example.com%00"))
                .expect_faults(400, &[(field.as_str(), "notEmail")]);
            assert_eq!(admin.total(&format!("{path}?{field}=ANN@example.com")), 0);
        }
        admin.new_client("ann@example.com", &json!({}));
        assert_eq!(admin.total("/api/v2/clients?filter[emails]=bob@example.com,%20Ann@example.com,"), 1);
        admin.get("/api/v2/clients?filter[emails]=ann@example.com,bob").refused(400, "notEmail");
    });
}
