use super::{AccountBook, Amount, AmountError, Sum};

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

    /// What is in a book.
    #[must_use]
    pub const fn of(&self, book: AccountBook) -> Amount {
        match book {
            AccountBook::Balance => self.balance,
            AccountBook::Hold => self.hold,
            AccountBook::Credit => self.credit,
        }
    }

    /// Free and blocked money.
    #[must_use]
    pub fn current(&self) -> Sum {
        Sum::from(self.balance).plus(self.hold)
    }

    /// Whether the sums that are shown of the books fit an amount, apart from a platform's figures.
    ///
    /// # Errors
    /// [`AmountError`] where a sum has more digits.
    pub fn check_sums(&self) -> Result<(), AmountError> {
        self.current().amount()?;
        self.current().plus(self.credit).amount()?;
        Ok(())
    }

    /// Whether there is nothing in any book.
    #[must_use]
    pub const fn are_empty(&self) -> bool {
        self.balance.is_zero() && self.hold.is_zero() && self.credit.is_zero()
    }
}
