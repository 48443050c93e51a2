//! Nobody comes in by what a provider did not say, or did not say to us, now, of this sign-in.

use serde_json::{Value, json};
use storage::Error;

use super::{BEGIN, Office, ann, end_by};
use crate::harness::identity_provider::{REDIRECT_URI, Redirect, SignedBy, Vouch};
use crate::harness::{TestApp, on_both, sql};

/// An office that knows Ann.
fn office(app: &TestApp) -> Office<'_> {
    let office = Office::open(app, &json!({}));
    office.user("ann@example.com", &json!({}));
    office
}

/// Holds that nobody is vouched for, and that somebody would be otherwise.
#[track_caller]
fn holds_against(vouch: impl Fn(&Office<'_>) -> Vouch) {
    on_both(|app| {
        let office = office(app);
        office.sign_in(vouch(&office)).refused(401, "notVouchedFor");
        office.sign_in(ann()).expect(200);
    });
}

#[test]
fn an_id_token_of_another_sign_in_is_refused() {
    holds_against(|_| ann().with(&json!({"nonce": "another"})));
    holds_against(|_| ann().with(&json!({"nonce": null})));
}

#[test]
fn an_id_token_of_another_issuer_is_refused() {
    holds_against(|_| ann().with(&json!({"iss": "https://login.example.com"})));
    holds_against(|office| ann().with(&json!({"iss": format!("{}/", office.provider.issuer)})));
}

#[test]
fn an_id_token_for_another_client_is_refused() {
    holds_against(|_| ann().with(&json!({"aud": "another"})));
    holds_against(|_| ann().with(&json!({"aud": ["backoffice", "another"]})));
    holds_against(|_| ann().with(&json!({"azp": "another"})));
}

#[test]
fn an_id_token_that_has_expired_is_refused() {
    // By the clock of the test.
    holds_against(|office| ann().with(&json!({"exp": office.app.unix_seconds()})));
}

#[test]
fn an_id_token_with_a_wrong_signature_is_refused() {
    holds_against(|_| ann().signed(SignedBy::AnotherOfItsName));
}

#[test]
fn an_id_token_that_a_key_signed_which_is_not_published_is_refused() {
    holds_against(|_| ann().signed(SignedBy::Unpublished));
}

#[test]
fn an_id_token_that_nothing_signed_or_a_shared_secret_is_refused() {
    holds_against(|_| ann().signed(SignedBy::Nothing));
    holds_against(|_| ann().signed(SignedBy::Secret));
}

#[test]
fn without_an_id_token_nobody_is_vouched_for() {
    holds_against(|_| Vouch { has_token: false, ..ann() });
}

#[test]
fn a_subject_must_be_one_that_can_be_kept() {
    holds_against(|_| Vouch::of("", "ann@example.com"));
    holds_against(|_| Vouch::of(&"a".repeat(256), "ann@example.com"));
    holds_against(|_| Vouch::of("ann\0", "ann@example.com"));
}

#[test]
fn an_address_that_the_provider_has_not_verified_links_nobody() {
    on_both(|app| {
        let office = office(app);
        for claims in [json!({"email_verified": false}), json!({"email_verified": null}), json!({"email": null})] {
            office.sign_in(ann().with(&claims)).refused(403, "emailNotVerified");
        }
        let no_address = ann().with(&json!({"email": "ann"}));
        office.sign_in(no_address).refused(403, "emailNotVerified");
    });
}

#[test]
fn an_address_of_another_domain_links_nobody() {
    on_both(|app| {
        let office = office(app);
        office.user("ann@elsewhere.example", &json!({}));
        office.change(&json!({"createsUsers": true}));
        for email in ["ann@elsewhere.example", "ann@mail.example.com", "bob@elsewhere.example"] {
            office.sign_in(Vouch::of("x", email)).refused(403, "emailDomainNotAllowed");
        }
    });
}

#[test]
fn who_is_unknown_does_not_come_in_unless_the_provider_makes_users() {
    on_both(|app| {
        let office = office(app);
        let bob = Vouch::of("bob-1", "bob@example.com");
        office.sign_in(bob.clone()).refused(403, "noUserOfEmail");
        office.change(&json!({"createsUsers": true}));
        office.sign_in(bob).expect(200);
    });
}

#[test]
fn who_has_an_address_that_another_subject_had_is_not_its_user() {
    on_both(|app| {
        let office = office(app);
        office.sign_in(ann()).expect(200);
        office.sign_in(Vouch::of("ann-2", "ann@example.com")).refused(403, "linkedToOtherSubject");
        office.sign_in(ann()).expect(200);
    });
}

#[test]
fn a_sign_in_works_once() {
    on_both(|app| {
        let office = office(app);
        let begun = office.begin();
        let redirect = office.authorize(&begun, ann());
        office.end(&begun, &redirect).expect(200);
        office.end(&begun, &redirect).refused(401, "signInNotBegun");
        let again = office.authorize(&begun, ann());
        office.end(&begun, &again).refused(401, "signInNotBegun");
    });
}

#[test]
fn another_state_ends_a_sign_in() {
    on_both(|app| {
        let office = office(app);
        let (begun, other) = (office.begin(), office.begin());
        let redirect = office.authorize(&begun, ann());
        let state = office.authorize(&other, ann()).state;
        office.end(&begun, &Redirect { state, ..redirect.clone() }).refused(401, "signInNotBegun");
        office.end(&begun, &redirect).refused(401, "signInNotBegun");
    });
}

#[test]
fn a_code_of_another_sign_in_is_refused() {
    on_both(|app| {
        let office = office(app);
        let (begun, other) = (office.begin(), office.begin());
        let (mine, theirs) = (office.authorize(&begun, ann()), office.authorize(&other, ann()));
        // What the provider gave to one browser works in no other, since the verifier is another.
        office.end(&begun, &Redirect { code: theirs.code, ..mine }).refused(401, "notVouchedFor");
    });
}

#[test]
fn the_answer_of_another_provider_is_refused() {
    on_both(|app| {
        let office = office(app);
        let end = |issuer: &str| {
            let begun = office.begin();
            let Redirect { state, code } = office.authorize(&begun, ann());
            end_by(&office.nobody(), &begun, &json!({"state": state, "code": code, "iss": issuer}))
        };
        end("https://login.example.com").refused(401, "signInNotBegun");
        end(&office.provider.issuer).expect(200);
    });
}

#[test]
fn a_sign_in_ends_after_ten_minutes() {
    on_both(|app| {
        let office = office(app);
        let begun = office.begin();
        let redirect = office.authorize(&begun, ann());
        app.advance(600);
        office.end(&begun, &redirect).refused(401, "signInNotBegun");
        office.begin();
        app.advance(600);
        app.sweep();
        let kept = "SELECT redirect_uri FROM provider_sign_ins";
        assert!(app.database.read(move |conn| Ok::<_, Error>(sql::texts(conn, kept))).unwrap().is_empty());
    });
}

#[test]
fn what_was_not_begun_is_not_ended() {
    on_both(|app| {
        let body = json!({"state": "a", "code": "b"});
        for attempt in ["6f1c9f0e-8a5d-4c55-9d0b-5d3f2a1b7c42", "x", "1"] {
            app.client.post(&format!("{BEGIN}/{attempt}"), &body).refused(401, "signInNotBegun");
        }
        let answer = app.client.post(&format!("{BEGIN}/x"), &json!({}));
        assert_eq!(answer.faulty_fields(), ["code", "state"]);
    });
}

#[test]
fn nobody_signs_in_with_a_provider_that_is_switched_off() {
    on_both(|app| {
        let office = office(app);
        let begun = office.begin();
        let redirect = office.authorize(&begun, ann());
        office.change(&json!({"isEnabled": false}));
        office.end(&begun, &redirect).refused(401, "signInNotBegun");
        let body = |provider: i64| json!({"providerId": provider, "redirectUri": REDIRECT_URI});
        for provider in [office.id, 999_999] {
            office.nobody().post(BEGIN, &body(provider)).expect_faults(422, &[("providerId", "unknown")]);
        }
    });
}

#[test]
fn users_are_sent_back_to_a_listed_address_alone() {
    on_both(|app| {
        let office = office(app);
        let begin = |uri: &str| office.nobody().post(BEGIN, &json!({"providerId": office.id, "redirectUri": uri}));
        for other in ["https://office.example.com/signed-in/", "https://evil.example/signed-in"] {
            begin(other).expect_faults(422, &[("redirectUri", "redirectUriNotListed")]);
        }
        begin("javascript:alert(1)").expect_faults(400, &[("redirectUri", "notSecureUrl")]);
    });
}

#[test]
fn a_provider_that_does_not_answer_lets_nobody_in_and_is_left_alone_for_a_while() {
    on_both(|app| {
        let office = office(app);
        let begin = || office.nobody().post(BEGIN, &json!({"providerId": office.id, "redirectUri": REDIRECT_URI}));
        office.provider.go_down(true);
        begin().refused(503, "unavailable");
        office.provider.go_down(false);
        begin().refused(503, "unavailable");
        app.advance(10);
        let begun = begin().expect(200);
        let redirect = office.authorize(&begun, ann());
        office.provider.go_down(true);
        office.end(&begun, &redirect).refused(503, "unavailable");
        office.provider.go_down(false);
        office.sign_in(ann()).expect(200);
    });
}

#[test]
fn a_provider_that_publishes_what_is_not_its_own_or_not_safe_is_not_used() {
    let other = "https://login.example.com";
    let published: [Value; 6] = [
        json!({"issuer": other}),
        json!({"authorization_endpoint": "http://login.example.com/login"}),
        json!({"authorization_endpoint": "javascript:alert(1)"}),
        json!({"jwks_uri": "http://login.example.com/keys"}),
        json!({"token_endpoint": null}),
        json!({"filling": "x".repeat(300 * 1024)}),
    ];
    on_both(|app| {
        let office = office(app);
        for fields in published.clone() {
            app.advance(600);
            office.provider.publish(fields);
            let begin = json!({"providerId": office.id, "redirectUri": REDIRECT_URI});
            office.nobody().post(BEGIN, &begin).refused(503, "unavailable");
            let status = office.admin.get(&format!("{}/status", office.path())).expect(200);
            assert_eq!(status["isConnected"], false, "{status}");
            assert!(status["message"].as_str().unwrap().starts_with(&office.provider.issuer), "{status}");
        }
        office.provider.publish(json!({}));
        let status = office.admin.get(&format!("{}/status", office.path())).expect(200);
        assert_eq!(status, json!({"isConnected": true, "message": null}));
    });
}

#[test]
fn a_wrong_secret_of_the_client_lets_nobody_in() {
    on_both(|app| {
        let office = office(app);
        office.change(&json!({"clientSecret": "another"}));
        office.sign_in(ann()).refused(503, "unavailable");
    });
}
