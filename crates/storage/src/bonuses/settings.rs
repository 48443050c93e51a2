//! The settings of automatic bonuses and of burning: one row.

use diesel::prelude::*;
use domain::bonuses::BonusSettings;
use domain::ledger::Amount;
use domain::value::Timestamp;

use crate::money::Stored;
use crate::schema::bonus_settings as table;
use crate::{DbConnection, Error, Tx};

const ROW: i64 = 1;

/// The settings, and when they were last changed.
///
/// # Errors
/// Those of the database.
pub fn get(conn: &mut DbConnection) -> Result<(BonusSettings, Timestamp), Error> {
    type Row = (bool, Stored, Option<Stored>, Stored, bool, bool, Timestamp);
    let columns = (
        table::is_enabled,
        table::percent,
        table::most,
        table::least,
        table::burn_if_balance_negative,
        table::burn_on_withdrawal,
        table::update_time,
    );
    let (is_enabled, percent, most, least, burn_if_balance_negative, burn_on_withdrawal, update_time): Row =
        table::table.find(ROW).select(columns).first(conn)?;
    let settings = BonusSettings {
        is_enabled,
        percent: percent.into(),
        limit: most.map(Amount::from),
        minimum: least.into(),
        burn_if_balance_negative,
        burn_on_withdrawal,
    };
    Ok((settings, update_time))
}

/// Makes the row, with the defaults, unless it is there.
pub(crate) fn begin(tx: &mut Tx<'_>) -> Result<(), Error> {
    match get(tx.conn) {
        Err(Error::NotFound) => set(tx, &BonusSettings::default()),
        other => other.map(drop),
    }
}

/// Changes the settings.
///
/// # Errors
/// Those of the database.
pub fn set(tx: &mut Tx<'_>, settings: &BonusSettings) -> Result<(), Error> {
    let values = (
        table::is_enabled.eq(settings.is_enabled),
        table::percent.eq(Stored(settings.percent)),
        table::most.eq(settings.limit.map(Stored)),
        table::least.eq(Stored(settings.minimum)),
        table::burn_if_balance_negative.eq(settings.burn_if_balance_negative),
        table::burn_on_withdrawal.eq(settings.burn_on_withdrawal),
        table::update_time.eq(tx.now.naive()),
    );
    if diesel::update(table::table.find(ROW)).set(values).execute(tx.conn)? == 0 {
        diesel::insert_into(table::table).values((table::id.eq(ROW), values)).execute(tx.conn)?;
    }
    Ok(())
}
