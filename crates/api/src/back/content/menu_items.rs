//! The menu of the clients' interface.

use domain::clients::{ClientTypeId, VerificationLevelId};
use domain::content::{MenuItem, MenuItemId};
use domain::identity::Permission;
use domain::value::{Entity, List, LocalizedText, Localizer, Set, Timestamp};
use http::request::{Boolean, Fields, FilterSet, Filters, Id, Input, Integer, ListQuery, SetOf, SortKey, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::Page;
use storage::content::menu_items::{self, Filter, ListedMenuItem, Sort, StoredMenuItem};

use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const ITEM: &str = "/api/v2/menus/{menuId}";
    routes
        .get("menu-items.list", "/api/v2/menus", P::MenuItemsRead)
        .summary("Read the menu of the clients' interface.")
        .describe(
            "The items below the root, or below `filter[menuId]` or `filter[rootName]`; with `deep` each has its \
             `children`, and an item that a filter leaves out stays if one below it matches. `limit` and `offset` count \
             the first level.",
        )
        .list(list);
    routes
        .get("menu-items.get", ITEM, P::MenuItemsRead)
        .summary("Read a menu item.")
        .describe("Without what is below it.")
        .record(get);
    routes
        .put_and_patch("menu-items.update", ITEM, P::MenuItemsUpdate)
        .summary("Change a menu item.")
        .describe(
            "Items are neither added nor deleted. Levels and types are replaced as a whole; an item that names none is \
             for clients of all. A hidden item hides what is below it.",
        )
        .example_at("/api/v2/menus/2", json!({"caption": "Money", "new": true, "verificationLevels": [1]}))
        .changed(update);
}

/// A verification level whose clients see an item.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct MenuLevel {
    id: VerificationLevelId,
    /// Its name.
    caption: String,
}

/// A client type whose clients see an item.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct MenuClientType {
    id: ClientTypeId,
    /// Its name.
    name: String,
    /// Its name in the language of the call.
    caption: String,
    #[serde(skip)]
    resources: List<LocalizedText>,
}

/// An item of the menu of the clients' interface.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MenuItem")]
struct MenuItemAnswer {
    id: MenuItemId,
    /// The name that clients are shown.
    caption: String,
    /// Its name in the back office.
    name: String,
    /// Whether it is marked as new.
    new: bool,
    /// Its place among its siblings, low first.
    priority: i64,
    /// Whether clients are shown it, and what is below it.
    visible: bool,
    /// The levels whose clients see it; none: all.
    verification_levels: Vec<MenuLevel>,
    /// The types whose clients see it; none: all.
    client_types: Vec<MenuClientType>,
    create_time: Timestamp,
    update_time: Timestamp,
    /// What is below it; only in the list, with `deep`.
    #[serde(skip_serializing_if = "Option::is_none")]
    children: Option<Vec<Self>>,
}

impl Resource<Back> for MenuItemAnswer {
    const NAME: &'static str = MenuItem::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        for kind in &mut self.client_types {
            localizer.localize(&kind.resources, "name", &mut kind.caption);
        }
        for child in self.children.iter_mut().flatten() {
            child.localize(localizer);
        }
    }
}

impl From<StoredMenuItem> for MenuItemAnswer {
    fn from(StoredMenuItem { placed, levels, client_types, create_time, update_time }: StoredMenuItem) -> Self {
        let level = |(id, caption)| MenuLevel { id, caption };
        let kind = |kind: menu_items::MenuClientType| MenuClientType {
            id: kind.id,
            caption: kind.name.clone(),
            name: kind.name,
            resources: kind.resources,
        };
        Self {
            id: placed.id,
            caption: placed.item.caption,
            name: placed.name,
            new: placed.item.is_new,
            priority: placed.item.priority,
            visible: placed.item.is_visible,
            verification_levels: levels.into_iter().map(level).collect(),
            client_types: client_types.into_iter().map(kind).collect(),
            create_time,
            update_time,
            children: None,
        }
    }
}

impl From<ListedMenuItem> for MenuItemAnswer {
    fn from(ListedMenuItem { item, children }: ListedMenuItem) -> Self {
        let children = children.map(|children| children.into_iter().map(Self::from).collect());
        Self { children, ..item.into() }
    }
}

impl Input<Back> for MenuItem {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let caption = fields.required("caption", &Text::NAME, |item| &item.caption);
        let is_new = fields.required("new", &Boolean, |item| &item.is_new);
        let priority = fields.required("priority", &Integer::ANY, |item| &item.priority);
        let is_visible = fields.required("visible", &Boolean, |item| &item.is_visible);
        let levels: Option<Set<VerificationLevelId>> = fields
            .about("The ids of the levels whose clients see it; none: all.")
            .required("verificationLevels", &SetOf(Id::of()), |item| &item.levels);
        let client_types: Option<Set<ClientTypeId>> = fields
            .about("The ids of the types whose clients see it; none: all.")
            .required("clientTypes", &SetOf(Id::of()), |item| &item.client_types);
        Some(Self {
            caption: caption?,
            is_new: is_new?,
            priority: priority?,
            is_visible: is_visible?,
            levels: levels?,
            client_types: client_types?,
        })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            is_deep: filters.switch("deep", "Whether each item has all that is below it."),
            root: filters.id("menuId"),
            root_name: filters.text("rootName"),
            is_new: filters.yes_no("new"),
            caption: filters.text("caption"),
            level: filters.id("verificationLevelId"),
            is_visible: filters.yes_no("visible"),
        }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] =
        &[("priority", Self::Priority), ("name", Self::Name), ("caption", Self::Caption)];
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, Sort>) -> Result<Page<MenuItemAnswer>, Problem> {
    Ok(menu_items::list(reading.conn, &query.filter, &query.paging)?.map(MenuItemAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (MenuItemId,)) -> Result<MenuItemAnswer, Problem> {
    Ok(menu_items::get(reading.conn, id)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (MenuItemId,),
    body: &Body<'_, MenuItem>,
) -> Result<Change<MenuItemAnswer>, Problem> {
    let before = menu_items::lock(writing.tx, id)?;
    Ok(writing.change(before, body, menu_items::update)?.map(MenuItemAnswer::from))
}
