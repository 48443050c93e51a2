use chrono::NaiveDate;
use diesel::prelude::*;
use domain::clients::{
    Client, ClientId, ClientStatus, ClientTagId, ClientTypeId, InternalType, ManagerId, Phone, PhoneKind, PhoneNumber,
    Profile, ProfileChange, ProfileChangeKind, RiskLevel, VerificationLevelId, retagged,
};
use domain::content::CountryId;
use domain::identity::{Scope, UserId};
use domain::messaging::EventName;
use domain::value::{CommonFault, Email, Fault, FaultCode as _, Field, List, Refusal, Set, folded};
use domain::verification::GrantReason;
use domain::wizards::CountryCode;

use super::read::{Analytics, StoredClient, load_one};
use crate::clients::{level_history, levels, managers, phones, profile_changes, tags, types};
use crate::messaging::events;
use crate::schema::{
    client_credentials, client_search, client_sessions as sessions, client_tag_members as members,
    client_types as kind, clients as table, countries as country, erased_emails, managers as manager,
};
use crate::{DbConnection, Error, Tx, json};

/// A new client, as a user registers them; what is left out gets its default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewClient {
    /// What they sign in with.
    pub email: Email,
    /// What a change can set too.
    pub profile: Profile,
    /// The type, if it was named.
    pub kind: Option<ClientTypeId>,
    /// The manager, if one was named.
    pub manager: Option<ManagerId>,
    /// The first phone number.
    pub phone: Option<PhoneNumber>,
    /// The hash of the password, if there is one yet.
    pub password_hash: Option<String>,
    /// What tells the e-mail address from others where a client's data was removed.
    pub email_fingerprint: Vec<u8>,
    /// Where the client came from.
    pub analytics: List<Analytics>,
}

/// The objections to the birthday and to the records that a client names.
fn reference_faults(tx: &mut Tx<'_>, before: Option<&Client>, after: &Client) -> Result<Vec<Fault>, Error> {
    let mut faults: Vec<Fault> = Vec::new();
    let profile_before = before.map(|before| &before.profile);
    if profile_before.is_none_or(|before| before.birthday != after.profile.birthday) {
        faults.extend(after.profile.age_fault(tx.now.day()));
    }
    if let Some(id) = after.profile.country.filter(|id| profile_before.is_none_or(|before| before.country != Some(*id)))
    {
        let enabled = country::table.find(id).select(country::enabled).first(tx.conn).optional()?;
        faults.extend(disabled_or_unknown(enabled, Field::Country));
    }
    if before.is_none_or(|before| before.kind != after.kind) {
        let enabled = kind::table.find(after.kind).select(kind::enabled).first(tx.conn).optional()?;
        faults.extend(disabled_or_unknown(enabled, Field::ClientType));
    }
    if let Some(id) = after.manager.filter(|id| before.is_none_or(|before| before.manager != Some(*id))) {
        let enabled = manager::table.find(id).select(manager::enabled).first(tx.conn).optional()?;
        faults.extend(disabled_or_unknown(enabled, Field::Manager));
    }
    if before.is_some_and(|before| before.level != after.level) {
        tx.hold("verification_levels", &[after.level])?;
        let is_known = !levels::existing(tx.conn, &[after.level.get()])?.is_empty();
        faults.extend((!is_known).then(|| CommonFault::Unknown.at(Field::VerificationLevel)));
    }
    Ok(faults)
}

/// The objection to a record that is named, unless it exists and is enabled.
fn disabled_or_unknown(enabled: Option<bool>, field: Field) -> Option<Fault> {
    match enabled {
        Some(true) => None,
        Some(false) => Some(CommonFault::Disabled.at(field)),
        None => Some(CommonFault::Unknown.at(field)),
    }
}

fn tag_faults(conn: &mut DbConnection, scope: &Scope, wanted: &Set<ClientTagId>) -> Result<Vec<Fault>, Error> {
    let known = tags::existing(conn, scope, &wanted.iter().copied().collect::<Vec<_>>())?;
    let unknown = wanted.placed().filter(|(_, tag)| !known.contains(tag));
    Ok(unknown.map(|(place, _)| CommonFault::Unknown.at(Field::Tags.entry(place))).collect())
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Values<'a> {
    email: &'a str,
    email_key: String,
    first_name: &'a str,
    last_name: &'a str,
    middle_name: Option<&'a str>,
    nickname: Option<&'a str>,
    birthday: Option<NaiveDate>,
    country_id: Option<CountryId>,
    city: Option<&'a str>,
    company_full_name: Option<&'a str>,
    company_short_name: Option<&'a str>,
    internal_type: InternalType,
    risk_level: RiskLevel,
    status: ClientStatus,
    type_id: ClientTypeId,
    level_id: VerificationLevelId,
    manager_id: Option<ManagerId>,
    locale: String,
}

