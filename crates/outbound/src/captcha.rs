//! Captchas, as reCAPTCHA's public interface checks them.

use std::net::IpAddr;

use serde::Deserialize;
use storage::platform::settings;
use storage::{DbConnection, Error};
use url::form_urlencoded;

use crate::Outbound;
use crate::client::{self, FORM, received};
use crate::options::opened;

/// The public service.
const RECAPTCHA: &str = "https://www.google.com/recaptcha/api/siteverify";
/// How much of an answer is read.
const MAX_ANSWER_BYTES: u64 = 64 * 1024;

/// A service that checks captchas.
#[derive(Clone, Debug)]
pub struct CaptchaService {
    url: String,
    secret: String,
}

#[derive(Deserialize)]
struct Verdict {
    success: bool,
}

/// The service that is set up; none where no captcha is asked for.
///
/// # Errors
/// [`Error::Unavailable`] where its secret was sealed by another installation.
pub fn service(conn: &mut DbConnection, outbound: &Outbound) -> Result<Option<CaptchaService>, Error> {
    let settings = settings::get(conn)?.data;
    let Some(stored) = settings.captcha_secret else { return Ok(None) };
    let unusable = || Error::Unavailable("the secret of the captcha service cannot be opened".into());
    let secret = opened(&outbound.secret, &stored).ok_or_else(unusable)?;
    Ok(Some(CaptchaService { url: settings.captcha_api_url.unwrap_or_else(|| RECAPTCHA.into()), secret }))
}

impl CaptchaService {
    /// Whether this is the answer to a captcha that was solved. Blocks until the service answers.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where the service does not answer.
    pub fn is_solved(&self, response: &str, ip: IpAddr) -> Result<bool, Error> {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("secret", &self.secret)
            .append_pair("response", response)
            .append_pair("remoteip", &ip.to_string())
            .finish();
        let sent = client::agent().post(&self.url).header("Content-Type", FORM).send(&form);
        let unavailable = |cause: String| Error::Unavailable(format!("the captcha service: {cause}"));
        let answer = received(sent, MAX_ANSWER_BYTES).map_err(unavailable)?;
        match serde_json::from_str::<Verdict>(&answer.body) {
            Ok(verdict) if answer.status.is_success() => Ok(verdict.success),
            Ok(_) | Err(_) => Err(unavailable(answer.told())),
        }
    }
}
