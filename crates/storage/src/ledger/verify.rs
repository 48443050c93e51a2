//! Does the ledger hold? Walks all postings and compares them with what they were posted for and with
//! what accounts state. Memory grows with the number of accounts, bonuses and unfinished transactions, and by a
//! bit per transaction, not with the number of postings.

mod causes;
mod walk;

use std::collections::HashMap;
use std::fmt;

use diesel::prelude::*;
use domain::catalog::ProductType;
use domain::ledger::{
    AccountBook, AccountId, Amount, Books, CurrencyCode, EntryId, ExpectedFooting, Footing, FundsState, Terms,
    TransactionId, TransactionStatus,
};
use domain::value::Timestamp;

use self::causes::{Bonuses, reported_positions};
use self::walk::Walk;
use crate::connection::on_each;
use crate::moment::Moment;
use crate::money::Stored;
use crate::schema::{accounts, transactions};
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
    /// A posting is in the first currency, its account in the second.
    Currency(EntryId, AccountId, CurrencyCode, CurrencyCode),
    /// Nothing explains an entry: no transaction, no bonus, and it is not the result of a position.
    NoCause(EntryId),
    /// Entries name a transaction that does not exist.
    NoTransaction(TransactionId),
    /// The entries of a transaction do not add up to what it states.
    Transaction(TransactionId, TransactionStatus, Footing, ExpectedFooting),
    /// A posting on an account states another balance after it than the one before it, and its amount, come to.
    BalanceAfter(EntryId, AccountId, AccountBook, Amount, Amount),
    /// A posting on an account states a time before that of the one before it.
    TimeRunsBack(EntryId, AccountId, Timestamp, Timestamp),
    /// A posting on an account is later than what the account states as its last.
    AfterLast(EntryId, AccountId, Timestamp, Timestamp),
    /// A book of an account states something else than its postings sum to.
    Book(AccountId, AccountBook, Amount, Amount),
    /// A book of an account is below 0 that may not be.
    Negative(AccountId, AccountBook, Amount),
    /// The credit is not what bonuses have on it.
    Credit(AccountId, Amount, Amount),
    /// What is blocked is not what waiting transactions block.
    Hold(AccountId, Amount, Amount),
    /// The results of positions are not what is posted for them.
    Positions(AccountId, Amount, Amount),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unbalanced(entry, currency, sum) => {
                write!(f, "entry {entry}: currency {currency} sums to {}", sum.plain())
            }
            Self::UnknownBook(entry, book) => write!(f, "entry {entry}: {book:?} is not a book"),
            Self::Currency(entry, account, posted, stated) => {
                write!(f, "entry {entry}: currency {posted} on account {account}, which is in {stated}")
            }
            Self::NoCause(entry) => write!(f, "entry {entry}: nothing explains it"),
            Self::NoTransaction(id) => write!(f, "transaction {id}: there are entries of it, but it does not exist"),
            Self::Transaction(id, status, posted, due) => {
                write!(f, "transaction {id}: it is {status} and should have posted {due}, its entries come to {posted}")
            }
            Self::BalanceAfter(entry, account, book, stated, due) => {
                let (stated, due) = (stated.plain(), due.plain());
                write!(f, "entry {entry}: account {account}: it states {stated} on {book} after it, expected {due}")
            }
            Self::TimeRunsBack(entry, account, stated, last) => {
                write!(
                    f,
                    "entry {entry}: account {account}: its time {stated} is before {last} of the posting before it"
                )
            }
            Self::AfterLast(entry, account, time, last) => {
                write!(f, "entry {entry}: account {account}: its time {time} is after {last}, the account's last")
            }
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
            Self::Positions(account, reported, posted) => {
                let (reported, posted) = (reported.plain(), posted.plain());
                write!(f, "account {account}: positions come to {reported}, their postings to {posted}")
            }
        }
    }
}

/// What was checked, and what does not hold.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How many postings there are.
    pub postings: u64,
    /// How many accounts there are.
    pub accounts: u64,
    /// What does not hold.
    pub differences: Vec<Difference>,
}

/// What is known of an account when its postings are walked.
#[derive(Clone, Copy)]
struct Known {
    currency: CurrencyCode,
    kind: ProductType,
    last_time: Timestamp,
}

type Stated = (AccountId, ProductType, Stored, Stored, Stored);

