//! The run of a wizard: a state machine without a clock, which never looks at a code itself. A transition gives the run
//! as it is afterwards; one that is refused changes nothing.

mod limits;
mod plan;
#[cfg(test)]
mod proofs;
#[cfg(test)]
mod tests;
mod transition;

pub use limits::{EMAIL_CODE_LIFETIME, KEPT_AFTER_END, RUN_LIFETIME, RunContext, RunLimits};
use plan::planned;
pub use transition::{Decision, Given, Learned, Outcome, RunRefusal};

use super::{FieldAnswer, Procedure, RunFacts, Step, StepSetup, Wizard, WizardType, checked_answers};
use crate::platform::TwoFactorProvider;
use crate::value::{ClientId, List, Set, Timestamp, text_enum};

text_enum! {
    /// How a run stands.
    RunState {
        /// The next step is awaited.
        InProgress = "inProgress",
        /// A code is awaited.
        AwaitingCode = "awaitingCode",
        /// Too many codes were wrong: for a while none is tried.
        Blocked = "blocked",
        /// All steps were taken.
        Finished = "finished",
        /// No step was taken for too long.
        Expired = "expired",
    }
}

/// How a code reaches whoever takes the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeMethod {
    /// By e-mail.
    Email,
    /// To their phone.
    Sms,
    /// An app of theirs makes it.
    App,
}

impl CodeMethod {
    const fn is_sent(self) -> bool {
        match self {
            Self::Email | Self::Sms => true,
            Self::App => false,
        }
    }
}

/// A code that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentCode {
    /// Its hash.
    pub hash: Vec<u8>,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

/// How far a run is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
pub struct Progress {
    /// Whether it is still to be chosen which wizard is taken.
    pub awaits_wizard: bool,
    /// What decides which steps are taken.
    pub facts: RunFacts,
    /// The steps that were taken.
    pub done: Set<Step>,
    /// The second factor that was chosen for this confirmation.
    pub factor: Option<TwoFactorProvider>,
    /// The answers to fields of the broker's own.
    pub answers: List<FieldAnswer>,
}

/// A wizard that somebody takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// What it is of.
    pub procedure: Procedure,
    /// The steps of the wizard when the run began: later changes of the wizard are of no account.
    pub steps: List<StepSetup>,
    /// Whose it is; none as long as a visitor is not known to be a client.
    pub client: Option<ClientId>,
    /// How far it is.
    pub progress: Progress,
    /// The code that is awaited, where one was sent.
    pub code: Option<SentCode>,
    /// How many codes were sent for this confirmation.
    pub sends: i64,
    /// When a visitor tried wrong codes, the oldest first, as far as they may still count.
    pub wrong_tries: List<Timestamp>,
    /// When it ends unless a step is taken.
    pub expires_at: Timestamp,
}

impl Run {
    /// Begins a run: by a client who is signed in, or by a visitor, as the procedure asks for.
    ///
    /// # Errors
    /// A refusal where the wizard is disabled, or the procedure is not for such a caller.
    pub fn begin(
        wizard: &Wizard,
        client: Option<ClientId>,
        facts: RunFacts,
        now: Timestamp,
    ) -> Result<Self, RunRefusal> {
        if !wizard.is_enabled {
            return Err(RunRefusal::WizardDisabled);
        }
        Self::with_steps(wizard.kind.into(), wizard.steps.clone(), client, facts, now)
    }

    /// Begins a run of a procedure whose steps are always the same.
    ///
    /// # Errors
    /// A refusal where wizards set the procedure up.
    pub fn begin_fixed(
        procedure: Procedure,
        client: ClientId,
        facts: RunFacts,
        now: Timestamp,
    ) -> Result<Self, RunRefusal> {
        let steps = procedure.fixed_steps().ok_or(RunRefusal::WizardNotChosen)?;
        Self::with_steps(procedure, steps, Some(client), facts, now)
    }

    fn with_steps(
        procedure: Procedure,
        steps: List<StepSetup>,
        client: Option<ClientId>,
        facts: RunFacts,
        now: Timestamp,
    ) -> Result<Self, RunRefusal> {
        if procedure.is_for_visitors() != client.is_none() {
            return Err(RunRefusal::NotFound);
        }
        Ok(Self {
            procedure,
            steps,
            client,
            progress: Progress { facts, ..Progress::default() },
            code: None,
            sends: 0,
            wrong_tries: List::default(),
            expires_at: now.plus(RUN_LIFETIME),
        })
    }

    /// Begins a run in which one of several wizards is chosen first.
    ///
    /// # Errors
    /// A refusal where the procedure is not for such a caller.
    pub fn begin_with_choice(
        kind: WizardType,
        client: Option<ClientId>,
        facts: RunFacts,
        now: Timestamp,
    ) -> Result<Self, RunRefusal> {
        let none = Wizard { name: String::new(), kind, is_enabled: true, is_default: false, steps: List::default() };
        let mut run = Self::begin(&none, client, facts, now)?;
        run.progress.awaits_wizard = true;
        Ok(run)
    }

