//! The worked examples of the money rules, to the last digit (`docs/rules.md`, Money).

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use backoffice_domain::catalog::{PlatformId, ProductPermission, ProductType};
use backoffice_domain::clients::{ClientId, ClientStatus};
use backoffice_domain::ledger::{
    AccountBook, AccountFacts, AccountId, Amount, Book, Books, CommissionTerms, CurrencyCode, CurrencyUnit, Entry,
    Figures, Movement, TransactionKind, replay,
};
use backoffice_domain::payments::{
    ExchangeOrder, Markups, MethodCurrency, MethodCurrencyKind, MethodFacts, PairLimits, Payment, Payout,
    ask_withdrawal, balance_change, block, client_deposit, complete_transfer, complete_withdrawal, exchange, price,
    release, transfer, user_deposit, user_withdrawal,
};
use proptest::prelude::*;

const USD: i64 = 840;
const EUR: i64 = 978;

fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

fn unit(code: i64) -> CurrencyUnit {
    CurrencyUnit { code: CurrencyCode::new(code), minor_unit: 2 }
}

fn account(id: i64, currency: i64, balance: &str) -> AccountFacts {
    AccountFacts {
        id: AccountId::new(id),
        client: ClientId::new(1),
        client_status: ClientStatus::Active,
        platform: PlatformId::new(1),
        is_outside: false,
        currency: unit(currency),
        currency_enabled: true,
        kind: ProductType::Personal,
        permissions: ProductPermission::ALL.iter().copied().collect(),
        is_archived: false,
        books: Books { balance: amount(balance), ..Books::default() },
        figures: Figures::default(),
    }
}

fn manual() -> MethodFacts {
    let serves = |currency| MethodCurrency {
        currency: CurrencyCode::new(currency),
        kind: MethodCurrencyKind::Account,
        is_enabled: true,
        min_amount: None,
        max_amount: None,
    };
    MethodFacts {
        name: "manual".into(),
        provider: "manual".into(),
        is_enabled: true,
        is_configured: true,
        currencies: vec![serves(USD), serves(EUR)],
        commissions: Vec::new(),
        restrictions: Vec::new(),
    }
}

/// `USD transit:manual -100; …`, accounts by their id.
fn written(entry: &Entry) -> String {
    let line = |posting: &backoffice_domain::ledger::Posting| {
        let book = match &posting.book {
            Book::Account(id, book) => format!("{id}.{book}"),
            Book::Broker(book) => book.to_string(),
        };
        format!("{} {book} {}", posting.currency, posting.amount.plain())
    };
    entry.postings().iter().map(line).collect::<Vec<_>>().join("; ")
}

fn posted(accounts: &mut AccountFacts, entry: &Entry) {
    accounts.books = entry.applied_to(accounts.id, accounts.books).unwrap();
}

#[test]
fn a_user_deposits_100_with_a_commission_of_2() {
    let deposit =
        user_deposit(&account(1, USD, "0"), &manual(), amount("100"), amount("2"), Some(Amount::ONE)).unwrap();
    assert_eq!(written(&deposit.entry), "840 transit:manual -100; 840 commission 2; 840 1.balance 98");
    assert_eq!((deposit.debit.account, deposit.debit.amount), (None, amount("100")));
    assert_eq!((deposit.credit.amount, deposit.credit.commission), (amount("98"), amount("2")));
}

#[test]
fn a_client_pays_1000_euros_into_a_dollar_account() {
    let terms = CommissionTerms {
        fixed: Some(amount("1")),
        percent: Some(amount("2.5")),
        min: Some(amount("5")),
        max: Some(amount("20")),
    };
    let payment = Payment { amount: amount("1000"), unit: unit(EUR), rate: amount("1.1"), terms: Some(terms) };
    let deposit = client_deposit(&account(1, USD, "0"), "card", &payment).unwrap();
    assert_eq!(
        written(&deposit.entry),
        "978 transit:card -1000; 978 commission 20; 978 position 980; 840 position -1078; 840 1.balance 1078"
    );
    assert_eq!((deposit.debit.commission, deposit.credit.commission), (amount("20"), Amount::ZERO));
}

