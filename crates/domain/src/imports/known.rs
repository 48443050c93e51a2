use std::collections::HashMap;

use crate::value::{CommonFault, Fault, FaultCode as _, folded};

/// Records that a file names by an id, a code or a name, whatever the case.
#[derive(Clone, Debug)]
pub struct Known<I>(HashMap<String, (I, bool)>);

impl<I> Default for Known<I> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<I: Copy + std::fmt::Display> Known<I> {
    /// Adds a record that is found by its id and by these names. An earlier record keeps its names.
    pub fn add(&mut self, id: I, names: &[&str], is_enabled: bool) {
        let names = names.iter().map(|name| folded(name)).filter(|name| !name.is_empty());
        for name in std::iter::once(id.to_string()).chain(names) {
            self.0.entry(name).or_insert((id, is_enabled));
        }
    }

    /// The record that a text names.
    ///
    /// # Errors
    /// A text that names none, or a disabled one.
    pub fn find(&self, text: &str) -> Result<I, Fault> {
        match self.0.get(&folded(text)) {
            Some((id, true)) => Ok(*id),
            Some((_, false)) => Err(CommonFault::Disabled.fault()),
            None => Err(CommonFault::Unknown.fault()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::CountryId;

    #[test]
    fn a_record_is_found_by_its_id_and_its_names() {
        let mut countries = Known::default();
        countries.add(CountryId::new(7), &["PT", "Portugal"], true);
        countries.add(CountryId::new(8), &["PT", "Elsewhere"], false);
        for text in ["7", "pt", " PORTUGAL "] {
            assert_eq!(countries.find(text), Ok(CountryId::new(7)), "{text}");
        }
        assert!(countries.find("elsewhere").unwrap_err().is(CommonFault::Disabled));
        assert!(countries.find("").unwrap_err().is(CommonFault::Unknown));
    }
}
