//! Files that calls bring.

use std::sync::{Mutex, PoisonError};

use crate::{Problem, file_threads};

/// A file that begins to arrive.
#[derive(Clone, Copy, Debug)]
pub struct FilePart<'a> {
    /// The field that it was sent in.
    pub field: &'static str,
    /// What its sender calls it. Never a path to store it at.
    pub name: &'a str,
    /// What its sender takes it for.
    pub media_type: &'a str,
}

/// A file that has arrived whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadedFile {
    /// The field that it was sent in.
    pub field: &'static str,
    /// What its sender calls it.
    pub name: String,
    /// What its sender takes it for.
    pub media_type: String,
    /// How long it is.
    pub length: u64,
    /// Where its sink has put it.
    pub key: String,
}

/// Where the bytes of a file go while it arrives. Its methods run on threads that may block.
pub trait Sink: Send + 'static {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// A refusal of the file, such as one of a kind that is not taken.
    fn write(&mut self, bytes: &[u8]) -> Result<(), Problem>;

    /// The file has arrived whole. Gives what it is found by.
    ///
    /// # Errors
    /// A refusal of the file.
    fn finish(&mut self) -> Result<String, Problem>;

    /// Lets go of what was written: the file did not arrive whole, or the call failed. Where its outcome is not known, what
    /// was stored may name the file all the same.
    fn remove(&mut self);
}

/// A sink that is removed unless it is kept.
pub(crate) struct HeldSink {
    sink: Option<Box<dyn Sink>>,
}

impl HeldSink {
    pub fn new(sink: Box<dyn Sink>) -> Self {
        Self { sink: Some(sink) }
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        self.sink.as_mut().map_or(Ok(()), |sink| sink.write(bytes))
    }

    pub fn finish(&mut self) -> Result<String, Problem> {
        self.sink.as_mut().map_or_else(|| Err(Problem::internal("a file was finished twice")), |sink| sink.finish())
    }

    fn keep(mut self) {
        self.sink = None;
    }
}

impl Drop for HeldSink {
    fn drop(&mut self) {
        if let Some(mut sink) = self.sink.take() {
            // Whatever thread lets go of it last: one of the database has no time for that.
            if let Err(error) = file_threads::spawn(move || sink.remove()) {
                log::error!("a file was not removed: {error}");
            }
        }
    }
}

/// The files of a call. They are removed with it, unless what the call did was stored.
#[derive(Default)]
pub(crate) struct Files {
    uploaded: Vec<UploadedFile>,
    held: Mutex<Vec<HeldSink>>,
}

impl Files {
    /// Files that were stored by an earlier call, and stay.
    pub fn stored(uploaded: Vec<UploadedFile>) -> Self {
        Self { uploaded, held: Mutex::default() }
    }

    pub fn push(&mut self, file: UploadedFile, sink: HeldSink) {
        self.uploaded.push(file);
        self.held.get_mut().unwrap_or_else(PoisonError::into_inner).push(sink);
    }

    pub fn uploaded(&self) -> &[UploadedFile] {
        &self.uploaded
    }

    pub fn keep(&self) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).drain(..).for_each(HeldSink::keep);
    }
}