fn payout() -> Payout {
    let terms = CommissionTerms { percent: Some(amount("2")), min: Some(amount("1")), ..CommissionTerms::default() };
    Payout { amount: amount("100"), unit: unit(EUR), rate: amount("0.9"), terms: Some(terms) }
}

#[test]
fn a_client_is_paid_out_100_dollars_in_euros() {
    let mut wallet = account(1, USD, "250");
    let asked = ask_withdrawal(&wallet, &payout(), true).unwrap();
    assert_eq!(written(&asked.entry), "840 1.balance -100; 840 1.hold 100");
    posted(&mut wallet, &asked.entry);
    let statement = wallet.statement();
    assert_eq!(statement.current_balance, amount("250"));
    assert_eq!((statement.hold, statement.available_balance), (amount("100"), amount("150").into()));
    let paid = complete_withdrawal(&wallet, "sepa", &payout(), true).unwrap();
    assert_eq!(
        written(&paid.entry),
        "840 1.hold -100; 840 position 100; 978 position -90; 978 commission 1.8; 978 transit:sepa 88.2"
    );
    posted(&mut wallet, &paid.entry);
    let statement = wallet.statement();
    assert_eq!((statement.current_balance, statement.hold), (amount("150").into(), Amount::ZERO));
}

#[test]
fn a_withdrawal_that_is_not_paid_frees_its_hold() {
    let mut wallet = account(1, USD, "250");
    let asked = ask_withdrawal(&wallet, &payout(), true).unwrap();
    posted(&mut wallet, &asked.entry);
    let entry = release(&wallet, amount("100")).unwrap();
    assert_eq!(written(&entry), "840 1.hold -100; 840 1.balance 100");
    posted(&mut wallet, &entry);
    assert_eq!(wallet.statement().available_balance, amount("250"));
}

#[test]
fn without_holds_nothing_is_posted_until_the_payout() {
    let wallet = account(1, USD, "250");
    assert!(ask_withdrawal(&wallet, &payout(), false).unwrap().entry.postings().is_empty());
    let paid = complete_withdrawal(&wallet, "sepa", &payout(), false).unwrap();
    assert!(written(&paid.entry).starts_with("840 1.balance -100; "));
    assert!(complete_withdrawal(&account(1, USD, "99"), "sepa", &payout(), false).is_err());
}

#[test]
fn a_user_withdraws_100_with_a_commission_of_2() {
    let wallet = account(1, USD, "100");
    let withdrawal = user_withdrawal(&wallet, &manual(), amount("100"), amount("2"), Some(Amount::ONE)).unwrap();
    assert_eq!(written(&withdrawal.entry), "840 1.balance -100; 840 commission 2; 840 transit:manual 98");
    assert_eq!((withdrawal.debit.commission, withdrawal.credit.amount), (amount("2"), amount("98")));
}

#[test]
fn a_commission_that_leaves_nothing_is_refused() {
    let (wallet, usd_rate) = (account(1, USD, "100"), Some(Amount::ONE));
    for (commission, is_taken) in [("9.99", true), ("10", false), ("10.01", false)] {
        let (ten, commission) = (amount("10"), amount(commission));
        assert_eq!(user_deposit(&wallet, &manual(), ten, commission, usd_rate).is_ok(), is_taken, "{commission:?}");
        assert_eq!(user_withdrawal(&wallet, &manual(), ten, commission, usd_rate).is_ok(), is_taken, "{commission:?}");
    }
}

#[test]
fn a_transfer_takes_and_gives_the_same() {
    let movement =
        transfer(TransactionKind::Transfer, &account(1, USD, "40"), &account(2, USD, "0"), amount("40")).unwrap();
    assert_eq!(written(&movement.entry), "840 1.balance -40; 840 2.balance 40");
}

#[test]
fn a_transfer_that_waits_is_blocked_first() {
    let (source, destination) = (account(1, USD, "40"), account(2, USD, "0"));
    assert_eq!(written(&block(&source, amount("40")).unwrap()), "840 1.balance -40; 840 1.hold 40");
    let movement =
        complete_transfer(TransactionKind::Transfer, &source, &destination, amount("40"), AccountBook::Hold).unwrap();
    assert_eq!(written(&movement.entry), "840 1.hold -40; 840 2.balance 40");
    assert_eq!(written(&release(&source, amount("40")).unwrap()), "840 1.hold -40; 840 1.balance 40");
}

