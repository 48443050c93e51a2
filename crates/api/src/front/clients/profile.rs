//! The profile of the client.

use chrono::NaiveDate;
use domain::clients::{
    ClientId, ClientStatus, ClientTypeId, Company, Identity, Locality, OwnProfile, VerificationLevelId,
};
use domain::ledger::RequestId;
use domain::requests::Requester;
use domain::value::{Entity as _, List, LocalizedText, Localizer, Timestamp};
use http::request::{Day, Fields, Input, Kind, LOCALITY_PATTERN, Object, Parsed, Text};
use http::routes::{Change, Resource};
use http::{Fault, RequestFault};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::DbConnection;
use storage::clients::profiles::{self, StoredClient};
use storage::identity::system_logs::Category;
use storage::requests::own_changes::{self, OwnChange};

use crate::Problem;
use crate::answers::Named;
use crate::front::content::{CountryAnswer, country};
use crate::front::{Body, Front, Reading, Requirement, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    const PROFILE: &str = "/api/v2/my/profile";
    routes
        .get("my.profile.get", PROFILE, Requirement::SignedIn)
        .summary("Read the client's profile.")
        .describe("Who the client is, as they see it: what the broker notes on them is left out.")
        .record(get);
    routes
        .put_and_patch("my.profile.update", PROFILE, Requirement::SignedIn)
        .summary("Change profile data.")
        .describe(
            "Names and birthday can be set up to the first verification level; where the settings ask for it, a \
             request of the type `profile` waits for a decision, and they stay until then. A nickname belongs to one \
             client, whatever its case.",
        )
        .example(json!({"nickname": "annie", "locale": "en_GB"}))
        .changed(update);
}

/// Who the client is.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyIdentity")]
#[serde(rename_all = "camelCase")]
struct IdentityAnswer {
    /// The first name.
    first_name: String,
    /// The last name.
    last_name: String,
    /// The middle name.
    middle_name: Option<String>,
    /// The date of birth, as midnight of that day in UTC.
    birthday: Option<Timestamp>,
}

/// Who looks after the client.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyManager")]
struct ManagerAnswer {
    /// The name.
    name: String,
    /// Where the client can write to.
    #[schemars(extend("format" = "email"))]
    email: String,
}

/// The profile of a client, as they see it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyClientProfile")]
#[serde(rename_all = "camelCase")]
pub(super) struct ProfileAnswer {
    client_id: ClientId,
    /// What the client signs in with.
    #[schemars(extend("format" = "email"))]
    email: String,
    /// What the client wants to be called.
    nickname: Option<String>,
    /// The language that the client reads, such as `en_US`.
    locale: Locality,
    /// Who the client is.
    info: IdentityAnswer,
    /// The company, for clients that are one.
    company: Option<Company>,
    /// The country of residence.
    country: Option<CountryAnswer>,
    /// The city of residence.
    city: Option<String>,
    /// The phone number that is the default, else the confirmed one, else the oldest.
    phone: Option<String>,
    /// The type of the client.
    #[serde(rename = "type")]
    kind: Named<ClientTypeId>,
    /// How far the client has proved who they are.
    verification_level: Named<VerificationLevelId>,
    /// Who looks after the client.
    manager: Option<ManagerAnswer>,
    /// Whether the client may do anything.
    status: ClientStatus,
    /// When the client was registered.
    create_time: Timestamp,
    #[serde(skip)]
    kind_resources: List<LocalizedText>,
    #[serde(skip)]
    stored: domain::clients::Client,
    #[serde(skip)]
    asked: Option<RequestId>,
}

impl Resource<Front> for ProfileAnswer {
    const NAME: &'static str = domain::clients::Client::RESOURCE;
    const CATEGORY: Category = Category::Client;

    fn changed_name(before: &Self, after: &Self) -> &'static str {
        if before.stored.has_same_main_data(&after.stored) { "client_info" } else { Self::NAME }
    }

    fn id(&self) -> i64 {
        self.client_id.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client_id)
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        localizer.localize(&self.kind_resources, "name", &mut self.kind.name);
        if let Some(country) = &mut self.country {
            country.localize(localizer);
        }
    }

    /// As the back office records a client: the same names at the same place.
    fn recorded(&self) -> Result<Value, Problem> {
        let broken = |error: serde_json::Error| Problem::internal(error.to_string());
        let mut recorded = serde_json::to_value(self).map_err(broken)?;
        if let Some(fields) = recorded.as_object_mut() {
            if let Some(Value::Object(info)) = fields.remove("info") {
                fields.extend(info);
            }
            fields.extend(self.asked.map(|request| ("applicationId".to_owned(), request.get().into())));
        }
        Ok(recorded)
    }
}

