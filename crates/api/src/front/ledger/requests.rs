//! What the client asks for, as the audit log is told of it.

use domain::clients::ClientId;
use domain::ledger::RequestId;
use domain::requests::{Asked, RequestKind, RequestStatus};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::identity::system_logs::Category;

use crate::front::Front;

/// A wish on which a user decides. It is not answered.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AskedRequest {
    #[serde(skip)]
    id: RequestId,
    client_id: ClientId,
    #[serde(rename = "type")]
    kind: RequestKind,
    status: RequestStatus,
}

impl AskedRequest {
    /// What the client has just asked for.
    pub(crate) fn new(id: RequestId, client_id: ClientId, asked: &Asked) -> Self {
        Self { id, client_id, kind: asked.kind(), status: RequestStatus::Pending }
    }
}

impl Resource<Front> for AskedRequest {
    const NAME: &'static str = domain::requests::RESOURCE;
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client_id)
    }
}
