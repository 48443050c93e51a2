use super::{AccountId, Amount, Books, CurrencyCode, CurrencyUnit, LedgerFault, Sum};
use crate::catalog::{
    CatalogFault, PlatformId, PlatformType, ProductGroupId, ProductId, ProductPermission, ProductType,
};
use crate::clients::{ClientId, ClientStatus};
use crate::value::{CommonFault, Entity, Fault, FaultCode as _, Field, Refusal, Set};

/// An account of a client, without its money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The number that the client is shown; one account of a platform has it. Fixed.
    pub number: String,
    /// Whose it is. Fixed.
    pub client: ClientId,
    /// What it was opened on. Fixed.
    pub product: ProductId,
    /// Where it is kept. Fixed.
    pub platform: PlatformId,
    /// The group of its product when it was opened.
    pub group: Option<ProductGroupId>,
    /// Its currency. Fixed.
    pub currency: CurrencyCode,
    /// What it is. Fixed.
    pub kind: ProductType,
    /// Its name in the client's interface.
    pub caption: String,
    /// Its name in the back office.
    pub name: String,
    /// What may be done with it.
    pub permissions: Set<ProductPermission>,
    /// Its leverage, where it has one.
    pub leverage: Option<i64>,
    /// Whether the client has marked it as a favourite.
    pub is_favourite: bool,
}

impl Account {
    /// Whether its client is shown it; for them, one that they are not shown does not exist.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        self.permissions.contains(&ProductPermission::Visible)
    }
}

impl Entity for Account {
    type Id = AccountId;
    const RESOURCE: &'static str = "account";
}

/// What a trading platform reports of an account, in whole units of its currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// The open result.
    pub pnl: Amount,
    /// The margin that is bound.
    pub margin: Amount,
}

/// Why a platform's figures of an account are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FiguresFault {
    /// The margin is below 0.
    #[error("the margin is below 0")]
    NegativeMargin,
    /// A figure has more places than the currency.
    #[error("a figure has more places than the currency")]
    TooManyPlaces,
    /// Together with the account's money they make a sum with too many digits.
    #[error("a sum would have too many digits")]
    TooLarge,
}

/// What an account is worth (`docs/rules.md`, Statement); amounts in its currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What an operation may take.
    pub available_balance: Sum,
    /// Free and blocked money.
    pub current_balance: Sum,
    /// Bonus money.
    pub credit: Amount,
    /// With bonus money and the open result.
    pub equity: Sum,
    /// Equity that is not bound; none for wallets.
    pub free_margin: Option<Sum>,
    /// Blocked money.
    pub hold: Amount,
    /// Bound equity; none for wallets.
    pub margin: Option<Amount>,
    /// Equity divided by margin; none for wallets, and where no margin is bound.
    pub margin_level: Option<Sum>,
    /// The open result.
    pub pnl: Amount,
}

/// What an account takes part in; each asks for a permission of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountOperation {
    /// Money comes in from outside.
    Deposit,
    /// Money leaves.
    Withdrawal,
    /// A transfer takes money away.
    TransferOut,
    /// A transfer brings money.
    TransferIn,
    /// Either side of an exchange.
    Exchange,
}

impl AccountOperation {
    /// The permission that it asks for beside `enabled`.
    #[must_use]
    pub const fn permission(self) -> ProductPermission {
        match self {
            Self::Deposit => ProductPermission::Deposit,
            Self::Withdrawal => ProductPermission::Withdrawal,
            Self::TransferOut => ProductPermission::TransferWithdrawal,
            Self::TransferIn => ProductPermission::TransferDeposit,
            Self::Exchange => ProductPermission::Exchange,
        }
    }
}

