//! Sign-ins of several clients from one address.

use diesel::prelude::*;
use domain::antifraud::{Facts, Rule};
use domain::clients::ClientId;
use domain::value::Timestamp;

use super::{AT_ONCE, Cursor, Look, NewBySubject, settled, together};
use crate::schema::client_sign_ins as table;
use crate::{DbConnection, Error};

/// The status of a sign-in that succeeded.
const SUCCESS: &str = "success";

pub(super) fn end(conn: &mut DbConnection) -> Result<Cursor, Error> {
    let last: Option<i64> = table::table.order(table::id.desc()).select(table::id).first(conn).optional()?;
    Ok(Cursor { id: last.unwrap_or_default(), ..Cursor::default() })
}

pub(super) fn look(conn: &mut DbConnection, rule: &Rule, cursor: Cursor, now: Timestamp) -> Result<Look, Error> {
    type Row = (i64, ClientId, String, String, Timestamp);
    let columns = (table::id, table::client_id, table::ip, table::status, table::create_time);
    let new = table::table.filter(table::id.gt(cursor.id)).order(table::id).limit(AT_ONCE).select(columns);
    let (new, has_more) = settled(new.load::<Row>(conn)?, now, |(.., time)| *time);
    let cursor = Cursor { id: new.last().map_or(cursor.id, |(id, ..)| *id), ..cursor };
    let mut by_address = NewBySubject::new();
    for (_, client, ip, status, _) in new {
        if status == SUCCESS && !rule.excepts(&ip) {
            by_address.entry(ip).or_default().insert(client);
        }
    }
    let since = rule.since(now, None);
    let mut situations = Vec::new();
    for (ip, clients) in by_address {
        let others = signed_in_from(conn, &ip, since)?;
        let facts = Facts { ip_address: Some(ip.clone()), period_days: rule.period_days, ..Facts::default() };
        situations.extend(together(conn, rule, (ip, clients), others, facts)?);
    }
    Ok(Look { situations, cursor, has_more })
}

fn signed_in_from(conn: &mut DbConnection, ip: &str, since: Timestamp) -> Result<Vec<ClientId>, Error> {
    let from = table::table.filter(table::ip.eq(ip)).filter(table::create_time.ge(since.naive()));
    Ok(from.filter(table::status.eq(SUCCESS)).select(table::client_id).distinct().load(conn)?)
}
