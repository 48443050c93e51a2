//! What users decide on requests, and what follows from it.

use diesel::prelude::*;
use domain::clients::{Address, AddressKind, Client};
use domain::identity::{Permission, Rights, UserId};
use domain::ledger::{AccountId, Amount, RequestId, RequestStatus, ResolutionId, TransactionStatus};
use domain::payments::TransactionChange;
use domain::requests::{Asked, Decision, IdentityRest, RequestsFault, approval_permissions, check_update, decide};
use domain::value::{FaultCode as _, Field};
use domain::verification::GrantReason;

use super::read::{StoredRequest, get};
use crate::clients::{addresses, levels, profiles};
use crate::files::photos;
use crate::files::stored::discard;
use crate::ledger::account_locks;
use crate::ledger::requests::tell_of_decision;
use crate::payments::opening::NewAccount;
use crate::payments::{archiving, opening, pending_changes, transaction_changes};
use crate::schema::requests as table;
use crate::{Error, Tx, removal, resolutions};

/// How a request is approved.
#[derive(Clone, Debug)]
pub struct Approval {
    /// Who approves it.
    pub user: UserId,
    /// Exchanges and withdrawals with conversion: the rate that counts instead of the day's.
    pub rate: Option<Amount>,
    /// What tells the client's e-mail address from others once it is removed.
    pub email_fingerprint: Vec<u8>,
}

/// Approves a request that is held, and carries out what it asks for.
///
/// # Errors
/// A refusal where the user may not do it, or a rule forbids what is asked for now; a conflict where it is decided.
/// Nothing has changed then.
pub fn approve(
    tx: &mut Tx<'_>,
    rights: &Rights,
    before: &StoredRequest,
    approval: &Approval,
) -> Result<StoredRequest, Error> {
    let mut needed = approval_permissions(before.kind).to_vec();
    needed.extend(approval.rate.map(|_| Permission::ExchangesCreate));
    check_update(rights, before.kind, &needed)?;
    if approval.rate.is_some() && before.transaction.is_none() {
        return Err(RequestsFault::RateNotApplicable.at(Field::Rate).unprocessable().into());
    }
    let status = decide(before.status, Decision::Approve)?;
    if let Some(waiting) = &before.transaction {
        let priced = approval.rate.map(|rate| pending_changes::set_rate(tx, waiting, rate)).transpose()?;
        let approved =
            TransactionChange { status: Some(TransactionStatus::InProgress), ..TransactionChange::default() };
        // The request follows its transaction.
        transaction_changes::change(tx, rights, priced.as_ref().unwrap_or(waiting), &approved)?;
        return get(tx.conn, rights, before.id);
    }
    if let Some(asked) = &before.asked {
        carry_out(tx, rights, before, asked, approval)?;
    }
    settle(tx, before.id, status, None)?;
    get(tx.conn, rights, before.id)
}

/// Rejects a request that is held, for a reason that the client is told.
///
/// # Errors
/// A refusal where the user may not do it or the reason cannot be given; a conflict where it is decided.
pub fn reject(
    tx: &mut Tx<'_>,
    rights: &Rights,
    before: &StoredRequest,
    resolution: ResolutionId,
    comment: Option<&str>,
) -> Result<StoredRequest, Error> {
    check_update(rights, before.kind, &[Permission::ResolutionsRead, Permission::ResolutionTypesRead])?;
    if let Some(fault) = resolutions::choice_fault(tx, resolution)? {
        return Err(fault.unprocessable().into());
    }
    let status = decide(before.status, Decision::Reject)?;
    if let Some(comment) = comment {
        let row = diesel::update(table::table.find(before.id));
        row.set(table::comment.eq(Some(comment))).execute(tx.conn)?;
    }
    if let Some(waiting) = &before.transaction {
        let rejected = TransactionChange {
            status: Some(TransactionStatus::Rejected),
            resolution: Some(resolution),
            ..TransactionChange::default()
        };
        transaction_changes::change(tx, rights, waiting, &rejected)?;
        return get(tx.conn, rights, before.id);
    }
    if let Some(Asked::Avatar { photo, .. }) = &before.asked {
        discard(tx, &[*photo])?;
    }
    settle(tx, before.id, status, Some(resolution))?;
    get(tx.conn, rights, before.id)
}

