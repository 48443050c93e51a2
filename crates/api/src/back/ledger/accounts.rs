//! Accounts of clients.

use domain::catalog::{PlatformId, ProductGroupId, ProductId, ProductPermission, ProductType};
use domain::clients::ClientId;
use domain::identity::Permission;
use domain::ledger::{Account, AccountId};
use domain::value::{Entity, List, LocalizedText, Localizer, Set, Timestamp};
use http::request::{FilterSet, Filters, ListQuery};
use http::routes::{Resource, recorded_without};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use storage::ledger::accounts::{self, Filter, StoredAccount};
use storage::{ByTime, Page};

use super::CurrencyBrief;
use crate::Problem;
use crate::answers::Statement;
use crate::back::{Back, Reading, Routes};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const ACCOUNTS: &str = "/api/v2/accounts";
    const ACCOUNT: &str = "/api/v2/accounts/{accountId}";
    const BALANCE: &str = "/api/v2/accounts/{accountId}/balance";
    routes
        .get("accounts.list", ACCOUNTS, P::AccountsRead)
        .summary("List accounts of clients.")
        .describe("Lists wallets and trading accounts, including archived ones, newest first.")
        .list(list);
    routes
        .get("accounts.get", ACCOUNT, P::AccountsRead)
        .summary("Read an account.")
        .describe("Shows the owner, product and permissions of the account, and what it is worth now.")
        .example_path("/api/v2/accounts/1")
        .single_statement()
        .record(get);
    routes
        .get("accounts.balance", BALANCE, P::AccountsRead)
        .summary("Read the figures of an account.")
        .describe("Answers the `statement` of the account on its own.")
        .example_path("/api/v2/accounts/1/balance")
        .record(balance);
}

/// A record by its id and name.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Named<I> {
    /// Its id.
    id: I,
    /// Its name, in the caller's language where it has one.
    name: String,
}

/// An account of a client.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Account")]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountAnswer {
    /// The id by which paths and bodies name the account.
    account_id: AccountId,
    /// The number that the client is shown, such as the login on a trading platform. No two accounts of a platform
    /// share one.
    account_number: String,
    /// The client whose account it is.
    client_id: ClientId,
    /// Its name in the client's interface.
    caption: String,
    /// The currency of its money. It never changes.
    currency: CurrencyBrief,
    /// The product group at the time the account was opened; null where there was none.
    group: Option<Named<ProductGroupId>>,
    /// Its name in the back office.
    name: String,
    /// What may be done with the account. Without `enabled` nothing may; balance changes need none of them.
    permissions: Set<ProductPermission>,
    /// The platform on which it is kept.
    platform: Named<PlatformId>,
    /// The product from which it was opened.
    product: Named<ProductId>,
    /// What it is worth now. Never null.
    statement: Option<Statement>,
    /// The type of its product: `personal` is a wallet, `trade` and `demo` are accounts on a trading platform.
    #[serde(rename = "type")]
    kind: ProductType,
    /// When it was archived; null while it is in use. An archived account is read-only.
    archive_time: Option<Timestamp>,
    /// When it was opened.
    create_time: Timestamp,
    #[serde(skip)]
    texts: Texts,
}

/// The texts in other languages of what an account names.
#[derive(Clone, Debug, Default)]
struct Texts {
    group: List<LocalizedText>,
    product: List<LocalizedText>,
}

impl Resource<Back> for AccountAnswer {
    const NAME: &'static str = Account::RESOURCE;

    fn id(&self) -> i64 {
        self.account_id.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client_id)
    }

    /// Not its money, which moves without a change of the account.
    fn recorded(&self) -> Result<Value, Problem> {
        recorded_without(self, "statement")
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        localizer.localize(&self.texts.product, "caption", &mut self.product.name);
        if let Some(group) = &mut self.group {
            localizer.localize(&self.texts.group, "caption", &mut group.name);
        }
    }
}

impl From<&StoredAccount> for AccountAnswer {
    fn from(stored: &StoredAccount) -> Self {
        let data = &stored.data;
        let (group, group_texts) = match &stored.group {
            Some((id, name, texts)) => (Some(Named { id: *id, name: name.clone() }), texts.clone()),
            None => (None, List::default()),
        };
        Self {
            account_id: stored.id,
            account_number: data.number.clone(),
            client_id: data.client,
            caption: data.caption.clone(),
            currency: stored.currency.clone().into(),
            group,
            name: data.name.clone(),
            permissions: data.permissions.clone(),
            platform: Named { id: data.platform, name: stored.platform_name.clone() },
            product: Named { id: data.product, name: stored.product_caption.clone() },
            statement: Some(Statement::of(stored)),
            kind: data.kind,
            archive_time: stored.archive_time,
            create_time: stored.create_time,
            texts: Texts { group: group_texts, product: stored.product_resources.clone() },
        }
    }
}

impl From<StoredAccount> for AccountAnswer {
    fn from(stored: StoredAccount) -> Self {
        Self::from(&stored)
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { client: filters.id("clientId"), platform: filters.id("platformId"), product: filters.id("productId") }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ByTime>) -> Result<Page<AccountAnswer>, Problem> {
    Ok(accounts::list(reading.conn, &reading.caller.rights.scope, &query.filter, &query.paging)?
        .map(AccountAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (AccountId,)) -> Result<AccountAnswer, Problem> {
    Ok(accounts::get(reading.conn, &reading.caller.rights.scope, id)?.into())
}

/// The figures of one account.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(rename = "AccountBalance")]
pub(crate) struct BalanceAnswer {
    statement: Statement,
    #[serde(skip)]
    of: (i64, i64),
}

impl Resource<Back> for BalanceAnswer {
    const NAME: &'static str = "account_balance";

    fn id(&self) -> i64 {
        self.of.0
    }

    fn client(&self) -> Option<ClientId> {
        Some(ClientId::new(self.of.1))
    }
}

pub(crate) fn balance_of(account: &StoredAccount) -> BalanceAnswer {
    BalanceAnswer { statement: Statement::of(account), of: (account.id.get(), account.data.client.get()) }
}

fn balance(reading: &mut Reading<'_>, (id,): (AccountId,)) -> Result<BalanceAnswer, Problem> {
    Ok(balance_of(&accounts::get(reading.conn, &reading.caller.rights.scope, id)?))
}