/// What decides on an account's money, read while the account is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountFacts {
    /// Which account.
    pub id: AccountId,
    /// Whose it is.
    pub client: ClientId,
    /// The client's status: the account of a removed client is only read.
    pub client_status: ClientStatus,
    /// Where it is kept.
    pub platform: PlatformId,
    /// Whether the platform keeps books of its own, which must confirm each movement.
    pub is_outside: bool,
    /// Its currency.
    pub currency: CurrencyUnit,
    /// Whether the currency takes part in new operations.
    pub currency_enabled: bool,
    /// What it is.
    pub kind: ProductType,
    /// What may be done with it.
    pub permissions: Set<ProductPermission>,
    /// Whether it was archived.
    pub is_archived: bool,
    /// Its money.
    pub books: Books,
    /// What the platform reports.
    pub figures: Figures,
}

impl AccountFacts {
    /// Whether it holds play money.
    #[must_use]
    pub const fn is_demo(&self) -> bool {
        matches!(self.kind, ProductType::Demo)
    }

    /// Whether it is on a trading platform.
    #[must_use]
    pub const fn trades(&self) -> bool {
        matches!(self.kind, ProductType::Trade | ProductType::Demo)
    }

    /// What it is worth. This cannot fail, whatever is stored.
    #[must_use]
    pub fn statement(&self) -> Statement {
        let Books { balance, hold, credit } = self.books;
        let current_balance = self.books.current();
        if !self.trades() {
            return Statement {
                available_balance: balance.max(Amount::ZERO).into(),
                equity: current_balance.clone(),
                current_balance,
                credit,
                free_margin: None,
                hold,
                margin: None,
                margin_level: None,
                pnl: Amount::ZERO,
            };
        }
        let Figures { pnl, margin } = self.figures;
        let equity = self.equity(pnl);
        let free_margin = equity.clone().minus(margin);
        let usable = current_balance.clone().min(free_margin.clone());
        Statement {
            available_balance: usable.minus(hold).max(Sum::ZERO),
            current_balance,
            credit,
            free_margin: Some(free_margin),
            hold,
            margin: Some(margin),
            margin_level: equity.over(margin),
            pnl,
            equity,
        }
    }

    /// What a trading account is worth, to be kept for charts; none for others, and where it does not fit an amount.
    #[must_use]
    pub fn charted_equity(&self) -> Option<Amount> {
        if self.trades() { self.equity(self.figures.pnl).amount().ok() } else { None }
    }

    fn equity(&self, pnl: Amount) -> Sum {
        self.books.current().plus(self.books.credit).plus(pnl)
    }

    /// Whether a platform's figures can be kept: they have the places of the currency, and the sums
    /// that the statement shows fit an amount.
    ///
    /// # Errors
    /// [`FiguresFault`].
    pub fn check_figures(&self, Figures { pnl, margin }: Figures) -> Result<(), FiguresFault> {
        if margin.is_negative() {
            return Err(FiguresFault::NegativeMargin);
        }
        if pnl.scale().max(margin.scale()) > self.currency.minor_unit {
            return Err(FiguresFault::TooManyPlaces);
        }
        let equity = self.equity(pnl);
        let is_amount = |sum: &Sum| sum.amount().is_ok();
        if is_amount(&equity) && is_amount(&equity.minus(margin)) { Ok(()) } else { Err(FiguresFault::TooLarge) }
    }

    /// Why this amount cannot be taken: it is more than is available.
    #[must_use]
    pub fn funds_fault(&self, amount: Amount, field: Field) -> Option<Fault> {
        let available = self.statement().available_balance;
        (available < amount).then(|| LedgerFault::InsufficientFunds.at(field).with("available", available.plain()))
    }

    /// The account of a removed client is only read.
    ///
    /// # Errors
    /// [`Refusal::Conflict`].
    pub fn check_client(&self) -> Result<(), Refusal> {
        self.client_status.check_not_deleted()
    }

    /// An archived account is only read.
    ///
    /// # Errors
    /// [`Refusal::Conflict`].
    pub fn check_not_archived(&self) -> Result<(), Refusal> {
        if self.is_archived { Err(CommonFault::Archived.conflict()) } else { Ok(()) }
    }

