//! Tags of key-value pairs.

use domain::identity::Permission;
use domain::messaging::{PairTag, PairTagId};
use domain::value::Record;
use http::request::{Fields, FilterSet, Filters, Input, ListQuery, Text};
use http::routes::Change;
use serde_json::json;
use storage::messaging::pair_tags::{self, Filter};
use storage::{ByTime, Page};

use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const TAGS: &str = "/api/v2/storage/tags";
    const TAG: &str = "/api/v2/storage/tags/{tagId}";
    routes
        .get("key-value-storage.list-tags", TAGS, P::KeyValueTagsRead)
        .summary("List the tags that group key-value pairs.")
        .describe("The newest come first. The name is compared as a whole, with its case.")
        .list(list);
    routes
        .get("key-value-storage.get-tag", TAG, P::KeyValueTagsRead)
        .summary("Read a tag.")
        .describe("Tags only group; they change nothing in what a pair does.")
        .record(get);
    routes
        .post("key-value-storage.create-tag", TAGS, P::KeyValueTagsCreate)
        .summary("Add a tag.")
        .describe("Names are unique, whatever their case.")
        .example(json!({"name": "Brand"}))
        .created(create);
    routes
        .patch("key-value-storage.update-tag", TAG, P::KeyValueTagsUpdate)
        .summary("Rename a tag.")
        .describe("The pairs that have the tag keep it.")
        .example_at("/api/v2/storage/tags/1", json!({"name": "Brand texts"}))
        .changed(update);
    routes
        .delete("key-value-storage.delete-tag", TAG, P::KeyValueTagsDelete)
        .summary("Delete a tag.")
        .describe("The pairs that have the tag lose it.")
        .deleted(delete);
}

impl Input<Back> for PairTag {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        Some(Self { name: fields.needed("name", &Text::NAME)? })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { name: filters.text("name") }
    }
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<Filter, ByTime>,
) -> Result<Page<Record<PairTag>>, Problem> {
    Ok(pair_tags::list(reading.conn, &query.filter, &query.paging)?)
}

fn get(reading: &mut Reading<'_>, (id,): (PairTagId,)) -> Result<Record<PairTag>, Problem> {
    Ok(pair_tags::get(reading.conn, id)?)
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, PairTag>) -> Result<Record<PairTag>, Problem> {
    Ok(pair_tags::insert(writing.tx, &body.create()?)?)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (PairTagId,),
    body: &Body<'_, PairTag>,
) -> Result<Change<Record<PairTag>>, Problem> {
    let before = pair_tags::lock(writing.tx, id)?;
    writing.change(before, body, pair_tags::update)
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (PairTagId,)) -> Result<Record<PairTag>, Problem> {
    let tag = pair_tags::lock(writing.tx, id)?;
    pair_tags::delete(writing.tx, id)?;
    Ok(tag)
}
