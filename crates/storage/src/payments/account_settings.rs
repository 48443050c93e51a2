//! What can be set of an account, and what its product allows for it.

use diesel::prelude::*;
use domain::catalog::CatalogFault;
use domain::ledger::{Account, Amount};
use domain::value::{FaultCode as _, Field};

use crate::catalog::{product_currencies, products};
use crate::ledger::accounts::{StoredAccount, by_ids};
use crate::schema::accounts as table;
use crate::{DbConnection, Error, Tx, json};

/// The leverages that an account can be given, the most accounts of its product, and the least deposit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// The leverages on offer.
    pub leverages: Vec<i64>,
    /// The most accounts of one client; none for no limit.
    pub max_accounts: Option<i64>,
    /// The least that a client brings, in the account's currency where that has its own settings, else in USD.
    pub min_deposit_amount: Option<Amount>,
    /// Settings of the platform, as JSON text.
    pub options: String,
}

/// What the account's product says now.
pub fn preferences(conn: &mut DbConnection, account: &Account) -> Result<Preferences, Error> {
    let product = products::get(conn, account.product)?;
    let entry = product_currencies::of_product(conn, account.product, account.currency)?;
    let settings = match &entry {
        Some(entry) => domain::catalog::settings_in_force(&product.data, &entry.data),
        None => &product.data.settings,
    };
    let mut leverages: Vec<i64> =
        settings.default_leverage.into_iter().chain(settings.leverages.iter().copied()).collect();
    leverages.sort_unstable();
    leverages.dedup();
    Ok(Preferences {
        leverages,
        max_accounts: settings.max_accounts,
        min_deposit_amount: settings.min_deposit_amount,
        options: product.data.options.clone(),
    })
}

#[derive(AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true)]
struct Changes<'a> {
    caption: &'a str,
    name: &'a str,
    permissions: String,
    leverage: Option<i64>,
    is_favourite: bool,
}

/// Writes what can be set of an account: captions, permissions, leverage, the client's mark.
///
/// # Errors
/// A refusal where it is archived or the leverage is not on offer.
pub fn update(tx: &mut Tx<'_>, before: &StoredAccount, after: &Account) -> Result<StoredAccount, Error> {
    if let Some(leverage) = after.leverage.filter(|_| after.leverage != before.data.leverage)
        && !preferences(tx.conn, &before.data)?.leverages.contains(&leverage)
    {
        let fault = CatalogFault::LeverageNotOffered.at(Field::Leverage).with("leverage", leverage);
        return Err(fault.unprocessable().into());
    }
    before.facts.check_client()?;
    before.facts.check_not_archived()?;
    let changes = Changes {
        caption: &after.caption,
        name: &after.name,
        permissions: json(&after.permissions)?,
        leverage: after.leverage,
        is_favourite: after.is_favourite,
    };
    diesel::update(table::table.find(before.id)).set(changes).execute(tx.conn)?;
    by_ids(tx.conn, &[before.id])?.remove(&before.id).ok_or(Error::NotFound)
}
