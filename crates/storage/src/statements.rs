//! Times statements, for traces.

use std::time::SystemTime;

use diesel::connection::{DebugQuery, Instrumentation, InstrumentationEvent, set_default_instrumentation};
use logging::{Span, SpanKind, is_traced};

use crate::Error;

/// What stands between a statement and its values, which may be secrets or personal data.
const BEFORE_VALUES: &str = " -- binds: ";
/// How much of a statement is told.
const MAX_TEXT_BYTES: usize = 2_000;

/// Times the statements of all connections that are made from now on.
///
/// # Errors
/// A panic elsewhere.
pub fn trace_statements() -> Result<(), Error> {
    set_default_instrumentation(|| Some(Box::new(Statements { begun: None })))
        .map_err(|error| Error::Broken(error.to_string()))
}

/// The statement that a connection runs, where it is timed.
struct Statements {
    begun: Option<SystemTime>,
}

impl Instrumentation for Statements {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { .. } => self.begun = is_traced().then(SystemTime::now),
            InstrumentationEvent::FinishQuery { query, error, .. } => {
                let Some(begun) = self.begun.take() else { return };
                let text = text_of(query);
                let verb = text.split([' ', ';']).next().unwrap_or_default().to_owned();
                let mut span = Span::since(begun, verb, SpanKind::Client);
                span.tell("db.query.text", text);
                if error.is_some() {
                    span.fail("the database answered with an error");
                }
            }
            // Connections that are made, and transactions, which are begun by statements of their own.
            _ => {}
        }
    }
}

/// The statement without its values.
fn text_of(query: &dyn DebugQuery) -> String {
    let text = query.to_string();
    let text = text.split(BEFORE_VALUES).next().unwrap_or_default();
    text.get(..text.floor_char_boundary(MAX_TEXT_BYTES)).unwrap_or_default().to_owned()
}
