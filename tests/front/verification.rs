//! The levels that clients are offered, and the tests that they take.

use serde_json::{Value, json};

use crate::harness::{Client, on_both};

const LEVELS: &str = "/api/v2/my/verifications/levels";
const TESTS: &str = "/api/v2/my/quizzes";

/// Two levels above the default one, by their ids.
fn ladder(admin: &Client) -> (i64, i64) {
    let level = |index: i64, name: &str, next: Option<i64>| {
        admin.create("/api/v2/verifications/levels", &json!({"index": index, "name": name, "nextLevel": next}))
    };
    let advanced = level(20, "Advanced", None);
    let verified = level(10, "Verified", Some(advanced));
    admin.patch("/api/v2/verifications/levels/1", &json!({"nextLevel": verified})).expect(200);
    (verified, advanced)
}

/// The ids of the levels that a client is shown, with what each is to them.
fn standing(caller: &Client) -> Vec<(i64, String)> {
    let listed = caller.get(LEVELS).expect(200);
    let levels = listed["data"].as_array().unwrap().iter();
    let levels: Vec<_> =
        levels.map(|level| (level["id"].as_i64().unwrap(), level["status"].as_str().unwrap().to_owned())).collect();
    assert_eq!(listed["total"], json!(levels.len()));
    levels
}

fn told(levels: &[(i64, &str)]) -> Vec<(i64, String)> {
    levels.iter().map(|(id, status)| (*id, (*status).to_owned())).collect()
}

#[test]
fn a_client_sees_how_far_they_have_climbed() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("ann@example.com", &json!({}));
        let as_client = app.as_client(client);
        let (verified, advanced) = ladder(&admin);
        let levels = [(1, "granted"), (verified, "available"), (advanced, "locked")];
        assert_eq!(standing(&as_client), told(&levels));
        app.advance(1);
        admin.patch(&format!("/api/v2/clients/{client}"), &json!({"verificationLevelId": verified})).expect(200);
        let levels = [(1, "granted"), (verified, "granted"), (advanced, "available")];
        assert_eq!(standing(&as_client), told(&levels));
        let page = as_client.get(&format!("{LEVELS}?limit=1&offset=1&sort_order=desc")).expect(200);
        assert_eq!((&page["total"], &page["data"][0]["id"]), (&json!(3), &json!(verified)));
        let records = as_client.get("/api/v2/my/verifications").expect(200);
        let latest = &records["data"][0];
        let told = (&latest["currentLevel"]["name"], &latest["previuosLevel"]["id"], &latest["reason"]["name"]);
        assert_eq!((told, &records["total"]), ((&json!("Verified"), &json!(1), &json!("manual")), &json!(2)));
        let path = format!("/api/v2/my/verifications/{}", latest["id"]);
        assert_eq!(as_client.get(&path).expect(200), *latest);
        let other = app.as_client(admin.new_client("bob@example.com", &json!({})));
        other.get(&path).refused(404, "notFound");
    });
}

#[test]
fn a_level_that_lets_the_client_out_is_not_there_for_them() {
    on_both(|app| {
        let admin = app.admin();
        let [ann, bob] =
            [1, 2].map(|country| admin.new_client(&format!("{country}@example.com"), &json!({"countryId": country})));
        let (as_ann, as_bob) = (app.as_client(ann), app.as_client(bob));
        let (verified, advanced) = ladder(&admin);
        let restriction = json!({"name": "country", "isEnabled": true, "type": "deny", "ids": [2]});
        admin.create(&format!("/api/v2/verifications/levels/{verified}/restrictions"), &restriction);
        assert_eq!(standing(&as_ann).len(), 3);
        assert_eq!(standing(&as_bob), told(&[(1, "granted"), (advanced, "locked")]));
        assert_eq!(as_bob.get(&format!("{LEVELS}/1")).expect(200)["nextLevel"], json!(null));
        as_bob.get(&format!("{LEVELS}/{verified}")).refused(404, "notFound");
        admin.patch(&format!("/api/v2/verifications/levels/{advanced}"), &json!({"visible": false})).expect(200);
        as_ann.get(&format!("{LEVELS}/{advanced}")).refused(404, "notFound");
        admin.patch(&format!("/api/v2/clients/{ann}"), &json!({"verificationLevelId": advanced})).expect(200);
        assert_eq!(as_ann.get(&format!("{LEVELS}/{advanced}")).expect(200)["status"], json!("granted"));
    });
}

/// A visible test with a question that has right answers and one in words: the ids of the test, the questions and the
/// options, the right one first.
struct Quiz {
    test: i64,
    close: i64,
    open: i64,
    options: [i64; 2],
}

fn quiz(admin: &Client, caption: &str, priority: i64) -> Quiz {
    let test = admin.create("/api/v2/quizzes", &json!({"caption": caption, "priority": priority}));
    let questions = format!("/api/v2/quizzes/{test}/questions");
    let question = |text: &str, kind: &str| admin.create(&questions, &json!({"question": text, "type": kind}));
    let (close, open) = (question("Can you lose?", "close"), question("Why?", "open"));
    let option = |text: &str, is_correct: bool| {
        admin.create(&format!("{questions}/{close}/answers"), &json!({"text": text, "isCorrect": is_correct}))
    };
    let options = [option("Yes", true), option("No", false)];
    let hidden = json!({"question": "Hidden?", "type": "open", "isVisible": false});
    admin.create(&questions, &hidden);
    admin.patch(&format!("/api/v2/quizzes/{test}"), &json!({"isVisible": true})).expect(200);
    Quiz { test, close, open, options }
}

