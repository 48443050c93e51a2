//! Keys with which programs of users call.

use domain::identity::{ApiKey, ApiKeyId, ApiKeyScope, ApiKeyStatus, IpNetwork, Permission, UserId};
use domain::value::{List, Set, Timestamp};
use http::request::{
    Boolean, Choice, Fields, FilterSet, Filters, IP_NETWORK_PATTERN, Input, ListOf, ListQuery, Parsed, SetOf, SortKey,
    Text,
};
use http::routes::{Change, Coverage, Resource, recorded_without};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use storage::identity::api_keys::{self, Filter, Sort, StoredApiKey};
use storage::identity::callers::Caller;
use storage::{Direction, Page};

use crate::Problem;
use crate::back::{Back, Body, Named, Reading, Requirement, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const KEYS: &str = "/api/v2/api-keys";
    const KEY: &str = "/api/v2/api-keys/{keyId}";
    routes
        .get("api-keys.list", KEYS, P::ApiKeysRead)
        .summary("List API keys.")
        .describe(
            "One's own, the newest first; with the permission `apiKeys.readAll` those of all users. The keys \
             themselves are not kept, and never shown.",
        )
        .extension()
        .list(list);
    routes
        .get("api-keys.get", KEY, P::ApiKeysRead)
        .summary("Read an API key.")
        .describe("The key of another user is 404 without the permission `apiKeys.readAll`.")
        .extension()
        .record(get);
    routes
        .post("api-keys.create", KEYS, Requirement::InPerson(Some(P::ApiKeysCreate)))
        .summary("Create an API key for oneself.")
        .describe(
            "The key is shown in this answer only, and is sent as a bearer token in the place of an access token. It \
             does what its permissions and those of its user have in common, on the data that its user sees. Only \
             permissions that the caller holds can be given, and none to create, change or delete API keys. Not with \
             an API key.",
        )
        .example(json!({
            "name": "Accounting export", "permissions": ["clients.read", "transactions.read"],
            "ipWhitelist": ["198.51.100.0/24"], "expiresAt": "2036-01-01T00:00:00+00:00",
        }))
        .extension()
        .changes_access()
        .created(create);
    routes
        .put_and_patch("api-keys.update", KEY, Requirement::InPerson(Some(P::ApiKeysUpdate)))
        .summary("Change an API key, or switch it off.")
        .describe(
            "Counts from the next call with the key on. Permissions are added by those who hold them, and only where \
             the user of the key does. The key of a user who holds more than the caller can be switched off and given \
             fewer permissions, not revived. Not with an API key.",
        )
        .example_at("/api/v2/api-keys/1", json!({"permissions": ["clients.read"], "isEnabled": false}))
        .extension()
        .changes_access()
        .changed(update);
    routes
        .delete("api-keys.delete", KEY, Requirement::InPerson(Some(P::ApiKeysDelete)))
        .summary("Revoke an API key.")
        .describe(
            "The key works no more. What was done with it stays in the audit log, with its id. Not with an API key.",
        )
        .extension()
        .changes_access()
        .deleted(delete);
}

/// A key with which programs of a user call.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ApiKey")]
#[serde(rename_all = "camelCase")]
struct KeyAnswer {
    id: ApiKeyId,
    /// Whose it is.
    user: Named<UserId>,
    /// Its name; the user has no other key of this name, whatever its case.
    name: String,
    /// How it begins, to recognise it by: `bok_` and 8 characters.
    prefix: String,
    /// What it may do, as far as its user may.
    permissions: Set<Permission>,
    /// The IP addresses and blocks from which it works, beside the list of its user; empty for all that the user has.
    ip_whitelist: Vec<String>,
    /// Whether it works: `expired` when its time is over, `disabled` when it is switched off.
    status: ApiKeyStatus,
    /// Whether it is switched on.
    is_enabled: bool,
    /// When it ends, in the future when it is set; null: never.
    expires_at: Option<Timestamp>,
    /// In which minute it was used last; null: never.
    last_used_at: Option<Timestamp>,
    create_time: Timestamp,
    update_time: Timestamp,
}

impl KeyAnswer {
    fn of(stored: StoredApiKey, now: Timestamp) -> Self {
        Self {
            id: stored.id,
            user: Named { id: stored.user, name: stored.user_name },
            status: stored.data.status(now),
            name: stored.data.name,
            prefix: stored.prefix,
            permissions: stored.data.permissions,
            ip_whitelist: stored.data.ip_whitelist.iter().map(ToString::to_string).collect(),
            is_enabled: stored.data.is_enabled,
            expires_at: stored.data.expires_at,
            last_used_at: stored.last_used_at,
            create_time: stored.create_time,
            update_time: stored.update_time,
        }
    }
}

const RESOURCE: &str = "api_key";

impl Resource<Back> for KeyAnswer {
    const NAME: &'static str = RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }

    /// Not its uses, which are no change of it.
    fn recorded(&self) -> Result<Value, Problem> {
        recorded_without(self, "lastUsedAt")
    }
}

