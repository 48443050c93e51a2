//! Presets of bonuses.

use domain::bonuses::{BonusPreset, BonusPresetId, BonusTerms};
use domain::catalog::{PlatformId, PlatformType};
use domain::identity::Permission;
use domain::value::{Entity, Timestamp};
use http::request::{Boolean, Fields, FilterSet, Filters, Id, Input, ListQuery, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::bonuses::platforms;
use storage::bonuses::presets::{self, Filter, StoredPreset};
use storage::{ByTime, Page};

use super::terms::read_terms;
use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const PRESETS: &str = "/api/v2/bonuses/presets";
    const PRESET: &str = "/api/v2/bonuses/presets/{presetId}";
    routes
        .get("bonuses.presets.list", PRESETS, P::BonusPresetsRead)
        .summary("List bonus presets.")
        .describe("Lists presets, newest first. A preset is a named set of bonus terms for one platform.")
        .list(list);
    routes
        .get("bonuses.presets.get", PRESET, P::BonusPresetsRead)
        .summary("Read a bonus preset.")
        .describe("Shows the terms, and whether automatic bonuses on the platform use them.")
        .example_path("/api/v2/bonuses/presets/1")
        .record(get);
    routes
        .post("bonuses.presets.create", PRESETS, P::BonusPresetsCreate)
        .summary("Add a bonus preset.")
        .describe(
            "The platform must be enabled. A platform has at most one default preset: a new default replaces \
             the previous one.",
        )
        .example(json!({
            "platformId": 4,
            "name": "Autumn",
            "default": false,
            "lifetime": 30,
            "dynamicLots": "2",
            "enableAutoCredit": false,
            "scalpingThreshold": 60,
            "enableTrade": true,
            "disabledGroups": ["USDCZK"],
        }))
        .created(create);
    routes
        .put_and_patch("bonuses.presets.update", PRESET, P::BonusPresetsUpdate)
        .summary("Change a bonus preset.")
        .describe("Bonuses that were already awarded keep their terms. The platform of a preset never changes.")
        .example_at("/api/v2/bonuses/presets/1", json!({"lifetime": 45, "scalpingThreshold": 120}))
        .changed(update);
    routes
        .delete("bonuses.presets.delete", PRESET, P::BonusPresetsDelete)
        .summary("Delete a bonus preset.")
        .describe(
            "Bonuses that were already awarded keep their terms. A platform without a default preset gives no \
             automatic bonuses.",
        )
        .deleted(delete);
}

/// What an answer shows of a platform.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct PlatformBrief {
    /// Its id.
    id: PlatformId,
    /// Its name.
    caption: String,
    /// What it is.
    #[serde(rename = "type")]
    kind: PlatformType,
}

impl From<platforms::PlatformBrief> for PlatformBrief {
    fn from(platform: platforms::PlatformBrief) -> Self {
        Self { id: platform.id, caption: platform.caption, kind: platform.kind }
    }
}

/// A template of bonuses of a platform.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "BonusPreset")]
#[serde(rename_all = "camelCase")]
struct PresetAnswer {
    /// Its id.
    id: BonusPresetId,
    /// The platform whose accounts the preset is for. It never changes.
    platform: PlatformBrief,
    /// Its name.
    name: String,
    /// Whether deposits on the platform earn bonuses with these terms. At most one preset of a platform is the
    /// default.
    default: bool,
    #[serde(flatten)]
    terms: BonusTerms,
    /// When it was created.
    create_time: Timestamp,
    /// When it was last changed.
    update_time: Timestamp,
}

impl Resource<Back> for PresetAnswer {
    const NAME: &'static str = BonusPreset::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredPreset> for PresetAnswer {
    fn from(stored: StoredPreset) -> Self {
        let BonusPreset { name, is_default, terms, .. } = stored.data;
        Self {
            id: stored.id,
            platform: stored.platform.into(),
            name,
            default: is_default,
            terms,
            create_time: stored.create_time,
            update_time: stored.update_time,
        }
    }
}

impl Input<Back> for BonusPreset {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let platform = match fields.current() {
            Some(current) => Some(current.platform),
            None => fields.about("The platform whose accounts the preset is for.").required_over(
                "platformId",
                &Id::of(),
                None,
            ),
        };
        let name = fields.required("name", &Text::NAME, |preset| &preset.name);
        let is_default = fields.required("default", &Boolean, |preset| &preset.is_default);
        let terms = read_terms(&mut fields.part(|preset| &preset.terms));
        Some(Self { platform: platform?, name: name?, is_default: is_default?, terms: terms? })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { is_default: filters.yes_no("default"), platform: filters.text("platform"), name: filters.text("name") }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ByTime>) -> Result<Page<PresetAnswer>, Problem> {
    Ok(presets::list(reading.conn, &query.filter, &query.paging)?.map(PresetAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (BonusPresetId,)) -> Result<PresetAnswer, Problem> {
    Ok(presets::get(reading.conn, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, BonusPreset>) -> Result<PresetAnswer, Problem> {
    Ok(presets::insert(writing.tx, &body.create()?)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (BonusPresetId,),
    body: &Body<'_, BonusPreset>,
) -> Result<Change<PresetAnswer>, Problem> {
    let before = presets::lock(writing.tx, id)?;
    Ok(writing.change(before, body, presets::update)?.map(PresetAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (BonusPresetId,)) -> Result<PresetAnswer, Problem> {
    Ok(presets::delete(writing.tx, id)?.into())
}
