//! What the entries of a transaction add up to, and what they should add up to: this is how the books
//! are checked against the transactions (`docs/rules.md`, Books).

use std::collections::BTreeMap;
use std::fmt;

use super::{
    AccountBook, AccountId, Amount, AmountError, Book, BrokerBook, CurrencyCode, Side, Stake, TransactionKind,
    TransactionStatus,
};

/// Where postings are added up. Of the broker's books only the kind counts, since methods can be renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the broker's books are told where they are declared")]
pub enum Place {
    /// A book of an account.
    Account(AccountId, AccountBook),
    Transit,
    Commission,
    Markup,
    Position,
    Corrections,
    BonusReserve,
    BonusCost,
    Platform,
    Trading,
    Partners,
    Demo,
}

impl From<&Book> for Place {
    fn from(book: &Book) -> Self {
        match book {
            Book::Account(id, book) => Self::Account(*id, *book),
            Book::Broker(book) => match book {
                BrokerBook::Transit(_) => Self::Transit,
                BrokerBook::Commission => Self::Commission,
                BrokerBook::Markup => Self::Markup,
                BrokerBook::Position => Self::Position,
                BrokerBook::Corrections => Self::Corrections,
                BrokerBook::BonusReserve => Self::BonusReserve,
                BrokerBook::BonusCost => Self::BonusCost,
                BrokerBook::Platform(_) => Self::Platform,
                BrokerBook::Trading(_) => Self::Trading,
                BrokerBook::Partners => Self::Partners,
                BrokerBook::Demo => Self::Demo,
            },
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(id, book) => write!(f, "account {id} {book}"),
            Self::Transit => f.write_str("transit"),
            Self::Commission => f.write_str("commission"),
            Self::Markup => f.write_str("markup"),
            Self::Position => f.write_str("position"),
            Self::Corrections => f.write_str("corrections"),
            Self::BonusReserve => f.write_str("bonus:reserve"),
            Self::BonusCost => f.write_str("bonus:cost"),
            Self::Platform => f.write_str("platform"),
            Self::Trading => f.write_str("trading"),
            Self::Partners => f.write_str("partners"),
            Self::Demo => f.write_str("demo"),
        }
    }
}

/// What postings add up to, by place and currency, without what adds up to 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Footing(BTreeMap<(Place, CurrencyCode), Amount>);

impl Footing {
    /// Adds a posting.
    ///
    /// # Errors
    /// [`AmountError`] where a sum grows beyond what an amount holds.
    pub fn add(&mut self, place: Place, currency: CurrencyCode, amount: Amount) -> Result<(), AmountError> {
        let sum = self.0.entry((place, currency)).or_default();
        *sum = sum.plus(amount)?;
        if sum.is_zero() {
            self.0.remove(&(place, currency));
        }
        Ok(())
    }

    /// Whether nothing was posted, or everything was taken back.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The part on books of accounts.
    fn of_accounts(&self) -> Self {
        let of_account = |place: &Place| matches!(place, Place::Account(..));
        Self(self.0.iter().filter(|((place, _), _)| of_account(place)).map(|(key, sum)| (*key, *sum)).collect())
    }
}

impl fmt::Display for Footing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing");
        }
        for (place, ((book, currency), sum)) in self.0.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(f, "{comma}{book} {} in {currency}", sum.plain())?;
        }
        Ok(())
    }
}

/// The account and the amount of an entry that is the result of a position: trading on a platform, or
/// play money, against a balance. Nothing else is posted without a transaction or a bonus.
#[must_use]
pub fn position_result(lines: &[(Place, Amount)]) -> Option<(AccountId, Amount)> {
    match lines {
        [(Place::Account(id, AccountBook::Balance), amount), (Place::Trading | Place::Demo, _)]
        | [(Place::Trading | Place::Demo, _), (Place::Account(id, AccountBook::Balance), amount)] => {
            Some((*id, *amount))
        }
        _ => None,
    }
}

