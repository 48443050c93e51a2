//! Which level a client got when, and why.

use domain::clients::{ClientId, VerificationLevelId};
use domain::identity::UserId;
use domain::value::Timestamp;
use domain::verification::{GrantReason, VerificationId};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::verification::history::Verification;

/// A level, as it was called.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "GrantedLevel")]
struct LevelAnswer {
    id: VerificationLevelId,
    /// What it was called when the client got it.
    name: String,
}

/// Why a client got a level.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[schemars(rename = "VerificationReason")]
struct ReasonAnswer {
    /// Why.
    name: GrantReason,
}

/// A level that a client got.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Verification")]
pub(crate) struct VerificationAnswer {
    id: VerificationId,
    client_id: ClientId,
    /// The level that the client got.
    current_level: LevelAnswer,
    /// The level before it; null for the first one.
    previous_level: Option<LevelAnswer>,
    /// The same, for programs written after the vendor's reference, which spells it so.
    #[serde(rename = "previuosLevel")]
    misspelled: Option<LevelAnswer>,
    /// Why.
    reason: ReasonAnswer,
    /// The user who granted it; null where nobody of the back office did.
    user_id: Option<UserId>,
    create_time: Timestamp,
}

impl<I> Resource<I> for VerificationAnswer {
    const NAME: &'static str = "verification";

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<Verification> for VerificationAnswer {
    fn from(stored: Verification) -> Self {
        let level = |(id, name)| LevelAnswer { id, name };
        let previous_level = stored.previous_level.map(level);
        Self {
            id: stored.id,
            client_id: stored.client,
            current_level: level(stored.level),
            previous_level: previous_level.clone(),
            misspelled: previous_level,
            reason: ReasonAnswer { name: stored.reason },
            user_id: stored.user,
            create_time: stored.create_time,
        }
    }
}
