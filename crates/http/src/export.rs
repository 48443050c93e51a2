//! Lists as CSV (RFC 4180): streamed from one snapshot, whatever their length.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Bytes;
use logging::LogContext;
use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Map, Value};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use crate::routes::{Export, Reading};
use crate::serve::Mount;
use crate::{Call, Interface, Problem};

/// How many rows are read at once, and held in memory.
const ROWS_AT_ONCE: i64 = 2_000;
/// How many parts wait for a slow reader.
const PARTS_WAITING: usize = 2;
/// How many exports run at once; further ones wait.
const EXPORTS_AT_ONCE: usize = 4;
/// How long the database may take for a part.
const PART_TIMEOUT: Duration = Duration::from_mins(1);
/// How deep objects are laid out in columns.
const MAX_DEPTH: usize = 6;

/// Lets a few exports run at a time.
pub(crate) struct Exports(Arc<Semaphore>);

impl Default for Exports {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(EXPORTS_AT_ONCE)))
    }
}

/// The parts of an export as they are made.
pub(crate) struct Parts {
    first: Option<Bytes>,
    rest: mpsc::Receiver<Result<Bytes, Problem>>,
    /// Parts are sent when the call has been answered.
    context: LogContext,
    /// The place among the exports, free again when nobody takes the parts any more.
    _permit: OwnedSemaphorePermit,
}

impl Parts {
    /// The parts, one after the other; a fault in the middle breaks the answer off.
    pub fn stream(self) -> impl futures_util::Stream<Item = Result<Bytes, io::Error>> {
        futures_util::stream::unfold(self, |mut parts| async move {
            let part = match parts.first.take() {
                Some(part) => Ok(part),
                None => next_part(&mut parts.rest).await?,
            };
            let part = part.map_err(|problem| {
                let _entered = parts.context.clone().enter();
                log::error!("an export broke off: {}", problem.cause.as_deref().unwrap_or("refused"));
                io::Error::other("the export broke off")
            });
            Some((part, parts))
        })
    }
}

/// The next part, or an error where the database does not give it.
async fn next_part(parts: &mut mpsc::Receiver<Result<Bytes, Problem>>) -> Option<Result<Bytes, Problem>> {
    let late = |_| Some(Err(Problem::unavailable("the database did not answer in time")));
    tokio::time::timeout(PART_TIMEOUT, parts.recv()).await.unwrap_or_else(late)
}

/// Who takes the parts of an export.
struct Reader {
    parts: mpsc::Sender<Result<Bytes, Problem>>,
    timeout: Duration,
    runtime: Handle,
}

impl Reader {
    /// Whether the part was taken in time. A reader who stalls must not hold a snapshot: it keeps the
    /// database from cleaning up behind it, and others from their exports.
    fn take(&self, part: Result<Bytes, Problem>) -> bool {
        self.runtime.block_on(self.parts.send_timeout(part, self.timeout)).is_ok()
    }
}

/// Exports a list. What stands against it is told before the first part is sent.
///
/// # Errors
/// Those of the list.
pub(crate) async fn export<I: Interface>(
    mount: &Arc<Mount<I>>,
    number: usize,
    call: Arc<Call<I>>,
) -> Result<Parts, Problem> {
    let permit =
        Arc::clone(&mount.shared.exports.0).acquire_owned().await.map_err(|_| Problem::unavailable("it stops"))?;
    let (sender, mut receiver) = mpsc::channel(PARTS_WAITING);
    let reader = Reader { parts: sender, timeout: mount.shared.settings.write_timeout, runtime: Handle::current() };
    let serving = Arc::clone(mount);
    actix_web::rt::task::spawn_blocking(LogContext::carry(move || {
        let export = serving.router.get(number).and_then(|route| route.export.as_ref());
        let outcome = match export {
            Some(export) => write_parts(&serving, export, &call, &reader),
            None => Err(Problem::no_such_path()),
        };
        if let Err(problem) = outcome {
            reader.take(Err(problem));
        }
    }));
    match receiver.recv().await {
        Some(Ok(first)) => {
            Ok(Parts { first: Some(first), rest: receiver, context: LogContext::current(), _permit: permit })
        }
        Some(Err(problem)) => Err(problem),
        None => Err(Problem::internal("an export ended before it began")),
    }
}

