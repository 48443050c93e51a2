//! The whole server over real HTTP, each test on SQLite and on PostgreSQL, with the same answers.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod harness;

mod accounts;
mod audit_log;
mod audited_changes;
mod authorization;
mod bonus_crash;
mod bonus_obstacles;
mod bonus_platforms;
mod bonus_volume;
mod bonuses;
mod catalog;
mod clients;
mod command_line;
mod connections;
mod contract;
mod crash;
mod demonstration;
mod documented_calls;
mod exports;
mod faults;
mod idempotency;
mod in_use;
mod languages;
mod ledger_crash;
mod ledger_verify;
mod lists;
mod log_lines;
mod mail;
mod methods;
mod money;
mod options;
mod outside_platforms;
mod platform_feed;
mod policies;
mod queue;
mod races;
mod rates;
mod readme;
mod reference;
mod removed_clients;
mod requests;
mod required;
mod schema;
mod services;
mod sign_in;
mod transactions;
mod users;
