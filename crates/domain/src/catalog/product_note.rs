use super::ProductNoteId;
use crate::value::{Entity, List, Locale, LocalizedText, localize};

/// What clients read about a product before they open an account on it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct ProductNote {
    /// Its title.
    pub title: String,
    /// Its text.
    pub value: String,
    /// Title and text in other languages.
    pub resources: List<LocalizedText>,
}

impl Entity for ProductNote {
    type Id = ProductNoteId;
    const RESOURCE: &'static str = "product_note";

    fn localize(&mut self, locale: &Locale) {
        localize(&self.resources, "title", locale, &mut self.title);
        localize(&self.resources, "value", locale, &mut self.value);
    }
}
