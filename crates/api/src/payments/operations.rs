//! Operations with money that users make: deposits, withdrawals, transfers, exchanges.

use crate::back::{Back, Body, Routes, Writing};
use domain::clients::ClientId;
use domain::identity::Permission;
use domain::ledger::{AccountId, Amount};
use domain::payments::{Direction, ExchangeOrder, ExchangeType};
use http::request::{Amounts, Choice, Fields, Id, Input, Sums};
use http::routes::Resource as _;
use storage::payments::operations::{self, ManualOrder};

use crate::Problem;
use crate::ledger::transactions::TransactionAnswer;

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    let at = |transaction: &TransactionAnswer| format!("/api/v2/transactions/{}", transaction.id());
    routes
        .post("deposits.create", "/api/v2/deposits", P::DepositsCreate)
        .summary("Bring money to an account by a manual method.")
        .created_at(at, deposit);
    routes
        .post("withdrawals.create", "/api/v2/withdrawals", P::WithdrawalsCreate)
        .summary("Take money from an account by a manual method.")
        .created_at(at, withdraw);
    routes
        .post("transfers.create", "/api/v2/transfers", P::TransfersCreate)
        .summary("Move money between two accounts of a client.")
        .created_at(at, transfer);
    routes
        .post("exchanges.create", "/api/v2/exchanges", P::ExchangesCreate)
        .summary("Exchange money between two accounts of a client.")
        .created_at(at, exchange);
}

struct Manual(ManualOrder);

impl Input<Back> for Manual {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let account = fields.needed("accountId", &Id::of());
        let method = fields.needed("methodId", &Id::of());
        let amount = fields.needed("amount", &Sums::Positive);
        let provider = fields.or_default("providerCommission", &Amounts, Default::default);
        let vendor = fields.or_default("vendorCommission", &Amounts, Default::default);
        Some(Self(ManualOrder {
            account: account?,
            method: method?,
            amount: amount?,
            provider_commission: provider?,
            vendor_commission: vendor?,
        }))
    }
}

fn manual(
    writing: &mut Writing<'_, '_>,
    direction: Direction,
    body: &Body<'_, Manual>,
) -> Result<TransactionAnswer, Problem> {
    let Manual(order) = body.create()?;
    let (scope, user) = (&writing.session.rights.scope, writing.session.user);
    Ok(operations::manual(writing.tx, scope, user, direction, &order)?.into())
}

fn deposit(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, Manual>) -> Result<TransactionAnswer, Problem> {
    manual(writing, Direction::Deposit, body)
}

fn withdraw(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, Manual>) -> Result<TransactionAnswer, Problem> {
    manual(writing, Direction::Withdrawal, body)
}

/// Two accounts of a client.
struct Pair {
    client: ClientId,
    ids: [AccountId; 2],
}

fn read_pair<C>(fields: &mut Fields<'_, C>) -> Option<Pair> {
    let client = fields.needed("clientId", &Id::of());
    let source: Option<AccountId> = fields.needed("sourceId", &Id::of());
    let destination = fields.needed("destinationId", &Id::of());
    if source.is_some() && source == destination {
        fields.fault::<()>("destinationId", "must differ from sourceId");
    }
    Some(Pair { client: client?, ids: [source?, destination?] })
}

struct Transfer {
    pair: Pair,
    amount: Amount,
}

impl Input<Back> for Transfer {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let pair = read_pair(fields);
        let amount = fields.needed("amount", &Sums::Positive);
        Some(Self { pair: pair?, amount: amount? })
    }
}

fn transfer(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, Transfer>) -> Result<TransactionAnswer, Problem> {
    let Transfer { pair: Pair { client, ids }, amount } = body.create()?;
    let (scope, user) = (&writing.session.rights.scope, writing.session.user);
    Ok(operations::transfer(writing.tx, scope, user, client, ids, amount)?.into())
}

struct Exchange {
    pair: Pair,
    order: ExchangeOrder,
}

impl Input<Back> for Exchange {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let pair = read_pair(fields);
        let kind = fields.needed("type", &Choice::<ExchangeType>::of());
        let source = fields.optional("sourceAmount", &Sums::Positive);
        let destination = fields.optional("destinationAmount", &Sums::Positive);
        let rate = fields.optional("rate", &Sums::Positive);
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
        fields.fault::<()>(field, format!("does not go with the type {kind}"));
    }
    let mut needed = |amount: Option<Amount>, field| {
        amount.or_else(|| fields.fault(field, format!("is required for the type {kind}")))
    };
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
    let Exchange { pair: Pair { client, ids }, order } = body.create()?;
    let (scope, user) = (&writing.session.rights.scope, writing.session.user);
    Ok(operations::exchange(writing.tx, scope, user, client, ids, &order)?.into())
}
