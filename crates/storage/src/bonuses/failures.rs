//! Why a bonus failed, as a text of its column: what rules refused as JSON, what a platform said as it is.

use std::collections::BTreeMap;

use domain::bonuses::{BonusFailure, BonusesFault};
use domain::clients::ClientsFault;
use domain::ledger::LedgerFault;
use domain::value::{Code, CommonFault, Fault, FaultCode, Field, Param, Place};
use serde::{Deserialize, Serialize};

use crate::{Error, json};

#[derive(Serialize, Deserialize)]
struct Stored {
    faults: Vec<StoredFault>,
}

#[derive(Serialize, Deserialize)]
struct StoredFault {
    code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    path: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    params: BTreeMap<String, StoredParam>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum StoredParam {
    Number(i64),
    Text(String),
}

/// The inputs and the figures that faults of bonuses have.
const FIELDS: [Field; 3] = [Field::Account, Field::Amount, Field::DynamicLots];
const PARAMS: [&str; 4] = ["permission", "places", "state", "step"];

/// The text that stands for a failure.
pub(super) fn to_text(failure: &BonusFailure) -> Result<String, Error> {
    match failure {
        BonusFailure::Refused(faults) => json(&Stored { faults: faults.iter().map(stored).collect() }),
        BonusFailure::Platform(reason) => Ok(reason.clone()),
    }
}

/// The failure that a text stands for. What is not known, such as a sentence of an earlier version, stays as it is.
pub(super) fn from_text(text: String) -> BonusFailure {
    let faults = serde_json::from_str::<Stored>(&text).ok();
    let faults = faults.and_then(|stored| stored.faults.into_iter().map(fault).collect::<Option<Vec<_>>>());
    faults.map_or(BonusFailure::Platform(text), BonusFailure::Refused)
}

fn stored(fault: &Fault) -> StoredFault {
    let param = |param: &Param| match param {
        Param::Number(number) => StoredParam::Number(*number),
        Param::Text(text) => StoredParam::Text(text.clone()),
    };
    StoredFault {
        code: fault.code.as_str().to_owned(),
        field: fault.at.as_ref().map(|place| format!("{:?}", place.field)),
        path: fault.at.as_ref().map(|place| place.path.clone()).unwrap_or_default(),
        params: fault.params.iter().map(|(name, value)| ((*name).to_owned(), param(value))).collect(),
    }
}

fn fault(StoredFault { code, field, path, params }: StoredFault) -> Option<Fault> {
    let at = match field {
        Some(name) => {
            let field = FIELDS.into_iter().find(|field| format!("{field:?}") == name)?;
            Some(Place { field, path })
        }
        None => None,
    };
    let param = |(name, value): (String, StoredParam)| {
        let name = PARAMS.into_iter().find(|known| *known == name)?;
        Some((
            name,
            match value {
                StoredParam::Number(number) => Param::Number(number),
                StoredParam::Text(text) => Param::Text(text),
            },
        ))
    };
    Some(Fault { at, code: code_of(&code)?, params: params.into_iter().map(param).collect::<Option<_>>()? })
}

/// The code of a rule that can refuse a step of a bonus.
fn code_of(text: &str) -> Option<Code> {
    fn find<C: FaultCode>(text: &str) -> Option<Code> {
        C::ALL.iter().copied().map(Code::from).find(|code| code.as_str() == text)
    }
    let found = find::<BonusesFault>(text).or_else(|| find::<LedgerFault>(text));
    found.or_else(|| find::<ClientsFault>(text)).or_else(|| find::<CommonFault>(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rules_refused_is_read_back() {
        let failure = BonusFailure::Refused(vec![
            BonusesFault::RequiredVolumeTooLarge.at(Field::DynamicLots),
            ClientsFault::ClientRemoved.fault(),
            CommonFault::TooManyPlaces.with("places", 2_u32),
            LedgerFault::AccountPermissionMissing.with("permission", "enabled"),
        ]);
        assert_eq!(from_text(to_text(&failure).unwrap()), failure);
    }

    #[test]
    fn other_texts_stay_as_they_are() {
        for text in ["the platform refuses", "{}", "{\"faults\":[{\"code\":\"nonsense\"}]}"] {
            assert_eq!(from_text(text.into()), BonusFailure::Platform(text.into()));
        }
    }
}
