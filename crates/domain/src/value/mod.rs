//! What all contexts share: identifiers, enumerations, sets, texts, times and refusals.

pub(crate) mod amount;
mod collections;
mod common_fault;
mod email;
mod fault;
mod field;
mod ids;
mod macros;
mod record;
mod refusal;
mod sum;
mod text;
mod text_rule;
mod timestamp;
mod uuid;

pub use amount::{Amount, AmountError, Exact, Rounding};
pub use collections::{List, NonEmptySet, Set};
pub use common_fault::CommonFault;
pub use email::{Email, EmailError};
pub use fault::{Code, Fault, FaultCode, Param, Place};
pub use field::Field;
pub use ids::{ClientId, ClientTagId, CountryId, CurrencyCode, DocumentId, PlatformId, TestAttemptId};
pub(crate) use macros::{ids, text_enum};
pub use record::{Entity, Identified, Record, Stored};
pub use refusal::Refusal;
pub use sum::Sum;
pub use text::{Locale, LocalizedText, Localizer, folded};
pub use text_rule::{TextRule, day};
pub use timestamp::Timestamp;
pub use uuid::{InvalidUuid, Uuid};

/// An enumeration whose values are texts in answers, bodies and the database.
pub trait Enumeration: Copy + std::str::FromStr + Send + Sync + 'static {
    /// Its name.
    const NAME: &'static str;

    /// All values as texts, in the order of the documentation.
    const TEXTS: &'static [&'static str];

    /// What it is.
    const ABOUT: &'static str;

    /// What each value means, in the order of the texts.
    const MEANINGS: &'static [&'static str];

    /// What it is and what each value means, as Markdown.
    #[must_use]
    fn description() -> String {
        let meanings = Self::TEXTS.iter().zip(Self::MEANINGS);
        let lines = meanings.map(|(text, meaning)| format!("\n- `{text}`: {}", meaning.trim()));
        lines.fold(format!("{}\n", Self::ABOUT.trim()), |description, line| description + &line)
    }
}

/// A text that is none of the values of an enumeration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("none of the known values")]
pub struct UnknownValue;

/// A text that is no id: an id is a whole number from 1 in plain digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a whole number from 1 in plain digits")]
pub struct InvalidId;

/// Reads an id as it stands in a path: plain digits, no sign, no leading zero, from 1.
///
/// # Errors
/// Any other text.
pub fn id_from_digits(text: &str) -> Result<i64, InvalidId> {
    let plain = !text.is_empty() && !text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten().ok_or(InvalidId)
}
