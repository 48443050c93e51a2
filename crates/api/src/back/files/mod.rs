//! Files of clients and their folders, photos, the content of stored files, and where they are stored.

mod client_files;
mod content;
mod custom_folders;
mod folder_access;
mod photos;
mod storages;
mod system_folders;

use domain::files::FileKey;

use crate::back::Routes;

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

/// Where the content of a file is read.
pub(crate) fn path_of(key: &FileKey) -> String {
    format!("/api/v2/files/{key}")
}
