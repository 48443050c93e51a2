//! What the steps of a sign-up show: forms, and choices.

use std::collections::BTreeMap;

use domain::clients::{ClientType, ClientTypeId};
use domain::value::{Identified, Uuid};
use domain::wizards::{Run, Step, StepSetup, WizardId};
use http::request::{PASSWORD_PATTERN, PHONE_PATTERN};
use schemars::JsonSchema;
use serde::Serialize;
use storage::wizards::StoredWizard;

use crate::front::credentials::TokenPair;

/// What the next step of a sign-up needs, or the tokens at its end.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MySignupStep")]
#[serde(untagged)]
pub(super) enum SignUpStep {
    /// A form is to be filled in.
    Form(SignUpForm),
    /// A wizard is to be chosen.
    Wizards(Vec<WizardChoice>),
    /// A client type is to be chosen.
    Types(Vec<TypeChoice>),
    /// The client is made, and signed in.
    Tokens(TokenPair),
}

/// A form: its fields by their names.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MySignupForm")]
pub(super) struct SignUpForm {
    /// Field name to its settings.
    fields: BTreeMap<String, FormField>,
}

/// A field of a form.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MySignupField")]
pub(super) struct FormField {
    /// Its type.
    #[serde(rename = "type")]
    #[schemars(extend("enum" = ["text", "email", "password", "object", "date", "select", "checkbox"]))]
    kind: &'static str,
    /// What stands beside it; null for fields that every program knows.
    caption: Option<String>,
    /// Whether it must be filled in.
    required: bool,
    /// What can be chosen; null where anything can be written.
    choices: Option<Vec<String>>,
    /// The pattern of what can be written; null where there is none.
    validation: Option<&'static str>,
}

/// A wizard that can be chosen.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MySignupWizard")]
#[serde(rename_all = "camelCase")]
pub(super) struct WizardChoice {
    id: WizardId,
    /// What the wizard call takes as `wizard`.
    #[schemars(with = "String", extend("format" = "uuid"))]
    uuid: Uuid,
    /// Its name.
    name: String,
    /// Whether it is the one that is taken where none is named elsewhere.
    is_default: bool,
}

/// A client type that can be chosen.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MySignupType")]
pub(super) struct TypeChoice {
    id: ClientTypeId,
    /// What it is called.
    name: String,
}

impl From<&StoredWizard> for WizardChoice {
    fn from(wizard: &StoredWizard) -> Self {
        let StoredWizard { id, uuid, data, .. } = wizard;
        Self { id: *id, uuid: uuid.clone(), name: data.name.clone(), is_default: data.is_default }
    }
}

impl From<Identified<ClientType>> for TypeChoice {
    fn from(kind: Identified<ClientType>) -> Self {
        Self { id: kind.id, name: kind.data.name }
    }
}

/// The fields of a form: those that it has by itself, and those of the broker's own.
pub(super) fn form_of(run: &Run, step: Step) -> SignUpForm {
    let own = |kind, required, validation| FormField { kind, caption: None, required, choices: None, validation };
    let mut fields = BTreeMap::new();
    let mut add = |name: &str, field| drop(fields.insert(name.to_owned(), field));
    match step {
        Step::MainForm => {
            add("email", own("email", true, None));
            add("password", own("password", true, Some(PASSWORD_PATTERN)));
            add("password_confirmation", own("password", true, None));
            add("info", own("object", false, None));
            add("phones", own("object", needs_phone(run), None));
            add("addresses", own("object", false, None));
        }
        Step::PhoneForm => add("phone", own("text", true, Some(PHONE_PATTERN))),
        _ => {}
    }
    for custom in run.setup(step).map(|setup: &StepSetup| setup.fields.iter()).into_iter().flatten() {
        let choices = (!custom.options.is_empty()).then(|| custom.options.iter().cloned().collect());
        let caption = Some(custom.caption.clone());
        let field =
            FormField { kind: custom.kind.as_str(), caption, required: custom.is_required, choices, validation: None };
        add(custom.name.as_str(), field);
    }
    SignUpForm { fields }
}

/// Whether a number must be known before it is confirmed.
pub(super) fn needs_phone(run: &Run) -> bool {
    run.steps.iter().any(|setup| setup.step == Step::PhoneConfirmation)
}
