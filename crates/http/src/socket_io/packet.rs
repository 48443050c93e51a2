//! Socket.IO 2: what stands in the messages of Engine.IO.

use std::fmt::Write as _;

use serde_json::Value;

use super::engine::Malformed;

/// What a caller sends.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its name.
    pub name: String,
    /// What comes with it.
    pub arguments: Vec<Value>,
}

/// A packet of a caller.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Incoming {
    /// They ask for a namespace, by its name.
    Connect(String),
    /// They are done.
    Disconnect,
    /// An event.
    Event(Event),
    /// What nobody waits for: acknowledgements, errors, and what belongs to another namespace.
    Ignored,
}

/// The namespace that every caller is in.
pub(super) const DEFAULT_NAMESPACE: &str = "/";
/// The caller is in the default namespace.
pub(super) const CONNECTED: &str = "0";

const MAX_ID_DIGITS: usize = 18;

impl Incoming {
    /// Reads a message: the kind, a namespace where it is not the default one, an id for an acknowledgement, JSON.
    pub fn decode(text: &str) -> Result<Self, Malformed> {
        let mut letters = text.chars();
        let kind = letters.next().ok_or(Malformed)?;
        let (namespace, rest) = namespace_of(letters.as_str());
        let is_default = namespace == DEFAULT_NAMESPACE;
        match kind {
            '0' => Ok(Self::Connect(namespace.to_owned())),
            '1' if is_default => Ok(Self::Disconnect),
            '2' if is_default => Self::event(rest),
            // Acknowledgements, which nobody asks for here, and errors.
            '1' | '2' | '3' | '4' => Ok(Self::Ignored),
            // What has binary parts, too.
            _ => Err(Malformed),
        }
    }

    fn event(rest: &str) -> Result<Self, Malformed> {
        let json = rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
        if rest.len() - json.len() > MAX_ID_DIGITS {
            return Err(Malformed);
        }
        let mut parts: Vec<Value> = serde_json::from_str(json).map_err(|_| Malformed)?;
        if parts.is_empty() {
            return Err(Malformed);
        }
        let arguments = parts.split_off(1);
        match parts.pop() {
            Some(Value::String(name)) => Ok(Self::Event(Event { name, arguments })),
            _ => Err(Malformed),
        }
    }
}

/// The namespace that a packet begins with, without its query, and what follows it.
fn namespace_of(text: &str) -> (&str, &str) {
    if !text.starts_with('/') {
        return (DEFAULT_NAMESPACE, text);
    }
    let (namespace, rest) = text.split_once(',').unwrap_or((text, ""));
    (namespace.split('?').next().unwrap_or_default(), rest)
}

/// The message of an event. Characters beyond the basic plane are escaped: callers do not agree on how long they are.
pub(super) fn event(name: &str, arguments: &[Value]) -> String {
    let parts: Vec<Value> = std::iter::once(Value::from(name)).chain(arguments.iter().cloned()).collect();
    let json = Value::from(parts).to_string();
    let mut message = String::with_capacity(json.len() + 1);
    message.push('2');
    for letter in json.chars() {
        let mut units = [0; 2];
        match letter.encode_utf16(&mut units) {
            // A string takes whatever is written to it.
            [high, low] => drop(write!(message, "\\u{high:04x}\\u{low:04x}")),
            _ => message.push(letter),
        }
    }
    message
}

/// Tells a caller that there is no such namespace.
pub(super) fn no_such_namespace(namespace: &str) -> String {
    format!("4{namespace},\"Invalid namespace\"")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Incoming {
        Incoming::decode(text).unwrap()
    }

    #[test]
    fn packets_are_read_as_clients_write_them() {
        let subscribe = Event { name: "subscribe".into(), arguments: vec![json!({"channel": "c"})] };
        assert_eq!(read(r#"2["subscribe",{"channel":"c"}]"#), Incoming::Event(subscribe.clone()));
        assert_eq!(read(r#"212["subscribe",{"channel":"c"}]"#), Incoming::Event(subscribe.clone()));
        assert_eq!(read(r#"2/,["subscribe",{"channel":"c"}]"#), Incoming::Event(subscribe));
        assert_eq!(read(r#"2["alone"]"#), Incoming::Event(Event { name: "alone".into(), arguments: vec![] }));
        assert_eq!(read("0"), Incoming::Connect("/".into()));
        assert_eq!(read("0/?a=b"), Incoming::Connect("/".into()));
        assert_eq!(read("0/admin?a=b,"), Incoming::Connect("/admin".into()));
        assert_eq!(read("1"), Incoming::Disconnect);
        for ignored in ["1/admin,", r#"2/admin,["a"]"#, "31[]", r#"4"oh""#] {
            assert_eq!(read(ignored), Incoming::Ignored, "{ignored}");
        }
    }

    #[test]
    fn what_is_no_packet_is_refused() {
        let nested = format!("2{}", "[".repeat(10_000));
        for text in [
            "",
            "7",
            "51-[\"a\"]",
            "61-[]",
            "2",
            "2[]",
            "2[1]",
            "2{}",
            "2[\"a\"",
            "x",
            "é",
            "21234567890123456789[\"a\"]",
            &nested,
        ] {
            assert_eq!(Incoming::decode(text), Err(Malformed), "{}", text.chars().take(30).collect::<String>());
        }
    }

    #[test]
    fn an_event_has_its_channel_before_its_data() {
        let written = event("deposit_done", &[json!("private-frontend_users.7"), json!({"message": null})]);
        assert_eq!(written, r#"2["deposit_done","private-frontend_users.7",{"message":null}]"#);
    }

    #[test]
    fn all_clients_count_the_same_length() {
        let written = event("a", &[json!("é😀")]);
        assert_eq!(written, r#"2["a","é\ud83d\ude00"]"#);
        assert_eq!(written.encode_utf16().count(), written.chars().count());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(name in any::<String>(), text in any::<String>()) {
            let arguments = vec![json!(text), json!({"key": text})];
            let expected = Incoming::Event(Event { name: name.clone(), arguments: arguments.clone() });
            prop_assert_eq!(Incoming::decode(&event(&name, &arguments)), Ok(expected));
        }

        #[test]
        fn no_text_is_too_odd(text in any::<String>()) {
            drop(Incoming::decode(&text));
        }
    }
}
