//! The ledger itself: entries and their postings, which are only ever added.

use chrono::NaiveDateTime;
use diesel::PgConnection;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};
use domain::ledger::{AccountId, Amount, BonusId, Book, CurrencyCode, Entry, EntryId, Posting, Step, TransactionId};

use super::accounts::StoredAccount;
use crate::connection::on_each;
use crate::money::{Money, Stored};
use crate::schema::{accounts, entries, postings};
use crate::{DbConnection, Error, Tx};

/// What an entry was posted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// A transaction.
    Transaction(TransactionId),
    /// A bonus, and how often it had been credited by then.
    Bonus(BonusId, i64),
    /// The result of a position that a platform reported.
    Position,
}

impl Cause {
    fn columns(self) -> (Option<TransactionId>, Option<BonusId>, i64) {
        match self {
            Self::Transaction(id) => (Some(id), None, 1),
            Self::Bonus(id, round) => (None, Some(id), round),
            Self::Position => (None, None, 1),
        }
    }
}

/// Posts an entry and brings the books of the accounts up to date, which are held.
///
/// # Errors
/// Those of the database; a step that was posted before is refused by it.
pub(crate) fn post(
    tx: &mut Tx<'_>,
    cause: Cause,
    step: Step,
    entry: &Entry,
    held: &mut [&mut StoredAccount],
) -> Result<(), Error> {
    if entry.postings().is_empty() {
        return Ok(());
    }
    let mut moved = Vec::new();
    for account in held {
        let books = entry.applied_to(account.id, account.facts.books)?;
        if books != account.facts.books {
            account.facts.books = books;
            account.statement_time = tx.now;
            moved.push((account.id, [books.balance, books.hold, books.credit].map(Stored)));
        }
    }
    let now = tx.now.naive();
    let cause = cause.columns();
    match &mut *tx.conn {
        DbConnection::Postgres(conn) => {
            let lines = lines(entry);
            Posted { cause, step, now, lines, moved }.execute(conn)?;
        }
        DbConnection::Sqlite(conn) => {
            let (transaction, bonus, round) = cause;
            let values = (
                entries::transaction_id.eq(transaction),
                entries::bonus_id.eq(bonus),
                entries::round.eq(round),
                entries::step.eq(step),
                entries::create_time.eq(now),
            );
            let insert = diesel::insert_into(entries::table).values(values).returning(entries::id);
            let entry_id: EntryId = insert.get_result(conn)?;
            // One by one: diesel would begin a transaction of its own for several rows.
            for Line { line, book, account, currency, amount } in lines(entry) {
                let values = (
                    postings::entry_id.eq(entry_id),
                    postings::line.eq(line),
                    postings::book.eq(book),
                    postings::account_id.eq(account),
                    postings::currency_code.eq(currency),
                    postings::amount.eq(amount),
                );
                diesel::insert_into(postings::table).values(values).execute(conn)?;
            }
            for (id, [balance, hold, credit]) in moved {
                let values = (
                    accounts::balance.eq(balance),
                    accounts::hold.eq(hold),
                    accounts::credit.eq(credit),
                    accounts::statement_time.eq(now),
                );
                diesel::update(accounts::table.find(id)).set(values).execute(conn)?;
            }
        }
    }
    Ok(())
}

/// Posts many entries at once; the books of the accounts, which are held, are right already.
pub(crate) fn post_many(
    tx: &mut Tx<'_>,
    cause: Cause,
    step: Step,
    posted: &[Entry],
    held: &mut [&mut StoredAccount],
) -> Result<(), Error> {
    if posted.is_empty() {
        return Ok(());
    }
    let now = tx.now.naive();
    let (transaction, bonus, round) = cause.columns();
    let ids = tx.conn.next_ids("entries", posted.len())?;
    let entry = |id: &i64| {
        (
            entries::id.eq(EntryId::new(*id)),
            entries::transaction_id.eq(transaction),
            entries::bonus_id.eq(bonus),
            entries::round.eq(round),
            entries::step.eq(step),
            entries::create_time.eq(now),
        )
    };
    let line = |id: i64, Line { line, book, account, currency, amount }| {
        (
            postings::entry_id.eq(EntryId::new(id)),
            postings::line.eq(line),
            postings::book.eq(book),
            postings::account_id.eq(account),
            postings::currency_code.eq(currency),
            postings::amount.eq(amount),
        )
    };
    let lines = ids.iter().zip(posted).flat_map(|(id, entry)| lines(entry).into_iter().map(|line| (*id, line)));
    match &mut *tx.conn {
        DbConnection::Postgres(conn) => {
            let rows: Vec<_> = ids.iter().map(entry).collect();
            diesel::insert_into(entries::table).values(rows).execute(conn)?;
            let rows: Vec<_> = lines.map(|(id, posting)| line(id, posting)).collect();
            diesel::insert_into(postings::table).values(rows).execute(conn)?;
        }
        DbConnection::Sqlite(conn) => {
            for id in &ids {
                diesel::insert_into(entries::table).values(entry(id)).execute(conn)?;
            }
            for (id, posting) in lines {
                diesel::insert_into(postings::table).values(line(id, posting)).execute(conn)?;
            }
        }
    }
    for account in held {
        account.statement_time = tx.now;
        let books = account.facts.books;
        let values = (
            accounts::balance.eq(Stored(books.balance)),
            accounts::hold.eq(Stored(books.hold)),
            accounts::credit.eq(Stored(books.credit)),
            accounts::statement_time.eq(now),
        );
        let update = diesel::update(accounts::table.find(account.id)).set(values);
        on_each!(&mut *tx.conn, conn => update.execute(conn))?;
    }
    Ok(())
}

