//! Runs of wizards, which clients have on an interface of their own.

use chrono::TimeDelta;
use domain::clients::ClientId;
use domain::identity::Scope;
use domain::requests::Asked;
use domain::value::{NonEmptySet, Uuid};
use domain::wizards::{
    Decision, Given, Learned, Outcome, Run, RunFacts, RunRefusal, RunState, SentAnswer, SentAnswers, Step, WizardType,
};
use serde_json::json;
use storage::Error;
use storage::wizards::runs::{self, HeldRun};
use storage::wizards::{additional_information, to_run};

use super::WIZARDS;
use crate::credentials::acting::{HOME, address};
use crate::harness::orders::ask;
use crate::harness::{Setup, TestApp, databases, on_both, on_both_with, postgres_database, sql};

fn uuid(number: u8) -> Uuid {
    Uuid::from_random([number; 16])
}

/// Begins a run of the default wizard.
fn begin(app: &TestApp, number: u8, kind: WizardType, client: Option<ClientId>) {
    let begun = app.database.write(move |tx| {
        let wizard = to_run(tx.conn, kind, None)?;
        let run = Run::begin(&wizard.data, client, RunFacts::default(), tx.now).expect("it begins");
        runs::begin(tx, &uuid(number), &run, runs::NO_DATA)
    });
    begun.unwrap();
}

fn lock(app: &TestApp, number: u8, kind: WizardType, client: Option<ClientId>) -> Result<HeldRun, Error> {
    app.database.write(move |tx| runs::lock(tx, kind, &uuid(number), client, address(HOME)))
}

