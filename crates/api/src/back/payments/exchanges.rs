//! Exchanges that users make.

use domain::identity::Permission;
use domain::ledger::Amount;
use domain::payments::{ExchangeOrder, ExchangeType, PaymentsFault};
use domain::value::FaultCode as _;
use http::RequestFault;
use http::request::{Choice, Decimal, Fields, Input};
use serde_json::json;
use storage::payments::exchanges;

use super::account_pair::{AccountPair, read_pair};
use crate::Problem;
use crate::back::ledger::transactions::TransactionAnswer;
use crate::back::{Back, Body, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .post("exchanges.create", "/api/v2/exchanges", Permission::ExchangesCreate)
        .summary("Exchange money between two accounts of a client.")
        .describe(
            "The currencies of the accounts must form a pair that users can exchange (422). `sell` fixes the \
             amount to give and `buy` the amount to receive, at the rate with markups unless a `rate` is \
             sent; `direct` fixes both amounts.",
        )
        .example(json!({
            "clientId": 1,
            "sourceId": 1,
            "destinationId": 53,
            "type": "sell",
            "sourceAmount": "100",
        }))
        .created_at(TransactionAnswer::path, exchange);
}

struct Exchange {
    pair: AccountPair,
    order: ExchangeOrder,
}

impl Input<Back> for Exchange {
    type Current = ();
    const NAME: Option<&'static str> = Some("NewExchange");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let pair = read_pair(fields);
        let kind = fields
            .about(
                "Which amounts are given: `sell` takes `sourceAmount`, `buy` takes `destinationAmount`, \
                 `direct` takes both.",
            )
            .needed("type", &Choice::<ExchangeType>::of());
        let source = fields
            .about("What is given, in the currency of the source account. For `sell` and `direct`.")
            .optional("sourceAmount", &Decimal::Positive);
        let destination = fields
            .about("What is received, in the currency of the destination account. For `buy` and `direct`.")
            .optional("destinationAmount", &Decimal::Positive);
        let rate = fields
            .about(
                "A final rate, to which no markups are added. For `sell` and `buy`; by default the rate of \
                 the providers with markups.",
            )
            .optional("rate", &Decimal::Positive);
        let order = read_order(fields, kind, source?, destination?, rate?);
        Some(Self { pair: pair?, order: order? })
    }
}

/// Which fields go with which type: what is not among them must not be sent.
fn read_order<C>(
    fields: &mut Fields<'_, C>,
    kind: Option<ExchangeType>,
    source: Option<Amount>,
    destination: Option<Amount>,
    rate: Option<Amount>,
) -> Option<ExchangeOrder> {
    let kind = kind?;
    let forbidden = match kind {
        ExchangeType::Sell => ("destinationAmount", destination.is_some()),
        ExchangeType::Buy => ("sourceAmount", source.is_some()),
        ExchangeType::Direct => ("rate", rate.is_some()),
    };
    if let (field, true) = forbidden {
        fields.fault::<()>(field, PaymentsFault::NotForExchangeType.with("type", kind.as_str()));
    }
    let mut needed = |amount: Option<Amount>, field| amount.or_else(|| fields.fault(field, RequestFault::Required));
    match kind {
        ExchangeType::Sell => Some(ExchangeOrder::Sell { source: needed(source, "sourceAmount")?, rate }),
        ExchangeType::Buy => Some(ExchangeOrder::Buy { destination: needed(destination, "destinationAmount")?, rate }),
        ExchangeType::Direct => {
            let (source, destination) = (needed(source, "sourceAmount"), needed(destination, "destinationAmount"));
            Some(ExchangeOrder::Direct { source: source?, destination: destination? })
        }
    }
}

fn exchange(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, Exchange>) -> Result<TransactionAnswer, Problem> {
    let Exchange { pair: AccountPair { client, ids }, order } = body.create()?;
    let (scope, user) = (&writing.caller.rights.scope, writing.caller.user);
    Ok(exchanges::exchange(writing.tx, scope, user, client, ids, &order)?.into())
}
