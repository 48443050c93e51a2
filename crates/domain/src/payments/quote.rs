//! Rates that clients are told, to exchange at (`docs/rules.md`, Exchange).

use chrono::TimeDelta;

use super::{Markups, PaymentsFault};
use crate::value::{Amount, AmountError, ClientId, CurrencyCode, FaultCode as _, Field, Refusal, Timestamp};

/// How long a rate is good.
pub const QUOTE_LIFETIME: TimeDelta = TimeDelta::seconds(60);
/// How long a rate that did not change is told again, so that programs that ask all the time do not fill the database.
const TOLD_AGAIN: TimeDelta = TimeDelta::seconds(10);

/// What makes a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pricing {
    /// The rate of the provider.
    pub provider_rate: Amount,
    /// What the broker takes.
    pub markups: Markups,
}

impl Pricing {
    /// The rate with both markups.
    ///
    /// # Errors
    /// [`AmountError`] where it does not fit.
    pub fn rate(self) -> Result<Amount, AmountError> {
        self.markups.on(self.provider_rate)
    }
}

/// A rate that a client was told: good for one exchange of theirs, until it expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateQuote {
    /// Who was told.
    pub client: ClientId,
    /// What is given.
    pub from: CurrencyCode,
    /// What is got.
    pub to: CurrencyCode,
    /// What makes the rate.
    pub pricing: Pricing,
    /// Whether money was exchanged at it.
    pub is_used: bool,
    /// When it was told.
    pub told_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
}

impl RateQuote {
    /// A rate that is told now.
    #[must_use]
    pub fn told(client: ClientId, pair: (CurrencyCode, CurrencyCode), pricing: Pricing, now: Timestamp) -> Self {
        let (from, to) = pair;
        Self { client, from, to, pricing, is_used: false, told_at: now, expires_at: now.plus(QUOTE_LIFETIME) }
    }

    /// Whether it is told again instead of a new one.
    #[must_use]
    pub fn is_told_again(&self, pricing: Pricing, now: Timestamp) -> bool {
        !self.is_used && self.pricing == pricing && now.since(self.told_at) < TOLD_AGAIN
    }

    /// Whether money may be exchanged at it.
    #[must_use]
    pub fn is_good(&self, now: Timestamp) -> bool {
        !self.is_used && now < self.expires_at
    }

    /// Lets a client exchange these currencies at it.
    ///
    /// # Errors
    /// One refusal for all reasons: it is none of the client's, was used, has expired, or is of other currencies.
    pub fn check(
        known: Option<&Self>,
        client: ClientId,
        pair: (CurrencyCode, CurrencyCode),
        now: Timestamp,
    ) -> Result<Pricing, Refusal> {
        let good = known.filter(|quote| quote.client == client && (quote.from, quote.to) == pair && quote.is_good(now));
        good.map(|quote| quote.pricing).ok_or_else(|| PaymentsFault::QuoteNotValid.at(Field::Quote).unprocessable())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAIR: (CurrencyCode, CurrencyCode) = (CurrencyCode::new(840), CurrencyCode::new(978));

    fn at(seconds: i64) -> Timestamp {
        chrono::DateTime::from_timestamp(seconds, 0).unwrap().into()
    }

    fn quote() -> RateQuote {
        let pricing = Pricing { provider_rate: 2.into(), markups: Markups { sell: 10.into(), buy: Amount::ZERO } };
        RateQuote::told(ClientId::new(1), PAIR, pricing, at(0))
    }

    #[test]
    fn markups_are_in_the_rate() {
        assert_eq!(quote().pricing.rate(), Ok("1.8".parse().unwrap()));
    }

    #[test]
    fn a_rate_is_good_once_for_its_client_and_currencies_until_it_expires() {
        let good = quote();
        let client = good.client;
        assert_eq!(RateQuote::check(Some(&good), client, PAIR, at(59)), Ok(good.pricing));
        let used = RateQuote { is_used: true, ..good };
        let swapped = (PAIR.1, PAIR.0);
        for (known, client, pair, now) in [
            (None, client, PAIR, at(0)),
            (Some(&used), client, PAIR, at(0)),
            (Some(&good), ClientId::new(2), PAIR, at(0)),
            (Some(&good), client, swapped, at(0)),
            (Some(&good), client, PAIR, at(60)),
        ] {
            assert!(RateQuote::check(known, client, pair, now).is_err(), "{known:?} {client} {pair:?} {now}");
        }
    }

    #[test]
    fn the_same_rate_is_told_again_for_a_while() {
        let told = quote();
        let other = Pricing { provider_rate: 3.into(), ..told.pricing };
        assert!(told.is_told_again(told.pricing, at(9)));
        assert!(!told.is_told_again(told.pricing, at(10)));
        assert!(!told.is_told_again(other, at(0)));
        assert!(!RateQuote { is_used: true, ..told }.is_told_again(told.pricing, at(0)));
    }
}
