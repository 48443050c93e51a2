//! A call's way through an interface: route, gate, body, handler, answer.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::web::Payload;
use domain::identity::Principal;
use logging::{LogCaller, LogContext};
use storage::{Guard, Position, Terms, Tx, View};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::body::{object, read_body};
use crate::entity_tag::Precondition;
use crate::export::Exports;
use crate::headers::{bearer, idempotency_key, locale, sent_headers, wants_csv};
use crate::idempotency::{InFlight, answer_once, replay};
use crate::metrics::Metrics;
use crate::mounted::{Incoming, Mounted, Outcome, Reply, Taken};
use crate::multipart::{faults_of_json, is_form, read_form};
use crate::router::{Found, Router};
use crate::routes::{
    FindKept, OpenReading, Reading, Resumable, Resumed, Run, Unfinished, Work, Writing, write_or_keep,
};
use crate::run::{read_on, write_and};
use crate::settings::Settings;
use crate::socket::Sockets;
use crate::{
    Answer, Call, Effect, GateRequest, Interface, Problem, Requirement as _, Route, Texts, file_threads, openapi,
};

/// How often a call is run again because its caller's rights changed in the meantime.
const MAX_STALE_RUNS: usize = 3;
/// How often what comes before a transaction is done again because it rested on what has changed meanwhile.
const MAX_CHECKS_AGAIN: usize = 3;
/// How many rates of outside providers one call may ask for.
const MAX_RATES_ASKED: usize = 16;

/// What all interfaces of a server share.
pub(crate) struct Shared {
    pub settings: Settings,
    pub metrics: Metrics,
    pub exports: Exports,
    /// Lets a few long answers be made at a time, of which each is held whole.
    pub long_answers: Arc<Semaphore>,
    pub sockets: Sockets,
}

/// An interface as a server serves it.
pub(crate) struct Mount<I: Interface> {
    context: Arc<I::Context>,
    shared: Arc<Shared>,
    router: Router<I>,
    in_flight: Arc<InFlight>,
}

impl<I: Interface> Mounted for Mount<I> {
    fn prefix(&self) -> &'static str {
        I::PREFIX
    }

    fn texts(&self) -> &'static Texts {
        I::texts()
    }

    fn describe(&self, document: &mut openapi::Document) -> Result<(), serde_json::Error> {
        document.add(self.router.routes())
    }

    fn takes(&self, path: &str) -> Option<Taken> {
        let methods = self.router.methods(path);
        (!methods.is_empty()).then(|| Taken { methods, headers: self.router.headers(path) })
    }

    fn answer<'a>(self: Arc<Self>, incoming: Incoming<'a>) -> Pin<Box<dyn Future<Output = Outcome> + 'a>> {
        Box::pin(async move {
            let found = self.router.find(incoming.method, incoming.request.path());
            let operation = if let Found::Route(route, _) = &found { route.operation } else { "none" };
            let allow = if let Found::OtherMethods(methods) = &found { Some(methods.clone()) } else { None };
            let route = if let Found::Route(route, _) = &found { Some(route.path) } else { None };
            Outcome { operation, route, reply: self.serve(incoming, found).await, allow }
        })
    }
}

impl<I: Interface> Mount<I> {
    /// # Errors
    /// Paths that cannot be told apart.
    pub fn new(
        context: Arc<I::Context>,
        routes: Vec<Route<I>>,
        shared: Arc<Shared>,
    ) -> Result<Self, matchit::InsertError> {
        Ok(Self { context, router: Router::new(routes)?, in_flight: Arc::default(), shared })
    }

