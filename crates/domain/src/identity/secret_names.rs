//! Which names say that a value is a secret, or where something is sent.

/// Words by which a name says that its value is a secret, in any spelling of the whole name: `apiKey`, `API_KEY`,
/// `api-key`.
const SECRET_WORDS: [&str; 9] =
    ["key", "secret", "password", "passwd", "passphrase", "token", "authorization", "credential", "pwd"];

/// Words by which a name says that its value is an address.
const ADDRESS_WORDS: [&str; 11] =
    ["url", "host", "endpoint", "address", "domain", "server", "gateway", "webhook", "callback", "proxy", "redirect"];

/// Words that say so only where they stand alone: they are parts of other words, such as security and support.
const WHOLE_ADDRESS_WORDS: [&str; 3] = ["uri", "ip", "port"];

/// Whether a setting of this name is a secret. A name that merely looks like one counts too: to mask too much is
/// safe, to mask too little is not.
#[must_use]
pub fn names_secret(name: &str) -> bool {
    let lower = name.to_lowercase();
    let joined: String = lower.chars().filter(|letter| letter.is_alphanumeric()).collect();
    // Only `key` is so short that it appears where two other words meet, as in `risk_eyes`.
    SECRET_WORDS.iter().any(|word| lower.contains(word) || (word.len() > "key".len() && joined.contains(word)))
}

/// Whether a setting of this name says where something is sent.
#[must_use]
pub fn names_address(name: &str) -> bool {
    let lower = name.to_lowercase();
    ADDRESS_WORDS.iter().any(|word| lower.contains(word))
        || words(name).iter().any(|word| WHOLE_ADDRESS_WORDS.contains(&word.as_str()))
}

/// Whether the last word of a name says so: `tokenUrl` is an address, `proxy-authorization` is none.
#[must_use]
pub fn ends_as_address(name: &str) -> bool {
    words(name).last().is_some_and(|word| names_address(word))
}

/// The words of `camelCase`, `snake_case` and `kebab-case`, in small letters.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for letter in name.chars() {
        let begins = !letter.is_alphanumeric() || (letter.is_uppercase() && after_small);
        if begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphanumeric()) {
            word.extend(letter.to_lowercase());
        }
        after_small = letter.is_lowercase() || letter.is_numeric();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_by_its_name_in_any_spelling() {
        let names = [
            "key",
            "apiKey",
            "API_KEY",
            "api-key",
            "apikey",
            "privateKeyPem",
            "secret",
            "clientSecret",
            "SECRET",
            "token",
            "accessToken",
            "refresh_token",
            "password",
            "Password",
            "pass_word",
            "passPhrase",
            "pass_phrase",
            "passphrase",
            "db_passwd",
            "pwd",
            "authorization",
            "Authorization",
            "proxy-authorization",
            "credential",
            "credentials",
            "awsCredentials",
        ];
        for name in names {
            assert!(names_secret(name), "{name}");
        }
    }

    #[test]
    fn other_names_are_no_secrets() {
        let names = [
            "address",
            "url",
            "rate",
            "baseCurrency",
            "pointer",
            "user",
            "login",
            "merchantId",
            "passport",
            "author",
            "risk_eyes",
            "accounts",
            "secondary",
            "",
        ];
        for name in names {
            assert!(!names_secret(name), "{name}");
        }
    }

    #[test]
    fn an_address_is_known_by_its_name() {
        let names = [
            "url",
            "baseUrl",
            "BASE_URL",
            "uri",
            "redirectUri",
            "redirect_uri",
            "host",
            "hostname",
            "apiHost",
            "endpoint",
            "endpoints",
            "address",
            "domain",
            "server",
            "gatewayUrl",
            "webhook",
            "callback",
            "proxy",
            "ip",
            "serverIp",
            "port",
            "smtpPort",
        ];
        for name in names {
            assert!(names_address(name), "{name}");
        }
    }

    #[test]
    fn other_names_are_no_addresses() {
        for name in ["rate", "securityLevel", "supportMail", "description", "report", "zip", "currency", "pointer", ""]
        {
            assert!(!names_address(name), "{name}");
        }
    }
}
