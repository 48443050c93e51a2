//! Wizards: the steps of clients' procedures as users set them up, and the run of one as a state machine
//! (`docs/rules.md`, Wizards).

mod answers;
mod country_code;
mod custom_field;
mod facts;
mod fault;
mod kind;
mod procedure;
mod run;
mod wizard;

pub use answers::{AnswerFault, AnswerProblem, FieldAnswer, SentAnswer, SentAnswers, checked_answers};
pub use country_code::{CountryCode, InvalidCountryCode};
pub use custom_field::{CustomField, CustomFieldName, CustomFieldType, InvalidFieldName};
pub use facts::RunFacts;
pub use fault::WizardsFault;
pub use kind::{Slot, Step, WizardType};
pub use procedure::Procedure;
pub use run::{
    CodeMethod, Decision, EMAIL_CODE_LIFETIME, Given, KEPT_AFTER_END, Learned, Outcome, Progress, RUN_LIFETIME, Run,
    RunContext, RunLimits, RunRefusal, RunState, SentCode,
};
pub use wizard::{
    MAX_FIELDS, MAX_OPTIONS, SentField, SentStep, StepSetup, Wizard, WizardChange, arranged, delivered, step_faults,
};

crate::value::ids! {
    /// A wizard.
    WizardId,
    /// A run of a wizard.
    WizardRunId,
}
