use super::{BannerId, ContentFault};
use crate::value::{Entity, Fault, FaultCode as _, Field, List, LocalizedText, Localizer, text_enum};

text_enum! {
    /// Where a banner is shown.
    BannerType {
        /// In the web interface.
        Desktop = "desktop",
        /// In the mobile app.
        Mobile = "mobile",
    }
}

text_enum! {
    /// Where title and subtitle of a mobile banner stand in its height.
    VerticalAlign {
        /// In the middle.
        Middle = "middle",
        /// At the top.
        Top = "top",
        /// At the bottom.
        Bottom = "bottom",
    }
}

text_enum! {
    /// Where title and subtitle of a mobile banner stand in its width.
    HorizontalAlign {
        /// On the left.
        Left = "left",
        /// In the center.
        Center = "center",
        /// On the right.
        Right = "right",
    }
}

/// The texts, pictures and links of a banner. What is not given for the dark theme is that of the light one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase", default))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BannerContent {
    /// The background picture of the light theme.
    pub background_link_light: Option<String>,
    /// The background picture of the dark theme.
    pub background_link_dark: Option<String>,
    /// The caption of the button in the light theme.
    pub button_light: Option<String>,
    /// The caption of the button in the dark theme.
    pub button_dark: Option<String>,
    /// What the button opens.
    pub button_link: Option<String>,
    /// The title in the light theme, which may be HTML.
    pub caption_light: Option<String>,
    /// The title in the dark theme, which may be HTML.
    pub caption_dark: Option<String>,
    /// The text in the light theme, which may be HTML.
    pub text_light: Option<String>,
    /// The text in the dark theme, which may be HTML.
    pub text_dark: Option<String>,
    /// The title in the app.
    pub mobile_title: Option<String>,
    /// The subtitle in the app.
    pub mobile_sub_title: Option<String>,
    /// The text in the app.
    pub mobile_text: Option<String>,
    /// The caption of the button in the app.
    pub mobile_button_title: Option<String>,
}

/// How a banner is laid out in the app.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BannerData {
    /// Where title and subtitle stand in its height.
    pub vertical_align: Option<VerticalAlign>,
    /// Where title and subtitle stand in its width.
    pub horizontal_align: Option<HorizontalAlign>,
    /// The points around the texts.
    pub padding: Option<String>,
    /// The picture of the light theme.
    pub image_url_light: Option<String>,
    /// The picture of the dark theme.
    pub image_url_dark: Option<String>,
    /// Whether clients can open a preview.
    pub preview_enabled: Option<bool>,
}

/// A banner that clients are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Banner {
    /// Where it is shown.
    pub kind: BannerType,
    /// The tail of the address of the page that it is shown on.
    pub url: String,
    /// Whether it is shown.
    pub is_enabled: bool,
    /// Its place among the banners of a page: low first, the newer first where equal.
    pub priority: i64,
    /// What it shows.
    pub content: BannerContent,
    /// Its layout in the app.
    pub data: Option<BannerData>,
    /// Its texts in other languages.
    pub resources: List<LocalizedText>,
}

impl BannerData {
    /// The layout, unless it says nothing.
    #[must_use]
    pub fn unless_empty(self) -> Option<Self> {
        (self != Self::default()).then_some(self)
    }
}

impl Entity for Banner {
    type Id = BannerId;
    const RESOURCE: &'static str = "banner";
}

/// A text of a banner that can be in several languages.
type BannerText = fn(&mut BannerContent) -> &mut Option<String>;

/// Texts by the names of their fields, and the key that stands for the texts of both themes.
const TEXTS: [(&str, Option<&str>, BannerText); 10] = [
    ("buttonLight", Some("button"), |content| &mut content.button_light),
    ("buttonDark", Some("button"), |content| &mut content.button_dark),
    ("captionLight", Some("caption"), |content| &mut content.caption_light),
    ("captionDark", Some("caption"), |content| &mut content.caption_dark),
    ("textLight", Some("text"), |content| &mut content.text_light),
    ("textDark", Some("text"), |content| &mut content.text_dark),
    ("mobileTitle", None, |content| &mut content.mobile_title),
    ("mobileSubTitle", None, |content| &mut content.mobile_sub_title),
    ("mobileText", None, |content| &mut content.mobile_text),
    ("mobileButtonTitle", None, |content| &mut content.mobile_button_title),
];

