//! The menu of the clients' interface. Its items are given, so there are few: the tree is made of all of them.

use std::cmp::Ordering;
use std::collections::HashMap;

use diesel::prelude::*;
use domain::clients::{ClientId, ClientTypeId, VerificationLevelId};
use domain::content::{Branch, MenuItem, MenuItemId, PlacedItem, shown_to, tree};
use domain::value::{CommonFault, FaultCode as _, Field, List, LocalizedText, Refusal, Set, Stored, Timestamp, folded};

use crate::clients::restriction_facts;
use crate::schema::{
    client_types, menu_item_client_types as of_types, menu_item_levels as of_levels, menu_items as table,
    verification_levels,
};
use crate::{DbConnection, Direction, Error, Page, Paging, Tx};

/// A client type that sees an item.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct MenuClientType {
    /// Its id.
    pub id: ClientTypeId,
    /// Its name.
    pub name: String,
    /// Its texts in other languages.
    pub resources: List<LocalizedText>,
}

/// An item as it is stored, with the names of the levels and types that see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMenuItem {
    /// The item and its place.
    pub placed: PlacedItem,
    /// The levels that see it, by id.
    pub levels: Vec<(VerificationLevelId, String)>,
    /// The types that see it, by id.
    pub client_types: Vec<MenuClientType>,
    /// When it was made.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Timestamp,
}

impl Stored for StoredMenuItem {
    type Data = MenuItem;

    fn data(&self) -> &MenuItem {
        &self.placed.item
    }
}

/// An item in a list; with its children where the whole tree is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedMenuItem {
    /// The item.
    pub item: StoredMenuItem,
    /// What is below it.
    pub children: Option<Vec<Self>>,
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The whole tree and not its first level alone.
    pub is_deep: bool,
    /// Below this item.
    pub root: Option<MenuItemId>,
    /// Below the item of this name, unless one is told by its id.
    pub root_name: Option<String>,
    /// Marked as new or not.
    pub is_new: Option<bool>,
    /// With this in the caption.
    pub caption: Option<String>,
    /// Limited to this level, among others.
    pub level: Option<VerificationLevelId>,
    /// Shown or not.
    pub is_visible: Option<bool>,
}

impl Filter {
    fn chooses(&self, PlacedItem { item, .. }: &PlacedItem) -> bool {
        self.is_new.is_none_or(|is_new| item.is_new == is_new)
            && self.caption.as_ref().is_none_or(|part| folded(&item.caption).contains(&folded(part)))
            && self.level.is_none_or(|level| item.levels.contains(&level))
            && self.is_visible.is_none_or(|is_visible| item.is_visible == is_visible)
    }
}

/// What each level of a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the fields")]
pub enum Sort {
    Priority,
    Name,
    Caption,
}

impl Sort {
    fn compare(self, one: &PlacedItem, other: &PlacedItem) -> Ordering {
        let by_key = match self {
            Self::Priority => one.item.priority.cmp(&other.item.priority),
            Self::Name => folded(&one.name).cmp(&folded(&other.name)),
            Self::Caption => folded(&one.item.caption).cmp(&folded(&other.item.caption)),
        };
        by_key.then(one.id.cmp(&other.id))
    }
}

/// An item as its row keeps it.
#[derive(Queryable)]
struct Columns {
    id: MenuItemId,
    parent: Option<MenuItemId>,
    name: String,
    caption: String,
    is_new: bool,
    priority: i64,
    is_visible: bool,
    create_time: Timestamp,
    update_time: Timestamp,
}

