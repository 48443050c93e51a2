use std::collections::BTreeMap;

use crate::{Interface, Route};

/// Finds the route of a path. Fixed segments win over ids.
pub(crate) struct Router<I: Interface> {
    routes: Vec<Route<I>>,
    paths: matchit::Router<BTreeMap<&'static str, usize>>,
}

/// What a path and method come to.
pub(crate) enum Found<'a, I: Interface> {
    /// This route, and the ids in the path.
    Route(&'a Route<I>, Vec<String>),
    /// The path takes these methods only.
    OtherMethods(String),
    /// There is no such path.
    Nothing,
}

impl<I: Interface> Router<I> {
    /// Over these routes.
    ///
    /// # Errors
    /// A path that cannot be told from another.
    pub fn new(routes: Vec<Route<I>>) -> Result<Self, matchit::InsertError> {
        let mut by_path: BTreeMap<&'static str, BTreeMap<&'static str, usize>> = BTreeMap::new();
        for (number, route) in routes.iter().enumerate() {
            by_path.entry(route.path).or_default().insert(route.method, number);
        }
        let mut paths = matchit::Router::new();
        for (path, methods) in by_path {
            paths.insert(path, methods)?;
        }
        Ok(Self { routes, paths })
    }

    pub fn find(&self, method: &str, path: &str) -> Found<'_, I> {
        let Ok(found) = self.paths.at(path) else { return Found::Nothing };
        if let Some(route) = found.value.get(method).and_then(|number| self.routes.get(*number)) {
            return Found::Route(route, found.params.iter().map(|(_, segment)| segment.to_owned()).collect());
        }
        let methods = found.value.keys().flat_map(|method| match *method {
            "GET" => vec!["GET", "HEAD"],
            method => vec![method],
        });
        Found::OtherMethods(methods.collect::<Vec<_>>().join(", "))
    }

    pub fn routes(&self) -> &[Route<I>] {
        &self.routes
    }
}
