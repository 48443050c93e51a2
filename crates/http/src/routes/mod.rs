//! The routes of an interface: each is declared once, with its operation, path, requirement and handler. What serves a
//! call and what describes it in the OpenAPI document are made from the same declaration.

mod approvals;
mod builder;
mod change;
mod doors;
mod forms;
mod gather;
mod preconditions;
mod reads;
mod resource;
mod route;
mod schemas;
mod upload;
mod wishes;

pub(crate) use approvals::write_or_keep;
pub use approvals::{Approvals, KeptCall, Resumable, Resumed, Waiting};
pub use builder::RouteBuilder;
pub use change::{Added, Change, Saved, Wish};
pub use forms::Form;
pub use gather::Routes;
pub(crate) use resource::value_of;
pub use resource::{Resource, made, recorded_without};
pub(crate) use route::{Answers, Example, Export, FindKept, Prepare, Run, Unfinished, Work, Write};
pub use route::{Coverage, Effect, Event, Moved, Route};
pub(crate) use schemas::NamedSchema;
pub use upload::{FileField, OpenSink, Upload};

use std::sync::Arc;

use storage::{DbConnection, Tx};

use crate::{Call, Interface, Problem};

/// What a handler that reads gets: a snapshot of the database, and the call.
pub struct Reading<'a, I: Interface> {
    /// The connection, on one snapshot.
    pub conn: &'a mut DbConnection,
    /// The call.
    pub call: &'a Call<I>,
    /// Who calls.
    pub caller: &'a I::Caller,
    /// What all calls share.
    pub context: &'a Arc<I::Context>,
}

/// What a handler gets that reads for anybody: the caller need not be known.
pub struct OpenReading<'a, I: Interface> {
    /// The connection, on one snapshot.
    pub conn: &'a mut DbConnection,
    /// The call.
    pub call: &'a Call<I>,
    /// What all calls share.
    pub context: &'a Arc<I::Context>,
}

impl<I: Interface> OpenReading<'_, I> {
    /// The same for a caller who must be known.
    pub(crate) fn by_caller(&mut self) -> Result<Reading<'_, I>, Problem> {
        Ok(Reading { conn: self.conn, call: self.call, caller: self.call.caller()?, context: self.context })
    }
}

/// What a handler that writes gets: the transaction, and the call.
pub struct Writing<'a, 'tx, I: Interface> {
    /// The transaction.
    pub tx: &'a mut Tx<'tx>,
    /// The call.
    pub call: &'a Call<I>,
    /// Who calls.
    pub caller: &'a I::Caller,
    /// What all calls share.
    pub context: &'a Arc<I::Context>,
    /// The kept call that is approved by it, where its route says so and one waits.
    pub resumed: Option<&'a Resumed<I>>,
}
