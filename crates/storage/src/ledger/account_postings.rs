//! The postings of an account, each with the balance after it, and what can be told from them: the balance at any time,
//! and the statement of any period.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::clients::ClientId;
use domain::identity::Scope;
use domain::ledger::{
    AccountBook, AccountId, AccountPosting, AccountStatement, Amount, BonusId, Books, EntryId, MAX_STATEMENT_LINES,
    MethodId, MovementKind, PostingId, StatementPeriod, Step, TransactionId, TransactionKind, balance_cutoff,
};
use domain::value::{Fault, Timestamp};

use super::accounts::{self, StoredAccount};
use crate::connection::{MultiBackend, on_each};
use crate::moment::Moment;
use crate::money::Stored;
use crate::one_of::one_of;
use crate::schema::postings::{self as table, BoxedQuery};
use crate::schema::{clients, entries, transactions};
use crate::{DbConnection, Direction, Error, Page, Paging};

/// What a list is narrowed to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// On this book.
    pub book: Option<AccountBook>,
    /// From this time on.
    pub from: Option<Timestamp>,
    /// Before this time.
    pub to: Option<Timestamp>,
    /// Posted for this transaction.
    pub transaction: Option<TransactionId>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
pub enum Sort {
    /// When it was posted.
    Time,
}

/// The client to whom a statement is addressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressee {
    /// The first and the last name.
    pub name: String,
    /// The language and country.
    pub locale: String,
}

/// The statement of an account, with whom and what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredStatement {
    /// The account, as it is now.
    pub account: StoredAccount,
    /// Its client.
    pub client: Addressee,
    /// The figures.
    pub figures: AccountStatement,
}

type Line = (EntryId, i64, Moment, AccountBook, Stored, Option<Stored>);
type Cause = (Step, Option<TransactionId>, Option<BonusId>);
type Moved = (Option<TransactionKind>, Option<MethodId>);

/// The postings of an account, a page of them.
///
/// # Errors
/// [`Error::NotFound`], also for an account of a client whom the caller does not see.
pub fn list(
    conn: &mut DbConnection,
    scope: &Scope,
    account: AccountId,
    filter: &Filter,
    paging: &Paging<Sort>,
) -> Result<Page<AccountPosting>, Error> {
    accounts::get(conn, scope, account)?;
    let total = paging.total(|| filtered(account, filter).count().get_result(conn))?;
    let data = page(conn, account, filter, paging)?;
    Ok(Page { total, data })
}

fn filtered(account: AccountId, filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(transaction) = filter.transaction {
        let of_transaction = entries::table.filter(entries::transaction_id.eq(transaction)).select(entries::id);
        // A transaction has few postings, an account millions: a sum, of which there is no index, keeps a database from
        // going through those of the account.
        query =
            query.filter(table::entry_id.eq_any(of_transaction)).filter((table::account_id + 0_i64).eq(account.get()));
    } else {
        query = query.filter(table::account_id.eq(account));
    }
    if let Some(book) = filter.book {
        query = query.filter(table::book.eq(book));
    }
    if let Some(from) = filter.from {
        query = query.filter(table::post_time.ge(from.naive()));
    }
    if let Some(to) = filter.to {
        query = query.filter(table::post_time.lt(to.naive()));
    }
    query
}

fn page(
    conn: &mut DbConnection,
    account: AccountId,
    filter: &Filter,
    paging: &Paging<Sort>,
) -> Result<Vec<AccountPosting>, Error> {
    let query = filtered(account, filter).limit(paging.limit).offset(paging.offset);
    let query = match (paging.sort, paging.direction) {
        (Sort::Time, Direction::Ascending) => query.order((table::post_time, table::entry_id, table::line)),
        (Sort::Time, Direction::Descending) => {
            query.order((table::post_time.desc(), table::entry_id.desc(), table::line.desc()))
        }
    };
    let columns = (table::entry_id, table::line, table::post_time, table::book, table::amount, table::balance_after);
    let lines: Vec<Line> = query.select(columns).load(conn)?;
    let causes = causes(conn, &lines)?;
    lines
        .into_iter()
        .map(|(entry, line, time, book, amount, after)| {
            let without_cause = || Error::Broken(format!("nothing explains entry {entry}"));
            let ((step, transaction, bonus), (kind, method)) = causes.get(&entry).copied().ok_or_else(without_cause)?;
            if transaction.is_some() && kind.is_none() {
                return Err(without_cause());
            }
            let kind = MovementKind::of(kind.map(|kind| (kind, method.is_some())), bonus);
            Ok(AccountPosting {
                id: PostingId::of(entry, line),
                time: time.0,
                book,
                amount: amount.into(),
                balance_after: after.map_or(Amount::ZERO, Amount::from),
                transaction,
                bonus,
                kind,
                step,
            })
        })
        .collect()
}

