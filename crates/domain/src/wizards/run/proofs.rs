//! What holds for every run, whatever is sent to it in whatever order.

use proptest::prelude::*;

use super::tests::{at, client_of, wizard};
use super::*;
use crate::wizards::{CountryCode, arranged};

/// What somebody does with a run.
#[derive(Clone, Debug)]
enum Act {
    Submit(Step, Learned),
    Choose(TwoFactorProvider),
    Send,
    Try(bool),
    Wait(i64),
}

fn countries() -> impl Strategy<Value = CountryCode> {
    prop::sample::select(vec!["CY", "GB"]).prop_map(|code| code.parse().unwrap())
}

fn factors() -> impl Strategy<Value = Set<TwoFactorProvider>> {
    prop::sample::subsequence(TwoFactorProvider::ALL.to_vec(), 0..=2).prop_map(|all| all.into_iter().collect())
}

fn facts() -> impl Strategy<Value = RunFacts> {
    let client_type = prop::option::of((1_i64..3).prop_map(Into::into));
    let rest = (prop::option::of(countries()), client_type, factors(), any::<[bool; 3]>());
    rest.prop_map(|(country, client_type, second_factors, [has_phone, has_captcha, must_reset_password])| RunFacts {
        country,
        client_type,
        second_factors,
        has_phone,
        has_captcha,
        must_reset_password,
    })
}

fn setups(kind: WizardType) -> impl Strategy<Value = List<StepSetup>> {
    let steps: Vec<Step> = kind.slots().iter().map(|slot| slot.step).collect();
    let some = 0..=steps.len();
    let restrictions = prop::collection::vec((prop::option::of(countries()), prop::option::of(1_i64..3)), steps.len());
    (prop::sample::subsequence(steps, some), restrictions).prop_map(move |(steps, restrictions)| {
        let setups: Vec<StepSetup> = steps
            .into_iter()
            .zip(restrictions)
            .map(|(step, (country, client_type))| StepSetup {
                countries: country.into_iter().collect(),
                client_types: client_type.map(Into::into).into_iter().collect(),
                ..StepSetup::plain(step)
            })
            .collect();
        arranged(kind, &setups)
    })
}

fn learned() -> impl Strategy<Value = Learned> {
    let client_type = prop::option::of((1_i64..3).prop_map(Into::into));
    let client = prop::option::of((1_i64..3).prop_map(ClientId::new));
    let rest = (client, prop::option::of(countries()), client_type, prop::option::of(factors()));
    rest.prop_map(|(client, country, client_type, second_factors)| Learned {
        client,
        country,
        client_type,
        second_factors,
        has_phone: None,
        must_reset_password: None,
    })
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => (prop::sample::select(Step::ALL.to_vec()), learned()).prop_map(|(step, learned)| Act::Submit(step, learned)),
        1 => prop::sample::select(TwoFactorProvider::ALL.to_vec()).prop_map(Act::Choose),
        2 => Just(Act::Send),
        3 => any::<bool>().prop_map(Act::Try),
        1 => (0_i64..900).prop_map(Act::Wait),
    ];
    prop::collection::vec(act, 0..80)
}

fn runs() -> impl Strategy<Value = Run> {
    let kinds = prop::sample::select(WizardType::ALL.to_vec());
    let parts = kinds.prop_flat_map(|kind| (Just(kind), setups(kind), facts()));
    parts.prop_map(|(kind, steps, facts)| Run::begin(&wizard(kind, steps), client_of(kind), facts, at(0).now).unwrap())
}

/// The act as it is sent: half of those that submit send the step whose turn it is, or few runs would ever end.
fn done(run: &Run, act: &Act, is_fitting: bool, context: &RunContext) -> Option<Result<Decision, RunRefusal>> {
    match act {
        Act::Submit(step, learned) => {
            let step = if is_fitting { run.next().unwrap_or(*step) } else { *step };
            let given = Given { learned: learned.clone(), ..Given::default() };
            Some(run.submit(step, &given, context))
        }
        Act::Choose(factor) => Some(run.choose(*factor, context)),
        Act::Send => Some(run.send_code(vec![1], context)),
        Act::Try(is_right) => Some(run.try_code(*is_right, context)),
        Act::Wait(_) => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_way_leads_to_the_end_without_every_required_step(mut run in runs(), acts in acts()) {
        let mut seconds = 0;
        for (place, act) in acts.iter().enumerate() {
            if let Act::Wait(more) = act {
                seconds += more;
            }
            let context = at(seconds);
            let before = run.clone();
            let state = run.state(&context);
            match done(&run, act, place % 2 == 0, &context) {
                None => {}
                Some(Err(_)) => prop_assert_eq!(&run, &before, "a refused step changes nothing"),
                Some(Ok(decision)) => {
                    prop_assert!(matches!(state, RunState::InProgress | RunState::AwaitingCode), "{:?}", state);
                    prop_assert!(decision.run.progress.done.is_superset(&before.progress.done));
                    prop_assert!(decision.run.progress.done.len() <= before.progress.done.len() + 1);
                    prop_assert_eq!(&decision.run.steps, &before.steps, "a run keeps its steps");
                    prop_assert!(before.client.is_none() || decision.run.client == before.client);
                    prop_assert!(decision.run.sends <= context.limits.sends);
                    prop_assert_eq!(decision.outcome == Outcome::Finished, decision.run.next().is_none());
                    run = decision.run;
                }
            }
            if run.state(&context) == RunState::Finished {
                for slot in run.procedure.slots().iter().filter(|slot| slot.is_required) {
                    prop_assert!(run.progress.done.contains(&slot.step), "{}", slot.step);
                }
                prop_assert!(run.plan().iter().all(|step| run.progress.done.contains(step)));
            }
        }
    }

    #[test]
    fn a_code_that_is_not_right_confirms_nothing(mut run in runs(), acts in acts()) {
        let mut seconds = 0;
        for (place, act) in acts.iter().enumerate() {
            if let Act::Wait(more) = act {
                seconds += more;
            }
            let act = if matches!(act, Act::Try(_)) { Act::Try(false) } else { act.clone() };
            if let Some(Ok(decision)) = done(&run, &act, place % 2 == 0, &at(seconds)) {
                run = decision.run;
            }
        }
        prop_assert!(!run.progress.done.iter().any(|step| step.is_confirmation()));
    }

    #[test]
    fn what_is_finished_or_expired_or_of_another_refuses_everything(run in runs(), acts in acts(), late in 1_800_i64..9_999) {
        let mut finished = run.clone();
        finished.progress.done = Step::ALL.iter().copied().collect();
        for (place, act) in acts.iter().enumerate() {
            for (run, context) in [(&run, at(late)), (&finished, at(0))] {
                let answer = done(run, act, place % 2 == 0, &context);
                prop_assert!(answer.is_none_or(|answer| answer == Err(RunRefusal::NotFound)));
                prop_assert!(run.check_open_to(run.procedure, client_of(run.procedure.wizard_type().unwrap()), context.now).is_err());
            }
        }
        let other = Some(ClientId::new(2));
        prop_assert!(run.check_open_to(run.procedure, other, at(0).now).is_err());
        for kind in WizardType::ALL.iter().filter(|kind| Procedure::from(**kind) != run.procedure) {
            prop_assert!(run.check_open_to((*kind).into(), client_of(*kind), at(0).now).is_err());
        }
    }
}
