use chrono::TimeDelta;

use super::*;
use crate::platform::Settings;
use crate::wizards::{AnswerProblem, CustomField, CustomFieldType, SentAnswer, SentAnswers, arranged, delivered};

pub(super) fn wizard(kind: WizardType, steps: List<StepSetup>) -> Wizard {
    Wizard { name: "Wizard".into(), kind, is_enabled: true, is_default: true, steps }
}

pub(super) fn client_of(kind: WizardType) -> Option<ClientId> {
    (!kind.is_for_visitors()).then_some(ClientId::new(1))
}

pub(super) fn at(seconds: i64) -> RunContext {
    let begin: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    RunContext {
        now: begin.plus(TimeDelta::seconds(seconds)),
        limits: RunLimits::from(&Settings::default()),
        owner_blocked_until: None,
    }
}

fn begun(kind: WizardType, extras: &[Step], facts: RunFacts) -> Run {
    let extras: Vec<StepSetup> = extras.iter().copied().map(StepSetup::plain).collect();
    Run::begin(&wizard(kind, arranged(kind, &extras)), client_of(kind), facts, at(0).now).unwrap()
}

fn with_factors(factors: &[TwoFactorProvider]) -> RunFacts {
    let second_factors = factors.iter().copied().collect();
    RunFacts { second_factors, has_phone: true, has_captcha: true, ..RunFacts::default() }
}

/// Takes whatever step is next, with right codes.
fn step_on(run: &Run, given: &Given, context: &RunContext) -> Decision {
    let step = run.next().expect("a step");
    if !step.is_confirmation() {
        return run.submit(step, given, context).unwrap();
    }
    let chosen = match run.method(step) {
        Some(_) => run.clone(),
        None => run.choose(TwoFactorProvider::Sms, context).unwrap().run,
    };
    let sent = match chosen.send_code(vec![1], context) {
        Err(RunRefusal::NothingToSend) => chosen,
        sent => sent.unwrap().run,
    };
    assert_eq!(sent.state(context), RunState::AwaitingCode);
    sent.try_code(true, context).unwrap()
}

/// The steps of a run from its beginning to its end.
fn run_through(mut run: Run) -> Vec<Step> {
    let mut taken = Vec::new();
    for time in 0.. {
        let context = at(time * 60);
        let Some(step) = run.next() else { break };
        run.check_open_to(run.procedure, client_of(run.procedure.wizard_type().unwrap()), context.now).unwrap();
        taken.push(step);
        let decision = step_on(&run, &Given::default(), &context);
        let expected = decision.run.next().map_or(Outcome::Finished, Outcome::Next);
        assert_eq!(decision.outcome, expected);
        run = decision.run;
    }
    assert_eq!(run.state(&at(0)), RunState::Finished);
    taken
}

#[test]
fn the_delivered_wizard_of_each_type_runs_from_start_to_end() {
    use Step as S;
    let expected = |kind| -> &[Step] {
        match kind {
            WizardType::Registration => &[S::MainForm, S::ClientRegistration],
            WizardType::SignIn => &[S::Credentials, S::TwoFactor],
            WizardType::PasswordRecovery => &[S::Form, S::EmailConfirmation, S::Apply],
            WizardType::PasswordChange => &[S::Form, S::EmailConfirmation, S::Apply],
            WizardType::PhoneChange => &[S::Form, S::PhoneConfirmation, S::Apply],
            WizardType::AddressChange | WizardType::ProfileChange | WizardType::ClientTypeChange => {
                &[S::Form, S::Apply]
            }
            WizardType::WhitelistCreate
            | WizardType::WhitelistChange
            | WizardType::WhitelistDelete
            | WizardType::Withdrawal => &[S::Form, S::TwoFactor, S::Apply],
        }
    };
    for kind in WizardType::ALL {
        for factors in [&[TwoFactorProvider::Google][..], TwoFactorProvider::ALL] {
            let run = Run::begin(&wizard(*kind, delivered(*kind)), client_of(*kind), with_factors(factors), at(0).now);
            assert_eq!(run_through(run.unwrap()), expected(*kind), "{kind}");
        }
    }
}

#[test]
fn a_wizard_with_every_step_of_its_type_runs_from_start_to_end() {
    for kind in WizardType::ALL {
        let all: Vec<Step> = kind.slots().iter().map(|slot| slot.step).collect();
        let taken = run_through(begun(*kind, &all, with_factors(&[TwoFactorProvider::Sms])));
        let replaced = |step: &&Step| *kind == WizardType::Withdrawal && **step == Step::EmailConfirmation;
        let expected: Vec<Step> = all.iter().filter(|step| !replaced(step)).copied().collect();
        assert_eq!(taken, expected, "{kind}");
    }
}

