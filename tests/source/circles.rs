//! Within a crate, modules form no circle.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::files::{code_of, crates};
use super::imports::{Imports, Module};
use super::paths::Paths;

/// Which module or file leads to which others.
type Graph = BTreeMap<Module, BTreeSet<Module>>;

/// Folders of modules that are no modules themselves: the interfaces, which have a folder for each context.
const SHELVES: [&str; 2] = ["back", "front"];

/// The module that a file belongs to, with all that is below it: one of the root, or of an interface.
fn top_of(module: &[String]) -> Module {
    let is_on_shelf = module.first().is_some_and(|first| SHELVES.contains(&first.as_str()));
    module.iter().take(if is_on_shelf { 2 } else { 1 }).cloned().collect()
}

fn told(module: &[String]) -> String {
    if module.is_empty() { "the root".to_owned() } else { module.join("::") }
}

/// What can be reached from here.
fn reach(graph: &Graph, from: &Module) -> BTreeSet<Module> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&Module> = graph.get(from).into_iter().flatten().collect();
    while let Some(module) = next.pop() {
        if reached.insert(module.clone()) {
            next.extend(graph.get(module).into_iter().flatten());
        }
    }
    reached
}

/// The groups in which each leads to each other.
fn circles(graph: &Graph) -> BTreeSet<Vec<Module>> {
    let reached: BTreeMap<&Module, BTreeSet<Module>> = graph.keys().map(|from| (from, reach(graph, from))).collect();
    let members = |from: &Module| {
        let back = |other: &&Module| reached.get(*other).is_some_and(|back| back.contains(from));
        reached[from].iter().filter(back).cloned().collect()
    };
    reached.iter().filter(|(from, others)| others.contains(**from)).map(|(from, _)| members(from)).collect()
}

/// The shortest way from one to another.
fn way(graph: &Graph, from: &Module, to: &Module) -> Option<Vec<Module>> {
    let mut ways = VecDeque::from([vec![from.clone()]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        let last = way.last()?;
        if last == to {
            return Some(way);
        }
        for next in graph.get(last).into_iter().flatten().filter(|next| seen.insert((*next).clone())) {
            ways.push_back([&way[..], std::slice::from_ref(next)].concat());
        }
    }
    None
}

/// The files of a crate that form circles beyond their own module, each circle with the shortest way around.
fn circles_of_files(imports: &Imports) -> Vec<String> {
    let crossing =
        |members: &&Vec<Module>| members.iter().map(|module| top_of(module)).collect::<BTreeSet<_>>().len() > 1;
    let circles = circles(&imports.edges);
    circles
        .iter()
        .filter(crossing)
        .map(|members| {
            let edges = members.iter().flat_map(|from| imports.edges[from].iter().map(move |to| (from, to)));
            let crossings = edges.filter(|(from, to)| members.contains(to) && top_of(from) != top_of(to));
            let ways = crossings
                .filter_map(|(from, to)| Some([&[from.clone()][..], &way(&imports.edges, to, from)?].concat()));
            let shortest = ways.min_by_key(Vec::len).unwrap_or_default();
            let names: Vec<&str> = shortest.iter().map(|module| imports.names[module].as_str()).collect();
            format!("{} files, among them {}", members.len(), names.join(" -> "))
        })
        .collect()
}

/// The modules of a crate that form circles, with an import for each step between them.
fn circles_of_modules(imports: &Imports) -> Vec<String> {
    let mut graph = Graph::new();
    let mut witnesses = BTreeMap::new();
    for (from, targets) in &imports.edges {
        for to in targets.iter().filter(|to| top_of(to) != top_of(from)) {
            graph.entry(top_of(from)).or_default().insert(top_of(to));
            witnesses
                .entry((top_of(from), top_of(to)))
                .or_insert_with(|| format!("{} -> {}", imports.names[from], imports.names[to]));
        }
    }
    let tell = |members: Vec<Module>| {
        let steps = witnesses.iter().filter(|((from, to), _)| members.contains(from) && members.contains(to));
        let steps = steps.map(|((from, to), witness)| format!("\n    {} -> {}: {witness}", told(from), told(to)));
        members.iter().map(|module| told(module)).collect::<Vec<_>>().join(", ") + &steps.collect::<String>()
    };
    circles(&graph).into_iter().map(tell).collect()
}

fn hold_that_there_are_none(circles_of: impl Fn(&Imports) -> Vec<String>) {
    let found: Vec<String> = crates()
        .into_iter()
        .flat_map(|folder| {
            circles_of(&Imports::of_crate(&folder)).into_iter().map(move |circle| format!("{folder}: {circle}"))
        })
        .collect();
    assert!(found.is_empty(), "{} circles:\n{}", found.len(), found.join("\n"));
}

#[test]
fn files_of_different_modules_form_no_circle() {
    hold_that_there_are_none(circles_of_files);
}

/// Stricter: two modules form a circle, too, when one file of each imports some other file of the other.
#[test]
fn modules_form_no_circle() {
    hold_that_there_are_none(circles_of_modules);
}

#[test]
fn paths_are_read_as_they_are_written() {
    let text = r##"
        //! crate::comment::Comment
        use std::collections::BTreeMap;
        pub use crate::exported::{Thing, inner::{self, Other as Renamed}};
        #[cfg(feature = "x")]
        pub(crate) use self::child::One;
        use super::sibling::*;
        fn f<'a>(x: &'a crate::typed::T) -> char {
            let _ = (r#" crate::raw " "#, "crate::text", '"', child::g());
            crate::called::h::<super::generic::G>(x.crate_field, 'x')
        }
        #[cfg(test)]
        mod tests { use crate::only_in_tests::X; }
    "##;
    let paths = Paths::read(&code_of(text), |name| name == "child");
    let imports: Vec<String> = paths.imports.iter().map(|path| path.join("::")).collect();
    assert_eq!(imports, ["super::sibling", "crate::typed::T", "child::g", "crate::called::h", "super::generic::G"]);
    let exports: Vec<String> = paths.exports.iter().map(|(name, path)| format!("{name} {}", path.join("::"))).collect();
    let expected = [
        "One self::child::One",
        "Renamed crate::exported::inner::Other",
        "Thing crate::exported::Thing",
        "inner crate::exported::inner",
    ];
    assert_eq!(exports, expected);
}

#[test]
fn a_circle_is_found_however_long_it_is() {
    let module = |name: &str| vec![name.to_owned()];
    let edges = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("d", "e")];
    let mut graph = Graph::new();
    for (from, to) in edges {
        graph.entry(module(from)).or_default().insert(module(to));
    }
    assert_eq!(circles(&graph), BTreeSet::from([["a", "b", "c"].map(module).to_vec()]));
    assert_eq!(way(&graph, &module("b"), &module("a")), Some(["b", "c", "a"].map(module).to_vec()));
    assert_eq!(way(&graph, &module("d"), &module("a")), None);
}
