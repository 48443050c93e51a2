use super::{ContentFault, LocalizationId};
use crate::clients::Locality;
use crate::value::{Entity, FaultCode as _, Field, Refusal};

/// How times, numbers and names are written in a language. Dates and times are patterns in the letters of PHP.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LocalizationFormat {
    /// What stands before the decimals.
    pub decimal: String,
    /// A date with its weekday, such as `l, F j, Y`.
    pub full_date: String,
    /// A time with its zone, such as `h:i:s A T`.
    pub full_time: String,
    /// A date with the whole name of its month, such as `F j, Y`.
    pub long_date: String,
    /// A date with a short name of its month, such as `M j, Y`.
    pub middle_date: String,
    /// A time with seconds, such as `h:i:s A`.
    pub middle_time: String,
    /// The order of a person's names, such as `{title} {givenName} {familyName}`.
    pub name: String,
    /// A date in digits, such as `m/d/Y`.
    pub short_date: String,
    /// A time without seconds, such as `h:i A`.
    pub short_time: String,
    /// What stands between thousands; it may be empty.
    pub thousands: String,
}

/// What can be set of a language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Localization {
    /// The name of the language.
    pub caption: String,
    /// Whether clients may choose it.
    pub is_enabled: bool,
    /// Whether it is used where nothing else is chosen: exactly one language is, and that one is enabled.
    pub is_default: bool,
    /// Whether it is written from the right to the left.
    pub is_right_to_left: bool,
    /// Its place in lists, low first.
    pub priority: i64,
    /// How it is written.
    pub format: LocalizationFormat,
}

impl Entity for Localization {
    type Id = LocalizationId;
    const RESOURCE: &'static str = "localization";
}

/// What a change does with the mark of the default language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultMark {
    /// It stays where it is.
    Stays,
    /// The changed language gets it, so the former one loses it.
    Moves,
}

impl Localization {
    /// What becomes of the default language when this one changes.
    ///
    /// # Errors
    /// A refusal where the separators are the same; a conflict where no enabled language would be the default.
    pub fn check_change(&self, after: &Self) -> Result<DefaultMark, Refusal> {
        if after.format.decimal == after.format.thousands {
            return Err(ContentFault::EqualSeparators.at(Field::Format.entry("thousands")).unprocessable());
        }
        match (self.is_default, after.is_default) {
            (true, false) => Err(ContentFault::DefaultLanguageMissing.at(Field::IsDefault).conflict()),
            (_, true) if !after.is_enabled => {
                Err(ContentFault::DefaultLanguageDisabled.at(Field::IsEnabled).conflict())
            }
            (false, true) => Ok(DefaultMark::Moves),
            (false, false) | (true, true) => Ok(DefaultMark::Stays),
        }
    }
}

/// A language, as far as the choice of a text needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language {
    /// Language and country.
    pub locale: Locality,
    /// Whether clients may choose it.
    pub is_enabled: bool,
    /// Whether it is the default.
    pub is_default: bool,
}

/// The languages that clients are addressed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Languages(Vec<Language>);

impl Languages {
    /// All languages, enabled or not.
    #[must_use]
    pub const fn new(all: Vec<Language>) -> Self {
        Self(all)
    }

    /// The default language.
    #[must_use]
    pub fn default_locale(&self) -> Locality {
        self.0.iter().find(|language| language.is_default).map(|language| language.locale.clone()).unwrap_or_default()
    }

    /// The language that somebody with this one reads: their own unless it is disabled, else the default. One that is not
    /// listed goes by the listed ones of other countries; where there are none, nobody has disabled it.
    #[must_use]
    pub fn read_by(&self, reader: Option<&Locality>) -> Locality {
        let Some(wanted) = reader else { return self.default_locale() };
        let mut exact = self.0.iter().filter(|language| language.locale == *wanted).peekable();
        let is_disabled = if exact.peek().is_some() {
            exact.all(|language| !language.is_enabled)
        } else {
            let related = |language: &&Language| language.locale.language() == wanted.language();
            let mut related = self.0.iter().filter(related).peekable();
            related.peek().is_some() && related.all(|language| !language.is_enabled)
        };
        if is_disabled { self.default_locale() } else { wanted.clone() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn localization(is_enabled: bool, is_default: bool) -> Localization {
        let text = || "x".to_owned();
        let format = LocalizationFormat {
            decimal: ".".into(),
            full_date: text(),
            full_time: text(),
            long_date: text(),
            middle_date: text(),
            middle_time: text(),
            name: text(),
            short_date: text(),
            short_time: text(),
            thousands: String::new(),
        };
        Localization { caption: text(), is_enabled, is_default, is_right_to_left: false, priority: 0, format }
    }

    #[test]
    fn separators_differ() {
        let before = localization(true, true);
        let mut after = before.clone();
        after.format.thousands = ".".into();
        assert!(matches!(before.check_change(&after), Err(Refusal::Unprocessable(_))));
        after.format.thousands = ",".into();
        assert_eq!(before.check_change(&after), Ok(DefaultMark::Stays));
    }

    proptest! {
        #[test]
        fn one_enabled_language_is_always_the_default(
            changes in prop::collection::vec((0..4_usize, any::<bool>(), any::<bool>()), 0..40),
        ) {
            let mut all: Vec<Localization> = (0..4).map(|place| localization(place == 0, place == 0)).collect();
            for (place, is_enabled, is_default) in changes {
                let after = localization(is_enabled, is_default);
                match all[place].check_change(&after) {
                    Ok(DefaultMark::Moves) => {
                        for other in &mut all {
                            other.is_default = false;
                        }
                        all[place] = after;
                    }
                    Ok(DefaultMark::Stays) => all[place] = after,
                    Err(refusal) => prop_assert!(matches!(refusal, Refusal::Conflict(_))),
                }
                let defaults: Vec<_> = all.iter().filter(|one| one.is_default).collect();
                prop_assert!(defaults.len() == 1 && defaults[0].is_enabled);
            }
        }
    }

    #[test]
    fn who_has_a_disabled_language_reads_the_default() {
        let language =
            |locale: &str, is_enabled, is_default| Language { locale: locale.parse().unwrap(), is_enabled, is_default };
        let languages = Languages::new(vec![
            language("en_US", true, false),
            language("es_ES", true, true),
            language("de_DE", false, false),
            language("pt_BR", false, false),
            language("pt_PT", true, false),
        ]);
        for (wanted, read) in [
            (Some("en_US"), "en_US"),
            (Some("de_DE"), "es_ES"),
            (Some("de_AT"), "es_ES"),
            (Some("pt_BR"), "es_ES"),
            (Some("pt_AO"), "pt_AO"),
            (Some("en"), "en"),
            (Some("fil_PH"), "fil_PH"),
            (None, "es_ES"),
        ] {
            let wanted: Option<Locality> = wanted.map(|locale| locale.parse().unwrap());
            assert_eq!(languages.read_by(wanted.as_ref()).to_string(), read, "{wanted:?}");
        }
        assert_eq!(Languages::new(Vec::new()).read_by(None), Locality::default());
    }
}
