//! Every operation of the back office's interface, and the one permission that opens it.

use super::Permission;
use crate::value::text_enum;

text_enum! {
    /// One operation of the interface: the key of its route, permission, audit record, metric
    /// and `operationId`.
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
            Self::AuthenticationSignin
            | Self::AuthenticationTwoFactorConfirm
            | Self::AuthenticationRefresh
            | Self::AuthenticationSignout
            | Self::AuthenticationTotpBegin
            | Self::AuthenticationTotpEnable
            | Self::PlatformsTrades
            | Self::PlatformsFigures => return None,
            Self::BlackAndWhiteListsList | Self::BlackAndWhiteListsGet => P::BlackAndWhiteListsRead,
            Self::BlackAndWhiteListsCreate => P::BlackAndWhiteListsCreate,
            Self::BlackAndWhiteListsUpdate => P::BlackAndWhiteListsUpdate,
            Self::BlackAndWhiteListsDelete => P::BlackAndWhiteListsDelete,
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
            Self::ClientTypesList | Self::ClientTypesGet => P::ClientTypesRead,
            Self::ClientTypesCreate => P::ClientTypesCreate,
            Self::ClientTypesUpdate => P::ClientTypesUpdate,
            Self::ClientTypesDelete => P::ClientTypesDelete,
            Self::ClientsList | Self::ClientsGet => P::ClientsRead,
            Self::ClientsCreate => P::ClientsCreate,
            Self::ClientsUpdate => P::ClientsUpdate,
            Self::ClientsDelete => P::ClientsDelete,
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
            Self::ExchangeRateProvidersRate => P::ExchangeRatesRead,
            Self::ExchangeRateProvidersList | Self::ExchangeRateProvidersGet | Self::ExchangeRateProvidersStatus => {
                P::ExchangeRateProvidersRead
            }
            Self::ExchangeRateProvidersCreate => P::ExchangeRateProvidersCreate,
            Self::ExchangeRateProvidersUpdate => P::ExchangeRateProvidersUpdate,
            Self::ExchangeRateProvidersDelete => P::ExchangeRateProvidersDelete,
            Self::ExchangesCreate => P::ExchangesCreate,
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
            Self::SystemLogsList | Self::SystemLogsGet => P::SystemLogsRead,
            Self::TransactionsList
            | Self::TransactionsGet
            | Self::TransactionsMonitoringList
            | Self::TransactionsMonitoringGet => P::TransactionsRead,
            Self::TransactionsUpdate | Self::TransactionsCheck => P::TransactionsUpdate,
            Self::TransactionsTypesList | Self::TransactionsTypesGet => P::TransactionTypesRead,
            Self::TransactionsTypesUpdate => P::TransactionTypesUpdate,
            Self::TransfersCreate => P::TransfersCreate,
            Self::UserGroupsList | Self::UserGroupsGet => P::UserGroupsRead,
            Self::UserGroupsCreate => P::UserGroupsCreate,
            Self::UserGroupsUpdate => P::UserGroupsUpdate,
            Self::UserGroupsDelete => P::UserGroupsDelete,
            Self::UsersList | Self::UsersGet => P::UsersRead,
            Self::UsersCreate => P::UsersCreate,
            Self::UsersUpdate => P::UsersUpdate,
            Self::UsersDelete => P::UsersDelete,
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
