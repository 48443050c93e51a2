//! Does the ledger hold? Walks all postings and compares them with what accounts state.

use std::collections::HashMap;
use std::fmt;

use diesel::prelude::*;
use domain::catalog::ProductType;
use domain::ledger::{
    AccountBook, AccountId, Amount, BonusId, Books, BrokerBook, CurrencyCode, EntryId, Stake, Terms, TransactionId,
    TransactionStatus,
};

use crate::connection::on_each;
use crate::money::Stored;
use crate::schema::{accounts, bonuses, postings, transactions};
use crate::{DbConnection, Error};

/// How many rows are read at once.
const CHUNK: i64 = 20_000;

/// Something that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// An entry does not sum to 0 in a currency.
    Unbalanced(EntryId, CurrencyCode, Amount),
    /// A posting names no book.
    UnknownBook(EntryId, String),
    /// A book of an account states something else than its postings sum to.
    Book(AccountId, AccountBook, Amount, Amount),
    /// A book of an account is below 0 that may not be.
    Negative(AccountId, AccountBook, Amount),
    /// The credit is not what bonuses have on it.
    Credit(AccountId, Amount, Amount),
    /// What is blocked is not what waiting transactions block.
    Hold(AccountId, Amount, Amount),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unbalanced(entry, currency, sum) => {
                write!(f, "entry {entry}: currency {currency} sums to {}", sum.plain())
            }
            Self::UnknownBook(entry, book) => write!(f, "entry {entry}: {book:?} is no book"),
            Self::Book(account, book, stated, posted) => {
                write!(f, "account {account}: {book} states {}, postings sum to {}", stated.plain(), posted.plain())
            }
            Self::Negative(account, book, sum) => write!(f, "account {account}: {book} is {}", sum.plain()),
            Self::Credit(account, stated, given) => {
                write!(f, "account {account}: credit is {}, bonuses have {}", stated.plain(), given.plain())
            }
            Self::Hold(account, stated, waiting) => {
                write!(f, "account {account}: {} are held, transactions hold {}", stated.plain(), waiting.plain())
            }
        }
    }
}

/// What was looked at, and what does not hold.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How many postings there are.
    pub postings: u64,
    /// How many accounts there are.
    pub accounts: u64,
    /// What does not hold.
    pub differences: Vec<Difference>,
}

type Line = (EntryId, i64, String, Option<AccountId>, CurrencyCode, Stored);
type Stated = (AccountId, ProductType, Stored, Stored, Stored);

/// Walks the whole ledger on one snapshot. `seen` is told how many postings were walked.
///
/// # Errors
/// Those of the database.
pub fn verify(conn: &mut DbConnection, seen: &mut dyn FnMut(u64)) -> Result<Report, Error> {
    let mut report = Report::default();
    let mut posted: HashMap<AccountId, Books> = HashMap::new();
    let mut entry = EntryId::new(0);
    let mut sums: Vec<(CurrencyCode, Amount)> = Vec::new();
    let (mut after_entry, mut after_line) = (EntryId::new(0), 0_i64);
    loop {
        let next = postings::table
            .filter(
                postings::entry_id
                    .gt(after_entry)
                    .or(postings::entry_id.eq(after_entry).and(postings::line.gt(after_line))),
            )
            .filter(postings::entry_id.ge(after_entry))
            .order((postings::entry_id, postings::line))
            .limit(CHUNK);
        let lines: Vec<Line> = on_each!(conn, conn => next.load(conn))?;
        let Some((last_entry, last_line, ..)) = lines.last() else { break };
        (after_entry, after_line) = (*last_entry, *last_line);
        for (id, _, book, account, currency, Stored(amount)) in lines {
            if id != entry {
                close(&mut report, entry, &mut sums);
                entry = id;
            }
            match sums.iter_mut().find(|(code, _)| *code == currency) {
                Some((_, sum)) => *sum = sum.plus(amount)?,
                None => sums.push((currency, amount)),
            }
            match (account, book.parse::<AccountBook>(), book.parse::<BrokerBook>()) {
                (Some(account), Ok(book), _) => posted.entry(account).or_default().add(book, amount)?,
                (None, _, Ok(_)) => {}
                _ => report.differences.push(Difference::UnknownBook(id, book)),
            }
            report.postings += 1;
        }
        seen(report.postings);
    }
    close(&mut report, entry, &mut sums);
    let held = held_by_transactions(conn)?;
    let given = credited_by_bonuses(conn)?;
    let mut after = AccountId::new(0);
    loop {
        let next = accounts::table.filter(accounts::id.gt(after)).order(accounts::id).limit(CHUNK);
        let next = next.select((accounts::id, accounts::kind, accounts::balance, accounts::hold, accounts::credit));
        let stated: Vec<Stated> = on_each!(conn, conn => next.load(conn))?;
        let Some((last, ..)) = stated.last() else { break };
        after = *last;
        for (id, kind, balance, hold, credit) in stated {
            let sums = posted.remove(&id).unwrap_or_default();
            compare(&mut report, id, kind, Books { balance: balance.0, hold: hold.0, credit: credit.0 }, sums);
            let waiting = held.get(&id).copied().unwrap_or_default();
            if waiting != hold.0 {
                report.differences.push(Difference::Hold(id, hold.0, waiting));
            }
            let of_bonuses = given.get(&id).copied().unwrap_or_default();
            if of_bonuses != credit.0 {
                report.differences.push(Difference::Credit(id, credit.0, of_bonuses));
            }
            report.accounts += 1;
        }
    }
    // Postings of accounts that do not exist: a foreign key stands against them.
    for (id, sums) in posted {
        compare(&mut report, id, ProductType::Trade, Books::default(), sums);
    }
    Ok(report)
}

