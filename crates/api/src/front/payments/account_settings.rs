//! What the client sets of an account.

use domain::ledger::{Account, AccountId};
use http::request::{Boolean, Fields, Input, Integer, Text};
use http::routes::Change;
use serde_json::json;
use storage::Tx;
use storage::payments::account_settings;
use storage::payments::client_accounts::{self, ClientAccount};

use crate::Problem;
use crate::front::ledger::MyAccount;
use crate::front::{Body, Front, Requirement, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .put_and_patch("my.accounts.update", "/api/v2/my/accounts/{accountId}", Requirement::SignedIn)
        .summary("Change the name, the mark or the leverage of an account.")
        .describe("An archived account cannot be changed (409). The leverage is one that the product offers (422).")
        .example_at("/api/v2/my/accounts/1", json!({"caption": "Savings", "favourite": true}))
        .changed(update);
}

impl Input<Front> for Account {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let caption = fields.required("caption", &Text::NAME, |account| &account.caption);
        let is_favourite = fields.required("favourite", &Boolean, |account| &account.is_favourite);
        let leverage = fields.about("The new leverage, one of the product's.").optional("leverage", &Integer::FROM_ONE);
        let current = fields.current()?;
        let leverage = leverage?.or(current.leverage);
        Some(Self { caption: caption?, is_favourite: is_favourite?, leverage, ..current.clone() })
    }
}

fn set(tx: &mut Tx<'_>, before: &ClientAccount, after: &Account) -> Result<ClientAccount, storage::Error> {
    let account = account_settings::update(tx, &before.account, after)?;
    client_accounts::shown_one(tx.conn, account)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (AccountId,),
    body: &Body<'_, Account>,
) -> Result<Change<MyAccount>, Problem> {
    let before = client_accounts::lock(writing.tx, writing.caller.client(), id)?;
    Ok(writing.change(before, body, set)?.map(MyAccount::from))
}
