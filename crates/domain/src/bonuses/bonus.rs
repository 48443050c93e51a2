use super::{BonusFailure, BonusesFault};
use crate::ledger::{Amount, Rounding};
use crate::value::{Fault, FaultCode as _, Field, List, Timestamp, text_enum};

text_enum! {
    /// How far a bonus is (`docs/bonuses.md`, States).
    BonusState {
        /// Awarded, not yet credited.
        Queued = "queued",
        /// Credited; the volume to trade is not computed yet.
        Active = "active",
        /// Running: the volume is being traded.
        Pending = "pending",
        /// Being burnt.
        Processing = "processing",
        /// Traded in time; the money is the client's own.
        Completed = "completed",
        /// Traded in time; the credit is being turned into balance.
        OnCompleting = "onCompleting",
        /// Not traded in time, or taken back: the credit is gone.
        Expired = "expired",
        /// A posting failed; a user must look into it.
        Error = "error",
        /// Paused by a user.
        Hold = "hold",
    }
}

impl BonusState {
    /// Whether the next bonus of the account may begin.
    #[must_use]
    pub const fn is_over(self) -> bool {
        match self {
            Self::Completed | Self::Expired => true,
            Self::Queued
            | Self::Active
            | Self::Pending
            | Self::Processing
            | Self::OnCompleting
            | Self::Error
            | Self::Hold => false,
        }
    }

    /// All that keep the next bonus of the account, and the archive, waiting.
    #[must_use]
    pub fn unfinished() -> Vec<Self> {
        Self::ALL.iter().copied().filter(|state| !state.is_over()).collect()
    }
}

/// How long and how much a bonus is to be traded. A preset, a program and each bonus have their own.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BonusTerms {
    /// How many days the client has to trade the volume, from 1 to 36500.
    pub lifetime: i64,
    /// The amount per lot, in the currency of the bonus: the volume to trade is the amount divided by this. Above 0.
    pub dynamic_lots: Amount,
    /// Whether it is credited at once; otherwise the bonuses of an account are credited one after another.
    pub enable_auto_credit: bool,
    /// For how many seconds a position must have been open to count.
    pub scalping_threshold: i64,
    /// Whether bonus money can be traded with once there is money on the account. The platform enforces it.
    pub enable_trade: bool,
    /// The instruments whose positions do not count.
    pub disabled_groups: List<String>,
}

impl BonusTerms {
    /// The longest lifetime, in days: a hundred years.
    pub const MAX_LIFETIME: i64 = 36_500;

    /// The lots to trade for an amount, with 18 places, half up.
    ///
    /// # Errors
    /// A fault where the volume has too many digits, or rounds to 0: the bonus would be paid out at once.
    pub fn required_volume(&self, amount: Amount) -> Result<Amount, Fault> {
        let volume = amount.over(self.dynamic_lots, Amount::MAX_SCALE, Rounding::HalfUp);
        let volume = volume.map_err(|_| BonusesFault::RequiredVolumeTooLarge.at(Field::DynamicLots))?;
        if volume.is_positive() {
            Ok(volume)
        } else {
            Err(BonusesFault::RequiredVolumeRoundsToZero.at(Field::DynamicLots))
        }
    }

    /// The lifetime as a span of time.
    pub(super) const fn lifetime_span(&self) -> chrono::TimeDelta {
        match chrono::TimeDelta::try_days(self.lifetime) {
            Some(span) => span,
            None => chrono::TimeDelta::MAX,
        }
    }
}

/// A time during which a bonus was on hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Pause {
    /// Since when.
    pub from: Timestamp,
    /// Until when; none while it lasts.
    pub to: Option<Timestamp>,
}

impl Pause {
    /// Whether the moment is in it.
    #[must_use]
    pub fn contains(&self, time: Timestamp) -> bool {
        self.from <= time && self.to.is_none_or(|to| time < to)
    }
}

