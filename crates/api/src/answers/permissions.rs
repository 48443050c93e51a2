//! What clients may do.

use domain::clients::{ClientId, ClientPermission};
use domain::value::Set;
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::identity::system_logs::Category;

/// Whether clients may do something.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ClientPermissionSwitch")]
#[serde(rename_all = "camelCase")]
pub(crate) struct PermissionAnswer {
    /// What clients may do.
    name: ClientPermission,
    /// Whether they may.
    is_enabled: bool,
}

/// Everything that clients can be allowed to do, each with a switch.
pub(crate) fn switches(held: &Set<ClientPermission>) -> Vec<PermissionAnswer> {
    let all = ClientPermission::ALL.iter();
    all.map(|name| PermissionAnswer { name: *name, is_enabled: held.contains(name) }).collect()
}

/// What one client may do.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(rename = "ClientPermissions")]
pub(crate) struct ClientPermissionsAnswer {
    permissions: Vec<PermissionAnswer>,
    #[serde(skip)]
    client: ClientId,
}

impl ClientPermissionsAnswer {
    pub(crate) fn new(client: ClientId, held: &Set<ClientPermission>) -> Self {
        Self { permissions: switches(held), client }
    }
}

impl<I> Resource<I> for ClientPermissionsAnswer {
    const NAME: &'static str = "client_info";
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.client.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client)
    }
}
