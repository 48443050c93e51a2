//! Which level the client got when, and how they climb to the next one.

use std::sync::Arc;

use domain::clients::{ClientId, ClientPermission, VerificationLevelId};
use domain::files::FileUse;
use domain::ledger::RequestId;
use domain::requests::Requester;
use domain::value::{Field, Localizer, Uuid};
use domain::verification::{DocumentId, DocumentTypeId, VerificationId, VerificationWizard};
use domain::wizards::Step;
use http::request::{Fields, Id, Input, Kind, ListQuery, NoFilter};
use http::routes::{Added, FileField, Resource, Upload};
use http::{Fault, FilePart, RequestFault, Sink};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use storage::files::stored::ReceivedFile;
use storage::identity::system_logs::Category;
use storage::requests::climbing::{self, Climb, MissingGroup};
use storage::verification::documents::NewDocument;
use storage::verification::history::{self, Filter};
use storage::{ByTime, Page};

use super::documents;
use crate::Problem;
use crate::answers::{DocumentGroupAnswer, DocumentTypeAnswer, Named, VerificationAnswer};
use crate::context::AppContext;
use crate::front::wizards::{UUID, WizardStep};
use crate::front::{Body, Call, Front, Reading, Requirement, Routes, Writing};
use crate::uploads;

/// The files of a step: those of one document.
const FILES: &[FileField] = &[FileField { is_required: false, ..documents::FILE }];

pub(super) fn routes(routes: &mut Routes) {
    const CLIMB: Requirement = Requirement::Permission(ClientPermission::Verification);
    const VERIFICATIONS: &str = "/api/v2/my/verifications";
    let upload = Upload { files: FILES, max_bytes: documents::MAX_BYTES, takes_json: false, open };
    routes
        .get("my.verifications.list", VERIFICATIONS, Requirement::SignedIn)
        .summary("List how the client got verification levels.")
        .describe("Each change of the level is a record, the first level included. The newest come first.")
        .list(list);
    routes
        .get("my.verifications.get", "/api/v2/my/verifications/{verificationId}", Requirement::SignedIn)
        .summary("Read one grant of a level.")
        .describe("The levels are named as they were called then.")
        .record(get);
    routes
        .get("my.verifications.wizard", "/api/v2/my/verifications/wizard", CLIMB)
        .summary("Start a verification procedure.")
        .describe(
            "For the next level of the client, who has passed its tests (422) and waits for no level (409). The \
             workflow is `documents` where some are missing, and `apply` where the request can be handed in. A \
             procedure that was started before is forgotten.",
        )
        .parameter(
            "levelId",
            "The level; the next one where it is left out. No other can be asked for.",
            json!({"type": "integer", "format": "int64", "minimum": 1}),
        )
        .added(start);
    routes
        .post("my.verifications.run", VERIFICATIONS, CLIMB)
        .summary("Send the next step of a verification procedure.")
        .describe(
            "A form with `uuid`, `typeId` and the `file` or files of one document; with `uuid` alone where none is \
             missing. Code 200: documents are missing; 202: the request is handed in, and waits for a decision. \
             Documents that were handed in before count, unless they were rejected.",
        )
        .uploads(upload)
        .added(go_on);
}

/// A group for which a document is still to be handed in.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyMissingDocuments")]
struct MissingAnswer {
    /// The group.
    group: DocumentGroupAnswer,
    /// What can be handed in for it.
    types: Vec<DocumentTypeAnswer>,
}

impl From<MissingGroup> for MissingAnswer {
    fn from(missing: MissingGroup) -> Self {
        let types = missing.types.into_iter().map(DocumentTypeAnswer::from);
        Self { group: missing.group.into(), types: types.collect() }
    }
}

/// What is still to be done for a level.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyClimb")]
#[serde(rename_all = "camelCase")]
struct ClimbAnswer {
    #[serde(skip)]
    client: ClientId,
    /// The level that is asked for.
    level: Named<VerificationLevelId>,
    /// How the client is checked.
    wizard: VerificationWizard,
    /// For which groups documents are missing; none: the next step hands the request in.
    documents: Vec<MissingAnswer>,
    /// The request, once it is handed in.
    application_id: Option<RequestId>,
}

/// A step of a procedure, as the audit log keeps it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyClimbStep")]
#[serde(rename_all = "camelCase")]
struct StepRecord {
    client_id: ClientId,
    /// The level that is asked for.
    level_id: VerificationLevelId,
    /// The document that was handed in.
    document_id: Option<DocumentId>,
    /// The request, once it is handed in.
    application_id: Option<RequestId>,
}

impl Resource<Front> for StepRecord {
    const NAME: &'static str = "client_verification";
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.client_id.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client_id)
    }
}

impl Resource<Front> for WizardStep<ClimbAnswer> {
    const NAME: &'static str = StepRecord::NAME;

