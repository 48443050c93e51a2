//! Accounts of clients.

use crate::back::{Back, Body, Reading, Routes, Writing};
use domain::catalog::{PlatformId, ProductGroupId, ProductId, ProductPermission, ProductType};
use domain::clients::ClientId;
use domain::identity::Permission;
use domain::ledger::{Account, AccountId, Amount, Sum};
use domain::value::{Entity, List, LocalizedText, Localizer, Set, Timestamp};
use http::request::{Amounts, Choice, Fields, FilterSet, Filters, Id, Input, ListQuery, SetOf, Sums, Text, Whole};
use http::routes::{Added, Changed, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use storage::catalog::products;
use storage::clients::profiles;
use storage::ledger::accounts::{self, Filter, NewAccount, StoredAccount};
use storage::payments::operations;
use storage::{ByTime, Page};

use super::CurrencyBrief;
use super::transactions::TransactionAnswer;
use crate::Fault;
use crate::Problem;

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const ACCOUNTS: &str = "/api/v2/accounts";
    const ACCOUNT: &str = "/api/v2/accounts/{accountId}";
    const PREFERENCES: &str = "/api/v2/accounts/{accountId}/preferences";
    const BALANCE: &str = "/api/v2/accounts/{accountId}/balance";
    const ARCHIVE: &str = "/api/v2/accounts/{accountId}/archive";
    routes.get("accounts.list", ACCOUNTS, P::AccountsRead).summary("List accounts of clients.").list(list);
    routes.get("accounts.get", ACCOUNT, P::AccountsRead).summary("Read an account.").record(get);
    routes
        .post("accounts.create", ACCOUNTS, P::AccountsCreate)
        .summary("Open an account for a client.")
        .created(create);
    routes.put_and_patch("accounts.update", ACCOUNT, P::AccountsUpdate).summary("Change an account.").changed(update);
    routes
        .get("accounts.preferences", PREFERENCES, P::AccountsRead)
        .summary("Read the platform settings of an account.")
        .record(preferences);
    routes.get("accounts.balance", BALANCE, P::AccountsRead).summary("Read the figures of an account.").record(balance);
    routes
        .put_and_patch("accounts.change-balance", BALANCE, P::AccountBalancesUpdate)
        .summary("Add to the balance of an account, or take from it.")
        .idempotent()
        .added(change_balance);
    routes
        .post("accounts.archive", ARCHIVE, P::AccountsDelete)
        .summary("Archive a trading account, for good.")
        .changed(archive);
}

/// What an account is worth, in whole units of its currency.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Statement")]
#[serde(rename_all = "camelCase")]
struct Statement {
    /// What an operation may take.
    available_balance: Sum,
    current_balance: Sum,
    /// Bonus money.
    credit: Amount,
    equity: Sum,
    /// Null for wallets.
    free_margin: Option<Sum>,
    /// What unfinished operations block.
    hold: Amount,
    /// Null for wallets.
    margin: Option<Amount>,
    /// Equity divided by margin.
    margin_level: Option<Sum>,
    pnl: Amount,
    update_time: Timestamp,
}

fn statement_of(account: &StoredAccount) -> Statement {
    let statement = account.facts.statement();
    Statement {
        available_balance: statement.available_balance,
        current_balance: statement.current_balance,
        credit: statement.credit,
        equity: statement.equity,
        free_margin: statement.free_margin,
        hold: statement.hold,
        margin: statement.margin,
        margin_level: statement.margin_level,
        pnl: statement.pnl,
        update_time: account.statement_time,
    }
}

/// A record by its id and name.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(inline)]
struct Named<I> {
    id: I,
    name: String,
}

/// An account of a client.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Account")]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountAnswer {
    account_id: AccountId,
    /// The number that the client is shown.
    account_number: String,
    client_id: ClientId,
    caption: String,
    currency: CurrencyBrief,
    group: Option<Named<ProductGroupId>>,
    name: String,
    permissions: Set<ProductPermission>,
    platform: Named<PlatformId>,
    product: Named<ProductId>,
    statement: Option<Statement>,
    #[serde(rename = "type")]
    kind: ProductType,
    archive_time: Option<Timestamp>,
    create_time: Timestamp,
    #[serde(skip)]
    texts: Texts,
}

