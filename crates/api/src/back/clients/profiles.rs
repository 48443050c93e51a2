//! The profiles of clients.

use std::collections::BTreeMap;

use crate::back::{Back, Body, Reading, Routes, Writing};
use domain::clients::{
    Client, ClientId, ClientStatus, ClientTagId, Company, InternalType, Locality, PhoneNumber, Profile, RiskLevel,
};
use domain::content::CountryId;
use domain::identity::{Password, Permission, masked_email, masked_name};
use domain::value::{Email, Entity, FaultCode as _, Localizer, Set, Timestamp};
use http::request::{
    Choice, Day, Fields, FilterSet, Filters, Id, Input, Kind, LOCALITY_PATTERN, ListQuery, Object, PASSWORD_PATTERN,
    PHONE_PATTERN, Parsed, SetOf, Text,
};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::clients::profiles::{self, Filter, NewClient, StoredClient};
use storage::content::localizations;
use storage::identity::system_logs::Category;
use storage::{ByTime, Page, removal};

use super::brief::ClientBrief;
use crate::inputs::EmailAddress;
use crate::{Fault, Problem, RequestFault};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const CLIENTS: &str = "/api/v2/clients";
    const CLIENT: &str = "/api/v2/clients/{clientId}";
    routes
        .get("clients.list", CLIENTS, P::ClientsRead)
        .summary("List clients.")
        .describe(
            "The newest come first. Users who are limited to tags see the clients with one of their tags \
             alone. Removed clients are listed only where the filter asks for that status.",
        )
        .list(list);
    routes
        .get("clients.get", CLIENT, P::ClientsRead)
        .summary("Read a client.")
        .describe(
            "The whole profile with the manager, the tags and the verification level. Personal data is masked \
             for callers who may not see it in clear.",
        )
        .single_statement()
        .record(get);
    routes
        .post("clients.create", CLIENTS, P::ClientsCreate)
        .summary("Register a client.")
        .describe(
            "Only the e-mail address and the name are needed: type, level and manager have defaults. Clients \
             are 18 or older, and an address belongs to one client for good.",
        )
        .example(json!({
            "email": "jane.roe@example.com", "firstName": "Jane", "lastName": "Roe", "password": "Secret123",
            "phone": "+12025550123", "birthday": "1990-04-12", "countryId": 1, "city": "Lisbon",
            "locale": "en_US", "tagIds": [1],
        }))
        .created(create);
    routes
        .patch("clients.update", CLIENT, P::ClientsUpdate)
        .summary("Change a client's profile.")
        .describe(
            "A change of the e-mail address is kept in the history of the profile. Masked values that are \
             sent back change nothing. Removed clients cannot be changed.",
        )
        .example_at(
            "/api/v2/clients/1",
            json!({"email": "anna.new@example.com", "city": "Porto", "riskLevel": "middle", "tagIds": [1, 2]}),
        )
        .changed(update);
    routes
        .delete("clients.delete", CLIENT, P::ClientsDelete)
        .summary("Remove a client; their records stay in the books.")
        .describe(
            "The client cannot sign in any more, and what belongs to them stays for the books. Refused while \
             an account has money or a transaction is unfinished.",
        )
        .example_path("/api/v2/clients/26")
        .deleted(delete);
}

/// A UTM tag of the link through which a client came.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "UtmTag")]
struct AnalyticsAnswer {
    /// The name of the tag, such as `utm_source`.
    property: String,
    /// Its value.
    value: String,
}

/// A client of the broker.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Client")]
#[serde(rename_all = "camelCase")]
struct ClientAnswer {
    /// UTM tags of the link through which the client came.
    analytics: Vec<AnalyticsAnswer>,
    /// Ours: what the client answered to fields of the broker's own, by the names of the fields; null where nothing, and
    /// for callers who see masked data alone.
    additional_information: Option<BTreeMap<String, String>>,
    #[serde(flatten)]
    brief: ClientBrief,
    update_time: Option<Timestamp>,
    #[serde(skip)]
    data: Client,
}

impl Resource<Back> for ClientAnswer {
    const NAME: &'static str = Client::RESOURCE;
    const CATEGORY: Category = Category::Client;

    fn changed_name(before: &Self, after: &Self) -> &'static str {
        if before.data.has_same_main_data(&after.data) { "client_info" } else { Self::NAME }
    }

    fn id(&self) -> i64 {
        self.brief.id().get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.brief.id())
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        self.brief.localize(localizer);
    }

    fn mask(&mut self) {
        self.additional_information = None;
        self.brief.mask();
    }

    /// Without what only the client changes.
    fn recorded(&self) -> Result<Value, Problem> {
        let recorded = Self { additional_information: None, ..self.clone() };
        serde_json::to_value(recorded).map_err(|error| Problem::internal(error.to_string()))
    }
}