/// A bonus, as its rules see it. Amounts are in the currency of its account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bonus {
    /// How far it is.
    pub state: BonusState,
    /// How much is awarded.
    pub amount: Amount,
    /// The terms that it was awarded with.
    pub terms: BonusTerms,
    /// Lots traded so far that count.
    pub volume: Amount,
    /// Lots to trade; none until computed.
    pub required_volume: Option<Amount>,
    /// What it has on the account's credit now.
    pub credited: Amount,
    /// When it was credited.
    pub activate_time: Option<Timestamp>,
    /// When it ends, unless the volume is reached.
    pub expire_time: Option<Timestamp>,
    /// When it was on hold since it was credited.
    pub pauses: List<Pause>,
    /// The state before the error.
    pub failed_state: Option<BonusState>,
    /// What went wrong, in the state error.
    pub error: Option<BonusFailure>,
    /// How often it has been credited.
    pub round: i64,
    /// Whether a user has cancelled it: it goes once its credit is taken back.
    pub is_cancelled: bool,
}

impl Bonus {
    /// A bonus that was just awarded (T01, T02, T03).
    ///
    /// # Errors
    /// A fault where it could never be traded.
    pub fn awarded(amount: Amount, terms: BonusTerms) -> Result<Self, Fault> {
        terms.required_volume(amount)?;
        Ok(Self::queued(amount, terms))
    }

    pub(super) fn queued(amount: Amount, terms: BonusTerms) -> Self {
        Self {
            state: BonusState::Queued,
            amount,
            terms,
            volume: Amount::ZERO,
            required_volume: None,
            credited: Amount::ZERO,
            activate_time: None,
            expire_time: None,
            pauses: List::default(),
            failed_state: None,
            error: None,
            round: 0,
            is_cancelled: false,
        }
    }

    /// Whether the volume is traded.
    #[must_use]
    pub fn is_traded(&self) -> bool {
        self.required_volume.is_some_and(|required| self.volume >= required)
    }

    /// Whether taking its credit back has failed, so that a user must decide.
    #[must_use]
    pub fn has_failed_to_burn(&self) -> bool {
        self.state == BonusState::Error && self.failed_state == Some(BonusState::Processing)
    }

    /// When the engine must look at it next; none where something else must happen first.
    #[must_use]
    pub fn due_at(&self, now: Timestamp) -> Option<Timestamp> {
        match self.state {
            BonusState::Queued | BonusState::Active | BonusState::Processing | BonusState::OnCompleting => Some(now),
            BonusState::Pending if self.is_traded() => Some(now),
            BonusState::Pending => self.expire_time,
            BonusState::Hold | BonusState::Error | BonusState::Completed | BonusState::Expired => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::amount::tests::amount;

    /// MONEY.md: 100 USD at 2 lots per unit ask for 50 lots.
    #[test]
    fn the_volume_is_the_amount_divided_by_the_lot_per_unit() {
        let terms = super::super::machine::tests::terms();
        assert_eq!(terms.required_volume(amount("100")), Ok(amount("50")));
        let thirds = BonusTerms { dynamic_lots: amount("3"), ..terms };
        assert_eq!(thirds.required_volume(amount("2")), Ok(amount("0.666666666666666667")), "half up");
    }

    #[test]
    fn a_bonus_always_has_a_volume_to_trade() {
        let lots = |text: &str| BonusTerms { dynamic_lots: amount(text), ..super::super::machine::tests::terms() };
        let least = lots("0.000000000000000001");
        assert_eq!(
            Bonus::awarded(amount("1000000000000"), least.clone()),
            Err(BonusesFault::RequiredVolumeTooLarge.at(Field::DynamicLots))
        );
        assert!(Bonus::awarded(amount("100"), least).is_ok());
        let most = lots("9999999999999999999999999999");
        assert_eq!(
            Bonus::awarded(amount("100"), most.clone()),
            Err(BonusesFault::RequiredVolumeRoundsToZero.at(Field::DynamicLots))
        );
        assert!(Bonus::awarded(amount("9999999999"), most).is_ok(), "it rounds up to the last place");
    }
}
