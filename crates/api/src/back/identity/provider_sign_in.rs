//! Sign-in with identity providers: a browser is sent to the provider, and comes back with a code (OIDC).

use std::sync::Arc;

use chrono::TimeDelta;
use domain::identity::{AttemptOutcome, IdentityFault, IdentityProviderId, ProviderIdentity, SecureUrl, UserGroupId};
use domain::value::{Email, Field, Refusal, Timestamp, Uuid};
use http::request::{Fields, Id, Input, Parsed, Text};
use http::routes::{OpenReading, Resource};
use http::{Answer, GateRequest, read, write};
use outbound::CallKind;
use outbound::oidc::{CodeExchange, OidcError};
use outbound::secrets::{random, token_hash};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use storage::audit::{Action, Actor, Subject, record};
use storage::identity::attempt_counters::PendingAttempt;
use storage::identity::identity_providers::{self, OfferedProvider};
use storage::identity::provider_sign_ins::{self, Admitted, Begun, Done, Ending, KeptSignIn, NewSignIn};
use storage::identity::sign_in::{self, SignInOutcome};
use storage::platform::settings;
use storage::{Error, Tx};

use super::SIGN_IN;
use super::authentication::{SignInResult, go_on, outcome_of};
use super::password_check::{check_allowed, or_gone};
use crate::Problem;
use crate::back::{Back, Call, Named, Requirement, Routes};
use crate::context::AppContext;
use crate::metrics::{Side, SignInStep};
use crate::outside;

/// How long a user may take at the provider.
const LIFETIME: TimeDelta = TimeDelta::minutes(10);

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("authentication.providers", "/api/v2/signin/providers", Requirement::Anybody)
        .summary("Tell how users can sign in.")
        .describe("The enabled identity providers, and whether passwords are taken.")
        .extension()
        .open_record(options);
    routes
        .post("authentication.oidc-begin", "/api/v2/signin/oidc", Requirement::Anybody)
        .summary("Begin to sign a user in with an identity provider.")
        .describe(
            "Answers where to send the browser, and the token by which the sign-in is ended, which the page keeps \
             meanwhile. The provider sends the browser back to the redirect address with `code` and `state`. A sign-in \
             lasts for ten minutes; 50 of one address wait at most (429).",
        )
        .example(json!({"providerId": 1, "redirectUri": "https://office.example.com/signed-in"}))
        .extension()
        .limited()
        .action::<Begin, SignInBegun, _>(begin);
    routes
        .post("authentication.oidc-end", "/api/v2/signin/oidc/{token}", Requirement::Anybody)
        .summary("Sign a user in whom an identity provider has sent back.")
        .describe(
            "Takes what the provider has added to the redirect address. Works once, whatever comes of it. Answers as the \
             sign-in with a password does: with tokens, or with how to confirm the code of the second factor.",
        )
        .example_at(
            "/api/v2/signin/oidc/6f1c9f0e-8a5d-4c55-9d0b-5d3f2a1b7c42",
            json!({"state": "the state of the redirect", "code": "the code of the redirect"}),
        )
        .extension()
        .limited()
        .changes_access()
        .action::<End, SignInResult, _>(end);
}

/// How users can sign in.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SignInOptions {
    /// Whether passwords are taken.
    password_sign_in: bool,
    /// The enabled providers, in their order.
    providers: Vec<Offered>,
}

/// A provider with which users can sign in.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OfferedIdentityProvider")]
struct Offered {
    id: IdentityProviderId,
    /// The name that users are shown.
    caption: String,
}

impl Resource<Back> for SignInOptions {
    const NAME: &'static str = "sign_in_options";

    fn id(&self) -> i64 {
        0
    }
}

fn options(reading: &mut OpenReading<'_, Back>, (): ()) -> Result<SignInOptions, Problem> {
    let password_sign_in = settings::get(reading.conn)?.data.password_sign_in;
    let offered = identity_providers::offered(reading.conn)?.into_iter();
    let providers = offered.map(|OfferedProvider { id, caption }| Offered { id, caption }).collect();
    Ok(SignInOptions { password_sign_in, providers })
}

struct Begin {
    provider: IdentityProviderId,
    redirect_uri: SecureUrl,
}

