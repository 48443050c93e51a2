use super::PaymentsFault;
use super::transfer::pair_faults;
use crate::clients::ClientTypeId;
use crate::ledger::{
    AccountBook, AccountFacts, AccountOperation, Amount, AmountError, BrokerBook, CurrencyUnit, Entry, Movement,
    MovementError, Rounding, Side, Step, TransactionKind,
};
use crate::value::{Fault, FaultCode as _, Field, Set, text_enum};

text_enum! {
    /// Which two of source amount, destination amount and rate an exchange names.
    ExchangeType {
        /// What is given, and maybe the rate.
        Sell = "sell",
        /// What is got, and maybe the rate.
        Buy = "buy",
        /// What is given and what is got.
        Direct = "direct",
    }
}

/// What is asked for: two of source amount, destination amount and rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExchangeOrder {
    /// Give an amount, at a typed rate or at the provider's with markups.
    Sell {
        /// What is given.
        source: Amount,
        /// A rate that a user typed, which is final.
        rate: Option<Amount>,
    },
    /// Get an amount.
    Buy {
        /// What is got.
        destination: Amount,
        /// A rate that a user typed, which is final.
        rate: Option<Amount>,
    },
    /// Give one amount and get another.
    Direct {
        /// What is given.
        source: Amount,
        /// What is got.
        destination: Amount,
    },
}

impl ExchangeOrder {
    /// Whether the provider's rate is needed.
    #[must_use]
    pub const fn needs_rate(&self) -> bool {
        matches!(self, Self::Sell { rate: None, .. } | Self::Buy { rate: None, .. })
    }
}

/// What the broker takes, in percent (`docs/rules.md`, Exchange).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Markups {
    /// `markupSell` of the source currency.
    pub sell: Amount,
    /// `markupBuy` of the destination currency.
    pub buy: Amount,
}

impl Markups {
    /// The provider's rate with both markups, kept to 18 places.
    ///
    /// # Errors
    /// [`AmountError`] where it does not fit.
    pub fn on(self, provider_rate: Amount) -> Result<Amount, AmountError> {
        let hundred = Amount::from(100);
        let sell = hundred.minus(self.sell)?;
        let buy = hundred.minus(self.buy)?;
        provider_rate.times(sell).percent().times(buy).percent().rounded(Amount::MAX_SCALE, Rounding::Down)
    }
}

/// What the pair allows, in the base currency; none or 0 for anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PairLimits {
    /// The most of one exchange.
    pub max_amount: Option<Amount>,
    /// What amounts are a multiple of.
    pub step: Option<Amount>,
}

impl PairLimits {
    fn faults(self, order: &ExchangeOrder, source: Amount) -> Vec<Fault> {
        let mut faults = Vec::new();
        if let Some(max) = self.max_amount.filter(|max| max.is_positive() && source > *max) {
            let fault = PaymentsFault::ExchangeAboveMaximum.at(Field::SourceAmount);
            faults.push(fault.with("max", max.plain()));
        }
        let is_typed = !matches!(order, ExchangeOrder::Buy { .. });
        if let Some(step) = self.step.filter(|step| step.is_positive() && is_typed) {
            // Decimals compare by value, so a remainder is exact here.
            let rest = source.decimal().checked_rem(step.decimal());
            if rest.is_none_or(|rest| !rest.is_zero()) {
                let fault = PaymentsFault::NotMultipleOfStep.at(Field::SourceAmount);
                faults.push(fault.with("step", step.plain()));
            }
        }
        faults
    }
}

/// An exchange as it is priced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExchangeQuote {
    /// What is given, in the source currency.
    pub source: Amount,
    /// What is got, in the destination currency.
    pub destination: Amount,
    /// What the broker earns, in the destination currency.
    pub markup: Amount,
    /// The final rate.
    pub rate: Amount,
}

