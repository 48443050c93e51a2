use crate::bonuses::BonusFailure;
use crate::bonuses::obstacle::BonusAction;
use crate::ledger::Amount;
use crate::value::text_enum;

/// What happens to a bonus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BonusEvent {
    /// Its turn has come: it is credited.
    Credit,
    /// The volume to trade is computed.
    ComputeVolume,
    /// Positions that count were closed, of this many lots together.
    CountPosition(Amount),
    /// The volume is reached.
    Complete,
    /// The time is over.
    Expire,
    /// The balance of the account is below 0.
    BalanceNegative,
    /// Money leaves the account.
    MoneyWithdrawn,
    /// The posting that burns it, or pays it out, is done.
    Confirm,
    /// A posting failed for good; the reason.
    Fail(BonusFailure),
    /// A user takes it back.
    Revoke,
    /// A user pauses it.
    Hold,
    /// A user resumes it, extends it by one lifetime, or has a failed step tried again.
    Continue,
    /// A user reactivates it, with another lifetime in days if one is sent.
    Reactivate(Option<i64>),
    /// A user reactivates it, with this many lots to trade.
    SetVolume(Amount),
    /// A user cancels it.
    Delete,
}

text_enum! {
    /// The name of what happened, as the history shows it.
    BonusEventName {
        /// It was awarded.
        Award = "award",
        /// It was credited.
        Credit = "credit",
        /// The volume to trade was computed.
        ComputeVolume = "computeVolume",
        /// Positions that count were closed.
        CountPosition = "countPosition",
        /// The volume was reached.
        Complete = "complete",
        /// The time was over.
        Expire = "expire",
        /// The balance of the account was below 0.
        BalanceNegative = "balanceNegative",
        /// Money left the account.
        MoneyWithdrawn = "moneyWithdrawn",
        /// The posting that burns it, or pays it out, was done.
        Confirm = "confirm",
        /// A posting failed for good.
        Fail = "fail",
        /// A user took it back.
        Revoke = "revoke",
        /// A user paused it.
        Hold = "hold",
        /// A user resumed it, extended it, or had a failed step tried again.
        Continue = "continue",
        /// A user reactivated it.
        Reactivate = "reactivate",
        /// A user reactivated it with another volume to trade.
        SetVolume = "setVolume",
        /// A user cancelled it.
        Delete = "delete",
    }
}

impl BonusEvent {
    /// What the history calls it.
    #[must_use]
    pub const fn name(&self) -> BonusEventName {
        match self {
            Self::Credit => BonusEventName::Credit,
            Self::ComputeVolume => BonusEventName::ComputeVolume,
            Self::CountPosition(_) => BonusEventName::CountPosition,
            Self::Complete => BonusEventName::Complete,
            Self::Expire => BonusEventName::Expire,
            Self::BalanceNegative => BonusEventName::BalanceNegative,
            Self::MoneyWithdrawn => BonusEventName::MoneyWithdrawn,
            Self::Confirm => BonusEventName::Confirm,
            Self::Fail(_) => BonusEventName::Fail,
            Self::Revoke => BonusEventName::Revoke,
            Self::Hold => BonusEventName::Hold,
            Self::Continue => BonusEventName::Continue,
            Self::Reactivate(_) => BonusEventName::Reactivate,
            Self::SetVolume(_) => BonusEventName::SetVolume,
            Self::Delete => BonusEventName::Delete,
        }
    }
}

impl BonusEvent {
    /// Which action it is, as far as obstacles make a difference.
    pub(super) const fn action(&self) -> BonusAction {
        match self {
            Self::Credit => BonusAction::Credit,
            Self::Reactivate(_) | Self::SetVolume(_) => BonusAction::Reactivate,
            Self::Revoke | Self::Hold | Self::Continue | Self::Delete => BonusAction::Change,
            Self::ComputeVolume
            | Self::CountPosition(_)
            | Self::Complete
            | Self::Expire
            | Self::BalanceNegative
            | Self::MoneyWithdrawn
            | Self::Confirm
            | Self::Fail(_) => BonusAction::Proceed,
        }
    }
}
