//! What clients fill in for a method.

use std::collections::BTreeMap;

use super::{AttributeKind, AttributeRule, MethodAttribute, PaymentsFault};
use crate::ledger::OptionEntry;
use crate::value::{Fault, FaultCode as _, Field, List};

/// What is kept of the values that a client has sent for the fields of a method: those of its fields, in their order.
///
/// # Errors
/// Every fault: a required field is empty, or the value is not among the choices.
pub fn method_fields(
    attributes: &[MethodAttribute],
    sent: &BTreeMap<String, String>,
) -> Result<List<OptionEntry>, Vec<Fault>> {
    let (mut entries, mut faults) = (Vec::new(), Vec::new());
    for attribute in attributes {
        let at = || Field::MethodFields.entry(&attribute.name);
        match sent.get(&attribute.name).filter(|value| !value.trim().is_empty()) {
            None if attribute.rules.contains(&AttributeRule::Required) => {
                faults.push(PaymentsFault::MethodFieldMissing.at(at()));
            }
            None => {}
            Some(value) if !attribute.takes(value) => faults.push(PaymentsFault::NotMethodFieldOption.at(at())),
            Some(value) => entries.push(OptionEntry { key: attribute.name.clone(), value: value.clone() }),
        }
    }
    if faults.is_empty() { Ok(entries.into_iter().collect()) } else { Err(faults) }
}

impl MethodAttribute {
    fn takes(&self, value: &str) -> bool {
        match self.kind {
            AttributeKind::Autocomplete => self.options.iter().any(|option| option.key == value),
            AttributeKind::Text | AttributeKind::File => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payments::AttributeOption;

    fn attribute(name: &str, kind: AttributeKind, rules: &[AttributeRule]) -> MethodAttribute {
        MethodAttribute {
            name: name.into(),
            caption: name.into(),
            kind,
            rules: rules.iter().copied().collect(),
            options: [AttributeOption { key: "a".into(), value: "A".into() }].into_iter().collect(),
            resources: List::default(),
        }
    }

    fn check(attributes: &[MethodAttribute], sent: &[(&str, &str)]) -> Result<Vec<(String, String)>, Vec<String>> {
        let sent = sent.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let kept = method_fields(attributes, &sent);
        let kept = kept.map(|kept| kept.iter().map(|entry| (entry.key.clone(), entry.value.clone())).collect());
        kept.map_err(|faults| faults.iter().map(Fault::to_string).collect())
    }

    #[test]
    fn what_is_required_is_filled_in_and_a_choice_is_one_of_those_on_offer() {
        let iban = attribute("iban", AttributeKind::Text, &[AttributeRule::Required]);
        let bank = attribute("bank", AttributeKind::Autocomplete, &[]);
        let both = [iban, bank];
        assert_eq!(check(&both, &[("iban", "DE1"), ("more", "x")]), Ok(vec![("iban".into(), "DE1".into())]));
        let faults = vec!["methodFieldMissing at MethodFields.iban", "notMethodFieldOption at MethodFields.bank"];
        assert_eq!(check(&both, &[("iban", " "), ("bank", "b")]), Err(faults.into_iter().map(Into::into).collect()));
        assert!(check(&both, &[("iban", "DE1"), ("bank", "a")]).is_ok());
    }
}
