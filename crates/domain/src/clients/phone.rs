use std::fmt;
use std::str::FromStr;

use super::{ClientsFault, PhoneId};
use crate::value::{Entity, Fault, FaultCode as _, text_enum};

text_enum! {
    /// What a phone number reaches.
    PhoneKind {
        /// A landline phone.
        Fixed = "fixed",
        /// A mobile phone.
        Mobile = "mobile",
        /// A fax.
        Fax = "fax",
        /// Voice over IP.
        Voip = "voip",
        /// A pager.
        Pager = "pager",
    }
}

/// A phone number: a plus sign and 7 to 15 digits (ITU-T E.164).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transparent))]
pub struct PhoneNumber(String);

/// A text that is not a phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a valid phone number: a plus sign and 7 to 15 digits")]
pub struct PhoneNumberError;

impl From<PhoneNumberError> for Fault {
    fn from(_: PhoneNumberError) -> Self {
        ClientsFault::NotPhoneNumber.fault()
    }
}

impl PhoneNumber {
    /// The number, without blanks.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PhoneNumber {
    type Err = PhoneNumberError;

    fn from_str(text: &str) -> Result<Self, PhoneNumberError> {
        let number: String =
            text.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '-' | '(' | ')')).collect();
        let digits = number.strip_prefix('+').ok_or(PhoneNumberError)?;
        let is_number = (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { Ok(Self(number)) } else { Err(PhoneNumberError) }
    }
}

/// A phone number of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone {
    /// The number; a client has it once.
    pub number: PhoneNumber,
    /// An extension.
    pub ext: Option<String>,
    /// What it reaches.
    pub kind: Option<PhoneKind>,
    /// Whether the client showed that it is theirs; one of their numbers at most.
    pub confirmed: bool,
    /// Whether their profile shows it; one of their numbers at most.
    pub default: bool,
}

impl Entity for Phone {
    type Id = PhoneId;
    const RESOURCE: &'static str = "client_phone";
}

impl Phone {
    /// Whether a number is confirmed after a change: as the change says, else as before, unless it
    /// is another number, of which nobody showed that it is the client's.
    #[must_use]
    pub fn confirmed_after(before: Option<&Self>, number: &PhoneNumber, said: Option<bool>) -> bool {
        said.unwrap_or_else(|| before.is_some_and(|phone| phone.confirmed && phone.number == *number))
    }
}

/// The number that a profile shows: the default, else the confirmed, else the oldest.
#[must_use]
pub fn shown_number(phones: &[(PhoneId, Phone)]) -> Option<&PhoneNumber> {
    let by = |wanted: fn(&Phone) -> bool| phones.iter().find(|(_, phone)| wanted(phone));
    let oldest = || phones.iter().min_by_key(|(id, _)| *id);
    by(|phone| phone.default).or_else(|| by(|phone| phone.confirmed)).or_else(oldest).map(|(_, phone)| &phone.number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_hyphens_and_brackets_are_dropped() {
        assert_eq!("+7 (999) 208-21-13".parse::<PhoneNumber>().unwrap().as_str(), "+79992082113");
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "79992082113", "+123456", "+1234567890123456", "+1 202 CALL-NOW", "*******2113"] {
            assert_eq!(text.parse::<PhoneNumber>(), Err(PhoneNumberError), "{text}");
        }
    }
}
