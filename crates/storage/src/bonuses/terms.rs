use diesel::prelude::*;
use domain::bonuses::BonusTerms;
use domain::value::List;

use crate::money::Stored;

/// The terms as they are read: the same columns in three tables, in the order of [`BonusTerms`].
#[derive(Queryable)]
pub(super) struct TermsRow {
    lifetime: i64,
    dynamic_lots: Stored,
    enable_auto_credit: bool,
    scalping_threshold: i64,
    enable_trade: bool,
    disabled_groups: List<String>,
}

impl From<TermsRow> for BonusTerms {
    fn from(row: TermsRow) -> Self {
        Self {
            lifetime: row.lifetime,
            dynamic_lots: row.dynamic_lots.into(),
            enable_auto_credit: row.enable_auto_credit,
            scalping_threshold: row.scalping_threshold,
            enable_trade: row.enable_trade,
            disabled_groups: row.disabled_groups,
        }
    }
}