impl Input<Back> for Begin {
    type Current = ();
    const NAME: Option<&'static str> = Some("NewOidcSignIn");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let provider = fields.about("The id of the provider.").needed("providerId", &Id::of());
        let redirect_uri = fields
            .about("Where the provider sends the browser back: one of the addresses in its record, letter by letter.")
            .needed("redirectUri", &Parsed::matching(SecureUrl::PATTERN));
        Some(Self { provider: provider?, redirect_uri: redirect_uri? })
    }
}

struct End {
    state: String,
    code: String,
    issuer: Option<String>,
}

impl Input<Back> for End {
    type Current = ();
    const NAME: Option<&'static str> = Some("OidcSignInEnd");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        const CODE: Text = Text { min: 1, max: 10_000 };
        let state = fields.about("The parameter `state` of the redirect.").needed("state", &Text::NAME);
        let code = fields.about("The parameter `code` of the redirect.").needed("code", &CODE);
        let issuer =
            fields.about("The parameter `iss` of the redirect, where it has one.").optional("iss", &Text::NAME);
        Some(Self { state: state?, code: code?, issuer: issuer? })
    }
}

/// A sign-in that is begun.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SignInBegun {
    /// By what the sign-in is ended: it stands in the path of that call.
    #[schemars(extend("format" = "uuid"))]
    token: String,
    /// Where to send the browser.
    #[schemars(extend("format" = "uri"))]
    uri: String,
    /// Until when the sign-in can be ended.
    expires_at: Timestamp,
}

/// The policies of the path where users sign in with passwords hold here, too.
async fn check_policies(app: &AppContext, call: &Call) -> Result<(), Problem> {
    let entry = GateRequest { ip: call.ip, path: SIGN_IN, bearer: None, is_fresh: false, is_repeated: true };
    app.admit(entry, None).await.map(drop)
}

async fn begin(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    check_policies(&app, &call).await?;
    let Begin { provider: id, redirect_uri } = call.body::<Begin>().create()?;
    let not_offered = || Problem::from(Refusal::unknown(Field::IdentityProvider));
    let provider = read(&app.database, move |conn| identity_providers::enabled(conn, id)).await;
    let provider = provider.map_err(|problem| if problem.status == 404 { not_offered() } else { problem })?.data;
    provider.check_redirect(&redirect_uri)?;
    let led_back = redirect_uri.clone();
    let asked = outside::ask_provider(&app, move |outbound| {
        let ask = || outbound.oidc.begin(&outbound.secret, &provider, &led_back, outbound.now());
        outbound.metrics.measured(CallKind::IdentityProvider, ask)
    });
    let request = asked.await?.map_err(not_signed_in)?;
    let token = Uuid::from_random(random()?).to_string();
    let sign_in = NewSignIn {
        token: token_hash(&token),
        provider: id,
        redirect_uri,
        state: token_hash(&request.state),
        sealed: request.sealed,
        expires_at: app.now().plus(LIFETIME),
    };
    let (ip, expires_at) = (call.ip, sign_in.expires_at);
    let begun = write(&app.database, move |tx| provider_sign_ins::begin(tx, &sign_in, ip)).await;
    match begun.map_err(|problem| if problem.status == 404 { not_offered() } else { problem })? {
        Begun::Yes => Answer::json(&SignInBegun { token, uri: request.url, expires_at }),
        Begun::TooManyOfAddress(until) => Err(Problem::too_many(until, app.now())),
        Begun::TooMany => Err(Problem::unavailable("too many sign-ins with providers wait")),
    }
}

fn not_signed_in(error: OidcError) -> Problem {
    match error {
        OidcError::Refused(cause) => {
            log::warn!("an identity provider vouches for nobody: {cause}");
            Problem::unauthorized(IdentityFault::NotVouchedFor)
        }
        OidcError::Unanswered(cause) => Problem::unavailable(format!("an identity provider: {cause}")),
    }
}

fn not_begun() -> Problem {
    Problem::unauthorized(IdentityFault::SignInNotBegun)
}

async fn end(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let end = call.body::<End>().create()?;
    let signed_in = with_provider(&app, &call, end).await;
    app.metrics.signed_in(Side::Staff, signed_in)
}

