//! Rates that clients are told, to exchange at.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::clients::ClientId;
use domain::ledger::{Amount, CurrencyCode, CurrencyPair};
use domain::payments::{Markups, PaymentsFault, Pricing, QuoteId, RateQuote};
use domain::value::{CommonFault, Fault, FaultCode as _, Field, Refusal, Timestamp, Uuid};

use crate::ledger::currencies::{self, StoredCurrency};
use crate::ledger::{currency_pairs, rates};
use crate::money::Stored;
use crate::schema::exchange_quotes as table;
use crate::{ById, DbConnection, Direction, Error, Page, Paging, Tx};

/// A rate as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredQuote {
    /// Its id.
    pub id: QuoteId,
    /// Its id outside.
    pub uuid: Uuid,
    /// What was told.
    pub data: RateQuote,
}

/// A pair that clients exchange, and the rate that a client was told last; none where no provider has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldRate {
    /// The pair.
    pub pair: CurrencyPair,
    /// The currency that is got.
    pub currency: StoredCurrency,
    /// The rate.
    pub quote: Option<StoredQuote>,
}

/// The currencies of a pair, as a body names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairCodes {
    /// The alphabetic code of what is given.
    pub base: String,
    /// The alphabetic code of what is got.
    pub quote: String,
}

/// Gives what no other quote has.
pub type Fresh<'a> = &'a mut dyn FnMut() -> Result<Uuid, Error>;

#[derive(Queryable)]
struct Row {
    id: QuoteId,
    uuid: Uuid,
    client: ClientId,
    from: CurrencyCode,
    to: CurrencyCode,
    provider_rate: Stored,
    markup_sell: Amount,
    markup_buy: Amount,
    is_used: bool,
    told_at: Timestamp,
    expires_at: Timestamp,
}

fn stored(row: Row) -> StoredQuote {
    let markups = Markups { sell: row.markup_sell, buy: row.markup_buy };
    let data = RateQuote {
        client: row.client,
        from: row.from,
        to: row.to,
        pricing: Pricing { provider_rate: row.provider_rate.into(), markups },
        is_used: row.is_used,
        told_at: row.told_at,
        expires_at: row.expires_at,
    };
    StoredQuote { id: row.id, uuid: row.uuid, data }
}

/// The last rate that a client was told of a pair.
fn last(
    conn: &mut DbConnection,
    client: ClientId,
    (from, to): (CurrencyCode, CurrencyCode),
) -> Result<Option<StoredQuote>, Error> {
    let of_pair = table::table
        .filter(table::client_id.eq(client))
        .filter(table::from_code.eq(from))
        .filter(table::to_code.eq(to))
        .order(table::id.desc());
    Ok(of_pair.first::<Row>(conn).optional()?.map(stored))
}

/// The code of a currency that takes part in new operations.
fn usable(conn: &mut DbConnection, code: &str) -> Result<CurrencyCode, Error> {
    let code = currencies::find(conn, code)?;
    if currencies::usable(conn, &[code])?.is_empty() { Err(Error::NotFound) } else { Ok(code) }
}

/// The pairs that clients exchange from a currency, by the currency that is got.
fn open_pairs(conn: &mut DbConnection, base: CurrencyCode) -> Result<Vec<(CurrencyPair, StoredCurrency)>, Error> {
    let pairs = currency_pairs::open_from(conn, base)?;
    let codes: Vec<CurrencyCode> = pairs.iter().map(|pair| pair.to).collect();
    let mut currencies: HashMap<CurrencyCode, StoredCurrency> = currencies::of_codes(conn, &codes)?;
    currencies.retain(|_, currency| currency.data.enabled);
    Ok(pairs.into_iter().filter_map(|pair| currencies.remove(&pair.to).map(|currency| (pair, currency))).collect())
}