    /// Whether it may be archived: a trading account, once, without money (play money aside) and
    /// without anything unfinished.
    ///
    /// # Errors
    /// A refusal by a rule for other kinds, else [`Refusal::Conflict`].
    pub fn check_archivable(&self, has_unfinished: bool) -> Result<(), Refusal> {
        if !self.trades() {
            return Err(LedgerFault::NotTradingAccount.at(Field::Account).unprocessable());
        }
        self.check_not_archived()?;
        if !self.is_demo() && !self.books.are_empty() {
            return Err(LedgerFault::AccountHasMoney.conflict());
        }
        if has_unfinished {
            return Err(LedgerFault::AccountHasOpenTransaction.conflict());
        }
        Ok(())
    }

    /// Whether its password on its platform can be set.
    ///
    /// # Errors
    /// A refusal where the platform has no passwords or nothing may be done with it; [`Refusal::Conflict`] where it is
    /// archived or its client was removed.
    pub fn check_password_settable(&self, platform: PlatformType) -> Result<(), Refusal> {
        if !platform.has_passwords() {
            return Err(CatalogFault::NoPlatformPassword.unprocessable());
        }
        self.check_client()?;
        self.check_not_archived()?;
        let needed = ProductPermission::Enabled;
        if self.permissions.contains(&needed) {
            Ok(())
        } else {
            Err(LedgerFault::AccountPermissionMissing.with("permission", needed.as_str()).unprocessable())
        }
    }

