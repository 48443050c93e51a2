//! Platforms. Ours: the documented interface names them by id and has no operations for them.

use domain::catalog::{Platform, PlatformId};
use domain::identity::Permission;
use domain::value::{List, Record};
use http::request::{Boolean, Choice, Fields, FilterSet, Filters, Input, Link, ListOf, ListQuery, SortKey, Text};
use http::routes::Change;
use serde_json::json;
use storage::Page;
use storage::catalog::platforms::{self, Filter, Sort};

use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const PLATFORMS: &str = "/api/v2/platforms";
    const PLATFORM: &str = "/api/v2/platforms/{platformId}";
    routes
        .get("platforms.list", PLATFORMS, P::PlatformsRead)
        .summary("List platforms.")
        .describe(
            "Where accounts are kept: wallets by the back office itself, trading accounts by outside \
             software.",
        )
        .extension()
        .list(list);
    routes
        .get("platforms.get", PLATFORM, P::PlatformsRead)
        .summary("Read a platform.")
        .describe(
            "The groups are those that are known of the platform; an empty list means that they are not \
             known.",
        )
        .extension()
        .record(get);
    routes
        .post("platforms.create", PLATFORMS, P::PlatformsCreate)
        .summary("Add a platform.")
        .describe(
            "With a `gatewayUrl` movements of money are ordered there; without one the books of the back \
             office alone tell what accounts hold.",
        )
        .example(json!({
            "name": "mt4", "caption": "MT4", "type": "MetaTrader4", "isDemo": false,
            "groups": ["real", "real-vip"],
        }))
        .extension()
        .created(create);
    routes
        .put_and_patch("platforms.update", PLATFORM, P::PlatformsUpdate)
        .summary("Change a platform.")
        .describe("The type of a platform with products, and whether it is a demo, cannot change.")
        .example_at("/api/v2/platforms/4", json!({"caption": "cTrader live"}))
        .extension()
        .changed(update);
    routes
        .delete("platforms.delete", PLATFORM, P::PlatformsDelete)
        .summary("Delete a platform.")
        .describe("Refused while products refer to it.")
        .extension()
        .example_path("/api/v2/platforms/5")
        .deleted(delete);
}

const LINK: Link = Link { max: 2000 };

impl Input<Back> for Platform {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, |platform| &platform.name);
        let caption = fields.required("caption", &Text::NAME, |platform| &platform.caption);
        let kind = fields.required("type", &Choice::of(), |platform| &platform.kind);
        let is_demo = fields.or("isDemo", &Boolean, |platform| &platform.is_demo, || false);
        let is_enabled = fields.or("isEnabled", &Boolean, |platform| &platform.is_enabled, || true);
        let groups = fields.or("groups", &ListOf(Text::NAME), |platform| &platform.groups, List::default);
        let gateway_url = fields.nullable("gatewayUrl", &LINK, |platform| &platform.gateway_url);
        let terminal_url = fields.nullable("terminalUrl", &LINK, |platform| &platform.terminal_url);
        Some(Self {
            name: name?,
            caption: caption?,
            kind: kind?,
            is_demo: is_demo?,
            is_enabled: is_enabled?,
            groups: groups?,
            gateway_url: gateway_url?,
            terminal_url: terminal_url?,
        })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            kind: filters.choice("type"),
            name: filters.text("name"),
            is_enabled: filters.yes_no("isEnabled"),
            is_demo: filters.yes_no("isDemo"),
        }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] =
        &[("id", Self::Id), ("name", Self::Name), ("createTime", Self::CreateTime)];
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, Sort>) -> Result<Page<Record<Platform>>, Problem> {
    Ok(platforms::list(reading.conn, &query.filter, &query.paging)?)
}

fn get(reading: &mut Reading<'_>, (id,): (PlatformId,)) -> Result<Record<Platform>, Problem> {
    Ok(platforms::get(reading.conn, id)?)
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, Platform>) -> Result<Record<Platform>, Problem> {
    Ok(platforms::insert(writing.tx, &body.create()?)?)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (PlatformId,),
    body: &Body<'_, Platform>,
) -> Result<Change<Record<Platform>>, Problem> {
    let before = platforms::lock(writing.tx, id)?;
    writing.change(before, body, platforms::update)
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (PlatformId,)) -> Result<Record<Platform>, Problem> {
    let platform = platforms::lock(writing.tx, id)?;
    platforms::delete(writing.tx, id)?;
    Ok(platform)
}
