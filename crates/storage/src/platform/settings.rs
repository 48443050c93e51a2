//! The settings of the installation: one row. They are read in the transaction that needs them, so that a change acts at
//! once on every server.

use diesel::prelude::*;
use domain::platform::Settings;
use domain::value::{self, Timestamp};

use crate::schema::settings as table;
use crate::{DbConnection, Error, Tx, json};

const ROW: i64 = 1;

/// The settings as they are stored; secrets are sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSettings {
    /// What can be set.
    pub data: Settings,
    /// When they were last changed.
    pub update_time: Timestamp,
}

impl value::Stored for StoredSettings {
    type Data = Settings;

    fn data(&self) -> &Settings {
        &self.data
    }
}

/// The settings.
pub fn get(conn: &mut DbConnection) -> Result<StoredSettings, Error> {
    let query = table::table.find(ROW).select((table::data, table::update_time));
    let (data, update_time): (String, Timestamp) = query.first(conn)?;
    Ok(StoredSettings { data: serde_json::from_str(&data)?, update_time })
}

/// Holds the settings until the transaction ends, and reads them then.
pub fn lock(tx: &mut Tx<'_>) -> Result<StoredSettings, Error> {
    tx.lock("settings", ROW)?;
    get(tx.conn)
}

/// Makes the row, with the defaults, unless it is there.
pub(crate) fn begin(tx: &mut Tx<'_>) -> Result<(), Error> {
    if table::table.count().get_result::<i64>(tx.conn)? == 0 {
        let data = json(&Settings::default())?;
        let values = (table::id.eq(ROW), table::data.eq(data), table::update_time.eq(tx.now.naive()));
        diesel::insert_into(table::table).values(values).execute(tx.conn)?;
    }
    Ok(())
}

/// Writes the settings.
///
/// # Errors
/// A refusal where a stored secret would be sent to another place.
pub fn update(tx: &mut Tx<'_>, before: &StoredSettings, after: &Settings) -> Result<StoredSettings, Error> {
    before.data.check_change(after)?;
    let values = (table::data.eq(json(after)?), table::update_time.eq(tx.now.naive()));
    diesel::update(table::table.find(ROW)).set(values).execute(tx.conn)?;
    get(tx.conn)
}
