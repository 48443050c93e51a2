//! Where the content of stored files is read.

use domain::files::FileKey;

/// By users of the back office.
pub(crate) fn path_of(key: &FileKey) -> String {
    format!("/api/v2/files/{key}")
}

/// By the client whose file it is.
pub(crate) fn own_path_of(key: &FileKey) -> String {
    format!("/api/v2/my/files/{key}")
}
