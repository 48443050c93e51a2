//! Lists as CSV (RFC 4180): streamed from one snapshot, whatever their length.

use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use actix_web::web::Bytes;
use chrono::TimeDelta;
use logging::LogContext;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use storage::Position;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use crate::columns::{cell, columns_of};
use crate::routes::{Export, OpenReading, value_of};
use crate::{Call, Interface, Problem};

/// How many rows are read at once, and held in memory.
const ROWS_AT_ONCE: i64 = 2_000;
/// How many parts wait for a slow reader.
const PARTS_WAITING: usize = 2;
/// How many exports run at once; further ones wait.
const EXPORTS_AT_ONCE: usize = 4;
/// How long the database may take for a part.
const PART_TIMEOUT: Duration = Duration::from_mins(1);
/// Lets a few exports run at a time.
pub(crate) struct Exports(Arc<Semaphore>);

impl Default for Exports {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(EXPORTS_AT_ONCE)))
    }
}

/// The parts of an export as they are made.
pub(crate) struct Parts {
    /// How old they are, where a replica tells them.
    pub age: Option<TimeDelta>,
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
    /// Is told before the first part.
    age: Arc<OnceLock<TimeDelta>>,
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

impl Exports {
    /// Exports a list. What stands against it is told before the first part is sent.
    ///
    /// # Errors
    /// Those of the list.
    pub async fn run<I: Interface>(
        &self,
        export: &Export<I>,
        context: &Arc<I::Context>,
        call: Call<I>,
        behind: Option<Position>,
        write_timeout: Duration,
    ) -> Result<Parts, Problem> {
        let permit = Arc::clone(&self.0).acquire_owned().await.map_err(|_| Problem::unavailable("it stops"))?;
        let (sender, mut receiver) = mpsc::channel(PARTS_WAITING);
        let age = Arc::new(OnceLock::new());
        let reader =
            Reader { parts: sender, age: Arc::clone(&age), timeout: write_timeout, runtime: Handle::current() };
        let (export, context) = (export.clone(), Arc::clone(context));
        actix_web::rt::task::spawn_blocking(LogContext::carry(move || {
            if let Err(problem) = write_parts(&export, &context, &call, behind, &reader) {
                reader.take(Err(problem));
            }
        }));
        match receiver.recv().await {
            Some(Ok(first)) => {
                let (age, context) = (age.get().copied(), LogContext::current());
                Ok(Parts { age, first: Some(first), rest: receiver, context, _permit: permit })
            }
            Some(Err(problem)) => Err(problem),
            None => Err(Problem::internal("an export ended before it began")),
        }
    }
}

fn write_parts<I: Interface>(
    export: &Export<I>,
    context: &Arc<I::Context>,
    call: &Call<I>,
    behind: Option<Position>,
    reader: &Reader,
) -> Result<(), Problem> {
    let columns = (export.columns)();
    let database = I::database(context);
    let mut snapshot = behind.map_or_else(|| database.snapshot(), |position| database.snapshot_behind(&position))?;
    if let Some(age) = snapshot.age() {
        reader.age.get_or_init(|| age);
    }
    let mut offset = 0;
    loop {
        let mut reading = OpenReading { conn: snapshot.conn(), call, context };
        let rows = (export.rows)(&mut reading, ROWS_AT_ONCE, offset)?;
        let part = lines(&columns, offset == 0, &rows)?;
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

/// The media type of what is exported.
pub const CSV_TYPE: &str = "text/csv; charset=utf-8; header=present";

/// Records that stand whole in memory as CSV, in the columns that an export of a list of them has.
///
/// # Errors
/// A 500 where one cannot be written.
pub fn csv_of<A: Serialize + JsonSchema>(records: &[A]) -> Result<Vec<u8>, Problem> {
    let rows: Vec<Value> = records.iter().map(value_of).collect::<Result<_, _>>()?;
    lines(&columns_of::<A>(), true, &rows)
}

/// Records as lines, with a line of the columns' names before them where they are the first.
fn lines(columns: &[Vec<String>], are_first: bool, rows: &[Value]) -> Result<Vec<u8>, Problem> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let failed = |error: &dyn std::fmt::Display| Problem::internal(error.to_string());
    if are_first {
        writer.write_record(columns.iter().map(|path| path.join("."))).map_err(|error| failed(&error))?;
    }
    for row in rows {
        writer.write_record(columns.iter().map(|path| cell(row, path))).map_err(|error| failed(&error))?;
    }
    writer.into_inner().map_err(|error| failed(&error))
}
