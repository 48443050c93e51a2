//! The rules of a broker's back office, pure: no I/O, no clock of its own, no SQL, no HTTP.
//!
//! A rule is a function from facts (and the time, where it matters) to a decision or a refusal.
//! Whoever embeds this crate loads the facts and carries the decision out; `backoffice-storage`
//! and `backoffice-api` are one way to do so.
//!
//! The modules are the contexts of the back office: [`identity`], [`clients`], [`credentials`], [`catalog`],
//! [`ledger`], [`bonuses`], [`payments`], [`services`], [`requests`], [`resolutions`], [`verification`],
//! [`files`], [`connections`], [`content`], [`messaging`], [`mailing`], [`wizards`], [`antifraud`], [`tickets`], [`imports`] and [`platform`];
//! [`value`] holds what they share.

pub mod antifraud;
pub mod bonuses;
pub mod catalog;
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
pub mod requests;
pub mod resolutions;
pub mod services;
pub mod tickets;
pub mod value;
pub mod verification;
pub mod wizards;
