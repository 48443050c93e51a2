//! The catalogue of permissions: what the groups of back-office users can be granted.

use std::collections::BTreeSet;

use crate::value::{Set, text_enum};

text_enum! {
    /// One right, written `RESOURCE.ACTION`. No right implies another.
    ///
    /// The variants stand in alphabetical order of their text, which is the order of answers.
    Permission {
        /// Correct the balance of an account by hand (amount added or taken, no deposit or withdrawal).
        AccountBalancesUpdate = "accountBalances.update",
        /// See requests of type account (to open an account), beside requests.read.
        AccountRequestsRead = "accountRequests.read",
        /// Change, audit, approve and reject requests of type account, beside requests.update.
        AccountRequestsUpdate = "accountRequests.update",
        /// Open accounts for clients.
        AccountsCreate = "accounts.create",
        /// Archive accounts.
        AccountsDelete = "accounts.delete",
        /// See clients' accounts, their statements and preferences.
        AccountsRead = "accounts.read",
        /// Change caption, name, permissions and leverage of accounts.
        AccountsUpdate = "accounts.update",
        /// See requests of type address (to change an address), beside requests.read.
        AddressRequestsRead = "addressRequests.read",
        /// Change, audit, approve and reject requests of type address, beside requests.update.
        AddressRequestsUpdate = "addressRequests.update",
        /// Add clients' addresses.
        AddressesCreate = "addresses.create",
        /// Delete clients' addresses.
        AddressesDelete = "addresses.delete",
        /// See clients' addresses.
        AddressesRead = "addresses.read",
        /// Change clients' addresses.
        AddressesUpdate = "addresses.update",
        /// See antifraud notifications.
        AntifraudNotificationsRead = "antifraudNotifications.read",
        /// Mark steps of antifraud notifications done, and close them.
        AntifraudNotificationsUpdate = "antifraudNotifications.update",
        /// Add antifraud procedures.
        AntifraudProceduresCreate = "antifraudProcedures.create",
        /// Delete antifraud procedures.
        AntifraudProceduresDelete = "antifraudProcedures.delete",
        /// See antifraud procedures.
        AntifraudProceduresRead = "antifraudProcedures.read",
        /// Change antifraud procedures.
        AntifraudProceduresUpdate = "antifraudProcedures.update",
        /// See thresholds and exceptions of antifraud events.
        AntifraudSettingsRead = "antifraudSettings.read",
        /// Change thresholds and exceptions of antifraud events.
        AntifraudSettingsUpdate = "antifraudSettings.update",
        /// Create API keys for oneself.
        ApiKeysCreate = "apiKeys.create",
        /// Revoke API keys.
        ApiKeysDelete = "apiKeys.delete",
        /// See one's own API keys.
        ApiKeysRead = "apiKeys.read",
        /// See and revoke the API keys of all users, beside the other four.
        ApiKeysReadAll = "apiKeys.readAll",
        /// Change API keys.
        ApiKeysUpdate = "apiKeys.update",
        /// Make operations wait for a second user.
        ApprovalPoliciesCreate = "approvalPolicies.create",
        /// Delete approval policies.
        ApprovalPoliciesDelete = "approvalPolicies.delete",
        /// See approval policies.
        ApprovalPoliciesRead = "approvalPolicies.read",
        /// Change approval policies.
        ApprovalPoliciesUpdate = "approvalPolicies.update",
        /// See one's own changes that wait for approval, and those that one may decide.
        ApprovalsRead = "approvals.read",
        /// See all changes that wait for approval or were decided.
        ApprovalsReadAll = "approvals.readAll",
        /// Approve and reject changes of others.
        ApprovalsUpdate = "approvals.update",
        /// See requests of type archive (to archive an account), beside requests.read.
        ArchiveRequestsRead = "archiveRequests.read",
        /// Change, audit, approve and reject requests of type archive, beside requests.update.
        ArchiveRequestsUpdate = "archiveRequests.update",
        /// See clients' sign-in attempts.
        AuthorizationHistoryRead = "authorizationHistory.read",
        /// See requests of type avatar (to change the picture), beside requests.read.
        AvatarRequestsRead = "avatarRequests.read",
        /// Change, audit, approve and reject requests of type avatar, beside requests.update.
        AvatarRequestsUpdate = "avatarRequests.update",
        /// Add banners.
        BannersCreate = "banners.create",
        /// Delete banners.
        BannersDelete = "banners.delete",
        /// See banners.
        BannersRead = "banners.read",
        /// Change banners.
        BannersUpdate = "banners.update",
        /// Add security policies (IP allow and deny lists).
        BlackAndWhiteListsCreate = "blackAndWhiteLists.create",
        /// Delete security policies (IP allow and deny lists).
        BlackAndWhiteListsDelete = "blackAndWhiteLists.delete",
        /// See security policies (IP allow and deny lists).
        BlackAndWhiteListsRead = "blackAndWhiteLists.read",
        /// Change security policies (IP allow and deny lists).
        BlackAndWhiteListsUpdate = "blackAndWhiteLists.update",
        /// Lift the lock of a client.
        BlockedClientsDelete = "blockedClients.delete",
        /// See clients who are locked out after too many attempts.
        BlockedClientsRead = "blockedClients.read",
        /// Add bonus presets.
        BonusPresetsCreate = "bonusPresets.create",
        /// Delete bonus presets.
        BonusPresetsDelete = "bonusPresets.delete",
        /// See bonus presets.
        BonusPresetsRead = "bonusPresets.read",
        /// Change bonus presets.
        BonusPresetsUpdate = "bonusPresets.update",
        /// See the settings of automatic bonuses and of burning.
        BonusSettingsRead = "bonusSettings.read",
        /// Change the settings of automatic bonuses and of burning.
        BonusSettingsUpdate = "bonusSettings.update",
        /// Give bonuses by hand.
        BonusesCreate = "bonuses.create",
        /// Cancel bonuses.
        BonusesDelete = "bonuses.delete",
        /// See bonuses of clients.
        BonusesRead = "bonuses.read",
        /// Reactivate, extend, hold and revoke bonuses.
        BonusesUpdate = "bonuses.update",
        /// Add calendar events.
        CalendarEventsCreate = "calendarEvents.create",
        /// Delete calendar events that one made.
        CalendarEventsDelete = "calendarEvents.delete",
        /// See one's own calendar events.
        CalendarEventsRead = "calendarEvents.read",
        /// Change calendar events that one made.
        CalendarEventsUpdate = "calendarEvents.update",
        /// Add files and custom folders of clients.
        ClientFilesCreate = "clientFiles.create",
        /// Delete files and custom folders of clients.
        ClientFilesDelete = "clientFiles.delete",
        /// See the files kept for clients, as far as the folders are granted to one's groups.
        ClientFilesRead = "clientFiles.read",
        /// Change files and custom folders of clients.
        ClientFilesUpdate = "clientFiles.update",
        /// Add folders to the tree that every client has.
        ClientFoldersCreate = "clientFolders.create",
        /// See the folder tree that every client has.
        ClientFoldersRead = "clientFolders.read",
        /// Rename such folders and grant or revoke them for user groups.
        ClientFoldersUpdate = "clientFolders.update",
        /// Add managers of clients.
        ClientManagersCreate = "clientManagers.create",
        /// Delete managers of clients.
        ClientManagersDelete = "clientManagers.delete",
        /// See managers of clients.
        ClientManagersRead = "clientManagers.read",
        /// Change managers of clients.
        ClientManagersUpdate = "clientManagers.update",
        /// Add clients' permission levels.
        ClientPermissionsCreate = "clientPermissions.create",
        /// Delete clients' permission levels.
        ClientPermissionsDelete = "clientPermissions.delete",
        /// See permission levels and what single clients may do.
        ClientPermissionsRead = "clientPermissions.read",
        /// Change permission levels and the exceptions of single clients.
        ClientPermissionsUpdate = "clientPermissions.update",
        /// See settings and limits of clients.
        ClientSettingsRead = "clientSettings.read",
        /// Change settings and limits of clients.
        ClientSettingsUpdate = "clientSettings.update",
        /// Add client tags.
        ClientTagsCreate = "clientTags.create",
        /// Delete client tags.
        ClientTagsDelete = "clientTags.delete",
        /// See client tags.
        ClientTagsRead = "clientTags.read",
        /// Change client tags.
        ClientTagsUpdate = "clientTags.update",
        /// Add answer options of client tests.
        ClientTestAnswersCreate = "clientTestAnswers.create",
        /// Delete answer options of client tests.
        ClientTestAnswersDelete = "clientTestAnswers.delete",
        /// See answer options of client tests.
        ClientTestAnswersRead = "clientTestAnswers.read",
        /// Change answer options of client tests.
        ClientTestAnswersUpdate = "clientTestAnswers.update",
        /// Add questions of client tests.
        ClientTestQuestionsCreate = "clientTestQuestions.create",
        /// Delete questions of client tests.
        ClientTestQuestionsDelete = "clientTestQuestions.delete",
        /// See questions of client tests.
        ClientTestQuestionsRead = "clientTestQuestions.read",
        /// Change questions of client tests.
        ClientTestQuestionsUpdate = "clientTestQuestions.update",
        /// See requests of type clientTest (to check a test result), beside requests.read.
        ClientTestRequestsRead = "clientTestRequests.read",
        /// Change, audit, approve and reject requests of type clientTest, beside requests.update.
        ClientTestRequestsUpdate = "clientTestRequests.update",
        /// Add client tests.
        ClientTestsCreate = "clientTests.create",
        /// Delete client tests.
        ClientTestsDelete = "clientTests.delete",
        /// See client tests and the tests that clients completed.
        ClientTestsRead = "clientTests.read",
        /// Change client tests.
        ClientTestsUpdate = "clientTests.update",
        /// See requests of type clientType (to change the client type), beside requests.read.
        ClientTypeRequestsRead = "clientTypeRequests.read",
        /// Change, audit, approve and reject requests of type clientType, beside requests.update.
        ClientTypeRequestsUpdate = "clientTypeRequests.update",
        /// Add client types.
        ClientTypesCreate = "clientTypes.create",
        /// Delete client types.
        ClientTypesDelete = "clientTypes.delete",
        /// See client types.
        ClientTypesRead = "clientTypes.read",
        /// Change client types.
        ClientTypesUpdate = "clientTypes.update",
        /// Register clients.
        ClientsCreate = "clients.create",
        /// Remove clients.
        ClientsDelete = "clients.delete",
        /// See clients.
        ClientsRead = "clients.read",
        /// Change client profiles, status, level, type, manager and tags included.
        ClientsUpdate = "clients.update",
        /// Add templates of confirmation codes.
        ConfirmationTemplatesCreate = "confirmationTemplates.create",
        /// Delete templates of confirmation codes.
        ConfirmationTemplatesDelete = "confirmationTemplates.delete",
        /// See templates of confirmation codes.
        ConfirmationTemplatesRead = "confirmationTemplates.read",
        /// Change templates of confirmation codes.
        ConfirmationTemplatesUpdate = "confirmationTemplates.update",
        /// See countries.
        CountriesRead = "countries.read",
        /// Enable and disable countries.
        CountriesUpdate = "countries.update",
        /// Add currencies.
        CurrenciesCreate = "currencies.create",
        /// Delete currencies.
        CurrenciesDelete = "currencies.delete",
        /// See currencies.
        CurrenciesRead = "currencies.read",
        /// Change currencies.
        CurrenciesUpdate = "currencies.update",
        /// Add aliases of currencies.
        CurrencyAliasesCreate = "currencyAliases.create",
        /// Delete aliases of currencies.
        CurrencyAliasesDelete = "currencyAliases.delete",
        /// See aliases of currencies.
        CurrencyAliasesRead = "currencyAliases.read",
        /// Change aliases of currencies.
        CurrencyAliasesUpdate = "currencyAliases.update",
        /// Add exchange pairs.
        CurrencyPairsCreate = "currencyPairs.create",
        /// Delete exchange pairs.
        CurrencyPairsDelete = "currencyPairs.delete",
        /// See exchange pairs.
        CurrencyPairsRead = "currencyPairs.read",
        /// Change exchange pairs.
        CurrencyPairsUpdate = "currencyPairs.update",
        /// See requests of type deletingAccount (to remove personal data), beside requests.read.
        DeletingAccountRequestsRead = "deletingAccountRequests.read",
        /// Change, audit, approve and reject requests of type deletingAccount, beside requests.update.
        DeletingAccountRequestsUpdate = "deletingAccountRequests.update",
        /// Add deposit methods, their groups, commissions, currencies, fields and restrictions.
        DepositMethodsCreate = "depositMethods.create",
        /// Delete deposit methods, their groups, commissions, currencies, fields and restrictions.
        DepositMethodsDelete = "depositMethods.delete",
        /// See deposit methods, their groups, commissions, currencies, fields and restrictions.
        DepositMethodsRead = "depositMethods.read",
        /// Change deposit methods, their groups, commissions, currencies, fields and restrictions.
        DepositMethodsUpdate = "depositMethods.update",
        /// See requests of type deposit (to deposit), beside requests.read.
        DepositRequestsRead = "depositRequests.read",
        /// Change, audit, approve and reject requests of type deposit, beside requests.update.
        DepositRequestsUpdate = "depositRequests.update",
        /// Decide on deposits for the Financial Department (verificationStatus).
        DepositVerificationUpdate = "depositVerification.update",
        /// Deposit money to clients' accounts; also needed to approve deposit requests.
        DepositsCreate = "deposits.create",
        /// Remove devices of clients, which ends their sessions.
        DevicesDelete = "devices.delete",
        /// See devices of clients.
        DevicesRead = "devices.read",
        /// Add document groups.
        DocumentGroupsCreate = "documentGroups.create",
        /// Delete document groups.
        DocumentGroupsDelete = "documentGroups.delete",
        /// See document groups.
        DocumentGroupsRead = "documentGroups.read",
        /// Change document groups.
        DocumentGroupsUpdate = "documentGroups.update",
        /// See requests of type document (to check documents), beside requests.read.
        DocumentRequestsRead = "documentRequests.read",
        /// Change, audit, approve and reject requests of type document, beside requests.update.
        DocumentRequestsUpdate = "documentRequests.update",
        /// Add document types.
        DocumentTypesCreate = "documentTypes.create",
        /// Delete document types.
        DocumentTypesDelete = "documentTypes.delete",
        /// See document types.
        DocumentTypesRead = "documentTypes.read",
        /// Change document types.
        DocumentTypesUpdate = "documentTypes.update",
        /// Add documents for clients.
        DocumentsCreate = "documents.create",
        /// Delete documents of clients.
        DocumentsDelete = "documents.delete",
        /// See documents of clients.
        DocumentsRead = "documents.read",
        /// Add delivery services of mass emails.
        EmailDeliveryServicesCreate = "emailDeliveryServices.create",
        /// Delete delivery services of mass emails.
        EmailDeliveryServicesDelete = "emailDeliveryServices.delete",
        /// See delivery services of mass emails.
        EmailDeliveryServicesRead = "emailDeliveryServices.read",
        /// Change delivery services of mass emails.
        EmailDeliveryServicesUpdate = "emailDeliveryServices.update",
        /// Add templates of email notifications.
        EmailNotificationTemplatesCreate = "emailNotificationTemplates.create",
        /// Delete templates of email notifications.
        EmailNotificationTemplatesDelete = "emailNotificationTemplates.delete",
        /// See templates of email notifications.
        EmailNotificationTemplatesRead = "emailNotificationTemplates.read",
        /// Change templates of email notifications.
        EmailNotificationTemplatesUpdate = "emailNotificationTemplates.update",
        /// Add templates of mass emails.
        EmailTemplatesCreate = "emailTemplates.create",
        /// Delete templates of mass emails.
        EmailTemplatesDelete = "emailTemplates.delete",
        /// See templates of mass emails.
        EmailTemplatesRead = "emailTemplates.read",
        /// Change templates of mass emails.
        EmailTemplatesUpdate = "emailTemplates.update",
        /// See deliveries of webhooks.
        EventDeliveriesRead = "eventDeliveries.read",
        /// Add event listeners.
        EventListenersCreate = "eventListeners.create",
        /// Delete event listeners.
        EventListenersDelete = "eventListeners.delete",
        /// See event listeners, their types, handlers and workflows.
        EventListenersRead = "eventListeners.read",
        /// Change event listeners.
        EventListenersUpdate = "eventListeners.update",
        /// Set up event notifications for oneself.
        EventNotificationsCreate = "eventNotifications.create",
        /// Delete event notifications of one's own.
        EventNotificationsDelete = "eventNotifications.delete",
        /// See event notifications of one's own, and the event types.
        EventNotificationsRead = "eventNotifications.read",
        /// With it the other four reach the event notifications of all users.
        EventNotificationsReadAll = "eventNotifications.readAll",
        /// Change event notifications of one's own.
        EventNotificationsUpdate = "eventNotifications.update",
        /// Add rate providers.
        ExchangeRateProvidersCreate = "exchangeRateProviders.create",
        /// Delete rate providers.
        ExchangeRateProvidersDelete = "exchangeRateProviders.delete",
        /// See rate providers and test their connections.
        ExchangeRateProvidersRead = "exchangeRateProviders.read",
        /// Change rate providers.
        ExchangeRateProvidersUpdate = "exchangeRateProviders.update",
        /// See the current rate of two currencies.
        ExchangeRatesRead = "exchangeRates.read",
        /// See requests of type exchange (to exchange money), beside requests.read.
        ExchangeRequestsRead = "exchangeRequests.read",
        /// Change, audit, approve and reject requests of type exchange, beside requests.update.
        ExchangeRequestsUpdate = "exchangeRequests.update",
        /// Exchange money between accounts of a client; also needed to approve exchange requests.
        ExchangesCreate = "exchanges.create",
        /// Add connections to outside services.
        ExternalConnectionsCreate = "externalConnections.create",
        /// Delete connections to outside services.
        ExternalConnectionsDelete = "externalConnections.delete",
        /// See connections, the services that can be connected and their settings, secrets apart.
        ExternalConnectionsRead = "externalConnections.read",
        /// Change connections to outside services.
        ExternalConnectionsUpdate = "externalConnections.update",
        /// See requests of type external (to transfer to or from an outside system), beside requests.read.
        ExternalRequestsRead = "externalRequests.read",
        /// Change, audit, approve and reject requests of type external, beside requests.update.
        ExternalRequestsUpdate = "externalRequests.update",
        /// See file storages and check them.
        FileStorageRead = "fileStorage.read",
        /// Change file storages.
        FileStorageUpdate = "fileStorage.update",
        /// Add providers by which users sign in; administrators alone.
        IdentityProvidersCreate = "identityProviders.create",
        /// Delete providers by which users sign in; administrators alone.
        IdentityProvidersDelete = "identityProviders.delete",
        /// See providers by which users sign in, their secrets apart.
        IdentityProvidersRead = "identityProviders.read",
        /// Change providers by which users sign in; administrators alone.
        IdentityProvidersUpdate = "identityProviders.update",
        /// Import clients, accounts and transactions of an earlier system, beside the permission to make each.
        ImportsCreate = "imports.create",
        /// Delete the records of imports.
        ImportsDelete = "imports.delete",
        /// See imports and their faults.
        ImportsRead = "imports.read",
        /// See requests of type internalTransfer (to transfer to another client), beside requests.read.
        InternalTransferRequestsRead = "internalTransferRequests.read",
        /// Change, audit, approve and reject requests of type internalTransfer, beside requests.update.
        InternalTransferRequestsUpdate = "internalTransferRequests.update",
        /// See requests of type investment (to invest), beside requests.read.
        InvestmentRequestsRead = "investmentRequests.read",
        /// Change, audit, approve and reject requests of type investment, beside requests.update.
        InvestmentRequestsUpdate = "investmentRequests.update",
        /// Add key-value pairs.
        KeyValueStorageCreate = "keyValueStorage.create",
        /// Delete key-value pairs.
        KeyValueStorageDelete = "keyValueStorage.delete",
        /// See key-value pairs.
        KeyValueStorageRead = "keyValueStorage.read",
        /// Change key-value pairs.
        KeyValueStorageUpdate = "keyValueStorage.update",
        /// Add tags of key-value pairs.
        KeyValueTagsCreate = "keyValueTags.create",
        /// Delete tags of key-value pairs.
        KeyValueTagsDelete = "keyValueTags.delete",
        /// See tags of key-value pairs.
        KeyValueTagsRead = "keyValueTags.read",
        /// Change tags of key-value pairs.
        KeyValueTagsUpdate = "keyValueTags.update",
        /// See localizations.
        LocalizationsRead = "localizations.read",
        /// Change localizations.
        LocalizationsUpdate = "localizations.update",
        /// Delete mail that waits, was sent or failed.
        MailOutboxDelete = "mailOutbox.delete",
        /// See mail that waits, was sent or failed.
        MailOutboxRead = "mailOutbox.read",
        /// See menu items of the client interface.
        MenuItemsRead = "menuItems.read",
        /// Change menu items of the client interface.
        MenuItemsUpdate = "menuItems.update",
        /// Add types of email notifications.
        NotificationTypesCreate = "notificationTypes.create",
        /// Delete types of email notifications.
        NotificationTypesDelete = "notificationTypes.delete",
        /// See types of email notifications.
        NotificationTypesRead = "notificationTypes.read",
        /// Change types of email notifications.
        NotificationTypesUpdate = "notificationTypes.update",
        /// Add paid services, their groups, parameters and presets.
        PaidServicesCreate = "paidServices.create",
        /// Delete paid services, their groups, parameters and presets.
        PaidServicesDelete = "paidServices.delete",
        /// See paid services, their groups, parameters and presets.
        PaidServicesRead = "paidServices.read",
        /// Change paid services, their groups, parameters and presets.
        PaidServicesUpdate = "paidServices.update",
        /// Add categories of paid-service parameters, and which user groups see them.
        ParameterCategoriesCreate = "parameterCategories.create",
        /// Delete categories of paid-service parameters, and which user groups see them.
        ParameterCategoriesDelete = "parameterCategories.delete",
        /// See categories of paid-service parameters, and which user groups see them.
        ParameterCategoriesRead = "parameterCategories.read",
        /// Change categories of paid-service parameters, and which user groups see them.
        ParameterCategoriesUpdate = "parameterCategories.update",
        /// See requests of type partner (to join the partner programme), beside requests.read.
        PartnerRequestsRead = "partnerRequests.read",
        /// Change, audit, approve and reject requests of type partner, beside requests.update.
        PartnerRequestsUpdate = "partnerRequests.update",
        /// See when clients' passwords were changed.
        PasswordsRead = "passwords.read",
        /// Set clients' passwords, or prompt one or all clients to reset theirs.
        PasswordsUpdate = "passwords.update",
        /// Add clients' phone numbers.
        PhoneNumbersCreate = "phoneNumbers.create",
        /// Delete clients' phone numbers.
        PhoneNumbersDelete = "phoneNumbers.delete",
        /// See clients' phone numbers.
        PhoneNumbersRead = "phoneNumbers.read",
        /// Change clients' phone numbers.
        PhoneNumbersUpdate = "phoneNumbers.update",
        /// Add trading platforms.
        PlatformsCreate = "platforms.create",
        /// Delete trading platforms.
        PlatformsDelete = "platforms.delete",
        /// See trading platforms.
        PlatformsRead = "platforms.read",
        /// Change trading platforms; see, make and revoke the keys of their trade feed.
        PlatformsUpdate = "platforms.update",
        /// Add permission groups of products.
        ProductPermissionGroupsCreate = "productPermissionGroups.create",
        /// Delete permission groups of products.
        ProductPermissionGroupsDelete = "productPermissionGroups.delete",
        /// See permission groups of products.
        ProductPermissionGroupsRead = "productPermissionGroups.read",
        /// Change permission groups of products.
        ProductPermissionGroupsUpdate = "productPermissionGroups.update",
        /// Add products, their groups, currencies, notes and restrictions.
        ProductsCreate = "products.create",
        /// Delete products, their groups, currencies, notes and restrictions.
        ProductsDelete = "products.delete",
        /// See products, their groups, currencies, notes and restrictions.
        ProductsRead = "products.read",
        /// Change products, their groups, currencies, notes and restrictions.
        ProductsUpdate = "products.update",
        /// See the changes of clients' e-mail addresses.
        ProfileChangesRead = "profileChanges.read",
        /// Delete clients' photos.
        ProfilePhotosDelete = "profilePhotos.delete",
        /// See clients' photos.
        ProfilePhotosRead = "profilePhotos.read",
        /// Upload clients' photos.
        ProfilePhotosUpdate = "profilePhotos.update",
        /// See requests of type profile (to change the name), beside requests.read.
        ProfileRequestsRead = "profileRequests.read",
        /// Change, audit, approve and reject requests of type profile, beside requests.update.
        ProfileRequestsUpdate = "profileRequests.update",
        /// See figures and the dashboard.
        ReportsRead = "reports.read",
        /// Open the list of client requests; the types of requests have rights of their own.
        RequestsRead = "requests.read",
        /// Change, audit, approve and reject client requests; the types have rights of their own.
        RequestsUpdate = "requests.update",
        /// Add types of resolutions.
        ResolutionTypesCreate = "resolutionTypes.create",
        /// Delete types of resolutions.
        ResolutionTypesDelete = "resolutionTypes.delete",
        /// See types of resolutions; also needed to reject requests.
        ResolutionTypesRead = "resolutionTypes.read",
        /// Change types of resolutions.
        ResolutionTypesUpdate = "resolutionTypes.update",
        /// Add resolutions.
        ResolutionsCreate = "resolutions.create",
        /// Delete resolutions.
        ResolutionsDelete = "resolutions.delete",
        /// See resolutions; also needed to reject requests.
        ResolutionsRead = "resolutions.read",
        /// Change resolutions.
        ResolutionsUpdate = "resolutions.update",
        /// Send an email to many clients.
        SentEmailsCreate = "sentEmails.create",
        /// Delete the records of sent mass emails.
        SentEmailsDelete = "sentEmails.delete",
        /// See mass emails that were sent.
        SentEmailsRead = "sentEmails.read",
        /// See the settings of the installation.
        SettingsRead = "settings.read",
        /// Change the settings of the installation.
        SettingsUpdate = "settings.update",
        /// Add SMS providers.
        SmsProvidersCreate = "smsProviders.create",
        /// Delete SMS providers.
        SmsProvidersDelete = "smsProviders.delete",
        /// See SMS providers.
        SmsProvidersRead = "smsProviders.read",
        /// Change SMS providers.
        SmsProvidersUpdate = "smsProviders.update",
        /// Add SMTP connections.
        SmtpServiceProvidersCreate = "smtpServiceProviders.create",
        /// Delete SMTP connections.
        SmtpServiceProvidersDelete = "smtpServiceProviders.delete",
        /// See SMTP connections and check them.
        SmtpServiceProvidersRead = "smtpServiceProviders.read",
        /// Change SMTP connections.
        SmtpServiceProvidersUpdate = "smtpServiceProviders.update",
        /// Add clients' subscriptions to paid services.
        SubscriptionsCreate = "subscriptions.create",
        /// Delete clients' subscriptions to paid services.
        SubscriptionsDelete = "subscriptions.delete",
        /// See clients' subscriptions to paid services.
        SubscriptionsRead = "subscriptions.read",
        /// Change clients' subscriptions to paid services.
        SubscriptionsUpdate = "subscriptions.update",
        /// See the log of what back-office users did.
        SystemLogsRead = "systemLogs.read",
        /// Add temporary bonus programs.
        TemporaryBonusesCreate = "temporaryBonuses.create",
        /// Delete temporary bonus programs.
        TemporaryBonusesDelete = "temporaryBonuses.delete",
        /// See temporary bonus programs.
        TemporaryBonusesRead = "temporaryBonuses.read",
        /// Change temporary bonus programs.
        TemporaryBonusesUpdate = "temporaryBonuses.update",
        /// Add symbols to tickers.
        TickersCreate = "tickers.create",
        /// Remove symbols from tickers.
        TickersDelete = "tickers.delete",
        /// See tickers and their symbols.
        TickersRead = "tickers.read",
        /// Add departments of the help desk.
        TicketDepartmentsCreate = "ticketDepartments.create",
        /// Delete departments of the help desk.
        TicketDepartmentsDelete = "ticketDepartments.delete",
        /// See departments of the help desk.
        TicketDepartmentsRead = "ticketDepartments.read",
        /// Change departments of the help desk.
        TicketDepartmentsUpdate = "ticketDepartments.update",
        /// See clients' tickets and their messages.
        TicketsRead = "tickets.read",
        /// Answer, assign, move, close and reopen tickets.
        TicketsUpdate = "tickets.update",
        /// See types of transactions and their switches.
        TransactionTypesRead = "transactionTypes.read",
        /// Change types of transactions and their switches.
        TransactionTypesUpdate = "transactionTypes.update",
        /// See transactions and the results of their monitoring.
        TransactionsRead = "transactions.read",
        /// Change comment and state of transactions, resolve partial ones, send them to monitoring.
        TransactionsUpdate = "transactions.update",
        /// See requests of type transfer (to transfer between own accounts), beside requests.read.
        TransferRequestsRead = "transferRequests.read",
        /// Change, audit, approve and reject requests of type transfer, beside requests.update.
        TransferRequestsUpdate = "transferRequests.update",
        /// Transfer money between accounts of a client; also needed to approve transfer requests.
        TransfersCreate = "transfers.create",
        /// Get a token to call clients by phone.
        TwilioRead = "twilio.read",
        /// See clients' second factors and their changes.
        TwoFactorAuthenticationRead = "twoFactorAuthentication.read",
        /// Switch clients' second factors off.
        TwoFactorAuthenticationUpdate = "twoFactorAuthentication.update",
        /// Add user groups and their permissions.
        UserGroupsCreate = "userGroups.create",
        /// Delete user groups and their permissions.
        UserGroupsDelete = "userGroups.delete",
        /// See user groups and their permissions.
        UserGroupsRead = "userGroups.read",
        /// Change user groups and their permissions.
        UserGroupsUpdate = "userGroups.update",
        /// Add back-office users.
        UsersCreate = "users.create",
        /// Delete back-office users.
        UsersDelete = "users.delete",
        /// See back-office users.
        UsersRead = "users.read",
        /// Change back-office users.
        UsersUpdate = "users.update",
        /// See which verification levels clients were granted.
        VerificationHistoryRead = "verificationHistory.read",
        /// Add verification levels, their limits and restrictions.
        VerificationLevelsCreate = "verificationLevels.create",
        /// Delete verification levels, their limits and restrictions.
        VerificationLevelsDelete = "verificationLevels.delete",
        /// See verification levels, their limits and restrictions.
        VerificationLevelsRead = "verificationLevels.read",
        /// Change verification levels, their limits and restrictions.
        VerificationLevelsUpdate = "verificationLevels.update",
        /// See requests of type verification (to raise the verification level), beside requests.read.
        VerificationRequestsRead = "verificationRequests.read",
        /// Change, audit, approve and reject requests of type verification, beside requests.update.
        VerificationRequestsUpdate = "verificationRequests.update",
        /// See clients' whitelisted withdrawal addresses.
        WhitelistedWithdrawalAddressesRead = "whitelistedWithdrawalAddresses.read",
        /// See dashboard widgets.
        WidgetsRead = "widgets.read",
        /// Change dashboard widgets.
        WidgetsUpdate = "widgets.update",
        /// Decide on withdrawals for the Compliance Department (complianceStatus, complianceApproved).
        WithdrawalComplianceUpdate = "withdrawalCompliance.update",
        /// Decide on withdrawals for the Dealing Department (dealingStatus, dealingApproved).
        WithdrawalDealingUpdate = "withdrawalDealing.update",
        /// Add withdrawal methods, their groups, commissions, currencies, fields and restrictions.
        WithdrawalMethodsCreate = "withdrawalMethods.create",
        /// Delete withdrawal methods, their groups, commissions, currencies, fields and restrictions.
        WithdrawalMethodsDelete = "withdrawalMethods.delete",
        /// See withdrawal methods, their groups, commissions, currencies, fields and restrictions.
        WithdrawalMethodsRead = "withdrawalMethods.read",
        /// Change withdrawal methods, their groups, commissions, currencies, fields and restrictions.
        WithdrawalMethodsUpdate = "withdrawalMethods.update",
        /// See requests of type withdrawal (to withdraw), beside requests.read.
        WithdrawalRequestsRead = "withdrawalRequests.read",
        /// Change, audit, approve and reject requests of type withdrawal, beside requests.update.
        WithdrawalRequestsUpdate = "withdrawalRequests.update",
        /// See clients' withdrawal templates.
        WithdrawalTemplatesRead = "withdrawalTemplates.read",
        /// Withdraw money from clients' accounts; also needed to approve withdrawal requests.
        WithdrawalsCreate = "withdrawals.create",
        /// Add wizards.
        WizardsCreate = "wizards.create",
        /// Delete wizards.
        WizardsDelete = "wizards.delete",
        /// See wizards.
        WizardsRead = "wizards.read",
        /// Change wizards.
        WizardsUpdate = "wizards.update",
    }
}

