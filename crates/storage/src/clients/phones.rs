//! Phone numbers of clients.

use diesel::prelude::*;
use domain::clients::{ClientId, Phone, PhoneId, PhoneKind, PhoneNumber, shown_number};
use domain::identity::Scope;
use domain::value::{Field, Refusal, Stored, Timestamp};

use crate::client_scope::{check_named, check_not_deleted, visible};
use crate::connection::MultiBackend;
use crate::paging::ordered;
use crate::schema::clients;
use crate::schema::phones::{self as table, BoxedQuery};
use crate::{DbConnection, Error, Page, Paging, Tx};

/// A phone number as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPhone {
    /// Its id.
    pub id: PhoneId,
    /// The client whose number it is.
    pub client: ClientId,
    /// What can be set.
    pub data: Phone,
    /// When it was added.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Timestamp,
}

impl Stored for StoredPhone {
    type Data = Phone;

    fn data(&self) -> &Phone {
        &self.data
    }
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this client.
    pub client: Option<ClientId>,
    /// Confirmed or not.
    pub confirmed: Option<bool>,
    /// With this extension.
    pub ext: Option<String>,
    /// This number.
    pub number: Option<String>,
    /// Of this kind.
    pub kind: Option<PhoneKind>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    CreateTime,
    UpdateTime,
}

type Columns = (PhoneId, ClientId, String, Option<String>, Option<PhoneKind>, bool, bool, Timestamp, Timestamp);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (
        table::id,
        table::client_id,
        table::number,
        table::ext,
        table::kind,
        table::confirmed,
        table::is_default,
        table::create_time,
        table::update_time,
    )
}

fn record(
    (id, client, number, ext, kind, confirmed, default, create_time, update_time): Columns,
) -> Result<StoredPhone, Error> {
    let number = number.parse().map_err(|_| Error::Broken(format!("phone {id} is no number")))?;
    let data = Phone { number, ext, kind, confirmed, default };
    Ok(StoredPhone { id, client, data, create_time, update_time })
}

fn filtered(scope: &Scope, filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = visible(table::table.into_boxed(), scope, table::client_id);
    if let Some(client) = filter.client {
        query = query.filter(table::client_id.eq(client));
    }
    if let Some(confirmed) = filter.confirmed {
        query = query.filter(table::confirmed.eq(confirmed));
    }
    if let Some(ext) = &filter.ext {
        query = query.filter(table::ext.eq(ext.clone()));
    }
    if let Some(number) = &filter.number {
        query = query.filter(table::number.eq(number.clone()));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(table::kind.eq(kind));
    }
    query
}

/// Phone numbers, a page of them.
pub fn list(
    conn: &mut DbConnection,
    scope: &Scope,
    filter: &Filter,
    paging: &Paging<Sort>,
) -> Result<Page<StoredPhone>, Error> {
    let total = paging.total(|| filtered(scope, filter).count().get_result(conn))?;
    let query = filtered(scope, filter).limit(paging.limit).offset(paging.offset);
    let query = match paging.sort {
        Sort::CreateTime => ordered!(query, paging.direction, table::create_time, table::id),
        Sort::UpdateTime => ordered!(query, paging.direction, table::update_time, table::id),
    };
    let rows: Vec<Columns> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: rows.into_iter().map(record).collect::<Result<_, Error>>()? })
}

/// One phone number.
///
/// # Errors
/// [`Error::NotFound`], also for a number of a client out of scope.
pub fn get(conn: &mut DbConnection, scope: &Scope, id: PhoneId) -> Result<StoredPhone, Error> {
    let query = visible(table::table.find(id).into_boxed(), scope, table::client_id);
    record(query.select(columns()).first(conn)?)
}

