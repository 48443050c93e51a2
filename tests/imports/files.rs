//! What a file must be, whatever it brings.

use domain::imports::{Delimiter, ImportType};
use serde_json::json;
use storage::Error;
use storage::imports::{self, Limits, Source};

use super::{IMPORTS, ended, faults, form, form_of, imported, outcome, send};
use crate::files::{PROGRAM, stored};
use crate::harness::form::Form;
use crate::harness::{codes, on_both};

#[test]
fn faults_of_the_file_as_a_whole_are_told_by_their_place() {
    on_both(|app| {
        let admin = app.admin();
        for (file, expected) in [
            (
                &b"email,name\na@example.com,A\n"[..],
                vec!["1 null unknownColumn", "1 lastName missingColumn", "1 firstName missingColumn"],
            ),
            (b"\n\n", vec!["null null noHeader"]),
            (b"email,lastName,firstName,Email\n", vec!["1 email repeatedColumn"]),
            (b"email,lastName,firstName\nann@example.com,M\xfcller,Ann\n", vec!["2 null notUtf8"]),
            (b"email,lastName,firstName\n\"ann@example.com,Doe,Ann\n", vec!["2 null unclosedQuote"]),
        ] {
            let import = ended(app, &admin, form_of("users", file).send(&admin.unrecorded(), IMPORTS));
            assert_eq!(
                (outcome(&import).0, faults(&import)),
                ("failed", expected.into_iter().map(Into::into).collect())
            );
        }
        let without = imported(app, &admin, "users", "ann@example.com,Doe,Ann\n");
        assert!(!without.to_string().contains("ann@"), "what stands in a file is not repeated: {without}");
    });
}

#[test]
fn a_file_of_excel_is_read() {
    on_both(|app| {
        let admin = app.admin();
        let file = "\u{feff}email\tlastName\tfirstName\r\nann@example.com\tDoe\tAnn\r\n\t\t\r\n";
        let form = form("users", file).text("delimiter", "tab");
        assert_eq!(outcome(&ended(app, &admin, form.send(&admin.unrecorded(), IMPORTS))), ("done", 1, 0));
    });
}

#[test]
fn a_hundred_faults_are_kept_and_all_are_counted() {
    on_both(|app| {
        let admin = app.admin();
        let lines: String = (0..1_100).map(|_| "nobody,Doe,Ann\n").collect();
        let import = imported(app, &admin, "users", &format!("email,lastName,firstName\n{lines}"));
        assert_eq!((faults(&import).len(), &import["faultCount"]), (100, &json!(1_100)));
    });
}

#[test]
fn an_upload_is_held_to_its_limits() {
    on_both(|app| {
        let admin = app.admin();
        let lines = (0..25_001).map(|number| format!("c{number}@example.com,Doe,Ann\n")).collect::<Vec<_>>().concat();
        let import = imported(app, &admin, "users", &format!("email,lastName,firstName\n{lines}"));
        assert_eq!(faults(&import), ["25002 null tooManyLines"]);
        let long = format!("email,lastName,firstName\na@example.com,\"{}\",Ann\n", "x".repeat(65 * 1024));
        assert_eq!(faults(&imported(app, &admin, "users", &long)), ["2 null lineTooLong"]);
        let program = form_of("users", PROGRAM);
        program.send(&admin, IMPORTS).expect_faults(400, &[("file", "executableFile")]);
        let large = form("users", &"x".repeat(32 * 1024 * 1024 + 1));
        large.send(&admin, IMPORTS).expect_faults(413, &[("file", "tooManyBytes")]);
        let limits = json!({"uploadTypes": ["image/png"], "maxUploadBytes": 10});
        admin.unrecorded().patch("/api/v2/settings", &limits).expect(200);
        let file = "email,lastName,firstName\nann@example.com,Doe,Ann\n";
        assert_eq!(
            outcome(&imported(app, &admin, "users", file)),
            ("done", 1, 0),
            "those limits are of clients' files"
        );
    });
}

