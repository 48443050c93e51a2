use super::{AccountBook, AccountId, Amount, AmountError, CurrencyCode, CurrencyUnit};
use crate::catalog::{PlatformId, ProductGroupId, ProductId, ProductPermission, ProductType};
use crate::clients::ClientId;
use crate::value::{Entity, Fault, Refusal, Set};

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
}

impl Entity for Account {
    type Id = AccountId;
    const RESOURCE: &'static str = "account";
}

/// What the postings of an account sum to, book by book, in its currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Books {
    /// Free money. Only trading takes it below 0.
    pub balance: Amount,
    /// Blocked money, never below 0.
    pub hold: Amount,
    /// Bonus money, never below 0.
    pub credit: Amount,
}

impl Books {
    /// Adds a posting.
    ///
    /// # Errors
    /// [`AmountError`] where the book grows beyond what an amount holds.
    pub fn add(&mut self, book: AccountBook, amount: Amount) -> Result<(), AmountError> {
        let sum = match book {
            AccountBook::Balance => &mut self.balance,
            AccountBook::Hold => &mut self.hold,
            AccountBook::Credit => &mut self.credit,
        };
        *sum = sum.plus(amount)?;
        Ok(())
    }

    /// Whether there is nothing in any book.
    #[must_use]
    pub const fn are_empty(&self) -> bool {
        self.balance.is_zero() && self.hold.is_zero() && self.credit.is_zero()
    }
}

/// What a trading platform tells of an account, in whole units of its currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// The open result.
    pub pnl: Amount,
    /// The margin that is bound.
    pub margin: Amount,
}

/// What an account is worth (`docs/rules.md`, Statement); amounts in its currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What an operation may take.
    pub available_balance: Amount,
    /// Free and blocked money.
    pub current_balance: Amount,
    /// Bonus money.
    pub credit: Amount,
    /// With bonus money and the open result.
    pub equity: Amount,
    /// Equity that is not bound; none for wallets.
    pub free_margin: Option<Amount>,
    /// Blocked money.
    pub hold: Amount,
    /// Bound equity; none for wallets.
    pub margin: Option<Amount>,
    /// Equity divided by margin; none for wallets, and where no margin is bound.
    pub margin_level: Option<Amount>,
    /// The open result.
    pub pnl: Amount,
}

/// Too little money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is more than the {} that are available", available.plain())]
pub struct Insufficient {
    /// What there is.
    pub available: Amount,
}

/// What an account takes part in; each asks for a permission of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
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

impl Operation {
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
    /// What the platform tells.
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

    /// What it is worth.
    ///
    /// # Errors
    /// [`AmountError`] where a sum grows beyond what an amount holds.
    pub fn statement(&self) -> Result<Statement, AmountError> {
        let Books { balance, hold, credit } = self.books;
        let current_balance = balance.plus(hold)?;
        if !self.trades() {
            return Ok(Statement {
                available_balance: balance.max(Amount::ZERO),
                current_balance,
                credit,
                equity: current_balance,
                free_margin: None,
                hold,
                margin: None,
                margin_level: None,
                pnl: Amount::ZERO,
            });
        }
        let Figures { pnl, margin } = self.figures;
        let equity = current_balance.plus(credit)?.plus(pnl)?;
        let free_margin = equity.minus(margin)?;
        let level = if margin.is_zero() { None } else { equity.over(margin, 18, super::Rounding::Down).ok() };
        Ok(Statement {
            available_balance: current_balance.min(free_margin).minus(hold)?.max(Amount::ZERO),
            current_balance,
            credit,
            equity,
            free_margin: Some(free_margin),
            hold,
            margin: Some(margin),
            margin_level: level,
            pnl,
        })
    }

    /// Whether so much can be taken.
    ///
    /// # Errors
    /// [`Insufficient`] with what there is.
    pub fn covers(&self, amount: Amount) -> Result<(), Insufficient> {
        let available = self.statement().map_or(Amount::ZERO, |statement| statement.available_balance);
        if amount <= available { Ok(()) } else { Err(Insufficient { available }) }
    }

    /// An archived account is only read.
    ///
    /// # Errors
    /// [`Refusal::Conflict`].
    pub fn check_not_archived(&self) -> Result<(), Refusal> {
        if self.is_archived { Err(Refusal::conflict("The account is archived.")) } else { Ok(()) }
    }

    /// Whether it may be archived: a trading account, once, without money (play money aside) and
    /// without anything unfinished.
    ///
    /// # Errors
    /// A refusal by a rule for other kinds, else [`Refusal::Conflict`].
    pub fn check_archivable(&self, has_unfinished: bool) -> Result<(), Refusal> {
        if !self.trades() {
            return Err(Refusal::unprocessable("accountId", "is no trading account"));
        }
        self.check_not_archived()?;
        if !self.is_demo() && !self.books.are_empty() {
            return Err(Refusal::conflict("The account has money."));
        }
        if has_unfinished {
            return Err(Refusal::conflict("A transaction of the account is unfinished."));
        }
        Ok(())
    }

    /// What stands against an operation that a user makes: archived, out of use, not permitted.
    #[must_use]
    pub fn faults(&self, operation: Operation, field: &'static str) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.is_archived {
            faults.push(Fault::of(field, "is archived"));
        }
        if !self.currency_enabled {
            faults.push(Fault::of(field, "is in a currency that is out of use"));
        }
        for permission in [ProductPermission::Enabled, operation.permission()] {
            if !self.permissions.contains(&permission) {
                faults.push(Fault::of(field, format!("does not have the permission {permission}")));
            }
        }
        faults
    }

    /// What stands against an amount: more places than the currency has.
    #[must_use]
    pub fn place_fault(&self, amount: Amount, field: &'static str) -> Option<Fault> {
        let most = self.currency.minor_unit;
        (amount.scale() > most).then(|| Fault::of(field, format!("has more than the {most} places of the currency")))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub fn amount(text: &str) -> Amount {
        text.parse().unwrap()
    }

    pub fn account(id: i64, currency: i64, balance: &str) -> AccountFacts {
        AccountFacts {
            id: AccountId::new(id),
            client: ClientId::new(1),
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
        let statement = wallet.statement().unwrap();
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
        let statement = trading.statement().unwrap();
        assert_eq!(statement.equity, amount("90"));
        assert_eq!(statement.free_margin, Some(amount("50")));
        assert_eq!(statement.available_balance, amount("50"));
        assert_eq!(statement.margin_level, Some(amount("2.25")));
    }

    #[test]
    fn nothing_is_available_below_zero_and_bonus_money_never_is() {
        let mut trading = account(1, 840, "-5");
        trading.kind = ProductType::Trade;
        trading.books.credit = amount("100");
        assert_eq!(trading.statement().unwrap().available_balance, Amount::ZERO);
    }
}
