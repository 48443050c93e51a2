use storage::Error;
use storage::bonuses::engine;

use crate::outbound::Outbound;

/// Does what is due with bonuses, so many at once; answers whether there was something.
pub(super) fn run_due(outbound: &Outbound) -> Result<bool, Error> {
    let now = outbound.now();
    let due = outbound.database.read(move |conn| engine::due(conn, now))?;
    if due.is_empty() {
        return Ok(false);
    }
    outbound.database.write(move |tx| engine::run(tx, &due))?;
    Ok(true)
}
