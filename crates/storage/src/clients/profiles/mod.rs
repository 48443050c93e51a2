//! The profiles of clients.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::catalog::ProductType;
use domain::clients::{
    Client, ClientId, ClientStatus, ClientTagId, ClientTypeId, Company, InternalType, ManagerId, Phone, PhoneKind,
    PhoneNumber, ProfileChange, ProfileChangeKind, RiskLevel, VerificationLevelId, retagged,
};
use domain::content::CountryId;
use domain::identity::{Scope, UserId};
use domain::ledger::TransactionStatus;
use domain::value::{Fault, List, LocalizedText, Refusal, Set, Timestamp, folded};

use super::{managers, matching, phones, profile_changes, tags, types, visible};
use crate::connection::{MultiBackend, on_each};
use crate::content::countries::CountryBrief;
use crate::money::Stored;
use crate::paging::ordered;
use crate::schema::clients::{self as table, BoxedQuery};
use crate::schema::{
    accounts, client_search, client_tag_members as members, client_tags, client_types as kind, countries as country,
    managers as manager, transactions, users, verification_levels as level,
};
use crate::services::subscriptions;
use crate::verification::levels;
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx};

/// What a client shows of his manager.
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
    /// When he was made a manager.
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

/// A client as he is stored, with what his answer shows of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredClient {
    /// His id.
    pub id: ClientId,
    /// What can be set.
    pub data: Client,
    /// Where he lives.
    pub country: Option<CountryBrief>,
    /// Whom he is assigned to.
    pub manager: Option<ManagerBrief>,
    /// The number that his profile shows.
    pub phone: Option<String>,
    /// The name of his type.
    pub kind_name: String,
    /// The texts of his type in other languages.
    pub kind_resources: List<LocalizedText>,
    /// The name of his verification level.
    pub level_name: String,
    /// The names of his tags that the caller sees.
    pub tag_names: Vec<String>,
    /// How he came.
    pub analytics: List<Analytics>,
    /// When he last signed in.
    pub logged_at: Option<Timestamp>,
    /// When he was registered.
    pub create_time: Timestamp,
    /// When he was last changed.
    pub update_time: Option<Timestamp>,
}

/// What a list is narrowed to; a list of values matches each of them, an empty one nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// This client.
    pub id: Option<ClientId>,
    /// With one of these addresses.
    pub emails: Option<Vec<String>>,
    /// With this in the name.
    pub name: Option<String>,
    /// With this in the nickname.
    pub nickname: Option<String>,
    /// With this in the city.
    pub city: Option<String>,
    /// With this in the company's short name.
    pub company_short_name: Option<String>,
    /// With this in the company's whole name.
    pub company_full_name: Option<String>,
    /// Of one of these managers.
    pub managers: Option<Vec<ManagerId>>,
    /// From a country with one of these numeric codes.
    pub country_codes: Option<Vec<String>>,
    /// Of one of these statuses; without it, all but those who were removed.
    pub statuses: Option<Vec<ClientStatus>>,
    /// Of one of these internal types.
    pub internal_types: Option<Vec<InternalType>>,
    /// Of one of these risk levels.
    pub risk_levels: Option<Vec<RiskLevel>>,
    /// Of one of these types.
    pub types: Option<Vec<ClientTypeId>>,
    /// Of one of these verification levels.
    pub levels: Option<Vec<VerificationLevelId>>,
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
}

macro_rules! columns {
    () => {
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
            (country::id, country::alpha2_code, country::alpha3_code, country::name, country::numeric_code).nullable(),
            (manager::id, manager::enabled, users::email, manager::name, manager::title, manager::create_time)
                .nullable(),
        )
    };
}

