use crate::ledger::{AccountBook, AccountFacts, Amount, BrokerBook, Entry, Step, Unbalanced};

/// What is posted for a bonus, in the account's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyStep {
    /// Credit is given.
    Credit(Amount),
    /// The credit becomes balance.
    Payout(Amount),
    /// The credit is taken back, as far as it is there; all that was credited goes back to the reserve.
    Burn {
        /// What is there.
        taken: Amount,
        /// What had been credited.
        credited: Amount,
    },
}

impl MoneyStep {
    /// The step of the ledger.
    #[must_use]
    pub const fn step(self) -> Step {
        match self {
            Self::Credit(_) => Step::Credit,
            Self::Payout(_) => Step::Payout,
            Self::Burn { .. } => Step::Burn,
        }
    }

    /// What is posted (`docs/bonuses.md`, Money).
    ///
    /// # Errors
    /// [`Unbalanced`]: a bug.
    pub fn entry(self, account: &AccountFacts) -> Result<Entry, Unbalanced> {
        let (reserve, cost) = (BrokerBook::BonusReserve, BrokerBook::BonusCost);
        match self {
            Self::Credit(amount) => Entry::of([
                account.broker_posting(reserve, amount.negated()),
                account.posting(AccountBook::Credit, amount),
            ]),
            Self::Payout(amount) => Entry::of([
                account.posting(AccountBook::Credit, amount.negated()),
                account.broker_posting(reserve, amount),
                account.broker_posting(cost, amount.negated()),
                account.posting(AccountBook::Balance, amount),
            ]),
            Self::Burn { taken, credited } => {
                let missing = credited.minus(taken).map_err(|_| Unbalanced(account.currency.code))?;
                Entry::of([
                    account.posting(AccountBook::Credit, taken.negated()),
                    account.broker_posting(cost, missing.negated()),
                    account.broker_posting(reserve, credited),
                ])
            }
        }
    }
}
