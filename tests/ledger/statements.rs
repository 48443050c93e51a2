//! Statements of accounts, in each of their forms.

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection, SqliteConnection};
use lopdf::Document;
use serde_json::{Value, json};
use storage::{DatabaseUrl, DbConnection, Error};

use super::running_balances::RUNNING_BALANCES;
use crate::harness::raw::{Raw, fetch};
use crate::harness::{Client, Setup, TestApp, databases, on_both};

const JANUARY: &str = "filter[from]=2026-01-01T00:00:00Z&filter[to]=2026-02-01T00:00:00Z";
const PDF: &str = "application/pdf";

fn figure(amount: &str) -> Value {
    json!(format!("{amount}.000000000000000000"))
}

/// A wallet with 100 at 00:00, 70 from 01:00 and 102 from 02:00 on; its client and its id.
fn history(app: &TestApp, admin: &Client, names: [&str; 2], locale: &str) -> (i64, i64) {
    let fields = json!({"firstName": names[0], "lastName": names[1], "locale": locale});
    let client = admin.new_client("a@example.com", &fields);
    let account = app.open_account(admin, client, "personal", 840);
    admin.change_balance(account, "100");
    app.advance(3600);
    admin.change_balance(account, "-30");
    app.advance(3600);
    let deposit = json!({"accountId": account, "methodId": 1, "amount": "32"});
    admin.post("/api/v2/deposits", &deposit).expect(201);
    (client, account)
}

fn path(account: i64, period: &str) -> String {
    format!("/api/v2/accounts/{account}/statement?{period}")
}

fn between(from: &str, to: &str) -> String {
    format!("filter[from]={from}&filter[to]={to}")
}

fn form(caller: &Client, account: i64, period: &str, accept: &str) -> Raw {
    fetch(caller, "GET", &path(account, period), &[("Accept", accept)]).unwrap()
}

/// The text of each page of a PDF, its blanks all alike.
fn text_of(pdf: &[u8]) -> Vec<String> {
    let document = Document::load_mem(pdf).unwrap();
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    let text = |page: u32| document.extract_text(&[page]).unwrap().replace('\u{a0}', " ");
    pages.into_iter().map(text).collect()
}

#[track_caller]
fn shows(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn a_statement_leads_from_the_opening_to_the_closing_balance() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = history(app, &admin, ["Ann", "Lee"], "en_US");
        let period = between("2026-01-01T01:00:00Z", "2026-01-01T03:00:00Z");
        let statement = admin.get(&path(account, &period)).expect(200);
        let lines = statement["lines"].as_array().unwrap();
        assert_eq!(
            statement,
            json!({
                "accountId": account, "accountNumber": "1000001", "currency": "USD",
                "from": "2026-01-01T01:00:00+00:00", "to": "2026-01-01T03:00:00+00:00",
                "openingBalance": figure("100"), "closingBalance": figure("102"),
                "hold": figure("0"), "credit": figure("0"),
                "totals": [
                    {"kind": "deposit", "count": 1, "amount": figure("32")},
                    {"kind": "balanceChange", "count": 1, "amount": figure("-30")},
                ],
                "lines": lines,
            })
        );
        let shown: Vec<[&Value; 3]> =
            lines.iter().map(|line| [&line["amount"], &line["balanceAfter"], &line["description"]]).collect();
        assert_eq!(
            shown,
            [
                [&figure("-30"), &figure("70"), &json!("Balance change")],
                [&figure("32"), &figure("102"), &json!("Deposit")]
            ]
        );
    });
}

#[test]
fn adjoining_periods_join_since_the_end_is_not_included() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = history(app, &admin, ["Ann", "Lee"], "en_US");
        let of = |from: &str, to: &str| {
            let statement = admin.get(&path(account, &between(from, to))).expect(200);
            let lines = statement["lines"].as_array().unwrap().len();
            (statement["openingBalance"].clone(), statement["closingBalance"].clone(), lines)
        };
        let midnight = "2026-01-01T00:00:00Z";
        assert_eq!(of("2025-12-01T00:00:00Z", midnight), (figure("0"), figure("0"), 0));
        assert_eq!(of(midnight, "2026-01-01T01:00:00Z"), (figure("0"), figure("100"), 1));
        assert_eq!(of("2026-01-01T01:00:00Z", "2026-01-01T02:00:00Z"), (figure("100"), figure("70"), 1));
        assert_eq!(of("2026-01-01T02:00:00Z", "2026-02-01T00:00:00Z"), (figure("70"), figure("102"), 1));
    });
}