const WORD_BITS: usize = 64;
const WORDS: usize = Permission::ALL.len().div_ceil(WORD_BITS);

/// The rights of one caller: the sum of those of all groups, asked at every call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PermissionSet([u64; WORDS]);

impl PermissionSet {
    /// Every permission there is, future ones included: what the Administrators group holds.
    #[must_use]
    pub fn all() -> Self {
        Permission::ALL.iter().copied().collect()
    }

    /// Whether the permission is among these.
    #[must_use]
    pub fn contains(&self, permission: Permission) -> bool {
        let (word, bit) = place(permission);
        self.0.get(word).is_some_and(|bits| bits & bit != 0)
    }

    /// Whether every permission of the other set is among these.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).all(|(mine, others)| others & !mine == 0)
    }

    /// Adds the permissions of the other set.
    pub fn extend_with(&mut self, other: &Self) {
        for (mine, others) in self.0.iter_mut().zip(other.0) {
            *mine |= others;
        }
    }

    /// The permissions in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(|permission| self.contains(*permission))
    }
}

fn place(permission: Permission) -> (usize, u64) {
    let index = permission.index();
    (index / WORD_BITS, 1 << (index % WORD_BITS))
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        let mut set = Self::default();
        for permission in permissions {
            let (word, bit) = place(permission);
            if let Some(bits) = set.0.get_mut(word) {
                *bits |= bit;
            }
        }
        set
    }
}

