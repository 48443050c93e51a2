//! Permission levels, and what one client may do.

use crate::back::{Back, Body, Reading, Routes, Writing};
use http::request::{Boolean, Choice, Fields, Id, Input, Kind, ListQuery, NoFilter, Text};
use http::routes::{Change, Resource};
use std::collections::BTreeMap;

use domain::clients::{ClientId, ClientPermission, ClientsFault, Overrides, PermissionLevel, PermissionLevelId};
use domain::identity::{Permission, Scope};
use domain::value::{Entity, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use storage::clients::permission_levels::{self, StoredPermissionLevel};
use storage::{ByTime, DbConnection, Page};

use crate::answers::{ClientPermissionsAnswer, PermissionAnswer, switches};
use crate::{Fault, Problem, RequestFault};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const LEVELS: &str = "/api/v2/clients/roles";
    const LEVEL: &str = "/api/v2/clients/roles/{roleId}";
    const PERMISSIONS: &str = "/api/v2/clients/{clientId}/permissions";
    routes
        .get("client-permissions.levels.list", LEVELS, P::ClientPermissionsRead)
        .summary("List permission levels of clients.")
        .describe(
            "A level says what clients may do as long as they are on the verification level that goes with \
             it.",
        )
        .list(list);
    routes
        .get("client-permissions.levels.get", LEVEL, P::ClientPermissionsRead)
        .summary("Read a permission level.")
        .describe("Lists every permission of clients with a switch, whether it is on or off.")
        .record(get);
    routes
        .post("client-permissions.levels.create", LEVELS, P::ClientPermissionsCreate)
        .summary("Add a permission level.")
        .describe(
            "Permissions that are not named are off. The level is held by clients once a verification level \
             goes with it.",
        )
        .example(json!({
            "name": "reviewed", "caption": "Reviewed",
            "permissions": [{"name": "deposits", "isEnabled": true}, {"name": "withdrawals", "isEnabled": true}],
        }))
        .created(create);
    routes
        .patch("client-permissions.levels.update", LEVEL, P::ClientPermissionsUpdate)
        .summary("Change a permission level.")
        .describe("Permissions that are not named stay as they are. The default level has no parent.")
        .example_at("/api/v2/clients/roles/1", json!({"permissions": [{"name": "converter", "isEnabled": true}]}))
        .changed(update);
    routes
        .delete("client-permissions.levels.delete", LEVEL, P::ClientPermissionsDelete)
        .summary("Delete a permission level.")
        .describe("Refused for the default level and while other records refer to the level.")
        .example_path("/api/v2/clients/roles/2")
        .deleted(delete);
    routes
        .get("client-permissions.get", PERMISSIONS, P::ClientPermissionsRead)
        .summary("Read what a client may do.")
        .describe("The permissions of the client's level, with the client's own exceptions applied.")
        .record(get_of_client);
    routes
        .put("client-permissions.update", PERMISSIONS, P::ClientPermissionsUpdate)
        .summary("Set what a client may do apart from their level.")
        .describe("Sets all exceptions at once: what is not named follows the level again.")
        .example_at(
            "/api/v2/clients/2/permissions",
            json!({"permissions": [{"name": "withdrawals", "isEnabled": false}]}),
        )
        .changed(set_of_client);
}

/// What clients of a verification level may do.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "PermissionLevel")]
#[serde(rename_all = "camelCase")]
struct LevelAnswer {
    id: PermissionLevelId,
    /// The name in the back office.
    name: String,
    /// The name that clients are shown.
    caption: String,
    /// The level that is held before this one.
    parent_id: Option<PermissionLevelId>,
    /// Whether it goes with the first verification level; exactly one level does.
    is_default: bool,
    /// Everything that clients can be allowed to do, each with a switch.
    permissions: Vec<PermissionAnswer>,
    create_time: Timestamp,
    update_time: Option<Timestamp>,
}

impl Resource<Back> for LevelAnswer {
    const NAME: &'static str = PermissionLevel::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredPermissionLevel> for LevelAnswer {
    fn from(stored: StoredPermissionLevel) -> Self {
        Self {
            id: stored.id,
            name: stored.data.name,
            caption: stored.data.caption,
            parent_id: stored.data.parent,
            is_default: stored.data.is_default,
            permissions: switches(&stored.data.permissions),
            create_time: stored.create_time,
            update_time: stored.update_time,
        }
    }
}

/// Permissions with their switches; one that is named twice must be named alike.
struct Switches;

impl Kind for Switches {
    type Out = Overrides;