/// With what belongs to items.
fn assembled(conn: &mut DbConnection, rows: Vec<Columns>) -> Result<Vec<StoredMenuItem>, Error> {
    let ids: Vec<MenuItemId> = rows.iter().map(|row| row.id).collect();
    let levels: Vec<(MenuItemId, (VerificationLevelId, String))> = of_levels::table
        .inner_join(verification_levels::table)
        .filter(of_levels::item_id.eq_any(ids.clone()))
        .order(of_levels::level_id)
        .select((of_levels::item_id, (verification_levels::id, verification_levels::name)))
        .load(conn)?;
    let types: Vec<(MenuItemId, MenuClientType)> = of_types::table
        .inner_join(client_types::table)
        .filter(of_types::item_id.eq_any(ids))
        .order(of_types::type_id)
        .select((of_types::item_id, (client_types::id, client_types::name, client_types::resources)))
        .load(conn)?;
    let (mut levels, mut types) = (by_item(levels), by_item(types));
    let item = |row: Columns| {
        let levels = levels.remove(&row.id).unwrap_or_default();
        let client_types = types.remove(&row.id).unwrap_or_default();
        let item = MenuItem {
            caption: row.caption,
            is_new: row.is_new,
            priority: row.priority,
            is_visible: row.is_visible,
            levels: levels.iter().map(|(id, _)| *id).collect(),
            client_types: client_types.iter().map(|kind| kind.id).collect(),
        };
        let placed = PlacedItem { id: row.id, parent: row.parent, name: row.name, item };
        StoredMenuItem { placed, levels, client_types, create_time: row.create_time, update_time: row.update_time }
    };
    Ok(rows.into_iter().map(item).collect())
}

fn by_item<T>(pairs: Vec<(MenuItemId, T)>) -> HashMap<MenuItemId, Vec<T>> {
    let mut map: HashMap<MenuItemId, Vec<T>> = HashMap::new();
    for (item, value) in pairs {
        map.entry(item).or_default().push(value);
    }
    map
}

/// The items below a root, a page of the first level; where the whole tree is asked for, each with all that is below it.
pub fn list(conn: &mut DbConnection, filter: &Filter, paging: &Paging<Sort>) -> Result<Page<ListedMenuItem>, Error> {
    page(all(conn)?, filter, paging)
}

/// The same of what a client is shown.
pub fn list_for(
    conn: &mut DbConnection,
    client: ClientId,
    filter: &Filter,
    paging: &Paging<Sort>,
) -> Result<Page<ListedMenuItem>, Error> {
    page(all_for(conn, client)?, filter, paging)
}

fn all(conn: &mut DbConnection) -> Result<Vec<StoredMenuItem>, Error> {
    let rows: Vec<Columns> = table::table.order(table::id).load(conn)?;
    assembled(conn, rows)
}

fn all_for(conn: &mut DbConnection, client: ClientId) -> Result<Vec<StoredMenuItem>, Error> {
    let facts = restriction_facts::of_client(conn, client)?;
    let mut items = all(conn)?;
    let shown = shown_to(items.iter().map(|item| &item.placed), &facts);
    items.retain(|item| shown.contains(&item.placed.id));
    Ok(items)
}

fn page(items: Vec<StoredMenuItem>, filter: &Filter, paging: &Paging<Sort>) -> Result<Page<ListedMenuItem>, Error> {
    let named = |name: &String| items.iter().find(|item| folded(&item.placed.name) == folded(name));
    let root = match (filter.root, filter.root_name.as_ref().map(named)) {
        (Some(id), _) => Some(id),
        (None, None) => None,
        (None, Some(Some(item))) => Some(item.placed.id),
        (None, Some(None)) => return Ok(Page { total: paging.total(|| Ok::<_, Error>(0))?, data: Vec::new() }),
    };
    let searched = items.iter().map(|item| &item.placed).filter(|item| filter.is_deep || item.parent == root);
    let order = |one: &PlacedItem, other: &PlacedItem| match paging.direction {
        Direction::Ascending => paging.sort.compare(one, other),
        Direction::Descending => paging.sort.compare(other, one),
    };
    let branches = tree(searched, root, |item| filter.chooses(item), order);
    let total = paging.total(|| Ok::<_, Error>(i64::try_from(branches.len()).unwrap_or(i64::MAX)))?;
    let mut by_id: HashMap<MenuItemId, StoredMenuItem> = items.into_iter().map(|item| (item.placed.id, item)).collect();
    let [offset, limit] = [paging.offset, paging.limit].map(|count| usize::try_from(count).unwrap_or(usize::MAX));
    let page = branches.into_iter().skip(offset).take(limit).collect();
    Ok(Page { total, data: listed(page, filter.is_deep, &mut by_id) })
}