impl<'a> From<&'a Client> for Values<'a> {
    fn from(client: &'a Client) -> Self {
        let Client { email, profile, kind, level, manager } = client;
        let company = profile.company.as_ref();
        Self {
            email: email.as_str(),
            email_key: email.key(),
            first_name: &profile.first_name,
            last_name: &profile.last_name,
            middle_name: profile.middle_name.as_deref(),
            nickname: profile.nickname.as_deref(),
            birthday: profile.birthday,
            country_id: profile.country,
            city: profile.city.as_deref(),
            company_full_name: company.map(|company| company.full_name.as_str()),
            company_short_name: company.map(|company| company.short_name.as_str()),
            internal_type: profile.internal_type,
            risk_level: profile.risk_level,
            status: profile.status,
            type_id: *kind,
            level_id: *level,
            manager_id: *manager,
            locale: profile.locale.to_string(),
        }
    }
}

/// What the search finds a client by.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = client_search)]
struct SearchValues {
    name: String,
    nickname: String,
    city: String,
    company_short: String,
    company_full: String,
}

impl From<&Profile> for SearchValues {
    fn from(profile: &Profile) -> Self {
        let folded_or_empty = |text: Option<&String>| text.map(|text| folded(text)).unwrap_or_default();
        let company = profile.company.as_ref();
        Self {
            name: folded(&profile.name()),
            nickname: folded_or_empty(profile.nickname.as_ref()),
            city: folded_or_empty(profile.city.as_ref()),
            company_short: folded_or_empty(company.map(|company| &company.short_name)),
            company_full: folded_or_empty(company.map(|company| &company.full_name)),
        }
    }
}

/// Registers a client: with the default type and level, the creator's tags and a manager.
///
/// # Errors
/// A refusal where the address is taken, the client is too young, or something does not exist.
pub fn insert(tx: &mut Tx<'_>, scope: &Scope, new: &NewClient) -> Result<StoredClient, Error> {
    let kind = match new.kind {
        Some(kind) => kind,
        None => types::default(tx.conn)?,
    };
    let (email, mut profile) = (new.email.clone(), new.profile.clone());
    profile.tags = profile.tags.iter().chain(scope.tags_of_new().iter()).copied().collect();
    let mut client = Client { email, profile, kind, level: levels::default(tx.conn)?, manager: new.manager };
    let mut faults = reference_faults(tx, None, &client)?;
    faults.extend(tag_faults(tx.conn, scope, &new.profile.tags)?);
    Refusal::unless_empty(faults)?;
    check_not_erased(tx.conn, &new.email_fingerprint)?;
    check_nickname(tx.conn, client.profile.nickname.as_deref())?;
    if client.manager.is_none() {
        client.manager = managers::assign(tx, client.profile.country)?;
    }
    let values =
        (Values::from(&client), table::analytics.eq(json(&new.analytics)?), table::create_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values(values).returning(table::id);
    let id: ClientId =
        id.get_result(tx.conn).map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Email)))?;
    // Again: the removal of its client may have let go of the address between.
    check_not_erased(tx.conn, &new.email_fingerprint)?;
    hold_nickname(tx, id, client.profile.nickname.as_deref())?;
    if let Some(hash) = &new.password_hash {
        let values = (client_credentials::client_id.eq(id), client_credentials::password_hash.eq(hash));
        diesel::insert_into(client_credentials::table).values(values).execute(tx.conn)?;
    }
    let search = (client_search::rowid.eq(id), SearchValues::from(&client.profile));
    diesel::insert_into(client_search::table).values(search).execute(tx.conn)?;
    level_history::record(tx, id, None, client.level, GrantReason::Registration, None)?;
    events::put(tx, EventName::SuccessfulRegistration, Some(id), events::facts([]))?;
    set_tags(tx, id, &Set::default(), &client.profile.tags)?;
    if let Some(number) = &new.phone {
        let phone =
            Phone { number: number.clone(), ext: None, kind: Some(PhoneKind::Mobile), confirmed: false, default: true };
        phones::add(tx, id, &phone)?;
    }
    load_one(tx.conn, scope, id)
}

/// Whether another client has this e-mail address, or one whose data was removed had it.
pub fn is_email_taken(conn: &mut DbConnection, email: &Email, fingerprint: &[u8]) -> Result<bool, Error> {
    let same = table::table.filter(table::email_key.eq(email.key()));
    let is_taken: bool = diesel::select(diesel::dsl::exists(same)).get_result(conn)?;
    let erased = erased_emails::table.find(fingerprint);
    Ok(is_taken || diesel::select(diesel::dsl::exists(erased)).get_result::<bool>(conn)?)
}

/// The two letters of a country from which clients may come.
///
/// # Errors
/// A refusal where there is no such country, or it is disabled.
pub fn country_code(conn: &mut DbConnection, id: CountryId) -> Result<CountryCode, Error> {
    let named = country::table.find(id).select((country::alpha2_code, country::enabled));
    let named: Option<(String, bool)> = named.first(conn).optional()?;
    if let Some(fault) = disabled_or_unknown(named.as_ref().map(|(_, enabled)| *enabled), Field::Country) {
        return Err(Refusal::Unprocessable(vec![fault]).into());
    }
    let code = named.and_then(|(code, _)| code.parse().ok());
    code.ok_or_else(|| Error::Broken(format!("country {id} has no code")))
}

