//! The tables that are given: currencies, countries, and the group of administrators.

use diesel::prelude::*;
use domain::identity::UserGroup;
use domain::value::folded;

use crate::schema::{countries, currencies, user_groups};
use crate::{Error, Tx};

const CURRENCIES: &str = include_str!("../data/currencies.tsv");
const COUNTRIES: &str = include_str!("../data/countries.tsv");

/// Fills the tables that are empty.
pub(crate) fn load(tx: &mut Tx<'_>) -> Result<(), Error> {
    let count = |table_is_empty: i64| table_is_empty == 0;
    if count(currencies::table.count().get_result(tx.conn)?) {
        for [code, alphabetic_code, minor_unit, name, explorer] in rows(CURRENCIES) {
            let explorer = (!explorer.is_empty()).then_some(explorer);
            let values = (
                currencies::code.eq(number(code)?),
                currencies::alphabetic_code.eq(alphabetic_code),
                currencies::minor_unit.eq(number(minor_unit)?),
                currencies::name.eq(name),
                currencies::enabled.eq(true),
                currencies::block_explorer.eq(explorer),
                currencies::markup_buy.eq("0"),
                currencies::markup_sell.eq("0"),
                currencies::resources.eq("[]"),
                currencies::create_time.eq(tx.now.naive()),
                currencies::update_time.eq(tx.now.naive()),
            );
            diesel::insert_into(currencies::table).values(values).execute(tx.conn)?;
        }
    }
    if count(countries::table.count().get_result(tx.conn)?) {
        for (id, [alpha2, alpha3, numeric, calling, currency, name]) in (1_i64..).zip(rows(COUNTRIES)) {
            let currency: Option<i64> = currencies::table
                .filter(currencies::alphabetic_code.eq(currency))
                .select(currencies::code)
                .first(tx.conn)
                .optional()?;
            let values = (
                countries::id.eq(id),
                countries::alpha2_code.eq(alpha2),
                countries::alpha3_code.eq(alpha3),
                countries::numeric_code.eq(numeric),
                countries::name.eq(name),
                countries::name_key.eq(folded(name)),
                countries::calling_code.eq(calling),
                countries::currency_code.eq(currency),
                countries::enabled.eq(true),
            );
            diesel::insert_into(countries::table).values(values).execute(tx.conn)?;
        }
    }
    if count(user_groups::table.filter(user_groups::is_administrators.eq(true)).count().get_result(tx.conn)?) {
        let values = (
            user_groups::name.eq(UserGroup::ADMINISTRATORS),
            user_groups::name_key.eq(folded(UserGroup::ADMINISTRATORS)),
            user_groups::is_administrators.eq(true),
            user_groups::permissions.eq("[]"),
        );
        diesel::insert_into(user_groups::table).values(values).execute(tx.conn)?;
    }
    Ok(())
}

/// The rows of a file of tab-separated values; lines that begin with # are remarks.
fn rows<const N: usize>(file: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    file.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        fields.try_into().ok()
    })
}

fn number(text: &str) -> Result<i64, Error> {
    text.parse().map_err(|_| Error::Broken(format!("{text:?} in the reference data is no number")))
}
