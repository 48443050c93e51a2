//! Walks all postings in the order of their entries, together with what the entries were posted for.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use domain::catalog::ProductType;
use domain::ledger::{
    AccountBook, AccountId, Amount, BonusId, Book, Books, CurrencyCode, EntryId, Footing, FootingBook, FundsState,
    MethodId, Side, Step, TransactionFacts, TransactionId, TransactionKind, TransactionStatus, position_result,
};

use domain::value::Timestamp;

use super::{CHUNK, Difference, Known, Report, funds_of};
use crate::connection::on_each;
use crate::moment::Moment;
use crate::money::Stored;
use crate::schema::{entries, postings, transactions};
use crate::{DbConnection, Error};

/// How many transactions are looked up at once. SQLite limits the values of a query.
const LOOKED_UP: usize = 10_000;

type Line = (EntryId, i64, String, Option<AccountId>, CurrencyCode, Stored, Moment, Option<Stored>);
type EntryRow = (EntryId, Option<TransactionId>, Option<BonusId>, Step);
type SideColumns = (Option<AccountId>, Stored, Stored, CurrencyCode);
type TransactionRow =
    (TransactionId, TransactionKind, TransactionStatus, SideColumns, SideColumns, Option<MethodId>, Option<String>);

/// What an entry was posted for, as it says.
#[derive(Clone, Copy)]
enum Cause {
    Transaction(TransactionId, Step),
    Bonus(BonusId),
    /// Neither, or both.
    Unnamed,
}

/// The entry whose postings are being walked.
struct Current {
    id: EntryId,
    /// None where there are postings and no entry.
    cause: Option<Cause>,
    sums: Vec<(CurrencyCode, Amount)>,
    lines: Vec<(FootingBook, CurrencyCode, Amount)>,
}

/// A posting on a book of an account.
struct OnAccount {
    account: AccountId,
    book: AccountBook,
    currency: CurrencyCode,
    amount: Amount,
    time: Timestamp,
    after: Option<Amount>,
}

/// The transactions with entries, one bit each, so that millions need little memory.
#[derive(Default)]
struct Met(HashMap<i64, u64>);

impl Met {
    fn place(id: TransactionId) -> (i64, u64) {
        (id.get() >> 6, 1 << (id.get() & 63))
    }

    fn insert(&mut self, id: TransactionId) {
        let (word, bit) = Self::place(id);
        *self.0.entry(word).or_default() |= bit;
    }

    fn contains(&self, id: TransactionId) -> bool {
        let (word, bit) = Self::place(id);
        self.0.get(&word).is_some_and(|bits| bits & bit != 0)
    }
}

/// What the postings of an account come to so far, and what the last of them state.
#[derive(Clone, Copy, Default)]
struct Run {
    /// What was posted.
    posted: Books,
    /// The balance after the last posting on each book, as it states it: a wrong one is told once and not at every
    /// posting after it.
    stated: Books,
    last: Option<Timestamp>,
}

/// What the walk has found.
pub(crate) struct Walk<'a> {
    pub report: Report,
    runs: HashMap<AccountId, Run>,
    /// What was posted of positions, by account.
    pub of_positions: HashMap<AccountId, Amount>,
    accounts: &'a HashMap<AccountId, Known>,
    bonuses: &'a HashSet<BonusId>,
    current: Current,
    met: Met,
    /// What entries add up to, for transactions whose last entry is still to come.
    begun: HashMap<TransactionId, Footing>,
    /// The same for transactions whose last entry was seen; they are compared next.
    ended: Vec<(TransactionId, Footing)>,
}

impl<'a> Walk<'a> {
    pub fn over(accounts: &'a HashMap<AccountId, Known>, bonuses: &'a HashSet<BonusId>) -> Self {
        Self {
            report: Report::default(),
            runs: HashMap::new(),
            of_positions: HashMap::new(),
            accounts,
            bonuses,
            current: Current { id: EntryId::new(0), cause: None, sums: Vec::new(), lines: Vec::new() },
            met: Met::default(),
            begun: HashMap::new(),
            ended: Vec::new(),
        }
    }

    /// What the books of accounts come to.
    pub fn posted(&mut self) -> HashMap<AccountId, Books> {
        std::mem::take(&mut self.runs).into_iter().map(|(account, run)| (account, run.posted)).collect()
    }

