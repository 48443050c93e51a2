use std::collections::BTreeSet;

use super::List;

/// The form in which texts are compared without regard to case: filters that match a part, and
/// names of which there may be one only.
#[must_use]
pub fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

/// One text in one language: `key` names the field that it stands for, such as `caption`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LocalizedText {
    /// What the text is, such as `caption`.
    pub key: String,
    /// Language and country, such as `ja_JP`.
    pub locale: String,
    /// The text.
    pub value: String,
}

/// The languages that a caller reads, best first; none where it names none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Locale(Vec<LanguageTag>);

/// A language tag without regard to case and to how its parts are joined: `pt-PT` is `pt_pt`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
struct LanguageTag(String);

impl LanguageTag {
    fn new(tag: &str) -> Self {
        Self(tag.trim().to_ascii_lowercase().replace('_', "-"))
    }

    /// The first part: `pt` of `pt-PT`.
    fn language(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }

    /// The tag, then without its last part, and so on (RFC 4647, section 3.4).
    fn lookups(&self) -> impl Iterator<Item = &str> {
        std::iter::successors(Some(self.0.as_str()), |tag| tag.rsplit_once('-').map(|(shorter, _)| shorter))
    }
}

impl Locale {
    /// From an `Accept-Language` header (RFC 9110, section 12.5.4), by weight; `*` is passed over.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Self {
        let mut weighted: Vec<(LanguageTag, f32)> = header
            .split(',')
            .filter_map(|part| {
                let (tag, parameters) = part.split_once(';').unwrap_or((part, ""));
                let weight = parameters.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.parse().ok())?;
                let tag = LanguageTag::new(tag);
                (weight > 0.0 && !matches!(tag.language(), "" | "*")).then_some((tag, weight))
            })
            .collect();
        weighted.sort_by(|a, b| b.1.total_cmp(&a.1));
        Self(weighted.into_iter().map(|(tag, _)| tag).collect())
    }

    /// The languages, best first, without their countries.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(LanguageTag::language)
    }

    /// The text of a field in the best language that there is; an empty text is none. A country is
    /// matched exactly where it can be, else another country with the same language is taken.
    #[must_use]
    pub fn text_of<'a>(&self, texts: &'a List<LocalizedText>, key: &str) -> Option<&'a LocalizedText> {
        let texts: Vec<(LanguageTag, &LocalizedText)> = texts
            .iter()
            .filter(|text| text.key == key && !text.value.trim().is_empty())
            .map(|text| (LanguageTag::new(&text.locale), text))
            .collect();
        self.0.iter().find_map(|wanted| {
            let exact = wanted.lookups().find_map(|lookup| texts.iter().find(|(tag, _)| tag.0 == lookup));
            let related = || texts.iter().find(|(tag, _)| tag.language() == wanted.language());
            exact.or_else(related).map(|(_, text)| *text)
        })
    }
}

/// Puts texts in the caller's language, and notes in which languages it found them.
#[derive(Debug)]
pub struct Localizer<'a> {
    locale: &'a Locale,
    languages: BTreeSet<String>,
}

impl<'a> Localizer<'a> {
    /// For a caller who reads these languages.
    #[must_use]
    pub fn new(locale: &'a Locale) -> Self {
        Self { locale, languages: BTreeSet::new() }
    }

    /// Puts a field's text in the caller's language, if there is one; else the plain text stays.
    pub fn localize(&mut self, texts: &List<LocalizedText>, key: &str, field: &mut String) {
        if let Some(text) = self.locale.text_of(texts, key) {
            self.languages.insert(text.locale.replace('_', "-"));
            field.clone_from(&text.value);
        }
    }

    /// Has something said to the caller: what says it answers the sentence, and its language where that is not the
    /// plain one.
    pub fn say(&mut self, of: impl FnOnce(&Locale) -> (String, Option<String>)) -> String {
        let (sentence, language) = of(self.locale);
        self.languages.extend(language);
        sentence
    }

    /// The languages of the texts that were found, as `Content-Language` names them; none where all
    /// texts are the plain ones.
    #[must_use]
    pub fn content_language(self) -> Option<String> {
        let languages: Vec<String> = self.languages.into_iter().collect();
        (!languages.is_empty()).then(|| languages.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn captions() -> List<LocalizedText> {
        ["ru_RU", "ja_JP"]
            .map(|locale| LocalizedText { key: "caption".into(), locale: locale.into(), value: locale.into() })
            .into_iter()
            .collect()
    }

    fn caption(locale: &Locale) -> Option<String> {
        locale.text_of(&captions(), "caption").map(|text| text.value.clone())
    }

    fn found(header: &str, locales: &[&str]) -> Option<String> {
        let text = |locale: &&str| LocalizedText { key: "k".into(), locale: (*locale).into(), value: (*locale).into() };
        let texts = locales.iter().map(text).collect();
        Locale::from_accept_language(header).text_of(&texts, "k").map(|text| text.value.clone())
    }

    #[test]
    fn a_country_is_matched_exactly_where_it_can_be() {
        for (header, locale) in [
            ("pt-PT", "pt_PT"),
            ("pt_pt", "pt_PT"),
            ("pt-BR", "pt_BR"),
            ("pt", "pt_BR"),
            ("pt-AO", "pt_BR"),
            ("zh-Hant-TW", "zh_Hant"),
            ("zh-TW, pt;q=0.5", "zh_Hant"),
        ] {
            assert_eq!(found(header, &["pt_BR", "pt_PT", "zh_Hant"]).as_deref(), Some(locale), "{header}");
        }
    }

    #[test]
    fn an_empty_translation_is_none() {
        let text =
            |locale: &str, value: &str| LocalizedText { key: "k".into(), locale: locale.into(), value: value.into() };
        let texts: List<LocalizedText> = [text("ja_JP", " "), text("fr_FR", "Bonjour")].into_iter().collect();
        let wanted = |header| Locale::from_accept_language(header).text_of(&texts, "k").map(|text| text.value.as_str());
        assert_eq!(wanted("ja"), None);
        assert_eq!(wanted("ja, fr;q=0.1"), Some("Bonjour"));
    }

    #[test]
    fn a_localizer_tells_the_languages_that_it_found() {
        let locale = Locale::from_accept_language("ja");
        let mut localizer = Localizer::new(&locale);
        let mut plain = "plain".to_owned();
        localizer.localize(&captions(), "title", &mut plain);
        assert_eq!(plain, "plain");
        localizer.localize(&captions(), "caption", &mut plain);
        assert_eq!(plain, "ja_JP");
        assert_eq!(localizer.content_language().as_deref(), Some("ja-JP"));
        assert_eq!(Localizer::new(&locale).content_language(), None);
    }

    #[test]
    fn a_language_is_matched_by_its_first_part() {
        let locale = Locale::from_accept_language("ja");
        assert_eq!(caption(&locale), Some("ja_JP".into()));
    }

    #[test]
    fn the_heaviest_known_language_wins() {
        let locale = Locale::from_accept_language("fr, ja;q=0.5, ru-RU;q=0.8");
        assert_eq!(caption(&locale), Some("ru_RU".into()));
    }

    #[test]
    fn the_plain_field_is_the_fallback() {
        for header in ["", "fr", "*", "ja;q=0", "ja;q=x"] {
            let locale = Locale::from_accept_language(header);
            assert_eq!(caption(&locale), None, "{header}");
        }
    }

    #[test]
    fn a_text_of_another_field_does_not_count() {
        let locale = Locale::from_accept_language("ja");
        assert_eq!(locale.text_of(&captions(), "title"), None);
    }
}
