//! What clients ask for and users decide, as far as it belongs to transactions.

use chrono::NaiveDateTime;
use diesel::dsl::exists;
use diesel::prelude::*;
use domain::catalog::ProductId;
use domain::clients::{ClientId, ClientTypeId, VerificationLevelId};
use domain::ledger::{
    AccountId, FundsState, RequestId, RequestKind, RequestStatus, ResolutionId, TransactionId, TransactionStatus,
};
use domain::messaging::EventName;
use domain::requests::{Asked, Requester, follow};
use domain::value::Timestamp;
use serde_json::{Map, Value};

use crate::messaging::events;
use crate::schema::{requests as table, resolutions, verification_levels};
use crate::{DbConnection, Error, Tx, json};

/// What a transaction shows of the request behind it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct RequestBrief {
    /// Its id.
    pub id: RequestId,
    /// How far it is.
    pub status: RequestStatus,
    /// What is asked for.
    pub kind: RequestKind,
    /// When it was made.
    pub create_time: Timestamp,
    /// When it was decided.
    pub processed_time: Option<Timestamp>,
}

/// The columns of [`RequestBrief`].
#[diesel::dsl::auto_type]
pub(super) fn brief() -> _ {
    (table::id, table::status, table::kind, table::create_time, table::processed_time)
}

/// A request to be written.
#[derive(Default)]
pub(crate) struct NewRequest {
    pub transaction: Option<TransactionId>,
    pub account: Option<AccountId>,
    /// What is asked for, as JSON.
    pub asked: Option<String>,
    pub subject: Option<i64>,
    pub slot: Option<i64>,
}

impl NewRequest {
    /// For what no transaction says.
    pub fn of(asked: &Asked) -> Result<Self, Error> {
        let account = if let Asked::Archive { account } = asked { Some(*account) } else { None };
        let (subject, slot) = (asked.subject(), asked.slot());
        Ok(Self { transaction: None, account, asked: Some(json(asked)?), subject, slot })
    }
}

#[derive(Insertable)]
#[diesel(table_name = table, treat_none_as_default_value = false)]
struct NewRow {
    client_id: ClientId,
    kind: RequestKind,
    status: RequestStatus,
    transaction_id: Option<TransactionId>,
    create_time: NaiveDateTime,
    ip: String,
    account_id: Option<AccountId>,
    asked: Option<String>,
    subject_id: Option<i64>,
    slot: Option<i64>,
}

/// Adds a request that waits, and tells of it.
///
/// # Errors
/// [`Error::Taken`] where the client waits for the same already.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    requester: Requester,
    kind: RequestKind,
    new: NewRequest,
) -> Result<RequestId, Error> {
    let row = NewRow {
        client_id: requester.client,
        kind,
        status: RequestStatus::Pending,
        transaction_id: new.transaction,
        create_time: tx.now.naive(),
        ip: requester.ip.to_string(),
        account_id: new.account,
        asked: new.asked,
        subject_id: new.subject,
        slot: new.slot,
    };
    let id: RequestId = diesel::insert_into(table::table).values(row).returning(table::id).get_result(tx.conn)?;
    if let Some(name) = EventName::of_request(kind) {
        let mut data = Map::from_iter([
            ("requestId".to_owned(), Value::from(id.get())),
            ("requestType".to_owned(), kind.as_str().into()),
        ]);
        data.extend(new.transaction.map(|id| ("transactionId".to_owned(), id.get().into())));
        data.extend(new.account.map(|id| ("accountId".to_owned(), id.get().into())));
        events::put(tx, name, Some(requester.client), data)?;
    }
    if let Some(transaction) = new.transaction {
        let data = events::facts([("transactionId", transaction.get().into())]);
        events::put(tx, EventName::TransactionVerifying, Some(requester.client), data)?;
    }
    Ok(id)
}

/// The request behind a transaction follows it to this status. The time of the decision is the one at which it stopped
/// waiting.
pub(crate) fn follow_transaction(
    tx: &mut Tx<'_>,
    transaction: TransactionId,
    status: TransactionStatus,
    funds: FundsState,
    resolution: Option<ResolutionId>,
) -> Result<(), Error> {
    let behind = table::table.filter(table::transaction_id.eq(Some(transaction)));
    let request: Option<(RequestId, RequestStatus)> =
        behind.select((table::id, table::status)).first(tx.conn).optional()?;
    let Some((id, before)) = request else { return Ok(()) };
    let after = follow(before, status, funds);
    if after == before {
        return Ok(());
    }
    let row = || diesel::update(table::table.find(id));
    row().set((table::status.eq(after), table::resolution_id.eq(resolution))).execute(tx.conn)?;
    if before == RequestStatus::Pending {
        row().set(table::processed_time.eq(Some(tx.now.naive()))).execute(tx.conn)?;
    }
    tell_of_decision(tx, id, after)
}

