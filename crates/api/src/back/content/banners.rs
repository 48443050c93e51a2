//! Banners.

use domain::content::{Banner, BannerContent, BannerData, BannerId, HorizontalAlign, VerticalAlign};
use domain::identity::Permission;
use domain::ledger::Amount;
use domain::value::{Entity, List, LocalizedText, Localizer};
use http::request::{
    Boolean, Choice, Decimal, Fields, FilterSet, Filters, Html, Input, Integer, Kind, Link, ListQuery,
    LocalizedTextsOf, Object, SortKey, Text,
};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::content::banners::{self, Filter, Sort, StoredBanner};
use storage::{Direction, Page};

use crate::answers::ShownBanner;
use crate::back::{Back, Body, Reading, Routes, Writing};
use crate::{Fault, Problem};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const BANNERS: &str = "/api/v2/banners";
    const BANNER: &str = "/api/v2/banners/{bannerId}";
    routes
        .get("banners.list", BANNERS, P::BannersRead)
        .summary("List banners.")
        .describe(
            "The newest come first. By priority they stand as clients see them: low first, the newer where equal.",
        )
        .list(list);
    routes
        .get("banners.get", BANNER, P::BannersRead)
        .summary("Read a banner.")
        .describe("Its texts are in the language of the call, where there are texts in it.")
        .record(get);
    routes
        .post("banners.create", BANNERS, P::BannersCreate)
        .summary("Add a banner.")
        .describe(
            "To be enabled, a mobile banner needs `mobileTitle`, a desktop one `captionLight` or a background. Captions \
             and texts may be HTML without scripts or other active content. The keys of `resources` are the names of \
             fields; `caption`, `text` and `button` stand for both themes.",
        )
        .example(json!({
            "type": "desktop", "url": "/dashboard", "enabled": true, "priority": 10,
            "captionLight": "<b>Lower spreads</b> all summer", "textLight": "On all currency pairs.",
            "buttonLight": "Read more", "buttonLink": "https://www.example.com/summer",
            "resources": [{"key": "caption", "locale": "es_ES", "value": "Spreads más bajos todo el verano"}],
        }))
        .created(create);
    routes
        .put_and_patch("banners.update", BANNER, P::BannersUpdate)
        .summary("Change a banner.")
        .describe("The members of `data` that are sent change, the others stay. Resources are replaced as a whole.")
        .example_at("/api/v2/banners/1", json!({"priority": 20, "data": {"vertical_align": "top"}}))
        .changed(update);
    routes
        .delete("banners.delete", BANNER, P::BannersDelete)
        .summary("Delete a banner.")
        .describe("A banner that is only to be hidden for a while is disabled instead.")
        .deleted(delete);
}

/// A banner that clients are shown.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Banner")]
struct BannerAnswer {
    #[serde(flatten)]
    banner: ShownBanner,
    /// Its texts in other languages.
    resources: List<LocalizedText>,
    /// The e-mail address of the user who created it.
    created_by: String,
}

impl Resource<Back> for BannerAnswer {
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
        let created_by = stored.created_by.clone();
        let (banner, resources) = ShownBanner::of(stored);
        Self { banner, resources, created_by }
    }
}

const LINK: Link = Link { max: 2048 };
const CAPTION: Html = Html { max: 1_000 };
const TEXT: Html = Html { max: 10_000 };
const RESOURCES: LocalizedTextsOf<Html> =
    LocalizedTextsOf { title: "NewBannerText", keys: Banner::TEXT_KEYS, value: TEXT };

/// A banner that is changed, with its texts by the names of fields: one that is sent back as it was read stays.
struct CurrentBanner {
    banner: Banner,
    texts: List<LocalizedText>,
}

struct BannerInput(Banner);

/// The longest address of a page, in characters.
const MAX_ADDRESS: usize = 2048;

/// The page that a banner is shown on: the tail of its address, or the whole of it.
#[derive(Clone, Copy)]
struct PageAddress;

impl Kind for PageAddress {
    type Out = String;

