//! What clients sign in from.

use domain::clients::ClientId;
use domain::credentials::{Device, DeviceId};
use domain::value::{Entity as _, Timestamp};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::credentials::devices::StoredDevice;
use storage::identity::system_logs::Category;

/// What a client's program told of itself and where it runs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "DeviceFingerprint")]
#[serde(rename_all = "camelCase")]
pub(crate) struct FingerprintAnswer {
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
pub(crate) struct DeviceAnswer {
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

impl<I> Resource<I> for DeviceAnswer {
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
