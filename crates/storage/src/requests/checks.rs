//! Checks of clients by an outside checker. One is asked for in the transaction of the request for a level whose clients
//! are checked that way, and follows the request as [`domain::verification::CheckedRequest`] says.

use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use domain::clients::{ClientId, ClientTypeId, RestrictionFacts, VerificationLevelId, first_obstacle};
use domain::content::CountryId;
use domain::ledger::{RequestId, RequestStatus};
use domain::platform::{Fate, Pauses, RetryPolicy};
use domain::requests::{Asked, RESOURCE};
use domain::verification::{
    CheckEffect, CheckedRequest, GrantReason, LevelRestriction, LevelRestrictionName, VerificationWizard,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::decisions;
use crate::audit::{self, Action, Actor, Category, Subject};
use crate::catalog::restriction_table::RestrictionTable as _;
use crate::clients::levels;
use crate::platform::queue::{self, Job};
use crate::schema::{clients, countries, requests as table, verification_levels};
use crate::{DbConnection, Error, Tx};

/// The job that asks the checker about the client behind a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckIdentity(RequestId);

impl Job for CheckIdentity {
    const KIND: &'static str = "identity_check";
    /// Whoever looks at documents may take days.
    const RETRY: RetryPolicy = RetryPolicy {
        lease: TimeDelta::minutes(1),
        max_attempts: 500,
        pauses: Pauses::Doubling { first: TimeDelta::seconds(10), longest: TimeDelta::minutes(10) },
    };
}

/// What the checker is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityCheck {
    /// The request.
    pub request: RequestId,
    /// Who is to be checked.
    pub client: ClientId,
    /// The level that they ask for, and its name.
    pub level: (VerificationLevelId, String),
    /// Their first and last name.
    pub name: (String, String),
    /// Their birthday.
    pub birthday: Option<NaiveDate>,
    /// The two letters of their country of residence (ISO 3166-1).
    pub country: Option<String>,
}

/// Asks for a check where clients of the level are checked that way.
pub(super) fn put(tx: &mut Tx<'_>, request: RequestId, level: VerificationLevelId) -> Result<(), Error> {
    match wizard_of(tx.conn, level)? {
        VerificationWizard::External => queue::put(tx, &CheckIdentity(request)),
        VerificationWizard::Documents => Ok(()),
    }
}

fn wizard_of(conn: &mut DbConnection, level: VerificationLevelId) -> Result<VerificationWizard, Error> {
    Ok(verification_levels::table.find(level).select(verification_levels::wizard).first(conn)?)
}

/// Who asks for which level, and how far the request is; none where it is for something else or gone.
fn asked(
    conn: &mut DbConnection,
    id: RequestId,
) -> Result<Option<(ClientId, VerificationLevelId, RequestStatus)>, Error> {
    let row: Option<(ClientId, Option<String>, RequestStatus)> =
        table::table.find(id).select((table::client_id, table::asked, table::status)).first(conn).optional()?;
    let Some((client, Some(asked), status)) = row else { return Ok(None) };
    let Asked::Verification { level } = serde_json::from_str(&asked)? else { return Ok(None) };
    Ok(Some((client, level, status)))
}

/// The check of a job; none where the request was decided, which is for good.
pub fn of_job(conn: &mut DbConnection, CheckIdentity(id): &CheckIdentity) -> Result<Option<IdentityCheck>, Error> {
    type Row = (String, String, Option<NaiveDate>, Option<String>);
    let Some((client, level, RequestStatus::Pending)) = asked(conn, *id)? else { return Ok(None) };
    let columns = (clients::first_name, clients::last_name, clients::birthday, countries::alpha2_code.nullable());
    let row: Row =
        clients::table.left_join(countries::table).filter(clients::id.eq(client)).select(columns).first(conn)?;
    let (first_name, last_name, birthday, country) = row;
    let level_name = verification_levels::table.find(level).select(verification_levels::name).first(conn)?;
    let (level, name) = ((level, level_name), (first_name, last_name));
    Ok(Some(IdentityCheck { request: *id, client, level, name, birthday, country }))
}

/// Holds the client and the request, as users who decide do.
pub fn lock(tx: &mut Tx<'_>, CheckIdentity(id): &CheckIdentity) -> Result<(), Error> {
    let client: Option<ClientId> = table::table.find(id).select(table::client_id).first(tx.conn).optional()?;
    let Some(client) = client else { return Ok(()) };
    tx.lock("clients", client)?;
    tx.lock("requests", *id)
}

/// Carries out what follows from the checker's answer, while the request is held.
pub fn settle(tx: &mut Tx<'_>, CheckIdentity(id): &CheckIdentity, fate: &Fate) -> Result<(), Error> {
    let Some((client, level, status)) = asked(tx.conn, *id)? else { return Ok(()) };
    let wizard = wizard_of(tx.conn, level)?;
    let checked = CheckedRequest { status, wizard, is_offered: is_offered(tx.conn, client, level)? };
    match checked.effect(fate) {
        CheckEffect::Grant => {
            levels::raise(tx, client, level, GrantReason::Provider, None)?;
            decisions::settle(tx, *id, RequestStatus::Approved, None)?;
            let [old, new] = [status, RequestStatus::Approved].map(|status| json!({"status": status.as_str()}));
            record(tx, *id, client, old, new)
        }
        CheckEffect::LeaveToUser(note) => {
            let old: Option<String> = table::table.find(*id).select(table::comment).first(tx.conn)?;
            let new = old.as_ref().map_or_else(|| note.clone(), |old| format!("{old}\n{note}"));
            diesel::update(table::table.find(*id)).set(table::comment.eq(Some(&new))).execute(tx.conn)?;
            record(tx, *id, client, json!({"comment": old}), json!({"comment": new}))
        }
        CheckEffect::Nothing => Ok(()),
    }
}

/// Whether the restrictions of a level allow a client.
fn is_offered(conn: &mut DbConnection, client: ClientId, level: VerificationLevelId) -> Result<bool, Error> {
    let columns = (clients::country_id, clients::type_id);
    let (country, kind): (Option<CountryId>, ClientTypeId) = clients::table.find(client).select(columns).first(conn)?;
    let facts = RestrictionFacts { country, client_type: Some(kind), ..RestrictionFacts::default() };
    let stored = LevelRestrictionName::of(conn, level)?;
    let restrictions: Vec<LevelRestriction> = stored.into_iter().map(|restriction| restriction.data).collect();
    Ok(first_obstacle(&restrictions, &facts).is_none())
}

/// Writes to the audit log what the checker's answer changed; its actor is empty, as of all that servers do by themselves.
fn record(tx: &mut Tx<'_>, id: RequestId, client: ClientId, old: Value, new: Value) -> Result<(), Error> {
    let subject = Subject { resource: RESOURCE, category: Category::Client, client: Some(client) };
    let details = json!({"id": id, "old": old, "new": new});
    audit::record(tx, &Actor::machine(CheckIdentity::KIND), &subject, Action::Update, &details)
}