#[test]
fn a_file_on_the_command_line_has_a_limit_too() {
    on_both(|app| {
        let found = app.database.read(|conn| {
            let mut found = Vec::new();
            let source = Source {
                kind: ImportType::Users,
                delimiter: Delimiter::Comma,
                limits: Limits { max_lines: 10, max_bytes: 30 },
                bytes: &mut &b"email,lastName,firstName\nann@example.com,Doe,Ann\n"[..],
                user: None,
                fingerprint: &|_| Vec::new(),
                found: &mut |fault| found.push(json!({"code": fault.fault.code.as_str()})),
                progress: &|_| {},
            };
            imports::check(conn, "2026-01-01T00:00:00Z".parse().unwrap(), source)?;
            Ok::<_, Error>(json!({"faults": found}))
        });
        let found = found.unwrap();
        codes::note_answer(&found);
        assert_eq!(found, json!({"faults": [{"code": "importTooLarge"}]}));
    });
}

#[test]
fn an_import_whose_file_is_gone_has_failed() {
    on_both(|app| {
        let admin = app.admin();
        let id = send(&admin, "users", "email,lastName,firstName\n").expect(201)["id"].clone();
        std::fs::remove_dir_all(&app.outbound.files).unwrap();
        for _ in 0..5 {
            app.run_jobs();
            app.advance(5 * 60);
        }
        let import = admin.get(&format!("{IMPORTS}/{id}")).expect(200);
        assert_eq!((outcome(&import).0, faults(&import)), ("failed", vec!["null null importNotCarriedOut".into()]));
    });
}

#[test]
fn a_body_says_what_the_file_is() {
    on_both(|app| {
        let admin = app.admin();
        let file = "email,lastName,firstName\n";
        let form =
            Form::default().text("type", "partners").text("delimiter", "x").file("file", "a.csv", file.as_bytes());
        let expected = [("delimiter", "notOneOf"), ("title", "required"), ("type", "notOneOf")];
        form.send(&admin, IMPORTS).expect_faults(400, &expected);
        Form::default()
            .text("type", "users")
            .text("title", "x")
            .send(&admin, IMPORTS)
            .has_faults(&[("file", "required")]);
        assert_eq!(admin.total(IMPORTS), 0);
    });
}

#[test]
fn a_repeated_call_asks_for_one_import() {
    on_both(|app| {
        let admin = app.admin();
        let file = "email,lastName,firstName\nann@example.com,Doe,Ann\n";
        let keyed = admin.unrecorded().with("Idempotency-Key", "k1");
        let first = send(&keyed, "users", file);
        let again = send(&keyed, "users", file);
        assert_eq!(again.header("Idempotent-Replayed"), Some("true"));
        assert_eq!(again.body, first.body);
        send(&keyed, "users", &file.replace("ann", "bob")).refused(422, "idempotencyKeyReused");
        app.run_jobs();
        app.sweep_files();
        assert_eq!((admin.unrecorded().total(IMPORTS), admin.total("/api/v2/clients"), stored(app)), (1, 1, 0));
    });
}

#[test]
fn the_record_of_an_import_is_deleted_once_it_has_ended() {
    on_both(|app| {
        let admin = app.admin();
        let file = "email,lastName,firstName\nann@example.com,Doe,Ann\n";
        let id = send(&admin, "users", file).expect(201)["id"].clone();
        let path = format!("{IMPORTS}/{id}");
        admin.delete(&path).refused(409, "importUnderWay");
        app.run_jobs();
        assert_eq!(
            admin.get(&format!("{IMPORTS}?filter[status]=done&filter[type]=users")).expect(200)["total"],
            json!(1)
        );
        assert_eq!(admin.get(&format!("{IMPORTS}?filter[type]=accounts")).expect(200)["total"], json!(0));
        admin.delete(&path).expect(204);
        admin.get(&path).refused(404, "notFound");
        assert_eq!(admin.total("/api/v2/clients"), 1);
    });
}
