//! Workers that die while they send a mass mail.

use serde_json::json;
use storage::Error;
use storage::mailing::sending::{self, Outcome, Part, SendMassMail};
use storage::platform::queue;

use super::sendgrid::SendGrid;
use super::{connect, progress, send, so_far, strangers};
use crate::harness::{TestApp, on_both};

/// What a worker takes that dies later.
#[track_caller]
fn take(app: &TestApp) -> Part {
    let taken = app.database.write(|tx| {
        let claimed = queue::claim::<SendMassMail>(tx)?.ok_or(Error::NotFound)?;
        sending::of_job(tx.conn, &claimed.job)?.ok_or(Error::NotFound)
    });
    taken.unwrap()
}

/// Notes that a part was sent.
#[track_caller]
fn note(app: &TestApp, part: &Part) {
    let (id, sent) = (part.email.id, part.people.iter().map(|(recipient, _)| *recipient).collect());
    let outcome = Outcome { sent, ..Outcome::default() };
    app.database.write(move |tx| sending::note(tx, id, &outcome)).unwrap();
}

#[test]
fn a_part_that_is_noted_is_not_sent_again_after_a_crash() {
    on_both(|app| {
        let (admin, sendgrid) = (app.admin(), SendGrid::start());
        connect(&admin, &sendgrid);
        let emails = strangers(700);
        let id = send(&admin, &json!({"emails": emails}));
        let part = take(app);
        assert_eq!(part.people.len(), 500);
        note(app, &part);
        app.run_jobs();
        assert!(sendgrid.take().is_empty(), "the dead worker has it for the time of its lease");
        app.advance(121);
        app.run_jobs();
        assert_eq!(progress(&admin, id), so_far("sent", 700, 700, 0));
        assert_eq!(sendgrid.take_addresses(), emails[500..]);
    });
}

#[test]
fn a_part_that_nobody_noted_is_sent_after_a_crash() {
    on_both(|app| {
        let (admin, sendgrid) = (app.admin(), SendGrid::start());
        connect(&admin, &sendgrid);
        let emails = strangers(3);
        let id = send(&admin, &json!({"emails": emails}));
        take(app);
        app.advance(121);
        app.run_jobs();
        assert_eq!(progress(&admin, id), so_far("sent", 3, 3, 0));
        assert_eq!(sendgrid.take_addresses(), emails);
    });
}

#[test]
fn a_worker_that_comes_late_counts_nobody_twice() {
    on_both(|app| {
        let (admin, sendgrid) = (app.admin(), SendGrid::start());
        connect(&admin, &sendgrid);
        let id = send(&admin, &json!({"emails": strangers(3)}));
        let late = take(app);
        app.advance(121);
        app.run_jobs();
        note(app, &late);
        assert_eq!(progress(&admin, id), so_far("sent", 3, 3, 0));
    });
}
