//! Statements of accounts over a period: what was there, what moved, what is left.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::{
    AccountBook, Amount, AmountError, BonusId, Books, LedgerFault, PostingId, Step, Sum, TransactionId, TransactionKind,
};
use crate::value::{Fault, FaultCode as _, Timestamp, text_enum};

/// How long a statement's period is at most: a year, whichever day it begins on.
pub const MAX_STATEMENT_DAYS: i64 = 366;

/// How many lines a statement has at most, since it is held whole in memory; request longer periods in parts.
pub const MAX_STATEMENT_LINES: usize = 20_000;

text_enum! {
    /// What moved money of an account, as its statement sums it up.
    MovementKind {
        /// Money that was paid in.
        Deposit = "deposit",
        /// Money that is paid out: blocked, paid, or given back.
        Withdrawal = "withdrawal",
        /// Between accounts of the client.
        Transfer = "transfer",
        /// From or to another client.
        External = "external",
        /// Between currencies of the client.
        Exchange = "exchange",
        /// Rewards of a partner.
        Partner = "partner",
        /// Balances that were changed by hand, and play money that a demo account begins with.
        BalanceChange = "balanceChange",
        /// Bonus money: given, paid out, or taken back.
        Bonus = "bonus",
        /// Results of trading.
        Trading = "trading",
    }
}

impl MovementKind {
    /// What a posting moved, by what it was posted for: a transaction, with whether it has a method, a bonus, or, where it
    /// was for neither, the result of a position.
    #[must_use]
    pub const fn of(transaction: Option<(TransactionKind, bool)>, bonus: Option<BonusId>) -> Self {
        match (transaction, bonus) {
            (Some((kind, has_method)), _) => Self::of_transaction(kind, has_method),
            (None, Some(_)) => Self::Bonus,
            (None, None) => Self::Trading,
        }
    }

    /// What a transaction moves. A deposit or a withdrawal without a method is a change of the balance by hand.
    const fn of_transaction(kind: TransactionKind, has_method: bool) -> Self {
        match (kind, has_method) {
            (TransactionKind::Deposit, true) => Self::Deposit,
            (TransactionKind::Withdrawal, true) => Self::Withdrawal,
            (TransactionKind::Deposit | TransactionKind::Withdrawal, false) => Self::BalanceChange,
            (TransactionKind::Transfer, _) => Self::Transfer,
            (TransactionKind::External, _) => Self::External,
            (TransactionKind::Exchange, _) => Self::Exchange,
            (TransactionKind::Partner, _) => Self::Partner,
        }
    }
}

/// A posting on a book of an account, as lists and statements show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountPosting {
    /// Which.
    pub id: PostingId,
    /// When it was posted.
    pub time: Timestamp,
    /// On which book.
    pub book: AccountBook,
    /// How much; below 0 where it left the book.
    pub amount: Amount,
    /// What was in the same book then.
    pub balance_after: Amount,
    /// The transaction that it was posted for.
    pub transaction: Option<TransactionId>,
    /// The bonus that it was posted for.
    pub bonus: Option<BonusId>,
    /// What moved the money.
    pub kind: MovementKind,
    /// What was done for it.
    pub step: Step,
}

/// The period of a statement: from included, to excluded, so that adjoining periods join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatementPeriod {
    from: Timestamp,
    to: Timestamp,
}

impl StatementPeriod {
    /// The period between two moments.
    ///
    /// # Errors
    /// A fault of its end: it must come after the beginning, and by at most [`MAX_STATEMENT_DAYS`].
    pub fn between(from: Timestamp, to: Timestamp) -> Result<Self, Fault> {
        if to <= from {
            return Err(LedgerFault::PeriodEmpty.fault());
        }
        if to.since(from) > TimeDelta::days(MAX_STATEMENT_DAYS) {
            return Err(LedgerFault::PeriodTooLong.with("days", MAX_STATEMENT_DAYS));
        }
        Ok(Self { from, to })
    }

    /// Its beginning, which belongs to it.
    #[must_use]
    pub const fn from(self) -> Timestamp {
        self.from
    }

    /// Its end, which does not.
    #[must_use]
    pub const fn to(self) -> Timestamp {
        self.to
    }
}

/// The moment before which postings count for the balance at a time. Moments are shown in whole seconds, so one without a
/// fraction stands for its whole second: the shown time of a posting tells the balance after it.
#[must_use]
pub fn balance_cutoff(at: Timestamp) -> Timestamp {
    let is_whole_second = at.naive().and_utc().timestamp_subsec_nanos() == 0;
    at.plus(if is_whole_second { TimeDelta::seconds(1) } else { TimeDelta::microseconds(1) })
}

