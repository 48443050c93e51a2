use super::{Cells, Column, ImportsFault};
use crate::catalog::{CatalogFault, ClientFacts, Offer, Opener, Opening, ProductId, ProductStatus};
use crate::clients::{ClientId, ClientStatus};
use crate::payments::PaymentsFault;
use crate::value::{CommonFault, Email, Fault, FaultCode as _};

/// The columns of a file of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say what they are")]
pub enum AccountColumn {
    Email,
    AccountNumber,
    ProductId,
    ProductCurrency,
}

impl Column for AccountColumn {
    const ALL: &'static [Self] = &[Self::Email, Self::AccountNumber, Self::ProductId, Self::ProductCurrency];

    fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::AccountNumber => "accountNumber",
            Self::ProductId => "productId",
            Self::ProductCurrency => "productCurrency",
        }
    }

    fn is_required(self) -> bool {
        true
    }
}

/// The most characters of an account number.
const MAX_NUMBER_CHARS: usize = 32;

/// An account number of an earlier system, as it stands there.
pub(super) fn account_number(text: &str) -> Result<String, Fault> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    if text.len() <= MAX_NUMBER_CHARS && text.bytes().all(is_allowed) {
        Ok(text.to_owned())
    } else {
        Err(ImportsFault::NotAccountNumber.with("max", MAX_NUMBER_CHARS))
    }
}

/// A line of a file of accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// Whose it is.
    pub email: Email,
    /// Its number.
    pub number: String,
    /// The product that it is on.
    pub product: ProductId,
    /// The alphabetic code of its currency, in capitals.
    pub currency: String,
}

impl AccountRow {
    /// Reads a line.
    #[must_use]
    pub fn read(cells: &mut Cells<'_, AccountColumn>) -> Option<Self> {
        use AccountColumn as C;
        let email = cells.required(C::Email, Email::checked);
        let number = cells.required(C::AccountNumber, account_number);
        let product =
            cells.required(C::ProductId, |text| text.parse::<ProductId>().map_err(|_| CommonFault::Unknown.fault()));
        let currency = cells.required(C::ProductCurrency, |text| Ok::<_, Fault>(text.to_uppercase()));
        Some(Self { email: email?, number: number?, product: product?, currency: currency? })
    }
}

/// The client of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Who they are.
    pub id: ClientId,
    /// Their status.
    pub status: ClientStatus,
}

/// What an account would be opened on.
#[derive(Clone, Copy, Debug)]
pub enum AccountOffer<'a> {
    /// There is no such product.
    NoProduct,
    /// The product is there, but not in the currency.
    NoCurrency(ProductStatus),
    /// Both are there, and whether the currency is enabled at all.
    Offer(Offer<'a>, bool),
}

/// An account that is there already under a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedAccount {
    /// Whose it is.
    pub client: ClientId,
    /// The product that it is on.
    pub product: ProductId,
    /// The alphabetic code of its currency.
    pub currency: String,
}

impl ImportedAccount {
    /// Whether it is the account of this line, so that there is nothing to add.
    ///
    /// # Errors
    /// The number is another account's.
    pub fn check_same(&self, owner: Option<Owner>, row: &AccountRow) -> Result<(), Fault> {
        let is_same = owner.is_some_and(|owner| owner.id == self.client)
            && (row.product, &row.currency) == (self.product, &self.currency);
        if is_same { Ok(()) } else { Err(CommonFault::Taken.fault()) }
    }
}

