use std::collections::BTreeMap;

use crate::{Interface, Route};

/// Finds the route of a path. Fixed segments win over ids, among the routes of the method: `GET /2fa/{type}` serves
/// `/2fa/sms`, although something else is posted there.
pub(crate) struct Router<I: Interface> {
    routes: Vec<Route<I>>,
    by_method: BTreeMap<&'static str, matchit::Router<usize>>,
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
        let mut by_method: BTreeMap<&'static str, matchit::Router<usize>> = BTreeMap::new();
        for (number, route) in routes.iter().enumerate() {
            by_method.entry(route.method).or_default().insert(route.path, number)?;
        }
        Ok(Self { routes, by_method })
    }

    pub fn find(&self, method: &str, path: &str) -> Found<'_, I> {
        let found = self.by_method.get(method).and_then(|paths| paths.at(path).ok());
        if let Some(found) = found
            && let Some(route) = self.routes.get(*found.value)
        {
            return Found::Route(route, found.params.iter().map(|(_, segment)| segment.to_owned()).collect());
        }
        let others = self.methods(path);
        if others.is_empty() { Found::Nothing } else { Found::OtherMethods(others.join(", ")) }
    }

    /// The methods that a path takes.
    pub fn methods(&self, path: &str) -> Vec<&'static str> {
        let methods = self.by_method.iter().filter(|(_, paths)| paths.at(path).is_ok());
        let methods = methods.flat_map(|(method, _)| match *method {
            "GET" => vec!["GET", "HEAD"],
            method => vec![method],
        });
        methods.collect()
    }

    /// The headers that the routes of a path read, beside those that all do.
    pub fn headers(&self, path: &str) -> Vec<&'static str> {
        let found = self.by_method.values().filter_map(|paths| self.routes.get(*paths.at(path).ok()?.value));
        found.flat_map(|route| route.headers.iter().copied()).collect()
    }

    pub fn routes(&self) -> &[Route<I>] {
        &self.routes
    }
}
