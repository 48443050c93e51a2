use domain::value::{Code, Fault, Field, Locale, Param, Place};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use crate::fault::At;

/// The sentences of an interface in the languages that it speaks. The first language is spoken to everybody who reads
/// none of them.
#[derive(Default)]
pub struct Catalogue {
    languages: Vec<(LanguageIdentifier, FluentBundle<FluentResource>)>,
}

impl Catalogue {
    /// A catalogue of languages, each with the texts of its files in Fluent's format.
    ///
    /// # Errors
    /// What is wrong with a file: it does not parse, or repeats a message of an earlier one.
    pub fn new(languages: &[(&str, &[&str])]) -> Result<Self, String> {
        let bundle = |(tag, files): &(&str, &[&str])| {
            let language: LanguageIdentifier = tag.parse().map_err(|error| format!("{tag}: {error}"))?;
            let mut bundle = FluentBundle::new_concurrent(vec![language.clone()]);
            // The marks that isolate figures in texts of both directions are noise in JSON and logs.
            bundle.set_use_isolating(false);
            for file in *files {
                let resource = FluentResource::try_new((*file).to_owned());
                let resource = resource.map_err(|(_, errors)| format!("{tag}: {errors:?}"))?;
                bundle.add_resource(resource).map_err(|errors| format!("{tag}: {errors:?}"))?;
            }
            Ok((language, bundle))
        };
        Ok(Self { languages: languages.iter().map(bundle).collect::<Result<_, String>>()? })
    }

    /// Whether every language has a sentence for the code.
    #[must_use]
    pub fn is_complete_for(&self, code: Code) -> bool {
        !self.languages.is_empty() && self.languages.iter().all(|(_, bundle)| bundle.has_message(code.as_str()))
    }

    /// Whether every language has a text of this name, beside the sentences of codes.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        !self.languages.is_empty() && self.languages.iter().all(|(_, bundle)| bundle.has_message(name))
    }

    /// What a code says in the first language, with `{name}` for each figure of the case: beside an input and, where
    /// that differs, alone.
    #[must_use]
    pub fn templates(&self, code: Code) -> Vec<String> {
        // A figure that is not sent stands as `{$name}`.
        let template = |is_alone| self.sentence(0, code, is_alone, &[]).replace("{$", "{");
        let (beside, alone) = (template(false), template(true));
        if beside == alone { vec![beside] } else { vec![beside, alone] }
    }

    /// The place of the language that a reader of these is told in.
    fn chosen(&self, locale: &Locale) -> usize {
        let spoken = |wanted: &str| self.languages.iter().position(|(known, _)| known.language.as_str() == wanted);
        locale.languages().find_map(spoken).unwrap_or_default()
    }

    fn sentence(&self, language: usize, code: Code, is_alone: bool, params: &[(&'static str, Param)]) -> String {
        // A code without a sentence is a fault of the program, which a test finds; the code itself says something.
        self.message(language, code.as_str(), is_alone, params).unwrap_or_else(|| code.as_str().to_owned())
    }

    fn message<N: AsRef<str>>(
        &self,
        language: usize,
        name: &str,
        is_alone: bool,
        params: &[(N, Param)],
    ) -> Option<String> {
        self.languages.get(language).and_then(|(_, bundle)| {
            let message = bundle.get_message(name)?;
            let alone = message.get_attribute("alone").filter(|_| is_alone).map(|attribute| attribute.value());
            let mut args = FluentArgs::new();
            for (name, value) in params {
                match value {
                    Param::Text(text) => args.set(name.as_ref(), text.as_str()),
                    Param::Number(number) => args.set(name.as_ref(), *number),
                }
            }
            let mut errors = Vec::new();
            Some(bundle.format_pattern(alone.or_else(|| message.value())?, Some(&args), &mut errors).into_owned())
        })
    }
}

/// How an interface speaks: its sentences, and what it calls the inputs of its operations.
pub struct Texts {
    /// Its sentences.
    pub catalogue: Catalogue,
    /// What an input is called outside.
    pub name_of: fn(Field) -> &'static str,
}

/// The texts in one reader's language.
pub(crate) struct Reader<'a> {
    texts: &'a Texts,
    language: usize,
}

impl Texts {
    /// For somebody who reads these languages.
    pub(crate) fn reader(&self, locale: &Locale) -> Reader<'_> {
        Reader { texts: self, language: self.catalogue.chosen(locale) }
    }
}

impl Texts {
    /// The text of this name for somebody who reads these languages; the name itself where there is none, which a test
    /// finds ([`Catalogue::has`]).
    #[must_use]
    pub fn text(&self, locale: &Locale, name: &str, params: &[(&'static str, Param)]) -> String {
        let language = self.catalogue.chosen(locale);
        self.catalogue.message(language, name, false, params).unwrap_or_else(|| name.to_owned())
    }

    /// The language in which somebody who reads these is told.
    #[must_use]
    pub fn language(&self, locale: &Locale) -> String {
        self.reader(locale).language()
    }

    /// What a fault that was kept says beside its place to somebody who reads these languages, and in which language unless
    /// it is the first. A code of another version says itself.
    #[must_use]
    pub fn kept(&self, locale: &Locale, code: &str, params: &[(String, Param)]) -> (String, Option<String>) {
        let reader = self.reader(locale);
        let sentence = self.catalogue.message(reader.language, code, false, params);
        (sentence.unwrap_or_else(|| code.to_owned()), (reader.language != 0).then(|| reader.language()))
    }

    /// What these faults say to somebody who reads these languages, and in which language unless it is the first.
    #[must_use]
    pub fn say(&self, locale: &Locale, faults: &[Fault]) -> (String, Option<String>) {
        let reader = self.reader(locale);
        let one = |fault: &Fault| match &fault.at {
            Some(place) => format!("{} {}", reader.name_of(place), reader.issue(fault.code, &fault.params)),
            None => reader.sentence(fault.code, &fault.params),
        };
        let sentences: Vec<String> = faults.iter().map(one).collect();
        (sentences.join("; "), (reader.language != 0).then(|| reader.language()))
    }
}

impl Reader<'_> {
    /// The language, as `Content-Language` names it.
    pub fn language(&self) -> String {
        self.texts.catalogue.languages.get(self.language).map(|(tag, _)| tag.to_string()).unwrap_or_default()
    }

    /// What stands beside an input.
    pub fn issue(&self, code: Code, params: &[(&'static str, Param)]) -> String {
        self.texts.catalogue.sentence(self.language, code, false, params)
    }

    /// A sentence that stands alone.
    pub fn sentence(&self, code: Code, params: &[(&'static str, Param)]) -> String {
        self.texts.catalogue.sentence(self.language, code, true, params)
    }

    /// What the place is called outside.
    pub fn name(&self, at: &At) -> String {
        match at {
            At::Sent(name) => name.clone(),
            At::Input(place) => self.name_of(place),
        }
    }

    fn name_of(&self, place: &Place) -> String {
        let name = Some((self.texts.name_of)(place.field)).filter(|name| !name.is_empty());
        let path = place.path.iter().map(String::as_str);
        name.into_iter().chain(path).collect::<Vec<_>>().join(".")
    }
}
