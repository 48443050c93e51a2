//! Changes that wait, or waited, for a second user.

use diesel::dsl::exists;
use diesel::prelude::*;
use domain::clients::ClientId;
use domain::files::FileId;
use domain::identity::{
    ApiKeyId, ApprovalFacts, ApprovalId, ApprovalStatus, Credential, Permission, Scope, SessionId, UserGroupId, UserId,
    check_waiting,
};
use domain::ledger::Amount;
use domain::value::{List, Set, Timestamp};
use serde_json::Value;

use crate::client_scope::{ClientsInScope, clients_in};
use crate::connection::{MultiBackend, on_each};
use crate::files::stored;
use crate::json_list::{self, JsonList, JsonRows};
use crate::money::Stored;
use crate::one_of::one_of;
use crate::paging::ordered;
use crate::schema::approvals::{self as table, BoxedQuery};
use crate::schema::{approval_groups as groups, clients, users};
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx, json};

/// The name of changes in the audit log.
pub const APPROVAL: &str = "approval";

/// Who reads, and what they may see.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The user.
    pub user: UserId,
    /// Whether they see those of everybody.
    pub reads_all: bool,
    /// The permissions that they hold: they see what waits for those who hold them.
    pub permissions: Vec<Permission>,
    /// The groups that they are in.
    pub user_groups: Vec<UserGroupId>,
    /// The clients whose data they see.
    pub scope: Scope,
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// What became of them.
    pub status: Option<ApprovalStatus>,
    /// Of this operation.
    pub operation: Option<String>,
    /// Asked for by this user.
    pub maker: Option<UserId>,
    /// Decided by this user.
    pub checker: Option<UserId>,
}

/// A change, as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredApproval {
    /// Its id.
    pub id: ApprovalId,
    /// The operation that was called.
    pub operation: String,
    /// The path, as it was called.
    pub path: String,
    /// The body, as it was sent, without its secrets.
    pub body: Value,
    /// The record when the change was asked for, without its secrets.
    pub before: Option<Value>,
    /// Whose data it is about; none of a client who is not there yet, either.
    pub client: Option<ClientId>,
    /// Whether it is about a client.
    pub is_of_client: bool,
    /// What it moves, in US dollars.
    pub worth_usd: Option<Amount>,
    /// What a decision rests on; its status is what is stored.
    pub facts: ApprovalFacts,
    /// The name of whoever asked for it.
    pub maker_name: String,
    /// What they called with.
    pub maker_credential: Credential,
    /// The files of the call.
    pub files: Vec<FileId>,
    /// Who decided.
    pub checker: Option<(UserId, String)>,
    /// What they said.
    pub comment: Option<String>,
    /// What the operation answered once it was carried out: the status and the body.
    pub result: Option<(i64, Option<Value>)>,
    /// When it was asked for.
    pub create_time: Timestamp,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
}

/// A change that begins to wait.
#[derive(Clone, Debug)]
pub struct NewApproval {
    /// The operation that was called.
    pub operation: &'static str,
    /// Its permission.
    pub permission: Permission,
    /// The path, as it was called.
    pub path: String,
    /// The body, without its secrets.
    pub body: Value,
    /// The record as it is, without its secrets.
    pub before: Option<Value>,
    /// The call with its secrets, sealed.
    pub sealed: Vec<u8>,
    /// Its files, which stay while it waits.
    pub files: Vec<FileId>,
    /// Whose data it is about, also of a client who would be made by it.
    pub client: Option<ClientId>,
    /// What it moves, in US dollars.
    pub worth_usd: Option<Amount>,
    /// Who asks for it.
    pub maker: UserId,
    /// What they call with.
    pub credential: Credential,
    /// Whose approval counts; empty: anybody's who holds the permission.
    pub user_groups: Set<UserGroupId>,
    /// Until when it can be decided.
    pub expires_at: Timestamp,
}

/// What becomes of a change.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The status from now on.
    pub status: ApprovalStatus,
    /// Who decided; none where its maker took it back.
    pub checker: Option<UserId>,
    /// What they said.
    pub comment: Option<String>,
    /// What the operation answered: the status and the body, without its secrets.
    pub result: Option<(u16, Option<Value>)>,
    /// Whose data it was about, where it was carried out: a client who was made by it, too.
    pub client: Option<ClientId>,
}

