//! Outside checkers of clients: the interface to them, and the protocol that comes with the server
//! (`docs/operating.md`, Identity checks).

use domain::platform::JobResult;
use serde::Deserialize;
use serde_json::json;
use storage::requests::checks::IdentityCheck;

use crate::client;

/// Finds out whether clients are who they say.
pub trait IdentityChecker: Send + Sync {
    /// Asks about a client, who may have been asked about before. [`JobResult::Done`] approves them; one whom it refuses waits
    /// for a user; without an answer it is asked again later.
    fn check(&self, check: &IdentityCheck) -> JobResult;
}

/// The protocol of bridges: an HTTP request under a key, signed where there is a key for that.
#[derive(Clone)]
pub struct HttpIdentityChecker {
    /// Where the bridge is asked.
    pub url: String,
    /// Signs the requests.
    pub signing_key: Option<String>,
}

/// What the bridge answers.
#[derive(Deserialize)]
#[serde(tag = "outcome", rename_all = "camelCase")]
enum Opinion {
    Approved,
    Declined { reason: String },
    Pending,
}

impl IdentityChecker for HttpIdentityChecker {
    fn check(&self, check: &IdentityCheck) -> JobResult {
        let (level, level_name) = &check.level;
        let (first_name, last_name) = &check.name;
        let body = json!({
            "request": check.request,
            "client": check.client,
            "level": {"id": level, "name": level_name},
            "firstName": first_name,
            "lastName": last_name,
            "birthday": check.birthday,
            "country": check.country,
        });
        let key = format!("identity-check-{}", check.request);
        let answer = match client::post(&self.url, &key, &body, self.signing_key.as_deref()) {
            Ok(answer) => answer,
            Err(reason) => return JobResult::Unanswered(reason),
        };
        // Only the word itself approves: a page that answers 200 to everything does not.
        match serde_json::from_str(&answer.body) {
            Ok(Opinion::Approved) if answer.status.is_success() => JobResult::Done,
            Ok(Opinion::Declined { reason }) if answer.status.is_success() => JobResult::Refused(reason),
            Ok(Opinion::Pending) if answer.status.is_success() => JobResult::Unanswered("it is being looked at".into()),
            Ok(_) | Err(_) => JobResult::Unanswered(answer.told()),
        }
    }
}
