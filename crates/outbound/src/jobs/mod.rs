//! What the server does by itself: sends mail, asks platforms, hedges, runs bonuses, and forgets what is old.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::TimeDelta;
use domain::value::Timestamp;
use storage::identity::{second_factor, sessions, sign_in};
use storage::platform::idempotency;

use crate::context::AppContext;
use crate::{bonuses, gateways, mail};

/// How often each job looks for work.
const POLL: Duration = Duration::from_millis(500);
/// How often what is old is forgotten.
const SWEEP_EVERY: TimeDelta = TimeDelta::minutes(10);

/// Does one piece of work that is due; answers whether there was one.
type Job = fn(&AppContext) -> Result<bool, storage::Error>;

/// The jobs, each with a thread of its own, so that a slow platform does not stop the mail.
const JOBS: [(&str, Job); 4] = [
    ("mail", mail_due),
    ("platforms", gateways::send_due),
    ("hedging", gateways::hedge_due),
    ("bonuses", bonuses::run_due),
];

/// The threads of the jobs; they end when this is dropped.
pub(crate) struct Jobs {
    stops: Vec<mpsc::Sender<()>>,
    threads: Vec<JoinHandle<()>>,
}

impl Jobs {
    pub fn start(app: &Arc<AppContext>) -> std::io::Result<Self> {
        let mut jobs = Self { stops: Vec::new(), threads: Vec::new() };
        if app.config.runs_jobs {
            for (name, job) in JOBS {
                jobs.spawn(app, name, move |app| while job(app).unwrap_or_else(|error| complain(name, &error)) {})?;
            }
        }
        let mut swept_at: Option<Timestamp> = None;
        jobs.spawn(app, "sweep", move |app| {
            let now = app.now();
            if swept_at.is_none_or(|at| now.since(at) >= SWEEP_EVERY) {
                swept_at = Some(now);
                sweep(app).unwrap_or_else(|error| {
                    complain("sweep", &error);
                });
            }
        })?;
        Ok(jobs)
    }

    fn spawn(
        &mut self,
        app: &Arc<AppContext>,
        name: &str,
        mut work: impl FnMut(&AppContext) + Send + 'static,
    ) -> std::io::Result<()> {
        let (stop, stopped) = mpsc::channel::<()>();
        let app = Arc::clone(app);
        let run = move || {
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(POLL) {
                work(&app);
            }
        };
        self.threads.push(std::thread::Builder::new().name(name.into()).spawn(run)?);
        self.stops.push(stop);
        Ok(())
    }
}

impl Drop for Jobs {
    fn drop(&mut self) {
        self.stops.clear();
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                log::error!("the thread of a job ended with a panic");
            }
        }
    }
}

impl AppContext {
    /// Does all that is due, on this thread; for tests, whose servers have no threads for it.
    ///
    /// # Errors
    /// Those of the database.
    pub fn run_due_jobs(&self) -> Result<(), storage::Error> {
        // What one job does may be work for another.
        let mut is_done = false;
        while !is_done {
            is_done = true;
            for (_, job) in JOBS {
                while job(self)? {
                    is_done = false;
                }
            }
        }
        Ok(())
    }
}

fn mail_due(app: &AppContext) -> Result<bool, storage::Error> {
    match &app.config.mailer {
        Some(mailer) => mail::send_due(app, mailer),
        None => Ok(false),
    }
}

fn complain(what: &str, error: &storage::Error) -> bool {
    log::error!("{what}: {error}");
    false
}

/// Each in a transaction of its own, so that callers do not wait for all of them.
fn sweep(app: &AppContext) -> Result<(), storage::Error> {
    for forget in [sessions::sweep, second_factor::sweep, sign_in::sweep, idempotency::sweep] {
        app.database.write(forget)?;
    }
    Ok(())
}
