use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::catalog::{PlatformId, ProductGroupId, ProductId, ProductType};
use domain::clients::ClientId;
use domain::ledger::{AccountFacts, AccountId, CurrencyCode};
use domain::value::Timestamp;

use super::ROWS_AN_INSERT;
use crate::connection::on_each;
use crate::money::Stored;
use crate::payments::opening::number_of;
use crate::schema::accounts;
use crate::{Error, Tx, json};

/// An account that is loaded, with what it holds when everything is loaded.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// What the rules know of it.
    pub facts: AccountFacts,
    /// Its number; one of ours where it has none.
    pub number: Option<String>,
    /// Its product.
    pub product: ProductId,
    /// The group of the product.
    pub group: ProductGroupId,
    /// What clients see it called.
    pub caption: String,
    /// What users see it called.
    pub name: String,
    /// Its leverage.
    pub leverage: Option<i64>,
    /// Its group on its platform.
    pub platform_group: Option<String>,
    /// When it was opened.
    pub create_time: Timestamp,
}

pub(super) fn insert(tx: &mut Tx<'_>, new: &[NewAccount]) -> Result<(), Error> {
    let rows = new.iter().map(|account| row(account, tx.now)).collect::<Result<Vec<_>, _>>()?;
    on_each!(&mut *tx.conn, conn => {
        for rows in rows.chunks(ROWS_AN_INSERT) {
            diesel::insert_into(accounts::table).values(rows).execute(conn)?;
        }
        Ok(())
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
    name: &'a str,
    permissions: String,
    leverage: Option<i64>,
    platform_group: Option<&'a str>,
    balance: Stored,
    hold: Stored,
    credit: Stored,
    pnl: Stored,
    margin: Stored,
    statement_time: NaiveDateTime,
    create_time: NaiveDateTime,
}

fn row(account: &NewAccount, now: Timestamp) -> Result<AccountRow<'_>, Error> {
    let NewAccount { facts, number, product, group, caption, name, leverage, platform_group, create_time } = account;
    Ok(AccountRow {
        id: facts.id,
        number: number.clone().unwrap_or_else(|| number_of(facts.id)),
        client_id: facts.client,
        product_id: *product,
        platform_id: facts.platform,
        group_id: Some(*group),
        currency_code: facts.currency.code,
        kind: facts.kind,
        caption,
        name,
        permissions: json(&facts.permissions)?,
        leverage: *leverage,
        platform_group: platform_group.as_deref(),
        balance: Stored(facts.books.balance),
        hold: Stored(facts.books.hold),
        credit: Stored(facts.books.credit),
        pnl: Stored(facts.figures.pnl),
        margin: Stored(facts.figures.margin),
        statement_time: now.naive(),
        create_time: create_time.naive(),
    })
}
