//! Imports: data of an earlier system, a file at a time.

use std::sync::Arc;

use domain::files::FileUse;
use domain::identity::{Permission, Rights, UserId};
use domain::imports::{Delimiter, Import, ImportId, ImportStatus, ImportType, ImportsFault, check_scope};
use domain::value::{Entity as _, FaultCode as _, Localizer, Timestamp};
use http::request::{Boolean, Choice, Fields, FilterSet, Filters, Input, ListQuery, Text};
use http::routes::{FileField, Resource, Upload};
use http::{FilePart, Sink};
use schemars::JsonSchema;
use serde::Serialize;
use storage::imports::{self, Filter, KeptFault, StoredImport};
use storage::{ByTime, Page};

use crate::Problem;
use crate::back::{Back, Body, Call, Reading, Routes, Writing};
use crate::context::AppContext;
use crate::texts::TEXTS;
use crate::uploads;

const FILES: &[FileField] =
    &[FileField { name: "file", is_required: true, max_count: 1, max_bytes: FileUse::Import.max_bytes() }];

/// The routes of this context.
pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const IMPORTS: &str = "/api/v2/imports";
    const IMPORT: &str = "/api/v2/imports/{importId}";
    let upload =
        Upload { files: FILES, max_bytes: FileUse::Import.max_bytes() + uploads::FORM_BYTES, takes_json: false, open };
    routes
        .get("imports.list", IMPORTS, P::ImportsRead)
        .summary("List imports.")
        .describe("The newest come first. `faults` are left out: read the single import for them.")
        .extension()
        .list(list);
    routes
        .get("imports.get", IMPORT, P::ImportsRead)
        .summary("Read an import.")
        .describe("How far it is, what came of it, and its first 100 faults.")
        .extension()
        .record(get);
    routes
        .post("imports.create", IMPORTS, P::ImportsCreate)
        .summary("Import a file with clients, accounts or transactions.")
        .describe(
            "The file is CSV or TSV in UTF-8 with the names of its columns in the first line, at most 32 MiB and 25,000 \
             lines. `users` needs `email`, `lastName` and `firstName`; `accounts` needs `email`, `accountNumber`, \
             `productId` and `productCurrency`; `transactions` needs `externalReference`, `accountNumber`, `type`, \
             `amount` and `time`. The answer comes at once, and the file is checked and brought in by the queue: all of \
             it, or nothing if there is a fault. What is there already stays as it is. Beside `imports.create` it takes \
             `clients.create`, `accounts.create` or `accountBalances.update`; users who are limited to client tags \
             cannot import.",
        )
        .extension()
        .uploads(upload)
        .created(create);
    routes
        .delete("imports.delete", IMPORT, P::ImportsDelete)
        .summary("Delete the record of an import.")
        .describe("What it brought in stays. One that has not ended is not deleted (409).")
        .extension()
        .deleted(delete);
}

/// A fault of a file.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ImportFault")]
#[serde(rename_all = "camelCase")]
struct FaultAnswer {
    /// The line, from 1; null where it is about the file as a whole.
    line: Option<u64>,
    /// The column; null where it is about no single one.
    column: Option<String>,
    /// The stable code of the rule.
    code: String,
    /// The same for people.
    message: String,
}

/// A file with data of an earlier system, and what came of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Import")]
#[serde(rename_all = "camelCase")]
struct ImportAnswer {
    id: ImportId,
    /// What the file brings.
    #[serde(rename = "type")]
    kind: ImportType,
    /// What it is called.
    title: String,
    /// What else is said of it.
    description: String,
    /// What stands between the cells.
    delimiter: Delimiter,
    /// Whether the file is only checked.
    dry_run: bool,
    /// How far it is.
    status: ImportStatus,
    /// How many lines below the header there are, without blank ones.
    lines: u64,
    /// How many of them are new. Where it has failed, and in a dry run, they were not added.
    added: u64,
    /// How many were there already.
    existing: u64,
    /// How many faults there are in all.
    fault_count: u64,
    /// The first 100 faults; left out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    faults: Option<Vec<FaultAnswer>>,
    /// The user who asked for it.
    user_id: UserId,
    create_time: Timestamp,
    /// When it was begun with.
    start_time: Option<Timestamp>,
    /// When it ended.
    end_time: Option<Timestamp>,
    #[serde(skip)]
    kept: Vec<KeptFault>,
}

