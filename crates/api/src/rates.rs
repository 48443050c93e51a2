//! Rates of outside providers, for calls.

use std::sync::Arc;

use storage::RateNeed;

use crate::context::AppContext;
use crate::{Problem, outside};

/// Asks a provider for a rate and stores its answer, even if it has no rate.
pub(crate) async fn fetch(context: &Arc<AppContext>, need: RateNeed) -> Result<(), Problem> {
    Ok(outside::ask(context, move |outbound| outbound.fetch_rate(need)).await??)
}
