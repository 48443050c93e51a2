//! Providers by which users sign in.

use std::sync::Arc;

use domain::identity::options::MASK;
use domain::identity::{
    EmailDomain, IdentityProvider, IdentityProviderId, MappedGroup, Permission, SecureUrl, UserGroupId,
};
use domain::value::{Entity as _, Set, Timestamp};
use http::request::{Boolean, Fields, Id, Input, Kind, ListQuery, NoFilter, Object, Parsed, SetOf, Text};
use http::routes::{Change, Resource};
use http::{Answer, Fault, RequestFault, read};
use outbound::CallKind;
use outbound::options::sealed;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::identity::identity_providers::{self, StoredProvider};
use storage::{ById, Page};

use crate::Problem;
use crate::back::connection_status::ConnectionStatus;
use crate::back::{Back, Body, Call, Reading, Requirement, Routes, Writing};
use crate::context::AppContext;
use crate::outside;

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const PROVIDERS: &str = "/api/v2/identity-providers";
    const PROVIDER: &str = "/api/v2/identity-providers/{providerId}";
    routes
        .get("identity-providers.list", PROVIDERS, P::IdentityProvidersRead)
        .summary("List identity providers.")
        .describe("Sorted by id.")
        .extension()
        .list(list);
    routes
        .get("identity-providers.get", PROVIDER, P::IdentityProvidersRead)
        .summary("Read an identity provider.")
        .describe("The secret of the client is masked.")
        .extension()
        .record(get);
    routes
        .get("identity-providers.check", "/api/v2/identity-providers/{providerId}/status", P::IdentityProvidersRead)
        .summary("Check whether an identity provider answers.")
        .describe(
            "Asks it for its configuration and its keys. Whether it knows the client and its secret shows only when \
             somebody signs in.",
        )
        .extension()
        .action::<(), ConnectionStatus, _>(status);
    routes
        .post("identity-providers.create", PROVIDERS, Requirement::InPerson(Some(P::IdentityProvidersCreate)))
        .summary("Add an identity provider.")
        .describe(
            "Administrators alone, since a provider decides who signs in as whom. It need not answer yet. Not with an \
             API key.",
        )
        .example(json!({
            "caption": "Office", "issuer": "https://login.example.com/realms/staff", "clientId": "backoffice",
            "clientSecret": "Secret123", "scopes": ["email", "profile", "groups"],
            "redirectUris": ["https://office.example.com/signed-in"], "emailDomains": ["example.com"],
            "groupClaim": "groups", "groups": [{"value": "support", "groupId": 2}], "followsGroups": true,
            "createsUsers": true, "trustsSecondFactor": false, "isEnabled": false,
        }))
        .extension()
        .changes_access()
        .created(create);
    routes
        .put_and_patch("identity-providers.update", PROVIDER, Requirement::InPerson(Some(P::IdentityProvidersUpdate)))
        .summary("Change an identity provider, or switch it on or off.")
        .describe(
            "Administrators alone. The issuer does not change. A secret that is left out or masked stays as it is. While \
             passwords are switched off, the only provider with which an active administrator has signed in stays \
             enabled (409). Not with an API key.",
        )
        .example_at("/api/v2/identity-providers/1", json!({"caption": "Head office", "createsUsers": false}))
        .extension()
        .changes_access()
        .changed(update);
    routes
        .delete("identity-providers.delete", PROVIDER, Requirement::InPerson(Some(P::IdentityProvidersDelete)))
        .summary("Delete an identity provider.")
        .describe(
            "Administrators alone. Its users stay, and are known by it no more. While passwords are switched off, the \
             only provider with which an active administrator has signed in stays (409). Not with an API key.",
        )
        .example_path("/api/v2/identity-providers/2")
        .extension()
        .changes_access()
        .deleted(delete);
}