/// Whether a balance can be told: it cannot be read for a future time.
///
/// # Errors
/// A fault of the moment.
pub fn check_not_ahead(at: Timestamp, now: Timestamp) -> Result<(), Fault> {
    if at > now { Err(LedgerFault::MomentAhead.fault()) } else { Ok(()) }
}

/// What a kind of movement comes to in a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindTotal {
    /// The kind.
    pub kind: MovementKind,
    /// How many lines of it there are.
    pub count: usize,
    /// What they sum to.
    pub amount: Sum,
}

/// What the free money of an account was, how it moved and what it came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountStatement {
    /// What there was before the first line.
    pub opening: Amount,
    /// What there was at the end of the period.
    pub at_end: Books,
    /// The kinds of movement that there were.
    pub totals: Vec<KindTotal>,
    /// The postings of the period on the book `balance`, oldest first.
    pub lines: Vec<AccountPosting>,
}

/// Postings that do not join: what is stored is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unjoined {
    /// A posting does not leave what was there and its amount.
    #[error("posting {0} leaves {due} and states {stated}", due = .1.plain(), stated = .2.plain())]
    AtLine(PostingId, Amount, Amount),
    /// The lines do not lead to the balance at the end.
    #[error("the lines come to {sum}, the balance at the end is {end}", sum = .0.plain(), end = .1.plain())]
    AtEnd(Amount, Amount),
    /// A sum is beyond what an amount holds.
    #[error(transparent)]
    Amount(#[from] AmountError),
}

impl AccountStatement {
    /// A period of more lines than a statement may have.
    ///
    /// # Errors
    /// The fault that names the limit.
    pub fn check_length(lines: usize) -> Result<(), Fault> {
        if lines > MAX_STATEMENT_LINES {
            Err(LedgerFault::StatementTooLong.with("max", MAX_STATEMENT_LINES))
        } else {
            Ok(())
        }
    }