/// A new key, which is shown here and never again.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ApiKeyCreated")]
#[serde(rename_all = "camelCase")]
struct CreatedAnswer {
    id: ApiKeyId,
    /// Its name.
    name: String,
    /// The key: `bok_` and 43 characters. It is sent as a bearer token.
    #[schemars(extend("pattern" = "^bok_[A-Za-z0-9_-]{43}$"))]
    key: String,
    /// How it begins, to recognise it by.
    prefix: String,
    /// What it may do, as far as its user may.
    permissions: Set<Permission>,
    /// When it ends; null: never.
    expires_at: Option<Timestamp>,
    create_time: Timestamp,
    /// What is known of it from now on, for the audit log.
    #[serde(skip)]
    known: KeyAnswer,
}

impl Resource<Back> for CreatedAnswer {
    const NAME: &'static str = RESOURCE;
    /// The key is shown in the answer alone, and would be shown to who approves.
    const COVERAGE: Coverage = Coverage::Never;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn recorded(&self) -> Result<Value, Problem> {
        self.known.recorded()
    }
}

fn read_networks() -> ListOf<Parsed<IpNetwork>> {
    ListOf(Parsed::matching(IP_NETWORK_PATTERN))
}

/// A key that is to be made: it is switched on.
struct NewKey(ApiKey);

impl Input<Back> for NewKey {
    type Current = ();
    const NAME: Option<&'static str> = Some("NewApiKey");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let name =
            fields.about("Its name, unique among those of the user whatever its case.").needed("name", &Text::NAME);
        let permissions = fields
            .about("What it may do; the caller holds each of these.")
            .needed("permissions", &SetOf(Choice::<Permission>::of()));
        let ip_whitelist = fields
            .about("The IP addresses and blocks from which it works; empty for all from which the user may call.")
            .or_default("ipWhitelist", &read_networks(), List::default);
        let expires_at = fields
            .about("When it ends, in the future; null: never.")
            .nullable_new("expiresAt", &Parsed::with_format("date-time"));
        Some(Self(ApiKey {
            name: name?,
            permissions: permissions?,
            ip_whitelist: ip_whitelist?,
            expires_at: expires_at?,
            is_enabled: true,
        }))
    }
}

impl Input<Back> for ApiKey {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, |key| &key.name);
        let permissions = fields.required("permissions", &SetOf(Choice::of()), |key| &key.permissions);
        let ip_whitelist = fields.or("ipWhitelist", &read_networks(), |key| &key.ip_whitelist, List::default);
        let expires_at = fields.nullable("expiresAt", &Parsed::with_format("date-time"), |key| &key.expires_at);
        let is_enabled = fields.or("isEnabled", &Boolean, |key| &key.is_enabled, || true);
        Some(Self {
            name: name?,
            permissions: permissions?,
            ip_whitelist: ip_whitelist?,
            expires_at: expires_at?,
            is_enabled: is_enabled?,
        })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { user: filters.id("userId"), name: filters.text("name"), status: filters.choice("status") }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] =
        &[("createTime", Self::CreateTime), ("name", Self::Name), ("lastUsedAt", Self::LastUsedAt)];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

fn scope_of(caller: &Caller) -> ApiKeyScope {
    ApiKeyScope::of(&caller.rights, caller.user)
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, Sort>) -> Result<Page<KeyAnswer>, Problem> {
    let (scope, now) = (scope_of(reading.caller), reading.context.now());
    let page = api_keys::list(reading.conn, scope, &query.filter, &query.paging, now)?;
    Ok(page.map(|key| KeyAnswer::of(key, now)))
}

fn get(reading: &mut Reading<'_>, (id,): (ApiKeyId,)) -> Result<KeyAnswer, Problem> {
    let key = api_keys::get(reading.conn, scope_of(reading.caller), id)?;
    Ok(KeyAnswer::of(key, reading.context.now()))
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, NewKey>) -> Result<CreatedAnswer, Problem> {
    let NewKey(data) = body.create()?;
    let key = writing.context.secret.api_key()?;
    let stored = api_keys::insert(writing.tx, &writing.caller.as_user(), &data, &key.kept)?;
    let known = KeyAnswer::of(stored, writing.tx.now);
    Ok(CreatedAnswer {
        id: known.id,
        name: known.name.clone(),
        key: key.text,
        prefix: known.prefix.clone(),
        permissions: known.permissions.clone(),
        expires_at: known.expires_at,
        create_time: known.create_time,
        known,
    })
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (ApiKeyId,),
    body: &Body<'_, ApiKey>,
) -> Result<Change<KeyAnswer>, Problem> {
    let (caller, now) = (writing.caller.as_user(), writing.tx.now);
    let before = api_keys::lock(writing.tx, scope_of(writing.caller), id)?;
    let change = writing.change(before, body, |tx, before, data| api_keys::update(tx, &caller, before, data))?;
    Ok(change.map(|key| KeyAnswer::of(key, now)))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (ApiKeyId,)) -> Result<KeyAnswer, Problem> {
    let (caller, scope) = (writing.caller.as_user(), scope_of(writing.caller));
    Ok(KeyAnswer::of(api_keys::delete(writing.tx, &caller, scope, id)?, writing.tx.now))
}
