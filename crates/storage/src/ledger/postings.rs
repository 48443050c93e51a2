//! The ledger itself: entries and their postings, which are only ever added.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use diesel::PgConnection;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};
use domain::ledger::{
    AccountId, Amount, BonusId, Book, Books, CurrencyCode, Entry, EntryId, MAX_ENTRY_POSTINGS, Posting, Step,
    TransactionId, post_time,
};
use domain::value;

use super::accounts::StoredAccount;
use super::equity;
use crate::connection::on_each;
use crate::money::{Money, Stored};
use crate::schema::{accounts, entries, postings};
use crate::{DbConnection, Error, Tx};

/// What an entry was posted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// A transaction.
    Transaction(TransactionId),
    /// A change of a transaction's amount, and which of them it is.
    Adjustment(TransactionId, i64),
    /// A bonus, and how often it had been credited by then.
    Bonus(BonusId, i64),
    /// The result of a position that a platform reported.
    Position,
}

#[derive(Insertable)]
#[diesel(table_name = entries, treat_none_as_default_value = false)]
struct NewEntry {
    transaction_id: Option<TransactionId>,
    bonus_id: Option<BonusId>,
    round: i64,
    step: Step,
    create_time: NaiveDateTime,
}

#[derive(Insertable)]
#[diesel(table_name = postings, treat_none_as_default_value = false)]
struct NewPosting {
    line: i64,
    book: String,
    account_id: Option<AccountId>,
    currency_code: CurrencyCode,
    amount: Stored,
    post_time: NaiveDateTime,
    balance_after: Option<Stored>,
}

#[derive(AsChangeset)]
#[diesel(table_name = accounts)]
struct NewBooks {
    balance: Stored,
    hold: Stored,
    credit: Stored,
    statement_time: NaiveDateTime,
}

fn new_entry(cause: Cause, step: Step, time: NaiveDateTime) -> NewEntry {
    let (transaction_id, bonus_id, round) = match cause {
        Cause::Transaction(id) => (Some(id), None, 1),
        Cause::Adjustment(id, round) => (Some(id), None, round),
        Cause::Bonus(id, round) => (None, Some(id), round),
        Cause::Position => (None, None, 1),
    };
    NewEntry { transaction_id, bonus_id, round, step, create_time: time }
}

/// The rows of an entry, which is posted on the books.
fn new_postings(entry: &Entry, ground: &mut Ground) -> Result<Vec<NewPosting>, Error> {
    if entry.postings().len() > MAX_ENTRY_POSTINGS {
        return Err(Error::Broken(format!("an entry of {} postings", entry.postings().len())));
    }
    let after = entry.run_on(&mut ground.books)?;
    let row = |((line, posting), after): ((i64, &Posting), Option<Amount>)| {
        let (book, account_id) = columns_of(&posting.book);
        let (currency_code, amount) = (posting.currency, Stored(posting.amount));
        let post_time = account_id.and_then(|id| ground.times.get(&id)).unwrap_or(&ground.now).naive();
        NewPosting { line, book, account_id, currency_code, amount, post_time, balance_after: after.map(Stored) }
    };
    Ok((1..).zip(entry.postings()).zip(after).map(row).collect())
}

/// The accounts on which entries post.
fn accounts_of<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> BTreeSet<AccountId> {
    let account = |posting: &Posting| match posting.book {
        Book::Account(id, _) => Some(id),
        Book::Broker(_) => None,
    };
    entries.into_iter().flat_map(Entry::postings).filter_map(account).collect()
}

/// What entries need of the accounts that they post on.
struct Ground {
    books: BTreeMap<AccountId, Books>,
    /// The time of what is posted on each. A server's wrong clock stays with the accounts that it posts on.
    times: BTreeMap<AccountId, value::Timestamp>,
    now: value::Timestamp,
}

impl Ground {
    fn of<'a>(
        now: value::Timestamp,
        entries: impl IntoIterator<Item = &'a Entry>,
        held: &[&mut StoredAccount],
    ) -> Result<Self, Error> {
        let mut missing = accounts_of(entries);
        let of_entries: Vec<&StoredAccount> =
            held.iter().map(|account| &**account).filter(|account| missing.remove(&account.id)).collect();
        if let Some(id) = missing.first() {
            return Err(Error::Broken(format!("an entry posts on account {id}, which is not held")));
        }
        let time = |account: &&StoredAccount| (account.id, post_time(now, account.statement_time));
        Ok(Self {
            books: of_entries.iter().map(|account| (account.id, account.facts.books)).collect(),
            times: of_entries.iter().map(time).collect(),
            now,
        })
    }
}

