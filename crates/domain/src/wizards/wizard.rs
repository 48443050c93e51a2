use std::collections::BTreeSet;

use super::{CountryCode, CustomField, CustomFieldType, RunFacts, Step, WizardId, WizardType, WizardsFault};
use crate::clients::ClientTypeId;
use crate::value::{Entity, Fault, FaultCode as _, Field, List, Place, Refusal, Set, folded};

/// The most fields of a step.
pub const MAX_FIELDS: usize = 50;
/// The most options of a field.
pub const MAX_OPTIONS: usize = 200;

/// A step as it is set up in a wizard.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
pub struct StepSetup {
    /// The step.
    pub step: Step,
    /// The fields that the broker adds to it.
    #[cfg_attr(feature = "serde", serde(default))]
    pub fields: List<CustomField>,
    /// The countries whose clients take it; none for all.
    #[cfg_attr(feature = "serde", serde(default))]
    pub countries: Set<CountryCode>,
    /// The client types whose clients take it; none for all.
    #[cfg_attr(feature = "serde", serde(default))]
    pub client_types: Set<ClientTypeId>,
}

impl StepSetup {
    /// The step for everybody, without fields.
    #[must_use]
    pub fn plain(step: Step) -> Self {
        Self { step, fields: List::default(), countries: Set::default(), client_types: Set::default() }
    }

    fn is_restricted(&self) -> bool {
        !self.countries.is_empty() || !self.client_types.is_empty()
    }

    /// Whether it is a step of such a client; one without the property matches nothing.
    #[must_use]
    pub fn admits(&self, facts: &RunFacts) -> bool {
        let by_country = facts.country.is_some_and(|country| self.countries.contains(&country));
        let by_type = facts.client_type.is_some_and(|kind| self.client_types.contains(&kind));
        (self.countries.is_empty() || by_country) && (self.client_types.is_empty() || by_type)
    }
}

/// A wizard: the steps of a procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wizard {
    /// Its name; no other wizard of its type has it, whatever its case.
    pub name: String,
    /// Which procedure it is for. Fixed.
    pub kind: WizardType,
    /// Whether it can be run.
    pub is_enabled: bool,
    /// Whether it is run where none is named; exactly one of each type is the default.
    pub is_default: bool,
    /// Its steps, the required ones among them, in the order in which they are taken.
    pub steps: List<StepSetup>,
}

impl Entity for Wizard {
    type Id = WizardId;
    const RESOURCE: &'static str = "wizard";
}

impl Wizard {
    /// The default wizard is never deleted.
    ///
    /// # Errors
    /// [`Refusal::Conflict`].
    pub fn check_deletable(&self) -> Result<(), Refusal> {
        if self.is_default { Err(WizardsFault::DefaultWizardMissing.conflict()) } else { Ok(()) }
    }
}

/// A change of a wizard, or a new one.
#[derive(Clone, Copy, Debug)]
pub struct WizardChange<'a> {
    /// As it is; none for a new one.
    pub before: Option<&'a Wizard>,
    /// What it becomes.
    pub after: &'a Wizard,
}

impl WizardChange<'_> {
    /// The collision where a type would have no default, or one that cannot be run.
    #[must_use]
    pub fn default_fault(self) -> Option<Fault> {
        let was_default = self.before.is_some_and(|before| before.is_default);
        if self.after.is_default && !self.after.is_enabled {
            Some(WizardsFault::DefaultWizardDisabled.at(Field::IsEnabled))
        } else if was_default && !self.after.is_default {
            Some(WizardsFault::DefaultWizardMissing.at(Field::IsDefault))
        } else {
            None
        }
    }
}

/// The steps of a wizard in their order: those that were sent, and the required ones.
#[must_use]
pub fn arranged(kind: WizardType, sent: &[StepSetup]) -> List<StepSetup> {
    let slots = kind.slots().iter();
    let setups = slots.filter_map(|slot| {
        let setup = sent.iter().find(|setup| setup.step == slot.step).cloned();
        setup.or_else(|| slot.is_required.then(|| StepSetup::plain(slot.step)))
    });
    setups.collect()
}

/// The steps that the delivered wizard of the type has.
#[must_use]
pub fn delivered(kind: WizardType) -> List<StepSetup> {
    let extras: Vec<StepSetup> = kind.delivered_extras().iter().copied().map(StepSetup::plain).collect();
    arranged(kind, &extras)
}

/// Everything that is wrong with steps as they were sent.
#[must_use]
pub fn step_faults(kind: WizardType, sent: &[StepSetup]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let (mut steps, mut names) = (BTreeSet::new(), BTreeSet::new());
    for (place, setup) in sent.iter().enumerate() {
        let at = Field::WizardSteps.entry(place);
        let slot = kind.slot(setup.step);
        if slot.is_none() {
            let known: Vec<&str> = kind.slots().iter().map(|slot| slot.step.as_str()).collect();
            faults.push(WizardsFault::StepNotOfType.with("steps", known.join(", ")).at(at.clone().entry("step")));
        } else if !steps.insert(setup.step) {
            faults.push(WizardsFault::RepeatedStep.at(at.clone().entry("step")));
        }
        if slot.is_some_and(|slot| slot.is_required) && setup.is_restricted() {
            faults.push(WizardsFault::RequiredStepRestricted.at(at.clone()));
        }
        if !setup.step.takes_fields() && !setup.fields.is_empty() {
            faults.push(WizardsFault::StepWithoutFields.at(at.clone().entry("fields")));
        }
        for (place, field) in setup.fields.iter().enumerate() {
            let at = at.clone().entry("fields").entry(place);
            faults.extend(name_fault(kind, field, &mut names).map(|fault| fault.at(at.clone().entry("name"))));
            faults.extend(option_faults(field, &at));
        }
    }
    faults
}

