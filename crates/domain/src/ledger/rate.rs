use super::{Amount, CurrencyCode, CurrencyPairId, RateProviderId, Rounding};
use crate::value::{Entity, Set, text_enum};

text_enum! {
    /// What gives rates.
    RateSource {
        /// `B2BINPAY`.
        B2binpay = "B2BINPAY",
        /// `BTC-Alpha`.
        BtcAlpha = "BTC-Alpha",
        /// The Central Bank of Russia.
        Cbrf = "CBRF",
        /// `CoinGecko`.
        CoinGecko = "CoinGecko",
        /// `CoinMarketCap`.
        CoinMarketCap = "CoinMarketCap",
        /// Coinsbuy.
        Coinsbuy = "Coinsbuy",
        /// `CryptoCompare`.
        CryptoCompare = "CryptoCompare",
        /// `CryptoWatch`.
        CryptoWatch = "CryptoWatch",
        /// The European Central Bank.
        Ecb = "ECB Rates",
        /// Fixer.
        Fixer = "Fixer",
        /// `WazirX`.
        WazirX = "WazirX",
        /// Xe.
        Xe = "Xe",
        /// One fixed rate, typed in.
        Custom = "custom",
    }
}

/// A source of exchange rates, as it is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateProvider {
    /// Its name; one provider alone has it.
    pub name: String,
    /// What it is. Fixed.
    pub source: RateSource,
    /// Its place: the lowest is asked first.
    pub priority: i64,
    /// Whether it gives rates.
    pub is_enabled: bool,
    /// The currencies that it gives rates of.
    pub from_currencies: Set<CurrencyCode>,
    /// The currencies that it gives rates in.
    pub to_currencies: Set<CurrencyCode>,
    /// How it is reached, as JSON text; this crate does not look into it.
    pub options: String,
}

impl Entity for RateProvider {
    type Id = RateProviderId;
    const RESOURCE: &'static str = "exchange_rate_provider";
}

impl RateProvider {
    /// Whether it may be asked for a rate of these two.
    #[must_use]
    pub fn serves(&self, from: CurrencyCode, to: CurrencyCode) -> bool {
        self.is_enabled && self.from_currencies.contains(&from) && self.to_currencies.contains(&to)
    }
}

/// Two currencies that can be exchanged, one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrencyPair {
    /// What is given. Fixed.
    pub from: CurrencyCode,
    /// What is got. Fixed.
    pub to: CurrencyCode,
    /// Whether clients exchange it.
    pub is_enabled: bool,
    /// Whether users exchange it.
    pub is_enabled_for_admin: bool,
    /// Whether exchanges of it are hedged.
    pub is_hedging_enabled: bool,
    /// Whether a client's exchange waits for approval.
    pub is_request_required: bool,
    /// What amounts are a multiple of, in the base currency; none or 0: anything.
    pub step: Option<Amount>,
    /// The most of one exchange, in the base currency; none or 0: no limit.
    pub max_amount: Option<Amount>,
    /// The providers that are asked before all others, in their order.
    pub rate_providers: Vec<RateProviderId>,
}

impl Entity for CurrencyPair {
    type Id = CurrencyPairId;
    const RESOURCE: &'static str = "currency_pair";
}

/// The dollar, in which limits count and through which rates are crossed.
pub const USD: CurrencyCode = CurrencyCode::new(840);
/// The cents of the dollar.
const USD_PLACES: u32 = 2;

/// Looks for a rate: 1 of a currency to itself; then direct, the inverse, and through USD
/// (`docs/rules.md`, Rates). `ask` gives the rate that a provider has.
///
/// # Errors
/// That of `ask`.
pub fn find_rate<E>(
    from: CurrencyCode,
    to: CurrencyCode,
    ask: &mut dyn FnMut(CurrencyCode, CurrencyCode) -> Result<Option<Amount>, E>,
) -> Result<Option<Amount>, E> {
    if from == to {
        return Ok(Some(Amount::ONE));
    }
    if let Some(rate) = either_way(from, to, ask)? {
        return Ok(Some(rate));
    }
    if from == USD || to == USD {
        return Ok(None);
    }
    let Some(into_usd) = either_way(from, USD, ask)? else { return Ok(None) };
    let Some(out_of_usd) = either_way(USD, to, ask)? else { return Ok(None) };
    let rate = into_usd.times(out_of_usd).rounded(Amount::MAX_SCALE, Rounding::Down).ok();
    Ok(rate.filter(|rate| rate.is_positive()))
}

