//! The interfaces of the back office.
//!
//! A call goes one way: the crate `http` finds the route, asks the interface's gate, and runs the route's handler on a
//! thread of the database. The modules of the contexts hold the handlers: each parses into domain types, calls the
//! storage and answers.

pub mod back;
pub mod front;

mod access_control;
mod answers;
mod call_limits;
mod context;
mod hashing;
mod inputs;
mod key_uses;
mod metrics;
mod outside;
mod paper;
mod pictures;
mod rates;
mod scrape;
mod server;
mod shared_counts;
mod sockets;
mod texts;
mod totp;
mod uploads;

pub use context::{AppContext, Config, Lifetimes};
pub use hashing::{HashCost, HashingPlace, PasswordHasher};
pub use http::{Fault, ForwardedHeader, InvalidWebOrigin, Problem, RequestFault, Settings as CallSettings, WebOrigin};
pub use http::{Hangups, RunningServer, Tls, TlsError, TlsFiles, start};
pub use server::{document, service};
pub use texts::{fault_codes, fault_sentences, line_fault_sentence};