impl ProfileAnswer {
    fn of(conn: &mut DbConnection, stored: StoredClient) -> Result<Self, Problem> {
        let profile = stored.data.profile.clone();
        let midnight = |day: NaiveDate| day.and_time(chrono::NaiveTime::MIN).into();
        Ok(Self {
            client_id: stored.id,
            email: stored.data.email.to_string(),
            nickname: profile.nickname,
            locale: profile.locale,
            info: IdentityAnswer {
                first_name: profile.first_name,
                last_name: profile.last_name,
                middle_name: profile.middle_name,
                birthday: profile.birthday.map(midnight),
            },
            company: profile.company,
            country: profile.country.map(|id| country(conn, id)).transpose()?,
            city: profile.city,
            phone: stored.phone,
            kind: Named { id: stored.data.kind, name: stored.kind_name },
            verification_level: Named { id: stored.data.level, name: stored.level_name },
            manager: stored.manager.map(|manager| ManagerAnswer { name: manager.name, email: manager.email }),
            status: profile.status,
            create_time: stored.create_time,
            kind_resources: stored.kind_resources,
            stored: stored.data,
            asked: None,
        })
    }
}

/// The parts of an identity that are sent; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct SentIdentity {
    first_name: Option<String>,
    last_name: Option<String>,
    middle_name: Option<Option<String>>,
    birthday: Option<Option<NaiveDate>>,
}

impl SentIdentity {
    fn over(self, before: &Identity) -> Identity {
        let before = before.clone();
        Identity {
            first_name: self.first_name.unwrap_or(before.first_name),
            last_name: self.last_name.unwrap_or(before.last_name),
            middle_name: self.middle_name.unwrap_or(before.middle_name),
            birthday: self.birthday.unwrap_or(before.birthday),
        }
    }
}

fn identity_schema() -> Value {
    let nullable = |schema: Value, text: &str| json!({"anyOf": [schema, {"type": "null"}], "description": text});
    json!({
        "title": "MyIdentityChange",
        "type": "object",
        "properties": {
            "firstName": Text::NAME.described("The first name."),
            "lastName": Text::NAME.described("The last name."),
            "middleName": nullable(Text::SHORT.schema(), "The middle name."),
            "birthday": nullable(Day.schema(), "The date of birth; clients are 18 or older."),
        },
    })
}

fn read_identity(object: &Map<String, Value>, at: &str, faults: &mut Vec<Fault>) -> Option<SentIdentity> {
    let before = faults.len();
    let mut name = |key: &str| match object.get(key)? {
        Value::Null => {
            faults.push(Fault::sent(format!("{at}.{key}"), RequestFault::Null));
            None
        }
        value => Text::NAME.parse(value, &format!("{at}.{key}"), faults),
    };
    let (first_name, last_name) = (name("firstName"), name("lastName"));
    let middle_name = object.get("middleName").map(|value| match value {
        Value::Null => None,
        value => Text::SHORT.parse(value, &format!("{at}.middleName"), faults),
    });
    let birthday = object.get("birthday").map(|value| match value {
        Value::Null => None,
        value => Day.parse(value, &format!("{at}.birthday"), faults),
    });
    (faults.len() == before).then_some(SentIdentity { first_name, last_name, middle_name, birthday })
}

const IDENTITY: Object<SentIdentity> = Object { schema: identity_schema, read: read_identity };

impl Input<Front> for OwnProfile {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let nickname = fields.nullable("nickname", &Text::SHORT, |own| &own.nickname);
        let locale = fields.required("locale", &Parsed::matching(LOCALITY_PATTERN), |own| &own.locale);
        let sent = fields.about("Who the client is; parts that are left out stay.").optional("info", &IDENTITY);
        let identity = fields.current().map(|own| own.identity.clone());
        let (nickname, locale, sent) = (nickname?, locale?, sent?.unwrap_or_default());
        Some(Self { nickname, locale, identity: sent.over(&identity?) })
    }
}

fn get(reading: &mut Reading<'_>, (): ()) -> Result<ProfileAnswer, Problem> {
    let caller = reading.caller;
    let stored = profiles::get(reading.conn, &caller.scope(), caller.client())?;
    ProfileAnswer::of(reading.conn, stored)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (): (),
    body: &Body<'_, OwnProfile>,
) -> Result<Change<ProfileAnswer>, Problem> {
    let requester = Requester { client: writing.caller.client(), ip: writing.call.ip };
    let before = profiles::lock(writing.tx, &writing.caller.scope(), requester.client)?;
    let own = OwnProfile::from(&before.data.profile);
    let after = body.change(&own)?;
    if after == own {
        return Ok(Change::Nothing(ProfileAnswer::of(writing.tx.conn, before)?));
    }
    let OwnChange { client, asked } = own_changes::change_profile(writing.tx, requester, &before, &after)?;
    let before = ProfileAnswer::of(writing.tx.conn, before)?;
    let after = ProfileAnswer { asked, ..ProfileAnswer::of(writing.tx.conn, client)? };
    Ok(Change::Made { before, after })
}
