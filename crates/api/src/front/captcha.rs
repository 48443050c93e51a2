//! The captcha that forms of visitors show, where one is set up.

use std::net::IpAddr;
use std::sync::Arc;

use domain::value::FaultCode as _;
use domain::wizards::WizardsFault;
use http::read;
use outbound::CallKind;

use crate::Problem;
use crate::context::AppContext;

/// Checks what the captcha of a form gave.
///
/// # Errors
/// A 422 where it was not solved; a 503 where the service does not answer.
pub(super) async fn check(app: &Arc<AppContext>, response: Option<&str>, ip: IpAddr) -> Result<(), Problem> {
    let outbound = Arc::clone(&app.outbound);
    let service = read(&app.database, move |conn| outbound::captcha::service(conn, &outbound)).await?;
    let Some(service) = service else { return Ok(()) };
    let not_solved = || Problem::from(WizardsFault::CaptchaNotSolved.unprocessable());
    let response = response.ok_or_else(not_solved)?.to_owned();
    let outbound = Arc::clone(&app.outbound);
    let solved = actix_web::web::block(logging::LogContext::carry(move || {
        outbound.measured(CallKind::Captcha, |_| service.is_solved(&response, ip))
    }));
    if solved.await.map_err(|error| Problem::internal(error.to_string()))?? { Ok(()) } else { Err(not_solved()) }
}
