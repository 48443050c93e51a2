use super::EmailTemplateId;
use crate::clients::Locality;
use crate::value::Entity;

/// A text for mass mail. Mail that was sent keeps its own copy.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EmailTemplate {
    /// Its name, unique whatever its case.
    pub name: String,
    /// The subject, with placeholders.
    pub subject: String,
    /// The mail, in HTML with placeholders.
    pub body: String,
    /// The language that it is written in.
    pub locale: Option<Locality>,
}

impl Entity for EmailTemplate {
    type Id = EmailTemplateId;
    const RESOURCE: &'static str = "email_template";
}
