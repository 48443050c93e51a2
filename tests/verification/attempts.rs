//! What clients answer in tests, and the decisions on it.

use domain::verification::Answer;
use serde_json::{Value, json};
use storage::messaging::events;

use crate::harness::orders::answer_test;
use crate::harness::{Client, on_both};

/// A visible test with a question of each kind, by its id and those of the questions and their options.
struct Quiz {
    test: i64,
    open: i64,
    close: (i64, i64, i64),
    poll: (i64, i64),
}

fn quiz(admin: &Client) -> Quiz {
    let test = admin.create("/api/v2/quizzes", &json!({"caption": "Risks"}));
    let questions = format!("/api/v2/quizzes/{test}/questions");
    let question = |text: &str, kind: &str| admin.create(&questions, &json!({"question": text, "type": kind}));
    let option = |question: i64, text: &str, is_correct: bool| {
        admin.create(&format!("{questions}/{question}/answers"), &json!({"text": text, "isCorrect": is_correct}))
    };
    let (open, close, poll) =
        (question("Why?", "open"), question("Can you lose?", "close"), question("How often?", "poll"));
    let close = (close, option(close, "Yes", true), option(close, "No", false));
    let poll = (poll, option(poll, "Daily", false));
    admin.patch(&format!("/api/v2/quizzes/{test}"), &json!({"isVisible": true})).expect(200);
    Quiz { test, open, close, poll }
}

fn answer(question: i64, text: Option<&str>, options: &[i64]) -> Answer {
    Answer {
        question: question.into(),
        text: text.map(ToOwned::to_owned),
        options: options.iter().copied().map(Into::into).collect(),
    }
}

fn answers(quiz: &Quiz) -> Vec<Answer> {
    vec![
        answer(quiz.open, Some("Because"), &[]),
        answer(quiz.close.0, None, &[quiz.close.1]),
        answer(quiz.poll.0, None, &[quiz.poll.1]),
    ]
}

fn completed(admin: &Client, client: i64) -> Value {
    admin.get(&format!("/api/v2/clients/{client}/quizzes")).expect(200)
}

fn decide(admin: &Client, attempt: &Value, decision: &str) {
    let path = format!("/api/v2/applications/{}/{decision}", attempt["applicationId"]);
    admin.post(&path, &json!({"resolutionId": 1})).expect(200);
}

#[test]
fn what_is_answered_is_kept_and_a_user_decides_on_it() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let quiz = quiz(&admin);
        let attempt = answer_test(&app.database, client, quiz.test, &answers(&quiz)).unwrap();
        let path = format!("/api/v2/clients/{client}/quizzes/{attempt}");
        let before = admin.get(&path).expect(200);
        assert_eq!(before["approvalStatus"], json!("pending"));
        let of_close = json!({
            "id": quiz.close.0, "question": "Can you lose?", "type": "close", "text": null,
            "answers": [
                {"id": quiz.close.1, "text": "Yes", "isCorrect": true, "selected": true},
                {"id": quiz.close.2, "text": "No", "isCorrect": false, "selected": false},
            ],
        });
        assert_eq!(before["questions"][1], of_close);
        assert_eq!(before["questions"][0]["text"], json!("Because"));
        let events = app.database.read(move |conn| events::of_client(conn, client.into())).unwrap();
        let names: Vec<String> = events.iter().map(|event| event.name.to_string()).collect();
        assert_eq!(names, ["SuccessfulRegistration", "ClientTestsRequestEvent", "TestPassing"]);
        assert_eq!(events[2].data["testName"], json!("Risks"));
        let again = || answer_test(&app.database, client, quiz.test, &answers(&quiz));
        assert_eq!(again().unwrap_err(), "testAnswered: status pending");
        decide(&admin, &before, "approve");
        assert_eq!(admin.get(&path).expect(200)["approvalStatus"], json!("approved"));
        assert_eq!(again().unwrap_err(), "testAnswered: status approved");
        // What was asked changes, what was answered stays.
        let question = format!("/api/v2/quizzes/{}/questions/{}", quiz.test, quiz.open);
        admin.patch(&question, &json!({"question": "Why not?"})).expect(200);
        admin.delete(&format!("/api/v2/quizzes/{}", quiz.test)).expect(204);
        assert_eq!(admin.get(&path).expect(200)["questions"], before["questions"]);
    });
}

#[test]
fn a_test_that_was_rejected_can_be_answered_again() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let quiz = quiz(&admin);
        answer_test(&app.database, client, quiz.test, &answers(&quiz)).unwrap();
        decide(&admin, &completed(&admin, client)["data"][0], "reject");
        app.advance(1);
        answer_test(&app.database, client, quiz.test, &answers(&quiz)).unwrap();
        let attempts = completed(&admin, client);
        let statuses: Vec<&Value> =
            attempts["data"].as_array().unwrap().iter().map(|one| &one["approvalStatus"]).collect();
        assert_eq!(statuses, [&json!("pending"), &json!("rejected")], "the newest first");
    });
}

#[test]
fn right_answers_alone_pass_without_a_request() {
    on_both(|app| {
        let admin = app.admin();
        let quiz = quiz(&admin);
        for question in [quiz.open, quiz.poll.0] {
            let path = format!("/api/v2/quizzes/{}/questions/{question}", quiz.test);
            admin.patch(&path, &json!({"isVisible": false})).expect(200);
        }
        let answered = |email: &str, option: i64| {
            let client = admin.new_client(email, &json!({}));
            answer_test(&app.database, client, quiz.test, &[answer(quiz.close.0, None, &[option])]).unwrap();
            completed(&admin, client)["data"][0].clone()
        };
        let right = answered("right@example.com", quiz.close.1);
        assert_eq!((&right["approvalStatus"], &right["applicationId"]), (&json!("approved"), &json!(null)));
        assert_eq!(answered("wrong@example.com", quiz.close.2)["approvalStatus"], json!("pending"));
    });
}

#[test]
fn answers_that_do_not_fit_are_refused_by_their_question() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let quiz = quiz(&admin);
        let refused = |answers: &[Answer]| answer_test(&app.database, client, quiz.test, answers).unwrap_err();
        let (open, close, poll) = (quiz.open, quiz.close.0, quiz.poll.0);
        let all = format!(
            "answerNotFitting: question {open}; answerNotFitting: question {close}; answerNotFitting: question {poll}"
        );
        assert_eq!(refused(&[]), all);
        let mut unknown = answers(&quiz);
        unknown.push(answer(99, None, &[]));
        assert_eq!(refused(&unknown), "unknownQuestion: question 99");
        assert_eq!(answer_test(&app.database, client, 99, &[]).unwrap_err(), "unknown at Test");
        assert_eq!(completed(&admin, client)["total"], json!(0));
    });
}

#[test]
fn a_completed_test_is_read_by_those_who_see_the_client() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let quiz = quiz(&admin);
        let attempt = answer_test(&app.database, client, quiz.test, &answers(&quiz)).unwrap();
        let other = admin.new_client("b@example.com", &json!({}));
        admin.get(&format!("/api/v2/clients/{other}/quizzes/{attempt}")).expect(404);
        let tag = admin.new_tag("vip");
        let (_, blind) = app.user_of("blind", &["clientTests.read"], &json!({"clientTags": [tag]}));
        blind.get(&format!("/api/v2/clients/{client}/quizzes")).expect(404);
        blind.get(&format!("/api/v2/clients/{client}/quizzes/{attempt}")).expect(404);
        app.user_with("clerk", &["clientTests.read"]).get(&format!("/api/v2/clients/{client}/quizzes")).expect(200);
    });
}
