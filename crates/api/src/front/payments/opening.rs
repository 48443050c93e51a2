//! The client opens an account.

use domain::catalog::ProductId;
use domain::ledger::{Amount, CurrencyCode};
use domain::payments::PaymentsFault;
use http::request::{Decimal, Fields, Id, Input, Integer, Text};
use http::routes::Wish;
use serde_json::json;
use storage::payments::client_accounts;
use storage::payments::opening::{self, NewAccount};
use storage::requests::wishes::{self, Outcome};

use crate::front::ledger::{AskedRequest, MyAccount};
use crate::front::{Body, Front, Requirement, Routes, Writing};
use crate::{Fault, Problem};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .post("my.accounts.create", "/api/v2/my/accounts", Requirement::SignedIn)
        .summary("Open an account.")
        .describe(
            "Opens an account on a product that the client is offered (422), as far as the product and the limits of the \
             client allow. Where the product asks for a request, the answer is 202 without an account, and a user \
             decides.",
        )
        .example(json!({"productId": 2, "currencyCode": 978, "caption": "Euro wallet"}))
        .created_or_asked(create);
}

/// What the client sends.
struct SentAccount {
    product: ProductId,
    currency: Option<CurrencyCode>,
    caption: Option<String>,
    leverage: Option<i64>,
    start_amount: Option<Amount>,
}

impl Input<Front> for SentAccount {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let product = fields.about("The product.").needed("productId", &Id::of());
        let currency = fields
            .about("The numeric code of a currency of the product. It can be left out where there is exactly one.")
            .nullable_new("currencyCode", &Id::of());
        let caption = fields
            .about("Its name; by default that of the product's currency, else of the product.")
            .nullable_new("caption", &Text::NAME);
        let leverage = fields
            .about("One of the product's leverages; by default its `defaultLeverage`.")
            .nullable_new("leverage", &Integer::FROM_ONE);
        let start_amount = fields
            .about("Demo accounts: one of the product's `startAmounts`, by default the first.")
            .nullable_new("startAmount", &Decimal::NonNegative);
        Some(Self {
            product: product?,
            currency: currency?,
            caption: caption?,
            leverage: leverage?,
            start_amount: start_amount?,
        })
    }
}

fn create(
    writing: &mut Writing<'_, '_>,
    (): (),
    body: &Body<'_, SentAccount>,
) -> Result<Wish<MyAccount, AskedRequest>, Problem> {
    let SentAccount { product, currency, caption, leverage, start_amount } = body.create()?;
    let requester = writing.caller.requester(writing.call);
    let client = requester.client;
    if currency.is_none() && opening::offered_currencies(writing.tx.conn, client, product)?.len() > 1 {
        return Err(Problem::bad_request(vec![Fault::sent("currencyCode", PaymentsFault::CurrencyRequired)]));
    }
    let new = NewAccount { client, product, currency, caption, leverage, start_amount, permissions: None };
    Ok(match wishes::open_account(writing.tx, requester, &new)? {
        Outcome::Done(account) => Wish::Granted(client_accounts::shown_one(writing.tx.conn, *account)?.into()),
        Outcome::Asked(id, asked) => Wish::Asked(AskedRequest::new(id, client, &asked)),
    })
}
