//! Writes that wait for a second caller's approval (`docs/rules.md`, Approvals): each is carried out in full when it is
//! called, and undone; once it is approved, it is carried out for good.

use std::sync::Arc;

use domain::ledger::Amount;
use domain::value::Locale;
use schemars::SchemaGenerator;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use storage::Tx;

use super::{Effect, Route, Write, Writing};
use crate::files::{Files, UploadedFile};
use crate::{Call, Interface, Problem};

/// How an interface lets writes wait.
pub struct Approvals<I: Interface> {
    /// Whether a policy may make an operation of this caller wait.
    pub is_covered: fn(&I::Caller, &'static str) -> bool,
    /// Whether a write waits: it was carried out to this effect, and can still be undone.
    pub waiting: fn(&mut Writing<'_, '_, I>, &Effect) -> Result<Option<Waiting>, Problem>,
    /// Keeps a write that waits, which was undone.
    pub keep: fn(&mut Writing<'_, '_, I>, &KeptCall, &Effect, Waiting) -> Result<Effect, Problem>,
    /// The schema of what such a write is answered with.
    pub schema: fn(&mut SchemaGenerator) -> Value,
}

/// What of a call is kept while it waits.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeptCall {
    /// The id of its operation.
    pub operation: String,
    /// Its method.
    pub method: String,
    /// Its path.
    pub path: String,
    query: String,
    /// Its body, with its secrets.
    pub body: Map<String, Value>,
    files: Vec<KeptFile>,
    ip: std::net::IpAddr,
    /// What its maker read, which tells texts that they send back from texts that they change.
    locale: Locale,
    sees_personal_data: bool,
    /// The record that it acts on, as it stood: another one is left alone.
    before: Option<Value>,
}

/// A file of a call that waits.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeptFile {
    /// The field of the body.
    pub field: String,
    /// What its maker called it.
    pub name: String,
    media_type: String,
    /// How many bytes it has.
    pub length: u64,
    /// Where the sink of the files has put it.
    pub key: String,
}

/// That a write waits for approval.
#[derive(Clone, Copy, Debug)]
pub struct Waiting {
    /// What it moves, in US dollars; none where it moves no money, or there is no rate.
    pub worth_usd: Option<Amount>,
}

/// A call that was kept, and who made it, with their present rights.
pub struct Resumable<I: Interface> {
    /// The call.
    pub call: KeptCall,
    /// Who made it; none where they may not call any more.
    pub maker: Option<Arc<I::Caller>>,
}

/// A kept call that is ready to be carried out, in the transaction of its approval.
pub struct Resumed<I: Interface> {
    call: Result<Arc<Call<I>>, Problem>,
    run: Write<I>,
    kept: KeptCall,
}

impl KeptCall {
    /// Of a call that was carried out, to this effect, and undone.
    #[must_use]
    pub(crate) fn of<I: Interface>(call: &Call<I>, method: &str, effect: &Effect) -> Self {
        let files = call.files().iter().map(|file| KeptFile {
            field: file.field.to_owned(),
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            length: file.length,
            key: file.key.clone(),
        });
        Self {
            operation: call.operation.to_owned(),
            method: method.to_owned(),
            path: call.path.clone(),
            query: call.query.clone(),
            body: call.object.clone().unwrap_or_default(),
            files: files.collect(),
            ip: call.ip,
            locale: call.locale.clone(),
            sees_personal_data: call.caller.as_deref().is_some_and(I::sees_personal_data),
            before: effect.before().cloned(),
        }
    }

    /// Its files.
    #[must_use]
    pub fn files(&self) -> &[KeptFile] {
        &self.files
    }

    /// The call again, by whoever made it.
    pub(crate) fn call<I: Interface>(
        &self,
        route: &Route<I>,
        segments: Vec<String>,
        maker: Arc<I::Caller>,
        approving: &Call<I>,
    ) -> Call<I> {
        let declared = route.upload.map_or(&[][..], |upload| upload.files);
        let uploaded = self.files.iter().filter_map(|file| {
            let field = declared.iter().find(|field| field.name == file.field)?.name;
            let KeptFile { name, media_type, length, key, .. } = file.clone();
            Some(UploadedFile { field, name, media_type, length, key })
        });
        Call {
            operation: route.operation,
            approved_as: route.approved_as(),
            path: self.path.clone(),
            segments,
            query: self.query.clone(),
            locale: self.locale.clone(),
            ip: self.ip,
            request_id: approving.request_id.clone(),
            caller: Some(maker),
            object: Ok(self.body.clone()),
            files: Arc::new(Files::stored(uploaded.collect())),
            ..Call::of_nobody(approving.ip)
        }
    }
}

impl<I: Interface> Resumed<I> {
    pub(crate) fn new(call: Result<Arc<Call<I>>, Problem>, run: Write<I>, kept: KeptCall) -> Self {
        Self { call, run, kept }
    }

    /// Carries the call out by its maker, with the rights that they have in this transaction, and writes its audit record. The
    /// inner error is why it is refused now, which leaves nothing behind.
    ///
    /// # Errors
    /// What may pass another time, and undoes the approval, too.
    pub fn carry_out(
        &self,
        writing: &mut Writing<'_, '_, I>,
        maker: Arc<I::Caller>,
    ) -> Result<Result<Effect, Problem>, Problem> {
        let prepared = match &self.call {
            Ok(call) => call,
            Err(problem) => return Ok(Err(problem.clone())),
        };
        // Masked data that they sent back would be written as it stands.
        if I::sees_personal_data(&maker) != self.kept.sees_personal_data {
            return Ok(Err(Problem::precondition_failed()));
        }
        let call = Call { caller: Some(Arc::clone(&maker)), ..Call::clone(prepared) };
        let done = writing.tx.attempt(|tx| {
            let effect =
                (self.run)(&mut Writing { tx, call: &call, caller: &maker, context: writing.context, resumed: None })?;
            if self.kept.before.as_ref().is_some_and(|expected| effect.before() != Some(expected)) {
                return Err(Problem::precondition_failed());
            }
            if let Some(audit) = &effect.audit {
                I::record(tx, call.origin(), &maker, audit)?;
            }
            Ok(effect)
        });
        match done {
            Err(problem) if !problem.is_refusal() => Err(problem),
            done => Ok(done),
        }
    }
}

/// Carries a write out, or keeps it where it waits for approval.
///
/// # Errors
/// That of the write.
pub(crate) fn write_or_keep<I: Interface>(
    run: &Write<I>,
    terms: Option<(&Approvals<I>, &'static str)>,
    writing: &mut Writing<'_, '_, I>,
) -> Result<Effect, Problem> {
    let Some((approvals, method)) = terms.filter(|(all, _)| (all.is_covered)(writing.caller, writing.call.approved_as))
    else {
        return run(writing);
    };
    let Writing { call, caller, context, resumed, .. } = *writing;
    let carried_out = |tx: &mut Tx<'_>| {
        let mut writing = Writing { tx, call, caller, context, resumed };
        let effect = run(&mut writing)?;
        // What changes nothing needs nobody's approval.
        let waiting = if effect.audit.is_some() { (approvals.waiting)(&mut writing, &effect)? } else { None };
        Ok::<_, Problem>((effect, waiting))
    };
    match writing.tx.attempt_unless(carried_out, |(_, waiting)| waiting.is_some())? {
        (effect, None) => Ok(effect),
        (effect, Some(waiting)) => (approvals.keep)(writing, &KeptCall::of(call, method, &effect), &effect, waiting),
    }
}