    fn schema(&self) -> Value {
        json!({"type": "string", "minLength": 1, "maxLength": MAX_ADDRESS, "pattern": "^(/([^/]|$)|[Hh][Tt][Tt][Pp][Ss]?://)"})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<String> {
        let text = Text { min: 1, max: MAX_ADDRESS }.parse(value, at, faults)?;
        if text.starts_with('/') && !text.starts_with("//") {
            return Some(text);
        }
        Link { max: MAX_ADDRESS }.parse(value, at, faults)
    }
}

impl Input<Back> for BannerInput {
    type Current = CurrentBanner;

    fn texts(current: &CurrentBanner) -> Option<&List<LocalizedText>> {
        Some(&current.texts)
    }

    fn read(fields: &mut Fields<'_, CurrentBanner>) -> Option<Self> {
        read(&mut fields.part(|current| &current.banner)).map(Self)
    }
}

fn read(fields: &mut Fields<'_, Banner>) -> Option<Banner> {
    let kind = fields.required("type", &Choice::of(), |banner| &banner.kind);
    let url = fields.required("url", &PageAddress, |banner| &banner.url);
    let is_enabled = fields.or("enabled", &Boolean, |banner| &banner.is_enabled, || false);
    let priority = fields.or("priority", &Integer::ANY, |banner| &banner.priority, || 0);
    let content = read_content(&mut fields.part(|banner| &banner.content));
    let layout = fields.clearable("data", &SENT_DATA);
    let resources = fields.or("resources", &RESOURCES, |banner| &banner.resources, List::default);
    let layout = match (layout?, fields.current().and_then(|banner| banner.data.as_ref())) {
        (Some(Some(sent)), stored) => sent.over(stored.cloned().unwrap_or_default()).unless_empty(),
        (Some(None), _) => None,
        (None, stored) => stored.cloned(),
    };
    Some(Banner {
        kind: kind?,
        url: url?,
        is_enabled: is_enabled?,
        priority: priority?,
        content: content?,
        data: layout,
        resources: resources?,
    })
}

fn read_content(fields: &mut Fields<'_, BannerContent>) -> Option<BannerContent> {
    let background_link_light = fields.nullable("backgroundLinkLight", &LINK, |content| &content.background_link_light);
    let background_link_dark = fields.nullable("backgroundLinkDark", &LINK, |content| &content.background_link_dark);
    let button_light = fields.nullable("buttonLight", &CAPTION, |content| &content.button_light);
    let button_dark = fields.nullable("buttonDark", &CAPTION, |content| &content.button_dark);
    let button_link = fields.nullable("buttonLink", &LINK, |content| &content.button_link);
    let caption_light = fields.nullable("captionLight", &CAPTION, |content| &content.caption_light);
    let caption_dark = fields.nullable("captionDark", &CAPTION, |content| &content.caption_dark);
    let text_light = fields.nullable("textLight", &TEXT, |content| &content.text_light);
    let text_dark = fields.nullable("textDark", &TEXT, |content| &content.text_dark);
    let mobile_title = fields.nullable("mobileTitle", &CAPTION, |content| &content.mobile_title);
    let mobile_sub_title = fields.nullable("mobileSubTitle", &CAPTION, |content| &content.mobile_sub_title);
    let mobile_text = fields.nullable("mobileText", &TEXT, |content| &content.mobile_text);
    let mobile_button_title = fields.nullable("mobileButtonTitle", &CAPTION, |content| &content.mobile_button_title);
    Some(BannerContent {
        background_link_light: background_link_light?,
        background_link_dark: background_link_dark?,
        button_light: button_light?,
        button_dark: button_dark?,
        button_link: button_link?,
        caption_light: caption_light?,
        caption_dark: caption_dark?,
        text_light: text_light?,
        text_dark: text_dark?,
        mobile_title: mobile_title?,
        mobile_sub_title: mobile_sub_title?,
        mobile_text: mobile_text?,
        mobile_button_title: mobile_button_title?,
    })
}

/// The members of a layout that are sent: null takes one away.
#[derive(Clone)]
struct SentData {
    vertical_align: Option<Option<VerticalAlign>>,
    horizontal_align: Option<Option<HorizontalAlign>>,
    padding: Option<Option<String>>,
    image_url_light: Option<Option<String>>,
    image_url_dark: Option<Option<String>>,
    preview_enabled: Option<Option<bool>>,
}

impl SentData {
    /// What is sent, over what is stored.
    fn over(self, stored: BannerData) -> BannerData {
        BannerData {
            vertical_align: self.vertical_align.unwrap_or(stored.vertical_align),
            horizontal_align: self.horizontal_align.unwrap_or(stored.horizontal_align),
            padding: self.padding.unwrap_or(stored.padding),
            image_url_light: self.image_url_light.unwrap_or(stored.image_url_light),
            image_url_dark: self.image_url_dark.unwrap_or(stored.image_url_dark),
            preview_enabled: self.preview_enabled.unwrap_or(stored.preview_enabled),
        }
    }
}

const SENT_DATA: Object<SentData> = Object { schema: data_schema, read: read_data };

fn data_schema() -> Value {
    let nullable = |schema: Value, about: &str| json!({"description": about, "anyOf": [schema, {"type": "null"}]});
    let (vertical, horizontal) = (Choice::<VerticalAlign>::of(), Choice::<HorizontalAlign>::of());
    let properties = json!({
        "vertical_align": nullable(vertical.schema(), "Where title and subtitle stand in its height."),
        "horizontal_align": nullable(horizontal.schema(), "Where title and subtitle stand in its width."),
        "padding": nullable(Decimal::NonNegative.schema(), "The points around the texts."),
        "image_url_light": nullable(LINK.schema(), "The picture of the light theme."),
        "image_url_dark": nullable(LINK.schema(), "The picture of the dark theme."),
        "preview_enabled": nullable(Boolean.schema(), "Whether clients can open a preview."),
    });
    json!({"title": "NewBannerData", "type": "object", "properties": properties})
}

fn read_data(object: &Map<String, Value>, at: &str, faults: &mut Vec<Fault>) -> Option<SentData> {
    /// None outside: left out, or faulty.
    fn member<K: Kind>(
        (object, at): (&Map<String, Value>, &str),
        name: &str,
        kind: &K,
        faults: &mut Vec<Fault>,
    ) -> Option<Option<K::Out>> {
        match object.get(name)? {
            Value::Null => Some(None),
            value => kind.parse(value, &format!("{at}.{name}"), faults).map(Some),
        }
    }
    let before = faults.len();
    let of = (object, at);
    let padding = member(of, "padding", &Decimal::NonNegative, faults);
    let sent = SentData {
        vertical_align: member(of, "vertical_align", &Choice::of(), faults),
        horizontal_align: member(of, "horizontal_align", &Choice::of(), faults),
        padding: padding.map(|points| points.map(Amount::plain)),
        image_url_light: member(of, "image_url_light", &LINK, faults),
        image_url_dark: member(of, "image_url_dark", &LINK, faults),
        preview_enabled: member(of, "preview_enabled", &Boolean, faults),
    };
    (faults.len() == before).then_some(sent)
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { is_enabled: filters.yes_no("enabled"), ..Self::default() }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("createTime", Self::CreateTime), ("priority", Self::Priority)];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, Sort>) -> Result<Page<BannerAnswer>, Problem> {
    Ok(banners::list(reading.conn, &query.filter, &query.paging)?.map(BannerAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (BannerId,)) -> Result<BannerAnswer, Problem> {
    Ok(banners::get(reading.conn, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, BannerInput>) -> Result<BannerAnswer, Problem> {
    let BannerInput(banner) = body.create()?;
    Ok(banners::insert(writing.tx, writing.caller.user, &banner)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (BannerId,),
    body: &Body<'_, BannerInput>,
) -> Result<Change<BannerAnswer>, Problem> {
    let before = banners::lock(writing.tx, id)?;
    let texts = Banner::texts_by_field(&before.data.resources);
    let BannerInput(banner) = body.change(&CurrentBanner { banner: before.data.clone(), texts })?;
    Ok(writing.change_to(before, &banner, banners::update)?.map(BannerAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (BannerId,)) -> Result<BannerAnswer, Problem> {
    let banner = banners::lock(writing.tx, id)?;
    banners::delete(writing.tx, id)?;
    Ok(banner.into())
}