    /// Why an operation that a user makes is refused: archived, disabled currency, not permitted.
    #[must_use]
    pub fn faults(&self, operation: AccountOperation, field: Field) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.is_archived {
            faults.push(CommonFault::Archived.at(field));
        }
        if !self.currency_enabled {
            faults.push(LedgerFault::AccountCurrencyDisabled.at(field));
        }
        for permission in [ProductPermission::Enabled, operation.permission()] {
            if !self.permissions.contains(&permission) {
                faults.push(LedgerFault::AccountPermissionMissing.at(field).with("permission", permission.as_str()));
            }
        }
        faults
    }

    /// Why an amount is refused: more places than the currency has.
    #[must_use]
    pub fn place_fault(&self, amount: Amount, field: Field) -> Option<Fault> {
        self.currency.place_fault(amount, field)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::amount::tests::{amount, amounts};

    pub fn account(id: i64, currency: i64, balance: &str) -> AccountFacts {
        AccountFacts {
            id: AccountId::new(id),
            client: ClientId::new(1),
            client_status: ClientStatus::Active,
            platform: PlatformId::new(1),
            is_outside: false,
            currency: CurrencyUnit { code: CurrencyCode::new(currency), minor_unit: 2 },
            currency_enabled: true,
            kind: ProductType::Personal,
            permissions: ProductPermission::ALL.iter().copied().collect(),
            is_archived: false,
            books: Books { balance: amount(balance), ..Books::default() },
            figures: Figures::default(),
        }
    }

    #[test]
    fn a_wallet_has_no_margin() {
        let mut wallet = account(1, 840, "150");
        wallet.books.hold = amount("100");
        let statement = wallet.statement();
        assert_eq!(statement.current_balance, amount("250"));
        assert_eq!(statement.equity, amount("250"));
        assert_eq!(statement.available_balance, amount("150"));
        assert_eq!((statement.margin, statement.free_margin), (None, None));
    }

    #[test]
    fn only_an_empty_trading_account_is_archived() {
        let wallet = account(1, 840, "0");
        assert!(matches!(wallet.check_archivable(false), Err(Refusal::Unprocessable(_))));
        let trading = AccountFacts { kind: ProductType::Trade, ..wallet };
        assert!(trading.check_archivable(false).is_ok());
        assert!(matches!(trading.check_archivable(true), Err(Refusal::Conflict(_))));
        let paid = AccountFacts { books: account(1, 840, "1").books, ..trading.clone() };
        assert!(matches!(paid.check_archivable(false), Err(Refusal::Conflict(_))));
        assert!(AccountFacts { kind: ProductType::Demo, ..paid }.check_archivable(false).is_ok());
        assert!(AccountFacts { is_archived: true, ..trading }.check_archivable(false).is_err());
    }

    #[test]
    fn what_a_position_binds_is_not_available() {
        let mut trading = account(1, 840, "100");
        trading.kind = ProductType::Trade;
        trading.books.credit = amount("20");
        trading.figures = Figures { pnl: amount("-30"), margin: amount("40") };
        let statement = trading.statement();
        assert_eq!(statement.equity, amount("90"));
        assert_eq!(statement.free_margin, Some(amount("50").into()));
        assert_eq!(statement.available_balance, amount("50"));
        assert_eq!(statement.margin_level, Some(amount("2.25").into()));
    }

    #[test]
    fn nothing_is_available_below_zero_and_bonus_money_never_is() {
        let mut trading = account(1, 840, "-5");
        trading.kind = ProductType::Trade;
        trading.books.credit = amount("100");
        assert_eq!(trading.statement().available_balance, Amount::ZERO);
    }

    #[test]
    fn figures_that_cannot_be_summed_are_refused() {
        let trading = |balance| AccountFacts { kind: ProductType::Trade, ..account(1, 840, balance) };
        let check =
            |balance, pnl, margin| trading(balance).check_figures(Figures { pnl: amount(pnl), margin: amount(margin) });
        let nines = "9999999999999999999999999999";
        assert_eq!(check("100", "-12.34", "5.6"), Ok(()));
        assert_eq!(check("0", nines, nines), Ok(()));
        assert_eq!(check("10000000000", "0.000000000000000001", "0"), Err(FiguresFault::TooManyPlaces));
        assert_eq!(check("100", "0", "0.001"), Err(FiguresFault::TooManyPlaces));
        assert_eq!(check("100", nines, "0"), Err(FiguresFault::TooLarge));
        assert_eq!(check("-100", "0", nines), Err(FiguresFault::TooLarge));
        assert_eq!(check("100", "0", "-1"), Err(FiguresFault::NegativeMargin));
    }

    fn accounts() -> impl Strategy<Value = AccountFacts> {
        let kind = prop_oneof![Just(ProductType::Personal), Just(ProductType::Trade), Just(ProductType::Demo)];
        (kind, [amounts(), amounts(), amounts(), amounts(), amounts()], 0..=18_u32).prop_map(|(kind, money, places)| {
            let [balance, hold, credit, pnl, margin] = money;
            let base = account(1, 840, "0");
            AccountFacts {
                kind,
                currency: CurrencyUnit { minor_unit: places, ..base.currency },
                books: Books { balance, hold, credit },
                figures: Figures { pnl, margin },
                ..base
            }
        })
    }

    proptest! {
        /// Whatever is stored, even several of the largest amounts together.
        #[test]
        fn a_statement_is_always_told_and_exact(account in accounts()) {
            let statement = account.statement();
            let Books { balance, hold, credit } = account.books;
            prop_assert_eq!(&statement.current_balance, &Sum::from(balance).plus(hold));
            prop_assert!(statement.available_balance >= Sum::ZERO);
            prop_assert!(statement.available_balance <= balance.max(Amount::ZERO));
            if account.trades() {
                let equity = statement.current_balance.clone().plus(credit).plus(account.figures.pnl);
                prop_assert_eq!(&statement.equity, &equity);
                prop_assert_eq!(statement.free_margin, Some(equity.minus(account.figures.margin)));
            } else {
                prop_assert_eq!(&statement.equity, &statement.current_balance);
            }
        }

        /// What passes the checks leads to sums that fit an amount.
        #[test]
        fn a_statement_of_what_was_checked_has_amounts_alone(account in accounts()) {
            let is_checked = account.books.check_sums().is_ok() && account.check_figures(account.figures).is_ok();
            if is_checked {
                let statement = account.statement();
                prop_assert!(statement.current_balance.amount().is_ok());
                prop_assert!(statement.equity.amount().is_ok());
                prop_assert!(statement.free_margin.is_none_or(|sum| sum.amount().is_ok()));
            }
        }
    }
}
