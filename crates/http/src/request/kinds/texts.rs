use std::marker::PhantomData;
use std::str::FromStr;

use domain::value::{self, CommonFault, TextRule};
use serde_json::{Value, json};

use super::{Kind, fault};
use crate::{Fault, RequestFault};

/// A text with something that is no blank; no text has a NUL.
const NOT_BLANK: &str = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$";

/// A text, blank or not.
pub const NO_NUL: &str = "^[^\\u0000]*$";

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
    pub const NAME: Self = Self::of(TextRule::NAME);
    /// A text of up to 255 characters.
    pub const SHORT: Self = Self::of(TextRule::SHORT);
    /// A text of up to 10,000 characters.
    pub const LONG: Self = Self { min: 0, max: 10_000 };

    const fn of(rule: TextRule) -> Self {
        Self { min: rule.min, max: rule.max }
    }
}

impl Kind for Text {
    type Out = String;

    fn schema(&self) -> Value {
        let pattern = if self.min > 0 { NOT_BLANK } else { NO_NUL };
        json!({"type": "string", "minLength": self.min, "maxLength": self.max, "pattern": pattern})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<String> {
        let Value::String(text) = value else { return fault(at, RequestFault::NotString, faults) };
        let rule = TextRule { min: self.min, max: self.max };
        rule.parse(text).map_err(|fault| faults.push(Fault::sent(at, fault))).ok()
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

/// A host name, an address, or a CIDR block of addresses.
pub const HOST_PATTERN: &str = concat!(
    r"^((?=.{1,253}$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?",
    r"|((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(/([12]?\d|3[0-2]))?",
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
            return fault(at, CommonFault::NulCharacter, faults);
        }
        text.parse().map_err(|error: T::Err| faults.push(Fault::sent(at, error))).ok()
    }
}
