use storage::{Database, DbConnection, Failure, Guard, Recipient, Terms, Tx};
use tokio::sync::oneshot;

use crate::Problem;

/// A call that awaits an answer of the database, until its deadline.
struct Awaiting<A, S> {
    sender: oneshot::Sender<A>,
    /// Is told the answer even where the call is not there any more.
    settled: S,
}

impl<A: Send + 'static, S: FnOnce(&A) + Send + 'static> Recipient<A> for Awaiting<A, S> {
    fn is_waiting(&self) -> bool {
        !self.sender.is_closed()
    }

    fn deliver(self, answer: A) {
        (self.settled)(&answer);
        // Nobody hears it after the deadline of the call.
        drop(self.sender.send(answer));
    }
}

/// Runs a read on a thread of the database; the async thread goes on meanwhile.
///
/// # Errors
/// That of the work; a 503 where the server stops.
pub async fn read<T, E>(
    database: &Database,
    work: impl FnMut(&mut DbConnection) -> Result<T, E> + Send + 'static,
) -> Result<T, Problem>
where
    T: Send + 'static,
    E: Failure + Into<Problem>,
{
    read_on(database, Terms::default(), work).await
}

/// The same on certain terms.
///
/// # Errors
/// As of [`read`]; a 503 where the guard does not stand.
pub async fn read_on<T, E>(
    database: &Database,
    terms: Terms,
    work: impl FnMut(&mut DbConnection) -> Result<T, E> + Send + 'static,
) -> Result<T, Problem>
where
    T: Send + 'static,
    E: Failure + Into<Problem>,
{
    let (sender, receiver) = oneshot::channel();
    database.submit_read(terms, work, Awaiting { sender, settled: |_: &_| () });
    receiver.await.map_err(|_| Problem::unavailable("the server stops"))?.map_err(Into::into)
}

/// Runs a write on a thread of the database.
///
/// # Errors
/// That of the work; a 503 where the server stops.
pub async fn write<T, E>(
    database: &Database,
    work: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
) -> Result<T, Problem>
where
    T: Send + 'static,
    E: Failure + Into<Problem>,
{
    write_and(database, Guard::Nothing, work, |_| ()).await
}

/// The same where the guard still stands, and tells how it ended once that is settled: a write that has begun ends without its caller, too.
pub(crate) async fn write_and<T, E>(
    database: &Database,
    guard: Guard,
    work: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    settled: impl FnOnce(&Result<T, E>) + Send + 'static,
) -> Result<T, Problem>
where
    T: Send + 'static,
    E: Failure + Into<Problem>,
{
    let (sender, receiver) = oneshot::channel();
    database.submit_write(guard, work, Awaiting { sender, settled });
    receiver.await.map_err(|_| Problem::unavailable("the server stops"))?.map_err(Into::into)
}