    /// Walks all postings. `seen` is told how many were walked.
    pub fn run(&mut self, conn: &mut DbConnection, seen: &mut dyn FnMut(u64)) -> Result<(), Error> {
        let (mut after_entry, mut after_line) = (EntryId::new(0), 0_i64);
        loop {
            let is_next = postings::entry_id
                .gt(after_entry)
                .or(postings::entry_id.eq(after_entry).and(postings::line.gt(after_line)));
            let next = postings::table
                .filter(is_next)
                .filter(postings::entry_id.ge(after_entry))
                .order((postings::entry_id, postings::line))
                .limit(CHUNK);
            let lines: Vec<Line> = on_each!(conn, conn => next.load(conn))?;
            let (Some((first, ..)), Some((last, last_line, ..))) = (lines.first(), lines.last()) else { break };
            let causes = causes(conn, *first, *last)?;
            (after_entry, after_line) = (*last, *last_line);
            for line in lines {
                self.walk(&causes, line)?;
            }
            self.compare(conn)?;
            seen(self.report.postings);
        }
        self.close()?;
        self.ended.extend(std::mem::take(&mut self.begun));
        self.compare(conn)
    }

    fn walk(
        &mut self,
        causes: &HashMap<EntryId, Cause>,
        (id, _, book, account, currency, Stored(amount), Moment(time), after): Line,
    ) -> Result<(), Error> {
        if id != self.current.id {
            self.close()?;
            (self.current.id, self.current.cause) = (id, causes.get(&id).copied());
        }
        match self.current.sums.iter_mut().find(|(code, _)| *code == currency) {
            Some((_, sum)) => *sum = sum.plus(amount)?,
            None => self.current.sums.push((currency, amount)),
        }
        self.report.postings += 1;
        let named = match account {
            Some(account) => book.parse().ok().map(|of_account| Book::Account(account, of_account)),
            None => book.parse().ok().map(Book::Broker),
        };
        let Some(named) = named else {
            self.report.differences.push(Difference::UnknownBook(id, book));
            return Ok(());
        };
        if let Book::Account(account, book) = named {
            let line = OnAccount { account, book, currency, amount, time, after: after.map(Amount::from) };
            self.add_to_account(line)?;
        }
        self.current.lines.push((FootingBook::from(&named), currency, amount));
        Ok(())
    }

    fn add_to_account(&mut self, line: OnAccount) -> Result<(), Error> {
        let OnAccount { account, book, currency, amount, time, after } = line;
        let (entry, differences) = (self.current.id, &mut self.report.differences);
        let run = self.runs.entry(account).or_default();
        run.posted.add(book, amount)?;
        let due = run.stated.of(book).plus(amount)?;
        let after = after.unwrap_or_default();
        if after != due {
            differences.push(Difference::BalanceAfter(entry, account, book, after, due));
        }
        run.stated.add(book, after.minus(run.stated.of(book))?)?;
        if let Some(last) = run.last.filter(|last| time < *last) {
            differences.push(Difference::TimeRunsBack(entry, account, time, last));
        }
        run.last = Some(time);
        if let Some(known) = self.accounts.get(&account) {
            if known.currency != currency {
                differences.push(Difference::Currency(entry, account, currency, known.currency));
            }
            if time > known.last_time {
                differences.push(Difference::AfterLast(entry, account, time, known.last_time));
            }
        }
        Ok(())
    }

    /// Checks the entry whose postings were walked.
    fn close(&mut self) -> Result<(), Error> {
        let Current { id, cause, .. } = self.current;
        for (currency, sum) in self.current.sums.drain(..).filter(|(_, sum)| !sum.is_zero()) {
            self.report.differences.push(Difference::Unbalanced(id, currency, sum));
        }
        let lines = std::mem::take(&mut self.current.lines);
        if lines.is_empty() {
            return Ok(());
        }
        match cause {
            Some(Cause::Transaction(transaction, step)) => {
                self.met.insert(transaction);
                let mut footing = self.begun.remove(&transaction).unwrap_or_default();
                for (place, currency, amount) in lines {
                    footing.add(place, currency, amount)?;
                }
                match step {
                    Step::Hold | Step::Adjust | Step::Out => drop(self.begun.insert(transaction, footing)),
                    Step::Done | Step::Release | Step::Back | Step::Credit | Step::Payout | Step::Burn => {
                        self.ended.push((transaction, footing));
                    }
                }
            }
            Some(Cause::Bonus(bonus)) if self.bonuses.contains(&bonus) => {}
            Some(Cause::Unnamed) => {
                let lines: Vec<(FootingBook, Amount)> =
                    lines.iter().map(|(place, _, amount)| (*place, *amount)).collect();
                match position_result(&lines) {
                    Some((account, amount)) => {
                        let sum = self.of_positions.entry(account).or_default();
                        *sum = sum.plus(amount)?;
                    }
                    None => self.report.differences.push(Difference::NoCause(id)),
                }
            }
            Some(Cause::Bonus(_)) | None => self.report.differences.push(Difference::NoCause(id)),
        }
        Ok(())
    }

