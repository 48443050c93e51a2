//! What answers calls below a prefix, as the server sees it.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

use actix_server::GracefulShutdownSignal;
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};

use crate::call::JSON;
use crate::export::Parts;
use crate::{Answer, Deadline, Download, Problem, Texts, openapi};

/// A call as it arrives.
pub(crate) struct Incoming<'a> {
    pub request: &'a HttpRequest,
    pub payload: Payload,
    /// The method, where HEAD counts as GET.
    pub method: &'a str,
    pub ip: IpAddr,
    pub request_id: &'a str,
    pub deadline: Deadline,
    /// Tells when the server begins to stop.
    pub stopping: GracefulShutdownSignal,
}

/// What becomes of a call.
pub(crate) struct Outcome {
    /// The operation, `none` where there is none.
    pub operation: &'static str,
    /// The path of the route with names for ids, where there is one.
    pub route: Option<&'static str>,
    pub reply: Result<Reply, Problem>,
    /// The methods that the path takes, where the call's is not one of them.
    pub allow: Option<String>,
}

/// What is sent back.
pub(crate) enum Reply {
    Whole(Answer),
    Export(Parts),
    Download(Download),
    Upgrade(HttpResponse),
}

/// What a path takes.
pub(crate) struct Taken {
    /// The methods.
    pub methods: Vec<&'static str>,
    /// The headers that single routes read.
    pub headers: Vec<&'static str>,
}

/// What answers calls below a prefix, as the server sees it: an interface, whatever its callers and its context are, or
/// Socket.IO.
pub(crate) trait Mounted: Send + Sync {
    /// What the paths of its routes begin with.
    fn prefix(&self) -> &'static str;

    /// How it speaks.
    fn texts(&self) -> &'static Texts;

    /// Describes its routes, where the document tells of them.
    fn describe(&self, _document: &mut openapi::Document) -> Result<(), serde_json::Error> {
        Ok(())
    }

    /// What a path takes; nothing where there is none.
    fn takes(&self, path: &str) -> Option<Taken>;

    /// Whether browsers may send credentials, which mean nothing here.
    fn takes_credentials(&self) -> bool {
        false
    }

    /// Answers a call.
    fn answer<'a>(self: Arc<Self>, incoming: Incoming<'a>) -> Pin<Box<dyn Future<Output = Outcome> + 'a>>;
}

impl Reply {
    /// Whether its body may hold bytes that look like the head of another answer.
    pub fn is_verbatim(&self) -> bool {
        match self {
            Self::Whole(answer) => answer.media_type != JSON,
            Self::Export(_) => false,
            Self::Download(_) | Self::Upgrade(_) => true,
        }
    }
}
