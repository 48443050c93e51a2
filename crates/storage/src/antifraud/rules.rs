//! How each event is looked for: one row for each, which says up to where it was looked.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::antifraud::{AntifraudEvent, Exception, LEASE, PASS_EVERY, Rule, Settings};
use domain::identity::UserId;
use domain::ledger::Amount;
use domain::value::{self, Set, Timestamp};

use super::people;
use super::watch::{self, Cursor};
use crate::money::Stored;
use crate::schema::{antifraud_rule_users as members, antifraud_rules as table, users};
use crate::{DbConnection, Error, Tx, json};

pub(crate) use people::{Named, chosen};

/// The settings as they are stored, with the addresses of the users who are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSettings {
    /// What can be set.
    pub data: Settings,
    /// The addresses of all users who are told.
    pub emails: HashMap<UserId, String>,
}

impl value::Stored for StoredSettings {
    type Data = Settings;

    fn data(&self) -> &Settings {
        &self.data
    }
}

type Columns = (i64, AntifraudEvent, bool, Option<Stored>, Option<i64>, Set<Exception>);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (table::id, table::event, table::is_enabled, table::threshold, table::period_days, table::exceptions)
}

fn rule((_, event, is_enabled, threshold, period_days, exceptions): Columns, users: Set<UserId>) -> Rule {
    Rule { event, is_enabled, threshold: threshold.map(Amount::from), period_days, exceptions, users }
}

/// Makes the rows of events that have none.
pub(crate) fn begin(tx: &mut Tx<'_>) -> Result<(), Error> {
    let known: Vec<AntifraudEvent> = table::table.select(table::event).load(tx.conn)?;
    for event in AntifraudEvent::ALL.iter().filter(|event| !known.contains(event)) {
        let values = (
            table::event.eq(event),
            table::is_enabled.eq(false),
            table::exceptions.eq("[]"),
            table::seen_id.eq(0),
            table::seen_change_id.eq(0),
        );
        diesel::insert_into(table::table).values(values).execute(tx.conn)?;
    }
    Ok(())
}

/// The settings.
pub fn get(conn: &mut DbConnection) -> Result<StoredSettings, Error> {
    let rows: Vec<Columns> = table::table.order(table::id).select(columns()).load(conn)?;
    let told = members::table.inner_join(users::table).filter(users::deleted_at.is_null());
    let told: Vec<(i64, UserId, String)> = told.select((members::rule_id, users::id, users::email)).load(conn)?;
    let users_of = |id: i64| told.iter().filter(|(rule, ..)| *rule == id).map(|(_, user, _)| *user).collect();
    let rules = rows.into_iter().map(|row| {
        let users = users_of(row.0);
        rule(row, users)
    });
    let mut rules: Vec<Rule> = rules.collect();
    rules.sort_by_key(|rule| rule.event);
    let emails = told.into_iter().map(|(_, user, email)| (user, email)).collect();
    Ok(StoredSettings { data: Settings { rules }, emails })
}

/// Holds the settings until the transaction ends, and reads them then.
pub fn lock(tx: &mut Tx<'_>) -> Result<StoredSettings, Error> {
    let ids: Vec<i64> = table::table.order(table::id).select(table::id).load(tx.conn)?;
    for id in ids {
        tx.lock("antifraud_rules", id)?;
    }
    get(tx.conn)
}

/// The settings after events were changed: those at these places of a body are sent with these addresses.
///
/// # Errors
/// A refusal with each address that is none of a user, and with what an enabled event lacks.
pub fn changed(
    tx: &mut Tx<'_>,
    before: &Settings,
    sent: &[(Rule, Option<Vec<value::Email>>)],
) -> Result<Settings, Error> {
    let named: Vec<Named<'_>> = sent
        .iter()
        .enumerate()
        .flat_map(|(event, (_, emails))| {
            let place = move |place: usize| value::Field::Events.entry(event).entry("emails").entry(place);
            emails.iter().flatten().enumerate().map(move |(number, email)| (place(number), email))
        })
        .collect();
    let (known, mut faults) = people::of_addresses(tx, &named)?;
    let mut rules = before.rules.clone();
    for (place, (rule, emails)) in sent.iter().enumerate() {
        faults.extend(rule.faults(place));
        let users = emails.as_ref().map_or_else(|| rule.users.clone(), |emails| chosen(&known, emails));
        for stored in rules.iter_mut().filter(|stored| stored.event == rule.event) {
            *stored = Rule { users: users.clone(), ..rule.clone() };
        }
    }
    value::Refusal::unless_empty(faults)?;
    Ok(Settings { rules })
}

#[derive(AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true)]
struct Values {
    is_enabled: bool,
    threshold: Option<Stored>,
    period_days: Option<i64>,
    exceptions: String,
}

#[derive(AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true)]
struct Seen {
    seen_id: i64,
    seen_change_id: i64,
    seen_time: Option<NaiveDateTime>,
    next_pass_at: Option<NaiveDateTime>,
}