#[test]
fn a_disabled_wizard_and_one_for_other_callers_do_not_begin() {
    let facts = RunFacts::default;
    let registration = wizard(WizardType::Registration, delivered(WizardType::Registration));
    let withdrawal = wizard(WizardType::Withdrawal, delivered(WizardType::Withdrawal));
    let disabled = Wizard { is_enabled: false, ..registration.clone() };
    let client = Some(ClientId::new(1));
    assert_eq!(Run::begin(&disabled, None, facts(), at(0).now), Err(RunRefusal::WizardDisabled));
    assert_eq!(Run::begin(&registration, client, facts(), at(0).now), Err(RunRefusal::NotFound));
    assert_eq!(Run::begin(&withdrawal, None, facts(), at(0).now), Err(RunRefusal::NotFound));
}

#[test]
fn one_of_several_wizards_is_chosen_before_the_first_step() {
    let kind = WizardType::Registration;
    let run = Run::begin_with_choice(kind, None, RunFacts::default(), at(0).now).unwrap();
    let given = Given::default();
    assert_eq!(run.submit(Step::MainForm, &given, &at(0)), Err(RunRefusal::WizardNotChosen));
    assert_eq!(run.try_code(true, &at(0)), Err(RunRefusal::WizardNotChosen));
    assert_eq!(run.state(&at(0)), RunState::InProgress);
    let long = wizard(kind, arranged(kind, &[StepSetup::plain(Step::PhoneForm)]));
    let disabled = Wizard { is_enabled: false, ..long.clone() };
    assert_eq!(run.choose_wizard(&disabled, &at(0)), Err(RunRefusal::WizardDisabled));
    let other = wizard(WizardType::SignIn, delivered(WizardType::SignIn));
    assert_eq!(run.choose_wizard(&other, &at(0)), Err(RunRefusal::NotFound));
    assert_eq!(run.choose_wizard(&long, &at(1_800)), Err(RunRefusal::NotFound), "expired");
    let chosen = run.choose_wizard(&long, &at(60)).unwrap();
    assert_eq!(chosen.outcome, Outcome::Next(Step::MainForm));
    let out_of_order = RunRefusal::OutOfOrder { expected: Step::MainForm };
    assert_eq!(chosen.run.choose_wizard(&long, &at(60)), Err(out_of_order), "once");
    assert_eq!(run_through(chosen.run), [Step::MainForm, Step::PhoneForm, Step::ClientRegistration]);
}

#[test]
fn a_run_is_open_to_its_own_client_in_its_own_procedure_until_it_expires() {
    let run = begun(WizardType::Withdrawal, &[], RunFacts::default());
    let open = |kind: WizardType, client: Option<i64>, seconds| {
        run.check_open_to(kind.into(), client.map(ClientId::new), at(seconds).now).is_ok()
    };
    assert!(open(WizardType::Withdrawal, Some(1), 1_799));
    assert!(!open(WizardType::Withdrawal, Some(1), 1_800));
    assert!(!open(WizardType::Withdrawal, Some(2), 0));
    assert!(!open(WizardType::Withdrawal, None, 0));
    assert!(!open(WizardType::ProfileChange, Some(1), 0));
    let sign_in = begun(WizardType::SignIn, &[], RunFacts::default());
    assert!(sign_in.check_open_to(Procedure::SignIn, None, at(0).now).is_ok());
    assert!(sign_in.check_open_to(Procedure::SignIn, Some(ClientId::new(1)), at(0).now).is_err());
}

#[test]
fn a_step_gives_the_run_another_half_hour() {
    let run = begun(WizardType::Withdrawal, &[Step::EmailConfirmation], RunFacts::default());
    let run = run.submit(Step::Form, &Given::default(), &at(1_700)).unwrap().run;
    assert_eq!(run.state(&at(3_499)), RunState::InProgress);
    let sent = run.send_code(vec![1], &at(3_400)).unwrap().run;
    assert_eq!(sent.expires_at, run.expires_at, "a code does not end a step");
    assert_eq!(sent.state(&at(3_500)), RunState::Expired);
    assert_eq!(sent.try_code(true, &at(3_500)), Err(RunRefusal::NotFound));
}

