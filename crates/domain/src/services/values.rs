use std::collections::{BTreeMap, BTreeSet};

use super::{Access, Parameter, ParameterId, ServicesFault};
use crate::value::{FaultCode as _, Field, Refusal};

/// A value as it is sent: what JSON knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SentValue {
    /// `null`: no value.
    Nothing,
    /// `true` or `false`.
    Yes(bool),
    /// A number, with the digits that it was written with.
    Number(String),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<SentValue>),
    /// An object, which no parameter takes.
    Object,
}

#[cfg(feature = "serde")]
impl From<&serde_json::Value> for SentValue {
    fn from(value: &serde_json::Value) -> Self {
        use serde_json::Value;
        match value {
            Value::Null => Self::Nothing,
            Value::Bool(yes) => Self::Yes(*yes),
            Value::Number(number) => Self::Number(number.to_string()),
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(values) => Self::List(values.iter().map(Self::from).collect()),
            Value::Object(_) => Self::Object,
        }
    }
}

#[cfg(feature = "serde")]
impl From<&SentValue> for serde_json::Value {
    fn from(value: &SentValue) -> Self {
        match value {
            SentValue::Nothing => Self::Null,
            SentValue::Yes(yes) => Self::Bool(*yes),
            // A number keeps its digits where the program has serde_json keep them.
            SentValue::Number(text) => serde_json::from_str(text).unwrap_or_else(|_| Self::String(text.clone())),
            SentValue::Text(text) => Self::String(text.clone()),
            SentValue::List(values) => Self::Array(values.iter().map(Self::from).collect()),
            SentValue::Object => Self::Object(serde_json::Map::new()),
        }
    }
}

/// The values of a subscription or of a preset, by parameter.
pub type Values = BTreeMap<ParameterId, SentValue>;

/// A parameter that a service asks for, and what the caller may do with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedParameter {
    /// Its id.
    pub id: ParameterId,
    /// The parameter.
    pub data: Parameter,
    /// What the caller may do.
    pub access: Access,
}

/// Values that replace those that are stored.
#[derive(Clone, Copy, Debug)]
pub struct ValueChange<'a> {
    /// What the service asks for.
    pub asked: &'a [AskedParameter],
    /// What is stored.
    pub stored: &'a Values,
    /// The parameters that the caller may not change, also those that the service no longer asks for:
    /// their values stay.
    pub fixed: &'a BTreeSet<ParameterId>,
    /// What is sent, by the name of the parameter or by its id.
    pub sent: &'a BTreeMap<String, SentValue>,
}

