//! The threads on which files are read and written, and long answers are made.

use std::io;
use std::sync::LazyLock;

use logging::LogContext;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

/// How many there are at most. An allocator keeps memory for each thread, so the pool of the server, which grows to hundreds,
/// would make fifty uploads take as much as if they were held whole.
const MAX_THREADS: usize = 8;

static THREADS: LazyLock<io::Result<Runtime>> =
    LazyLock::new(|| Builder::new_current_thread().max_blocking_threads(MAX_THREADS).thread_name("files").build());

/// Works on one of them, once one is free.
///
/// # Errors
/// That of the operating system where there can be none.
pub(crate) fn spawn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<JoinHandle<T>> {
    match &*THREADS {
        Ok(threads) => Ok(threads.spawn_blocking(LogContext::carry(work))),
        Err(error) => Err(io::Error::other(error.to_string())),
    }
}
