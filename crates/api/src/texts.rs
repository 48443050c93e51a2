//! How the interface speaks: its sentences in every language, and what it calls the inputs of its operations.

use std::sync::LazyLock;

use domain::antifraud::AntifraudFault;
use domain::bonuses::BonusesFault;
use domain::catalog::CatalogFault;
use domain::clients::ClientsFault;
use domain::connections::ConnectionsFault;
use domain::content::ContentFault;
use domain::credentials::CredentialsFault;
use domain::files::FilesFault;
use domain::identity::IdentityFault;
use domain::imports::{ImportsFault, LineFault};
use domain::ledger::LedgerFault;
use domain::mailing::MailingFault;
use domain::messaging::MessagingFault;
use domain::payments::PaymentsFault;
use domain::platform::PlatformFault;
use domain::requests::RequestsFault;
use domain::services::ServicesFault;
use domain::tickets::TicketsFault;
use domain::value::{Code, CommonFault, FaultCode, Field, Locale, Param};
use domain::verification::VerificationFault;
use domain::wizards::WizardsFault;
use http::{CallFault, Catalogue, RequestFault, Texts};

/// The texts of the interface.
pub(crate) static TEXTS: LazyLock<Texts> = LazyLock::new(|| texts(name_of));

/// The texts of the clients' interface.
pub(crate) static FRONT_TEXTS: LazyLock<Texts> = LazyLock::new(|| texts(front_name_of));

fn texts(name_of: fn(Field) -> &'static str) -> Texts {
    let catalogue = Catalogue::new(LANGUAGES).unwrap_or_else(|fault| {
        log::error!("a message catalogue is faulty: {fault}");
        Catalogue::default()
    });
    Texts { catalogue, name_of }
}

/// The languages, and for each the files of its sentences.
const LANGUAGES: &[(&str, &[&str])] = &[
    (
        "en",
        &[
            include_str!("../../../locales/en/calls.ftl"),
            include_str!("../../../locales/en/requests.ftl"),
            include_str!("../../../locales/en/common.ftl"),
            include_str!("../../../locales/en/identity.ftl"),
            include_str!("../../../locales/en/clients.ftl"),
            include_str!("../../../locales/en/credentials.ftl"),
            include_str!("../../../locales/en/catalog.ftl"),
            include_str!("../../../locales/en/ledger.ftl"),
            include_str!("../../../locales/en/services.ftl"),
            include_str!("../../../locales/en/payments.ftl"),
            include_str!("../../../locales/en/bonuses.ftl"),
            include_str!("../../../locales/en/verification.ftl"),
            include_str!("../../../locales/en/decisions.ftl"),
            include_str!("../../../locales/en/files.ftl"),
            include_str!("../../../locales/en/content.ftl"),
            include_str!("../../../locales/en/messaging.ftl"),
            include_str!("../../../locales/en/platform.ftl"),
            include_str!("../../../locales/en/connections.ftl"),
            include_str!("../../../locales/en/mailing.ftl"),
            include_str!("../../../locales/en/wizards.ftl"),
            include_str!("../../../locales/en/antifraud.ftl"),
            include_str!("../../../locales/en/tickets.ftl"),
            include_str!("../../../locales/en/imports.ftl"),
            include_str!("../../../locales/en/statements.ftl"),
        ],
    ),
    (
        "es",
        &[
            include_str!("../../../locales/es/calls.ftl"),
            include_str!("../../../locales/es/requests.ftl"),
            include_str!("../../../locales/es/common.ftl"),
            include_str!("../../../locales/es/identity.ftl"),
            include_str!("../../../locales/es/clients.ftl"),
            include_str!("../../../locales/es/credentials.ftl"),
            include_str!("../../../locales/es/catalog.ftl"),
            include_str!("../../../locales/es/ledger.ftl"),
            include_str!("../../../locales/es/services.ftl"),
            include_str!("../../../locales/es/payments.ftl"),
            include_str!("../../../locales/es/bonuses.ftl"),
            include_str!("../../../locales/es/verification.ftl"),
            include_str!("../../../locales/es/decisions.ftl"),
            include_str!("../../../locales/es/files.ftl"),
            include_str!("../../../locales/es/content.ftl"),
            include_str!("../../../locales/es/messaging.ftl"),
            include_str!("../../../locales/es/platform.ftl"),
            include_str!("../../../locales/es/connections.ftl"),
            include_str!("../../../locales/es/mailing.ftl"),
            include_str!("../../../locales/es/wizards.ftl"),
            include_str!("../../../locales/es/antifraud.ftl"),
            include_str!("../../../locales/es/tickets.ftl"),
            include_str!("../../../locales/es/imports.ftl"),
            include_str!("../../../locales/es/statements.ftl"),
        ],
    ),
];

