//! Wizards: the steps of clients' procedures, and the runs of them.

mod additional_information;
pub mod facts;
pub mod runs;

use std::collections::BTreeSet;

use diesel::prelude::*;
use domain::clients::ClientTypeId;
use domain::value::{CommonFault, Fault, FaultCode as _, Field, List, Refusal, Stored, Timestamp, Uuid, folded};
use domain::wizards::{Step, StepSetup, Wizard, WizardChange, WizardId, WizardType};

pub use additional_information::of_client as additional_information;

use crate::clients::types;
use crate::connection::MultiBackend;
use crate::content::countries;
use crate::paging::ordered;
use crate::schema::wizards::{self as table, BoxedQuery};
use crate::{DbConnection, Error, Page, Paging, Tx, json};

/// A wizard as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredWizard {
    /// Its id.
    pub id: WizardId,
    /// What outside systems name it by.
    pub uuid: Uuid,
    /// What can be set.
    pub data: Wizard,
    /// When it was made.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Timestamp,
}

impl Stored for StoredWizard {
    type Data = Wizard;

    fn data(&self) -> &Wizard {
        &self.data
    }
}

/// What a list is narrowed to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Of this type.
    pub kind: Option<WizardType>,
    /// Whether they can be run.
    pub is_enabled: Option<bool>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    Type,
    Name,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table)]
struct Row<'a> {
    name: &'a str,
    name_key: String,
    kind: WizardType,
    is_enabled: bool,
    is_default: bool,
    steps: String,
}

fn row(wizard: &Wizard) -> Result<Row<'_>, Error> {
    Ok(Row {
        name: &wizard.name,
        name_key: folded(&wizard.name),
        kind: wizard.kind,
        is_enabled: wizard.is_enabled,
        is_default: wizard.is_default,
        steps: json(&wizard.steps)?,
    })
}

type Columns = (WizardId, Uuid, (String, WizardType, bool, bool, List<StepSetup>), Timestamp, Timestamp);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let data = (table::name, table::kind, table::is_enabled, table::is_default, table::steps);
    (table::id, table::uuid, data, table::create_time, table::update_time)
}

fn stored((id, uuid, (name, kind, is_enabled, is_default, steps), create_time, update_time): Columns) -> StoredWizard {
    StoredWizard { id, uuid, data: Wizard { name, kind, is_enabled, is_default, steps }, create_time, update_time }
}

fn filtered(filter: Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(kind) = filter.kind {
        query = query.filter(table::kind.eq(kind));
    }
    if let Some(is_enabled) = filter.is_enabled {
        query = query.filter(table::is_enabled.eq(is_enabled));
    }
    query
}

/// Wizards, a page of them.
pub fn list(conn: &mut DbConnection, filter: Filter, paging: &Paging<Sort>) -> Result<Page<StoredWizard>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = match paging.sort {
        Sort::Type => ordered!(query, paging.direction, table::kind, table::id),
        Sort::Name => ordered!(query, paging.direction, table::name_key, table::id),
    };
    let rows: Vec<Columns> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: rows }.map(stored))
}

/// One wizard.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: WizardId) -> Result<StoredWizard, Error> {
    Ok(stored(table::table.find(id).select(columns()).first(conn)?))
}

/// The wizards of a type that can be run, in their order.
pub fn enabled(conn: &mut DbConnection, kind: WizardType) -> Result<Vec<StoredWizard>, Error> {
    let enabled = table::table.filter(table::kind.eq(kind)).filter(table::is_enabled.eq(true));
    let rows: Vec<Columns> = enabled.order(table::id).select(columns()).load(conn)?;
    Ok(rows.into_iter().map(stored).collect())
}

/// The wizard of a type that is run: the named one, else the default.
///
/// # Errors
/// [`Error::NotFound`] where there is no such wizard of the type, or it is disabled.
pub fn to_run(conn: &mut DbConnection, kind: WizardType, uuid: Option<&Uuid>) -> Result<StoredWizard, Error> {
    let enabled = table::table.filter(table::kind.eq(kind)).filter(table::is_enabled.eq(true)).into_boxed();
    let chosen = match uuid {
        Some(uuid) => enabled.filter(table::uuid.eq(uuid.clone())),
        None => enabled.filter(table::is_default.eq(true)),
    };
    Ok(stored(chosen.select(columns()).first(conn)?))
}

/// Locks a wizard, with all others of its type, until the transaction ends, and reads it: one of them stays the default.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: WizardId) -> Result<StoredWizard, Error> {
    let kind = table::table.find(id).select(table::kind).first(tx.conn)?;
    lock_type(tx, kind)?;
    get(tx.conn, id)
}

fn lock_type(tx: &mut Tx<'_>, kind: WizardType) -> Result<(), Error> {
    let all: Vec<WizardId> = table::table.filter(table::kind.eq(kind)).select(table::id).load(tx.conn)?;
    tx.lock_all("wizards", &all)
}

