//! Every code is produced by some test.

use std::collections::BTreeSet;

use crate::harness::codes;

#[test]
#[ignore = "reads what a run of the whole suite leaves in the file that RECORD_CODES names"]
fn every_code_is_produced_by_some_test() {
    let file = codes::file().expect("RECORD_CODES names the file");
    let noted = std::fs::read_to_string(file).expect("the suite ran before");
    let noted: BTreeSet<&str> = noted.lines().collect();
    let missing: Vec<_> =
        api::fault_codes().into_iter().map(|code| code.as_str()).filter(|code| !noted.contains(code)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}