fn answers(quiz: &Quiz) -> Value {
    json!({"answers": [
        {"questionId": quiz.close, "answerIds": [quiz.options[0]], "text": null},
        {"questionId": quiz.open, "text": "Markets move."},
    ]})
}

#[test]
fn a_client_takes_a_test_without_being_told_what_is_right() {
    on_both(|app| {
        let admin = app.admin();
        let as_client = app.as_client(admin.new_client("ann@example.com", &json!({})));
        let (verified, _) = ladder(&admin);
        let quiz = quiz(&admin, "Risks", 1);
        let level = format!("/api/v2/verifications/levels/{verified}");
        admin.patch(&level, &json!({"requiredTests": [quiz.test]})).expect(200);
        let path = format!("{TESTS}/{}", quiz.test);
        let listed = as_client.get(TESTS).expect(200)["data"][0].clone();
        let expected = json!({
            "id": quiz.test, "caption": "Risks", "details": null, "completed": false, "approvalStatus": null,
            "requiredForLevelsId": [verified],
        });
        assert_eq!(listed, expected);
        let option = |place: usize, text: &str| json!({"id": quiz.options[place], "text": text, "priority": place + 1});
        let questions = json!([
            {"id": quiz.close, "type": "close", "text": "Can you lose?", "priority": 1,
                "answers": [option(0, "Yes"), option(1, "No")]},
            {"id": quiz.open, "type": "open", "text": "Why?", "priority": 2, "answers": []},
        ]);
        assert_eq!(as_client.get(&path).expect(200)["questions"], questions);
        let result = as_client.post(&format!("{path}/answers"), &answers(&quiz)).expect(201);
        let given = json!([
            {"questionId": quiz.close, "answerIds": [quiz.options[0]], "text": null},
            {"questionId": quiz.open, "answerIds": [], "text": "Markets move."},
        ]);
        assert_eq!((&result["approvalStatus"], &result["answers"]), (&json!("pending"), &given));
        assert_eq!(as_client.get(&format!("{TESTS}/results")).expect(200)["data"][0], result);
        let after = as_client.get(&path).expect(200);
        assert_eq!((&after["completed"], &after["approvalStatus"]), (&json!(true), &json!("pending")));
        as_client.post(&format!("{path}/answers"), &answers(&quiz)).refused(409, "testAnswered");
        let logs = admin.get("/api/v2/logs/messages?filter[eventName]=test_attempt_created").expect(200);
        assert_eq!(logs["data"][0]["actor"], json!("ann@example.com"), "{logs}");
        assert_eq!(logs["data"][0]["details"]["new"]["answers"][1]["text"], json!(null));
        let other = app.as_client(admin.new_client("bob@example.com", &json!({})));
        assert_eq!(other.total(&format!("{TESTS}/results")), 0);
        assert_eq!(other.get(&path).expect(200)["completed"], json!(false));
    });
}

#[test]
fn answers_of_a_client_that_do_not_fit_are_refused() {
    on_both(|app| {
        let admin = app.admin();
        let as_client = app.as_client(admin.new_client("ann@example.com", &json!({})));
        let quiz = quiz(&admin, "Risks", 1);
        let path = format!("{TESTS}/{}/answers", quiz.test);
        let send = |answers: Value| as_client.post(&path, &json!({"answers": answers}));
        send(json!([])).expect(422);
        send(json!([{"questionId": quiz.open, "text": "Why not"}])).refused(422, "answerNotFitting");
        let mut unknown = answers(&quiz)["answers"].clone();
        unknown.as_array_mut().unwrap().push(json!({"questionId": 99}));
        send(unknown).refused(422, "unknownQuestion");
        let wrong = json!([{"answerIds": ["a"], "text": 3}, 7]);
        let fields = ["answers.0.answerIds.0", "answers.0.questionId", "answers.0.text", "answers.1"];
        assert_eq!(send(wrong).faulty_fields(), fields);
        as_client.post(&path, &json!({})).expect_faults(400, &[("answers", "required")]);
        assert_eq!(as_client.total(&format!("{TESTS}/results")), 0);
    });
}

#[test]
fn clients_see_visible_tests_by_their_place() {
    on_both(|app| {
        let admin = app.admin();
        let as_client = app.as_client(admin.new_client("ann@example.com", &json!({})));
        let late = quiz(&admin, "Late", 9);
        app.advance(1);
        let early = quiz(&admin, "Early", 1);
        let hidden = admin.create("/api/v2/quizzes", &json!({"caption": "Hidden", "priority": 0}));
        let captions = |query: &str| -> Vec<String> {
            let listed = as_client.get(&format!("{TESTS}{query}")).expect(200);
            assert_eq!(listed["total"], json!(2));
            let tests = listed["data"].as_array().unwrap().iter();
            tests.map(|test| test["caption"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(captions(""), ["Early", "Late"]);
        assert_eq!(captions("?sort_by=createTime"), ["Late", "Early"]);
        assert_eq!(captions("?limit=1&offset=1"), ["Late"]);
        as_client.get(&format!("{TESTS}/{hidden}")).refused(404, "notFound");
        as_client.post(&format!("{TESTS}/{hidden}/answers"), &answers(&early)).refused(404, "notFound");
        assert!(late.test < early.test);
    });
}
