use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use domain::ledger::{Amount, CurrencyCode};
use schemars::SchemaGenerator;
use serde_json::Value;
use storage::View;
use storage::audit::{Action, Category};

use super::schemas::NamedSchema;
use super::{Approvals, OpenReading, Reading, Resource, Resumable, Upload, Writing};
use crate::{Answer, Audit, Call, Checked, Download, Interface, Problem, Requirement as _, Socket};

/// What a write did: its answer, and what the audit log is told.
pub struct Effect {
    /// The answer.
    pub answer: Answer,
    /// The record for the audit log; none where nothing changed.
    pub audit: Option<Audit>,
    /// The money that it moves, for policies that look at amounts.
    pub moved: Option<Moved>,
}

impl Effect {
    /// That moves no money.
    #[must_use]
    pub const fn new(answer: Answer, audit: Option<Audit>) -> Self {
        Self { answer, audit, moved: None }
    }

    /// The record that it changed, as it was.
    #[must_use]
    pub fn before(&self) -> Option<&Value> {
        self.audit.as_ref().and_then(Audit::before)
    }
}

/// Money that a write moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The currency.
    pub currency: CurrencyCode,
    /// How much, in whole units of the currency; at least 0.
    pub amount: Amount,
}

/// Which policies can make a write wait for approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// None.
    Never,
    /// Those that do so always.
    Always,
    /// Also those that do so above an amount.
    ByAmount,
}

