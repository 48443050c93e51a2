//! What can be set of an account, and what its platform allows for it.

use domain::identity::Permission;
use domain::ledger::{Account, AccountId, Amount};
use http::request::{Choice, Fields, Input, Integer, SetOf, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::ledger::{account_locks, accounts};
use storage::payments::account_settings;

use crate::Problem;
use crate::back::ledger::accounts::AccountAnswer;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const PREFERENCES: &str = "/api/v2/accounts/{accountId}/preferences";
    routes
        .put_and_patch("accounts.update", "/api/v2/accounts/{accountId}", P::AccountsUpdate)
        .summary("Change an account.")
        .describe(
            "Changes the names, permissions and leverage of the account. An archived account cannot be \
             changed (409).",
        )
        .example_at("/api/v2/accounts/1", json!({"caption": "Main wallet", "name": "wallet of a VIP"}))
        .changed(update);
    routes
        .get("accounts.preferences", PREFERENCES, P::AccountsRead)
        .summary("Read the platform settings of an account.")
        .describe(
            "Shows what the product currently allows for the account: leverages, limits and platform \
             settings.",
        )
        .example_path("/api/v2/accounts/2/preferences")
        .record(preferences);
}

impl Input<Back> for Account {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let caption = fields.required("caption", &Text::NAME, |account| &account.caption);
        let name = fields.required("name", &Text::NAME, |account| &account.name);
        let permissions = fields.required("permissions", &SetOf(Choice::of()), |account| &account.permissions);
        let leverage = fields
            .about("The new leverage, one of `leverages` in the preferences of the account.")
            .optional("leverage", &Integer::FROM_ONE);
        let current = fields.current()?;
        let leverage = leverage?.or(current.leverage);
        Some(Self { caption: caption?, name: name?, permissions: permissions?, leverage, ..current.clone() })
    }
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (AccountId,),
    body: &Body<'_, Account>,
) -> Result<Change<AccountAnswer>, Problem> {
    let before = account_locks::lock(writing.tx, &writing.caller.rights.scope, id)?;
    Ok(writing.change(before, body, account_settings::update)?.map(AccountAnswer::from))
}

/// The platform settings of an account.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "AccountPreferences")]
#[serde(rename_all = "camelCase")]
struct PreferencesAnswer {
    /// The account.
    account_id: AccountId,
    /// The leverage in force, such as 100 for 1:100; null where the account has none.
    leverage: Option<i64>,
    /// The leverages that can be chosen.
    leverages: Vec<i64>,
    /// The account's group on its platform; null where it has none.
    platform_group: Option<String>,
    /// The least that a client brings to the account at once: in the account's currency where that has settings of
    /// its own, else in USD; null: no minimum.
    min_deposit_amount: Option<Amount>,
    /// How many accounts a client may have on the product, archived ones left out; null: no limit.
    max_accounts: Option<i64>,
    /// Settings of the product for its platform. Secrets are answered as `***`.
    options: Map<String, Value>,
}

impl Resource<Back> for PreferencesAnswer {
    const NAME: &'static str = "account_preferences";

    fn id(&self) -> i64 {
        self.account_id.get()
    }
}

fn preferences(reading: &mut Reading<'_>, (id,): (AccountId,)) -> Result<PreferencesAnswer, Problem> {
    let account = accounts::get(reading.conn, &reading.caller.rights.scope, id)?;
    let preferences = account_settings::preferences(reading.conn, &account.data)?;
    Ok(PreferencesAnswer {
        account_id: id,
        leverage: account.data.leverage,
        leverages: preferences.leverages,
        platform_group: account.platform_group,
        min_deposit_amount: preferences.min_deposit_amount,
        max_accounts: preferences.max_accounts,
        options: crate::back::options::shown(&preferences.options),
    })
}