/// What entries were posted for.
fn causes(conn: &mut DbConnection, lines: &[Line]) -> Result<HashMap<EntryId, (Cause, Moved)>, Error> {
    let mut ids: Vec<EntryId> = lines.iter().map(|line| line.0).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let cause = (entries::step, entries::transaction_id, entries::bonus_id);
    let moved = (transactions::kind.nullable(), transactions::method_id.nullable());
    let query = entries::table.left_join(transactions::table).filter(one_of(entries::id, &ids));
    let query = query.select((entries::id, cause, moved));
    let rows: Vec<(EntryId, Cause, Moved)> = on_each!(conn, conn => query.load(conn))?;
    Ok(rows.into_iter().map(|(id, cause, moved)| (id, (cause, moved))).collect())
}

/// What was in a book before a moment: what the last posting until then left there.
fn book_before(
    conn: &mut DbConnection,
    account: AccountId,
    book: AccountBook,
    end: Timestamp,
) -> Result<Amount, Error> {
    let of_book = table::table.filter(table::account_id.eq(account)).filter(table::book.eq(book));
    let until_then = of_book.filter(table::post_time.lt(end.naive()));
    let last = until_then.order((table::post_time.desc(), table::entry_id.desc(), table::line.desc()));
    let left: Option<Option<Stored>> = last.select(table::balance_after).first(conn).optional()?;
    Ok(left.flatten().map_or(Amount::ZERO, Amount::from))
}

fn books_before(conn: &mut DbConnection, account: AccountId, end: Timestamp) -> Result<Books, Error> {
    Ok(Books {
        balance: book_before(conn, account, AccountBook::Balance, end)?,
        hold: book_before(conn, account, AccountBook::Hold, end)?,
        credit: book_before(conn, account, AccountBook::Credit, end)?,
    })
}

/// An account, and what was in its books at a time ([`balance_cutoff`]), or what is in them now where no time is given.
///
/// # Errors
/// [`Error::NotFound`], also for an account of a client whom the caller does not see.
pub fn balances_at(
    conn: &mut DbConnection,
    scope: &Scope,
    account: AccountId,
    at: Option<Timestamp>,
) -> Result<(StoredAccount, Books), Error> {
    let stored = accounts::get(conn, scope, account)?;
    let books = match at {
        Some(at) => books_before(conn, account, balance_cutoff(at))?,
        None => stored.facts.books,
    };
    Ok((stored, books))
}

/// The statement of an account over a period.
///
/// # Errors
/// [`Error::NotFound`], also for an account of a client whom the caller does not see; a refusal where it has too many
/// lines; [`Error::Broken`] where what is stored does not add up.
pub fn statement(
    conn: &mut DbConnection,
    scope: &Scope,
    account: AccountId,
    period: StatementPeriod,
) -> Result<StoredStatement, Error> {
    let stored = accounts::get(conn, scope, account)?;
    let opening = book_before(conn, account, AccountBook::Balance, period.from())?;
    let filter = Filter {
        book: Some(AccountBook::Balance),
        from: Some(period.from()),
        to: Some(period.to()),
        transaction: None,
    };
    // One more than a statement may have tells that there are too many.
    let limit = i64::try_from(MAX_STATEMENT_LINES + 1).unwrap_or(i64::MAX);
    let paging = Paging { sort: Sort::Time, direction: Direction::Ascending, limit, offset: 0, counts: false };
    let lines = page(conn, account, &filter, &paging)?;
    AccountStatement::check_length(lines.len()).map_err(Fault::unprocessable)?;
    let at_end = books_before(conn, account, period.to())?;
    let figures = AccountStatement::of(opening, lines, at_end)
        .map_err(|unjoined| Error::Broken(format!("the statement of account {account}: {unjoined}")))?;
    let client = addressee(conn, stored.data.client)?;
    Ok(StoredStatement { account: stored, client, figures })
}

fn addressee(conn: &mut DbConnection, client: ClientId) -> Result<Addressee, Error> {
    let columns = (clients::first_name, clients::last_name, clients::locale);
    let (first, last, locale): (String, String, String) = clients::table.find(client).select(columns).first(conn)?;
    Ok(Addressee { name: format!("{first} {last}").trim().to_owned(), locale })
}