/// The texts in other languages of what an account names.
#[derive(Clone, Debug, Default, PartialEq)]
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

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        localizer.localize(&self.texts.product, "caption", &mut self.product.name);
        if let Some(group) = &mut self.group {
            localizer.localize(&self.texts.group, "caption", &mut group.name);
        }
    }
}

impl From<StoredAccount> for AccountAnswer {
    fn from(stored: StoredAccount) -> Self {
        let statement = statement_of(&stored);
        let data = stored.data;
        let (group, group_texts) = match stored.group {
            Some((id, name, texts)) => (Some(Named { id, name }), texts),
            None => (None, List::default()),
        };
        Self {
            account_id: stored.id,
            account_number: data.number,
            client_id: data.client,
            caption: data.caption,
            currency: stored.currency.into(),
            group,
            name: data.name,
            permissions: data.permissions,
            platform: Named { id: data.platform, name: stored.platform_name },
            product: Named { id: data.product, name: stored.product_caption },
            statement: Some(statement),
            kind: data.kind,
            archive_time: stored.archive_time,
            create_time: stored.create_time,
            texts: Texts { group: group_texts, product: stored.product_resources },
        }
    }
}

struct Opening(NewAccount);

impl Input<Back> for Opening {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let client = fields.needed("clientId", &Id::of());
        let product = fields.needed("productId", &Id::of());
        let currency = fields.optional("currencyCode", &Id::of());
        let caption = fields.optional("caption", &Text::NAME);
        let leverage = fields.optional("leverage", &Whole::FROM_ONE);
        let start_amount = fields.optional("startAmount", &Amounts);
        let permissions = fields.optional("permissions", &SetOf(Choice::of()));
        Some(Self(NewAccount {
            client: client?,
            product: product?,
            currency: currency?,
            caption: caption?,
            leverage: leverage?,
            start_amount: start_amount?,
            permissions: permissions?,
        }))
    }
}

