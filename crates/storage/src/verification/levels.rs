//! Verification levels.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;
use domain::clients::{PermissionLevelId, VerificationLevelId};
use domain::value::{CommonFault, Fault, FaultCode as _, Field, Identified, Refusal, folded};
use domain::verification::{
    ClientTestId, DocumentGroupId, Ladder, LevelTerms, Rung, VerificationLevel, VerificationWizard,
};

use crate::schema::{
    client_tests, document_groups, permission_levels, verification_level_groups as asked,
    verification_level_tests as required, verification_levels as table,
};
use crate::{ById, DbConnection, Direction, Error, Page, Paging, Tx, json};

/// A level as its row keeps it.
#[derive(Queryable)]
struct Row {
    id: VerificationLevelId,
    position: i64,
    names: (String, String, String),
    next: Option<VerificationLevelId>,
    role: PermissionLevelId,
    wizard: VerificationWizard,
    marks: (bool, bool),
    limits: String,
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let names = (table::name, table::description, table::mail_description);
    let marks = (table::is_default, table::is_visible);
    (table::id, table::position, names, table::next_level_id, table::role_id, table::wizard, marks, table::limits)
}

/// What belongs to levels: the names of groups, and tests.
fn assembled(conn: &mut DbConnection, rows: Vec<Row>) -> Result<Vec<Identified<VerificationLevel>>, Error> {
    let ids: Vec<VerificationLevelId> = rows.iter().map(|row| row.id).collect();
    let names = asked::table.inner_join(document_groups::table).filter(asked::level_id.eq_any(ids.clone()));
    let names: Vec<(VerificationLevelId, String)> =
        names.select((asked::level_id, document_groups::name)).load(conn)?;
    let tests = required::table.filter(required::level_id.eq_any(ids));
    let tests: Vec<(VerificationLevelId, ClientTestId)> =
        tests.select((required::level_id, required::test_id)).load(conn)?;
    let mut groups: HashMap<VerificationLevelId, Vec<String>> = HashMap::new();
    for (level, name) in names {
        groups.entry(level).or_default().push(name);
    }
    let mut required_tests: HashMap<VerificationLevelId, Vec<ClientTestId>> = HashMap::new();
    for (level, test) in tests {
        required_tests.entry(level).or_default().push(test);
    }
    let level = |row: Row| {
        let (name, description, mail_description) = row.names;
        let terms = LevelTerms {
            index: row.position,
            name,
            description,
            mail_description,
            next: row.next,
            wizard: row.wizard,
            default: row.marks.0,
            visible: row.marks.1,
            groups: groups.remove(&row.id).unwrap_or_default().into_iter().collect(),
            required_tests: required_tests.remove(&row.id).unwrap_or_default().into_iter().collect(),
            limits: serde_json::from_str(&row.limits)?,
        };
        Ok(Identified { id: row.id, data: VerificationLevel { role: row.role, terms } })
    };
    rows.into_iter().map(level).collect()
}

/// Levels, a page of them.
pub fn list(conn: &mut DbConnection, paging: &Paging<ById>) -> Result<Page<Identified<VerificationLevel>>, Error> {
    let total = paging.total(|| table::table.count().get_result(conn))?;
    let query = table::table.limit(paging.limit).offset(paging.offset).select(columns()).into_boxed();
    let query = match paging.direction {
        Direction::Ascending => query.order(table::id.asc()),
        Direction::Descending => query.order(table::id.desc()),
    };
    let rows = query.load(conn)?;
    Ok(Page { total, data: assembled(conn, rows)? })
}

/// All levels, from the lowest up.
pub(super) fn by_index(conn: &mut DbConnection) -> Result<Vec<Identified<VerificationLevel>>, Error> {
    let rows = table::table.order(table::position).select(columns()).load(conn)?;
    assembled(conn, rows)
}

/// One level.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: VerificationLevelId) -> Result<Identified<VerificationLevel>, Error> {
    let row = table::table.find(id).select(columns()).first(conn)?;
    assembled(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

/// A level must exist before what belongs to it is looked for.
///
/// # Errors
/// [`Error::NotFound`].
pub fn check_exists(conn: &mut DbConnection, id: VerificationLevelId) -> Result<(), Error> {
    table::table.find(id).select(table::id).first::<VerificationLevelId>(conn)?;
    Ok(())
}

/// Locks a level whose restrictions change.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock_as_parent(tx: &mut Tx<'_>, id: VerificationLevelId) -> Result<(), Error> {
    tx.lock("verification_levels", id)?;
    check_exists(tx.conn, id)
}

