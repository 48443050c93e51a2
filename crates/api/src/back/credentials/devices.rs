//! What clients sign in from.

use domain::clients::ClientId;
use domain::credentials::DeviceId;
use domain::identity::Permission;
use http::request::{ListQuery, SortKey};
use storage::Page;
use storage::credentials::devices::{self, Sort};

use crate::Problem;
use crate::answers::DeviceAnswer;
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