impl Input<Back> for Account {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let caption = fields.required("caption", &Text::NAME, |account| &account.caption);
        let name = fields.required("name", &Text::NAME, |account| &account.name);
        let permissions = fields.required("permissions", &SetOf(Choice::of()), |account| &account.permissions);
        let leverage = fields.optional("leverage", &Whole::FROM_ONE);
        let current = fields.current()?;
        let leverage = leverage?.or(current.leverage);
        Some(Self { caption: caption?, name: name?, permissions: permissions?, leverage, ..current.clone() })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { client: filters.id("clientId"), platform: filters.id("platformId"), product: filters.id("productId") }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ByTime>) -> Result<Page<AccountAnswer>, Problem> {
    Ok(accounts::list(reading.conn, &reading.session.rights.scope, &query.filter, &query.paging)?
        .map(AccountAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (AccountId,)) -> Result<AccountAnswer, Problem> {
    Ok(accounts::get(reading.conn, &reading.session.rights.scope, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, Opening>) -> Result<AccountAnswer, Problem> {
    let Opening(new) = body.create()?;
    if new.currency.is_none()
        && products::get(writing.tx.conn, new.product).is_ok()
        && accounts::currencies_of(writing.tx.conn, new.product)?.len() != 1
    {
        let issue = "is required: the product does not have exactly one currency";
        return Err(Problem::bad_request(vec![Fault::of("currencyCode", issue)]));
    }
    let account = accounts::open(writing.tx, &writing.session.rights.scope, &new)?;
    tell(writing, &account)?;
    Ok(account.into())
}

/// Tells the client of his new account, as the product says.
fn tell(writing: &mut Writing<'_, '_>, account: &StoredAccount) -> Result<(), Problem> {
    let product = products::get(writing.tx.conn, account.data.product)?.data;
    if !writing.app.outbound.sends_mail() || !product.send_mail_setting.sends() {
        return Ok(());
    }
    let client = profiles::get(writing.tx.conn, &writing.session.rights.scope, account.data.client)?.data;
    let text = format!(
        "{}, the account {} was opened for you: {}, in {}.",
        client.name(),
        account.data.number,
        account.data.caption,
        account.currency.alphabetic_code
    );
    let outbound = &writing.app.outbound;
    Ok(outbound.put_mail(writing.tx, client.email.as_str(), "An account was opened for you", &text)?)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (AccountId,),
    body: &Body<'_, Account>,
) -> Result<Changed<AccountAnswer>, Problem> {
    let before = operations::lock_account(writing.tx, &writing.session.rights.scope, id)?;
    let data = body.change(&before.data)?;
    if data == before.data {
        return Ok(Changed::nothing(before.into()));
    }
    let after = accounts::update(writing.tx, &before, &data)?;
    Ok(Changed { before: before.into(), after: after.into() })
}

/// The platform settings of an account.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "AccountPreferences")]
#[serde(rename_all = "camelCase")]
struct PreferencesAnswer {
    account_id: AccountId,
    leverage: Option<i64>,
    /// Those that can be chosen.
    leverages: Vec<i64>,
    /// Its group on the platform.
    platform_group: Option<String>,
    min_deposit_amount: Option<Amount>,
    max_accounts: Option<i64>,
    /// Settings of the platform.
    options: Map<String, Value>,
}

impl Resource<Back> for PreferencesAnswer {
    const NAME: &'static str = "account_preferences";

    fn id(&self) -> i64 {
        self.account_id.get()
    }
}

fn preferences(reading: &mut Reading<'_>, (id,): (AccountId,)) -> Result<PreferencesAnswer, Problem> {
    let account = accounts::get(reading.conn, &reading.session.rights.scope, id)?;
    let preferences = accounts::preferences(reading.conn, &account.data)?;
    Ok(PreferencesAnswer {
        account_id: id,
        leverage: account.data.leverage,
        leverages: preferences.leverages,
        platform_group: account.platform_group,
        min_deposit_amount: preferences.min_deposit_amount,
        max_accounts: preferences.max_accounts,
        options: crate::options::shown(&preferences.options),
    })
}

/// The figures of one account.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(transparent)]
struct BalanceAnswer {
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

fn balance_of(account: &StoredAccount) -> BalanceAnswer {
    BalanceAnswer { statement: statement_of(account), of: (account.id.get(), account.data.client.get()) }
}

fn balance(reading: &mut Reading<'_>, (id,): (AccountId,)) -> Result<BalanceAnswer, Problem> {
    Ok(balance_of(&accounts::get(reading.conn, &reading.session.rights.scope, id)?))
}

/// An amount to add, or to take where it is negative.
struct Adjustment {
    amount: Amount,
    comment: Option<String>,
}

impl Input<Back> for Adjustment {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let amount = fields.needed("amount", &Sums::NotZero);
        let comment = fields.nullable_new("comment", &Text::LONG);
        Some(Self { amount: amount?, comment: comment? })
    }
}

fn change_balance(
    writing: &mut Writing<'_, '_>,
    (id,): (AccountId,),
    body: &Body<'_, Adjustment>,
) -> Result<Added<BalanceAnswer, TransactionAnswer>, Problem> {
    let before = operations::lock_account(writing.tx, &writing.session.rights.scope, id)?;
    let Adjustment { amount, comment } = body.create()?;
    let user = writing.session.user;
    let (after, transaction) = operations::change_balance(writing.tx, Some(user), &before, amount, comment.as_deref())?;
    Ok(Added { record: balance_of(&after), made: transaction.into() })
}

/// A body without fields.
pub(crate) struct Nothing;

impl Input<Back> for Nothing {
    type Current = ();

    fn read(_: &mut Fields<'_, ()>) -> Option<Self> {
        Some(Self)
    }
}

fn archive(
    writing: &mut Writing<'_, '_>,
    (id,): (AccountId,),
    body: &Body<'_, Nothing>,
) -> Result<Changed<AccountAnswer>, Problem> {
    let before = operations::lock_account(writing.tx, &writing.session.rights.scope, id)?;
    body.create()?;
    let after = accounts::archive(writing.tx, &before)?;
    Ok(Changed { before: before.into(), after: after.into() })
}