    async fn serve(&self, incoming: Incoming<'_>, found: Found<'_, I>) -> Result<Reply, Problem> {
        let Incoming { request, payload, ip, request_id, mut deadline, stopping, .. } = incoming;
        let path = request.path();
        let (route, segments) = match found {
            Found::Route(route, segments) => (route, segments),
            Found::OtherMethods(_) => {
                deadline.hold(self.look_at(ip, path)).await?;
                return Err(Problem::method_not_allowed());
            }
            Found::Nothing => {
                deadline.hold(self.look_at(ip, path)).await?;
                return Err(Problem::no_such_path());
            }
        };
        let export = route.export.as_ref().filter(|_| wants_csv(request));
        let bearer = bearer(request.headers());
        let is_fresh = export.is_some() || route.run.is_long();
        let mut entry = GateRequest { ip, path, bearer, is_fresh, is_repeated: false };
        let caller = deadline.hold(I::admit(&self.context, entry, Some(route.requirement))).await?;
        if let Some(caller) = caller.as_deref().map(I::principal).and_then(log_caller) {
            LogContext::note_caller(caller);
        }
        let mut call = Call {
            operation: route.operation,
            approved_as: route.approved_as(),
            path: path.to_owned(),
            segments,
            query: request.query_string().to_owned(),
            locale: locale(request.headers()),
            request_id: request_id.to_owned(),
            caller,
            bearer: bearer.filter(|_| route.requirement.takes_own_key()).map(ToOwned::to_owned),
            headers: sent_headers(&route.headers, request.headers()),
            precondition: if route.takes_precondition { Precondition::of(request.headers()) } else { None },
            ..Call::of_nobody(ip)
        };
        let work = match &route.run {
            Run::Work(work) => work,
            Run::Socket(handler) => {
                let (context, call) = (Arc::clone(&self.context), Arc::new(call));
                let handler = |socket| handler(context, call, socket);
                return self.shared.sockets.open(request, payload, stopping, handler).map(Reply::Upgrade);
            }
        };
        if route.method != "GET" {
            call = deadline.leave_out(self.with_body(route, call, request, payload)).await?;
            if route.takes_key {
                call.idempotency_key = idempotency_key(request.headers())?;
            }
        }
        if let Some(export) = export {
            let write_timeout = self.shared.settings.write_timeout;
            let parts = async {
                let behind = self.position(&call).await?;
                self.shared.exports.run(export, &self.context, call, behind, write_timeout).await
            };
            return Ok(Reply::Export(deadline.hold(parts).await?));
        }
        let mut call = Arc::new(call);
        // Claimed before any work: of many calls with one key, one works.
        let held = InFlight::hold(&self.in_flight, &call)?;
        let mut reply = deadline.hold(self.run(route, work, &mut call)).await;
        (entry.is_fresh, entry.is_repeated) = (true, true);
        for _ in 0..MAX_STALE_RUNS {
            if !reply.as_ref().is_err_and(Problem::is_stale) {
                break;
            }
            let caller = deadline.hold(I::admit(&self.context, entry, Some(route.requirement))).await?;
            call = Arc::new(Call { caller, ..Call::clone(&call) });
            reply = deadline.hold(self.run(route, work, &mut call)).await;
        }
        drop(held);
        if call.precondition.is_some() && reply.as_ref().is_err_and(Problem::yields_to_precondition) {
            deadline.hold(self.hold_to_precondition(&call)).await?;
        }
        reply
    }

    /// Tells whoever is refused for another reason that the record has changed since they have seen it, where it has.
    ///
    /// # Errors
    /// A 412.
    async fn hold_to_precondition(&self, call: &Arc<Call<I>>) -> Result<(), Problem> {
        let Found::Route(route, _) = self.router.find("GET", &call.path) else { return Ok(()) };
        let Run::Work(work @ Work::Read(_)) = &route.run else { return Ok(()) };
        // What cannot be read has no form that the caller could have seen: the refusal stands as it is.
        let Ok(Reply::Whole(record)) = self.run_once(route, work, call, None).await else { return Ok(()) };
        let (Some(precondition), Some(tag)) = (&call.precondition, &record.tag) else { return Ok(()) };
        if precondition.is_met_by(tag) { Ok(()) } else { Err(Problem::precondition_failed()) }
    }