/// A provider by which users sign in with OIDC.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "IdentityProvider")]
#[serde(rename_all = "camelCase")]
struct ProviderAnswer {
    id: IdentityProviderId,
    /// The name that users are shown.
    caption: String,
    /// Who issues the ID tokens: what stands before `/.well-known/openid-configuration`, letter by letter. It is fixed.
    issuer: SecureUrl,
    /// The id of the client that is registered with the provider.
    client_id: String,
    /// The secret of the client, masked; null for a public client.
    client_secret: Option<String>,
    /// The scopes that are asked for, beside `openid`.
    scopes: Set<String>,
    /// Where users may be sent back, letter by letter.
    redirect_uris: Set<SecureUrl>,
    /// The domains of e-mail addresses for which the provider speaks: only users with such an address are linked or made.
    email_domains: Set<EmailDomain>,
    /// The claim of the ID token that holds groups.
    group_claim: String,
    /// Which user groups its values give.
    groups: Set<MappedGroup>,
    /// Whether the mapped groups of users follow the claim at each sign-in; else it counts for new users alone.
    follows_groups: bool,
    /// Whether a user is made at a first sign-in.
    creates_users: bool,
    /// Whether the provider asks for a second factor, so that none is asked here.
    trusts_second_factor: bool,
    /// Whether users can sign in with it.
    is_enabled: bool,
    create_time: Timestamp,
    update_time: Timestamp,
}

impl Resource<Back> for ProviderAnswer {
    const NAME: &'static str = IdentityProvider::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredProvider> for ProviderAnswer {
    fn from(StoredProvider { id, data, create_time, update_time }: StoredProvider) -> Self {
        Self {
            id,
            caption: data.caption,
            issuer: data.issuer,
            client_id: data.client_id,
            client_secret: data.client_secret.map(|_| MASK.to_owned()),
            scopes: data.scopes,
            redirect_uris: data.redirect_uris,
            email_domains: data.email_domains,
            group_claim: data.group_claim,
            groups: data.groups,
            follows_groups: data.follows_groups,
            creates_users: data.creates_users,
            trusts_second_factor: data.trusts_second_factor,
            is_enabled: data.is_enabled,
            create_time,
            update_time,
        }
    }
}

const VALUE: Text = Text::NAME;
const GROUP: Id<UserGroupId> = Id::of();
const MAPPED: SetOf<Object<MappedGroup>> = SetOf(Object { schema: mapped_schema, read: read_mapped });

fn mapped_schema() -> Value {
    json!({
        "title": "MappedGroupInput",
        "type": "object",
        "properties": {
            "value": VALUE.described("A value of the claim, letter by letter."),
            "groupId": GROUP.described("The id of the user group that it gives."),
        },
        "required": ["value", "groupId"],
    })
}

fn read_mapped(object: &Map<String, Value>, at: &str, faults: &mut Vec<Fault>) -> Option<MappedGroup> {
    let value = part(object, "value", &VALUE, at, faults);
    let group_id = part(object, "groupId", &GROUP, at, faults);
    Some(MappedGroup { value: value?, group_id: group_id? })
}

fn part<K: Kind>(
    object: &Map<String, Value>,
    name: &str,
    kind: &K,
    at: &str,
    faults: &mut Vec<Fault>,
) -> Option<K::Out> {
    let at = format!("{at}.{name}");
    let fault = match object.get(name) {
        None => RequestFault::Required,
        Some(Value::Null) => RequestFault::Null,
        Some(value) => return kind.parse(value, &at, faults),
    };
    faults.push(Fault::sent(at, fault));
    None
}

/// What is sent of a provider. Its own secret is none: [`Self::over`] seals the one that is sent.
#[derive(Clone, Debug)]
struct SentProvider {
    provider: IdentityProvider,
    client_secret: Option<Option<String>>,
}

impl Input<Back> for SentProvider {
    type Current = IdentityProvider;