impl From<StoredClient> for ClientAnswer {
    fn from(stored: StoredClient) -> Self {
        let analytics = stored.analytics.iter();
        let analytics =
            analytics.map(|tag| AnalyticsAnswer { property: tag.property.clone(), value: tag.value.clone() }).collect();
        let answered = !stored.additional_information.is_empty();
        Self {
            analytics,
            additional_information: answered.then(|| stored.additional_information.clone()),
            data: stored.data.clone(),
            update_time: stored.update_time,
            brief: stored.into(),
        }
    }
}

const SETTABLE: [&str; 3] = ["active", "inactive", "banned"];

/// The statuses that can be set: removal has an operation of its own.
#[derive(Clone, Copy)]
struct Settable;

impl Kind for Settable {
    type Out = ClientStatus;

    fn schema(&self) -> Value {
        json!({"type": "string", "enum": SETTABLE})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<ClientStatus> {
        let status = value.as_str().and_then(|text| text.parse().ok());
        let status = status.filter(|status| *status != ClientStatus::Deleted);
        if status.is_none() {
            faults.push(Fault::sent(at, RequestFault::NotOneOf.with("values", SETTABLE.join(", "))));
        }
        status
    }
}

fn company_schema() -> Value {
    let (full, short) =
        (Text::SHORT.described("The registered name."), Text::SHORT.described("The name in daily use."));
    json!({
        "title": "NewCompany",
        "type": "object",
        "properties": {"fullName": full, "shortName": short},
    })
}

fn read_company(object: &Map<String, Value>, at: &str, faults: &mut Vec<Fault>) -> Option<Company> {
    let mut name = |name: &str| match object.get(name) {
        Some(value) => Text::SHORT.parse(value, &format!("{at}.{name}"), faults),
        None => Some(String::new()),
    };
    let (full_name, short_name) = (name("fullName"), name("shortName"));
    Some(Company { full_name: full_name?, short_name: short_name? })
}

const COMPANY: Object<Company> = Object { schema: company_schema, read: read_company };

fn read_email(fields: &mut Fields<'_, Client>) -> Option<Email> {
    fields.required("email", &EmailAddress, |client| &client.email)
}

/// The fields that registration and changes have in common, beside the e-mail address.
fn read_profile(fields: &mut Fields<'_, Client>) -> Option<Profile> {
    let first_name = fields.required("firstName", &Text::NAME, |client| &client.profile.first_name);
    let last_name = fields.required("lastName", &Text::NAME, |client| &client.profile.last_name);
    let middle_name = fields.nullable("middleName", &Text::SHORT, |client| &client.profile.middle_name);
    let nickname = fields.nullable("nickname", &Text::SHORT, |client| &client.profile.nickname);
    let birthday = fields
        .about("The date of birth; clients are 18 or older.")
        .nullable("birthday", &Day, |client| &client.profile.birthday);
    let country: Option<Option<CountryId>> = fields.nullable("countryId", &Id::of(), |client| &client.profile.country);
    let city = fields.nullable("city", &Text::SHORT, |client| &client.profile.city);
    let locale =
        fields.or("locale", &Parsed::matching(LOCALITY_PATTERN), |client| &client.profile.locale, Locality::default);
    let internal_type =
        fields.or("internalType", &Choice::of(), |client| &client.profile.internal_type, || InternalType::Default);
    let risk_level = fields.or("riskLevel", &Choice::of(), |client| &client.profile.risk_level, || RiskLevel::Low);
    let status = fields.or("status", &Settable, |client| &client.profile.status, || ClientStatus::Active);
    let tags: Option<Set<ClientTagId>> = fields.about("The ids of the tags of the client.").or(
        "tagIds",
        &SetOf(Id::of()),
        |client| &client.profile.tags,
        Default::default,
    );
    let company = fields.nullable("company", &COMPANY, |client| &client.profile.company);
    Some(Profile {
        first_name: first_name?,
        last_name: last_name?,
        middle_name: middle_name?,
        nickname: nickname?,
        birthday: birthday?,
        country: country?,
        city: city?,
        locale: locale?,
        company: company?,
        internal_type: internal_type?,
        risk_level: risk_level?,
        status: status?,
        tags: tags?,
    })
}

struct Registration {
    client: NewClient,
    /// One who names no language gets the default one.
    has_locale: bool,
}

impl Input<Back> for Registration {
    type Current = ();
    const HASHES_PASSWORD: bool = true;

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let (email, profile) = {
            let mut fields = fields.fresh();
            (read_email(&mut fields), read_profile(&mut fields))
        };
        let password = fields
            .about("The password with which the client signs in.")
            .optional("password", &Parsed::<Password>::matching(PASSWORD_PATTERN));
        let phone: Option<Option<PhoneNumber>> =
            fields.about("The first phone number of the client.").optional("phone", &Parsed::matching(PHONE_PATTERN));
        let kind =
            fields.about("The id of the type; the default one where it is left out.").optional("typeId", &Id::of());
        let manager = fields.about("The id of the manager; null for none.").optional("managerId", &Id::of());
        password?;
        let (email, profile, kind, manager, phone) = (email?, profile?, kind?, manager?, phone?);
        let has_locale = fields.has("locale");
        let (password_hash, email_fingerprint) = (None, Vec::new());
        let analytics = Default::default();
        let client = NewClient { email, profile, kind, manager, phone, password_hash, email_fingerprint, analytics };
        Some(Self { client, has_locale })
    }
}

