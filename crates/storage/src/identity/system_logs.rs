//! The audit log: what users did. Records do not change, and are deleted once they are older than the settings keep them.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::clients::ClientId;
use domain::identity::{ApiKeyId, Scope, SystemLogId, UserId, options};
use domain::value::{List, Timestamp, folded};
use serde_json::Value;

use crate::client_scope::{ClientsInScope, clients_in};
use crate::connection::{MultiBackend, on_each};
use crate::one_of::one_of;
use crate::paging::ordered;
use crate::platform::settings;
use crate::schema::clients;
use crate::schema::system_logs::{self as table, BoxedQuery};
use crate::{ByTime, DbConnection, Error, PRUNED_AT_ONCE, Page, Paging, Tx, json};

/// What a record is about.
pub const CATEGORIES: &[&str] = &["client", "operation", "system"];
/// What was done.
pub const ACTIONS: &[&str] = &["ADD", "UPDATE", "DELETE"];

/// Who did something, and from where.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The user; none for the command line.
    pub id: Option<UserId>,
    /// The key that the user called with, where it was one.
    pub api_key: Option<ApiKeyId>,
    /// The user's e-mail address at that time.
    pub email: String,
    /// The names of the user's groups at that time.
    pub groups: List<String>,
    /// Where the call came from.
    pub ip: String,
    /// The id of the call, which is in the log too.
    pub request_id: String,
    /// The operation that was called.
    pub operation: &'static str,
}

impl Actor {
    /// Somebody who runs a command of the binary.
    #[must_use]
    pub fn machine(operation: &'static str) -> Self {
        Self {
            id: None,
            api_key: None,
            email: String::new(),
            groups: List::default(),
            ip: String::new(),
            request_id: String::new(),
            operation,
        }
    }
}

/// What was done to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It was made.
    Add,
    /// It was changed.
    Update,
    /// It was deleted.
    Delete,
}

impl Action {
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Add => ("ADD", "created"),
            Self::Update => ("UPDATE", "updated"),
            Self::Delete => ("DELETE", "deleted"),
        }
    }

    /// The name of what is done to a record of this kind, such as `product_created`.
    #[must_use]
    pub fn event_name(self, resource: &str) -> String {
        format!("{resource}_{}", self.names().1)
    }
}

/// What a record is filed under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// A client's profile and what belongs to it.
    Client,
    /// A transaction.
    Operation,
    /// Everything else.
    System,
}

impl Category {
    /// Its name in the interface.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Operation => "operation",
            Self::System => "system",
        }
    }
}

/// What something was done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// What kind of record.
    pub resource: &'static str,
    /// What it is filed under.
    pub category: Category,
    /// Whose data it is.
    pub client: Option<ClientId>,
}

impl Subject {
    /// A record that belongs to no client.
    #[must_use]
    pub const fn system(resource: &'static str) -> Self {
        Self { resource, category: Category::System, client: None }
    }
}

/// A record of the log.
#[derive(Clone, Debug, Queryable)]
pub struct SystemLog {
    /// Its id.
    pub id: SystemLogId,
    /// The names of the actor's groups at that time.
    pub actor_groups: List<String>,
    /// The actor's e-mail address at that time.
    pub actor: String,
    /// The key that the actor called with, which may have been deleted since.
    pub api_key: Option<ApiKeyId>,
    /// The operation, by which it is known whether a client did it.
    pub operation: String,
    /// `client`, `operation` or `system`.
    pub event_category: String,
    /// `ADD`, `UPDATE` or `DELETE`.
    pub event_action: String,
    /// Such as `product_created`.
    pub event_name: String,
    /// What was done, as a JSON object.
    pub details: String,
    /// When.
    pub create_time: Timestamp,
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (
        table::id,
        table::actor_groups,
        table::actor,
        table::api_key_id,
        table::operation,
        table::event_category,
        table::event_action,
        table::event_name,
        table::details,
        table::create_time,
    )
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// By the user of this e-mail address.
    pub actor: Option<String>,
    /// With this key.
    pub api_key: Option<ApiKeyId>,
    /// Of this category.
    pub event_category: Option<String>,
    /// Of this action.
    pub event_action: Option<String>,
    /// Of this event.
    pub event_name: Option<String>,
}

/// A user who sees only some clients sees what was done to those, and what concerns no client.
fn visible(scope: &Scope) -> BoxedQuery<'static, MultiBackend> {
    let query = table::table.into_boxed();
    match clients_in(scope) {
        ClientsInScope::All => query,
        ClientsInScope::WithTags(tagged) => {
            let seen = clients::table.filter(clients::id.eq_any(tagged)).select(clients::id.nullable());
            query.filter(table::client_id.is_null().or(table::client_id.eq_any(seen)))
        }
        ClientsInScope::One(client) => query.filter(table::client_id.eq(client)),
    }
}