impl Row {
    fn with(self, tags: Vec<(ClientTagId, String)>) -> Result<StoredClient, Error> {
        let id = self.id;
        let broken = |what: &str| Error::Broken(format!("client {id} has no {what}"));
        let (first_name, last_name, middle_name, nickname) = self.names;
        let company = match self.company {
            (None, None) => None,
            (full_name, short_name) => {
                Some(Company { full_name: full_name.unwrap_or_default(), short_name: short_name.unwrap_or_default() })
            }
        };
        let data = Client {
            email: self.email.parse().map_err(|_| broken("e-mail address"))?,
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
            kind: self.kind_id,
            level: self.level_id,
            manager: self.manager_id,
            tags: tags.iter().map(|(id, _)| *id).collect(),
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
            analytics: self.analytics,
            logged_at,
            create_time,
            update_time,
        })
    }
}

fn filtered(scope: &Scope, filter: &Filter, is_sqlite: bool) -> BoxedQuery<'static, MultiBackend> {
    let mut query = visible!(table::table.into_boxed(), scope, table::id);
    if let Some(id) = filter.id {
        query = query.filter(table::id.eq(id));
    }
    if let Some(emails) = &filter.emails {
        query = query.filter(table::email_key.eq_any(emails.iter().map(|email| folded(email)).collect::<Vec<_>>()));
    }
    let parts = [
        ("name", &filter.name),
        ("nickname", &filter.nickname),
        ("city", &filter.city),
        ("company_short", &filter.company_short_name),
        ("company_full", &filter.company_full_name),
    ];
    for (column, text) in parts {
        if let Some(text) = text {
            query = matching!(query, is_sqlite, "clients.id", column, text);
        }
    }
    if let Some(managers) = &filter.managers {
        query = query.filter(table::manager_id.eq_any(managers.clone()));
    }
    if let Some(codes) = &filter.country_codes {
        let named = country::table.filter(country::numeric_code.eq_any(codes.clone())).select(country::id.nullable());
        query = query.filter(table::country_id.eq_any(named));
    }
    query = match &filter.statuses {
        Some(statuses) => query.filter(table::status.eq_any(statuses.clone())),
        None => query.filter(table::status.ne(ClientStatus::Deleted)),
    };
    if let Some(kinds) = &filter.internal_types {
        query = query.filter(table::internal_type.eq_any(kinds.clone()));
    }
    if let Some(levels) = &filter.risk_levels {
        query = query.filter(table::risk_level.eq_any(levels.clone()));
    }
    if let Some(types) = &filter.types {
        query = query.filter(table::type_id.eq_any(types.clone()));
    }
    if let Some(levels) = &filter.levels {
        query = query.filter(table::level_id.eq_any(levels.clone()));
    }
    query
}

/// Clients, a page of them.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut DbConnection,
    scope: &Scope,
    filter: &Filter,
    paging: &Paging<ByTime>,
) -> Result<Page<StoredClient>, Error> {
    let is_sqlite = matches!(conn, DbConnection::Sqlite(_));
    let total = paging.total(|| {
        if *filter != Filter::default() || !scope.sees_all_clients() {
            return filtered(scope, filter, is_sqlite).count().get_result(conn);
        }
        // All but the few who were removed: both counts go by an index in its order.
        let removed = table::table.filter(table::status.eq(ClientStatus::Deleted)).count().get_result::<i64>(conn)?;
        table::table.count().get_result::<i64>(conn).map(|all| all - removed)
    })?;
    // The ids of the page first: what is skipped is not joined with anything.
    let page = filtered(scope, filter, is_sqlite).limit(paging.limit).offset(paging.offset);
    let ids: Vec<ClientId> =
        ordered!(page, paging.direction, table::create_time, table::id).select(table::id).load(conn)?;
    Ok(Page { total, data: load(conn, scope, &ids)? })
}

