use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

/// Values without repetition, in the order of the documentation. Kept as a JSON array in one column.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
#[cfg_attr(feature = "serde", serde(bound(deserialize = "T: serde::Deserialize<'de> + Ord")))]
#[cfg_attr(feature = "diesel", derive(diesel::deserialize::FromSqlRow))]
pub struct Set<T> {
    values: BTreeSet<T>,
    /// Where each stood among the values that a caller sent.
    #[cfg_attr(feature = "serde", serde(skip))]
    places: Vec<usize>,
}

impl<T: Ord> Set<T> {
    /// Values as a caller sent them: faults name the places there.
    #[must_use]
    pub fn sent(values: impl IntoIterator<Item = T>) -> Self {
        let mut placed = BTreeMap::new();
        for (place, value) in values.into_iter().enumerate() {
            placed.entry(value).or_insert(place);
        }
        let (values, places): (Vec<T>, Vec<usize>) = placed.into_iter().unzip();
        Self { values: values.into_iter().collect(), places }
    }
}

impl<T> Set<T> {
    /// The values with their places in what the caller sent, for faults.
    pub fn placed(&self) -> impl Iterator<Item = (usize, &T)> {
        let place = |(rank, value)| (self.places.get(rank).copied().unwrap_or(rank), value);
        self.values.iter().enumerate().map(place)
    }
}

impl<T: PartialEq> PartialEq for Set<T> {
    fn eq(&self, other: &Self) -> bool {
        self.values == other.values
    }
}

impl<T: Eq> Eq for Set<T> {}

/// Values in the order given. Kept as a JSON array in one column.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
#[cfg_attr(feature = "diesel", derive(diesel::deserialize::FromSqlRow))]
pub struct List<T>(Vec<T>);

/// Values without repetition, one at least.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NonEmptySet<T>(Set<T>);

impl<T> NonEmptySet<T> {
    /// The values, unless there are none.
    #[must_use]
    pub fn new(values: Set<T>) -> Option<Self> {
        (!values.is_empty()).then_some(Self(values))
    }
}

impl<T> Deref for NonEmptySet<T> {
    type Target = Set<T>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<T> Default for Set<T> {
    fn default() -> Self {
        BTreeSet::new().into()
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Deref for Set<T> {
    type Target = BTreeSet<T>;

    fn deref(&self) -> &Self::Target {
        &self.values
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<T> From<BTreeSet<T>> for Set<T> {
    fn from(values: BTreeSet<T>) -> Self {
        Self { values, places: Vec::new() }
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(values: Vec<T>) -> Self {
        Self(values)
    }
}

impl<T: Ord> FromIterator<T> for Set<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        values.into_iter().collect::<BTreeSet<T>>().into()
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_knows_where_its_values_were_sent() {
        let sent = Set::sent([7, 3, 7, 5]);
        assert_eq!(sent.placed().collect::<Vec<_>>(), [(1, &3), (3, &5), (0, &7)]);
        let stored: Set<i32> = [7, 3, 5].into_iter().collect();
        assert_eq!(sent, stored);
        assert_eq!(stored.placed().collect::<Vec<_>>(), [(0, &3), (1, &5), (2, &7)]);
    }
}

/// In answers they are arrays, which need no name.
#[cfg(feature = "schema")]
mod schemas {
    use std::borrow::Cow;
    use std::collections::BTreeSet;

    use schemars::{JsonSchema, Schema, SchemaGenerator};

    use super::{List, Set};

    impl<T: JsonSchema> JsonSchema for Set<T> {
        fn inline_schema() -> bool {
            true
        }

        fn schema_name() -> Cow<'static, str> {
            BTreeSet::<T>::schema_name()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            BTreeSet::<T>::json_schema(generator)
        }
    }

    impl<T: JsonSchema> JsonSchema for List<T> {
        fn inline_schema() -> bool {
            true
        }

        fn schema_name() -> Cow<'static, str> {
            Vec::<T>::schema_name()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            Vec::<T>::json_schema(generator)
        }
    }
}

#[cfg(feature = "diesel")]
mod columns {
    use diesel::backend::Backend;
    use diesel::deserialize::{FromSql, Result};
    use diesel::sql_types::Text;
    use serde::de::DeserializeOwned;

    use super::{List, Set};

    impl<T, DB> FromSql<Text, DB> for Set<T>
    where
        T: DeserializeOwned + Ord,
        DB: Backend,
        String: FromSql<Text, DB>,
    {
        fn from_sql(value: DB::RawValue<'_>) -> Result<Self> {
            Ok(serde_json::from_str(&String::from_sql(value)?)?)
        }
    }

    impl<T, DB> FromSql<Text, DB> for List<T>
    where
        T: DeserializeOwned,
        DB: Backend,
        String: FromSql<Text, DB>,
    {
        fn from_sql(value: DB::RawValue<'_>) -> Result<Self> {
            Ok(serde_json::from_str(&String::from_sql(value)?)?)
        }
    }
}
