use super::{ConfirmationTemplateId, ConnectionsFault};
use crate::value::{
    Entity, Fault, FaultCode as _, Field, List, Locale, LocalizedText, Localizer, Place, Refusal, folded,
};

/// A text in which clients are sent codes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct ConfirmationTemplate {
    /// Its name. No two templates share one; `default` is the one that codes are sent in.
    pub name: String,
    /// The name that users are shown.
    pub caption: String,
    /// The text, which may hold HTML; `%CODE%` stands for the code.
    pub template: String,
    /// Its caption and its text in other languages, under the keys `caption` and `template`.
    pub resources: List<LocalizedText>,
}

impl Entity for ConfirmationTemplate {
    type Id = ConfirmationTemplateId;
    const RESOURCE: &'static str = "confirmation_template";

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        localizer.localize(&self.resources, "caption", &mut self.caption);
        localizer.localize(&self.resources, Self::TEXT_KEY, &mut self.template);
    }
}

impl ConfirmationTemplate {
    /// The template in which codes are sent.
    pub const DEFAULT: &'static str = "default";
    /// Stands for the code.
    pub const PLACEHOLDER: &'static str = "%CODE%";
    const TEXT_KEY: &'static str = "template";

    /// Whether it is the one in which codes are sent.
    #[must_use]
    pub fn is_default(&self) -> bool {
        folded(&self.name) == Self::DEFAULT
    }

    /// A code has its place in every language: what stands against the texts of a template.
    #[must_use]
    pub fn text_faults(template: &str, resources: &List<LocalizedText>) -> Vec<Fault> {
        let in_languages = resources.iter().enumerate().filter(|(_, text)| text.key == Self::TEXT_KEY);
        let in_languages =
            in_languages.map(|(number, text)| (Field::Resources.entry(number).entry("value"), text.value.as_str()));
        let texts = std::iter::once((Place::from(Field::Template), template)).chain(in_languages);
        let lacking = texts.filter(|(_, text)| !text.contains(Self::PLACEHOLDER));
        lacking.map(|(place, _)| ConnectionsFault::CodePlaceholderMissing.at(place)).collect()
    }

    /// Whether it may be deleted.
    ///
    /// # Errors
    /// [`Refusal::Conflict`] where codes are sent in it.
    pub fn check_deletion(&self) -> Result<(), Refusal> {
        if self.is_default() { Err(ConnectionsFault::DefaultTemplate.conflict()) } else { Ok(()) }
    }

    /// Whether it may become another one.
    ///
    /// # Errors
    /// [`Refusal::Conflict`] where codes are sent in it, and it would have another name.
    pub fn check_change(&self, after: &Self) -> Result<(), Refusal> {
        if self.is_default() && after.name != self.name {
            return Err(ConnectionsFault::DefaultTemplate.at(Field::Name).conflict());
        }
        Ok(())
    }

    /// The message for a client who reads these languages.
    #[must_use]
    pub fn message(&self, code: &str, locale: &Locale) -> String {
        let text = locale.text_of(&self.resources, Self::TEXT_KEY);
        text.map_or(&self.template, |text| &text.value).replace(Self::PLACEHOLDER, code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(name: &str, text: &str, in_spanish: &str) -> ConfirmationTemplate {
        let spanish = LocalizedText { key: "template".into(), locale: "es".into(), value: in_spanish.into() };
        ConfirmationTemplate {
            name: name.into(),
            caption: "Code".into(),
            template: text.into(),
            resources: vec![spanish].into(),
        }
    }

    #[test]
    fn a_code_has_its_place_in_every_language() {
        let faults = |text, in_spanish| {
            let template = template("a", text, in_spanish);
            let faults = ConfirmationTemplate::text_faults(&template.template, &template.resources);
            faults.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert!(faults("Code: %CODE%", "Código: %CODE%").is_empty());
        let lacking = ["codePlaceholderMissing at Template", "codePlaceholderMissing at Resources.0.value"]
            .map(ToOwned::to_owned);
        assert_eq!(faults("Code: %code%", "%CODE%"), lacking[..1]);
        assert_eq!(faults("Code", "Código"), lacking);
    }

    #[test]
    fn the_template_of_codes_stays_and_keeps_its_name() {
        let default = template("default", "%CODE%", "%CODE%");
        assert!(default.check_deletion().is_err());
        assert!(default.check_change(&template("other", "%CODE%", "%CODE%")).is_err());
        assert!(default.check_change(&template("default", "Yours: %CODE%", "%CODE%")).is_ok());
        let other = template("other", "%CODE%", "%CODE%");
        assert!(other.check_deletion().is_ok() && other.check_change(&template("third", "", "")).is_ok());
    }

    #[test]
    fn a_message_is_in_the_language_of_the_client() {
        let template = template("default", "Code: %CODE%, again %CODE%", "Código: %CODE%");
        let to = |languages: &str| template.message("123456", &Locale::from_accept_language(languages));
        assert_eq!((to("es-MX"), to("de")), ("Código: 123456".into(), "Code: 123456, again 123456".into()));
    }
}
