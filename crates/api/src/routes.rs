//! The routes: each is declared once, with its operation, path and handler. What serves a call
//! and what describes it in the OpenAPI document are made from the same declaration.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use domain::clients::ClientId;
use domain::identity::Operation;
use domain::identity::options::MASK;
use domain::value::{Entity, Identified, Localizer, Record, Stored};
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;
use serde_json::Value;
use storage::identity::sessions::Session;
use storage::identity::system_logs::{Action, Category, Subject};
use storage::{DbConnection, Page, Tx};

use crate::Problem;
use crate::http::{Answer, Call, Caller, columns_of};
use crate::request::{
    Body, FilterSet, Input, ListQuery, PathIds, Purpose, SortKey, describe_body, describe_list, nothing, read_list,
};
use crate::server::App;

/// What a handler that reads gets: a snapshot of the database, and the call.
pub struct Reading<'a> {
    /// The connection, on one snapshot.
    pub conn: &'a mut DbConnection,
    /// The call.
    pub call: &'a Call,
    /// Who calls.
    pub session: &'a Session,
    /// What all calls share.
    pub app: &'a App,
}

/// What a handler that writes gets: the transaction, and the call.
pub struct Writing<'a, 'tx> {
    /// The transaction.
    pub tx: &'a mut Tx<'tx>,
    /// The call.
    pub call: &'a Call,
    /// Who calls.
    pub session: &'a Session,
    /// What all calls share.
    pub app: &'a App,
}

/// What operations answer: a record with an id, and a name in the audit log.
pub trait Resource: Serialize + JsonSchema + Sized + 'static {
    /// Its name in the audit log.
    const NAME: &'static str;

    /// Its id.
    fn id(&self) -> i64;

    /// Puts its texts in the caller's language.
    fn localize(&mut self, _localizer: &mut Localizer<'_>) {}

    /// What the audit log files it under.
    const CATEGORY: Category = Category::System;

    /// Its name in the audit log after a change, where that depends on what changed.
    fn changed_name(_before: &Self, _after: &Self) -> &'static str {
        Self::NAME
    }

    /// Its type, where the audit log tells it beside the id.
    fn kind(&self) -> Option<&'static str> {
        None
    }

    /// Whose data it is.
    fn client(&self) -> Option<ClientId> {
        None
    }

    /// What the audit log keeps of it.
    fn recorded(&self) -> Result<Value, Problem> {
        value_of(self)
    }

    /// Masks what users see who may not see data of clients in clear.
    fn mask(&mut self) {}
}

/// Puts an answer in the caller's language, and masks it for a caller who may not see it in clear.
fn present<A: Resource>(record: &mut A, localizer: &mut Localizer<'_>, session: &Session) {
    record.localize(localizer);
    if !session.rights.can_view_masked_data {
        record.mask();
    }
}

/// The answer with one record, as this caller sees it.
fn presented<A: Resource>(status: u16, mut record: A, call: &Call, session: &Session) -> Result<Answer, Problem> {
    let mut localizer = Localizer::new(&call.locale);
    present(&mut record, &mut localizer, session);
    Ok(Answer { language: localizer.content_language(), ..json(status, &record)? })
}

impl<T> Resource for Record<T>
where
    T: Entity<Id: Serialize + JsonSchema> + Serialize + JsonSchema + 'static,
{
    const NAME: &'static str = T::RESOURCE;

    fn id(&self) -> i64 {
        self.id.into()
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        self.data.localize(localizer);
    }
}

impl<T> Resource for Identified<T>
where
    T: Entity<Id: Serialize + JsonSchema> + Serialize + JsonSchema + 'static,
{
    const NAME: &'static str = T::RESOURCE;

    fn id(&self) -> i64 {
        self.id.into()
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        self.data.localize(localizer);
    }
}

/// A record before and after a change, for the audit log; the answer is what it is now.
pub struct Changed<A> {
    /// As it was.
    pub before: A,
    /// As it is.
    pub after: A,
}

