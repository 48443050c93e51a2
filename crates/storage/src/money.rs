//! Amounts in columns: `numeric` in PostgreSQL; in SQLite a text that sorts as the number does.

use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{HasSqlType, Numeric, Text};
use diesel::sqlite::Sqlite;
use domain::ledger::Amount;
use rust_decimal::Decimal;

use crate::connection::{MultiBackend, MultiRawValue};

/// The type of a column that keeps an amount.
#[derive(Clone, Copy, Debug, Default, diesel::sql_types::SqlType, diesel::query_builder::QueryId)]
#[diesel(sqlite_type(name = "Text"), postgres_type(name = "numeric"))]
pub struct Money;

/// How many digits stand before the point in SQLite's text, so that amounts from 0 sort as texts.
const WHOLE_DIGITS: usize = Amount::MAX_DIGITS;

/// An amount as a parameter or a result of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
#[diesel(sql_type = Money)]
pub struct Stored(pub Amount);

fn sortable(amount: Amount) -> String {
    let plain = amount.plain();
    let (sign, unsigned) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest));
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole:0>WHOLE_DIGITS$}{point}{fraction}")
}

impl HasSqlType<Money> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        Self::lookup_sql_type::<Money>(lookup)
    }
}

impl ToSql<Money, Sqlite> for Stored {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(sortable(self.0));
        Ok(IsNull::No)
    }
}

impl ToSql<Money, Pg> for Stored {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Numeric, Pg>::to_sql(&self.0.decimal(), &mut out.reborrow())
    }
}

impl ToSql<Money, MultiBackend> for Stored {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((Money, self));
        Ok(IsNull::No)
    }
}

impl FromSql<Money, Sqlite> for Stored {
    fn from_sql(value: <Sqlite as diesel::backend::Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(<String as FromSql<Text, Sqlite>>::from_sql(value)?.parse()?))
    }
}

impl FromSql<Money, Pg> for Stored {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(<Decimal as FromSql<Numeric, Pg>>::from_sql(value)?.try_into()?))
    }
}

impl FromSql<Money, MultiBackend> for Stored {
    fn from_sql(value: MultiRawValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Self, Money>()
    }
}

impl From<Stored> for Amount {
    fn from(stored: Stored) -> Self {
        stored.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_of_amounts_sort_as_the_amounts() {
        let amounts = ["0", "0.000000000000000001", "0.05", "0.5", "7", "9.99", "10", "1234567890123456789012345678"];
        let texts: Vec<String> = amounts.iter().map(|amount| sortable(amount.parse().unwrap())).collect();
        assert!(texts.is_sorted(), "{texts:?}");
    }

    #[test]
    fn the_text_of_an_amount_is_read_back() {
        for amount in ["0", "-12.5", "98.000000000000000001"] {
            let amount: Amount = amount.parse().unwrap();
            assert_eq!(sortable(amount).parse(), Ok(amount));
        }
    }
}