#[test]
fn steps_are_taken_in_their_turn() {
    let run = begun(WizardType::Withdrawal, &[Step::EmailConfirmation], RunFacts::default());
    let given = Given::default();
    let out_of_order = |expected| Err(RunRefusal::OutOfOrder { expected });
    assert_eq!(run.submit(Step::Apply, &given, &at(0)), out_of_order(Step::Form));
    assert_eq!(run.send_code(vec![1], &at(0)), out_of_order(Step::Form));
    assert_eq!(run.try_code(true, &at(0)), out_of_order(Step::Form));
    assert_eq!(run.choose(TwoFactorProvider::Sms, &at(0)), out_of_order(Step::Form));
    let run = run.submit(Step::Form, &given, &at(0)).unwrap().run;
    let expected = out_of_order(Step::EmailConfirmation);
    assert_eq!(run.submit(Step::Form, &given, &at(0)), expected, "once");
    assert_eq!(run.submit(Step::EmailConfirmation, &given, &at(0)), expected, "not without a code");
    assert_eq!(run.submit(Step::Apply, &given, &at(0)), expected);
    assert_eq!(run.try_code(true, &at(0)), Err(RunRefusal::NoCodeSent));
}

#[test]
fn a_code_expires_and_a_new_one_voids_the_earlier_one() {
    let run = begun(WizardType::PasswordRecovery, &[], RunFacts::default());
    let run = run.submit(Step::Form, &Given::default(), &at(0)).unwrap().run;
    let run = run.send_code(vec![1], &at(0)).unwrap().run;
    assert_eq!(run.try_code(true, &at(600)), Err(RunRefusal::CodeExpired));
    let decision = run.send_code(vec![2], &at(600)).unwrap();
    assert_eq!(decision.outcome, Outcome::CodeSent { expires_at: at(1_200).now });
    assert_eq!(decision.run.code.as_ref().map(|code| code.hash.clone()), Some(vec![2]));
    let decision = decision.run.try_code(true, &at(1_199)).unwrap();
    assert_eq!((decision.outcome, decision.run.code), (Outcome::Next(Step::Apply), None));
}

#[test]
fn five_codes_are_sent_for_one_confirmation() {
    let mut run =
        begun(WizardType::ProfileChange, &[Step::EmailConfirmation, Step::PhoneConfirmation], with_factors(&[]));
    run = run.submit(Step::Form, &Given::default(), &at(0)).unwrap().run;
    for _ in 0..5 {
        run = run.send_code(vec![1], &at(0)).unwrap().run;
    }
    assert_eq!(run.send_code(vec![1], &at(0)), Err(RunRefusal::TooManySends));
    run = run.try_code(true, &at(0)).unwrap().run;
    assert!(run.send_code(vec![1], &at(0)).is_ok(), "the next confirmation has its own");
}

#[test]
fn the_fifth_wrong_code_blocks_the_run_of_a_visitor_for_a_while() {
    let mut run = begun(WizardType::Registration, &[Step::EmailConfirmation], RunFacts::default());
    run = run.submit(Step::MainForm, &Given::default(), &at(0)).unwrap().run;
    run = run.send_code(vec![1], &at(0)).unwrap().run;
    for _ in 0..5 {
        assert_eq!(run.state(&at(0)), RunState::AwaitingCode);
        let decision = run.try_code(false, &at(0)).unwrap();
        assert_eq!(decision.outcome, Outcome::WrongCode);
        run = decision.run;
    }
    let blocked = RunRefusal::Blocked { until: at(600).now };
    assert_eq!(run.state(&at(599)), RunState::Blocked);
    assert_eq!(run.try_code(true, &at(599)), Err(blocked.clone()));
    assert_eq!(run.send_code(vec![1], &at(599)), Err(blocked));
    run = run.send_code(vec![1], &at(600)).unwrap().run;
    assert_eq!(run.try_code(true, &at(600)).unwrap().outcome, Outcome::Next(Step::ClientRegistration));
}

#[test]
fn a_client_whose_codes_are_refused_takes_steps_without_a_code() {
    let blocked = RunContext { owner_blocked_until: Some(at(600).now), ..at(0) };
    let run = begun(WizardType::ProfileChange, &[Step::EmailConfirmation], RunFacts::default());
    let run = run.submit(Step::Form, &Given::default(), &blocked).unwrap().run;
    assert_eq!(run.send_code(vec![1], &blocked), Err(RunRefusal::Blocked { until: at(600).now }));
    let run = run.send_code(vec![1], &at(0)).unwrap().run;
    assert_eq!(run.try_code(true, &blocked), Err(RunRefusal::Blocked { until: at(600).now }));
    let decision = run.try_code(false, &at(0)).unwrap();
    assert_eq!(
        (decision.outcome, &decision.run),
        (Outcome::WrongCode, &run),
        "the client's codes are counted elsewhere"
    );
    assert_eq!(run.try_code(true, &at(0)).unwrap().outcome, Outcome::Next(Step::Apply));
}

