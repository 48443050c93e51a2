//! The texts of mails, by type and language.

use diesel::prelude::*;
use domain::clients::Locality;
use domain::content::{Language, Languages};
use domain::messaging::{NotificationTemplate, NotificationTypeId, Offer, Template, TemplateId, chosen};
use domain::value::{CommonFault, FaultCode as _, Field, Refusal, Stored, Timestamp, folded};

use super::placeholders;
use crate::connection::MultiBackend;
use crate::paging::ordered;
use crate::schema::notification_templates::{self as table, BoxedQuery};
use crate::schema::{localizations, notification_types as kinds};
use crate::{DbConnection, Error, Page, Paging, Tx, part_of};

/// A template as it is stored, with its type's name and caption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredTemplate {
    /// Its id.
    pub id: TemplateId,
    /// What can be set.
    pub data: NotificationTemplate,
    /// The name of its type.
    pub type_name: String,
    /// The caption of its type.
    pub type_caption: String,
    /// When it was made.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Timestamp,
}

impl Stored for StoredTemplate {
    type Data = NotificationTemplate;

    fn data(&self) -> &NotificationTemplate {
        &self.data
    }
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this type.
    pub type_id: Option<NotificationTypeId>,
    /// In this language.
    pub locale: Option<String>,
    /// With this in the subject.
    pub subject: Option<String>,
    /// Whether it is sent.
    pub is_enabled: Option<bool>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    CreateTime,
    Subject,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table)]
struct Row<'a> {
    type_id: NotificationTypeId,
    locale: String,
    subject: &'a str,
    subject_key: String,
    template: &'a str,
    is_enabled: bool,
}

fn row(template: &NotificationTemplate) -> Row<'_> {
    Row {
        type_id: template.type_id,
        locale: template.locale.to_string(),
        subject: &template.subject,
        subject_key: folded(&template.subject),
        template: &template.template,
        is_enabled: template.is_enabled,
    }
}

type Columns = (TemplateId, (NotificationTypeId, String, String, String, bool), (String, String), Timestamp, Timestamp);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let data = (table::type_id, table::locale, table::subject, table::template, table::is_enabled);
    (table::id, data, (kinds::name, kinds::caption), table::create_time, table::update_time)
}

fn stored(row: Columns) -> Result<StoredTemplate, Error> {
    let (id, (type_id, locale, subject, template, is_enabled), (type_name, type_caption), create_time, update_time) =
        row;
    let data = NotificationTemplate { type_id, locale: locality(&locale)?, subject, template, is_enabled };
    Ok(StoredTemplate { id, data, type_name, type_caption, create_time, update_time })
}

fn locality(text: &str) -> Result<Locality, Error> {
    text.parse().map_err(|_| Error::Broken(format!("{text} is not a locale")))
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(type_id) = filter.type_id {
        query = query.filter(table::type_id.eq(type_id));
    }
    if let Some(locale) = &filter.locale {
        query = query.filter(table::locale.eq(locale.clone()));
    }
    if let Some(subject) = &filter.subject {
        query = query.filter(table::subject_key.like(part_of(subject)).escape('\\'));
    }
    if let Some(is_enabled) = filter.is_enabled {
        query = query.filter(table::is_enabled.eq(is_enabled));
    }
    query
}

/// Templates, a page of them.
pub fn list(conn: &mut DbConnection, filter: &Filter, paging: &Paging<Sort>) -> Result<Page<StoredTemplate>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = match paging.sort {
        Sort::CreateTime => ordered!(query, paging.direction, table::create_time, table::id),
        Sort::Subject => ordered!(query, paging.direction, table::subject, table::id),
    };
    let ids: Vec<TemplateId> = query.select(table::id).load(conn)?;
    let rows = table::table.inner_join(kinds::table).filter(table::id.eq_any(ids.clone())).select(columns());
    let mut found: Vec<StoredTemplate> =
        rows.load::<Columns>(conn)?.into_iter().map(stored).collect::<Result<_, _>>()?;
    found.sort_by_key(|template| ids.iter().position(|id| *id == template.id));
    Ok(Page { total, data: found })
}

/// One template.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: TemplateId) -> Result<StoredTemplate, Error> {
    stored(table::table.inner_join(kinds::table).filter(table::id.eq(id)).select(columns()).first(conn)?)
}

