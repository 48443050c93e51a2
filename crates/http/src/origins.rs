//! Where pages stand, as their browsers tell it.

use std::str::FromStr;

use actix_web::http::header::{self, HeaderMap, HeaderValue};
use url::Url;

/// An origin of pages, as browsers send it: `https://crm.example.com`, or with a port that is not the usual one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebOrigin(String);

/// The text is not an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "is not an origin such as https://crm.example.com: http or https, a host and perhaps a port, and nothing behind them"
)]
pub struct InvalidWebOrigin;

impl FromStr for WebOrigin {
    type Err = InvalidWebOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidWebOrigin> {
        let (scheme, place) = text.split_once("://").ok_or(InvalidWebOrigin)?;
        let is_web = ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
        let is_more = |letter: char| letter.is_whitespace() || "/\\?#@*%".contains(letter);
        if !is_web || place.contains(is_more) || place.ends_with(':') {
            return Err(InvalidWebOrigin);
        }
        let url = Url::parse(text).map_err(|_| InvalidWebOrigin)?;
        Ok(Self(url.origin().ascii_serialization()))
    }
}

/// Where the page stands that calls, if it may.
pub(crate) fn allowed<'a>(origins: &[WebOrigin], headers: &'a HeaderMap) -> Option<&'a HeaderValue> {
    let mut sent = headers.get_all(header::ORIGIN);
    let origin = sent.next()?;
    let is_allowed = sent.next().is_none() && origins.iter().any(|allowed| allowed.0.as_bytes() == origin.as_bytes());
    is_allowed.then_some(origin)
}

/// Whether a WebSocket may be opened. Browsers ask nobody before they open one, so the server looks at where the page
/// stands: in one of these origins, or in the server's own. Programs that are no pages name none.
pub(crate) fn may_open_socket(origins: &[WebOrigin], headers: &HeaderMap) -> bool {
    if origins.is_empty() || !headers.contains_key(header::ORIGIN) || allowed(origins, headers).is_some() {
        return true;
    }
    let mut sent = headers.get_all(header::ORIGIN).map(|origin| origin.to_str().unwrap_or_default());
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let is_own = |origin: &str| {
        let place = origin.split_once("://").map(|(_, place)| place);
        place.zip(host).is_some_and(|(place, host)| place.eq_ignore_ascii_case(host))
    };
    sent.all(is_own)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderName;

    use super::*;

    #[test]
    fn an_origin_is_kept_as_browsers_send_it() {
        for (text, sent) in [
            ("https://crm.example.com", "https://crm.example.com"),
            ("HTTPS://CRM.Example.com:443", "https://crm.example.com"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://[::1]:3000", "http://[::1]:3000"),
            ("https://b\u{fc}ro.example", "https://xn--bro-hoa.example"),
        ] {
            assert_eq!(text.parse(), Ok(WebOrigin(sent.to_owned())), "{text}");
        }
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in [
            "",
            "*",
            "null",
            "crm.example.com",
            "https://",
            "https:crm.example.com",
            "https://*.example.com",
            "https://crm.example.com/",
            "https://crm.example.com/app",
            "https://crm.example.com?a",
            "https://crm.example.com#a",
            "https://ann@crm.example.com",
            "https://crm.example.com:",
            "https://crm.example.com:99999",
            " https://crm.example.com",
            "https://crm.exa\tmple.com",
            "https://crm.example.com https://other.example.com",
            "ws://crm.example.com",
            "file:///srv",
            "data:text/plain,a",
        ] {
            assert_eq!(text.parse::<WebOrigin>(), Err(InvalidWebOrigin), "{text}");
        }
    }

    fn headers(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        let fields =
            fields.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        fields.collect()
    }

    #[test]
    fn sockets_are_opened_from_allowed_origins_from_the_servers_own_and_by_programs_that_name_none() {
        let origins = ["https://crm.example.com".parse().unwrap()];
        let host = ("host", "office.example.com:8443");
        for (sent, is_allowed) in [
            (&[host][..], true),
            (&[host, ("origin", "https://crm.example.com")], true),
            (&[host, ("origin", "https://office.example.com:8443")], true),
            (&[host, ("origin", "https://office.example.com")], false),
            (&[host, ("origin", "https://crm.example.com.evil.example")], false),
            (&[host, ("origin", "http://crm.example.com")], false),
            (&[host, ("origin", "null")], false),
            (&[("origin", "https://office.example.com:8443")], false),
        ] {
            assert_eq!(may_open_socket(&origins, &headers(sent)), is_allowed, "{sent:?}");
            assert!(may_open_socket(&[], &headers(sent)), "{sent:?}");
        }
    }
}
