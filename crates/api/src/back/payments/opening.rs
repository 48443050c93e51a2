//! Accounts are opened.

use domain::identity::Permission;
use domain::payments::PaymentsFault;
use http::request::{Choice, Decimal, Fields, Id, Input, Integer, SetOf, Text};
use storage::catalog::products;
use storage::clients::profiles;
use storage::ledger::accounts::StoredAccount;
use storage::payments::opening::{self, NewAccount};

use crate::back::ledger::accounts::AccountAnswer;
use crate::back::{Back, Body, Routes, Writing};
use crate::{Fault, Problem};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    routes
        .post("accounts.create", "/api/v2/accounts", P::AccountsCreate)
        .summary("Open an account for a client.")
        .created(create);
}

impl Input<Back> for NewAccount {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let client = fields.needed("clientId", &Id::of());
        let product = fields.needed("productId", &Id::of());
        let currency = fields.optional("currencyCode", &Id::of());
        let caption = fields.optional("caption", &Text::NAME);
        let leverage = fields.optional("leverage", &Integer::FROM_ONE);
        let start_amount = fields.optional("startAmount", &Decimal::NonNegative);
        let permissions = fields.optional("permissions", &SetOf(Choice::of()));
        Some(Self {
            client: client?,
            product: product?,
            currency: currency?,
            caption: caption?,
            leverage: leverage?,
            start_amount: start_amount?,
            permissions: permissions?,
        })
    }
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, NewAccount>) -> Result<AccountAnswer, Problem> {
    let new = body.create()?;
    if new.currency.is_none()
        && products::get(writing.tx.conn, new.product).is_ok()
        && opening::currencies_of(writing.tx.conn, new.product)?.len() != 1
    {
        return Err(Problem::bad_request(vec![Fault::sent("currencyCode", PaymentsFault::CurrencyRequired)]));
    }
    let account = opening::open(writing.tx, &writing.caller.rights.scope, &new)?;
    tell(writing, &account)?;
    Ok(account.into())
}

/// Tells the client of the new account, if the product says so.
fn tell(writing: &mut Writing<'_, '_>, account: &StoredAccount) -> Result<(), Problem> {
    let product = products::get(writing.tx.conn, account.data.product)?.data;
    if !writing.context.outbound.sends_mail() || !product.send_mail_setting.sends() {
        return Ok(());
    }
    let client = profiles::get(writing.tx.conn, &writing.caller.rights.scope, account.data.client)?.data;
    let text = format!(
        "{}, the account {} was opened for you: {}, in {}.",
        client.name(),
        account.data.number,
        account.data.caption,
        account.currency.alphabetic_code
    );
    let outbound = &writing.context.outbound;
    Ok(outbound.put_mail(writing.tx, client.email.as_str(), "An account was opened for you", &text)?)
}
