//! Accounts of an earlier system.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use domain::catalog::{ClientFacts, Offer, Opening, PlatformId, ProductCurrencyId, ProductId, ProductStatus};
use domain::clients::{ClientId, ClientStatus};
use domain::identity::UserId;
use domain::imports::{
    AccountColumn, AccountOffer, AccountRow, Cells, Column as _, ImportedAccount, ImportsFault, LineFault, Owner,
};
use domain::ledger::{AccountFacts, Books, CurrencyCode, Figures};
use domain::value::{Email, Fault, FaultCode as _};

use super::pass::{Findings, Line, Load, Way};
use crate::bulk::{self, Batch, Counts, NewAccount};
use crate::catalog::offered::{self, AnyOffer};
use crate::one_of::one_of;
use crate::schema::{accounts, clients, currencies, platforms, product_currencies, products};
use crate::{DbConnection, Error, Tx};

pub(super) struct Accounts {
    /// The products in their currencies, by the alphabetic code.
    offers: HashMap<(ProductId, String), AnyOffer>,
    products: HashMap<ProductId, ProductStatus>,
    /// The platforms that keep books of their own.
    outside: HashSet<PlatformId>,
    /// Where the file has a number first.
    lines: HashMap<String, u64>,
    /// What lines add that the database does not have yet.
    opened: HashMap<(ClientId, ProductId), Vec<CurrencyCode>>,
}

/// An account that is new.
pub(super) struct NewLine {
    client: Owner,
    row: AccountRow,
    opening: Opening,
}

impl Load for Accounts {
    type Column = AccountColumn;
    type Row = AccountRow;
    type New = NewLine;

    fn begin(way: &mut Way<'_, '_>) -> Result<Self, Error> {
        if let Way::BringIn(tx) = way {
            // What accounts are opened on is not deleted meanwhile.
            let entries = product_currencies::table.order(product_currencies::id).select(product_currencies::id);
            let entries: Vec<ProductCurrencyId> = entries.load(tx.conn)?;
            tx.hold("product_currencies", &entries)?;
        }
        let conn = way.conn();
        let offers = offered::all(conn)?.into_iter();
        let offers =
            offers.map(|offer| ((offer.id, offer.entry.currency.alphabetic_code.to_uppercase()), offer)).collect();
        let statuses: Vec<(ProductId, ProductStatus)> =
            products::table.select((products::id, products::status)).load(conn)?;
        let outside = platforms::table.filter(platforms::gateway_url.is_not_null()).select(platforms::id);
        Ok(Self {
            offers,
            products: statuses.into_iter().collect(),
            outside: outside.load::<PlatformId>(conn)?.into_iter().collect(),
            lines: HashMap::new(),
            opened: HashMap::new(),
        })
    }

    fn read(&self, cells: &mut Cells<'_, AccountColumn>) -> Option<AccountRow> {
        AccountRow::read(cells)
    }

    fn sift(
        &mut self,
        way: &mut Way<'_, '_>,
        _: &dyn Fn(&Email) -> Vec<u8>,
        lines: Vec<Line<AccountRow>>,
        findings: &mut Findings<'_>,
    ) -> Result<Vec<NewLine>, Error> {
        let fresh = self.first_of_their_numbers(lines, findings);
        let rows = || fresh.iter().map(|line| &line.row);
        let owners = owners(way, rows().map(|row| row.email.key()).collect())?;
        let there = there(way.conn(), rows().map(|row| row.number.clone()).collect())?;
        let ids: Vec<ClientId> = owners.values().map(|owner| owner.id).collect();
        let held = accounts_of(way.conn(), &ids)?;
        let mut new = Vec::new();
        for Line { number, row } in fresh {
            let owner = owners.get(&row.email.key()).copied();
            if let Some(same) = there.get(&row.number) {
                match same.check_same(owner, &row) {
                    Ok(()) => findings.existing(),
                    Err(fault) => findings.fault(&fault_in(number, AccountColumn::AccountNumber, fault)),
                }
                continue;
            }
            match self.open(&row, owner, &held) {
                Ok((client, opening)) => {
                    findings.added();
                    new.push(NewLine { client, row, opening });
                }
                Err(faults) => {
                    let faults = faults.into_iter().map(|(column, fault)| fault_in(number, column, fault));
                    faults.for_each(|fault| findings.fault(&fault));
                }
            }
        }
        Ok(new)
    }

    fn write(&mut self, tx: &mut Tx<'_>, new: Vec<NewLine>, _: Option<UserId>) -> Result<(), Error> {
        let ids = bulk::reserve(tx, Counts { accounts: new.len(), ..Counts::default() })?;
        let mut accounts = Vec::with_capacity(new.len());
        for (id, NewLine { client, row, opening }) in ids.accounts.into_iter().zip(new) {
            let AnyOffer { product, entry, .. } =
                self.offers.get(&(row.product, row.currency)).ok_or(Error::NotFound)?;
            accounts.push(NewAccount {
                facts: AccountFacts {
                    id,
                    client: client.id,
                    client_status: client.status,
                    platform: product.platform,
                    is_outside: self.outside.contains(&product.platform),
                    currency: entry.currency.unit(),
                    currency_enabled: true,
                    kind: product.kind,
                    permissions: opening.permissions,
                    is_archived: false,
                    books: Books::default(),
                    figures: Figures::default(),
                },
                number: Some(row.number),
                product: row.product,
                group: product.group,
                caption: entry.data.caption.clone().unwrap_or_else(|| product.caption.clone()),
                name: product.name.clone(),
                leverage: opening.leverage,
                platform_group: entry.data.platform_groups.first().cloned(),
                create_time: tx.now,
            });
        }
        bulk::load(tx, &Batch { accounts, ..Batch::default() }).map_err(|error| match error {
            Error::Taken => Error::Contended("an account number was taken meanwhile".into()),
            error => error,
        })?;
        // From now on the database tells of them.
        self.opened.clear();
        Ok(())
    }
}

