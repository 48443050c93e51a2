//! How events are looked for: in what came since the last look, by the order in which it was written. So a pass costs what
//! is new and not what there is.

mod money;
mod profiles;
mod sign_ins;

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use domain::antifraud::{AntifraudEvent, Facts, Rule, SETTLED_AFTER, Situation};
use domain::clients::{ClientId, ClientStatus};
use domain::value::Timestamp;

use crate::connection::on_each;
use crate::one_of::one_of;
use crate::schema::clients;
use crate::{DbConnection, Error};

/// How many new records one look takes.
const AT_ONCE: i64 = 500;

/// Up to where it was looked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    /// The last record.
    pub id: i64,
    /// The last change of a profile, where that is looked at, too.
    pub change: i64,
    /// When the last record was changed, where records are looked at in the order of their changes.
    pub time: Option<Timestamp>,
}

/// What one look has found.
#[derive(Clone, Debug)]
pub struct Look {
    /// What looks like fraud.
    pub situations: Vec<Situation>,
    /// Up to where it was looked.
    pub cursor: Cursor,
    /// Whether there is more to look at.
    pub has_more: bool,
}

/// Looks for an event in what came since.
///
/// # Errors
/// [`Error::RateNeeded`] where an outside provider must be asked for a rate first.
pub fn look(conn: &mut DbConnection, rule: &Rule, cursor: Cursor, now: Timestamp) -> Result<Look, Error> {
    use AntifraudEvent as E;
    match rule.event {
        E::IdenticalIp => sign_ins::look(conn, rule, cursor, now),
        E::WithdrawalsWithoutTrading => {
            money::look(conn, cursor, now, |conn, done| money::untraded(conn, rule, done, now))
        }
        E::IdenticalWalletAddress => money::look(conn, cursor, now, |conn, done| money::wallets(conn, rule, done)),
        E::ExcessiveDepositsSum => money::look(conn, cursor, now, |conn, done| money::sums(conn, rule, done, now)),
        E::FrequentDeposits => money::look(conn, cursor, now, |conn, done| money::frequent(conn, rule, done, now)),
        E::IdenticalPhone => profiles::phones(conn, rule, cursor, now),
        E::IdenticalEmail => profiles::addresses(conn, rule, cursor, now),
        E::VerificationLevelUnauthorisedChange => profiles::levels(conn, rule, cursor, now),
    }
}

/// Where what is there ends: an event that is enabled is looked for behind it.
pub(super) fn end(conn: &mut DbConnection, event: AntifraudEvent, now: Timestamp) -> Result<Cursor, Error> {
    use AntifraudEvent as E;
    match event {
        E::IdenticalIp => sign_ins::end(conn),
        E::WithdrawalsWithoutTrading | E::IdenticalWalletAddress | E::ExcessiveDepositsSum | E::FrequentDeposits => {
            money::end(conn)
        }
        E::IdenticalPhone => Ok(Cursor { time: Some(now), ..Cursor::default() }),
        E::IdenticalEmail => profiles::end_of_addresses(conn),
        E::VerificationLevelUnauthorisedChange => profiles::end_of_levels(conn),
    }
}

/// The records before the first one that may have others before it which are not written yet, and whether more may follow
/// at once.
fn settled<T>(mut rows: Vec<T>, now: Timestamp, time_of: impl Fn(&T) -> Timestamp) -> (Vec<T>, bool) {
    let is_full = i64::try_from(rows.len()).is_ok_and(|rows| rows >= AT_ONCE);
    let until = now.plus(-SETTLED_AFTER);
    let all = rows.len();
    rows.truncate(rows.iter().position(|row| time_of(row) > until).unwrap_or(all));
    let has_more = is_full && rows.len() == all;
    (rows, has_more)
}

/// Those of the clients who are looked at, by their ids: not those who were removed, nor the exceptions.
fn looked_at(conn: &mut DbConnection, rule: &Rule, ids: &[ClientId]) -> Result<Vec<ClientId>, Error> {
    let query = clients::table.filter(one_of(clients::id, ids)).filter(clients::status.ne(ClientStatus::Deleted));
    let query = query.order(clients::id).select((clients::id, clients::email));
    let rows: Vec<(ClientId, String)> = on_each!(conn, conn => query.load(conn))?;
    Ok(rows.into_iter().filter(|(_, email)| !rule.excepts(email)).map(|(id, _)| id).collect())
}

/// Who did something new, by what it was done with.
type NewBySubject = BTreeMap<String, BTreeSet<ClientId>>;

/// Several clients who have something together; none where those who are looked at are fewer than two, or none of them did
/// something new.
fn together(
    conn: &mut DbConnection,
    rule: &Rule,
    (subject, new): (String, BTreeSet<ClientId>),
    others: Vec<ClientId>,
    facts: Facts,
) -> Result<Option<Situation>, Error> {
    let all: BTreeSet<ClientId> = others.into_iter().chain(new.iter().copied()).collect();
    if all.len() < 2 {
        return Ok(None);
    }
    let clients = looked_at(conn, rule, &all.into_iter().collect::<Vec<_>>())?;
    let news: Vec<ClientId> = clients.iter().copied().filter(|client| new.contains(client)).collect();
    let is_found = clients.len() > 1 && !news.is_empty();
    Ok(is_found.then_some(Situation { event: rule.event, subject, clients, news, facts }))
}