/// One phone number. The marks of a client's numbers move together, so the client is held until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`], as of [`get`].
pub fn lock(tx: &mut Tx<'_>, scope: &Scope, id: PhoneId) -> Result<StoredPhone, Error> {
    let client = get(tx.conn, scope, id)?.client;
    tx.lock("clients", client)?;
    get(tx.conn, scope, id)
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Values<'a> {
    number: &'a str,
    ext: Option<&'a str>,
    kind: Option<PhoneKind>,
    confirmed: bool,
    is_default: bool,
}

impl<'a> From<&'a Phone> for Values<'a> {
    fn from(phone: &'a Phone) -> Self {
        Self {
            number: phone.number.as_str(),
            ext: phone.ext.as_deref(),
            kind: phone.kind,
            confirmed: phone.confirmed,
            is_default: phone.default,
        }
    }
}

/// At most one number of a client is the default and one confirmed: the marks move.
fn move_marks(tx: &mut Tx<'_>, client: ClientId, phone: &Phone) -> Result<(), Error> {
    let of_client = || table::table.filter(table::client_id.eq(client));
    if phone.default {
        let earlier = of_client().filter(table::is_default.eq(true));
        diesel::update(earlier).set(table::is_default.eq(false)).execute(tx.conn)?;
    }
    if phone.confirmed {
        let earlier = of_client().filter(table::confirmed.eq(true));
        diesel::update(earlier).set(table::confirmed.eq(false)).execute(tx.conn)?;
    }
    Ok(())
}

/// Sets the number that the client's profile shows.
fn show(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Error> {
    let rows: Vec<Columns> = table::table.filter(table::client_id.eq(client)).select(columns()).load(tx.conn)?;
    let phones = rows.into_iter().map(|row| record(row).map(|phone| (phone.id, phone.data)));
    let phones = phones.collect::<Result<Vec<_>, Error>>()?;
    let shown = shown_number(&phones).map(PhoneNumber::as_str);
    diesel::update(clients::table.find(client)).set(clients::phone.eq(shown)).execute(tx.conn)?;
    Ok(())
}

/// Adds a number to a client, who is held; the first is the default by itself.
///
/// # Errors
/// A refusal where the client does not exist or has the number.
pub fn insert(tx: &mut Tx<'_>, scope: &Scope, client: ClientId, phone: &Phone) -> Result<StoredPhone, Error> {
    tx.lock("clients", client)?;
    check_named(tx.conn, scope, client)?;
    let id = add(tx, client, phone)?;
    get(tx.conn, scope, id)
}

/// Adds a number to a client who was checked and is held.
pub(super) fn add(tx: &mut Tx<'_>, client: ClientId, phone: &Phone) -> Result<PhoneId, Error> {
    let others: i64 = table::table.filter(table::client_id.eq(client)).count().get_result(tx.conn)?;
    let phone = Phone { default: phone.default || others == 0, ..phone.clone() };
    move_marks(tx, client, &phone)?;
    let times = (table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let values = (table::client_id.eq(client), Values::from(&phone), times);
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Number)))?;
    show(tx, client)?;
    Ok(id)
}

/// Writes what can be set of a number.
///
/// # Errors
/// A refusal where the client has the number already.
pub fn update(tx: &mut Tx<'_>, scope: &Scope, before: &StoredPhone, phone: &Phone) -> Result<StoredPhone, Error> {
    check_not_deleted(tx.conn, before.client)?;
    move_marks(tx, before.client, phone)?;
    let values = (Values::from(phone), table::update_time.eq(tx.now.naive()));
    let updated = diesel::update(table::table.find(before.id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Number)))?;
    show(tx, before.client)?;
    get(tx.conn, scope, before.id)
}

/// Deletes a number, and answers what it was.
///
/// # Errors
/// [`Error::NotFound`], as of [`get`]; a conflict where the client was removed.
pub fn delete(tx: &mut Tx<'_>, scope: &Scope, id: PhoneId) -> Result<StoredPhone, Error> {
    let phone = lock(tx, scope, id)?;
    check_not_deleted(tx.conn, phone.client)?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    show(tx, phone.client)?;
    Ok(phone)
}