async fn with_provider(
    app: &Arc<AppContext>,
    call: &Arc<Call>,
    End { state, code, issuer }: End,
) -> Result<(Answer, SignInStep), Problem> {
    check_policies(app, call).await?;
    let token = token_hash(call.segments.first().map_or("", String::as_str));
    let (state, ip) = (token_hash(&state), call.ip);
    let (attempt, kept) = match write(&app.database, move |tx| provider_sign_ins::take(tx, &token, &state, ip)).await? {
        Ending::Blocked(until) => return Err(Problem::too_many(until, app.now())),
        Ending::Allowed(attempt, kept) => (attempt, kept),
    };
    // The answer of another provider is none to this sign-in (RFC 9207).
    let is_of = |kept: &KeptSignIn| issuer.as_ref().is_none_or(|issuer| issuer == kept.provider.data.issuer.as_str());
    let Some(kept) = kept.filter(|kept| is_of(kept)) else {
        write(&app.database, move |tx| provider_sign_ins::settle(tx, &attempt, AttemptOutcome::Failed)).await?;
        return Err(not_begun());
    };
    let KeptSignIn { provider, redirect_uri, sealed } = *kept;
    let id = provider.id;
    let asked = outside::ask_provider(app, move |outbound| {
        let exchange = CodeExchange { redirect_uri, sealed, code };
        let ask = || outbound.oidc.end(&outbound.secret, &provider.data, exchange, outbound.now());
        outbound.metrics.measured(CallKind::IdentityProvider, ask)
    });
    let vouched = asked.await.and_then(|answer| answer.map_err(not_signed_in));
    let email = vouched.as_ref().ok().and_then(|identity| identity.verified_email.clone());
    let ended = match vouched {
        Ok(identity) => admit(app, call, id, attempt.clone(), identity).await,
        Err(problem) => Err(problem),
    };
    let Err(problem) = ended else { return ended };
    let outcome = match problem.status {
        401 | 403 | 409 => AttemptOutcome::Failed,
        _ => AttemptOutcome::NotChecked,
    };
    let settled = write(&app.database, move |tx| {
        provider_sign_ins::settle(tx, &attempt, outcome)?;
        let who = email.as_ref().map_or("", Email::as_str);
        sign_in::record_with(tx, Some(id), None, who, ip, SignInOutcome::NotAllowed)
    });
    settled.await?;
    Err(problem)
}

/// Lets the user in for whom the provider vouches, if the user may come in.
async fn admit(
    app: &Arc<AppContext>,
    call: &Arc<Call>,
    provider: IdentityProviderId,
    attempt: PendingAttempt,
    identity: ProviderIdentity,
) -> Result<(Answer, SignInStep), Problem> {
    let (sharing, calling) = (Arc::clone(app), Arc::clone(call));
    let answer = write(&app.database, move |tx| {
        let admitted = provider_sign_ins::admit(tx, provider, &identity).map_err(or_gone(not_begun))?;
        let user = &admitted.credentials;
        check_allowed(user, calling.ip)?;
        note(tx, &calling, provider, &identity, &admitted)?;
        provider_sign_ins::settle(tx, &attempt, outcome_of(user))?;
        go_on(&sharing, &calling, tx, user, Some(provider))
    });
    answer.await
}

/// Tells the audit log what a sign-in did to the user.
fn note(
    tx: &mut Tx<'_>,
    call: &Call,
    provider: IdentityProviderId,
    identity: &ProviderIdentity,
    admitted: &Admitted,
) -> Result<(), Error> {
    let user = &admitted.user;
    let actor = Actor {
        id: Some(user.id),
        api_key: None,
        email: user.data.email.to_string(),
        groups: user.groups.iter().map(|(_, name)| name.clone()).collect(),
        ip: call.ip.to_string(),
        request_id: call.request_id.clone(),
        operation: call.operation,
    };
    let mut tell = |resource, action, details: Value| record(tx, &actor, &Subject::system(resource), action, &details);
    let is_linked = match admitted.done {
        Done::Nothing => false,
        Done::Linked => true,
        Done::Created => {
            let made = json!({"name": user.data.name, "email": user.data.email, "groups": named(&user.groups)});
            tell("user", Action::Add, json!({"id": user.id, "new": made}))?;
            true
        }
    };
    if is_linked {
        let link = json!({"identityProviderId": provider, "subject": identity.subject});
        tell("user_identity", Action::Add, json!({"id": user.id, "new": link}))?;
    }
    if let Some(before) = &admitted.groups_before {
        let (old, new) = (json!({"groups": named(before)}), json!({"groups": named(&user.groups)}));
        tell("user", Action::Update, json!({"id": user.id, "old": old, "new": new}))?;
    }
    Ok(())
}

fn named(groups: &[(UserGroupId, String)]) -> Vec<Named<UserGroupId>> {
    groups.iter().map(|(id, name)| Named { id: *id, name: name.clone() }).collect()
}
