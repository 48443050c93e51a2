//! Texts with placeholders. The public interface writes them `{key}`, and mails hold style sheets with braces of their own,
//! which engines with sections and filters would take for theirs. So this is no engine: what is not a placeholder is text.

/// A value that takes the place of a placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlaceholderValue {
    /// Plain text, which is escaped in HTML.
    Text(String),
    /// HTML that was found harmless when it was stored, and stands as it is.
    Html(String),
}

/// A text with placeholders such as `{firstName}`; any other brace is a brace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Placeholder(String),
}

/// The longest name of a placeholder.
const MAX_KEY_CHARS: usize = 64;

impl Template {
    /// Every text is a template.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let (mut parts, mut plain, mut rest) = (Vec::new(), String::new(), text);
        while let Some(start) = rest.find('{') {
            let (before, from_brace) = rest.split_at(start);
            plain.push_str(before);
            if let Some((key, after)) = placeholder(from_brace) {
                if !plain.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                }
                parts.push(Part::Placeholder(key.to_owned()));
                rest = after;
            } else {
                plain.push('{');
                rest = from_brace.strip_prefix('{').unwrap_or_default();
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Self(parts)
    }

    /// The names of its placeholders, each once, in their order.
    #[must_use]
    pub fn placeholders(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for part in &self.0 {
            match part {
                Part::Placeholder(key) if !names.contains(&key.as_str()) => names.push(key),
                Part::Placeholder(_) | Part::Text(_) => {}
            }
        }
        names
    }

    /// One line of plain text. A placeholder without a value is left out.
    #[must_use]
    pub fn line(&self, value: impl Fn(&str) -> Option<PlaceholderValue>) -> String {
        let text = self.filled(|key| match value(key) {
            Some(PlaceholderValue::Text(text) | PlaceholderValue::Html(text)) => text,
            None => String::new(),
        });
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// HTML. A placeholder without a value is left out.
    #[must_use]
    pub fn html(&self, value: impl Fn(&str) -> Option<PlaceholderValue>) -> String {
        self.filled(|key| match value(key) {
            Some(PlaceholderValue::Text(text)) => escaped(&text),
            Some(PlaceholderValue::Html(html)) => html,
            None => String::new(),
        })
    }

    fn filled(&self, value: impl Fn(&str) -> String) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Placeholder(key) => value(key),
        };
        self.0.iter().map(part).collect()
    }
}

/// The placeholder at the beginning of a text, and what follows it.
fn placeholder(text: &str) -> Option<(&str, &str)> {
    let (key, after) = text.strip_prefix('{')?.split_once('}')?;
    let is_key = key.len() <= MAX_KEY_CHARS
        && key.starts_with(|first: char| first.is_ascii_alphabetic())
        && key.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    is_key.then_some((key, after))
}

/// A text as it stands in HTML, also in the value of an attribute.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(key: &str) -> Option<PlaceholderValue> {
        match key {
            "name" => Some(PlaceholderValue::Text("<b>Ann</b> & \"Co\"".into())),
            "logo" => Some(PlaceholderValue::Html("<img src=\"a\">".into())),
            _ => None,
        }
    }

    #[test]
    fn placeholders_are_replaced_and_other_braces_stay() {
        let template = Template::new("p { color: red } Dear {name}, {unknown}{ {logo} {} {a b} {");
        assert_eq!(template.placeholders(), ["name", "unknown", "logo"]);
        let html = template.html(text);
        assert_eq!(
            html,
            "p { color: red } Dear &lt;b&gt;Ann&lt;/b&gt; &amp; &quot;Co&quot;, { <img src=\"a\"> {} {a b} {"
        );
    }

    #[test]
    fn a_subject_is_one_line() {
        let value = |_: &str| Some(PlaceholderValue::Text("a\r\nBcc: everybody@example.com".into()));
        assert_eq!(Template::new("News for {name}").line(value), "News for a Bcc: everybody@example.com");
    }

    proptest! {
        #[test]
        fn a_text_without_placeholders_stays_as_it_is(text in "[^{}]*") {
            prop_assert_eq!(Template::new(&text).html(|_| None), text);
        }

        #[test]
        fn no_value_brings_a_tag_into_html(value in ".*") {
            let html = Template::new("{name}").html(|_| Some(PlaceholderValue::Text(value.clone())));
            prop_assert!(!html.contains(['<', '>', '"', '\'']));
        }

        #[test]
        fn every_text_is_read(text in ".*") {
            let template = Template::new(&text);
            let as_it_was = |key: &str| Some(PlaceholderValue::Html(format!("{{{key}}}")));
            prop_assert_eq!(template.html(as_it_was), text);
        }
    }
}
