//! What profiles have in common, and changes of levels.

use std::collections::BTreeSet;

use diesel::prelude::*;
use domain::antifraud::{Facts, Rule, SETTLED_AFTER, Situation};
use domain::clients::{ClientId, ProfileChangeKind};
use domain::identity::UserId;
use domain::value::{Timestamp, folded};

use super::{AT_ONCE, Cursor, Look, NewBySubject, looked_at, settled, together};
use crate::schema::{clients, phones, profile_changes as changes, users, verifications};
use crate::{DbConnection, Error};

/// Numbers that several clients have confirmed. A number is confirmed by a change, so they are followed in that order.
pub(super) fn phones(conn: &mut DbConnection, rule: &Rule, cursor: Cursor, now: Timestamp) -> Result<Look, Error> {
    type Row = (i64, ClientId, String, bool, Timestamp);
    let from = cursor.time.unwrap_or(now).naive();
    let until = now.plus(-SETTLED_AFTER).naive();
    let new = phones::table
        .filter(phones::update_time.ge(from))
        .filter(phones::update_time.le(until))
        .filter(phones::update_time.gt(from).or(phones::id.gt(cursor.id)))
        .order((phones::update_time, phones::id))
        .limit(AT_ONCE);
    let columns = (phones::id, phones::client_id, phones::number, phones::confirmed, phones::update_time);
    let (new, has_more) = settled(new.select(columns).load::<Row>(conn)?, now, |(.., time)| *time);
    let cursor = new.last().map_or(cursor, |(id, .., time)| Cursor { id: *id, time: Some(*time), ..cursor });
    let mut by_number = NewBySubject::new();
    for (_, client, number, is_confirmed, _) in new {
        if is_confirmed {
            by_number.entry(number).or_default().insert(client);
        }
    }
    let mut situations = Vec::new();
    for (number, clients) in by_number {
        let others = phones::table.filter(phones::number.eq(&number)).filter(phones::confirmed.eq(true));
        let others: Vec<ClientId> = others.select(phones::client_id).load(conn)?;
        let facts = Facts { phone: Some(number.clone()), ..Facts::default() };
        situations.extend(together(conn, rule, (number, clients), others, facts)?);
    }
    Ok(Look { situations, cursor, has_more })
}

pub(super) fn end_of_addresses(conn: &mut DbConnection) -> Result<Cursor, Error> {
    let client: Option<i64> = clients::table.order(clients::id.desc()).select(clients::id).first(conn).optional()?;
    let change: Option<i64> = changes::table.order(changes::id.desc()).select(changes::id).first(conn).optional()?;
    Ok(Cursor { id: client.unwrap_or_default(), change: change.unwrap_or_default(), time: None })
}

/// Addresses of new clients, and those that clients have changed to, which another client once had.
pub(super) fn addresses(conn: &mut DbConnection, rule: &Rule, cursor: Cursor, now: Timestamp) -> Result<Look, Error> {
    type Registered = (ClientId, String, Timestamp);
    type Changed = (i64, ClientId, String, Timestamp);
    let new = clients::table.filter(clients::id.gt(cursor.id)).order(clients::id).limit(AT_ONCE);
    let new = new.select((clients::id, clients::email_key, clients::create_time)).load::<Registered>(conn)?;
    let (new, has_more_clients) = settled(new, now, |(.., time)| *time);
    let changed = changes::table.filter(changes::id.gt(cursor.change)).order(changes::id).limit(AT_ONCE);
    let changed = changed.filter(changes::kind.eq(ProfileChangeKind::Email));
    let columns = (changes::id, changes::client_id, changes::current_value, changes::create_time);
    let (changed, has_more_changes) = settled(changed.select(columns).load::<Changed>(conn)?, now, |(.., time)| *time);
    let cursor = Cursor {
        id: new.last().map_or(cursor.id, |(id, ..)| id.get()),
        change: changed.last().map_or(cursor.change, |(id, ..)| *id),
        time: None,
    };
    let changed = changed.into_iter().map(|(_, client, email, _)| (client, folded(&email)));
    let mut by_address = NewBySubject::new();
    for (client, address) in new.into_iter().map(|(client, address, _)| (client, address)).chain(changed) {
        by_address.entry(address).or_default().insert(client);
    }
    let mut situations = Vec::new();
    for (address, clients) in by_address {
        if rule.excepts(&address) {
            continue;
        }
        let others = changes::table.filter(changes::previous_key.eq(&address)).select(changes::client_id).distinct();
        let others: Vec<ClientId> = others.load(conn)?;
        let facts = Facts { email: Some(address.clone()), ..Facts::default() };
        situations.extend(together(conn, rule, (address, clients), others, facts)?);
    }
    Ok(Look { situations, cursor, has_more: has_more_clients || has_more_changes })
}

pub(super) fn end_of_levels(conn: &mut DbConnection) -> Result<Cursor, Error> {
    let last = verifications::table.order(verifications::id.desc()).select(verifications::id);
    let last: Option<i64> = last.first(conn).optional()?;
    Ok(Cursor { id: last.unwrap_or_default(), ..Cursor::default() })
}

/// A change of a level, with the user who made it.
type LevelChange = (i64, ClientId, String, Option<String>, Option<(UserId, String)>, Timestamp);

/// Levels that users have changed who are not among the exceptions. The first level of a client does not count.
pub(super) fn levels(conn: &mut DbConnection, rule: &Rule, cursor: Cursor, now: Timestamp) -> Result<Look, Error> {
    let columns = (
        verifications::id,
        verifications::client_id,
        verifications::level_name,
        verifications::previous_level_name,
        (users::id, users::email).nullable(),
        verifications::create_time,
    );
    let new = verifications::table.left_join(users::table).filter(verifications::id.gt(cursor.id));
    let new = new.order(verifications::id).limit(AT_ONCE).select(columns).load::<LevelChange>(conn)?;
    let (new, has_more) = settled(new, now, |(.., time)| *time);
    let cursor = Cursor { id: new.last().map_or(cursor.id, |(id, ..)| *id), ..cursor };
    let by_user = |(id, client, level, previous, user, _): LevelChange| {
        let (user, email) = user?;
        let facts =
            Facts { user_id: Some(user), level: Some(level), previous_level: Some(previous?), ..Facts::default() };
        let (subject, both) = (id.to_string(), vec![client]);
        let found = Situation { event: rule.event, subject, clients: both.clone(), news: both, facts };
        (!rule.excepts(&email)).then_some(found)
    };
    let mut situations: Vec<Situation> = new.into_iter().filter_map(by_user).collect();
    let concerned: BTreeSet<ClientId> = situations.iter().flat_map(|found| found.clients.clone()).collect();
    let there = Rule { exceptions: domain::value::Set::default(), ..rule.clone() };
    let there = looked_at(conn, &there, &concerned.into_iter().collect::<Vec<_>>())?;
    situations.retain(|found| found.clients.iter().all(|client| there.contains(client)));
    Ok(Look { situations, cursor, has_more })
}
