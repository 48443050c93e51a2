//! Records that are answered in several forms, by what the caller accepts.

use std::sync::Arc;

use domain::value::Localizer;

use super::reads::{filter_of, filter_parameters};
use super::resource::present;
use super::schemas::schema_of;
use super::{Answers, OpenReading, Reading, Resource, Route, RouteBuilder, Unfinished, Work};
use crate::call::JSON;
use crate::negotiation::chosen;
use crate::request::{CSV, FilterSet, PathIds};
use crate::{Answer, Call, Interface, Problem};

/// What a form of a record is asked for by, beside [`CSV`] in the query.
const ACCEPT: &str = "Accept";

/// Another form of a record than JSON: a file.
#[derive(Debug)]
pub struct Form<A> {
    /// Its media type.
    pub media_type: &'static str,
    /// What the caller may call the file.
    pub name: fn(&A) -> String,
    /// Makes it of the record as this caller sees it. It runs where work may take its time, and holds no transaction.
    pub make: fn(&A) -> Result<Vec<u8>, Problem>,
}

impl<I: Interface> RouteBuilder<'_, I> {
    /// One record that is asked for with filters, as JSON or in another form; the handler tells their faults after a record
    /// of the path that does not exist. A caller who accepts none of the forms gets 406 before that.
    pub fn filtered_in_forms<P: PathIds, F: FilterSet<I>, A: Resource<I> + Send>(
        self,
        handler: fn(&mut Reading<'_, I>, P, Result<F, Problem>) -> Result<A, Problem>,
        forms: &'static [Form<A>],
    ) {
        let run = move |reading: &mut OpenReading<'_, I>| -> Result<Unfinished, Problem> {
            let form = wanted(reading.call, forms)?;
            let ids = P::from_segments(&reading.call.segments).ok_or_else(Problem::not_found)?;
            let filter = filter_of::<I, F>(reading.call);
            let mut record = handler(&mut reading.by_caller()?, ids, filter)?;
            let mut localizer = Localizer::new(&reading.call.locale);
            present::<I, A>(&mut record, &mut localizer, reading.call.caller.as_deref());
            let language = localizer.content_language();
            Ok(Box::new(move || match form {
                None => Ok(Answer { language, ..Answer::json(&record)? }.tagged()),
                Some(form) => {
                    let file = Answer::file(form.media_type, (form.name)(&record), (form.make)(&record)?.into());
                    Ok(Answer { language, ..file }.tagged())
                }
            }))
        };
        let media_types = forms.iter().map(|form| form.media_type).collect();
        self.add(200, Work::Finished(Arc::new(run)), |mut route| {
            route.headers.push(ACCEPT);
            Route {
                parameters: filter_parameters::<I, F>(),
                forms: media_types,
                answers: Answers::Record(schema_of::<A>),
                is_tagged: true,
                ..route
            }
        });
    }
}

/// The form that a caller wants; none where that is JSON.
fn wanted<I: Interface, A>(call: &Call<I>, forms: &'static [Form<A>]) -> Result<Option<&'static Form<A>>, Problem> {
    match call.parameter("format") {
        Some(format) if format == CSV => return Ok(forms.iter().find(|form| form.media_type.starts_with("text/csv"))),
        Some(format) if format == "json" => return Ok(None),
        Some(_) | None => {}
    }
    let offered: Vec<&str> = [JSON].into_iter().chain(forms.iter().map(|form| form.media_type)).collect();
    let bare = || offered.iter().filter_map(|media_type| media_type.split(';').next()).collect::<Vec<_>>().join(", ");
    let place = chosen(call.header(ACCEPT), &offered).ok_or_else(|| Problem::not_acceptable(&bare()))?;
    Ok(place.checked_sub(1).and_then(|place| forms.get(place)))
}
