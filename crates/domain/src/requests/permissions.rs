use crate::identity::Permission;
use crate::ledger::RequestKind;

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
