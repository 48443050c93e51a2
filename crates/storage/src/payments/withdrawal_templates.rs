//! What clients saved of withdrawals, to be used again. Clients keep them themselves.

use diesel::prelude::*;
use domain::clients::ClientId;
use domain::identity::Scope;
use domain::payments::{TemplateData, WithdrawalTemplate, WithdrawalTemplateId};
use domain::value::{self, Field, Refusal, Timestamp, folded};

use crate::client_scope::{check_not_deleted, visible};
use crate::connection::MultiBackend;
use crate::paging::ordered;
use crate::schema::withdrawal_templates::{self as table, BoxedQuery};
use crate::{DbConnection, Error, Page, Paging, Tx, json, part_of};

/// A template as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredTemplate {
    /// Its id.
    pub id: WithdrawalTemplateId,
    /// Whose it is.
    pub client: ClientId,
    /// What the client saved.
    pub data: WithdrawalTemplate,
    /// When it was saved.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Timestamp,
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this client.
    pub client: Option<ClientId>,
    /// With this in the name.
    pub name: Option<String>,
    /// Saved then or later.
    pub from: Option<Timestamp>,
    /// Saved then or earlier.
    pub to: Option<Timestamp>,
}

/// What templates are sorted by.
#[derive(Clone, Copy, Debug)]
pub enum Sort {
    /// When they were saved.
    CreateTime,
    /// What they are called.
    Name,
}

type Columns = (WithdrawalTemplateId, ClientId, (String, String), Timestamp, Timestamp);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (table::id, table::client_id, (table::name, table::data), table::create_time, table::update_time)
}

fn stored((id, client, (name, data), create_time, update_time): Columns) -> Result<StoredTemplate, Error> {
    let data: TemplateData = serde_json::from_str(&data)?;
    Ok(StoredTemplate { id, client, data: WithdrawalTemplate { name, data }, create_time, update_time })
}

fn filtered(scope: &Scope, filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = visible(table::table.into_boxed(), scope, table::client_id);
    if let Some(client) = filter.client {
        query = query.filter(table::client_id.eq(client));
    }
    if let Some(name) = &filter.name {
        query = query.filter(table::name_key.like(part_of(name)).escape('\\'));
    }
    if let Some(from) = filter.from {
        query = query.filter(table::create_time.ge(from.naive()));
    }
    if let Some(to) = filter.to {
        query = query.filter(table::create_time.le(to.naive()));
    }
    query
}

/// Templates of clients in scope, a page of them.
pub fn list(
    conn: &mut DbConnection,
    scope: &Scope,
    filter: &Filter,
    paging: &Paging<Sort>,
) -> Result<Page<StoredTemplate>, Error> {
    let total = paging.total(|| filtered(scope, filter).count().get_result(conn))?;
    let query = filtered(scope, filter).limit(paging.limit).offset(paging.offset);
    let query = match paging.sort {
        Sort::CreateTime => ordered!(query, paging.direction, table::create_time, table::id),
        Sort::Name => ordered!(query, paging.direction, table::name_key, table::id),
    };
    let rows: Vec<Columns> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: rows.into_iter().map(stored).collect::<Result<_, _>>()? })
}

/// One template.
///
/// # Errors
/// [`Error::NotFound`], also for a template of a client out of scope.
pub fn get(conn: &mut DbConnection, scope: &Scope, id: WithdrawalTemplateId) -> Result<StoredTemplate, Error> {
    let query = filtered(scope, &Filter::default()).filter(table::id.eq(id));
    stored(query.select(columns()).first(conn)?)
}

impl value::Stored for StoredTemplate {
    type Data = WithdrawalTemplate;

    fn data(&self) -> &WithdrawalTemplate {
        &self.data
    }
}

/// Holds a template and its client until the transaction ends, and reads it then.
///
/// # Errors
/// [`Error::NotFound`], also for a template of a client out of scope.
pub fn lock(tx: &mut Tx<'_>, scope: &Scope, id: WithdrawalTemplateId) -> Result<StoredTemplate, Error> {
    let client = get(tx.conn, scope, id)?.client;
    tx.lock("clients", client)?;
    tx.lock("withdrawal_templates", id)?;
    get(tx.conn, scope, id)
}

/// The names of a client's templates are unique.
fn check_name(
    conn: &mut DbConnection,
    client: ClientId,
    name: &str,
    own: Option<WithdrawalTemplateId>,
) -> Result<(), Error> {
    let named = table::table.filter(table::client_id.eq(client)).filter(table::name_key.eq(folded(name)));
    let ids: Vec<WithdrawalTemplateId> = named.select(table::id).load(conn)?;
    if ids.iter().all(|id| Some(*id) == own) { Ok(()) } else { Err(Refusal::taken(Field::Name).into()) }
}

/// Writes a template that is held.
///
/// # Errors
/// A conflict where another template of the client has the name, or the client was removed.
pub fn update(tx: &mut Tx<'_>, before: &StoredTemplate, after: &WithdrawalTemplate) -> Result<StoredTemplate, Error> {
    check_not_deleted(tx.conn, before.client)?;
    check_name(tx.conn, before.client, &after.name, Some(before.id))?;
    let values = (
        table::name.eq(&after.name),
        table::name_key.eq(folded(&after.name)),
        table::data.eq(json(&after.data)?),
        table::update_time.eq(tx.now.naive()),
    );
    diesel::update(table::table.find(before.id)).set(values).execute(tx.conn)?;
    get(tx.conn, &Scope::Client(before.client), before.id)
}

/// Removes a template, and answers what it was.
///
/// # Errors
/// As of [`lock`].
pub fn delete(tx: &mut Tx<'_>, scope: &Scope, id: WithdrawalTemplateId) -> Result<StoredTemplate, Error> {
    let template = lock(tx, scope, id)?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(template)
}

/// Saves a template of a client.
///
/// # Errors
/// A conflict where another template of the client has the name, or the client was removed.
pub fn insert(tx: &mut Tx<'_>, client: ClientId, template: &WithdrawalTemplate) -> Result<WithdrawalTemplateId, Error> {
    tx.lock("clients", client)?;
    check_not_deleted(tx.conn, client)?;
    check_name(tx.conn, client, &template.name, None)?;
    let values = (
        table::client_id.eq(client),
        table::name.eq(&template.name),
        table::name_key.eq(folded(&template.name)),
        table::data.eq(json(&template.data)?),
        table::create_time.eq(tx.now.naive()),
        table::update_time.eq(tx.now.naive()),
    );
    Ok(diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?)
}

/// Removes the templates of a client.
pub(crate) fn remove_all(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Error> {
    diesel::delete(table::table.filter(table::client_id.eq(client))).execute(tx.conn)?;
    Ok(())
}
