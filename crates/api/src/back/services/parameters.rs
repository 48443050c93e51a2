//! Parameters of paid services.

use domain::identity::Permission;
use domain::services::{Parameter, ParameterCategoryId, ParameterId, ParameterKind, ServiceId, ServicesFault};
use domain::value::{Entity, Identified, List, Set};
use http::request::{Choice, Fields, FilterSet, Filters, Id, Input, Kind, ListQuery, ObjectText, SetOf, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::services::parameters::{self, Filter};
use storage::{ById, Page};

use super::viewer;
use crate::back::{Back, Body, Reading, Routes, Writing};
use crate::{Fault, Problem};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const PARAMETERS: &str = "/api/v2/subscriptions/parameters";
    const PARAMETER: &str = "/api/v2/subscriptions/parameters/{parameterId}";
    routes
        .get("paid-services.parameters.list", PARAMETERS, P::PaidServicesRead)
        .summary("List the parameters of paid services.")
        .describe(
            "What is asked for when a client is subscribed. Parameters in a category that the caller does not \
             see are left out.",
        )
        .list(list);
    routes
        .get("paid-services.parameters.get", PARAMETER, P::PaidServicesRead)
        .summary("Read a parameter of paid services.")
        .describe("The name is the key under which subscriptions and presets have its value.")
        .record(get);
    routes
        .post("paid-services.parameters.create", PARAMETERS, P::PaidServicesCreate)
        .summary("Add a parameter of paid services.")
        .describe("Select and multiselect need `settings.options`, the values to choose from. Names are unique.")
        .example(json!({"name": "Begin", "caption": "When the service begins", "type": "date", "services": [1]}))
        .created(create);
    routes
        .patch("paid-services.parameters.update", PARAMETER, P::PaidServicesUpdate)
        .summary("Change a parameter of paid services.")
        .describe("Values that are stored stay as they are, and the type cannot change while there are some.")
        .example_at(
            "/api/v2/subscriptions/parameters/1",
            json!({"caption": "How often the client pays for the service"}),
        )
        .changed(update);
    routes
        .delete("paid-services.parameters.delete", PARAMETER, P::PaidServicesDelete)
        .summary("Delete a parameter without values.")
        .describe("Refused while subscriptions or presets have values of it.")
        .deleted(delete);
}

/// A value that is asked for with paid services.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "PaidServiceParameter")]
#[serde(rename_all = "camelCase")]
struct ParameterAnswer {
    id: ParameterId,
    /// The key of its values.
    name: String,
    /// What clients are asked.
    caption: String,
    /// Who sees it; null: everybody who may see paid services or subscriptions.
    category_id: Option<ParameterCategoryId>,
    /// The kind of value.
    #[serde(rename = "type")]
    kind: ParameterKind,
    /// The services that ask for it.
    services: Set<ServiceId>,
    /// What can be chosen, for select and multiselect.
    #[schemars(extend("properties" = {"options": {"type": "array", "items": {"type": "string"}}}))]
    settings: Map<String, Value>,
}

impl Resource<Back> for ParameterAnswer {
    const NAME: &'static str = Parameter::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<Identified<Parameter>> for ParameterAnswer {
    fn from(stored: Identified<Parameter>) -> Self {
        let Parameter { name, caption, category, kind, services, settings, .. } = stored.data;
        let settings = serde_json::from_str(&settings).unwrap_or_default();
        Self { id: stored.id, name, caption, category_id: category, kind, services, settings }
    }
}

impl Input<Back> for Parameter {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        const CAPTION: Text = Text { min: 1, max: 1000 };
        let name = fields.required("name", &Text::NAME, |parameter| &parameter.name);
        let caption = fields.required("caption", &CAPTION, |parameter| &parameter.caption);
        let category = fields.nullable("categoryId", &Id::of(), |parameter| &parameter.category);
        let kind = fields.required("type", &Choice::of(), |parameter| &parameter.kind);
        let services = fields.or("services", &SetOf(Id::of()), |parameter| &parameter.services, Set::default);
        let settings = fields.or("settings", &Settings, |parameter| &parameter.settings, || "{}".to_owned());
        let settings = settings?;
        let options = read_options(fields, kind, &settings);
        let parameter = Self {
            name: name?,
            caption: caption?,
            category: category?,
            kind: kind?,
            services: services?,
            options: options?,
            settings,
        };
        fields.check(parameter.fault())?;
        Some(parameter)
    }
}

/// A free-form object with options.
struct Settings;

impl Kind for Settings {
    type Out = String;

    fn schema(&self) -> Value {
        let mut schema = ObjectText.schema();
        let options = json!({"type": "array", "items": Text::NAME.schema()});
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("properties".to_owned(), json!({"options": options}));
        }
        schema
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<String> {
        ObjectText.parse(value, at, faults)
    }
}

/// The options among the settings: texts, of use where they are chosen from.
fn read_options<C>(fields: &mut Fields<'_, C>, kind: Option<ParameterKind>, settings: &str) -> Option<List<String>> {
    let settings: Value = serde_json::from_str(settings).ok()?;
    let texts: Option<Vec<String>> = match settings.get("options") {
        None => Some(Vec::new()),
        Some(Value::Array(options)) => options
            .iter()
            .map(|option| option.as_str().filter(|text| !text.is_empty()).map(ToOwned::to_owned))
            .collect(),
        Some(_) => None,
    };
    match texts {
        Some(texts) => Some(if kind?.has_options() { texts.into() } else { List::default() }),
        None => fields.fault("settings.options", ServicesFault::OptionsNotTexts),
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { name: filters.text("name"), caption: filters.text("caption"), category: filters.id("categoryId") }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ById>) -> Result<Page<ParameterAnswer>, Problem> {
    let viewer = viewer(reading.conn, reading.caller)?;
    Ok(parameters::list(reading.conn, &viewer, &query.filter, &query.paging)?.map(ParameterAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (ParameterId,)) -> Result<ParameterAnswer, Problem> {
    let viewer = viewer(reading.conn, reading.caller)?;
    Ok(parameters::get(reading.conn, &viewer, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, Parameter>) -> Result<ParameterAnswer, Problem> {
    let viewer = viewer(writing.tx.conn, writing.caller)?;
    Ok(parameters::insert(writing.tx, &viewer, &body.create()?)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (ParameterId,),
    body: &Body<'_, Parameter>,
) -> Result<Change<ParameterAnswer>, Problem> {
    let viewer = viewer(writing.tx.conn, writing.caller)?;
    let before = parameters::lock(writing.tx, &viewer, id)?;
    let change =
        writing.change(before, body, |tx, before, parameter| parameters::update(tx, &viewer, before, parameter))?;
    Ok(change.map(ParameterAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (ParameterId,)) -> Result<ParameterAnswer, Problem> {
    let viewer = viewer(writing.tx.conn, writing.caller)?;
    let parameter = parameters::lock(writing.tx, &viewer, id)?;
    parameters::delete(writing.tx, id)?;
    Ok(parameter.into())
}
