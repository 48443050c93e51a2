//! What the files of a crate import from each other, read from their text.

use std::collections::{BTreeMap, BTreeSet};

use super::files::{code_of, rust_files};
use super::paths::Paths;

/// Where a file stands among the modules of its crate: `ledger::rates` is `["ledger", "rates"]`, the root is empty.
pub type Module = Vec<String>;

/// How often a name may be re-exported.
const MOST_HOPS: usize = 8;

/// Which file of a crate imports from which.
pub struct Imports {
    /// The files, by their names.
    pub names: BTreeMap<Module, String>,
    pub edges: BTreeMap<Module, BTreeSet<Module>>,
}

impl Imports {
    /// Those of the crate with this folder.
    pub fn of_crate(folder: &str) -> Self {
        let src = format!("{folder}/src");
        let sources = rust_files(std::slice::from_ref(&src));
        let names: BTreeMap<Module, String> =
            sources.iter().map(|file| (module_of(&file.path, &src), file.path.clone())).collect();
        let is_child = |module: &Module, name: &str| names.contains_key(&[&module[..], &[name.to_owned()]].concat());
        let paths: BTreeMap<Module, Paths> = sources
            .iter()
            .map(|file| {
                let module = module_of(&file.path, &src);
                let paths = Paths::read(&code_of(&file.text), |name| is_child(&module, name));
                (module, paths)
            })
            .collect();
        let edges = paths.iter().map(|(module, found)| {
            let targets = found.imports.iter().filter_map(|written| target(&paths, module, written, 0));
            (module.clone(), targets.filter(|target| target != module).collect())
        });
        Self { edges: edges.collect(), names }
    }
}

/// The file that defines what a path names: re-exports are followed.
fn target(files: &BTreeMap<Module, Paths>, from: &[String], written: &[String], hops: usize) -> Option<Module> {
    let mut path: Module = if written.first()? == "crate" { Vec::new() } else { from.to_vec() };
    for part in written {
        match part.as_str() {
            "crate" | "self" => {}
            "super" => drop(path.pop()),
            name => path.push(name.to_owned()),
        }
    }
    let length = (0..=path.len()).rev().find(|length| files.contains_key(&path[..*length]))?;
    let (module, rest) = path.split_at(length);
    let exported = rest.first().and_then(|name| files[module].exports.get(name)).filter(|_| hops < MOST_HOPS);
    match exported {
        Some(exported) => target(files, module, &[exported, &rest[1..]].concat(), hops + 1),
        None => Some(module.to_vec()),
    }
}

fn module_of(path: &str, src: &str) -> Module {
    let place = path.strip_prefix(src).and_then(|path| path.strip_suffix(".rs")).expect("a file of the crate");
    let mut module: Module = place.split('/').filter(|part| !part.is_empty()).map(ToOwned::to_owned).collect();
    let is_own_folder = module.last().is_some_and(|last| last == "mod");
    if is_own_folder || module == ["lib"] || module == ["main"] {
        module.pop();
    }
    module
}
