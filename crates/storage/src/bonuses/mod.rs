//! Bonuses: what is given, the engine that runs their lives, and what they are made from.

pub mod awards;
pub mod engine;
pub mod positions;
pub mod presets;
pub mod programs;
pub mod settings;

/// The columns of the terms in a table, in the order of `BonusTerms`.
macro_rules! terms_columns {
    ($table:ident) => {
        (
            $table::lifetime,
            $table::dynamic_lots,
            $table::enable_auto_credit,
            $table::scalping_threshold,
            $table::enable_trade,
            $table::disabled_groups,
        )
    };
}

/// The terms as values of those columns.
macro_rules! terms_values {
    ($table:ident, $terms:expr) => {{
        let terms: &domain::bonuses::BonusTerms = $terms;
        (
            $table::lifetime.eq(terms.lifetime),
            $table::dynamic_lots.eq($crate::money::Stored(terms.dynamic_lots)),
            $table::enable_auto_credit.eq(terms.enable_auto_credit),
            $table::scalping_threshold.eq(terms.scalping_threshold),
            $table::enable_trade.eq(terms.enable_trade),
            $table::disabled_groups.eq($crate::json(&terms.disabled_groups)?),
        )
    }};
}

use domain::bonuses::BonusTerms;
use domain::value::List;
pub(crate) use {terms_columns, terms_values};

use crate::money::Stored;

/// The terms as they are read.
type TermsRow = (i64, Stored, bool, i64, bool, List<String>);

fn terms(
    (lifetime, dynamic_lots, enable_auto_credit, scalping_threshold, enable_trade, disabled_groups): TermsRow,
) -> BonusTerms {
    BonusTerms {
        lifetime,
        dynamic_lots: dynamic_lots.into(),
        enable_auto_credit,
        scalping_threshold,
        enable_trade,
        disabled_groups,
    }
}
