//! The whole server over real HTTP, each test on SQLite and on PostgreSQL, with the same answers.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod harness;

mod antifraud;
mod bonuses;
mod catalog;
mod clients;
mod connections;
mod content;
mod contract;
mod credentials;
mod files;
mod front;
mod identity;
mod imports;
mod ledger;
mod mailing;
mod messaging;
mod operations;
mod payments;
mod platform;
mod requests;
mod services;
mod sockets;
mod source;
mod tickets;
mod verification;
mod wizards;
