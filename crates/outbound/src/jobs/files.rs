use storage::Error;
use storage::files::{storages, stored};

use crate::outbound::Outbound;

/// Deletes a file that no record names: it was let go of, or never arrived whole. Answers whether there was one.
pub(super) fn run_due(outbound: &Outbound) -> Result<bool, Error> {
    let now = outbound.now();
    if !outbound.database.read(move |conn| stored::is_due(conn, now))? {
        return Ok(false);
    }
    let Some(file) = outbound.database.write(stored::claim)? else { return Ok(false) };
    let id = file.storage;
    let storage = outbound.database.read(move |conn| storages::get(conn, id))?;
    let deleted = outbound.store(&storage.data).map_err(|error| error.to_string());
    match deleted.and_then(|store| store.delete(&file.key).map_err(|error| error.to_string())) {
        Ok(()) => outbound.database.write(move |tx| stored::forget(tx, file.id))?,
        Err(error) => log::warn!("file {} cannot be deleted, and is tried again: {error}", file.id),
    }
    Ok(true)
}