    /// The call with its body.
    async fn with_body(
        &self,
        route: &Route<I>,
        call: Call<I>,
        request: &HttpRequest,
        payload: Payload,
    ) -> Result<Call<I>, Problem> {
        let timeout = self.shared.settings.body_timeout;
        if let Some(upload) = route.upload.filter(|_| is_form(request.headers())) {
            let call = Arc::new(call);
            let form = read_form(&upload, &self.context, &call, request, payload, timeout).await?;
            let (object, files) = (Ok(form.object), Arc::new(form.files));
            return Ok(Call { raw_body: form.digest, object, part_faults: form.faults, files, ..Call::clone(&call) });
        }
        let raw_body = read_body(request, payload, timeout).await?;
        let Some(upload) = route.upload else {
            return Ok(Call { object: object(&raw_body), raw_body, ..call });
        };
        if !upload.takes_json {
            return Err(Problem::unsupported_media_type());
        }
        let object = object(&raw_body);
        let part_faults = object.as_ref().map_or_else(|_| Vec::new(), |object| faults_of_json(upload.files, object));
        Ok(Call { raw_body, object, part_faults, ..call })
    }

    /// Whether the address may look at all, for a call that no route serves.
    async fn look_at(&self, ip: IpAddr, path: &str) -> Result<(), Problem> {
        let entry = GateRequest { ip, path, bearer: None, is_fresh: false, is_repeated: false };
        I::admit(&self.context, entry, None).await.map(drop)
    }

    async fn run(&self, route: &Route<I>, work: &Work<I>, call: &mut Arc<Call<I>>) -> Result<Reply, Problem> {
        let mut resumed = None;
        if let Some(answer) = self.prepare(route, work, call, &mut resumed).await? {
            return Ok(Reply::Whole(answer));
        }
        let mut reply = self.with_rates(|| self.run_once(route, work, &*call, resumed.as_ref())).await;
        for _ in 0..MAX_CHECKS_AGAIN {
            if !reply.as_ref().is_err_and(Problem::is_outdated_check) {
                break;
            }
            if let Some(answer) = self.prepare(route, work, call, &mut resumed).await? {
                return Ok(Reply::Whole(answer));
            }
            reply = self.run_once(route, work, call, resumed.as_ref()).await;
        }
        if work.may_write() {
            I::written(&self.context, route.changes_access);
        }
        reply
    }

    /// The answer to an action, kept under the call's key where something was done. An action is more than one transaction,
    /// so one whose server dies before this can be carried out again.
    async fn kept(&self, call: Arc<Call<I>>, answer: Answer) -> Answer {
        if call.idempotency_key.is_none() || !answer.is_effect() {
            return answer;
        }
        let (context, done) = (Arc::clone(&self.context), answer.clone());
        let keep =
            move |tx: &mut Tx<'_>| answer_once::<I>(&context, &call, tx, |_| Ok(Effect::new(done.clone(), None)));
        if let Err(problem) = write_and(I::database(&self.context), Guard::Nothing, keep, |_| ()).await {
            log::warn!("the answer to an action is not kept for its repetition: {}", problem.status);
        }
        answer
    }

    /// Runs work that may find rates missing: outside providers are asked between two runs, never within a transaction.
    async fn with_rates<T, R>(&self, mut work: impl FnMut() -> R) -> Result<T, Problem>
    where
        R: Future<Output = Result<T, Problem>>,
    {
        let mut result = work().await;
        for _ in 0..MAX_RATES_ASKED {
            let Some(need) = result.as_ref().err().and_then(|problem| problem.rate_needed.as_deref().copied()) else {
                break;
            };
            I::fetch_rate(&self.context, need).await?;
            result = work().await;
        }
        result
    }

