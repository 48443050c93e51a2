//! What the client may do.

use storage::clients::permission_levels;

use crate::Problem;
use crate::answers::ClientPermissionsAnswer;
use crate::front::{Reading, Requirement, Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("my.permissions.list", "/api/v2/my/permissions", Requirement::SignedIn)
        .summary("Tell which operations the client may make.")
        .describe(
            "All permissions, each with whether the client has it: that of their verification level, or what is set \
             for them instead. What they lack is refused (403).",
        )
        .record(list);
}

fn list(reading: &mut Reading<'_>, (): ()) -> Result<ClientPermissionsAnswer, Problem> {
    let client = reading.caller.client();
    Ok(ClientPermissionsAnswer::new(client, &permission_levels::of_client(reading.conn, client)?))
}