/// Every code that an answer can have, by context.
#[must_use]
pub fn fault_codes() -> [(&'static str, Vec<Code>); 23] {
    fn of<C: FaultCode>() -> Vec<Code> {
        C::ALL.iter().copied().map(Code::from).collect()
    }
    [
        ("Calls", of::<CallFault>()),
        ("Requests", of::<RequestFault>()),
        ("Common rules", of::<CommonFault>()),
        ("Identity", of::<IdentityFault>()),
        ("Clients", of::<ClientsFault>()),
        ("Credentials", of::<CredentialsFault>()),
        ("Catalog", of::<CatalogFault>()),
        ("Ledger", of::<LedgerFault>()),
        ("Services", of::<ServicesFault>()),
        ("Payments", of::<PaymentsFault>()),
        ("Bonuses", of::<BonusesFault>()),
        ("Verification", of::<VerificationFault>()),
        ("Decisions", of::<RequestsFault>()),
        ("Files", of::<FilesFault>()),
        ("Content", of::<ContentFault>()),
        ("Messaging", of::<MessagingFault>()),
        ("Platform", of::<PlatformFault>()),
        ("Connections", of::<ConnectionsFault>()),
        ("Mass mail", of::<MailingFault>()),
        ("Wizards", of::<WizardsFault>()),
        ("Antifraud", of::<AntifraudFault>()),
        ("Tickets", of::<TicketsFault>()),
        ("Imports", of::<ImportsFault>()),
    ]
}

/// What a code says in English, for the documents: beside a field and, where that differs, alone.
#[must_use]
pub fn fault_sentences(code: Code) -> Vec<String> {
    TEXTS.catalogue.templates(code)
}

/// What a fault of a file says in English beside its column, for the command line.
#[must_use]
pub fn line_fault_sentence(fault: &LineFault) -> String {
    let params: Vec<(String, Param)> =
        fault.fault.params.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    TEXTS.kept(&Locale::default(), fault.fault.code.as_str(), &params).0
}

/// What an input is called in the clients' interface.
const fn front_name_of(field: Field) -> &'static str {
    match field {
        Field::Source => "sourceAccountId",
        Field::Destination => "destinationAccountId",
        other => name_of(other),
    }
}