/// The clients of these ids, in their order.
fn load(conn: &mut DbConnection, scope: &Scope, ids: &[ClientId]) -> Result<Vec<StoredClient>, Error> {
    let query = table::table
        .inner_join(kind::table)
        .inner_join(level::table)
        .left_join(country::table)
        .left_join(manager::table.inner_join(users::table))
        .filter(table::id.eq_any(ids))
        .select(columns!());
    let rows: Vec<Row> = on_each!(conn, conn => query.load(conn))?;
    let named = members::table.inner_join(client_tags::table).filter(members::client_id.eq_any(ids));
    let named = named.order(client_tags::id).select((members::client_id, client_tags::id, client_tags::name));
    let named: Vec<(ClientId, ClientTagId, String)> = on_each!(conn, conn => named.load(conn))?;
    let mut tags: HashMap<ClientId, Vec<(ClientTagId, String)>> = HashMap::new();
    for (client, tag, name) in named {
        if scope.sees_tag(tag) {
            tags.entry(client).or_default().push((tag, name));
        }
    }
    let mut rows: HashMap<ClientId, Row> = rows.into_iter().map(|row| (row.id, row)).collect();
    ids.iter().filter_map(|id| rows.remove(id).map(|row| row.with(tags.remove(id).unwrap_or_default()))).collect()
}

/// One client.
///
/// # Errors
/// [`Error::NotFound`], also for a client whom the caller does not see.
pub fn get(conn: &mut DbConnection, scope: &Scope, id: ClientId) -> Result<StoredClient, Error> {
    if !super::sees(conn, scope, id)? {
        return Err(Error::NotFound);
    }
    load(conn, scope, &[id])?.pop().ok_or(Error::NotFound)
}

/// Whether the caller sees the client; what belongs to him is looked for after this.
///
/// # Errors
/// [`Error::NotFound`].
pub fn check_visible(conn: &mut DbConnection, scope: &Scope, id: ClientId) -> Result<(), Error> {
    if super::sees(conn, scope, id)? { Ok(()) } else { Err(Error::NotFound) }
}

/// A new client, as a user registers him; what is none gets its default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewClient {
    /// What can be set; its type, level and manager are chosen by the storage where they are none.
    pub data: Client,
    /// His type, if it was named.
    pub kind: Option<ClientTypeId>,
    /// His manager, if one was named.
    pub manager: Option<ManagerId>,
    /// His first phone number.
    pub phone: Option<PhoneNumber>,
    /// The hash of his password, if he has one yet.
    pub password_hash: Option<String>,
}

/// What stands against the records that a profile names.
fn faults(tx: &mut Tx<'_>, before: Option<&Client>, after: &Client) -> Result<Vec<Fault>, Error> {
    let mut faults: Vec<Fault> = Vec::new();
    if before.is_none_or(|before| before.birthday != after.birthday) {
        faults.extend(after.age_fault(tx.now.day()));
    }
    if let Some(id) = after.country.filter(|id| before.is_none_or(|before| before.country != Some(*id))) {
        let enabled = country::table.find(id).select(country::enabled).first(tx.conn).optional()?;
        if enabled != Some(true) {
            faults.push(Fault::of("countryId", "is no enabled country"));
        }
    }
    if before.is_none_or(|before| before.kind != after.kind) {
        match types::get(tx.conn, after.kind) {
            Ok(kind) if kind.data.enabled => {}
            Ok(_) => faults.push(Fault::of("typeId", "is out of use")),
            Err(Error::NotFound) => faults.push(Fault::of("typeId", "does not exist")),
            Err(error) => return Err(error),
        }
    }
    if let Some(id) = after.manager.filter(|id| before.is_none_or(|before| before.manager != Some(*id))) {
        let enabled = manager::table.find(id).select(manager::enabled).first(tx.conn).optional()?;
        if enabled != Some(true) {
            faults.push(Fault::of("managerId", "is no enabled manager"));
        }
    }
    if before.is_some_and(|before| before.level != after.level)
        && levels::existing(tx.conn, &[after.level.get()])?.is_empty()
    {
        faults.push(Fault::of("verificationLevelId", "does not exist"));
    }
    Ok(faults)
}

