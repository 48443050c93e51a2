//! Accounts are opened.

use domain::identity::Permission;
use domain::payments::PaymentsFault;
use http::request::{Choice, Decimal, Fields, Id, Input, Integer, SetOf, Text};
use serde_json::json;
use storage::catalog::products;
use storage::payments::opening::{self, NewAccount};

use crate::back::ledger::accounts::AccountAnswer;
use crate::back::{Back, Body, Routes, Writing};
use crate::{Fault, Problem};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    routes
        .post("accounts.create", "/api/v2/accounts", P::AccountsCreate)
        .summary("Open an account for a client.")
        .describe(
            "Opens the account at once, from any product that is not disabled. Restrictions, approvals and \
             limits of the client do not apply to users, but `maxAccounts` of the product does (422).",
        )
        .example(json!({"clientId": 1, "productId": 2, "currencyCode": 978, "caption": "Euro wallet"}))
        .created(create);
}

impl Input<Back> for NewAccount {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let client = fields.needed("clientId", &Id::of());
        let product = fields.about("The product from which the account is opened.").needed("productId", &Id::of());
        let currency = fields
            .about("The numeric code of the currency. It can be left out where the product has exactly one.")
            .optional("currencyCode", &Id::of());
        let caption = fields
            .about(
                "Its name in the client's interface; by default the caption of the product's currency, else \
                 of the product.",
            )
            .optional("caption", &Text::NAME);
        let leverage = fields
            .about("One of the product's leverages; by default its `defaultLeverage`.")
            .optional("leverage", &Integer::FROM_ONE);
        let start_amount = fields
            .about(
                "Demo accounts only: the play money to begin with, in whole units; one of the product's \
                 `startAmounts`, by default the first.",
            )
            .optional("startAmount", &Decimal::NonNegative);
        let permissions = fields
            .about("What may be done with the account; by default `defaultAccountPermissions` of the product.")
            .optional("permissions", &SetOf(Choice::of()));
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
    Ok(account.into())
}
