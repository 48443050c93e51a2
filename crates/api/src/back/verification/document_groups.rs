//! Groups of document types.

use domain::identity::Permission;
use domain::value::{List, LocalizedText};
use domain::verification::{DocumentGroup, DocumentGroupId, sent_name};
use http::request::{
    Boolean, Choice, Fields, FilterSet, Filters, Input, Integer, ListQuery, LocalizedTexts, SortKey, Text,
};
use http::routes::Change;
use serde_json::json;
use storage::verification::document_groups::{self, Filter, Sort};
use storage::{Direction, Page};

use crate::Problem;
use crate::answers::DocumentGroupAnswer as GroupAnswer;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const GROUPS: &str = "/api/v2/documents/groups";
    const GROUP: &str = "/api/v2/documents/groups/{groupId}";
    routes
        .get("document-groups.list", GROUPS, P::DocumentGroupsRead)
        .summary("List document groups.")
        .describe("A group has the types that prove the same thing; verification levels ask for groups.")
        .list(list);
    routes
        .get("document-groups.get", GROUP, P::DocumentGroupsRead)
        .summary("Read a document group.")
        .describe("`name` is the caption in the language of the call, or the name where there is none.")
        .record(get);
    routes
        .post("document-groups.create", GROUPS, P::DocumentGroupsCreate)
        .summary("Add a document group.")
        .describe(
            "A group of the type `one` is served by a document of any of its types, one of the type `all` by a \
             document of each enabled one. Names are unique, whatever their case.",
        )
        .example(json!({
            "name": "Source of funds", "type": "one", "caption": "Where your money comes from",
            "description": "A payslip or a tax return", "enabled": true, "priority": 3,
            "resources": [{"key": "caption", "locale": "es_ES", "value": "Origen de los fondos"}],
        }))
        .created(create);
    routes
        .put_and_patch("document-groups.update", GROUP, P::DocumentGroupsUpdate)
        .summary("Change a document group.")
        .describe("Levels that ask for the group show its new name.")
        .example_at("/api/v2/documents/groups/1", json!({"priority": 2}))
        .changed(update);
    routes
        .delete("document-groups.delete", GROUP, P::DocumentGroupsDelete)
        .summary("Delete a document group.")
        .describe("Refused while it has types or a level asks for it.")
        .example_path("/api/v2/documents/groups/3")
        .deleted(delete);
}

impl Input<Back> for DocumentGroup {
    type Current = Self;

    fn texts(current: &Self::Current) -> Option<&List<LocalizedText>> {
        Some(&current.resources)
    }

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let name = fields.about("The name in the back office.").required("name", &Text::NAME, |group| &group.name);
        let stored = fields.current();
        let name = name.map(|sent| match stored {
            Some(group) => sent_name(sent, &group.name, &group.caption, &group.resources),
            None => sent,
        });
        let kind = fields.required("type", &Choice::of(), |group| &group.kind);
        let caption = fields.or("caption", &Text::SHORT, |group| &group.caption, String::new);
        let description = fields.or("description", &Text::LONG, |group| &group.description, String::new);
        let enabled = fields.or("enabled", &Boolean, |group| &group.enabled, || true);
        let priority = fields.or("priority", &Integer::ANY, |group| &group.priority, || 0);
        let resources = fields.or("resources", &LocalizedTexts, |group| &group.resources, Default::default);
        Some(Self {
            name: name?,
            kind: kind?,
            caption: caption?,
            description: description?,
            enabled: enabled?,
            priority: priority?,
            resources: resources?,
        })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { kind: filters.choice("type"), document_type: filters.id("typeId"), enabled: filters.yes_no("enabled") }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("createTime", Self::CreateTime), ("priority", Self::Priority)];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, Sort>) -> Result<Page<GroupAnswer>, Problem> {
    Ok(document_groups::list(reading.conn, &query.filter, &query.paging)?.map(GroupAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (DocumentGroupId,)) -> Result<GroupAnswer, Problem> {
    Ok(document_groups::get(reading.conn, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, DocumentGroup>) -> Result<GroupAnswer, Problem> {
    Ok(document_groups::insert(writing.tx, &body.create()?)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (DocumentGroupId,),
    body: &Body<'_, DocumentGroup>,
) -> Result<Change<GroupAnswer>, Problem> {
    let before = document_groups::lock(writing.tx, id)?;
    Ok(writing.change(before, body, document_groups::update)?.map(GroupAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (DocumentGroupId,)) -> Result<GroupAnswer, Problem> {
    Ok(document_groups::delete(writing.tx, id)?.into())
}
