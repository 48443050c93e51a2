//! The terms that bonuses, presets and programs share.

use domain::bonuses::BonusTerms;
use http::request::{Boolean, Decimal, Fields, Integer, ListOf, Text};

/// Reads the terms.
pub(super) fn read_terms(fields: &mut Fields<'_, BonusTerms>) -> Option<BonusTerms> {
    const DAYS: Integer = Integer { min: 1, max: BonusTerms::MAX_LIFETIME };
    let lifetime = fields.required("lifetime", &DAYS, |terms| &terms.lifetime);
    let dynamic_lots = fields.required("dynamicLots", &Decimal::Positive, |terms| &terms.dynamic_lots);
    let enable_auto_credit = fields.required("enableAutoCredit", &Boolean, |terms| &terms.enable_auto_credit);
    let scalping_threshold =
        fields.required("scalpingThreshold", &Integer::FROM_ZERO, |terms| &terms.scalping_threshold);
    let enable_trade = fields.required("enableTrade", &Boolean, |terms| &terms.enable_trade);
    let disabled_groups = fields.required("disabledGroups", &ListOf(Text::NAME), |terms| &terms.disabled_groups);
    Some(BonusTerms {
        lifetime: lifetime?,
        dynamic_lots: dynamic_lots?,
        enable_auto_credit: enable_auto_credit?,
        scalping_threshold: scalping_threshold?,
        enable_trade: enable_trade?,
        disabled_groups: disabled_groups?,
    })
}
