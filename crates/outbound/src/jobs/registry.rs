//! Every kind of work that servers do by themselves.

use chrono::TimeDelta;
use domain::value::Timestamp;
use storage::credentials::{blocks, qr_sign_ins, sessions as client_sessions, sign_ins};
use storage::identity::{
    approval_ends, attempt_counters, provider_sign_ins, second_factor, sessions, sign_in, system_logs,
};
use storage::messaging::{history, socket_events};
use storage::payments::{payment_systems, quotes};
use storage::platform::idempotency;
use storage::platform::queue::{self, Backlog, Job};
use storage::wizards::runs;
use storage::{DbConnection, Error, Tx};

use super::handler::{JobHandler, run_one};
use super::{
    antifraud, balances, bonuses, events, files, hedges, identity_checks, imports, mail, mass_mail, password_resets,
    platform_orders, user_messages, webhooks,
};
use crate::outbound::Outbound;

/// A kind of work that servers do by themselves.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    /// What it is called in the log.
    pub name: &'static str,
    /// How many pieces of it a server does at once.
    pub concurrency: usize,
    /// Where it finds what is due.
    source: Source,
    /// Does one piece of what is due; answers whether there was one.
    pub run: fn(&Outbound) -> Result<bool, Error>,
}

/// Where work is found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    /// In the queue.
    Queue,
    /// In a table of its own.
    OwnTable,
}

impl Kind {
    const fn of<H: JobHandler>() -> Self {
        let name = <H::Job as Job>::KIND;
        Self { name, concurrency: H::CONCURRENCY, source: Source::Queue, run: run_one::<H> }
    }

    const fn single(name: &'static str, run: fn(&Outbound) -> Result<bool, Error>) -> Self {
        Self { name, concurrency: 1, source: Source::OwnTable, run }
    }
}

/// Every kind, in the order in which [`run_due`] does them. Each has threads of its own, so that a slow platform does
/// not hold up the mail.
pub(super) const KINDS: [Kind; 14] = [
    Kind::of::<mail::MailHandler>(),
    Kind::of::<platform_orders::PlatformOrderHandler>(),
    Kind::of::<hedges::HedgeHandler>(),
    Kind::of::<identity_checks::IdentityCheckHandler>(),
    Kind::single("events", events::run_due),
    Kind::of::<webhooks::WebhookHandler>(),
    Kind::of::<user_messages::UserMessageHandler>(),
    Kind::of::<mass_mail::MassMailHandler>(),
    Kind::of::<imports::ImportHandler>(),
    Kind::single("bonuses", bonuses::run_due),
    Kind::single("files", files::run_due),
    Kind::single("password_resets", password_resets::run_due),
    Kind::single("balances", balances::run_due),
    Kind::single("antifraud", antifraud::run_due),
];

/// The kinds of jobs in the queue.
fn queued() -> impl Iterator<Item = &'static str> {
    KINDS.into_iter().filter(|kind| kind.source == Source::Queue).map(|kind| kind.name)
}

/// Counts what becomes of jobs from zero, so that the first of each kind shows as an increase.
pub fn begin_to_count(outbound: &Outbound) {
    outbound.metrics.begin(queued(), KINDS.into_iter().map(|kind| kind.name).chain([SWEEP]));
}

/// What is left to do of each kind in the queue, by all servers.
pub fn backlog(conn: &mut DbConnection, now: Timestamp) -> Result<Vec<(&'static str, Backlog)>, Error> {
    queued().map(|kind| Ok((kind, queue::backlog(conn, kind, now)?))).collect()
}

/// Does all that is due, on this thread: for tests, whose servers have no threads for it.
pub fn run_due(outbound: &Outbound) -> Result<(), Error> {
    // What one job does may be work for another.
    let mut is_done = false;
    while !is_done {
        is_done = true;
        for kind in KINDS {
            while (kind.run)(outbound)? {
                is_done = false;
            }
        }
    }
    Ok(())
}

/// What forgetting what is old is called in the log.
pub(super) const SWEEP: &str = "sweep";

/// How often what is old is forgotten.
pub(super) const SWEEP_EVERY: TimeDelta = TimeDelta::minutes(10);

/// What is forgotten once it is old.
const SWEEPS: [fn(&mut Tx<'_>) -> Result<usize, Error>; 21] = [
    sessions::sweep,
    approval_ends::sweep,
    approval_ends::prune,
    second_factor::sweep,
    provider_sign_ins::sweep,
    attempt_counters::sweep,
    blocks::sweep,
    client_sessions::sweep,
    qr_sign_ins::sweep,
    sign_ins::prune,
    idempotency::sweep,
    sign_in::prune,
    system_logs::prune,
    history::forget_events,
    history::forget_deliveries,
    history::forget_mails,
    history::forget_texts,
    socket_events::sweep,
    runs::sweep,
    quotes::sweep,
    payment_systems::sweep,
];

/// How many transactions a sweep has for one kind. What is left then waits for the next sweep.
const MAX_STEPS: usize = 100;

/// Forgets what is old, in many small transactions, so that callers do not wait for all of it.
pub fn sweep(outbound: &Outbound) -> Result<(), Error> {
    for forget in SWEEPS {
        for _ in 0..MAX_STEPS {
            if outbound.database.write(forget)? == 0 {
                break;
            }
        }
    }
    Ok(())
}
