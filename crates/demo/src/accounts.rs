//! What the first client needs to try their own interface: all rights, and a demo account and live ones in two
//! currencies beside those that everybody has.

use domain::clients::{ClientId, ClientPermission};
use domain::identity::Scope;
use domain::ledger::{CurrencyCode, USD};
use storage::clients::permission_levels;
use storage::payments::opening::{self, NewAccount};
use storage::{Error, Tx};

use crate::population::home;

/// Loads it for this client.
pub fn load(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Error> {
    let all = ClientPermission::ALL.iter().map(|permission| (*permission, true)).collect();
    permission_levels::set_overrides(tx, client, &all)?;
    for (name, currency) in [("mt5_demo", USD), ("mt5_live", USD), ("mt5_live", CurrencyCode::new(978))] {
        let product = home(tx.conn, name, "")?.product;
        let new = NewAccount {
            client,
            product,
            currency: Some(currency),
            caption: None,
            leverage: None,
            start_amount: None,
            permissions: None,
        };
        opening::open(tx, &Scope::System, &new)?;
    }
    Ok(())
}
