use super::super::{Procedure, RunFacts, Step, StepSetup};

/// The steps that somebody takes, in their order: the required ones, and those of the wizard that are for them.
pub(super) fn planned(procedure: Procedure, setups: &[StepSetup], facts: &RunFacts) -> Vec<Step> {
    let of_wizard = setups.iter().filter(|setup| setup.admits(facts)).map(|setup| setup.step);
    let required = procedure.slots().iter().filter(|slot| slot.is_required).map(|slot| slot.step);
    let taken: Vec<Step> = of_wizard.chain(required).filter_map(|step| stand_in(procedure, step, facts)).collect();
    // One code of a kind is enough, and the order is that of the type.
    let in_order = procedure.slots().iter().map(|slot| slot.step).filter(|step| taken.contains(step));
    in_order.chain(reset(procedure, facts).iter().copied()).collect()
}

/// What comes after a sign-in in which a new password is demanded: a code proves the address, then the password is set.
const fn reset(procedure: Procedure, facts: &RunFacts) -> &'static [Step] {
    if matches!(procedure, Procedure::SignIn) && facts.must_reset_password {
        &[Step::EmailConfirmation, Step::Apply]
    } else {
        &[]
    }
}

/// What is taken in a step's place: a code that cannot reach the client is mailed instead.
fn stand_in(procedure: Procedure, step: Step, facts: &RunFacts) -> Option<Step> {
    let has_second_factor = !facts.second_factors.is_empty();
    match step {
        Step::Captcha => facts.has_captcha.then_some(step),
        Step::EmailConfirmation if procedure == Procedure::Withdrawal && has_second_factor => Some(Step::TwoFactor),
        Step::TwoFactor if has_second_factor => Some(step),
        // Nobody has to set up a second factor to sign in.
        Step::TwoFactor => (procedure != Procedure::SignIn).then_some(Step::EmailConfirmation),
        Step::PhoneConfirmation if facts.has_phone || brings_phone(procedure) => Some(step),
        Step::PhoneConfirmation => Some(Step::EmailConfirmation),
        Step::EmailConfirmation
        | Step::MainForm
        | Step::Credentials
        | Step::Form
        | Step::ClientType
        | Step::PhoneForm
        | Step::AdditionalInformation
        | Step::ClientRegistration
        | Step::Apply => Some(step),
    }
}

/// Whether the number that is confirmed comes with the procedure.
fn brings_phone(procedure: Procedure) -> bool {
    matches!(procedure, Procedure::Registration | Procedure::PhoneChange | Procedure::SmsOn)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::TwoFactorProvider;
    use crate::wizards::{WizardType, arranged};

    fn facts(has_second_factor: bool, has_phone: bool) -> RunFacts {
        let second_factors = has_second_factor.then_some(TwoFactorProvider::Google).into_iter().collect();
        RunFacts { second_factors, has_phone, has_captcha: true, ..RunFacts::default() }
    }

    fn plan(kind: WizardType, extras: &[Step], facts: &RunFacts) -> Vec<Step> {
        let extras: Vec<StepSetup> = extras.iter().copied().map(StepSetup::plain).collect();
        planned(kind.into(), &arranged(kind, &extras), facts)
    }

    #[test]
    fn a_second_factor_confirms_a_withdrawal_in_place_of_a_mail() {
        let of =
            |extras: &[Step], has_second_factor| plan(WizardType::Withdrawal, extras, &facts(has_second_factor, false));
        for extras in [&[Step::EmailConfirmation][..], &[Step::TwoFactor], &[Step::EmailConfirmation, Step::TwoFactor]]
        {
            assert_eq!(of(extras, true), [Step::Form, Step::TwoFactor, Step::Apply]);
            assert_eq!(of(extras, false), [Step::Form, Step::EmailConfirmation, Step::Apply]);
        }
        assert_eq!(of(&[], true), [Step::Form, Step::Apply]);
    }

    #[test]
    fn a_code_that_cannot_reach_the_client_is_mailed() {
        let of = |step, facts: &RunFacts| plan(WizardType::ProfileChange, &[step], facts);
        assert_eq!(of(Step::TwoFactor, &facts(false, false)), [Step::Form, Step::EmailConfirmation, Step::Apply]);
        assert_eq!(of(Step::TwoFactor, &facts(true, false)), [Step::Form, Step::TwoFactor, Step::Apply]);
        let phone = Step::PhoneConfirmation;
        assert_eq!(of(phone, &facts(false, false)), [Step::Form, Step::EmailConfirmation, Step::Apply]);
        assert_eq!(of(phone, &facts(false, true)), [Step::Form, phone, Step::Apply]);
        let change = plan(WizardType::PhoneChange, &[phone], &facts(false, false));
        assert_eq!(change, [Step::Form, phone, Step::Apply], "the new number is confirmed");
    }

    #[test]
    fn a_sign_in_asks_for_a_second_factor_where_there_is_one() {
        let of = |facts: &RunFacts| plan(WizardType::SignIn, &[Step::Captcha, Step::TwoFactor], facts);
        assert_eq!(of(&facts(true, false)), [Step::Credentials, Step::Captcha, Step::TwoFactor]);
        let without = RunFacts { has_captcha: false, ..facts(false, false) };
        assert_eq!(of(&without), [Step::Credentials]);
        let reset = RunFacts { must_reset_password: true, ..facts(true, false) };
        let expected = [Step::Credentials, Step::Captcha, Step::TwoFactor, Step::EmailConfirmation, Step::Apply];
        assert_eq!(of(&reset), expected, "a demanded password comes after both codes");
    }

    #[test]
    fn a_restricted_step_is_for_those_it_names() {
        let cyprus = "CY".parse().unwrap();
        let form = StepSetup {
            countries: [cyprus].into_iter().collect(),
            client_types: [2.into()].into_iter().collect(),
            ..StepSetup::plain(Step::AdditionalInformation)
        };
        let setups = arranged(WizardType::Registration, &[form]);
        let is_taken = |country, client_type| {
            let facts = RunFacts { country, client_type, ..RunFacts::default() };
            planned(Procedure::Registration, &setups, &facts).contains(&Step::AdditionalInformation)
        };
        assert!(is_taken(Some(cyprus), Some(2.into())));
        assert!(!is_taken("GB".parse().ok(), Some(2.into())));
        assert!(!is_taken(Some(cyprus), Some(1.into())));
        assert!(!is_taken(Some(cyprus), None));
        assert!(!is_taken(None, None));
    }
}