    /// Whether this caller can go on with it, in this procedure. A visitor goes on by knowing its UUID.
    ///
    /// # Errors
    /// [`RunRefusal::NotFound`].
    pub fn check_open_to(
        &self,
        procedure: Procedure,
        caller: Option<ClientId>,
        now: Timestamp,
    ) -> Result<(), RunRefusal> {
        let is_callers =
            if procedure.is_for_visitors() { caller.is_none() } else { caller.is_some() && caller == self.client };
        let is_open = self.next().is_some() && now < self.expires_at;
        if procedure == self.procedure && is_callers && is_open { Ok(()) } else { Err(RunRefusal::NotFound) }
    }

    /// The steps that are taken, as far as it is known by now.
    #[must_use]
    pub fn plan(&self) -> Vec<Step> {
        planned(self.procedure, &self.steps, &self.progress.facts)
    }

    /// The step whose turn it is; none where all were taken.
    #[must_use]
    pub fn next(&self) -> Option<Step> {
        self.plan().into_iter().find(|step| !self.progress.done.contains(step))
    }

    /// How the step is set up in the wizard, for the fields of its form.
    #[must_use]
    pub fn setup(&self, step: Step) -> Option<&StepSetup> {
        self.steps.iter().find(|setup| setup.step == step)
    }

    /// How it stands.
    #[must_use]
    pub fn state(&self, context: &RunContext) -> RunState {
        let Some(next) = self.next() else { return RunState::Finished };
        if context.now >= self.expires_at {
            RunState::Expired
        } else if next.is_confirmation() && self.blocked_until(context).is_some() {
            RunState::Blocked
        } else if self.method(next).is_some_and(|method| !method.is_sent() || self.code.is_some()) {
            RunState::AwaitingCode
        } else {
            RunState::InProgress
        }
    }

    /// How the code of a confirmation comes; none where there is no code, or the second factor is still to be chosen.
    #[must_use]
    pub fn method(&self, step: Step) -> Option<CodeMethod> {
        let of_factor = |factor| match factor {
            TwoFactorProvider::Google => CodeMethod::App,
            TwoFactorProvider::Sms => CodeMethod::Sms,
        };
        match step {
            Step::EmailConfirmation => Some(CodeMethod::Email),
            Step::PhoneConfirmation => Some(CodeMethod::Sms),
            Step::TwoFactor => {
                let mut factors = self.progress.facts.second_factors.iter().copied();
                let only = factors.next().filter(|_| factors.next().is_none());
                self.progress.factor.or(only).map(of_factor)
            }
            Step::MainForm
            | Step::Credentials
            | Step::Form
            | Step::ClientType
            | Step::Captcha
            | Step::PhoneForm
            | Step::AdditionalInformation
            | Step::ClientRegistration
            | Step::Apply => None,
        }
    }

    /// Chooses which wizard is taken, which then stays.
    ///
    /// # Errors
    /// A refusal where there is no choice any more, or the wizard is disabled or of another type.
    pub fn choose_wizard(&self, wizard: &Wizard, context: &RunContext) -> Result<Decision, RunRefusal> {
        match self.expected(context) {
            Err(RunRefusal::WizardNotChosen) => {}
            Err(refusal) => return Err(refusal),
            Ok(expected) => return Err(RunRefusal::OutOfOrder { expected }),
        }
        let mut run = Self::begin(wizard, self.client, self.progress.facts.clone(), context.now)?;
        if run.procedure != self.procedure {
            return Err(RunRefusal::NotFound);
        }
        run.wrong_tries = self.wrong_tries.clone();
        let outcome = run.next().map_or(Outcome::Finished, Outcome::Next);
        Ok(Decision { run, outcome })
    }

    /// Takes a step that needs no code.
    ///
    /// # Errors
    /// A refusal where it is not its turn, it needs a code, or answers are wrong.
    pub fn submit(&self, step: Step, given: &Given, context: &RunContext) -> Result<Decision, RunRefusal> {
        let expected = self.expected(context)?;
        if step != expected || expected.is_confirmation() {
            return Err(RunRefusal::OutOfOrder { expected });
        }
        let fields = self.setup(step).map(|setup| &*setup.fields).unwrap_or_default();
        let answers = checked_answers(fields, &given.answers).map_err(RunRefusal::Answers)?;
        let mut run = self.clone();
        run.learn(&given.learned)?;
        run.progress.answers = run.progress.answers.iter().cloned().chain(answers).collect();
        Ok(run.with_taken(step, context))
    }