impl From<&Set<Permission>> for PermissionSet {
    fn from(permissions: &Set<Permission>) -> Self {
        permissions.iter().copied().collect()
    }
}

impl From<PermissionSet> for Set<Permission> {
    fn from(permissions: PermissionSet) -> Self {
        permissions.iter().collect::<BTreeSet<_>>().into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn permissions() -> impl Strategy<Value = Vec<Permission>> {
        prop::collection::vec(prop::sample::select(Permission::ALL), 0..40)
    }

    #[test]
    fn the_catalogue_is_in_alphabetical_order() {
        assert!(Permission::ALL.is_sorted_by_key(|permission| permission.as_str()));
    }

    #[test]
    fn all_contains_every_permission() {
        assert_eq!(PermissionSet::all().iter().count(), Permission::ALL.len());
    }

    proptest! {
        #[test]
        fn a_set_holds_what_was_put_in_and_nothing_else(granted in permissions()) {
            let set: PermissionSet = granted.iter().copied().collect();
            for permission in Permission::ALL {
                prop_assert_eq!(set.contains(*permission), granted.contains(permission));
            }
        }

        #[test]
        fn a_set_covers_another_if_and_only_if_each_permission_is_in_it(mine in permissions(), others in permissions()) {
            let (set, other): (PermissionSet, PermissionSet) =
                (mine.iter().copied().collect(), others.iter().copied().collect());
            prop_assert_eq!(set.covers(&other), others.iter().all(|permission| mine.contains(permission)));
        }
    }
}