/// The facts of a transaction that its entries follow from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accounted {
    /// What it does.
    pub kind: TransactionKind,
    /// How far it is.
    pub status: TransactionStatus,
    /// Where the amount is while it is unfinished.
    pub stake: Stake,
    /// Whether it was made by a method; a balance change is not.
    pub has_method: bool,
    /// Whether it moves play money.
    pub is_demo: bool,
    /// What leaves.
    pub debit: Side,
    /// What arrives.
    pub credit: Side,
}

/// What the entries of a transaction should add up to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// This, on all books.
    All(Footing),
    /// This, on books of accounts: the rest is on its way to or from a platform, and is not compared.
    OfAccounts(Footing),
}

impl Due {
    /// Whether the entries add up to it.
    #[must_use]
    pub fn is(&self, posted: &Footing) -> bool {
        match self {
            Self::All(due) => due == posted,
            Self::OfAccounts(due) => *due == posted.of_accounts(),
        }
    }
}

impl fmt::Display for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(due) | Self::OfAccounts(due) => due.fmt(f),
        }
    }
}

impl Accounted {
    /// What its entries should add up to.
    ///
    /// # Errors
    /// [`AmountError`] where a sum grows beyond what an amount holds.
    pub fn due(&self) -> Result<Due, AmountError> {
        let mut due = Footing::default();
        if self.status.is_final() {
            if self.status == TransactionStatus::Done {
                self.add_movement(&mut due)?;
            }
            return Ok(Due::All(due));
        }
        let Self { debit, stake, .. } = self;
        match stake {
            Stake::Free => Ok(Due::All(due)),
            Stake::Held => {
                add_to_account(&mut due, debit, AccountBook::Balance, debit.amount.negated())?;
                add_to_account(&mut due, debit, AccountBook::Hold, debit.amount)?;
                Ok(Due::All(due))
            }
            Stake::UnderWay => {
                add_to_account(&mut due, debit, AccountBook::Balance, debit.amount.negated())?;
                Ok(Due::OfAccounts(due))
            }
        }
    }

    /// What is posted until it is done (`docs/rules.md`, Money).
    fn add_movement(&self, due: &mut Footing) -> Result<(), AmountError> {
        let Self { debit, credit, .. } = self;
        let given = debit.amount.negated();
        add_to_account(due, debit, AccountBook::Balance, given)?;
        add_to_account(due, credit, AccountBook::Balance, credit.amount)?;
        let outside = if self.has_method { Place::Transit } else { Place::Corrections };
        match self.kind {
            TransactionKind::Transfer | TransactionKind::External => {}
            TransactionKind::Partner => self.add(due, Place::Partners, debit, given)?,
            TransactionKind::Exchange => self.add(due, Place::Markup, credit, credit.commission)?,
            TransactionKind::Deposit => {
                self.add(due, outside, debit, given)?;
                self.add_commissions(due)?;
            }
            TransactionKind::Withdrawal => {
                self.add(due, outside, credit, credit.amount)?;
                self.add_commissions(due)?;
            }
        }
        if debit.currency != credit.currency {
            self.add(due, Place::Position, debit, debit.amount.minus(debit.commission)?)?;
            self.add(due, Place::Position, credit, credit.amount.plus(credit.commission)?.negated())?;
        }
        Ok(())
    }

    fn add_commissions(&self, due: &mut Footing) -> Result<(), AmountError> {
        self.add(due, Place::Commission, &self.debit, self.debit.commission)?;
        self.add(due, Place::Commission, &self.credit, self.credit.commission)
    }

    /// The counterpart of play money is play money.
    fn add(&self, due: &mut Footing, place: Place, side: &Side, amount: Amount) -> Result<(), AmountError> {
        due.add(if self.is_demo { Place::Demo } else { place }, side.currency, amount)
    }
}

