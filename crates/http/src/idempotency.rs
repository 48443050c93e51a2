//! Calls that are repeated with the same `Idempotency-Key` get the first answer again.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use storage::Tx;
use storage::platform::idempotency::{self, Key, Known};

use crate::{Answer, Call, CallFault, Effect, Interface, Problem};

/// The keys of calls that are under way on this server.
#[derive(Default)]
pub(crate) struct InFlight(Mutex<HashSet<String>>);

/// Frees the key when the call ends, however it ends.
pub(crate) struct Held {
    in_flight: Arc<InFlight>,
    key: String,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.in_flight.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

impl InFlight {
    /// Holds the key of a call while it is under way.
    ///
    /// # Errors
    /// A 409 where the same call is under way already.
    pub fn hold<I: Interface>(in_flight: &Arc<Self>, call: &Call<I>) -> Result<Option<Held>, Problem> {
        let (Some(key), Some(caller)) = (&call.idempotency_key, &call.caller) else { return Ok(None) };
        let key = format!("{} {} {key}", I::principal(caller), call.operation);
        if in_flight.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone()) {
            Ok(Some(Held { in_flight: Arc::clone(in_flight), key }))
        } else {
            Err(in_use())
        }
    }
}

fn in_use() -> Problem {
    Problem::conflict(CallFault::IdempotencyKeyInUse)
}

fn key_of<I: Interface>(context: &I::Context, call: &Call<I>) -> Option<Key> {
    let key = call.idempotency_key.clone()?;
    Some(Key {
        caller: I::principal(call.caller.as_deref()?).to_string(),
        operation: call.operation,
        key,
        fingerprint: I::fingerprint(context, &[call.path.as_bytes(), &call.raw_body]),
    })
}

/// Carries a write out once, with its audit record, and keeps the answer under the call's key.
///
/// # Errors
/// That of the work, where it may pass another time.
pub fn answer_once<I: Interface>(
    context: &I::Context,
    call: &Call<I>,
    tx: &mut Tx<'_>,
    work: impl FnOnce(&mut Tx<'_>) -> Result<Effect, Problem>,
) -> Result<Answer, Problem> {
    let Some(key) = key_of::<I>(context, call) else { return carry_out(call, tx, work) };
    if let Some(answer) = look_up::<I>(context, tx, &key)? {
        return Ok(answer);
    }
    let answer = match tx.attempt(|tx| carry_out(call, tx, work)) {
        Ok(answer) => answer,
        Err(problem) if problem.is_lasting() => Answer::refusal(&problem, call),
        Err(problem) => return Err(problem),
    };
    let sealed = I::seal(context, &answer.body)?;
    idempotency::keep(tx, &key, answer.status, answer.location.as_deref(), &sealed)?;
    Ok(answer)
}

/// Keeps another answer under the call's key than the one that its transaction kept, since the work went on: a repeated call
/// gets this one. Where it failed and may pass another time, nothing is kept.
///
/// # Errors
/// Where it cannot be written.
pub fn answer_instead<I: Interface>(
    context: &I::Context,
    call: &Call<I>,
    tx: &mut Tx<'_>,
    answer: Result<&Answer, &Problem>,
) -> Result<(), Problem> {
    let Some(key) = key_of::<I>(context, call) else { return Ok(()) };
    let answer = match answer {
        Ok(answer) => answer,
        Err(problem) if problem.is_lasting() => &Answer::refusal(problem, call),
        Err(_) => return Ok(idempotency::forget(tx, &key)?),
    };
    let sealed = I::seal(context, &answer.body)?;
    Ok(idempotency::keep(tx, &key, answer.status, answer.location.as_deref(), &sealed)?)
}

/// The first answer to a call whose work begins before its transaction.
pub(crate) fn replay<I: Interface>(
    context: &I::Context,
    call: &Call<I>,
    tx: &mut Tx<'_>,
) -> Result<Option<Answer>, Problem> {
    match key_of::<I>(context, call) {
        Some(key) => look_up::<I>(context, tx, &key),
        None => Ok(None),
    }
}

fn look_up<I: Interface>(context: &I::Context, tx: &mut Tx<'_>, key: &Key) -> Result<Option<Answer>, Problem> {
    match idempotency::begin(tx, key)? {
        Known::Fresh => Ok(None),
        Known::Running => Err(in_use()),
        Known::Answered(kept) if kept.fingerprint != key.fingerprint => {
            Err(Problem::unprocessable(CallFault::IdempotencyKeyReused))
        }
        Known::Answered(kept) => {
            let body = I::open(context, &kept.body);
            let body = body.ok_or_else(|| Problem::internal("a kept answer does not open"))?;
            let status = u16::try_from(kept.status).map_err(|error| Problem::internal(error.to_string()))?;
            Ok(Some(Answer {
                status,
                body: body.into(),
                location: kept.location,
                is_replayed: true,
                ..Answer::empty()
            }))
        }
    }
}

fn carry_out<I: Interface>(
    call: &Call<I>,
    tx: &mut Tx<'_>,
    work: impl FnOnce(&mut Tx<'_>) -> Result<Effect, Problem>,
) -> Result<Answer, Problem> {
    let effect = work(tx)?;
    if let Some(audit) = &effect.audit {
        I::record(tx, call.origin(), call.caller()?, audit)?;
    }
    Ok(effect.answer)
}
