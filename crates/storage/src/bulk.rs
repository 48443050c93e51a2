//! Many records at once: clients with their accounts, and transactions with their postings. Whoever loads them decides
//! what they are; only the writing goes in bulk.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::catalog::{PlatformId, ProductGroupId, ProductId, ProductType};
use domain::clients::{ClientId, ClientStatus, ClientTypeId, InternalType, RiskLevel, VerificationLevelId};
use domain::content::CountryId;
use domain::ledger::{
    AccountFacts, AccountId, Amount, Book, Books, CurrencyCode, EntryId, Meta, MethodId, Movement, Posting, RequestId,
    RequestKind, RequestStatus, Step, Terms, TransactionId, TransactionKind, TransactionStatus,
};
use domain::value::{Timestamp, folded};
use domain::verification::GrantReason;

use crate::connection::on_each;
use crate::money::Stored;
use crate::payments::opening::number_of;
use crate::schema::{
    accounts, client_search, clients, entries, postings, requests, transactions, verification_levels, verifications,
};
use crate::{Error, Tx, json};

/// The most rows of one insert: of the widest table they have fewer parameters than both databases take.
const ROWS_AN_INSERT: usize = 1_000;

/// A client who is loaded.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// Their id.
    pub id: ClientId,
    /// Their e-mail address.
    pub email: String,
    /// Their first name.
    pub first_name: String,
    /// Their last name.
    pub last_name: String,
    /// Where they live.
    pub country: Option<CountryId>,
    /// The city.
    pub city: Option<String>,
    /// Their risk.
    pub risk_level: RiskLevel,
    /// Their status.
    pub status: ClientStatus,
    /// Their type.
    pub kind: ClientTypeId,
    /// Their verification level.
    pub level: VerificationLevelId,
    /// When they came.
    pub create_time: Timestamp,
}

/// An account that is loaded, with what it holds when everything is loaded.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// What the rules know of it.
    pub facts: AccountFacts,
    /// Its product.
    pub product: ProductId,
    /// The group of the product.
    pub group: ProductGroupId,
    /// What it is called.
    pub caption: String,
    /// When it was opened.
    pub create_time: Timestamp,
}

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
    /// When it took place.
    pub create_time: Timestamp,
}

/// How many ids of each kind are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Counts {
    /// Clients.
    pub clients: usize,
    /// Accounts.
    pub accounts: usize,
    /// Transactions, each with an entry.
    pub transactions: usize,
    /// Requests.
    pub requests: usize,
}

/// Ids that nobody else gets.
#[derive(Clone, Debug, Default)]
pub struct Ids {
    /// Of clients.
    pub clients: Vec<ClientId>,
    /// Of accounts.
    pub accounts: Vec<AccountId>,
    /// Of transactions, each with its entry's.
    pub transactions: Vec<(TransactionId, EntryId)>,
    /// Of requests.
    pub requests: Vec<RequestId>,
}

impl Ids {
    /// The first so many of each, which are no longer among these.
    #[must_use]
    pub fn take(&mut self, counts: Counts) -> Self {
        fn first<T>(of: &mut Vec<T>, count: usize) -> Vec<T> {
            of.drain(..count.min(of.len())).collect()
        }
        Self {
            clients: first(&mut self.clients, counts.clients),
            accounts: first(&mut self.accounts, counts.accounts),
            transactions: first(&mut self.transactions, counts.transactions),
            requests: first(&mut self.requests, counts.requests),
        }
    }
}

/// What is loaded together.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Clients.
    pub clients: Vec<NewClient>,
    /// Their accounts.
    pub accounts: Vec<NewAccount>,
    /// What happened on those, and on no others, the oldest first.
    pub transactions: Vec<NewTransaction>,
}

/// Takes ids for what is to be loaded.
pub fn reserve(tx: &mut Tx<'_>, counts: Counts) -> Result<Ids, Error> {
    let mut of = |table, count| tx.conn.next_ids(table, count);
    let (clients, accounts) = (of("clients", counts.clients)?, of("accounts", counts.accounts)?);
    let (transactions, entries) = (of("transactions", counts.transactions)?, of("entries", counts.transactions)?);
    let requests = of("requests", counts.requests)?;
    let pairs = transactions.into_iter().zip(entries);
    Ok(Ids {
        clients: clients.into_iter().map(ClientId::new).collect(),
        accounts: accounts.into_iter().map(AccountId::new).collect(),
        transactions: pairs.map(|(id, entry)| (TransactionId::new(id), EntryId::new(entry))).collect(),
        requests: requests.into_iter().map(RequestId::new).collect(),
    })
}

