//! Bodies of `multipart/form-data`: files go to their sinks as they arrive, the other parts become the fields of a body.

use std::sync::Arc;
use std::time::Duration;

use actix_multipart::{Field as Part, Multipart, MultipartError};
use actix_web::HttpRequest;
use actix_web::error::PayloadError;
use actix_web::http::header::{self, HeaderMap};
use actix_web::web::{Bytes, Payload};
use domain::value::{CommonFault, FaultCode as _};
use futures_util::StreamExt as _;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::body::{MAX_BODY_BYTES, MAX_DRAINED_BYTES, declared_length};
use crate::call::JSON;
use crate::file_threads;
use crate::files::{FilePart, Files, HeldSink, UploadedFile};
use crate::meter::Meter;
use crate::routes::{FileField, Upload};
use crate::{Call, Fault, Interface, Problem, RequestFault};

/// How many parts a body may have.
const MAX_PARTS: usize = 256;
/// How long a sink may take for a chunk.
const SINK_TIMEOUT: Duration = Duration::from_mins(1);

const MEDIA_TYPE: &str = "multipart/form-data";

/// What a body brought.
#[derive(Default)]
pub(crate) struct Form {
    /// The parts that are not files.
    pub object: Map<String, Value>,
    /// What is wrong with single parts.
    pub faults: Vec<Fault>,
    pub files: Files,
    /// What tells the body from others, whatever its boundary is.
    pub digest: Vec<u8>,
}

/// Whether the body is said to be of this kind.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|media_type| media_type.to_str().ok());
    let essence = media_type.and_then(|media_type| media_type.split(';').next()).unwrap_or_default();
    essence.trim().eq_ignore_ascii_case(MEDIA_TYPE)
}

/// What is wrong with the files of a body that is JSON, which can have none.
pub(crate) fn faults_of_json(files: &[FileField], body: &Map<String, Value>) -> Vec<Fault> {
    let fault = |field: &FileField| {
        let is_sent = match body.get(field.name) {
            None | Some(Value::Null) => false,
            Some(Value::Array(files)) => !files.is_empty(),
            Some(_) => true,
        };
        let fault =
            if is_sent { Some(RequestFault::NotFile) } else { field.is_required.then_some(RequestFault::Required) };
        fault.map(|fault| Fault::sent(field.name, fault))
    };
    files.iter().filter_map(fault).collect()
}

/// Reads a body to its end. What a refused one wrote to sinks is removed.
///
/// # Errors
/// 400, 408, 413, and refusals of sinks.
pub(crate) async fn read_form<I: Interface>(
    upload: &Upload<I>,
    context: &Arc<I::Context>,
    call: &Arc<Call<I>>,
    request: &HttpRequest,
    payload: Payload,
    timeout: Duration,
) -> Result<Form, Problem> {
    let declared = declared_length(request.headers());
    if declared.is_some_and(|length| length > upload.max_bytes.saturating_add(MAX_DRAINED_BYTES)) {
        return Err(Problem::too_large(bytes(upload.max_bytes)));
    }
    let meter = Meter::new(payload, upload.max_bytes, timeout);
    let reading = Reading { upload, context, call, meter: meter.clone() };
    let parts = Multipart::new(request.headers(), meter.clone());
    let form = reading.read(parts).await;
    if form.is_err() {
        meter.drain().await;
    }
    form
}

/// A body that is being read.
struct Reading<'a, I: Interface> {
    upload: &'a Upload<I>,
    context: &'a Arc<I::Context>,
    call: &'a Arc<Call<I>>,
    meter: Meter,
}

