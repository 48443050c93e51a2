//! Clients of an earlier system.

use domain::requests::Asked;
use serde_json::{Value, json};

use super::{IMPORTS, ended, faults, form, imported, outcome, send};
use crate::harness::orders::ask;
use crate::harness::{Setup, on_both, on_both_with};
use crate::messaging::mail::smtp_server;

const TWO: &str = "E-mail,Last name,First name,Middle name,Birth date,Country,Phone,Address,City,Postal code,Level\n\
                   ann@example.com,Doe,Ann,M.,1990-02-03,PT,+351 912 345 678,\"Rua 1, 2\",Lisbon,1100-148,1\n\
                   bob@example.com,Roe,Bob,,,,,,,,\n";

#[test]
fn clients_come_with_their_phones_addresses_and_levels() {
    on_both(|app| {
        let admin = app.admin();
        let import = imported(app, &admin, "users", TWO);
        assert_eq!(outcome(&import), ("done", 2, 0));
        assert_eq!((&import["lines"], &import["faultCount"], &import["faults"]), (&json!(2), &json!(0), &json!([])));
        let clients = admin.get("/api/v2/clients?sort_order=asc").expect(200)["data"].clone();
        let ann = &clients[0];
        assert_eq!((&ann["email"], &ann["middleName"]), (&json!("ann@example.com"), &json!("M.")));
        assert_eq!((&ann["birthday"], &ann["city"]), (&json!("1990-02-03T00:00:00+00:00"), &json!("Lisbon")));
        assert_eq!(ann["phone"], json!("+351912345678"));
        assert_eq!(
            ann["status"],
            admin.get("/api/v2/clients?filter[email]=bob@example.com").expect(200)["data"][0]["status"]
        );
        assert_eq!(clients[1]["firstName"], json!("Bob"));
        let phone = admin.get("/api/v2/phones").expect(200);
        assert_eq!((&phone["total"], &phone["data"][0]["default"]), (&json!(1), &json!(true)));
        let address = admin.get("/api/v2/addresses").expect(200)["data"][0].clone();
        assert_eq!((&address["address"], &address["postcode"]), (&json!("Rua 1, 2"), &json!("1100-148")));
        assert_eq!(admin.total("/api/v2/clients?filter[name]=Doe"), 1, "they are found");
        assert_eq!(app.texts_of("SELECT reason FROM verifications"), ["registration"; 2]);
    });
}

#[test]
fn the_same_file_again_changes_nothing() {
    on_both(|app| {
        let admin = app.admin();
        imported(app, &admin, "users", TWO);
        let before = admin.unrecorded().get("/api/v2/clients").expect(200);
        assert_eq!(outcome(&imported(app, &admin, "users", TWO)), ("done", 0, 2));
        let other = TWO.replace("bob@", "BOB@").replace("Roe", "Row") + "cy@example.com,Coe,Cy,,,,,,,,\n";
        assert_eq!(outcome(&imported(app, &admin, "users", &other)), ("done", 1, 2), "who is there stays as they are");
        let after = admin.unrecorded().get("/api/v2/clients").expect(200);
        assert_eq!(after["total"], json!(3));
        assert_eq!(after["data"].as_array().unwrap()[1..], before["data"].as_array().unwrap()[..]);
    });
}

#[test]
fn all_faults_are_told_and_nothing_is_imported() {
    on_both(|app| {
        let admin = app.admin();
        let file = "email,lastName,firstName,birthDate,country,phone\n\
                    ann@example.com,Doe,Ann,,,\n\
                    bob,Roe,,2020-01-01,,\n\
                    cy@example.com,Coe,Cy,,Atlantis,911\n\
                    ANN@example.com,Doe,Ann,,,\n\
                    eve@example.com,Coe\n";
        let import = imported(app, &admin, "users", file);
        assert_eq!((outcome(&import).0, &import["faultCount"], &import["lines"]), ("failed", &json!(7), &json!(5)));
        let expected = [
            "3 email notEmail",
            "3 firstName empty",
            "3 birthDate tooYoung",
            "4 country unknown",
            "4 phone notPhoneNumber",
            "6 null cellCount",
            "5 email repeatedLine",
        ];
        assert_eq!(faults(&import), expected);
        assert_eq!(import["faults"][2]["message"], json!("must be at least 18 years ago"));
        assert_eq!(admin.total("/api/v2/clients"), 0);
        let spanish = admin.with("Accept-Language", "es").unrecorded();
        let import = spanish.get(&format!("{IMPORTS}/{}", import["id"])).expect(200);
        assert_eq!(import["faults"][6]["message"], json!("repite la línea 2"));
        let listed = admin.unrecorded().get(IMPORTS).expect(200);
        assert_eq!((&listed["data"][0]["faultCount"], listed["data"][0].get("faults")), (&json!(7), None));
    });
}

