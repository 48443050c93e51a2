//! The levels that the client is offered.

use domain::clients::VerificationLevelId;
use domain::value::{Entity as _, Set};
use domain::verification::{LevelStanding, VerificationLevel, VerificationWizard};
use http::request::{ListQuery, NoFilter, SortKey};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::Page;
use storage::verification::offered::{self, ShownLevel, Sort};

use crate::Problem;
use crate::front::{Front, Reading, Requirement, Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("my.verification-levels.list", "/api/v2/my/verifications/levels", Requirement::SignedIn)
        .summary("List the verification levels.")
        .describe(
            "From the lowest up: the client's own level, and those that are visible and whose restrictions let the \
             client in. `status` tells what each is to the client.",
        )
        .list(list);
    routes
        .get("my.verification-levels.get", "/api/v2/my/verifications/levels/{levelId}", Requirement::SignedIn)
        .summary("Read one verification level.")
        .describe("A level that is not listed for the client is 404.")
        .record(get);
}

/// A step of the client's verification.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MyVerificationLevel")]
struct LevelAnswer {
    id: VerificationLevelId,
    /// How far up it is: 0 for the default level, more for the others.
    index: i64,
    /// Its name.
    name: String,
    /// What it is about, which may be HTML.
    description: Option<String>,
    /// The level that may be granted after it.
    next_level: Option<VerificationLevelId>,
    /// How clients are checked who ask for it.
    wizard: Option<VerificationWizard>,
    /// Whether new clients get it.
    default: bool,
    /// The names of the document groups that documents are handed in for.
    options: Set<String>,
    /// What it is to the client.
    status: LevelStanding,
}

impl Resource<Front> for LevelAnswer {
    const NAME: &'static str = VerificationLevel::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<ShownLevel> for LevelAnswer {
    fn from(ShownLevel { level, next, standing }: ShownLevel) -> Self {
        let terms = level.data.terms;
        Self {
            id: level.id,
            index: terms.index,
            name: terms.name,
            description: Some(terms.description).filter(|text| !text.is_empty()),
            next_level: next,
            wizard: Some(terms.wizard),
            default: terms.default,
            options: terms.groups,
            status: standing,
        }
    }
}

impl SortKey<Front> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("index", Self::Index)];
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<NoFilter, Sort>) -> Result<Page<LevelAnswer>, Problem> {
    Ok(offered::list(reading.conn, reading.caller.client(), &query.paging)?.map(LevelAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (VerificationLevelId,)) -> Result<LevelAnswer, Problem> {
    Ok(offered::get(reading.conn, reading.caller.client(), id)?.into())
}
