//! The steps by which users resolve notifications.

use domain::antifraud::{AntifraudProcedureType, Procedure, ProcedureId};
use domain::identity::Permission;
use domain::value::{Email, Entity as _, List, Set, Timestamp};
use http::request::{Choice, Fields, FilterSet, Filters, Input, Integer, ListQuery, NonEmptyListOf, Parsed, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::antifraud::procedures::{self, Filter, StoredProcedure};
use storage::{ByTime, Error, Page, Tx};

use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const PROCEDURES: &str = "/api/v2/antifraud/procedures";
    const PROCEDURE: &str = "/api/v2/antifraud/procedures/{procedureId}";
    routes
        .get("antifraud-procedures.list", PROCEDURES, P::AntifraudProceduresRead)
        .summary("List antifraud procedures.")
        .describe("Each is a step of what is done about one type of notification. The newest come first.")
        .list(list);
    routes
        .get("antifraud-procedures.get", PROCEDURE, P::AntifraudProceduresRead)
        .summary("Read an antifraud procedure.")
        .describe("Shows the addresses that the users in charge have now.")
        .record(get);
    routes
        .post("antifraud-procedures.create", PROCEDURES, P::AntifraudProceduresCreate)
        .summary("Add an antifraud procedure.")
        .describe(
            "The e-mail addresses are those of users (422). Steps of one type come by priority, then by id; without a \
             priority it is the last. Notifications that are raised from now on have it.",
        )
        .example(json!({"type": "identical_ip", "caption": "Call both clients", "emails": ["admin@example.com"]}))
        .created(create);
    routes
        .patch("antifraud-procedures.update", PROCEDURE, P::AntifraudProceduresUpdate)
        .summary("Change an antifraud procedure.")
        .describe("The addresses are replaced as a whole. Notifications that are there keep the step as it was.")
        .example_at("/api/v2/antifraud/procedures/1", json!({"caption": "Compare the documents", "priority": 2}))
        .changed(update);
    routes
        .delete("antifraud-procedures.delete", PROCEDURE, P::AntifraudProceduresDelete)
        .summary("Delete an antifraud procedure.")
        .describe("Notifications that are there keep the step.")
        .deleted(delete);
}

/// A step by which users resolve notifications of one type.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "AntifraudProcedure")]
#[serde(rename_all = "camelCase")]
struct ProcedureAnswer {
    id: ProcedureId,
    /// What it is for.
    #[serde(rename = "type")]
    kind: AntifraudProcedureType,
    /// What is to be done.
    caption: String,
    /// The addresses of the users in charge.
    emails: Vec<String>,
    /// Its place among the steps of its type.
    priority: i64,
    create_time: Timestamp,
}

impl Resource<Back> for ProcedureAnswer {
    const NAME: &'static str = Procedure::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredProcedure> for ProcedureAnswer {
    fn from(StoredProcedure { id, data, emails, create_time }: StoredProcedure) -> Self {
        Self { id, kind: data.kind, caption: data.caption, emails, priority: data.priority, create_time }
    }
}

const PRIORITY: Integer = Integer { min: 1, max: Procedure::MAX_PRIORITY };
const CAPTION: Text = Text { min: 1, max: 1_000 };

/// What is sent of a step: addresses instead of users.
struct SentProcedure {
    kind: AntifraudProcedureType,
    caption: String,
    /// None where the users stay.
    emails: Option<List<Email>>,
    /// None for the last place.
    priority: Option<i64>,
}

impl Input<Back> for SentProcedure {
    type Current = Procedure;

    fn read(fields: &mut Fields<'_, Procedure>) -> Option<Self> {
        let kind = fields.required("type", &Choice::of(), |procedure| &procedure.kind);
        let caption = fields.required("caption", &CAPTION, |procedure| &procedure.caption);
        let addresses = NonEmptyListOf(Parsed::<Email>::with_format("email"));
        let emails = match fields.current() {
            None => fields.required_over("emails", &addresses, None).map(Some),
            Some(_) => fields.optional("emails", &addresses),
        };
        let current = fields.current().map(|procedure| procedure.priority);
        let priority = fields.optional("priority", &PRIORITY);
        Some(Self { kind: kind?, caption: caption?, emails: emails?, priority: priority?.or(current) })
    }
}

impl SentProcedure {
    /// The step with its users, who are held.
    fn over(self, tx: &mut Tx<'_>, before: Option<&Procedure>) -> Result<Procedure, Error> {
        let users = match (self.emails, before) {
            (Some(emails), _) => procedures::in_charge(tx, &emails)?,
            (None, Some(before)) => before.users.clone(),
            (None, None) => Set::default(),
        };
        let priority = match self.priority {
            Some(priority) => priority,
            None => procedures::next_priority(tx.conn, self.kind)?,
        };
        Ok(Procedure { kind: self.kind, caption: self.caption, users, priority })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { id: filters.id("id"), caption: filters.text("caption"), priority: filters.id("priority") }
    }
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<Filter, ByTime>,
) -> Result<Page<ProcedureAnswer>, Problem> {
    Ok(procedures::list(reading.conn, &query.filter, &query.paging)?.map(ProcedureAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (ProcedureId,)) -> Result<ProcedureAnswer, Problem> {
    Ok(procedures::get(reading.conn, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, SentProcedure>) -> Result<ProcedureAnswer, Problem> {
    let procedure = body.create()?.over(writing.tx, None)?;
    Ok(procedures::insert(writing.tx, &procedure)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (ProcedureId,),
    body: &Body<'_, SentProcedure>,
) -> Result<Change<ProcedureAnswer>, Problem> {
    let before = procedures::lock(writing.tx, id)?;
    let after = body.change(&before.data)?.over(writing.tx, Some(&before.data))?;
    Ok(writing.change_to(before, &after, procedures::update)?.map(ProcedureAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (ProcedureId,)) -> Result<ProcedureAnswer, Problem> {
    Ok(procedures::delete(writing.tx, id)?.into())
}
