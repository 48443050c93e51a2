use crate::ledger::{AccountFacts, Amount, Sum};

/// What an account has, compared with what came in and went out; amounts in its currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalanceAudit {
    /// What came in for good.
    pub incoming: Sum,
    /// What went out for good, is blocked, or is bound on the account's platform.
    pub outgoing: Sum,
    /// What an operation may take.
    pub balance: Sum,
    /// What came in and neither went out nor is there.
    pub difference: Sum,
}

impl BalanceAudit {
    /// Compares an account with what its entries come to: for each transaction, bonus and position what it changed of
    /// the free balance, so that what was blocked and is free again counts as nothing.
    #[must_use]
    pub fn of(account: &AccountFacts, changes: impl IntoIterator<Item = Amount>) -> Self {
        let (mut incoming, mut outgoing) = (Sum::ZERO, Sum::ZERO);
        for change in changes {
            if change.is_positive() {
                incoming = incoming.plus(change);
            } else {
                outgoing = outgoing.minus(change);
            }
        }
        let balance = account.statement().available_balance;
        let outgoing = outgoing + (Sum::from(account.books.balance) - balance.clone());
        let difference = incoming.clone() - outgoing.clone() - balance.clone();
        Self { incoming, outgoing, balance, difference }
    }

    /// Whether something is missing or too much: balances are exact in the currency's minor unit, so any difference counts.
    #[must_use]
    pub fn has_discrepancy(&self) -> bool {
        self.difference != Sum::ZERO
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::ProductType;
    use crate::ledger::Figures;
    use crate::ledger::account::tests::account;
    use crate::value::amount::tests::amount;

    #[test]
    fn a_sound_account_has_no_difference() {
        let mut wallet = account(1, 840, "150");
        wallet.books.hold = amount("100");
        let audit = BalanceAudit::of(&wallet, ["300", "-50", "-100", "0"].map(amount));
        assert_eq!((audit.incoming.plain(), audit.outgoing.plain()), ("300".into(), "150".into()));
        assert!(!audit.has_discrepancy());
        let mut trading = account(1, 840, "100");
        trading.kind = ProductType::Trade;
        trading.figures = Figures { pnl: amount("-30"), margin: amount("40") };
        let audit = BalanceAudit::of(&trading, [amount("100")]);
        assert_eq!((audit.balance.plain(), audit.outgoing.plain()), ("30".into(), "70".into()));
        assert!(!audit.has_discrepancy());
    }

    #[test]
    fn the_smallest_gap_is_told() {
        let audit = BalanceAudit::of(&account(1, 840, "150"), [amount("150.01")]);
        assert_eq!(audit.difference, amount("0.01"));
        assert!(audit.has_discrepancy());
    }
}