/// Writes the decision on a request that moves no money.
pub(super) fn settle(
    tx: &mut Tx<'_>,
    id: RequestId,
    status: RequestStatus,
    resolution: Option<ResolutionId>,
) -> Result<(), Error> {
    let decided =
        (table::status.eq(status), table::resolution_id.eq(resolution), table::processed_time.eq(Some(tx.now.naive())));
    diesel::update(table::table.find(id)).set(decided).execute(tx.conn)?;
    tell_of_decision(tx, id, status)
}

/// Does what is asked for. What a document or a test comes to is told by the request itself.
fn carry_out(
    tx: &mut Tx<'_>,
    rights: &Rights,
    request: &StoredRequest,
    asked: &Asked,
    approval: &Approval,
) -> Result<(), Error> {
    let client = request.client.id;
    match asked {
        Asked::Account { product, currency, caption, leverage, start_amount } => {
            let new = NewAccount {
                client,
                product: *product,
                currency: *currency,
                caption: caption.clone(),
                leverage: *leverage,
                start_amount: *start_amount,
                permissions: None,
            };
            let opened = opening::open(tx, &rights.scope, &new)?;
            set_account(tx, request, opened.id)
        }
        Asked::Address { address, city, country, postcode, state } => {
            let address = Address {
                address: address.clone(),
                city: city.clone(),
                country: *country,
                postcode: postcode.clone(),
                state: state.clone(),
                kind: AddressKind::Residential,
            };
            addresses::set_residential(tx, &rights.scope, client, &address)
        }
        Asked::Archive { account } => {
            let account = account_locks::lock(tx, &rights.scope, *account)?;
            archiving::archive(tx, &account).map(drop)
        }
        Asked::ClientType { kind, .. } => change_client(tx, rights, request, approval, |client| client.kind = *kind),
        Asked::Profile { first_name, last_name, rest } => change_client(tx, rights, request, approval, |client| {
            client.profile.first_name.clone_from(first_name);
            client.profile.last_name.clone_from(last_name);
            if let Some(IdentityRest { middle_name, birthday }) = rest {
                client.profile.middle_name.clone_from(middle_name);
                client.profile.birthday = *birthday;
            }
        }),
        Asked::Verification { level } => levels::raise(tx, client, *level, GrantReason::Request, Some(approval.user)),
        Asked::DeletingAccount => removal::personal_data::erase(tx, &rights.scope, client, &approval.email_fingerprint),
        Asked::Avatar { photo, .. } => photos::show(tx, client, *photo),
        Asked::ClientTest { .. } | Asked::Document { .. } | Asked::External | Asked::Investment | Asked::Partner => {
            Ok(())
        }
    }
}

/// The account that was opened is the one that the request is about.
fn set_account(tx: &mut Tx<'_>, request: &StoredRequest, account: AccountId) -> Result<(), Error> {
    diesel::update(table::table.find(request.id)).set(table::account_id.eq(Some(account))).execute(tx.conn)?;
    Ok(())
}

/// Changes the profile of the client who asks.
fn change_client(
    tx: &mut Tx<'_>,
    rights: &Rights,
    request: &StoredRequest,
    approval: &Approval,
    change: impl FnOnce(&mut Client),
) -> Result<(), Error> {
    let before = profiles::lock(tx, &rights.scope, request.client.id)?;
    let mut after = before.data.clone();
    change(&mut after);
    profiles::update(tx, &rights.scope, Some(approval.user), &before, &after, &approval.email_fingerprint).map(drop)
}