    /// What comes before the transaction, which has no time for it: the first answer where the call is a repeated one,
    /// so that no work is done twice, else the hash of the body's password.
    async fn prepare(
        &self,
        route: &Route<I>,
        work: &Work<I>,
        call: &mut Arc<Call<I>>,
        resumed: &mut Option<Arc<Resumed<I>>>,
    ) -> Result<Option<Answer>, Problem> {
        let works_before = route.hashes_password || route.prepare.is_some() || matches!(work, Work::Act(_));
        if works_before && call.idempotency_key.is_some() {
            let (context, calling) = (Arc::clone(&self.context), Arc::clone(call));
            let guard = I::guard(call.caller()?);
            let repeat = move |tx: &mut Tx<'_>| replay::<I>(&context, &calling, tx);
            let first = write_and(I::database(&self.context), guard, repeat, |_| ());
            if let Some(answer) = first.await? {
                return Ok(Some(answer));
            }
        }
        if let Some(find) = &route.approves {
            *resumed = self.resumed(find, call).await?;
        }
        if let Some(prepare) = &route.prepare {
            let checked = self.with_rates(|| prepare(Arc::clone(&self.context), Arc::clone(call))).await?;
            *call = Arc::new(Call { checked, ..Call::clone(call) });
        }
        if route.hashes_password
            && call.password_hash.is_none()
            && let Ok(body) = &call.object
        {
            let password_hash = I::hash_password(&self.context, body).await?;
            *call = Arc::new(Call { password_hash, ..Call::clone(call) });
        }
        Ok(None)
    }

    /// The kept call that this one approves, with what comes before its transaction.
    async fn resumed(&self, find: &FindKept<I>, approving: &Arc<Call<I>>) -> Result<Option<Arc<Resumed<I>>>, Problem> {
        let (find, context, call) = (Arc::clone(find), Arc::clone(&self.context), Arc::clone(approving));
        let terms = Terms { guard: I::guard(approving.caller()?), ..Terms::default() };
        let found = read_on(I::database(&self.context), terms, move |conn| {
            find(&mut Reading { conn, call: &call, caller: call.caller()?, context: &context })
        });
        let Some(Resumable { call: kept, maker }) = found.await? else { return Ok(None) };
        // Whoever decides is told why nothing can be carried out.
        let Some(maker) = maker else { return Ok(None) };
        let Found::Route(route, segments) = self.router.find(&kept.method, &kept.path) else {
            return Err(Problem::internal(format!("{} is kept and not served", kept.operation)));
        };
        let Run::Work(work @ Work::Write(run)) = &route.run else {
            return Err(Problem::internal(format!("{} is kept and no write", kept.operation)));
        };
        let mut call = Arc::new(kept.call(route, segments, maker, approving));
        let call = match Box::pin(self.prepare(route, work, &mut call, &mut None)).await {
            Ok(_) => Ok(call),
            Err(problem) if problem.is_refusal() => Err(problem),
            Err(problem) => return Err(problem),
        };
        Ok(Some(Arc::new(Resumed::new(call, Arc::clone(run), kept))))
    }

    /// Where the server is, for a call that a replica may answer; nothing where none may.
    ///
    /// # Errors
    /// A 503 where the caller's guard does not stand.
    async fn position(&self, call: &Call<I>) -> Result<Option<Position>, Problem> {
        let database = I::database(&self.context);
        let Some((caller, user_of)) = call.caller.as_deref().zip(I::READS_BEHIND).filter(|_| database.has_replica())
        else {
            return Ok(None);
        };
        let user = user_of(caller);
        let terms = Terms { guard: I::guard(caller), view: View::Statement, behind: None };
        read_on(database, terms, move |conn| storage::position(conn, user)).await.map(Some)
    }

