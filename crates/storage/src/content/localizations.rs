//! The languages of the clients' interface, which are given.

use diesel::prelude::*;
use domain::clients::Locality;
use domain::content::{DefaultMark, Localization, LocalizationId};
use domain::value::{CommonFault, Fault, FaultCode as _, Place, Stored};

use crate::connection::MultiBackend;
use crate::paging::ordered;
use crate::schema::localizations::{self as table, BoxedQuery};
use crate::{DbConnection, Error, Page, Paging, Tx, json};

/// A language as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredLocalization {
    /// Its id.
    pub id: LocalizationId,
    /// Language and country.
    pub locale: Locality,
    /// What can be set.
    pub data: Localization,
}

impl Stored for StoredLocalization {
    type Data = Localization;

    fn data(&self) -> &Localization {
        &self.data
    }
}

/// What a list is narrowed to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Open to clients or not.
    pub is_enabled: Option<bool>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    Priority,
}

type Columns = (LocalizationId, String, String, (bool, bool, bool), i64, String);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let marks = (table::is_enabled, table::is_default, table::is_right_to_left);
    (table::id, table::locale, table::caption, marks, table::priority, table::format)
}

fn stored((id, locale, caption, marks, priority, format): Columns) -> Result<StoredLocalization, Error> {
    let (is_enabled, is_default, is_right_to_left) = marks;
    let format = serde_json::from_str(&format)?;
    let data = Localization { caption, is_enabled, is_default, is_right_to_left, priority, format };
    Ok(StoredLocalization { id, locale: locality(&locale)?, data })
}

fn locality(text: &str) -> Result<Locality, Error> {
    text.parse().map_err(|_| Error::Broken(format!("{text} is not a locale")))
}

fn filtered(filter: Filter) -> BoxedQuery<'static, MultiBackend> {
    let query = table::table.into_boxed();
    match filter.is_enabled {
        Some(is_enabled) => query.filter(table::is_enabled.eq(is_enabled)),
        None => query,
    }
}

/// Languages, a page of them.
pub fn list(conn: &mut DbConnection, filter: Filter, paging: &Paging<Sort>) -> Result<Page<StoredLocalization>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = match paging.sort {
        Sort::Priority => ordered!(query, paging.direction, table::priority, table::id),
    };
    let rows: Vec<Columns> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: rows.into_iter().map(stored).collect::<Result<_, _>>()? })
}

/// One language.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: LocalizationId) -> Result<StoredLocalization, Error> {
    stored(table::table.find(id).select(columns()).first(conn)?)
}

/// One language that clients may choose.
///
/// # Errors
/// [`Error::NotFound`], also for one that is disabled.
pub fn get_enabled(conn: &mut DbConnection, id: LocalizationId) -> Result<StoredLocalization, Error> {
    let language = get(conn, id)?;
    if language.data.is_enabled { Ok(language) } else { Err(Error::NotFound) }
}

/// Why a client cannot choose a language.
pub(crate) fn choice_fault(
    conn: &mut DbConnection,
    locale: &Locality,
    field: impl Into<Place>,
) -> Result<Option<Fault>, Error> {
    let listed = table::table.filter(table::locale.eq(locale.to_string())).select(table::is_enabled);
    Ok(match listed.first(conn).optional()? {
        Some(true) => None,
        Some(false) => Some(CommonFault::Disabled.at(field)),
        None => Some(CommonFault::Unknown.at(field)),
    })
}

/// The language of those who have chosen none.
pub fn default_locale(conn: &mut DbConnection) -> Result<Locality, Error> {
    let default: String = table::table.filter(table::is_default.eq(true)).select(table::locale).first(conn)?;
    locality(&default)
}

/// Locks a language until the transaction ends, and reads it. All are held, in the order of their ids, since exactly one
/// of them is the default.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: LocalizationId) -> Result<StoredLocalization, Error> {
    let all: Vec<LocalizationId> = table::table.order(table::id).select(table::id).load(tx.conn)?;
    for one in all {
        tx.lock("localizations", one)?;
    }
    get(tx.conn, id)
}

/// Writes what can be set of a language. One that becomes the default takes the mark from the former one.
///
/// # Errors
/// A refusal where the separators are the same; a conflict where no enabled language would be the default.
pub fn update(tx: &mut Tx<'_>, before: &StoredLocalization, after: &Localization) -> Result<StoredLocalization, Error> {
    match before.data.check_change(after)? {
        DefaultMark::Moves => {
            let former = table::table.filter(table::is_default.eq(true));
            diesel::update(former).set(table::is_default.eq(false)).execute(tx.conn)?;
        }
        DefaultMark::Stays => {}
    }
    let values = (
        table::caption.eq(&after.caption),
        table::is_enabled.eq(after.is_enabled),
        table::is_default.eq(after.is_default),
        table::is_right_to_left.eq(after.is_right_to_left),
        table::priority.eq(after.priority),
        table::format.eq(json(&after.format)?),
    );
    diesel::update(table::table.find(before.id)).set(values).execute(tx.conn)?;
    get(tx.conn, before.id)
}
