//! What decides on an operation that a client makes: the client, the product of the account, the type of
//! transaction and the limits of the client's level.

use diesel::prelude::*;
use domain::catalog::ProductPermission;
use domain::clients::RestrictionFacts;
use domain::clients::{ClientId, ClientPermission, ClientStatus};
use domain::ledger::{Amount, TransactionKind, TransactionTypeName};
use domain::payments::{ClientGate, LevelLimits, LimitKind, LimitUse, MinimumDeposit};
use domain::value::{Fault, Set};

use crate::catalog::{product_currencies, products};
use crate::clients::levels;
use crate::clients::permission_levels;
use crate::ledger::accounts::StoredAccount;
use crate::ledger::{transaction_types, transactions};
use crate::schema::clients;
use crate::{DbConnection, Error, Tx};

/// The client who makes an operation.
pub(super) struct ClientSide {
    pub status: ClientStatus,
    pub permissions: Set<ClientPermission>,
    pub restrictions: RestrictionFacts,
    pub limits: LevelLimits,
}

pub(super) fn client_side(conn: &mut DbConnection, client: ClientId) -> Result<ClientSide, Error> {
    let columns = (clients::status, clients::country_id, clients::type_id, clients::level_id);
    let (status, country, kind, level) = clients::table.find(client).select(columns).first(conn)?;
    let (limits, _) = levels::of_client(conn, client)?;
    let restrictions =
        RestrictionFacts { country, client_type: Some(kind), verification_level: Some(level), ib_parent: None };
    Ok(ClientSide { status, permissions: permission_levels::of_client(conn, client)?, restrictions, limits })
}

/// What an account's product says now.
pub(super) struct ProductSide {
    pub permissions: Set<ProductPermission>,
    pub minimum: Option<MinimumDeposit>,
}

pub(super) fn product_side(conn: &mut DbConnection, account: &StoredAccount) -> Result<ProductSide, Error> {
    let product = products::get(conn, account.data.product)?.data;
    let entry = product_currencies::of_product(conn, account.data.product, account.data.currency)?;
    let own = entry.filter(|entry| entry.data.overwrite_product_settings).map(|entry| entry.data.settings);
    let minimum: fn(Amount) -> MinimumDeposit =
        if own.is_some() { MinimumDeposit::OfAccount } else { MinimumDeposit::Usd };
    let settings = own.unwrap_or(product.settings);
    let minimum = settings.min_deposit_amount.filter(|_| account.facts.trades()).map(minimum);
    Ok(ProductSide { permissions: settings.permissions, minimum })
}

/// The gate that an operation on an account passes.
pub(super) fn gate<'a>(
    conn: &mut DbConnection,
    client: &'a ClientSide,
    product: &'a ProductSide,
    kind: TransactionKind,
) -> Result<ClientGate<'a>, Error> {
    let type_enabled = transaction_types::named(conn, TransactionTypeName::of(kind))?.enabled;
    let ClientSide { status, permissions, .. } = client;
    Ok(ClientGate { status: *status, permissions, product: &product.permissions, type_enabled })
}

/// What the level of the client says against an operation of this worth.
pub(super) fn limit_fault(
    tx: &mut Tx<'_>,
    client: ClientId,
    limits: &LevelLimits,
    kind: TransactionKind,
    worth: Option<Amount>,
) -> Result<Option<Fault>, Error> {
    let (Some(limit), Some(worth)) = (LimitKind::of(kind), worth) else { return Ok(None) };
    // Two operations of a client are counted one after the other.
    tx.lock("clients", client)?;
    let used = LimitUse {
        today: transactions::usd_worth_since(tx.conn, client, limit.kinds(), tx.now.start_of_day())?,
        this_month: transactions::usd_worth_since(tx.conn, client, limit.kinds(), tx.now.start_of_month())?,
    };
    Ok(limits.fault(limit, used, worth))
}
