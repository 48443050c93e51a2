use super::ProductNoteId;
use crate::value::{Entity, List, LocalizedText, Localizer};

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

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        localizer.localize(&self.resources, "title", &mut self.title);
        localizer.localize(&self.resources, "value", &mut self.value);
    }
}
