use storage::Error;
use storage::connections::balances;

use crate::connections::balance_of;
use crate::outbound::Outbound;

/// Reads a balance with a service outside that was not read for a while; answers whether there was one.
pub(super) fn run_due(outbound: &Outbound) -> Result<bool, Error> {
    let now = outbound.now();
    if !outbound.database.read(move |conn| balances::is_due(conn, now))? {
        return Ok(false);
    }
    let Some(provider) = outbound.database.write(balances::claim)? else { return Ok(false) };
    match balance_of(outbound, &provider.data) {
        Ok(Some(balance)) => outbound.database.write(move |tx| balances::note(tx, provider.id, &balance))?,
        Ok(None) => {}
        Err(error) => log::warn!("the balance of SMS provider {} is not known: {error}", provider.id),
    }
    Ok(true)
}
