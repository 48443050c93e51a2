//! How a client comes to ask for the next level: what it asks for is handed in step by step, and the request for it made
//! when nothing is missing.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::clients::{ClientId, VerificationLevelId};
use domain::ledger::RequestId;
use domain::requests::{Asked, Requester};
use domain::value::{FaultCode as _, Identified, Record, Uuid};
use domain::verification::{
    ApprovalStatus, ClientTestId, DocumentGroup, DocumentGroupId, DocumentId, LevelTerms, VerificationFault,
    VerificationLevel,
};
use domain::wizards::RUN_LIFETIME;

use super::asking;
use crate::client_scope::check_not_deleted;
use crate::schema::verification_runs as table;
use crate::verification::document_types::{self, StoredDocumentType};
use crate::verification::documents::{self, NewDocument};
use crate::verification::{attempts, offered, tests};
use crate::{DbConnection, Error, Tx};

/// A group for which nothing was handed in yet, with the types that can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingGroup {
    /// The group.
    pub group: Record<DocumentGroup>,
    /// Its enabled types.
    pub types: Vec<StoredDocumentType>,
}

/// How far a client has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Climb {
    /// The level that they are to ask for.
    pub level: Identified<VerificationLevel>,
    /// What is still to be handed in for it.
    pub missing: Vec<MissingGroup>,
    /// The document that was handed in by this step.
    pub document: Option<DocumentId>,
    /// The request, once it is made.
    pub asked: Option<RequestId>,
}

/// A client begins to climb, to the level that they wish or else the next one; what they began before is forgotten.
///
/// # Errors
/// A refusal where they cannot ask for the level, or have not passed its tests; a conflict where there is none, or they
/// wait for one already.
pub fn begin(
    tx: &mut Tx<'_>,
    client: ClientId,
    wished: Option<VerificationLevelId>,
    uuid: &Uuid,
) -> Result<Climb, Error> {
    tx.lock("clients", client)?;
    check_not_deleted(tx.conn, client)?;
    let level = target(tx.conn, client, wished)?;
    diesel::delete(table::table.find(client)).execute(tx.conn)?;
    let run = (
        table::client_id.eq(client),
        table::uuid.eq(uuid),
        table::level_id.eq(level.id),
        table::expires_at.eq(tx.now.plus(RUN_LIFETIME).naive()),
    );
    diesel::insert_into(table::table).values(run).execute(tx.conn)?;
    let missing = missing(tx.conn, client, &level.data.terms)?;
    Ok(Climb { level, missing, document: None, asked: None })
}

/// A client goes on, with a document or without: once nothing is missing, the request is made.
///
/// # Errors
/// [`Error::NotFound`] where they have begun no such procedure, or it has expired; as of [`begin`]; a refusal where the
/// document cannot be handed in, or there is none and one is missing.
pub fn go_on(
    tx: &mut Tx<'_>,
    requester: Requester,
    uuid: &Uuid,
    document: Option<&NewDocument<'_>>,
) -> Result<Climb, Error> {
    let client = requester.client;
    tx.lock("clients", client)?;
    let run = || table::table.find(client);
    let open = run().filter(table::uuid.eq(uuid)).filter(table::expires_at.gt(tx.now.naive()));
    let level: VerificationLevelId = open.select(table::level_id).first(tx.conn)?;
    check_not_deleted(tx.conn, client)?;
    let level = target(tx.conn, client, Some(level))?;
    let document = document.map(|document| documents::add_to_procedure(tx, client, document)).transpose()?;
    let missing = missing(tx.conn, client, &level.data.terms)?;
    if !missing.is_empty() {
        if document.is_none() {
            let groups: Vec<&str> = missing.iter().map(|missing| missing.group.data.name.as_str()).collect();
            let fault = VerificationFault::DocumentsMissing.with("groups", groups.join(", "));
            return Err(fault.unprocessable().into());
        }
        let longer = table::expires_at.eq(tx.now.plus(RUN_LIFETIME).naive());
        diesel::update(run()).set(longer).execute(tx.conn)?;
        return Ok(Climb { level, missing, document, asked: None });
    }
    let request = asking::ask(tx, requester, &Asked::Verification { level: level.id })?;
    documents::hand_in(tx, client, request)?;
    diesel::delete(run()).execute(tx.conn)?;
    Ok(Climb { level, missing, document, asked: Some(request) })
}

/// The level that a client can ask for, whose tests they have passed.
fn target(
    conn: &mut DbConnection,
    client: ClientId,
    wished: Option<VerificationLevelId>,
) -> Result<Identified<VerificationLevel>, Error> {
    let offer = offered::offer(conn, client)?;
    let target = offer.climber.target(&offer.offered, wished)?;
    let level = offer.level(target)?.clone();
    let required: Vec<ClientTestId> = level.data.terms.required_tests.iter().copied().collect();
    let statuses = attempts::last_statuses(conn, client, &required)?;
    let open = required.into_iter().filter(|test| statuses.get(test) != Some(&ApprovalStatus::Approved));
    let open = tests::by_ids(conn, &open.collect::<Vec<_>>())?;
    if open.is_empty() {
        return Ok(level);
    }
    let captions: Vec<String> = open.into_iter().map(|test| test.data.caption).collect();
    Err(VerificationFault::TestsNotPassed.with("tests", captions.join(", ")).unprocessable().into())
}

/// What a client has still to hand in for a level.
fn missing(conn: &mut DbConnection, client: ClientId, terms: &LevelTerms) -> Result<Vec<MissingGroup>, Error> {
    let handed_in = documents::types_handed_in(conn, client)?;
    let mut of_group: HashMap<DocumentGroupId, Vec<StoredDocumentType>> = HashMap::new();
    for kind in document_types::of_groups(conn, &terms.groups)? {
        of_group.entry(kind.group.id).or_default().push(kind);
    }
    let groups = of_group.into_values().filter_map(|types| {
        let group = types.first()?.group.clone();
        let known: Vec<_> = types.iter().map(|kind| (kind.id, kind.data.enabled)).collect();
        let types = types.into_iter().filter(|kind| kind.data.enabled).collect();
        (!group.data.is_served(&known, &handed_in)).then_some(MissingGroup { group, types })
    });
    let mut groups: Vec<MissingGroup> = groups.collect();
    groups.sort_by_key(|missing| (missing.group.data.priority, missing.group.id));
    Ok(groups)
}