impl AccountOffer<'_> {
    /// Decides by the rules by which users open accounts: who may have one, on what, and how many.
    ///
    /// # Errors
    /// Every rule that refuses it, with its column.
    pub fn open(
        &self,
        owner: Option<Owner>,
        held: &ClientFacts,
    ) -> Result<(Owner, Opening), Vec<(AccountColumn, Fault)>> {
        use AccountColumn as C;
        let mut faults = Vec::new();
        match owner {
            None => faults.push((C::Email, CommonFault::Unknown.fault())),
            Some(owner) if !owner.status.takes_accounts() => {
                let fault = PaymentsFault::ClientCannotOpenAccounts.with("status", owner.status.as_str());
                faults.push((C::Email, fault));
            }
            Some(_) => {}
        }
        let opening = match self {
            Self::NoProduct => Err((C::ProductId, CommonFault::Unknown.fault())),
            Self::NoCurrency(ProductStatus::Disabled) => Err((C::ProductId, CommonFault::Disabled.fault())),
            Self::NoCurrency(_) => Err((C::ProductCurrency, PaymentsFault::NotProductCurrency.fault())),
            Self::Offer(_, false) => Err((C::ProductCurrency, CommonFault::Disabled.fault())),
            Self::Offer(offer, true) => offer.open(Opener::User, held, None).map_err(|refusal| {
                let fault = Fault::from(refusal);
                let is_of_currency = fault.is(CatalogFault::ProductCurrencyDisabled);
                (if is_of_currency { C::ProductCurrency } else { C::ProductId }, Fault { at: None, ..fault })
            }),
        };
        match (owner, opening) {
            (Some(owner), Ok(opening)) if faults.is_empty() => Ok((owner, opening)),
            (_, opening) => {
                faults.extend(opening.err());
                Err(faults)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::Columns;

    fn read(line: &[&str]) -> Result<AccountRow, Vec<(Option<&'static str>, &'static str)>> {
        let columns = Columns::of(1, ["email", "account number", "product id", "product currency"]).unwrap();
        let mut cells = Cells::of(&columns, 2, line).unwrap();
        let row = AccountRow::read(&mut cells);
        row.ok_or_else(|| cells.into_faults().iter().map(|fault| (fault.column, fault.fault.code.as_str())).collect())
    }

    #[test]
    fn a_number_stays_as_it_was() {
        assert_eq!(read(&["ann@example.com", "MT5-000123", "1", "usd"]).unwrap().number, "MT5-000123");
        for number in ["a b", "ü", &"1".repeat(33)] {
            assert_eq!(
                read(&["a@example.com", number, "1", "USD"]),
                Err(vec![(Some("accountNumber"), "notAccountNumber")])
            );
        }
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let expected =
            vec![(Some("email"), "notEmail"), (Some("accountNumber"), "empty"), (Some("productId"), "unknown")];
        assert_eq!(read(&["ann", "", "one", "USD"]), Err(expected));
    }

    #[test]
    fn nobody_has_an_account_on_what_is_not_there() {
        let refused = |offer: AccountOffer<'_>, owner| {
            let faults = offer.open(owner, &ClientFacts::default()).unwrap_err();
            faults.into_iter().map(|(column, fault)| (column.name(), fault.code.as_str())).collect::<Vec<_>>()
        };
        let banned = Some(Owner { id: ClientId::new(1), status: ClientStatus::Banned });
        let no_product = refused(AccountOffer::NoProduct, banned);
        assert_eq!(no_product, [("email", "clientCannotOpenAccounts"), ("productId", "unknown")]);
        let no_currency = refused(AccountOffer::NoCurrency(ProductStatus::Enabled), None);
        assert_eq!(no_currency, [("email", "unknown"), ("productCurrency", "notProductCurrency")]);
    }

    #[test]
    fn a_number_is_of_one_account() {
        let row = read(&["ann@example.com", "7", "1", "USD"]).unwrap();
        let there = ImportedAccount { client: ClientId::new(1), product: ProductId::new(1), currency: "USD".into() };
        let owner = |id| Some(Owner { id: ClientId::new(id), status: ClientStatus::Active });
        assert_eq!(there.check_same(owner(1), &row), Ok(()));
        for (other, owner) in [
            (there.clone(), owner(2)),
            (there.clone(), None),
            (ImportedAccount { currency: "EUR".into(), ..there.clone() }, owner(1)),
            (ImportedAccount { product: ProductId::new(2), ..there }, owner(1)),
        ] {
            assert!(other.check_same(owner, &row).is_err(), "{other:?}");
        }
    }
}