impl Input<Back> for Client {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let email = read_email(fields);
        let profile = read_profile(fields);
        let kind = fields.about("The id of the type; the default one where it is left out.").required(
            "typeId",
            &Id::of(),
            |client| &client.kind,
        );
        let manager =
            fields
                .about("The id of the manager; null for none.")
                .nullable("managerId", &Id::of(), |client| &client.manager);
        let level = fields.required("verificationLevelId", &Id::of(), |client| &client.level);
        Some(Self { email: email?, profile: profile?, kind: kind?, level: level?, manager: manager? })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        // A number or a name stands for a value of an enumeration.
        fn value<T: std::str::FromStr>(text: &str, of_number: fn(i64) -> Option<T>) -> Option<T> {
            text.parse().ok().and_then(of_number).or_else(|| text.parse().ok())
        }
        let one = filters.email("email").map(|email| vec![email]);
        let several = filters.emails("emails");
        let emails = match (one, several) {
            (Some(one), Some(several)) => {
                let same = |email: &Email| several.iter().any(|other| other.key() == email.key());
                Some(one.into_iter().filter(same).collect())
            }
            (one, several) => one.or(several),
        };
        Self {
            id: filters.id("clientId"),
            emails,
            name: filters.text("name"),
            nickname: filters.text("nickname"),
            city: filters.text("city"),
            company_short_name: filters.text("companyShortName"),
            company_full_name: filters.text("companyFullName"),
            managers: filters.ids("managerIds"),
            country_codes: filters.several("countryCodes", |code| Some(code.to_owned())),
            statuses: filters.several("statusIds", |text| value(text, ClientStatus::from_number)),
            internal_types: filters.several("internalTypeIds", |text| value(text, InternalType::from_number)),
            risk_levels: filters.several("riskLevelIds", |text| value(text, RiskLevel::from_number)),
            types: filters.ids("typeIds"),
            levels: filters.ids("verificationLevelIds"),
        }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ByTime>) -> Result<Page<ClientAnswer>, Problem> {
    let scope = &reading.caller.rights.scope;
    Ok(profiles::list(reading.conn, scope, &query.filter, &query.paging)?.map(ClientAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (ClientId,)) -> Result<ClientAnswer, Problem> {
    Ok(profiles::get(reading.conn, &reading.caller.rights.scope, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, Registration>) -> Result<ClientAnswer, Problem> {
    let Registration { client: mut new, has_locale } = body.create()?;
    if !has_locale {
        new.profile.locale = localizations::default_locale(writing.tx.conn)?;
    }
    new.password_hash = body.password_hash().map(ToOwned::to_owned);
    new.email_fingerprint = writing.context.email_fingerprint(&new.email);
    let client = profiles::insert(writing.tx, &writing.caller.rights.scope, &new)?;
    Ok(client.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (ClientId,),
    body: &Body<'_, Client>,
) -> Result<Change<ClientAnswer>, Problem> {
    let scope = &writing.caller.rights.scope;
    let before = profiles::lock(writing.tx, scope, id)?;
    let data = if writing.caller.rights.can_view_masked_data {
        body.change(&before.data)?
    } else {
        let Client { email, profile, .. } = &before.data;
        let name = |name: &Option<String>| name.as_deref().map(masked_name).unwrap_or_default();
        let masked = [
            ("email", masked_email(email.as_str())),
            ("firstName", masked_name(&profile.first_name)),
            ("lastName", masked_name(&profile.last_name)),
            ("middleName", name(&profile.middle_name)),
            ("nickname", name(&profile.nickname)),
        ];
        body.change_unmasked(&before.data, &masked)?
    };
    let user = Some(writing.caller.user);
    let fingerprint = writing.context.email_fingerprint(&data.email);
    let change = writing
        .change_to(before, &data, |tx, before, data| profiles::update(tx, scope, user, before, data, &fingerprint))?;
    Ok(change.map(ClientAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (ClientId,)) -> Result<ClientAnswer, Problem> {
    Ok(removal::clients::delete(writing.tx, &writing.caller.rights.scope, id)?.into())
}