    /// Chooses which second factor confirms, or another one instead.
    ///
    /// # Errors
    /// A refusal where no second factor is awaited, or the client does not have this one.
    pub fn choose(&self, factor: TwoFactorProvider, context: &RunContext) -> Result<Decision, RunRefusal> {
        let expected = self.expected(context)?;
        if expected != Step::TwoFactor {
            return Err(RunRefusal::OutOfOrder { expected });
        }
        if !self.progress.facts.second_factors.contains(&factor) {
            return Err(RunRefusal::FactorNotOffered);
        }
        let mut run = self.clone();
        run.progress.factor = Some(factor);
        run.code = None;
        let method = run.method(expected).ok_or(RunRefusal::FactorNotChosen)?;
        Ok(Decision { run, outcome: Outcome::Chosen(method) })
    }

    /// Sends a code, of which the run keeps the hash; an earlier one is void.
    ///
    /// # Errors
    /// A refusal where no code is awaited, or too many were sent.
    pub fn send_code(&self, hash: Vec<u8>, context: &RunContext) -> Result<Decision, RunRefusal> {
        let method = self.awaited_method(context)?;
        if !method.is_sent() {
            return Err(RunRefusal::NothingToSend);
        }
        if self.sends >= context.limits.sends {
            return Err(RunRefusal::TooManySends);
        }
        let expires_at = context.now.plus(context.limits.code_lifetime(method));
        let mut run = self.clone();
        run.sends += 1;
        run.code = Some(SentCode { hash, expires_at });
        Ok(Decision { run, outcome: Outcome::CodeSent { expires_at } })
    }

    /// Tries a code: whether it is right the caller has found out, by the hash of the code that was sent or by the
    /// secret of the app. A wrong one leaves the run where it is, and counts: for the client, who is told by the outcome,
    /// or in the run of a visitor. A right one forgives nothing, or one who can pass one confirmation could guess at
    /// another for ever.
    ///
    /// # Errors
    /// A refusal where no code can be tried now.
    pub fn try_code(&self, is_right: bool, context: &RunContext) -> Result<Decision, RunRefusal> {
        let method = self.awaited_method(context)?;
        if method.is_sent() {
            let code = self.code.as_ref().ok_or(RunRefusal::NoCodeSent)?;
            if context.now >= code.expires_at {
                return Err(RunRefusal::CodeExpired);
            }
        }
        let step = self.expected(context)?;
        let mut run = self.clone();
        if is_right {
            return Ok(run.with_taken(step, context));
        }
        if self.client.is_none() {
            run.wrong_tries = context.with_wrong_try(&self.wrong_tries);
        }
        Ok(Decision { run, outcome: Outcome::WrongCode })
    }

    /// Until when no code can be tried.
    #[must_use]
    pub fn blocked_until(&self, context: &RunContext) -> Option<Timestamp> {
        match self.client {
            Some(_) => context.owner_blocked_until,
            None => context.owner_blocked_until.max(context.visitor_blocked_until(&self.wrong_tries)),
        }
    }

    /// The step whose turn it is, if it can be taken now.
    fn expected(&self, context: &RunContext) -> Result<Step, RunRefusal> {
        match self.state(context) {
            RunState::Finished | RunState::Expired => Err(RunRefusal::NotFound),
            RunState::Blocked => {
                let until = self.blocked_until(context).unwrap_or(context.now);
                Err(RunRefusal::Blocked { until })
            }
            RunState::InProgress | RunState::AwaitingCode if self.progress.awaits_wizard => {
                Err(RunRefusal::WizardNotChosen)
            }
            RunState::InProgress | RunState::AwaitingCode => self.next().ok_or(RunRefusal::NotFound),
        }
    }

    /// How the code comes that is awaited now.
    fn awaited_method(&self, context: &RunContext) -> Result<CodeMethod, RunRefusal> {
        let expected = self.expected(context)?;
        if !expected.is_confirmation() {
            return Err(RunRefusal::OutOfOrder { expected });
        }
        self.method(expected).ok_or(RunRefusal::FactorNotChosen)
    }

    /// A run is of one client once it is known whose it is.
    fn learn(&mut self, learned: &Learned) -> Result<(), RunRefusal> {
        if learned.client.is_some() && self.client.is_some() && learned.client != self.client {
            return Err(RunRefusal::NotFound);
        }
        self.client = learned.client.or(self.client);
        let facts = &mut self.progress.facts;
        facts.country = learned.country.or(facts.country);
        facts.client_type = learned.client_type.or(facts.client_type);
        facts.has_phone = learned.has_phone.unwrap_or(facts.has_phone);
        facts.must_reset_password = learned.must_reset_password.unwrap_or(facts.must_reset_password);
        if let Some(factors) = &learned.second_factors {
            facts.second_factors = factors.clone();
        }
        Ok(())
    }

    fn with_taken(mut self, step: Step, context: &RunContext) -> Decision {
        self.progress.done = self.progress.done.iter().copied().chain([step]).collect();
        self.progress.factor = None;
        self.code = None;
        self.sends = 0;
        self.expires_at = context.now.plus(RUN_LIFETIME);
        let outcome = self.next().map_or(Outcome::Finished, Outcome::Next);
        Decision { run: self, outcome }
    }
}
