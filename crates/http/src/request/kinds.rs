use std::collections::BTreeSet;
use std::marker::PhantomData;
use std::str::FromStr;

use domain::ledger::{Amount, AmountError};
use domain::value::{self, Enumeration, FaultCode as _, List, LocalizedText, Set, Timestamp};
use serde_json::{Value, json};

use crate::{Fault, RequestFault};

/// The most entries of an array in a body.
const MAX_ENTRIES: usize = 1000;
/// The longest free-form object, in bytes of JSON.
const MAX_OBJECT_BYTES: usize = 65_536;
/// The longest localized text, in characters.
const MAX_LOCALIZED_CHARS: usize = 10_000;

/// A kind of value in a body: how it is parsed, and how it is described.
pub trait Kind {
    /// What it is parsed into.
    type Out: Clone;

    /// Its JSON Schema.
    fn schema(&self) -> Value;

    /// Parses a value that is not null; each fault names its place.
    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Self::Out>;
}

impl<K: Kind> Kind for &K {
    type Out = K::Out;

    fn schema(&self) -> Value {
        (*self).schema()
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<K::Out> {
        (*self).parse(value, at, faults)
    }
}

fn fault<T>(at: &str, fault: impl Into<value::Fault>, faults: &mut Vec<Fault>) -> Option<T> {
    faults.push(Fault::sent(at, fault));
    None
}

/// A text with something that is no blank; no text has a NUL.
const NOT_BLANK: &str = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$";

/// A text, blank or not.
pub const NO_NUL: &str = "^[^\\u0000]*$";

/// What an amount looks like as text: at most 28 digits in all, 18 of them after the point.
const AMOUNT: &str = r"(\d{1,28}|\d{1,10}\.\d{1,18})";

/// An amount as text, or as a whole number: other numbers may be binary floats on their way.
fn amount_schema(pattern: &str, number: Value) -> Value {
    json!({"anyOf": [{"type": "string", "format": "decimal", "pattern": pattern}, number]})
}

/// The largest whole number that every reader of JSON keeps exactly.
const MAX_WHOLE_AMOUNT: i64 = 9_007_199_254_740_991;

/// A text; blanks around it do not count.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// The fewest characters.
    pub min: usize,
    /// The most characters.
    pub max: usize,
}

impl Text {
    /// A name: 1 to 255 characters.
    pub const NAME: Self = Self { min: 1, max: 255 };
    /// A text of up to 255 characters.
    pub const SHORT: Self = Self { min: 0, max: 255 };
    /// A text of up to 10,000 characters.
    pub const LONG: Self = Self { min: 0, max: 10_000 };
}

impl Kind for Text {
    type Out = String;

    fn schema(&self) -> Value {
        let pattern = if self.min > 0 { NOT_BLANK } else { NO_NUL };
        json!({"type": "string", "minLength": self.min, "maxLength": self.max, "pattern": pattern})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<String> {
        let Value::String(text) = value else { return fault(at, RequestFault::NotString, faults) };
        let text = text.trim();
        let length = text.chars().count();
        if length < self.min && length == 0 {
            fault(at, RequestFault::Empty, faults)
        } else if length < self.min || length > self.max {
            fault(at, RequestFault::Length.with("min", self.min).with("max", self.max), faults)
        } else if text.contains('\0') {
            fault(at, RequestFault::NulCharacter, faults)
        } else {
            Some(text.to_owned())
        }
    }
}

/// `true`, `1`, `"1"`, `"true"` and their opposites.
#[derive(Clone, Copy, Debug)]
pub struct YesNo;

impl Kind for YesNo {
    type Out = bool;

