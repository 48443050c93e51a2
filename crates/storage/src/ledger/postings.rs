//! The ledger itself: entries and their postings, which are only ever added.

use diesel::prelude::*;
use domain::ledger::{AccountId, BonusId, Book, Books, CurrencyCode, Entry, EntryId, Step, TransactionId};

use super::accounts::StoredAccount;
use crate::connection::on_each;
use crate::money::Stored;
use crate::schema::{accounts, entries, postings};
use crate::{DbConnection, Error, Tx};

/// What an entry belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Transaction(TransactionId),
    #[expect(dead_code, reason = "bonuses post with the bonus engine")]
    Bonus(BonusId),
}

#[derive(Insertable)]
#[diesel(table_name = postings)]
struct Row {
    entry_id: EntryId,
    line: i64,
    book: String,
    account_id: Option<AccountId>,
    currency_code: CurrencyCode,
    amount: Stored,
}

/// Posts an entry and brings the books of the accounts up to date, which are held.
///
/// # Errors
/// Those of the database; a step that was posted before is refused by it.
pub(crate) fn post(
    tx: &mut Tx<'_>,
    owner: Owner,
    step: Step,
    entry: &Entry,
    held: &mut [&mut StoredAccount],
) -> Result<(), Error> {
    if entry.postings().is_empty() {
        return Ok(());
    }
    let (transaction, bonus) = match owner {
        Owner::Transaction(id) => (Some(id), None),
        Owner::Bonus(id) => (None, Some(id)),
    };
    let values = (
        entries::transaction_id.eq(transaction),
        entries::bonus_id.eq(bonus),
        entries::step.eq(step),
        entries::create_time.eq(tx.now.naive()),
    );
    let insert = diesel::insert_into(entries::table).values(values).returning(entries::id);
    let entry_id: EntryId = on_each!(tx.conn, conn => insert.get_result(conn))?;
    let rows: Vec<Row> = (1..)
        .zip(entry.postings())
        .map(|(line, posting)| {
            let (book, account_id) = match &posting.book {
                Book::Account(id, book) => (book.to_string(), Some(*id)),
                Book::Broker(book) => (book.to_string(), None),
            };
            let (currency_code, amount) = (posting.currency, Stored(posting.amount));
            Row { entry_id, line, book, account_id, currency_code, amount }
        })
        .collect();
    match &mut *tx.conn {
        DbConnection::Postgres(conn) => {
            diesel::insert_into(postings::table).values(&rows).execute(conn)?;
        }
        // diesel would begin a transaction of its own for several rows.
        DbConnection::Sqlite(conn) => {
            for row in &rows {
                diesel::insert_into(postings::table).values(row).execute(conn)?;
            }
        }
    }
    for account in held {
        let books = entry.applied_to(account.id, account.facts.books)?;
        if books != account.facts.books {
            account.facts.books = books;
            account.statement_time = tx.now;
            let Books { balance, hold, credit } = books;
            let values = (
                accounts::balance.eq(Stored(balance)),
                accounts::hold.eq(Stored(hold)),
                accounts::credit.eq(Stored(credit)),
                accounts::statement_time.eq(tx.now.naive()),
            );
            let update = diesel::update(accounts::table.find(account.id)).set(values);
            on_each!(tx.conn, conn => update.execute(conn))?;
        }
    }
    Ok(())
}
