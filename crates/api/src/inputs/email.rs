//! E-mail addresses in bodies.

use domain::value::Email;
use http::request::{Kind, Parsed};
use serde_json::Value;

use crate::Fault;

/// An e-mail address that `validator` takes too, which knows internationalized domain names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EmailAddress;

const PARSED: Parsed<Email> = Parsed::with_format("email");

impl Kind for EmailAddress {
    type Out = Email;

    fn schema(&self) -> Value {
        PARSED.schema()
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Email> {
        let email = PARSED.parse(value, at, faults)?;
        Email::checked(email.as_str()).map_err(|error| faults.push(Fault::sent(at, error))).ok()
    }
}

#[cfg(test)]
mod tests {
    use domain::value::EmailError;

    use super::*;

    fn parse(text: &str) -> Result<Email, Vec<Fault>> {
        let mut faults = Vec::new();
        EmailAddress.parse(&text.into(), "email", &mut faults).ok_or(faults)
    }

    #[test]
    fn an_address_is_taken_without_the_blanks_around_it() {
        for text in ["ann@example.com", " ann@bücher.example ", "ann@[127.0.0.1]", "ann@xn--bcher-kva.example"] {
            assert_eq!(parse(text).unwrap().as_str(), text.trim());
        }
    }

    #[test]
    fn other_texts_have_one_fault() {
        for text in ["ann", "ann@exam_ple.com", "ann@xn--ü.example", "ann@ü..example"] {
            assert_eq!(parse(text), Err(vec![Fault::sent("email", EmailError)]), "{text}");
        }
    }
}
