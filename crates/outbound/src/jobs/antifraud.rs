use domain::antifraud::Situation;
use storage::Error;
use storage::antifraud::rules::{self, Pass};
use storage::antifraud::{raising, watch};
use storage::messaging::dispatch::Means;

use crate::outbound::Outbound;

/// How many situations one transaction raises, so that nobody waits for it.
const RAISED_AT_ONCE: usize = 10;

/// Looks for an event in a part of what came since it was last looked for; answers whether one was due.
pub(super) fn run_due(outbound: &Outbound) -> Result<bool, Error> {
    let now = outbound.now();
    if !outbound.database.read(move |conn| rules::is_due(conn, now))? {
        return Ok(false);
    }
    let Some(pass) = outbound.database.write(rules::claim)? else { return Ok(false) };
    let looked = pass.clone();
    let look = outbound.read_with_rates(move |conn| watch::look(conn, &looked.rule, looked.cursor, now))?;
    for some in look.situations.chunks(RAISED_AT_ONCE) {
        raise(outbound, &pass, some)?;
    }
    outbound.database.write(move |tx| {
        if rules::hold(tx, &pass)? { rules::settle(tx, &pass, look.cursor, look.has_more) } else { Ok(()) }
    })?;
    Ok(true)
}

fn raise(outbound: &Outbound, pass: &Pass, found: &[Situation]) -> Result<(), Error> {
    let (secret, has_mailer) = (outbound.secret.clone(), outbound.adapters.mailer.is_some());
    let (pass, found) = (pass.clone(), found.to_vec());
    outbound.database.write(move |tx| {
        if !rules::hold(tx, &pass)? {
            return Ok(());
        }
        let sends_mail = has_mailer || storage::messaging::smtp_providers::is_set(tx.conn)?;
        let means = Means { sends_mail, seal: &|text| secret.seal(text) };
        for situation in &found {
            match tx.attempt(|tx| raising::raise(tx, &pass.rule, situation, &means)) {
                // One that cannot be raised does not stop the others.
                Err(error) if error.is_fault() => log::error!("{} is not raised: {error}", situation.event),
                raised => raised?,
            }
        }
        Ok(())
    })
}