impl Seen {
    fn up_to(cursor: Cursor, next_pass_at: Option<Timestamp>) -> Self {
        Self {
            seen_id: cursor.id,
            seen_change_id: cursor.change,
            seen_time: cursor.time.map(Timestamp::naive),
            next_pass_at: next_pass_at.map(Timestamp::naive),
        }
    }
}

/// Writes the settings. An event that is enabled is looked for among what happens from now on.
pub fn update(tx: &mut Tx<'_>, before: &StoredSettings, after: &Settings) -> Result<StoredSettings, Error> {
    for (was, rule) in before.data.rules.iter().zip(&after.rules).filter(|(was, rule)| was != rule) {
        let id: i64 = table::table.filter(table::event.eq(rule.event)).select(table::id).first(tx.conn)?;
        let values = Values {
            is_enabled: rule.is_enabled,
            threshold: rule.threshold.map(Stored),
            period_days: rule.period_days,
            exceptions: json(&rule.exceptions)?,
        };
        diesel::update(table::table.find(id)).set(values).execute(tx.conn)?;
        if rule.is_enabled && !was.is_enabled {
            let seen = Seen::up_to(watch::end(tx.conn, rule.event, tx.now)?, Some(tx.now));
            diesel::update(table::table.find(id)).set(seen).execute(tx.conn)?;
        }
        if was.users != rule.users {
            diesel::delete(members::table.filter(members::rule_id.eq(id))).execute(tx.conn)?;
            for user in rule.users.iter() {
                let values = (members::rule_id.eq(id), members::user_id.eq(*user));
                diesel::insert_into(members::table).values(values).execute(tx.conn)?;
            }
        }
    }
    get(tx.conn)
}

/// A part of a pass, which this server alone does.
#[derive(Clone, Debug)]
pub struct Pass {
    id: i64,
    /// What is looked for.
    pub rule: Rule,
    /// Up to where it was looked.
    pub cursor: Cursor,
}

fn due(conn: &mut DbConnection, now: Timestamp) -> Result<Option<i64>, Error> {
    let due = table::table.filter(table::is_enabled.eq(true)).filter(table::next_pass_at.le(now.naive()));
    Ok(due.order((table::next_pass_at, table::id)).select(table::id).first(conn).optional()?)
}

/// Whether an event is to be looked for.
pub fn is_due(conn: &mut DbConnection, now: Timestamp) -> Result<bool, Error> {
    Ok(due(conn, now)?.is_some())
}

/// Takes an event that is to be looked for, for this server alone. One that ends without having settled it leaves it to
/// others after a while.
pub fn claim(tx: &mut Tx<'_>) -> Result<Option<Pass>, Error> {
    let Some(id) = due(tx.conn, tx.now)? else { return Ok(None) };
    tx.lock("antifraud_rules", id)?;
    // Another server may have taken it meanwhile.
    if due(tx.conn, tx.now)? != Some(id) {
        return Ok(None);
    }
    let leased = table::next_pass_at.eq(Some(tx.now.plus(LEASE).naive()));
    diesel::update(table::table.find(id)).set(leased).execute(tx.conn)?;
    let rule = rule(table::table.find(id).select(columns()).first(tx.conn)?, told(tx.conn, id)?);
    Ok(Some(Pass { id, rule, cursor: cursor(tx.conn, id)? }))
}

fn told(conn: &mut DbConnection, rule: i64) -> Result<Set<UserId>, Error> {
    let users: Vec<UserId> = members::table.filter(members::rule_id.eq(rule)).select(members::user_id).load(conn)?;
    Ok(users.into_iter().collect())
}

fn cursor(conn: &mut DbConnection, rule: i64) -> Result<Cursor, Error> {
    let seen = table::table.find(rule).select((table::seen_id, table::seen_change_id, table::seen_time));
    let (id, change, time) = seen.first(conn)?;
    Ok(Cursor { id, change, time })
}

/// Holds the event of a pass until the transaction ends; answers whether the pass still stands: the event was not disabled
/// or enabled anew, and no other server has looked on.
pub fn hold(tx: &mut Tx<'_>, pass: &Pass) -> Result<bool, Error> {
    tx.lock("antifraud_rules", pass.id)?;
    let is_enabled: bool = table::table.find(pass.id).select(table::is_enabled).first(tx.conn)?;
    Ok(is_enabled && cursor(tx.conn, pass.id)? == pass.cursor)
}

/// Notes up to where it was looked, of a pass that is held. Where there is more, it goes on at once.
pub fn settle(tx: &mut Tx<'_>, pass: &Pass, cursor: Cursor, has_more: bool) -> Result<(), Error> {
    let next = if has_more { tx.now } else { tx.now.plus(PASS_EVERY) };
    diesel::update(table::table.find(pass.id)).set(Seen::up_to(cursor, Some(next))).execute(tx.conn)?;
    Ok(())
}