/// Where a client came from, as it is kept.
#[must_use]
pub fn analytics_of(tags: &[(String, String)]) -> List<Analytics> {
    let tag = |(property, value): &(String, String)| Analytics { property: property.clone(), value: value.clone() };
    tags.iter().map(tag).collect()
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

/// The e-mail address of a client whose data was removed stays taken.
fn check_not_erased(conn: &mut DbConnection, email_fingerprint: &[u8]) -> Result<(), Error> {
    let erased = erased_emails::table.find(email_fingerprint);
    let is_taken: bool = diesel::select(diesel::dsl::exists(erased)).get_result(conn)?;
    if is_taken { Err(Refusal::taken(Field::Email).into()) } else { Ok(()) }
}

/// What tells nicknames apart; a client without one has none.
fn nickname_key(nickname: Option<&str>) -> Option<String> {
    nickname.map(folded).filter(|key| !key.is_empty())
}

/// No two clients have the same nickname, whatever its case.
fn check_nickname(conn: &mut DbConnection, nickname: Option<&str>) -> Result<(), Error> {
    let Some(key) = nickname_key(nickname) else { return Ok(()) };
    let others = table::table.filter(table::nickname_key.eq(key));
    let is_taken: bool = diesel::select(diesel::dsl::exists(others)).get_result(conn)?;
    if is_taken { Err(Refusal::taken(Field::Nickname).into()) } else { Ok(()) }
}

/// Takes a nickname for a client.
fn hold_nickname(tx: &mut Tx<'_>, id: ClientId, nickname: Option<&str>) -> Result<(), Error> {
    let held = diesel::update(table::table.find(id)).set(table::nickname_key.eq(nickname_key(nickname)));
    let held = held.execute(tx.conn).map_err(Error::from);
    held.map_err(|error| error.or_taken(|| Refusal::taken(Field::Nickname))).map(drop)
}

/// Writes what can be set of a client, who is held.
///
/// # Errors
/// A refusal where the address or the nickname is taken, something does not exist, or the client was removed.
pub fn update(
    tx: &mut Tx<'_>,
    scope: &Scope,
    user: Option<UserId>,
    before: &StoredClient,
    after: &Client,
    email_fingerprint: &[u8],
) -> Result<StoredClient, Error> {
    let mut client = after.clone();
    let mut faults = reference_faults(tx, Some(&before.data), &client)?;
    let retags = client.profile.tags != before.data.profile.tags;
    if retags {
        faults.extend(tag_faults(tx.conn, scope, &client.profile.tags)?);
    }
    Refusal::unless_empty(faults)?;
    let of_client = members::table.filter(members::client_id.eq(before.id)).select(members::tag_id);
    let all: Set<ClientTagId> = of_client.load::<ClientTagId>(tx.conn)?.into_iter().collect();
    if retags {
        client.profile.tags = retagged(scope, &all, &client.profile.tags)?;
    }
    before.data.check_not_deleted()?;
    if retags {
        set_tags(tx, before.id, &all, &client.profile.tags)?;
    }
    let nickname = client.profile.nickname.as_deref();
    if nickname_key(nickname) != nickname_key(before.data.profile.nickname.as_deref()) {
        check_nickname(tx.conn, nickname)?;
        hold_nickname(tx, before.id, nickname)?;
    }
    let values = (Values::from(&client), table::update_time.eq(Some(tx.now.naive())));
    let updated = diesel::update(table::table.find(before.id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Email)))?;
    if client.profile.status != ClientStatus::Active {
        // Whoever may not sign in is signed out, and stays so when they may again.
        let open = sessions::table.filter(sessions::client_id.eq(before.id)).filter(sessions::ended_at.is_null());
        diesel::update(open).set(sessions::ended_at.eq(Some(tx.now.naive()))).execute(tx.conn)?;
    }
    if client.email.key() != before.data.email.key() {
        check_not_erased(tx.conn, email_fingerprint)?;
    }
    let search = client_search::table.filter(client_search::rowid.eq(before.id));
    diesel::update(search).set(SearchValues::from(&client.profile)).execute(tx.conn)?;
    if client.level != before.data.level {
        let earlier = Some(before.data.level);
        level_history::record(tx, before.id, earlier, client.level, GrantReason::Manual, user)?;
    }
    if client.email != before.data.email {
        let change = ProfileChange {
            client: before.id,
            current_value: client.email.to_string(),
            previous_value: before.data.email.to_string(),
            kind: ProfileChangeKind::Email,
            user,
        };
        profile_changes::insert(tx, &change)?;
    }
    load_one(tx.conn, scope, before.id)
}