/// Adds a wizard; `sent` are its steps in the order in which the caller names them.
///
/// # Errors
/// A refusal where a step names something that does not exist; a conflict where the name is taken, or it is a default
/// that is disabled.
pub fn insert(tx: &mut Tx<'_>, uuid: &Uuid, wizard: &Wizard, sent: &[Step]) -> Result<StoredWizard, Error> {
    lock_type(tx, wizard.kind)?;
    check_named(tx, wizard, sent)?;
    check_collisions(tx.conn, None, wizard)?;
    move_default(tx, wizard)?;
    let times = (table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let values = (row(wizard)?, table::uuid.eq(uuid), times);
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, id)
}

/// Writes what can be set of a wizard, which is held. Runs that have begun keep their steps.
///
/// # Errors
/// As for a new one; a conflict where its type would have no default.
pub fn update(tx: &mut Tx<'_>, before: &StoredWizard, after: &Wizard, sent: &[Step]) -> Result<StoredWizard, Error> {
    check_named(tx, after, sent)?;
    check_collisions(tx.conn, Some(before), after)?;
    if !before.data.is_default {
        move_default(tx, after)?;
    }
    let values = (row(after)?, table::update_time.eq(tx.now.naive()));
    let updated = diesel::update(table::table.find(before.id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, before.id)
}

/// Deletes a wizard, which is held. Runs of it go on.
///
/// # Errors
/// A conflict where it is the default.
pub fn delete(tx: &mut Tx<'_>, wizard: &StoredWizard) -> Result<(), Error> {
    wizard.data.check_deletable()?;
    diesel::delete(table::table.find(wizard.id)).execute(tx.conn)?;
    Ok(())
}

/// Whether a step of a wizard is for clients of this type.
pub(crate) fn name_client_type(conn: &mut DbConnection, id: ClientTypeId) -> Result<bool, Error> {
    let all: Vec<List<StepSetup>> = table::table.select(table::steps).load(conn)?;
    Ok(all.iter().any(|steps| steps.iter().any(|setup| setup.client_types.contains(&id))))
}

/// The former default gives its mark up.
fn move_default(tx: &mut Tx<'_>, wizard: &Wizard) -> Result<(), Error> {
    if wizard.is_default {
        let former = table::table.filter(table::kind.eq(wizard.kind)).filter(table::is_default.eq(true));
        let unmarked = (table::is_default.eq(false), table::update_time.eq(tx.now.naive()));
        diesel::update(former).set(unmarked).execute(tx.conn)?;
    }
    Ok(())
}

/// What collides with other wizards of the type, told together.
fn check_collisions(conn: &mut DbConnection, before: Option<&StoredWizard>, after: &Wizard) -> Result<(), Error> {
    let same_name = table::table.filter(table::kind.eq(after.kind)).filter(table::name_key.eq(folded(&after.name)));
    let namesake: Option<WizardId> = same_name.select(table::id).first(conn).optional()?;
    let is_taken = namesake.is_some() && namesake != before.map(|before| before.id);
    let mut faults: Vec<Fault> = is_taken.then(|| CommonFault::Taken.at(Field::Name)).into_iter().collect();
    faults.extend(WizardChange { before: before.map(|before| &before.data), after }.default_fault());
    if faults.is_empty() { Ok(()) } else { Err(Refusal::Conflict(faults).into()) }
}

/// The countries and client types that steps are for must exist. Countries are never deleted; the types are held.
fn check_named(tx: &mut Tx<'_>, wizard: &Wizard, sent: &[Step]) -> Result<(), Error> {
    let types: BTreeSet<i64> =
        wizard.steps.iter().flat_map(|setup| setup.client_types.iter()).map(|id| id.get()).collect();
    let types: Vec<i64> = types.into_iter().collect();
    tx.hold("client_types", &types)?;
    let types = types::existing(tx.conn, &types)?;
    let codes: BTreeSet<String> =
        wizard.steps.iter().flat_map(|setup| setup.countries.iter()).map(ToString::to_string).collect();
    let codes = countries::existing_codes(tx.conn, &codes.into_iter().collect::<Vec<_>>())?;
    let mut faults = Vec::new();
    for (place, step) in sent.iter().enumerate() {
        let Some(setup) = wizard.steps.iter().find(|setup| setup.step == *step) else { continue };
        let at = Field::WizardSteps.entry(place);
        let countries = setup.countries.placed().filter(|(_, code)| !codes.contains(&code.to_string()));
        let unknown = |list: &str, place: usize| CommonFault::Unknown.at(at.clone().entry(list).entry(place));
        faults.extend(countries.map(|(place, _)| unknown("countries", place)));
        let kinds = setup.client_types.placed().filter(|(_, id)| !types.contains(&id.get()));
        faults.extend(kinds.map(|(place, _)| unknown("clientTypes", place)));
    }
    Ok(Refusal::unless_empty(faults)?)
}
