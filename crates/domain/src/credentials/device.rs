use super::DeviceId;
use crate::value::Entity;

/// What a client's program tells of itself and where it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// The name and version of the program, as browsers tell it.
    pub user_agent: String,
    /// What it runs on, such as `macIntel`.
    pub platform: Option<String>,
    /// Such as `Europe/Madrid`.
    pub time_zone: Option<String>,
}

/// What a client signs in from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// What it told of itself.
    pub fingerprint: Fingerprint,
    /// The digest of all that it told, by which it is known.
    pub hash: String,
    /// From where it signed in last.
    pub ip: String,
}

impl Entity for Device {
    type Id = DeviceId;
    const RESOURCE: &'static str = "client_device";
}
