//! Rates: which provider is asked, and what it last answered (`docs/rules.md`, Rates).

use chrono::TimeDelta;
use diesel::prelude::*;
use domain::ledger::{Amount, CurrencyCode, RateProvider, RateProviderId, RateSource, USD, find_rate};
use domain::value::Timestamp;

pub use super::rate_options::{address, custom_rate};
use super::{currencies, currency_pairs, rate_providers};
use crate::error::RateNeed;
use crate::money::Stored;
use crate::schema::rate_quotes as table;
use crate::{DbConnection, Error, Tx};

/// How long an answer of an outside provider is valid.
const LIFETIME: TimeDelta = TimeDelta::seconds(60);

/// The rate of two currencies now: those that are preferred are asked first, then the others in
/// general order. None where no provider has one.
///
/// # Errors
/// [`Error::RateNeeded`] where an outside provider must be asked first.
pub fn rate(
    conn: &mut DbConnection,
    now: Timestamp,
    from: CurrencyCode,
    to: CurrencyCode,
    preferred: Option<RateProviderId>,
) -> Result<Option<Amount>, Error> {
    if from == to {
        return Ok(Some(Amount::ONE));
    }
    let providers = rate_providers::all(conn)?;
    let pairs = currency_pairs::with_order(conn)?;
    find_rate(from, to, &mut |from, to| {
        let mut first: Vec<RateProviderId> = preferred.into_iter().collect();
        let own = pairs.iter().filter(|pair| pair.from == from && pair.to == to);
        first.extend(own.flat_map(|pair| pair.rate_providers.iter().copied()));
        let place = |id: RateProviderId| first.iter().position(|preferred| *preferred == id).unwrap_or(first.len());
        let mut asked: Vec<_> = providers.iter().filter(|provider| provider.data.serves(from, to)).collect();
        // A stable sort: what is not preferred stays in general order.
        asked.sort_by_key(|provider| place(provider.id));
        for provider in asked {
            let rate = if provider.data.source == RateSource::Custom {
                custom_rate(&provider.data, from)
            } else if address(&provider.data).is_some() {
                quoted(conn, now, RateNeed { provider: provider.id, from, to })?
            } else {
                None
            };
            if rate.is_some() {
                return Ok(rate);
            }
        }
        Ok(None)
    })
}

/// The rate to USD, in which limits count.
///
/// # Errors
/// [`Error::RateNeeded`] where an outside provider must be asked first.
pub fn to_usd(conn: &mut DbConnection, now: Timestamp, from: CurrencyCode) -> Result<Option<Amount>, Error> {
    rate(conn, now, from, USD, None)
}

fn quoted(conn: &mut DbConnection, now: Timestamp, need: RateNeed) -> Result<Option<Amount>, Error> {
    let quote = table::table.find((need.provider, need.from, need.to)).select((table::rate, table::fetch_time));
    let quote: Option<(Option<Stored>, Timestamp)> = quote.first(conn).optional()?;
    match quote {
        Some((rate, fetch_time)) if now.since(fetch_time) < LIFETIME => Ok(rate.map(Amount::from)),
        _ => Err(Error::RateNeeded(need)),
    }
}

/// Whether an outside provider gives one of its rates.
///
/// # Errors
/// [`Error::RateNeeded`] where it must be asked first.
pub fn answers(
    conn: &mut DbConnection,
    now: Timestamp,
    provider: RateProviderId,
    data: &RateProvider,
) -> Result<bool, Error> {
    let pair = data
        .from_currencies
        .iter()
        .find_map(|from| data.to_currencies.iter().find(|to| *to != from).map(|to| (*from, *to)));
    match pair {
        Some((from, to)) => Ok(quoted(conn, now, RateNeed { provider, from, to })?.is_some()),
        None => Ok(false),
    }
}

/// Stores what an outside provider answered; none where it had no rate or did not answer. If the
/// provider or a currency was deleted in the meantime, nothing is stored.
pub fn keep(tx: &mut Tx<'_>, need: RateNeed, rate: Option<Amount>) -> Result<(), Error> {
    tx.hold("rate_providers", &[need.provider])?;
    let is_there = match rate_providers::get(tx.conn, need.provider) {
        Ok(_) => currencies::hold(tx, &[need.from, need.to])?.len() == 2,
        Err(Error::NotFound) => false,
        Err(error) => return Err(error),
    };
    if !is_there {
        return Ok(());
    }
    let values = (table::rate.eq(rate.map(Stored)), table::fetch_time.eq(tx.now.naive()));
    let quote = table::table.find((need.provider, need.from, need.to));
    if diesel::update(quote).set(values).execute(tx.conn)? == 0 {
        let key = (table::provider_id.eq(need.provider), table::from_code.eq(need.from), table::to_code.eq(need.to));
        match tx.attempt(|tx| Ok(diesel::insert_into(table::table).values((key, values)).execute(tx.conn)?)) {
            // Another server stored one in the meantime.
            Ok(_) | Err(Error::Taken) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