    fn schema(&self) -> Value {
        let name = Choice::<ClientPermission>::of().described("What the client may do.");
        let is_enabled = Boolean.described("Whether the client may do it.");
        json!({"type": "array", "items": {
            "title": "NewClientPermissionSwitch",
            "type": "object",
            "properties": {"name": name, "isEnabled": is_enabled},
            "required": ["name", "isEnabled"]
        }})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Overrides> {
        let Value::Array(entries) = value else {
            faults.push(Fault::sent(at, RequestFault::NotArray));
            return None;
        };
        let before = faults.len();
        let mut switches = BTreeMap::new();
        for (place, entry) in entries.iter().enumerate() {
            let at = format!("{at}.{place}");
            let mut field = |name: &str| {
                let value = entry.get(name).filter(|value| !value.is_null());
                if value.is_none() {
                    faults.push(Fault::sent(format!("{at}.{name}"), RequestFault::Required));
                }
                value
            };
            let (name, is_enabled) = (field("name"), field("isEnabled"));
            let name =
                name.and_then(|name| Choice::<ClientPermission>::of().parse(name, &format!("{at}.name"), faults));
            let is_enabled = is_enabled.and_then(|flag| Boolean.parse(flag, &format!("{at}.isEnabled"), faults));
            if let (Some(name), Some(is_enabled)) = (name, is_enabled)
                && switches.insert(name, is_enabled).is_some_and(|earlier| earlier != is_enabled)
            {
                faults.push(Fault::sent(at, ClientsFault::ContradictoryPermission));
            }
        }
        (faults.len() == before).then_some(switches)
    }
}

impl Input<Back> for PermissionLevel {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, |level| &level.name);
        let caption = fields.required("caption", &Text::SHORT, |level| &level.caption);
        let parent = fields.nullable("parentId", &Id::of(), |level| &level.parent);
        let switches = fields.or_default("permissions", &Switches, Default::default);
        let mut permissions = fields.current().map(|level| level.permissions.clone()).unwrap_or_default();
        let switches = switches?;
        permissions = ClientPermission::ALL
            .iter()
            .copied()
            .filter(|name| switches.get(name).copied().unwrap_or_else(|| permissions.contains(name)))
            .collect();
        let is_default = fields.current().is_some_and(|level| level.is_default);
        Some(Self { name: name?, caption: caption?, parent: parent?, is_default, permissions })
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<NoFilter, ByTime>) -> Result<Page<LevelAnswer>, Problem> {
    Ok(permission_levels::list(reading.conn, &query.paging)?.map(LevelAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (PermissionLevelId,)) -> Result<LevelAnswer, Problem> {
    Ok(permission_levels::get(reading.conn, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, PermissionLevel>) -> Result<LevelAnswer, Problem> {
    Ok(permission_levels::insert(writing.tx, &body.create()?)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (PermissionLevelId,),
    body: &Body<'_, PermissionLevel>,
) -> Result<Change<LevelAnswer>, Problem> {
    let before = permission_levels::lock(writing.tx, id)?;
    Ok(writing.change(before, body, permission_levels::update)?.map(LevelAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (PermissionLevelId,)) -> Result<LevelAnswer, Problem> {
    Ok(permission_levels::delete(writing.tx, id)?.into())
}

struct NewOverrides(Overrides);

impl Input<Back> for NewOverrides {
    type Current = ();
    const NAME: Option<&'static str> = Some("ClientPermissionOverrides");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        // The whole set of exceptions: there is nothing that could stay.
        fields.about("All exceptions from the level of the client.").needed("permissions", &Switches).map(Self)
    }
}

fn of_client(conn: &mut DbConnection, scope: &Scope, client: ClientId) -> Result<ClientPermissionsAnswer, Problem> {
    Ok(ClientPermissionsAnswer::new(client, &permission_levels::get_of_client(conn, scope, client)?))
}

fn get_of_client(reading: &mut Reading<'_>, (id,): (ClientId,)) -> Result<ClientPermissionsAnswer, Problem> {
    of_client(reading.conn, &reading.caller.rights.scope, id)
}

fn set_of_client(
    writing: &mut Writing<'_, '_>,
    (id,): (ClientId,),
    body: &Body<'_, NewOverrides>,
) -> Result<Change<ClientPermissionsAnswer>, Problem> {
    let scope = &writing.caller.rights.scope;
    let overrides = permission_levels::lock_overrides(writing.tx, scope, id)?;
    let NewOverrides(wanted) = body.create()?;
    let before = of_client(writing.tx.conn, scope, id)?;
    permission_levels::set_overrides(writing.tx, id, &wanted)?;
    if wanted == overrides {
        return Ok(Change::Nothing(before));
    }
    Ok(Change::Made { before, after: of_client(writing.tx.conn, scope, id)? })
}
