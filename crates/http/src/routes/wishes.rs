//! Routes whose wish is granted at once, or waits for somebody's decision.

use std::sync::Arc;

use storage::audit::Action;

use super::preconditions::settle;
use super::resource::{audit_of_new, presented};
use super::schemas::{described, pascal_case, schema_of};
use super::{Answers, Change, Effect, Event, Resource, Route, RouteBuilder, Wish, Work, Writing};
use crate::request::{Body, Input, PathIds, Purpose};
use crate::{Answer, Interface, Problem};

impl<I: Interface> RouteBuilder<'_, I> {
    /// Makes a record, or asks somebody to decide on it first: that is answered by 202 and nothing.
    pub fn created_or_asked<P: PathIds, B: Input<I>, A: Resource<I>, M: Resource<I>>(
        self,
        handler: fn(&mut Writing<'_, '_, I>, P, &Body<'_, I, B>) -> Result<Wish<A, M>, Problem>,
    ) {
        let run = move |writing: &mut Writing<'_, '_, I>| {
            let ids = P::from_segments(&writing.call.segments).ok_or_else(Problem::not_found)?;
            match handler(writing, ids, &writing.call.body())? {
                Wish::Granted(record) => {
                    let audit = Some(audit_of_new(&record, writing.call)?);
                    let location = Some(format!("{}/{}", writing.call.path, record.id()));
                    let moved = record.moved();
                    let answer = presented(201, record, writing.call)?;
                    Ok(Effect { answer: Answer { location, ..answer }, audit, moved })
                }
                Wish::Asked(made) => Ok(Effect::new(Answer::empty_with(202), Some(audit_of_new(&made, writing.call)?))),
            }
        };
        self.waiting_empty().add(201, Work::Write(Arc::new(run)), |route| Route {
            body: described::<I, B>(Purpose::Create, || format!("New{}", A::schema_name())),
            answers: Answers::Record(schema_of::<A>),
            is_tagged: true,
            event: Some(Event::of::<I, A>(Action::Add)),
            ..route
        });
    }

    /// Does something with a record, or asks somebody to decide on it first: that is answered by 202 and nothing.
    pub fn changed_or_asked<P: PathIds, B: Input<I>, A: Resource<I>, M: Resource<I>>(
        self,
        handler: fn(&mut Writing<'_, '_, I>, P, &Body<'_, I, B>) -> Result<Wish<(A, A), M>, Problem>,
    ) {
        let run = move |writing: &mut Writing<'_, '_, I>| {
            let ids = P::from_segments(&writing.call.segments).ok_or_else(Problem::not_found)?;
            match handler(writing, ids, &writing.call.body())? {
                Wish::Granted((before, after)) => settle(Change::Made { before, after }, writing.call, |_| 200),
                Wish::Asked(made) => Ok(Effect::new(Answer::empty_with(202), Some(audit_of_new(&made, writing.call)?))),
            }
        };
        self.waiting_empty().add(200, Work::Write(Arc::new(run)), |route| Route {
            body: described::<I, B>(Purpose::Create, || pascal_case(route.operation)),
            answers: Answers::Record(schema_of::<A>),
            is_tagged: true,
            takes_precondition: route.method != "POST",
            event: Some(Event::of::<I, A>(Action::Update)),
            ..route
        });
    }
}
