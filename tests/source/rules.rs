//! Rules that no compiler knows.

use super::files::{SourceFile, code_of, crates, rust_files};
use crate::harness::repository;

/// Beyond it something is wrong with a file.
const LONGEST_LINES: usize = 500;

/// Tables, which are as long as what they list.
const TABLES: [&str; 2] = ["crates/domain/src/identity/permission.rs", "crates/storage/src/schema.rs"];

const MOST_MACROS: usize = 6;

/// The sources of all crates.
fn sources() -> Vec<SourceFile> {
    let folders: Vec<String> = crates().into_iter().map(|folder| format!("{folder}/src")).collect();
    rust_files(&folders)
}

/// Handlers get the scope of their caller: jobs and the command line alone work on all data.
#[test]
fn no_handler_makes_the_scope_of_the_system() {
    let folders = ["crates/api/src", "crates/http/src"].map(ToOwned::to_owned);
    let present: Vec<String> = folders.into_iter().filter(|folder| repository().join(folder).exists()).collect();
    for file in rust_files(&present) {
        for (number, line) in (1..).zip(code_of(&file.text).lines()) {
            let makes_it = line.contains("Scope::System") || line.contains("Scope::{") || line.contains("Scope::*");
            assert!(!makes_it, "{}:{number}: {line}", file.path);
        }
    }
}

#[test]
fn the_workspace_has_few_macros_of_its_own() {
    let mut files = sources();
    files.extend(rust_files(&["tests".to_owned()]));
    let macros: Vec<String> = files.iter().flat_map(macros_of).collect();
    assert!(macros.len() <= MOST_MACROS, "{} macros: {}", macros.len(), macros.join(", "));
}

fn macros_of(file: &SourceFile) -> Vec<String> {
    let code = code_of(&file.text);
    let names = code.split("macro_rules!").skip(1).map(|rest| rest.split_whitespace().next().unwrap_or_default());
    names.map(|name| format!("{name} in {}", file.path)).collect()
}

fn long_ones(files: Vec<SourceFile>) -> Vec<String> {
    let mut long: Vec<(String, usize)> = files
        .into_iter()
        .map(|file| (file.path, file.text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST_LINES)
        .collect();
    long.sort_by_key(|(_, lines)| std::cmp::Reverse(*lines));
    long.into_iter().map(|(path, lines)| format!("{path}: {lines}")).collect()
}

#[test]
fn no_file_of_a_crate_is_too_long() {
    let mut files = sources();
    files.retain(|file| !TABLES.contains(&file.path.as_str()));
    let long = long_ones(files);
    assert!(long.is_empty(), "{} files have more than {LONGEST_LINES} lines:\n{}", long.len(), long.join("\n"));
}

#[test]
fn no_file_of_the_tests_is_too_long() {
    let long = long_ones(rust_files(&["tests".to_owned()]));
    assert!(long.is_empty(), "{} files have more than {LONGEST_LINES} lines:\n{}", long.len(), long.join("\n"));
}

/// An exception that is not needed any more goes from the list.
#[test]
fn what_may_be_long_is_long() {
    for file in sources().iter().filter(|file| TABLES.contains(&file.path.as_str())) {
        assert!(file.text.lines().count() > LONGEST_LINES, "{}", file.path);
    }
    assert!(TABLES.iter().all(|table| repository().join(table).exists()));
}

/// Diesel writes DEFAULT for what is none, so that the text of the statement depends on the values: PostgreSQL would parse
/// and plan it at each call.
#[test]
fn inserts_keep_one_text() {
    for file in rust_files(&["crates/storage/src".to_owned()]) {
        for part in file.text.split("#[derive(").skip(1).filter(|part| part.starts_with("Insertable")) {
            let row = part.split("\n}").next().unwrap_or_default();
            let varies = row.contains("Option<") && !row.contains("treat_none_as_default_value = false");
            assert!(!varies, "{}: {row}", file.path);
        }
    }
}
