//! The settings of the mobile app's QR codes.

use domain::platform::{MobileSystem, Settings};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::platform::settings;

use crate::Problem;
use crate::front::{Front, OpenReading, Requirement, Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("my.mobile-settings.get", "/api/v2/my/settings/mobile", Requirement::Anybody)
        .summary("Read the settings of the mobile app's QR codes.")
        .describe("The page of the sign-in shows the codes, so no token is needed. Users set them in the back office.")
        .open_record(get);
}

/// Where the app of a system is found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyMobileApplication")]
struct ApplicationAnswer {
    /// The system that it runs on.
    #[serde(rename = "type")]
    system: MobileSystem,
    /// Its page; null where there is none.
    url: Option<String>,
}

/// The settings of the mobile app's QR codes.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyMobileSettings")]
#[serde(rename_all = "camelCase")]
struct MobileSettingsAnswer {
    /// How many minutes a code is good for.
    qr_code_lifetime: i64,
    /// The app of each system.
    applications: Vec<ApplicationAnswer>,
}

impl Resource<Front> for MobileSettingsAnswer {
    const NAME: &'static str = "settings";

    fn id(&self) -> i64 {
        1
    }
}

impl From<Settings> for MobileSettingsAnswer {
    fn from(settings: Settings) -> Self {
        let application =
            |(system, url): (MobileSystem, Option<&str>)| ApplicationAnswer { system, url: url.map(ToOwned::to_owned) };
        Self {
            applications: settings.mobile_applications().map(application).into(),
            qr_code_lifetime: settings.qr_code_lifetime_minutes,
        }
    }
}

fn get(reading: &mut OpenReading<'_>, (): ()) -> Result<MobileSettingsAnswer, Problem> {
    Ok(settings::get(reading.conn)?.data.into())
}
