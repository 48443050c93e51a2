use super::{PaymentsFault, ReviewStatus};
use crate::ledger::{Amount, CurrencyCode, Sum, TransactionKind};
use crate::value::{Fault, FaultCode as _, Field, text_enum};

/// What a verification level allows, in USD; none for no limit (`docs/rules.md`, Limits).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase", default))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LevelLimits {
    /// The most that a client deposits in a day, from 00:00 UTC; null: no limit.
    pub deposit_daily: Option<Amount>,
    /// The most that a client deposits in a month, from its first day UTC; null: no limit.
    pub deposit_monthly: Option<Amount>,
    /// The most that a client withdraws in a day, from 00:00 UTC; null: no limit.
    pub withdrawal_daily: Option<Amount>,
    /// The most that a client withdraws in a month, from its first day UTC; null: no limit.
    pub withdrawal_monthly: Option<Amount>,
    /// The most that a client transfers in a day, from 00:00 UTC, to other clients too; null: no limit.
    pub transfer_daily: Option<Amount>,
    /// The most that a client transfers in a month, from its first day UTC, to other clients too; null: no limit.
    pub transfer_monthly: Option<Amount>,
    /// The largest withdrawal that needs no approval; null: every withdrawal needs one.
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LimitUse {
    /// Since 00:00 UTC.
    pub today: Sum,
    /// Since the first of the month, UTC.
    pub this_month: Sum,
}

impl LevelLimits {
    /// Why one more operation of this worth is refused: reaching a limit is allowed.
    #[must_use]
    pub fn fault(&self, kind: LimitKind, used: LimitUse, worth: Amount) -> Option<Fault> {
        let (daily, monthly) = match kind {
            LimitKind::Deposit => (self.deposit_daily, self.deposit_monthly),
            LimitKind::Withdrawal => (self.withdrawal_daily, self.withdrawal_monthly),
            LimitKind::Transfer => (self.transfer_daily, self.transfer_monthly),
        };
        let goes_beyond = |limit: Option<Amount>, used: Sum| limit.filter(|limit| used.plus(worth) > *limit);
        let (limit, code) = match (goes_beyond(daily, used.today), goes_beyond(monthly, used.this_month)) {
            (Some(limit), _) => (limit, PaymentsFault::DailyLimitExceeded),
            (None, Some(limit)) => (limit, PaymentsFault::MonthlyLimitExceeded),
            (None, None) => return None,
        };
        Some(code.at(Field::Amount).with("limit", limit.plain()))
    }
}

/// What decides whether a client's withdrawal needs no approval (`docs/rules.md`, Withdrawals).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AutomaticPayout {
    /// The switch `automatic` of withdrawals.
    pub is_on: bool,
    /// For which currencies: the switch `automaticFor`.
    pub scope: PayoutScope,
    /// The currency paid out.
    pub currency: CurrencyCode,
    /// The largest of the client's verification level, in USD; none allows none.
    pub largest: Option<Amount>,
    /// What the withdrawal is worth in USD, where that is known.
    pub usd_worth: Option<Amount>,
    /// What transaction monitoring thinks of it, if it was asked.
    pub review: Option<ReviewStatus>,
    /// Whether users carry the method out by hand.
    pub is_by_hand: bool,
}

text_enum! {
    /// The currencies that are paid out without approval.
    PayoutScope {
        /// Cryptocurrencies.
        Crypto = "crypto",
        /// Fiat money.
        Fiat = "fiat",
        /// All.
        Both = "both",
    }
}

impl AutomaticPayout {
    /// Whether the withdrawal is paid out without approval.
    #[must_use]
    pub fn applies(&self) -> bool {
        let in_scope = match self.scope {
            PayoutScope::Both => true,
            PayoutScope::Crypto => !self.currency.is_fiat(),
            PayoutScope::Fiat => self.currency.is_fiat(),
        };
        let is_small = self.usd_worth.zip(self.largest).is_some_and(|(worth, largest)| worth <= largest);
        let is_suspect = match self.review {
            Some(ReviewStatus::Red | ReviewStatus::Error) => true,
            Some(ReviewStatus::Green) | None => false,
        };
        self.is_on && in_scope && is_small && !is_suspect && !self.is_by_hand
    }
}

/// The least that is brought to a trading account at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MinimumDeposit {
    /// In the account's currency.
    OfAccount(Amount),
    /// In USD.
    Usd(Amount),
}

impl MinimumDeposit {
    /// Why bringing this amount is refused, which has this worth in USD where that is known.
    #[must_use]
    pub fn fault(self, amount: Amount, usd_worth: Option<Amount>) -> Option<Fault> {
        let (least, unit, is_less) = match self {
            Self::OfAccount(least) => (least, "account", amount < least),
            Self::Usd(least) => (least, "usd", usd_worth.is_some_and(|worth| worth < least)),
        };
        let fault = || PaymentsFault::BelowMinimumDeposit.at(Field::Amount);
        is_less.then(|| fault().with("minimum", least.plain()).with("unit", unit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::amount::tests::amount;

    #[test]
    fn a_limit_may_be_reached_and_not_passed() {
        let limits = LevelLimits { deposit_daily: Some(amount("100")), ..LevelLimits::default() };
        let used = || LimitUse { today: amount("60").into(), this_month: amount("60").into() };
        assert_eq!(limits.fault(LimitKind::Deposit, used(), amount("40")), None);
        assert!(limits.fault(LimitKind::Deposit, used(), amount("40.01")).is_some());
        assert_eq!(limits.fault(LimitKind::Withdrawal, used(), amount("4000")), None);
    }

    #[test]
    fn only_a_small_unsuspicious_withdrawal_is_paid_out_without_approval() {
        let small = AutomaticPayout {
            is_on: true,
            scope: PayoutScope::Fiat,
            currency: CurrencyCode::new(978),
            largest: Some(amount("100")),
            usd_worth: Some(amount("100")),
            review: Some(ReviewStatus::Green),
            is_by_hand: false,
        };
        assert!(small.applies());
        assert!(AutomaticPayout { review: None, ..small }.applies());
        let kept_back = [
            AutomaticPayout { is_on: false, ..small },
            AutomaticPayout { scope: PayoutScope::Crypto, ..small },
            AutomaticPayout { currency: CurrencyCode::new(1000), ..small },
            AutomaticPayout { largest: None, ..small },
            AutomaticPayout { usd_worth: Some(amount("100.01")), ..small },
            AutomaticPayout { usd_worth: None, ..small },
            AutomaticPayout { review: Some(ReviewStatus::Red), ..small },
            AutomaticPayout { review: Some(ReviewStatus::Error), ..small },
            AutomaticPayout { is_by_hand: true, ..small },
        ];
        for payout in kept_back {
            assert!(!payout.applies(), "{payout:?}");
        }
    }

    #[test]
    fn a_minimum_may_be_met_exactly() {
        let minimum = MinimumDeposit::OfAccount(amount("50"));
        assert_eq!(minimum.fault(amount("50"), None), None);
        assert!(minimum.fault(amount("49.99"), Some(amount("500"))).is_some());
        assert!(MinimumDeposit::Usd(amount("50")).fault(amount("60"), Some(amount("49"))).is_some());
    }
}
