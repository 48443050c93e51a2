//! The sources of the workspace as text.

use std::path::Path;

use crate::harness::repository;

/// A file of Rust: where it is, as seen from the repository, and what stands in it.
pub struct SourceFile {
    pub path: String,
    pub text: String,
}

/// All Rust files below some folders of the repository, by name.
pub fn rust_files(folders: &[String]) -> Vec<SourceFile> {
    let mut files = Vec::new();
    for folder in folders {
        collect(&repository().join(folder), folder, &mut files);
    }
    assert!(!files.is_empty(), "there is no Rust in {folders:?}");
    files
}

/// The folders of the crates, as seen from the repository.
pub fn crates() -> Vec<String> {
    let entries = std::fs::read_dir(repository().join("crates")).expect("the crates");
    let mut crates: Vec<String> =
        entries.map(|entry| format!("crates/{}", entry.expect("a crate").file_name().display())).collect();
    crates.push("bin/backoffice".to_owned());
    crates.sort();
    crates
}

fn collect(folder: &Path, name: &str, files: &mut Vec<SourceFile>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).into_iter().flatten().flatten().collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = format!("{name}/{}", entry.file_name().display());
        if entry.path().is_dir() {
            collect(&entry.path(), &name, files);
        } else if entry.path().extension().is_some_and(|extension| extension == "rs") {
            files.push(SourceFile { text: std::fs::read_to_string(entry.path()).expect("a text"), path: name });
        }
    }
}

/// The code alone: comments, strings and characters become blanks, lines stay where they are.
pub fn code_of(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = opaque_length(rest, code.chars().last()).unwrap_or(0);
        let (opaque, after) = rest.split_at(length);
        code.extend(opaque.chars().map(|letter| if letter == '\n' { '\n' } else { ' ' }));
        rest = after;
        if opaque.is_empty() {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    code
}

/// How long the comment, string or character is that begins here, if one does.
fn opaque_length(text: &str, before: Option<char>) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    if text.starts_with("/*") {
        return Some(text.find("*/").map_or(text.len(), |end| end + 2));
    }
    if text.starts_with('"') {
        return Some(quoted_length(text));
    }
    if text.starts_with('r') && !before.is_some_and(is_of_name) {
        let hashes = text[1..].bytes().take_while(|byte| *byte == b'#').count();
        let end = format!("\"{}", "#".repeat(hashes));
        let body = text[1 + hashes..].strip_prefix('"')?;
        return Some(text.len() - body.len() + body.find(&end).map_or(body.len(), |place| place + end.len()));
    }
    // A lifetime has no second quote: only characters do.
    let body = text.strip_prefix('\'')?;
    if body.starts_with('\\') {
        return body[2..].find('\'').map(|place| place + 4);
    }
    let letter = body.chars().next()?.len_utf8();
    body[letter..].starts_with('\'').then_some(letter + 2)
}

fn quoted_length(text: &str) -> usize {
    let mut is_escaped = false;
    for (place, letter) in text.char_indices().skip(1) {
        match letter {
            '"' if !is_escaped => return place + 1,
            '\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    text.len()
}

/// Whether a name can hold this.
pub fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}
