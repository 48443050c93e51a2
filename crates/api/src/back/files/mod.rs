//! Files of clients and their folders, photos, the content of stored files, and where they are stored.

mod client_files;
mod content;
mod custom_folders;
mod folder_access;
mod photos;
mod storages;
mod system_folders;

use storage::DbConnection;
use storage::client_scope::check_visible;

use crate::Problem;
pub(crate) use crate::answers::path_of;
use crate::back::{Call, Routes};
use crate::context::AppContext;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    photos::routes(routes);
    client_files::routes(routes);
    custom_folders::routes(routes);
    system_folders::routes(routes);
    folder_access::routes(routes);
    storages::routes(routes);
    content::routes(routes);
}

/// The client of the path must be there for the caller before a byte of a file is written.
fn check_client_of(context: &AppContext, call: &Call) -> Result<(), Problem> {
    let client = call.segments.first().and_then(|client| client.parse().ok()).ok_or_else(Problem::not_found)?;
    let caller = call.caller.clone().ok_or_else(Problem::not_found)?;
    let check = move |conn: &mut DbConnection| check_visible(conn, &caller.rights.scope, client);
    Ok(context.database.read(check)?)
}
