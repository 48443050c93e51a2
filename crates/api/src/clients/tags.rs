//! Client tags.

use domain::clients::{ClientTagId, Tag};
use domain::identity::Operation;
use domain::value::{Enumeration, Identified, UnknownValue};
use storage::clients::tags;
use storage::{ByTime, Page};

use crate::Problem;
use crate::request::{Body, Choice, Fields, FilterSet, Filters, Input, ListQuery, Text};
use crate::routes::{Changed, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Operation as O;
    const TAGS: &str = "/api/v2/tags";
    const TAG: &str = "/api/v2/tags/{tagId}";
    routes.list(O::ClientTagsList, TAGS, "List client tags.", list);
    routes.get(O::ClientTagsGet, TAG, "Read a client tag.", get);
    routes.create(O::ClientTagsCreate, TAGS, "Add a client tag.", create);
    routes.update(O::ClientTagsUpdate, TAG, "Rename a client tag.", update);
    routes.delete(O::ClientTagsDelete, TAG, "Delete a client tag.", delete);
}

/// What has tags: clients alone.
#[derive(Clone, Copy)]
struct TagType;

impl Enumeration for TagType {
    const TEXTS: &'static [&'static str] = &["clients"];
}

impl std::str::FromStr for TagType {
    type Err = UnknownValue;

    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        if text == "clients" { Ok(Self) } else { Err(UnknownValue) }
    }
}

impl Input for Tag {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, |tag| &tag.name);
        let kind = fields.or_default("type", &Choice::<TagType>::of(), || TagType);
        kind.and(name).map(|name| Self { name })
    }
}

struct Filter;

impl FilterSet for Filter {
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
    Ok(tags::list(reading.conn, &reading.session.rights.scope, &query.paging)?)
}

fn get(reading: &mut Reading<'_>, (id,): (ClientTagId,)) -> Result<Identified<Tag>, Problem> {
    Ok(tags::get(reading.conn, &reading.session.rights.scope, id)?)
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, Tag>) -> Result<Identified<Tag>, Problem> {
    Ok(tags::insert(writing.tx, &writing.session.rights.scope, &body.create()?)?)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (ClientTagId,),
    body: &Body<'_, Tag>,
) -> Result<Changed<Identified<Tag>>, Problem> {
    let before = tags::lock(writing.tx, &writing.session.rights.scope, id)?;
    let data = body.change(&before.data)?;
    if data == before.data {
        return Ok(Changed::nothing(before));
    }
    let after = tags::update(writing.tx, &writing.session.rights.scope, id, &data)?;
    Ok(Changed { before, after })
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (ClientTagId,)) -> Result<Identified<Tag>, Problem> {
    Ok(tags::delete(writing.tx, &writing.session.rights.scope, id)?)
}
