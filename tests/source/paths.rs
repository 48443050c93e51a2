//! The paths in a file of Rust, read from its text.

use std::collections::BTreeMap;

use super::files::is_of_name;

/// A path as it is written, such as `super::rates::Rate`.
pub type Written = Vec<String>;

/// The paths in a file that lead to other files of its crate.
pub struct Paths {
    /// What is imported or named.
    pub imports: Vec<Written>,
    /// The names that others find here although they are defined elsewhere.
    pub exports: BTreeMap<String, Written>,
}

impl Paths {
    /// Reads the code of a file without its tests, which may import what they like.
    pub fn read(code: &str, is_child: impl Fn(&str) -> bool) -> Self {
        let code = without_tests(code);
        let is_local = |path: &[String]| {
            path.first().is_some_and(|first| matches!(first.as_str(), "crate" | "self" | "super") || is_child(first))
        };
        let mut paths = Self { imports: Vec::new(), exports: BTreeMap::new() };
        let mut place = 0;
        while let Some(begin) = next_name(code, place) {
            let before = code[..begin].trim_end();
            if name_at(&code[begin..]) == "use" {
                let length = code[begin..].find(';').unwrap_or(code.len() - begin);
                let mut named = Vec::new();
                read_tree(&code[begin + "use".len()..begin + length], &[], &mut named);
                for (path, name) in named.into_iter().filter(|(path, _)| is_local(path)) {
                    if is_visible(before) {
                        paths.exports.insert(name, path);
                    } else {
                        paths.imports.push(path);
                    }
                }
                place = begin + length;
            } else {
                let (path, length) = path_at(&code[begin..]);
                let is_whole = !before.ends_with("::") && !before.ends_with('.') && !before.ends_with("(in");
                if path.len() > 1 && is_whole && is_local(&path) {
                    paths.imports.push(path);
                }
                place = begin + length;
            }
        }
        paths
    }
}

/// Whether `pub` or `pub(crate)` stands before a `use`.
fn is_visible(before: &str) -> bool {
    let statement = before.rsplit([';', '}', ']']).next().unwrap_or_default().trim_start();
    statement == "pub" || (statement.starts_with("pub(") && statement.ends_with(')'))
}

fn without_tests(code: &str) -> &str {
    const MARK: &str = "#[cfg(test)]";
    let is_module = |place: usize| code[place + MARK.len()..].trim_start().starts_with("mod ");
    let tests = code.match_indices(MARK).map(|(place, _)| place).find(|place| is_module(*place));
    &code[..tests.unwrap_or(code.len())]
}

/// Where the next name begins.
fn next_name(code: &str, from: usize) -> Option<usize> {
    let is_first = |letter: char| letter.is_alphabetic() || letter == '_';
    let mut inside = code[..from].chars().last().is_some_and(is_of_name);
    for (place, letter) in code[from..].char_indices() {
        if is_first(letter) && !inside {
            return Some(from + place);
        }
        inside = is_of_name(letter);
    }
    None
}

fn name_at(code: &str) -> &str {
    &code[..code.find(|letter| !is_of_name(letter)).unwrap_or(code.len())]
}

/// The path that begins here, and its length.
fn path_at(code: &str) -> (Written, usize) {
    let mut path = vec![name_at(code).to_owned()];
    let mut length = path[0].len();
    while let Some(rest) = code[length..].strip_prefix("::") {
        let name = name_at(rest);
        if name.is_empty() {
            break;
        }
        path.push(name.to_owned());
        length += 2 + name.len();
    }
    (path, length)
}

/// The paths of a `use`, each with the name that it gets.
fn read_tree(tree: &str, base: &[String], named: &mut Vec<(Written, String)>) {
    let tree = tree.trim();
    if let Some(place) = tree.find('{') {
        let mut base = base.to_vec();
        base.extend(tree[..place].split("::").map(str::trim).filter(|part| !part.is_empty()).map(ToOwned::to_owned));
        for branch in branches(tree[place + 1..].trim_end_matches('}')) {
            read_tree(branch, &base, named);
        }
        return;
    }
    let (path, alias) = tree.split_once(" as ").unwrap_or((tree, ""));
    let mut parts = base.to_vec();
    parts.extend(path.split("::").map(|part| part.trim().to_owned()).filter(|part| !part.is_empty() && part != "*"));
    if parts.last().is_some_and(|last| last == "self") && parts.len() > 1 {
        parts.pop();
    }
    if let Some(last) = parts.last().cloned() {
        let name = if alias.is_empty() { last } else { alias.trim().to_owned() };
        named.push((parts, name));
    }
}

/// What stands between the commas of a group, groups within it kept whole.
fn branches(group: &str) -> Vec<&str> {
    let (mut branches, mut depth, mut begin) = (Vec::new(), 0, 0);
    for (place, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                branches.push(&group[begin..place]);
                begin = place + 1;
            }
            _ => {}
        }
    }
    branches.push(&group[begin..]);
    branches.retain(|branch| !branch.trim().is_empty());
    branches
}
