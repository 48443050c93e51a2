//! How events are looked for.

use serde_json::{Value, json};

use super::SETTINGS;
use crate::harness::{ADMIN_EMAIL, Client, amount, on_both};

/// What is set of an event.
fn event(settings: &Value, name: &str) -> Value {
    let events = settings["events"].as_array().unwrap();
    events.iter().find(|event| event["event"] == name).unwrap().clone()
}

fn send(admin: &Client, events: &Value) -> crate::harness::Answer {
    admin.patch(SETTINGS, &json!({"events": events}))
}

#[test]
fn all_events_are_off_at_the_start_and_those_change_that_are_named() {
    on_both(|app| {
        let admin = app.admin();
        let before = admin.get(SETTINGS).expect(200);
        let events = before["events"].as_array().unwrap();
        assert_eq!(events.len(), 8);
        assert!(events.iter().all(|event| event["isEnabled"] == false));
        let sums = json!({
            "event": "excessive_deposits_sum", "isEnabled": true, "threshold": "9999.99", "periodDays": 30,
            "exceptions": ["*@Example.org", "10.0.*"], "emails": [ADMIN_EMAIL],
        });
        let after = send(&admin, &json!([sums])).expect(200);
        let expected = json!({
            "event": "excessive_deposits_sum", "isEnabled": true, "threshold": amount("9999.99"), "periodDays": 30,
            "exceptions": ["*@example.org", "10.0.*"], "emails": [ADMIN_EMAIL],
        });
        assert_eq!(event(&after, "excessive_deposits_sum"), expected);
        assert_eq!(event(&after, "identical_ip"), event(&before, "identical_ip"));
        let partly = json!([{"event": "excessive_deposits_sum", "periodDays": 7}, {"event": "identical_ip"}]);
        let partly = send(&admin, &partly).expect(200);
        let changed = event(&partly, "excessive_deposits_sum");
        assert_eq!((&changed["periodDays"], &changed["threshold"]), (&json!(7), &amount("9999.99")));
        assert_eq!(admin.put(SETTINGS, &json!({})).expect(200), partly);
        assert_eq!(admin.get(SETTINGS).expect(200), partly);
    });
}

#[test]
fn an_enabled_event_has_what_it_counts_by() {
    on_both(|app| {
        let admin = app.admin();
        let events = json!([
            {"event": "identical_phone", "isEnabled": true},
            {"event": "frequent_deposits", "isEnabled": true},
            {"event": "identical_ip", "isEnabled": true, "emails": ["nobody@example.com"]},
        ]);
        let faults = [
            ("events.1.periodDays", "periodRequired"),
            ("events.1.threshold", "thresholdRequired"),
            ("events.2.emails.0", "notUserEmail"),
            ("events.2.periodDays", "periodRequired"),
        ];
        send(&admin, &events).expect_faults(422, &faults);
        assert_eq!(event(&admin.get(SETTINGS).expect(200), "identical_phone")["isEnabled"], json!(false));
        send(&admin, &json!([{"event": "identical_ip", "isEnabled": true, "periodDays": 1}])).expect(200);
        let cleared = json!([{"event": "identical_ip", "periodDays": null}]);
        send(&admin, &cleared).expect_faults(422, &[("events.0.periodDays", "periodRequired")]);
        send(&admin, &json!([{"event": "identical_ip", "isEnabled": false, "periodDays": null}])).expect(200);
    });
}

#[test]
fn events_of_a_wrong_form_are_refused_with_all_their_faults() {
    on_both(|app| {
        let admin = app.admin();
        let events = json!([
            {"event": "excessive_trades"},
            {"event": "arbitrage_triangle"},
            {},
            {"event": "identical_ip", "threshold": "1", "exceptions": ["x"], "isEnabled": null},
            {"event": "identical_email", "periodDays": 3},
            {"event": "frequent_deposits", "threshold": "2.5", "periodDays": 0},
            7,
        ]);
        let faults = [
            ("events.0.event", "notOneOf"),
            ("events.1.event", "notOneOf"),
            ("events.2.event", "required"),
            ("events.3.exceptions.0", "notException"),
            ("events.3.isEnabled", "null"),
            ("events.3.threshold", "limitNotUsed"),
            ("events.4.periodDays", "limitNotUsed"),
            ("events.5.periodDays", "outOfRange"),
            ("events.5.threshold", "thresholdNotWhole"),
            ("events.6", "notObject"),
        ];
        send(&admin, &events).expect_faults(400, &faults);
        let twice = json!([{"event": "identical_ip"}, {"event": "identical_ip"}]);
        send(&admin, &twice).expect_faults(400, &[("events.1.event", "eventRepeated")]);
        send(&admin, &json!([{"event": "frequent_deposits", "threshold": 0}]))
            .expect_faults(400, &[("events.0.threshold", "notPositive")]);
    });
}

#[test]
fn a_deleted_user_is_told_of_nothing() {
    on_both(|app| {
        let admin = app.admin();
        let (ann, _) = app.user_of("ann", &[], &json!({}));
        let told = json!([{"event": "identical_phone", "emails": ["ann@example.com", ADMIN_EMAIL]}]);
        send(&admin, &told).expect(200);
        admin.delete(&format!("/api/v2/users/{ann}")).expect(204);
        let shown = event(&admin.get(SETTINGS).expect(200), "identical_phone");
        assert_eq!(shown["emails"], json!([ADMIN_EMAIL]));
    });
}

#[test]
fn everything_that_is_wrong_with_events_is_told_at_once() {
    on_both(|app| {
        let events = json!([
            {"event": "identical_ip", "isEnabled": "maybe"},
            {"event": "identical_ip", "threshold": "1", "periodDays": 0},
            {"event": "fraud"},
            {"event": "identical_ip"},
            {},
        ]);
        let expected = [
            ("events.0.isEnabled", "notBoolean"),
            ("events.1.event", "eventRepeated"),
            ("events.1.periodDays", "outOfRange"),
            ("events.1.threshold", "limitNotUsed"),
            ("events.2.event", "notOneOf"),
            ("events.3.event", "eventRepeated"),
            ("events.4.event", "required"),
        ];
        app.admin().patch(SETTINGS, &json!({"events": events})).expect_faults(400, &expected);
    });
}