    fn read(fields: &mut Fields<'_, IdentityProvider>) -> Option<Self> {
        const URL: Parsed<SecureUrl> = Parsed::matching(SecureUrl::PATTERN);
        const DOMAIN: Parsed<EmailDomain> = Parsed::matching(EmailDomain::PATTERN);
        let usual = || ["email", "profile"].map(str::to_owned).into_iter().collect();
        let caption = fields.required("caption", &Text::NAME, |provider| &provider.caption);
        let issuer = fields.fixed("issuer", &URL, |provider| &provider.issuer);
        let client_id = fields.required("clientId", &Text::NAME, |provider| &provider.client_id);
        let client_secret =
            fields.about("The secret of the client; masked, it stays as it is.").clearable("clientSecret", &SECRET);
        let scopes = fields.or("scopes", &SetOf(Text::NAME), |provider| &provider.scopes, usual);
        let redirect_uris = fields.required("redirectUris", &SetOf(URL), |provider| &provider.redirect_uris);
        let email_domains = fields.required("emailDomains", &SetOf(DOMAIN), |provider| &provider.email_domains);
        let group_claim =
            fields.or("groupClaim", &Text::NAME, |provider| &provider.group_claim, || "groups".to_owned());
        let groups = fields.or("groups", &MAPPED, |provider| &provider.groups, Set::default);
        let follows_groups = fields.or("followsGroups", &Boolean, |provider| &provider.follows_groups, || false);
        let creates_users = fields.or("createsUsers", &Boolean, |provider| &provider.creates_users, || false);
        let trusts_second_factor =
            fields.or("trustsSecondFactor", &Boolean, |provider| &provider.trusts_second_factor, || false);
        let is_enabled = fields.or("isEnabled", &Boolean, |provider| &provider.is_enabled, || false);
        let provider = IdentityProvider {
            caption: caption?,
            issuer: issuer?,
            client_id: client_id?,
            client_secret: None,
            scopes: scopes?,
            redirect_uris: redirect_uris?,
            email_domains: email_domains?,
            group_claim: group_claim?,
            groups: groups?,
            follows_groups: follows_groups?,
            creates_users: creates_users?,
            trusts_second_factor: trusts_second_factor?,
            is_enabled: is_enabled?,
        };
        Some(Self { provider, client_secret: client_secret? })
    }
}

const SECRET: Text = Text { min: 1, max: 2_000 };

impl SentProvider {
    /// The provider with its secret as it is stored.
    fn over(self, context: &AppContext, before: Option<&IdentityProvider>) -> Result<IdentityProvider, Problem> {
        let stays = || before.and_then(|before| before.client_secret.clone());
        let client_secret = match self.client_secret {
            None => stays(),
            Some(None) => None,
            Some(Some(secret)) if secret == MASK => stays(),
            Some(Some(secret)) => Some(sealed(&context.outbound.secret, &secret)?),
        };
        Ok(IdentityProvider { client_secret, ..self.provider })
    }
}

async fn status(context: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let id: Option<IdentityProviderId> = call.segments.first().and_then(|id| id.parse().ok());
    let id = id.ok_or_else(Problem::not_found)?;
    let provider = read(&context.database, move |conn| identity_providers::get(conn, id)).await?.data;
    let checked = outside::ask(&context, move |outbound| {
        let ask = || outbound.oidc.check(&outbound.secret, &provider);
        outbound.metrics.measured(CallKind::IdentityProvider, ask)
    })
    .await?;
    Answer::json(&ConnectionStatus::of(checked.err().map(|error| error.to_string())))
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<NoFilter, ById>) -> Result<Page<ProviderAnswer>, Problem> {
    Ok(identity_providers::list(reading.conn, &query.paging)?.map(ProviderAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (IdentityProviderId,)) -> Result<ProviderAnswer, Problem> {
    Ok(identity_providers::get(reading.conn, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, SentProvider>) -> Result<ProviderAnswer, Problem> {
    let provider = body.create()?.over(writing.context, None)?;
    Ok(identity_providers::insert(writing.tx, &writing.caller.as_user(), &provider)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (IdentityProviderId,),
    body: &Body<'_, SentProvider>,
) -> Result<Change<ProviderAnswer>, Problem> {
    let caller = writing.caller.as_user();
    let before = identity_providers::lock(writing.tx, id)?;
    let after = body.change(&before.data)?.over(writing.context, Some(&before.data))?;
    let write = |tx: &mut storage::Tx<'_>, before: &StoredProvider, after: &IdentityProvider| {
        identity_providers::update(tx, &caller, before, after)
    };
    Ok(writing.change_to(before, &after, write)?.map(ProviderAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (IdentityProviderId,)) -> Result<ProviderAnswer, Problem> {
    Ok(identity_providers::delete(writing.tx, &writing.caller.as_user(), id)?.into())
}
