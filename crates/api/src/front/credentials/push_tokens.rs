//! The devices of the client that are shown notifications.

use domain::clients::ClientId;
use domain::credentials::PushToken;
use domain::identity::options::MASK;
use domain::value::Uuid;
use http::request::{Fields, Input, Parsed};
use http::routes::{Change, Resource, Saved};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use storage::credentials::push_tokens::{self, StoredPushToken};
use storage::identity::system_logs::Category;

use crate::Problem;
use crate::front::{Body, Front, Requirement, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .post("my.apple-tokens.create", "/api/v2/my/devices/tokens", Requirement::SignedIn)
        .summary("Save a device's token for push notifications.")
        .describe(
            "A token that is saved already is answered as it is (200); one that was another client's goes over to this one. \
             The oldest of more than 32 tokens is forgotten.",
        )
        .example(json!({"token": "740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad"}))
        .saved_at(TokenAnswer::path, save);
    routes
        .delete("my.apple-tokens.delete", "/api/v2/my/devices/tokens/{token}", Requirement::SignedIn)
        .summary("Remove a device's token.")
        .describe("The device is shown no notifications any more. A token of another client is not found.")
        .example_path("/api/v2/my/devices/tokens/740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad")
        .deleted(delete);
}

/// A device that is shown notifications.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyAppleToken")]
struct TokenAnswer {
    /// The id of the device.
    #[schemars(with = "String", extend("format" = "uuid"))]
    id: Uuid,
    /// The token by which Apple finds it.
    token: String,
    #[serde(skip)]
    number: i64,
    #[serde(skip)]
    client: Option<ClientId>,
}

impl TokenAnswer {
    /// Where it is removed.
    fn path(&self) -> String {
        format!("/api/v2/my/devices/tokens/{}", self.token)
    }
}

impl Resource<Front> for TokenAnswer {
    const NAME: &'static str = "client_push_token";
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.number
    }

    fn client(&self) -> Option<ClientId> {
        self.client
    }

    fn recorded(&self) -> Result<Value, Problem> {
        Ok(json!({"id": self.id, "clientId": self.client, "token": MASK}))
    }
}

impl From<StoredPushToken> for TokenAnswer {
    fn from(stored: StoredPushToken) -> Self {
        Self { id: stored.uuid, token: stored.token, number: stored.id.get(), client: Some(stored.client) }
    }
}

struct NewToken(PushToken);

impl Input<Front> for NewToken {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        fields.needed("token", &Parsed::matching(PushToken::PATTERN)).map(Self)
    }
}

fn save(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, NewToken>) -> Result<Saved<TokenAnswer>, Problem> {
    let NewToken(token) = body.create()?;
    let uuid = Uuid::from_random(outbound::secrets::random()?);
    let caller = writing.caller;
    let saved = push_tokens::save(writing.tx, &caller.scope(), caller.client(), &token, &uuid)?;
    Ok(match saved {
        push_tokens::Saved::New(token) => Saved::New(token.into()),
        push_tokens::Saved::Known(token) => Saved::Known(Change::Nothing(token.into())),
        push_tokens::Saved::Moved { before, after } => {
            Saved::Known(Change::Made { before: before.into(), after: after.into() })
        }
    })
}

fn delete(writing: &mut Writing<'_, '_>, (token,): (PushToken,)) -> Result<TokenAnswer, Problem> {
    let caller = writing.caller;
    Ok(push_tokens::delete(writing.tx, &caller.scope(), caller.client(), &token)?.into())
}