    fn schema(&self) -> Value {
        json!({"type": "boolean"})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<bool> {
        let text = match value {
            Value::Bool(flag) => return Some(*flag),
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.clone(),
            _ => String::new(),
        };
        yes_no(&text).or_else(|| fault(at, RequestFault::NotBoolean, faults))
    }
}

pub(super) fn yes_no(text: &str) -> Option<bool> {
    match text {
        "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

/// A whole number, also in digits of a string.
#[derive(Clone, Copy, Debug)]
pub struct Whole {
    /// The smallest.
    pub min: i64,
    /// The largest.
    pub max: i64,
}

impl Whole {
    /// The largest number that answers hold: exact in every client's numbers.
    pub const LARGEST: i64 = 9_007_199_254_740_991;
    /// From 0.
    pub const FROM_ZERO: Self = Self { min: 0, max: Self::LARGEST };
    /// From 1.
    pub const FROM_ONE: Self = Self { min: 1, max: Self::LARGEST };
    /// Of either sign.
    pub const ANY: Self = Self { min: -Self::LARGEST, max: Self::LARGEST };
}

impl Kind for Whole {
    type Out = i64;

    fn schema(&self) -> Value {
        json!({"type": "integer", "minimum": self.min, "maximum": self.max})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<i64> {
        let number = match value {
            Value::Number(number) => whole(number.as_str()),
            Value::String(text) if !text.starts_with('+') => text.parse().ok(),
            _ => None,
        };
        match number {
            Some(number) if (self.min..=self.max).contains(&number) => Some(number),
            Some(_) => fault(at, RequestFault::OutOfRange.with("min", self.min).with("max", self.max), faults),
            None => fault(at, RequestFault::NotInteger, faults),
        }
    }
}

/// The id of a record.
#[derive(Clone, Copy, Debug)]
pub struct Id<T>(PhantomData<T>);

impl<T> Id<T> {
    /// An id of this type.
    #[must_use]
    pub const fn of() -> Self {
        Self(PhantomData)
    }
}

impl<T: From<i64> + Clone> Kind for Id<T> {
    type Out = T;

    fn schema(&self) -> Value {
        Whole::FROM_ONE.schema()
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<T> {
        Whole::FROM_ONE.parse(value, at, faults).map(T::from)
    }
}

/// A whole number as JSON may write it: `5.0` is one too.
fn whole(number: &str) -> Option<i64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    fraction.bytes().all(|digit| digit == b'0').then(|| whole.parse().ok())?
}

/// One of the values of an enumeration.
#[derive(Clone, Copy, Debug)]
pub struct Choice<E>(PhantomData<E>);

impl<E> Choice<E> {
    /// One of the values of this enumeration.
    #[must_use]
    pub const fn of() -> Self {
        Self(PhantomData)
    }
}

impl<E: Enumeration> Kind for Choice<E> {
    type Out = E;

    fn schema(&self) -> Value {
        json!({"type": "string", "enum": E::TEXTS})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<E> {
        let chosen = value.as_str().and_then(|text| text.parse().ok());
        chosen.or_else(|| match E::TEXTS {
            texts if texts.len() > 20 => fault(at, RequestFault::UnknownValue, faults),
            texts => fault(at, RequestFault::NotOneOf.with("values", texts.join(", ")), faults),
        })
    }
}

/// A password that is strong enough.
pub const PASSWORD_PATTERN: &str = r"^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[!-~]{8,72}$";
/// The code of a currency or an alias.
pub const ALPHABETIC_CODE_PATTERN: &str = "^[A-Za-z0-9]{2,10}$";
/// A phone number with its country's code.
pub const PHONE_PATTERN: &str = r"^\+\d{7,15}$";
/// A language, with or without a country.
pub const LOCALITY_PATTERN: &str = "^[a-z]{2,3}(_[A-Z]{2})?$";

/// An IPv4 or IPv6 address.
pub const IP_PATTERN: &str = r"^(((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)|([0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|([0-9A-Fa-f]{1,4}:){1,6}:[0-9A-Fa-f]{1,4}|([0-9A-Fa-f]{1,4}:){1,7}:|::([0-9A-Fa-f]{1,4}:){0,6}[0-9A-Fa-f]{1,4})$";
/// An address, or a CIDR block of addresses.
pub const IP_NETWORK_PATTERN: &str = concat!(
    r"^(((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(/([12]?\d|3[0-2]))?",
    r"|(([0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|([0-9A-Fa-f]{1,4}:){1,6}:[0-9A-Fa-f]{1,4}|([0-9A-Fa-f]{1,4}:){1,7}:|::([0-9A-Fa-f]{1,4}:){0,6}[0-9A-Fa-f]{1,4})(/(12[0-8]|1[01]\d|[1-9]?\d))?)$",
);
/// A link of the web.
pub const LINK_PATTERN: &str = r"^https?://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(/[!-~]*)?$";

/// A link of the web.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    /// The most characters.
    pub max: usize,
}

impl Kind for Link {
    type Out = String;

    fn schema(&self) -> Value {
        json!({"type": "string", "format": "uri", "maxLength": self.max, "pattern": LINK_PATTERN})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<String> {
        let link = Text { min: 0, max: self.max }.parse(value, at, faults)?;
        if url::Url::parse(&link).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
            Some(link)
        } else {
            fault(at, RequestFault::NotLink, faults)
        }
    }
}

/// A text that a type of the domain parses, such as an e-mail address.
#[derive(Clone, Copy, Debug)]
pub struct Parsed<T> {
    keyword: &'static str,
    form: &'static str,
    parsed: PhantomData<T>,
}

impl<T> Parsed<T> {
    /// With a format of OpenAPI.
    #[must_use]
    pub const fn with_format(format: &'static str) -> Self {
        Self { keyword: "format", form: format, parsed: PhantomData }
    }

    /// With a pattern: what matches it is taken.
    #[must_use]
    pub const fn matching(pattern: &'static str) -> Self {
        Self { keyword: "pattern", form: pattern, parsed: PhantomData }
    }
}

impl<T: FromStr<Err: Into<value::Fault>> + Clone> Kind for Parsed<T> {
    type Out = T;

    fn schema(&self) -> Value {
        json!({"type": "string", self.keyword: self.form})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<T> {
        let Value::String(text) = value else { return fault(at, RequestFault::NotString, faults) };
        if text.contains('\0') {
            return fault(at, RequestFault::NulCharacter, faults);
        }
        text.parse().map_err(|error: T::Err| faults.push(Fault::sent(at, error))).ok()
    }
}

/// An amount from 0, from a string or a number; it never passes through a binary float.
#[derive(Clone, Copy, Debug)]
pub struct Amounts;

impl Kind for Amounts {
    type Out = Amount;

    fn schema(&self) -> Value {
        amount_schema(&format!("^{AMOUNT}$"), json!({"type": "integer", "minimum": 0, "maximum": MAX_WHOLE_AMOUNT}))
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Amount> {
        match amount(value) {
            Ok(amount) if !amount.is_negative() => Some(amount),
            Ok(_) => fault(at, RequestFault::Negative, faults),
            Err(error) => fault(at, error, faults),
        }
    }
}

/// Which amounts are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sums {
    /// Above 0.
    Positive,
    /// Anything but 0.
    NotZero,
}

impl Kind for Sums {
    type Out = Amount;

    fn schema(&self) -> Value {
        match self {
            Self::Positive => amount_schema(
                &format!("^(?=.*[1-9]){AMOUNT}$"),
                json!({"type": "integer", "minimum": 1, "maximum": MAX_WHOLE_AMOUNT}),
            ),
            Self::NotZero => amount_schema(
                &format!("^-?(?=.*[1-9]){AMOUNT}$"),
                json!({"type": "integer", "maximum": MAX_WHOLE_AMOUNT, "not": {"const": 0}}),
            ),
        }
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Amount> {
        let amount = amount(value).map_err(|error| faults.push(Fault::sent(at, error))).ok()?;
        match self {
            Self::Positive if !amount.is_positive() => fault(at, RequestFault::NotPositive, faults),
            Self::NotZero if amount.is_zero() => fault(at, RequestFault::Zero, faults),
            Self::Positive | Self::NotZero => Some(amount),
        }
    }
}

fn amount(value: &Value) -> Result<Amount, AmountError> {
    match value {
        Value::String(text) => text.parse(),
        Value::Number(number) => number.as_str().parse(),
        _ => Err(AmountError::NotANumber),
    }
}

/// A percentage from 0; below 100 where that would leave nothing.
#[derive(Clone, Copy, Debug)]
pub struct Percent {
    /// Whether 100 itself is taken.
    pub up_to_all: bool,
}

impl Kind for Percent {
    type Out = Amount;

    fn schema(&self) -> Value {
        let most = if self.up_to_all { 100 } else { 99 };
        json!({"anyOf": [
            {"type": "integer", "minimum": 0, "maximum": most},
            {"type": "string", "format": "decimal", "pattern": r"^\d{1,2}(\.\d{1,18})?$"},
        ]})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Amount> {
        let percent = Amounts.parse(value, at, faults)?;
        let all = Amount::from(100);
        match self.up_to_all {
            true if percent > all => fault(at, RequestFault::AboveMaximum.with("max", 100_i64), faults),
            false if percent >= all => fault(at, RequestFault::NotBelow.with("limit", 100_i64), faults),
            _ => Some(percent),
        }
    }
}

/// A day; a date-time counts as its day.
#[derive(Clone, Copy, Debug)]
pub struct Day;

impl Kind for Day {
    type Out = chrono::NaiveDate;

    fn schema(&self) -> Value {
        json!({"type": "string", "format": "date", "pattern": r"^(19|[2-9]\d)\d\d-"})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<chrono::NaiveDate> {
        let text = value.as_str().unwrap_or_default();
        let day = text.parse().ok().or_else(|| text.parse::<Timestamp>().ok().map(Timestamp::day));
        let earliest = chrono::NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or_default();
        match day {
            Some(day) if day >= earliest => Some(day),
            Some(_) => fault(at, RequestFault::TooEarly.with("earliest", "1900-01-01"), faults),
            None => fault(at, RequestFault::NotDate, faults),
        }
    }
}

/// An object with fields of its own: a function reads them, whose faults name their place.
#[derive(Clone, Copy)]
pub struct Object<T> {
    /// Its JSON Schema.
    pub schema: fn() -> Value,
    /// Reads its fields.
    pub read: fn(&serde_json::Map<String, Value>, &str, &mut Vec<Fault>) -> Option<T>,
}

impl<T: Clone> Kind for Object<T> {
    type Out = T;

    fn schema(&self) -> Value {
        (self.schema)()
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<T> {
        match value {
            Value::Object(object) => (self.read)(object, at, faults),
            _ => fault(at, RequestFault::NotObject, faults),
        }
    }
}

/// An array in its order.
#[derive(Clone, Copy, Debug)]
pub struct ListOf<K>(pub K);

impl<K: Kind> Kind for ListOf<K> {
    type Out = List<K::Out>;

    fn schema(&self) -> Value {
        json!({"type": "array", "items": self.0.schema(), "maxItems": MAX_ENTRIES})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Self::Out> {
        entries(&self.0, value, at, faults).map(List::from)
    }
}

/// An array with at least one entry, in its order.
#[derive(Clone, Copy, Debug)]
pub struct NonEmptyListOf<K>(pub K);

impl<K: Kind> Kind for NonEmptyListOf<K> {
    type Out = List<K::Out>;

    fn schema(&self) -> Value {
        json!({"type": "array", "items": self.0.schema(), "minItems": 1, "maxItems": MAX_ENTRIES})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Self::Out> {
        match value.as_array() {
            Some(values) if values.is_empty() => fault(at, RequestFault::Empty, faults),
            _ => ListOf(&self.0).parse(value, at, faults),
        }
    }
}

/// An array in which a repeated entry is kept once.
#[derive(Clone, Copy, Debug)]
pub struct SetOf<K>(pub K);

impl<K: Kind<Out: Ord>> Kind for SetOf<K> {
    type Out = Set<K::Out>;

    fn schema(&self) -> Value {
        json!({"type": "array", "items": self.0.schema(), "maxItems": MAX_ENTRIES})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Self::Out> {
        entries(&self.0, value, at, faults).map(|entries| entries.into_iter().collect::<BTreeSet<_>>().into())
    }
}

fn entries<K: Kind>(kind: &K, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Vec<K::Out>> {
    let Value::Array(values) = value else { return fault(at, RequestFault::NotArray, faults) };
    if values.len() > MAX_ENTRIES {
        return fault(at, RequestFault::TooManyEntries.with("max", MAX_ENTRIES), faults);
    }
    let parsed: Vec<Option<K::Out>> = values
        .iter()
        .enumerate()
        .map(|(place, value)| {
            let at = format!("{at}.{place}");
            if value.is_null() { fault(&at, RequestFault::Null, faults) } else { kind.parse(value, &at, faults) }
        })
        .collect();
    parsed.into_iter().collect()
}

/// Texts in other languages: an array of key, locale and value, one entry per key and locale.
#[derive(Clone, Copy, Debug)]
pub struct LocalizedTexts;

impl Kind for LocalizedTexts {
    type Out = List<LocalizedText>;

    fn schema(&self) -> Value {
        let properties = json!({
            "key": LocalizedEntry::KEY.schema(),
            "locale": LocalizedEntry::LOCALE.schema(),
            "value": LocalizedEntry::VALUE.schema(),
        });
        let entry = json!({"type": "object", "properties": properties, "required": ["key", "locale", "value"]});
        json!({"type": "array", "maxItems": MAX_ENTRIES, "items": entry})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Self::Out> {
        let texts = entries(&LocalizedEntry, value, at, faults)?;
        let mut kept = BTreeSet::new();
        let doubled = texts.iter().position(|text| !kept.insert((&text.key, &text.locale)));
        match doubled {
            Some(place) => fault(&format!("{at}.{place}"), RequestFault::RepeatedText, faults),
            None => Some(texts.into()),
        }
    }
}

struct LocalizedEntry;

impl LocalizedEntry {
    const KEY: Text = Text::NAME;
    const LOCALE: Text = Text { min: 1, max: 35 };
    const VALUE: Text = Text { min: 0, max: MAX_LOCALIZED_CHARS };
}

impl Kind for LocalizedEntry {
    type Out = LocalizedText;

    fn schema(&self) -> Value {
        json!({"type": "object"})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<LocalizedText> {
        let Value::Object(object) = value else { return fault(at, RequestFault::NotObject, faults) };
        let mut text = |name: &str, kind: Text| match object.get(name) {
            Some(value) => kind.parse(value, &format!("{at}.{name}"), faults),
            None => fault(&format!("{at}.{name}"), RequestFault::Required, faults),
        };
        let key = text("key", Self::KEY);
        let locale = text("locale", Self::LOCALE);
        let value = text("value", Self::VALUE);
        Some(LocalizedText { key: key?, locale: locale?, value: value? })
    }
}

/// A free-form object, kept as its JSON text.
#[derive(Clone, Copy, Debug)]
pub struct ObjectText;

impl Kind for ObjectText {
    type Out = String;

    fn schema(&self) -> Value {
        // Values may nest deeper; what is told here is what readers without recursion need.
        let plain = json!({"anyOf": [{"type": "string", "pattern": NO_NUL}, {"type": ["number", "boolean", "null"]}]});
        let names = json!({"pattern": NO_NUL});
        json!({"type": "object", "propertyNames": names, "additionalProperties": {"anyOf": [
            plain,
            {"type": "array", "items": plain},
            {"type": "object", "propertyNames": names, "additionalProperties": plain},
        ]}})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<String> {
        // PHP clients send an empty object as an empty array.
        let text = match value {
            Value::Array(entries) if entries.is_empty() => "{}".to_owned(),
            Value::Object(_) => value.to_string(),
            _ => return fault(at, RequestFault::NotObject, faults),
        };
        if text.len() > MAX_OBJECT_BYTES {
            fault(at, RequestFault::TooManyBytes.with("bytes", MAX_OBJECT_BYTES), faults)
        } else if text.contains("\\u0000") {
            fault(at, RequestFault::NulCharacter, faults)
        } else {
            Some(text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_may_be_written_with_an_empty_fraction() {
        for (number, parsed) in
            [("5", Some(5)), ("5.0", Some(5)), ("-5.00", Some(-5)), ("5.1", None), ("1e3", None), ("9e99", None)]
        {
            assert_eq!(whole(number), parsed, "{number}");
        }
    }
}
