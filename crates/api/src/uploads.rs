//! Files that calls bring, on their way to a storage: judged by their content, never by their names; and on their way back.

use std::fs::File;
use std::io::{Read, Seek as _, SeekFrom, Write as _};
use std::sync::Arc;

use domain::files::{Content, FileKey, FileUse, UploadLimits};
use domain::value;
use http::{Disposition, Download, EntityTag, Fault, Problem, Sink, UploadedFile};
use outbound::files::{FileStore, FileWriter, HEAD_BYTES, PhotoError, content_of, reduced};
use outbound::secrets::random;
use storage::Error;
use storage::files::content::StoredFile;
use storage::files::stored::{self, IncomingFile, ReceivedFile};
use storage::platform::settings;

use crate::context::AppContext;

/// How much of a form stands around its files.
pub(crate) const FORM_BYTES: u64 = 64 * 1024;

/// A file that arrives.
struct FileSink {
    context: Arc<AppContext>,
    field: &'static str,
    usage: FileUse,
    limits: UploadLimits,
    file: IncomingFile,
    store: Box<dyn FileStore>,
    target: Target,
    /// Its first bytes, until it is judged by them.
    head: Vec<u8>,
    media_type: Option<String>,
    length: u64,
}

/// Where the bytes go as they arrive.
enum Target {
    /// To the storage.
    Store(Option<Box<dyn FileWriter>>),
    /// To a file without a name, until the picture is whole and can be made smaller.
    Spool(File),
}

/// Opens where a file goes.
///
/// # Errors
/// A 503 where no storage takes it.
pub(crate) fn open(context: &Arc<AppContext>, field: &'static str, usage: FileUse) -> Result<Box<dyn Sink>, Problem> {
    let key = FileKey::of(random()?);
    let (file, limits) = context.database.write(move |tx| {
        let limits = settings::get(tx.conn)?.data.upload_limits();
        Ok::<_, Error>((stored::begin(tx, key.clone())?, limits))
    })?;
    let store = context.outbound.store(&file.storage.data)?;
    let target = match usage {
        FileUse::ClientFile | FileUse::Document | FileUse::TicketAttachment | FileUse::Import => {
            Target::Store(Some(store.create(&file.key).map_err(failed)?))
        }
        FileUse::Photo => Target::Spool(tempfile::tempfile().map_err(failed)?),
    };
    let context = Arc::clone(context);
    Ok(Box::new(FileSink {
        context,
        field,
        usage,
        limits,
        file,
        store,
        target,
        head: Vec::new(),
        media_type: None,
        length: 0,
    }))
}

fn failed(error: std::io::Error) -> Problem {
    Problem::unavailable(format!("a file cannot be stored: {error}"))
}

impl FileSink {
    fn refuse(&self, fault: value::Fault) -> Problem {
        Problem::bad_request(vec![Fault::sent(self.field, fault)])
    }

    /// Judges the file by its first bytes.
    fn judge(&mut self) -> Result<(), Problem> {
        let content = content_of(&self.head);
        if let Some(fault) = self.usage.fault(content, &self.limits) {
            return Err(self.refuse(fault));
        }
        self.media_type = Some(content.media_type().to_owned());
        self.head = Vec::new();
        Ok(())
    }

    /// What is stored of a picture: a smaller one, of its own format.
    fn store_picture(&mut self) -> Result<(), Problem> {
        let Target::Spool(spool) = &mut self.target else { return Ok(()) };
        spool.seek(SeekFrom::Start(0)).map_err(failed)?;
        let picture = reduced(spool).map_err(|error| match error {
            PhotoError::Refused(fault) => self.refuse(fault),
            PhotoError::Broken(cause) => Problem::internal(cause),
        })?;
        let mut writer = self.store.create(&self.file.key).map_err(failed)?;
        writer.write_all(&picture).map_err(failed)?;
        self.length = u64::try_from(picture.len()).unwrap_or(u64::MAX);
        self.target = Target::Store(Some(writer));
        Ok(())
    }
}

impl Sink for FileSink {
    fn write(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        self.length = self.length.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        let max_bytes = self.limits.max_bytes_of(self.usage);
        if self.length > max_bytes {
            return Err(Problem::file_too_large(self.field, max_bytes));
        }
        if self.media_type.is_none() {
            self.head.extend(bytes.iter().take(HEAD_BYTES - self.head.len()));
            if self.head.len() == HEAD_BYTES {
                self.judge()?;
            }
        }
        match &mut self.target {
            Target::Store(Some(writer)) => writer.write_all(bytes).map_err(failed),
            Target::Store(None) => Err(Problem::internal("a file goes on after its end")),
            Target::Spool(spool) => spool.write_all(bytes).map_err(failed),
        }
    }

    fn finish(&mut self) -> Result<String, Problem> {
        if self.media_type.is_none() {
            self.judge()?;
        }
        self.store_picture()?;
        let Target::Store(writer) = &mut self.target else { return Err(Problem::internal("a photo was not stored")) };
        let writer = writer.take().ok_or_else(|| Problem::internal("a file was finished twice"))?;
        writer.finish().map_err(failed)?;
        let received = ReceivedFile {
            id: self.file.id,
            media_type: self.media_type.clone().unwrap_or_default(),
            length: i64::try_from(self.length).unwrap_or(i64::MAX),
        };
        serde_json::to_string(&received).map_err(|error| Problem::internal(error.to_string()))
    }

    fn remove(&mut self) {
        self.target = Target::Store(None);
        let id = self.file.id;
        // Its record may be on its way even where the call has failed: the row tells.
        if let Err(error) = self.context.database.write(move |tx| stored::give_up(tx, id)) {
            log::warn!("file {id} was not stored, and is swept within an hour: {error}");
        }
    }
}

/// What a sink has stored of a file.
///
/// # Errors
/// A 500 where another sink did.
pub(crate) fn received(file: &UploadedFile) -> Result<ReceivedFile, Problem> {
    received_as(&file.key)
}

/// The same by what its sink has given.
///
/// # Errors
/// As of [`received`].
pub(crate) fn received_as(key: &str) -> Result<ReceivedFile, Problem> {
    serde_json::from_str(key).map_err(|error| Problem::internal(error.to_string()))
}

/// The bytes of a stored file.
struct FileSource {
    store: Box<dyn FileStore>,
    key: FileKey,
}

impl http::Source for FileSource {
    fn open(&self, from: u64) -> std::io::Result<Box<dyn Read + Send>> {
        self.store.open(&self.key, from)
    }
}

/// The content of a stored file, shown where `inline` asks for it and it is safe.
///
/// # Errors
/// A 503 where its storage cannot be reached.
pub(crate) fn content(context: &AppContext, file: StoredFile, inline: Option<String>) -> Result<Download, Problem> {
    let wants_inline = matches!(inline.as_deref(), Some("1" | "true"));
    let is_inline = wants_inline && Content::is_shown(&file.media_type);
    let store = context.outbound.store(&file.storage.data)?;
    Ok(Download {
        media_type: file.media_type,
        name: file.name,
        disposition: if is_inline { Disposition::Inline } else { Disposition::Attachment },
        length: Some(file.length),
        // What a key stands for never changes.
        tag: Some(EntityTag::of(&[file.key.as_str().as_bytes()])),
        source: Box::new(FileSource { store, key: file.key }),
    })
}
