//! Types of documents.

use domain::identity::Permission;
use domain::value::{List, LocalizedText};
use domain::verification::{DocumentType, DocumentTypeId, sent_name};
use http::request::{
    Boolean, Fields, FilterSet, Filters, Id, Input, Integer, ListQuery, LocalizedTexts, SortKey, Text,
};
use http::routes::Change;
use serde_json::json;
use storage::verification::document_types::{self, Filter, Sort};
use storage::{Direction, Page};

use crate::Problem;
use crate::answers::DocumentTypeAnswer as TypeAnswer;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const TYPES: &str = "/api/v2/documents/types";
    const TYPE: &str = "/api/v2/documents/types/{typeId}";
    routes
        .get("document-types.list", TYPES, P::DocumentTypesRead)
        .summary("List document types.")
        .describe("A type is one kind of document, such as a passport, and stands in one group.")
        .list(list);
    routes
        .get("document-types.get", TYPE, P::DocumentTypesRead)
        .summary("Read a document type.")
        .describe("`name` is the caption in the language of the call, or the name where there is none.")
        .record(get);
    routes
        .post("document-types.create", TYPES, P::DocumentTypesCreate)
        .summary("Add a document type.")
        .describe("Clients can hand in documents of it while it and its group are enabled.")
        .example(json!({
            "name": "Driving licence", "groupId": 1, "caption": "Driving licence", "description": "Both sides",
            "enabled": true, "example": null, "maxFiles": 2, "priority": 3,
            "resources": [{"key": "caption", "locale": "es_ES", "value": "Permiso de conducir"}],
        }))
        .created(create);
    routes
        .put_and_patch("document-types.update", TYPE, P::DocumentTypesUpdate)
        .summary("Change a document type.")
        .describe("Documents that were handed in stay as they are.")
        .example_at("/api/v2/documents/types/1", json!({"maxFiles": 3}))
        .changed(update);
    routes
        .delete("document-types.delete", TYPE, P::DocumentTypesDelete)
        .summary("Delete a document type.")
        .describe("Refused once documents of it were handed in: disable it instead.")
        .deleted(delete);
}

const MAX_FILES: Integer = Integer { min: 1, max: DocumentType::LARGEST_MAX_FILES };

impl Input<Back> for DocumentType {
    type Current = Self;

    fn texts(current: &Self::Current) -> Option<&List<LocalizedText>> {
        Some(&current.resources)
    }

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let name = fields.about("The name in the back office.").required("name", &Text::NAME, |kind| &kind.name);
        let stored = fields.current();
        let name = name.map(|sent| match stored {
            Some(kind) => sent_name(sent, &kind.name, &kind.caption, &kind.resources),
            None => sent,
        });
        let group = fields.about("The group in which it stands.");
        let group = group.required("groupId", &Id::of(), |kind| &kind.group);
        let caption = fields.or("caption", &Text::SHORT, |kind| &kind.caption, String::new);
        let description = fields.or("description", &Text::LONG, |kind| &kind.description, String::new);
        let enabled = fields.or("enabled", &Boolean, |kind| &kind.enabled, || true);
        let example = fields.nullable("example", &Text::SHORT, |kind| &kind.example);
        let max_files = fields.or("maxFiles", &MAX_FILES, |kind| &kind.max_files, || 1);
        let priority = fields.or("priority", &Integer::ANY, |kind| &kind.priority, || 0);
        let resources = fields.or("resources", &LocalizedTexts, |kind| &kind.resources, Default::default);
        Some(Self {
            name: name?,
            group: group?,
            caption: caption?,
            description: description?,
            enabled: enabled?,
            example: example?,
            max_files: max_files?,
            priority: priority?,
            resources: resources?,
        })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { enabled: filters.yes_no("enabled") }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("createTime", Self::CreateTime), ("priority", Self::Priority)];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, Sort>) -> Result<Page<TypeAnswer>, Problem> {
    Ok(document_types::list(reading.conn, query.filter, &query.paging)?.map(TypeAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (DocumentTypeId,)) -> Result<TypeAnswer, Problem> {
    Ok(document_types::get(reading.conn, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, DocumentType>) -> Result<TypeAnswer, Problem> {
    Ok(document_types::insert(writing.tx, &body.create()?)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (DocumentTypeId,),
    body: &Body<'_, DocumentType>,
) -> Result<Change<TypeAnswer>, Problem> {
    let before = document_types::lock(writing.tx, id)?;
    Ok(writing.change(before, body, document_types::update)?.map(TypeAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (DocumentTypeId,)) -> Result<TypeAnswer, Problem> {
    Ok(document_types::delete(writing.tx, id)?.into())
}
