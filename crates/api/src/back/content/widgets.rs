//! The widgets of the clients' dashboard.

use domain::content::{Widget, WidgetId};
use domain::identity::Permission;
use http::request::{Boolean, Fields, Input, Integer, ListQuery, NoFilter, SortKey, Text};
use http::routes::Change;
use serde_json::json;
use storage::Page;
use storage::content::widgets::{self, Sort};

use crate::Problem;
use crate::answers::WidgetAnswer;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const WIDGET: &str = "/api/v2/widgets/{widgetId}";
    routes
        .get("widgets.list", "/api/v2/widgets", P::WidgetsRead)
        .summary("List the widgets of the clients' dashboard.")
        .describe("Widgets are neither added nor deleted.")
        .list(list);
    routes
        .get("widgets.get", WIDGET, P::WidgetsRead)
        .summary("Read a widget.")
        .describe("The one that shows quotes has its ticker as `entity`.")
        .record(get);
    routes
        .put_and_patch("widgets.update", WIDGET, P::WidgetsUpdate)
        .summary("Change a widget.")
        .describe("This is for clients who have not arranged their dashboard; others keep their arrangement.")
        .example_at("/api/v2/widgets/1", json!({"caption": "Markets", "height": 2}))
        .changed(update);
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("id", Self::Id)];
}

impl Input<Back> for Widget {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let caption = fields.required("caption", &Text::NAME, |widget| &widget.caption);
        let sort = fields.required("sort", &Integer::ANY, |widget| &widget.sort);
        let can_be_closed = fields.required("delete", &Boolean, |widget| &widget.can_be_closed);
        let is_shown_by_default = fields.required("showByDefault", &Boolean, |widget| &widget.is_shown_by_default);
        let width = fields.required("width", &Integer::FROM_ONE, |widget| &widget.width);
        let height = fields.required("height", &Integer::FROM_ONE, |widget| &widget.height);
        let position_x = fields.required("positionX", &Integer::FROM_ZERO, |widget| &widget.position_x);
        let position_y = fields.required("positionY", &Integer::FROM_ZERO, |widget| &widget.position_y);
        Some(Self {
            caption: caption?,
            sort: sort?,
            can_be_closed: can_be_closed?,
            is_shown_by_default: is_shown_by_default?,
            width: width?,
            height: height?,
            position_x: position_x?,
            position_y: position_y?,
        })
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<NoFilter, Sort>) -> Result<Page<WidgetAnswer>, Problem> {
    Ok(widgets::list(reading.conn, &query.paging)?.map(WidgetAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (WidgetId,)) -> Result<WidgetAnswer, Problem> {
    Ok(widgets::get(reading.conn, id)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (WidgetId,),
    body: &Body<'_, Widget>,
) -> Result<Change<WidgetAnswer>, Problem> {
    let before = widgets::lock(writing.tx, id)?;
    Ok(writing.change(before, body, widgets::update)?.map(WidgetAnswer::from))
}
