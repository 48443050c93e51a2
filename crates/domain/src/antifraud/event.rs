use crate::ledger::Amount;
use crate::value::{Fault, FaultCode as _, text_enum};

use super::AntifraudFault;

text_enum! {
    /// What steps are for: what looks like fraud.
    AntifraudProcedureType {
        /// Several clients signed in from one IP address.
        IdenticalIp = "identical_ip",
        /// A client withdraws again and again, and does not trade.
        WithdrawalsWithoutTrading = "withdrawals_without_trading",
        /// Several clients withdrew to one wallet.
        IdenticalWalletAddress = "identical_wallet_address",
        /// Several clients have confirmed one phone number.
        IdenticalPhone = "identical_phone",
        /// A client has an e-mail address that another client once had.
        IdenticalEmail = "identical_email",
        /// A client deposits more than a sum in EUR.
        ExcessiveDepositsSum = "excessive_deposits_sum",
        /// A client deposits more often than allowed.
        FrequentDeposits = "frequent_deposits",
        /// A user changed a client's verification level who is not expected to.
        VerificationLevelUnauthorisedChange = "verification_level_unauthorised_change",
        /// A client trades more often than allowed; told by trading platforms.
        ExcessiveTrades = "excessive_trades",
        /// A client trades three currencies in a circle; told by trading platforms.
        ArbitrageTriangle = "arbitrage_triangle",
    }
}

text_enum! {
    /// What the server itself looks for, in its own data.
    AntifraudEvent {
        /// Several clients signed in from one IP address within the period.
        IdenticalIp = "identical_ip",
        /// As many withdrawals as the threshold within the period, by a client who has never traded.
        WithdrawalsWithoutTrading = "withdrawals_without_trading",
        /// Several clients withdrew to one wallet.
        IdenticalWalletAddress = "identical_wallet_address",
        /// Several clients have confirmed one phone number.
        IdenticalPhone = "identical_phone",
        /// A client has an e-mail address that another client once had.
        IdenticalEmail = "identical_email",
        /// Deposits of a client above the threshold, in EUR, within the period.
        ExcessiveDepositsSum = "excessive_deposits_sum",
        /// More deposits of a client than the threshold within the period.
        FrequentDeposits = "frequent_deposits",
        /// A user changed a client's verification level who is not among the exceptions.
        VerificationLevelUnauthorisedChange = "verification_level_unauthorised_change",
    }
}

text_enum! {
    /// What an event can be limited by.
    Limit {
        /// A number or a sum.
        Threshold = "threshold",
        /// How far back is looked, in days.
        PeriodDays = "periodDays",
    }
}

/// What a threshold counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Threshold {
    /// It is a whole number, which is enough when it is reached.
    Reached,
    /// It is a whole number, which must be passed.
    Passed,
    /// It is a sum in EUR, which must be passed.
    Sum,
}

/// When the same situation is told again after users have closed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Recurrence {
    /// When another client takes part.
    AnotherClient,
    /// When the threshold is passed by what came since.
    SinceClosed,
    /// Never: it happened once.
    Never,
}

impl AntifraudEvent {
    /// The type of the steps by which it is resolved.
    #[must_use]
    pub const fn procedure(self) -> AntifraudProcedureType {
        use AntifraudProcedureType as T;
        match self {
            Self::IdenticalIp => T::IdenticalIp,
            Self::WithdrawalsWithoutTrading => T::WithdrawalsWithoutTrading,
            Self::IdenticalWalletAddress => T::IdenticalWalletAddress,
            Self::IdenticalPhone => T::IdenticalPhone,
            Self::IdenticalEmail => T::IdenticalEmail,
            Self::ExcessiveDepositsSum => T::ExcessiveDepositsSum,
            Self::FrequentDeposits => T::FrequentDeposits,
            Self::VerificationLevelUnauthorisedChange => T::VerificationLevelUnauthorisedChange,
        }
    }

    pub(super) const fn threshold(self) -> Option<Threshold> {
        match self {
            Self::WithdrawalsWithoutTrading => Some(Threshold::Reached),
            Self::FrequentDeposits => Some(Threshold::Passed),
            Self::ExcessiveDepositsSum => Some(Threshold::Sum),
            Self::IdenticalIp
            | Self::IdenticalWalletAddress
            | Self::IdenticalPhone
            | Self::IdenticalEmail
            | Self::VerificationLevelUnauthorisedChange => None,
        }
    }

    pub(super) const fn recurrence(self) -> Recurrence {
        match self {
            Self::IdenticalIp | Self::IdenticalWalletAddress | Self::IdenticalPhone | Self::IdenticalEmail => {
                Recurrence::AnotherClient
            }
            Self::WithdrawalsWithoutTrading | Self::ExcessiveDepositsSum | Self::FrequentDeposits => {
                Recurrence::SinceClosed
            }
            Self::VerificationLevelUnauthorisedChange => Recurrence::Never,
        }
    }

    /// Whether the event is limited by this, and needs it to be looked for.
    #[must_use]
    pub const fn needs(self, limit: Limit) -> bool {
        match limit {
            Limit::Threshold => self.threshold().is_some(),
            Limit::PeriodDays => match self {
                Self::IdenticalIp
                | Self::WithdrawalsWithoutTrading
                | Self::ExcessiveDepositsSum
                | Self::FrequentDeposits => true,
                Self::IdenticalWalletAddress
                | Self::IdenticalPhone
                | Self::IdenticalEmail
                | Self::VerificationLevelUnauthorisedChange => false,
            },
        }
    }

    /// Why this cannot be the threshold of the event.
    #[must_use]
    pub fn threshold_fault(self, threshold: Amount) -> Option<Fault> {
        match self.threshold() {
            None => Some(AntifraudFault::LimitNotUsed.with("event", self.as_str())),
            Some(Threshold::Sum) => None,
            Some(Threshold::Reached | Threshold::Passed) => {
                (threshold.scale() > 0).then(|| AntifraudFault::ThresholdNotWhole.fault())
            }
        }
    }

    /// Why the event cannot have a period.
    #[must_use]
    pub fn period_fault(self) -> Option<Fault> {
        (!self.needs(Limit::PeriodDays)).then(|| AntifraudFault::LimitNotUsed.with("event", self.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_of_an_event_have_its_name() {
        for event in AntifraudEvent::ALL {
            assert_eq!(event.as_str(), event.procedure().as_str());
        }
    }

    #[test]
    fn a_count_is_whole_and_a_sum_need_not_be() {
        let fault = |event: AntifraudEvent, threshold: &str| event.threshold_fault(threshold.parse().unwrap());
        assert_eq!(fault(AntifraudEvent::FrequentDeposits, "3.00"), None);
        assert!(fault(AntifraudEvent::FrequentDeposits, "3.5").unwrap().is(AntifraudFault::ThresholdNotWhole));
        assert_eq!(fault(AntifraudEvent::ExcessiveDepositsSum, "9999.99"), None);
        assert!(fault(AntifraudEvent::IdenticalPhone, "1").unwrap().is(AntifraudFault::LimitNotUsed));
    }
}
