//! The records of imports: what was asked for, and what came of it.

use diesel::prelude::*;
use domain::files::FileId;
use domain::identity::UserId;
use domain::imports::{Counts, Delimiter, Import, ImportId, ImportStatus, ImportType, LineFault, MAX_KEPT_FAULTS};
use domain::value::{Param, Timestamp};
use serde::{Deserialize, Serialize};

use super::job::RunImport;
use crate::connection::MultiBackend;
use crate::files::stored::{self, ReceivedFile};
use crate::paging::ordered;
use crate::platform::queue;
use crate::schema::imports::{self as table, BoxedQuery};
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx, json};

/// What a list is narrowed to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Of this type.
    pub kind: Option<ImportType>,
    /// So far.
    pub status: Option<ImportStatus>,
}

/// A fault as it is kept, to be told in anybody's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFault {
    /// The line, from 1; none where it is about the file as a whole.
    pub line: Option<u64>,
    /// The column; none where it is about no single one.
    pub column: Option<String>,
    /// The code of the rule.
    pub code: String,
    params: Vec<(String, KeptParam)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum KeptParam {
    Number(i64),
    Text(String),
}

impl KeptFault {
    /// The figures of the case, by name.
    #[must_use]
    pub fn params(&self) -> Vec<(String, Param)> {
        let param = |param: &KeptParam| match param {
            KeptParam::Number(number) => Param::Number(*number),
            KeptParam::Text(text) => Param::Text(text.clone()),
        };
        self.params.iter().map(|(name, value)| (name.clone(), param(value))).collect()
    }
}

impl From<&LineFault> for KeptFault {
    fn from(LineFault { line, column, fault }: &LineFault) -> Self {
        let param = |param: &Param| match param {
            Param::Number(number) => KeptParam::Number(*number),
            Param::Text(text) => KeptParam::Text(text.clone()),
        };
        Self {
            line: *line,
            column: column.map(ToOwned::to_owned),
            code: fault.code.as_str().to_owned(),
            params: fault.params.iter().map(|(name, value)| ((*name).to_owned(), param(value))).collect(),
        }
    }
}

/// An import as it is stored.
#[derive(Clone, Debug)]
pub struct StoredImport {
    /// Its id.
    pub id: ImportId,
    /// What was asked for.
    pub data: Import,
    /// How far it is.
    pub status: ImportStatus,
    /// The file, until the import has ended.
    pub(super) file: Option<FileId>,
    /// What came of it.
    pub counts: Counts,
    /// The first faults.
    pub faults: Vec<KeptFault>,
    /// Who asked for it.
    pub user: UserId,
    /// When it was asked for.
    pub create_time: Timestamp,
    /// When a server first began with it.
    pub start_time: Option<Timestamp>,
    /// When it ended.
    pub end_time: Option<Timestamp>,
}

type Columns = (
    ImportId,
    (ImportType, String, String, Delimiter, bool),
    (ImportStatus, Option<FileId>),
    (i64, i64, i64, i64, String),
    UserId,
    (Timestamp, Option<Timestamp>, Option<Timestamp>),
);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (
        table::id,
        (table::kind, table::title, table::description, table::delimiter, table::dry_run),
        (table::status, table::file_id),
        (table::line_count, table::added, table::existing, table::fault_count, table::faults),
        table::user_id,
        (table::create_time, table::start_time, table::end_time),
    )
}

fn record(row: Columns) -> Result<StoredImport, Error> {
    let (id, (kind, title, description, delimiter, dry_run), (status, file), counted, user, times) = row;
    let (lines, added, existing, fault_count, faults) = counted;
    let count = |count: i64| u64::try_from(count).unwrap_or_default();
    Ok(StoredImport {
        id,
        data: Import { kind, title, description, delimiter, dry_run },
        status,
        file,
        counts: Counts {
            lines: count(lines),
            added: count(added),
            existing: count(existing),
            faults: count(fault_count),
        },
        faults: serde_json::from_str(&faults)?,
        user,
        create_time: times.0,
        start_time: times.1,
        end_time: times.2,
    })
}