/// Gives accounts the books that were posted on; answers what is to be written of them.
fn moved(
    tx: &mut Tx<'_>,
    Ground { books, times, .. }: &Ground,
    held: &mut [&mut StoredAccount],
) -> Result<Vec<(AccountId, NewBooks)>, Error> {
    let mut moved = Vec::new();
    for account in held {
        let (Some(after), Some(time)) = (books.get(&account.id), times.get(&account.id)) else { continue };
        if *after != account.facts.books {
            after.check_sums()?;
            account.facts.books = *after;
            equity::note(tx, &account.facts)?;
        }
        account.statement_time = *time;
        moved.push((account.id, new_books(*after, time.naive())));
    }
    Ok(moved)
}

fn columns_of(book: &Book) -> (String, Option<AccountId>) {
    match book {
        Book::Account(id, book) => (book.to_string(), Some(*id)),
        Book::Broker(book) => (book.to_string(), None),
    }
}

fn new_books(books: Books, time: NaiveDateTime) -> NewBooks {
    NewBooks {
        balance: Stored(books.balance),
        hold: Stored(books.hold),
        credit: Stored(books.credit),
        statement_time: time,
    }
}

/// Posts an entry and updates the books of its accounts, which are held.
///
/// # Errors
/// An amount that does not fit; the database refuses a step that was posted before.
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
    let mut ground = Ground::of(tx.now, [entry], held)?;
    let (row, lines) = (new_entry(cause, step, tx.now.naive()), new_postings(entry, &mut ground)?);
    let moved = moved(tx, &ground, held)?;
    match &mut *tx.conn {
        DbConnection::Postgres(conn) => {
            InOneStatement { entry: row, lines, moved }.execute(conn)?;
        }
        DbConnection::Sqlite(conn) => {
            let insert = diesel::insert_into(entries::table).values(row).returning(entries::id);
            let entry_id: EntryId = insert.get_result(conn)?;
            // One by one: diesel would begin a transaction of its own for several rows.
            for line in lines {
                diesel::insert_into(postings::table).values((postings::entry_id.eq(entry_id), line)).execute(conn)?;
            }
            for (id, books) in moved {
                diesel::update(accounts::table.find(id)).set(books).execute(conn)?;
            }
        }
    }
    Ok(())
}

/// Posts many entries of one cause at once, and updates the books of their accounts, which are held.
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
    let mut ground = Ground::of(tx.now, posted, held)?;
    let time = tx.now.naive();
    let ids: Vec<EntryId> = tx.conn.next_ids("entries", posted.len())?.into_iter().map(EntryId::new).collect();
    let rows = ids.iter().map(|id| (entries::id.eq(*id), new_entry(cause, step, time)));
    let mut lines = Vec::new();
    for (id, entry) in ids.iter().zip(posted) {
        let of_entry = new_postings(entry, &mut ground)?;
        lines.extend(of_entry.into_iter().map(|line| (postings::entry_id.eq(*id), line)));
    }
    match &mut *tx.conn {
        DbConnection::Postgres(conn) => {
            diesel::insert_into(entries::table).values(rows.collect::<Vec<_>>()).execute(conn)?;
            diesel::insert_into(postings::table).values(lines).execute(conn)?;
        }
        DbConnection::Sqlite(conn) => {
            for row in rows {
                diesel::insert_into(entries::table).values(row).execute(conn)?;
            }
            for line in lines {
                diesel::insert_into(postings::table).values(line).execute(conn)?;
            }
        }
    }
    for (id, books) in moved(tx, &ground, held)? {
        let update = diesel::update(accounts::table.find(id)).set(books);
        on_each!(&mut *tx.conn, conn => update.execute(conn))?;
    }
    Ok(())
}

/// A posting as JSON.
#[derive(serde::Serialize, serde::Deserialize)]
struct PostingJson {
    book: String,
    account: Option<AccountId>,
    currency: CurrencyCode,
    amount: Amount,
}

/// An entry that is posted later, as JSON.
pub(crate) fn entry_to_json(entry: &Entry) -> Result<String, Error> {
    let posting = |posting: &Posting| {
        let (book, account) = columns_of(&posting.book);
        PostingJson { book, account, currency: posting.currency, amount: posting.amount }
    };
    Ok(serde_json::to_string(&entry.postings().iter().map(posting).collect::<Vec<_>>())?)
}

/// The entry that was stored as JSON.
pub(crate) fn entry_from_json(text: &str) -> Result<Entry, Error> {
    entry_of(serde_json::from_str(text)?)
}