fn close(report: &mut Report, entry: EntryId, sums: &mut Vec<(CurrencyCode, Amount)>) {
    for (currency, sum) in sums.drain(..).filter(|(_, sum)| !sum.is_zero()) {
        report.differences.push(Difference::Unbalanced(entry, currency, sum));
    }
}

fn compare(report: &mut Report, id: AccountId, kind: ProductType, stated: Books, posted: Books) {
    let trades = matches!(kind, ProductType::Trade | ProductType::Demo);
    let books = [
        (AccountBook::Balance, stated.balance, posted.balance),
        (AccountBook::Hold, stated.hold, posted.hold),
        (AccountBook::Credit, stated.credit, posted.credit),
    ];
    for (book, stated, posted) in books {
        if stated != posted {
            report.differences.push(Difference::Book(id, book, stated, posted));
        }
        if stated.is_negative() && !(trades && book == AccountBook::Balance) {
            report.differences.push(Difference::Negative(id, book, stated));
        }
    }
}

/// What unfinished transactions block, by account.
fn held_by_transactions(conn: &mut DbConnection) -> Result<HashMap<AccountId, Amount>, Error> {
    let mut held: HashMap<AccountId, Amount> = HashMap::new();
    let mut after = TransactionId::new(0);
    loop {
        let next = transactions::table
            .filter(transactions::status.eq_any(TransactionStatus::unfinished()))
            .filter(transactions::id.gt(after))
            .order(transactions::id)
            .limit(CHUNK)
            .select((
                transactions::id,
                transactions::debit_account_id,
                transactions::debit_amount,
                transactions::terms,
            ));
        let rows: Vec<(TransactionId, Option<AccountId>, Stored, Option<String>)> = next.load(conn)?;
        let Some((last, ..)) = rows.last() else { return Ok(held) };
        after = *last;
        for (_, account, Stored(amount), terms) in rows {
            let terms: Option<Terms> = terms.map(|terms| serde_json::from_str(&terms)).transpose()?;
            if let Some(account) = account.filter(|_| terms.is_some_and(|terms| terms.stake() == Stake::Held)) {
                let sum = held.entry(account).or_default();
                *sum = sum.plus(amount)?;
            }
        }
    }
}

/// What bonuses have on the credit, by account.
fn credited_by_bonuses(conn: &mut DbConnection) -> Result<HashMap<AccountId, Amount>, Error> {
    let mut given: HashMap<AccountId, Amount> = HashMap::new();
    let mut after = BonusId::new(0);
    loop {
        let next = bonuses::table.filter(bonuses::id.gt(after)).order(bonuses::id).limit(CHUNK);
        let next = next.select((bonuses::id, bonuses::account_id, bonuses::credited));
        let rows: Vec<(BonusId, AccountId, Stored)> = on_each!(conn, conn => next.load(conn))?;
        let Some((last, ..)) = rows.last() else { return Ok(given) };
        after = *last;
        for (_, account, Stored(amount)) in rows {
            let sum = given.entry(account).or_default();
            *sum = sum.plus(amount)?;
        }
    }
}
