use super::{ParameterCategoryId, ParameterId, SentValue, ServiceId, ServicesFault};
use crate::value::{Amount, Entity, Fault, FaultCode as _, Field, List, Refusal, Set, text_enum};

text_enum! {
    /// What the values of a parameter are.
    ParameterKind {
        /// A text.
        Text = "text",
        /// A number, or a decimal string.
        Numeric = "numeric",
        /// A day, as `2022-12-31`.
        Date = "date",
        /// One of the options.
        Select = "select",
        /// A list of options; a repeated one is kept once.
        Multiselect = "multiselect",
        /// Yes or no.
        Checkbox = "checkbox",
        /// A list of rows, each a list of cells.
        SpreadSheet = "spread_sheet",
    }
}

impl ParameterKind {
    /// Whether its values are chosen among options.
    #[must_use]
    pub const fn has_options(self) -> bool {
        match self {
            Self::Select | Self::Multiselect => true,
            Self::Text | Self::Numeric | Self::Date | Self::Checkbox | Self::SpreadSheet => false,
        }
    }
}

/// A parameter: a value that is asked for with the services that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name, which is the key of its values; unique.
    pub name: String,
    /// What it is for.
    pub caption: String,
    /// Who sees it; none: everybody who may see paid services or subscriptions.
    pub category: Option<ParameterCategoryId>,
    /// What its values are.
    pub kind: ParameterKind,
    /// The services that ask for it.
    pub services: Set<ServiceId>,
    /// What can be chosen, where its kind has options.
    pub options: List<String>,
    /// Its settings as they were sent, as JSON text; the options are among them.
    pub settings: String,
}

impl Entity for Parameter {
    type Id = ParameterId;
    const RESOURCE: &'static str = "paid_service_parameter";
}

/// The most characters of a text, and of a cell.
const MAX_CHARS: usize = 10_000;
/// The most rows, cells in a row, and choices.
const MAX_ENTRIES: usize = 1_000;

impl Parameter {
    /// A parameter whose values are chosen needs options.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        (self.kind.has_options() && self.options.is_empty())
            .then(|| ServicesFault::OptionsRequired.at(Field::ParameterOptions).with("type", self.kind.as_str()))
    }

    /// The value as it is stored, if it is one of this parameter.
    ///
    /// # Errors
    /// What is wrong with the value.
    pub fn checked(&self, value: &SentValue) -> Result<SentValue, Fault> {
        match (self.kind, value) {
            (ParameterKind::Text, SentValue::Text(text)) => within(text),
            (ParameterKind::Text, _) => Err(ServicesFault::ValueNotText.fault()),
            (ParameterKind::Numeric, SentValue::Number(text) | SentValue::Text(text))
                if text.parse::<Amount>().is_ok() =>
            {
                Ok(value.clone())
            }
            (ParameterKind::Numeric, _) => Err(ServicesFault::ValueNotNumber.fault()),
            (ParameterKind::Date, SentValue::Text(text)) if is_day(text) => Ok(value.clone()),
            (ParameterKind::Date, _) => Err(ServicesFault::ValueNotDate.fault()),
            (ParameterKind::Select, SentValue::Text(text)) => self.option(text).map(|()| value.clone()),
            (ParameterKind::Select, _) => Err(self.no_option()),
            (ParameterKind::Multiselect, SentValue::List(values)) => self.choices(values),
            (ParameterKind::Multiselect, _) => Err(ServicesFault::ValueNotOptionList.fault()),
            (ParameterKind::Checkbox, SentValue::Yes(_)) => Ok(value.clone()),
            (ParameterKind::Checkbox, SentValue::Number(text)) => match text.as_str() {
                "0" => Ok(SentValue::Yes(false)),
                "1" => Ok(SentValue::Yes(true)),
                _ => Err(ServicesFault::ValueNotYesNo.fault()),
            },
            (ParameterKind::Checkbox, _) => Err(ServicesFault::ValueNotYesNo.fault()),
            (ParameterKind::SpreadSheet, SentValue::List(rows)) => {
                check_rows(rows)?;
                Ok(value.clone())
            }
            (ParameterKind::SpreadSheet, _) => Err(ServicesFault::ValueNotRows.fault()),
        }
    }

    fn no_option(&self) -> Fault {
        ServicesFault::ValueNotOption.with("options", self.options.join(", "))
    }

    fn option(&self, text: &str) -> Result<(), Fault> {
        if self.options.iter().any(|option| option == text) { Ok(()) } else { Err(self.no_option()) }
    }

    fn choices(&self, values: &[SentValue]) -> Result<SentValue, Fault> {
        let mut kept: Vec<SentValue> = Vec::new();
        for value in values {
            match value {
                SentValue::Text(text) => self.option(text)?,
                SentValue::Nothing
                | SentValue::Yes(_)
                | SentValue::Number(_)
                | SentValue::List(_)
                | SentValue::Object => return Err(self.no_option()),
            }
            if !kept.contains(value) {
                kept.push(value.clone());
            }
        }
        Ok(SentValue::List(kept))
    }
}

