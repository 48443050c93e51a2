//! What each server counted of late, for the others.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::connection::on_each;
use crate::schema::call_counts as table;
use crate::{Error, Tx};

/// A server that has said nothing since then has nothing to tell.
const SILENCE: TimeDelta = TimeDelta::minutes(-1);

/// Puts down what a server counted, and answers what the others did, by their numbers.
pub fn exchange(tx: &mut Tx<'_>, server: i64, counted: &str) -> Result<Vec<(i64, String)>, Error> {
    let now = tx.now.naive();
    let row = (table::server.eq(server), table::counted.eq(counted), table::update_time.eq(now));
    let put = diesel::insert_into(table::table).values(row).on_conflict(table::server).do_update();
    let put =
        put.set((table::counted.eq(excluded(table::counted)), table::update_time.eq(excluded(table::update_time))));
    on_each!(&mut *tx.conn, conn => put.execute(conn))?;
    let silent = tx.now.plus(SILENCE).naive();
    diesel::delete(table::table.filter(table::update_time.lt(silent))).execute(tx.conn)?;
    let others = table::table.filter(table::server.ne(server)).select((table::server, table::counted));
    Ok(others.load(tx.conn)?)
}
