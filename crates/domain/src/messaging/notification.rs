use super::{EventName, MessagingFault, NotificationTypeId, Template, TemplateId};
use crate::clients::Locality;
use crate::value::{CommonFault, Entity, Fault, FaultCode as _, Field, Refusal, text_enum};

text_enum! {
    /// The types of mail that are sent from the start, by the names of the public interface.
    DeliveredType {
        /// To clients: they are registered.
        RegisterDone = "registerDone",
        /// To clients: their address is to be confirmed.
        RegisterConfirm = "registerConfirm",
        /// To clients: somebody signed in.
        OnLogin = "On login",
        /// To clients: a code to change the password.
        ChangePassword = "changePassword",
        /// To clients: a code to set a forgotten password anew.
        RestorePassword = "restorePassword",
        /// To clients: a code to confirm what they do.
        ConfirmationCode = "confirmationCode",
        /// To clients: an account was opened.
        AccountCreated = "accountCreated",
        /// To clients: a deposit arrived.
        DepositSuccessful = "DepositSuccessful",
        /// To clients: a withdrawal is done.
        WithdrawDone = "WithdrawDone",
        /// To clients: what they asked for is approved.
        RequestApproved = "requestApproved",
        /// To clients: what they asked for is rejected.
        RequestRejected = "requestRejected",
        /// To clients: a ticket was answered.
        TicketAnswered = "ticketAnswered",
        /// To clients: somebody signed in from a new device.
        NewDevice = "newDevice",
        /// To clients: the new password of a trading account.
        AccountPassword = "accountPassword",
        /// To clients: a user set their password.
        PasswordSet = "passwordSet",
        /// To clients: a user switched a second factor off.
        SecondFactorDisabled = "secondFactorDisabled",
        /// To users: a code to sign in.
        SignInCode = "signInCode",
        /// To users: how they sign in.
        UserAccess = "userAccess",
        /// To users: a client asks to archive an account.
        ArchiveAccountRequest = "archiveAccountRequest",
        /// To users: a client asks for an account, another address or the removal of their data.
        RequestReceived = "RequestRecieval",
        /// To users: there is a new user.
        AdminUserCreated = "AdminUserCreated",
        /// To users: a client finished a test.
        TestPassing = "Test Passing (to admin)",
        /// To users: they are named in a comment.
        EventLogMessage = "EventLogMessageEmail",
        /// To users: a client asks to transfer to another client.
        TransferRequestReceived = "TransferRequestReceived_toManager",
        /// To users: a deposit arrived.
        DepositSuccessfulToManager = "DepositSuccessful_toManager",
        /// To anybody: the balance at an outside service is low.
        BalanceWarning = "balanceWarning",
        /// To users: an event of the calendar is for them.
        CalendarEventCreated = "calendarEventCreated",
        /// To users: an event of theirs in the calendar has changed.
        CalendarEventChanged = "calendarEventChanged",
        /// To users: an event of theirs in the calendar is off.
        CalendarEventDeleted = "calendarEventDeleted",
        /// To users: something looks like fraud.
        AntifraudNotification = "antifraudNotification",
    }
}

/// The name of the type by which users are told of an event: of its own where it has no other.
#[must_use]
pub const fn type_of_event(event: EventName) -> &'static str {
    use DeliveredType as T;
    use EventName as E;
    let delivered = match event {
        E::ArchiveRequest => T::ArchiveAccountRequest,
        E::AccountRequest | E::DeletingAccountRequest | E::AddressRequest => T::RequestReceived,
        E::AdminUserCreated => T::AdminUserCreated,
        E::TestPassing => T::TestPassing,
        E::EventLogUserTagged => T::EventLogMessage,
        E::InternalTransferRequest => T::TransferRequestReceived,
        E::PaymentSuccessfulOperation => T::DepositSuccessfulToManager,
        E::AccountBalanceReceived => T::BalanceWarning,
        E::AccountCreated => T::AccountCreated,
        E::RequestApproved => T::RequestApproved,
        E::RequestRejected => T::RequestRejected,
        E::AvatarRequest
        | E::ClientTestsRequest
        | E::ClientTypeRequest
        | E::DepositRequest
        | E::DocumentRequest
        | E::ExchangeSuccessfulOperation
        | E::HedgingFail
        | E::NotifiableException
        | E::PartnerRequest
        | E::PayoutRequestInitialized
        | E::PayoutSuccessfulOperation
        | E::ProfileRequest
        | E::SuccessfulRegistration
        | E::TransactionVerifying
        | E::TransferExternalRequest
        | E::TransferRequest
        | E::TransferSuccessfulOperation
        | E::VerificationRequest => return event.as_str(),
    };
    delivered.as_str()
}

