//! The back office's HTTP interface.
//!
//! A call goes one way: [`http`] finds the route, asks the IP lists, the token and the permission,
//! and runs the route's handler on a thread of the database. The modules of the contexts hold the
//! handlers: each parses into domain types, calls the storage and answers.

pub mod bonuses;
pub mod catalog;
pub mod clients;
pub mod content;
pub mod identity;
pub mod ledger;
pub mod payments;
pub mod services;

mod gateways;
mod hashing;
pub mod http;
mod jobs;
mod mail;
mod monitoring;
mod openapi;
mod options;
mod rates;
pub mod request;
mod routes;
mod secrets;
mod server;
mod texts;

use ::http::RequestFault;
pub use ::http::{Fault, Problem};
pub use hashing::{HashCost, HashingPlace, PasswordHasher};
pub use http::ForwardedHeader;
pub use mail::{Mailer, MailerError};
pub use monitoring::{Monitor, MonitoredTransaction, ThresholdMonitor};
pub use openapi::document;
pub use routes::Route;
pub use secrets::{SecretError, SecretKey};
pub use server::{App, Config, Lifetimes, RunningServer, start};