/// The groups whose approval counts.
#[derive(Clone, Copy, Debug)]
struct GroupsOfApproval;

impl JsonRows for GroupsOfApproval {
    const COLUMNS: &'static str = "groups.group_id";
    const FROM: &'static str = "FROM approval_groups AS groups WHERE groups.approval_id = approvals.id";
}

/// The name of who decided.
#[derive(Clone, Copy, Debug)]
struct NameOfChecker;

impl JsonRows for NameOfChecker {
    const COLUMNS: &'static str = "checkers.name";
    const FROM: &'static str = "FROM users AS checkers WHERE checkers.id = approvals.checker_id";
}

type Call = (String, Permission, String, String, Option<String>, Option<ClientId>, bool, Option<Stored>, List<FileId>);
type People = (UserId, String, Option<SessionId>, Option<ApiKeyId>, Option<UserId>, Option<String>, Option<String>);
type Fate = (ApprovalStatus, Option<String>, Option<i64>, Option<String>);
type Times = (Timestamp, Timestamp, Option<Timestamp>);
type Columns = (ApprovalId, Call, People, Fate, Times);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let groups: JsonList<GroupsOfApproval> = JsonList(GroupsOfApproval);
    let checker: JsonList<NameOfChecker> = JsonList(NameOfChecker);
    let call = (
        table::operation,
        table::permission,
        table::path,
        table::body,
        table::before,
        table::client_id,
        table::is_of_client,
        table::worth_usd,
        table::files,
    );
    let people = (
        table::maker_id,
        users::name,
        table::maker_session_id,
        table::maker_api_key_id,
        table::checker_id,
        checker,
        groups,
    );
    let fate = (table::status, table::comment, table::result_status, table::result_body);
    (table::id, call, people, fate, (table::expires_at, table::create_time, table::decided_at))
}

fn record((id, call, people, fate, times): Columns) -> Result<StoredApproval, Error> {
    let (operation, permission, path, body, before, client, is_of_client, worth_usd, files) = call;
    let (maker, maker_name, session, api_key, checker, checker_name, user_groups) = people;
    let (status, comment, result_status, result_body) = fate;
    let (expires_at, create_time, decided_at) = times;
    let user_groups: Vec<(UserGroupId,)> = json_list::read(user_groups.as_deref())?;
    let user_groups = user_groups.into_iter().map(|(group,)| group).collect();
    let checker_name: Vec<(String,)> = json_list::read(checker_name.as_deref())?;
    let maker_credential = match (session, api_key) {
        (_, Some(key)) => Credential::ApiKey(key),
        (Some(session), None) => Credential::Session(session),
        (None, None) => return Err(Error::Broken(format!("approval {id} was asked for with nothing"))),
    };
    let parsed = |text: Option<String>| text.map(|text| serde_json::from_str(&text)).transpose();
    Ok(StoredApproval {
        id,
        operation,
        path,
        body: serde_json::from_str(&body)?,
        before: parsed(before)?,
        client,
        is_of_client,
        worth_usd: worth_usd.map(Into::into),
        facts: ApprovalFacts { status, maker, permission, user_groups, expires_at },
        maker_name,
        maker_credential,
        files: files.iter().copied().collect(),
        checker: checker.map(|id| (id, checker_name.into_iter().map(|(name,)| name).collect())),
        comment,
        result: match result_status {
            Some(status) => Some((status, parsed(result_body)?)),
            None => None,
        },
        create_time,
        decided_at,
    })
}

/// Those that the reader sees: their own, and what they may decide or may do themselves.
fn visible(reader: &Reader) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if !reader.reads_all {
        let of_groups = groups::table
            .filter(groups::approval_id.eq(table::id))
            .filter(groups::group_id.eq_any(reader.user_groups.clone()));
        let is_for_reader = table::permission
            .eq_any(reader.permissions.clone())
            .and(table::is_for_groups.eq(false).or(exists(of_groups)));
        query = query.filter(table::maker_id.eq(reader.user).or(is_for_reader));
    }
    match clients_in(&reader.scope) {
        ClientsInScope::All => query,
        ClientsInScope::WithTags(tagged) => {
            let seen = clients::table.filter(clients::id.eq_any(tagged)).select(clients::id.nullable());
            // Of a client who is not there yet, nobody's tags tell but those of who makes them.
            let own_new = table::client_id.is_null().and(table::maker_id.eq(reader.user));
            query.filter(table::is_of_client.eq(false).or(own_new).or(table::client_id.eq_any(seen)))
        }
        ClientsInScope::One(client) => query.filter(table::client_id.eq(client)),
    }
}

