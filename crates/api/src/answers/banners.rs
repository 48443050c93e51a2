//! Banners.

use domain::content::{Banner, BannerContent, BannerData, BannerId, BannerType};
use domain::value::{List, LocalizedText, Localizer, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use storage::content::banners::StoredBanner;

/// What both interfaces show of a banner.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShownBanner {
    id: BannerId,
    /// Where it is shown.
    #[serde(rename = "type")]
    kind: BannerType,
    /// The tail of the address of the page that it is shown on.
    url: String,
    /// Whether it is shown; those that clients see always are.
    enabled: bool,
    /// Its place among the banners of a page, low first.
    priority: i64,
    #[serde(flatten)]
    content: BannerContent,
    /// Its layout in the app.
    data: Option<BannerData>,
    /// When it was created.
    created_at: Timestamp,
}

impl ShownBanner {
    /// The id.
    pub const fn id(&self) -> i64 {
        self.id.get()
    }

    /// Puts its texts in the reader's language.
    pub fn localize(&mut self, resources: &List<LocalizedText>, localizer: &mut Localizer<'_>) {
        Banner::localize(&mut self.content, resources, localizer);
    }

    /// The banner, and its texts in other languages.
    pub fn of(StoredBanner { id, data, create_time, .. }: StoredBanner) -> (Self, List<LocalizedText>) {
        let shown = Self {
            id,
            kind: data.kind,
            url: data.url,
            enabled: data.is_enabled,
            priority: data.priority,
            content: data.content,
            data: data.data,
            created_at: create_time,
        };
        (shown, data.resources)
    }
}