/// Walks the whole ledger on one snapshot. `seen` is called with the number of postings walked so far.
pub fn verify(conn: &mut DbConnection, seen: &mut dyn FnMut(u64)) -> Result<Report, Error> {
    let accounts = known_accounts(conn)?;
    let bonuses = Bonuses::load(conn)?;
    let mut walk = Walk::over(&accounts, &bonuses.ids);
    walk.run(conn, seen)?;
    walk.compare_unmet(conn)?;
    let held = held_by_transactions(conn)?;
    let posted = walk.posted();
    let Walk { mut report, of_positions, .. } = walk;
    compare_accounts(conn, &mut report, posted, &held, &bonuses.credited)?;
    compare_positions(conn, &mut report, of_positions)?;
    Ok(report)
}

fn known_accounts(conn: &mut DbConnection) -> Result<HashMap<AccountId, Known>, Error> {
    let mut known = HashMap::new();
    let mut after = AccountId::new(0);
    loop {
        let next = accounts::table.filter(accounts::id.gt(after)).order(accounts::id).limit(CHUNK);
        let next = next.select((accounts::id, accounts::currency_code, accounts::kind, accounts::statement_time));
        let rows: Vec<(AccountId, CurrencyCode, ProductType, Moment)> = on_each!(conn, conn => next.load(conn))?;
        let Some((last, ..)) = rows.last() else { return Ok(known) };
        after = *last;
        let row = |(id, currency, kind, Moment(last_time))| (id, Known { currency, kind, last_time });
        known.extend(rows.into_iter().map(row));
    }
}

fn compare_accounts(
    conn: &mut DbConnection,
    report: &mut Report,
    mut posted: HashMap<AccountId, Books>,
    held: &HashMap<AccountId, Amount>,
    credited: &HashMap<AccountId, Amount>,
) -> Result<(), Error> {
    let mut after = AccountId::new(0);
    loop {
        let next = accounts::table.filter(accounts::id.gt(after)).order(accounts::id).limit(CHUNK);
        let next = next.select((accounts::id, accounts::kind, accounts::balance, accounts::hold, accounts::credit));
        let stated: Vec<Stated> = on_each!(conn, conn => next.load(conn))?;
        let Some((last, ..)) = stated.last() else { break };
        after = *last;
        for (id, kind, balance, hold, credit) in stated {
            let sums = posted.remove(&id).unwrap_or_default();
            compare_books(report, id, kind, Books { balance: balance.0, hold: hold.0, credit: credit.0 }, sums);
            let waiting = held.get(&id).copied().unwrap_or_default();
            if waiting != hold.0 {
                report.differences.push(Difference::Hold(id, hold.0, waiting));
            }
            let of_bonuses = credited.get(&id).copied().unwrap_or_default();
            if of_bonuses != credit.0 {
                report.differences.push(Difference::Credit(id, credit.0, of_bonuses));
            }
            report.accounts += 1;
        }
    }
    // Postings of accounts that do not exist, which a foreign key rules out.
    for (id, sums) in posted {
        compare_books(report, id, ProductType::Trade, Books::default(), sums);
    }
    Ok(())
}

fn compare_books(report: &mut Report, id: AccountId, kind: ProductType, stated: Books, posted: Books) {
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

fn compare_positions(
    conn: &mut DbConnection,
    report: &mut Report,
    mut posted: HashMap<AccountId, Amount>,
) -> Result<(), Error> {
    for (id, reported) in reported_positions(conn)? {
        let posted = posted.remove(&id).unwrap_or_default();
        if posted != reported {
            report.differences.push(Difference::Positions(id, reported, posted));
        }
    }
    let unreported = posted.into_iter().filter(|(_, posted)| !posted.is_zero());
    report.differences.extend(unreported.map(|(id, posted)| Difference::Positions(id, Amount::ZERO, posted)));
    Ok(())
}

/// What unfinished transactions block, by account.
fn held_by_transactions(conn: &mut DbConnection) -> Result<HashMap<AccountId, Amount>, Error> {
    type Row = (TransactionId, Option<AccountId>, Stored, Option<String>);
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
        let rows: Vec<Row> = next.load(conn)?;
        let Some((last, ..)) = rows.last() else { return Ok(held) };
        after = *last;
        for (_, account, Stored(amount), terms) in rows {
            if let Some(account) = account
                && funds_of(terms)? == FundsState::Held
            {
                let sum = held.entry(account).or_default();
                *sum = sum.plus(amount)?;
            }
        }
    }
}

fn funds_of(terms: Option<String>) -> Result<FundsState, Error> {
    let terms: Option<Terms> = terms.map(|terms| serde_json::from_str(&terms)).transpose()?;
    Ok(terms.map_or(FundsState::Free, |terms| terms.funds()))
}
