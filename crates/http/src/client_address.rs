//! The caller's address, as the proxies in front of the server tell it.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use actix_web::http::header::{HeaderMap, HeaderName};
use domain::identity::IpNetwork;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED: HeaderName = HeaderName::from_static("forwarded");

/// The header in which trusted proxies tell where a call comes from. The other one is ignored: a
/// proxy that does not set it passes on what the caller wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`: addresses separated by commas.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239): the `for` of each element.
    Forwarded,
}

/// The address of the caller: that of the connection or, behind trusted proxies, the nearest hop
/// that is not one of them. Hops are read from the right, since everything to the left of an
/// untrusted hop may be forged. A hop that cannot be read ends the walk at the last address known.
pub(crate) fn client_address(
    peer: IpAddr,
    headers: &HeaderMap,
    source: ForwardedHeader,
    trusted_proxies: &[IpNetwork],
) -> IpAddr {
    let is_trusted = |address: IpAddr| is_trusted(address, trusted_proxies);
    let mut address = peer.to_canonical();
    // The usual case, without a look at the headers.
    if !is_trusted(address) {
        return address;
    }
    for hop in hops_from_the_right(headers, source) {
        match hop {
            Some(hop) => address = hop,
            None => break,
        }
        if !is_trusted(address) {
            break;
        }
    }
    address
}

/// Whether what the other end of a connection tells of others is believed.
pub(crate) fn is_trusted(peer: IpAddr, trusted_proxies: &[IpNetwork]) -> bool {
    let peer = peer.to_canonical();
    trusted_proxies.iter().any(|network| network.contains(peer))
}

/// The hops, the nearest first; none for one that cannot be read.
fn hops_from_the_right(headers: &HeaderMap, source: ForwardedHeader) -> Vec<Option<IpAddr>> {
    let (name, parse): (_, fn(&str) -> Option<IpAddr>) = match source {
        ForwardedHeader::XForwardedFor => (X_FORWARDED_FOR, parse_node),
        ForwardedHeader::Forwarded => (FORWARDED, |element| forwarded_for(element).and_then(parse_node)),
    };
    let lines: Vec<_> = headers.get_all(name).collect();
    let mut hops = Vec::new();
    for line in lines.into_iter().rev() {
        match line.to_str() {
            Ok(text) => hops.extend(rsplit_unquoted(text, ',').map(parse)),
            Err(_) => hops.push(None),
        }
    }
    hops
}

/// The node after `for=` in an element of `Forwarded`.
fn forwarded_for(element: &str) -> Option<&str> {
    rsplit_unquoted(element, ';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let value = value.trim();
        let unquoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
        name.trim().eq_ignore_ascii_case("for").then_some(unquoted)
    })
}

/// An address, with or without a port, an IPv6 address with or without brackets.
fn parse_node(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    text.parse().ok().or_else(bracketed).or_else(with_port).map(|address: IpAddr| address.to_canonical())
}

/// The parts between separators that are not within double quotes, the last one first. Quotes are
/// paired from the right: a quote that a caller leaves open must not swallow what a proxy added.
fn rsplit_unquoted(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    text.rsplit(move |character| {
        is_quoted ^= character == '"';
        character == separator && !is_quoted
    })
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn addressed(source: ForwardedHeader, values: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        let name = if source == ForwardedHeader::Forwarded { FORWARDED } else { X_FORWARDED_FOR };
        for value in values {
            headers.append(name.clone(), HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let trusted = ["127.0.0.1", "10.0.0.0/8"].map(|network| network.parse().unwrap());
        client_address("127.0.0.1".parse().unwrap(), &headers, source, &trusted).to_string()
    }

    #[test]
    fn the_nearest_hop_that_is_not_a_trusted_proxy_is_the_caller() {
        for (values, caller) in [
            (&["203.0.113.9"][..], "203.0.113.9"),
            (&["1.1.1.1, 203.0.113.9, 10.0.0.5"], "203.0.113.9"),
            (&["1.1.1.1", "203.0.113.9", "10.0.0.5"], "203.0.113.9"),
            (&["10.0.0.6, 10.0.0.5"], "10.0.0.6"),
            (&["203.0.113.9:4711"], "203.0.113.9"),
            (&["[2001:db8::17]:4711"], "2001:db8::17"),
            (&["[2001:db8::17]"], "2001:db8::17"),
            (&["2001:db8::17"], "2001:db8::17"),
            (&["::ffff:203.0.113.9"], "203.0.113.9"),
            (&[], "127.0.0.1"),
        ] {
            assert_eq!(addressed(ForwardedHeader::XForwardedFor, values), caller, "{values:?}");
        }
    }

    #[test]
    fn a_hop_that_cannot_be_read_hides_nothing_to_its_right() {
        for unreadable in ["unknown", "", "_hidden", "1.2.3.4:x", "[::1", "\u{e9}"] {
            for (value, caller) in [
                (format!("{unreadable}, 203.0.113.9"), "203.0.113.9"),
                (format!("6.6.6.6, {unreadable}, 203.0.113.9, 10.0.0.5"), "203.0.113.9"),
                (format!("6.6.6.6, {unreadable}"), "127.0.0.1"),
                (format!("6.6.6.6, {unreadable}, 10.0.0.5"), "10.0.0.5"),
            ] {
                // A line that is not ASCII is one unreadable hop.
                let caller = if unreadable == "\u{e9}" { "127.0.0.1" } else { caller };
                assert_eq!(addressed(ForwardedHeader::XForwardedFor, &[&value]), caller, "{value}");
            }
        }
    }

    #[test]
    fn forwarded_is_read_where_the_proxy_is_said_to_send_it() {
        for (values, caller) in [
            (&["for=203.0.113.9;proto=https;by=10.0.0.5"][..], "203.0.113.9"),
            (&["for=1.1.1.1, proto=https;For=\"[2001:db8::17]:4711\""], "2001:db8::17"),
            (&["for=203.0.113.9", "for=10.0.0.5"], "203.0.113.9"),
            (&["for=6.6.6.6, for=\"a,for=6.6.6.6\""], "127.0.0.1"),
            (&["for=\", for=203.0.113.9"], "203.0.113.9"),
            (&["for=\"6.6.6.6, for=\"203.0.113.9\""], "203.0.113.9"),
            (&["for=6.6.6.6, for=unknown"], "127.0.0.1"),
            (&["for=6.6.6.6, by=10.0.0.5"], "127.0.0.1"),
        ] {
            assert_eq!(addressed(ForwardedHeader::Forwarded, values), caller, "{values:?}");
        }
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let mut headers = HeaderMap::new();
        headers.append(X_FORWARDED_FOR, HeaderValue::from_static("6.6.6.6"));
        let peer = "203.0.113.9".parse().unwrap();
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        assert_eq!(client_address(peer, &headers, ForwardedHeader::XForwardedFor, &trusted), peer);
    }
}
