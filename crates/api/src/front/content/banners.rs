//! The banners of the client's pages.

use domain::content::{Banner, BannerContent, BannerData, BannerId, BannerType};
use domain::value::{Entity as _, List, LocalizedText, Localizer, Timestamp};
use http::request::{FilterSet, Filters, ListQuery, SortKey};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::content::banners::{self, Filter, Sort, StoredBanner};
use storage::{Direction, Page};

use crate::Problem;
use crate::front::{Front, Reading, Requirement, Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("my.banners.list", "/api/v2/my/banners", Requirement::SignedIn)
        .summary("List banners for the client's pages.")
        .describe(
            "The newest come first; by priority, low comes first and the newer where equal. Disabled banners are never \
             among them, whatever `filter[enabled]` says.",
        )
        .list(list);
    routes
        .get("my.banners.get", "/api/v2/my/banners/{bannerId}", Requirement::SignedIn)
        .summary("Read a banner.")
        .describe(
            "Its texts are in the language of the call, where there are texts in it. A disabled banner is not found.",
        )
        .record(get);
}

/// A banner that the client is shown.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MyBanner")]
struct BannerAnswer {
    id: BannerId,
    /// Where it is shown.
    #[serde(rename = "type")]
    kind: BannerType,
    /// The tail of the address of the page that it is shown on.
    url: String,
    /// Whether it is shown: always true.
    enabled: bool,
    /// Its place among the banners of a page, low first.
    priority: i64,
    #[serde(flatten)]
    content: BannerContent,
    /// Its layout in the app.
    data: Option<BannerData>,
    #[serde(skip)]
    resources: List<LocalizedText>,
    /// When it was created.
    created_at: Timestamp,
}

impl Resource<Front> for BannerAnswer {
    const NAME: &'static str = Banner::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        Banner::localize(&mut self.content, &self.resources, localizer);
    }
}

impl From<StoredBanner> for BannerAnswer {
    fn from(StoredBanner { id, data, create_time, .. }: StoredBanner) -> Self {
        Self {
            id,
            kind: data.kind,
            url: data.url,
            enabled: data.is_enabled,
            priority: data.priority,
            content: data.content,
            data: data.data,
            resources: data.resources,
            created_at: create_time,
        }
    }
}

impl FilterSet<Front> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { kind: filters.choice("type"), is_enabled: filters.yes_no("enabled"), url: filters.text("url") }
    }
}

impl SortKey<Front> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("createTime", Self::CreateTime), ("priority", Self::Priority)];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, Sort>) -> Result<Page<BannerAnswer>, Problem> {
    Ok(banners::list_shown(reading.conn, &query.filter, &query.paging)?.map(BannerAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (BannerId,)) -> Result<BannerAnswer, Problem> {
    Ok(banners::get_shown(reading.conn, id)?.into())
}
