use super::PaymentsFault;
use crate::catalog::ProductPermission;
use crate::clients::{ClientPermission, ClientStatus, ClientsFault};
use crate::ledger::{AccountOperation, TransactionKind};
use crate::value::{Fault, FaultCode as _, Field, Refusal, Set};

/// What an operation asks of the client who makes it and of the product of the account.
#[derive(Clone, Copy, Debug)]
pub struct ClientGate<'a> {
    /// The status of the client.
    pub status: ClientStatus,
    /// What the client may do.
    pub permissions: &'a Set<ClientPermission>,
    /// What the product of the account allows.
    pub product: &'a Set<ProductPermission>,
    /// Whether the type of transaction is open to clients.
    pub type_enabled: bool,
}

impl ClientGate<'_> {
    /// Whether the client may at all.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`] that names the missing permission.
    pub fn check(&self, kind: TransactionKind) -> Result<(), Refusal> {
        if self.status != ClientStatus::Active {
            return Err(ClientsFault::ClientNotActive.not_allowed());
        }
        let needed = match kind {
            TransactionKind::Deposit => Some(ClientPermission::Deposits),
            TransactionKind::Withdrawal => Some(ClientPermission::Withdrawals),
            TransactionKind::Exchange => Some(ClientPermission::Converter),
            TransactionKind::External => Some(ClientPermission::InternalTransfers),
            TransactionKind::Transfer | TransactionKind::Partner => None,
        };
        match needed.filter(|permission| !self.permissions.contains(permission)) {
            Some(permission) => {
                Err(PaymentsFault::ClientPermissionMissing.with("permission", permission.as_str()).not_allowed())
            }
            None => Ok(()),
        }
    }

    /// Why the operation is refused, apart from the account's own permissions.
    #[must_use]
    pub fn faults(&self, operation: AccountOperation, field: Field) -> Vec<Fault> {
        let mut faults = Vec::new();
        if !self.type_enabled {
            faults.push(PaymentsFault::TransactionTypeDisabled.fault());
        }
        for permission in [ProductPermission::Enabled, operation.permission()] {
            if !self.product.contains(&permission) {
                let fault = PaymentsFault::ProductPermissionMissing.at(field);
                faults.push(fault.with("permission", permission.as_str()));
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_who_is_not_active_does_nothing() {
        let all = ClientPermission::ALL.iter().copied().collect();
        let product = Set::default();
        let gate =
            ClientGate { status: ClientStatus::Inactive, permissions: &all, product: &product, type_enabled: true };
        assert!(gate.check(TransactionKind::Transfer).is_err());
        let active = ClientGate { status: ClientStatus::Active, ..gate };
        assert!(active.check(TransactionKind::External).is_ok());
    }
}