/// Prices an exchange. `provider_rate` is asked for where the order names none.
///
/// # Errors
/// A refusal where there is no rate, a result is 0, or the pair does not allow it.
pub fn price(
    order: &ExchangeOrder,
    source: CurrencyUnit,
    destination: CurrencyUnit,
    limits: PairLimits,
    markups: Markups,
    provider_rate: Option<Amount>,
) -> Result<ExchangeQuote, MovementError> {
    let no_rate = || MovementError::from(PaymentsFault::RateRequired.at(Field::Rate));
    let gross = |given: Amount| match provider_rate.filter(|_| order.needs_rate()) {
        Some(rate) => given.times(rate).rounded(destination.minor_unit, Rounding::Down).map(Some),
        None => Ok(None),
    };
    let final_rate = |typed: Option<Amount>| match (typed, provider_rate) {
        (Some(rate), _) => Ok(rate),
        (None, Some(rate)) => markups.on(rate).map_err(MovementError::from),
        (None, None) => Err(no_rate()),
    };
    let (given, got, rate) = match *order {
        ExchangeOrder::Sell { source: given, rate } => {
            let rate = final_rate(rate)?;
            (given, given.times(rate).rounded(destination.minor_unit, Rounding::Down)?, rate)
        }
        ExchangeOrder::Buy { destination: got, rate } => {
            let rate = final_rate(rate)?;
            (got.over(rate, source.minor_unit, Rounding::Up)?, got, rate)
        }
        ExchangeOrder::Direct { source: given, destination: got } => {
            (given, got, got.over(given, Amount::MAX_SCALE, Rounding::Down)?)
        }
    };
    let mut faults = limits.faults(order, given);
    for (amount, unit, field) in [(given, source, Field::SourceAmount), (got, destination, Field::DestinationAmount)] {
        if !amount.is_positive() {
            faults.push(PaymentsFault::RoundsToZero.at(field));
        }
        faults.extend(unit.place_fault(amount, field));
    }
    if !rate.is_positive() {
        faults.push(PaymentsFault::RoundsToZero.at(Field::Rate));
    }
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let markup = gross(given)?.map_or(Ok(Amount::ZERO), |gross| gross.minus(got))?.max(Amount::ZERO);
    Ok(ExchangeQuote { source: given, destination: got, markup, rate })
}

/// Prices an exchange that waits at the rate that a user sets; the markups go on top. The limits of the pair stopped the
/// client when they asked, and do not count again.
///
/// # Errors
/// A refusal where a result is 0.
pub fn reprice(
    given: Amount,
    source: CurrencyUnit,
    destination: CurrencyUnit,
    markups: Markups,
    rate: Amount,
) -> Result<ExchangeQuote, MovementError> {
    let order = ExchangeOrder::Sell { source: given, rate: None };
    price(&order, source, destination, PairLimits::default(), markups, Some(rate))
}

/// Carries an exchange out: from the balance, or from what was blocked for it.
///
/// # Errors
/// A refusal with every rule that it breaks; see `docs/rules.md`, Checks. What was blocked was checked.
pub fn exchange(
    source: &AccountFacts,
    destination: &AccountFacts,
    quote: &ExchangeQuote,
    from: AccountBook,
) -> Result<Movement, MovementError> {
    if from == AccountBook::Balance {
        let mut faults = pair_faults(source, destination, [AccountOperation::Exchange, AccountOperation::Exchange]);
        if source.currency.code == destination.currency.code {
            faults.push(PaymentsFault::SameCurrency.at(Field::Destination));
        }
        faults.extend(source.funds_fault(quote.source, Field::SourceAmount));
        if !faults.is_empty() {
            return Err(faults.into());
        }
    }
    let gross = quote.destination.plus(quote.markup)?;
    let entry = Entry::of([
        source.posting(from, quote.source.negated()),
        source.broker_posting(BrokerBook::Position, quote.source),
        destination.broker_posting(BrokerBook::Position, gross.negated()),
        destination.broker_posting(BrokerBook::Markup, quote.markup),
        destination.posting(AccountBook::Balance, quote.destination),
    ])?;
    Ok(Movement {
        kind: TransactionKind::Exchange,
        debit: Side {
            account: Some(source.id),
            amount: quote.source,
            commission: Amount::ZERO,
            currency: source.currency.code,
        },
        credit: Side {
            account: Some(destination.id),
            amount: quote.destination,
            commission: quote.markup,
            currency: destination.currency.code,
        },
        rate: quote.rate,
        step: Step::Done,
        entry,
    })
}

/// What decides whether an exchange is done again outside, so that the broker holds no position
/// (`docs/rules.md`, Exchange).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hedging {
    /// Whether the pair is hedged.
    pub pair_is_hedged: bool,
    /// The type of the client.
    pub client_type: ClientTypeId,
    /// The types of clients whose exchanges are not hedged.
    pub left_out: Set<ClientTypeId>,
    /// Whether it is play money.
    pub is_demo: bool,
}

impl Hedging {
    /// Whether the exchange is hedged.
    #[must_use]
    pub fn applies(&self) -> bool {
        self.pair_is_hedged && !self.is_demo && !self.left_out.contains(&self.client_type)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_money_on_a_hedged_pair_is_hedged_unless_the_type_of_client_is_left_out() {
        let retail = ClientTypeId::new(1);
        let hedging = Hedging { pair_is_hedged: true, client_type: retail, left_out: Set::default(), is_demo: false };
        assert!(hedging.applies());
        assert!(!Hedging { pair_is_hedged: false, ..hedging.clone() }.applies());
        assert!(!Hedging { is_demo: true, ..hedging.clone() }.applies());
        assert!(!Hedging { left_out: [retail].into_iter().collect(), ..hedging }.applies());
    }
}