/// Does something with a run, and stores what came of it.
fn advance(
    app: &TestApp,
    number: u8,
    kind: WizardType,
    client: Option<ClientId>,
    act: impl Fn(&HeldRun) -> Result<Decision, RunRefusal> + Send + 'static,
) -> Result<Outcome, RunRefusal> {
    let advanced = app.database.write(move |tx| {
        let held = runs::lock(tx, kind, &uuid(number), client, address(HOME))?;
        Ok::<_, Error>(match act(&held) {
            Ok(decision) => {
                runs::advance(tx, &held, &decision, r#"{"collected":true}"#)?;
                Ok(decision.outcome)
            }
            Err(refusal) => Err(refusal),
        })
    });
    advanced.unwrap()
}

fn texts(app: &TestApp, query: &'static str) -> Vec<String> {
    app.database.read(move |conn| Ok::<_, Error>(sql::texts(conn, query))).unwrap()
}

#[test]
fn a_run_goes_on_as_it_was_stored_until_it_is_finished() {
    on_both(|app| {
        let client = Some(ClientId::new(app.admin().new_client("a@example.com", &json!({}))));
        let kind = WizardType::Withdrawal;
        begin(app, 1, kind, client);
        let submit = |step| move |held: &HeldRun| held.run.submit(step, &Given::default(), &held.context);
        let next = advance(app, 1, kind, client, submit(Step::Form));
        assert_eq!(next, Ok(Outcome::Next(Step::EmailConfirmation)));
        let sent = advance(app, 1, kind, client, |held| held.run.send_code(vec![7; 32], &held.context));
        assert!(matches!(sent, Ok(Outcome::CodeSent { .. })));
        let held = lock(app, 1, kind, client).unwrap();
        assert_eq!(held.run.state(&held.context), RunState::AwaitingCode);
        assert_eq!(held.run.code.map(|code| code.hash), Some(vec![7; 32]));
        assert_eq!(held.data, r#"{"collected":true}"#);
        let confirmed = advance(app, 1, kind, client, |held| held.run.try_code(true, &held.context));
        assert_eq!(confirmed, Ok(Outcome::Next(Step::Apply)));
        assert_eq!(advance(app, 1, kind, client, submit(Step::Apply)), Ok(Outcome::Finished));
        assert!(matches!(lock(app, 1, kind, client), Err(Error::NotFound)));
        assert_eq!(texts(app, "SELECT state || ' ' || data FROM wizard_runs"), ["finished {}"]);
    });
}

#[test]
fn a_run_of_another_or_another_procedure_or_one_that_expired_is_not_found() {
    on_both(|app| {
        let admin = app.admin();
        let [one, other] =
            ["a@example.com", "b@example.com"].map(|email| Some(ClientId::new(admin.new_client(email, &json!({})))));
        begin(app, 1, WizardType::ProfileChange, one);
        begin(app, 2, WizardType::SignIn, None);
        let is_found = |number, kind, client| match lock(app, number, kind, client) {
            Ok(_) => true,
            Err(Error::NotFound) => false,
            Err(error) => panic!("{error}"),
        };
        assert!(is_found(1, WizardType::ProfileChange, one));
        assert!(!is_found(1, WizardType::ProfileChange, other));
        assert!(!is_found(1, WizardType::ProfileChange, None));
        assert!(!is_found(1, WizardType::AddressChange, one));
        assert!(!is_found(3, WizardType::ProfileChange, one));
        assert!(is_found(2, WizardType::SignIn, None));
        assert!(!is_found(2, WizardType::SignIn, one));
        app.advance(1_799);
        assert!(is_found(1, WizardType::ProfileChange, one));
        app.advance(1);
        assert!(!is_found(1, WizardType::ProfileChange, one));
        assert!(!is_found(2, WizardType::SignIn, None));
    });
}

#[test]
fn a_run_keeps_the_steps_with_which_it_began() {
    on_both(|app| {
        let admin = app.admin();
        let client = Some(ClientId::new(admin.new_client("a@example.com", &json!({}))));
        let kind = WizardType::Withdrawal;
        begin(app, 1, kind, client);
        let captcha = json!({"steps": [{"step": "captcha"}]});
        admin.patch(&format!("{WIZARDS}/12"), &captcha).expect(200);
        let held = lock(app, 1, kind, client).unwrap();
        assert_eq!(held.run.plan(), [Step::Form, Step::EmailConfirmation, Step::Apply]);
        begin(app, 2, kind, client);
        let held = lock(app, 2, kind, client).unwrap();
        assert_eq!(held.run.plan(), [Step::Form, Step::Apply]);
    });
}

#[test]
fn the_named_wizard_is_run_or_the_default_and_no_disabled_one() {
    on_both(|app| {
        let admin = app.admin();
        let body = json!({"name": "Other", "type": "signIn", "isEnabled": false});
        let other = admin.post(WIZARDS, &body).expect(201);
        let uuid: Uuid = other["uuid"].as_str().unwrap().parse().unwrap();
        let found = |kind, uuid: Option<Uuid>| {
            let found = app.database.read(move |conn| to_run(conn, kind, uuid.as_ref()));
            found.map(|wizard| wizard.id.get()).map_err(|error| error.to_string())
        };
        let missing = Err("no such record".to_owned());
        assert_eq!(found(WizardType::SignIn, None), Ok(2));
        assert_eq!(found(WizardType::SignIn, Some(uuid.clone())), missing);
        admin.patch(&format!("{WIZARDS}/{}", other["id"]), &json!({"isEnabled": true})).expect(200);
        assert_eq!(found(WizardType::SignIn, Some(uuid.clone())), Ok(other["id"].as_i64().unwrap()));
        assert_eq!(found(WizardType::Registration, Some(uuid)), missing);
        let enabled = app.database.read(|conn| storage::wizards::enabled(conn, WizardType::SignIn)).unwrap();
        assert_eq!(enabled.len(), 2);
    });
}

/// Begins a run and takes it to a code that was mailed.
fn await_code(app: &TestApp, number: u8, kind: WizardType, client: Option<ClientId>) {
    begin(app, number, kind, client);
    let form = |held: &HeldRun| held.run.submit(Step::Form, &Given::default(), &held.context);
    advance(app, number, kind, client, form).unwrap();
    send(app, number, kind, client).unwrap();
}

fn send(app: &TestApp, number: u8, kind: WizardType, client: Option<ClientId>) -> Result<Outcome, RunRefusal> {
    advance(app, number, kind, client, |held| held.run.send_code(vec![1], &held.context))
}

fn try_code(
    app: &TestApp,
    number: u8,
    kind: WizardType,
    client: Option<ClientId>,
    is_right: bool,
) -> Result<Outcome, RunRefusal> {
    advance(app, number, kind, client, move |held| held.run.try_code(is_right, &held.context))
}

/// Two procedures of a client that a code from a mail confirms.
const PROCEDURES: [WizardType; 2] = [WizardType::PasswordChange, WizardType::Withdrawal];

#[test]
fn wrong_codes_block_all_confirmations_of_a_client_by_the_settings() {
    let lasting = Setup { has_lasting_tokens: true, ..Setup::default() };
    on_both_with(&lasting, |app| {
        let admin = app.admin();
        admin.patch("/api/v2/settings", &json!({"confirmationTries": 3})).expect(200);
        let client = Some(ClientId::new(admin.new_client("a@example.com", &json!({}))));
        let [one, other] = PROCEDURES;
        await_code(app, 1, one, client);
        await_code(app, 2, other, client);
        for (number, kind) in [(1, one), (2, other), (1, one)] {
            assert_eq!(try_code(app, number, kind, client, false), Ok(Outcome::WrongCode));
        }
        let until = app.outbound.now().plus(TimeDelta::minutes(10));
        for (number, kind) in [(1, one), (2, other)] {
            assert_eq!(try_code(app, number, kind, client, true), Err(RunRefusal::Blocked { until }));
            assert_eq!(send(app, number, kind, client), Err(RunRefusal::Blocked { until }));
        }
        app.advance(600);
        send(app, 2, other, client).unwrap();
        assert_eq!(try_code(app, 2, other, client, true), Ok(Outcome::Next(Step::Apply)));
    });
}

#[test]
fn a_wrong_code_counts_no_longer_after_the_interval_and_a_right_one_forgives_none() {
    on_both(|app| {
        let client = Some(ClientId::new(app.admin().new_client("a@example.com", &json!({}))));
        let [one, other] = PROCEDURES;
        let wrong = |number, kind| try_code(app, number, kind, client, false);
        await_code(app, 1, one, client);
        for _ in 0..3 {
            assert_eq!(wrong(1, one), Ok(Outcome::WrongCode));
        }
        app.advance(540);
        assert_eq!(wrong(1, one), Ok(Outcome::WrongCode));
        app.advance(60);
        send(app, 1, one, client).unwrap();
        for _ in 0..3 {
            assert_eq!(wrong(1, one), Ok(Outcome::WrongCode), "three count no longer, and one does");
        }
        assert_eq!(try_code(app, 1, one, client, true), Ok(Outcome::Next(Step::Apply)));
        await_code(app, 2, other, client);
        assert_eq!(wrong(2, other), Ok(Outcome::WrongCode));
        assert!(matches!(wrong(2, other), Err(RunRefusal::Blocked { .. })));
    });
}

#[test]
fn users_see_the_block_of_a_client_who_gave_wrong_codes_and_lift_it() {
    const BLOCKS: &str = "/api/v2/security/addresses";
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let [kind, _] = PROCEDURES;
        await_code(app, 1, kind, Some(client.into()));
        for _ in 0..5 {
            assert_eq!(admin.total(BLOCKS), 0);
            assert_eq!(try_code(app, 1, kind, Some(client.into()), false), Ok(Outcome::WrongCode));
        }
        let block = admin.get(BLOCKS).expect(200)["data"][0].clone();
        assert_eq!((&block["clientId"], &block["ip"]), (&json!(client), &json!(HOME)));
        assert_eq!(block["expireTime"], json!(app.time(600)));
        assert_eq!(texts(app, "SELECT state FROM wizard_runs"), ["blocked"]);
        admin.delete(&format!("{BLOCKS}/{}", block["id"])).expect(204);
        assert_eq!(try_code(app, 1, kind, Some(client.into()), true), Ok(Outcome::Next(Step::Apply)));
    });
}

