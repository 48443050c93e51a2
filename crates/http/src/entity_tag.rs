use actix_web::http::header::{self, HeaderMap};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// How much of a hash tells contents apart.
const TAG_BYTES: usize = 16;

/// A strong entity tag (RFC 9110, section 8.8.3): it tells one form of an answer from every other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityTag(String);

impl EntityTag {
    /// Of a content, with what else tells its forms apart.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            // The length keeps `ab, c` from being `a, bc`.
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
        let hash = hash.finalize();
        Self(format!("\"{}\"", URL_SAFE_NO_PAD.encode(hash.get(..TAG_BYTES).unwrap_or(&hash))))
    }

    /// The tag as it is sent, in quotes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a caller who sends these headers has this form already (`If-None-Match`, weak comparison).
    pub(crate) fn is_known(&self, headers: &HeaderMap) -> bool {
        let lists = headers.get_all(header::IF_NONE_MATCH).filter_map(|list| list.to_str().ok());
        let gzip_form = Self::gzip_form(&self.0);
        let is_this = |tag: &str| tag == self.0 || tag == gzip_form;
        lists.into_iter().any(|list| list.trim() == "*" || tags(list).any(|(_, tag)| is_this(tag)))
    }

    /// The tag of the same content, compressed.
    pub(crate) fn gzip_form(tag: &str) -> String {
        tag.strip_suffix('"').map_or_else(|| tag.to_owned(), |tag| format!("{tag}-gzip\""))
    }

    /// Whether a caller who sends these headers has the compressed form of what has this tag.
    pub(crate) fn is_gzip_form_known(tag: &str, headers: &HeaderMap) -> bool {
        let form = Self::gzip_form(tag);
        let lists = headers.get_all(header::IF_NONE_MATCH).filter_map(|list| list.to_str().ok());
        lists.into_iter().any(|list| tags(list).any(|(_, tag)| tag == form))
    }

    /// Whether a part of this form fits what the caller has (`If-Range`, strong comparison). A date never does, since
    /// no answer tells one.
    pub(crate) fn allows_range(&self, headers: &HeaderMap) -> bool {
        let condition = headers.get(header::IF_RANGE).map(|condition| condition.to_str().unwrap_or_default());
        condition.is_none_or(|condition| tags(condition).eq([(false, self.0.as_str())]))
    }
}

/// What a caller who changes a record has seen of it (`If-Match`): nothing is written unless that is how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Precondition {
    /// That there is a record.
    Exists,
    /// One of these forms.
    OneOf(Vec<String>),
}

impl Precondition {
    /// What these headers ask for. A list without a tag is met by nothing: whoever sends it means to be protected.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let lists: Vec<&str> =
            headers.get_all(header::IF_MATCH).map(|list| list.to_str().unwrap_or_default()).collect();
        if lists.iter().any(|list| list.trim() == "*") {
            return Some(Self::Exists);
        }
        let strong = lists.iter().flat_map(|list| tags(list)).filter(|(is_weak, _)| !is_weak);
        (!lists.is_empty()).then(|| Self::OneOf(strong.map(|(_, tag)| tag.to_owned()).collect()))
    }

    /// Whether a record of this tag is what the caller has seen, compressed or not (strong comparison).
    pub fn is_met_by(&self, tag: &EntityTag) -> bool {
        match self {
            Self::Exists => true,
            Self::OneOf(seen) => {
                let gzip_form = EntityTag::gzip_form(&tag.0);
                seen.iter().any(|seen| *seen == tag.0 || *seen == gzip_form)
            }
        }
    }
}

/// The tags of a list, each with whether it is weak, up to the first that is not one.
fn tags(list: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut rest = list;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let (is_weak, tag) = rest.strip_prefix("W/").map_or((false, rest), |tag| (true, tag));
        let length = tag.strip_prefix('"')?.find('"')? + 2;
        let (tag, after) = tag.split_at_checked(length)?;
        rest = after;
        Some((is_weak, tag))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        headers
    }

    #[test]
    fn a_tag_is_found_in_a_list() {
        let tag = EntityTag("\"a,b\"".into());
        for known in [
            "\"a,b\"",
            "*",
            " * ",
            "\"x\", \"a,b\"",
            "W/\"a,b\"",
            "\"x\",W/\"a,b\" , \"y\"",
            ",,\"a,b\"",
            "\"a,b-gzip\"",
        ] {
            assert!(tag.is_known(&headers(header::IF_NONE_MATCH, known)), "{known}");
        }
        for unknown in ["", "\"a\"", "a,b", "\"a,b", "\"x\" rubbish \"a,b\"", "\"A,B\"", "w/\"a,b\""] {
            assert!(!tag.is_known(&headers(header::IF_NONE_MATCH, unknown)), "{unknown}");
        }
        assert!(!tag.is_known(&HeaderMap::new()));
    }

    #[test]
    fn a_part_fits_the_very_same_form_alone() {
        let tag = EntityTag("\"a\"".into());
        assert!(tag.allows_range(&HeaderMap::new()));
        assert!(tag.allows_range(&headers(header::IF_RANGE, "\"a\"")));
        for other in ["W/\"a\"", "\"b\"", "\"a\", \"b\"", "*", "Sat, 29 Oct 1994 19:43:31 GMT", ""] {
            assert!(!tag.allows_range(&headers(header::IF_RANGE, other)), "{other}");
        }
    }

    #[test]
    fn a_precondition_is_met_by_the_very_form_that_was_seen() {
        let tag = EntityTag("\"a\"".into());
        let is_met = |list: &str| Precondition::of(&headers(header::IF_MATCH, list)).unwrap().is_met_by(&tag);
        for met in ["\"a\"", "*", "\"x\", \"a\"", "\"a-gzip\""] {
            assert!(is_met(met), "{met}");
        }
        for unmet in ["", "\"b\"", "W/\"a\"", "a", "\"A\"", "rubbish \"a\""] {
            assert!(!is_met(unmet), "{unmet}");
        }
        assert_eq!(Precondition::of(&HeaderMap::new()), None);
    }

    #[test]
    fn parts_are_kept_apart() {
        assert_ne!(EntityTag::of(&[b"ab", b"c"]), EntityTag::of(&[b"a", b"bc"]));
        assert_eq!(EntityTag::of(&[b"ab", b"c"]), EntityTag::of(&[b"ab", b"c"]));
    }
}