fn entry_of(postings: Vec<PostingJson>) -> Result<Entry, Error> {
    let posting = |posting: PostingJson| {
        let unknown = || Error::Broken(format!("{:?} is not a book", posting.book));
        let book = match posting.account {
            Some(id) => Book::Account(id, posting.book.parse().map_err(|_| unknown())?),
            None => Book::Broker(posting.book.parse().map_err(|_| unknown())?),
        };
        Ok(Posting { book, currency: posting.currency, amount: posting.amount })
    };
    let postings: Vec<Posting> = postings.into_iter().map(posting).collect::<Result<_, Error>>()?;
    Entry::of(postings).map_err(|unbalanced| Error::Broken(unbalanced.to_string()))
}

/// How often a step of a transaction was posted.
pub(crate) fn rounds(conn: &mut DbConnection, transaction: TransactionId, step: Step) -> Result<i64, Error> {
    let of_step = entries::table.filter(entries::transaction_id.eq(transaction)).filter(entries::step.eq(step));
    Ok(of_step.count().get_result(conn)?)
}

/// What was posted for a step of a transaction.
pub(crate) fn posted(conn: &mut DbConnection, transaction: TransactionId, step: Step) -> Result<Entry, Error> {
    let of_step = entries::table.filter(entries::transaction_id.eq(transaction)).filter(entries::step.eq(step));
    let id: EntryId = of_step.select(entries::id).first(conn)?;
    let of_entry = postings::table.filter(postings::entry_id.eq(id)).order(postings::line);
    let columns = (postings::book, postings::account_id, postings::currency_code, postings::amount);
    let rows: Vec<(String, Option<AccountId>, CurrencyCode, Stored)> = of_entry.select(columns).load(conn)?;
    let posting = |(book, account, currency, Stored(amount))| PostingJson { book, account, currency, amount };
    entry_of(rows.into_iter().map(posting).collect())
}

/// An entry, its postings and the books of its accounts in one statement, so that PostgreSQL is
/// asked once instead of once a row. Its text depends only on how many rows there are, so it is prepared once.
struct InOneStatement {
    entry: NewEntry,
    lines: Vec<NewPosting>,
    moved: Vec<(AccountId, NewBooks)>,
}

impl QueryId for InOneStatement {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<PgConnection> for InOneStatement {}

impl QueryFragment<Pg> for InOneStatement {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "WITH entry AS (INSERT INTO entries (transaction_id, bonus_id, round, step, create_time) VALUES (",
        );
        out.push_bind_param::<Nullable<BigInt>, _>(&self.entry.transaction_id)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<BigInt>, _>(&self.entry.bonus_id)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&self.entry.round)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&self.entry.step)?;
        out.push_sql(", ");
        out.push_bind_param::<Timestamp, _>(&self.entry.create_time)?;
        out.push_sql(
            ") RETURNING id), line AS (INSERT INTO postings (entry_id, line, book, account_id, currency_code, amount, \
             post_time, balance_after) SELECT entry.id, posted.* FROM entry, (VALUES ",
        );
        for (place, row) in self.lines.iter().enumerate() {
            out.push_sql(if place == 0 { "(" } else { ", (" });
            out.push_bind_param::<BigInt, _>(&row.line)?;
            out.push_sql(", ");
            out.push_bind_param::<Text, _>(&row.book)?;
            out.push_sql(", ");
            out.push_bind_param::<Nullable<BigInt>, _>(&row.account_id)?;
            out.push_sql(", ");
            out.push_bind_param::<BigInt, _>(&row.currency_code)?;
            out.push_sql(", ");
            out.push_bind_param::<Money, _>(&row.amount)?;
            out.push_sql(", ");
            out.push_bind_param::<Timestamp, _>(&row.post_time)?;
            out.push_sql(", ");
            out.push_bind_param::<Nullable<Money>, _>(&row.balance_after)?;
            out.push_sql(")");
        }
        out.push_sql(") AS posted (line, book, account_id, currency_code, amount, post_time, balance_after)) ");
        if self.moved.is_empty() {
            // Everything went to the broker.
            out.push_sql("SELECT 1");
            return Ok(());
        }
        out.push_sql(
            "UPDATE accounts SET balance = books.balance, hold = books.hold, credit = books.credit, \
             statement_time = books.statement_time FROM (VALUES ",
        );
        for (place, (id, books)) in self.moved.iter().enumerate() {
            out.push_sql(if place == 0 { "(" } else { ", (" });
            out.push_bind_param::<BigInt, _>(id)?;
            for amount in [&books.balance, &books.hold, &books.credit] {
                out.push_sql(", ");
                out.push_bind_param::<Money, _>(amount)?;
            }
            out.push_sql(", ");
            out.push_bind_param::<Timestamp, _>(&books.statement_time)?;
            out.push_sql(")");
        }
        out.push_sql(") AS books (id, balance, hold, credit, statement_time) WHERE accounts.id = books.id");
        Ok(())
    }
}
