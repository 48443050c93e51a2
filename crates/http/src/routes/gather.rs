use super::{Approvals, Coverage, Route, RouteBuilder};
use crate::Interface;

/// The routes of an interface, gathered context by context.
pub struct Routes<I: Interface> {
    routes: Vec<Route<I>>,
}

impl<I: Interface> Default for Routes<I> {
    fn default() -> Self {
        Self { routes: Vec::new() }
    }
}

impl<I: Interface> Routes<I> {
    /// All routes.
    #[must_use]
    pub fn into_vec(self) -> Vec<Route<I>> {
        self.routes
    }

    /// Lets the writes so far wait like this, where they can.
    pub fn let_wait(&mut self, approvals: &'static Approvals<I>) {
        for route in self.routes.iter_mut().filter(|route| route.coverage != Coverage::Never) {
            route.approvals = Some(approvals);
        }
    }

    /// A route that reads.
    pub fn get(
        &mut self,
        operation: &'static str,
        path: &'static str,
        requirement: impl Into<I::Requirement>,
    ) -> RouteBuilder<'_, I> {
        self.declare(&["GET"], operation, path, requirement.into())
    }

    /// A route that makes something, or acts.
    pub fn post(
        &mut self,
        operation: &'static str,
        path: &'static str,
        requirement: impl Into<I::Requirement>,
    ) -> RouteBuilder<'_, I> {
        self.declare(&["POST"], operation, path, requirement.into())
    }

    /// A route that changes by PUT alone.
    pub fn put(
        &mut self,
        operation: &'static str,
        path: &'static str,
        requirement: impl Into<I::Requirement>,
    ) -> RouteBuilder<'_, I> {
        self.declare(&["PUT"], operation, path, requirement.into())
    }

    /// A route that changes by PATCH alone.
    pub fn patch(
        &mut self,
        operation: &'static str,
        path: &'static str,
        requirement: impl Into<I::Requirement>,
    ) -> RouteBuilder<'_, I> {
        self.declare(&["PATCH"], operation, path, requirement.into())
    }

    /// A route that changes, by PUT and PATCH alike.
    pub fn put_and_patch(
        &mut self,
        operation: &'static str,
        path: &'static str,
        requirement: impl Into<I::Requirement>,
    ) -> RouteBuilder<'_, I> {
        self.declare(&["PUT", "PATCH"], operation, path, requirement.into())
    }

    /// A route that deletes.
    pub fn delete(
        &mut self,
        operation: &'static str,
        path: &'static str,
        requirement: impl Into<I::Requirement>,
    ) -> RouteBuilder<'_, I> {
        self.declare(&["DELETE"], operation, path, requirement.into())
    }

    fn declare(
        &mut self,
        methods: &'static [&'static str],
        operation: &'static str,
        path: &'static str,
        requirement: I::Requirement,
    ) -> RouteBuilder<'_, I> {
        RouteBuilder::new(&mut self.routes, methods, operation, path, requirement)
    }
}