/// Locks all levels until the transaction ends, since each has its place among the others.
pub(crate) fn lock_ladder(tx: &mut Tx<'_>) -> Result<Ladder, Error> {
    let rungs = |conn: &mut DbConnection| -> Result<Vec<(VerificationLevelId, Rung)>, Error> {
        let columns = (table::id, table::position, table::is_default, table::next_level_id);
        let rows: Vec<(VerificationLevelId, i64, bool, Option<VerificationLevelId>)> =
            table::table.order(table::id).select(columns).load(conn)?;
        Ok(rows.into_iter().map(|(id, index, is_default, next)| (id, Rung { index, is_default, next })).collect())
    };
    for (id, _) in rungs(tx.conn)? {
        tx.lock("verification_levels", id)?;
    }
    Ok(Ladder::new(rungs(tx.conn)?))
}

/// Locks a level, as all others, until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: VerificationLevelId) -> Result<Identified<VerificationLevel>, Error> {
    lock_ladder(tx)?;
    get(tx.conn, id)
}

/// What is said about the places of levels is written apart from this.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Values<'a> {
    name: &'a str,
    name_key: String,
    role_id: PermissionLevelId,
    limits: String,
    description: &'a str,
    mail_description: &'a str,
    next_level_id: Option<VerificationLevelId>,
    wizard: VerificationWizard,
    is_visible: bool,
}

fn values(role: PermissionLevelId, terms: &LevelTerms) -> Result<Values<'_>, Error> {
    Ok(Values {
        name: &terms.name,
        name_key: folded(&terms.name),
        role_id: role,
        limits: json(&terms.limits)?,
        description: &terms.description,
        mail_description: &terms.mail_description,
        next_level_id: terms.next,
        wizard: terms.wizard,
        is_visible: terms.visible,
    })
}

/// What a level names, as far as it is written anew: what stays may have another name by now.
struct Named {
    groups: Option<BTreeSet<DocumentGroupId>>,
    tests: Option<Vec<ClientTestId>>,
}

impl Named {
    /// Looks up what a level names; `faults` are told with what does not exist.
    ///
    /// # Errors
    /// A refusal that tells everything that is wrong.
    fn by(
        tx: &mut Tx<'_>,
        before: Option<&LevelTerms>,
        (role, terms): (PermissionLevelId, &LevelTerms),
        mut faults: Vec<Fault>,
    ) -> Result<Self, Error> {
        let groups = before.is_none_or(|before| before.groups != terms.groups);
        let groups = groups.then(|| groups_of(tx.conn, terms, &mut faults)).transpose()?;
        let tests = before.is_none_or(|before| before.required_tests != terms.required_tests);
        let tests = tests.then(|| tests_of(tx.conn, terms, &mut faults)).transpose()?;
        let known_role = diesel::dsl::exists(permission_levels::table.find(role));
        let has_role: bool = diesel::select(known_role).get_result(tx.conn)?;
        faults.extend((!has_role).then(|| CommonFault::Unknown.at(Field::Role)));
        Refusal::unless_empty(faults)?;
        Ok(Self { groups, tests })
    }

    fn write(&self, tx: &mut Tx<'_>, level: VerificationLevelId) -> Result<(), Error> {
        if let Some(groups) = &self.groups {
            diesel::delete(asked::table.filter(asked::level_id.eq(level))).execute(tx.conn)?;
            for group in groups {
                let values = (asked::level_id.eq(level), asked::group_id.eq(*group));
                let written = diesel::insert_into(asked::table).values(values).execute(tx.conn).map_err(Error::from);
                written.map_err(|error| error.or_referenced(|| Refusal::unknown(Field::Options)))?;
            }
        }
        if let Some(tests) = &self.tests {
            diesel::delete(required::table.filter(required::level_id.eq(level))).execute(tx.conn)?;
            for test in tests {
                let values = (required::level_id.eq(level), required::test_id.eq(*test));
                let written = diesel::insert_into(required::table).values(values).execute(tx.conn).map_err(Error::from);
                written.map_err(|error| error.or_referenced(|| Refusal::unknown(Field::RequiredTests)))?;
            }
        }
        Ok(())
    }
}

/// The groups that a level names, each once however often it is named.
fn groups_of(
    conn: &mut DbConnection,
    terms: &LevelTerms,
    faults: &mut Vec<Fault>,
) -> Result<BTreeSet<DocumentGroupId>, Error> {
    let keys: Vec<String> = terms.groups.iter().map(|name| folded(name)).collect();
    let known = document_groups::table.filter(document_groups::name_key.eq_any(keys.clone()));
    let known: HashMap<String, DocumentGroupId> = known
        .select((document_groups::name_key, document_groups::id))
        .load::<(String, DocumentGroupId)>(conn)?
        .into_iter()
        .collect();
    let unknown = terms.groups.placed().filter(|(_, name)| !known.contains_key(&folded(name)));
    faults.extend(unknown.map(|(place, _)| CommonFault::Unknown.at(Field::Options.entry(place))));
    Ok(known.into_values().collect())
}