    /// The statement of these lines. The balance before the first and the books at the end were looked up by themselves;
    /// the lines must lead from the one to the other.
    ///
    /// # Errors
    /// [`Unjoined`] where they do not, to the last digit.
    pub fn of(opening: Amount, lines: Vec<AccountPosting>, at_end: Books) -> Result<Self, Unjoined> {
        let mut balance = opening;
        let mut totals: BTreeMap<MovementKind, (usize, Sum)> = BTreeMap::new();
        for line in &lines {
            balance = balance.plus(line.amount)?;
            if balance != line.balance_after {
                return Err(Unjoined::AtLine(line.id, balance, line.balance_after));
            }
            let (count, amount) = totals.remove(&line.kind).unwrap_or_default();
            totals.insert(line.kind, (count + 1, amount.plus(line.amount)));
        }
        if balance != at_end.balance {
            return Err(Unjoined::AtEnd(balance, at_end.balance));
        }
        let totals = totals.into_iter().map(|(kind, (count, amount))| KindTotal { kind, count, amount }).collect();
        Ok(Self { opening, at_end, totals, lines })
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::*;
    use crate::ledger::{EntryId, post_time};

    fn at(second: i64) -> Timestamp {
        DateTime::from_timestamp(second, 0).unwrap().into()
    }

    /// Postings on the book `balance`, each so many seconds after the one before.
    fn history(steps: &[(i64, i64)]) -> Vec<AccountPosting> {
        let (mut time, mut balance) = (at(0), Amount::ZERO);
        let posting = |(number, (later, amount)): (usize, &(i64, i64))| {
            time = post_time(time.plus(TimeDelta::seconds(*later)), time);
            balance = balance.plus((*amount).into()).unwrap();
            AccountPosting {
                id: PostingId::of(EntryId::new(i64::try_from(number).unwrap() + 1), 1),
                time,
                book: AccountBook::Balance,
                amount: (*amount).into(),
                balance_after: balance,
                transaction: None,
                bonus: None,
                kind: if *amount % 2 == 0 { MovementKind::Trading } else { MovementKind::Deposit },
                step: Step::Done,
            }
        };
        steps.iter().enumerate().map(posting).collect()
    }

    /// The balance before a moment, as the postings tell it.
    fn balance_before(history: &[AccountPosting], moment: Timestamp) -> Amount {
        history.iter().rfind(|line| line.time < moment).map_or(Amount::ZERO, |line| line.balance_after)
    }

    fn statement(history: &[AccountPosting], period: StatementPeriod) -> AccountStatement {
        let lines = history.iter().filter(|line| line.time >= period.from() && line.time < period.to());
        let at_end = Books { balance: balance_before(history, period.to()), ..Books::default() };
        AccountStatement::of(balance_before(history, period.from()), lines.copied().collect(), at_end).unwrap()
    }

    #[test]
    fn a_period_ends_after_it_begins() {
        assert_eq!(StatementPeriod::between(at(5), at(5)), Err(LedgerFault::PeriodEmpty.fault()));
        assert!(StatementPeriod::between(at(5), at(6)).is_ok());
    }

    #[test]
    fn a_period_has_at_most_366_days() {
        let end = at(0).plus(TimeDelta::days(MAX_STATEMENT_DAYS));
        assert!(StatementPeriod::between(at(0), end).is_ok());
        let fault = LedgerFault::PeriodTooLong.with("days", MAX_STATEMENT_DAYS);
        assert_eq!(StatementPeriod::between(at(0), end.plus(TimeDelta::microseconds(1))), Err(fault));
    }

    #[test]
    fn the_balance_of_the_future_is_not_known() {
        assert_eq!(check_not_ahead(at(5), at(5)), Ok(()));
        assert_eq!(check_not_ahead(at(6), at(5)), Err(LedgerFault::MomentAhead.fault()));
    }

    #[test]
    fn a_statement_has_a_limited_number_of_lines() {
        assert_eq!(AccountStatement::check_length(MAX_STATEMENT_LINES), Ok(()));
        let fault = LedgerFault::StatementTooLong.with("max", MAX_STATEMENT_LINES);
        assert_eq!(AccountStatement::check_length(MAX_STATEMENT_LINES + 1), Err(fault));
    }

    #[test]
    fn a_deposit_without_a_method_is_a_change_by_hand() {
        let kind = |kind, has_method| MovementKind::of(Some((kind, has_method)), None);
        assert_eq!(kind(TransactionKind::Deposit, true), MovementKind::Deposit);
        assert_eq!(kind(TransactionKind::Deposit, false), MovementKind::BalanceChange);
        assert_eq!(kind(TransactionKind::Withdrawal, false), MovementKind::BalanceChange);
        assert_eq!(kind(TransactionKind::Transfer, false), MovementKind::Transfer);
    }

    #[test]
    fn what_was_posted_for_no_transaction_is_of_a_bonus_or_of_trading() {
        assert_eq!(MovementKind::of(None, Some(BonusId::new(1))), MovementKind::Bonus);
        assert_eq!(MovementKind::of(None, None), MovementKind::Trading);
    }

    #[test]
    fn the_balance_at_a_whole_second_counts_what_was_posted_within_it() {
        assert_eq!(balance_cutoff(at(5)), at(6));
        let later = TimeDelta::microseconds(700_000);
        assert_eq!(balance_cutoff(at(5).plus(later)), at(5).plus(later + TimeDelta::microseconds(1)));
    }

    #[test]
    fn lines_that_do_not_lead_to_the_end_are_no_statement() {
        let lines = history(&[(1, 10), (1, -3)]);
        let at_end = |balance: i64| Books { balance: balance.into(), ..Books::default() };
        assert!(AccountStatement::of(Amount::ZERO, lines.clone(), at_end(7)).is_ok());
        let of = |opening: Amount, lines, end| AccountStatement::of(opening, lines, at_end(end)).map(|_| ());
        assert_eq!(of(Amount::ZERO, lines.clone(), 8), Err(Unjoined::AtEnd(7.into(), 8.into())));
        assert_eq!(of(1.into(), lines.clone(), 7), Err(Unjoined::AtLine(lines[0].id, 11.into(), 10.into())));
        let without_the_first = lines[1..].to_vec();
        assert_eq!(of(Amount::ZERO, without_the_first, 7), Err(Unjoined::AtLine(lines[1].id, (-3).into(), 7.into())));
    }

    proptest! {
        #[test]
        fn statements_of_adjoining_periods_join_and_add_up(
            steps in prop::collection::vec((0_i64..40, -500_i64..500), 0..80),
            cuts in prop::collection::btree_set(0_i64..2_000, 2..6),
        ) {
            let history = history(&steps);
            let cuts: Vec<Timestamp> = cuts.into_iter().map(at).collect();
            let parts: Vec<AccountStatement> = cuts
                .windows(2)
                .map(|ends| statement(&history, StatementPeriod::between(ends[0], ends[1]).unwrap()))
                .collect();
            for pair in parts.windows(2) {
                prop_assert_eq!(pair[0].at_end.balance, pair[1].opening);
            }
            let whole = statement(&history, StatementPeriod::between(cuts[0], cuts[cuts.len() - 1]).unwrap());
            let lines: Vec<AccountPosting> = parts.iter().flat_map(|part| part.lines.clone()).collect();
            prop_assert_eq!(&lines, &whole.lines);
            let moved = whole.totals.iter().fold(Sum::ZERO, |sum, total| sum + total.amount.clone());
            prop_assert_eq!(Sum::from(whole.opening) + moved, Sum::from(whole.at_end.balance));
            prop_assert_eq!(whole.totals.iter().map(|total| total.count).sum::<usize>(), whole.lines.len());
        }
    }
}
