use std::collections::BTreeSet;

use super::{
    CountryCode, CustomField, CustomFieldName, CustomFieldType, RunFacts, Step, WizardId, WizardType, WizardsFault,
};
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

    /// Whether it is a step of such a client; one without the property matches nothing.
    #[must_use]
    pub fn admits(&self, facts: &RunFacts) -> bool {
        let by_country = facts.country.is_some_and(|country| self.countries.contains(&country));
        let by_type = facts.client_type.is_some_and(|kind| self.client_types.contains(&kind));
        (self.countries.is_empty() || by_country) && (self.client_types.is_empty() || by_type)
    }
}

/// A step as a caller sent it; what is faulty in it is none, and told by its own fault.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SentStep {
    /// The step.
    pub step: Option<Step>,
    /// The fields that the broker adds to it.
    pub fields: Option<Vec<Option<SentField>>>,
    /// The countries whose clients take it.
    pub countries: Option<Set<CountryCode>>,
    /// The client types whose clients take it.
    pub client_types: Option<Set<ClientTypeId>>,
}

/// A field as a caller sent it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SentField {
    /// What its answer is sent under.
    pub name: Option<CustomFieldName>,
    /// How it is answered.
    pub kind: Option<CustomFieldType>,
    /// What clients are shown beside it.
    pub caption: Option<String>,
    /// Whether it must be answered.
    pub is_required: Option<bool>,
    /// What there is to choose from.
    pub options: Option<Vec<Option<String>>>,
}

impl SentStep {
    /// The step as it is set up, where nothing in it is faulty.
    #[must_use]
    pub fn setup(&self) -> Option<StepSetup> {
        let fields = self.fields.as_ref()?.iter().map(|field| field.as_ref()?.field());
        Some(StepSetup {
            step: self.step?,
            fields: fields.collect::<Option<_>>()?,
            countries: self.countries.clone()?,
            client_types: self.client_types.clone()?,
        })
    }

    fn is_restricted(&self) -> bool {
        let by_country = self.countries.as_ref().is_none_or(|countries| !countries.is_empty());
        let by_type = self.client_types.as_ref().is_none_or(|types| !types.is_empty());
        by_country || by_type
    }

    fn has_fields(&self) -> bool {
        self.fields.as_ref().is_some_and(|fields| !fields.is_empty())
    }
}

