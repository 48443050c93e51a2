//! How the client's interface looks.

use http::routes::Change;
use serde_json::json;
use storage::clients::settings;

use crate::Problem;
use crate::answers::{NewSettings, SettingsAnswer, settings_of};
use crate::front::{Body, Reading, Requirement, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    const SETTINGS: &str = "/api/v2/my/settings";
    routes
        .get("my.settings.get", SETTINGS, Requirement::SignedIn)
        .summary("Read the client's settings.")
        .describe("How the client's interface looks, and in which language it speaks.")
        .record(get);
    routes
        .put_and_patch("my.settings.update", SETTINGS, Requirement::SignedIn)
        .summary("Change the client's settings.")
        .describe(
            "What is left out of `settings` stays. The language is that of the profile, and changes there too; it must be \
             one of the languages that are listed (422). The colour marks the client's requests in the back office.",
        )
        .example(json!({"settings": {"applicationColor": "#FF8800", "locale": "en_US", "commonTheme": "dark-theme"}}))
        .changed(set);
}

fn get(reading: &mut Reading<'_>, (): ()) -> Result<SettingsAnswer, Problem> {
    let caller = reading.caller;
    Ok(settings_of(caller.client(), settings::get(reading.conn, &caller.scope(), caller.client())?))
}

fn set(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, NewSettings>) -> Result<Change<SettingsAnswer>, Problem> {
    let client = writing.caller.client();
    let before = settings::lock(writing.tx, &writing.caller.scope(), client)?;
    let after = body.create()?.over(&before);
    if after == before {
        return Ok(Change::Nothing(settings_of(client, before)));
    }
    settings::choose(writing.tx, client, &before, &after)?;
    Ok(Change::Made { before: settings_of(client, before), after: settings_of(client, after) })
}
