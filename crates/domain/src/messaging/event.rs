use chrono::TimeDelta;

use crate::ledger::{RequestKind, TransactionKind};
use crate::value::text_enum;

/// How long events, mails, texts and deliveries are kept that are done with.
pub const HISTORY_KEPT: TimeDelta = TimeDelta::days(90);

text_enum! {
    /// What happened that others may want to hear of, by the names of the public interface.
    EventName {
        /// The balance with a service outside was read.
        AccountBalanceReceived = "AccountBalanceReceived",
        /// An account was opened.
        AccountCreated = "AccountCreated",
        /// There is a new user.
        AdminUserCreated = "AdminUserCreated",
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
        /// A user is named in a comment.
        EventLogUserTagged = "EventLogUserTagged",
        /// An exchange is done.
        ExchangeSuccessfulOperation = "ExchangeSuccessfulOperation",
        /// An exchange could not be hedged.
        HedgingFail = "HedgingFailEvent",
        /// Something outside failed that a user should look into.
        NotifiableException = "NotifiableExceptionEvent",
        /// A client asks to become a partner.
        PartnerRequest = "IBApplicationProviderRequestEvent",
        /// A client asks to transfer to another client.
        InternalTransferRequest = "InternalTransferRequestEvent",
        /// A deposit is done.
        PaymentSuccessfulOperation = "PaymentSuccessfulOperation",
        /// A client asks to be paid out.
        PayoutRequestInitialized = "PayoutRequestInitialized",
        /// A withdrawal is done.
        PayoutSuccessfulOperation = "PayoutSuccessfulOperation",
        /// A client asks to change their name.
        ProfileRequest = "ProfileRequestEvent",
        /// What a client asked for was approved.
        RequestApproved = "requestApproved",
        /// What a client asked for was rejected.
        RequestRejected = "requestRejected",
        /// There is a new client.
        SuccessfulRegistration = "SuccessfulRegistration",
        /// A client finished a test.
        TestPassing = "TestPassing",
        /// A transaction waits for a user.
        TransactionVerifying = "TransactionVerifyingEvent",
        /// A client asks to transfer to an outside system.
        TransferExternalRequest = "TransferExternalRequestEvent",
        /// A client asks to transfer between their accounts.
        TransferRequest = "TransferRequestEvent",
        /// A transfer is done.
        TransferSuccessfulOperation = "TransferSuccessfulOperation",
        /// A client asks for a verification level.
        VerificationRequest = "VerificationRequestEvent",
    }
}

impl EventName {
    /// Whether users can be told of it. The others go to listeners or to the client alone.
    #[must_use]
    pub const fn is_for_users(self) -> bool {
        !matches!(
            self,
            Self::AccountBalanceReceived | Self::AccountCreated | Self::RequestApproved | Self::RequestRejected
        )
    }

    /// The event of an operation that is done, where there is one.
    #[must_use]
    pub const fn of_done(kind: TransactionKind) -> Option<Self> {
        match kind {
            TransactionKind::Deposit => Some(Self::PaymentSuccessfulOperation),
            TransactionKind::Withdrawal => Some(Self::PayoutSuccessfulOperation),
            TransactionKind::Transfer | TransactionKind::External => Some(Self::TransferSuccessfulOperation),
            TransactionKind::Exchange => Some(Self::ExchangeSuccessfulOperation),
            TransactionKind::Partner => None,
        }
    }

    /// Whether it is that a client asks for something.
    #[must_use]
    pub fn is_request(self) -> bool {
        RequestKind::ALL.iter().any(|kind| Self::of_request(*kind) == Some(self))
    }

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
