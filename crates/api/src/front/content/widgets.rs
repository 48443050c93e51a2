//! The widgets of the client's dashboard.

use domain::content::WidgetId;
use http::request::{ListQuery, NoFilter, SortKey};
use storage::Page;
use storage::content::widgets::{self, Sort};

use crate::Problem;
use crate::answers::WidgetAnswer;
use crate::front::{Front, Reading, Requirement, Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("my.widgets.list", "/api/v2/my/widgets", Requirement::SignedIn)
        .summary("List the widgets of the dashboard.")
        .describe("By their places, low first. Programs keep the client's own arrangement themselves.")
        .list(list);
    routes
        .get("my.widgets.get", "/api/v2/my/widgets/{widgetId}", Requirement::SignedIn)
        .summary("Read a widget.")
        .describe("The one that shows quotes has its ticker as `entity`.")
        .record(get);
}

impl SortKey<Front> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("sort", Self::Place)];
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<NoFilter, Sort>) -> Result<Page<WidgetAnswer>, Problem> {
    Ok(widgets::list(reading.conn, &query.paging)?.map(WidgetAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (WidgetId,)) -> Result<WidgetAnswer, Problem> {
    Ok(widgets::get(reading.conn, id)?.into())
}
