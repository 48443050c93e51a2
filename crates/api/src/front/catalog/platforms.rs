//! Platforms, and the tokens that they give.

use std::sync::Arc;

use domain::catalog::{Platform, PlatformId, PlatformType};
use domain::value::{Entity as _, Record};
use http::request::{Fields, Input, ListQuery, NoFilter, PathIds as _, Text};
use http::routes::Resource;
use http::{Answer, read};
use outbound::CallKind;
use outbound::gateways::{GatewayError, PlatformTokens, TokenOwner};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::catalog::platforms::{self, Filter};
use storage::{ById, Page, Paging};

use crate::context::AppContext;
use crate::front::{Call, Front, Reading, Requirement, Routes};
use crate::{Problem, outside};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("my.platforms.list", "/api/v2/my/platforms", Requirement::SignedIn)
        .summary("List the platforms.")
        .describe("Shows where accounts are kept: wallets by the broker, trading accounts by outside software.")
        .list(list);
    routes
        .post("my.platforms.auth", "/api/v2/my/platforms/{platformId}/auth", Requirement::SignedIn)
        .summary("Get tokens for a trading platform.")
        .describe("They are for the platform, not for this API. Only B2Trader gives them (422 for others).")
        .header(COUNTRY_CODE, "The dialling code of where the client is, such as +995.")
        .header(COUNTRY_NAME, "The country where the client is.")
        .example_path("/api/v2/my/platforms/1/auth")
        .action::<(), MyPlatformTokens, _>(authenticate);
    routes
        .post("my.platforms.refresh", "/api/v2/my/platforms/{platformId}/refresh", Requirement::SignedIn)
        .summary("Renew the tokens for a trading platform.")
        .describe("The platform decides whether the refresh token is good (422).")
        .example_at("/api/v2/my/platforms/1/refresh", json!({"refreshToken": "b2t-8f14e45f"}))
        .action::<RefreshToken, MyPlatformTokens, _>(refresh);
}

const COUNTRY_CODE: &str = "Geo-Country-Code";
const COUNTRY_NAME: &str = "Geo-Country-Name";
/// How much of what a program says of a country is passed on.
const MAX_COUNTRY_CHARS: usize = 64;
/// The most characters of a refresh token.
const MAX_TOKEN_CHARS: usize = 4_096;

/// Tokens with which the client signs in to a trading platform.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MyPlatformTokens {
    /// The token.
    token: String,
    /// What it is renewed with.
    refresh_token: String,
    /// How long the token lives: seconds, as text.
    ttl: String,
    /// The address of the platform.
    #[schemars(extend("format" = "uri"))]
    host: String,
    /// The header in which the platform takes the token.
    #[schemars(extend("enum" = ["Authorization"]))]
    header: &'static str,
}

impl From<PlatformTokens> for MyPlatformTokens {
    fn from(tokens: PlatformTokens) -> Self {
        let PlatformTokens { token, refresh_token, ttl, host } = tokens;
        Self { token, refresh_token, ttl: ttl.to_string(), host, header: "Authorization" }
    }
}

struct RefreshToken(String);

impl Input<Front> for RefreshToken {
    type Current = ();
    const NAME: Option<&'static str> = Some("MyPlatformRefreshToken");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let token = fields
            .about("The refresh token of the platform.")
            .needed("refreshToken", &Text { min: 1, max: MAX_TOKEN_CHARS });
        Some(Self(token?))
    }
}

/// The platform of the path, while it is in use.
async fn platform(app: &AppContext, call: &Call) -> Result<Platform, Problem> {
    let (id,) = <(PlatformId,)>::from_segments(&call.segments).ok_or_else(Problem::not_found)?;
    let platform = read(&app.database, move |conn| platforms::get(conn, id)).await?.data;
    if platform.is_enabled { Ok(platform) } else { Err(Problem::not_found()) }
}

/// Where a platform that gives tokens is asked.
fn gateway(platform: Platform) -> Result<String, Problem> {
    platform.check_gives_tokens().map_err(storage::Error::from)?;
    platform.gateway_url.ok_or_else(|| Problem::unavailable(format!("the platform {} has no gateway", platform.name)))
}

async fn authenticate(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let (url, owner) = (gateway(platform(&app, &call).await?)?, owner(&call)?);
    let asked = outside::ask(&app, move |outbound| {
        outbound.measured(CallKind::PlatformQuestion, |adapters| adapters.gateway.tokens(&url, &owner))
    });
    answered(asked.await?)
}

async fn refresh(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let platform = platform(&app, &call).await?;
    let RefreshToken(token) = call.body::<RefreshToken>().create()?;
    let (url, owner) = (gateway(platform)?, owner(&call)?);
    let asked = outside::ask(&app, move |outbound| {
        outbound.measured(CallKind::PlatformQuestion, |adapters| adapters.gateway.refresh(&url, &owner, &token))
    });
    answered(asked.await?)
}

fn owner(call: &Call) -> Result<TokenOwner, Problem> {
    let text = |name| call.header(name).map(|text| text.chars().take(MAX_COUNTRY_CHARS).collect());
    Ok(TokenOwner {
        client: call.caller()?.client(),
        country_code: text(COUNTRY_CODE),
        country_name: text(COUNTRY_NAME),
    })
}

fn answered(tokens: Result<PlatformTokens, GatewayError>) -> Result<Answer, Problem> {
    let tokens = tokens.map_err(|error| outside::refused_by_platform(&error))?;
    Answer::json(&MyPlatformTokens::from(tokens))
}

/// Where accounts are kept.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MyPlatform {
    /// Its id.
    id: PlatformId,
    /// Its name.
    name: String,
    /// The name to show.
    caption: String,
    /// The software behind it.
    #[serde(rename = "type")]
    kind: PlatformType,
    /// Whether its accounts hold play money.
    is_demo: bool,
    /// Where to trade in the browser; null where there is no such page.
    #[schemars(extend("format" = "uri"))]
    terminal_url: Option<String>,
}

impl Resource<Front> for MyPlatform {
    const NAME: &'static str = Platform::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<Record<Platform>> for MyPlatform {
    fn from(stored: Record<Platform>) -> Self {
        let Platform { name, caption, kind, is_demo, terminal_url, .. } = stored.data;
        Self { id: stored.id, name, caption, kind, is_demo, terminal_url }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<NoFilter, ById>) -> Result<Page<MyPlatform>, Problem> {
    let Paging { direction, limit, offset, counts, .. } = query.paging;
    let paging = Paging { sort: platforms::Sort::Id, direction, limit, offset, counts };
    let in_use = Filter { is_enabled: Some(true), ..Filter::default() };
    Ok(platforms::list(reading.conn, &in_use, &paging)?.map(MyPlatform::from))
}