/// Locks a template until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: TemplateId) -> Result<StoredTemplate, Error> {
    tx.lock("notification_templates", id)?;
    get(tx.conn, id)
}

/// Why a template cannot be stored: its type does not exist, or it does not render.
fn check(tx: &mut Tx<'_>, template: &NotificationTemplate) -> Result<(), Error> {
    let is_known = diesel::select(diesel::dsl::exists(kinds::table.find(template.type_id)));
    let mut faults = Vec::new();
    if is_known.get_result(tx.conn)? {
        tx.hold("notification_types", &[template.type_id])?;
    } else {
        faults.push(CommonFault::Unknown.at(Field::NotificationType));
    }
    let texts = [Template::new(&template.subject), Template::new(&template.template)];
    let keys: Vec<&str> = texts.iter().flat_map(Template::placeholders).collect();
    let pairs = placeholders::hold_pairs(tx, &keys)?;
    faults.extend(template.faults(|key| pairs.iter().any(|pair| pair == key)));
    Ok(Refusal::unless_empty(faults)?)
}

/// A second template of a type and language.
fn taken() -> Refusal {
    Refusal::taken(Field::Locale)
}

/// Adds a template.
///
/// # Errors
/// A refusal where its type does not exist, it does not render, or the type has one in this language.
pub fn insert(tx: &mut Tx<'_>, template: &NotificationTemplate) -> Result<StoredTemplate, Error> {
    check(tx, template)?;
    let same =
        table::table.filter(table::type_id.eq(template.type_id)).filter(table::locale.eq(template.locale.to_string()));
    // A refused insert would leave a gap in the ids of PostgreSQL.
    if diesel::select(diesel::dsl::exists(same)).get_result(tx.conn)? {
        return Err(taken().into());
    }
    let values = (row(template), table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(taken))?;
    get(tx.conn, id)
}

/// Writes what can be set of a template.
///
/// # Errors
/// As of [`insert`].
pub fn update(tx: &mut Tx<'_>, before: &StoredTemplate, after: &NotificationTemplate) -> Result<StoredTemplate, Error> {
    check(tx, after)?;
    let values = (row(after), table::update_time.eq(tx.now.naive()));
    let updated = diesel::update(table::table.find(before.id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(taken))?;
    get(tx.conn, before.id)
}

/// Deletes a template. A type without templates sends nothing.
pub fn delete(tx: &mut Tx<'_>, id: TemplateId) -> Result<(), Error> {
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(())
}

/// The subject and the text for a reader, if the type is enabled and has an enabled template.
pub fn for_reader(
    conn: &mut DbConnection,
    type_name: &str,
    reader: Option<&Locality>,
) -> Result<Option<(String, String)>, Error> {
    let enabled = table::table
        .inner_join(kinds::table)
        .filter(kinds::name.eq(type_name))
        .filter(kinds::is_enabled.eq(true))
        .filter(table::is_enabled.eq(true));
    let rows: Vec<(TemplateId, String)> = enabled.order(table::id).select((table::id, table::locale)).load(conn)?;
    let offers: Vec<Offer> = rows
        .into_iter()
        .map(|(id, locale)| Ok(Offer { id, locale: locality(&locale)? }))
        .collect::<Result<_, Error>>()?;
    let languages = languages(conn)?;
    let chosen = chosen(&offers, Some(&languages.read_by(reader)), &languages.default_locale());
    let Some(id) = chosen else { return Ok(None) };
    Ok(Some(table::table.find(id).select((table::subject, table::template)).first(conn)?))
}

/// The languages that clients and users are addressed in.
fn languages(conn: &mut DbConnection) -> Result<Languages, Error> {
    let columns = (localizations::locale, localizations::is_enabled, localizations::is_default);
    let rows: Vec<(String, bool, bool)> = localizations::table.order(localizations::id).select(columns).load(conn)?;
    let language = |(locale, is_enabled, is_default): (String, bool, bool)| {
        Ok(Language { locale: locality(&locale)?, is_enabled, is_default })
    };
    Ok(Languages::new(rows.into_iter().map(language).collect::<Result<_, Error>>()?))
}
