use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::clients::{
    Client, ClientId, ClientStatus, ClientTagId, ClientTypeId, Company, InternalType, ManagerId, Profile, RiskLevel,
    VerificationLevelId,
};
use domain::content::CountryId;
use domain::identity::Scope;
use domain::value::{List, LocalizedText, Stored, Timestamp};

use crate::client_scope::{check_visible, lock_client};
use crate::connection::on_each;
use crate::content::countries::CountryBrief;
use crate::json_list::{self, JsonList, JsonRows};
use crate::one_of::one_of;
use crate::schema::{
    client_types as kind, clients as table, countries as country, managers as manager, users,
    verification_levels as level,
};
use crate::seen::{self, AccessVersion};
use crate::{DbConnection, Error, Tx};

/// What a client shows of their manager.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct ManagerBrief {
    /// The manager.
    pub id: ManagerId,
    /// Whether clients can be assigned.
    pub enabled: bool,
    /// The user's address.
    pub email: String,
    /// The whole name.
    pub name: String,
    /// Such as `mr.`.
    pub title: Option<String>,
    /// When the user was made a manager.
    pub create_time: Timestamp,
}

/// A UTM tag of the link through which a client came.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub struct Analytics {
    /// Such as `utm_campaign`.
    pub property: String,
    /// Its value.
    pub value: String,
}

/// A client as stored, with what answers show of other records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredClient {
    /// The id.
    pub id: ClientId,
    /// What can be set.
    pub data: Client,
    /// The country of residence.
    pub country: Option<CountryBrief>,
    /// The manager to whom the client is assigned.
    pub manager: Option<ManagerBrief>,
    /// The phone number that the profile shows.
    pub phone: Option<String>,
    /// The name of the client's type.
    pub kind_name: String,
    /// The texts of the client's type in other languages.
    pub kind_resources: List<LocalizedText>,
    /// The name of the client's verification level.
    pub level_name: String,
    /// The names of the client's tags, as far as the scope shows them.
    pub tag_names: Vec<String>,
    /// What the client answered to fields of the broker's own, by the names of the fields.
    pub additional_information: BTreeMap<String, String>,
    /// How the client came.
    pub analytics: List<Analytics>,
    /// When the client last signed in.
    pub logged_at: Option<Timestamp>,
    /// When the client was registered.
    pub create_time: Timestamp,
    /// When the client was last changed.
    pub update_time: Option<Timestamp>,
}

impl Stored for StoredClient {
    type Data = Client;

    fn data(&self) -> &Client {
        &self.data
    }
}

#[derive(Queryable)]
struct Row {
    id: ClientId,
    email: String,
    names: (String, String, Option<String>, Option<String>),
    birthday: Option<NaiveDate>,
    country_id: Option<CountryId>,
    city: Option<String>,
    company: (Option<String>, Option<String>),
    internal_type: InternalType,
    risk_level: RiskLevel,
    status: ClientStatus,
    kind_id: ClientTypeId,
    level_id: VerificationLevelId,
    manager_id: Option<ManagerId>,
    locale: String,
    phone: Option<String>,
    analytics: List<Analytics>,
    times: (Option<Timestamp>, Timestamp, Option<Timestamp>),
    kind: (String, List<LocalizedText>),
    level_name: String,
    country: Option<CountryBrief>,
    manager: Option<ManagerBrief>,
    tags: Option<String>,
    additional_information: Option<String>,
}

/// The ids and names of a client's tags.
#[derive(Clone, Copy)]
struct Tags;

impl JsonRows for Tags {
    const COLUMNS: &'static str = "client_tags.id, client_tags.name";
    const FROM: &'static str = "FROM client_tag_members JOIN client_tags ON client_tags.id = client_tag_members.tag_id \
        WHERE client_tag_members.client_id = clients.id";
}

/// What a client answered to fields of the broker's own.
#[derive(Clone, Copy)]
struct AdditionalInformation;

impl JsonRows for AdditionalInformation {
    const COLUMNS: &'static str = "name, value";
    const FROM: &'static str =
        "FROM client_additional_information WHERE client_additional_information.client_id = clients.id";
}

#[diesel::dsl::auto_type]
fn columns() -> _ {
    let country = (country::id, country::alpha2_code, country::alpha3_code, country::name, country::numeric_code);
    let tags: JsonList<Tags> = JsonList(Tags);
    let additional_information: JsonList<AdditionalInformation> = JsonList(AdditionalInformation);
    let manager = (manager::id, manager::enabled, users::email, manager::name, manager::title, manager::create_time);
    (
        table::id,
        table::email,
        (table::first_name, table::last_name, table::middle_name, table::nickname),
        table::birthday,
        table::country_id,
        table::city,
        (table::company_full_name, table::company_short_name),
        table::internal_type,
        table::risk_level,
        table::status,
        table::type_id,
        table::level_id,
        table::manager_id,
        table::locale,
        table::phone,
        table::analytics,
        (table::logged_at, table::create_time, table::update_time),
        (kind::name, kind::resources),
        level::name,
        country.nullable(),
        manager.nullable(),
        tags,
        additional_information,
    )
}