fn fault_in(line: u64, column: AccountColumn, fault: Fault) -> LineFault {
    LineFault { line: Some(line), column: Some(column.name()), fault }
}

impl Accounts {
    fn first_of_their_numbers(
        &mut self,
        lines: Vec<Line<AccountRow>>,
        findings: &mut Findings<'_>,
    ) -> Vec<Line<AccountRow>> {
        let mut fresh = Vec::new();
        for line in lines {
            if let Some(first) = self.lines.get(&line.row.number) {
                let fault = ImportsFault::RepeatedLine.with("first", i64::try_from(*first).unwrap_or(i64::MAX));
                findings.fault(&fault_in(line.number, AccountColumn::AccountNumber, fault));
            } else {
                self.lines.insert(line.row.number.clone(), line.number);
                fresh.push(line);
            }
        }
        fresh
    }

    fn offer(&self, row: &AccountRow) -> AccountOffer<'_> {
        match (self.offers.get(&(row.product, row.currency.clone())), self.products.get(&row.product)) {
            (Some(found), _) => AccountOffer::Offer(
                Offer {
                    product: &found.product,
                    group_status: found.group_status,
                    currency: &found.entry.data,
                    restrictions: &[],
                },
                found.currency_enabled,
            ),
            (None, Some(status)) => AccountOffer::NoCurrency(*status),
            (None, None) => AccountOffer::NoProduct,
        }
    }

    /// Whether the account may be opened beside those that the client has or gets by earlier lines.
    fn open(
        &mut self,
        row: &AccountRow,
        owner: Option<Owner>,
        held: &HashMap<(ClientId, ProductId), Vec<CurrencyCode>>,
    ) -> Result<(Owner, Opening), Vec<(AccountColumn, Fault)>> {
        let offer = self.offer(row);
        let (currency, is_capped) = match &offer {
            AccountOffer::Offer(offer, _) => (Some(offer.currency.currency), offer.settings().max_accounts.is_some()),
            AccountOffer::NoCurrency(_) | AccountOffer::NoProduct => (None, false),
        };
        let place = owner.map(|owner| (owner.id, row.product));
        let of_place = |counted: &HashMap<(ClientId, ProductId), Vec<CurrencyCode>>| {
            place.and_then(|place| counted.get(&place)).cloned().unwrap_or_default()
        };
        let all = [of_place(held), of_place(&self.opened)].concat();
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let facts = ClientFacts {
            accounts_on_product: count(all.len()),
            accounts_in_currency: count(all.iter().filter(|one| Some(**one) == currency).count()),
            ..ClientFacts::default()
        };
        let (owner, opening) = offer.open(owner, &facts)?;
        if let (Some(currency), true) = (currency, is_capped) {
            self.opened.entry((owner.id, row.product)).or_default().push(currency);
        }
        Ok((owner, opening))
    }
}

/// The clients of these addresses; where accounts are opened, they are held.
fn owners(way: &mut Way<'_, '_>, keys: Vec<String>) -> Result<HashMap<String, Owner>, Error> {
    let of_keys = || clients::table.filter(clients::email_key.eq_any(keys.clone())).order(clients::id);
    if let Way::BringIn(tx) = way {
        let ids: Vec<ClientId> = of_keys().select(clients::id).load(tx.conn)?;
        tx.lock_all("clients", &ids)?;
    }
    let rows: Vec<(String, ClientId, ClientStatus)> =
        of_keys().select((clients::email_key, clients::id, clients::status)).load(way.conn())?;
    Ok(rows.into_iter().map(|(key, id, status)| (key, Owner { id, status })).collect())
}

/// The accounts that have these numbers, on whatever platform.
fn there(conn: &mut DbConnection, numbers: Vec<String>) -> Result<HashMap<String, ImportedAccount>, Error> {
    let same = accounts::table.inner_join(currencies::table).filter(accounts::number.eq_any(numbers));
    let columns = (accounts::number, accounts::client_id, accounts::product_id, currencies::alphabetic_code);
    let rows: Vec<(String, ClientId, ProductId, String)> = same.select(columns).load(conn)?;
    let account =
        |client, product, currency: String| ImportedAccount { client, product, currency: currency.to_uppercase() };
    Ok(rows
        .into_iter()
        .map(|(number, client, product, currency)| (number, account(client, product, currency)))
        .collect())
}

/// The currencies of the accounts that clients have on each product, archived ones left out.
fn accounts_of(
    conn: &mut DbConnection,
    clients: &[ClientId],
) -> Result<HashMap<(ClientId, ProductId), Vec<CurrencyCode>>, Error> {
    if clients.is_empty() {
        return Ok(HashMap::new());
    }
    let open = accounts::table.filter(one_of(accounts::client_id, clients)).filter(accounts::archive_time.is_null());
    let columns = (accounts::client_id, accounts::product_id, accounts::currency_code);
    let query = open.select(columns);
    let rows: Vec<(ClientId, ProductId, CurrencyCode)> = crate::connection::on_each!(conn, conn => query.load(conn))?;
    let mut held: HashMap<(ClientId, ProductId), Vec<CurrencyCode>> = HashMap::new();
    for (client, product, currency) in rows {
        held.entry((client, product)).or_default().push(currency);
    }
    Ok(held)
}
