//! The routes of an interface: each is declared once, with its operation, path, requirement and handler. What serves a
//! call and what describes it in the OpenAPI document are made from the same declaration.

mod builder;
mod change;
mod doors;
mod gather;
mod preconditions;
mod reads;
mod resource;
mod route;
mod schemas;
mod upload;
mod wishes;

pub use builder::RouteBuilder;
pub use change::{Added, Change, Saved, Wish};
pub use gather::Routes;
pub use resource::{Resource, made};
pub(crate) use route::{Answers, Example, Export, Prepare, Run, Work};
pub use route::{Effect, Event, Route};
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
}
