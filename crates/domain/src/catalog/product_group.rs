use super::{Availability, ProductGroupId};
use crate::value::{Entity, List, LocalizedText, Localizer, text_enum};

text_enum! {
    /// What a group of products is for.
    ProductGroupType {
        /// Nothing particular.
        Default = "default",
        /// Payments.
        Payment = "payment",
        /// Investments.
        Investment = "investment",
        /// Masters of copy trading.
        Master = "master",
    }
}

/// A heading under which products are offered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct ProductGroup {
    /// The name that people are shown.
    pub caption: String,
    /// What it is, for people.
    pub description: String,
    /// Whether its products are shown to clients.
    pub status: Availability,
    /// What it is for.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub kind: ProductGroupType,
    /// Its place in lists.
    pub priority: i64,
    /// Caption and description in other languages.
    pub resources: List<LocalizedText>,
}

impl Entity for ProductGroup {
    type Id = ProductGroupId;
    const RESOURCE: &'static str = "product_group";

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        localizer.localize(&self.resources, "caption", &mut self.caption);
        localizer.localize(&self.resources, "description", &mut self.description);
    }
}