#[test]
fn a_period_is_needed_and_has_at_most_366_days() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = history(app, &admin, ["Ann", "Lee"], "en_US");
        let ask = |period: &str| admin.get(&path(account, period));
        ask("").expect_faults(400, &[("filter[from]", "required"), ("filter[to]", "required")]);
        ask("filter[from]=2026-01-01T00:00:00Z").expect_faults(400, &[("filter[to]", "required")]);
        let midnight = "2026-01-01T00:00:00Z";
        ask(&between(midnight, midnight)).expect_faults(400, &[("filter[to]", "periodEmpty")]);
        ask(&between(midnight, "2027-01-02T00:00:00Z")).expect(200);
        ask(&between(midnight, "2027-01-02T00:00:01Z")).expect_faults(400, &[("filter[to]", "periodTooLong")]);
        admin.get(&path(99, "")).refused(404, "notFound");
    });
}

/// What adds so many postings of a dollar to the book `balance` of the first account, a second apart, as the ledger keeps
/// them: for SQLite, and for PostgreSQL.
fn more_postings(count: i64) -> [String; 2] {
    const ENTRIES: &str = "INSERT INTO entries (id, step, create_time)";
    const POSTINGS: &str = "INSERT INTO postings \
        (entry_id, line, book, account_id, currency_code, amount, post_time, balance_after)";
    let of_sqlite = |into: &str, columns: &str| {
        let numbers = "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n <";
        format!("{into} {numbers} {count}) SELECT {columns} FROM numbers;")
    };
    let time = "datetime('2026-02-01', '+' || n || ' seconds')";
    let posting = format!("1000 + n, 1, 'balance', 1, 840, '1', {time}, printf('%028d', n)");
    let sqlite = of_sqlite(ENTRIES, &format!("1000 + n, 'done', {time}")) + &of_sqlite(POSTINGS, &posting);
    let of_postgres =
        |into: &str, columns: &str| format!("{into} SELECT {columns} FROM generate_series(1, {count}) AS numbers (n);");
    let time = "TIMESTAMP '2026-02-01' + n * INTERVAL '1 second'";
    let posting = format!("1000 + n, 1, 'balance', 1, 840, 1, {time}, n");
    let postgres = of_postgres(ENTRIES, &format!("1000 + n, 'done', {time}")) + &of_postgres(POSTINGS, &posting);
    [sqlite, postgres]
}

fn add_postings(app: &TestApp, count: i64) {
    let [of_sqlite, of_postgres] = more_postings(count);
    let run = app.database.write(move |tx| match tx.conn {
        DbConnection::Sqlite(conn) => Ok::<_, Error>(conn.batch_execute(&of_sqlite)?),
        DbConnection::Postgres(conn) => Ok(conn.batch_execute(&of_postgres)?),
    });
    run.unwrap();
}

/// Runs statements on a connection of their own, which gives them time.
fn run_long(url: &DatabaseUrl, [of_sqlite, of_postgres]: &[String; 2]) {
    match url {
        DatabaseUrl::Sqlite(path) => {
            let mut conn = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
            conn.batch_execute("PRAGMA busy_timeout = 60000; PRAGMA cache_size = -200000;").unwrap();
            conn.batch_execute(&format!("BEGIN IMMEDIATE; {of_sqlite} COMMIT;")).unwrap();
        }
        DatabaseUrl::Postgres(url) => {
            PgConnection::establish(url).unwrap().batch_execute(&format!("BEGIN; {of_postgres} COMMIT;")).unwrap();
        }
    }
}

#[test]
fn a_period_with_too_many_postings_is_asked_for_in_parts() {
    on_both(|app| {
        let admin = app.admin();
        app.wallet(&admin, "a@example.com", 840, "0");
        add_postings(app, 20_001);
        let whole = between("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z");
        admin.get(&path(1, &whole)).refused(422, "statementTooLong");
        assert_eq!(form(&admin, 1, &whole, PDF).status, 422);
        let part = between("2026-02-01T00:00:00Z", "2026-02-01T05:33:21Z");
        assert_eq!(admin.get(&path(1, &part)).expect(200)["closingBalance"], figure("20000"));
    });
}

#[test]
fn a_statement_that_does_not_add_up_is_not_told() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = history(app, &admin, ["Ann", "Lee"], "en_US");
        app.run_sql("UPDATE postings SET balance_after = '71' WHERE entry_id = 2 AND account_id = 1");
        admin.get(&path(account, JANUARY)).refused(500, "internal");
        assert_eq!(form(&admin, account, JANUARY, PDF).status, 500);
    });
}