fn filtered(reader: &Reader, filter: &Filter, now: Timestamp) -> BoxedQuery<'static, MultiBackend> {
    let mut query = visible(reader);
    match filter.status {
        None => {}
        // What nobody decided in time has expired, whether that was noted or not.
        Some(ApprovalStatus::Pending) => {
            query = query.filter(table::status.eq(ApprovalStatus::Pending)).filter(table::expires_at.gt(now.naive()));
        }
        Some(ApprovalStatus::Expired) => {
            let unnoted = table::status.eq(ApprovalStatus::Pending).and(table::expires_at.le(now.naive()));
            query = query.filter(table::status.eq(ApprovalStatus::Expired).or(unnoted));
        }
        Some(
            status @ (ApprovalStatus::Approved
            | ApprovalStatus::Rejected
            | ApprovalStatus::Withdrawn
            | ApprovalStatus::Failed),
        ) => query = query.filter(table::status.eq(status)),
    }
    if let Some(operation) = &filter.operation {
        query = query.filter(table::operation.eq(operation.clone()));
    }
    if let Some(maker) = filter.maker {
        query = query.filter(table::maker_id.eq(maker));
    }
    if let Some(checker) = filter.checker {
        query = query.filter(table::checker_id.eq(checker));
    }
    query
}

/// Changes that the reader sees, a page of them.
pub fn list(
    conn: &mut DbConnection,
    reader: &Reader,
    filter: &Filter,
    paging: &Paging<ByTime>,
    now: Timestamp,
) -> Result<Page<StoredApproval>, Error> {
    let total = paging.total(|| filtered(reader, filter, now).count().get_result(conn))?;
    let query = filtered(reader, filter, now).limit(paging.limit).offset(paging.offset);
    let query = ordered!(query, paging.direction, table::create_time, table::id);
    let ids: Vec<ApprovalId> = query.select(table::id).load(conn)?;
    let rows = table::table.inner_join(users::table).filter(one_of(table::id, &ids)).select(columns());
    let rows: Vec<Columns> = on_each!(conn, conn => rows.load(conn))?;
    let mut data = rows.into_iter().map(record).collect::<Result<Vec<_>, Error>>()?;
    data.sort_by_key(|approval| ids.iter().position(|id| *id == approval.id));
    Ok(Page { total, data })
}

/// One change that the reader sees.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, reader: &Reader, id: ApprovalId) -> Result<StoredApproval, Error> {
    let _: ApprovalId = visible(reader).filter(table::id.eq(id)).select(table::id).first(conn)?;
    of_id(conn, id)
}

fn of_id(conn: &mut DbConnection, id: ApprovalId) -> Result<StoredApproval, Error> {
    let approval = table::table.inner_join(users::table).filter(table::id.eq(id)).select(columns());
    record(on_each!(conn, conn => approval.first(conn))?)
}

/// One change that the reader sees, which is held until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, reader: &Reader, id: ApprovalId) -> Result<StoredApproval, Error> {
    tx.lock("approvals", id)?;
    get(tx.conn, reader, id)
}

/// The call of a change that waits, sealed; none once it is decided.
///
/// # Errors
/// [`Error::NotFound`].
pub fn sealed_call(conn: &mut DbConnection, id: ApprovalId) -> Result<Option<Vec<u8>>, Error> {
    Ok(table::table.find(id).select(table::sealed).first(conn)?)
}

#[derive(Insertable)]
#[diesel(table_name = table, treat_none_as_default_value = false)]
struct Row<'a> {
    operation: &'static str,
    permission: Permission,
    path: &'a str,
    body: String,
    before: Option<String>,
    sealed: Option<&'a [u8]>,
    client_id: Option<ClientId>,
    is_of_client: bool,
    worth_usd: Option<Stored>,
    files: String,
    status: ApprovalStatus,
    maker_id: UserId,
    maker_session_id: Option<SessionId>,
    maker_api_key_id: Option<ApiKeyId>,
    is_for_groups: bool,
    expires_at: chrono::NaiveDateTime,
    create_time: chrono::NaiveDateTime,
}

