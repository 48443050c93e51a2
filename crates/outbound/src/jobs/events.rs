use storage::Error;
use storage::messaging::dispatch::{self, Means};
use storage::messaging::events;

use crate::outbound::Outbound;

/// Passes on events that wait; answers whether there were some.
pub(super) fn run_due(outbound: &Outbound) -> Result<bool, Error> {
    if !outbound.database.read(events::is_waiting)? {
        return Ok(false);
    }
    let (secret, has_mailer) = (outbound.secret.clone(), outbound.adapters.mailer.is_some());
    outbound.database.write(move |tx| {
        let sends_mail = has_mailer || storage::messaging::smtp_providers::is_set(tx.conn)?;
        dispatch::run(tx, &Means { sends_mail, seal: &|text| secret.seal(text) })
    })
}