#[test]
fn a_second_factor_is_chosen_where_there_are_two() {
    let run = begun(WizardType::WhitelistCreate, &[Step::TwoFactor], with_factors(TwoFactorProvider::ALL));
    let run = run.submit(Step::Form, &Given::default(), &at(0)).unwrap().run;
    assert_eq!(run.state(&at(0)), RunState::InProgress);
    assert_eq!(run.send_code(vec![1], &at(0)), Err(RunRefusal::FactorNotChosen));
    assert_eq!(run.try_code(true, &at(0)), Err(RunRefusal::FactorNotChosen));
    let by_app = run.choose(TwoFactorProvider::Google, &at(0)).unwrap();
    assert_eq!(by_app.outcome, Outcome::Chosen(CodeMethod::App));
    assert_eq!(by_app.run.send_code(vec![1], &at(0)), Err(RunRefusal::NothingToSend));
    assert_eq!(by_app.run.state(&at(0)), RunState::AwaitingCode);
    let by_sms = by_app.run.choose(TwoFactorProvider::Sms, &at(0)).unwrap();
    assert_eq!(by_sms.outcome, Outcome::Chosen(CodeMethod::Sms));
    assert_eq!(by_sms.run.state(&at(0)), RunState::InProgress);
    let one = begun(WizardType::WhitelistCreate, &[Step::TwoFactor], with_factors(&[TwoFactorProvider::Google]));
    let one = one.submit(Step::Form, &Given::default(), &at(0)).unwrap().run;
    assert_eq!(one.choose(TwoFactorProvider::Sms, &at(0)), Err(RunRefusal::FactorNotOffered));
}

#[test]
fn what_a_step_tells_decides_on_later_steps() {
    let for_companies =
        StepSetup { client_types: [2.into()].into_iter().collect(), ..StepSetup::plain(Step::AdditionalInformation) };
    let steps = arranged(WizardType::Registration, &[StepSetup::plain(Step::ClientType), for_companies]);
    let run = Run::begin(&wizard(WizardType::Registration, steps), None, RunFacts::default(), at(0).now).unwrap();
    let run = run.submit(Step::MainForm, &Given::default(), &at(0)).unwrap().run;
    let next = |kind: i64| {
        let learned = Learned { client_type: Some(kind.into()), ..Learned::default() };
        run.submit(Step::ClientType, &Given { learned, ..Given::default() }, &at(0)).unwrap().outcome
    };
    assert_eq!(next(1), Outcome::Next(Step::ClientRegistration));
    assert_eq!(next(2), Outcome::Next(Step::AdditionalInformation));
}

#[test]
fn answers_are_checked_and_kept_and_a_run_does_not_change_hands() {
    let field = CustomField {
        name: "occupation".parse().unwrap(),
        kind: CustomFieldType::Text,
        caption: "Occupation".into(),
        is_required: true,
        options: List::default(),
    };
    let form = StepSetup { fields: vec![field].into(), ..StepSetup::plain(Step::MainForm) };
    let steps = arranged(WizardType::Registration, &[form]);
    let run = Run::begin(&wizard(WizardType::Registration, steps), None, RunFacts::default(), at(0).now).unwrap();
    let refused = run.submit(Step::MainForm, &Given::default(), &at(0)).unwrap_err();
    let RunRefusal::Answers(faults) = refused else { panic!("{refused}") };
    assert_eq!(faults[0].problem, AnswerProblem::Missing);
    let answers = SentAnswers::from([("occupation".to_owned(), SentAnswer::Text("Baker".into()))]);
    let run = run.submit(Step::MainForm, &Given { answers, ..Given::default() }, &at(0)).unwrap().run;
    let made = |client| Given { learned: Learned { client, ..Learned::default() }, ..Given::default() };
    let mut others = run.clone();
    others.client = Some(ClientId::new(8));
    let refused = others.submit(Step::ClientRegistration, &made(Some(ClientId::new(7))), &at(0));
    assert_eq!(refused, Err(RunRefusal::NotFound));
    let run = run.submit(Step::ClientRegistration, &made(Some(ClientId::new(7))), &at(0)).unwrap().run;
    let kept: Vec<(&str, &str)> =
        run.progress.answers.iter().map(|answer| (answer.caption.as_str(), answer.value.as_str())).collect();
    assert_eq!((kept, run.client), (vec![("Occupation", "Baker")], Some(ClientId::new(7))));
}
