//! The banners of the client's pages.

use domain::content::{Banner, BannerId};
use domain::value::{Entity as _, List, LocalizedText, Localizer};
use http::request::{FilterSet, Filters, ListQuery, SortKey};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::content::banners::{self, Filter, Sort, StoredBanner};
use storage::{Direction, Page};

use crate::Problem;
use crate::answers::ShownBanner;
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
    #[serde(flatten)]
    banner: ShownBanner,
    #[serde(skip)]
    resources: List<LocalizedText>,
}

impl Resource<Front> for BannerAnswer {
    const NAME: &'static str = Banner::RESOURCE;

    fn id(&self) -> i64 {
        self.banner.id()
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        self.banner.localize(&self.resources, localizer);
    }
}

impl From<StoredBanner> for BannerAnswer {
    fn from(stored: StoredBanner) -> Self {
        let (banner, resources) = ShownBanner::of(stored);
        Self { banner, resources }
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
