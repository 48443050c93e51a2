//! The body of deposits and withdrawals that users make by a manual method.

use http::request::{Amounts, Fields, Id, Input, Sums};
use storage::payments::manual_orders::ManualOrder;

use crate::back::Back;

impl Input<Back> for ManualOrder {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let account = fields.needed("accountId", &Id::of());
        let method = fields.needed("methodId", &Id::of());
        let amount = fields.needed("amount", &Sums::Positive);
        let provider = fields.or_default("providerCommission", &Amounts, Default::default);
        let vendor = fields.or_default("vendorCommission", &Amounts, Default::default);
        Some(Self {
            account: account?,
            method: method?,
            amount: amount?,
            provider_commission: provider?,
            vendor_commission: vendor?,
        })
    }
}
