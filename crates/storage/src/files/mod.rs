//! Files, the folders of clients, and where files are stored.
//!
//! The bytes of a file are written and read elsewhere: here stand their rows, which come before the first byte and go
//! after the last one.

pub mod client_files;
pub mod content;
pub mod custom_folders;
pub mod folder_access;
pub mod photos;
pub mod storages;
pub mod stored;
pub mod system_folders;
mod tree;
