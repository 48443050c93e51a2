//! What can only be held against files beside the repository: the contract, and the vendor's pages. These tests are
//! ignored, since a clone has neither; `.ci/run` runs them where the files are.

mod document;
mod documented_calls;
mod permissions;

use std::path::PathBuf;

use crate::harness::repository;

/// A file beside the repository.
fn beside(name: &str) -> PathBuf {
    repository().join("../shared").join(name)
}

#[track_caller]
fn text_beside(name: &str) -> String {
    let path = beside(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
