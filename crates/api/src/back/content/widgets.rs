//! The widgets of the clients' dashboard.

use domain::content::{Widget, WidgetId};
use domain::identity::Permission;
use domain::value::Entity;
use http::request::{Boolean, Fields, Input, Integer, ListQuery, NoFilter, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::content::widgets::{self, StoredWidget};
use storage::{ById, Page};

use super::tickers::TickerAnswer;
use crate::Problem;
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

/// A widget of the clients' dashboard.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Widget")]
struct WidgetAnswer {
    id: WidgetId,
    /// The name that clients are shown.
    caption: String,
    /// Its name in the back office.
    name: String,
    /// Its place in lists.
    sort: i64,
    /// Whether clients may close it.
    delete: bool,
    /// Whether it is on the dashboard from the start.
    show_by_default: bool,
    /// Its width in points.
    width: i64,
    /// Its height in points.
    height: i64,
    /// Where its upper right corner is, from the side.
    position_x: i64,
    /// Where its upper right corner is, from the top.
    position_y: i64,
    /// The ticker that it shows, if it shows one.
    entity: Option<TickerAnswer>,
}

impl Resource<Back> for WidgetAnswer {
    const NAME: &'static str = Widget::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredWidget> for WidgetAnswer {
    fn from(StoredWidget { id, name, data, ticker }: StoredWidget) -> Self {
        Self {
            id,
            caption: data.caption,
            name,
            sort: data.sort,
            delete: data.can_be_closed,
            show_by_default: data.is_shown_by_default,
            width: data.width,
            height: data.height,
            position_x: data.position_x,
            position_y: data.position_y,
            entity: ticker.map(TickerAnswer::from),
        }
    }
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

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<NoFilter, ById>) -> Result<Page<WidgetAnswer>, Problem> {
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