/// Tells the client what was decided on their request.
pub(crate) fn tell_of_decision(tx: &mut Tx<'_>, id: RequestId, status: RequestStatus) -> Result<(), Error> {
    let name = match status {
        RequestStatus::Approved => EventName::RequestApproved,
        RequestStatus::Rejected => EventName::RequestRejected,
        RequestStatus::New | RequestStatus::InProgress | RequestStatus::Pending => return Ok(()),
    };
    let request = table::table.left_join(resolutions::table).filter(table::id.eq(id));
    let columns = (table::client_id, table::kind, table::subject_id, resolutions::name.nullable());
    let (client, kind, subject, reason): (ClientId, RequestKind, Option<i64>, Option<String>) =
        request.select(columns).first(tx.conn)?;
    let mut data = events::facts([("requestId", id.get().into()), ("requestType", kind.as_str().into())]);
    data.extend(reason.map(|reason| ("reason".to_owned(), reason.into())));
    if let (EventName::RequestApproved, RequestKind::Verification, Some(level)) = (name, kind, subject) {
        data.extend(level_facts(tx.conn, VerificationLevelId::new(level))?);
    }
    events::put(tx, name, Some(client), data)
}

/// What mails tell of a level that a client reached.
fn level_facts(conn: &mut DbConnection, level: VerificationLevelId) -> Result<Map<String, Value>, Error> {
    let columns = (verification_levels::name, verification_levels::mail_description);
    let level: Option<(String, String)> =
        verification_levels::table.find(level).select(columns).first(conn).optional()?;
    let facts = |(name, description): (String, String)| {
        events::facts([("level", name.into()), ("mailDescription", description.into())])
    };
    Ok(level.map(facts).unwrap_or_default())
}

/// Requests that are not decided.
const UNDECIDED: [RequestStatus; 3] = [RequestStatus::InProgress, RequestStatus::New, RequestStatus::Pending];

/// Whether an undecided request of this kind names a record.
fn is_named(conn: &mut DbConnection, kind: RequestKind, subject: i64) -> Result<bool, Error> {
    let named = table::table
        .filter(table::kind.eq(kind))
        .filter(table::subject_id.eq(subject))
        .filter(table::status.eq_any(UNDECIDED));
    Ok(diesel::select(exists(named)).get_result(conn)?)
}

/// Whether a client waits for a decision on the same already.
pub(crate) fn slot_is_taken(
    conn: &mut DbConnection,
    client: ClientId,
    kind: RequestKind,
    slot: i64,
) -> Result<bool, Error> {
    let same = table::table
        .filter(table::client_id.eq(client))
        .filter(table::kind.eq(kind))
        .filter(table::slot.eq(slot))
        .filter(table::status.eq_any(UNDECIDED));
    Ok(diesel::select(exists(same)).get_result(conn)?)
}

/// Whether somebody waits for this level.
pub(crate) fn level_is_asked_for(conn: &mut DbConnection, level: VerificationLevelId) -> Result<bool, Error> {
    is_named(conn, RequestKind::Verification, level.get())
}

/// Whether somebody waits to be of this type.
pub(crate) fn client_type_is_asked_for(conn: &mut DbConnection, kind: ClientTypeId) -> Result<bool, Error> {
    is_named(conn, RequestKind::ClientType, kind.get())
}

/// Whether somebody waits for an account on this product.
pub(crate) fn product_is_asked_for(conn: &mut DbConnection, product: ProductId) -> Result<bool, Error> {
    is_named(conn, RequestKind::Account, product.get())
}

/// Whether a client waits for a decision, on something else than this kind.
pub(crate) fn has_undecided(
    conn: &mut DbConnection,
    client: ClientId,
    apart: Option<RequestKind>,
) -> Result<bool, Error> {
    let others: Vec<RequestKind> = RequestKind::ALL.iter().copied().filter(|kind| Some(*kind) != apart).collect();
    let waiting = table::table
        .filter(table::client_id.eq(client))
        .filter(table::kind.eq_any(others))
        .filter(table::status.eq_any(UNDECIDED));
    Ok(diesel::select(exists(waiting)).get_result(conn)?)
}
