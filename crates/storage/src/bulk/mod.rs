//! Many records at once: clients with their accounts, and transactions with their postings. Whoever loads them decides
//! what they are; only the writing goes in bulk.
//!
//! What is not set is written as NULL and not left out: only so does diesel write many rows of `SQLite` in one statement.
//! For several it would begin a transaction of its own, within ours.

mod accounts;
mod clients;
mod transactions;

use std::collections::BTreeMap;

use domain::clients::ClientId;
use domain::ledger::{AccountId, Books, EntryId, RequestId, TransactionId};

pub use accounts::NewAccount;
pub use clients::NewClient;
pub use transactions::NewTransaction;

use crate::{Error, Tx};

/// The most rows of one insert: of the widest table they have fewer parameters than both databases take.
const ROWS_AN_INSERT: usize = 1_000;

/// How many ids of each kind are wanted.
#[derive(Clone, Copy, Debug, Default)]
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
    let mut of = |table, count| if count == 0 { Ok(Vec::new()) } else { tx.conn.next_ids(table, count) };
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
    clients::insert(tx, &batch.clients)?;
    accounts::insert(tx, &batch.accounts)?;
    // The accounts are as new as their transactions, and begin with nothing.
    post(tx, &batch.transactions, &mut BTreeMap::new())
}

/// Writes transactions with their postings on accounts that have these books before; the caller writes what they have
/// after.
pub(crate) fn post(
    tx: &mut Tx<'_>,
    new: &[NewTransaction],
    books: &mut BTreeMap<AccountId, Books>,
) -> Result<(), Error> {
    transactions::insert(tx, new, books)
}
