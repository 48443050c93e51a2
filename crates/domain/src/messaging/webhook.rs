//! Webhooks (`docs/rules.md`, Webhooks): which addresses they reach, and what becomes of a delivery.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use chrono::TimeDelta;

use super::MessagingFault;
use crate::identity::{Permission, Rights};
use crate::value::{FaultCode as _, Refusal, Timestamp, text_enum};

text_enum! {
    /// How far a delivery is.
    DeliveryStatus {
        /// It is on its way, or is tried again.
        Pending = "pending",
        /// The receiver took it.
        Delivered = "delivered",
        /// It was given up.
        Failed = "failed",
    }
}

/// The pauses after each attempt that failed; after the last one a delivery is given up.
pub const DELIVERY_PAUSES: &[TimeDelta] = &[
    TimeDelta::seconds(5),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(5),
    TimeDelta::hours(10),
    TimeDelta::hours(10),
];

/// How long all deliveries of a listener must fail before it is switched off.
const FAILING_FOR: TimeDelta = TimeDelta::days(5);

/// How long the old secret of a listener signs beside its new one.
pub const OLD_SECRET_SIGNS_FOR: TimeDelta = TimeDelta::hours(24);

/// The status by which a receiver says that it wants no more.
pub const GONE: u16 = 410;

/// Whoever sends a delivery again is answered what it holds.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub fn check_redelivery(rights: &Rights) -> Result<(), Refusal> {
    const NEEDED: Permission = Permission::EventDeliveriesRead;
    if rights.hold(NEEDED) {
        return Ok(());
    }
    Err(Refusal::NotAllowed(vec![MessagingFault::RedeliveryNotAllowed.with("permission", NEEDED.as_str())]))
}

/// Whether a listener whose deliveries have failed since then is switched off by a failure now.
#[must_use]
pub fn is_given_up(failing_since: Option<Timestamp>, status: Option<u16>, now: Timestamp) -> bool {
    status == Some(GONE) || failing_since.is_some_and(|since| now.since(since) >= FAILING_FOR)
}

/// Whether webhooks may go to an address that no setting lists: only what everybody on the internet can reach.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match embedded_v4(address) {
            Some(address) => is_public_v4(address),
            None => is_public_v6(address),
        },
    }
}

/// The registry of special addresses of IPv4 (RFC 6890).
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = address.is_unspecified()
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        || a == 0
        // Of providers (RFC 6598), of protocols, of benchmarks, and what is kept for later.
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b))
        || a >= 240;
    !is_special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    // Only 2000::/3 is given out; documentation and Teredo are within it.
    let is_given_out = first & 0xe000 == 0x2000;
    is_given_out && !(first == 0x2001 && (second == 0xdb8 || second == 0))
}

/// The IPv4 address that an IPv6 address stands for: mapped, compatible, translated or 6to4.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let segments = address.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match segments {
        [0, 0, 0, 0, 0, 0xffff | 0, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(v4(high, low)),
        [0x2002, high, low, ..] => Some(v4(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_reached() {
        let inside = [
            "127.0.0.1",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001:db8::1",
            "ff02::1",
            "::7f00:1",
        ];
        for address in inside {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in ["1.1.1.1", "203.0.114.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn a_listener_whose_deliveries_all_fail_is_switched_off() {
        let now: Timestamp = "2026-01-10T00:00:00Z".parse().unwrap();
        let days_ago = |days: i64| Some(now.plus(TimeDelta::days(-days)));
        assert!(!is_given_up(None, Some(500), now));
        assert!(!is_given_up(days_ago(4), None, now));
        assert!(is_given_up(days_ago(5), None, now));
        assert!(is_given_up(None, Some(GONE), now), "the receiver says so");
    }
}
