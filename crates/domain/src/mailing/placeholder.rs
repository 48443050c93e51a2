use crate::messaging::{MessagingFault, PlaceholderValue, Template};
use crate::value::{Fault, FaultCode as _, Field, text_enum};

text_enum! {
    /// The placeholders that each recipient has a value of their own for.
    PersonPlaceholder {
        /// The first name.
        FirstName = "firstName",
        /// The last name.
        LastName = "lastName",
        /// Both names.
        Name = "name",
        /// The e-mail address.
        Email = "email",
    }
}

/// Somebody whom a mail is for. An address that is no client's has no names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their e-mail address.
    pub email: String,
    /// Their first name.
    pub first_name: String,
    /// Their last name.
    pub last_name: String,
}

impl Person {
    /// What stands for a placeholder, as plain text.
    #[must_use]
    pub fn value(&self, placeholder: PersonPlaceholder) -> String {
        match placeholder {
            PersonPlaceholder::FirstName => self.first_name.clone(),
            PersonPlaceholder::LastName => self.last_name.clone(),
            PersonPlaceholder::Name => format!("{} {}", self.first_name, self.last_name).trim().to_owned(),
            PersonPlaceholder::Email => self.email.clone(),
        }
    }
}

/// What stands against a text: placeholders that are neither a recipient's own nor a key-value pair.
#[must_use]
pub fn unknown_placeholders(subject: &str, body: &str, is_pair: impl Fn(&str) -> bool) -> Vec<Fault> {
    let unknown = |field, text: &str| {
        let template = Template::new(text);
        let is_known = |key: &str| key.parse::<PersonPlaceholder>().is_ok() || is_pair(key);
        let unknown: Vec<&str> = template.placeholders().into_iter().filter(|key| !is_known(key)).collect();
        let fault = || MessagingFault::UnknownPlaceholder.at(field).with("placeholders", unknown.join(", "));
        (!unknown.is_empty()).then(fault)
    };
    [unknown(Field::Subject, subject), unknown(Field::Body, body)].into_iter().flatten().collect()
}

/// The subject and the text with the values of key-value pairs in them. What is a recipient's own still stands as
/// placeholders.
#[must_use]
pub fn with_pairs(subject: &str, body: &str, pair: impl Fn(&str) -> Option<PlaceholderValue>) -> (String, String) {
    let value = |key: &str| match key.parse::<PersonPlaceholder>() {
        Ok(own) => Some(PlaceholderValue::Html(format!("{{{own}}}"))),
        Err(_) => pair(key),
    };
    (Template::new(subject).line(value), Template::new(body).html(value))
}

/// The recipients' own placeholders that a text has, each once.
#[must_use]
pub fn own_placeholders(text: &str) -> Vec<PersonPlaceholder> {
    Template::new(text).placeholders().into_iter().filter_map(|key| key.parse().ok()).collect()
}

/// One line of plain text for a person. What is not a recipient's own placeholder stays as it is.
#[must_use]
pub fn addressed_line(text: &str, person: &Person) -> String {
    Template::new(text).line(|key| {
        let value = key.parse().map_or_else(|_| format!("{{{key}}}"), |own| person.value(own));
        Some(PlaceholderValue::Text(value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_addressed_to_a_person() {
        let person = Person { email: "a@b".into(), first_name: "Ann\r\nBcc:".into(), last_name: "O'Doe".into() };
        assert_eq!(addressed_line("{other}, {name}", &person), "{other}, Ann Bcc: O'Doe");
        assert_eq!(own_placeholders("{name} {name} {x} {email}"), [PersonPlaceholder::Name, PersonPlaceholder::Email]);
    }

    fn pair(key: &str) -> Option<PlaceholderValue> {
        match key {
            "company" => Some(PlaceholderValue::Text("Doe & Co".into())),
            "footer" => Some(PlaceholderValue::Html("<hr>".into())),
            _ => None,
        }
    }

    #[test]
    fn pairs_are_put_in_and_what_is_of_recipients_stays() {
        let (subject, body) = with_pairs("{company} for {firstName}", "<p>{name}, {company}</p>{footer}", pair);
        assert_eq!(subject, "Doe & Co for {firstName}");
        assert_eq!(body, "<p>{name}, Doe &amp; Co</p><hr>");
    }

    #[test]
    fn unknown_placeholders_are_named() {
        let faults = unknown_placeholders("{name} {typo} {typo}", "{email} {company} {a} {b}", |key| key == "company");
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        let expected =
            ["unknownPlaceholder at Subject: placeholders typo", "unknownPlaceholder at Body: placeholders a, b"];
        assert_eq!(told, expected);
        assert!(unknown_placeholders("a { color }", "{firstName}{lastName}", |_| false).is_empty());
    }

    #[test]
    fn a_name_is_both_names() {
        let person = |first: &str, last: &str| Person {
            email: "ann@example.com".into(),
            first_name: first.into(),
            last_name: last.into(),
        };
        assert_eq!(person("Ann", "Doe").value(PersonPlaceholder::Name), "Ann Doe");
        assert_eq!(person("Ann", "").value(PersonPlaceholder::Name), "Ann");
        assert_eq!(person("", "").value(PersonPlaceholder::Name), "");
    }
}
