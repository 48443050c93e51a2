//! The accounts of the client.

use domain::catalog::{ProductGroup, ProductGroupId, ProductGroupType, ProductId, ProductPermission, ProductType};
use domain::clients::ClientId;
use domain::ledger::{Account, AccountId};
use domain::value::{Entity, List, LocalizedText, Localizer, Record, Set, Timestamp};
use http::request::{FilterSet, Filters, ListQuery};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use storage::payments::client_accounts::{self, ClientAccount, Filter};
use storage::{ByTime, Page};

use crate::Problem;
use crate::answers::Statement;
use crate::front::CurrencyAnswer;
use crate::front::catalog::{MyPlatform, ProductCurrencyAnswer};
use crate::front::{Front, Reading, Requirement, Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("my.accounts.list", "/api/v2/my/accounts", Requirement::SignedIn)
        .summary("List the accounts of the client.")
        .describe("Lists wallets and trading accounts, archived ones too, the newest first.")
        .list(list);
    routes
        .get("my.accounts.get", "/api/v2/my/accounts/{accountId}", Requirement::SignedIn)
        .summary("Read an account of the client.")
        .describe("Shows what the account is worth now and what can be done with it.")
        .record(get);
}

/// The product group of an account.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MyAccountGroup {
    /// Its id.
    id: ProductGroupId,
    /// Its name.
    name: String,
    /// The name to show, in the caller's language where it has one.
    caption: String,
    /// What it is, in the caller's language where it says so.
    description: String,
    /// What it is for.
    #[serde(rename = "type")]
    kind: ProductGroupType,
    /// Its place in lists: the lowest comes first.
    priority: i64,
    /// When it was made.
    create_time: Option<Timestamp>,
    /// When it was last changed.
    update_time: Option<Timestamp>,
    #[serde(skip)]
    resources: List<LocalizedText>,
}

impl From<Record<ProductGroup>> for MyAccountGroup {
    fn from(stored: Record<ProductGroup>) -> Self {
        let ProductGroup { caption, description, kind, priority, resources, status: _ } = stored.data;
        Self {
            id: stored.id,
            name: caption.clone(),
            caption,
            description,
            kind,
            priority,
            create_time: Some(stored.create_time),
            update_time: Some(stored.update_time),
            resources,
        }
    }
}

/// An account of the client.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MyAccount {
    /// The id by which paths and bodies name the account.
    account_id: AccountId,
    /// Its number, such as the login on a trading platform.
    account_number: String,
    /// Whether it was archived: it is only read then.
    archive: bool,
    /// Its name, which the client may change.
    caption: String,
    /// The currency of its money.
    currency: CurrencyAnswer,
    /// Whether the client has marked it.
    favourite: bool,
    /// The product group at the time the account was opened; null where there was none.
    group: Option<MyAccountGroup>,
    /// The platform on which it is kept.
    platform: MyPlatform,
    /// The place of its product in lists: the lowest comes first.
    priority: i64,
    /// What it is worth now; null for an account of somebody else.
    statement: Option<Statement>,
    /// What it is: `personal` is a wallet, `trade` and `demo` are accounts on a trading platform.
    #[serde(rename = "type")]
    kind: Option<ProductType>,
    /// What may be done with the account. Without `enabled` nothing may.
    permissions: Set<ProductPermission>,
    /// The product from which it was opened.
    product_id: ProductId,
    /// Its currency of the product; null where the product does not have that any more.
    product_currency: Option<ProductCurrencyAnswer>,
    /// The permissions as a sum: `deposit` 1, `enabled` 2, `exchange` 4, `trade` 8, `transferDeposit` 16,
    /// `transferWithdrawal` 32, `visible` 64, `withdrawal` 128.
    rights: i64,
    /// Its leverage, such as 100 for 1:100; null where it has none.
    leverage: Option<i64>,
    /// When it was opened.
    create_time: Timestamp,
    #[serde(skip)]
    client: Option<ClientId>,
}

impl MyAccount {
    /// An account of somebody else, on the other side of a transaction: what is theirs to know is left out.
    pub(crate) fn of_other(shown: &ClientAccount) -> Self {
        let permissions = Set::default();
        Self {
            caption: shown.product.caption.clone(),
            favourite: false,
            statement: None,
            rights: ProductPermission::bits(&permissions),
            permissions,
            leverage: None,
            ..Self::from(shown)
        }
    }
}

impl From<&ClientAccount> for MyAccount {
    fn from(shown: &ClientAccount) -> Self {
        let (account, data) = (&shown.account, &shown.account.data);
        let currency_of_product =
            |stored: &_| ProductCurrencyAnswer::of(data.product, &shown.product, Clone::clone(stored));
        Self {
            account_id: account.id,
            account_number: data.number.clone(),
            archive: account.archive_time.is_some(),
            caption: data.caption.clone(),
            currency: account.currency.clone().into(),
            favourite: data.is_favourite,
            group: shown.group.clone().map(MyAccountGroup::from),
            platform: shown.platform.clone().into(),
            priority: shown.product.priority,
            statement: Some(Statement::of(account)),
            kind: Some(data.kind),
            permissions: data.permissions.clone(),
            product_id: data.product,
            product_currency: shown.product_currency.as_ref().map(currency_of_product),
            rights: ProductPermission::bits(&data.permissions),
            leverage: data.leverage,
            create_time: account.create_time,
            client: Some(data.client),
        }
    }
}

impl From<ClientAccount> for MyAccount {
    fn from(shown: ClientAccount) -> Self {
        Self::from(&shown)
    }
}

impl Resource<Front> for MyAccount {
    const NAME: &'static str = Account::RESOURCE;

    fn id(&self) -> i64 {
        self.account_id.get()
    }

    fn client(&self) -> Option<ClientId> {
        self.client
    }

    /// What is the account's own.
    fn recorded(&self) -> Result<Value, Problem> {
        Ok(json!({
            "accountNumber": self.account_number,
            "clientId": self.client,
            "productId": self.product_id,
            "currency": self.currency.alphabetic_code(),
            "caption": self.caption,
            "favourite": self.favourite,
            "permissions": self.permissions,
            "leverage": self.leverage,
            "archive": self.archive,
        }))
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        self.currency.localize(localizer);
        if let Some(group) = &mut self.group {
            localizer.localize(&group.resources, "caption", &mut group.caption);
            localizer.localize(&group.resources, "description", &mut group.description);
        }
        if let Some(currency) = &mut self.product_currency {
            currency.localize(localizer);
        }
    }
}

impl FilterSet<Front> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            alphabetic_code: filters.text("alphabeticCurrencyCode"),
            permission: filters.choice("permissions"),
            platform: filters.id("platformId"),
        }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ByTime>) -> Result<Page<MyAccount>, Problem> {
    let client = reading.caller.client();
    Ok(client_accounts::list(reading.conn, client, &query.filter, &query.paging)?.map(MyAccount::from))
}

fn get(reading: &mut Reading<'_>, (id,): (AccountId,)) -> Result<MyAccount, Problem> {
    Ok(client_accounts::get(reading.conn, reading.caller.client(), id)?.into())
}
