//! Every kind of work that servers do by themselves.

use chrono::TimeDelta;
use storage::credentials::{blocks, qr_sign_ins, sessions as client_sessions, sign_ins};
use storage::identity::{
    approval_ends, attempt_counters, provider_sign_ins, second_factor, sessions, sign_in, system_logs,
};
use storage::messaging::{history, socket_events};
use storage::payments::{payment_systems, quotes};
use storage::platform::idempotency;
use storage::platform::queue::Job;
use storage::wizards::runs;
use storage::{Error, Tx};

use super::handler::{JobHandler, run_one};
use super::{
    antifraud, balances, bonuses, events, files, hedges, identity_checks, mail, mass_mail, password_resets,
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
    /// Does one piece of what is due; answers whether there was one.
    pub run: fn(&Outbound) -> Result<bool, Error>,
}

impl Kind {
    const fn of<H: JobHandler>() -> Self {
        Self { name: <H::Job as Job>::KIND, concurrency: H::CONCURRENCY, run: run_one::<H> }
    }
}

/// Every kind, in the order in which [`run_due`] does them. Each has threads of its own, so that a slow platform does
/// not hold up the mail.
pub(super) const KINDS: [Kind; 13] = [
    Kind::of::<mail::MailHandler>(),
    Kind::of::<platform_orders::PlatformOrderHandler>(),
    Kind::of::<hedges::HedgeHandler>(),
    Kind::of::<identity_checks::IdentityCheckHandler>(),
    Kind { name: "events", concurrency: 1, run: events::run_due },
    Kind::of::<webhooks::WebhookHandler>(),
    Kind::of::<user_messages::UserMessageHandler>(),
    Kind::of::<mass_mail::MassMailHandler>(),
    Kind { name: "bonuses", concurrency: 1, run: bonuses::run_due },
    Kind { name: "files", concurrency: 1, run: files::run_due },
    Kind { name: "password_resets", concurrency: 1, run: password_resets::run_due },
    Kind { name: "balances", concurrency: 1, run: balances::run_due },
    Kind { name: "antifraud", concurrency: 1, run: antifraud::run_due },
];

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