#[test]
fn a_statement_is_answered_in_the_form_that_is_accepted() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = history(app, &admin, ["Ann", "Lee"], "en_US");
        for (accept, media_type) in [
            ("*/*", "application/json"),
            ("application/json", "application/json"),
            ("text/csv", "text/csv; charset=utf-8; header=present"),
            ("application/pdf, application/json;q=0.5", PDF),
        ] {
            let answer = form(&admin, account, JANUARY, accept);
            assert_eq!((answer.status, answer.header("Content-Type")), (200, Some(media_type)), "{accept}");
        }
        let by_query = fetch(&admin, "GET", &path(account, &format!("{JANUARY}&format=csv")), &[]).unwrap();
        assert!(by_query.header("Content-Type").unwrap().starts_with("text/csv"));
        let by_query =
            fetch(&admin, "GET", &path(account, &format!("{JANUARY}&format=json")), &[("Accept", PDF)]).unwrap();
        assert_eq!(by_query.header("Content-Type"), Some("application/json"));
        for accept in ["application/json", "text/csv"] {
            let answer = form(&admin, account, JANUARY, accept);
            let headers = [("Accept", accept), ("If-None-Match", answer.header("ETag").unwrap())];
            assert_eq!(fetch(&admin, "GET", &path(account, JANUARY), &headers).unwrap().status, 304, "{accept}");
        }
        let file = form(&admin, account, JANUARY, PDF);
        let name = "attachment; filename=\"statement-1000001-2026-01-01-2026-02-01.pdf\"";
        assert_eq!(file.header("Content-Disposition"), Some(name));
        admin.with("Accept", "text/html").get(&path(account, JANUARY)).refused(406, "notAcceptable");
    });
}

#[test]
fn the_csv_has_the_columns_of_the_list_between_both_balances() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = history(app, &admin, ["Ann", "Lee"], "en_US");
        let csv = String::from_utf8(form(&admin, account, JANUARY, "text/csv").body).unwrap();
        let lines: Vec<&str> = csv.lines().collect();
        assert_eq!(lines.len(), 6);
        let list = fetch(&admin, "GET", &format!("/api/v2/accounts/{account}/postings?format=csv"), &[]).unwrap();
        assert_eq!(lines.first(), String::from_utf8(list.body).unwrap().lines().next().as_ref());
        shows(lines[1], &["Opening balance", "2026-01-01T00:00:00", "0.000000000000000000"]);
        shows(lines[3], &["-30.000000000000000000", "70.000000000000000000"]);
        shows(lines[5], &["Closing balance", "2026-02-01T00:00:00", "102.000000000000000000"]);
    });
}

#[test]
fn the_pdf_tells_all_that_a_client_needs() {
    on_both(|app| {
        let admin = app.admin();
        admin.patch("/api/v2/settings", &json!({"companyName": "Łódź Markets"})).expect(200);
        let (_, account) = history(app, &admin, ["Ann", "Lee"], "en_US");
        let pages = text_of(&form(&admin, account, JANUARY, PDF).body);
        assert_eq!(pages.len(), 1);
        let expected = [
            "Łódź Markets",
            "Account statement",
            "Ann Lee",
            "1000001",
            "USD",
            "2026-01-01 00:00:00 to 2026-02-01 00:00:00",
            "Opening balance",
            "0.00 USD",
            "Closing balance",
            "102.00 USD",
            "2026-01-01 01:00:00",
            "-30.00",
            "70.00",
            "32.00",
            "Deposit",
            "Balance change",
            "Totals by kind",
            "Page 1 of 1",
        ];
        shows(&pages[0], &expected);
    });
}

#[test]
fn the_pdf_is_in_the_language_of_the_client_and_not_of_the_caller() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = history(app, &admin, ["Ñuño", "Íñiguez"], "es_ES");
        let caller = admin.with("Accept-Language", "en");
        let pages = text_of(&form(&caller, account, JANUARY, PDF).body);
        let expected = [
            "Extracto de cuenta",
            "Ñuño Íñiguez",
            "Saldo inicial",
            "102,00 USD",
            "-30,00",
            "Depósito",
            "Página 1 de 1",
        ];
        shows(&pages[0], &expected);
    });
}

#[test]
fn names_in_greek_and_cyrillic_come_out_right() {
    for names in [["Γιώργος", "Παπαδόπουλος"], ["Ђорђе", "Шевченко"], ["Ἀλέξιος", "Иванов"]]
    {
        on_both(|app| {
            let admin = app.admin();
            let (_, account) = history(app, &admin, names, "el_GR");
            let pages = text_of(&form(&admin, account, JANUARY, PDF).body);
            shows(&pages[0], &[&names.join(" "), "Account statement"]);
        });
    }
}

#[test]
fn a_long_pdf_has_several_pages_with_their_numbers() {
    on_both(|app| {
        let admin = app.admin();
        app.wallet(&admin, "a@example.com", 840, "0");
        add_postings(app, 300);
        let period = between("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z");
        let pages = text_of(&form(&admin, 1, &period, PDF).body);
        assert!(pages.len() > 4, "{}", pages.len());
        for (number, page) in pages.iter().enumerate() {
            shows(page, &[&format!("Page {} of {}", number + 1, pages.len())]);
        }
        let all = pages.concat();
        assert_eq!(all.matches("Trading result").count(), 301, "each line and the total");
        shows(&pages[pages.len() - 1], &["Totals by kind", "300.00"]);
    });
}

