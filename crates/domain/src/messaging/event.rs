use crate::ledger::RequestKind;
use crate::value::text_enum;

text_enum! {
    /// What happened that others may want to hear of, by the names of the public interface.
    EventName {
        /// A client asks to open an account.
        AccountRequest = "AccountRequestEvent",
        /// A client asks to change their address.
        AddressRequest = "AddressRequestEvent",
        /// A client asks to archive an account.
        ArchiveRequest = "ArchiveRequestEvent",
        /// A client asks to show a photo.
        AvatarRequest = "AvatarRequestEvent",
        /// A client asks to have a test accepted.
        ClientTestsRequest = "ClientTestsRequestEvent",
        /// A client asks to be of another type.
        ClientTypeRequest = "ClientTypeRequestEvent",
        /// A client asks to have their data removed.
        DeletingAccountRequest = "DeletingAccountRequestEvent",
        /// A client asks to have a deposit credited.
        DepositRequest = "DepositRequestEvent",
        /// Documents are to be checked.
        DocumentRequest = "DocumentRequestEvent",
        /// A client asks to become a partner.
        PartnerRequest = "IBApplicationProviderRequestEvent",
        /// A client asks to transfer to another client.
        InternalTransferRequest = "InternalTransferRequestEvent",
        /// A client asks to be paid out.
        PayoutRequestInitialized = "PayoutRequestInitialized",
        /// A client asks to change their name.
        ProfileRequest = "ProfileRequestEvent",
        /// A client finished a test.
        TestPassing = "TestPassing",
        /// A client asks to transfer to an outside system.
        TransferExternalRequest = "TransferExternalRequestEvent",
        /// A client asks to transfer between their accounts.
        TransferRequest = "TransferRequestEvent",
        /// A client asks for a verification level.
        VerificationRequest = "VerificationRequestEvent",
    }
}

impl EventName {
    /// The event of a new request, where there is one.
    #[must_use]
    pub const fn of_request(kind: RequestKind) -> Option<Self> {
        Some(match kind {
            RequestKind::Account => Self::AccountRequest,
            RequestKind::Address => Self::AddressRequest,
            RequestKind::Archive => Self::ArchiveRequest,
            RequestKind::Avatar => Self::AvatarRequest,
            RequestKind::ClientTest => Self::ClientTestsRequest,
            RequestKind::ClientType => Self::ClientTypeRequest,
            RequestKind::DeletingAccount => Self::DeletingAccountRequest,
            RequestKind::Deposit => Self::DepositRequest,
            RequestKind::Document => Self::DocumentRequest,
            RequestKind::External => Self::TransferExternalRequest,
            RequestKind::InternalTransfer => Self::InternalTransferRequest,
            RequestKind::Partner => Self::PartnerRequest,
            RequestKind::Profile => Self::ProfileRequest,
            RequestKind::Transfer => Self::TransferRequest,
            RequestKind::Verification => Self::VerificationRequest,
            RequestKind::Withdrawal => Self::PayoutRequestInitialized,
            RequestKind::Exchange | RequestKind::Investment => return None,
        })
    }
}