fn name_fault(kind: WizardType, field: &CustomField, names: &mut BTreeSet<String>) -> Option<Fault> {
    let name = field.name.as_str();
    if kind.form_names().iter().any(|reserved| reserved.eq_ignore_ascii_case(name)) {
        return Some(WizardsFault::ReservedFieldName.fault());
    }
    (!names.insert(folded(name))).then(|| WizardsFault::RepeatedFieldName.fault())
}

fn option_faults(field: &CustomField, at: &Place) -> Vec<Fault> {
    let options = at.clone().entry("options");
    match field.kind {
        CustomFieldType::Select if field.options.is_empty() => {
            vec![WizardsFault::ChoiceWithoutOptions.at(options)]
        }
        CustomFieldType::Select => {
            let mut seen = BTreeSet::new();
            let repeated = field.options.iter().enumerate().filter(|(_, option)| !seen.insert(option.as_str()));
            repeated.map(|(place, _)| WizardsFault::RepeatedOption.at(options.clone().entry(place))).collect()
        }
        CustomFieldType::Text | CustomFieldType::Date | CustomFieldType::Checkbox if !field.options.is_empty() => {
            vec![WizardsFault::OptionsOfOtherField.at(options)]
        }
        CustomFieldType::Text | CustomFieldType::Date | CustomFieldType::Checkbox => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(setups: &[StepSetup]) -> Vec<Step> {
        setups.iter().map(|setup| setup.step).collect()
    }

    fn field(name: &str, kind: CustomFieldType, options: &[&str]) -> CustomField {
        let options = options.iter().map(|option| (*option).to_owned()).collect();
        CustomField { name: name.parse().unwrap(), kind, caption: "Field".into(), is_required: false, options }
    }

    fn with_fields(step: Step, fields: Vec<CustomField>) -> StepSetup {
        StepSetup { fields: fields.into(), ..StepSetup::plain(step) }
    }

    #[test]
    fn required_steps_are_always_there_and_the_order_is_fixed() {
        let sent = [Step::ClientRegistration, Step::PhoneForm, Step::Captcha].map(StepSetup::plain);
        let all = arranged(WizardType::Registration, &sent);
        assert_eq!(steps(&all), [Step::MainForm, Step::Captcha, Step::PhoneForm, Step::ClientRegistration]);
        assert_eq!(steps(&arranged(WizardType::SignIn, &[])), [Step::Credentials]);
        assert_eq!(steps(&delivered(WizardType::Withdrawal)), [Step::Form, Step::EmailConfirmation, Step::Apply]);
        assert_eq!(steps(&delivered(WizardType::Registration)), [Step::MainForm, Step::ClientRegistration]);
    }

    #[test]
    fn everything_that_is_wrong_with_steps_is_told() {
        use CustomFieldType as T;
        let restricted = StepSetup {
            client_types: [ClientTypeId::new(1)].into_iter().collect(),
            ..StepSetup::plain(Step::MainForm)
        };
        let fields = vec![
            field("email", T::Text, &[]),
            field("colour", T::Select, &[]),
            field("COLOUR", T::Date, &["x"]),
            field("size", T::Select, &["S", "M", "S"]),
        ];
        let sent = [
            restricted,
            with_fields(Step::AdditionalInformation, fields),
            with_fields(Step::Captcha, vec![field("size", T::Text, &[])]),
            StepSetup::plain(Step::Captcha),
            StepSetup::plain(Step::TwoFactor),
        ];
        let told: Vec<String> = step_faults(WizardType::Registration, &sent).iter().map(Fault::to_string).collect();
        assert_eq!(
            told,
            [
                "requiredStepRestricted at WizardSteps.0",
                "reservedFieldName at WizardSteps.1.fields.0.name",
                "choiceWithoutOptions at WizardSteps.1.fields.1.options",
                "repeatedFieldName at WizardSteps.1.fields.2.name",
                "optionsOfOtherField at WizardSteps.1.fields.2.options",
                "repeatedOption at WizardSteps.1.fields.3.options.2",
                "stepWithoutFields at WizardSteps.2.fields",
                "repeatedFieldName at WizardSteps.2.fields.0.name",
                "repeatedStep at WizardSteps.3.step",
                "stepNotOfType at WizardSteps.4.step: steps main_form, client_type, captcha, email_confirmation, \
                 phone_confirmation, phone_form, additional_information, client_registration",
            ]
        );
        assert_eq!(step_faults(WizardType::Withdrawal, &[StepSetup::plain(Step::TwoFactor)]), []);
    }

    #[test]
    fn a_type_keeps_an_enabled_default() {
        let wizard = |is_enabled, is_default| Wizard {
            name: "w".into(),
            kind: WizardType::SignIn,
            is_enabled,
            is_default,
            steps: delivered(WizardType::SignIn),
        };
        let code = |before: Option<&Wizard>, after: &Wizard| {
            WizardChange { before, after }.default_fault().map(|fault| fault.code.as_str())
        };
        assert_eq!(code(None, &wizard(false, true)), Some("defaultWizardDisabled"));
        assert_eq!(code(None, &wizard(false, false)), None);
        let default = wizard(true, true);
        assert_eq!(code(Some(&default), &wizard(false, true)), Some("defaultWizardDisabled"));
        assert_eq!(code(Some(&default), &wizard(true, false)), Some("defaultWizardMissing"));
        assert_eq!(code(Some(&default), &wizard(false, false)), Some("defaultWizardMissing"));
        assert_eq!(code(Some(&wizard(true, false)), &default), None);
        assert!(default.check_deletable().is_err());
        assert!(wizard(true, false).check_deletable().is_ok());
    }
}