fn add_to_account(due: &mut Footing, side: &Side, book: AccountBook, amount: Amount) -> Result<(), AmountError> {
    match side.account {
        Some(id) => due.add(Place::Account(id, book), side.currency, amount),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{PlatformId, ProductType};
    use crate::ledger::account::tests::{account, amount};
    use crate::ledger::{
        AccountFacts, CommissionTerms, CurrencyUnit, Entry, ExchangeQuote, Movement, Payment, Payout, ask_withdrawal,
        balance_change, client_deposit, complete_transfer, complete_withdrawal, exchange, legs, release, returned,
    };

    const USD: i64 = 840;
    const EUR: i64 = 978;

    fn footing<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Footing {
        let mut footing = Footing::default();
        for posting in entries.into_iter().flat_map(Entry::postings) {
            footing.add((&posting.book).into(), posting.currency, posting.amount).unwrap();
        }
        footing
    }

    fn accounted(movement: &Movement, status: TransactionStatus, stake: Stake, has_method: bool) -> Accounted {
        let Movement { kind, debit, credit, .. } = *movement;
        Accounted { kind, status, stake, has_method, is_demo: false, debit, credit }
    }

    fn done(movement: &Movement, has_method: bool) -> Accounted {
        accounted(movement, TransactionStatus::Done, Stake::Free, has_method)
    }

    fn is_due(accounted: &Accounted, posted: &Footing) -> bool {
        accounted.due().unwrap().is(posted)
    }

    fn terms() -> CommissionTerms {
        CommissionTerms { percent: Some(amount("2")), ..CommissionTerms::default() }
    }

    fn unit(code: i64) -> CurrencyUnit {
        CurrencyUnit { code: CurrencyCode::new(code), minor_unit: 2 }
    }

    /// Movements of every kind that are done at once, and whether a method was used.
    fn movements() -> Vec<(Movement, bool)> {
        let (one, other, euros) = (account(1, USD, "250"), account(2, USD, "0"), account(3, EUR, "0"));
        let payment = |unit| Payment { amount: amount("100"), unit, rate: amount("1.1"), terms: Some(terms()) };
        let payout = |unit| Payout { amount: amount("100"), unit, rate: amount("0.9"), terms: Some(terms()) };
        let quote = ExchangeQuote {
            source: amount("100"),
            destination: amount("197.01"),
            markup: amount("2.99"),
            rate: amount("1.9701"),
        };
        let balance = AccountBook::Balance;
        vec![
            (client_deposit(&one, "card", &payment(unit(USD))).unwrap(), true),
            (client_deposit(&one, "card", &payment(unit(EUR))).unwrap(), true),
            (complete_withdrawal(&one, "sepa", &payout(unit(USD)), false).unwrap(), true),
            (complete_withdrawal(&one, "sepa", &payout(unit(EUR)), false).unwrap(), true),
            (complete_transfer(TransactionKind::Transfer, &one, &other, amount("40"), balance).unwrap(), false),
            (exchange(&one, &euros, &quote, balance).unwrap(), false),
            (balance_change(&one, amount("5")).unwrap(), false),
            (balance_change(&one, amount("-5")).unwrap(), false),
        ]
    }

    #[test]
    fn what_is_done_is_posted_as_it_is_stated() {
        for (movement, has_method) in movements() {
            let posted = footing([&movement.entry]);
            let stated = done(&movement, has_method);
            assert!(is_due(&stated, &posted), "{movement:?}: {}", stated.due().unwrap());
        }
    }

    #[test]
    fn a_statement_that_was_changed_is_not_what_was_posted() {
        for (movement, has_method) in movements() {
            let posted = footing([&movement.entry]);
            let stated = done(&movement, has_method);
            let more = |side: Side| Side { amount: side.amount.plus(Amount::ONE).unwrap(), ..side };
            let costlier = |side: Side| Side { commission: side.commission.plus(Amount::ONE).unwrap(), ..side };
            let elsewhere = |side: Side| Side { currency: CurrencyCode::new(1), ..side };
            let mut changed = vec![
                Accounted { credit: elsewhere(stated.credit), debit: elsewhere(stated.debit), ..stated },
                Accounted { is_demo: true, credit: more(stated.credit), ..stated },
                Accounted { debit: more(stated.debit), ..stated },
                Accounted { credit: more(stated.credit), ..stated },
            ];
            if has_method {
                changed.push(Accounted { has_method: false, ..stated });
                changed.push(Accounted { debit: costlier(stated.debit), ..stated });
                changed.push(Accounted { credit: costlier(stated.credit), ..stated });
            }
            let others = TransactionStatus::ALL.iter().filter(|status| **status != TransactionStatus::Done);
            changed.extend(others.map(|status| Accounted { status: *status, ..stated }));
            for stated in changed {
                assert!(!is_due(&stated, &posted), "{stated:?}");
            }
        }
    }

    #[test]
    fn what_waits_is_blocked_and_free_again_where_it_comes_to_nothing() {
        let wallet = account(1, USD, "250");
        let payout = Payout { amount: amount("100"), unit: unit(EUR), rate: amount("0.9"), terms: Some(terms()) };
        let asked = ask_withdrawal(&wallet, &payout, true).unwrap();
        let held = |status| accounted(&asked, status, Stake::Held, true);
        let (pending, refund) = (TransactionStatus::Pending, TransactionStatus::Refund);
        assert!(is_due(&held(pending), &footing([&asked.entry])));
        assert!(!is_due(&held(refund), &footing([&asked.entry])));
        let wallet = AccountFacts { books: asked.entry.applied_to(wallet.id, wallet.books).unwrap(), ..wallet };
        let released = release(&wallet, payout.amount).unwrap();
        assert!(is_due(&held(refund), &footing([&asked.entry, &released])));
        let paid = complete_withdrawal(&wallet, "sepa", &payout, true).unwrap();
        assert!(is_due(
            &accounted(&paid, TransactionStatus::Done, Stake::Held, true),
            &footing([&asked.entry, &paid.entry])
        ));
    }

    #[test]
    fn what_is_on_its_way_has_left_and_not_arrived() {
        let source = account(1, USD, "100");
        let destination = AccountFacts { is_outside: true, platform: PlatformId::new(7), ..account(2, USD, "0") };
        let transfer = TransactionKind::Transfer;
        let movement = complete_transfer(transfer, &source, &destination, amount("40"), AccountBook::Balance).unwrap();
        let legs = legs(&movement.entry, Some(&source), Some(&destination)).unwrap().unwrap();
        let stated = |status| accounted(&movement, status, Stake::UnderWay, false);
        let departed = footing([&legs.departure]);
        assert!(is_due(&stated(TransactionStatus::InProgress), &departed));
        assert!(!is_due(&stated(TransactionStatus::Done), &departed));
        assert!(is_due(&stated(TransactionStatus::Done), &footing([&legs.departure, &legs.arrival])));
        assert!(!is_due(&stated(TransactionStatus::Partial), &footing([&legs.departure, &legs.arrival])));
        let back = returned(&legs.departure).unwrap();
        assert!(is_due(&stated(TransactionStatus::Failed), &footing([&legs.departure, &back])));
    }

    #[test]
    fn without_a_cause_only_results_of_positions_are_posted() {
        let balance = Place::Account(AccountId::new(1), AccountBook::Balance);
        let (seven, less) = (amount("7"), amount("-7"));
        let result = Some((AccountId::new(1), seven));
        assert_eq!(position_result(&[(Place::Trading, less), (balance, seven)]), result);
        assert_eq!(position_result(&[(balance, seven), (Place::Demo, less)]), result);
        assert_eq!(position_result(&[(Place::Commission, less), (balance, seven)]), None);
        assert_eq!(position_result(&[(Place::Commission, less), (Place::Markup, seven)]), None);
        assert_eq!(position_result(&[(balance, seven)]), None);
    }

    #[test]
    fn play_money_stands_against_play_money() {
        let demo = AccountFacts { kind: ProductType::Demo, ..account(1, USD, "100") };
        let payment = Payment { amount: amount("10"), unit: unit(USD), rate: Amount::ONE, terms: Some(terms()) };
        let movement = client_deposit(&demo, "card", &payment).unwrap();
        let posted = footing([&movement.entry]);
        assert!(is_due(&Accounted { is_demo: true, ..done(&movement, true) }, &posted));
        assert!(!is_due(&done(&movement, true), &posted));
    }
}
