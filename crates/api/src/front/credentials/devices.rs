//! What the client signed in from.

use domain::credentials::DeviceId;
use http::request::{ListQuery, SortKey};
use storage::credentials::devices::{self, Sort};
use storage::{Direction, Page};

use crate::Problem;
use crate::answers::DeviceAnswer;
use crate::front::{Front, Reading, Requirement, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    const DEVICES: &str = "/api/v2/my/devices";
    const DEVICE: &str = "/api/v2/my/devices/{deviceId}";
    routes
        .get("my.devices.list", DEVICES, Requirement::SignedIn)
        .summary("List the devices that the client has signed in from.")
        .describe("A device is added by the first sign-in from it. The newest come first.")
        .list(list);
    routes
        .get("my.devices.get", DEVICE, Requirement::SignedIn)
        .summary("Read a device of the client.")
        .describe("Shows what the client's program told of itself.")
        .record(get);
    routes
        .delete("my.devices.delete", DEVICE, Requirement::SignedIn)
        .summary("Remove a device.")
        .describe(
            "Sessions that were begun from it end, the calling one too where it is the device in use; another sign-in \
             from it counts as one from a new device.",
        )
        .example_path("/api/v2/my/devices/2")
        .deleted(delete);
}

impl SortKey<Front> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("createTime", Self::CreateTime), ("lastSignIn", Self::LastSignIn)];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<(), Sort>) -> Result<Page<DeviceAnswer>, Problem> {
    let caller = reading.caller;
    Ok(devices::list(reading.conn, &caller.scope(), caller.client(), &query.paging)?.map(DeviceAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (DeviceId,)) -> Result<DeviceAnswer, Problem> {
    let caller = reading.caller;
    Ok(devices::get(reading.conn, &caller.scope(), caller.client(), id)?.into())
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (DeviceId,)) -> Result<DeviceAnswer, Problem> {
    let caller = writing.caller;
    Ok(devices::delete(writing.tx, &caller.scope(), caller.client(), id)?.into())
}