fn tag_faults(conn: &mut DbConnection, scope: &Scope, wanted: &Set<ClientTagId>) -> Result<Vec<Fault>, Error> {
    let wanted: Vec<ClientTagId> = wanted.iter().copied().collect();
    let known = tags::existing(conn, scope, &wanted)?;
    let unknown = wanted.iter().enumerate().filter(|(_, tag)| !known.contains(tag));
    Ok(unknown.map(|(place, tag)| Fault::of(format!("tagIds.{place}"), format!("{tag} does not exist"))).collect())
}

macro_rules! values {
    ($client:expr) => {{
        let client: &Client = $client;
        (
            table::email.eq(client.email.as_str()),
            table::email_key.eq(client.email.key()),
            table::first_name.eq(&client.first_name),
            table::last_name.eq(&client.last_name),
            table::middle_name.eq(&client.middle_name),
            table::nickname.eq(&client.nickname),
            table::birthday.eq(client.birthday),
            table::country_id.eq(client.country),
            table::city.eq(&client.city),
            table::company_full_name.eq(client.company.as_ref().map(|company| &company.full_name)),
            table::company_short_name.eq(client.company.as_ref().map(|company| &company.short_name)),
            table::internal_type.eq(client.internal_type),
            table::risk_level.eq(client.risk_level),
            table::status.eq(client.status),
            table::type_id.eq(client.kind),
            table::level_id.eq(client.level),
            table::manager_id.eq(client.manager),
            table::locale.eq(client.locale.to_string()),
        )
    }};
}

macro_rules! searched {
    ($client:expr) => {{
        let client: &Client = $client;
        let of = |text: Option<&str>| folded(text.unwrap_or_default());
        let company = client.company.as_ref();
        (
            client_search::name.eq(folded(&client.name())),
            client_search::nickname.eq(of(client.nickname.as_deref())),
            client_search::city.eq(of(client.city.as_deref())),
            client_search::company_short.eq(of(company.map(|company| company.short_name.as_str()))),
            client_search::company_full.eq(of(company.map(|company| company.full_name.as_str()))),
        )
    }};
}

