//! The texts in which clients are sent codes.

use diesel::prelude::*;
use domain::connections::{ConfirmationTemplate, ConfirmationTemplateId};
use domain::value::{Field, List, LocalizedText, Record, Refusal, folded};

use crate::connection::MultiBackend;
use crate::paging::ordered;
use crate::schema::confirmation_templates::{self as table, BoxedQuery};
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx, json, part_of};

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// With this in the name.
    pub name: Option<String>,
    /// With this in the caption.
    pub caption: Option<String>,
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let data = (table::name, table::caption, table::template, table::resources);
    (table::id, data, table::create_time, table::update_time)
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(name) = &filter.name {
        query = query.filter(table::name_key.like(part_of(name)).escape('\\'));
    }
    if let Some(caption) = &filter.caption {
        query = query.filter(table::caption_key.like(part_of(caption)).escape('\\'));
    }
    query
}

/// Templates, a page of them.
pub fn list(
    conn: &mut DbConnection,
    filter: &Filter,
    paging: &Paging<ByTime>,
) -> Result<Page<Record<ConfirmationTemplate>>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = match paging.sort {
        ByTime::CreateTime => ordered!(query, paging.direction, table::create_time, table::id),
    };
    Ok(Page { total, data: query.select(columns()).load(conn)? })
}

/// One template.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: ConfirmationTemplateId) -> Result<Record<ConfirmationTemplate>, Error> {
    Ok(table::table.find(id).select(columns()).first(conn)?)
}

/// The template in which codes are sent.
///
/// # Errors
/// [`Error::NotFound`] where somebody has deleted it in the database.
pub fn of_codes(conn: &mut DbConnection) -> Result<Record<ConfirmationTemplate>, Error> {
    let default = table::table.filter(table::name_key.eq(ConfirmationTemplate::DEFAULT));
    Ok(default.select(columns()).first(conn)?)
}

/// Locks a template until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: ConfirmationTemplateId) -> Result<Record<ConfirmationTemplate>, Error> {
    tx.lock("confirmation_templates", id)?;
    get(tx.conn, id)
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table)]
struct Row<'a> {
    name: &'a str,
    name_key: String,
    caption: &'a str,
    caption_key: String,
    template: &'a str,
    resources: String,
}

fn row(template: &ConfirmationTemplate) -> Result<Row<'_>, Error> {
    Ok(Row {
        name: &template.name,
        name_key: folded(&template.name),
        caption: &template.caption,
        caption_key: folded(&template.caption),
        template: &template.template,
        resources: json(&template.resources)?,
    })
}

/// Makes the template of codes, where there is none yet.
pub(crate) fn deliver(tx: &mut Tx<'_>) -> Result<(), Error> {
    match of_codes(tx.conn) {
        Ok(_) => Ok(()),
        Err(Error::NotFound) => insert(tx, &delivered()).map(drop),
        Err(error) => Err(error),
    }
}

fn delivered() -> ConfirmationTemplate {
    let in_spanish =
        |key: &str, value: &str| LocalizedText { key: key.into(), locale: "es".into(), value: value.into() };
    ConfirmationTemplate {
        name: ConfirmationTemplate::DEFAULT.into(),
        caption: "Confirmation code".into(),
        template: "Your confirmation code is %CODE%. Do not share it with anyone.".into(),
        resources: List::from(vec![
            in_spanish("caption", "Código de confirmación"),
            in_spanish("template", "Su código de confirmación es %CODE%. No lo comparta con nadie."),
        ]),
    }
}

/// Adds a template.
///
/// # Errors
/// A refusal where its name is taken.
pub fn insert(tx: &mut Tx<'_>, template: &ConfirmationTemplate) -> Result<Record<ConfirmationTemplate>, Error> {
    let same = table::table.filter(table::name_key.eq(folded(&template.name)));
    if diesel::select(diesel::dsl::exists(same)).get_result(tx.conn)? {
        return Err(Refusal::taken(Field::Name).into());
    }
    let values = (row(template)?, table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, id)
}

/// Writes what can be set of a template.
///
/// # Errors
/// A refusal where codes are sent in it and it would have another name, or the name is taken.
pub fn update(
    tx: &mut Tx<'_>,
    before: &Record<ConfirmationTemplate>,
    after: &ConfirmationTemplate,
) -> Result<Record<ConfirmationTemplate>, Error> {
    before.data.check_change(after)?;
    let values = (row(after)?, table::update_time.eq(tx.now.naive()));
    let updated = diesel::update(table::table.find(before.id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, before.id)
}

/// Deletes a template, and answers what it was.
///
/// # Errors
/// A refusal where codes are sent in it.
pub fn delete(tx: &mut Tx<'_>, id: ConfirmationTemplateId) -> Result<Record<ConfirmationTemplate>, Error> {
    let template = lock(tx, id)?;
    template.data.check_deletion()?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(template)
}