/// A posting as it is written.
struct Line {
    line: i64,
    book: String,
    account: Option<AccountId>,
    currency: CurrencyCode,
    amount: Stored,
}

fn lines(entry: &Entry) -> Vec<Line> {
    (1..)
        .zip(entry.postings())
        .map(|(line, posting)| {
            let (book, account) = match &posting.book {
                Book::Account(id, book) => (book.to_string(), Some(*id)),
                Book::Broker(book) => (book.to_string(), None),
            };
            Line { line, book, account, currency: posting.currency, amount: Stored(posting.amount) }
        })
        .collect()
}

/// A posting as JSON keeps it.
#[derive(serde::Serialize, serde::Deserialize)]
struct Kept {
    book: String,
    account: Option<AccountId>,
    currency: CurrencyCode,
    amount: Amount,
}

/// An entry that is posted later, as JSON.
pub(crate) fn kept(entry: &Entry) -> Result<String, Error> {
    let kept =
        |line: Line| Kept { book: line.book, account: line.account, currency: line.currency, amount: line.amount.0 };
    Ok(serde_json::to_string(&lines(entry).into_iter().map(kept).collect::<Vec<_>>())?)
}

/// The entry that was kept.
pub(crate) fn taken_up(kept: &str) -> Result<Entry, Error> {
    entry_of(serde_json::from_str(kept)?)
}

fn entry_of(kept: Vec<Kept>) -> Result<Entry, Error> {
    let posting = |kept: Kept| {
        let unknown = || Error::Broken(format!("{:?} is no book", kept.book));
        let book = match kept.account {
            Some(id) => Book::Account(id, kept.book.parse().map_err(|_| unknown())?),
            None => Book::Broker(kept.book.parse().map_err(|_| unknown())?),
        };
        Ok(Posting { book, currency: kept.currency, amount: kept.amount })
    };
    let postings: Vec<Posting> = kept.into_iter().map(posting).collect::<Result<_, Error>>()?;
    Entry::of(postings).map_err(|unbalanced| Error::Broken(unbalanced.to_string()))
}

/// What was posted for a step of a transaction.
pub(crate) fn posted(conn: &mut DbConnection, transaction: TransactionId, step: Step) -> Result<Entry, Error> {
    let of_step = entries::table.filter(entries::transaction_id.eq(transaction)).filter(entries::step.eq(step));
    let id: EntryId = of_step.select(entries::id).first(conn)?;
    let of_entry = postings::table.filter(postings::entry_id.eq(id)).order(postings::line);
    let columns = (postings::book, postings::account_id, postings::currency_code, postings::amount);
    let rows: Vec<(String, Option<AccountId>, CurrencyCode, Stored)> = of_entry.select(columns).load(conn)?;
    let kept = |(book, account, currency, Stored(amount))| Kept { book, account, currency, amount };
    entry_of(rows.into_iter().map(kept).collect())
}

/// An entry, its postings and the books of its accounts in one statement, so that PostgreSQL is
/// asked once instead of once a row. Its text hangs on how many there are alone, so it is prepared once.
struct Posted {
    cause: (Option<TransactionId>, Option<BonusId>, i64),
    step: Step,
    now: NaiveDateTime,
    lines: Vec<Line>,
    moved: Vec<(AccountId, [Stored; 3])>,
}

impl QueryId for Posted {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<PgConnection> for Posted {}

impl QueryFragment<Pg> for Posted {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "WITH entry AS (INSERT INTO entries (transaction_id, bonus_id, round, step, create_time) VALUES (",
        );
        out.push_bind_param::<Nullable<BigInt>, _>(&self.cause.0)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<BigInt>, _>(&self.cause.1)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&self.cause.2)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&self.step)?;
        out.push_sql(", ");
        out.push_bind_param::<Timestamp, _>(&self.now)?;
        out.push_sql(
            ") RETURNING id), line AS (INSERT INTO postings (entry_id, line, book, account_id, currency_code, amount) \
             SELECT entry.id, posted.* FROM entry, (VALUES ",
        );
        for (place, row) in self.lines.iter().enumerate() {
            out.push_sql(if place == 0 { "(" } else { ", (" });
            out.push_bind_param::<BigInt, _>(&row.line)?;
            out.push_sql(", ");
            out.push_bind_param::<Text, _>(&row.book)?;
            out.push_sql(", ");
            out.push_bind_param::<Nullable<BigInt>, _>(&row.account)?;
            out.push_sql(", ");
            out.push_bind_param::<BigInt, _>(&row.currency)?;
            out.push_sql(", ");
            out.push_bind_param::<Money, _>(&row.amount)?;
            out.push_sql(")");
        }
        out.push_sql(") AS posted (line, book, account_id, currency_code, amount)) ");
        if self.moved.is_empty() {
            // Everything went to the broker.
            out.push_sql("SELECT 1");
            return Ok(());
        }
        out.push_sql(
            "UPDATE accounts SET balance = books.balance, hold = books.hold, credit = books.credit, statement_time = ",
        );
        out.push_bind_param::<Timestamp, _>(&self.now)?;
        out.push_sql(" FROM (VALUES ");
        for (place, (id, books)) in self.moved.iter().enumerate() {
            out.push_sql(if place == 0 { "(" } else { ", (" });
            out.push_bind_param::<BigInt, _>(id)?;
            for amount in books {
                out.push_sql(", ");
                out.push_bind_param::<Money, _>(amount)?;
            }
            out.push_sql(")");
        }
        out.push_sql(") AS books (id, balance, hold, credit) WHERE accounts.id = books.id");
        Ok(())
    }
}
