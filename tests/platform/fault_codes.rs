//! Every code is produced by some test, and stands with its sentence in the documents.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::harness::{codes, repository};

/// A code that no call and no function of the storage can produce yet.
struct NotYet {
    code: &'static str,
    reason: &'static str,
    /// The file of the domain whose unit test produces it, and that test.
    unit_test: (&'static str, &'static str),
}

const NOT_YET: [NotYet; 1] = [NotYet {
    code: "notOpenedAtSignIn",
    reason: "an account that a first sign-in does not open is left out, and nobody is told why",
    unit_test: ("catalog/opening.rs", "a_first_sign_in_opens_accounts_where_the_product_says_so"),
}];

fn all_codes() -> Vec<&'static str> {
    api::fault_codes().iter().flat_map(|(_, codes)| codes.iter().map(|code| code.as_str())).collect()
}

#[test]
#[ignore = "reads what a run of the whole suite leaves in the file that RECORD_CODES names"]
fn every_code_is_produced_by_some_test() {
    let file = codes::file().expect("RECORD_CODES names the file");
    let noted = std::fs::read_to_string(file).expect("the suite ran before");
    let noted: BTreeSet<&str> = noted.lines().collect();
    let is_expected = |code: &str| NOT_YET.iter().all(|not_yet| not_yet.code != code);
    let missing: Vec<&str> =
        all_codes().into_iter().filter(|code| is_expected(code) && !noted.contains(code)).collect();
    assert_eq!(missing, Vec::<&str>::new(), "no test produces these");
    let met = NOT_YET.iter().filter(|not_yet| noted.contains(not_yet.code));
    let met: Vec<String> = met.map(|NotYet { code, reason, .. }| format!("{code}: {reason}")).collect();
    assert_eq!(met, Vec::<String>::new(), "a test produces these now: take them off the list");
}

#[test]
fn what_cannot_be_produced_yet_has_a_unit_test() {
    let known = all_codes();
    for NotYet { code, unit_test: (file, test), .. } in NOT_YET {
        assert!(known.contains(&code), "{code} is not a code");
        let text = std::fs::read_to_string(repository().join("crates/domain/src").join(file)).unwrap();
        assert!(text.contains(&format!("fn {test}()")), "{code}: there is no {test} in {file}");
    }
}

/// Above the tables of `docs/faults.md`.
const TABLES: &str = "<!-- What follows is generated: INSTA_UPDATE=always cargo test -p backoffice reviewed -->\n";

fn tables() -> String {
    let mut tables = String::new();
    for (context, codes) in api::fault_codes() {
        write!(tables, "\n### {context}\n\n| code | sentence |\n| --- | --- |\n").unwrap();
        for code in codes {
            let sentences: Vec<String> =
                api::fault_sentences(code).iter().map(|sentence| sentence.replace('|', "\\|")).collect();
            writeln!(tables, "| `{}` | {} |", code.as_str(), sentences.join("<br>")).unwrap();
        }
    }
    tables
}

#[test]
fn the_documented_codes_are_reviewed() {
    let path = repository().join("docs/faults.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (text, kept) = page.split_once(TABLES).expect("the line above the tables");
    let tables = tables();
    if kept != tables && std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always") {
        std::fs::write(path, format!("{text}{TABLES}{tables}")).unwrap();
        return;
    }
    assert!(kept == tables, "run: INSTA_UPDATE=always cargo test -p backoffice reviewed");
}