type Read<I> = Arc<dyn Fn(&mut OpenReading<'_, I>) -> Result<Answer, Problem> + Send + Sync>;
pub(crate) type Write<I> = Arc<dyn Fn(&mut Writing<'_, '_, I>) -> Result<Effect, Problem> + Send + Sync>;
/// What is left of an answer once everything is read: it needs no database, and may take its time.
pub(crate) type Unfinished = Box<dyn FnOnce() -> Result<Answer, Problem> + Send>;
type Begin<I> = Arc<dyn Fn(&mut OpenReading<'_, I>) -> Result<Unfinished, Problem> + Send + Sync>;
type Fetch<I> = Arc<dyn Fn(&mut Reading<'_, I>) -> Result<Download, Problem> + Send + Sync>;
type Running = Pin<Box<dyn Future<Output = Result<Answer, Problem>>>>;
type Act<I> = Arc<dyn Fn(Arc<<I as Interface>::Context>, Arc<Call<I>>) -> Running + Send + Sync>;

type Prepared = Pin<Box<dyn Future<Output = Result<Checked, Problem>>>>;
/// What comes before the transaction of a write, which has no time for it.
pub(crate) type Prepare<I> = Arc<dyn Fn(Arc<<I as Interface>::Context>, Arc<Call<I>>) -> Prepared + Send + Sync>;

type Handled = Pin<Box<dyn Future<Output = ()>>>;
type Exchange<I> = Box<dyn Fn(Arc<<I as Interface>::Context>, Arc<Call<I>>, Socket) -> Handled + Send + Sync>;

/// Finds the kept call that a call approves, with whoever made it.
pub(crate) type FindKept<I> = Arc<dyn Fn(&mut Reading<'_, I>) -> Result<Option<Resumable<I>>, Problem> + Send + Sync>;

/// How a route is run.
pub(crate) enum Run<I: Interface> {
    /// It works, and answers.
    Work(Work<I>),
    /// It becomes a WebSocket.
    Socket(Exchange<I>),
}

impl<I: Interface> Run<I> {
    /// Whether it is more than one transaction, or long: it then begins with rights as they are now.
    pub fn is_long(&self) -> bool {
        match self {
            Self::Socket(_) | Self::Work(Work::Act(_)) => true,
            Self::Work(Work::Read(_) | Work::Finished(_) | Work::Download(_) | Work::Write(_)) => false,
        }
    }
}

impl<I: Interface> From<Work<I>> for Run<I> {
    fn from(work: Work<I>) -> Self {
        Self::Work(work)
    }
}

/// How a route works.
pub(crate) enum Work<I: Interface> {
    /// On a snapshot.
    Read(Read<I>),
    /// On a snapshot; the answer is finished once that is given back.
    Finished(Begin<I>),
    /// On a snapshot, which finds a file; it is sent afterwards.
    Download(Fetch<I>),
    /// In a transaction, with its audit record.
    Write(Write<I>),
    /// By itself: sign-in and the like, which are more than one transaction.
    Act(Act<I>),
}

impl<I: Interface> Work<I> {
    /// Whether it may change what is stored.
    pub fn may_write(&self) -> bool {
        match self {
            Self::Write(_) | Self::Act(_) => true,
            Self::Read(_) | Self::Finished(_) | Self::Download(_) => false,
        }
    }
}

impl<I: Interface> Route<I> {
    /// The operation whose approval policy applies to it: itself, or the one that replaces it.
    pub(crate) fn approved_as(&self) -> &'static str {
        self.replaced_by.unwrap_or(self.operation)
    }

    /// Whether a replica may answer it: a list to somebody whose own writes are known.
    pub(crate) fn may_be_behind(&self) -> bool {
        let is_read = matches!(self.run, Run::Work(Work::Read(_))) && matches!(self.answers, Answers::List(_));
        is_read && I::READS_BEHIND.is_some() && self.requirement.needs_caller()
    }

    /// Whether a caller may have its answer already, and be told so.
    pub(crate) fn may_be_known(&self) -> bool {
        (self.is_tagged && self.method == "GET") || matches!(self.answers, Answers::Download(_))
    }

    /// The same write by another method.
    pub(super) fn by_another_method(&self, method: &'static str) -> Option<Self> {
        let work = match &self.run {
            Run::Work(Work::Write(run)) => Work::Write(Arc::clone(run)),
            Run::Work(Work::Act(run)) => Work::Act(Arc::clone(run)),
            Run::Work(Work::Read(_) | Work::Finished(_) | Work::Download(_)) | Run::Socket(_) => return None,
        };
        Some(Self {
            method,
            run: work.into(),
            export: None,
            parameters: self.parameters.clone(),
            headers: self.headers.clone(),
            forms: self.forms.clone(),
            body: self.body.clone(),
            example: self.example.clone(),
            prepare: self.prepare.clone(),
            approves: self.approves.clone(),
            ..*self
        })
    }
}

/// What a write is called in the audit log; some changes have another name where less changed.
#[derive(Clone, Copy, Debug)]
pub struct Event {
    category: Category,
    resource: &'static str,
    action: Action,
}

impl Event {
    pub(super) const fn of<I, A: Resource<I>>(action: Action) -> Self {
        Self { category: A::CATEGORY, resource: A::NAME, action }
    }

    /// What it is filed under.
    #[must_use]
    pub const fn category(&self) -> &'static str {
        self.category.name()
    }

    /// Its name, such as `product_created`.
    #[must_use]
    pub fn name(&self) -> String {
        self.action.event_name(self.resource)
    }
}

/// A call as the document shows it.
#[derive(Clone, Debug)]
pub(crate) struct Example {
    /// The path, with ids, where the route's has some.
    pub path: Option<&'static str>,
    /// The body.
    pub body: Option<Value>,
}

/// What a route answers with, as the document describes it.
#[derive(Clone, Copy)]
pub(crate) enum Answers {
    /// No body.
    Nothing,
    /// One record of this schema.
    Record(fn(&mut SchemaGenerator) -> Value),
    /// A list of such records.
    List(fn(&mut SchemaGenerator) -> Value),
    /// Something of this media type.
    Content(&'static str),
    /// A WebSocket.
    Socket,
    /// A file of this media type, of which a part may be asked for.
    Download(&'static str),
}

type Rows<I> = Arc<dyn Fn(&mut OpenReading<'_, I>, i64, i64) -> Result<Vec<Value>, Problem> + Send + Sync>;

/// How a list is exported: its columns, and so many of its rows from an offset on.
pub(crate) struct Export<I: Interface> {
    pub columns: fn() -> Vec<Vec<String>>,
    pub rows: Rows<I>,
}

impl<I: Interface> Clone for Export<I> {
    fn clone(&self) -> Self {
        Self { columns: self.columns, rows: Arc::clone(&self.rows) }
    }
}

/// A route, as it is served and described.
pub struct Route<I: Interface> {
    /// The id of what it does, such as `products.list`.
    pub operation: &'static str,
    /// What it asks of its callers.
    pub requirement: I::Requirement,
    /// Its method.
    pub method: &'static str,
    /// Its path, with `{names}` for ids.
    pub path: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// The status of its success.
    pub status: u16,
    /// Whether it answers 202 where somebody is to decide on it first.
    pub may_wait: bool,
    /// Whether it answers nothing then.
    pub(crate) is_empty_while_waiting: bool,
    /// How the audit log tells of it, if it does.
    pub event: Option<Event>,
    /// Whether it is beyond the documented interface.
    pub is_extension: bool,
    /// The operation that does the same under another path, and is the one to call.
    pub replaced_by: Option<&'static str>,
    /// Whether tries are counted, so that it may answer 429.
    pub(crate) is_limited: bool,
    /// Whether what it makes may be there already, which is another success.
    pub(crate) may_be_there: bool,
    /// Whether it may change who may call.
    pub(crate) changes_access: bool,
    /// What the statements of a read see.
    pub(crate) view: View,
    /// Whether a repeated call with the same `Idempotency-Key` gets the first answer.
    pub(crate) takes_key: bool,
    /// Whether its body's `password` is hashed before the transaction.
    pub(crate) hashes_password: bool,
    /// What is asked outside before its transaction begins.
    pub(crate) prepare: Option<Prepare<I>>,
    pub(crate) parameters: Vec<Value>,
    /// The headers that its handler reads.
    pub(crate) headers: Vec<&'static str>,
    pub(crate) body: Option<NamedSchema>,
    /// What it does, needs and is special in, where the summary does not say enough.
    pub(crate) description: &'static str,
    /// A call that works on the demonstration data.
    pub(crate) example: Option<Example>,
    /// Whether PUT and PATCH are the same.
    pub(crate) takes_put_and_patch: bool,
    /// The files that its body brings.
    pub(crate) upload: Option<Upload<I>>,
    /// Whether its answer is a record, which has an entity tag.
    pub(crate) is_tagged: bool,
    /// Which policies can make it wait for approval.
    pub coverage: Coverage,
    /// How it waits, where it can.
    pub(crate) approvals: Option<&'static Approvals<I>>,
    /// The kept call that it approves.
    pub(crate) approves: Option<FindKept<I>>,
    /// Whether it writes only what is as the caller has seen it, where `If-Match` says so.
    pub(crate) takes_precondition: bool,
    pub(crate) answers: Answers,
    /// The media types that a record is answered in beside JSON.
    pub(crate) forms: Vec<&'static str>,
    pub(crate) export: Option<Export<I>>,
    pub(crate) run: Run<I>,
}
