use super::{Amount, CurrencyAliasId, CurrencyCode, LedgerFault};
use crate::value::{CommonFault, Entity, Fault, FaultCode as _, Field, List, LocalizedText, Refusal};

/// A currency of the system. What identifies it is its numeric code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Currency {
    /// Such as BTC; in capitals. Fixed.
    pub alphabetic_code: String,
    /// Its name in English.
    pub name: String,
    /// Its places after the point: 0 to 18.
    pub minor_unit: i64,
    /// Whether it takes part in new operations.
    pub enabled: bool,
    /// A link with the placeholder `{address}`, for crypto-currencies.
    pub block_explorer: Option<String>,
    /// What the broker takes when it is bought, in percent.
    pub markup_buy: Amount,
    /// What the broker takes when it is sold, in percent.
    pub markup_sell: Amount,
    /// Its texts in other languages.
    pub resources: List<LocalizedText>,
}

impl Entity for Currency {
    type Id = CurrencyCode;
    const RESOURCE: &'static str = "currency";
}

/// The currencies on whose chains many share one address, so that a tag or a memo tells whose money it is.
const WITH_TAG_OR_MEMO: [&str; 9] = ["ATOM", "EOS", "HBAR", "HIVE", "STX", "TON", "XEM", "XLM", "XRP"];

impl Currency {
    /// Whether a payment to an address names its recipient by a tag or a memo, too.
    #[must_use]
    pub fn has_destination_tag_or_memo(&self) -> bool {
        has_destination_tag_or_memo(&self.alphabetic_code)
    }
}

/// The same of the currency with this alphabetic code.
#[must_use]
pub fn has_destination_tag_or_memo(alphabetic_code: &str) -> bool {
    WITH_TAG_OR_MEMO.contains(&alphabetic_code)
}

/// The code by which people name a currency: 2 to 10 letters or digits, in capitals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlphabeticCode(String);

/// A text that is not a currency code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be 2 to 10 letters or digits")]
pub struct AlphabeticCodeError;

impl From<AlphabeticCodeError> for Fault {
    fn from(_: AlphabeticCodeError) -> Self {
        LedgerFault::NotCurrencyCode.fault()
    }
}

impl AlphabeticCode {
    /// The code, in capitals.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for AlphabeticCode {
    type Err = AlphabeticCodeError;

    fn from_str(text: &str) -> Result<Self, AlphabeticCodeError> {
        let is_code = (2..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_code.then(|| Self(text.to_ascii_uppercase())).ok_or(AlphabeticCodeError)
    }
}

/// What decides whether a currency may be changed.
#[derive(Clone, Copy, Debug)]
pub struct CurrencyChange<'a> {
    /// The currency as it is.
    pub before: &'a Currency,
    /// After the change.
    pub after: &'a Currency,
}

impl CurrencyChange<'_> {
    /// Whether amounts have fewer places afterwards.
    #[must_use]
    pub const fn takes_places(self) -> bool {
        self.after.minor_unit < self.before.minor_unit
    }

    /// Places are never taken away from money that is there: a balance or a hold of an account.
    ///
    /// # Errors
    /// [`Refusal::Conflict`].
    pub fn check(self, has_money: bool) -> Result<(), Refusal> {
        if self.takes_places() && has_money {
            return Err(LedgerFault::CurrencyPlacesInUse.conflict());
        }
        Ok(())
    }
}

/// Another code by which an outside system names a currency.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct CurrencyAlias {
    /// The other code: 2 to 10 letters or digits, in capitals. No other alias and no currency has it.
    pub alphabetic_code: String,
    /// What the outside system calls the currency.
    pub name: String,
    /// The currency that it stands for.
    pub numeric_code: CurrencyCode,
}

impl Entity for CurrencyAlias {
    type Id = CurrencyAliasId;
    const RESOURCE: &'static str = "currency_alias";
}

impl Currency {
    /// Its code and places.
    #[must_use]
    pub fn unit(&self, code: CurrencyCode) -> CurrencyUnit {
        CurrencyUnit { code, minor_unit: u32::try_from(self.minor_unit).unwrap_or(0) }
    }
}

/// What money of a currency is rounded to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CurrencyUnit {
    /// The currency.
    pub code: CurrencyCode,
    /// Its places after the point.
    pub minor_unit: u32,
}

impl CurrencyUnit {
    /// Why an amount of it is refused: more places than it has.
    #[must_use]
    pub fn place_fault(self, amount: Amount, field: Field) -> Option<Fault> {
        let places = self.minor_unit;
        (amount.scale() > places).then(|| CommonFault::TooManyPlaces.at(field).with("places", places))
    }
}

impl CurrencyCode {
    /// The smallest code that is no money of a state.
    pub const FIRST_WITHOUT_STATE: i64 = 1000;

    /// Whether it is money of a state: ISO 4217 codes have three digits.
    #[must_use]
    pub const fn is_fiat(self) -> bool {
        self.get() < Self::FIRST_WITHOUT_STATE
    }
}
