//! How changes that wait end without a decision, and how long they are kept.

use diesel::prelude::*;
use domain::clients::ClientId;
use domain::files::FileId;
use domain::identity::{ApprovalId, ApprovalStatus};
use domain::value::List;
use serde_json::json;

use super::approvals::{APPROVAL, give_up_files, wipe_clients_never_made};
use crate::audit::{self, Action, Actor, Subject};
use crate::platform::settings;
use crate::schema::approval_groups as groups;
use crate::schema::approvals as table;
use crate::{Error, Tx};

/// How many end or are deleted at once.
const AT_ONCE: i64 = 100;

/// Wipes what changes said of a client whose personal data is removed. Those that wait expire, and their files go.
pub(crate) fn erase(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Error> {
    let of_client = || table::table.filter(table::client_id.eq(client));
    let ids: Vec<ApprovalId> = of_client().order(table::id).select(table::id).load(tx.conn)?;
    tx.lock_all("approvals", &ids)?;
    let waiting = || of_client().filter(table::status.eq(ApprovalStatus::Pending));
    let files: Vec<List<FileId>> = waiting().select(table::files).load(tx.conn)?;
    for files in files {
        give_up_files(tx, &files)?;
    }
    diesel::update(waiting()).set(table::status.eq(ApprovalStatus::Expired)).execute(tx.conn)?;
    let nothing = None::<String>;
    let wiped = (
        table::body.eq("{}"),
        table::before.eq(nothing.clone()),
        table::comment.eq(nothing.clone()),
        table::result_body.eq(nothing),
        table::sealed.eq(None::<Vec<u8>>),
    );
    diesel::update(of_client()).set(wiped).execute(tx.conn)?;
    Ok(())
}

/// Deletes the oldest of those that wait no more, once their records in the audit log are not kept any longer; answers how
/// many.
pub fn prune(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let Some(oldest) = settings::get(tx.conn)?.data.oldest_system_log(tx.now) else { return Ok(0) };
    let old = table::table
        .filter(table::create_time.lt(oldest.naive()))
        .filter(table::status.ne(ApprovalStatus::Pending))
        .order((table::create_time, table::id));
    let ids: Vec<ApprovalId> = old.limit(AT_ONCE).select(table::id).load(tx.conn)?;
    diesel::delete(groups::table.filter(groups::approval_id.eq_any(ids.clone()))).execute(tx.conn)?;
    Ok(diesel::delete(table::table.filter(table::id.eq_any(ids))).execute(tx.conn)?)
}

/// Notes that nobody decided in time, and wipes the calls. Their files are swept by themselves.
pub fn sweep(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let due =
        table::table.filter(table::status.eq(ApprovalStatus::Pending)).filter(table::expires_at.le(tx.now.naive()));
    let ids: Vec<ApprovalId> = due.order(table::expires_at).limit(AT_ONCE).select(table::id).load(tx.conn)?;
    tx.lock_all("approvals", &ids)?;
    // Some may have been decided meanwhile.
    let waiting = table::table.filter(table::id.eq_any(ids)).filter(table::status.eq(ApprovalStatus::Pending));
    let ended: Vec<(ApprovalId, Option<ClientId>)> =
        waiting.order(table::id).select((table::id, table::client_id)).load(tx.conn)?;
    let ids: Vec<ApprovalId> = ended.iter().map(|(id, _)| *id).collect();
    let expired = (table::status.eq(ApprovalStatus::Expired), table::sealed.eq(None::<Vec<u8>>));
    diesel::update(table::table.filter(table::id.eq_any(ids.clone()))).set(expired).execute(tx.conn)?;
    wipe_clients_never_made(tx, &ids)?;
    for (id, client) in &ended {
        let subject = Subject { client: *client, ..Subject::system(APPROVAL) };
        let status = |status: ApprovalStatus| json!({"status": status.as_str()});
        let (old, new) = (status(ApprovalStatus::Pending), status(ApprovalStatus::Expired));
        let details = json!({"id": id, "old": old, "new": new});
        audit::record(tx, &Actor::machine("approvals.expire"), &subject, Action::Update, &details)?;
    }
    Ok(ended.len())
}
