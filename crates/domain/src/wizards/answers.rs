//! What clients answer to the fields that a broker adds to forms.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{CustomField, CustomFieldName, CustomFieldType};

/// The longest answer in words, in characters.
const MAX_ANSWER_CHARS: usize = 1_000;
/// The first year of days that are answered.
const EARLIEST_YEAR: i32 = 1900;

/// An answer as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SentAnswer {
    /// A text, or a number as it is written.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// Something that no field takes: a list or an object.
    Other,
}

/// Answers as they are sent, by the names of their fields. Other names are of no account.
pub type SentAnswers = BTreeMap<String, SentAnswer>;

/// An answer as it is kept with the client.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct FieldAnswer {
    /// The name of the field.
    pub name: CustomFieldName,
    /// What stood beside the field.
    pub caption: String,
    /// The answer: a text, an option, a day such as `1990-05-01`, `true` or `false`.
    pub value: String,
}

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerProblem {
    /// The field must be answered.
    Missing,
    /// The checkbox must be ticked.
    NotTicked,
    /// It is not a text.
    NotText,
    /// It has more characters than that.
    TooLong {
        /// The most characters.
        max: usize,
    },
    /// It is not a day from 1900 on.
    NotDate,
    /// It is none of the options.
    NotOption,
    /// It is neither yes nor no.
    NotFlag,
}

/// An answer that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerFault {
    /// The field.
    pub name: CustomFieldName,
    /// What is wrong with it.
    pub problem: AnswerProblem,
}

/// The answers to the fields; a field that is not answered, and need not be, has none.
///
/// # Errors
/// Everything that is wrong.
pub fn checked_answers(fields: &[CustomField], sent: &SentAnswers) -> Result<Vec<FieldAnswer>, Vec<AnswerFault>> {
    let (mut answers, mut faults) = (Vec::new(), Vec::new());
    for field in fields {
        match checked(field, sent.get(field.name.as_str())) {
            Ok(None) => {}
            Ok(Some(value)) => {
                answers.push(FieldAnswer { name: field.name.clone(), caption: field.caption.clone(), value });
            }
            Err(problem) => faults.push(AnswerFault { name: field.name.clone(), problem }),
        }
    }
    if faults.is_empty() { Ok(answers) } else { Err(faults) }
}

fn checked(field: &CustomField, sent: Option<&SentAnswer>) -> Result<Option<String>, AnswerProblem> {
    let value = match sent {
        None => None,
        Some(sent) => match field.kind {
            CustomFieldType::Text => words(sent)?,
            CustomFieldType::Date => words(sent)?.map(|text| day(&text)).transpose()?,
            CustomFieldType::Select => match words(sent)? {
                Some(text) if !field.options.contains(&text) => return Err(AnswerProblem::NotOption),
                chosen => chosen,
            },
            CustomFieldType::Checkbox => Some(flag(sent)?),
        },
    };
    let (is_answered, problem) = match field.kind {
        CustomFieldType::Text | CustomFieldType::Date | CustomFieldType::Select => {
            (value.is_some(), AnswerProblem::Missing)
        }
        CustomFieldType::Checkbox => (value.as_deref() == Some("true"), AnswerProblem::NotTicked),
    };
    if field.is_required && !is_answered { Err(problem) } else { Ok(value) }
}

/// A text; none where it is blank.
fn words(sent: &SentAnswer) -> Result<Option<String>, AnswerProblem> {
    let SentAnswer::Text(text) = sent else { return Err(AnswerProblem::NotText) };
    let text = text.trim();
    if text.contains('\0') {
        Err(AnswerProblem::NotText)
    } else if text.chars().count() > MAX_ANSWER_CHARS {
        Err(AnswerProblem::TooLong { max: MAX_ANSWER_CHARS })
    } else {
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }
}

fn day(text: &str) -> Result<String, AnswerProblem> {
    let earliest = NaiveDate::from_ymd_opt(EARLIEST_YEAR, 1, 1).unwrap_or_default();
    let latest = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or_default();
    let day: NaiveDate = text.parse().map_err(|_| AnswerProblem::NotDate)?;
    if (earliest..=latest).contains(&day) { Ok(day.to_string()) } else { Err(AnswerProblem::NotDate) }
}

