use super::{Bonus, BonusState};
use crate::catalog::PlatformId;
use crate::ledger::{AccountBook, AccountFacts, Amount, BrokerBook, Entry, Unbalanced};
use crate::value::{Timestamp, text_enum};

/// A closed position, as a platform reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The platform's own id; one position of a platform has it.
    pub external_id: String,
    /// The number of the account.
    pub account_number: String,
    /// The instrument.
    pub symbol: String,
    /// How much was traded; above 0.
    pub lots: Amount,
    /// When it was opened.
    pub open_time: Timestamp,
    /// When it was closed.
    pub close_time: Timestamp,
    /// Its result in the account's currency, signed; none where the platform does not tell it.
    pub profit: Option<Amount>,
}

/// What is wrong with a reported position by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PositionFault {
    /// It was closed before it was opened.
    #[error("it was closed before it was opened")]
    ClosedBeforeOpened,
    /// Nothing was traded.
    #[error("it has no lots")]
    NoLots,
    /// The result has more places than the currency.
    #[error("its result has more places than the currency")]
    TooManyPlaces,
}

text_enum! {
    /// Why a position counts for no bonus.
    NotCounted {
        /// The account has no running bonus.
        NoBonus = "noBonus",
        /// It was not opened after the activation and closed before the expiry, or was closed
        /// while the bonus was on hold.
        OutsideWindow = "outsideWindow",
        /// It was kept open for too short a time.
        Scalping = "scalping",
        /// Its instrument does not count.
        DisabledGroup = "disabledGroup",
        /// The bonus is on hold.
        OnHold = "onHold",
    }
}

impl Position {
    /// Whether it can be right, for an account in a currency with this many places.
    ///
    /// # Errors
    /// [`PositionFault`].
    pub fn check(&self, minor_unit: u32) -> Result<(), PositionFault> {
        if self.close_time < self.open_time {
            return Err(PositionFault::ClosedBeforeOpened);
        }
        if !self.lots.is_positive() {
            return Err(PositionFault::NoLots);
        }
        if self.profit.is_some_and(|profit| profit.scale() > minor_unit) {
            return Err(PositionFault::TooManyPlaces);
        }
        Ok(())
    }

    /// Whether it counts for a bonus of its account (`docs/bonuses.md`, Volume).
    ///
    /// # Errors
    /// The first reason against it.
    pub fn counts_for(&self, bonus: &Bonus) -> Result<(), NotCounted> {
        match bonus.state {
            BonusState::Pending => {}
            BonusState::Hold => return Err(NotCounted::OnHold),
            BonusState::Queued
            | BonusState::Active
            | BonusState::Processing
            | BonusState::OnCompleting
            | BonusState::Completed
            | BonusState::Expired
            | BonusState::Error => return Err(NotCounted::NoBonus),
        }
        let is_after = bonus.activate_time.is_some_and(|activated| self.open_time > activated);
        let is_before = bonus.expire_time.is_some_and(|expiry| self.close_time < expiry);
        let is_paused = bonus.pauses.iter().any(|pause| pause.contains(self.close_time));
        if !is_after || !is_before || is_paused {
            return Err(NotCounted::OutsideWindow);
        }
        if self.close_time.since(self.open_time).num_seconds() < bonus.terms.scalping_threshold {
            return Err(NotCounted::Scalping);
        }
        if bonus.terms.disabled_groups.contains(&self.symbol) {
            return Err(NotCounted::DisabledGroup);
        }
        Ok(())
    }
}

/// What the result of a position posts: the platform's trading book against the account's balance.
///
/// # Errors
/// [`Unbalanced`]: a bug.
pub fn position_entry(account: &AccountFacts, platform: PlatformId, profit: Amount) -> Result<Entry, Unbalanced> {
    Entry::of([
        account.broker_posting(BrokerBook::Trading(platform), profit.negated()),
        account.posting(AccountBook::Balance, profit),
    ])
}

#[cfg(test)]
mod tests {
    use super::super::machine::tests::terms;
    use super::super::{BonusTerms, Pause};
    use super::*;
    use crate::value::amount::tests::amount;

    fn time(seconds: i64) -> Timestamp {
        chrono::DateTime::from_timestamp(seconds, 0).unwrap().into()
    }

    fn position(open: i64, close: i64) -> Position {
        Position {
            external_id: "1".into(),
            account_number: "1000001".into(),
            symbol: "EURUSD".into(),
            lots: amount("1.5"),
            open_time: time(open),
            close_time: time(close),
            profit: None,
        }
    }

    fn running() -> Bonus {
        Bonus {
            state: BonusState::Pending,
            activate_time: Some(time(1_000)),
            expire_time: Some(time(9_000)),
            ..Bonus::queued(amount("100"), terms())
        }
    }

    #[test]
    fn a_position_counts_from_the_activation_to_the_expiry() {
        assert_eq!(position(1_001, 8_999).counts_for(&running()), Ok(()));
        assert_eq!(position(1_000, 8_000).counts_for(&running()), Err(NotCounted::OutsideWindow));
        assert_eq!(position(2_000, 9_000).counts_for(&running()), Err(NotCounted::OutsideWindow));
    }

    #[test]
    fn what_was_closed_during_a_pause_never_counts() {
        let paused = Pause { from: time(3_000), to: Some(time(4_000)) };
        let bonus = Bonus { pauses: vec![paused].into(), ..running() };
        assert_eq!(position(2_000, 3_500).counts_for(&bonus), Err(NotCounted::OutsideWindow));
        assert_eq!(position(2_000, 4_000).counts_for(&bonus), Ok(()));
        let held = Bonus { state: BonusState::Hold, ..bonus };
        assert_eq!(position(2_000, 2_500).counts_for(&held), Err(NotCounted::OnHold));
    }

    #[test]
    fn scalped_positions_and_disabled_instruments_do_not_count() {
        assert_eq!(position(2_000, 2_059).counts_for(&running()), Err(NotCounted::Scalping));
        assert_eq!(position(2_000, 2_060).counts_for(&running()), Ok(()));
        let terms = BonusTerms { disabled_groups: vec!["EURUSD".to_owned()].into(), ..terms() };
        let bonus = Bonus { terms, ..running() };
        assert_eq!(position(2_000, 3_000).counts_for(&bonus), Err(NotCounted::DisabledGroup));
    }

    #[test]
    fn a_position_that_cannot_be_right_is_told() {
        assert_eq!(position(2_000, 1_000).check(2), Err(PositionFault::ClosedBeforeOpened));
        let empty = Position { lots: Amount::ZERO, ..position(1, 2) };
        assert_eq!(empty.check(2), Err(PositionFault::NoLots));
        let fine = Position { profit: Some(amount("-0.005")), ..position(1, 2) };
        assert_eq!(fine.check(2), Err(PositionFault::TooManyPlaces));
        assert_eq!(fine.check(3), Ok(()));
    }
}