/// Tells a client the rate of a pair anew, unless it was just told. None where no provider has one.
///
/// # Errors
/// [`Error::RateNeeded`] where an outside provider must be asked first.
fn tell_pair(
    tx: &mut Tx<'_>,
    client: ClientId,
    pair: (CurrencyCode, CurrencyCode),
    fresh: Fresh<'_>,
) -> Result<Option<StoredQuote>, Error> {
    let (from, to) = pair;
    let Some(provider_rate) = rates::rate(tx.conn, tx.now, from, to, None)? else { return Ok(None) };
    let sell = currencies::get(tx.conn, from)?.data.markup_sell;
    let buy = currencies::get(tx.conn, to)?.data.markup_buy;
    let pricing = Pricing { provider_rate, markups: Markups { sell, buy } };
    if !pricing.rate().is_ok_and(Amount::is_positive) {
        return Ok(None);
    }
    let told = last(tx.conn, client, pair)?.filter(|quote| quote.data.is_told_again(pricing, tx.now));
    if told.is_some() {
        return Ok(told);
    }
    let quote = RateQuote::told(client, pair, pricing, tx.now);
    let values = (
        table::uuid.eq(fresh()?),
        table::client_id.eq(client),
        table::from_code.eq(from),
        table::to_code.eq(to),
        table::provider_rate.eq(Stored(provider_rate)),
        table::markup_sell.eq(sell.plain()),
        table::markup_buy.eq(buy.plain()),
        table::is_used.eq(false),
        table::create_time.eq(quote.told_at.naive()),
        table::expire_time.eq(quote.expires_at.naive()),
    );
    diesel::insert_into(table::table).values(values).execute(tx.conn)?;
    last(tx.conn, client, pair)
}

/// Tells a client the rates from a currency anew, of one pair or of all. What does not exist is told by [`list`] and [`get`].
///
/// # Errors
/// [`Error::RateNeeded`] where an outside provider must be asked first.
pub fn tell(tx: &mut Tx<'_>, client: ClientId, base: &str, quote: Option<&str>, fresh: Fresh<'_>) -> Result<(), Error> {
    let pairs = match quote {
        Some(quote) => pair_of(tx.conn, base, quote).map(|pair| vec![pair]),
        None => usable(tx.conn, base).and_then(|base| open_pairs(tx.conn, base)),
    };
    let pairs = match pairs {
        Ok(pairs) => pairs,
        Err(Error::NotFound) => return Ok(()),
        Err(error) => return Err(error),
    };
    for (pair, _) in pairs {
        tell_pair(tx, client, (pair.from, pair.to), fresh)?;
    }
    Ok(())
}

/// A pair that clients exchange, by the alphabetic codes.
///
/// # Errors
/// [`Error::NotFound`].
fn pair_of(conn: &mut DbConnection, base: &str, quote: &str) -> Result<(CurrencyPair, StoredCurrency), Error> {
    let (base, quote) = (usable(conn, base)?, usable(conn, quote)?);
    open_pairs(conn, base)?.into_iter().find(|(pair, _)| pair.to == quote).ok_or(Error::NotFound)
}

fn told(
    conn: &mut DbConnection,
    client: ClientId,
    now: Timestamp,
    (pair, currency): (CurrencyPair, StoredCurrency),
) -> Result<ToldRate, Error> {
    let quote = last(conn, client, (pair.from, pair.to))?.filter(|quote| quote.data.is_good(now));
    Ok(ToldRate { pair, currency, quote })
}

/// The pairs that clients exchange from a currency, with the rates that a client was told, a page of them.
///
/// # Errors
/// [`Error::NotFound`] for a currency that is not there, or takes part in nothing new.
pub fn list(
    conn: &mut DbConnection,
    client: ClientId,
    now: Timestamp,
    base: &str,
    paging: &Paging<ById>,
) -> Result<Page<ToldRate>, Error> {
    let base = usable(conn, base)?;
    let page = page_of(open_pairs(conn, base)?, paging)?;
    let data = page.data.into_iter().map(|pair| told(conn, client, now, pair)).collect::<Result<_, _>>()?;
    Ok(Page { total: page.total, data })
}

fn page_of<T>(mut all: Vec<T>, paging: &Paging<ById>) -> Result<Page<T>, Error> {
    if paging.direction == Direction::Descending {
        all.reverse();
    }
    let total = paging.total(|| Ok::<_, Error>(i64::try_from(all.len()).unwrap_or(i64::MAX)))?;
    let [offset, limit] = [paging.offset, paging.limit].map(|count| usize::try_from(count).unwrap_or(usize::MAX));
    Ok(Page { total, data: all.into_iter().skip(offset).take(limit).collect() })
}

