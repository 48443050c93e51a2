//! Every operation of the back office's interface, and the one permission that opens it.

use super::Permission;
use crate::value::text_enum;

text_enum! {
    /// One operation of the interface: the key of its route, permission, audit record, metric
    /// and `operationId`. Those that are not served yet stand here too, so that the table of
    /// rights is whole.
    Operation {
        /// `accounts.list`
        AccountsList = "accounts.list",
        /// `accounts.get`
        AccountsGet = "accounts.get",
        /// `accounts.create`
        AccountsCreate = "accounts.create",
        /// `accounts.update`
        AccountsUpdate = "accounts.update",
        /// `accounts.preferences`
        AccountsPreferences = "accounts.preferences",
        /// `accounts.balance`
        AccountsBalance = "accounts.balance",
        /// `accounts.change-balance`
        AccountsChangeBalance = "accounts.change-balance",
        /// `accounts.archive`
        AccountsArchive = "accounts.archive",
        /// `addresses.list`
        AddressesList = "addresses.list",
        /// `addresses.get`
        AddressesGet = "addresses.get",
        /// `addresses.create`
        AddressesCreate = "addresses.create",
        /// `addresses.update`
        AddressesUpdate = "addresses.update",
        /// `addresses.delete`
        AddressesDelete = "addresses.delete",
        /// `antifraud-procedures.list`
        AntifraudProceduresList = "antifraud-procedures.list",
        /// `antifraud-procedures.get`
        AntifraudProceduresGet = "antifraud-procedures.get",
        /// `antifraud-procedures.create`
        AntifraudProceduresCreate = "antifraud-procedures.create",
        /// `antifraud-procedures.update`
        AntifraudProceduresUpdate = "antifraud-procedures.update",
        /// `antifraud-procedures.delete`
        AntifraudProceduresDelete = "antifraud-procedures.delete",
        /// `authentication.signin`
        AuthenticationSignin = "authentication.signin",
        /// `authentication.2fa-confirm`
        AuthenticationTwoFactorConfirm = "authentication.2fa-confirm",
        /// `authentication.refresh`
        AuthenticationRefresh = "authentication.refresh",
        /// `authentication.signout`
        AuthenticationSignout = "authentication.signout",
        /// `authentication.totp-begin`
        AuthenticationTotpBegin = "authentication.totp-begin",
        /// `authentication.totp-enable`
        AuthenticationTotpEnable = "authentication.totp-enable",
        /// `authorization-history.list`
        AuthorizationHistoryList = "authorization-history.list",
        /// `authorization-history.get`
        AuthorizationHistoryGet = "authorization-history.get",
        /// `banners.list`
        BannersList = "banners.list",
        /// `banners.get`
        BannersGet = "banners.get",
        /// `banners.create`
        BannersCreate = "banners.create",
        /// `banners.update`
        BannersUpdate = "banners.update",
        /// `banners.delete`
        BannersDelete = "banners.delete",
        /// `black-and-white-lists.list`
        BlackAndWhiteListsList = "black-and-white-lists.list",
        /// `black-and-white-lists.get`
        BlackAndWhiteListsGet = "black-and-white-lists.get",
        /// `black-and-white-lists.create`
        BlackAndWhiteListsCreate = "black-and-white-lists.create",
        /// `black-and-white-lists.update`
        BlackAndWhiteListsUpdate = "black-and-white-lists.update",
        /// `black-and-white-lists.delete`
        BlackAndWhiteListsDelete = "black-and-white-lists.delete",
        /// `blocked-clients.list`
        BlockedClientsList = "blocked-clients.list",
        /// `blocked-clients.get`
        BlockedClientsGet = "blocked-clients.get",
        /// `blocked-clients.unblock`
        BlockedClientsUnblock = "blocked-clients.unblock",
        /// `bonuses.list`
        BonusesList = "bonuses.list",
        /// `bonuses.get`
        BonusesGet = "bonuses.get",
        /// `bonuses.create`
        BonusesCreate = "bonuses.create",
        /// `bonuses.update`
        BonusesUpdate = "bonuses.update",
        /// `bonuses.delete`
        BonusesDelete = "bonuses.delete",
        /// `bonuses.continue`
        BonusesContinue = "bonuses.continue",
        /// `bonuses.hold`
        BonusesHold = "bonuses.hold",
        /// `bonuses.reactivate`
        BonusesReactivate = "bonuses.reactivate",
        /// `bonuses.revoke`
        BonusesRevoke = "bonuses.revoke",
        /// `bonuses.presets.list`
        BonusesPresetsList = "bonuses.presets.list",
        /// `bonuses.presets.get`
        BonusesPresetsGet = "bonuses.presets.get",
        /// `bonuses.presets.create`
        BonusesPresetsCreate = "bonuses.presets.create",
        /// `bonuses.presets.update`
        BonusesPresetsUpdate = "bonuses.presets.update",
        /// `bonuses.presets.delete`
        BonusesPresetsDelete = "bonuses.presets.delete",
        /// `bonuses.temporary.list`
        BonusesTemporaryList = "bonuses.temporary.list",
        /// `bonuses.temporary.get`
        BonusesTemporaryGet = "bonuses.temporary.get",
        /// `bonuses.temporary.create`
        BonusesTemporaryCreate = "bonuses.temporary.create",
        /// `bonuses.temporary.update`
        BonusesTemporaryUpdate = "bonuses.temporary.update",
        /// `bonuses.temporary.delete`
        BonusesTemporaryDelete = "bonuses.temporary.delete",
        /// `calendar-events.list`
        CalendarEventsList = "calendar-events.list",
        /// `calendar-events.get`
        CalendarEventsGet = "calendar-events.get",
        /// `calendar-events.create`
        CalendarEventsCreate = "calendar-events.create",
        /// `calendar-events.update`
        CalendarEventsUpdate = "calendar-events.update",
        /// `calendar-events.delete`
        CalendarEventsDelete = "calendar-events.delete",
        /// `client-files.list`
        ClientFilesList = "client-files.list",
        /// `client-files.upload`
        ClientFilesUpload = "client-files.upload",
        /// `client-files.update`
        ClientFilesUpdate = "client-files.update",
        /// `client-files.delete`
        ClientFilesDelete = "client-files.delete",
        /// `client-files.folders.create`
        ClientFilesFoldersCreate = "client-files.folders.create",
        /// `client-files.folders.update`
        ClientFilesFoldersUpdate = "client-files.folders.update",
        /// `client-files.folders.update-singular`
        ClientFilesFoldersUpdateSingular = "client-files.folders.update-singular",
        /// `client-files.folders.delete`
        ClientFilesFoldersDelete = "client-files.folders.delete",
        /// `client-files.folders.delete-singular`
        ClientFilesFoldersDeleteSingular = "client-files.folders.delete-singular",
        /// `client-folders.list`
        ClientFoldersList = "client-folders.list",
        /// `client-folders.get`
        ClientFoldersGet = "client-folders.get",
        /// `client-folders.create`
        ClientFoldersCreate = "client-folders.create",
        /// `client-folders.add-subdirectory`
        ClientFoldersAddSubdirectory = "client-folders.add-subdirectory",
        /// `client-folders.update`
        ClientFoldersUpdate = "client-folders.update",
        /// `client-folders.access.get`
        ClientFoldersAccessGet = "client-folders.access.get",
        /// `client-folders.access.update`
        ClientFoldersAccessUpdate = "client-folders.access.update",
        /// `client-managers.list`
        ClientManagersList = "client-managers.list",
        /// `client-managers.get`
        ClientManagersGet = "client-managers.get",
        /// `client-managers.create`
        ClientManagersCreate = "client-managers.create",
        /// `client-managers.update`
        ClientManagersUpdate = "client-managers.update",
        /// `client-managers.delete`
        ClientManagersDelete = "client-managers.delete",
        /// `client-permissions.levels.list`
        ClientPermissionsLevelsList = "client-permissions.levels.list",
        /// `client-permissions.levels.get`
        ClientPermissionsLevelsGet = "client-permissions.levels.get",
        /// `client-permissions.levels.create`
        ClientPermissionsLevelsCreate = "client-permissions.levels.create",
        /// `client-permissions.levels.update`
        ClientPermissionsLevelsUpdate = "client-permissions.levels.update",
        /// `client-permissions.levels.delete`
        ClientPermissionsLevelsDelete = "client-permissions.levels.delete",
        /// `client-permissions.get`
        ClientPermissionsGet = "client-permissions.get",
        /// `client-permissions.update`
        ClientPermissionsUpdate = "client-permissions.update",
        /// `client-settings.limits.get`
        ClientSettingsLimitsGet = "client-settings.limits.get",
        /// `client-settings.limits.update`
        ClientSettingsLimitsUpdate = "client-settings.limits.update",
        /// `client-settings.get`
        ClientSettingsGet = "client-settings.get",
        /// `client-settings.update`
        ClientSettingsUpdate = "client-settings.update",
        /// `client-tags.list`
        ClientTagsList = "client-tags.list",
        /// `client-tags.get`
        ClientTagsGet = "client-tags.get",
        /// `client-tags.create`
        ClientTagsCreate = "client-tags.create",
        /// `client-tags.update`
        ClientTagsUpdate = "client-tags.update",
        /// `client-tags.delete`
        ClientTagsDelete = "client-tags.delete",
        /// `client-tests.list`
        ClientTestsList = "client-tests.list",
        /// `client-tests.get`
        ClientTestsGet = "client-tests.get",
        /// `client-tests.create`
        ClientTestsCreate = "client-tests.create",
        /// `client-tests.update`
        ClientTestsUpdate = "client-tests.update",
        /// `client-tests.delete`
        ClientTestsDelete = "client-tests.delete",
        /// `client-tests.questions.list`
        ClientTestsQuestionsList = "client-tests.questions.list",
        /// `client-tests.questions.get`
        ClientTestsQuestionsGet = "client-tests.questions.get",
        /// `client-tests.questions.create`
        ClientTestsQuestionsCreate = "client-tests.questions.create",
        /// `client-tests.questions.update`
        ClientTestsQuestionsUpdate = "client-tests.questions.update",
        /// `client-tests.questions.delete`
        ClientTestsQuestionsDelete = "client-tests.questions.delete",
        /// `client-tests.answers.list`
        ClientTestsAnswersList = "client-tests.answers.list",
        /// `client-tests.answers.get`
        ClientTestsAnswersGet = "client-tests.answers.get",
        /// `client-tests.answers.create`
        ClientTestsAnswersCreate = "client-tests.answers.create",
        /// `client-tests.answers.update`
        ClientTestsAnswersUpdate = "client-tests.answers.update",
        /// `client-tests.answers.delete`
        ClientTestsAnswersDelete = "client-tests.answers.delete",
        /// `client-tests.completed.list`
        ClientTestsCompletedList = "client-tests.completed.list",
        /// `client-tests.completed.get`
        ClientTestsCompletedGet = "client-tests.completed.get",
        /// `client-types.list`
        ClientTypesList = "client-types.list",
        /// `client-types.get`
        ClientTypesGet = "client-types.get",
        /// `client-types.create`
        ClientTypesCreate = "client-types.create",
        /// `client-types.update`
        ClientTypesUpdate = "client-types.update",
        /// `client-types.delete`
        ClientTypesDelete = "client-types.delete",
        /// `clients.list`
        ClientsList = "clients.list",
        /// `clients.get`
        ClientsGet = "clients.get",
        /// `clients.create`
        ClientsCreate = "clients.create",
        /// `clients.update`
        ClientsUpdate = "clients.update",
        /// `clients.delete`
        ClientsDelete = "clients.delete",
        /// `confirmations.providers.list`
        ConfirmationsProvidersList = "confirmations.providers.list",
        /// `confirmations.providers.get`
        ConfirmationsProvidersGet = "confirmations.providers.get",
        /// `confirmations.providers.types`
        ConfirmationsProvidersTypes = "confirmations.providers.types",
        /// `confirmations.providers.type-settings`
        ConfirmationsProvidersTypeSettings = "confirmations.providers.type-settings",
        /// `confirmations.providers.create`
        ConfirmationsProvidersCreate = "confirmations.providers.create",
        /// `confirmations.providers.update`
        ConfirmationsProvidersUpdate = "confirmations.providers.update",
        /// `confirmations.providers.delete`
        ConfirmationsProvidersDelete = "confirmations.providers.delete",
        /// `confirmations.templates.list`
        ConfirmationsTemplatesList = "confirmations.templates.list",
        /// `confirmations.templates.get`
        ConfirmationsTemplatesGet = "confirmations.templates.get",
        /// `confirmations.templates.create`
        ConfirmationsTemplatesCreate = "confirmations.templates.create",
        /// `confirmations.templates.update`
        ConfirmationsTemplatesUpdate = "confirmations.templates.update",
        /// `confirmations.templates.delete`
        ConfirmationsTemplatesDelete = "confirmations.templates.delete",
        /// `countries.list`
        CountriesList = "countries.list",
        /// `countries.get`
        CountriesGet = "countries.get",
        /// `countries.update`
        CountriesUpdate = "countries.update",
        /// `currencies.list`
        CurrenciesList = "currencies.list",
        /// `currencies.get`
        CurrenciesGet = "currencies.get",
        /// `currencies.create`
        CurrenciesCreate = "currencies.create",
        /// `currencies.update`
        CurrenciesUpdate = "currencies.update",
        /// `currencies.delete`
        CurrenciesDelete = "currencies.delete",
        /// `currency-aliases.list`
        CurrencyAliasesList = "currency-aliases.list",
        /// `currency-aliases.get`
        CurrencyAliasesGet = "currency-aliases.get",
        /// `currency-aliases.create`
        CurrencyAliasesCreate = "currency-aliases.create",
        /// `currency-aliases.update`
        CurrencyAliasesUpdate = "currency-aliases.update",
        /// `currency-aliases.delete`
        CurrencyAliasesDelete = "currency-aliases.delete",
        /// `currency-pairs.list`
        CurrencyPairsList = "currency-pairs.list",
        /// `currency-pairs.get`
        CurrencyPairsGet = "currency-pairs.get",
        /// `currency-pairs.create`
        CurrencyPairsCreate = "currency-pairs.create",
        /// `currency-pairs.update`
        CurrencyPairsUpdate = "currency-pairs.update",
        /// `currency-pairs.delete`
        CurrencyPairsDelete = "currency-pairs.delete",
        /// `deposit-methods.groups.list`
        DepositMethodsGroupsList = "deposit-methods.groups.list",
        /// `deposit-methods.groups.get`
        DepositMethodsGroupsGet = "deposit-methods.groups.get",
        /// `deposit-methods.groups.create`
        DepositMethodsGroupsCreate = "deposit-methods.groups.create",
        /// `deposit-methods.groups.update`
        DepositMethodsGroupsUpdate = "deposit-methods.groups.update",
        /// `deposit-methods.groups.delete`
        DepositMethodsGroupsDelete = "deposit-methods.groups.delete",
        /// `deposit-methods.list`
        DepositMethodsList = "deposit-methods.list",
        /// `deposit-methods.get`
        DepositMethodsGet = "deposit-methods.get",
        /// `deposit-methods.create`
        DepositMethodsCreate = "deposit-methods.create",
        /// `deposit-methods.update`
        DepositMethodsUpdate = "deposit-methods.update",
        /// `deposit-methods.delete`
        DepositMethodsDelete = "deposit-methods.delete",
        /// `deposit-methods.commissions.list`
        DepositMethodsCommissionsList = "deposit-methods.commissions.list",
        /// `deposit-methods.commissions.get`
        DepositMethodsCommissionsGet = "deposit-methods.commissions.get",
        /// `deposit-methods.commissions.create`
        DepositMethodsCommissionsCreate = "deposit-methods.commissions.create",
        /// `deposit-methods.commissions.update`
        DepositMethodsCommissionsUpdate = "deposit-methods.commissions.update",
        /// `deposit-methods.commissions.delete`
        DepositMethodsCommissionsDelete = "deposit-methods.commissions.delete",
        /// `deposit-methods.currencies.list`
        DepositMethodsCurrenciesList = "deposit-methods.currencies.list",
        /// `deposit-methods.currencies.get`
        DepositMethodsCurrenciesGet = "deposit-methods.currencies.get",
        /// `deposit-methods.currencies.create`
        DepositMethodsCurrenciesCreate = "deposit-methods.currencies.create",
        /// `deposit-methods.currencies.update`
        DepositMethodsCurrenciesUpdate = "deposit-methods.currencies.update",
        /// `deposit-methods.currencies.delete`
        DepositMethodsCurrenciesDelete = "deposit-methods.currencies.delete",
        /// `deposit-methods.attributes.list`
        DepositMethodsAttributesList = "deposit-methods.attributes.list",
        /// `deposit-methods.attributes.get`
        DepositMethodsAttributesGet = "deposit-methods.attributes.get",
        /// `deposit-methods.attributes.create`
        DepositMethodsAttributesCreate = "deposit-methods.attributes.create",
        /// `deposit-methods.attributes.delete`
        DepositMethodsAttributesDelete = "deposit-methods.attributes.delete",
        /// `deposit-methods.restrictions.list`
        DepositMethodsRestrictionsList = "deposit-methods.restrictions.list",
        /// `deposit-methods.restrictions.get`
        DepositMethodsRestrictionsGet = "deposit-methods.restrictions.get",
        /// `deposit-methods.restrictions.create`
        DepositMethodsRestrictionsCreate = "deposit-methods.restrictions.create",
        /// `deposit-methods.restrictions.update`
        DepositMethodsRestrictionsUpdate = "deposit-methods.restrictions.update",
        /// `deposit-methods.restrictions.delete`
        DepositMethodsRestrictionsDelete = "deposit-methods.restrictions.delete",
        /// `deposits.create`
        DepositsCreate = "deposits.create",
        /// `devices.list`
        DevicesList = "devices.list",
        /// `devices.get`
        DevicesGet = "devices.get",
        /// `devices.delete`
        DevicesDelete = "devices.delete",
        /// `document-groups.list`
        DocumentGroupsList = "document-groups.list",
        /// `document-groups.get`
        DocumentGroupsGet = "document-groups.get",
        /// `document-groups.create`
        DocumentGroupsCreate = "document-groups.create",
        /// `document-groups.update`
        DocumentGroupsUpdate = "document-groups.update",
        /// `document-groups.delete`
        DocumentGroupsDelete = "document-groups.delete",
        /// `document-types.list`
        DocumentTypesList = "document-types.list",
        /// `document-types.get`
        DocumentTypesGet = "document-types.get",
        /// `document-types.create`
        DocumentTypesCreate = "document-types.create",
        /// `document-types.update`
        DocumentTypesUpdate = "document-types.update",
        /// `document-types.delete`
        DocumentTypesDelete = "document-types.delete",
        /// `documents.list`
        DocumentsList = "documents.list",
        /// `documents.get`
        DocumentsGet = "documents.get",
        /// `documents.create`
        DocumentsCreate = "documents.create",
        /// `documents.delete`
        DocumentsDelete = "documents.delete",
        /// `email-notification-templates.list`
        EmailNotificationTemplatesList = "email-notification-templates.list",
        /// `email-notification-templates.get`
        EmailNotificationTemplatesGet = "email-notification-templates.get",
        /// `email-notification-templates.create`
        EmailNotificationTemplatesCreate = "email-notification-templates.create",
        /// `email-notification-templates.update`
        EmailNotificationTemplatesUpdate = "email-notification-templates.update",
        /// `email-notification-templates.delete`
        EmailNotificationTemplatesDelete = "email-notification-templates.delete",
        /// `email-notification-templates.list-types`
        EmailNotificationTemplatesListTypes = "email-notification-templates.list-types",
        /// `email-notification-templates.get-type`
        EmailNotificationTemplatesGetType = "email-notification-templates.get-type",
        /// `email-notification-templates.create-type`
        EmailNotificationTemplatesCreateType = "email-notification-templates.create-type",
        /// `email-notification-templates.update-type`
        EmailNotificationTemplatesUpdateType = "email-notification-templates.update-type",
        /// `email-notification-templates.delete-type`
        EmailNotificationTemplatesDeleteType = "email-notification-templates.delete-type",
        /// `emails.list-delivery-services`
        EmailsListDeliveryServices = "emails.list-delivery-services",
        /// `emails.get-delivery-service`
        EmailsGetDeliveryService = "emails.get-delivery-service",
        /// `emails.create-delivery-service`
        EmailsCreateDeliveryService = "emails.create-delivery-service",
        /// `emails.update-delivery-service`
        EmailsUpdateDeliveryService = "emails.update-delivery-service",
        /// `emails.delete-delivery-service`
        EmailsDeleteDeliveryService = "emails.delete-delivery-service",
        /// `emails.list-templates`
        EmailsListTemplates = "emails.list-templates",
        /// `emails.get-template`
        EmailsGetTemplate = "emails.get-template",
        /// `emails.create-template`
        EmailsCreateTemplate = "emails.create-template",
        /// `emails.update-template`
        EmailsUpdateTemplate = "emails.update-template",
        /// `emails.delete-template`
        EmailsDeleteTemplate = "emails.delete-template",
        /// `emails.list-messages`
        EmailsListMessages = "emails.list-messages",
        /// `emails.get-message`
        EmailsGetMessage = "emails.get-message",
        /// `emails.send-message`
        EmailsSendMessage = "emails.send-message",
        /// `emails.delete-message`
        EmailsDeleteMessage = "emails.delete-message",
        /// `event-notifications.list-types`
        EventNotificationsListTypes = "event-notifications.list-types",
        /// `event-notifications.list`
        EventNotificationsList = "event-notifications.list",
        /// `event-notifications.get`
        EventNotificationsGet = "event-notifications.get",
        /// `event-notifications.create`
        EventNotificationsCreate = "event-notifications.create",
        /// `event-notifications.update`
        EventNotificationsUpdate = "event-notifications.update",
        /// `event-notifications.delete`
        EventNotificationsDelete = "event-notifications.delete",
        /// `event-notifications.list-listeners`
        EventNotificationsListListeners = "event-notifications.list-listeners",
        /// `event-notifications.get-listener`
        EventNotificationsGetListener = "event-notifications.get-listener",
        /// `event-notifications.create-listener`
        EventNotificationsCreateListener = "event-notifications.create-listener",
        /// `event-notifications.update-listener`
        EventNotificationsUpdateListener = "event-notifications.update-listener",
        /// `event-notifications.delete-listener`
        EventNotificationsDeleteListener = "event-notifications.delete-listener",
        /// `event-notifications.list-listener-types`
        EventNotificationsListListenerTypes = "event-notifications.list-listener-types",
        /// `event-notifications.list-handlers`
        EventNotificationsListHandlers = "event-notifications.list-handlers",
        /// `event-notifications.list-workflows`
        EventNotificationsListWorkflows = "event-notifications.list-workflows",
        /// `exchange-rate-providers.rate`
        ExchangeRateProvidersRate = "exchange-rate-providers.rate",
        /// `exchange-rate-providers.list`
        ExchangeRateProvidersList = "exchange-rate-providers.list",
        /// `exchange-rate-providers.get`
        ExchangeRateProvidersGet = "exchange-rate-providers.get",
        /// `exchange-rate-providers.status`
        ExchangeRateProvidersStatus = "exchange-rate-providers.status",
        /// `exchange-rate-providers.create`
        ExchangeRateProvidersCreate = "exchange-rate-providers.create",
        /// `exchange-rate-providers.update`
        ExchangeRateProvidersUpdate = "exchange-rate-providers.update",
        /// `exchange-rate-providers.delete`
        ExchangeRateProvidersDelete = "exchange-rate-providers.delete",
        /// `exchanges.create`
        ExchangesCreate = "exchanges.create",
        /// `external-connections.list`
        ExternalConnectionsList = "external-connections.list",
        /// `external-connections.get`
        ExternalConnectionsGet = "external-connections.get",
        /// `external-connections.create`
        ExternalConnectionsCreate = "external-connections.create",
        /// `external-connections.update`
        ExternalConnectionsUpdate = "external-connections.update",
        /// `external-connections.delete`
        ExternalConnectionsDelete = "external-connections.delete",
        /// `external-connections.list-providers`
        ExternalConnectionsListProviders = "external-connections.list-providers",
        /// `external-connections.get-provider-settings`
        ExternalConnectionsGetProviderSettings = "external-connections.get-provider-settings",
        /// `file-storage.list`
        FileStorageList = "file-storage.list",
        /// `file-storage.get`
        FileStorageGet = "file-storage.get",
        /// `file-storage.check`
        FileStorageCheck = "file-storage.check",
        /// `file-storage.update`
        FileStorageUpdate = "file-storage.update",
        /// `key-value-storage.list-pairs`
        KeyValueStorageListPairs = "key-value-storage.list-pairs",
        /// `key-value-storage.get-pair`
        KeyValueStorageGetPair = "key-value-storage.get-pair",
        /// `key-value-storage.create-pair`
        KeyValueStorageCreatePair = "key-value-storage.create-pair",
        /// `key-value-storage.update-pair`
        KeyValueStorageUpdatePair = "key-value-storage.update-pair",
        /// `key-value-storage.delete-pair`
        KeyValueStorageDeletePair = "key-value-storage.delete-pair",
        /// `key-value-storage.list-tags`
        KeyValueStorageListTags = "key-value-storage.list-tags",
        /// `key-value-storage.get-tag`
        KeyValueStorageGetTag = "key-value-storage.get-tag",
        /// `key-value-storage.create-tag`
        KeyValueStorageCreateTag = "key-value-storage.create-tag",
        /// `key-value-storage.update-tag`
        KeyValueStorageUpdateTag = "key-value-storage.update-tag",
        /// `key-value-storage.delete-tag`
        KeyValueStorageDeleteTag = "key-value-storage.delete-tag",
        /// `localizations.list`
        LocalizationsList = "localizations.list",
        /// `localizations.get`
        LocalizationsGet = "localizations.get",
        /// `localizations.update`
        LocalizationsUpdate = "localizations.update",
        /// `menu-items.list`
        MenuItemsList = "menu-items.list",
        /// `menu-items.get`
        MenuItemsGet = "menu-items.get",
        /// `menu-items.update`
        MenuItemsUpdate = "menu-items.update",
        /// `paid-services.subscriptions.list`
        PaidServicesSubscriptionsList = "paid-services.subscriptions.list",
        /// `paid-services.subscriptions.get`
        PaidServicesSubscriptionsGet = "paid-services.subscriptions.get",
        /// `paid-services.subscriptions.create`
        PaidServicesSubscriptionsCreate = "paid-services.subscriptions.create",
        /// `paid-services.subscriptions.update`
        PaidServicesSubscriptionsUpdate = "paid-services.subscriptions.update",
        /// `paid-services.subscriptions.delete`
        PaidServicesSubscriptionsDelete = "paid-services.subscriptions.delete",
        /// `paid-services.groups.list`
        PaidServicesGroupsList = "paid-services.groups.list",
        /// `paid-services.groups.get`
        PaidServicesGroupsGet = "paid-services.groups.get",
        /// `paid-services.groups.create`
        PaidServicesGroupsCreate = "paid-services.groups.create",
        /// `paid-services.groups.update`
        PaidServicesGroupsUpdate = "paid-services.groups.update",
        /// `paid-services.groups.delete`
        PaidServicesGroupsDelete = "paid-services.groups.delete",
        /// `paid-services.parameters.list`
        PaidServicesParametersList = "paid-services.parameters.list",
        /// `paid-services.parameters.get`
        PaidServicesParametersGet = "paid-services.parameters.get",
        /// `paid-services.parameters.create`
        PaidServicesParametersCreate = "paid-services.parameters.create",
        /// `paid-services.parameters.update`
        PaidServicesParametersUpdate = "paid-services.parameters.update",
        /// `paid-services.parameters.delete`
        PaidServicesParametersDelete = "paid-services.parameters.delete",
        /// `paid-services.plans.list`
        PaidServicesPlansList = "paid-services.plans.list",
        /// `paid-services.plans.get`
        PaidServicesPlansGet = "paid-services.plans.get",
        /// `paid-services.plans.create`
        PaidServicesPlansCreate = "paid-services.plans.create",
        /// `paid-services.plans.update`
        PaidServicesPlansUpdate = "paid-services.plans.update",
        /// `paid-services.plans.delete`
        PaidServicesPlansDelete = "paid-services.plans.delete",
        /// `paid-services.services.list`
        PaidServicesServicesList = "paid-services.services.list",
        /// `paid-services.services.get`
        PaidServicesServicesGet = "paid-services.services.get",
        /// `paid-services.services.create`
        PaidServicesServicesCreate = "paid-services.services.create",
        /// `paid-services.services.update`
        PaidServicesServicesUpdate = "paid-services.services.update",
        /// `paid-services.services.delete`
        PaidServicesServicesDelete = "paid-services.services.delete",
        /// `passwords.change`
        PasswordsChange = "passwords.change",
        /// `passwords.changes`
        PasswordsChanges = "passwords.changes",
        /// `passwords.change-get`
        PasswordsChangeGet = "passwords.change-get",
        /// `passwords.reset-all`
        PasswordsResetAll = "passwords.reset-all",
        /// `passwords.reset-one`
        PasswordsResetOne = "passwords.reset-one",
        /// `phone-numbers.list`
        PhoneNumbersList = "phone-numbers.list",
        /// `phone-numbers.get`
        PhoneNumbersGet = "phone-numbers.get",
        /// `phone-numbers.create`
        PhoneNumbersCreate = "phone-numbers.create",
        /// `phone-numbers.update`
        PhoneNumbersUpdate = "phone-numbers.update",
        /// `phone-numbers.delete`
        PhoneNumbersDelete = "phone-numbers.delete",
        /// `product-permission-groups.list`
        ProductPermissionGroupsList = "product-permission-groups.list",
        /// `product-permission-groups.get`
        ProductPermissionGroupsGet = "product-permission-groups.get",
        /// `product-permission-groups.create`
        ProductPermissionGroupsCreate = "product-permission-groups.create",
        /// `product-permission-groups.update`
        ProductPermissionGroupsUpdate = "product-permission-groups.update",
        /// `product-permission-groups.delete`
        ProductPermissionGroupsDelete = "product-permission-groups.delete",
        /// `products.list`
        ProductsList = "products.list",
        /// `products.get`
        ProductsGet = "products.get",
        /// `products.create`
        ProductsCreate = "products.create",
        /// `products.update`
        ProductsUpdate = "products.update",
        /// `products.delete`
        ProductsDelete = "products.delete",
        /// `products.groups.list`
        ProductsGroupsList = "products.groups.list",
        /// `products.groups.get`
        ProductsGroupsGet = "products.groups.get",
        /// `products.groups.create`
        ProductsGroupsCreate = "products.groups.create",
        /// `products.groups.update`
        ProductsGroupsUpdate = "products.groups.update",
        /// `products.groups.delete`
        ProductsGroupsDelete = "products.groups.delete",
        /// `products.currencies.list`
        ProductsCurrenciesList = "products.currencies.list",
        /// `products.currencies.get`
        ProductsCurrenciesGet = "products.currencies.get",
        /// `products.currencies.create`
        ProductsCurrenciesCreate = "products.currencies.create",
        /// `products.currencies.update`
        ProductsCurrenciesUpdate = "products.currencies.update",
        /// `products.currencies.delete`
        ProductsCurrenciesDelete = "products.currencies.delete",
        /// `products.notes.list`
        ProductsNotesList = "products.notes.list",
        /// `products.notes.get`
        ProductsNotesGet = "products.notes.get",
        /// `products.notes.create`
        ProductsNotesCreate = "products.notes.create",
        /// `products.notes.update`
        ProductsNotesUpdate = "products.notes.update",
        /// `products.notes.delete`
        ProductsNotesDelete = "products.notes.delete",
        /// `products.restrictions.list`
        ProductsRestrictionsList = "products.restrictions.list",
        /// `products.restrictions.get`
        ProductsRestrictionsGet = "products.restrictions.get",
        /// `products.restrictions.create`
        ProductsRestrictionsCreate = "products.restrictions.create",
        /// `products.restrictions.update`
        ProductsRestrictionsUpdate = "products.restrictions.update",
        /// `products.restrictions.delete`
        ProductsRestrictionsDelete = "products.restrictions.delete",
        /// `profile-changes.list`
        ProfileChangesList = "profile-changes.list",
        /// `profile-changes.get`
        ProfileChangesGet = "profile-changes.get",
        /// `profile-photos.get`
        ProfilePhotosGet = "profile-photos.get",
        /// `profile-photos.upload`
        ProfilePhotosUpload = "profile-photos.upload",
        /// `profile-photos.delete`
        ProfilePhotosDelete = "profile-photos.delete",
        /// `requests.list`
        RequestsList = "requests.list",
        /// `requests.notifications`
        RequestsNotifications = "requests.notifications",
        /// `requests.get`
        RequestsGet = "requests.get",
        /// `requests.update`
        RequestsUpdate = "requests.update",
        /// `requests.audit`
        RequestsAudit = "requests.audit",
        /// `requests.approve`
        RequestsApprove = "requests.approve",
        /// `requests.reject`
        RequestsReject = "requests.reject",
        /// `resolutions.list`
        ResolutionsList = "resolutions.list",
        /// `resolutions.get`
        ResolutionsGet = "resolutions.get",
        /// `resolutions.create`
        ResolutionsCreate = "resolutions.create",
        /// `resolutions.update`
        ResolutionsUpdate = "resolutions.update",
        /// `resolutions.delete`
        ResolutionsDelete = "resolutions.delete",
        /// `resolutions.types.list`
        ResolutionsTypesList = "resolutions.types.list",
        /// `resolutions.types.get`
        ResolutionsTypesGet = "resolutions.types.get",
        /// `resolutions.types.create`
        ResolutionsTypesCreate = "resolutions.types.create",
        /// `resolutions.types.update`
        ResolutionsTypesUpdate = "resolutions.types.update",
        /// `resolutions.types.delete`
        ResolutionsTypesDelete = "resolutions.types.delete",
        /// `smtp-service-providers.list`
        SmtpServiceProvidersList = "smtp-service-providers.list",
        /// `smtp-service-providers.get`
        SmtpServiceProvidersGet = "smtp-service-providers.get",
        /// `smtp-service-providers.check`
        SmtpServiceProvidersCheck = "smtp-service-providers.check",
        /// `smtp-service-providers.create`
        SmtpServiceProvidersCreate = "smtp-service-providers.create",
        /// `smtp-service-providers.update`
        SmtpServiceProvidersUpdate = "smtp-service-providers.update",
        /// `smtp-service-providers.delete`
        SmtpServiceProvidersDelete = "smtp-service-providers.delete",
        /// `system-logs.list`
        SystemLogsList = "system-logs.list",
        /// `system-logs.get`
        SystemLogsGet = "system-logs.get",
        /// `transactions.list`
        TransactionsList = "transactions.list",
        /// `transactions.get`
        TransactionsGet = "transactions.get",
        /// `transactions.update`
        TransactionsUpdate = "transactions.update",
        /// `transactions.types.list`
        TransactionsTypesList = "transactions.types.list",
        /// `transactions.types.get`
        TransactionsTypesGet = "transactions.types.get",
        /// `transactions.types.update`
        TransactionsTypesUpdate = "transactions.types.update",
        /// `transactions.check`
        TransactionsCheck = "transactions.check",
        /// `transactions.monitoring.list`
        TransactionsMonitoringList = "transactions.monitoring.list",
        /// `transactions.monitoring.get`
        TransactionsMonitoringGet = "transactions.monitoring.get",
        /// `transfers.create`
        TransfersCreate = "transfers.create",
        /// `twilio.token`
        TwilioToken = "twilio.token",
        /// `two-factor-authentication.status`
        TwoFactorAuthenticationStatus = "two-factor-authentication.status",
        /// `two-factor-authentication.get`
        TwoFactorAuthenticationGet = "two-factor-authentication.get",
        /// `two-factor-authentication.disable`
        TwoFactorAuthenticationDisable = "two-factor-authentication.disable",
        /// `two-factor-authentication.changes`
        TwoFactorAuthenticationChanges = "two-factor-authentication.changes",
        /// `two-factor-authentication.change`
        TwoFactorAuthenticationChange = "two-factor-authentication.change",
        /// `user-groups.list`
        UserGroupsList = "user-groups.list",
        /// `user-groups.get`
        UserGroupsGet = "user-groups.get",
        /// `user-groups.create`
        UserGroupsCreate = "user-groups.create",
        /// `user-groups.update`
        UserGroupsUpdate = "user-groups.update",
        /// `user-groups.delete`
        UserGroupsDelete = "user-groups.delete",
        /// `users.list`
        UsersList = "users.list",
        /// `users.get`
        UsersGet = "users.get",
        /// `users.create`
        UsersCreate = "users.create",
        /// `users.update`
        UsersUpdate = "users.update",
        /// `users.delete`
        UsersDelete = "users.delete",
        /// `verification-history.list`
        VerificationHistoryList = "verification-history.list",
        /// `verification-history.get`
        VerificationHistoryGet = "verification-history.get",
        /// `verification-levels.list`
        VerificationLevelsList = "verification-levels.list",
        /// `verification-levels.get`
        VerificationLevelsGet = "verification-levels.get",
        /// `verification-levels.create`
        VerificationLevelsCreate = "verification-levels.create",
        /// `verification-levels.update`
        VerificationLevelsUpdate = "verification-levels.update",
        /// `verification-levels.delete`
        VerificationLevelsDelete = "verification-levels.delete",
        /// `verification-levels.restrictions.list`
        VerificationLevelsRestrictionsList = "verification-levels.restrictions.list",
        /// `verification-levels.restrictions.get`
        VerificationLevelsRestrictionsGet = "verification-levels.restrictions.get",
        /// `verification-levels.restrictions.create`
        VerificationLevelsRestrictionsCreate = "verification-levels.restrictions.create",
        /// `verification-levels.restrictions.update`
        VerificationLevelsRestrictionsUpdate = "verification-levels.restrictions.update",
        /// `verification-levels.restrictions.delete`
        VerificationLevelsRestrictionsDelete = "verification-levels.restrictions.delete",
        /// `whitelisted-withdrawal-addresses.list`
        WhitelistedWithdrawalAddressesList = "whitelisted-withdrawal-addresses.list",
        /// `whitelisted-withdrawal-addresses.get`
        WhitelistedWithdrawalAddressesGet = "whitelisted-withdrawal-addresses.get",
        /// `widgets.list`
        WidgetsList = "widgets.list",
        /// `widgets.get`
        WidgetsGet = "widgets.get",
        /// `widgets.update`
        WidgetsUpdate = "widgets.update",
        /// `widgets.tickers.list`
        WidgetsTickersList = "widgets.tickers.list",
        /// `widgets.tickers.get`
        WidgetsTickersGet = "widgets.tickers.get",
        /// `widgets.tickers.symbols.list`
        WidgetsTickersSymbolsList = "widgets.tickers.symbols.list",
        /// `widgets.tickers.symbols.get`
        WidgetsTickersSymbolsGet = "widgets.tickers.symbols.get",
        /// `widgets.tickers.symbols.create`
        WidgetsTickersSymbolsCreate = "widgets.tickers.symbols.create",
        /// `widgets.tickers.symbols.delete`
        WidgetsTickersSymbolsDelete = "widgets.tickers.symbols.delete",
        /// `withdrawal-methods.groups.list`
        WithdrawalMethodsGroupsList = "withdrawal-methods.groups.list",
        /// `withdrawal-methods.groups.get`
        WithdrawalMethodsGroupsGet = "withdrawal-methods.groups.get",
        /// `withdrawal-methods.groups.create`
        WithdrawalMethodsGroupsCreate = "withdrawal-methods.groups.create",
        /// `withdrawal-methods.groups.update`
        WithdrawalMethodsGroupsUpdate = "withdrawal-methods.groups.update",
        /// `withdrawal-methods.groups.delete`
        WithdrawalMethodsGroupsDelete = "withdrawal-methods.groups.delete",
        /// `withdrawal-methods.list`
        WithdrawalMethodsList = "withdrawal-methods.list",
        /// `withdrawal-methods.get`
        WithdrawalMethodsGet = "withdrawal-methods.get",
        /// `withdrawal-methods.create`
        WithdrawalMethodsCreate = "withdrawal-methods.create",
        /// `withdrawal-methods.update`
        WithdrawalMethodsUpdate = "withdrawal-methods.update",
        /// `withdrawal-methods.delete`
        WithdrawalMethodsDelete = "withdrawal-methods.delete",
        /// `withdrawal-methods.commissions.list`
        WithdrawalMethodsCommissionsList = "withdrawal-methods.commissions.list",
        /// `withdrawal-methods.commissions.get`
        WithdrawalMethodsCommissionsGet = "withdrawal-methods.commissions.get",
        /// `withdrawal-methods.commissions.create`
        WithdrawalMethodsCommissionsCreate = "withdrawal-methods.commissions.create",
        /// `withdrawal-methods.commissions.update`
        WithdrawalMethodsCommissionsUpdate = "withdrawal-methods.commissions.update",
        /// `withdrawal-methods.commissions.delete`
        WithdrawalMethodsCommissionsDelete = "withdrawal-methods.commissions.delete",
        /// `withdrawal-methods.currencies.list`
        WithdrawalMethodsCurrenciesList = "withdrawal-methods.currencies.list",
        /// `withdrawal-methods.currencies.get`
        WithdrawalMethodsCurrenciesGet = "withdrawal-methods.currencies.get",
        /// `withdrawal-methods.currencies.create`
        WithdrawalMethodsCurrenciesCreate = "withdrawal-methods.currencies.create",
        /// `withdrawal-methods.currencies.update`
        WithdrawalMethodsCurrenciesUpdate = "withdrawal-methods.currencies.update",
        /// `withdrawal-methods.currencies.delete`
        WithdrawalMethodsCurrenciesDelete = "withdrawal-methods.currencies.delete",
        /// `withdrawal-methods.attributes.list`
        WithdrawalMethodsAttributesList = "withdrawal-methods.attributes.list",
        /// `withdrawal-methods.attributes.get`
        WithdrawalMethodsAttributesGet = "withdrawal-methods.attributes.get",
        /// `withdrawal-methods.attributes.create`
        WithdrawalMethodsAttributesCreate = "withdrawal-methods.attributes.create",
        /// `withdrawal-methods.attributes.delete`
        WithdrawalMethodsAttributesDelete = "withdrawal-methods.attributes.delete",
        /// `withdrawal-methods.restrictions.list`
        WithdrawalMethodsRestrictionsList = "withdrawal-methods.restrictions.list",
        /// `withdrawal-methods.restrictions.get`
        WithdrawalMethodsRestrictionsGet = "withdrawal-methods.restrictions.get",
        /// `withdrawal-methods.restrictions.create`
        WithdrawalMethodsRestrictionsCreate = "withdrawal-methods.restrictions.create",
        /// `withdrawal-methods.restrictions.update`
        WithdrawalMethodsRestrictionsUpdate = "withdrawal-methods.restrictions.update",
        /// `withdrawal-methods.restrictions.delete`
        WithdrawalMethodsRestrictionsDelete = "withdrawal-methods.restrictions.delete",
        /// `withdrawal-templates.list`
        WithdrawalTemplatesList = "withdrawal-templates.list",
        /// `withdrawal-templates.get`
        WithdrawalTemplatesGet = "withdrawal-templates.get",
        /// `withdrawals.create`
        WithdrawalsCreate = "withdrawals.create",
        /// `bonuses.settings.get`
        BonusesSettingsGet = "bonuses.settings.get",
        /// `bonuses.settings.update`
        BonusesSettingsUpdate = "bonuses.settings.update",
        /// `bonuses.history`
        BonusesHistory = "bonuses.history",
        /// `paid-services.categories.list`
        PaidServicesCategoriesList = "paid-services.categories.list",
        /// `paid-services.categories.get`
        PaidServicesCategoriesGet = "paid-services.categories.get",
        /// `paid-services.categories.create`
        PaidServicesCategoriesCreate = "paid-services.categories.create",
        /// `paid-services.categories.update`
        PaidServicesCategoriesUpdate = "paid-services.categories.update",
        /// `paid-services.categories.delete`
        PaidServicesCategoriesDelete = "paid-services.categories.delete",
        /// `platforms.list`
        PlatformsList = "platforms.list",
        /// `platforms.get`
        PlatformsGet = "platforms.get",
        /// `platforms.create`
        PlatformsCreate = "platforms.create",
        /// `platforms.update`
        PlatformsUpdate = "platforms.update",
        /// `platforms.delete`
        PlatformsDelete = "platforms.delete",
        /// `platforms.keys.list`
        PlatformsKeysList = "platforms.keys.list",
        /// `platforms.keys.create`
        PlatformsKeysCreate = "platforms.keys.create",
        /// `platforms.keys.delete`
        PlatformsKeysDelete = "platforms.keys.delete",
        /// `platforms.trades`
        PlatformsTrades = "platforms.trades",
        /// `platforms.figures`
        PlatformsFigures = "platforms.figures",
    }
}