fn filtered(scope: &Scope, filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = visible(scope);
    if let Some(actor) = &filter.actor {
        query = query.filter(table::actor_key.eq(folded(actor)));
    }
    if let Some(key) = filter.api_key {
        query = query.filter(table::api_key_id.eq(key));
    }
    if let Some(category) = &filter.event_category {
        query = query.filter(table::event_category.eq(category.clone()));
    }
    if let Some(action) = &filter.event_action {
        query = query.filter(table::event_action.eq(action.clone()));
    }
    if let Some(name) = &filter.event_name {
        query = query.filter(table::event_name.eq(name.clone()));
    }
    query
}

/// Records, a page of them.
pub fn list(
    conn: &mut DbConnection,
    scope: &Scope,
    filter: &Filter,
    paging: &Paging<ByTime>,
) -> Result<Page<SystemLog>, Error> {
    let total = paging.total(|| filtered(scope, filter).count().get_result(conn))?;
    let query = filtered(scope, filter).limit(paging.limit).offset(paging.offset);
    let query = ordered!(query, paging.direction, table::create_time, table::id);
    Ok(Page { total, data: query.select(columns()).load(conn)? })
}

/// One record.
///
/// # Errors
/// [`Error::NotFound`], also for a record out of scope.
pub fn get(conn: &mut DbConnection, scope: &Scope, id: SystemLogId) -> Result<SystemLog, Error> {
    Ok(visible(scope).filter(table::id.eq(id)).select(columns()).first(conn)?)
}

#[derive(Insertable)]
#[diesel(table_name = table, treat_none_as_default_value = false)]
struct Values<'a> {
    actor_id: Option<UserId>,
    actor: &'a str,
    actor_key: String,
    actor_groups: String,
    event_category: &'a str,
    event_action: &'a str,
    event_name: String,
    client_id: Option<ClientId>,
    operation: &'a str,
    ip: &'a str,
    request_id: &'a str,
    details: String,
    create_time: NaiveDateTime,
    api_key_id: Option<ApiKeyId>,
}

/// Writes a record.
///
/// `details` holds no secrets: everybody who reads the log can read it.
pub fn record(tx: &mut Tx<'_>, actor: &Actor, subject: &Subject, action: Action, details: &Value) -> Result<(), Error> {
    let (event_action, _) = action.names();
    let values = Values {
        actor_id: actor.id,
        actor: &actor.email,
        actor_key: folded(&actor.email),
        actor_groups: json(&actor.groups)?,
        event_category: subject.category.name(),
        event_action,
        event_name: action.event_name(subject.resource),
        client_id: subject.client,
        operation: actor.operation,
        ip: &actor.ip,
        request_id: &actor.request_id,
        details: json(details)?,
        create_time: tx.now.naive(),
        api_key_id: actor.api_key,
    };
    diesel::insert_into(table::table).values(values).execute(tx.conn)?;
    Ok(())
}

/// Deletes the oldest records that are kept no longer, some of them at a time; answers how many.
pub fn prune(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let Some(oldest) = settings::get(tx.conn)?.data.oldest_system_log(tx.now) else { return Ok(0) };
    let old = table::table.filter(table::create_time.lt(oldest.naive()));
    let ids: Vec<SystemLogId> =
        old.order((table::create_time, table::id)).limit(PRUNED_AT_ONCE).select(table::id).load(tx.conn)?;
    let rows = table::table.filter(one_of(table::id, &ids));
    Ok(on_each!(&mut *tx.conn, conn => diesel::delete(rows).execute(conn))?)
}

/// Masks the secrets in options that a record tells of.
pub fn masked(details: &mut Value) {
    for side in ["old", "new"] {
        if let Some(Value::Object(options)) = details.pointer_mut(&format!("/{side}/options")) {
            *options = options::masked(options);
        }
    }
}

/// How many records are looked at together.
const PAGE: i64 = 1000;

/// Masks the secrets that an earlier version kept in clear. Nothing else of a record ever changes.
pub(crate) fn mask_options(tx: &mut Tx<'_>) -> Result<(), Error> {
    let mut last: Option<SystemLogId> = None;
    loop {
        let mut with_options = table::table.filter(table::details.like("%\"options\"%")).into_boxed();
        if let Some(last) = last {
            with_options = with_options.filter(table::id.gt(last));
        }
        let page: Vec<(SystemLogId, String)> =
            with_options.order(table::id).limit(PAGE).select((table::id, table::details)).load(tx.conn)?;
        for (id, text) in &page {
            let before: Value = serde_json::from_str(text)?;
            let mut after = before.clone();
            masked(&mut after);
            if after != before {
                diesel::update(table::table.find(id)).set(table::details.eq(json(&after)?)).execute(tx.conn)?;
            }
        }
        match page.last() {
            Some((id, _)) => last = Some(*id),
            None => return Ok(()),
        }
    }
}
