//! Mass mail through `SendGrid`: one request of its interface v3 for many recipients, each with a part of their own.

use domain::mailing::{MAX_REASON_CHARS, Person, PersonPlaceholder, addressed_line, own_placeholders};
use domain::messaging::{PlaceholderValue, Template};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Addressee, MassMail, MassMailError, MassMailer};
use crate::anti_phishing::{html_with, paragraph};
use crate::client::{self, Answer};

/// How much of an answer is read: one fault for each recipient fits in.
const MAX_ANSWER_BYTES: u64 = 1_000_000;

/// An account of `SendGrid`.
pub(super) struct SendGrid {
    pub url: String,
    pub key: String,
}

/// Where the line with a recipient's code stands; no placeholder of texts looks like it.
const CODE_TAG: &str = "{-code-line-}";

/// What it says of a request that it does not take.
#[derive(Deserialize)]
struct Faults {
    errors: Vec<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    message: String,
    field: Option<String>,
}

impl MassMailer for SendGrid {
    fn send(&self, mail: &MassMail<'_>) -> Result<(), MassMailError> {
        let url = format!("{}/v3/mail/send", self.url.trim_end_matches('/'));
        let request = client::agent().post(&url).header("Authorization", format!("Bearer {}", self.key));
        let sent = request.header("Content-Type", "application/json").send(body_of(mail).to_string());
        let answer = client::received(sent, MAX_ANSWER_BYTES).map_err(MassMailError::Unanswered)?;
        // 200 is the sandbox's word for a mail that it delivers to nobody.
        if answer.status.as_u16() == 202 { Ok(()) } else { Err(failure(&answer, mail.people.len())) }
    }
}

fn body_of(mail: &MassMail<'_>) -> Value {
    let mut from = object([("email", json!(mail.from_email))]);
    from.extend(mail.from_name.map(|name| ("name".to_owned(), json!(name))));
    let own = own_placeholders(mail.body);
    let is_addressed = !own_placeholders(mail.subject).is_empty();
    // What is put in for one must be put in for all.
    let shows_codes = mail.people.iter().any(|addressee| addressee.code_line.is_some());
    let part = |Addressee { person, code_line }: &Addressee<'_>| {
        let mut part = object([("to", json!([{"email": person.email}]))]);
        // A subject is plain text, and what is substituted is HTML.
        if is_addressed {
            part.extend(object([("subject", json!(addressed_line(mail.subject, person)))]));
        }
        let mut values = substitutions(&own, person);
        if shows_codes {
            let shown = code_line.as_deref().map(paragraph).unwrap_or_default();
            values.insert(CODE_TAG.to_owned(), Value::String(shown));
        }
        if !values.is_empty() {
            part.extend(object([("substitutions", Value::Object(values))]));
        }
        Value::Object(part)
    };
    let text = if shows_codes { html_with(mail.body, CODE_TAG) } else { mail.body.to_owned() };
    let mut body = object([
        ("personalizations", mail.people.iter().map(part).collect()),
        ("from", Value::Object(from)),
        ("content", json!([{"type": "text/html", "value": text}])),
    ]);
    if !is_addressed {
        body.extend(object([("subject", json!(mail.subject))]));
    }
    Value::Object(body)
}

