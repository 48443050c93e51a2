//! The body of deposits and withdrawals that users make by a manual method.

use http::request::{Decimal, Fields, Id, Input};
use storage::payments::manual_orders::ManualOrder;

use crate::back::Back;

impl Input<Back> for ManualOrder {
    type Current = ();
    const NAME: Option<&'static str> = Some("ManualOrder");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let account = fields.needed("accountId", &Id::of());
        let method = fields.needed("methodId", &Id::of());
        let amount = fields.needed("amount", &Decimal::Positive);
        let provider = fields.or_default("providerCommission", &Decimal::NonNegative, Default::default);
        let vendor = fields.or_default("vendorCommission", &Decimal::NonNegative, Default::default);
        Some(Self {
            account: account?,
            method: method?,
            amount: amount?,
            provider_commission: provider?,
            vendor_commission: vendor?,
        })
    }
}
