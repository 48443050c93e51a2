use super::RequestsFault;
use crate::identity::{Permission, Rights};
use crate::ledger::{DepartmentStatus, Meta, RequestKind};
use crate::value::{Fault, FaultCode as _, Refusal};

/// What a user needs, beside `requests.read`, to see requests of a kind.
#[must_use]
pub const fn read_permission(kind: RequestKind) -> Permission {
    match kind {
        RequestKind::Account => Permission::AccountRequestsRead,
        RequestKind::Address => Permission::AddressRequestsRead,
        RequestKind::Archive => Permission::ArchiveRequestsRead,
        RequestKind::Avatar => Permission::AvatarRequestsRead,
        RequestKind::ClientTest => Permission::ClientTestRequestsRead,
        RequestKind::ClientType => Permission::ClientTypeRequestsRead,
        RequestKind::DeletingAccount => Permission::DeletingAccountRequestsRead,
        RequestKind::Deposit => Permission::DepositRequestsRead,
        RequestKind::Document => Permission::DocumentRequestsRead,
        RequestKind::Exchange => Permission::ExchangeRequestsRead,
        RequestKind::External => Permission::ExternalRequestsRead,
        RequestKind::InternalTransfer => Permission::InternalTransferRequestsRead,
        RequestKind::Investment => Permission::InvestmentRequestsRead,
        RequestKind::Partner => Permission::PartnerRequestsRead,
        RequestKind::Profile => Permission::ProfileRequestsRead,
        RequestKind::Transfer => Permission::TransferRequestsRead,
        RequestKind::Verification => Permission::VerificationRequestsRead,
        RequestKind::Withdrawal => Permission::WithdrawalRequestsRead,
    }
}

/// What a user needs, beside `requests.update`, to decide on requests of a kind.
#[must_use]
pub const fn update_permission(kind: RequestKind) -> Permission {
    match kind {
        RequestKind::Account => Permission::AccountRequestsUpdate,
        RequestKind::Address => Permission::AddressRequestsUpdate,
        RequestKind::Archive => Permission::ArchiveRequestsUpdate,
        RequestKind::Avatar => Permission::AvatarRequestsUpdate,
        RequestKind::ClientTest => Permission::ClientTestRequestsUpdate,
        RequestKind::ClientType => Permission::ClientTypeRequestsUpdate,
        RequestKind::DeletingAccount => Permission::DeletingAccountRequestsUpdate,
        RequestKind::Deposit => Permission::DepositRequestsUpdate,
        RequestKind::Document => Permission::DocumentRequestsUpdate,
        RequestKind::Exchange => Permission::ExchangeRequestsUpdate,
        RequestKind::External => Permission::ExternalRequestsUpdate,
        RequestKind::InternalTransfer => Permission::InternalTransferRequestsUpdate,
        RequestKind::Investment => Permission::InvestmentRequestsUpdate,
        RequestKind::Partner => Permission::PartnerRequestsUpdate,
        RequestKind::Profile => Permission::ProfileRequestsUpdate,
        RequestKind::Transfer => Permission::TransferRequestsUpdate,
        RequestKind::Verification => Permission::VerificationRequestsUpdate,
        RequestKind::Withdrawal => Permission::WithdrawalRequestsUpdate,
    }
}

/// What a user needs to change an amount beside the rest: a department's approval of another amount goes on for this one.
#[must_use]
pub fn amount_permissions(meta: Option<&Meta>) -> Vec<Permission> {
    let departments = meta.map(|meta| {
        [
            (meta.compliance_status, Permission::WithdrawalComplianceUpdate),
            (meta.dealing_status, Permission::WithdrawalDealingUpdate),
        ]
    });
    let approved = departments.into_iter().flatten().filter(|(status, _)| *status == Some(DepartmentStatus::Approved));
    approved.map(|(_, permission)| permission).collect()
}

/// The kinds of requests that a user sees.
#[must_use]
pub fn visible_kinds(rights: &Rights) -> Vec<RequestKind> {
    RequestKind::ALL.iter().copied().filter(|kind| rights.hold(read_permission(*kind))).collect()
}

/// The rights to move money that approving a request of a kind needs beside those to decide on it.
#[must_use]
pub const fn approval_permissions(kind: RequestKind) -> &'static [Permission] {
    use Permission as P;
    match kind {
        RequestKind::Deposit => &[P::DepositsCreate, P::DepositVerificationUpdate],
        // The departments' rights depend on what they have decided already.
        RequestKind::Withdrawal => &[P::WithdrawalsCreate],
        RequestKind::Transfer | RequestKind::InternalTransfer | RequestKind::External => &[P::TransfersCreate],
        RequestKind::Exchange => &[P::ExchangesCreate],
        RequestKind::Account
        | RequestKind::Address
        | RequestKind::Archive
        | RequestKind::Avatar
        | RequestKind::ClientTest
        | RequestKind::ClientType
        | RequestKind::DeletingAccount
        | RequestKind::Document
        | RequestKind::Investment
        | RequestKind::Partner
        | RequestKind::Profile
        | RequestKind::Verification => &[],
    }
}

/// Whether a user may change or decide on requests of a kind, with what the step needs beside that.
///
/// # Errors
/// [`Refusal::NotAllowed`] with each missing permission.
pub fn check_update(rights: &Rights, kind: RequestKind, also: &[Permission]) -> Result<(), Refusal> {
    let needed = [update_permission(kind)].into_iter().chain(also.iter().copied());
    let lacking = needed.filter(|permission| !rights.hold(*permission));
    let faults: Vec<Fault> = lacking
        .map(|permission| RequestsFault::DecisionNotAllowed.with("permission", permission.to_string()))
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(Refusal::NotAllowed(faults)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_permissions_of_its_own() {
        for kind in RequestKind::ALL {
            assert_eq!(read_permission(*kind).as_str(), format!("{kind}Requests.read"));
            assert_eq!(update_permission(*kind).as_str(), format!("{kind}Requests.update"));
        }
    }
}
