//! What clients ask for and users decide, as far as it belongs to transactions.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::clients::ClientId;
use domain::ledger::{RequestId, RequestKind, RequestStatus, TransactionId};
use domain::value::Timestamp;

use crate::schema::requests as table;
use crate::{Error, Tx};

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

#[derive(Insertable)]
#[diesel(table_name = table, treat_none_as_default_value = false)]
struct NewRequest {
    client_id: ClientId,
    kind: RequestKind,
    status: RequestStatus,
    transaction_id: Option<TransactionId>,
    create_time: NaiveDateTime,
}

/// Adds the request behind a transaction that waits.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    client: ClientId,
    kind: RequestKind,
    transaction: TransactionId,
) -> Result<(), Error> {
    let new = NewRequest {
        client_id: client,
        kind,
        status: RequestStatus::Pending,
        transaction_id: Some(transaction),
        create_time: tx.now.naive(),
    };
    diesel::insert_into(table::table).values(new).execute(tx.conn)?;
    Ok(())
}

/// Decides the request behind a transaction.
pub(crate) fn decide(tx: &mut Tx<'_>, transaction: TransactionId, status: RequestStatus) -> Result<(), Error> {
    let values = (table::status.eq(status), table::processed_time.eq(Some(tx.now.naive())));
    diesel::update(table::table.filter(table::transaction_id.eq(Some(transaction)))).set(values).execute(tx.conn)?;
    Ok(())
}