fn write_parts<I: Interface>(
    mount: &Mount<I>,
    export: &Export<I>,
    call: &Call<I>,
    reader: &Reader,
) -> Result<(), Problem> {
    let columns = (export.columns)();
    let mut snapshot = I::database(&mount.context).snapshot()?;
    let mut offset = 0;
    loop {
        let mut reading = Reading { conn: snapshot.conn(), call, caller: call.caller()?, context: &mount.context };
        let rows = (export.rows)(&mut reading, ROWS_AT_ONCE, offset)?;
        let mut writer = csv::Writer::from_writer(Vec::new());
        let failed = |error: &dyn std::fmt::Display| Problem::internal(error.to_string());
        if offset == 0 {
            writer.write_record(columns.iter().map(|path| path.join("."))).map_err(|error| failed(&error))?;
        }
        for row in &rows {
            writer.write_record(columns.iter().map(|path| cell(row, path))).map_err(|error| failed(&error))?;
        }
        let part = writer.into_inner().map_err(|error| failed(&error))?;
        if !reader.take(Ok(part.into())) {
            return Ok(());
        }
        let read = i64::try_from(rows.len()).unwrap_or(ROWS_AT_ONCE);
        offset += read;
        if read < ROWS_AT_ONCE {
            return Ok(());
        }
    }
}

fn cell(row: &Value, path: &[String]) -> String {
    let value = path.iter().try_fold(row, |value, name| value.get(name));
    defused(match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(values)) if values.iter().all(|value| !value.is_object() && !value.is_array()) => {
            let texts = values.iter().map(|value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned));
            texts.collect::<Vec<_>>().join(";")
        }
        Some(value) => value.to_string(),
    })
}

/// A spreadsheet takes a cell that begins so for a formula; numbers with a sign are none.
fn defused(text: String) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let unsigned = text.trim_start_matches(['+', '-']);
    let is_number = !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_formula && !(is_number && unsigned.len() + 1 == text.len()) { format!("'{text}") } else { text }
}

/// The columns of a list: the paths to all values of its records, as their schema has them.
pub(crate) fn columns_of<A: JsonSchema>() -> Vec<Vec<String>> {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let schema = generator.subschema_for::<A>().to_value();
    let definitions: Map<String, Value> = generator.take_definitions(true);
    let mut columns = Vec::new();
    lay_out(&schema, &definitions, &mut Vec::new(), &mut columns);
    columns
}

fn lay_out(schema: &Value, definitions: &Map<String, Value>, path: &mut Vec<String>, columns: &mut Vec<Vec<String>>) {
    let schema = resolved(schema, definitions);
    match schema.get("properties").and_then(Value::as_object) {
        Some(properties) if !properties.is_empty() && path.len() < MAX_DEPTH => {
            for (name, property) in properties {
                path.push(name.clone());
                lay_out(property, definitions, path, columns);
                path.pop();
            }
        }
        _ => columns.push(path.clone()),
    }
}

/// The schema behind a reference, or beside null.
fn resolved<'a>(schema: &'a Value, definitions: &'a Map<String, Value>) -> &'a Value {
    let named = schema.get("$ref").and_then(Value::as_str).and_then(|name| name.rsplit('/').next());
    if let Some(definition) = named.and_then(|name| definitions.get(name)) {
        return resolved(definition, definitions);
    }
    let branches = schema.get("anyOf").and_then(Value::as_array);
    let branch =
        branches.and_then(|all| all.iter().find(|branch| branch.get("type").and_then(Value::as_str) != Some("null")));
    branch.map_or(schema, |branch| resolved(branch, definitions))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_defused_and_a_number_is_none() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("+1202", "+1202"),
            ("-5.00", "-5.00"),
            ("-1+1", "'-1+1"),
            ("@x", "'@x"),
            ("a=b", "a=b"),
            ("--5", "'--5"),
            ("", ""),
            ("-", "'-"),
        ] {
            assert_eq!(defused(text.into()), expected);
        }
    }
}
