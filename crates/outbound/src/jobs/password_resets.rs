use storage::Error;
use storage::credentials::password_resets;

use crate::outbound::Outbound;

/// Prompts a part of the clients who are to reset their passwords; answers whether there was a prompt under way.
pub(super) fn run_due(outbound: &Outbound) -> Result<bool, Error> {
    if !outbound.database.read(password_resets::is_due)? {
        return Ok(false);
    }
    outbound.database.write(password_resets::run)?;
    Ok(true)
}
