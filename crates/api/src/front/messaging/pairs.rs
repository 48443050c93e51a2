//! Key-value pairs: texts of the broker, which pages take in.

use domain::messaging::{Pair, PairId, PairKey, PairTagId, PairType};
use domain::value::{Entity as _, Timestamp};
use http::request::{FilterSet, Filters, ListQuery};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::messaging::pairs::{self, Filter, StoredPair};
use storage::{ByTime, Page};

use crate::Problem;
use crate::front::{Front, Reading, Requirement, Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("my.storage-values.list", "/api/v2/my/storage/values", Requirement::SignedIn)
        .summary("List key-value pairs.")
        .describe(
            "The newest come first. Keys are compared as a whole, a value in part; a tag is named by its id or its name. \
             Keys and tags may also be numbered: `filter[keys][0]`, `filter[keys][1]`.",
        )
        .list(list);
    routes
        .get("my.storage-values.get", "/api/v2/my/storage/values/{valueId}", Requirement::SignedIn)
        .summary("Read a key-value pair.")
        .describe("A text of the broker, such as the name of the company or the address of its support.")
        .record(get);
}

/// A tag of a pair.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyKeyValueTag")]
struct TagAnswer {
    id: PairTagId,
    /// Its name.
    name: String,
}

/// A text of the broker under a key.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyKeyValuePair")]
#[serde(rename_all = "camelCase")]
struct PairAnswer {
    id: PairId,
    /// What it is found by.
    key: PairKey,
    /// The text.
    value: String,
    /// What the text is.
    #[serde(rename = "type")]
    kind: PairType,
    /// Its tags, which only group.
    tags: Vec<TagAnswer>,
    create_time: Timestamp,
}

impl Resource<Front> for PairAnswer {
    const NAME: &'static str = Pair::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredPair> for PairAnswer {
    fn from(StoredPair { id, data, tags, create_time, .. }: StoredPair) -> Self {
        let tags = tags.into_iter().map(|tag| TagAnswer { id: tag.id, name: tag.data.name }).collect();
        Self { id, key: data.key, value: data.value, kind: data.kind, tags, create_time }
    }
}

impl FilterSet<Front> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            keys: filters.texts("keys"),
            tags: filters.texts("tags"),
            value: filters.text("value"),
            kind: filters.choice("type"),
        }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ByTime>) -> Result<Page<PairAnswer>, Problem> {
    Ok(pairs::list(reading.conn, &query.filter, &query.paging)?.map(PairAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (PairId,)) -> Result<PairAnswer, Problem> {
    Ok(pairs::get(reading.conn, id)?.into())
}
