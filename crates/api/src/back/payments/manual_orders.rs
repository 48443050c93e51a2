//! The body of deposits and withdrawals that users make by a manual method.

use http::request::{Decimal, Fields, Id, Input};
use storage::payments::manual_orders::ManualOrder;

use crate::back::Back;

impl Input<Back> for ManualOrder {
    type Current = ();
    const NAME: Option<&'static str> = Some("ManualOrder");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let account = fields.about("The account of the client.").needed("accountId", &Id::of());
        let method = fields.about("The manual method.").needed("methodId", &Id::of());
        let amount = fields
            .about("The gross amount, commission included, in whole units of the account's currency.")
            .needed("amount", &Decimal::Positive);
        let provider = fields
            .about(
                "What the payment system charged, in the same currency. It is kept for reports and changes \
                 nothing else.",
            )
            .or_default("providerCommission", &Decimal::NonNegative, Default::default);
        let vendor = fields
            .about("What the broker charges, in the same currency. It is taken out of the amount.")
            .or_default("vendorCommission", &Decimal::NonNegative, Default::default);
        Some(Self {
            account: account?,
            method: method?,
            amount: amount?,
            provider_commission: provider?,
            vendor_commission: vendor?,
        })
    }
}