fn within(text: &str) -> Result<SentValue, Fault> {
    if text.chars().count() > MAX_CHARS {
        return Err(ServicesFault::ValueTooLong.fault());
    }
    Ok(SentValue::Text(text.to_owned()))
}

fn is_day(text: &str) -> bool {
    text.len() == "2022-12-31".len() && text.parse::<chrono::NaiveDate>().is_ok()
}

fn check_rows(rows: &[SentValue]) -> Result<(), Fault> {
    if rows.len() > MAX_ENTRIES {
        return Err(ServicesFault::ValueTooLong.fault());
    }
    for row in rows {
        let SentValue::List(cells) = row else { return Err(ServicesFault::ValueNotRows.fault()) };
        if cells.len() > MAX_ENTRIES {
            return Err(ServicesFault::ValueTooLong.fault());
        }
        for cell in cells {
            match cell {
                SentValue::Text(text) => drop(within(text)?),
                SentValue::Nothing | SentValue::Yes(_) | SentValue::Number(_) => {}
                SentValue::List(_) | SentValue::Object => {
                    return Err(ServicesFault::ValueNotRows.fault());
                }
            }
        }
    }
    Ok(())
}

/// A parameter before and after a change.
#[derive(Clone, Copy, Debug)]
pub struct ParameterChange<'a> {
    /// As it was.
    pub before: &'a Parameter,
    /// As it will be.
    pub after: &'a Parameter,
    /// How many values of it are stored, in subscriptions and in presets.
    pub stored_values: i64,
}

