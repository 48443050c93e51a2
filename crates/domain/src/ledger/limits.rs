use super::{Amount, TransactionKind};
use crate::value::Fault;

/// What a verification level allows, in USD; none for no limit (`docs/rules.md`, Limits).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase", default))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LevelLimits {
    /// Deposits of a day.
    pub deposit_daily: Option<Amount>,
    /// Deposits of a month.
    pub deposit_monthly: Option<Amount>,
    /// Withdrawals of a day.
    pub withdrawal_daily: Option<Amount>,
    /// Withdrawals of a month.
    pub withdrawal_monthly: Option<Amount>,
    /// Transfers of a day.
    pub transfer_daily: Option<Amount>,
    /// Transfers of a month.
    pub transfer_monthly: Option<Amount>,
    /// The largest withdrawal that needs no approval.
    pub automatic_withdrawal: Option<Amount>,
}

/// What counts together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitKind {
    /// Deposits.
    Deposit,
    /// Withdrawals.
    Withdrawal,
    /// Transfers, to other clients too.
    Transfer,
}

impl LimitKind {
    /// The limit that a transaction counts in; exchanges and rewards count in none.
    #[must_use]
    pub const fn of(kind: TransactionKind) -> Option<Self> {
        match kind {
            TransactionKind::Deposit => Some(Self::Deposit),
            TransactionKind::Withdrawal => Some(Self::Withdrawal),
            TransactionKind::Transfer | TransactionKind::External => Some(Self::Transfer),
            TransactionKind::Exchange | TransactionKind::Partner => None,
        }
    }

    /// The transactions that count in it.
    #[must_use]
    pub const fn kinds(self) -> &'static [TransactionKind] {
        match self {
            Self::Deposit => &[TransactionKind::Deposit],
            Self::Withdrawal => &[TransactionKind::Withdrawal],
            Self::Transfer => &[TransactionKind::Transfer, TransactionKind::External],
        }
    }
}

/// What a client moved already, in USD.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LimitUse {
    /// Since 00:00 UTC.
    pub today: Amount,
    /// Since the first of the month, UTC.
    pub this_month: Amount,
}

impl LevelLimits {
    /// What stands against one more operation of so much: reaching a limit is allowed.
    #[must_use]
    pub fn fault(&self, kind: LimitKind, used: LimitUse, worth: Amount) -> Option<Fault> {
        let (daily, monthly) = match kind {
            LimitKind::Deposit => (self.deposit_daily, self.deposit_monthly),
            LimitKind::Withdrawal => (self.withdrawal_daily, self.withdrawal_monthly),
            LimitKind::Transfer => (self.transfer_daily, self.transfer_monthly),
        };
        let goes_beyond = |limit: Option<Amount>, used: Amount| {
            limit.filter(|limit| used.plus(worth).map_or(true, |sum| sum > *limit))
        };
        let (limit, period) = match (goes_beyond(daily, used.today), goes_beyond(monthly, used.this_month)) {
            (Some(limit), _) => (limit, "day"),
            (None, Some(limit)) => (limit, "month"),
            (None, None) => return None,
        };
        let issue = format!("goes beyond the {} USD that the verification level allows a {period}", limit.plain());
        Some(Fault::of("amount", issue))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::account::tests::amount;

    #[test]
    fn a_limit_may_be_reached_and_not_passed() {
        let limits = LevelLimits { deposit_daily: Some(amount("100")), ..LevelLimits::default() };
        let used = LimitUse { today: amount("60"), this_month: amount("60") };
        assert_eq!(limits.fault(LimitKind::Deposit, used, amount("40")), None);
        assert!(limits.fault(LimitKind::Deposit, used, amount("40.01")).is_some());
        assert_eq!(limits.fault(LimitKind::Withdrawal, used, amount("4000")), None);
    }
}