impl Resource<Back> for ImportAnswer {
    const NAME: &'static str = Import::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn kind(&self) -> Option<&'static str> {
        Some(self.kind.as_str())
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        for (fault, kept) in self.faults.iter_mut().flatten().zip(&self.kept) {
            fault.message = localizer.say(|locale| TEXTS.kept(locale, &kept.code, &kept.params()));
        }
    }
}

impl From<StoredImport> for ImportAnswer {
    fn from(import: StoredImport) -> Self {
        let fault = |KeptFault { line, column, code, .. }: &KeptFault| FaultAnswer {
            line: *line,
            column: column.clone(),
            code: code.clone(),
            message: String::new(),
        };
        let Import { kind, title, description, delimiter, dry_run } = import.data;
        Self {
            id: import.id,
            kind,
            title,
            description,
            delimiter,
            dry_run,
            status: import.status,
            lines: import.counts.lines,
            added: import.counts.added,
            existing: import.counts.existing,
            fault_count: import.counts.faults,
            faults: Some(import.faults.iter().map(fault).collect()),
            user_id: import.user,
            create_time: import.create_time,
            start_time: import.start_time,
            end_time: import.end_time,
            kept: import.faults,
        }
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { kind: filters.choice("type"), status: filters.choice("status") }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ByTime>) -> Result<Page<ImportAnswer>, Problem> {
    check_scope(&reading.caller.rights.scope)?;
    let listed = |import| ImportAnswer { faults: None, ..ImportAnswer::from(import) };
    Ok(imports::list(reading.conn, query.filter, &query.paging)?.map(listed))
}

fn get(reading: &mut Reading<'_>, (id,): (ImportId,)) -> Result<ImportAnswer, Problem> {
    check_scope(&reading.caller.rights.scope)?;
    Ok(imports::get(reading.conn, id)?.into())
}

fn open(context: &Arc<AppContext>, call: &Call, part: &FilePart<'_>) -> Result<Box<dyn Sink>, Problem> {
    if let Some(caller) = &call.caller {
        check_scope(&caller.rights.scope)?;
    }
    uploads::open(context, part.field, FileUse::Import)
}

impl Input<Back> for Import {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let kind = fields.needed("type", &Choice::of());
        let title = fields.needed("title", &Text::NAME);
        let description = fields.or_default("description", &Text::LONG, String::new);
        let delimiter = fields.or_default("delimiter", &Choice::of(), || Delimiter::Comma);
        let dry_run = fields.or_default("dryRun", &Boolean, || false);
        Some(Self { kind: kind?, title: title?, description: description?, delimiter: delimiter?, dry_run: dry_run? })
    }
}

/// Whoever imports many needs the right to make each.
fn check_rights(rights: &Rights, kind: ImportType) -> Result<(), Problem> {
    let permission = kind.permission();
    if rights.hold(permission) {
        Ok(())
    } else {
        Err(Problem::forbidden(ImportsFault::ImportPermissionMissing.with("permission", permission.as_str())))
    }
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, Import>) -> Result<ImportAnswer, Problem> {
    let (rights, user) = (&writing.caller.rights, writing.caller.user);
    check_scope(&rights.scope)?;
    let data = body.create()?;
    check_rights(rights, data.kind)?;
    let file = writing.call.files().first().ok_or_else(|| Problem::internal("no file was sent"))?;
    let received = uploads::received(file)?;
    Ok(imports::insert(writing.tx, user, &data, &received)?.into())
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (ImportId,)) -> Result<ImportAnswer, Problem> {
    check_scope(&writing.caller.rights.scope)?;
    Ok(imports::delete(writing.tx, id)?.into())
}
