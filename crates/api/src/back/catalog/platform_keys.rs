//! The keys with which platforms report. Ours, like the platforms.

use domain::catalog::{PlatformId, PlatformKeyId};
use domain::identity::Permission;
use domain::value::Timestamp;
use http::request::{Fields, Input, ListQuery, NoFilter, Parsed, Text};
use http::routes::{Coverage, Resource, recorded_without};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use storage::catalog::{platform_keys, platforms};
use storage::{ByTime, Page};

use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const KEYS: &str = "/api/v2/platforms/{platformId}/keys";
    const KEY: &str = "/api/v2/platforms/{platformId}/keys/{keyId}";
    routes
        .get("platforms.keys.list", KEYS, P::PlatformsUpdate)
        .summary("List the keys with which a platform reports.")
        .describe("Shows which keys there are and when each was last used, but not the keys themselves.")
        .extension()
        .list(list);
    routes
        .post("platforms.keys.create", KEYS, P::PlatformsUpdate)
        .summary("Make a key for a platform.")
        .describe(
            "The key is answered this once and cannot be read again. Platforms send it as a bearer token with \
             what they report.",
        )
        .example_at(
            "/api/v2/platforms/1/keys",
            json!({"caption": "Trade feed", "expiresAt": "2099-12-31T00:00:00+00:00"}),
        )
        .extension()
        .created(create);
    routes
        .delete("platforms.keys.delete", KEY, P::PlatformsUpdate)
        .summary("Revoke a key.")
        .describe("Calls with the key are refused from now on.")
        .extension()
        .deleted(delete);
}

/// A key with which a platform reports, without its secret.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "PlatformKey")]
#[serde(rename_all = "camelCase")]
struct KeyAnswer {
    id: PlatformKeyId,
    /// What the key is for.
    caption: String,
    /// Null: it does not expire.
    expires_at: Option<Timestamp>,
    /// To the minute.
    last_used_at: Option<Timestamp>,
    create_time: Timestamp,
}

impl Resource<Back> for KeyAnswer {
    const NAME: &'static str = "platform_key";

    fn id(&self) -> i64 {
        self.id.get()
    }

    /// Not its uses, which are no change of it.
    fn recorded(&self) -> Result<Value, Problem> {
        recorded_without(self, "lastUsedAt")
    }
}

impl From<platform_keys::PlatformKey> for KeyAnswer {
    fn from(key: platform_keys::PlatformKey) -> Self {
        let platform_keys::PlatformKey { id, caption, expires_at, last_used_at, create_time } = key;
        Self { id, caption, expires_at, last_used_at, create_time }
    }
}

/// A key that was just created, with its secret, which is shown only this once.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "PlatformKeyMade")]
#[serde(rename_all = "camelCase")]
struct NewKeyAnswer {
    id: PlatformKeyId,
    /// What the key is for.
    caption: String,
    /// The secret.
    key: String,
    /// When it stops working; null where it does not expire.
    expires_at: Option<Timestamp>,
    create_time: Timestamp,
    #[serde(skip)]
    stored: KeyAnswer,
}

impl Resource<Back> for NewKeyAnswer {
    const NAME: &'static str = KeyAnswer::NAME;
    /// The key is shown in the answer alone, and would be shown to who approves.
    const COVERAGE: Coverage = Coverage::Never;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn recorded(&self) -> Result<Value, Problem> {
        self.stored.recorded()
    }
}

struct NewKey {
    caption: String,
    expires_at: Option<Timestamp>,
}

impl Input<Back> for NewKey {
    type Current = ();
    const NAME: Option<&'static str> = Some("NewPlatformKey");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let caption = fields.needed("caption", &Text::NAME);
        let expires_at = fields.nullable_new("expiresAt", &Parsed::with_format("date-time"));
        Some(Self { caption: caption?, expires_at: expires_at? })
    }
}

fn list(
    reading: &mut Reading<'_>,
    (platform,): (PlatformId,),
    query: &ListQuery<NoFilter, ByTime>,
) -> Result<Page<KeyAnswer>, Problem> {
    platforms::get(reading.conn, platform)?;
    Ok(platform_keys::list(reading.conn, platform, &query.paging)?.map(KeyAnswer::from))
}

fn create(
    writing: &mut Writing<'_, '_>,
    (platform,): (PlatformId,),
    body: &Body<'_, NewKey>,
) -> Result<NewKeyAnswer, Problem> {
    platforms::get(writing.tx.conn, platform)?;
    let NewKey { caption, expires_at } = body.create()?;
    let secret = writing.context.secret.token()?;
    let key = platform_keys::insert(writing.tx, platform, &caption, expires_at, &secret.hash)?;
    let stored = KeyAnswer::from(key);
    Ok(NewKeyAnswer { id: stored.id, caption, key: secret.text, expires_at, create_time: stored.create_time, stored })
}

fn delete(writing: &mut Writing<'_, '_>, (platform, id): (PlatformId, PlatformKeyId)) -> Result<KeyAnswer, Problem> {
    let key = platform_keys::lock(writing.tx, platform, id)?;
    platform_keys::delete(writing.tx, id)?;
    Ok(key.into())
}
