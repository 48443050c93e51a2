//! What a refusal says about the records that use another one.

use domain::services::ServicesFault;
use domain::value::{Fault, FaultCode as _};

/// How many ids a refusal lists.
const MAX_LISTED: usize = 5;

/// How many records are looked for: those that are listed, and one more to know of others.
pub(super) const MAX_SOUGHT: i64 = 6;

/// The fault that these records use another one; none where there are no such records.
pub(super) fn fault<I: Copy + Into<i64>>(rule: ServicesFault, ids: &[I]) -> Option<Fault> {
    let listed: Vec<String> = ids.iter().take(MAX_LISTED).map(|id| (*id).into().to_string()).collect();
    let others = ids.len().saturating_sub(MAX_LISTED);
    (!ids.is_empty()).then(|| rule.with("ids", listed.join(", ")).with("others", others))
}
