//! What client programs send to listen on a channel.

use domain::messaging::SocketChannel;
use http::Event;
use serde_json::Value;

/// The one event that client programs send.
const SUBSCRIBE: &str = "subscribe";

/// That somebody wants to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Subscription {
    pub channel: SocketChannel,
    /// The access token.
    pub token: Option<String>,
}

impl Subscription {
    /// Reads an event; none where it is another one, or names no channel.
    pub fn read(event: &Event) -> Option<Self> {
        let body = event.arguments.first().filter(|_| event.name == SUBSCRIBE)?;
        let channel = body.get("channel")?.as_str()?.parse().ok()?;
        let headers = body.get("auth").and_then(|auth| auth.get("headers")).and_then(Value::as_object);
        let authorization = headers.and_then(|headers| {
            headers
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case("authorization"))
                .and_then(|(_, value)| value.as_str())
        });
        let token = authorization.and_then(|authorization| {
            let (scheme, token) = authorization.trim().split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
        });
        Some(Self { channel, token })
    }
}

#[cfg(test)]
mod tests {
    use domain::clients::ClientId;
    use serde_json::json;

    use super::*;

    fn read(body: Value) -> Option<Subscription> {
        Subscription::read(&Event { name: "subscribe".into(), arguments: vec![body] })
    }

    #[test]
    fn a_subscription_names_a_channel_and_brings_a_token() {
        let channel = SocketChannel::Client(ClientId::new(7));
        for name in ["Authorization", "authorization"] {
            for token in ["Bearer abc", " bearer  abc "] {
                let body = json!({"channel": "private-frontend_users.7", "auth": {"headers": {name: token}}});
                assert_eq!(read(body), Some(Subscription { channel: channel.clone(), token: Some("abc".into()) }));
            }
        }
    }

    #[test]
    fn what_is_left_out_or_odd_gives_no_token() {
        for auth in [
            json!(null),
            json!({}),
            json!({"headers": []}),
            json!({"headers": {"Authorization": 1}}),
            json!({"headers": {"Authorization": "Basic abc"}}),
        ] {
            let read = read(json!({"channel": "private-frontend_users.7", "auth": auth})).unwrap();
            assert_eq!(read.token, None, "{auth}");
        }
    }

    #[test]
    fn other_events_are_none() {
        for body in [json!(null), json!([]), json!({}), json!({"channel": 7}), json!({"channel": "orders"})] {
            assert_eq!(read(body.clone()), None, "{body}");
        }
        let event = |name: &str, arguments| Event { name: name.into(), arguments };
        assert_eq!(Subscription::read(&event("subscribe", vec![])), None);
        let body = json!({"channel": "private-frontend_users.7"});
        assert_eq!(Subscription::read(&event("unsubscribe", vec![body])), None);
    }
}
