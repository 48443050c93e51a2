//! The back office's persistence: one code base over SQLite and PostgreSQL.
//!
//! A function of the context modules is one step of a transaction: it loads, asks the domain to
//! decide and writes. [`Database`] runs such steps on its own threads, reads on a snapshot and
//! writes in one transaction with their audit record.

// diesel lists every table by recursion.
#![recursion_limit = "512"]

mod connection;
mod database;
mod error;
mod json_list;
mod metrics;
mod migrations;
mod moment;
mod money;
mod one_of;
mod paging;
mod postgres;
mod progress;
mod queue;
mod recipient;
mod replica;
mod schema;
mod seen;
mod statements;
mod terms;
mod text;
mod tx;
mod unfinished_restore;
mod watch;
mod watchdog;
mod worker;

pub mod antifraud;
pub mod audit;
pub mod backup;
pub mod bonuses;
pub mod bulk;
pub mod catalog;
pub mod client_scope;
pub mod clients;
pub mod connections;
pub mod content;
pub mod credentials;
pub mod files;
pub mod identity;
pub mod imports;
pub mod ledger;
pub mod mailing;
pub mod messaging;
pub mod payments;
pub mod platform;
pub mod removal;
pub mod requests;
pub mod resolutions;
pub mod services;
pub mod tickets;
pub mod verification;
pub mod wizards;

mod reference;

pub use connection::{DatabaseUrl, DbConnection, InvalidDatabaseUrl};
pub use database::{Database, Options, Snapshot};
pub use error::{Error, Failure, RateNeed};
pub use paging::{ById, ByTime, Direction, Page, Paging};
pub use recipient::Recipient;
pub use replica::{data_age, position};
pub use statements::trace_statements;
pub use terms::{Guard, Position, Terms, View};
pub use tx::Tx;

use text::{json, part_of};

/// How many records one transaction deletes of those that are kept no longer, so that nobody waits for it.
const PRUNED_AT_ONCE: i64 = 1000;
