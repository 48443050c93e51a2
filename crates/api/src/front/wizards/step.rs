use domain::platform::TwoFactorProvider;
use domain::value::{Timestamp, Uuid};
use domain::wizards::{CodeMethod, Procedure, Run, Step};
use http::request::Parsed;
use schemars::JsonSchema;
use serde::Serialize;

/// The uuid of the run that a step belongs to.
pub(crate) const UUID: Parsed<Uuid> = Parsed::with_format("uuid");

/// What a step of a procedure answers, with what the next one needs or the last one led to.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyWizardStepOf{D}")]
pub(crate) struct WizardStep<D> {
    /// 200: another step follows; 202: this was the last one.
    #[schemars(extend("enum" = [200, 202]))]
    code: u16,
    /// What the next step needs, or the result of the last one; null where there is nothing.
    data: Option<D>,
    /// Whether this was the last step.
    done: bool,
    /// Names this run of the procedure; every later step sends it.
    #[schemars(with = "String", extend("format" = "uuid"))]
    uuid: Uuid,
    /// The step that is awaited next; `terminate` after the last one.
    workflow: &'static str,
}

impl<D> WizardStep<D> {
    /// Another step follows.
    pub const fn next(uuid: Uuid, workflow: &'static str, data: Option<D>) -> Self {
        Self { code: 200, data, done: false, uuid, workflow }
    }

    /// What the next step needs.
    pub const fn data(&self) -> Option<&D> {
        self.data.as_ref()
    }

    /// The same, to be put in the caller's language.
    pub const fn data_mut(&mut self) -> Option<&mut D> {
        self.data.as_mut()
    }

    /// This was the last step.
    pub const fn done(uuid: Uuid, data: Option<D>) -> Self {
        Self { code: 202, data, done: true, uuid, workflow: "terminate" }
    }
}

/// A second factor that a client may choose.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyTfaMethod")]
pub(crate) struct TfaMethod {
    /// What it is called in the choice.
    name: TwoFactorProvider,
    /// The same, by the name under which the choice is sent.
    #[serde(rename = "type")]
    kind: TwoFactorProvider,
    /// What it is called for people.
    caption: &'static str,
}

impl From<TwoFactorProvider> for TfaMethod {
    fn from(name: TwoFactorProvider) -> Self {
        let caption = match name {
            TwoFactorProvider::Google => "Google Authenticator",
            TwoFactorProvider::Sms => "SMS",
        };
        Self { name, kind: name, caption }
    }
}

/// The second factors among which the client chooses in the run.
pub(crate) fn methods(run: &Run) -> Vec<TfaMethod> {
    run.progress.facts.second_factors.iter().copied().map(TfaMethod::from).collect()
}

/// How a code was sent.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyCodeSent")]
#[serde(rename_all = "camelCase")]
pub(crate) struct CodeSent {
    /// `email`, `sms`, or `google` where an app makes the code.
    #[schemars(extend("enum" = ["email", "sms", "google"]))]
    provider: &'static str,
    /// Until when it can be used; null where an app makes it.
    expires_at: Option<Timestamp>,
}

impl CodeSent {
    /// What the run awaits now.
    pub fn of(run: &Run) -> Option<Self> {
        let method = run.next().and_then(|step| run.method(step))?;
        let expires_at = run.code.as_ref().map(|code| code.expires_at);
        Some(Self { provider: provider(method), expires_at })
    }
}

/// How the code comes that the run awaits, as programs know it; by mail, where nothing else is said.
pub(crate) fn provider_of(run: &Run) -> &'static str {
    run.next().and_then(|step| run.method(step)).map_or("email", provider)
}

/// How a code comes, as programs know it.
pub(crate) const fn provider(method: CodeMethod) -> &'static str {
    match method {
        CodeMethod::Email => "email",
        CodeMethod::Sms => "sms",
        CodeMethod::App => "google",
    }
}

/// What programs call the step that a run awaits.
pub(crate) fn workflow(run: &Run) -> &'static str {
    let Some(step) = run.next() else { return "terminate" };
    match (run.procedure, step) {
        (_, Step::TwoFactor) => match run.method(step) {
            Some(method) => provider(method),
            None => step.as_str(),
        },
        (Procedure::SignIn, Step::Credentials) => "login",
        (Procedure::SignIn, Step::EmailConfirmation) => "password_restore",
        (Procedure::SignIn, Step::Apply) => "password_reset",
        (Procedure::Registration, Step::MainForm) if run.progress.awaits_wizard => "registration_list",
        (Procedure::Registration, Step::MainForm) => "basic_register_form",
        (_, step) => step.as_str(),
    }
}
