//! Wizards: the steps of clients' procedures.

mod steps;

use domain::clients::ClientTypeId;
use domain::identity::Permission;
use domain::value::{Entity as _, List, Set, Timestamp, Uuid};
use domain::wizards::{
    CountryCode, CustomField, SentStep, Step, StepSetup, Wizard, WizardId, WizardType, arranged, step_faults,
};
use http::request::{Boolean, Choice, Fields, FilterSet, Filters, Input, ListQuery, Purpose, SortKey, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::Page;
use storage::wizards::{self, Filter, Sort, StoredWizard};

use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    use Permission as P;
    const WIZARDS: &str = "/api/v2/wizards";
    const WIZARD: &str = "/api/v2/wizards/{wizardId}";
    routes
        .get("wizards.list", WIZARDS, P::WizardsRead)
        .summary("List wizards.")
        .describe("One enabled wizard of each type is the default, which runs where none is named.")
        .extension()
        .list(list);
    routes
        .get("wizards.get", WIZARD, P::WizardsRead)
        .summary("Read a wizard.")
        .describe("Its steps stand in the order in which they are taken, the required ones among them.")
        .extension()
        .record(get);
    routes
        .post("wizards.create", WIZARDS, P::WizardsCreate)
        .summary("Add a wizard.")
        .describe(
            "The required steps of the type need not be named, and the order is fixed. Names are unique within a type, \
             whatever their case. A wizard that is made the default takes the place of the former one.",
        )
        .example(json!({
            "name": "Companies", "type": "registration", "steps": [
                {"step": "email_confirmation"},
                {
                    "step": "additional_information", "countries": ["CY", "GB"], "clientTypes": [2],
                    "fields": [
                        {"name": "taxId", "type": "text", "caption": "Tax number", "isRequired": true},
                        {"name": "size", "type": "select", "caption": "Employees", "options": ["Up to 50", "More"]},
                    ],
                },
            ],
        }))
        .extension()
        .created(create);
    routes
        .put_and_patch("wizards.update", WIZARD, P::WizardsUpdate)
        .summary("Change a wizard.")
        .describe(
            "The steps are replaced as a whole; runs that have begun keep those with which they began. The default must \
             be enabled, and stays the default until another wizard of the type is made it.",
        )
        .example_at("/api/v2/wizards/12", json!({"steps": [{"step": "captcha"}, {"step": "email_confirmation"}]}))
        .extension()
        .changed(update);
    routes
        .delete("wizards.delete", WIZARD, P::WizardsDelete)
        .summary("Delete a wizard that is not the default.")
        .describe("Runs that have begun go on.")
        .example_path("/api/v2/wizards/13")
        .extension()
        .deleted(delete);
}

/// The steps of a procedure of clients.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Wizard")]
#[serde(rename_all = "camelCase")]
struct WizardAnswer {
    id: WizardId,
    /// What outside systems name it by.
    uuid: Uuid,
    /// Its name.
    name: String,
    /// Which procedure it is for.
    #[serde(rename = "type")]
    kind: WizardType,
    /// Whether it can be run.
    is_enabled: bool,
    /// Whether it is run where none is named.
    is_default: bool,
    /// Its steps, in the order in which they are taken.
    steps: Vec<StepAnswer>,
    create_time: Timestamp,
    update_time: Timestamp,
}

/// A step of a wizard.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "WizardStep")]
#[serde(rename_all = "camelCase")]
struct StepAnswer {
    /// The step.
    step: Step,
    /// Whether every wizard of the type has it.
    is_required: bool,
    /// The fields that the broker adds to it.
    fields: List<CustomField>,
    /// The countries whose clients take it, as two letters; empty for all.
    countries: Set<CountryCode>,
    /// The client types whose clients take it; empty for all.
    client_types: Set<ClientTypeId>,
}

impl Resource<Back> for WizardAnswer {
    const NAME: &'static str = Wizard::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredWizard> for WizardAnswer {
    fn from(StoredWizard { id, uuid, data, create_time, update_time }: StoredWizard) -> Self {
        let Wizard { name, kind, is_enabled, is_default, steps } = data;
        let step = |setup: &StepSetup| {
            let StepSetup { step, fields, countries, client_types } = setup.clone();
            StepAnswer { step, is_required: kind.requires(step), fields, countries, client_types }
        };
        let steps = steps.iter().map(step).collect();
        Self { id, uuid, name, kind, is_enabled, is_default, steps, create_time, update_time }
    }
}

/// What is sent of a wizard, and the steps that are named, in the caller's order.
struct SentWizard {
    wizard: Wizard,
    named: Vec<Step>,
}

impl Input<Back> for SentWizard {
    type Current = Wizard;

    fn read(fields: &mut Fields<'_, Wizard>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, |wizard| &wizard.name);
        let kind = match fields.purpose() {
            Purpose::Create => fields.required("type", &Choice::of(), |wizard| &wizard.kind),
            Purpose::Change => fields.current().map(|wizard| wizard.kind),
        };
        let is_enabled = fields.or("isEnabled", &Boolean, |wizard| &wizard.is_enabled, || true);
        let is_default = fields.or("isDefault", &Boolean, |wizard| &wizard.is_default, || false);
        let about = "The steps beside the required ones, and what is set of any of them.";
        let sent = fields.about(about).optional("steps", &steps::STEPS);
        let faults = step_faults(kind, sent.iter().flatten().next().map(Vec::as_slice).unwrap_or_default());
        let found = fields.take(faults.into_iter().map(Into::into).collect());
        let sent: Option<Vec<StepSetup>> = match sent? {
            Some(sent) => Some(sent.iter().map(|step| step.as_ref().and_then(SentStep::setup)).collect::<Option<_>>()?),
            None => None,
        };
        let (kind, named) = (kind?, sent.iter().flatten().map(|setup| setup.step).collect());
        let steps = match (sent, fields.current()) {
            (None, Some(current)) => current.steps.clone(),
            (sent, _) => arranged(kind, &sent.unwrap_or_default()),
        };
        found?;
        let wizard = Wizard { name: name?, kind, is_enabled: is_enabled?, is_default: is_default?, steps };
        Some(Self { wizard, named })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { kind: filters.choice("type"), is_enabled: filters.yes_no("isEnabled") }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("type", Self::Type), ("name", Self::Name)];
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, Sort>) -> Result<Page<WizardAnswer>, Problem> {
    Ok(wizards::list(reading.conn, query.filter, &query.paging)?.map(WizardAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (WizardId,)) -> Result<WizardAnswer, Problem> {
    Ok(wizards::get(reading.conn, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, SentWizard>) -> Result<WizardAnswer, Problem> {
    let SentWizard { wizard, named } = body.create()?;
    let uuid = Uuid::from_random(outbound::secrets::random()?);
    Ok(wizards::insert(writing.tx, &uuid, &wizard, &named)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (WizardId,),
    body: &Body<'_, SentWizard>,
) -> Result<Change<WizardAnswer>, Problem> {
    let before = wizards::lock(writing.tx, id)?;
    let SentWizard { wizard, named } = body.change(&before.data)?;
    let write =
        |tx: &mut storage::Tx<'_>, before: &StoredWizard, after: &Wizard| wizards::update(tx, before, after, &named);
    Ok(writing.change_to(before, &wizard, write)?.map(WizardAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (WizardId,)) -> Result<WizardAnswer, Problem> {
    let wizard = wizards::lock(writing.tx, id)?;
    wizards::delete(writing.tx, &wizard)?;
    Ok(wizard.into())
}