impl ParameterChange<'_> {
    /// Values that are stored are of the type that they were checked against.
    ///
    /// # Errors
    /// A conflict.
    pub fn check(self) -> Result<(), Refusal> {
        if self.before.kind != self.after.kind && self.stored_values > 0 {
            let fault = ServicesFault::ValuesStored.at(Field::Type).with("count", self.stored_values);
            return Err(fault.with("type", self.before.kind.as_str()).conflict());
        }
        Ok(())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub fn parameter(kind: ParameterKind, options: &[&str]) -> Parameter {
        Parameter {
            name: "p".into(),
            caption: "P".into(),
            category: None,
            kind,
            services: Set::default(),
            options: options.iter().map(ToString::to_string).collect(),
            settings: "{}".into(),
        }
    }

    fn text(text: &str) -> SentValue {
        SentValue::Text(text.into())
    }

    fn number(text: &str) -> SentValue {
        SentValue::Number(text.into())
    }

    fn list(values: &[SentValue]) -> SentValue {
        SentValue::List(values.to_vec())
    }

    #[test]
    fn each_kind_takes_its_own_values() {
        use ParameterKind as K;
        let options = ["red", "green"];
        let right = [
            (K::Text, text("")),
            (K::Numeric, number("-12.5")),
            (K::Numeric, text("12.500")),
            (K::Date, text("2024-02-29")),
            (K::Select, text("red")),
            (K::Multiselect, list(&[text("red"), text("green")])),
            (K::Multiselect, list(&[])),
            (K::Checkbox, SentValue::Yes(true)),
            (K::SpreadSheet, list(&[list(&[text("a"), number("1"), SentValue::Nothing]), list(&[])])),
        ];
        for (kind, value) in right {
            assert_eq!(parameter(kind, &options).checked(&value), Ok(value.clone()), "{kind}");
        }
        let wrong = [
            (K::Text, number("1")),
            (K::Numeric, text("twelve")),
            (K::Numeric, SentValue::Yes(true)),
            (K::Date, text("2023-02-29")),
            (K::Date, text("2023-2-1")),
            (K::Date, text("2023-02-01T00:00:00Z")),
            (K::Select, text("blue")),
            (K::Select, list(&[text("red")])),
            (K::Multiselect, text("red")),
            (K::Multiselect, list(&[text("red"), text("blue")])),
            (K::Multiselect, list(&[number("1")])),
            (K::Checkbox, text("true")),
            (K::Checkbox, number("2")),
            (K::SpreadSheet, list(&[text("a")])),
            (K::SpreadSheet, list(&[list(&[list(&[])])])),
            (K::SpreadSheet, SentValue::Object),
        ];
        for (kind, value) in wrong {
            assert!(parameter(kind, &options).checked(&value).is_err(), "{kind}: {value:?}");
        }
    }

    #[test]
    fn repeated_choices_are_kept_once_and_a_checkbox_is_a_boolean() {
        let choices = parameter(ParameterKind::Multiselect, &["a", "b"]);
        let kept = choices.checked(&list(&[text("b"), text("a"), text("b")]));
        assert_eq!(kept, Ok(list(&[text("b"), text("a")])));
        let checkbox = parameter(ParameterKind::Checkbox, &[]);
        assert_eq!(checkbox.checked(&number("1")), Ok(SentValue::Yes(true)));
    }

    #[test]
    fn what_is_chosen_needs_options() {
        assert!(parameter(ParameterKind::Select, &[]).fault().is_some());
        assert!(parameter(ParameterKind::Select, &["a"]).fault().is_none());
        assert!(parameter(ParameterKind::Text, &[]).fault().is_none());
    }

    #[test]
    fn a_type_with_stored_values_stays() {
        let (before, after) = (parameter(ParameterKind::Text, &[]), parameter(ParameterKind::Numeric, &[]));
        let change = ParameterChange { before: &before, after: &after, stored_values: 1 };
        assert!(matches!(change.check(), Err(Refusal::Conflict(_))));
        assert!(ParameterChange { stored_values: 0, ..change }.check().is_ok());
        assert!(ParameterChange { after: &before, ..change }.check().is_ok());
    }

    pub fn any_value() -> impl Strategy<Value = SentValue> {
        let leaf = prop_oneof![
            Just(SentValue::Nothing),
            Just(SentValue::Object),
            any::<bool>().prop_map(SentValue::Yes),
            "-?[0-9]{1,6}(\\.[0-9]{1,3})?".prop_map(SentValue::Number),
            "[a-c]{0,2}|[0-9.]{1,4}|20[0-9]{2}-[01][0-9]-[0-3][0-9]".prop_map(SentValue::Text),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| prop::collection::vec(inner, 0..4).prop_map(SentValue::List))
    }

    pub fn any_kind() -> impl Strategy<Value = ParameterKind> {
        prop::sample::select(ParameterKind::ALL)
    }

    proptest! {
        /// What was accepted is accepted again, unchanged.
        #[test]
        fn checking_twice_changes_nothing(kind in any_kind(), value in any_value()) {
            let parameter = parameter(kind, &["a", "b", "ab"]);
            if let Ok(kept) = parameter.checked(&value) {
                prop_assert_eq!(parameter.checked(&kept), Ok(kept.clone()));
            }
        }

        /// Nothing but an option is ever kept.
        #[test]
        fn only_options_are_chosen(value in any_value()) {
            let options = ["a", "b"];
            if let Ok(SentValue::List(kept)) = parameter(ParameterKind::Multiselect, &options).checked(&value) {
                prop_assert!(kept.len() <= options.len());
                prop_assert!(kept.iter().all(|value| matches!(value, SentValue::Text(text) if options.contains(&text.as_str()))));
            }
        }
    }
}