    async fn run_once(
        &self,
        route: &Route<I>,
        work: &Work<I>,
        call: &Arc<Call<I>>,
        resumed: Option<&Arc<Resumed<I>>>,
    ) -> Result<Reply, Problem> {
        let database = I::database(&self.context);
        let (context, call) = (Arc::clone(&self.context), Arc::clone(call));
        match work {
            Work::Act(act) => {
                let (calling, files) = (Arc::clone(&call), Arc::clone(&call.files));
                let answer = act(context, call).await?;
                if answer.is_effect() {
                    files.keep();
                }
                Ok(Reply::Whole(self.kept(calling, answer).await))
            }
            Work::Read(handler) => {
                let handler = Arc::clone(handler);
                let guard = call.caller.as_deref().map_or(Guard::Nothing, I::guard);
                let behind = if route.may_be_behind() { self.position(&call).await? } else { None };
                let terms = match behind {
                    Some(_) => Terms { behind, ..Terms::default() },
                    None => Terms { guard, view: route.view, behind: None },
                };
                let answer = read_on(database, terms, move |conn| {
                    let answer = handler(&mut OpenReading { conn, call: &call, context: &context })?;
                    Ok::<_, Problem>(Answer { age: storage::data_age(), ..answer })
                });
                answer.await.map(Reply::Whole)
            }
            Work::Finished(handler) => {
                let places = Arc::clone(&self.shared.long_answers);
                let place = places.acquire_owned().await.map_err(|_| Problem::unavailable("it stops"))?;
                let handler = Arc::clone(handler);
                let guard = call.caller.as_deref().map_or(Guard::Nothing, I::guard);
                let unfinished = read_on(database, Terms { guard, view: route.view, behind: None }, move |conn| {
                    handler(&mut OpenReading { conn, call: &call, context: &context })
                });
                finished(unfinished.await?, place).await.map(Reply::Whole)
            }
            Work::Download(handler) => {
                let handler = Arc::clone(handler);
                let terms = Terms { guard: I::guard(call.caller()?), view: route.view, behind: None };
                let found = read_on(database, terms, move |conn| {
                    let caller = call.caller()?;
                    handler(&mut Reading { conn, call: &call, caller, context: &context })
                });
                found.await.map(Reply::Download)
            }
            Work::Write(handler) => {
                let (handler, files) = (Arc::clone(handler), Arc::clone(&call.files));
                let guard = I::guard(call.caller()?);
                let terms = route.approvals.map(|approvals| (approvals, route.method));
                let resumed = resumed.map(Arc::clone);
                let work = move |tx: &mut Tx<'_>| {
                    let caller = call.caller()?;
                    answer_once::<I>(&context, &call, tx, |tx| {
                        let resumed = resumed.as_deref();
                        let mut writing = Writing { tx, call: &call, caller, context: &context, resumed };
                        write_or_keep(&handler, terms, &mut writing)
                    })
                };
                let settled = move |answer: &Result<Answer, Problem>| {
                    if answer.as_ref().is_ok_and(Answer::is_effect) {
                        files.keep();
                    }
                };
                write_and(database, guard, work, settled).await.map(Reply::Whole)
            }
        }
    }
}

/// Finishes an answer beside the async threads. It keeps its place until it is done, whether somebody still waits for it or
/// not.
async fn finished(unfinished: Unfinished, place: OwnedSemaphorePermit) -> Result<Answer, Problem> {
    let work = move || {
        let _place = place;
        unfinished()
    };
    let working = file_threads::spawn(work).map_err(|error| Problem::unavailable(error.to_string()))?;
    working.await.map_err(|error| Problem::internal(format!("an answer was not finished: {error}")))?
}

fn log_caller(principal: Principal) -> Option<LogCaller> {
    match principal {
        Principal::User(id) => Some(LogCaller::User(id.get())),
        Principal::ApiKey(id) => Some(LogCaller::ApiKey(id.get())),
        Principal::Client(id) => Some(LogCaller::Client(id.get())),
        Principal::Platform(id) => Some(LogCaller::Platform(id.get())),
        Principal::System => None,
    }
}