/// The tests that a level asks for.
fn tests_of(conn: &mut DbConnection, terms: &LevelTerms, faults: &mut Vec<Fault>) -> Result<Vec<ClientTestId>, Error> {
    let wanted: Vec<ClientTestId> = terms.required_tests.iter().copied().collect();
    let known = client_tests::table.filter(client_tests::id.eq_any(wanted.clone())).select(client_tests::id);
    let known: Vec<ClientTestId> = known.load(conn)?;
    let unknown = terms.required_tests.placed().filter(|(_, id)| !known.contains(id));
    faults.extend(unknown.map(|(place, _)| CommonFault::Unknown.at(Field::RequiredTests.entry(place))));
    Ok(known)
}

/// The level of this name.
///
/// # Errors
/// [`Error::NotFound`].
pub fn named(conn: &mut DbConnection, name: &str) -> Result<VerificationLevelId, Error> {
    Ok(table::table.filter(table::name_key.eq(folded(name))).select(table::id).first(conn)?)
}

/// What the name of a level collides with, told together with what its place does.
fn told_with_name<T>(
    tx: &mut Tx<'_>,
    id: Option<VerificationLevelId>,
    name: &str,
    placed: Result<T, Refusal>,
) -> Result<T, Error> {
    let others: Vec<VerificationLevelId> =
        table::table.filter(table::name_key.eq(folded(name))).select(table::id).load(tx.conn)?;
    let is_taken = others.into_iter().any(|other| Some(other) != id);
    let fault = is_taken.then(|| CommonFault::Taken.at(Field::Name));
    match (placed, fault) {
        (Ok(placed), None) => Ok(placed),
        (Ok(_), Some(fault)) => Err(fault.conflict().into()),
        (Err(Refusal::Conflict(mut faults)), fault) => {
            faults.extend(fault);
            Err(Refusal::Conflict(faults).into())
        }
        (Err(refusal), _) => Err(refusal.into()),
    }
}

/// The permission level that new levels get where none is named.
fn default_role(conn: &mut DbConnection) -> Result<PermissionLevelId, Error> {
    let default = permission_levels::table.filter(permission_levels::is_default.eq(true));
    Ok(default.select(permission_levels::id).first(conn)?)
}

/// Adds a level; without a permission level it gets the default one.
///
/// # Errors
/// A refusal where it names something that does not exist or its next level is not above it; a conflict where its name or
/// index is taken, or it would be the default.
pub fn insert(
    tx: &mut Tx<'_>,
    role: Option<PermissionLevelId>,
    terms: &LevelTerms,
) -> Result<Identified<VerificationLevel>, Error> {
    let ladder = lock_ladder(tx)?;
    let role = match role {
        Some(role) => role,
        None => default_role(tx.conn)?,
    };
    let faults = ladder.next_fault(None, terms.rung()).into_iter().collect();
    let named = Named::by(tx, None, (role, terms), faults)?;
    told_with_name(tx, None, &terms.name, ladder.check_new(terms.rung()))?;
    let values = (
        values(role, terms)?,
        table::position.eq(terms.index),
        table::is_default.eq(terms.default),
        table::create_time.eq(tx.now.naive()),
        table::update_time.eq(tx.now.naive()),
    );
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    named.write(tx, id)?;
    get(tx.conn, id)
}

/// Writes what can be set of a level. One that becomes the default changes places with the one that was.
///
/// # Errors
/// As for a new one; a conflict where no default would be left, or others would be out of order.
pub fn update(
    tx: &mut Tx<'_>,
    before: &Identified<VerificationLevel>,
    after: &VerificationLevel,
) -> Result<Identified<VerificationLevel>, Error> {
    let ladder = lock_ladder(tx)?;
    let rung = after.terms.rung();
    let faults = ladder.next_fault(Some(before.id), rung).into_iter().collect();
    let named = Named::by(tx, Some(&before.data.terms), (after.role, &after.terms), faults)?;
    let moved = ladder.moved(before.id, before.data.terms.rung(), rung);
    let moved = told_with_name(tx, Some(before.id), &after.terms.name, moved)?;
    let values = (values(after.role, &after.terms)?, table::update_time.eq(tx.now.naive()));
    let updated = diesel::update(table::table.find(before.id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    // Off the ladder first: an index is never there twice.
    for (id, rung) in &moved {
        diesel::update(table::table.find(*id)).set(table::position.eq(-1 - rung.index)).execute(tx.conn)?;
    }
    for (id, rung) in &moved {
        let place = (table::position.eq(rung.index), table::is_default.eq(rung.is_default));
        diesel::update(table::table.find(*id)).set(place).execute(tx.conn)?;
    }
    named.write(tx, before.id)?;
    get(tx.conn, before.id)
}
