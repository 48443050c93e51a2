use std::str::FromStr;

use validator::ValidateEmail;

use super::List;

/// The form in which texts are compared without regard to case: filters that match a part, and
/// names of which there may be one only.
#[must_use]
pub fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

/// An e-mail address, as it was written. Compare two by [`Email::key`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transparent))]
pub struct Email(#[cfg_attr(feature = "schema", schemars(extend("format" = "email")))] String);

/// A text that is no e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not an e-mail address")]
pub struct EmailError;

impl Email {
    /// The longest address, in bytes (RFC 5321 allows a path of 256 with its brackets).
    pub const MAX_BYTES: usize = 254;

    /// The address as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which two addresses are compared: case does not count.
    #[must_use]
    pub fn key(&self) -> String {
        folded(&self.0)
    }
}

impl FromStr for Email {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, EmailError> {
        let text = text.trim();
        (text.len() <= Self::MAX_BYTES && text.validate_email()).then(|| Self(text.to_owned())).ok_or(EmailError)
    }
}

impl std::fmt::Display for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
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
pub struct Locale(Vec<String>);

impl Locale {
    /// From an `Accept-Language` header (RFC 9110, section 12.5.4), by weight; `*` is passed over.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Self {
        let mut weighted: Vec<(String, f32)> = header
            .split(',')
            .filter_map(|part| {
                let (tag, parameters) = part.split_once(';').unwrap_or((part, ""));
                let weight = parameters.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.parse().ok())?;
                let language = language(tag.trim());
                (weight > 0.0 && !language.is_empty() && language != "*").then_some((language, weight))
            })
            .collect();
        weighted.sort_by(|a, b| b.1.total_cmp(&a.1));
        Self(weighted.into_iter().map(|(tag, _)| tag).collect())
    }
}

/// The first part of a language tag: `ja` of `ja`, `ja-JP` and `ja_JP`.
fn language(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

/// The text of a field in the caller's language; `plain` where there is none.
#[must_use]
pub fn localized<'a>(texts: &'a List<LocalizedText>, key: &str, locale: &Locale, plain: &'a str) -> &'a str {
    locale
        .0
        .iter()
        .find_map(|wanted| texts.iter().find(|text| text.key == key && language(&text.locale) == *wanted))
        .map_or(plain, |text| &text.value)
}

/// Puts a field's text in the caller's language, if there is one.
pub fn localize(texts: &List<LocalizedText>, key: &str, locale: &Locale, field: &mut String) {
    let text = localized(texts, key, locale, field);
    if text != field {
        *field = text.to_owned();
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

    #[test]
    fn a_language_is_matched_by_its_first_part() {
        let locale = Locale::from_accept_language("ja");
        assert_eq!(localized(&captions(), "caption", &locale, "plain"), "ja_JP");
    }

    #[test]
    fn the_heaviest_known_language_wins() {
        let locale = Locale::from_accept_language("fr, ja;q=0.5, ru-RU;q=0.8");
        assert_eq!(localized(&captions(), "caption", &locale, "plain"), "ru_RU");
    }

    #[test]
    fn the_plain_field_is_the_fallback() {
        for header in ["", "fr", "*", "ja;q=0", "ja;q=x"] {
            let locale = Locale::from_accept_language(header);
            assert_eq!(localized(&captions(), "caption", &locale, "plain"), "plain", "{header}");
        }
    }

    #[test]
    fn a_text_of_another_field_does_not_count() {
        let locale = Locale::from_accept_language("ja");
        assert_eq!(localized(&captions(), "title", &locale, "plain"), "plain");
    }

    #[test]
    fn an_email_is_compared_without_case() {
        let (one, other): (Result<Email, _>, Result<Email, _>) = ("Ann@Example.com".parse(), "ann@example.COM".parse());
        assert_eq!(one.map(|email| email.key()), other.map(|email| email.key()));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "ann", "ann@", "@example.com", "ann example.com", "ann@exa mple.com"] {
            assert_eq!(text.parse::<Email>(), Err(EmailError), "{text}");
        }
    }
}