fn object<const N: usize>(fields: [(&str, Value); N]) -> Map<String, Value> {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// What stands for the placeholders of the text, in HTML.
fn substitutions(own: &[PersonPlaceholder], person: &Person) -> Map<String, Value> {
    let value = |placeholder: PersonPlaceholder| {
        let tag = format!("{{{placeholder}}}");
        let html = Template::new(&tag).html(|_| Some(PlaceholderValue::Text(person.value(placeholder))));
        (tag, Value::String(html))
    };
    own.iter().copied().map(value).collect()
}

fn failure(answer: &Answer, people: usize) -> MassMailError {
    let faults = serde_json::from_str::<Faults>(&answer.body).map(|faults| faults.errors).unwrap_or_default();
    let status = answer.status.as_u16();
    let reason = match faults.first() {
        Some(fault) => format!("{status}: {}", fault.message),
        None => format!("{status}: {}", answer.body.chars().take(MAX_REASON_CHARS).collect::<String>()),
    };
    match status {
        401 | 403 => MassMailError::Unusable(reason),
        408 | 425 | 429 => MassMailError::Unanswered(reason),
        400..=499 => MassMailError::Refused { reason, places: places_of(&faults, people) },
        _ => MassMailError::Unanswered(reason),
    }
}

/// The places of the recipients whom all faults are about; none where one is about something else.
fn places_of(faults: &[Fault], people: usize) -> Vec<usize> {
    let place = |fault: &Fault| {
        let rest = fault.field.as_deref()?.strip_prefix("personalizations.")?;
        rest.split('.').next()?.parse::<usize>().ok().filter(|place| *place < people)
    };
    let places: Option<Vec<usize>> = faults.iter().map(place).collect();
    let mut places = places.unwrap_or_default();
    places.sort_unstable();
    places.dedup();
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use ureq::http::StatusCode;

    fn person(email: &str, first: &str, last: &str) -> Person {
        Person { email: email.into(), first_name: first.into(), last_name: last.into() }
    }

    fn body(subject: &str, text: &str) -> Value {
        body_with(subject, text, None)
    }

    fn body_with(subject: &str, text: &str, code_line_of_bob: Option<&str>) -> Value {
        let (ann, bob) = (person("ann@example.com", "Ann", "O'Doe & Co"), person("bob@example.com", "", ""));
        let bob = Addressee { person: &bob, code_line: code_line_of_bob.map(ToOwned::to_owned) };
        body_of(&MassMail {
            from_email: "news@example.com",
            from_name: None,
            subject,
            body: text,
            people: &[Addressee { person: &ann, code_line: None }, bob],
        })
    }

    #[test]
    fn a_recipient_is_shown_the_code_that_they_have_set() {
        let body = body_with("News", "<body><p>Hello</p></body>", Some("Your code: 1<2"));
        assert_eq!(body["content"][0]["value"], "<body><p>Hello</p>{-code-line-}\n</body>");
        let values = |place: usize| &body["personalizations"][place]["substitutions"];
        assert_eq!(values(0), &json!({"{-code-line-}": ""}));
        assert_eq!(values(1), &json!({"{-code-line-}": "<p>Your code: 1&lt;2</p>"}));
    }

    #[test]
    fn each_recipient_gets_their_own_values() {
        let expected = json!({
            "personalizations": [
                {
                    "to": [{"email": "ann@example.com"}],
                    "subject": "News for Ann O'Doe & Co",
                    "substitutions": {"{lastName}": "O&#39;Doe &amp; Co", "{email}": "ann@example.com"},
                },
                {
                    "to": [{"email": "bob@example.com"}],
                    "subject": "News for",
                    "substitutions": {"{lastName}": "", "{email}": "bob@example.com"},
                },
            ],
            "from": {"email": "news@example.com"},
            "content": [{"type": "text/html", "value": "<p>{lastName} {email} {other}</p>"}],
        });
        assert_eq!(body("News for {name}", "<p>{lastName} {email} {other}</p>"), expected);
    }

    #[test]
    fn a_mail_without_placeholders_stands_once() {
        let body = body("News", "<p>Hello</p>");
        assert_eq!(
            (&body["subject"], &body["personalizations"][1]),
            (&json!("News"), &json!({"to": [{"email": "bob@example.com"}]}),)
        );
    }

    #[test]
    fn an_answer_tells_whom_it_is_about_and_whether_to_try_again() {
        let failed = |status: u16, body: &Value| {
            failure(&Answer { status: StatusCode::from_u16(status).unwrap(), body: body.to_string() }, 3)
        };
        let fault = |field: &str| json!({"message": "no", "field": field, "help": null});
        let refused = |places: &[usize]| MassMailError::Refused { reason: "400: no".into(), places: places.to_vec() };
        let of_two = json!({"errors": [fault("personalizations.2.to.0.email"), fault("personalizations.0.to")]});
        assert_eq!(failed(400, &of_two), refused(&[0, 2]));
        let mixed = json!({"errors": [fault("personalizations.2.to.0.email"), fault("from")]});
        assert_eq!(failed(400, &mixed), refused(&[]));
        assert_eq!(failed(400, &json!({"errors": [fault("personalizations.7.to")]})), refused(&[]));
        assert!(matches!(failed(401, &json!({})), MassMailError::Unusable(_)));
        assert!(matches!(failed(413, &json!("too large")), MassMailError::Refused { .. }));
        for status in [200, 302, 429, 500, 503] {
            assert!(matches!(failed(status, &json!({})), MassMailError::Unanswered(_)), "{status}");
        }
    }
}
