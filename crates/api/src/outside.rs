//! Questions to others that calls wait for: they are asked on threads of their own, and the async threads go on meanwhile.

use std::sync::Arc;

use domain::catalog::CatalogFault;
use logging::LogContext;
use outbound::Outbound;
use outbound::gateways::GatewayError;
use tokio::sync::Semaphore;

use crate::Problem;
use crate::context::AppContext;

/// How many questions a server has open at once: one whose counterpart is slow must not take all threads.
const MAX_QUESTIONS: usize = 64;

static PLACES: Semaphore = Semaphore::const_new(MAX_QUESTIONS);

/// The same for sign-ins with providers: anybody can begin them, so they leave the other places to those who are known.
const MAX_SIGN_INS: usize = 16;

static SIGN_IN_PLACES: Semaphore = Semaphore::const_new(MAX_SIGN_INS);

/// Asks something outside, which has a deadline of its own.
///
/// # Errors
/// A 503 where too many questions are open.
pub(crate) async fn ask<T: Send + 'static>(
    app: &AppContext,
    question: impl FnOnce(&Outbound) -> T + Send + 'static,
) -> Result<T, Problem> {
    ask_in(&PLACES, app, question).await
}

/// The same of a provider with which somebody signs in.
///
/// # Errors
/// A 503 where too many sign-ins are under way.
pub(crate) async fn ask_provider<T: Send + 'static>(
    app: &AppContext,
    question: impl FnOnce(&Outbound) -> T + Send + 'static,
) -> Result<T, Problem> {
    ask_in(&SIGN_IN_PLACES, app, question).await
}

async fn ask_in<T: Send + 'static>(
    places: &'static Semaphore,
    app: &AppContext,
    question: impl FnOnce(&Outbound) -> T + Send + 'static,
) -> Result<T, Problem> {
    let place = places.try_acquire().map_err(|_| Problem::unavailable("too many questions to others are open"))?;
    let outbound = Arc::clone(&app.outbound);
    let asked = actix_web::rt::task::spawn_blocking(LogContext::carry(move || {
        // Taken until the answer is there, whether or not the call still waits for it.
        let _place = place;
        question(&outbound)
    }));
    asked.await.map_err(|error| Problem::internal(error.to_string()))
}

/// Why a platform did not do what a client asked for.
pub(crate) fn refused_by_platform(error: &GatewayError) -> Problem {
    match error {
        GatewayError::Refused(reason) => {
            log::warn!("a trading platform refuses: {reason}");
            Problem::unprocessable(CatalogFault::RefusedByPlatform)
        }
        GatewayError::Unanswered(_) => Problem::unavailable(error.to_string()),
    }
}
