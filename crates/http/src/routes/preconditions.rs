//! What `If-Match` asks for, held against the record as it stood: in the transaction that holds it, which is undone where
//! the record is not what the caller has seen.

use super::resource::{Resource, audit_of_change, presented};
use super::{Change, Effect};
use crate::{Answer, Call, Interface, Problem};

/// Holds the call's precondition against a record, in the form that this caller sees.
///
/// # Errors
/// A 412.
pub(super) fn require_as_seen<I: Interface, A: Resource<I>>(record: A, call: &Call<I>) -> Result<(), Problem> {
    if call.precondition.is_none() {
        return Ok(());
    }
    require(&presented(200, record, call)?, call)
}

/// The same where there was no record.
///
/// # Errors
/// A 412 where the call asks for any.
pub(super) fn require_none<I: Interface>(call: &Call<I>) -> Result<(), Problem> {
    if call.precondition.is_none() { Ok(()) } else { Err(Problem::precondition_failed()) }
}

/// What a change comes to: its answer, and what the audit log is told.
///
/// # Errors
/// A 412; a 500 where it cannot be written.
pub(super) fn settle<I: Interface, A: Resource<I>>(
    change: Change<A>,
    call: &Call<I>,
    status_of: impl FnOnce(&A) -> u16,
) -> Result<Effect, Problem> {
    match change {
        Change::Nothing(record) => {
            // A password that is set is a change that no record shows.
            let is_told = call.password_hash.is_some();
            let audit = if is_told { Some(audit_of_change(&record, &record, call)?) } else { None };
            let answer = presented(status_of(&record), record, call)?;
            require(&answer, call)?;
            Ok(Effect::new(answer, audit))
        }
        Change::Made { before, after } => {
            let audit = Some(audit_of_change(&before, &after, call)?);
            require_as_seen(before, call)?;
            let moved = after.moved();
            Ok(Effect { answer: presented(status_of(&after), after, call)?, audit, moved })
        }
    }
}

fn require<I: Interface>(seen: &Answer, call: &Call<I>) -> Result<(), Problem> {
    let Some(precondition) = &call.precondition else { return Ok(()) };
    let is_met = seen.tag.as_ref().is_some_and(|tag| precondition.is_met_by(tag));
    if is_met { Ok(()) } else { Err(Problem::precondition_failed()) }
}