impl Row {
    /// The client of this row, with the tags that the scope shows.
    fn client(self, scope: &Scope) -> Result<StoredClient, Error> {
        let id = self.id;
        let mut tags: Vec<(ClientTagId, String)> = json_list::read(self.tags.as_deref())?;
        tags.sort_unstable_by_key(|(id, _)| *id);
        tags.retain(|(tag, _)| scope.sees_tag(*tag));
        let additional_information: Vec<(String, String)> = json_list::read(self.additional_information.as_deref())?;
        let broken = |what: &str| Error::Broken(format!("client {id} has no {what}"));
        let (first_name, last_name, middle_name, nickname) = self.names;
        let company = match self.company {
            (None, None) => None,
            (full_name, short_name) => {
                Some(Company { full_name: full_name.unwrap_or_default(), short_name: short_name.unwrap_or_default() })
            }
        };
        let profile = Profile {
            first_name,
            last_name,
            middle_name,
            nickname,
            birthday: self.birthday,
            country: self.country_id,
            city: self.city,
            locale: self.locale.parse().map_err(|_| broken("locale"))?,
            company,
            internal_type: self.internal_type,
            risk_level: self.risk_level,
            status: self.status,
            tags: tags.iter().map(|(id, _)| *id).collect(),
        };
        let data = Client {
            email: self.email.parse().map_err(|_| broken("e-mail address"))?,
            profile,
            kind: self.kind_id,
            level: self.level_id,
            manager: self.manager_id,
        };
        let (logged_at, create_time, update_time) = self.times;
        Ok(StoredClient {
            id,
            data,
            country: self.country,
            manager: self.manager,
            phone: self.phone,
            kind_name: self.kind.0,
            kind_resources: self.kind.1,
            level_name: self.level_name,
            tag_names: tags.into_iter().map(|(_, name)| name).collect(),
            additional_information: additional_information.into_iter().collect(),
            analytics: self.analytics,
            logged_at,
            create_time,
            update_time,
        })
    }
}

/// Clients with all that [`Row`] reads of them.
#[diesel::dsl::auto_type(no_type_alias)]
fn rows() -> _ {
    table::table
        .inner_join(kind::table)
        .inner_join(level::table)
        .left_join(country::table)
        .left_join(manager::table.inner_join(users::table))
        .select(columns())
}

/// The clients of these ids, in the order of the ids.
pub(super) fn load(conn: &mut DbConnection, scope: &Scope, ids: &[ClientId]) -> Result<Vec<StoredClient>, Error> {
    let query = rows().filter(one_of(table::id, ids));
    let rows: Vec<Row> = on_each!(conn, conn => query.load(conn))?;
    let mut rows: HashMap<ClientId, Row> = rows.into_iter().map(|row| (row.id, row)).collect();
    ids.iter().filter_map(|id| rows.remove(id).map(|row| row.client(scope))).collect()
}

/// The clients of these ids, by their ids.
pub(crate) fn by_ids(
    conn: &mut DbConnection,
    scope: &Scope,
    ids: &[ClientId],
) -> Result<HashMap<ClientId, StoredClient>, Error> {
    Ok(load(conn, scope, ids)?.into_iter().map(|client| (client.id, client)).collect())
}

/// One client.
///
/// # Errors
/// [`Error::NotFound`], also for a client out of scope.
pub fn get(conn: &mut DbConnection, scope: &Scope, id: ClientId) -> Result<StoredClient, Error> {
    let client = load_one(conn, scope, id)?;
    // Afterwards: this may be outside of a transaction.
    if !scope.sees_all_clients() {
        check_visible(conn, scope, id)?;
    }
    Ok(client)
}

/// One client, who is held until the transaction ends.
///
/// # Errors
/// As of [`get`].
pub fn lock(tx: &mut Tx<'_>, scope: &Scope, id: ClientId) -> Result<StoredClient, Error> {
    lock_client(tx, scope, id)?;
    load_one(tx.conn, scope, id)
}

/// A client who is in scope.
pub(super) fn load_one(conn: &mut DbConnection, scope: &Scope, id: ClientId) -> Result<StoredClient, Error> {
    let query = rows().filter(table::id.eq(id)).select((columns(), AccessVersion));
    let (row, version): (Row, Option<i64>) = on_each!(conn, conn => query.first(conn))?;
    seen::note(version);
    row.client(scope)
}
