//! Client tags.

use crate::back::{Back, Body, Reading, Routes, Writing};
use domain::clients::{ClientTagId, Tag};
use domain::identity::Permission;
use domain::value::{Enumeration, Identified, UnknownValue};
use http::request::{Choice, Fields, FilterSet, Filters, Input, ListQuery, Text};
use http::routes::Change;
use serde_json::json;
use storage::clients::tags;
use storage::{ByTime, Page};

use crate::Problem;

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const TAGS: &str = "/api/v2/tags";
    const TAG: &str = "/api/v2/tags/{tagId}";
    routes
        .get("client-tags.list", TAGS, P::ClientTagsRead)
        .summary("List client tags.")
        .describe("Users who are limited to clients with certain tags see those tags alone.")
        .list(list);
    routes
        .get("client-tags.get", TAG, P::ClientTagsRead)
        .summary("Read a client tag.")
        .describe("A tag has nothing but its name; the clients who carry it are found by a filter of the client list.")
        .record(get);
    routes
        .post("client-tags.create", TAGS, P::ClientTagsCreate)
        .summary("Add a client tag.")
        .describe("Names are unique, whatever their case. Clients get the tag by a change of their profile.")
        .example(json!({"name": "Introduced by a partner", "type": "clients"}))
        .created(create);
    routes
        .put_and_patch("client-tags.update", TAG, P::ClientTagsUpdate)
        .summary("Rename a client tag.")
        .describe("Clients keep the tag under its new name.")
        .example_at("/api/v2/tags/3", json!({"name": "Partner clients"}))
        .changed(update);
    routes
        .delete("client-tags.delete", TAG, P::ClientTagsDelete)
        .summary("Delete a client tag.")
        .describe(
            "Clients and users lose the tag. The only tag of a user cannot be deleted, since the user would then see \
             every client.",
        )
        .deleted(delete);
}

/// What has tags: clients alone.
#[derive(Clone, Copy)]
struct TagType;

impl Enumeration for TagType {
    const NAME: &'static str = "TagType";
    const TEXTS: &'static [&'static str] = &["clients"];
    const ABOUT: &'static str = "What has the tag.";
    const MEANINGS: &'static [&'static str] = &["Clients."];
}

impl std::str::FromStr for TagType {
    type Err = UnknownValue;

    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        if text == "clients" { Ok(Self) } else { Err(UnknownValue) }
    }
}

impl Input<Back> for Tag {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, |tag| &tag.name);
        let kind =
            fields.about("What has the tag: clients alone.").or_default("type", &Choice::<TagType>::of(), || TagType);
        kind.and(name).map(|name| Self { name })
    }
}

struct Filter;

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        filters.choice::<TagType>("type");
        Self
    }
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<Filter, ByTime>,
) -> Result<Page<Identified<Tag>>, Problem> {
    Ok(tags::list(reading.conn, &reading.caller.rights.scope, &query.paging)?)
}

fn get(reading: &mut Reading<'_>, (id,): (ClientTagId,)) -> Result<Identified<Tag>, Problem> {
    Ok(tags::get(reading.conn, &reading.caller.rights.scope, id)?)
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, Tag>) -> Result<Identified<Tag>, Problem> {
    Ok(tags::insert(writing.tx, &writing.caller.rights.scope, &body.create()?)?)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (ClientTagId,),
    body: &Body<'_, Tag>,
) -> Result<Change<Identified<Tag>>, Problem> {
    let scope = &writing.caller.rights.scope;
    let before = tags::lock(writing.tx, scope, id)?;
    writing.change(before, body, |tx, before, data| tags::update(tx, scope, before.id, data))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (ClientTagId,)) -> Result<Identified<Tag>, Problem> {
    Ok(tags::delete(writing.tx, &writing.caller.rights.scope, id)?)
}
