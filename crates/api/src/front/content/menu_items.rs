//! The client's menu.

use domain::content::{MenuItem, MenuItemId};
use domain::value::Entity as _;
use http::request::{FilterSet, Filters, ListQuery, SortKey};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::Page;
use storage::content::menu_items::{self, Filter, ListedMenuItem, Sort, StoredMenuItem};

use crate::Problem;
use crate::front::{Front, Reading, Requirement, Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("my.menus.list", "/api/v2/my/menus", Requirement::SignedIn)
        .summary("Read the client's menu.")
        .describe(
            "The items below the root, or below `filter[menuId]` or `filter[rootName]`; with `deep` each has what is below \
             it as `items`, and an item that a filter leaves out stays if one below it matches. Items that are hidden, or \
             for other client types or verification levels, are left out with what is below them. `limit` and `offset` \
             count the first level.",
        )
        .list(list);
    routes
        .get("my.menus.get", "/api/v2/my/menus/{menuId}", Requirement::SignedIn)
        .summary("Read a menu item.")
        .describe("Without what is below it. An item that the client is not shown is not found.")
        .record(get);
}

/// An item of the client's menu.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyMenuItem")]
struct MenuItemAnswer {
    id: MenuItemId,
    /// The name that the client is shown.
    caption: String,
    /// The name by which programs know it.
    name: String,
    /// Whether it is marked as new.
    new: bool,
    /// Its place among its siblings, low first.
    priority: i64,
    /// What is below it, with `deep`; else none.
    items: Vec<Self>,
}

impl Resource<Front> for MenuItemAnswer {
    const NAME: &'static str = MenuItem::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredMenuItem> for MenuItemAnswer {
    fn from(StoredMenuItem { placed, .. }: StoredMenuItem) -> Self {
        Self {
            id: placed.id,
            caption: placed.item.caption,
            name: placed.name,
            new: placed.item.is_new,
            priority: placed.item.priority,
            items: Vec::new(),
        }
    }
}

impl From<ListedMenuItem> for MenuItemAnswer {
    fn from(ListedMenuItem { item, children }: ListedMenuItem) -> Self {
        Self { items: children.into_iter().flatten().map(Self::from).collect(), ..item.into() }
    }
}

impl FilterSet<Front> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            is_deep: filters.switch("deep", "Whether each item has all that is below it."),
            root: filters.id("menuId"),
            root_name: filters.text("rootName"),
            is_new: filters.yes_no("new"),
            caption: filters.text("caption"),
            level: None,
            is_visible: None,
        }
    }
}

impl SortKey<Front> for Sort {
    const KEYS: &'static [(&'static str, Self)] =
        &[("priority", Self::Priority), ("name", Self::Name), ("caption", Self::Caption)];
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, Sort>) -> Result<Page<MenuItemAnswer>, Problem> {
    let client = reading.caller.client();
    Ok(menu_items::list_for(reading.conn, client, &query.filter, &query.paging)?.map(MenuItemAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (MenuItemId,)) -> Result<MenuItemAnswer, Problem> {
    Ok(menu_items::get_for(reading.conn, reading.caller.client(), id)?.into())
}