impl<A: Clone> Changed<A> {
    /// Nothing was changed, so nothing is written.
    pub fn nothing(record: A) -> Self {
        Self { before: record.clone(), after: record }
    }
}

/// What a change made of a record, decided by what is stored: the answer is what it is now.
pub enum Change<A> {
    /// Nothing: the record stays, and the audit log is not told.
    Nothing(A),
    /// Something.
    Made {
        /// As it was.
        before: A,
        /// As it is.
        after: A,
    },
}

impl<A> Change<A> {
    /// The same of what is made of the record.
    pub fn map<B>(self, of: impl Fn(A) -> B) -> Change<B> {
        match self {
            Self::Nothing(record) => Change::Nothing(of(record)),
            Self::Made { before, after } => Change::Made { before: of(before), after: of(after) },
        }
    }
}

/// What a handler that changes a record returns.
pub trait ChangeOutcome {
    /// The record.
    type Answer;

    /// What it made of it.
    fn into_change(self) -> Change<Self::Answer>;
}

impl<A> ChangeOutcome for Change<A> {
    type Answer = A;

    fn into_change(self) -> Self {
        self
    }
}

impl<A: PartialEq> ChangeOutcome for Changed<A> {
    type Answer = A;

    fn into_change(self) -> Change<A> {
        let Self { before, after } = self;
        if before == after { Change::Nothing(after) } else { Change::Made { before, after } }
    }
}

