use crate::value::{FaultCode, text_enum};

text_enum! {
    /// The rules of money: currencies, rates, accounts and postings.
    LedgerFault {
        /// A text that is not the code of a currency.
        NotCurrencyCode = "notCurrencyCode",
    }
}

impl FaultCode for LedgerFault {
    const ALL: &'static [Self] = Self::ALL;

    fn text(self) -> &'static str {
        self.as_str()
    }
}
