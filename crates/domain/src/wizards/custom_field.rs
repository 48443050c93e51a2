use std::fmt;
use std::str::FromStr;

use super::WizardsFault;
use crate::value::{Fault, FaultCode as _, List, text_enum};

text_enum! {
    /// How a field is answered.
    CustomFieldType {
        /// In words.
        Text = "text",
        /// With a day.
        Date = "date",
        /// With one of the options.
        Select = "select",
        /// By ticking it.
        Checkbox = "checkbox",
    }
}

/// The name of a field: letters, digits, hyphens and underscores after a letter.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "String", try_from = "String")
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(with = "String"))]
pub struct CustomFieldName(String);

/// A text that is not the name of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not the name of a field")]
pub struct InvalidFieldName;

impl From<InvalidFieldName> for Fault {
    fn from(_: InvalidFieldName) -> Self {
        WizardsFault::NotFieldName.with("max", CustomFieldName::MAX_CHARS)
    }
}

impl CustomFieldName {
    /// The most characters.
    pub const MAX_CHARS: usize = 64;
    /// The form of a name, as a regular expression.
    pub const PATTERN: &'static str = "^[A-Za-z][A-Za-z0-9_-]{0,63}$";

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CustomFieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for CustomFieldName {
    type Err = InvalidFieldName;

    fn from_str(text: &str) -> Result<Self, InvalidFieldName> {
        let begins_well = text.starts_with(|letter: char| letter.is_ascii_alphabetic());
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        let is_name = begins_well && text.len() <= Self::MAX_CHARS && text.bytes().all(is_allowed);
        is_name.then(|| Self(text.to_owned())).ok_or(InvalidFieldName)
    }
}

impl From<CustomFieldName> for String {
    fn from(name: CustomFieldName) -> Self {
        name.0
    }
}

impl TryFrom<String> for CustomFieldName {
    type Error = InvalidFieldName;

    fn try_from(text: String) -> Result<Self, InvalidFieldName> {
        text.parse()
    }
}

/// A field that the broker adds to a form.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CustomField {
    /// What its answer is sent under; no other field of the wizard has it.
    pub name: CustomFieldName,
    /// How it is answered.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub kind: CustomFieldType,
    /// What clients are shown beside it.
    pub caption: String,
    /// Whether it must be answered; a checkbox must be ticked then.
    pub is_required: bool,
    /// What there is to choose from; for `select` alone.
    pub options: List<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_begins_with_a_letter() {
        for text in ["a", "taxId", "tax_id", "tax-id-2"] {
            assert_eq!(text.parse::<CustomFieldName>().unwrap().as_str(), text);
        }
        let too_long = "a".repeat(65);
        for text in ["", "1a", "_a", "tax id", "a.b", "é", too_long.as_str()] {
            assert_eq!(text.parse::<CustomFieldName>(), Err(InvalidFieldName), "{text}");
        }
    }
}