/// Registers a client: with the default type and level, the creator's tags and a manager.
///
/// # Errors
/// A refusal where the address is taken, the client is too young, or something does not exist.
pub fn insert(tx: &mut Tx<'_>, scope: &Scope, new: &NewClient) -> Result<StoredClient, Error> {
    let mut client = new.data.clone();
    client.kind = match new.kind {
        Some(kind) => kind,
        None => types::default(tx.conn)?,
    };
    client.level = levels::default(tx.conn)?;
    client.manager = new.manager;
    let mut faults = faults(tx, None, &client)?;
    faults.extend(tag_faults(tx.conn, scope, &client.tags)?);
    Refusal::unless_empty(faults)?;
    client.tags = client.tags.iter().chain(scope.tags_of_new().iter()).copied().collect();
    if client.manager.is_none() {
        client.manager = managers::assign(tx, client.country)?;
    }
    let fixed =
        (table::password_hash.eq(&new.password_hash), table::analytics.eq("[]"), table::create_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values((fixed, values!(&client))).returning(table::id);
    let id: ClientId =
        id.get_result(tx.conn).map_err(|error| Error::from(error).or_taken(|| Refusal::taken("email")))?;
    let search = (client_search::rowid.eq(id), searched!(&client));
    diesel::insert_into(client_search::table).values(search).execute(tx.conn)?;
    set_tags(tx, id, &Set::default(), &client.tags)?;
    if let Some(number) = &new.phone {
        let phone =
            Phone { number: number.clone(), ext: None, kind: Some(PhoneKind::Mobile), confirmed: false, default: true };
        phones::add(tx, id, &phone)?;
    }
    load(tx.conn, scope, &[id])?.pop().ok_or(Error::NotFound)
}

fn set_tags(tx: &mut Tx<'_>, id: ClientId, before: &Set<ClientTagId>, after: &Set<ClientTagId>) -> Result<(), Error> {
    for tag in before.difference(after) {
        diesel::delete(members::table.find((id, *tag))).execute(tx.conn)?;
    }
    for tag in after.difference(before) {
        let values = (members::client_id.eq(id), members::tag_id.eq(*tag));
        diesel::insert_into(members::table).values(values).execute(tx.conn)?;
    }
    Ok(())
}

/// Writes what can be set of a client, who is held.
///
/// # Errors
/// A refusal where the address is taken, something does not exist, or the client was removed.
pub fn update(
    tx: &mut Tx<'_>,
    scope: &Scope,
    user: UserId,
    before: &StoredClient,
    after: &Client,
) -> Result<StoredClient, Error> {
    let mut client = after.clone();
    let mut faults = faults(tx, Some(&before.data), &client)?;
    let retags = client.tags != before.data.tags;
    if retags {
        faults.extend(tag_faults(tx.conn, scope, &client.tags)?);
    }
    Refusal::unless_empty(faults)?;
    let of_client = members::table.filter(members::client_id.eq(before.id)).select(members::tag_id);
    let all: Set<ClientTagId> = of_client.load::<ClientTagId>(tx.conn)?.into_iter().collect();
    if retags {
        client.tags = retagged(scope, &all, &client.tags)?;
    }
    before.data.check_not_deleted()?;
    if retags {
        set_tags(tx, before.id, &all, &client.tags)?;
    }
    let values = (values!(&client), table::update_time.eq(Some(tx.now.naive())));
    let updated = diesel::update(table::table.find(before.id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken("email")))?;
    let search = client_search::table.filter(client_search::rowid.eq(before.id));
    diesel::update(search).set(searched!(&client)).execute(tx.conn)?;
    if client.email != before.data.email {
        let change = ProfileChange {
            client: before.id,
            current_value: client.email.to_string(),
            previous_value: before.data.email.to_string(),
            kind: ProfileChangeKind::Email,
            user: Some(user),
        };
        profile_changes::insert(tx, &change)?;
    }
    load(tx.conn, scope, &[before.id])?.pop().ok_or(Error::NotFound)
}

/// Removes a client: what he did stays for the books, and his address stays taken.
///
/// # Errors
/// A refusal where he was removed already, has money, or something of his is unfinished.
pub fn delete(tx: &mut Tx<'_>, client: &StoredClient) -> Result<(), Error> {
    let zero = Stored(domain::ledger::Amount::ZERO);
    let with_money = accounts::table
        .filter(accounts::client_id.eq(client.id))
        .filter(accounts::archive_time.is_null())
        .filter(accounts::kind.ne(ProductType::Demo))
        .filter(accounts::balance.ne(zero).or(accounts::hold.ne(zero)).or(accounts::credit.ne(zero)));
    let has_money = diesel::select(diesel::dsl::exists(with_money)).get_result(tx.conn)?;
    let unfinished = || transactions::table.filter(transactions::status.eq_any(TransactionStatus::unfinished()));
    let of_client = unfinished().filter(transactions::client_id.eq(client.id));
    // Another client's transfer to an account of this one.
    let own = accounts::table.filter(accounts::client_id.eq(client.id)).select(accounts::id.nullable());
    let to_client = unfinished().filter(transactions::credit_account_id.eq_any(own));
    let has_unfinished = diesel::select(diesel::dsl::exists(of_client)).get_result(tx.conn)?
        || diesel::select(diesel::dsl::exists(to_client)).get_result(tx.conn)?;
    client.data.check_removable(has_money, has_unfinished)?;
    let values = (table::status.eq(ClientStatus::Deleted), table::update_time.eq(Some(tx.now.naive())));
    diesel::update(table::table.find(client.id)).set(values).execute(tx.conn)?;
    subscriptions::switch_off(tx, client.id)
}
