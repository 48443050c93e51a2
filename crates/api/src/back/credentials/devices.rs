//! What clients sign in from.

use domain::clients::ClientId;
use domain::credentials::{Device, DeviceId};
use domain::identity::Permission;
use domain::value::{Entity as _, Timestamp};
use http::request::{ListQuery, SortKey};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::Page;
use storage::credentials::devices::{self, Sort, StoredDevice};
use storage::identity::system_logs::Category;

use crate::Problem;
use crate::back::{Back, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const DEVICES: &str = "/api/v2/clients/{clientId}/devices";
    const DEVICE: &str = "/api/v2/clients/{clientId}/devices/{deviceId}";
    routes
        .get("devices.list", DEVICES, P::DevicesRead)
        .summary("List the devices that a client has signed in from.")
        .describe("A device is added by the first sign-in from it. The newest come first.")
        .list(list);
    routes
        .get("devices.get", DEVICE, P::DevicesRead)
        .summary("Read a device of a client.")
        .describe("Shows what the client's program told of itself.")
        .example_path("/api/v2/clients/1/devices/1")
        .record(get);
    routes
        .delete("devices.delete", DEVICE, P::DevicesDelete)
        .summary("Remove a device from a client's devices.")
        .describe("Sessions that were begun from it end; another sign-in from it counts as one from a new device.")
        .example_path("/api/v2/clients/1/devices/1")
        .deleted(delete);
}

/// What a client's program told of itself and where it runs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "DeviceFingerprint")]
#[serde(rename_all = "camelCase")]
struct FingerprintAnswer {
    /// What it runs on, such as `macIntel`; null where it did not tell.
    platform: Option<String>,
    /// The name and version of the program, as browsers tell it.
    user_agent: String,
    /// Such as `Europe/Madrid`; null where it did not tell.
    web_timezone: Option<String>,
}

/// A device that a client has signed in from.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Device")]
#[serde(rename_all = "camelCase")]
struct DeviceAnswer {
    id: DeviceId,
    #[serde(skip)]
    client: Option<ClientId>,
    /// What it told of itself.
    fingerprint: FingerprintAnswer,
    /// The digest of all that it told, by which it is known.
    hash: String,
    /// From where the client signed in last.
    ip_address: String,
    /// When the client signed in from it last.
    last_sign_in: Timestamp,
    create_time: Timestamp,
}

impl Resource<Back> for DeviceAnswer {
    const NAME: &'static str = Device::RESOURCE;
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn client(&self) -> Option<ClientId> {
        self.client
    }
}

impl From<StoredDevice> for DeviceAnswer {
    fn from(stored: StoredDevice) -> Self {
        let Device { fingerprint, hash, ip } = stored.data;
        Self {
            id: stored.id,
            client: Some(stored.client),
            fingerprint: FingerprintAnswer {
                platform: fingerprint.platform,
                user_agent: fingerprint.user_agent,
                web_timezone: fingerprint.time_zone,
            },
            hash,
            ip_address: ip,
            last_sign_in: stored.last_sign_in,
            create_time: stored.create_time,
        }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("createTime", Self::CreateTime), ("lastSignIn", Self::LastSignIn)];
    const DEFAULT_DIRECTION: storage::Direction = storage::Direction::Descending;
}

fn list(
    reading: &mut Reading<'_>,
    (client,): (ClientId,),
    query: &ListQuery<(), Sort>,
) -> Result<Page<DeviceAnswer>, Problem> {
    let scope = &reading.caller.rights.scope;
    Ok(devices::list(reading.conn, scope, client, &query.paging)?.map(DeviceAnswer::from))
}

fn get(reading: &mut Reading<'_>, (client, id): (ClientId, DeviceId)) -> Result<DeviceAnswer, Problem> {
    Ok(devices::get(reading.conn, &reading.caller.rights.scope, client, id)?.into())
}

fn delete(writing: &mut Writing<'_, '_>, (client, id): (ClientId, DeviceId)) -> Result<DeviceAnswer, Problem> {
    Ok(devices::delete(writing.tx, &writing.caller.rights.scope, client, id)?.into())
}