/// Real callers send yes and no in every form.
fn flag(sent: &SentAnswer) -> Result<String, AnswerProblem> {
    let is_ticked = match sent {
        SentAnswer::Flag(flag) => Some(*flag),
        SentAnswer::Text(text) => match text.trim() {
            "1" | "true" => Some(true),
            "0" | "false" | "" => Some(false),
            _ => None,
        },
        SentAnswer::Other => None,
    };
    is_ticked.map(|is_ticked| is_ticked.to_string()).ok_or(AnswerProblem::NotFlag)
}

#[cfg(feature = "serde")]
impl From<&serde_json::Value> for SentAnswer {
    fn from(value: &serde_json::Value) -> Self {
        use serde_json::Value;
        match value {
            Value::Null => Self::Text(String::new()),
            Value::Bool(flag) => Self::Flag(*flag),
            Value::Number(number) => Self::Text(number.to_string()),
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(_) | Value::Object(_) => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(kind: CustomFieldType, is_required: bool) -> CustomField {
        let options = match kind {
            CustomFieldType::Select => ["Red", "Blue"].map(str::to_owned).into_iter().collect(),
            CustomFieldType::Text | CustomFieldType::Date | CustomFieldType::Checkbox => Vec::new().into(),
        };
        CustomField { name: "field".parse().unwrap(), kind, caption: "Field".into(), is_required, options }
    }

    fn text(text: &str) -> SentAnswer {
        SentAnswer::Text(text.into())
    }

    fn answered(kind: CustomFieldType, sent: &SentAnswer) -> Result<Option<String>, AnswerProblem> {
        checked(&field(kind, false), Some(sent))
    }

    #[test]
    fn an_answer_fits_the_type_of_its_field() {
        use AnswerProblem as P;
        use CustomFieldType as T;
        let longest = "é".repeat(1_000);
        for (kind, sent, expected) in [
            (T::Text, text(" a b "), Ok(Some("a b".to_owned()))),
            (T::Text, text(&longest), Ok(Some(longest.clone()))),
            (T::Text, text(&"é".repeat(1_001)), Err(P::TooLong { max: 1_000 })),
            (T::Text, text("a\0"), Err(P::NotText)),
            (T::Text, text("  "), Ok(None)),
            (T::Text, SentAnswer::Flag(true), Err(P::NotText)),
            (T::Text, SentAnswer::Other, Err(P::NotText)),
            (T::Date, text("1990-05-01"), Ok(Some("1990-05-01".to_owned()))),
            (T::Date, text("1990-02-30"), Err(P::NotDate)),
            (T::Date, text("1899-12-31"), Err(P::NotDate)),
            (T::Date, text("yesterday"), Err(P::NotDate)),
            (T::Date, text(""), Ok(None)),
            (T::Select, text("Red"), Ok(Some("Red".to_owned()))),
            (T::Select, text("red"), Err(P::NotOption)),
            (T::Checkbox, SentAnswer::Flag(true), Ok(Some("true".to_owned()))),
            (T::Checkbox, text("0"), Ok(Some("false".to_owned()))),
            (T::Checkbox, text("1"), Ok(Some("true".to_owned()))),
            (T::Checkbox, text("yes"), Err(P::NotFlag)),
            (T::Checkbox, SentAnswer::Other, Err(P::NotFlag)),
        ] {
            assert_eq!(answered(kind, &sent), expected, "{kind} {sent:?}");
        }
    }

    #[test]
    fn a_required_field_is_answered_and_a_required_checkbox_ticked() {
        for kind in CustomFieldType::ALL {
            let problem =
                if *kind == CustomFieldType::Checkbox { AnswerProblem::NotTicked } else { AnswerProblem::Missing };
            assert_eq!(checked(&field(*kind, true), None), Err(problem), "{kind}");
            assert_eq!(checked(&field(*kind, true), Some(&text(""))), Err(problem), "{kind}");
            assert_eq!(checked(&field(*kind, false), None), Ok(None), "{kind}");
        }
    }

    #[test]
    fn all_faults_are_told_together() {
        let fields = [
            CustomField { name: "one".parse().unwrap(), ..field(CustomFieldType::Text, true) },
            CustomField { name: "two".parse().unwrap(), ..field(CustomFieldType::Date, false) },
        ];
        let sent = SentAnswers::from([("two".to_owned(), text("x")), ("three".to_owned(), text("x"))]);
        let faults = checked_answers(&fields, &sent).unwrap_err();
        let names: Vec<&str> = faults.iter().map(|fault| fault.name.as_str()).collect();
        assert_eq!(names, ["one", "two"]);
    }
}