/// What an input is called in the interface.
const fn name_of(field: Field) -> &'static str {
    match field {
        Field::Assignee => "assigneeId",
        Field::Department => "departmentId",
        Field::DoneSteps => "doneSteps",
        Field::Event => "event",
        Field::Events => "events",
        Field::FormFields => "fields",
        Field::HandlerOptions => "handlerOptions",
        Field::IdentityProvider => "providerId",
        Field::Locale => "locale",
        Field::NotificationType => "typeId",
        Field::Subject => "subject",
        Field::SendMail => "send_mail",
        Field::WalletAddress => "data.wallet_address",
        Field::Template => "template",
        Field::Templates => "templates",
        Field::User => "userId",
        Field::WorkflowOptions => "workflowOptions",
        Field::AboveUsd => "aboveUsd",
        Field::Account => "accountId",
        Field::AlphabeticCode => "alphabeticCode",
        Field::Amount => "amount",
        Field::BaseCurrency => "options.baseCurrency",
        Field::Birthday => "birthday",
        Field::BlockchainTransaction => "blockchainTransaction",
        Field::Body => "body",
        Field::Caption => "caption",
        Field::CaptchaSecret => "captchaSecret",
        Field::Category => "categoryId",
        Field::Client => "clientId",
        Field::ClientTags => "clientTags",
        Field::ClientType | Field::DocumentType | Field::ResolutionType => "typeId",
        Field::Comment => "comment",
        Field::CommissionMaximum => "max",
        Field::CommissionMinimum => "min",
        Field::ComplianceApproval => "complianceApproved",
        Field::ComplianceStatus => "complianceStatus",
        Field::Connection => "connectionId",
        Field::Country => "countryId",
        Field::Currency => "currencyCode",
        Field::DealingApproval => "dealingApproved",
        Field::DealingStatus => "dealingStatus",
        Field::DeliveryService => "providerId",
        Field::Destination => "destinationId",
        Field::DestinationAmount => "destinationAmount",
        Field::DestinationCurrency => "destinationCurrencyId",
        Field::DestinationNumber => "destinationAccountNumber",
        Field::DynamicLots => "dynamicLots",
        Field::Email => "email",
        Field::EmailTemplate => "templateId",
        Field::Emails => "emails",
        Field::Enabled => "enabled",
        Field::ExpiresAt => "expiredAt",
        Field::Factory => "factory",
        Field::File => "file",
        Field::Files => "files",
        Field::Folder => "directoryId",
        Field::FixedCommission => "fixed",
        Field::Format => "format",
        Field::FromCurrencies => "fromCurrencies",
        Field::FromCurrency => "fromCurrency",
        Field::Group => "groupId",
        Field::Groups => "groups",
        Field::Index => "index",
        Field::Info => "info",
        Field::IpAddress => "ip",
        Field::IpAllowList => "ipWhitelist",
        Field::IsActive => "isActive",
        Field::IsDefault => "isDefault",
        Field::IsEnabled => "isEnabled",
        Field::KeyExpiry => "expiresAt",
        Field::IsDemo => "isDemo",
        Field::IsVisible => "isVisible",
        Field::Level => "levelId",
        Field::Leverage => "leverage",
        Field::ListedAddress => "walletAddress",
        Field::Manager => "managerId",
        Field::MaxAmount => "maxAmount",
        Field::MenuClientTypes => "clientTypes",
        Field::MenuLevels => "verificationLevels",
        Field::Method => "methodId",
        Field::MethodFields => "data",
        Field::MethodGroups => "groupIds",
        Field::MinAmount => "minAmount",
        Field::MinDepositAmount => "minDepositAmount",
        Field::Name => "name",
        Field::NextLevel => "nextLevel",
        Field::Nickname => "nickname",
        Field::NotHedgedClientTypes => "options.notHedgedClientTypes",
        Field::Notify => "sendNotify",
        Field::Number => "number",
        Field::NumericCode => "numericCode",
        Field::NumericCodes => "numericCodes",
        Field::Operation => "operation",
        Field::Options => "options",
        Field::PairKey => "key",
        Field::PairTags => "tags",
        Field::ParameterOptions => "settings.options",
        Field::ParameterValues | Field::Parameters => "parameters",
        Field::Parent => "parentId",
        Field::Password => "password",
        Field::Percent => "percent",
        Field::Permissions => "permissions",
        Field::Phone => "phone",
        Field::Platform => "platformId",
        Field::PlatformGroups => "platformGroup",
        Field::PresetValues => "data",
        Field::Product => "productId",
        Field::ProviderCommission => "providerCommission",
        Field::Quote => "quoteId",
        Field::Rate => "rate",
        Field::RatePairs => "pairs",
        Field::RateProvider => "ratesProviderId",
        Field::RateProviders => "ratesCustomPriority",
        Field::ReadGroups => "readGroups",
        Field::RecipientFilter => "filter",
        Field::Recipients => "recipients",
        Field::RedirectUri => "redirectUri",
        Field::RequiredTests => "requiredTests",
        Field::Resources => "resources",
        Field::Resolution => "resolutionId",
        Field::Role => "roleId",
        Field::RestrictionIds => "ids",
        Field::SecondFactor => "tfa",
        Field::Service => "serviceId",
        Field::Test => "quizId",
        Field::Services => "services",
        Field::SlackBotToken => "slackBotToken",
        Field::Settings => "settings",
        Field::SettingsLocale => "settings.locale",
        Field::Source => "sourceId",
        Field::SourceAmount => "sourceAmount",
        Field::SourceCurrency => "sourceCurrencyId",
        Field::StartAmount => "startAmount",
        Field::StartAmounts => "startAmounts",
        Field::Status => "status",
        Field::Symbol => "symbol",
        Field::Tags => "tagIds",
        Field::TelegramBotToken => "telegramBotToken",
        Field::ToCurrencies => "toCurrencies",
        Field::ToCurrency => "toCurrency",
        Field::Transaction => "transactionId",
        Field::Type => "type",
        Field::UnmaskedData => "canViewMaskedData",
        Field::UpdateGroups => "updateGroups",
        Field::UserGroups => "userGroups",
        Field::VendorCommission => "vendorCommission",
        Field::VerificationLevel => "verificationLevelId",
        Field::VerificationStatus => "verificationStatus",
        Field::WizardId => "wizard_id",
        Field::WizardSteps => "steps",
        Field::WizardUuid => "wizard",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_codes() -> Vec<Code> {
        fault_codes().into_iter().flat_map(|(_, codes)| codes).collect()
    }

    #[test]
    fn every_code_has_a_sentence_in_every_language() {
        let catalogue = Catalogue::new(LANGUAGES).unwrap();
        let missing: Vec<Code> = all_codes().into_iter().filter(|code| !catalogue.is_complete_for(*code)).collect();
        assert_eq!(missing, []);
    }

    #[test]
    fn no_two_rules_share_a_code() {
        let mut codes = all_codes();
        codes.sort_unstable();
        let shared: Vec<_> = codes.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        assert_eq!(shared, []);
    }
}
