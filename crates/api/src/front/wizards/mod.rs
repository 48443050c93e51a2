//! How clients take the steps of a procedure: what a step answers, how codes are sent and tried, and why a step is refused.

mod codes;
mod refusals;
mod step;

pub(crate) use codes::{CodeText, Tried, awaits, proceed, send_texts, try_code};
pub(crate) use refusals::refused;
pub(crate) use step::{CodeSent, TfaMethod, WizardStep, methods, provider_of, workflow};
