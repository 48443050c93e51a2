//! The settings of automatic bonuses and of burning: one row.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::bonuses::BonusSettings;
use domain::ledger::Amount;
use domain::value::{self, Timestamp};

use crate::money::Stored;
use crate::schema::bonus_settings as table;
use crate::{DbConnection, Error, Tx};

const ROW: i64 = 1;

#[derive(Queryable)]
struct Row {
    is_enabled: bool,
    percent: Stored,
    most: Option<Stored>,
    least: Stored,
    burn_if_balance_negative: bool,
    burn_on_withdrawal: bool,
    update_time: Timestamp,
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (
        table::is_enabled,
        table::percent,
        table::most,
        table::least,
        table::burn_if_balance_negative,
        table::burn_on_withdrawal,
        table::update_time,
    )
}

/// The settings as they are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSettings {
    /// What can be set.
    pub data: BonusSettings,
    /// When they were last changed.
    pub update_time: Timestamp,
}

impl value::Stored for StoredSettings {
    type Data = BonusSettings;

    fn data(&self) -> &BonusSettings {
        &self.data
    }
}

/// The settings.
pub fn get(conn: &mut DbConnection) -> Result<StoredSettings, Error> {
    let row: Row = table::table.find(ROW).select(columns()).first(conn)?;
    let data = BonusSettings {
        is_enabled: row.is_enabled,
        percent: row.percent.into(),
        limit: row.most.map(Amount::from),
        minimum: row.least.into(),
        burn_if_balance_negative: row.burn_if_balance_negative,
        burn_on_withdrawal: row.burn_on_withdrawal,
    };
    Ok(StoredSettings { data, update_time: row.update_time })
}

/// Holds the settings until the transaction ends, and reads them then.
pub fn lock(tx: &mut Tx<'_>) -> Result<StoredSettings, Error> {
    tx.lock("bonus_settings", ROW)?;
    get(tx.conn)
}

/// Makes the row, with the defaults, unless it is there.
pub(crate) fn begin(tx: &mut Tx<'_>) -> Result<(), Error> {
    match get(tx.conn) {
        Err(Error::NotFound) => set(tx, &BonusSettings::default()),
        other => other.map(drop),
    }
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Values {
    is_enabled: bool,
    percent: Stored,
    most: Option<Stored>,
    least: Stored,
    burn_if_balance_negative: bool,
    burn_on_withdrawal: bool,
    update_time: NaiveDateTime,
}

/// Writes the settings.
pub fn update(tx: &mut Tx<'_>, _: &StoredSettings, after: &BonusSettings) -> Result<StoredSettings, Error> {
    set(tx, after)?;
    get(tx.conn)
}

fn set(tx: &mut Tx<'_>, settings: &BonusSettings) -> Result<(), Error> {
    let values = || Values {
        is_enabled: settings.is_enabled,
        percent: Stored(settings.percent),
        most: settings.limit.map(Stored),
        least: Stored(settings.minimum),
        burn_if_balance_negative: settings.burn_if_balance_negative,
        burn_on_withdrawal: settings.burn_on_withdrawal,
        update_time: tx.now.naive(),
    };
    if diesel::update(table::table.find(ROW)).set(values()).execute(tx.conn)? == 0 {
        diesel::insert_into(table::table).values((table::id.eq(ROW), values())).execute(tx.conn)?;
    }
    Ok(())
}