#[test]
fn a_dry_run_does_all_but_write() {
    on_both(|app| {
        let admin = app.admin();
        let dry =
            |file: &str| ended(app, &admin, form("users", file).text("dryRun", "1").send(&admin.unrecorded(), IMPORTS));
        assert_eq!(outcome(&dry(TWO)), ("done", 2, 0));
        assert_eq!(admin.total("/api/v2/clients"), 0);
        assert_eq!(outcome(&dry(&TWO.replace("+351", "351"))).0, "failed");
    });
}

#[test]
fn an_address_stays_taken_after_its_client_was_removed() {
    on_both(|app| {
        let admin = app.admin();
        imported(app, &admin, "users", TWO);
        let find = |email: &str| {
            let found = admin.unrecorded().get(&format!("/api/v2/clients?filter[email]={email}")).expect(200);
            found["data"][0]["clientId"].as_i64().unwrap()
        };
        let (ann, bob) = (find("ann@example.com"), find("bob@example.com"));
        admin.unrecorded().delete(&format!("/api/v2/clients/{ann}")).expect(204);
        let request = ask(&app.database, bob, &Asked::DeletingAccount).unwrap();
        admin.unrecorded().post(&format!("/api/v2/applications/{request}/approve"), &json!({})).expect(200);
        assert_eq!(outcome(&imported(app, &admin, "users", TWO)), ("done", 0, 2));
        assert_eq!(admin.total("/api/v2/clients"), 0);
        assert_eq!(app.texts_of("SELECT title FROM imports WHERE title LIKE '%bob%' OR faults LIKE '%bob%'"), [""; 0]);
    });
}

#[test]
fn nobody_is_told_of_clients_who_were_imported() {
    on_both(|app| {
        let admin = app.admin();
        imported(app, &admin, "users", TWO);
        assert_eq!(app.texts_of("SELECT name FROM events WHERE client_id IS NOT NULL"), [""; 0]);
        assert_eq!(app.texts_of("SELECT subject FROM mail_outbox"), [""; 0]);
        let logged = admin.unrecorded().get("/api/v2/logs/messages?filter[eventName]=import_updated").expect(200);
        let details = &logged["data"][0]["details"];
        assert_eq!((&logged["total"], &details["new"]["added"]), (&json!(1), &json!(2)), "{details}");
        assert_eq!(admin.total("/api/v2/logs/messages?filter[eventName]=client_created"), 0);
    });
}

#[test]
fn a_client_who_was_imported_sets_a_password_by_the_recovery() {
    let (url, mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| {
        let admin = app.admin().unrecorded();
        let id = send(&admin, "users", TWO).expect(201)["id"].clone();
        while admin.get(&format!("{IMPORTS}/{id}")).expect(200)["status"] != json!("done") {
            std::thread::yield_now();
        }
        crate::front::passwords::restore(app, &mails, "ann@example.com");
    });
}

#[test]
fn managers_get_clients_in_turn() {
    on_both(|app| {
        let admin = app.admin();
        for name in ["one", "two"] {
            app.user_of(name, &[], &json!({}));
            let manager = json!({"email": format!("{name}@example.com"), "name": name});
            admin.create("/api/v2/managers", &manager);
        }
        let lines = (0..4).map(|number| format!("c{number}@example.com,Doe,Ann\n")).collect::<Vec<_>>().concat();
        imported(app, &admin, "users", &format!("email,lastName,firstName\n{lines}"));
        let clients = admin.get("/api/v2/clients?sort_order=asc").expect(200);
        let names: Vec<&Value> =
            clients["data"].as_array().unwrap().iter().map(|client| &client["manager"]["name"]).collect();
        assert_eq!(names, ["one", "two", "one", "two"]);
        admin.new_client("next@example.com", &json!({}));
        let next = admin.get("/api/v2/clients?filter[email]=next@example.com").expect(200);
        assert_eq!(next["data"][0]["manager"]["name"], json!("one"));
    });
}
