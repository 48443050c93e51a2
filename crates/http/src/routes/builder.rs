use std::future::Future;
use std::sync::Arc;

use domain::value::Localizer;
use schemars::JsonSchema;
use serde_json::Value;
use storage::View;
use storage::audit::Action;

use super::preconditions::{require_as_seen, require_none, settle};
use super::resource::{audit_of_gone, audit_of_new, present, presented};
use super::schemas::{ListAnswer, described, pascal_case, schema_of};
use super::{
    Added, Answers, Change, Coverage, Effect, Event, Example, FindKept, Prepare, Reading, Resource, Resumable, Route,
    Run, Saved, Upload, Work, Writing,
};
use crate::request::{Body, Input, PathIds, Purpose};
use crate::{Answer, Call, Checked, Interface, Problem};

/// A route that is being declared. Its last call names the handler, by what becomes of a record: `list`, `record`,
/// `created`, `changed`, `deleted`, and so on.
#[must_use = "a route without a handler is not served"]
pub struct RouteBuilder<'a, I: Interface> {
    routes: &'a mut Vec<Route<I>>,
    methods: &'static [&'static str],
    operation: &'static str,
    path: &'static str,
    requirement: I::Requirement,
    summary: &'static str,
    description: &'static str,
    example: Option<Example>,
    status: Option<u16>,
    is_silent: bool,
    may_wait: bool,
    is_empty_while_waiting: bool,
    is_extension: bool,
    replaced_by: Option<&'static str>,
    answers_secret: bool,
    is_limited: bool,
    may_be_there: bool,
    changes_access: bool,
    view: View,
    upload: Option<Upload<I>>,
    takes_key: Option<bool>,
    prepare: Option<Prepare<I>>,
    approves: Option<FindKept<I>>,
    parameters: Vec<Value>,
    headers: Vec<&'static str>,
}

impl<'a, I: Interface> RouteBuilder<'a, I> {
    pub(super) const fn new(
        routes: &'a mut Vec<Route<I>>,
        methods: &'static [&'static str],
        operation: &'static str,
        path: &'static str,
        requirement: I::Requirement,
    ) -> Self {
        Self {
            routes,
            methods,
            operation,
            path,
            requirement,
            summary: "",
            description: "",
            example: None,
            status: None,
            is_silent: false,
            may_wait: false,
            is_empty_while_waiting: false,
            is_extension: false,
            replaced_by: None,
            answers_secret: false,
            is_limited: false,
            may_be_there: false,
            changes_access: false,
            view: View::Snapshot,
            upload: None,
            takes_key: None,
            prepare: None,
            approves: None,
            parameters: Vec::new(),
            headers: Vec::new(),
        }
    }
}

