//! Backups: one archive of a snapshot of the database and of the files that it names, and the way back.
//!
//! The archive is a tar in gzip, sealed with a passphrase in the format of age where one is given. Its first entry says what
//! it is ([`Manifest`]), its last one has the SHA-256 of all others, so that one that was cut off is told from a whole one.
//! Between them stand the files and, behind them, the database: a restore writes it last.
//!
//! The snapshot is taken first and the files are copied then. A file is written before a record names it and stays for a day
//! after none does any more, so what the snapshot names is there.

mod archive;
mod checksums;
mod create;
mod error;
mod folders;
mod manifest;
mod passphrase;
mod postgres;
mod restore;
mod service;
mod snapshot;
mod unpack;

pub use create::{Created, Source, create, create_file};
pub use error::Error;
pub use manifest::{DatabaseKind, Manifest};
pub use passphrase::Passphrase;
pub use restore::{Restored, Target, restore};
pub use snapshot::copy_beside;
