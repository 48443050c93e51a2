//! Rates of outside providers, for calls: the async threads go on while a provider is asked.

use std::sync::Arc;

use logging::LogContext;
use storage::RateNeed;

use crate::Problem;
use crate::context::AppContext;

/// Asks a provider for a rate and stores its answer, even if it has no rate.
pub(crate) async fn fetch(context: &Arc<AppContext>, need: RateNeed) -> Result<(), Problem> {
    let outbound = Arc::clone(&context.outbound);
    let fetched = actix_web::rt::task::spawn_blocking(LogContext::carry(move || outbound.fetch_rate(need)));
    Ok(fetched.await.map_err(|error| Problem::internal(error.to_string()))??)
}