impl Operation {
    /// The permission that opens the operation; none for sign-in and what a signed-in user does
    /// for himself, and for the trade feed, which takes a platform's key instead.
    #[must_use]
    pub const fn permission(self) -> Option<Permission> {
        use Permission as P;
        Some(match self {
            Self::AccountsList | Self::AccountsGet | Self::AccountsPreferences | Self::AccountsBalance => {
                P::AccountsRead
            }
            Self::AccountsCreate => P::AccountsCreate,
            Self::AccountsUpdate => P::AccountsUpdate,
            Self::AccountsChangeBalance => P::AccountBalancesUpdate,
            Self::AccountsArchive => P::AccountsDelete,
            Self::AddressesList | Self::AddressesGet => P::AddressesRead,
            Self::AddressesCreate => P::AddressesCreate,
            Self::AddressesUpdate => P::AddressesUpdate,
            Self::AddressesDelete => P::AddressesDelete,
            Self::AntifraudProceduresList | Self::AntifraudProceduresGet => P::AntifraudProceduresRead,
            Self::AntifraudProceduresCreate => P::AntifraudProceduresCreate,
            Self::AntifraudProceduresUpdate => P::AntifraudProceduresUpdate,
            Self::AntifraudProceduresDelete => P::AntifraudProceduresDelete,
            Self::AuthenticationSignin
            | Self::AuthenticationTwoFactorConfirm
            | Self::AuthenticationRefresh
            | Self::AuthenticationSignout
            | Self::AuthenticationTotpBegin
            | Self::AuthenticationTotpEnable
            | Self::PlatformsTrades
            | Self::PlatformsFigures => return None,
            Self::AuthorizationHistoryList | Self::AuthorizationHistoryGet => P::AuthorizationHistoryRead,
            Self::BannersList | Self::BannersGet => P::BannersRead,
            Self::BannersCreate => P::BannersCreate,
            Self::BannersUpdate => P::BannersUpdate,
            Self::BannersDelete => P::BannersDelete,
            Self::BlackAndWhiteListsList | Self::BlackAndWhiteListsGet => P::BlackAndWhiteListsRead,
            Self::BlackAndWhiteListsCreate => P::BlackAndWhiteListsCreate,
            Self::BlackAndWhiteListsUpdate => P::BlackAndWhiteListsUpdate,
            Self::BlackAndWhiteListsDelete => P::BlackAndWhiteListsDelete,
            Self::BlockedClientsList | Self::BlockedClientsGet => P::BlockedClientsRead,
            Self::BlockedClientsUnblock => P::BlockedClientsDelete,
            Self::BonusesList | Self::BonusesGet | Self::BonusesHistory => P::BonusesRead,
            Self::BonusesCreate => P::BonusesCreate,
            Self::BonusesUpdate
            | Self::BonusesContinue
            | Self::BonusesHold
            | Self::BonusesReactivate
            | Self::BonusesRevoke => P::BonusesUpdate,
            Self::BonusesDelete => P::BonusesDelete,
            Self::BonusesPresetsList | Self::BonusesPresetsGet => P::BonusPresetsRead,
            Self::BonusesPresetsCreate => P::BonusPresetsCreate,
            Self::BonusesPresetsUpdate => P::BonusPresetsUpdate,
            Self::BonusesPresetsDelete => P::BonusPresetsDelete,
            Self::BonusesTemporaryList | Self::BonusesTemporaryGet => P::TemporaryBonusesRead,
            Self::BonusesTemporaryCreate => P::TemporaryBonusesCreate,
            Self::BonusesTemporaryUpdate => P::TemporaryBonusesUpdate,
            Self::BonusesTemporaryDelete => P::TemporaryBonusesDelete,
            Self::CalendarEventsList | Self::CalendarEventsGet => P::CalendarEventsRead,
            Self::CalendarEventsCreate => P::CalendarEventsCreate,
            Self::CalendarEventsUpdate => P::CalendarEventsUpdate,
            Self::CalendarEventsDelete => P::CalendarEventsDelete,
            Self::ClientFilesList => P::ClientFilesRead,
            Self::ClientFilesUpload | Self::ClientFilesFoldersCreate => P::ClientFilesCreate,
            Self::ClientFilesUpdate | Self::ClientFilesFoldersUpdate | Self::ClientFilesFoldersUpdateSingular => {
                P::ClientFilesUpdate
            }
            Self::ClientFilesDelete | Self::ClientFilesFoldersDelete | Self::ClientFilesFoldersDeleteSingular => {
                P::ClientFilesDelete
            }
            Self::ClientFoldersList | Self::ClientFoldersGet | Self::ClientFoldersAccessGet => P::ClientFoldersRead,
            Self::ClientFoldersCreate | Self::ClientFoldersAddSubdirectory => P::ClientFoldersCreate,
            Self::ClientFoldersUpdate | Self::ClientFoldersAccessUpdate => P::ClientFoldersUpdate,
            Self::ClientManagersList | Self::ClientManagersGet => P::ClientManagersRead,
            Self::ClientManagersCreate => P::ClientManagersCreate,
            Self::ClientManagersUpdate => P::ClientManagersUpdate,
            Self::ClientManagersDelete => P::ClientManagersDelete,
            Self::ClientPermissionsLevelsList | Self::ClientPermissionsLevelsGet | Self::ClientPermissionsGet => {
                P::ClientPermissionsRead
            }
            Self::ClientPermissionsLevelsCreate => P::ClientPermissionsCreate,
            Self::ClientPermissionsLevelsUpdate | Self::ClientPermissionsUpdate => P::ClientPermissionsUpdate,
            Self::ClientPermissionsLevelsDelete => P::ClientPermissionsDelete,
            Self::ClientSettingsLimitsGet | Self::ClientSettingsGet => P::ClientSettingsRead,
            Self::ClientSettingsLimitsUpdate | Self::ClientSettingsUpdate => P::ClientSettingsUpdate,
            Self::ClientTagsList | Self::ClientTagsGet => P::ClientTagsRead,
            Self::ClientTagsCreate => P::ClientTagsCreate,
            Self::ClientTagsUpdate => P::ClientTagsUpdate,
            Self::ClientTagsDelete => P::ClientTagsDelete,
            Self::ClientTestsList
            | Self::ClientTestsGet
            | Self::ClientTestsCompletedList
            | Self::ClientTestsCompletedGet => P::ClientTestsRead,
            Self::ClientTestsCreate => P::ClientTestsCreate,
            Self::ClientTestsUpdate => P::ClientTestsUpdate,
            Self::ClientTestsDelete => P::ClientTestsDelete,
            Self::ClientTestsQuestionsList | Self::ClientTestsQuestionsGet => P::ClientTestQuestionsRead,
            Self::ClientTestsQuestionsCreate => P::ClientTestQuestionsCreate,
            Self::ClientTestsQuestionsUpdate => P::ClientTestQuestionsUpdate,
            Self::ClientTestsQuestionsDelete => P::ClientTestQuestionsDelete,
            Self::ClientTestsAnswersList | Self::ClientTestsAnswersGet => P::ClientTestAnswersRead,
            Self::ClientTestsAnswersCreate => P::ClientTestAnswersCreate,
            Self::ClientTestsAnswersUpdate => P::ClientTestAnswersUpdate,
            Self::ClientTestsAnswersDelete => P::ClientTestAnswersDelete,
            Self::ClientTypesList | Self::ClientTypesGet => P::ClientTypesRead,
            Self::ClientTypesCreate => P::ClientTypesCreate,
            Self::ClientTypesUpdate => P::ClientTypesUpdate,
            Self::ClientTypesDelete => P::ClientTypesDelete,
            Self::ClientsList | Self::ClientsGet => P::ClientsRead,
            Self::ClientsCreate => P::ClientsCreate,
            Self::ClientsUpdate => P::ClientsUpdate,
            Self::ClientsDelete => P::ClientsDelete,
            Self::ConfirmationsProvidersList
            | Self::ConfirmationsProvidersGet
            | Self::ConfirmationsProvidersTypes
            | Self::ConfirmationsProvidersTypeSettings => P::SmsProvidersRead,
            Self::ConfirmationsProvidersCreate => P::SmsProvidersCreate,
            Self::ConfirmationsProvidersUpdate => P::SmsProvidersUpdate,
            Self::ConfirmationsProvidersDelete => P::SmsProvidersDelete,
            Self::ConfirmationsTemplatesList | Self::ConfirmationsTemplatesGet => P::ConfirmationTemplatesRead,
            Self::ConfirmationsTemplatesCreate => P::ConfirmationTemplatesCreate,
            Self::ConfirmationsTemplatesUpdate => P::ConfirmationTemplatesUpdate,
            Self::ConfirmationsTemplatesDelete => P::ConfirmationTemplatesDelete,
            Self::CountriesList | Self::CountriesGet => P::CountriesRead,
            Self::CountriesUpdate => P::CountriesUpdate,
            Self::CurrenciesList | Self::CurrenciesGet => P::CurrenciesRead,
            Self::CurrenciesCreate => P::CurrenciesCreate,
            Self::CurrenciesUpdate => P::CurrenciesUpdate,
            Self::CurrenciesDelete => P::CurrenciesDelete,
            Self::CurrencyAliasesList | Self::CurrencyAliasesGet => P::CurrencyAliasesRead,
            Self::CurrencyAliasesCreate => P::CurrencyAliasesCreate,
            Self::CurrencyAliasesUpdate => P::CurrencyAliasesUpdate,
            Self::CurrencyAliasesDelete => P::CurrencyAliasesDelete,
            Self::CurrencyPairsList | Self::CurrencyPairsGet => P::CurrencyPairsRead,
            Self::CurrencyPairsCreate => P::CurrencyPairsCreate,
            Self::CurrencyPairsUpdate => P::CurrencyPairsUpdate,
            Self::CurrencyPairsDelete => P::CurrencyPairsDelete,
            Self::DepositMethodsGroupsList
            | Self::DepositMethodsGroupsGet
            | Self::DepositMethodsList
            | Self::DepositMethodsGet
            | Self::DepositMethodsCommissionsList
            | Self::DepositMethodsCommissionsGet
            | Self::DepositMethodsCurrenciesList
            | Self::DepositMethodsCurrenciesGet
            | Self::DepositMethodsAttributesList
            | Self::DepositMethodsAttributesGet
            | Self::DepositMethodsRestrictionsList
            | Self::DepositMethodsRestrictionsGet => P::DepositMethodsRead,
            Self::DepositMethodsGroupsCreate
            | Self::DepositMethodsCreate
            | Self::DepositMethodsCommissionsCreate
            | Self::DepositMethodsCurrenciesCreate
            | Self::DepositMethodsAttributesCreate
            | Self::DepositMethodsRestrictionsCreate => P::DepositMethodsCreate,
            Self::DepositMethodsGroupsUpdate
            | Self::DepositMethodsUpdate
            | Self::DepositMethodsCommissionsUpdate
            | Self::DepositMethodsCurrenciesUpdate
            | Self::DepositMethodsRestrictionsUpdate => P::DepositMethodsUpdate,
            Self::DepositMethodsGroupsDelete
            | Self::DepositMethodsDelete
            | Self::DepositMethodsCommissionsDelete
            | Self::DepositMethodsCurrenciesDelete
            | Self::DepositMethodsAttributesDelete
            | Self::DepositMethodsRestrictionsDelete => P::DepositMethodsDelete,
            Self::DepositsCreate => P::DepositsCreate,
            Self::DevicesList | Self::DevicesGet => P::DevicesRead,
            Self::DevicesDelete => P::DevicesDelete,
            Self::DocumentGroupsList | Self::DocumentGroupsGet => P::DocumentGroupsRead,
            Self::DocumentGroupsCreate => P::DocumentGroupsCreate,
            Self::DocumentGroupsUpdate => P::DocumentGroupsUpdate,
            Self::DocumentGroupsDelete => P::DocumentGroupsDelete,
            Self::DocumentTypesList | Self::DocumentTypesGet => P::DocumentTypesRead,
            Self::DocumentTypesCreate => P::DocumentTypesCreate,
            Self::DocumentTypesUpdate => P::DocumentTypesUpdate,
            Self::DocumentTypesDelete => P::DocumentTypesDelete,
            Self::DocumentsList | Self::DocumentsGet => P::DocumentsRead,
            Self::DocumentsCreate => P::DocumentsCreate,
            Self::DocumentsDelete => P::DocumentsDelete,
            Self::EmailNotificationTemplatesList | Self::EmailNotificationTemplatesGet => {
                P::EmailNotificationTemplatesRead
            }
            Self::EmailNotificationTemplatesCreate => P::EmailNotificationTemplatesCreate,
            Self::EmailNotificationTemplatesUpdate => P::EmailNotificationTemplatesUpdate,
            Self::EmailNotificationTemplatesDelete => P::EmailNotificationTemplatesDelete,
            Self::EmailNotificationTemplatesListTypes | Self::EmailNotificationTemplatesGetType => {
                P::NotificationTypesRead
            }
            Self::EmailNotificationTemplatesCreateType => P::NotificationTypesCreate,
            Self::EmailNotificationTemplatesUpdateType => P::NotificationTypesUpdate,
            Self::EmailNotificationTemplatesDeleteType => P::NotificationTypesDelete,
            Self::EmailsListDeliveryServices | Self::EmailsGetDeliveryService => P::EmailDeliveryServicesRead,
            Self::EmailsCreateDeliveryService => P::EmailDeliveryServicesCreate,
            Self::EmailsUpdateDeliveryService => P::EmailDeliveryServicesUpdate,
            Self::EmailsDeleteDeliveryService => P::EmailDeliveryServicesDelete,
            Self::EmailsListTemplates | Self::EmailsGetTemplate => P::EmailTemplatesRead,
            Self::EmailsCreateTemplate => P::EmailTemplatesCreate,
            Self::EmailsUpdateTemplate => P::EmailTemplatesUpdate,
            Self::EmailsDeleteTemplate => P::EmailTemplatesDelete,
            Self::EmailsListMessages | Self::EmailsGetMessage => P::SentEmailsRead,
            Self::EmailsSendMessage => P::SentEmailsCreate,
            Self::EmailsDeleteMessage => P::SentEmailsDelete,
            Self::EventNotificationsListTypes | Self::EventNotificationsList | Self::EventNotificationsGet => {
                P::EventNotificationsRead
            }
            Self::EventNotificationsCreate => P::EventNotificationsCreate,
            Self::EventNotificationsUpdate => P::EventNotificationsUpdate,
            Self::EventNotificationsDelete => P::EventNotificationsDelete,
            Self::EventNotificationsListListeners
            | Self::EventNotificationsGetListener
            | Self::EventNotificationsListListenerTypes
            | Self::EventNotificationsListHandlers
            | Self::EventNotificationsListWorkflows => P::EventListenersRead,
            Self::EventNotificationsCreateListener => P::EventListenersCreate,
            Self::EventNotificationsUpdateListener => P::EventListenersUpdate,
            Self::EventNotificationsDeleteListener => P::EventListenersDelete,
            Self::ExchangeRateProvidersRate => P::ExchangeRatesRead,
            Self::ExchangeRateProvidersList | Self::ExchangeRateProvidersGet | Self::ExchangeRateProvidersStatus => {
                P::ExchangeRateProvidersRead
            }
            Self::ExchangeRateProvidersCreate => P::ExchangeRateProvidersCreate,
            Self::ExchangeRateProvidersUpdate => P::ExchangeRateProvidersUpdate,
            Self::ExchangeRateProvidersDelete => P::ExchangeRateProvidersDelete,
            Self::ExchangesCreate => P::ExchangesCreate,
            Self::ExternalConnectionsList
            | Self::ExternalConnectionsGet
            | Self::ExternalConnectionsListProviders
            | Self::ExternalConnectionsGetProviderSettings => P::ExternalConnectionsRead,
            Self::ExternalConnectionsCreate => P::ExternalConnectionsCreate,
            Self::ExternalConnectionsUpdate => P::ExternalConnectionsUpdate,
            Self::ExternalConnectionsDelete => P::ExternalConnectionsDelete,
            Self::FileStorageList | Self::FileStorageGet | Self::FileStorageCheck => P::FileStorageRead,
            Self::FileStorageUpdate => P::FileStorageUpdate,
            Self::KeyValueStorageListPairs | Self::KeyValueStorageGetPair => P::KeyValueStorageRead,
            Self::KeyValueStorageCreatePair => P::KeyValueStorageCreate,
            Self::KeyValueStorageUpdatePair => P::KeyValueStorageUpdate,
            Self::KeyValueStorageDeletePair => P::KeyValueStorageDelete,
            Self::KeyValueStorageListTags | Self::KeyValueStorageGetTag => P::KeyValueTagsRead,
            Self::KeyValueStorageCreateTag => P::KeyValueTagsCreate,
            Self::KeyValueStorageUpdateTag => P::KeyValueTagsUpdate,
            Self::KeyValueStorageDeleteTag => P::KeyValueTagsDelete,
            Self::LocalizationsList | Self::LocalizationsGet => P::LocalizationsRead,
            Self::LocalizationsUpdate => P::LocalizationsUpdate,
            Self::MenuItemsList | Self::MenuItemsGet => P::MenuItemsRead,
            Self::MenuItemsUpdate => P::MenuItemsUpdate,
            Self::PaidServicesSubscriptionsList | Self::PaidServicesSubscriptionsGet => P::SubscriptionsRead,
            Self::PaidServicesSubscriptionsCreate => P::SubscriptionsCreate,
            Self::PaidServicesSubscriptionsUpdate => P::SubscriptionsUpdate,
            Self::PaidServicesSubscriptionsDelete => P::SubscriptionsDelete,
            Self::PaidServicesGroupsList
            | Self::PaidServicesGroupsGet
            | Self::PaidServicesParametersList
            | Self::PaidServicesParametersGet
            | Self::PaidServicesPlansList
            | Self::PaidServicesPlansGet
            | Self::PaidServicesServicesList
            | Self::PaidServicesServicesGet => P::PaidServicesRead,
            Self::PaidServicesGroupsCreate
            | Self::PaidServicesParametersCreate
            | Self::PaidServicesPlansCreate
            | Self::PaidServicesServicesCreate => P::PaidServicesCreate,
            Self::PaidServicesGroupsUpdate
            | Self::PaidServicesParametersUpdate
            | Self::PaidServicesPlansUpdate
            | Self::PaidServicesServicesUpdate => P::PaidServicesUpdate,
            Self::PaidServicesGroupsDelete
            | Self::PaidServicesParametersDelete
            | Self::PaidServicesPlansDelete
            | Self::PaidServicesServicesDelete => P::PaidServicesDelete,
            Self::PasswordsChange | Self::PasswordsResetAll | Self::PasswordsResetOne => P::PasswordsUpdate,
            Self::PasswordsChanges | Self::PasswordsChangeGet => P::PasswordsRead,
            Self::PhoneNumbersList | Self::PhoneNumbersGet => P::PhoneNumbersRead,
            Self::PhoneNumbersCreate => P::PhoneNumbersCreate,
            Self::PhoneNumbersUpdate => P::PhoneNumbersUpdate,
            Self::PhoneNumbersDelete => P::PhoneNumbersDelete,
            Self::ProductPermissionGroupsList | Self::ProductPermissionGroupsGet => P::ProductPermissionGroupsRead,
            Self::ProductPermissionGroupsCreate => P::ProductPermissionGroupsCreate,
            Self::ProductPermissionGroupsUpdate => P::ProductPermissionGroupsUpdate,
            Self::ProductPermissionGroupsDelete => P::ProductPermissionGroupsDelete,
            Self::ProductsList
            | Self::ProductsGet
            | Self::ProductsGroupsList
            | Self::ProductsGroupsGet
            | Self::ProductsCurrenciesList
            | Self::ProductsCurrenciesGet
            | Self::ProductsNotesList
            | Self::ProductsNotesGet
            | Self::ProductsRestrictionsList
            | Self::ProductsRestrictionsGet => P::ProductsRead,
            Self::ProductsCreate
            | Self::ProductsGroupsCreate
            | Self::ProductsCurrenciesCreate
            | Self::ProductsNotesCreate
            | Self::ProductsRestrictionsCreate => P::ProductsCreate,
            Self::ProductsUpdate
            | Self::ProductsGroupsUpdate
            | Self::ProductsCurrenciesUpdate
            | Self::ProductsNotesUpdate
            | Self::ProductsRestrictionsUpdate => P::ProductsUpdate,
            Self::ProductsDelete
            | Self::ProductsGroupsDelete
            | Self::ProductsCurrenciesDelete
            | Self::ProductsNotesDelete
            | Self::ProductsRestrictionsDelete => P::ProductsDelete,
            Self::ProfileChangesList | Self::ProfileChangesGet => P::ProfileChangesRead,
            Self::ProfilePhotosGet => P::ProfilePhotosRead,
            Self::ProfilePhotosUpload => P::ProfilePhotosUpdate,
            Self::ProfilePhotosDelete => P::ProfilePhotosDelete,
            Self::RequestsList | Self::RequestsNotifications | Self::RequestsGet => P::RequestsRead,
            Self::RequestsUpdate | Self::RequestsAudit | Self::RequestsApprove | Self::RequestsReject => {
                P::RequestsUpdate
            }
            Self::ResolutionsList | Self::ResolutionsGet => P::ResolutionsRead,
            Self::ResolutionsCreate => P::ResolutionsCreate,
            Self::ResolutionsUpdate => P::ResolutionsUpdate,
            Self::ResolutionsDelete => P::ResolutionsDelete,
            Self::ResolutionsTypesList | Self::ResolutionsTypesGet => P::ResolutionTypesRead,
            Self::ResolutionsTypesCreate => P::ResolutionTypesCreate,
            Self::ResolutionsTypesUpdate => P::ResolutionTypesUpdate,
            Self::ResolutionsTypesDelete => P::ResolutionTypesDelete,
            Self::SmtpServiceProvidersList | Self::SmtpServiceProvidersGet | Self::SmtpServiceProvidersCheck => {
                P::SmtpServiceProvidersRead
            }
            Self::SmtpServiceProvidersCreate => P::SmtpServiceProvidersCreate,
            Self::SmtpServiceProvidersUpdate => P::SmtpServiceProvidersUpdate,
            Self::SmtpServiceProvidersDelete => P::SmtpServiceProvidersDelete,
            Self::SystemLogsList | Self::SystemLogsGet => P::SystemLogsRead,
            Self::TransactionsList
            | Self::TransactionsGet
            | Self::TransactionsMonitoringList
            | Self::TransactionsMonitoringGet => P::TransactionsRead,
            Self::TransactionsUpdate | Self::TransactionsCheck => P::TransactionsUpdate,
            Self::TransactionsTypesList | Self::TransactionsTypesGet => P::TransactionTypesRead,
            Self::TransactionsTypesUpdate => P::TransactionTypesUpdate,
            Self::TransfersCreate => P::TransfersCreate,
            Self::TwilioToken => P::TwilioRead,
            Self::TwoFactorAuthenticationStatus
            | Self::TwoFactorAuthenticationGet
            | Self::TwoFactorAuthenticationChanges
            | Self::TwoFactorAuthenticationChange => P::TwoFactorAuthenticationRead,
            Self::TwoFactorAuthenticationDisable => P::TwoFactorAuthenticationUpdate,
            Self::UserGroupsList | Self::UserGroupsGet => P::UserGroupsRead,
            Self::UserGroupsCreate => P::UserGroupsCreate,
            Self::UserGroupsUpdate => P::UserGroupsUpdate,
            Self::UserGroupsDelete => P::UserGroupsDelete,
            Self::UsersList | Self::UsersGet => P::UsersRead,
            Self::UsersCreate => P::UsersCreate,
            Self::UsersUpdate => P::UsersUpdate,
            Self::UsersDelete => P::UsersDelete,
            Self::VerificationHistoryList | Self::VerificationHistoryGet => P::VerificationHistoryRead,
            Self::VerificationLevelsList
            | Self::VerificationLevelsGet
            | Self::VerificationLevelsRestrictionsList
            | Self::VerificationLevelsRestrictionsGet => P::VerificationLevelsRead,
            Self::VerificationLevelsCreate | Self::VerificationLevelsRestrictionsCreate => P::VerificationLevelsCreate,
            Self::VerificationLevelsUpdate | Self::VerificationLevelsRestrictionsUpdate => P::VerificationLevelsUpdate,
            Self::VerificationLevelsDelete | Self::VerificationLevelsRestrictionsDelete => P::VerificationLevelsDelete,
            Self::WhitelistedWithdrawalAddressesList | Self::WhitelistedWithdrawalAddressesGet => {
                P::WhitelistedWithdrawalAddressesRead
            }
            Self::WidgetsList | Self::WidgetsGet => P::WidgetsRead,
            Self::WidgetsUpdate => P::WidgetsUpdate,
            Self::WidgetsTickersList
            | Self::WidgetsTickersGet
            | Self::WidgetsTickersSymbolsList
            | Self::WidgetsTickersSymbolsGet => P::TickersRead,
            Self::WidgetsTickersSymbolsCreate => P::TickersCreate,
            Self::WidgetsTickersSymbolsDelete => P::TickersDelete,
            Self::WithdrawalMethodsGroupsList
            | Self::WithdrawalMethodsGroupsGet
            | Self::WithdrawalMethodsList
            | Self::WithdrawalMethodsGet
            | Self::WithdrawalMethodsCommissionsList
            | Self::WithdrawalMethodsCommissionsGet
            | Self::WithdrawalMethodsCurrenciesList
            | Self::WithdrawalMethodsCurrenciesGet
            | Self::WithdrawalMethodsAttributesList
            | Self::WithdrawalMethodsAttributesGet
            | Self::WithdrawalMethodsRestrictionsList
            | Self::WithdrawalMethodsRestrictionsGet => P::WithdrawalMethodsRead,
            Self::WithdrawalMethodsGroupsCreate
            | Self::WithdrawalMethodsCreate
            | Self::WithdrawalMethodsCommissionsCreate
            | Self::WithdrawalMethodsCurrenciesCreate
            | Self::WithdrawalMethodsAttributesCreate
            | Self::WithdrawalMethodsRestrictionsCreate => P::WithdrawalMethodsCreate,
            Self::WithdrawalMethodsGroupsUpdate
            | Self::WithdrawalMethodsUpdate
            | Self::WithdrawalMethodsCommissionsUpdate
            | Self::WithdrawalMethodsCurrenciesUpdate
            | Self::WithdrawalMethodsRestrictionsUpdate => P::WithdrawalMethodsUpdate,
            Self::WithdrawalMethodsGroupsDelete
            | Self::WithdrawalMethodsDelete
            | Self::WithdrawalMethodsCommissionsDelete
            | Self::WithdrawalMethodsCurrenciesDelete
            | Self::WithdrawalMethodsAttributesDelete
            | Self::WithdrawalMethodsRestrictionsDelete => P::WithdrawalMethodsDelete,
            Self::WithdrawalTemplatesList | Self::WithdrawalTemplatesGet => P::WithdrawalTemplatesRead,
            Self::WithdrawalsCreate => P::WithdrawalsCreate,
            Self::BonusesSettingsGet => P::BonusSettingsRead,
            Self::BonusesSettingsUpdate => P::BonusSettingsUpdate,
            Self::PaidServicesCategoriesList | Self::PaidServicesCategoriesGet => P::ParameterCategoriesRead,
            Self::PaidServicesCategoriesCreate => P::ParameterCategoriesCreate,
            Self::PaidServicesCategoriesUpdate => P::ParameterCategoriesUpdate,
            Self::PaidServicesCategoriesDelete => P::ParameterCategoriesDelete,
            Self::PlatformsList | Self::PlatformsGet => P::PlatformsRead,
            Self::PlatformsCreate => P::PlatformsCreate,
            Self::PlatformsUpdate | Self::PlatformsKeysList | Self::PlatformsKeysCreate | Self::PlatformsKeysDelete => {
                P::PlatformsUpdate
            }
            Self::PlatformsDelete => P::PlatformsDelete,
        })
    }
}