/// Writes a batch under ids that were [reserved](reserve).
pub fn load(tx: &mut Tx<'_>, batch: &Batch) -> Result<(), Error> {
    let of_clients: Vec<ClientRow<'_>> = batch.clients.iter().map(client_row).collect();
    let searches: Vec<SearchRow> = batch.clients.iter().map(search_row).collect();
    let of_accounts =
        batch.accounts.iter().map(|account| account_row(account, tx.now)).collect::<Result<Vec<_>, _>>()?;
    let of_transactions = batch.transactions.iter().map(transaction_row).collect::<Result<Vec<_>, _>>()?;
    let of_requests: Vec<RequestRow> = batch.transactions.iter().filter_map(request_row).collect();
    let levels = verification_levels::table.select((verification_levels::id, verification_levels::name));
    let levels: HashMap<VerificationLevelId, String> =
        levels.load::<(VerificationLevelId, String)>(tx.conn)?.into_iter().collect();
    let of_verifications: Vec<VerificationRow> =
        batch.clients.iter().filter_map(|client| verification_row(client, &levels)).collect();
    let of_entries: Vec<EntryRow> = batch.transactions.iter().map(entry_row).collect();
    // The accounts are as new as their transactions, and begin with nothing.
    let mut books = BTreeMap::new();
    let mut of_postings: Vec<PostingRow> = Vec::new();
    for transaction in &batch.transactions {
        of_postings.extend(posting_rows(transaction, &mut books)?);
    }
    on_each!(&mut *tx.conn, conn => {
        for rows in of_clients.chunks(ROWS_AN_INSERT) {
            diesel::insert_into(clients::table).values(rows).execute(conn)?;
        }
        for rows in searches.chunks(ROWS_AN_INSERT) {
            diesel::insert_into(client_search::table).values(rows).execute(conn)?;
        }
        for rows in of_verifications.chunks(ROWS_AN_INSERT) {
            diesel::insert_into(verifications::table).values(rows).execute(conn)?;
        }
        for rows in of_accounts.chunks(ROWS_AN_INSERT) {
            diesel::insert_into(accounts::table).values(rows).execute(conn)?;
        }
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

// What is not set is written as NULL and not left out: only so does diesel write many rows of SQLite in one statement.
// For several it would begin a transaction of its own, within ours.

#[derive(Insertable)]
#[diesel(table_name = clients, treat_none_as_default_value = false)]
struct ClientRow<'a> {
    id: ClientId,
    email: &'a str,
    email_key: &'a str,
    first_name: &'a str,
    last_name: &'a str,
    country_id: Option<CountryId>,
    city: Option<&'a str>,
    internal_type: InternalType,
    risk_level: RiskLevel,
    status: ClientStatus,
    type_id: ClientTypeId,
    level_id: VerificationLevelId,
    locale: &'static str,
    analytics: &'static str,
    create_time: NaiveDateTime,
}

fn client_row(client: &NewClient) -> ClientRow<'_> {
    ClientRow {
        id: client.id,
        email: &client.email,
        email_key: &client.email,
        first_name: &client.first_name,
        last_name: &client.last_name,
        country_id: client.country,
        city: client.city.as_deref(),
        internal_type: InternalType::Default,
        risk_level: client.risk_level,
        status: client.status,
        type_id: client.kind,
        level_id: client.level,
        locale: "en_US",
        analytics: "[]",
        create_time: client.create_time.naive(),
    }
}

#[derive(Insertable)]
#[diesel(table_name = client_search, treat_none_as_default_value = false)]
struct SearchRow {
    rowid: ClientId,
    name: String,
    nickname: &'static str,
    city: String,
    company_short: &'static str,
    company_full: &'static str,
}

fn search_row(client: &NewClient) -> SearchRow {
    SearchRow {
        rowid: client.id,
        name: folded(&format!("{} {}", client.first_name, client.last_name)),
        nickname: "",
        city: folded(client.city.as_deref().unwrap_or_default()),
        company_short: "",
        company_full: "",
    }
}

#[derive(Insertable)]
#[diesel(table_name = verifications, treat_none_as_default_value = false)]
struct VerificationRow<'a> {
    client_id: ClientId,
    level_id: VerificationLevelId,
    level_name: &'a str,
    reason: GrantReason,
    create_time: NaiveDateTime,
}

fn verification_row<'a>(
    client: &NewClient,
    levels: &'a HashMap<VerificationLevelId, String>,
) -> Option<VerificationRow<'a>> {
    Some(VerificationRow {
        client_id: client.id,
        level_id: client.level,
        level_name: levels.get(&client.level)?,
        reason: GrantReason::Registration,
        create_time: client.create_time.naive(),
    })
}

#[derive(Insertable)]
#[diesel(table_name = accounts, treat_none_as_default_value = false)]
struct AccountRow<'a> {
    id: AccountId,
    number: String,
    client_id: ClientId,
    product_id: ProductId,
    platform_id: PlatformId,
    group_id: Option<ProductGroupId>,
    currency_code: CurrencyCode,
    kind: ProductType,
    caption: &'a str,
    name: String,
    permissions: String,
    balance: Stored,
    hold: Stored,
    credit: Stored,
    pnl: Stored,
    margin: Stored,
    statement_time: NaiveDateTime,
    create_time: NaiveDateTime,
}

fn account_row(account: &NewAccount, now: Timestamp) -> Result<AccountRow<'_>, Error> {
    let NewAccount { facts, product, group, caption, create_time } = account;
    Ok(AccountRow {
        id: facts.id,
        number: number_of(facts.id),
        client_id: facts.client,
        product_id: *product,
        platform_id: facts.platform,
        group_id: Some(*group),
        currency_code: facts.currency.code,
        kind: facts.kind,
        caption,
        name: caption.to_lowercase(),
        permissions: json(&facts.permissions)?,
        balance: Stored(facts.books.balance),
        hold: Stored(facts.books.hold),
        credit: Stored(facts.books.credit),
        pnl: Stored(facts.figures.pnl),
        margin: Stored(facts.figures.margin),
        statement_time: now.naive(),
        create_time: create_time.naive(),
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
    let post_time = transaction.create_time.naive();
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
