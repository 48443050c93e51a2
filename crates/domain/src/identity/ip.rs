use std::net::IpAddr;
use std::str::FromStr;

use ipnet::{IpNet, Ipv6Net};

use super::IdentityFault;
use crate::value::{Fault, FaultCode as _, Field, Refusal, text_enum};

/// The length of the block of IPv6 addresses that one connection to the internet usually has.
const CALLER_PREFIX_V6: u8 = 64;

/// An IPv4 or IPv6 address or a CIDR block of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IpNetwork(IpNet);

/// A text that is neither an address nor a CIDR block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is neither an IP address nor a CIDR block")]
pub struct InvalidIpNetwork;

impl From<std::net::AddrParseError> for Fault {
    fn from(_: std::net::AddrParseError) -> Self {
        IdentityFault::NotIpAddress.fault()
    }
}

impl From<InvalidIpNetwork> for Fault {
    fn from(_: InvalidIpNetwork) -> Self {
        IdentityFault::NotIpNetwork.fault()
    }
}

impl IpNetwork {
    /// The addresses that one caller has: an IPv4 address, or the /64 block of an IPv6 address.
    #[must_use]
    pub fn of_caller(address: IpAddr) -> Self {
        let network = match address.to_canonical() {
            IpAddr::V4(address) => IpNet::V4(address.into()),
            IpAddr::V6(address) => IpNet::V6(Ipv6Net::new_assert(address, CALLER_PREFIX_V6)),
        };
        Self(network.trunc())
    }

    /// Whether the address is in the block. An IPv4 address written as IPv6 counts as IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl FromStr for IpNetwork {
    type Err = InvalidIpNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidIpNetwork> {
        let text = text.trim();
        let network = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(|ip| ip.to_canonical().into()));
        network.map(|network| Self(network.trunc())).map_err(|_| InvalidIpNetwork)
    }
}

/// A single address without its length, a block with it.
impl std::fmt::Display for IpNetwork {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.prefix_len() == self.0.max_prefix_len() { self.0.addr().fmt(f) } else { self.0.fmt(f) }
    }
}

text_enum! {
    /// What a security policy does with the addresses that it names.
    IpPolicyKind {
        /// They are allowed, like those of other allow policies of the same route; no others are.
        Allow = "allow",
        /// They are denied.
        Deny = "deny",
    }
}

/// Where a security policy acts: a path, all below a path (`PREFIX/*`), or an internal name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoutePattern(String);

/// A text that is no route of a security policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is neither a path that begins with / (with an optional /* at its end) nor a word")]
pub struct InvalidRoutePattern;

impl From<InvalidRoutePattern> for Fault {
    fn from(_: InvalidRoutePattern) -> Self {
        IdentityFault::NotRoute.fault()
    }
}

impl RoutePattern {
    /// The longest pattern, in characters.
    pub const MAX_CHARS: usize = 255;

    /// The pattern as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the path is this one, or below it for `PREFIX/*` (which leaves PREFIX itself out).
    #[must_use]
    pub fn covers(&self, path: &str) -> bool {
        match self.0.strip_suffix("/*") {
            Some(prefix) => path.strip_prefix(prefix).is_some_and(|rest| rest.len() > 1 && rest.starts_with('/')),
            None => self.0 == path,
        }
    }
}

impl FromStr for RoutePattern {
    type Err = InvalidRoutePattern;

    fn from_str(text: &str) -> Result<Self, InvalidRoutePattern> {
        let text = text.trim();
        let is_path = text.starts_with('/') && !text.strip_suffix("/*").unwrap_or(text).contains('*');
        let is_word = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        let fits = text.chars().count() <= Self::MAX_CHARS && !text.contains(char::is_whitespace);
        (fits && (is_path || is_word)).then(|| Self(text.to_owned())).ok_or(InvalidRoutePattern)
    }
}

/// An entry of the IP lists: whose access it allows or denies, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IpPolicy {
    /// The addresses that it names.
    pub network: IpNetwork,
    /// Whether they are allowed or denied.
    pub kind: IpPolicyKind,
    /// Where.
    pub route: RoutePattern,
}

/// Who makes, changes or deletes a security policy.
#[derive(Clone, Copy, Debug)]
pub struct PolicyAuthor {
    /// Their address.
    pub address: IpAddr,
    /// The paths that they need to undo it.
    pub needed_paths: &'static [&'static str],
}

/// All active security policies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IpPolicies(Vec<IpPolicy>);

impl IpPolicies {
    /// Whether the address may call the path: `deny` wins over `allow`, and a route with allow
    /// policies is open to no other address.
    #[must_use]
    pub fn allow(&self, address: IpAddr, path: &str) -> bool {
        let matching = || self.0.iter().filter(|policy| policy.route.covers(path));
        let denied = matching().any(|policy| policy.kind == IpPolicyKind::Deny && policy.network.contains(address));
        !denied
            && matching().filter(|policy| policy.kind == IpPolicyKind::Allow).all(|policy| {
                matching().any(|other| {
                    other.kind == IpPolicyKind::Allow && other.route == policy.route && other.network.contains(address)
                })
            })
    }

    /// The author of a policy must still be able to undo it.
    ///
    /// # Errors
    /// [`Refusal::Unprocessable`] with the path that would be out of reach.
    pub fn check_author_allowed(&self, author: PolicyAuthor) -> Result<(), Refusal> {
        match author.needed_paths.iter().find(|path| !self.allow(author.address, path)) {
            Some(path) => {
                let fault = IdentityFault::PolicyLocksOutAuthor.at(Field::IpAddress);
                Err(fault.with("address", author.address.to_string()).with("path", *path).unprocessable())
            }
            None => Ok(()),
        }
    }
}