impl ValueChange<'_> {
    /// The values after the change: what is sent, and what the caller may not change. `field` is
    /// where they are in the body.
    ///
    /// # Errors
    /// A refusal by a rule that names every faulty parameter; for those that the caller may not change
    /// [`Refusal::NotAllowed`].
    pub fn decide(self, field: Field) -> Result<Values, Refusal> {
        let mut values: Values = self
            .stored
            .iter()
            .filter(|(id, _)| self.fixed.contains(id))
            .map(|(id, value)| (*id, value.clone()))
            .collect();
        let (mut faults, mut forbidden) = (Vec::new(), Vec::new());
        let mut seen: Vec<ParameterId> = Vec::new();
        for (key, value) in self.sent {
            let Some(parameter) = self.named(key) else {
                faults.push(ServicesFault::NotServiceParameter.at(field.entry(key)));
                continue;
            };
            if seen.contains(&parameter.id) {
                faults.push(ServicesFault::ParameterRepeated.at(field.entry(key)));
                continue;
            }
            seen.push(parameter.id);
            let checked = match value {
                SentValue::Nothing => None,
                value => match parameter.data.checked(value) {
                    Ok(kept) => Some(kept),
                    Err(fault) => {
                        faults.push(fault.at(field.entry(key)));
                        continue;
                    }
                },
            };
            if parameter.access < Access::Update {
                if checked.as_ref() != self.stored.get(&parameter.id) {
                    forbidden.push(ServicesFault::ParameterReadOnly.at(field.entry(key)));
                }
                continue;
            }
            match checked {
                Some(kept) => drop(values.insert(parameter.id, kept)),
                None => drop(values.remove(&parameter.id)),
            }
        }
        if !faults.is_empty() {
            return Err(Refusal::Unprocessable(faults));
        }
        if forbidden.is_empty() { Ok(values) } else { Err(Refusal::NotAllowed(forbidden)) }
    }

    /// The parameter of this name, else of this id, among those that the caller sees.
    fn named(&self, key: &str) -> Option<&AskedParameter> {
        let mut seen = self.asked.iter().filter(|parameter| parameter.access > Access::None);
        seen.clone()
            .find(|parameter| parameter.data.name == key)
            .or_else(|| seen.find(|parameter| parameter.id.to_string() == key))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::parameter::tests::{any_kind, any_value, parameter};
    use super::super::{Parameter, ParameterKind};
    use super::*;

    fn asked(id: i64, name: &str, kind: ParameterKind, access: Access) -> AskedParameter {
        let data = Parameter { name: name.into(), ..parameter(kind, &["a", "b"]) };
        AskedParameter { id: ParameterId::new(id), data, access }
    }

    fn text(text: &str) -> SentValue {
        SentValue::Text(text.into())
    }

    fn sent(values: &[(&str, SentValue)]) -> BTreeMap<String, SentValue> {
        values.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect()
    }

    fn decide(
        asked: &[AskedParameter],
        stored: &Values,
        sent: &BTreeMap<String, SentValue>,
    ) -> Result<Values, Refusal> {
        let fixed = asked.iter().filter(|known| known.access < Access::Update).map(|known| known.id).collect();
        ValueChange { asked, stored, fixed: &fixed, sent }.decide(Field::ParameterValues)
    }

    /// The rules that refuse it, each with the parameter.
    fn rules(refused: Result<Values, Refusal>) -> Vec<(String, &'static str)> {
        match refused {
            Err(Refusal::Unprocessable(faults) | Refusal::NotAllowed(faults)) => {
                faults.into_iter().map(|fault| (fault.at.unwrap().path.join("."), fault.code.as_str())).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_fault_is_told_with_its_parameter() {
        let asked = [
            asked(1, "plan", ParameterKind::Select, Access::Update),
            asked(2, "seats", ParameterKind::Numeric, Access::Update),
        ];
        let wrong = sent(&[("plan", text("c")), ("seats", text("many")), ("other", text("x")), ("3", text("x"))]);
        let expected = [
            ("3", "notServiceParameter"),
            ("other", "notServiceParameter"),
            ("plan", "valueNotOption"),
            ("seats", "valueNotNumber"),
        ];
        assert_eq!(rules(decide(&asked, &Values::new(), &wrong)), expected.map(|(key, code)| (key.to_owned(), code)));
        let twice = sent(&[("plan", text("a")), ("1", text("b"))]);
        assert_eq!(rules(decide(&asked, &Values::new(), &twice)), [("plan".to_owned(), "parameterRepeated")]);
    }

    #[test]
    fn a_parameter_can_be_named_by_its_id_unless_another_has_it_as_its_name() {
        let asked =
            [asked(1, "2", ParameterKind::Text, Access::Update), asked(2, "x", ParameterKind::Text, Access::Update)];
        let values = decide(&asked, &Values::new(), &sent(&[("2", text("by name")), ("1", text("by id"))]));
        assert_eq!(rules(values), [("2".to_owned(), "parameterRepeated")], "both are the first");
        let values = decide(&asked, &Values::new(), &sent(&[("2", text("by name"))])).unwrap();
        assert_eq!(values.keys().map(|id| id.get()).collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn what_is_sent_replaces_what_the_caller_may_change_and_nothing_else() {
        let asked = [
            asked(1, "open", ParameterKind::Text, Access::Update),
            asked(2, "fixed", ParameterKind::Text, Access::Read),
            asked(3, "secret", ParameterKind::Text, Access::None),
            asked(4, "other", ParameterKind::Text, Access::Update),
        ];
        let stored: Values = [(1, "a"), (2, "b"), (3, "c"), (4, "d")]
            .into_iter()
            .map(|(id, value)| (ParameterId::new(id), text(value)))
            .collect();
        let values = decide(&asked, &stored, &sent(&[("open", text("new")), ("fixed", text("b"))])).unwrap();
        let kept: Vec<(i64, SentValue)> = values.into_iter().map(|(id, value)| (id.get(), value)).collect();
        assert_eq!(kept, [(1, text("new")), (2, text("b")), (3, text("c"))]);
        let refused = decide(&asked, &stored, &sent(&[("fixed", text("x"))]));
        assert!(matches!(refused, Err(Refusal::NotAllowed(_))));
        assert_eq!(rules(refused), [("fixed".to_owned(), "parameterReadOnly")]);
        let unseen = decide(&asked, &stored, &sent(&[("secret", text("c"))]));
        assert_eq!(rules(unseen), [("secret".to_owned(), "notServiceParameter")]);
    }

    #[test]
    fn null_is_no_value() {
        let asked = [asked(1, "open", ParameterKind::Date, Access::Update)];
        let stored: Values = [(ParameterId::new(1), text("2022-01-01"))].into_iter().collect();
        assert_eq!(decide(&asked, &stored, &sent(&[("open", SentValue::Nothing)])), Ok(Values::new()));
    }

    proptest! {
        /// Whatever is sent: what is stored fits its parameters, and what may not be changed stays.
        #[test]
        fn only_right_values_are_ever_kept(
            kinds in prop::collection::vec((any_kind(), 0_usize..3), 1..5),
            values in prop::collection::btree_map("p[0-4]|[1-5]", any_value(), 0..6),
        ) {
            let accesses = [Access::None, Access::Read, Access::Update];
            let asked: Vec<AskedParameter> = kinds
                .into_iter()
                .enumerate()
                .map(|(place, (kind, access))| asked(i64::try_from(place).unwrap() + 1, &format!("p{place}"), kind, accesses[access]))
                .collect();
            let stored = Values::new();
            if let Ok(kept) = decide(&asked, &stored, &values) {
                for (id, value) in kept {
                    let parameter = asked.iter().find(|parameter| parameter.id == id).unwrap();
                    prop_assert_eq!(parameter.access, Access::Update);
                    prop_assert_eq!(parameter.data.checked(&value), Ok(value.clone()));
                }
            }
        }
    }
}