fn filtered(filter: Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(kind) = filter.kind {
        query = query.filter(table::kind.eq(kind));
    }
    if let Some(status) = filter.status {
        query = query.filter(table::status.eq(status));
    }
    query
}

/// Imports, a page of them.
pub fn list(conn: &mut DbConnection, filter: Filter, paging: &Paging<ByTime>) -> Result<Page<StoredImport>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = match paging.sort {
        ByTime::CreateTime => ordered!(query, paging.direction, table::create_time, table::id),
    };
    let rows: Vec<Columns> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: rows.into_iter().map(record).collect::<Result<_, _>>()? })
}

/// One import.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: ImportId) -> Result<StoredImport, Error> {
    record(table::table.find(id).select(columns()).first(conn)?)
}

/// One import, if there is one of this id.
pub(super) fn find(conn: &mut DbConnection, id: ImportId) -> Result<Option<StoredImport>, Error> {
    table::table.find(id).select(columns()).first::<Columns>(conn).optional()?.map(record).transpose()
}

/// Keeps a file that has arrived, and asks for it to be imported.
///
/// # Errors
/// [`Error::Unavailable`] where the file took too long to arrive.
pub fn insert(tx: &mut Tx<'_>, user: UserId, data: &Import, file: &ReceivedFile) -> Result<StoredImport, Error> {
    stored::keep(tx, file)?;
    let values = (
        table::kind.eq(data.kind),
        table::title.eq(&data.title),
        table::description.eq(&data.description),
        table::delimiter.eq(data.delimiter),
        table::dry_run.eq(data.dry_run),
        table::status.eq(ImportStatus::Waiting),
        table::file_id.eq(Some(file.id)),
        table::line_count.eq(0),
        table::added.eq(0),
        table::existing.eq(0),
        table::fault_count.eq(0),
        table::faults.eq("[]"),
        table::user_id.eq(user),
        table::create_time.eq(tx.now.naive()),
    );
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?;
    queue::put(tx, &RunImport(id))?;
    get(tx.conn, id)
}

/// Deletes the record of an import that has ended, and answers what it was. What it brought in stays.
///
/// # Errors
/// [`Error::NotFound`]; a conflict where it has not ended.
pub fn delete(tx: &mut Tx<'_>, id: ImportId) -> Result<StoredImport, Error> {
    tx.lock_to_delete("imports", id)?;
    let import = get(tx.conn, id)?;
    import.status.check_deletable()?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(import)
}

/// Notes that an import has begun.
pub(super) fn set_begun(tx: &mut Tx<'_>, before: &StoredImport, status: ImportStatus) -> Result<(), Error> {
    let start = before.start_time.unwrap_or(tx.now);
    let values = (table::status.eq(status), table::start_time.eq(Some(start.naive())));
    diesel::update(table::table.find(before.id)).set(values).execute(tx.conn)?;
    Ok(())
}

/// Notes how an import ended. Its file, which holds personal data, is deleted once this is committed.
pub(super) fn set_ended(
    tx: &mut Tx<'_>,
    before: &StoredImport,
    status: ImportStatus,
    counts: Counts,
    faults: &[LineFault],
) -> Result<(), Error> {
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let kept: Vec<KeptFault> = faults.iter().take(MAX_KEPT_FAULTS).map(KeptFault::from).collect();
    let values = (
        table::status.eq(status),
        table::file_id.eq(None::<FileId>),
        table::line_count.eq(count(counts.lines)),
        table::added.eq(count(counts.added)),
        table::existing.eq(count(counts.existing)),
        table::fault_count.eq(count(counts.faults)),
        table::faults.eq(json(&kept)?),
        table::end_time.eq(Some(tx.now.naive())),
    );
    diesel::update(table::table.find(before.id)).set(values).execute(tx.conn)?;
    before.file.map_or(Ok(()), |file| stored::discard(tx, &[file]))
}