fn listed(
    branches: Vec<Branch>,
    is_deep: bool,
    by_id: &mut HashMap<MenuItemId, StoredMenuItem>,
) -> Vec<ListedMenuItem> {
    let mut all = Vec::new();
    for branch in branches {
        let children = listed(branch.children, is_deep, by_id);
        let item = by_id.remove(&branch.id);
        all.extend(item.map(|item| ListedMenuItem { item, children: is_deep.then_some(children) }));
    }
    all
}

/// One item.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: MenuItemId) -> Result<StoredMenuItem, Error> {
    let row = table::table.find(id).first(conn)?;
    assembled(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

/// One item that a client is shown.
///
/// # Errors
/// [`Error::NotFound`], also for one that the client is not shown.
pub fn get_for(conn: &mut DbConnection, client: ClientId, id: MenuItemId) -> Result<StoredMenuItem, Error> {
    all_for(conn, client)?.into_iter().find(|item| item.placed.id == id).ok_or(Error::NotFound)
}

/// Locks an item until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: MenuItemId) -> Result<StoredMenuItem, Error> {
    tx.lock("menu_items", id)?;
    get(tx.conn, id)
}

/// Writes what can be set of an item.
///
/// # Errors
/// A refusal where a level or a type does not exist.
pub fn update(tx: &mut Tx<'_>, before: &StoredMenuItem, after: &MenuItem) -> Result<StoredMenuItem, Error> {
    check_names(tx.conn, after)?;
    let id = before.placed.id;
    let values = (
        table::caption.eq(&after.caption),
        table::is_new.eq(after.is_new),
        table::priority.eq(after.priority),
        table::is_visible.eq(after.is_visible),
        table::update_time.eq(tx.now.naive()),
    );
    diesel::update(table::table.find(id)).set(values).execute(tx.conn)?;
    if before.placed.item.levels != after.levels {
        set_levels(tx.conn, id, &after.levels)?;
    }
    if before.placed.item.client_types != after.client_types {
        set_client_types(tx.conn, id, &after.client_types)?;
    }
    get(tx.conn, id)
}

/// The levels and types must be there.
fn check_names(conn: &mut DbConnection, item: &MenuItem) -> Result<(), Error> {
    let wanted: Vec<VerificationLevelId> = item.levels.iter().copied().collect();
    let known = verification_levels::table.filter(verification_levels::id.eq_any(wanted));
    let known: Vec<VerificationLevelId> = known.select(verification_levels::id).load(conn)?;
    let missing = item.levels.placed().filter(|(_, id)| !known.contains(id));
    let mut faults: Vec<_> =
        missing.map(|(place, _)| CommonFault::Unknown.at(Field::MenuLevels.entry(place))).collect();
    let wanted: Vec<ClientTypeId> = item.client_types.iter().copied().collect();
    let known = client_types::table.filter(client_types::id.eq_any(wanted));
    let known: Vec<ClientTypeId> = known.select(client_types::id).load(conn)?;
    let missing = item.client_types.placed().filter(|(_, id)| !known.contains(id));
    faults.extend(missing.map(|(place, _)| CommonFault::Unknown.at(Field::MenuClientTypes.entry(place))));
    Ok(Refusal::unless_empty(faults)?)
}

fn set_levels(conn: &mut DbConnection, item: MenuItemId, levels: &Set<VerificationLevelId>) -> Result<(), Error> {
    diesel::delete(of_levels::table.filter(of_levels::item_id.eq(item))).execute(conn)?;
    for level in levels.iter() {
        let values = (of_levels::item_id.eq(item), of_levels::level_id.eq(*level));
        let added = diesel::insert_into(of_levels::table).values(values).execute(conn).map_err(Error::from);
        added.map_err(|error| error.or_referenced(|| Refusal::unknown(Field::MenuLevels)))?;
    }
    Ok(())
}

fn set_client_types(conn: &mut DbConnection, item: MenuItemId, types: &Set<ClientTypeId>) -> Result<(), Error> {
    diesel::delete(of_types::table.filter(of_types::item_id.eq(item))).execute(conn)?;
    for kind in types.iter() {
        let values = (of_types::item_id.eq(item), of_types::type_id.eq(*kind));
        let added = diesel::insert_into(of_types::table).values(values).execute(conn).map_err(Error::from);
        added.map_err(|error| error.or_referenced(|| Refusal::unknown(Field::MenuClientTypes)))?;
    }
    Ok(())
}
