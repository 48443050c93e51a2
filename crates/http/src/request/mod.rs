//! What a call brings: the fields of its body, the filters and sorting of a list, the ids of its
//! path. Each is declared once, by the function that reads it: run on a request it parses and
//! collects every fault, run without one it describes itself for the OpenAPI document.

mod fields;
mod kinds;
mod query;

pub use fields::describe as describe_body;
pub use fields::{Body, Fields, Input, Purpose};
pub(crate) use kinds::OWN_DESCRIPTION;
pub use kinds::{
    ALPHABETIC_CODE_PATTERN, HOST_PATTERN, IP_NETWORK_PATTERN, IP_PATTERN, LOCALITY_PATTERN, PASSWORD_PATTERN,
    PHONE_PATTERN,
};
pub use kinds::{
    Boolean, Choice, Day, Decimal, EachOf, Html, Id, Integer, Kind, Link, ListOf, LocalizedTexts, LocalizedTextsOf,
    NonEmptyListOf, Object, ObjectText, Parsed, Percent, SetOf, Text,
};
pub use query::{CSV, describe as describe_list, nothing, read as read_list};
pub use query::{FilterSet, Filters, ListQuery, NoFilter, SortKey};

/// The ids in a path, in its order.
pub trait PathIds: Sized + Clone + 'static {
    /// Reads them; none where one is no id, which is a 404.
    fn from_segments(segments: &[String]) -> Option<Self>;
}

impl PathIds for () {
    fn from_segments(_: &[String]) -> Option<Self> {
        Some(())
    }
}

impl<A: std::str::FromStr + Clone + 'static> PathIds for (A,) {
    fn from_segments(segments: &[String]) -> Option<Self> {
        Some((segments.first()?.parse().ok()?,))
    }
}

impl<A, B> PathIds for (A, B)
where
    A: std::str::FromStr + Clone + 'static,
    B: std::str::FromStr + Clone + 'static,
{
    fn from_segments(segments: &[String]) -> Option<Self> {
        Some((segments.first()?.parse().ok()?, segments.get(1)?.parse().ok()?))
    }
}

impl<A, B, C> PathIds for (A, B, C)
where
    A: std::str::FromStr + Clone + 'static,
    B: std::str::FromStr + Clone + 'static,
    C: std::str::FromStr + Clone + 'static,
{
    fn from_segments(segments: &[String]) -> Option<Self> {
        let [first, second, third] = segments else { return None };
        Some((first.parse().ok()?, second.parse().ok()?, third.parse().ok()?))
    }
}
