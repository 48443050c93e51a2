use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::clients::ClientId;
use domain::identity::UserId;
use domain::ledger::{
    AccountId, Amount, Book, Books, CurrencyCode, EntryId, Meta, MethodId, Movement, Posting, RequestId, RequestKind,
    RequestStatus, Step, Terms, TransactionId, TransactionKind, TransactionStatus,
};
use domain::value::Timestamp;

use super::ROWS_AN_INSERT;
use crate::connection::on_each;
use crate::money::Stored;
use crate::schema::{entries, postings, requests, transactions};
use crate::{Error, Tx, json};

/// A transaction that is loaded, with its one entry.
#[derive(Clone, Debug)]
pub struct NewTransaction {
    /// Its id.
    pub id: TransactionId,
    /// The id of its entry.
    pub entry: EntryId,
    /// The id of the request behind it, where it waits for a decision.
    pub request: Option<RequestId>,
    /// Whose it is.
    pub client: ClientId,
    /// What moved.
    pub movement: Movement,
    /// Its status.
    pub status: TransactionStatus,
    /// Its method.
    pub method: Option<MethodId>,
    /// Its facts.
    pub meta: Option<Meta>,
    /// Its terms.
    pub terms: Option<Terms>,
    /// What it counts in limits, in USD.
    pub usd_worth: Option<Amount>,
    /// The user who brought it in.
    pub user: Option<UserId>,
    /// When it took place.
    pub create_time: Timestamp,
    /// When it was posted: never before the last posting on its accounts.
    pub post_time: Timestamp,
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    new: &[NewTransaction],
    books: &mut BTreeMap<AccountId, Books>,
) -> Result<(), Error> {
    let of_transactions = new.iter().map(transaction_row).collect::<Result<Vec<_>, _>>()?;
    let of_requests: Vec<RequestRow> = new.iter().filter_map(request_row).collect();
    let of_entries: Vec<EntryRow> = new.iter().map(entry_row).collect();
    let mut of_postings: Vec<PostingRow> = Vec::new();
    for transaction in new {
        of_postings.extend(posting_rows(transaction, books)?);
    }
    on_each!(&mut *tx.conn, conn => {
        for rows in of_transactions.chunks(ROWS_AN_INSERT) {
            diesel::insert_into(transactions::table).values(rows).execute(conn)?;
        }
        for rows in of_requests.chunks(ROWS_AN_INSERT) {
            diesel::insert_into(requests::table).values(rows).execute(conn)?;
        }
        for rows in of_entries.chunks(ROWS_AN_INSERT) {
            diesel::insert_into(entries::table).values(rows).execute(conn)?;
        }
        for rows in of_postings.chunks(ROWS_AN_INSERT) {
            diesel::insert_into(postings::table).values(rows).execute(conn)?;
        }
        Ok(())
    })
}

#[derive(Insertable)]
#[diesel(table_name = transactions, treat_none_as_default_value = false)]
struct TransactionRow {
    id: TransactionId,
    client_id: ClientId,
    kind: TransactionKind,
    status: TransactionStatus,
    debit_account_id: Option<AccountId>,
    debit_amount: Stored,
    debit_commission: Stored,
    debit_currency: CurrencyCode,
    credit_account_id: Option<AccountId>,
    credit_amount: Stored,
    credit_commission: Stored,
    credit_currency: CurrencyCode,
    rate: Stored,
    method_id: Option<MethodId>,
    meta: Option<String>,
    terms: Option<String>,
    usd_worth: Option<Stored>,
    user_id: Option<UserId>,
    create_time: NaiveDateTime,
    update_time: NaiveDateTime,
    processed_time: Option<NaiveDateTime>,
}

fn transaction_row(transaction: &NewTransaction) -> Result<TransactionRow, Error> {
    let Movement { kind, debit, credit, rate, .. } = &transaction.movement;
    let at = transaction.create_time.naive();
    Ok(TransactionRow {
        id: transaction.id,
        client_id: transaction.client,
        kind: *kind,
        status: transaction.status,
        debit_account_id: debit.account,
        debit_amount: Stored(debit.amount),
        debit_commission: Stored(debit.commission),
        debit_currency: debit.currency,
        credit_account_id: credit.account,
        credit_amount: Stored(credit.amount),
        credit_commission: Stored(credit.commission),
        credit_currency: credit.currency,
        rate: Stored(*rate),
        method_id: transaction.method,
        meta: transaction.meta.as_ref().map(json).transpose()?,
        terms: transaction.terms.as_ref().map(json).transpose()?,
        usd_worth: transaction.usd_worth.map(Stored),
        user_id: transaction.user,
        create_time: at,
        update_time: at,
        processed_time: transaction.status.is_final().then_some(at),
    })
}

#[derive(Insertable)]
#[diesel(table_name = requests, treat_none_as_default_value = false)]
struct RequestRow {
    id: RequestId,
    client_id: ClientId,
    kind: RequestKind,
    status: RequestStatus,
    transaction_id: Option<TransactionId>,
    create_time: NaiveDateTime,
}

fn request_row(transaction: &NewTransaction) -> Option<RequestRow> {
    Some(RequestRow {
        id: transaction.request?,
        client_id: transaction.client,
        kind: RequestKind::of(transaction.movement.kind),
        status: RequestStatus::Pending,
        transaction_id: Some(transaction.id),
        create_time: transaction.create_time.naive(),
    })
}

#[derive(Insertable)]
#[diesel(table_name = entries, treat_none_as_default_value = false)]
struct EntryRow {
    id: EntryId,
    transaction_id: Option<TransactionId>,
    step: Step,
    create_time: NaiveDateTime,
}

fn entry_row(transaction: &NewTransaction) -> EntryRow {
    EntryRow {
        id: transaction.entry,
        transaction_id: Some(transaction.id),
        step: transaction.movement.step,
        create_time: transaction.create_time.naive(),
    }
}

#[derive(Insertable)]
#[diesel(table_name = postings, treat_none_as_default_value = false)]
struct PostingRow {
    entry_id: EntryId,
    line: i64,
    book: String,
    account_id: Option<AccountId>,
    currency_code: CurrencyCode,
    amount: Stored,
    post_time: NaiveDateTime,
    balance_after: Option<Stored>,
}

fn posting_rows(
    transaction: &NewTransaction,
    books: &mut BTreeMap<AccountId, Books>,
) -> Result<Vec<PostingRow>, Error> {
    let entry = &transaction.movement.entry;
    let after = entry.run_on(books)?;
    let post_time = transaction.post_time.naive();
    let row = |((line, posting), after): ((i64, &Posting), Option<Amount>)| {
        let (book, account_id) = match &posting.book {
            Book::Account(account, book) => (book.to_string(), Some(*account)),
            Book::Broker(book) => (book.to_string(), None),
        };
        let (currency_code, amount) = (posting.currency, Stored(posting.amount));
        let balance_after = after.map(Stored);
        PostingRow {
            entry_id: transaction.entry,
            line,
            book,
            account_id,
            currency_code,
            amount,
            post_time,
            balance_after,
        }
    };
    Ok((1..).zip(entry.postings()).zip(after).map(row).collect())
}