#[test]
fn wrong_codes_of_a_visitor_count_in_their_run_alone() {
    on_both(|app| {
        let (admin, kind) = (app.admin(), WizardType::PasswordRecovery);
        await_code(app, 1, kind, None);
        await_code(app, 2, kind, None);
        for _ in 0..5 {
            assert_eq!(try_code(app, 1, kind, None, false), Ok(Outcome::WrongCode));
        }
        assert!(matches!(try_code(app, 1, kind, None, true), Err(RunRefusal::Blocked { .. })));
        assert_eq!(try_code(app, 2, kind, None, false), Ok(Outcome::WrongCode));
        assert_eq!(admin.total("/api/v2/security/addresses"), 0);
    });
}

/// How many codes are counted as wrong when each server tries ten at once in a run of its own procedure.
fn counted_at_once(servers: &[TestApp; 2], runs: [(u8, WizardType); 2], client: Option<ClientId>) -> usize {
    std::thread::scope(|scope| {
        let tried: Vec<_> = servers
            .iter()
            .zip(runs)
            .map(|(server, (number, kind))| {
                let database = server.database.clone();
                scope.spawn(move || {
                    let tries = (0..10).map(|_| {
                        let tried = database.write(move |tx| {
                            let held = runs::lock(tx, kind, &uuid(number), client, address(HOME))?;
                            let decision = held.run.try_code(false, &held.context);
                            let Ok(decision) = decision else { return Ok::<_, Error>(0) };
                            runs::advance(tx, &held, &decision, &held.data)?;
                            Ok(1)
                        });
                        tried.unwrap()
                    });
                    tries.sum::<usize>()
                })
            })
            .collect();
        tried.into_iter().map(|tried| tried.join().unwrap()).sum()
    })
}

