//! Platforms, and what clients have under way on them.

use domain::catalog::{Platform, PlatformId, PlatformType};
use domain::value::{Entity as _, Record};
use http::request::{ListQuery, NoFilter};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::catalog::platforms::{self, Filter};
use storage::{ById, Page, Paging};

use crate::Problem;
use crate::front::{Front, Reading, Requirement, Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("my.platforms.list", "/api/v2/my/platforms", Requirement::SignedIn)
        .summary("List the platforms.")
        .describe("Shows where accounts are kept: wallets by the broker, trading accounts by outside software.")
        .list(list);
}

/// Where accounts are kept.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MyPlatform {
    /// Its id.
    id: PlatformId,
    /// Its name.
    name: String,
    /// The name to show.
    caption: String,
    /// The software behind it.
    #[serde(rename = "type")]
    kind: PlatformType,
    /// Whether its accounts hold play money.
    is_demo: bool,
    /// Where to trade in the browser; null where there is no such page.
    #[schemars(extend("format" = "uri"))]
    terminal_url: Option<String>,
}

impl Resource<Front> for MyPlatform {
    const NAME: &'static str = Platform::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<Record<Platform>> for MyPlatform {
    fn from(stored: Record<Platform>) -> Self {
        let Platform { name, caption, kind, is_demo, terminal_url, .. } = stored.data;
        Self { id: stored.id, name, caption, kind, is_demo, terminal_url }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<NoFilter, ById>) -> Result<Page<MyPlatform>, Problem> {
    let Paging { direction, limit, offset, counts, .. } = query.paging;
    let paging = Paging { sort: platforms::Sort::Id, direction, limit, offset, counts };
    let in_use = Filter { is_enabled: Some(true), ..Filter::default() };
    Ok(platforms::list(reading.conn, &in_use, &paging)?.map(MyPlatform::from))
}
