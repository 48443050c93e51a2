//! What accounts are worth.

use domain::ledger::{Amount, Sum};
use domain::value::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use storage::ledger::accounts::StoredAccount;

/// What an account is worth. Amounts have 18 places and are in whole units of the account's currency.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Statement")]
#[serde(rename_all = "camelCase")]
pub(crate) struct Statement {
    /// What a withdrawal, a transfer or an exchange may take now; never below 0, and without bonus money.
    available_balance: Sum,
    /// The client's own money, free and blocked. Negative only where trading has lost more than there was.
    current_balance: Sum,
    /// Bonus money: it raises `equity` and cannot be withdrawn.
    credit: Amount,
    /// `currentBalance`; for a trading account `credit` and `pnl` are added.
    equity: Sum,
    /// `equity` less `margin`; null for a wallet.
    free_margin: Option<Sum>,
    /// What unfinished operations have blocked; included in `currentBalance`.
    hold: Amount,
    /// What open positions tie up, as the platform reports it; null for a wallet.
    margin: Option<Amount>,
    /// `equity` divided by `margin`, as a plain ratio; null for a wallet, and while `margin` is 0.
    margin_level: Option<Sum>,
    /// The profit or loss of open positions, as the platform reports it; 0 for a wallet.
    pnl: Amount,
    /// When the account's money or the figures of its platform last changed.
    update_time: Timestamp,
}

impl Statement {
    /// What an account is worth now.
    pub(crate) fn of(account: &StoredAccount) -> Self {
        let statement = account.facts.statement();
        Self {
            available_balance: statement.available_balance,
            current_balance: statement.current_balance,
            credit: statement.credit,
            equity: statement.equity,
            free_margin: statement.free_margin,
            hold: statement.hold,
            margin: statement.margin,
            margin_level: statement.margin_level,
            pnl: statement.pnl,
            update_time: account.statement_time,
        }
    }
}