impl SentField {
    fn field(&self) -> Option<CustomField> {
        Some(CustomField {
            name: self.name.clone()?,
            kind: self.kind?,
            caption: self.caption.clone()?,
            is_required: self.is_required?,
            options: self.options.as_ref()?.iter().cloned().collect::<Option<_>>()?,
        })
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

/// Everything that the rules find wrong with steps as they were sent, whatever else is wrong with them. A type that is not
/// known either is none: then what depends on it is not told.
#[must_use]
pub fn step_faults(kind: Option<WizardType>, sent: &[Option<SentStep>]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let (mut steps, mut names) = (BTreeSet::new(), BTreeSet::new());
    for (place, sent) in sent.iter().enumerate() {
        let Some(sent) = sent else { continue };
        let at = Field::WizardSteps.entry(place);
        if let Some(step) = sent.step {
            faults.extend(order_fault(kind, step, &mut steps).map(|fault| fault.at(at.clone().entry("step"))));
            if kind.is_some_and(|kind| kind.requires(step)) && sent.is_restricted() {
                faults.push(WizardsFault::RequiredStepRestricted.at(at.clone()));
            }
            if !step.takes_fields() && sent.has_fields() {
                faults.push(WizardsFault::StepWithoutFields.at(at.clone().entry("fields")));
            }
        }
        for (place, field) in sent.fields.iter().flatten().enumerate() {
            let Some(field) = field else { continue };
            let at = at.clone().entry("fields").entry(place);
            faults.extend(name_fault(kind, field, &mut names).map(|fault| fault.at(at.clone().entry("name"))));
            faults.extend(option_faults(field, &at));
        }
    }
    faults
}

fn order_fault(kind: Option<WizardType>, step: Step, steps: &mut BTreeSet<Step>) -> Option<Fault> {
    if let Some(kind) = kind.filter(|kind| kind.slot(step).is_none()) {
        let known: Vec<&str> = kind.slots().iter().map(|slot| slot.step.as_str()).collect();
        return Some(WizardsFault::StepNotOfType.with("steps", known.join(", ")));
    }
    (!steps.insert(step)).then(|| WizardsFault::RepeatedStep.fault())
}

fn name_fault(kind: Option<WizardType>, field: &SentField, names: &mut BTreeSet<String>) -> Option<Fault> {
    let name = field.name.as_ref()?.as_str();
    let reserved = kind.map(WizardType::form_names).unwrap_or_default();
    if reserved.iter().any(|reserved| reserved.eq_ignore_ascii_case(name)) {
        return Some(WizardsFault::ReservedFieldName.fault());
    }
    (!names.insert(folded(name))).then(|| WizardsFault::RepeatedFieldName.fault())
}

fn option_faults(field: &SentField, at: &Place) -> Vec<Fault> {
    let (Some(kind), Some(sent)) = (field.kind, field.options.as_ref()) else { return Vec::new() };
    let options = at.clone().entry("options");
    match kind {
        CustomFieldType::Select if sent.is_empty() => {
            vec![WizardsFault::ChoiceWithoutOptions.at(options)]
        }
        CustomFieldType::Select => {
            let mut seen = BTreeSet::new();
            let known = sent.iter().enumerate().filter_map(|(place, option)| Some((place, option.as_ref()?)));
            let repeated = known.filter(|(_, option)| !seen.insert(option.as_str()));
            repeated.map(|(place, _)| WizardsFault::RepeatedOption.at(options.clone().entry(place))).collect()
        }
        CustomFieldType::Text | CustomFieldType::Date | CustomFieldType::Checkbox if !sent.is_empty() => {
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

    fn field(name: &str, kind: CustomFieldType, options: &[&str]) -> SentField {
        let options = options.iter().map(|option| Some((*option).to_owned())).collect();
        SentField {
            name: Some(name.parse().unwrap()),
            kind: Some(kind),
            caption: Some("Field".into()),
            is_required: Some(false),
            options: Some(options),
        }
    }

    fn with_fields(step: Step, fields: Vec<SentField>) -> SentStep {
        SentStep {
            step: Some(step),
            fields: Some(fields.into_iter().map(Some).collect()),
            countries: Some(Set::default()),
            client_types: Some(Set::default()),
        }
    }

    fn told(kind: Option<WizardType>, sent: &[SentStep]) -> Vec<String> {
        let sent: Vec<Option<SentStep>> = sent.iter().cloned().map(Some).collect();
        step_faults(kind, &sent).iter().map(Fault::to_string).collect()
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
        let restricted = SentStep {
            client_types: Some([ClientTypeId::new(1)].into_iter().collect()),
            ..with_fields(Step::MainForm, Vec::new())
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
            with_fields(Step::Captcha, Vec::new()),
            with_fields(Step::TwoFactor, Vec::new()),
        ];
        assert_eq!(
            told(Some(WizardType::Registration), &sent),
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
        let none: [String; 0] = [];
        assert_eq!(told(Some(WizardType::Withdrawal), &[with_fields(Step::TwoFactor, Vec::new())]), none);
    }

    #[test]
    fn what_is_not_known_hides_no_other_fault() {
        use CustomFieldType as T;
        let nameless = SentField { name: None, ..field("x", T::Select, &[]) };
        let mut halved = field("size", T::Select, &["S", "S"]);
        halved.options.as_mut().unwrap().insert(0, None);
        let sent = [
            SentStep { countries: None, ..with_fields(Step::MainForm, vec![nameless, halved]) },
            SentStep { step: None, ..with_fields(Step::MainForm, vec![field("size", T::Date, &[])]) },
            SentStep { fields: None, ..with_fields(Step::MainForm, Vec::new()) },
        ];
        let of_any_type = [
            "choiceWithoutOptions at WizardSteps.0.fields.0.options",
            "repeatedOption at WizardSteps.0.fields.1.options.2",
            "repeatedFieldName at WizardSteps.1.fields.0.name",
            "repeatedStep at WizardSteps.2.step",
        ];
        assert_eq!(told(None, &sent), of_any_type);
        let of_registration = [&["requiredStepRestricted at WizardSteps.0"], &of_any_type[..]].concat();
        assert_eq!(told(Some(WizardType::Registration), &sent), of_registration);
        assert!(sent.iter().all(|sent| sent.setup().is_none()));
        let setup = with_fields(Step::MainForm, vec![field("size", T::Select, &["S"])]).setup().unwrap();
        assert_eq!((setup.step, setup.fields.len(), setup.fields[0].options.len()), (Step::MainForm, 1, 1));
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