/// Keeps a change that waits, with its files.
///
/// # Errors
/// A refusal where too many of its maker wait.
pub fn insert(tx: &mut Tx<'_>, approval: &NewApproval) -> Result<StoredApproval, Error> {
    let of_maker = table::table.filter(table::maker_id.eq(approval.maker));
    let waiting =
        of_maker.filter(table::status.eq(ApprovalStatus::Pending)).filter(table::expires_at.gt(tx.now.naive()));
    check_waiting(waiting.count().get_result(tx.conn)?)?;
    let (maker_session_id, maker_api_key_id) = match approval.credential {
        Credential::Session(session) => (Some(session), None),
        Credential::ApiKey(key) => (None, Some(key)),
    };
    let existing = match approval.client {
        // A client who would be made by it is not there yet.
        Some(client) => clients::table.find(client).select(clients::id).first(tx.conn).optional()?,
        None => None,
    };
    let row = Row {
        operation: approval.operation,
        permission: approval.permission,
        path: &approval.path,
        body: json(&approval.body)?,
        before: approval.before.as_ref().map(json).transpose()?,
        sealed: Some(&approval.sealed),
        client_id: existing,
        is_of_client: approval.client.is_some(),
        worth_usd: approval.worth_usd.map(Stored),
        files: json(&approval.files)?,
        status: ApprovalStatus::Pending,
        maker_id: approval.maker,
        maker_session_id,
        maker_api_key_id,
        is_for_groups: !approval.user_groups.is_empty(),
        expires_at: approval.expires_at.naive(),
        create_time: tx.now.naive(),
    };
    let insert = diesel::insert_into(table::table).values(row).returning(table::id);
    let id: ApprovalId = on_each!(&mut *tx.conn, conn => insert.get_result(conn))?;
    for group in approval.user_groups.iter() {
        let values = (groups::approval_id.eq(id), groups::group_id.eq(*group));
        diesel::insert_into(groups::table).values(values).execute(tx.conn)?;
    }
    stored::keep_until(tx, &approval.files, approval.expires_at)?;
    of_id(tx.conn, id)
}

/// Writes what became of a change that is held. The call is wiped.
pub fn settle(tx: &mut Tx<'_>, id: ApprovalId, verdict: &Verdict) -> Result<StoredApproval, Error> {
    let (result_status, result_body) = match &verdict.result {
        Some((status, body)) => (Some(i64::from(*status)), body.as_ref().map(json).transpose()?),
        None => (None, None),
    };
    if verdict.client.is_some() {
        diesel::update(table::table.find(id)).set(table::client_id.eq(verdict.client)).execute(tx.conn)?;
    }
    let update = diesel::update(table::table.find(id)).set((
        table::status.eq(verdict.status),
        table::checker_id.eq(verdict.checker),
        table::comment.eq(verdict.comment.as_deref()),
        table::result_status.eq(result_status),
        table::result_body.eq(result_body),
        table::sealed.eq(None::<Vec<u8>>),
        table::decided_at.eq(Some(tx.now.naive())),
    ));
    on_each!(&mut *tx.conn, conn => update.execute(conn))?;
    wipe_clients_never_made(tx, &[id])?;
    of_id(tx.conn, id)
}

/// What was asked for of a client who was never made: no removal of their data would find it.
pub(super) fn wipe_clients_never_made(tx: &mut Tx<'_>, decided: &[ApprovalId]) -> Result<(), Error> {
    let never_made = table::table
        .filter(table::id.eq_any(decided.to_vec()))
        .filter(table::is_of_client.eq(true))
        .filter(table::client_id.is_null());
    diesel::update(never_made).set((table::body.eq("{}"), table::result_body.eq(None::<String>))).execute(tx.conn)?;
    Ok(())
}

/// Lets go of the files of a change that will not be carried out.
pub fn give_up_files(tx: &mut Tx<'_>, files: &[FileId]) -> Result<(), Error> {
    for file in files {
        stored::give_up(tx, *file)?;
    }
    Ok(())
}
