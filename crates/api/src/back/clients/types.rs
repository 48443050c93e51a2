//! Client types.

use crate::back::{Back, Body, Reading, Routes, Writing};
use domain::clients::{ClientType, ClientTypeGroup, ClientTypeId};
use domain::identity::Permission;
use domain::value::{Entity, Identified, List, LocalizedText, Localizer};
use http::request::{Boolean, Choice, Fields, FilterSet, Filters, Input, ListQuery, LocalizedTexts, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use storage::clients::types::{self, Filter};
use storage::removal::client_types;
use storage::{ByTime, Page};

use crate::Problem;

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const TYPES: &str = "/api/v2/clients/types";
    const TYPE: &str = "/api/v2/clients/types/{typeId}";
    routes
        .get("client-types.list", TYPES, P::ClientTypesRead)
        .summary("List client types.")
        .describe("Exactly one type is the default, which new clients get. The newest come first.")
        .list(list);
    routes
        .get("client-types.get", TYPE, P::ClientTypesRead)
        .summary("Read a client type.")
        .describe("The name is answered in the language of the call, where there is a text in it.")
        .record(get);
    routes
        .post("client-types.create", TYPES, P::ClientTypesCreate)
        .summary("Add a client type.")
        .describe(
            "A type that is made the default takes the place of the former one. Names are unique, whatever \
             their case.",
        )
        .example(json!({
            "name": "Professional", "group": "individual", "enabled": true, "wizard": false,
            "resources": [{"key": "name", "locale": "es_ES", "value": "Profesional"}],
        }))
        .created(create);
    routes
        .put_and_patch("client-types.update", TYPE, P::ClientTypesUpdate)
        .summary("Change a client type.")
        .describe("The default type must be enabled, and stays the default until another one is made it.")
        .example_at("/api/v2/clients/types/1", json!({"wizard": true}))
        .changed(update);
    routes
        .delete("client-types.delete", TYPE, P::ClientTypesDelete)
        .summary("Delete a client type.")
        .describe("Refused for the default type, and while clients have the type or other records name it.")
        .example_path("/api/v2/clients/types/3")
        .deleted(delete);
}

/// A text in another language, with an id of its own.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ClientTypeText")]
struct TextAnswer {
    /// 24 hexadecimal digits.
    resource_id: String,
    /// The language of the text, such as `ja_JP`.
    locale: String,
    /// The field that the text stands in for.
    key: String,
    /// The text.
    value: String,
}

/// A type of clients.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ClientType")]
#[serde(rename_all = "camelCase")]
struct TypeAnswer {
    id: ClientTypeId,
    /// Whether new clients get it.
    default: bool,
    /// Whether clients can be given it.
    enabled: bool,
    /// The name that clients are shown.
    name: String,
    /// Whether its clients are persons or companies.
    group: ClientTypeGroup,
    /// Whether its clients are shown wizard pages.
    wizard: bool,
    /// The texts in other languages.
    resources: Vec<TextAnswer>,
    #[serde(skip)]
    texts: List<LocalizedText>,
}

impl Resource<Back> for TypeAnswer {
    const NAME: &'static str = ClientType::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        localizer.localize(&self.texts, "name", &mut self.name);
    }
}

impl From<Identified<ClientType>> for TypeAnswer {
    fn from(Identified { id, data }: Identified<ClientType>) -> Self {
        let resources = data.resources.iter();
        Self {
            id,
            default: data.default,
            enabled: data.enabled,
            group: data.group,
            wizard: data.wizard,
            resources: resources
                .map(|text| TextAnswer {
                    resource_id: resource_id(id, text),
                    locale: text.locale.clone(),
                    key: text.key.clone(),
                    value: text.value.clone(),
                })
                .collect(),
            name: data.name,
            texts: data.resources,
        }
    }
}

/// The same text of a type always has the same id: there is one per key and locale.
fn resource_id(id: ClientTypeId, text: &LocalizedText) -> String {
    let digest = Sha256::digest(format!("{id} {} {}", text.locale, text.key));
    digest.iter().take(12).fold(String::new(), |digits, byte| digits + &format!("{byte:02x}"))
}

impl Input<Back> for ClientType {
    type Current = Self;

    fn texts(current: &Self::Current) -> Option<&List<LocalizedText>> {
        Some(&current.resources)
    }

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, |kind| &kind.name);
        let group = fields.required("group", &Choice::of(), |kind| &kind.group);
        let default = fields.or("default", &Boolean, |kind| &kind.default, || false);
        let enabled = fields.or("enabled", &Boolean, |kind| &kind.enabled, || true);
        let wizard = fields.or("wizard", &Boolean, |kind| &kind.wizard, || false);
        let resources = fields.or("resources", &LocalizedTexts, |kind| &kind.resources, Default::default);
        Some(Self {
            default: default?,
            enabled: enabled?,
            name: name?,
            group: group?,
            wizard: wizard?,
            resources: resources?,
        })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { enabled: filters.yes_no("enabled"), group: filters.choice("group"), name: filters.text("name") }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ByTime>) -> Result<Page<TypeAnswer>, Problem> {
    Ok(types::list(reading.conn, &query.filter, &query.paging)?.map(TypeAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (ClientTypeId,)) -> Result<TypeAnswer, Problem> {
    Ok(types::get(reading.conn, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, ClientType>) -> Result<TypeAnswer, Problem> {
    Ok(types::insert(writing.tx, &body.create()?)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (ClientTypeId,),
    body: &Body<'_, ClientType>,
) -> Result<Change<TypeAnswer>, Problem> {
    let before = types::lock(writing.tx, id)?;
    Ok(writing.change(before, body, types::update)?.map(TypeAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (ClientTypeId,)) -> Result<TypeAnswer, Problem> {
    Ok(client_types::delete(writing.tx, id)?.into())
}
