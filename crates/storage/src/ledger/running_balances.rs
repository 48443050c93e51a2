//! Gives postings of before there were running balances their times and the balances after them.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::ledger::{AccountBook, AccountId, Books, CurrencyCode, EntryId, post_time};
use domain::value::Timestamp;

use crate::connection::on_each;
use crate::moment::Moment;
use crate::money::Stored;
use crate::schema::{entries, postings};
use crate::{DbConnection, Error, Tx};

/// How many postings are read at once; more than an entry has.
const CHUNK: i64 = 20_000;
/// How many rows an insert has: of eight values each, which both databases take.
const ROWS_AN_INSERT: usize = 1_000;

diesel::table! {
    /// The postings as they were, until they are copied.
    postings_before (entry_id, line) {
        entry_id -> BigInt,
        line -> BigInt,
        book -> Text,
        account_id -> Nullable<BigInt>,
        currency_code -> BigInt,
        amount -> crate::money::Money,
    }
}

diesel::allow_tables_to_appear_in_same_query!(postings_before, entries);

#[derive(Queryable)]
struct Line {
    entry: EntryId,
    line: i64,
    book: String,
    account: Option<AccountId>,
    currency: CurrencyCode,
    amount: Stored,
    create_time: Option<Moment>,
}

#[derive(Insertable)]
#[diesel(table_name = postings, treat_none_as_default_value = false)]
struct Row {
    entry_id: EntryId,
    line: i64,
    book: String,
    account_id: Option<AccountId>,
    currency_code: CurrencyCode,
    amount: Stored,
    post_time: NaiveDateTime,
    balance_after: Option<Stored>,
}

/// An account as far as its postings were copied.
#[derive(Clone, Copy, Default)]
struct Run {
    books: Books,
    last: Option<Timestamp>,
}

/// Copies all postings, in the order in which they were made, a page at a time. Memory grows with the number of accounts
/// and not with that of postings.
///
/// # Errors
/// Those of the database; postings that no book of an account can have.
pub(crate) fn fill(tx: &mut Tx<'_>) -> Result<(), Error> {
    let mut runs: BTreeMap<AccountId, Run> = BTreeMap::new();
    let (mut after, mut copied) = (EntryId::new(0), 0_usize);
    loop {
        let page = next_entries(tx.conn, after)?;
        let Some(last) = page.last() else { break };
        after = last.entry;
        copied += page.len();
        let mut rows = Vec::with_capacity(page.len());
        for entry in page.chunk_by(|one, other| one.entry == other.entry) {
            copy(entry, &mut runs, &mut rows)?;
        }
        on_each!(&mut *tx.conn, conn => {
            for rows in rows.chunks(ROWS_AN_INSERT) {
                diesel::insert_into(postings::table).values(rows).execute(conn)?;
            }
            Ok::<_, Error>(())
        })?;
        log::info!("{copied} postings have their balances");
    }
    finish(tx.conn, copied)
}

type Columns = (EntryId, i64, String, Option<AccountId>, CurrencyCode, Stored);

/// The lines of the next entries, none of them in part.
fn next_entries(conn: &mut DbConnection, after: EntryId) -> Result<Vec<Line>, Error> {
    let query = postings_before::table
        .left_join(entries::table.on(entries::id.eq(postings_before::entry_id)))
        .filter(postings_before::entry_id.gt(after))
        .order((postings_before::entry_id, postings_before::line))
        .limit(CHUNK)
        .select((postings_before::all_columns, entries::create_time.nullable()));
    let rows: Vec<(Columns, Option<Moment>)> = on_each!(conn, conn => query.load(conn))?;
    let is_whole_page = i64::try_from(rows.len()) == Ok(CHUNK);
    let mut lines: Vec<Line> = rows
        .into_iter()
        .map(|((entry, line, book, account, currency, amount), create_time)| Line {
            entry,
            line,
            book,
            account,
            currency,
            amount,
            create_time,
        })
        .collect();
    // The last entry may go on behind the page.
    if let Some(cut) = lines.last().map(|last| last.entry).filter(|_| is_whole_page) {
        lines.retain(|line| line.entry != cut);
        if lines.is_empty() {
            return Err(Error::Broken(format!("entry {cut} has {CHUNK} postings or more")));
        }
    }
    Ok(lines)
}

/// Adds the rows of one entry.
fn copy(entry: &[Line], runs: &mut BTreeMap<AccountId, Run>, rows: &mut Vec<Row>) -> Result<(), Error> {
    let last_posted = entry.iter().filter_map(|line| runs.get(&line.account?)?.last).max();
    let created = entry.iter().find_map(|line| line.create_time).map(|moment| moment.0);
    // Postings without an entry, which `ledger verify` finds, keep their place.
    let created = created.or(last_posted).unwrap_or_else(|| NaiveDateTime::default().into());
    for line in entry {
        let last = line.account.and_then(|account| runs.get(&account)?.last);
        let time = last.map_or(created, |last| post_time(created, last));
        let balance_after =
            line.account.map(|account| add(line, runs.entry(account).or_default(), time)).transpose()?;
        rows.push(Row {
            entry_id: line.entry,
            line: line.line,
            book: line.book.clone(),
            account_id: line.account,
            currency_code: line.currency,
            amount: line.amount,
            post_time: time.naive(),
            balance_after,
        });
    }
    Ok(())
}

/// What a posting leaves in its book.
fn add(line: &Line, run: &mut Run, time: Timestamp) -> Result<Stored, Error> {
    let unknown = |_| Error::Broken(format!("entry {}: {:?} is not a book of an account", line.entry, line.book));
    let book: AccountBook = line.book.parse().map_err(unknown)?;
    run.books.add(book, line.amount.0)?;
    run.last = Some(time);
    Ok(Stored(run.books.of(book)))
}

/// What is done once all postings are copied: an index that is built at once takes a fraction of the time of one that
/// grows with each row.
const INDEXES: [&str; 2] = [
    "CREATE INDEX postings_account_id ON postings (account_id, post_time, entry_id, line) WHERE account_id IS NOT NULL",
    "CREATE INDEX postings_book ON postings (account_id, book, post_time, entry_id, line) WHERE account_id IS NOT NULL",
];

fn finish(conn: &mut DbConnection, copied: usize) -> Result<(), Error> {
    let there: i64 = on_each!(&mut *conn, conn => postings_before::table.count().get_result(conn))?;
    if i64::try_from(copied) != Ok(there) {
        return Err(Error::Broken(format!("{copied} of {there} postings were copied")));
    }
    for index in INDEXES {
        diesel::sql_query(index).execute(conn)?;
    }
    if let DbConnection::Postgres(conn) = conn {
        // SQLite has had the reference since the table was created.
        let reference = "ALTER TABLE postings ADD FOREIGN KEY (account_id) REFERENCES accounts (id)";
        diesel::sql_query(reference).execute(conn)?;
        // Else plans are those for an empty table until PostgreSQL looks at it by itself.
        diesel::sql_query("ANALYZE postings").execute(conn)?;
    }
    // The next posting must not come before the last one.
    let of_account = "SELECT MAX(post_time) FROM postings WHERE account_id = accounts.id";
    let catch_up = format!("UPDATE accounts SET statement_time = ({of_account}) WHERE statement_time < ({of_account})");
    diesel::sql_query(catch_up).execute(conn)?;
    diesel::sql_query("DROP TABLE postings_before").execute(conn)?;
    Ok(())
}
