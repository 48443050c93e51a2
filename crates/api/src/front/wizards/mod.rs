//! How clients take the steps of a procedure: what a step answers, how codes are sent and tried, and why a step is refused.

mod codes;
pub(crate) mod procedure;
mod refusals;
mod step;

pub(crate) use codes::{Awaited, CodeText, Tried, awaits, proceed, send_texts, try_code};
pub(crate) use refusals::{out_of_order, refused};
pub(crate) use step::{CodeSent, TfaMethod, UUID, WizardStep, methods, provider_of, workflow};