    fn id(&self) -> i64 {
        self.data().map_or(0, |climb| climb.client.get())
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        for missing in self.data_mut().into_iter().flat_map(|climb| &mut climb.documents) {
            Resource::<Front>::localize(&mut missing.group, localizer);
            for kind in &mut missing.types {
                Resource::<Front>::localize(kind, localizer);
            }
        }
    }
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<NoFilter, ByTime>,
) -> Result<Page<VerificationAnswer>, Problem> {
    let caller = reading.caller;
    let filter = Filter { client: Some(caller.client()) };
    Ok(history::list(reading.conn, &caller.scope(), filter, &query.paging)?.map(VerificationAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (VerificationId,)) -> Result<VerificationAnswer, Problem> {
    Ok(history::get(reading.conn, &reading.caller.scope(), id)?.into())
}

/// What a step led to.
fn stepped(client: ClientId, uuid: Uuid, climb: Climb) -> Added<WizardStep<ClimbAnswer>, StepRecord> {
    let Climb { level, missing, document, asked } = climb;
    let made = StepRecord { client_id: client, level_id: level.id, document_id: document, application_id: asked };
    let workflow = if missing.is_empty() { Step::Apply.as_str() } else { "documents" };
    let climb = ClimbAnswer {
        client,
        level: Named { id: level.id, name: level.data.terms.name },
        wizard: level.data.terms.wizard,
        documents: missing.into_iter().map(MissingAnswer::from).collect(),
        application_id: asked,
    };
    let record = match asked {
        Some(_) => WizardStep::done(uuid, Some(climb)),
        None => WizardStep::next(uuid, workflow, Some(climb)),
    };
    Added { before: None, record, made }
}

fn start(
    writing: &mut Writing<'_, '_>,
    (): (),
    _: &Body<'_, ()>,
) -> Result<Added<WizardStep<ClimbAnswer>, StepRecord>, Problem> {
    let wished = match writing.call.parameter("levelId") {
        Some(sent) => match sent.parse() {
            Ok(level) => Some(level),
            Err(_) => return Err(Problem::bad_request(vec![Fault::sent("levelId", RequestFault::NotInteger)])),
        },
        None => None,
    };
    let client = writing.caller.client();
    let uuid = Uuid::from_random(outbound::secrets::random()?);
    let climb = climbing::begin(writing.tx, client, wished, &uuid)?;
    Ok(stepped(client, uuid, climb))
}

fn open(context: &Arc<AppContext>, _: &Call, part: &FilePart<'_>) -> Result<Box<dyn Sink>, Problem> {
    uploads::open(context, part.field, FileUse::Document)
}

/// What a step says beside its files.
struct NextStep {
    uuid: Uuid,
    kind: Option<DocumentTypeId>,
}

/// The same fields below `data`: an object, which a form brings as JSON.
struct DataFields;

impl Kind for DataFields {
    type Out = Option<DocumentTypeId>;

    fn schema(&self) -> Value {
        // Without named parts: generators cannot send a schema with a name beside files.
        json!({"type": "object", "additionalProperties": true})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Self::Out> {
        let read = value.as_str().and_then(|text| serde_json::from_str(text).ok());
        let Some(fields) = read.as_ref().unwrap_or(value).as_object() else {
            faults.push(Fault::sent(at, RequestFault::NotObject));
            return None;
        };
        match fields.get("typeId").filter(|value| !value.is_null()) {
            Some(value) => Id::of().parse(value, &format!("{at}.typeId"), faults).map(Some),
            None => Some(None),
        }
    }
}

impl Input<Front> for NextStep {
    type Current = ();
    const NAME: Option<&'static str> = Some("MyVerificationStep");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let uuid = fields.about("The procedure.").needed("uuid", &UUID);
        let kind = fields.about("What the document is: the id of the type.").nullable_new("typeId", &Id::of());
        let data = fields.about("The same fields, for programs that send them so.").nullable_new("data", &DataFields);
        Some(Self { uuid: uuid?, kind: kind?.or(data?.flatten()) })
    }
}

fn go_on(
    writing: &mut Writing<'_, '_>,
    (): (),
    body: &Body<'_, NextStep>,
) -> Result<Added<WizardStep<ClimbAnswer>, StepRecord>, Problem> {
    let NextStep { uuid, kind } = body.create()?;
    let files: Vec<ReceivedFile> = writing.call.files().iter().map(uploads::received).collect::<Result<_, _>>()?;
    let lacks = |field| Problem::bad_request(vec![Fault::sent(field, RequestFault::Required)]);
    let document = match (kind, files.is_empty()) {
        (Some(kind), false) => Some(NewDocument { kind, files: &files, field: Field::File }),
        (None, true) => None,
        (Some(_), true) => return Err(lacks("file")),
        (None, false) => return Err(lacks("typeId")),
    };
    let client = writing.caller.client();
    let requester = Requester { client, ip: writing.call.ip };
    let climb = climbing::go_on(writing.tx, requester, &uuid, document.as_ref())?;
    Ok(stepped(client, uuid, climb))
}