#[test]
fn a_masked_name_stays_masked_in_every_form() {
    on_both(|app| {
        let admin = app.admin();
        let (_, account) = history(app, &admin, ["Ann", "Lee"], "en_US");
        let (_, masked) = app.user_of("masked", &["accounts.read"], &json!({"canViewMaskedData": false}));
        let text = text_of(&form(&masked, account, JANUARY, PDF).body).concat();
        shows(&text, &["A*** L***"]);
        assert!(!text.contains("Ann") && !text.contains("Lee"), "{text}");
        for accept in ["application/json", "text/csv"] {
            let answer = String::from_utf8(form(&masked, account, JANUARY, accept).body).unwrap();
            assert!(!answer.contains("Ann") && !answer.contains("Lee"), "{answer}");
        }
    });
}

/// `POSTINGS=10000000` for the figures in `docs/performance.md`. A debug build draws a long PDF too slowly for the deadline.
#[test]
#[ignore = "a measurement"]
fn a_balance_of_the_past_is_looked_up_whatever_the_history() {
    let count: i64 = std::env::var("POSTINGS").ok().and_then(|count| count.parse().ok()).unwrap_or(100_000);
    for url in databases() {
        let app = TestApp::start(url.clone(), &Setup::default());
        app.wallet(&app.admin(), "a@example.com", 840, "0");
        let begun = Instant::now();
        run_long(&url, &more_postings(count));
        if matches!(url, DatabaseUrl::Postgres(_)) {
            app.run_sql("ANALYZE postings");
        }
        eprintln!("{count} postings loaded in {:.0?}", begun.elapsed());
        // Behind all of them.
        app.advance(count + 40 * 86_400);
        measure_reads(&app, count);
        let begun = Instant::now();
        let undo = |dialect: &str| {
            let folder = format!("{}/../../migrations/{dialect}/{RUNNING_BALANCES}", env!("CARGO_MANIFEST_DIR"));
            let down = std::fs::read_to_string(format!("{folder}/down.sql")).unwrap();
            format!("{down} DELETE FROM __diesel_schema_migrations WHERE version = '20261129000042';")
        };
        run_long(&url, &[undo("sqlite"), undo("postgres")]);
        eprintln!("undone in {:.1?}", begun.elapsed());
        let begun = Instant::now();
        app.database.migrate(chrono::Utc::now().into()).unwrap();
        eprintln!("migrated in {:.1?}", begun.elapsed());
    }
}

fn measure_reads(app: &TestApp, count: i64) {
    let admin = app.admin();
    let start = chrono::DateTime::parse_from_rfc3339("2026-02-01T00:00:00Z").unwrap();
    let at = |second: i64| (start + chrono::TimeDelta::seconds(second)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let times = |path: &dyn Fn(i64) -> String| {
        let time = |round: i64| {
            let path = path(1 + (round * 7_919_993) % count);
            let begun = Instant::now();
            admin.get(&path).expect(200);
            begun.elapsed()
        };
        let mut times: Vec<Duration> = (0..41).map(time).collect();
        times.sort_unstable();
        (times[20], times[40])
    };
    let balances = times(&|second| format!("/api/v2/accounts/1/balances?filter[at]={}", at(second)));
    eprintln!("median and largest of 41: a balance of the past {balances:.1?}");
    let lines = times(&|second| path(1, &between(&at(second), &at(second + 1_000))));
    eprintln!("a statement of 1,000 lines {lines:.1?}");
    let newest = times(&|_| "/api/v2/accounts/1/postings?total=false".to_owned());
    eprintln!("the newest postings without their total {newest:.1?}");
    let of_book =
        |second| format!("/api/v2/accounts/1/postings?total=false&filter[book]=balance&filter[to]={}", at(second));
    eprintln!("those of a book before a time {:.1?}", times(&of_book));
    let begun = Instant::now();
    admin.get("/api/v2/accounts/1/postings").expect(200);
    eprintln!("the newest postings with their total {:.1?}", begun.elapsed());
    let whole = between(&at(1), &at(count.min(20_000)));
    for accept in ["application/json", "text/csv", PDF] {
        let begun = Instant::now();
        let answer = form(&admin, 1, &whole, accept);
        assert_eq!(answer.status, 200);
        eprintln!("{accept} of up to 20,000 lines {:.1?}, {} bytes", begun.elapsed(), answer.body.len());
    }
    assert!(balances.1.as_millis() < 20, "{balances:?}");
}
