//! Resolutions.

use domain::identity::Permission;
use domain::resolutions::{Resolution, ResolutionId, ResolutionType};
use domain::value::{Entity, Identified, List, LocalizedText, Localizer};
use http::request::{Boolean, Fields, FilterSet, Filters, Id, Input, ListQuery, LocalizedTexts, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::resolutions::{self, Filter, StoredResolution};
use storage::{ById, Page};

use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const RESOLUTIONS: &str = "/api/v2/resolutions";
    const RESOLUTION: &str = "/api/v2/resolutions/{resolutionId}";
    routes
        .get("resolutions.list", RESOLUTIONS, P::ResolutionsRead)
        .summary("List resolutions.")
        .describe("Reasons to reject a request. One can be chosen while it and its type are enabled.")
        .list(list);
    routes
        .get("resolutions.get", RESOLUTION, P::ResolutionsRead)
        .summary("Read a resolution.")
        .describe("The name is answered in the language of the call, where there is a text in it.")
        .record(get);
    routes
        .post("resolutions.create", RESOLUTIONS, P::ResolutionsCreate)
        .summary("Add a resolution.")
        .describe("Its type must be enabled. Names are unique within a type, whatever their case.")
        .example(json!({
            "name": "The document is out of date", "typeId": 1, "enabled": true,
            "resources": [{"key": "name", "locale": "es_ES", "value": "El documento ha caducado"}],
        }))
        .created(create);
    routes
        .put_and_patch("resolutions.update", RESOLUTION, P::ResolutionsUpdate)
        .summary("Change a resolution.")
        .describe("What was rejected by it shows the new name.")
        .example_at("/api/v2/resolutions/1", json!({"enabled": true}))
        .changed(update);
    routes
        .delete("resolutions.delete", RESOLUTION, P::ResolutionsDelete)
        .summary("Delete a resolution.")
        .describe("Refused once something was rejected by it: disable it instead.")
        .deleted(delete);
}

/// A reason to reject a request.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Resolution")]
pub(crate) struct ResolutionAnswer {
    id: ResolutionId,
    /// Whether it can be chosen.
    enabled: bool,
    /// The reason, which the client is told.
    name: String,
    /// Its type.
    #[serde(rename = "type")]
    kind: Identified<ResolutionType>,
    /// The reason in other languages.
    resources: List<LocalizedText>,
}

impl Resource<Back> for ResolutionAnswer {
    const NAME: &'static str = Resolution::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        localizer.localize(&self.resources, "name", &mut self.name);
    }
}

impl From<StoredResolution> for ResolutionAnswer {
    fn from(StoredResolution { id, data, kind }: StoredResolution) -> Self {
        Self { id, enabled: data.enabled, name: data.name, kind, resources: data.resources }
    }
}

impl Input<Back> for Resolution {
    type Current = Self;

    fn texts(current: &Self::Current) -> Option<&List<LocalizedText>> {
        Some(&current.resources)
    }

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, |resolution| &resolution.name);
        let kind = fields.about("Its type.").required("typeId", &Id::of(), |resolution| &resolution.kind);
        let enabled = fields.or("enabled", &Boolean, |resolution| &resolution.enabled, || true);
        let resources = fields.or("resources", &LocalizedTexts, |resolution| &resolution.resources, Default::default);
        Some(Self { enabled: enabled?, name: name?, kind: kind?, resources: resources? })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { enabled: filters.yes_no("enabled"), name: filters.text("name"), kind: filters.id("type") }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ById>) -> Result<Page<ResolutionAnswer>, Problem> {
    Ok(resolutions::list(reading.conn, &query.filter, &query.paging)?.map(ResolutionAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (ResolutionId,)) -> Result<ResolutionAnswer, Problem> {
    Ok(resolutions::get(reading.conn, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, Resolution>) -> Result<ResolutionAnswer, Problem> {
    Ok(resolutions::insert(writing.tx, &body.create()?)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (ResolutionId,),
    body: &Body<'_, Resolution>,
) -> Result<Change<ResolutionAnswer>, Problem> {
    let before = resolutions::lock(writing.tx, id)?;
    Ok(writing.change(before, body, resolutions::update)?.map(ResolutionAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (ResolutionId,)) -> Result<ResolutionAnswer, Problem> {
    Ok(resolutions::delete(writing.tx, id)?.into())
}
