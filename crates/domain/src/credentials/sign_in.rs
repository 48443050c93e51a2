use crate::messaging::DeliveredType;
use crate::value::text_enum;

text_enum! {
    /// How a client's attempt to sign in ended. One whose code was never given is not told.
    SignInStatus {
        /// A wrong password or code.
        Failure = "failure",
        /// The client signed in.
        Success = "success",
    }
}

/// Browsers by what they say of themselves. Most claim to be others too, so the order matters.
const BROWSERS: [(&str, &str); 7] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// The browser that a user agent names, for people; none where it is another program.
#[must_use]
pub fn browser_of(user_agent: &str) -> Option<&'static str> {
    BROWSERS.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
}

/// The mail that tells a client of a sign-in. At first every device is new, which is no reason for a warning.
#[must_use]
pub const fn sign_in_mail(device_is_new: bool, is_first: bool) -> DeliveredType {
    if device_is_new && !is_first { DeliveredType::NewDevice } else { DeliveredType::OnLogin }
}

#[cfg(test)]
mod tests {
    use super::{browser_of, sign_in_mail};
    use crate::messaging::DeliveredType;

    #[test]
    fn a_new_device_is_told_of_but_at_the_first_sign_in() {
        assert_eq!(sign_in_mail(true, false), DeliveredType::NewDevice);
        for (device_is_new, is_first) in [(true, true), (false, true), (false, false)] {
            assert_eq!(sign_in_mail(device_is_new, is_first), DeliveredType::OnLogin);
        }
    }

    #[test]
    fn browsers_are_told_by_what_only_they_say() {
        let known = [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", Some("Firefox")),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
                Some("Chrome"),
            ),
            ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", Some("Edge")),
            (
                "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
                Some("Safari"),
            ),
            ("curl/8.5.0", None),
            ("", None),
        ];
        for (user_agent, browser) in known {
            assert_eq!(browser_of(user_agent), browser, "{user_agent}");
        }
    }
}