impl Writing<'_, '_> {
    /// Changes a record that is held: reads the body against what is stored, and writes what differs.
    ///
    /// # Errors
    /// A 400 with every fault of the body; what the write refuses.
    pub fn change<T, S>(
        &mut self,
        before: S,
        body: &Body<'_, T>,
        write: impl FnOnce(&mut Tx<'_>, &S, &T) -> Result<S, storage::Error>,
    ) -> Result<Change<S>, Problem>
    where
        T: Input<Current = T> + PartialEq,
        S: Stored<Data = T>,
    {
        let data = body.change(before.data())?;
        self.change_to(before, &data, write)
    }

    /// The same to data that was read already.
    ///
    /// # Errors
    /// What the write refuses.
    pub fn change_to<T: PartialEq, S: Stored<Data = T>>(
        &mut self,
        before: S,
        data: &T,
        write: impl FnOnce(&mut Tx<'_>, &S, &T) -> Result<S, storage::Error>,
    ) -> Result<Change<S>, Problem> {
        if data == before.data() {
            return Ok(Change::Nothing(before));
        }
        let after = write(self.tx, &before, data)?;
        Ok(Change::Made { before, after })
    }
}

/// A record that was added to, and what was made by that, for the audit log.
pub struct Added<A, M> {
    /// The record, as it is now.
    pub record: A,
    /// What was made.
    pub made: M,
}

/// What a write did, for the audit log.
pub(crate) struct Effect {
    pub answer: Answer,
    pub audit: Option<Audit>,
}

/// A record for the audit log.
pub(crate) struct Audit {
    pub subject: Subject,
    pub action: Action,
    pub details: Value,
}

/// What the audit log keeps of a record that is made or changed: a password that is set is seen, masked.
fn recorded<A: Resource>(record: &A, call: &Call) -> Result<Value, Problem> {
    let mut recorded = record.recorded()?;
    if let (Some(_), Some(fields)) = (&call.password_hash, recorded.as_object_mut()) {
        fields.insert("password".to_owned(), MASK.into());
    }
    Ok(recorded)
}

fn subject_of<A: Resource>(record: &A) -> Subject {
    Subject { resource: A::NAME, category: A::CATEGORY, client: record.client() }
}

/// The audit record of a new record.
fn audit_of_new<A: Resource>(record: &A, call: &Call) -> Result<Audit, Problem> {
    let mut details = serde_json::json!({"id": record.id(), "new": recorded(record, call)?});
    if let (Some(kind), Some(fields)) = (record.kind(), details.as_object_mut()) {
        fields.insert("type".to_owned(), kind.into());
    }
    Ok(Audit { subject: subject_of(record), action: Action::Add, details })
}

/// The audit record of a change.
fn audit_of_change<A: Resource>(before: &A, after: &A, call: &Call) -> Result<Audit, Problem> {
    let (old, new) = (before.recorded()?, recorded(after, call)?);
    let details = serde_json::json!({"id": after.id(), "old": old, "new": new});
    let subject = Subject { resource: A::changed_name(before, after), ..subject_of(after) };
    Ok(Audit { subject, action: Action::Update, details })
}

/// What an action is under way to.
pub(crate) trait Acting: Future<Output = Result<Answer, Problem>> + 'static {}

impl<R: Future<Output = Result<Answer, Problem>> + 'static> Acting for R {}

type Read = Box<dyn Fn(&mut Reading<'_>) -> Result<Answer, Problem> + Send + Sync>;
type Write = Box<dyn Fn(&mut Writing<'_, '_>) -> Result<Effect, Problem> + Send + Sync>;
type Act = Box<dyn Fn(Arc<App>, Arc<Call>) -> Pin<Box<dyn Acting>> + Send + Sync>;

/// How a route is run.
pub(crate) enum Run {
    /// On a snapshot.
    Read(Read),
    /// In a transaction, with its audit record.
    Write(Write),
    /// By itself: sign-in and the like, which are more than one transaction.
    Act(Act),
}

/// What a write is called in the audit log; some changes have another name where less changed.
#[derive(Clone, Copy, Debug)]
pub struct Event {
    category: Category,
    resource: &'static str,
    action: Action,
}

impl Event {
    const fn of<A: Resource>(action: Action) -> Self {
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

/// A route, as it is served and described.
pub struct Route {
    /// What it does.
    pub operation: Operation,
    /// Its method.
    pub method: &'static str,
    /// Its path, with `{names}` for ids.
    pub path: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// Whether it needs a signed-in user.
    pub needs_user: bool,
    /// Whether it takes a key of a platform instead of a user's token.
    pub takes_platform_key: bool,
    /// The status of its success.
    pub status: u16,
    /// How the audit log tells of it, if it does.
    pub event: Option<Event>,
    /// Whether its answer may be kept until the next write; not where it hangs on the time.
    pub(crate) is_kept: bool,
    /// Whether a repeated call with the same `Idempotency-Key` gets the first answer.
    pub(crate) takes_key: bool,
    /// Whether its body's `password` is hashed before the transaction.
    pub(crate) hashes_password: bool,
    pub(crate) parameters: Vec<Value>,
    pub(crate) body: Option<Value>,
    pub(crate) is_list: bool,
    pub(crate) answer: Option<fn(&mut SchemaGenerator) -> Value>,
    pub(crate) export: Option<Export>,
    pub(crate) run: Run,
}

type Rows = Box<dyn Fn(&mut Reading<'_>, i64, i64) -> Result<Vec<Value>, Problem> + Send + Sync>;

/// How a list is exported: its columns, and so many of its rows from an offset on.
pub(crate) struct Export {
    pub columns: fn() -> Vec<Vec<String>>,
    pub rows: Rows,
}

/// The routes of the interface, gathered context by context.
#[derive(Default)]
pub struct Routes {
    routes: Vec<Route>,
}

fn schema_of<A: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<A>().to_value()
}

fn json<A: Serialize>(status: u16, answer: &A) -> Result<Answer, Problem> {
    let body = serde_json::to_vec(answer).map_err(|error| Problem::internal(error.to_string()))?;
    Ok(Answer { status, body: body.into(), ..Answer::empty() })
}

fn value_of<A: Serialize>(record: &A) -> Result<Value, Problem> {
    serde_json::to_value(record).map_err(|error| Problem::internal(error.to_string()))
}

#[derive(Serialize)]
struct ListAnswer<A> {
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<i64>,
    data: Vec<A>,
}

impl Routes {
    /// All routes.
    pub(crate) fn into_vec(self) -> Vec<Route> {
        self.routes
    }

    /// A list.
    pub fn list<P: PathIds, F: FilterSet, S: SortKey, A: Resource>(
        &mut self,
        operation: Operation,
        path: &'static str,
        summary: &'static str,
        handler: fn(&mut Reading<'_>, P, &ListQuery<F, S>) -> Result<Page<A>, Problem>,
    ) {
        // `window` stands in for the limit and the offset of an export.
        let page_of = move |reading: &mut Reading<'_>,
                            window: Option<(i64, i64)>,
                            localizer: &mut Localizer<'_>|
              -> Result<Page<A>, Problem> {
            let ids = P::from_segments(&reading.call.segments).ok_or_else(Problem::not_found)?;
            let mut query = match read_list::<F, S>(&reading.call.query) {
                Ok(query) => query,
                Err(problem) => {
                    // A record of the path that does not exist is told before faults of the query.
                    if let Some(nothing) = nothing::<F, S>() {
                        handler(reading, ids.clone(), &nothing)?;
                    }
                    return Err(problem);
                }
            };
            if let Some((limit, offset)) = window {
                (query.paging.limit, query.paging.offset, query.paging.counts) = (limit, offset, false);
            }
            if query.matches_nothing {
                query.paging.limit = 0;
            }
            let mut page = handler(reading, ids, &query)?;
            if query.matches_nothing {
                page.total = page.total.map(|_| 0);
            }
            for record in &mut page.data {
                present(record, localizer, reading.session);
            }
            Ok(page)
        };
        let run = move |reading: &mut Reading<'_>| {
            let mut localizer = Localizer::new(&reading.call.locale);
            let page = page_of(reading, None, &mut localizer)?;
            let answer = json(200, &ListAnswer { total: page.total, data: page.data })?;
            Ok(Answer { language: localizer.content_language(), ..answer })
        };
        let rows = move |reading: &mut Reading<'_>, limit: i64, offset: i64| {
            let mut localizer = Localizer::new(&reading.call.locale);
            page_of(reading, Some((limit, offset)), &mut localizer)?.data.iter().map(value_of).collect()
        };
        let route = Route {
            export: Some(Export { columns: columns_of::<A>, rows: Box::new(rows) }),
            parameters: describe_list::<F, S>(),
            is_list: true,
            answer: Some(schema_of::<A>),
            ..route(operation, "GET", path, summary, Run::Read(Box::new(run)))
        };
        self.routes.push(route);
    }

    /// One record.
    pub fn get<P: PathIds, A: Resource>(
        &mut self,
        operation: Operation,
        path: &'static str,
        summary: &'static str,
        handler: fn(&mut Reading<'_>, P) -> Result<A, Problem>,
    ) {
        let run = move |reading: &mut Reading<'_>| {
            let ids = P::from_segments(&reading.call.segments).ok_or_else(Problem::not_found)?;
            presented(200, handler(reading, ids)?, reading.call, reading.session)
        };
        let route =
            Route { answer: Some(schema_of::<A>), ..route(operation, "GET", path, summary, Run::Read(Box::new(run))) };
        self.routes.push(route);
    }

    /// One record that hangs on the time, so that no answer is kept.
    pub fn get_fresh<P: PathIds, A: Resource>(
        &mut self,
        operation: Operation,
        path: &'static str,
        summary: &'static str,
        handler: fn(&mut Reading<'_>, P) -> Result<A, Problem>,
    ) {
        self.get(operation, path, summary, handler);
        if let Some(route) = self.routes.last_mut() {
            route.is_kept = false;
        }
    }

    /// One record that is asked for with filters; the handler tells their faults after a record of
    /// the path that does not exist.
    pub fn get_filtered<P: PathIds, F: FilterSet, A: Resource>(
        &mut self,
        operation: Operation,
        path: &'static str,
        summary: &'static str,
        handler: fn(&mut Reading<'_>, P, Result<F, Problem>) -> Result<A, Problem>,
    ) {
        let run = move |reading: &mut Reading<'_>| {
            let ids = P::from_segments(&reading.call.segments).ok_or_else(Problem::not_found)?;
            let filter = read_list::<F, storage::ById>(&reading.call.query).map(|query| query.filter);
            presented(200, handler(reading, ids, filter)?, reading.call, reading.session)
        };
        let is_filter = |parameter: &Value| {
            parameter.get("name").and_then(Value::as_str).is_some_and(|name| name.starts_with("filter["))
        };
        let parameters = describe_list::<F, storage::ById>().into_iter().filter(is_filter).collect();
        let route = route(operation, "GET", path, summary, Run::Read(Box::new(run)));
        self.routes.push(Route { parameters, answer: Some(schema_of::<A>), ..route });
    }

    /// Makes a record.
    pub fn create<P: PathIds, B: Input, A: Resource>(
        &mut self,
        operation: Operation,
        path: &'static str,
        summary: &'static str,
        handler: fn(&mut Writing<'_, '_>, P, &Body<'_, B>) -> Result<A, Problem>,
    ) {
        let location = |call: &Call, record: &A| format!("{}/{}", call.path, record.id());
        self.make(201, operation, path, summary, handler, location);
    }

    /// Makes a record that is found at another path than the one it is made at.
    pub fn create_elsewhere<P: PathIds, B: Input, A: Resource>(
        &mut self,
        status: u16,
        operation: Operation,
        path: &'static str,
        summary: &'static str,
        found_at: fn(&A) -> String,
        handler: fn(&mut Writing<'_, '_>, P, &Body<'_, B>) -> Result<A, Problem>,
    ) {
        self.make(status, operation, path, summary, handler, move |_: &Call, record: &A| found_at(record));
    }

    fn make<P: PathIds, B: Input, A: Resource>(
        &mut self,
        status: u16,
        operation: Operation,
        path: &'static str,
        summary: &'static str,
        handler: fn(&mut Writing<'_, '_>, P, &Body<'_, B>) -> Result<A, Problem>,
        location: impl Fn(&Call, &A) -> String + Send + Sync + 'static,
    ) {
        let run = move |writing: &mut Writing<'_, '_>| {
            let ids = P::from_segments(&writing.call.segments).ok_or_else(Problem::not_found)?;
            let record = handler(writing, ids, &writing.call.body())?;
            let audit = audit_of_new(&record, writing.call)?;
            let location = location(writing.call, &record);
            let answer = presented(status, record, writing.call, writing.session)?;
            let answer = Answer { location: Some(location), ..answer };
            Ok(Effect { answer, audit: Some(audit) })
        };
        let route = Route {
            status,
            hashes_password: B::HASHES_PASSWORD,
            body: described::<B>(Purpose::Create),
            answer: Some(schema_of::<A>),
            event: Some(Event::of::<A>(Action::Add)),
            ..route(operation, "POST", path, summary, Run::Write(Box::new(run)))
        };
        self.routes.push(route);
    }

    /// Changes a record, by PUT and PATCH alike.
    pub fn update<P: PathIds, B: Input, C: ChangeOutcome<Answer: Resource> + 'static>(
        &mut self,
        operation: Operation,
        path: &'static str,
        summary: &'static str,
        handler: fn(&mut Writing<'_, '_>, P, &Body<'_, B>) -> Result<C, Problem>,
    ) {
        self.change("PUT", operation, path, summary, handler);
        self.change("PATCH", operation, path, summary, handler);
    }

    /// Changes a record, by PATCH alone.
    pub fn patch<P: PathIds, B: Input, C: ChangeOutcome<Answer: Resource> + 'static>(
        &mut self,
        operation: Operation,
        path: &'static str,
        summary: &'static str,
        handler: fn(&mut Writing<'_, '_>, P, &Body<'_, B>) -> Result<C, Problem>,
    ) {
        self.change("PATCH", operation, path, summary, handler);
    }

    /// Changes a record, by PUT alone.
    pub fn put<P: PathIds, B: Input, C: ChangeOutcome<Answer: Resource> + 'static>(
        &mut self,
        operation: Operation,
        path: &'static str,
        summary: &'static str,
        handler: fn(&mut Writing<'_, '_>, P, &Body<'_, B>) -> Result<C, Problem>,
    ) {
        self.change("PUT", operation, path, summary, handler);
    }

    /// Changes a record by an action, by POST.
    pub fn action<P: PathIds, B: Input, C: ChangeOutcome<Answer: Resource> + 'static>(
        &mut self,
        operation: Operation,
        path: &'static str,
        summary: &'static str,
        handler: fn(&mut Writing<'_, '_>, P, &Body<'_, B>) -> Result<C, Problem>,
    ) {
        self.change("POST", operation, path, summary, handler);
    }

    /// Does something with a record, by POST, and answers nothing.
    pub fn act_on<P: PathIds, B: Input, C: ChangeOutcome<Answer: Resource> + 'static>(
        &mut self,
        operation: Operation,
        path: &'static str,
        summary: &'static str,
        handler: fn(&mut Writing<'_, '_>, P, &Body<'_, B>) -> Result<C, Problem>,
    ) {
        self.change_by("POST", true, operation, path, summary, handler);
    }

    /// Adds to a record, by PUT and PATCH alike: twice is not the same as once, so both take an
    /// `Idempotency-Key`.
    pub fn add_to<P: PathIds, B: Input, A: Resource, M: Resource>(
        &mut self,
        operation: Operation,
        path: &'static str,
        summary: &'static str,
        handler: fn(&mut Writing<'_, '_>, P, &Body<'_, B>) -> Result<Added<A, M>, Problem>,
    ) {
        for method in ["PUT", "PATCH"] {
            let run = move |writing: &mut Writing<'_, '_>| {
                let ids = P::from_segments(&writing.call.segments).ok_or_else(Problem::not_found)?;
                let Added { record, made } = handler(writing, ids, &writing.call.body())?;
                let audit = Some(audit_of_new(&made, writing.call)?);
                Ok(Effect { answer: presented(200, record, writing.call, writing.session)?, audit })
            };
            let route = Route {
                takes_key: true,
                body: described::<B>(Purpose::Create),
                answer: Some(schema_of::<A>),
                event: Some(Event::of::<M>(Action::Add)),
                ..route(operation, method, path, summary, Run::Write(Box::new(run)))
            };
            self.routes.push(route);
        }
    }

    fn change<P: PathIds, B: Input, C: ChangeOutcome<Answer: Resource> + 'static>(
        &mut self,
        method: &'static str,
        operation: Operation,
        path: &'static str,
        summary: &'static str,
        handler: fn(&mut Writing<'_, '_>, P, &Body<'_, B>) -> Result<C, Problem>,
    ) {
        self.change_by(method, false, operation, path, summary, handler);
    }

    fn change_by<P: PathIds, B: Input, C: ChangeOutcome<Answer: Resource> + 'static>(
        &mut self,
        method: &'static str,
        is_silent: bool,
        operation: Operation,
        path: &'static str,
        summary: &'static str,
        handler: fn(&mut Writing<'_, '_>, P, &Body<'_, B>) -> Result<C, Problem>,
    ) {
        let run = move |writing: &mut Writing<'_, '_>| {
            let ids = P::from_segments(&writing.call.segments).ok_or_else(Problem::not_found)?;
            let (audit, after) = match handler(writing, ids, &writing.call.body())?.into_change() {
                // A password that is set is a change that no record shows.
                Change::Nothing(record) if writing.call.password_hash.is_some() => {
                    (Some(audit_of_change(&record, &record, writing.call)?), record)
                }
                Change::Nothing(record) => (None, record),
                Change::Made { before, after } => (Some(audit_of_change(&before, &after, writing.call)?), after),
            };
            if is_silent {
                return Ok(Effect { answer: Answer::empty(), audit });
            }
            Ok(Effect { answer: presented(200, after, writing.call, writing.session)?, audit })
        };
        let route = Route {
            status: if is_silent { 204 } else { 200 },
            hashes_password: B::HASHES_PASSWORD,
            body: described::<B>(Purpose::Change),
            answer: (!is_silent).then_some(schema_of::<C::Answer>),
            event: Some(Event::of::<C::Answer>(Action::Update)),
            ..route(operation, method, path, summary, Run::Write(Box::new(run)))
        };
        self.routes.push(route);
    }

    /// Deletes a record; the handler answers what it was.
    pub fn delete<P: PathIds, A: Resource>(
        &mut self,
        operation: Operation,
        path: &'static str,
        summary: &'static str,
        handler: fn(&mut Writing<'_, '_>, P) -> Result<A, Problem>,
    ) {
        let run = move |writing: &mut Writing<'_, '_>| {
            let ids = P::from_segments(&writing.call.segments).ok_or_else(Problem::not_found)?;
            let record = handler(writing, ids)?;
            let details = serde_json::json!({"id": record.id(), "old": record.recorded()?});
            let audit = Audit { subject: subject_of(&record), action: Action::Delete, details };
            Ok(Effect { answer: Answer::empty(), audit: Some(audit) })
        };
        let route = Route {
            status: 204,
            event: Some(Event::of::<A>(Action::Delete)),
            ..route(operation, "DELETE", path, summary, Run::Write(Box::new(run)))
        };
        self.routes.push(route);
    }

    /// Something that is more than one transaction. `B` describes its body, `A` its answer.
    pub(crate) fn act<B: Input, A: JsonSchema, R: Acting>(
        &mut self,
        operation: Operation,
        path: &'static str,
        summary: &'static str,
        caller: Caller,
        handler: fn(Arc<App>, Arc<Call>) -> R,
    ) {
        self.act_silently::<B, R>(operation, path, summary, caller, handler);
        if let Some(route) = self.routes.last_mut() {
            route.status = 200;
            route.answer = Some(schema_of::<A>);
        }
    }

    /// The same without an answer.
    pub(crate) fn act_silently<B: Input, R: Acting>(
        &mut self,
        operation: Operation,
        path: &'static str,
        summary: &'static str,
        caller: Caller,
        handler: fn(Arc<App>, Arc<Call>) -> R,
    ) {
        let act: Act = Box::new(move |app, call| Box::pin(handler(app, call)));
        let body = describe_body::<B>(Purpose::Create);
        let has_fields = body.pointer("/required").is_some();
        let route = Route {
            needs_user: caller == Caller::User,
            takes_platform_key: caller == Caller::Platform,
            // A key belongs to a user: whoever signs in is none yet, and each attempt counts.
            takes_key: caller == Caller::User,
            status: 204,
            body: has_fields.then_some(body),
            ..route(operation, "POST", path, summary, Run::Act(act))
        };
        self.routes.push(route);
    }
}

/// The schema of a body, if it has fields at all.
fn described<B: Input>(purpose: Purpose) -> Option<Value> {
    let body = describe_body::<B>(purpose);
    let has_fields = body.get("properties").and_then(Value::as_object).is_some_and(|fields| !fields.is_empty());
    has_fields.then_some(body)
}

fn route(operation: Operation, method: &'static str, path: &'static str, summary: &'static str, run: Run) -> Route {
    Route {
        operation,
        method,
        path,
        summary,
        needs_user: true,
        takes_platform_key: false,
        status: 200,
        is_kept: true,
        takes_key: method == "POST",
        hashes_password: false,
        parameters: Vec::new(),
        body: None,
        is_list: false,
        answer: None,
        export: None,
        event: None,
        run,
    }
}
