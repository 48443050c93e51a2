//! What the server does by itself: sends mail, and forgets what is old.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::TimeDelta;
use storage::identity::{second_factor, sessions, sign_in};
use storage::platform::idempotency;

use crate::mail;
use crate::server::App;

/// How often the outbox is looked at.
const MAIL_POLL: Duration = Duration::from_millis(500);
/// How often what is old is forgotten.
const SWEEP_EVERY: TimeDelta = TimeDelta::minutes(10);

/// The thread of the jobs; it ends when this is dropped.
pub(crate) struct Jobs {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Jobs {
    pub fn start(app: Arc<App>) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel::<()>();
        let thread = std::thread::Builder::new().name("jobs".into()).spawn(move || run(&app, &stopped))?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Jobs {
    fn drop(&mut self) {
        drop(self.stop.take());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            log::error!("the thread of the jobs ended with a panic");
        }
    }
}

fn run(app: &App, stopped: &mpsc::Receiver<()>) {
    let mut swept_at = None;
    while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(MAIL_POLL) {
        if let Some(mailer) = &app.config.mailer {
            while mail::send_due(app, mailer).unwrap_or_else(|error| complain("mail", &error)) {}
        }
        let now = app.now();
        if swept_at.is_none_or(|at| now.since(at) >= SWEEP_EVERY) {
            swept_at = Some(now);
            sweep(app).unwrap_or_else(|error| {
                complain("sweep", &error);
            });
        }
    }
}

fn complain(what: &str, error: &storage::Error) -> bool {
    log::error!("{what}: {error}");
    false
}

/// Each in a transaction of its own, so that callers do not wait for all of them.
fn sweep(app: &App) -> Result<(), storage::Error> {
    for forget in [sessions::sweep, second_factor::sweep, sign_in::sweep, idempotency::sweep] {
        app.database.write(forget)?;
    }
    Ok(())
}
