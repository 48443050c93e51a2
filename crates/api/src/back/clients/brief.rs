//! What other records show of a client.

use domain::clients::{
    Client, ClientId, ClientStatus, ClientTypeId, Company, InternalType, Locality, ManagerId, RiskLevel,
    VerificationLevelId,
};
use domain::identity::{masked_email, masked_name, masked_phone};
use domain::value::{List, LocalizedText, Localizer, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use storage::clients::profiles::{ManagerBrief, StoredClient};

use crate::back::Named;
use crate::back::content::CountryBrief;

/// What a client shows of their manager.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ManagerBrief")]
#[serde(rename_all = "camelCase")]
struct ManagerAnswer {
    id: ManagerId,
    /// Always null: there are no offices yet.
    office_id: Option<i64>,
    /// Whether clients can be assigned to the manager.
    enabled: bool,
    /// The e-mail address of the user who is the manager.
    email: String,
    /// The name that clients are shown.
    name: String,
    /// How clients address the manager, such as `mr.`.
    title: Option<String>,
    create_time: Timestamp,
}

impl From<ManagerBrief> for ManagerAnswer {
    fn from(manager: ManagerBrief) -> Self {
        let ManagerBrief { id, enabled, email, name, title, create_time } = manager;
        Self { id, office_id: None, enabled, email, name, title, create_time }
    }
}

/// What other records show of a client.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ClientBrief")]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClientBrief {
    client_id: ClientId,
    /// The date of birth, as midnight of that day in UTC.
    birthday: Option<Timestamp>,
    /// The city of residence.
    city: Option<String>,
    /// The country of residence.
    country: Option<CountryBrief>,
    /// The company, for clients that are one.
    company: Option<Company>,
    /// The e-mail address with which the client signs in; no two clients share one.
    #[schemars(extend("format" = "email"))]
    email: String,
    /// How the broker classifies the client.
    internal_type: InternalType,
    /// The first name.
    first_name: String,
    /// The last name.
    last_name: String,
    /// The middle name.
    middle_name: Option<String>,
    /// First, middle and last name.
    name: String,
    /// What the client wants to be called.
    nickname: Option<String>,
    /// The language in which the client is addressed, such as `en_US`.
    locale: Locality,
    /// The manager who looks after the client.
    manager: Option<ManagerAnswer>,
    /// The phone number that is the default, else the confirmed one, else the oldest.
    phone: Option<String>,
    /// How risky the broker takes the client to be.
    risk_level: RiskLevel,
    /// Whether the client may sign in and act.
    status: ClientStatus,
    /// The names of the client's tags.
    tags: Vec<String>,
    /// The type of the client.
    #[serde(rename = "type")]
    kind: Named<ClientTypeId>,
    /// How far the client has proved who they are.
    verification_level: Named<VerificationLevelId>,
    /// When the client last signed in.
    logged_at: Option<Timestamp>,
    create_time: Timestamp,
    #[serde(skip)]
    kind_resources: List<LocalizedText>,
}

impl ClientBrief {
    /// Puts its texts in the caller's language.
    pub(crate) fn localize(&mut self, localizer: &mut Localizer<'_>) {
        localizer.localize(&self.kind_resources, "name", &mut self.kind.name);
    }

    /// Masks what callers see who may not see data of clients in clear.
    pub(crate) fn mask(&mut self) {
        for name in [&mut self.first_name, &mut self.last_name, &mut self.name] {
            *name = masked_name(name);
        }
        for name in [&mut self.middle_name, &mut self.nickname].into_iter().flatten() {
            *name = masked_name(name);
        }
        self.email = masked_email(&self.email);
        self.phone = self.phone.as_deref().map(masked_phone);
    }

    /// Who it is.
    pub(crate) fn id(&self) -> ClientId {
        self.client_id
    }
}

impl From<StoredClient> for ClientBrief {
    fn from(stored: StoredClient) -> Self {
        let Client { email, profile, kind, level, manager: _ } = stored.data;
        let name = profile.name();
        let birthday = profile.birthday.map(|day| day.and_time(chrono::NaiveTime::MIN).into());
        Self {
            client_id: stored.id,
            birthday,
            city: profile.city,
            country: stored.country.map(CountryBrief::from),
            company: profile.company,
            email: email.to_string(),
            internal_type: profile.internal_type,
            first_name: profile.first_name,
            last_name: profile.last_name,
            middle_name: profile.middle_name,
            name,
            nickname: profile.nickname,
            locale: profile.locale,
            manager: stored.manager.map(ManagerAnswer::from),
            phone: stored.phone,
            risk_level: profile.risk_level,
            status: profile.status,
            tags: stored.tag_names,
            kind: Named { id: kind, name: stored.kind_name },
            verification_level: Named { id: level, name: stored.level_name },
            logged_at: stored.logged_at,
            create_time: stored.create_time,
            kind_resources: stored.kind_resources,
        }
    }
}
