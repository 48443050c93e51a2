//! The way of a call, for any interface of the server: routes, what a request brings, the gate, idempotency, answers and
//! refusals in the caller's language, the OpenAPI document, and the server itself. It knows no context of the back
//! office: an [`Interface`] tells it who calls, what they may do, and in which words they are answered.

mod body;
mod call;
mod client_address;
mod columns;
mod compression;
mod connection;
mod deadline;
mod docs_page;
mod download;
mod entity_tag;
mod export;
mod fault;
mod file_threads;
mod files;
mod headers;
mod idempotency;
mod interface;
mod meter;
mod metrics;
mod multipart;
mod negotiation;
pub mod openapi;
mod pages;
mod problem;
pub mod request;
mod respond;
mod router;
pub mod routes;
mod run;
mod serve;
mod server;
mod settings;
mod socket;
mod socket_io;
mod texts;

pub use call::{Answer, Call, Checked};
pub use client_address::ForwardedHeader;
pub(crate) use deadline::Deadline;
pub use download::{Disposition, Download, Source};
pub use entity_tag::EntityTag;
pub use export::{CSV_TYPE, csv_of};
pub use fault::{CallFault, Fault, RequestFault};
pub use files::{FilePart, Sink, UploadedFile};
pub use idempotency::{answer_instead, answer_once};
pub use interface::{Audit, GateRequest, Interface, Origin, Requirement};
pub use metrics::Refresh;
pub use problem::{ErrorAnswer, Problem, ProblemBody};
pub use routes::{Effect, Route, Routes};
pub use run::{read, read_on, write};
pub use server::{RunningServer, Service, start};
pub use settings::Settings;
pub use socket::{Message, Socket};
pub use socket_io::{Event, Peer, SocketEvents};
pub use texts::{Catalogue, Texts};