impl Banner {
    /// The keys of texts in other languages: the names of fields, and what stands for those of both themes.
    pub const TEXT_KEYS: &'static [&'static str] = &[
        "button",
        "buttonLight",
        "buttonDark",
        "caption",
        "captionLight",
        "captionDark",
        "text",
        "textLight",
        "textDark",
        "mobileTitle",
        "mobileSubTitle",
        "mobileText",
        "mobileButtonTitle",
    ];

    /// The texts in other languages by the names of their fields: `caption` stands for the captions of both themes where
    /// they have none of their own.
    #[must_use]
    pub fn texts_by_field(resources: &List<LocalizedText>) -> List<LocalizedText> {
        let mut texts = Vec::new();
        for (name, shared, _) in TEXTS {
            let own = resources.iter().filter(|text| text.key == name);
            let has_own = |locale: &str| own.clone().any(|text| text.locale == locale);
            let of_both = resources.iter().filter(|text| shared == Some(text.key.as_str()) && !has_own(&text.locale));
            let named = |text: &LocalizedText| LocalizedText { key: name.to_owned(), ..text.clone() };
            texts.extend(own.clone().chain(of_both).map(named));
        }
        texts.into()
    }

    /// Puts what it shows in the caller's language where there are texts in it.
    pub fn localize(content: &mut BannerContent, resources: &List<LocalizedText>, localizer: &mut Localizer<'_>) {
        let texts = Self::texts_by_field(resources);
        for (name, _, field) in TEXTS {
            let field = field(content);
            let mut text = field.clone().unwrap_or_default();
            localizer.localize(&texts, name, &mut text);
            if !text.is_empty() {
                *field = Some(text);
            }
        }
    }

    /// What an enabled banner lacks: nobody is shown an empty one.
    #[must_use]
    pub fn enabling_fault(&self) -> Option<Fault> {
        let is_given = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
        let content = &self.content;
        let (has_enough, fault) = match self.kind {
            BannerType::Mobile => (is_given(&content.mobile_title), ContentFault::BannerWithoutTitle),
            BannerType::Desktop => {
                let shown = [&content.caption_light, &content.background_link_light, &content.background_link_dark];
                (shown.into_iter().any(is_given), ContentFault::BannerWithoutContent)
            }
        };
        (self.is_enabled && !has_enough).then(|| fault.at(Field::Enabled))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Locale;

    fn banner(kind: BannerType, content: BannerContent) -> Banner {
        let resources = List::default();
        Banner { kind, url: "/dashboard".into(), is_enabled: true, priority: 0, content, data: None, resources }
    }

    fn text(key: &str, locale: &str, value: &str) -> LocalizedText {
        LocalizedText { key: key.into(), locale: locale.into(), value: value.into() }
    }

    #[test]
    fn what_is_shown_shows_something() {
        let given = || Some("x".to_owned());
        let titled = BannerContent { mobile_title: given(), ..BannerContent::default() };
        let captioned = BannerContent { caption_light: given(), ..BannerContent::default() };
        let pictured = BannerContent { background_link_dark: given(), ..BannerContent::default() };
        let blank = BannerContent { caption_light: Some(" ".into()), ..BannerContent::default() };
        for (kind, content, lacks) in [
            (BannerType::Mobile, &titled, false),
            (BannerType::Mobile, &captioned, true),
            (BannerType::Desktop, &titled, true),
            (BannerType::Desktop, &captioned, false),
            (BannerType::Desktop, &pictured, false),
            (BannerType::Desktop, &blank, true),
        ] {
            let banner = banner(kind, content.clone());
            assert_eq!(banner.enabling_fault().is_some(), lacks, "{banner:?}");
            assert_eq!(Banner { is_enabled: false, ..banner }.enabling_fault(), None);
        }
    }

    #[test]
    fn texts_in_other_languages_are_those_of_fields() {
        let mut keys: Vec<&str> = TEXTS.iter().flat_map(|(name, shared, _)| [Some(*name), *shared]).flatten().collect();
        let mut listed = Banner::TEXT_KEYS.to_vec();
        keys.sort_unstable();
        keys.dedup();
        listed.sort_unstable();
        assert_eq!(listed, keys);
    }

    #[test]
    fn a_text_of_both_themes_stands_where_a_theme_has_none_of_its_own() {
        let mut content = BannerContent::default();
        let resources: List<LocalizedText> = [
            text("caption", "es_ES", "both"),
            text("captionDark", "es_ES", "dark"),
            text("mobileTitle", "es_ES", "title"),
            text("mobileTitle", "ja_JP", "other"),
        ]
        .into_iter()
        .collect();
        let locale = Locale::from_accept_language("es");
        Banner::localize(&mut content, &resources, &mut Localizer::new(&locale));
        assert_eq!(content.caption_light.as_deref(), Some("both"));
        assert_eq!(content.caption_dark.as_deref(), Some("dark"));
        assert_eq!(content.mobile_title.as_deref(), Some("title"));
        assert_eq!(content.text_light, None);
    }
}