impl<I: Interface> Reading<'_, I> {
    async fn read(&self, mut parts: Multipart) -> Result<Form, Problem> {
        let mut form = Form::default();
        let mut digest = Sha256::new();
        let mut text_bytes = 0;
        for count in 0.. {
            let Some(part) = self.meter.in_time(parts.next()).await? else { break };
            let mut part = part.map_err(|error| self.broken(error))?;
            if count == MAX_PARTS {
                return Err(Problem::bad_request(vec![RequestFault::TooManyParts.with("max", MAX_PARTS).into()]));
            }
            let name = part.name().unwrap_or_default().to_owned();
            add(&mut digest, name.as_bytes());
            let file_name = file_name(&part);
            let media_type = part.content_type().map(ToString::to_string).unwrap_or_default();
            let field = self.upload.files.iter().find(|field| name.strip_suffix("[]").unwrap_or(&name) == field.name);
            match (field, file_name) {
                (Some(field), Some(file_name)) => {
                    add(&mut digest, file_name.as_bytes());
                    add(&mut digest, media_type.as_bytes());
                    let about = FilePart { field: field.name, name: &file_name, media_type: &media_type };
                    add(&mut digest, &self.read_file(&mut part, field, about, &mut form).await?);
                }
                (Some(field), None) => {
                    self.skip(&mut part).await?;
                    form.faults.push(Fault::sent(field.name, RequestFault::NotFile));
                }
                // Nobody asked for it, like a field of JSON that no operation knows.
                (None, Some(_)) => self.skip(&mut part).await?,
                (None, None) => {
                    let text = self.read_text(&mut part, &mut text_bytes).await?;
                    add(&mut digest, media_type.as_bytes());
                    add(&mut digest, &text);
                    insert(&mut form, &name, &media_type, text);
                }
            }
        }
        for field in self.upload.files.iter().filter(|field| field.is_required) {
            let is_told = form.faults.iter().any(|fault| fault.is_at(field.name));
            if !is_told && !form.files.uploaded().iter().any(|file| file.field == field.name) {
                form.faults.push(Fault::sent(field.name, RequestFault::Required));
            }
        }
        form.digest = digest.finalize().to_vec();
        Ok(form)
    }

    /// Sends a file to its sink, and gives the hash of its content.
    async fn read_file(
        &self,
        part: &mut Part,
        field: &FileField,
        about: FilePart<'_>,
        form: &mut Form,
    ) -> Result<Vec<u8>, Problem> {
        if form.files.uploaded().iter().filter(|file| file.field == field.name).count() >= field.max_count {
            self.skip(part).await?;
            form.faults.push(Fault::sent(field.name, RequestFault::TooManyEntries.with("max", field.max_count)));
            return Ok(Vec::new());
        }
        let mut receiving: Option<Receiving> = None;
        while let Some(chunk) = self.next(part).await? {
            let file = match receiving.take() {
                Some(file) => file,
                None => self.open(about).await?,
            };
            if file.length_with(&chunk) > field.max_bytes {
                return Err(Problem::file_too_large(field.name, field.max_bytes));
            }
            receiving = Some(beside(move || file.with(&chunk)).await?);
        }
        let Some(mut file) = receiving else {
            // A browser sends a field in which no file was chosen without a name and without content.
            if !about.name.is_empty() {
                form.faults.push(Fault::sent(field.name, CommonFault::Empty));
            }
            return Ok(Vec::new());
        };
        let (key, file) = beside(move || Ok((file.sink.finish()?, file))).await?;
        let (name, media_type) = (about.name.to_owned(), about.media_type.to_owned());
        let uploaded = UploadedFile { field: about.field, name, media_type, length: file.length, key };
        form.files.push(uploaded, file.sink);
        Ok(file.hash.finalize().to_vec())
    }

    async fn open(&self, about: FilePart<'_>) -> Result<Receiving, Problem> {
        let (context, call, open, field) =
            (Arc::clone(self.context), Arc::clone(self.call), self.upload.open, about.field);
        let (name, media_type) = (about.name.to_owned(), about.media_type.to_owned());
        let sink = beside(move || {
            let about = FilePart { field, name: &name, media_type: &media_type };
            open(&context, &call, &about).map(HeldSink::new)
        });
        Ok(Receiving { sink: sink.await?, hash: Sha256::new(), length: 0 })
    }

    /// Reads a part that stands in memory. All of them together are held to the limit of a JSON body.
    async fn read_text(&self, part: &mut Part, text_bytes: &mut usize) -> Result<Vec<u8>, Problem> {
        let mut text = Vec::new();
        while let Some(chunk) = self.next(part).await? {
            *text_bytes += chunk.len();
            if *text_bytes > MAX_BODY_BYTES {
                return Err(Problem::too_large(MAX_BODY_BYTES));
            }
            text.extend_from_slice(&chunk);
        }
        Ok(text)
    }

    async fn skip(&self, part: &mut Part) -> Result<(), Problem> {
        while self.next(part).await?.is_some() {}
        Ok(())
    }

    async fn next(&self, part: &mut Part) -> Result<Option<Bytes>, Problem> {
        self.meter.in_time(part.next()).await?.transpose().map_err(|error| self.broken(error))
    }

    fn broken(&self, error: MultipartError) -> Problem {
        if self.meter.is_exceeded() {
            return Problem::too_large(bytes(self.upload.max_bytes));
        }
        let fault = match error {
            MultipartError::Incomplete => RequestFault::BodyIncomplete.into(),
            MultipartError::Payload(error) if !matches!(error, PayloadError::Overflow) => {
                RequestFault::BodyIncomplete.into()
            }
            error => RequestFault::NotMultipart.with("cause", error.to_string()).into(),
        };
        Problem::bad_request(vec![fault])
    }
}

