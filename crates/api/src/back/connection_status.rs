//! Whether something outside works: the answer to the checks of storages, SMTP connections and rate providers.

use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;

use crate::back::Back;

/// Whether something outside works.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConnectionStatus {
    /// Whether it works.
    is_connected: bool,
    /// Why not; null where it works.
    message: Option<String>,
}

impl ConnectionStatus {
    /// It works, unless there is a reason why not.
    pub fn of(reason: Option<String>) -> Self {
        Self { is_connected: reason.is_none(), message: reason }
    }
}

impl Resource<Back> for ConnectionStatus {
    const NAME: &'static str = "connection_status";

    fn id(&self) -> i64 {
        0
    }
}