    /// Compares what entries add up to with what their transactions state.
    fn compare(&mut self, conn: &mut DbConnection) -> Result<(), Error> {
        let ended = std::mem::take(&mut self.ended);
        for some in ended.chunks(LOOKED_UP) {
            let ids: Vec<TransactionId> = some.iter().map(|(id, _)| *id).collect();
            let query = transactions::table.filter(transactions::id.eq_any(ids)).select(columns());
            let rows: Vec<TransactionRow> = on_each!(&mut *conn, conn => query.load(conn))?;
            let stated: HashMap<TransactionId, TransactionRow> = rows.into_iter().map(|row| (row.0, row)).collect();
            for (id, posted) in some {
                let difference = match stated.get(id) {
                    Some(row) => {
                        let facts = self.facts(row)?;
                        let due = facts.due()?;
                        let differs = !due.is(posted);
                        differs.then(|| Difference::Transaction(*id, facts.status, posted.clone(), due))
                    }
                    None => Some(Difference::NoTransaction(*id)),
                };
                self.report.differences.extend(difference);
            }
        }
        Ok(())
    }

    fn facts(&self, row: &TransactionRow) -> Result<TransactionFacts, Error> {
        let (_, kind, status, debit, credit, method, terms) = row;
        let side = |(account, amount, commission, currency): &SideColumns| Side {
            account: *account,
            amount: amount.0,
            commission: commission.0,
            currency: *currency,
        };
        let (debit, credit) = (side(debit), side(credit));
        let account = debit.account.or(credit.account).and_then(|id| self.accounts.get(&id));
        Ok(TransactionFacts {
            kind: *kind,
            status: *status,
            funds: if status.is_final() { FundsState::Free } else { funds_of(terms.clone())? },
            has_method: method.is_some(),
            is_demo: account.is_some_and(|account| account.kind == ProductType::Demo),
            debit,
            credit,
        })
    }

    /// Compares the transactions without entries as well.
    pub fn compare_unmet(&mut self, conn: &mut DbConnection) -> Result<(), Error> {
        let mut after = TransactionId::new(0);
        loop {
            let next = transactions::table.filter(transactions::id.gt(after)).order(transactions::id).limit(CHUNK);
            let ids: Vec<TransactionId> = on_each!(&mut *conn, conn => next.select(transactions::id).load(conn))?;
            let Some(last) = ids.last() else { return Ok(()) };
            after = *last;
            let unmet = ids.into_iter().filter(|id| !self.met.contains(*id));
            self.ended.extend(unmet.map(|id| (id, Footing::default())));
            self.compare(conn)?;
        }
    }
}

/// What the entries from this one to that one were posted for.
fn causes(conn: &mut DbConnection, first: EntryId, last: EntryId) -> Result<HashMap<EntryId, Cause>, Error> {
    let query = entries::table.filter(entries::id.between(first, last)).select((
        entries::id,
        entries::transaction_id,
        entries::bonus_id,
        entries::step,
    ));
    let rows: Vec<EntryRow> = on_each!(conn, conn => query.load(conn))?;
    let cause = |(id, transaction, bonus, step): EntryRow| {
        let cause = match (transaction, bonus) {
            (Some(transaction), None) => Cause::Transaction(transaction, step),
            (None, Some(bonus)) => Cause::Bonus(bonus),
            (None, None) | (Some(_), Some(_)) => Cause::Unnamed,
        };
        (id, cause)
    };
    Ok(rows.into_iter().map(cause).collect())
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let debit = (
        transactions::debit_account_id,
        transactions::debit_amount,
        transactions::debit_commission,
        transactions::debit_currency,
    );
    let credit = (
        transactions::credit_account_id,
        transactions::credit_amount,
        transactions::credit_commission,
        transactions::credit_currency,
    );
    (
        transactions::id,
        transactions::kind,
        transactions::status,
        debit,
        credit,
        transactions::method_id,
        transactions::terms,
    )
}