#[test]
fn two_confirmations_of_a_client_on_two_servers_do_not_gain_tries() {
    let Some(url) = postgres_database() else { return };
    let servers = [(); 2].map(|()| TestApp::start(url.clone(), &Setup::default()));
    let client = Some(ClientId::new(servers[0].admin().new_client("a@example.com", &json!({}))));
    let [one, other] = PROCEDURES;
    await_code(&servers[0], 1, one, client);
    await_code(&servers[0], 2, other, client);
    assert_eq!(counted_at_once(&servers, [(1, one), (2, other)], client), 5);
}

#[test]
fn a_run_of_a_visitor_on_two_servers_does_not_gain_tries() {
    let Some(url) = postgres_database() else { return };
    let servers = [(); 2].map(|()| TestApp::start(url.clone(), &Setup::default()));
    let kind = WizardType::PasswordRecovery;
    await_code(&servers[0], 1, kind, None);
    assert_eq!(counted_at_once(&servers, [(1, kind), (1, kind)], None), 5);
}

/// A registration whose form asks for an occupation, up to its end.
fn register(app: &TestApp, client: i64, occupation: &'static str) {
    let kind = WizardType::Registration;
    begin(app, 1, kind, None);
    advance(app, 1, kind, None, move |held| {
        let answers = SentAnswers::from([("occupation".to_owned(), SentAnswer::Text(occupation.into()))]);
        held.run.submit(Step::MainForm, &Given { answers, ..Given::default() }, &held.context)
    })
    .unwrap();
    let finished = advance(app, 1, kind, None, move |held| {
        let learned = Learned { client: Some(client.into()), ..Learned::default() };
        held.run.submit(Step::ClientRegistration, &Given { learned, ..Given::default() }, &held.context)
    });
    assert_eq!(finished, Ok(Outcome::Finished));
}

fn kept(app: &TestApp, scope: Scope, client: i64) -> Result<Vec<(String, String, String)>, Error> {
    let kept = app.database.read(move |conn| additional_information(conn, &scope, client.into()))?;
    Ok(kept.into_iter().map(|answer| (answer.name.to_string(), answer.caption, answer.value)).collect())
}

#[test]
fn answers_to_fields_of_ones_own_are_kept_with_the_client() {
    on_both(|app| {
        let admin = app.admin();
        let field = json!({"name": "occupation", "type": "text", "caption": "Occupation", "isRequired": true});
        let steps = json!({"steps": [{"step": "main_form", "fields": [field]}]});
        admin.patch(&format!("{WIZARDS}/1"), &steps).expect(200);
        let client = admin.new_client("a@example.com", &json!({}));
        register(app, client, "Baker");
        let answer = ("occupation".to_owned(), "Occupation".to_owned(), "Baker".to_owned());
        assert_eq!(kept(app, Scope::AllClients, client).unwrap(), [answer]);
        let record = admin.get(&format!("/api/v2/clients/{client}")).expect(200);
        assert_eq!(record["additionalInformation"], json!({"occupation": "Baker"}));
        let tags = NonEmptySet::new(std::iter::once(1.into()).collect()).unwrap();
        assert!(matches!(kept(app, Scope::Tags(tags), client), Err(Error::NotFound)));
        let in_runs = texts(app, "SELECT progress FROM wizard_runs");
        assert!(!in_runs[0].contains("Baker"), "nothing personal stays in the run");
    });
}

#[test]
fn answers_and_runs_go_with_the_personal_data_of_their_client() {
    on_both(|app| {
        let admin = app.admin();
        let field = json!({"name": "occupation", "type": "text", "caption": "Occupation"});
        let steps = json!({"steps": [{"step": "main_form", "fields": [field]}]});
        admin.patch(&format!("{WIZARDS}/1"), &steps).expect(200);
        let client = admin.new_client("a@example.com", &json!({}));
        register(app, client, "Baker");
        begin(app, 2, WizardType::Withdrawal, Some(client.into()));
        let request = ask(&app.database, client, &Asked::DeletingAccount).unwrap();
        admin.post(&format!("/api/v2/applications/{request}/approve"), &json!({})).expect(200);
        assert_eq!(kept(app, Scope::AllClients, client).unwrap(), []);
        assert_eq!(texts(app, "SELECT uuid FROM wizard_runs"), Vec::<String>::new());
    });
}

#[test]
fn runs_are_swept_a_day_after_they_ended() {
    for url in databases() {
        let app = TestApp::start(url, &Setup::default());
        begin(&app, 1, WizardType::SignIn, None);
        app.advance(1_800 + 86_400);
        app.sweep();
        assert_eq!(texts(&app, "SELECT uuid FROM wizard_runs").len(), 1);
        app.advance(1);
        app.sweep();
        assert_eq!(texts(&app, "SELECT uuid FROM wizard_runs").len(), 0);
    }
}