/// Whether a user with this list of addresses and blocks may come from the address; an empty list allows all.
#[must_use]
pub fn is_ip_allowed(list: &[String], address: IpAddr) -> bool {
    let networks: Vec<IpNetwork> = list.iter().filter_map(|network| network.parse().ok()).collect();
    list.is_empty() || is_in(&networks, address)
}

/// Whether the address is in one of the networks.
pub(super) fn is_in(networks: &[IpNetwork], address: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(address))
}

impl FromIterator<IpPolicy> for IpPolicies {
    fn from_iter<I: IntoIterator<Item = IpPolicy>>(policies: I) -> Self {
        Self(policies.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(network: &str, kind: IpPolicyKind, route: &str) -> IpPolicy {
        IpPolicy { network: network.parse().unwrap(), kind, route: route.parse().unwrap() }
    }

    fn allows(policies: &[IpPolicy], address: &str, path: &str) -> bool {
        policies.iter().cloned().collect::<IpPolicies>().allow(address.parse().unwrap(), path)
    }

    #[test]
    fn a_caller_has_one_ipv4_address_or_a_block_of_ipv6_addresses() {
        let callers =
            ["192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1:2:3:4"].map(|ip| IpNetwork::of_caller(ip.parse().unwrap()));
        assert_eq!(callers.map(|caller| caller.to_string()), ["192.0.2.1", "192.0.2.1", "2001:db8::/64"]);
    }

    #[test]
    fn without_policies_everybody_is_allowed() {
        assert!(allows(&[], "203.0.113.7", "/api/v2/users"));
    }

    #[test]
    fn a_pattern_covers_what_is_below_its_prefix_but_not_the_prefix() {
        let pattern: RoutePattern = "/api/v2/accounts/*".parse().unwrap();
        assert!(pattern.covers("/api/v2/accounts/1"));
        assert!(pattern.covers("/api/v2/accounts/1/balance"));
        for path in ["/api/v2/accounts", "/api/v2/accounts/", "/api/v2/accountsX/1"] {
            assert!(!pattern.covers(path), "{path}");
        }
    }

    #[test]
    fn deny_wins_over_allow() {
        let policies = [
            policy("10.0.0.0/8", IpPolicyKind::Allow, "/api/*"),
            policy("10.1.0.0/16", IpPolicyKind::Deny, "/api/v2/users"),
        ];
        assert!(allows(&policies, "10.2.0.1", "/api/v2/users"));
        assert!(!allows(&policies, "10.1.0.1", "/api/v2/users"));
    }

    #[test]
    fn a_route_with_allow_policies_is_open_to_no_other_address() {
        let policies = [
            policy("10.0.0.1", IpPolicyKind::Allow, "/api/v2/users"),
            policy("10.0.0.2", IpPolicyKind::Allow, "/api/v2/users"),
        ];
        assert!(allows(&policies, "10.0.0.2", "/api/v2/users"));
        assert!(!allows(&policies, "10.0.0.3", "/api/v2/users"));
        assert!(allows(&policies, "10.0.0.3", "/api/v2/groups"));
    }

    #[test]
    fn each_matching_pattern_with_allow_policies_must_allow_the_address() {
        let policies =
            [policy("10.0.0.0/8", IpPolicyKind::Allow, "/api/*"), policy("10.0.0.1", IpPolicyKind::Allow, "/api/v2/*")];
        assert!(allows(&policies, "10.0.0.1", "/api/v2/users"));
        assert!(!allows(&policies, "10.0.0.2", "/api/v2/users"));
    }

    #[test]
    fn an_ipv4_address_written_as_ipv6_counts_as_ipv4() {
        assert!(!allows(&[policy("10.0.0.1", IpPolicyKind::Deny, "/api/*")], "::ffff:10.0.0.1", "/api/v2"));
    }

    #[test]
    fn an_empty_list_allows_all_addresses_and_any_other_list_its_own() {
        let address = "192.0.2.7".parse().unwrap();
        assert!(is_ip_allowed(&[], address));
        assert!(is_ip_allowed(&["192.0.2.0/24".into()], address));
        assert!(!is_ip_allowed(&["198.51.100.1".into()], address));
        assert!(!is_ip_allowed(&["rubbish".into()], address));
    }

    #[test]
    fn an_author_can_still_undo_their_policy() {
        let policies = |route| [policy("10.0.0.1", IpPolicyKind::Deny, route)].into_iter().collect::<IpPolicies>();
        let needed_paths = &["/policies", "/signin"];
        let author = PolicyAuthor { address: "10.0.0.1".parse().unwrap(), needed_paths };
        assert!(policies("/*").check_author_allowed(author).is_err());
        assert!(policies("/signin").check_author_allowed(author).is_err());
        assert!(policies("/users").check_author_allowed(author).is_ok());
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "127.0 0.1", "300.1.1.1", "10.0.0.0/33", "example.com"] {
            assert!(text.parse::<IpNetwork>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_route_is_a_path_or_a_word() {
        for text in ["/api/v2/users", "/api/*", "platform_proxy"] {
            assert!(text.parse::<RoutePattern>().is_ok(), "{text}");
        }
        for text in ["", "/a*b", "/*/x", "two words", "/with space", "*"] {
            assert!(text.parse::<RoutePattern>().is_err(), "{text}");
        }
    }
}
