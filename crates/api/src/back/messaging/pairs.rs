//! Key-value pairs: texts of the broker, which messages and pages take in.

use domain::identity::Permission;
use domain::messaging::{Pair, PairId, PairKey, PairTag, PairType};
use domain::value::{Email, Entity, Record, Set, Timestamp};
use http::request::{Choice, Fields, FilterSet, Filters, Html, Id, Input, Kind, Link, ListQuery, Parsed, SetOf, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use storage::messaging::pairs::{self, Filter, StoredPair};
use storage::{ByTime, Page};

use crate::back::{Back, Body, Reading, Routes, Writing};
use crate::{Fault, Problem};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const PAIRS: &str = "/api/v2/storage/values";
    const PAIR: &str = "/api/v2/storage/values/{valueId}";
    routes
        .get("key-value-storage.list-pairs", PAIRS, P::KeyValueStorageRead)
        .summary("List key-value pairs.")
        .describe("The newest come first. A key is compared as a whole, a value in part.")
        .list(list);
    routes
        .get("key-value-storage.get-pair", PAIR, P::KeyValueStorageRead)
        .summary("Read a key-value pair.")
        .describe("Clients can read it too, so it holds no secret.")
        .record(get);
    routes
        .post("key-value-storage.create-pair", PAIRS, P::KeyValueStorageCreate)
        .summary("Add a key-value pair.")
        .describe(
            "Keys are unique. A value of the type `mail` is an e-mail address, one of the type `url` a link, and one of \
             the type `html` has no scripts or other active content.",
        )
        .example(json!({"key": "support_email", "value": "support@example.com", "type": "mail"}))
        .created(create);
    routes
        .patch("key-value-storage.update-pair", PAIR, P::KeyValueStorageUpdate)
        .summary("Change a key-value pair.")
        .describe("The value must fit the type. The tags are replaced as a whole.")
        .example_at("/api/v2/storage/values/1", json!({"value": "help@example.com"}))
        .changed(update);
    routes
        .delete("key-value-storage.delete-pair", PAIR, P::KeyValueStorageDelete)
        .summary("Delete a key-value pair.")
        .describe("Its tags stay.")
        .deleted(delete);
}

/// A text of the broker under a key, which messages and pages take in.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "KeyValuePair")]
#[serde(rename_all = "camelCase")]
struct PairAnswer {
    id: PairId,
    /// What it is found by, and stands for in a placeholder.
    key: PairKey,
    /// The text.
    value: String,
    /// What the text is.
    #[serde(rename = "type")]
    kind: PairType,
    /// Its tags, which only group.
    tags: Vec<Record<PairTag>>,
    create_time: Timestamp,
    update_time: Timestamp,
}

impl Resource<Back> for PairAnswer {
    const NAME: &'static str = Pair::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredPair> for PairAnswer {
    fn from(StoredPair { id, data, tags, create_time, update_time }: StoredPair) -> Self {
        Self { id, key: data.key, value: data.value, kind: data.kind, tags, create_time, update_time }
    }
}

const VALUE: Text = Text::LONG;

/// Why a value is none of its type.
fn faults_of(kind: PairType, value: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    let value = Value::from(value);
    match kind {
        PairType::String => {}
        PairType::Html => drop(Html { max: VALUE.max }.parse(&value, "value", &mut faults)),
        PairType::Mail => drop(Parsed::<Email>::with_format("email").parse(&value, "value", &mut faults)),
        PairType::Url => drop(Link { max: VALUE.max }.parse(&value, "value", &mut faults)),
    }
    faults
}

impl Input<Back> for Pair {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let key = fields.required("key", &Parsed::matching(PairKey::PATTERN), |pair| &pair.key);
        let kind = fields.required("type", &Choice::of(), |pair| &pair.kind);
        let value = fields.required("value", &VALUE, |pair| &pair.value);
        let tags = fields.about("The ids of its tags.").or("tags", &SetOf(Id::of()), |pair| &pair.tags, Set::default);
        let (kind, value) = (kind?, value?);
        // One of them may be stored already: whether they fit together is seen of both alone.
        let faults = faults_of(kind, &value);
        fields.take(faults)?;
        Some(Self { key: key?, value, kind, tags: tags? })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        let key = filters.text("key");
        Self { keys: key.map(|key| vec![key]), tags: None, value: filters.text("value"), kind: filters.choice("type") }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ByTime>) -> Result<Page<PairAnswer>, Problem> {
    Ok(pairs::list(reading.conn, &query.filter, &query.paging)?.map(PairAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (PairId,)) -> Result<PairAnswer, Problem> {
    Ok(pairs::get(reading.conn, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, Pair>) -> Result<PairAnswer, Problem> {
    Ok(pairs::insert(writing.tx, &body.create()?)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (PairId,),
    body: &Body<'_, Pair>,
) -> Result<Change<PairAnswer>, Problem> {
    let before = pairs::lock(writing.tx, id)?;
    Ok(writing.change(before, body, pairs::update)?.map(PairAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (PairId,)) -> Result<PairAnswer, Problem> {
    Ok(pairs::delete(writing.tx, id)?.into())
}