/// The type by which a client is told of what happened to them.
#[must_use]
pub const fn type_for_client(event: EventName) -> Option<DeliveredType> {
    use DeliveredType as T;
    use EventName as E;
    Some(match event {
        E::SuccessfulRegistration => T::RegisterDone,
        E::AccountCreated => T::AccountCreated,
        E::PaymentSuccessfulOperation => T::DepositSuccessful,
        E::PayoutSuccessfulOperation => T::WithdrawDone,
        E::RequestApproved => T::RequestApproved,
        E::RequestRejected => T::RequestRejected,
        E::AccountBalanceReceived
        | E::AccountRequest
        | E::AddressRequest
        | E::AdminUserCreated
        | E::ArchiveRequest
        | E::AvatarRequest
        | E::ClientTestsRequest
        | E::ClientTypeRequest
        | E::DeletingAccountRequest
        | E::DepositRequest
        | E::DocumentRequest
        | E::EventLogUserTagged
        | E::ExchangeSuccessfulOperation
        | E::HedgingFail
        | E::InternalTransferRequest
        | E::NotifiableException
        | E::PartnerRequest
        | E::PayoutRequestInitialized
        | E::ProfileRequest
        | E::TestPassing
        | E::TransactionVerifying
        | E::TransferExternalRequest
        | E::TransferRequest
        | E::TransferSuccessfulOperation
        | E::VerificationRequest => return None,
    })
}

/// What a mail is sent for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "camelCase"))]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct NotificationType {
    /// The name that mails are sent by, unique whatever its case.
    pub name: String,
    /// What it is for.
    pub caption: String,
    /// Whether mails of it are sent.
    pub is_enabled: bool,
}

impl Entity for NotificationType {
    type Id = NotificationTypeId;
    const RESOURCE: &'static str = "notification_type";
}

impl NotificationType {
    /// Whether mails are sent by this name whatever users set up.
    #[must_use]
    pub fn is_delivered(&self) -> bool {
        let is_of_event = EventName::ALL.iter().any(|event| type_of_event(*event) == self.name);
        is_of_event || DeliveredType::ALL.iter().any(|delivered| delivered.as_str() == self.name)
    }

    /// What mails are sent by keeps its name.
    ///
    /// # Errors
    /// A conflict.
    pub fn check_change(&self, after: &Self) -> Result<(), Refusal> {
        let is_renamed = self.name != after.name && self.is_delivered();
        if is_renamed { Err(MessagingFault::DeliveredType.at(Field::Name).conflict()) } else { Ok(()) }
    }

    /// What mails are sent by stays, and so does what has templates or is named elsewhere.
    ///
    /// # Errors
    /// A conflict.
    pub fn check_deletable(&self, is_used: bool) -> Result<(), Refusal> {
        if self.is_delivered() {
            Err(MessagingFault::DeliveredType.conflict())
        } else if is_used {
            Err(CommonFault::InUse.conflict())
        } else {
            Ok(())
        }
    }
}

/// The text of a type in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationTemplate {
    /// The type.
    pub type_id: NotificationTypeId,
    /// The language.
    pub locale: Locality,
    /// The subject, with placeholders.
    pub subject: String,
    /// The mail, in HTML with placeholders.
    pub template: String,
    /// Whether it is sent.
    pub is_enabled: bool,
}

impl Entity for NotificationTemplate {
    type Id = TemplateId;
    const RESOURCE: &'static str = "notification_template";
}

impl NotificationTemplate {
    /// What does not render: placeholders that nothing stands for. One that is not enabled may have them.
    #[must_use]
    pub fn faults(&self, is_pair: impl Fn(&str) -> bool) -> Vec<Fault> {
        if !self.is_enabled {
            return Vec::new();
        }
        // A subject is kept as it is.
        let is_secret = |field, key: &str| field == Field::Subject && SECRETS.contains(&key);
        let unknown = |field, text: &str| {
            let template = Template::new(text);
            let is_unknown = |key: &&str| !(is_placeholder(key) || is_pair(key)) || is_secret(field, key);
            let unknown: Vec<&str> = template.placeholders().into_iter().filter(is_unknown).collect();
            let fault = || MessagingFault::UnknownPlaceholder.at(field).with("placeholders", unknown.join(", "));
            (!unknown.is_empty()).then(fault)
        };
        [unknown(Field::Subject, &self.subject), unknown(Field::Template, &self.template)]
            .into_iter()
            .flatten()
            .collect()
    }
}