/// A file on its way to its sink.
struct Receiving {
    sink: HeldSink,
    hash: Sha256,
    length: u64,
}

impl Receiving {
    fn length_with(&self, chunk: &Bytes) -> u64 {
        self.length.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX))
    }

    fn with(mut self, chunk: &Bytes) -> Result<Self, Problem> {
        self.sink.write(chunk)?;
        self.hash.update(chunk);
        self.length = self.length_with(chunk);
        Ok(self)
    }
}

/// A length as messages tell it.
fn bytes(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

/// Work of a sink, beside the async threads.
async fn beside<T: Send + 'static>(work: impl FnOnce() -> Result<T, Problem> + Send + 'static) -> Result<T, Problem> {
    let working = file_threads::spawn(work).map_err(|error| Problem::internal(error.to_string()))?;
    let late = |_| Problem::unavailable("a file was not stored in time");
    tokio::time::timeout(SINK_TIMEOUT, working)
        .await
        .map_err(late)?
        .map_err(|error| Problem::internal(error.to_string()))?
}

/// The name that the sender gave a file. A part without one is not a file.
fn file_name(part: &Part) -> Option<String> {
    let disposition = part.content_disposition()?;
    let extended = disposition.get_filename_ext().map(|name| String::from_utf8_lossy(&name.value).into_owned());
    extended.or_else(|| disposition.get_filename().map(ToOwned::to_owned))
}

/// Adds a part to a hash so that it cannot be taken for a piece of its neighbour.
fn add(digest: &mut Sha256, part: &[u8]) {
    digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
    digest.update(part);
}

/// A text as a field of a body. One that is sent several times, or whose name ends in `[]`, is an array; a part that
/// is JSON by its own type is read as that.
fn insert(form: &mut Form, name: &str, media_type: &str, text: Vec<u8>) {
    let (name, is_array) = name.strip_suffix("[]").map_or((name, false), |name| (name, true));
    let value = if media_type.eq_ignore_ascii_case(JSON) {
        serde_json::from_slice(&text).map_err(|_| RequestFault::InvalidValue)
    } else {
        String::from_utf8(text).map(Value::String).map_err(|_| RequestFault::NotString)
    };
    let value = match value {
        Ok(value) => value,
        Err(fault) => return form.faults.push(Fault::sent(name, fault)),
    };
    let value = match (form.object.remove(name), is_array) {
        (None, false) => value,
        (None, true) => Value::Array(vec![value]),
        (Some(Value::Array(mut values)), _) => {
            values.push(value);
            Value::Array(values)
        }
        (Some(first), _) => Value::Array(vec![first, value]),
    };
    form.object.insert(name.to_owned(), value);
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_become_fields() {
        let mut form = Form::default();
        for (name, media_type, text) in [
            ("one", "", "1"),
            ("twice", "text/plain", "a"),
            ("twice", "text/plain", "b"),
            ("list[]", "", "a"),
            ("json", "application/json", "{\"a\": null}"),
        ] {
            insert(&mut form, name, media_type, text.into());
        }
        insert(&mut form, "bytes", "", vec![0xff]);
        insert(&mut form, "broken", "application/json", b"{".to_vec());
        let expected = json!({"one": "1", "twice": ["a", "b"], "list": ["a"], "json": {"a": null}});
        assert_eq!(Value::Object(form.object), expected);
        let faults = [Fault::sent("bytes", RequestFault::NotString), Fault::sent("broken", RequestFault::InvalidValue)];
        assert_eq!(form.faults, faults);
    }

    #[test]
    fn a_form_is_known_by_its_type() {
        for (media_type, expected) in [
            ("multipart/form-data; boundary=x", true),
            ("Multipart/Form-Data;boundary=x", true),
            ("multipart/mixed; boundary=x", false),
            ("application/json", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
            assert_eq!(is_form(&headers), expected, "{media_type}");
        }
        assert!(!is_form(&HeaderMap::new()));
    }
}