impl<I: Interface> RouteBuilder<'_, I> {
    /// What it does, in one sentence.
    pub fn summary(self, summary: &'static str) -> Self {
        Self { summary, ..self }
    }

    /// What it does, what it needs and what is special about it, where the summary does not say enough.
    pub fn describe(self, description: &'static str) -> Self {
        Self { description, ..self }
    }

    /// A body that works as it is shown, on the demonstration data.
    pub fn example(self, body: Value) -> Self {
        Self { example: Some(Example { path: None, body: Some(body) }), ..self }
    }

    /// The same at a path with ids.
    pub fn example_at(self, path: &'static str, body: Value) -> Self {
        Self { example: Some(Example { path: Some(path), body: Some(body) }), ..self }
    }

    /// A path with ids that works as it is shown, on the demonstration data, where there is no body.
    pub fn example_path(self, path: &'static str) -> Self {
        Self { example: Some(Example { path: Some(path), body: None }), ..self }
    }

    /// The status of its success, where it is not the usual one.
    pub fn status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }

    /// It answers nothing.
    pub fn silent(self) -> Self {
        Self { is_silent: true, ..self }
    }

    /// It answers 202 where somebody is to decide on it first, as the record that it answers tells.
    pub fn may_wait(self) -> Self {
        Self { may_wait: true, ..self }
    }

    /// It is beyond the documented interface.
    pub fn extension(self) -> Self {
        Self { is_extension: true, ..self }
    }

    /// This operation does the same under another path, and is the one to call. Its approval policy applies to both.
    pub fn replaced_by(self, operation: &'static str) -> Self {
        Self { replaced_by: Some(operation), ..self }
    }

    /// Its answer has a secret that is shown this once. It cannot wait for approval: whoever approves it would see that.
    pub fn answers_secret(self) -> Self {
        Self { answers_secret: true, ..self }
    }

    /// Tries are counted: it may answer 429.
    pub fn limited(self) -> Self {
        Self { is_limited: true, ..self }
    }

    /// It may change who may call, and from where.
    pub fn changes_access(self) -> Self {
        Self { changes_access: true, ..self }
    }

    /// Its handler reads by one statement, so it needs no transaction around it. What restricts the caller to some records
    /// may be looked up by another, after it.
    pub fn single_statement(self) -> Self {
        Self { view: View::Statement, ..self }
    }

    /// Its body brings files.
    pub fn uploads(self, upload: Upload<I>) -> Self {
        Self { upload: Some(upload), ..self }
    }

    /// It takes an `Idempotency-Key`, since twice is not the same as once. Every POST does by itself.
    pub fn idempotent(self) -> Self {
        Self { takes_key: Some(true), ..self }
    }

    /// It takes this parameter in the query, which its handler reads.
    pub fn parameter(mut self, name: &'static str, description: &'static str, schema: Value) -> Self {
        let parameter = serde_json::json!({
            "name": name, "in": "query", "required": false, "description": description, "schema": schema,
        });
        self.parameters.push(parameter);
        self
    }

    /// The same for one that must be sent, such as in this example.
    pub fn needed_parameter(
        mut self,
        name: &'static str,
        description: &'static str,
        schema: Value,
        example: &'static str,
    ) -> Self {
        let parameter = serde_json::json!({
            "name": name, "in": "query", "required": true, "description": description, "schema": schema,
            "example": example,
        });
        self.parameters.push(parameter);
        self
    }

    /// It takes this header, which its handler reads ([`Call::header`]).
    pub fn header(mut self, name: &'static str, description: &'static str) -> Self {
        let schema = serde_json::json!({"type": "string"});
        let parameter = serde_json::json!({
            "name": name, "in": "header", "required": false, "description": description, "schema": schema,
        });
        self.parameters.push(parameter);
        self.headers.push(name);
        self
    }

    /// What must be asked outside, before the transaction of the write begins. What it refuses is not written; what the
    /// transaction finds out by itself, such as faults of the body, it leaves to that.
    pub fn after<R>(self, prepare: fn(Arc<I::Context>, Arc<Call<I>>) -> R) -> Self
    where
        R: Future<Output = Result<Checked, Problem>> + 'static,
    {
        let prepare: Prepare<I> = Arc::new(move |context, call| Box::pin(prepare(context, call)));
        Self { prepare: Some(prepare), ..self }
    }

    /// It approves a kept call, which this finds: its handler carries that out ([`Writing::resumed`]).
    pub fn approves(self, find: fn(&mut Reading<'_, I>) -> Result<Option<Resumable<I>>, Problem>) -> Self {
        Self { approves: Some(Arc::new(find)), ..self }
    }

    /// Makes a record, which is found below the path it is made at.
    pub fn created<P: PathIds, B: Input<I>, A: Resource<I>>(
        self,
        handler: fn(&mut Writing<'_, '_, I>, P, &Body<'_, I, B>) -> Result<A, Problem>,
    ) {
        self.make(handler, |call, record| format!("{}/{}", call.path, record.id()));
    }

    /// Makes a record that is found at another path than the one it is made at.
    pub fn created_at<P: PathIds, B: Input<I>, A: Resource<I>>(
        self,
        found_at: fn(&A) -> String,
        handler: fn(&mut Writing<'_, '_, I>, P, &Body<'_, I, B>) -> Result<A, Problem>,
    ) {
        self.make(handler, move |_, record| found_at(record));
    }

    fn make<P: PathIds, B: Input<I>, A: Resource<I>>(
        self,
        handler: fn(&mut Writing<'_, '_, I>, P, &Body<'_, I, B>) -> Result<A, Problem>,
        location: impl Fn(&Call<I>, &A) -> String + Send + Sync + 'static,
    ) {
        let may_wait = self.may_wait;
        let status = self.status.unwrap_or(201);
        let run = move |writing: &mut Writing<'_, '_, I>| {
            let ids = P::from_segments(&writing.call.segments).ok_or_else(Problem::not_found)?;
            let record = handler(writing, ids, &writing.call.body())?;
            let status = if may_wait && record.waits() { 202 } else { status };
            let audit = Some(audit_of_new(&record, writing.call)?);
            let (location, moved) = (location(writing.call, &record), record.moved());
            let answer = presented(status, record, writing.call)?;
            Ok(Effect { answer: Answer { location: Some(location), ..answer }, audit, moved })
        };
        self.add(status, Work::Write(Arc::new(run)), |route| Route {
            hashes_password: B::HASHES_PASSWORD,
            body: described::<I, B>(Purpose::Create, || format!("New{}", A::schema_name())),
            answers: Answers::Record(schema_of::<A>),
            is_tagged: true,
            coverage: A::COVERAGE,
            event: Some(Event::of::<I, A>(Action::Add)),
            ..route
        });
    }

    /// A list that is asked for by a body, and that the audit log is not told of.
    pub fn asked_list<P: PathIds, B: Input<I>, A: Resource<I>>(
        self,
        handler: fn(&mut Writing<'_, '_, I>, P, &Body<'_, I, B>) -> Result<Vec<A>, Problem>,
    ) {
        let run = move |writing: &mut Writing<'_, '_, I>| {
            let ids = P::from_segments(&writing.call.segments).ok_or_else(Problem::not_found)?;
            let mut data = handler(writing, ids, &writing.call.body())?;
            let mut localizer = Localizer::new(&writing.call.locale);
            for record in &mut data {
                present::<I, A>(record, &mut localizer, writing.call.caller.as_deref());
            }
            let total = i64::try_from(data.len()).ok();
            let answer = Answer::json_with(200, &ListAnswer { total, data })?;
            Ok(Effect::new(Answer { language: localizer.content_language(), ..answer }, None))
        };
        let body = described::<I, B>(Purpose::Create, || pascal_case(self.operation));
        self.add(200, Work::Write(Arc::new(run)), |route| Route {
            body,
            answers: Answers::Record(schema_of::<ListAnswer<A>>),
            ..route
        });
    }

    /// Saves a record: 201 where it is new, and 200 where it was there.
    pub fn saved_at<P: PathIds, B: Input<I>, A: Resource<I>>(
        mut self,
        found_at: fn(&A) -> String,
        handler: fn(&mut Writing<'_, '_, I>, P, &Body<'_, I, B>) -> Result<Saved<A>, Problem>,
    ) {
        self.may_be_there = true;
        let run = move |writing: &mut Writing<'_, '_, I>| {
            let ids = P::from_segments(&writing.call.segments).ok_or_else(Problem::not_found)?;
            match handler(writing, ids, &writing.call.body())? {
                Saved::New(record) => {
                    require_none(writing.call)?;
                    let audit = Some(audit_of_new(&record, writing.call)?);
                    let location = Some(found_at(&record));
                    let moved = record.moved();
                    Ok(Effect { answer: Answer { location, ..presented(201, record, writing.call)? }, audit, moved })
                }
                Saved::Known(change) => settle(change, writing.call, |_| 200),
            }
        };
        self.add(201, Work::Write(Arc::new(run)), |route| Route {
            body: described::<I, B>(Purpose::Create, || format!("New{}", A::schema_name())),
            answers: Answers::Record(schema_of::<A>),
            is_tagged: true,
            takes_precondition: route.method != "POST",
            coverage: A::COVERAGE,
            event: Some(Event::of::<I, A>(Action::Add)),
            ..route
        });
    }

    /// Changes a record.
    pub fn changed<P: PathIds, B: Input<I>, A: Resource<I>>(
        self,
        handler: fn(&mut Writing<'_, '_, I>, P, &Body<'_, I, B>) -> Result<Change<A>, Problem>,
    ) {
        let (is_silent, may_wait) = (self.is_silent, self.may_wait);
        let status = self.status.unwrap_or(if is_silent { 204 } else { 200 });
        let run = move |writing: &mut Writing<'_, '_, I>| {
            let ids = P::from_segments(&writing.call.segments).ok_or_else(Problem::not_found)?;
            let change = handler(writing, ids, &writing.call.body())?;
            let effect = settle(change, writing.call, |after| if may_wait && after.waits() { 202 } else { status })?;
            Ok(if is_silent { Effect { answer: Answer::empty_with(effect.answer.status), ..effect } } else { effect })
        };
        // What is posted acts on the record: it is no part of it that is left out to stay as it is.
        let body = if self.methods == ["POST"] {
            described::<I, B>(Purpose::Create, || pascal_case(self.operation))
        } else {
            described::<I, B>(Purpose::Change, || format!("{}Change", A::schema_name()))
        };
        self.add(status, Work::Write(Arc::new(run)), |route| Route {
            hashes_password: B::HASHES_PASSWORD,
            body,
            answers: if is_silent { Answers::Nothing } else { Answers::Record(schema_of::<A>) },
            is_tagged: !is_silent,
            takes_precondition: route.method != "POST",
            coverage: A::COVERAGE,
            event: Some(Event::of::<I, A>(Action::Update)),
            ..route
        });
    }

    /// It answers 202 and nothing where somebody is to decide on it first.
    pub(super) fn waiting_empty(self) -> Self {
        Self { may_wait: true, is_empty_while_waiting: true, ..self }
    }

    /// Adds to a record.
    pub fn added<P: PathIds, B: Input<I>, A: Resource<I>, M: Resource<I>>(
        self,
        handler: fn(&mut Writing<'_, '_, I>, P, &Body<'_, I, B>) -> Result<Added<A, M>, Problem>,
    ) {
        let run = move |writing: &mut Writing<'_, '_, I>| {
            let ids = P::from_segments(&writing.call.segments).ok_or_else(Problem::not_found)?;
            let Added { before, record, made } = handler(writing, ids, &writing.call.body())?;
            let audit = Some(audit_of_new(&made, writing.call)?);
            match before {
                Some(before) => require_as_seen(before, writing.call)?,
                None => require_none(writing.call)?,
            }
            Ok(Effect { audit, moved: made.moved(), answer: presented(200, record, writing.call)? })
        };
        self.add(200, Work::Write(Arc::new(run)), |route| Route {
            body: described::<I, B>(Purpose::Create, || format!("New{}", M::schema_name())),
            answers: Answers::Record(schema_of::<A>),
            is_tagged: true,
            takes_precondition: route.method != "POST",
            coverage: M::COVERAGE,
            event: Some(Event::of::<I, M>(Action::Add)),
            ..route
        });
    }

    /// Deletes a record; the handler returns what it was.
    pub fn deleted<P: PathIds, A: Resource<I>>(self, handler: fn(&mut Writing<'_, '_, I>, P) -> Result<A, Problem>) {
        let run = move |writing: &mut Writing<'_, '_, I>| {
            let ids = P::from_segments(&writing.call.segments).ok_or_else(Problem::not_found)?;
            let record = handler(writing, ids)?;
            let audit = Some(audit_of_gone::<I, A>(&record)?);
            require_as_seen(record, writing.call)?;
            Ok(Effect::new(Answer::empty(), audit))
        };
        self.add(204, Work::Write(Arc::new(run)), |route| Route {
            takes_precondition: true,
            coverage: Coverage::Always,
            event: Some(Event::of::<I, A>(Action::Delete)),
            ..route
        });
    }

    /// Something that is more than one transaction. `B` describes its body, `A` its answer.
    pub fn action<B: Input<I>, A: JsonSchema, R>(self, handler: fn(Arc<I::Context>, Arc<Call<I>>) -> R)
    where
        R: Future<Output = Result<Answer, Problem>> + 'static,
    {
        self.act::<B, R>(200, Answers::Record(schema_of::<A>), handler);
    }

    /// The same without an answer.
    pub fn silent_action<B: Input<I>, R>(self, handler: fn(Arc<I::Context>, Arc<Call<I>>) -> R)
    where
        R: Future<Output = Result<Answer, Problem>> + 'static,
    {
        self.act::<B, R>(204, Answers::Nothing, handler);
    }

    fn act<B: Input<I>, R>(mut self, status: u16, answers: Answers, handler: fn(Arc<I::Context>, Arc<Call<I>>) -> R)
    where
        R: Future<Output = Result<Answer, Problem>> + 'static,
    {
        use crate::Requirement as _;
        // A key belongs to a caller: whoever signs in is nobody yet, and each attempt counts.
        let repeats = self.methods != ["GET"] && self.requirement.needs_caller();
        self.takes_key = self.takes_key.or(Some(repeats));
        let body = described::<I, B>(Purpose::Create, || pascal_case(self.operation));
        let has_fields =
            |schema: &Value| schema.get("properties").and_then(Value::as_object).is_some_and(|all| !all.is_empty());
        let body = body.filter(|body| has_fields(&body.schema));
        let run = Work::Act(Arc::new(move |context, call| Box::pin(handler(context, call))));
        self.add(status, run, |route| Route { body, answers, ..route });
    }

    /// Adds the route; one for each method, where it has several, that runs the same handler.
    pub(super) fn add(self, status: u16, run: impl Into<Run<I>>, with: impl FnOnce(Route<I>) -> Route<I>) {
        let Self { routes, methods, operation, path, requirement, summary, description, .. } = self;
        let (first, others) = methods.split_first().unwrap_or((&"GET", &[]));
        let mut route = with(Route {
            operation,
            requirement,
            method: first,
            path,
            summary,
            description,
            example: self.example,
            takes_put_and_patch: methods.len() > 1,
            status: self.status.unwrap_or(status),
            may_wait: self.may_wait,
            is_empty_while_waiting: self.is_empty_while_waiting,
            is_extension: self.is_extension,
            replaced_by: self.replaced_by,
            is_limited: self.is_limited,
            may_be_there: self.may_be_there,
            changes_access: self.changes_access,
            view: self.view,
            takes_key: self.takes_key.unwrap_or(*first == "POST"),
            hashes_password: false,
            prepare: self.prepare,
            parameters: self.parameters,
            headers: self.headers,
            body: None,
            upload: self.upload,
            is_tagged: false,
            takes_precondition: false,
            coverage: Coverage::Never,
            approvals: None,
            approves: self.approves,
            answers: Answers::Nothing,
            forms: Vec::new(),
            export: None,
            event: None,
            run: run.into(),
        });
        if self.answers_secret {
            route.coverage = Coverage::Never;
        }
        let others: Vec<Route<I>> = others.iter().filter_map(|method| route.by_another_method(method)).collect();
        routes.push(route);
        routes.extend(others);
    }
}
