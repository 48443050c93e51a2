//! Routes that read records: for a caller who is known, and for anybody.

use std::sync::Arc;

use domain::value::Localizer;
use serde_json::Value;
use storage::{ById, Page};

use super::resource::{present, presented, value_of};
use super::schemas::{ListAnswer, schema_of};
use super::{Answers, Export, OpenReading, Reading, Resource, Route, RouteBuilder, Work};
use crate::columns::columns_of;
use crate::request::{FilterSet, ListQuery, PathIds, SortKey, describe_list, nothing, read_list};
use crate::{Answer, Call, Interface, Problem};

impl<I: Interface> RouteBuilder<'_, I> {
    /// A list.
    pub fn list<P: PathIds, F: FilterSet<I>, S: SortKey<I>, A: Resource<I>>(
        self,
        handler: fn(&mut Reading<'_, I>, P, &ListQuery<F, S>) -> Result<Page<A>, Problem>,
    ) {
        self.open_or_not(move |open: &mut OpenReading<'_, I>, ids: P, query: &ListQuery<F, S>| {
            handler(&mut open.by_caller()?, ids, query)
        });
    }

    /// A list that anybody may read.
    pub fn open_list<P: PathIds, F: FilterSet<I>, S: SortKey<I>, A: Resource<I>>(
        self,
        handler: fn(&mut OpenReading<'_, I>, P, &ListQuery<F, S>) -> Result<Page<A>, Problem>,
    ) {
        self.open_or_not(handler);
    }

    fn open_or_not<P: PathIds, F: FilterSet<I>, S: SortKey<I>, A: Resource<I>>(
        self,
        handler: impl Fn(&mut OpenReading<'_, I>, P, &ListQuery<F, S>) -> Result<Page<A>, Problem>
        + Copy
        + Send
        + Sync
        + 'static,
    ) {
        // `window` stands in for the limit and the offset of an export.
        let page_of = move |reading: &mut OpenReading<'_, I>,
                            window: Option<(i64, i64)>,
                            localizer: &mut Localizer<'_>|
              -> Result<Page<A>, Problem> {
            let ids = P::from_segments(&reading.call.segments).ok_or_else(Problem::not_found)?;
            let mut query = match read_list::<I, F, S>(&reading.call.query) {
                Ok(query) => query,
                Err(problem) => {
                    // A record of the path that does not exist is told before faults of the query.
                    if let Some(nothing) = nothing::<I, F, S>() {
                        handler(reading, ids.clone(), &nothing)?;
                    }
                    return Err(problem);
                }
            };
            if let Some((limit, offset)) = window {
                (query.paging.limit, query.paging.offset, query.paging.counts) = (limit, offset, false);
            }
            if query.matches_nothing {
                query.paging.limit = 0;
            }
            let mut page = handler(reading, ids, &query)?;
            if query.matches_nothing {
                page.total = page.total.map(|_| 0);
            }
            for record in &mut page.data {
                present::<I, A>(record, localizer, reading.call.caller.as_deref());
            }
            Ok(page)
        };
        let run = move |reading: &mut OpenReading<'_, I>| {
            let mut localizer = Localizer::new(&reading.call.locale);
            let page = page_of(reading, None, &mut localizer)?;
            let answer = Answer::json_with(200, &ListAnswer { total: page.total, data: page.data })?;
            Ok(Answer { language: localizer.content_language(), ..answer })
        };
        let rows = move |reading: &mut OpenReading<'_, I>, limit: i64, offset: i64| {
            let mut localizer = Localizer::new(&reading.call.locale);
            page_of(reading, Some((limit, offset)), &mut localizer)?.data.iter().map(value_of).collect()
        };
        let export = Export { columns: columns_of::<A>, rows: Arc::new(rows) };
        let parameters = describe_list::<I, F, S>();
        self.add(200, Work::Read(Arc::new(run)), |route| Route {
            export: Some(export),
            parameters,
            answers: Answers::List(schema_of::<ListAnswer<A>>),
            ..route
        });
    }

    /// A list that comes from outside: its handler is asynchronous, and holds no transaction while it asks.
    pub fn fetched_list<F: FilterSet<I> + Send, S: SortKey<I> + Send, A: Resource<I>, R>(
        self,
        handler: fn(Arc<I::Context>, Arc<Call<I>>, ListQuery<F, S>) -> R,
    ) where
        R: Future<Output = Result<Page<A>, Problem>> + 'static,
    {
        let run = move |context: Arc<I::Context>, call: Arc<Call<I>>| async move {
            let query = read_list::<I, F, S>(&call.query)?;
            let mut page = if query.matches_nothing {
                Page { total: query.paging.counts.then_some(0), data: Vec::new() }
            } else {
                handler(context, Arc::clone(&call), query).await?
            };
            let mut localizer = Localizer::new(&call.locale);
            for record in &mut page.data {
                present::<I, A>(record, &mut localizer, call.caller.as_deref());
            }
            let answer = Answer::json_with(200, &ListAnswer { total: page.total, data: page.data })?;
            Ok(Answer { language: localizer.content_language(), ..answer })
        };
        let parameters = describe_list::<I, F, S>();
        self.add(200, Work::Act(Arc::new(move |context, call| Box::pin(run(context, call)))), |route| Route {
            parameters,
            answers: Answers::List(schema_of::<ListAnswer<A>>),
            ..route
        });
    }

    /// One record.
    pub fn record<P: PathIds, A: Resource<I>>(self, handler: fn(&mut Reading<'_, I>, P) -> Result<A, Problem>) {
        self.record_or_not(move |open: &mut OpenReading<'_, I>, ids: P| handler(&mut open.by_caller()?, ids));
    }

    /// One record that anybody may read.
    pub fn open_record<P: PathIds, A: Resource<I>>(
        self,
        handler: fn(&mut OpenReading<'_, I>, P) -> Result<A, Problem>,
    ) {
        self.record_or_not(handler);
    }

    fn record_or_not<P: PathIds, A: Resource<I>>(
        self,
        handler: impl Fn(&mut OpenReading<'_, I>, P) -> Result<A, Problem> + Send + Sync + 'static,
    ) {
        let run = move |reading: &mut OpenReading<'_, I>| {
            let ids = P::from_segments(&reading.call.segments).ok_or_else(Problem::not_found)?;
            presented(200, handler(reading, ids)?, reading.call)
        };
        self.add(200, Work::Read(Arc::new(run)), |route| Route {
            answers: Answers::Record(schema_of::<A>),
            is_tagged: true,
            ..route
        });
    }

    /// One record that is asked for with filters; the handler tells their faults after a record of the path that does
    /// not exist.
    pub fn filtered<P: PathIds, F: FilterSet<I>, A: Resource<I>>(
        self,
        handler: fn(&mut Reading<'_, I>, P, Result<F, Problem>) -> Result<A, Problem>,
    ) {
        let run = move |reading: &mut OpenReading<'_, I>| {
            let ids = P::from_segments(&reading.call.segments).ok_or_else(Problem::not_found)?;
            let filter = filter_of::<I, F>(reading.call);
            let record = handler(&mut reading.by_caller()?, ids, filter)?;
            presented(200, record, reading.call)
        };
        self.add(200, Work::Read(Arc::new(run)), |route| Route {
            parameters: filter_parameters::<I, F>(),
            answers: Answers::Record(schema_of::<A>),
            is_tagged: true,
            ..route
        });
    }
}

/// The filters of a call that asks for one record.
pub(super) fn filter_of<I: Interface, F: FilterSet<I>>(call: &Call<I>) -> Result<F, Problem> {
    read_list::<I, F, ById>(&call.query).map(|query| query.filter)
}

/// The same as the document describes them.
pub(super) fn filter_parameters<I: Interface, F: FilterSet<I>>() -> Vec<Value> {
    let is_filter = |parameter: &Value| {
        parameter.get("name").and_then(Value::as_str).is_some_and(|name| name.starts_with("filter["))
    };
    describe_list::<I, F, ById>().into_iter().filter(is_filter).collect()
}
