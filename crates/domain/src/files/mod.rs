//! Files that clients and users hand in, where they are stored, and the folders of clients' files (`docs/rules.md`, Files).

mod client_file;
mod content;
mod fault;
mod folder;
mod key;
mod media_type;
mod storage;

pub use client_file::{ClientFile, shown_name};
pub use content::{Content, FileUse, UploadLimits};
pub use fault::FilesFault;
pub use folder::{Folder, FolderTree, check_access_change, custom_name};
pub use key::{FileKey, FileKeyError};
pub use media_type::{InvalidMediaType, MediaType};
pub use storage::{FileStorage, StorageDriver, StorageOptions};

crate::value::ids! {
    /// Where files are stored: a folder of the server, or a service outside.
    StorageId,
    /// A stored file.
    FileId,
    /// A file that users keep for a client.
    ClientFileId,
    /// A folder of clients' files: of the tree that all clients have, or of one client.
    FolderId,
}
