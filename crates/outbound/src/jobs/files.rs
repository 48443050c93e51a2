use storage::Error;
use storage::files::{storages, stored};

use crate::outbound::Outbound;

/// How many files are deleted before the next thing is looked for.
const MOST: i64 = 100;

/// Deletes the files that no record names: those that were let go of, and those that never arrived whole. Answers whether
/// there was one.
pub(super) fn run_due(outbound: &Outbound) -> Result<bool, Error> {
    let now = outbound.now();
    let due = outbound.database.read(move |conn| stored::due(conn, now, MOST))?;
    let is_some = !due.is_empty();
    for file in due {
        let id = file.storage;
        let storage = outbound.database.read(move |conn| storages::get(conn, id))?;
        let deleted = outbound.store(&storage.data).map_err(|error| error.to_string());
        let deleted = deleted.and_then(|store| store.delete(&file.key).map_err(|error| error.to_string()));
        match deleted {
            Ok(()) => outbound.database.write(move |tx| stored::forget(tx, file.id))?,
            Err(error) => {
                log::warn!("file {} cannot be deleted, and is tried again: {error}", file.id);
                outbound.database.write(move |tx| stored::postpone(tx, file.id))?;
            }
        }
    }
    Ok(is_some)
}
