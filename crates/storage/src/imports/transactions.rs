//! Opening balances and earlier movements.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use domain::clients::ClientId;
use domain::identity::UserId;
use domain::imports::{
    Cells, Column as _, EarlierTransaction, ImportedTransaction, ImportsFault, LineFault, TransactionColumn,
    TransactionRow,
};
use domain::ledger::{AccountId, Books, TransactionId, TransactionStatus, post_time};
use domain::value::{CommonFault, Email, Fault, FaultCode as _, Timestamp};

use super::pass::{Findings, Line, Load, Way};
use crate::bulk::{self, Counts, NewTransaction};
use crate::connection::on_each;
use crate::ledger::accounts::{StoredAccount, by_ids};
use crate::ledger::equity;
use crate::money::Stored;
use crate::payments::balance_changes;
use crate::schema::{accounts, imported_transactions as table};
use crate::{DbConnection, Error, Tx};

pub(super) struct Transactions {
    now: Timestamp,
    /// Where the file has a reference first.
    lines: HashMap<String, u64>,
    /// What earlier lines leave on accounts that the database does not have yet.
    books: HashMap<AccountId, Books>,
}

/// A transaction that is new.
pub(super) struct NewLine {
    account: StoredAccount,
    row: TransactionRow,
    brought: ImportedTransaction,
}

impl Load for Transactions {
    type Column = TransactionColumn;
    type Row = TransactionRow;
    type New = NewLine;

    fn begin(way: &mut Way<'_, '_>) -> Result<Self, Error> {
        Ok(Self { now: way.now(), lines: HashMap::new(), books: HashMap::new() })
    }

    fn read(&self, cells: &mut Cells<'_, TransactionColumn>) -> Option<TransactionRow> {
        TransactionRow::read(cells, self.now)
    }

    fn sift(
        &mut self,
        way: &mut Way<'_, '_>,
        _: &dyn Fn(&Email) -> Vec<u8>,
        lines: Vec<Line<TransactionRow>>,
        findings: &mut Findings<'_>,
    ) -> Result<Vec<NewLine>, Error> {
        let fresh = self.first_of_their_references(lines, findings);
        let earlier = earlier(way.conn(), fresh.iter().map(|line| line.row.reference.clone()).collect())?;
        let by_number = ids_of(way.conn(), fresh.iter().map(|line| line.row.number.clone()).collect())?;
        let ids: Vec<AccountId> = by_number.values().flatten().copied().collect();
        let accounts = held(way, ids)?;
        let mut new = Vec::new();
        for Line { number, row } in fresh {
            let account = match by_number.get(&row.number).map(Vec::as_slice) {
                None | Some([]) => Err(CommonFault::Unknown.fault()),
                Some([id]) => accounts.get(id).ok_or(CommonFault::Unknown.fault()),
                Some(_) => Err(ImportsFault::AmbiguousNumber.fault()),
            };
            let account = match account {
                Ok(account) => account,
                Err(fault) => {
                    findings.fault(&fault_in(number, TransactionColumn::AccountNumber, fault));
                    continue;
                }
            };
            if let Some(same) = earlier.get(&row.reference) {
                match same.check_same(account.id, &row) {
                    Ok(()) => findings.existing(),
                    Err(fault) => findings.fault(&fault_in(number, TransactionColumn::ExternalReference, fault)),
                }
                continue;
            }
            let mut account = account.clone();
            account.facts.books = self.books.get(&account.id).copied().unwrap_or(account.facts.books);
            let decided = ImportedTransaction::decide(&account.facts, &row);
            match decided.map_err(|unbalanced| Error::Broken(unbalanced.to_string()))? {
                Ok(brought) => {
                    findings.added();
                    self.books.insert(account.id, brought.books);
                    new.push(NewLine { account, row, brought });
                }
                Err(faults) => {
                    let faults = faults.into_iter().map(|(column, fault)| fault_in(number, column, fault));
                    faults.for_each(|fault| findings.fault(&fault));
                }
            }
        }
        Ok(new)
    }

