//! The codes that the rules refused something by, noted for the test that asks for each of them.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Mutex;

use domain::value::Refusal;
use serde_json::Value;
use storage::Error;

/// The file, where a run is to leave one.
pub fn file() -> Option<PathBuf> {
    std::env::var_os("RECORD_CODES").map(PathBuf::from)
}

/// Notes the codes of an answer's error or of its faults, and of the one by which an approved change was refused.
pub fn note_answer(body: &Value) {
    for error in [&body["error"], &body["result"]["body"]["error"]] {
        let details = error["details"].as_array().into_iter().flatten().map(|fault| &fault["code"]);
        details.chain([&error["reason"]]).filter_map(Value::as_str).for_each(note);
    }
    // Those of the lines of an import.
    let faults = body["faults"].as_array().into_iter().flatten();
    faults.filter_map(|fault| fault["code"].as_str()).for_each(note);
}

/// Notes the codes by which the storage refused something, and gives them as they read in a log.
pub fn note_refusal(error: &Error) -> String {
    if let Error::Refused(Refusal::NotAllowed(faults) | Refusal::Unprocessable(faults) | Refusal::Conflict(faults)) =
        error
    {
        for fault in faults {
            note(fault.code.as_str());
        }
    }
    error.to_string()
}

fn note(code: &str) {
    static NOTED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let Some(file) = file() else { return };
    let mut noted = NOTED.lock().expect("no test fails in here");
    if noted.insert(code.to_owned()) {
        let file = OpenOptions::new().create(true).append(true).open(file);
        file.and_then(|mut file| writeln!(file, "{code}")).expect("a note");
    }
}