const MARKUPS: (&str, &str) = ("1", "0.5");

fn priced(order: &ExchangeOrder) -> backoffice_domain::payments::ExchangeQuote {
    let markups = Markups { sell: amount(MARKUPS.0), buy: amount(MARKUPS.1) };
    price(order, unit(1), unit(2), PairLimits::default(), markups, Some(amount("2"))).unwrap()
}

#[test]
fn a_client_sells_100_at_a_rate_with_both_markups() {
    let quote = priced(&ExchangeOrder::Sell { source: amount("100"), rate: None });
    assert_eq!((quote.rate, quote.destination, quote.markup), (amount("1.9701"), amount("197.01"), amount("2.99")));
    let movement = exchange(&account(1, 1, "100"), &account(2, 2, "0"), &quote, AccountBook::Balance).unwrap();
    assert_eq!(
        written(&movement.entry),
        "1 1.balance -100; 1 position 100; 2 position -200; 2 markup 2.99; 2 2.balance 197.01"
    );
    assert_eq!((movement.credit.amount, movement.credit.commission), (amount("197.01"), amount("2.99")));
}

#[test]
fn a_client_buys_50_and_the_source_is_rounded_up() {
    let quote = priced(&ExchangeOrder::Buy { destination: amount("50"), rate: None });
    assert_eq!((quote.source, quote.destination, quote.markup), (amount("25.38"), amount("50"), amount("0.76")));
}

#[test]
fn a_typed_rate_is_final() {
    let quote = priced(&ExchangeOrder::Sell { source: amount("100"), rate: Some(amount("1.98")) });
    assert_eq!((quote.destination, quote.markup), (amount("198"), Amount::ZERO));
    let direct = priced(&ExchangeOrder::Direct { source: amount("100"), destination: amount("198") });
    assert_eq!((direct.rate, direct.markup), (amount("1.98"), Amount::ZERO));
    let movement = exchange(&account(1, 1, "100"), &account(2, 2, "0"), &quote, AccountBook::Balance).unwrap();
    assert_eq!(written(&movement.entry), "1 1.balance -100; 1 position 100; 2 position -198; 2 2.balance 198");
}

#[test]
fn a_balance_is_changed_by_hand_up_and_down() {
    let up = balance_change(&account(1, USD, "-3"), amount("5")).unwrap();
    assert_eq!(written(&up.entry), "840 corrections -5; 840 1.balance 5");
    assert_eq!(up.kind, TransactionKind::Deposit);
    let down = balance_change(&account(1, USD, "5"), amount("-5")).unwrap();
    assert_eq!(written(&down.entry), "840 corrections 5; 840 1.balance -5");
    assert!(balance_change(&account(1, USD, "4.99"), amount("-5")).is_err());
}

#[test]
fn play_money_meets_no_real_money() {
    let mut demo = account(1, USD, "100");
    demo.kind = ProductType::Demo;
    let deposit = user_deposit(&demo, &manual(), amount("10"), amount("1"), None).unwrap();
    assert_eq!(written(&deposit.entry), "840 demo -10; 840 demo 1; 840 1.balance 9");
    assert!(transfer(TransactionKind::Transfer, &demo, &account(2, USD, "0"), amount("1")).is_err());
}

#[test]
fn all_that_stands_against_a_deposit_is_told_at_once() {
    let mut archived = account(1, 392, "0");
    archived.is_archived = true;
    archived.permissions = backoffice_domain::value::Set::default();
    let refused = user_deposit(&archived, &manual(), amount("1.001"), amount("2"), None).unwrap_err();
    let backoffice_domain::ledger::MovementError::Refused(backoffice_domain::value::Refusal::Unprocessable(faults)) =
        refused
    else {
        panic!("{refused}");
    };
    // Archived, two permissions, method does not serve, places, no rate, commission.
    assert_eq!(faults.len(), 7, "{faults:?}");
}