/// The placeholders that mails give values to, beside the key-value pairs. One that a mail has no value for is left out.
pub const PLACEHOLDERS: &[&str] = &[
    "accountId",
    "accountNumber",
    "amount",
    "browser",
    "clientEmail",
    "clientId",
    "clients",
    "code",
    "comment",
    "companyName",
    "createdBy",
    "currency",
    "description",
    "details",
    "device",
    "email",
    "endDate",
    "event",
    "eventName",
    "firstName",
    "frontUrl",
    "ip",
    "lastName",
    "level",
    "mailDescription",
    "minutes",
    "name",
    "notificationId",
    "password",
    "place",
    "platform",
    "productGroupType",
    "productName",
    "reason",
    "requestId",
    "requestType",
    "startDate",
    "status",
    "testName",
    "ticketNumber",
    "time",
    "transactionId",
    "type",
    "userId",
];

/// The placeholders whose values are secrets.
const SECRETS: &[&str] = &["code", "password"];

/// Whether a mail may have a value for it.
#[must_use]
pub fn is_placeholder(key: &str) -> bool {
    PLACEHOLDERS.contains(&key)
}

/// A template that may be sent, as far as the choice needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The template.
    pub id: TemplateId,
    /// Its language.
    pub locale: Locality,
}

/// The template for a reader: in their language, else in the default one, else the oldest. A language without a country
/// serves where none fits better.
#[must_use]
pub fn chosen(offers: &[Offer], reader: Option<&Locality>, default: &Locality) -> Option<TemplateId> {
    let wanted = reader.into_iter().chain([default]);
    let fitting = wanted.filter_map(|wanted| {
        let exact = offers.iter().find(|offer| offer.locale == *wanted);
        exact.or_else(|| offers.iter().find(|offer| offer.locale.language() == wanted.language()))
    });
    fitting.map(|offer| offer.id).next().or_else(|| offers.iter().map(|offer| offer.id).min())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(id: i64, locale: &str) -> Offer {
        Offer { id: TemplateId::new(id), locale: locale.parse().unwrap() }
    }

    #[test]
    fn a_reader_gets_their_language_else_the_default_else_the_oldest() {
        let offers = [offer(3, "de_DE"), offer(4, "en_US"), offer(5, "es_ES"), offer(6, "es_MX")];
        let choice = |reader: &str, default: &str| {
            chosen(&offers, Some(&reader.parse().unwrap()), &default.parse().unwrap()).map(TemplateId::get)
        };
        assert_eq!(choice("es_MX", "en_US"), Some(6));
        assert_eq!(choice("es_AR", "en_US"), Some(5), "the same language of another country");
        assert_eq!(choice("fr_FR", "en_US"), Some(4));
        assert_eq!(choice("fr_FR", "ja_JP"), Some(3));
        assert_eq!(chosen(&[], None, &Locality::default()), None);
    }

    #[test]
    fn only_what_renders_is_enabled() {
        let template = |is_enabled| NotificationTemplate {
            type_id: NotificationTypeId::new(1),
            locale: Locality::default(),
            subject: "{firstName} {typo}".into(),
            template: "{logo} {nobody}".into(),
            is_enabled,
        };
        assert_eq!(template(true).faults(|key| key == "logo").len(), 2);
        assert!(template(false).faults(|_| false).is_empty());
    }

    #[test]
    fn what_mails_are_sent_by_keeps_its_name() {
        let named = |name: &str| NotificationType { name: name.into(), caption: String::new(), is_enabled: true };
        assert!(named("registerDone").check_change(&named("other")).is_err());
        assert!(named("HedgingFailEvent").check_deletable(false).is_err());
        assert!(named("own").check_change(&named("other")).is_ok());
        assert!(named("own").check_deletable(true).is_err());
        assert!(named("own").check_deletable(false).is_ok());
    }
}
