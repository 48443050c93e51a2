//! Files that are sent while they are read, whole or in part.

use std::io::{self, Read};
use std::time::Duration;

use actix_web::http::Method;
use actix_web::http::header::{self, ByteRangeSpec, HeaderMap};
use actix_web::web::Bytes;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use logging::LogContext;

use crate::{EntityTag, Problem, file_threads};

/// How much of a file is read at once, and held in memory.
const CHUNK_BYTES: u64 = 64 * 1024;
/// How long a source may take for a chunk.
const CHUNK_TIMEOUT: Duration = Duration::from_mins(1);

/// A file for a caller.
pub struct Download {
    /// Its media type.
    pub media_type: String,
    /// What the caller may call it.
    pub name: String,
    /// What the caller's browser does with it.
    pub disposition: Disposition,
    /// How long it is. Where that is not known, no part of it can be asked for.
    pub length: Option<u64>,
    /// What tells its content from any other.
    pub tag: Option<EntityTag>,
    /// Where its bytes come from.
    pub source: Box<dyn Source>,
}

/// What a browser does with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// It saves the file.
    Attachment,
    /// It shows the file, as a picture in a page.
    Inline,
}

/// Where the bytes of a file come from, such as a file on disk. It is asked on threads that may block.
pub trait Source: Send + 'static {
    /// A reader of the bytes from this place on.
    ///
    /// # Errors
    /// Those of the storage.
    fn open(&self, from: u64) -> io::Result<Box<dyn Read + Send>>;
}

/// How much of a file is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    Whole,
    /// The bytes from the first to the last of these.
    Part(u64, u64),
}

impl Download {
    /// How much of it a call asks for. Several parts at once are not served, so that such a call gets the whole, as one
    /// whose `Range` cannot be read.
    ///
    /// # Errors
    /// A 416 where the part lies beyond the end.
    pub(crate) fn extent(&self, method: &Method, headers: &HeaderMap) -> Result<Extent, Problem> {
        let wanted = headers.get(header::RANGE).and_then(|range| single_range(range.to_str().ok()?));
        let (Some(length), Some(wanted), &Method::GET) = (self.length, wanted, method) else {
            return Ok(Extent::Whole);
        };
        let fits = match &self.tag {
            Some(tag) => tag.allows_range(headers),
            None => !headers.contains_key(header::IF_RANGE),
        };
        if !fits {
            return Ok(Extent::Whole);
        }
        let part = wanted.to_satisfiable_range(length).ok_or_else(|| Problem::range_not_satisfiable(length))?;
        Ok(Extent::Part(part.0, part.1))
    }

    /// Begins to read. What stands against it is told before the first byte is sent.
    ///
    /// # Errors
    /// A 503 where the file cannot be read.
    pub(crate) async fn read(self, extent: Extent) -> Result<impl Stream<Item = io::Result<Bytes>>, Problem> {
        let (from, length) = match extent {
            Extent::Whole => (0, self.length.unwrap_or(u64::MAX)),
            Extent::Part(first, last) => (first, last - first + 1),
        };
        let source = self.source;
        let begun = in_time(move || next_chunk(source.open(from)?.take(length))).await;
        let (first, reader) = begun.map_err(|error| Problem::unavailable(format!("a file cannot be read: {error}")))?;
        let context = LogContext::current();
        let rest = stream::try_unfold(reader, |reader| async move {
            let (chunk, reader) = in_time(move || next_chunk(reader)).await?;
            Ok((!chunk.is_empty()).then_some((chunk, reader)))
        });
        let rest = rest.inspect_err(move |error| {
            let _entered = context.clone().enter();
            log::error!("a download broke off: {error}");
        });
        Ok(stream::iter([Ok(first)]).chain(rest))
    }
}

/// The next bytes, and what reads those after them; none at the end.
fn next_chunk<R: Read>(mut reader: R) -> io::Result<(Bytes, R)> {
    let mut chunk = Vec::new();
    reader.by_ref().take(CHUNK_BYTES).read_to_end(&mut chunk)?;
    Ok((chunk.into(), reader))
}

/// Work of a source, beside the async threads.
async fn in_time<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::time::timeout(CHUNK_TIMEOUT, file_threads::spawn(work)?).await?.map_err(io::Error::other)?
}

/// The only range of a header; none where it has several or cannot be read, so that it counts as not sent.
fn single_range(header: &str) -> Option<ByteRangeSpec> {
    let (unit, range) = header.split_once('=')?;
    let is_plain = range.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    match range.parse().ok().filter(|_| is_plain && unit.eq_ignore_ascii_case("bytes"))? {
        ByteRangeSpec::FromTo(first, last) if first > last => None,
        range => Some(range),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_read_and_everything_else_counts_as_none() {
        let (range, open, last) = (ByteRangeSpec::FromTo(0, 4), ByteRangeSpec::From(7), ByteRangeSpec::Last(3));
        for (header, expected) in [("bytes=0-4", range), ("Bytes=7-", open), ("bytes=-3", last)] {
            assert_eq!(single_range(header), Some(expected), "{header}");
        }
        for header in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=4-0",
            "bytes=0-1,3-4",
            "bytes=a-b",
            "bytes=+1-2",
            "lines=0-4",
            "bytes=0-4-5",
            "bytes=99999999999999999999-",
            "bytes= 0-4",
        ] {
            assert_eq!(single_range(header), None, "{header}");
        }
    }
}