#[derive(Clone, Debug)]
enum Action {
    Deposit(usize, i64, i64),
    Withdraw(usize, i64, i64),
    Transfer(usize, usize, i64),
    Exchange(usize, usize, i64, i64),
    Ask(usize, i64),
    Pay(usize),
    Release(usize),
    Change(usize, i64),
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    let (which, cents) = (0..4_usize, 1..50_000_i64);
    let action = prop_oneof![
        (which.clone(), cents.clone(), 0..300_i64).prop_map(|(a, n, c)| Action::Deposit(a, n, c)),
        (which.clone(), cents.clone(), 0..300_i64).prop_map(|(a, n, c)| Action::Withdraw(a, n, c)),
        (which.clone(), which.clone(), cents.clone()).prop_map(|(a, b, n)| Action::Transfer(a, b, n)),
        (which.clone(), which.clone(), cents.clone(), 1..1_000_000_i64)
            .prop_map(|(a, b, n, r)| Action::Exchange(a, b, n, r)),
        (which.clone(), cents.clone()).prop_map(|(a, n)| Action::Ask(a, n)),
        which.clone().prop_map(Action::Pay),
        which.clone().prop_map(Action::Release),
        (which, -50_000..50_000_i64).prop_map(|(a, n)| Action::Change(a, n)),
    ];
    prop::collection::vec(action, 0..60)
}

fn hundredths(count: i64) -> Amount {
    Amount::from(count).over(Amount::from(100), 2, backoffice_domain::ledger::Rounding::Down).unwrap()
}

proptest! {
    #[test]
    fn no_sequence_of_operations_loses_or_makes_money(actions in actions()) {
        let mut accounts = [account(1, USD, "0"), account(2, USD, "0"), account(3, EUR, "0"), account(4, EUR, "0")];
        let mut waiting: Vec<Option<Payout>> = vec![None; 4];
        let mut entries: Vec<Entry> = Vec::new();
        for action in actions {
            let moved: Option<Movement> = match action {
                Action::Deposit(a, n, c) => {
                    user_deposit(&accounts[a], &manual(), hundredths(n), hundredths(c), Some(Amount::ONE)).ok()
                }
                Action::Withdraw(a, n, c) => {
                    user_withdrawal(&accounts[a], &manual(), hundredths(n), hundredths(c), Some(Amount::ONE)).ok()
                }
                Action::Transfer(a, b, n) if a != b => {
                    transfer(TransactionKind::Transfer, &accounts[a], &accounts[b], hundredths(n)).ok()
                }
                Action::Exchange(a, b, n, r) if a != b => {
                    let order = ExchangeOrder::Sell { source: hundredths(n), rate: None };
                    let markups = Markups { sell: Amount::ONE, buy: amount("0.5") };
                    let (from, to) = (accounts[a].currency, accounts[b].currency);
                    price(&order, from, to, PairLimits::default(), markups, Some(hundredths(r)))
                        .and_then(|quote| exchange(&accounts[a], &accounts[b], &quote, AccountBook::Balance))
                        .ok()
                }
                Action::Ask(a, n) if waiting[a].is_none() => {
                    let payout = Payout { amount: hundredths(n), unit: unit(EUR), rate: amount("0.9"), terms: None };
                    let asked = ask_withdrawal(&accounts[a], &payout, true).ok();
                    if asked.is_some() {
                        waiting[a] = Some(payout);
                    }
                    asked
                }
                Action::Pay(a) => waiting[a].take().map(|payout| {
                    complete_withdrawal(&accounts[a], "sepa", &payout, true).expect("what is held can be paid")
                }),
                Action::Release(a) => {
                    if let Some(payout) = waiting[a].take() {
                        let entry = release(&accounts[a], payout.amount).expect("what is held can be freed");
                        posted(&mut accounts[a], &entry);
                        entries.push(entry);
                    }
                    None
                }
                Action::Change(a, n) if n != 0 => balance_change(&accounts[a], hundredths(n)).ok(),
                _ => None,
            };
            if let Some(movement) = moved {
                for account in &mut accounts {
                    posted(account, &movement.entry);
                }
                entries.push(movement.entry);
            }
            for account in &accounts {
                prop_assert!(!account.books.balance.is_negative());
                prop_assert!(!account.books.hold.is_negative());
                let statement = account.statement();
                prop_assert!(statement.current_balance >= statement.hold);
            }
        }
        let replayed = replay(&entries).unwrap();
        for account in &accounts {
            prop_assert_eq!(replayed.get(&account.id).copied().unwrap_or_default(), account.books);
        }
    }
}