fn either_way<E>(
    from: CurrencyCode,
    to: CurrencyCode,
    ask: &mut dyn FnMut(CurrencyCode, CurrencyCode) -> Result<Option<Amount>, E>,
) -> Result<Option<Amount>, E> {
    if let Some(rate) = ask(from, to)?.filter(|rate| rate.is_positive()) {
        return Ok(Some(rate));
    }
    let opposite = ask(to, from)?.filter(|rate| rate.is_positive());
    let inverse = opposite.and_then(|rate| Amount::ONE.over(rate, Amount::MAX_SCALE, Rounding::Down).ok());
    Ok(inverse.filter(|rate| rate.is_positive()))
}

/// What an amount is worth in USD, cut to cents; none where that does not fit an amount.
#[must_use]
pub fn usd_worth(amount: Amount, rate: Amount) -> Option<Amount> {
    amount.times(rate).rounded(USD_PLACES, Rounding::Down).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::amount::tests::amount;

    fn known(from: i64, to: i64, rate: &str) -> impl FnMut(CurrencyCode, CurrencyCode) -> Result<Option<Amount>, ()> {
        let (from, to, rate) = (CurrencyCode::new(from), CurrencyCode::new(to), amount(rate));
        move |asked_from, asked_to| Ok((asked_from == from && asked_to == to).then_some(rate))
    }

    #[test]
    fn a_currency_is_worth_itself_without_asking() {
        let rate = find_rate::<()>(CurrencyCode::new(5), CurrencyCode::new(5), &mut |_, _| Err(()));
        assert_eq!(rate, Ok(Some(Amount::ONE)));
    }

    #[test]
    fn the_opposite_rate_is_turned_over() {
        let rate = find_rate(USD, CurrencyCode::new(978), &mut known(978, 840, "1.6"));
        assert_eq!(rate, Ok(Some(amount("0.625"))));
    }

    #[test]
    fn the_last_way_is_through_dollars() {
        let mut ask = |from: CurrencyCode, to: CurrencyCode| {
            Ok::<_, ()>(match (from.get(), to.get()) {
                (1000, 840) => Some(amount("50000")),
                (978, 840) => Some(amount("1.25")),
                _ => None,
            })
        };
        assert_eq!(find_rate(CurrencyCode::new(1000), CurrencyCode::new(978), &mut ask), Ok(Some(amount("40000"))));
        assert_eq!(find_rate(CurrencyCode::new(1000), CurrencyCode::new(392), &mut ask), Ok(None));
    }

    #[test]
    fn an_opposite_rate_that_rounds_to_0_is_none() {
        let huge = "1000000000000000001";
        assert_eq!(find_rate(USD, CurrencyCode::new(978), &mut known(978, 840, huge)), Ok(None));
        let most = find_rate(USD, CurrencyCode::new(978), &mut known(978, 840, "1000000000000000000"));
        assert_eq!(most, Ok(Some(amount("0.000000000000000001"))));
        let mut ask = |from: CurrencyCode, to: CurrencyCode| {
            Ok::<_, ()>(match (from.get(), to.get()) {
                (1000, 840) => Some(amount("50000")),
                (978, 840) => Some(amount(huge)),
                _ => None,
            })
        };
        assert_eq!(find_rate(CurrencyCode::new(1000), CurrencyCode::new(978), &mut ask), Ok(None));
    }

    #[test]
    fn worth_is_cut_to_cents() {
        assert_eq!(usd_worth(amount("1.999"), Amount::ONE), Some(amount("1.99")));
    }
}