    /// Posts what is new at the time of now: an account's history does not begin before its books here. The earlier time
    /// stands in the note.
    fn write(&mut self, tx: &mut Tx<'_>, new: Vec<NewLine>, user: Option<UserId>) -> Result<(), Error> {
        let ids = bulk::reserve(tx, Counts { transactions: new.len(), ..Counts::default() })?;
        let (mut transactions, mut references) = (Vec::new(), Vec::new());
        let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
        for ((id, entry), NewLine { mut account, row, brought }) in ids.transactions.into_iter().zip(new) {
            before.entry(account.id).or_insert(account.facts.books);
            let post_time = post_time(tx.now, account.statement_time);
            let meta = balance_changes::meta_of(brought.movement.kind, Some(&row.note()), tx.now);
            references.push(reference_row(&row, id, account.id));
            transactions.push(NewTransaction {
                id,
                entry,
                request: None,
                client: account.data.client,
                movement: brought.movement,
                status: TransactionStatus::Done,
                method: None,
                meta: Some(meta),
                terms: None,
                usd_worth: None,
                user,
                create_time: tx.now,
                post_time,
            });
            (account.facts.books, account.statement_time) = (brought.books, post_time);
            after.insert(account.id, account);
        }
        bulk::post(tx, &transactions, &mut before)?;
        for account in after.values() {
            set_books(tx, account)?;
        }
        on_each!(&mut *tx.conn, conn => diesel::insert_into(table::table).values(references).execute(conn))?;
        // From now on the database tells of them.
        self.books.clear();
        Ok(())
    }
}

fn fault_in(line: u64, column: TransactionColumn, fault: Fault) -> LineFault {
    LineFault { line: Some(line), column: Some(column.name()), fault }
}

impl Transactions {
    fn first_of_their_references(
        &mut self,
        lines: Vec<Line<TransactionRow>>,
        findings: &mut Findings<'_>,
    ) -> Vec<Line<TransactionRow>> {
        let mut fresh = Vec::new();
        for line in lines {
            if let Some(first) = self.lines.get(&line.row.reference) {
                let fault = ImportsFault::RepeatedLine.with("first", i64::try_from(*first).unwrap_or(i64::MAX));
                findings.fault(&fault_in(line.number, TransactionColumn::ExternalReference, fault));
            } else {
                self.lines.insert(line.row.reference.clone(), line.number);
                fresh.push(line);
            }
        }
        fresh
    }
}

/// What was brought in under these references.
fn earlier(conn: &mut DbConnection, references: Vec<String>) -> Result<HashMap<String, EarlierTransaction>, Error> {
    let same = table::table.filter(table::reference.eq_any(references));
    let columns = (table::reference, table::account_id, table::balance_change, table::earlier_time);
    let rows: Vec<(String, AccountId, Stored, Timestamp)> = same.select(columns).load(conn)?;
    let earlier = |account, Stored(change), time| EarlierTransaction { account, change, time };
    Ok(rows.into_iter().map(|(reference, account, change, time)| (reference, earlier(account, change, time))).collect())
}

/// The accounts that have these numbers.
fn ids_of(conn: &mut DbConnection, numbers: Vec<String>) -> Result<HashMap<String, Vec<AccountId>>, Error> {
    let same = accounts::table.filter(accounts::number.eq_any(numbers)).select((accounts::number, accounts::id));
    let mut ids: HashMap<String, Vec<AccountId>> = HashMap::new();
    for (number, id) in same.load::<(String, AccountId)>(conn)? {
        ids.entry(number).or_default().push(id);
    }
    Ok(ids)
}

/// The accounts of these ids; where money moves, they and their clients are held.
fn held(way: &mut Way<'_, '_>, mut ids: Vec<AccountId>) -> Result<HashMap<AccountId, StoredAccount>, Error> {
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    if let Way::BringIn(tx) = way {
        tx.lock_all("accounts", &ids)?;
        let owners = accounts::table.filter(accounts::id.eq_any(ids.clone()));
        let owners: Vec<ClientId> = owners.select(accounts::client_id).distinct().load(tx.conn)?;
        tx.hold("clients", &owners)?;
    }
    by_ids(way.conn(), &ids)
}

#[derive(Insertable)]
#[diesel(table_name = table, treat_none_as_default_value = false)]
struct ReferenceRow {
    reference: String,
    transaction_id: TransactionId,
    account_id: AccountId,
    balance_change: Stored,
    earlier_time: chrono::NaiveDateTime,
}

fn reference_row(row: &TransactionRow, transaction_id: TransactionId, account_id: AccountId) -> ReferenceRow {
    ReferenceRow {
        reference: row.reference.clone(),
        transaction_id,
        account_id,
        balance_change: Stored(row.change()),
        earlier_time: row.time.naive(),
    }
}

fn set_books(tx: &mut Tx<'_>, account: &StoredAccount) -> Result<(), Error> {
    let Books { balance, hold, credit } = account.facts.books;
    let values = (
        accounts::balance.eq(Stored(balance)),
        accounts::hold.eq(Stored(hold)),
        accounts::credit.eq(Stored(credit)),
        accounts::statement_time.eq(account.statement_time.naive()),
    );
    let update = diesel::update(accounts::table.find(account.id)).set(values);
    on_each!(&mut *tx.conn, conn => update.execute(conn))?;
    equity::note(tx, &account.facts)
}