/// A pair with the rate that a client was told.
///
/// # Errors
/// [`Error::NotFound`] for a pair that clients do not exchange.
pub fn get(
    conn: &mut DbConnection,
    client: ClientId,
    now: Timestamp,
    base: &str,
    quote: &str,
) -> Result<ToldRate, Error> {
    let pair = pair_of(conn, base, quote)?;
    told(conn, client, now, pair)
}

/// The currencies that clients exchange a currency into, a page of them.
///
/// # Errors
/// As of [`list`].
pub fn paired(conn: &mut DbConnection, base: &str, paging: &Paging<ById>) -> Result<Page<StoredCurrency>, Error> {
    let base = usable(conn, base)?;
    Ok(page_of(open_pairs(conn, base)?, paging)?.map(|(_, currency)| currency))
}

/// Tells a client the rates of several pairs.
///
/// # Errors
/// A refusal with each currency that does not exist and each pair that clients do not exchange.
pub fn tell_pairs(
    tx: &mut Tx<'_>,
    client: ClientId,
    wanted: &[PairCodes],
    fresh: Fresh<'_>,
) -> Result<Vec<ToldRate>, Error> {
    let mut faults: Vec<Fault> = Vec::new();
    let mut pairs = Vec::new();
    for (place, codes) in wanted.iter().enumerate() {
        let place = Field::RatePairs.entry(place);
        let before = faults.len();
        for (code, name) in [(&codes.base, "baseCurrency"), (&codes.quote, "quoteCurrency")] {
            match usable(tx.conn, code) {
                Ok(_) => {}
                Err(Error::NotFound) => faults.push(CommonFault::Unknown.at(place.clone().entry(name))),
                Err(error) => return Err(error),
            }
        }
        if faults.len() > before {
            continue;
        }
        match pair_of(tx.conn, &codes.base, &codes.quote) {
            Ok(pair) => pairs.push(pair),
            Err(Error::NotFound) => faults.push(PaymentsFault::PairNotExchanged.at(place)),
            Err(error) => return Err(error),
        }
    }
    Refusal::unless_empty(faults)?;
    let mut rates = Vec::with_capacity(pairs.len());
    for (pair, currency) in pairs {
        let quote = tell_pair(tx, client, (pair.from, pair.to), fresh)?;
        rates.push(ToldRate { pair, currency, quote });
    }
    Ok(rates)
}

/// Takes the rate that a client exchanges at, so that nobody uses it again.
///
/// # Errors
/// A refusal where it is not good for these currencies.
pub(super) fn take(
    tx: &mut Tx<'_>,
    client: ClientId,
    pair: (CurrencyCode, CurrencyCode),
    uuid: &Uuid,
) -> Result<Pricing, Error> {
    let named = || table::table.filter(table::uuid.eq(uuid));
    let id: Option<QuoteId> = named().select(table::id).first(tx.conn).optional()?;
    if let Some(id) = id {
        tx.lock("exchange_quotes", id)?;
    }
    let known = named().first::<Row>(tx.conn).optional()?.map(stored);
    let pricing = RateQuote::check(known.as_ref().map(|quote| &quote.data), client, pair, tx.now)?;
    diesel::update(named()).set(table::is_used.eq(true)).execute(tx.conn)?;
    Ok(pricing)
}

/// How many expired rates are forgotten at once.
const SWEPT_AT_ONCE: i64 = 1_000;

/// Forgets rates that have expired; answers how many.
pub fn sweep(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let now: NaiveDateTime = tx.now.naive();
    let expired = table::table.filter(table::expire_time.le(now)).order(table::expire_time).limit(SWEPT_AT_ONCE);
    let ids: Vec<QuoteId> = expired.select(table::id).load(tx.conn)?;
    Ok(diesel::delete(table::table.filter(table::id.eq_any(ids))).execute(tx.conn)?)
}
