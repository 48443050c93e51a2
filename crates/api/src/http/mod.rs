//! A call's way through: request id, IP lists, token, permission, body, handler, answer.

mod admission;
mod call;
mod client_address;
mod connection;
mod deadline;
mod dispatch;
mod docs_page;
mod export;
mod idempotency;
mod metrics;
mod negotiation;
mod pages;
mod read_cache;
mod router;

pub(crate) use admission::Admission;
pub use call::Call;
pub(crate) use call::{Answer, Caller};
pub use client_address::ForwardedHeader;
pub(crate) use connection::Connection;
pub(crate) use deadline::Deadline;
pub(crate) use dispatch::{dispatch, read, write};
pub(crate) use docs_page::DocsPage;
pub(crate) use export::{Exports, columns_of};
pub(crate) use idempotency::{InFlight, answer_once, replay};
pub(crate) use metrics::Metrics;
pub(crate) use pages::Pages;
pub(crate) use read_cache::ReadCache;
pub(crate) use router::{Found, Router};
