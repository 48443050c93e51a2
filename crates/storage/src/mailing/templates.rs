//! The templates of mass mail.

use diesel::prelude::*;
use domain::clients::Locality;
use domain::mailing::{EmailTemplate, EmailTemplateId, unknown_placeholders};
use domain::messaging::Template;
use domain::value::{Field, Record, Refusal, Timestamp, folded};

use crate::connection::MultiBackend;
use crate::messaging::placeholders;
use crate::paging::ordered;
use crate::schema::email_templates::{self as table, BoxedQuery};
use crate::{DbConnection, Error, Page, Paging, Tx, part_of};

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// With this in the name.
    pub name: Option<String>,
    /// With this in the subject.
    pub subject: Option<String>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    CreateTime,
    Name,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row<'a> {
    name: &'a str,
    name_key: String,
    subject: &'a str,
    subject_key: String,
    body: &'a str,
    locale: Option<String>,
}

fn row(template: &EmailTemplate) -> Row<'_> {
    Row {
        name: &template.name,
        name_key: folded(&template.name),
        subject: &template.subject,
        subject_key: folded(&template.subject),
        body: &template.body,
        locale: template.locale.as_ref().map(ToString::to_string),
    }
}

type Columns = (EmailTemplateId, (String, String, String, Option<String>), Timestamp, Timestamp);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let data = (table::name, table::subject, table::body, table::locale);
    (table::id, data, table::create_time, table::update_time)
}

fn stored(row: Columns) -> Result<Record<EmailTemplate>, Error> {
    let (id, (name, subject, body, locale), create_time, update_time) = row;
    let locality = |text: String| text.parse().map_err(|_| Error::Broken(format!("{text} is not a locale")));
    let locale: Option<Locality> = locale.map(locality).transpose()?;
    Ok(Record { id, data: EmailTemplate { name, subject, body, locale }, create_time, update_time })
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(name) = &filter.name {
        query = query.filter(table::name_key.like(part_of(name)).escape('\\'));
    }
    if let Some(subject) = &filter.subject {
        query = query.filter(table::subject_key.like(part_of(subject)).escape('\\'));
    }
    query
}

/// Templates, a page of them.
pub fn list(
    conn: &mut DbConnection,
    filter: &Filter,
    paging: &Paging<Sort>,
) -> Result<Page<Record<EmailTemplate>>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
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
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: EmailTemplateId) -> Result<Record<EmailTemplate>, Error> {
    stored(table::table.find(id).select(columns()).first(conn)?)
}

/// A template, if there is one of this id.
pub(super) fn find(conn: &mut DbConnection, id: EmailTemplateId) -> Result<Option<Record<EmailTemplate>>, Error> {
    table::table.find(id).select(columns()).first(conn).optional()?.map(stored).transpose()
}

/// Locks a template until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: EmailTemplateId) -> Result<Record<EmailTemplate>, Error> {
    tx.lock("email_templates", id)?;
    get(tx.conn, id)
}

/// The key-value pairs that a text takes in. They are held, so that they are neither deleted nor renamed.
pub(super) fn hold_pairs(tx: &mut Tx<'_>, subject: &str, body: &str) -> Result<Vec<String>, Error> {
    let texts = [Template::new(subject), Template::new(body)];
    let keys: Vec<&str> = texts.iter().flat_map(Template::placeholders).collect();
    placeholders::hold_pairs(tx, &keys)
}

/// Every placeholder must stand for something.
fn check(tx: &mut Tx<'_>, template: &EmailTemplate) -> Result<(), Error> {
    let pairs = hold_pairs(tx, &template.subject, &template.body)?;
    let is_pair = |key: &str| pairs.iter().any(|pair| pair == key);
    Ok(Refusal::unless_empty(unknown_placeholders(&template.subject, &template.body, is_pair))?)
}

/// Adds a template.
///
/// # Errors
/// A refusal where a placeholder stands for nothing, or its name is taken.
pub fn insert(tx: &mut Tx<'_>, template: &EmailTemplate) -> Result<Record<EmailTemplate>, Error> {
    check(tx, template)?;
    let same = table::table.filter(table::name_key.eq(folded(&template.name)));
    if diesel::select(diesel::dsl::exists(same)).get_result(tx.conn)? {
        return Err(Refusal::taken(Field::Name).into());
    }
    let values = (row(template), table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, id)
}

/// Writes what can be set of a template. Mail that was sent keeps its text.
///
/// # Errors
/// As of [`insert`].
pub fn update(
    tx: &mut Tx<'_>,
    before: &Record<EmailTemplate>,
    after: &EmailTemplate,
) -> Result<Record<EmailTemplate>, Error> {
    check(tx, after)?;
    let values = (row(after), table::update_time.eq(tx.now.naive()));
    let updated = diesel::update(table::table.find(before.id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, before.id)
}

/// Deletes a template, and answers what it was. Mail that was sent keeps its text.
///
/// # Errors
/// [`Error::NotFound`].
pub fn delete(tx: &mut Tx<'_>, id: EmailTemplateId) -> Result<Record<EmailTemplate>, Error> {
    let template = lock(tx, id)?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(template)
}
