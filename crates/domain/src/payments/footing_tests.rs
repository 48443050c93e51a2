//! What each movement posts is what its transaction states, which is how the books are verified.

use super::{
    ExchangeQuote, Payment, Payout, TransferLegs, ask_withdrawal, balance_change, change_withdrawal, client_deposit,
    complete_transfer, complete_withdrawal, exchange, release, reversal,
};
use crate::catalog::{PlatformId, ProductType};
use crate::ledger::account::tests::account;
use crate::ledger::{
    AccountBook, AccountFacts, Amount, CommissionTerms, CurrencyCode, CurrencyUnit, Entry, Footing, FundsState,
    Movement, Side, TransactionFacts, TransactionKind, TransactionStatus,
};
use crate::value::amount::tests::amount;

const USD: i64 = 840;
const EUR: i64 = 978;

fn footing<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Footing {
    let mut footing = Footing::default();
    for posting in entries.into_iter().flat_map(Entry::postings) {
        footing.add((&posting.book).into(), posting.currency, posting.amount).unwrap();
    }
    footing
}

fn facts(movement: &Movement, status: TransactionStatus, funds: FundsState, has_method: bool) -> TransactionFacts {
    let Movement { kind, debit, credit, .. } = *movement;
    TransactionFacts { kind, status, funds, has_method, is_demo: false, debit, credit }
}

fn done(movement: &Movement, has_method: bool) -> TransactionFacts {
    facts(movement, TransactionStatus::Done, FundsState::Free, has_method)
}

fn is_due(stated: &TransactionFacts, posted: &Footing) -> bool {
    stated.due().unwrap().is(posted)
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
            TransactionFacts { credit: elsewhere(stated.credit), debit: elsewhere(stated.debit), ..stated },
            TransactionFacts { is_demo: true, credit: more(stated.credit), ..stated },
            TransactionFacts { debit: more(stated.debit), ..stated },
            TransactionFacts { credit: more(stated.credit), ..stated },
        ];
        if has_method {
            changed.push(TransactionFacts { has_method: false, ..stated });
            changed.push(TransactionFacts { debit: costlier(stated.debit), ..stated });
            changed.push(TransactionFacts { credit: costlier(stated.credit), ..stated });
        }
        let others = TransactionStatus::ALL.iter().filter(|status| **status != TransactionStatus::Done);
        changed.extend(others.map(|status| TransactionFacts { status: *status, ..stated }));
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
    let held = |status| facts(&asked, status, FundsState::Held, true);
    let (pending, refund) = (TransactionStatus::Pending, TransactionStatus::Refund);
    assert!(is_due(&held(pending), &footing([&asked.entry])));
    assert!(!is_due(&held(refund), &footing([&asked.entry])));
    let wallet = AccountFacts { books: asked.entry.applied_to(wallet.id, wallet.books).unwrap(), ..wallet };
    let released = release(&wallet, payout.amount).unwrap();
    assert!(is_due(&held(refund), &footing([&asked.entry, &released])));
    let paid = complete_withdrawal(&wallet, "sepa", &payout, true).unwrap();
    assert!(is_due(
        &facts(&paid, TransactionStatus::Done, FundsState::Held, true),
        &footing([&asked.entry, &paid.entry])
    ));
}

#[test]
fn what_is_blocked_follows_the_amount() {
    let wallet = account(1, USD, "250");
    let payout = |text| Payout { amount: amount(text), unit: unit(EUR), rate: amount("0.9"), terms: None };
    let asked = ask_withdrawal(&wallet, &payout("100"), true).unwrap();
    let wallet = AccountFacts { books: asked.entry.applied_to(wallet.id, wallet.books).unwrap(), ..wallet };
    for (text, balance, hold) in [("120", "130", "120"), ("250", "0", "250"), ("80", "170", "80")] {
        let changed = change_withdrawal(&wallet, amount("100"), &payout(text), true).unwrap();
        let books = changed.entry.applied_to(wallet.id, wallet.books).unwrap();
        assert_eq!((books.balance, books.hold), (amount(balance), amount(hold)), "{text}");
        let stated = facts(&changed, TransactionStatus::Pending, FundsState::Held, true);
        assert!(is_due(&stated, &footing([&asked.entry, &changed.entry])), "{text}");
    }
    assert!(change_withdrawal(&wallet, amount("100"), &payout("250.01"), true).is_err(), "more than there is");
    assert!(change_withdrawal(&wallet, amount("100"), &payout("99.999"), true).is_err(), "too many places");
    let free = change_withdrawal(&wallet, amount("100"), &payout("150"), false).unwrap();
    assert!(free.entry.postings().is_empty());
    assert!(change_withdrawal(&wallet, amount("100"), &payout("151"), false).is_err(), "nothing is blocked for it");
}

#[test]
fn what_is_in_transit_has_left_and_not_arrived() {
    let source = account(1, USD, "100");
    let destination = AccountFacts { is_outside: true, platform: PlatformId::new(7), ..account(2, USD, "0") };
    let transfer = TransactionKind::Transfer;
    let movement = complete_transfer(transfer, &source, &destination, amount("40"), AccountBook::Balance).unwrap();
    let legs = TransferLegs::split(&movement.entry, Some(&source), Some(&destination)).unwrap().unwrap();
    let stated = |status| facts(&movement, status, FundsState::InTransit, false);
    let left = footing([&legs.outbound]);
    assert!(is_due(&stated(TransactionStatus::InProgress), &left));
    assert!(!is_due(&stated(TransactionStatus::Done), &left));
    assert!(is_due(&stated(TransactionStatus::Done), &footing([&legs.outbound, &legs.settlement])));
    assert!(!is_due(&stated(TransactionStatus::Partial), &footing([&legs.outbound, &legs.settlement])));
    let back = reversal(&legs.outbound).unwrap();
    assert!(is_due(&stated(TransactionStatus::Failed), &footing([&legs.outbound, &back])));
}

#[test]
fn play_money_stands_against_play_money() {
    let demo = AccountFacts { kind: ProductType::Demo, ..account(1, USD, "100") };
    let payment = Payment { amount: amount("10"), unit: unit(USD), rate: Amount::ONE, terms: Some(terms()) };
    let movement = client_deposit(&demo, "card", &payment).unwrap();
    let posted = footing([&movement.entry]);
    assert!(is_due(&TransactionFacts { is_demo: true, ..done(&movement, true) }, &posted));
    assert!(!is_due(&done(&movement, true), &posted));
}
