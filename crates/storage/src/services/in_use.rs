//! What a refusal says about the records that use another one.

/// How many ids a refusal names.
const MAX_LISTED: usize = 5;

/// The first ids of what uses a record, in words: `1, 2, 3 and others`.
pub(super) fn listed(ids: &[i64]) -> String {
    let shown: Vec<String> = ids.iter().take(MAX_LISTED).map(ToString::to_string).collect();
    let others = if ids.len() > MAX_LISTED { " and others" } else { "" };
    format!("{}{others}", shown.join(", "))
}
