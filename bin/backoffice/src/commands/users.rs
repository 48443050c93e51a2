//! `user` and `policy`: ways in.

use api::{HashCost, PasswordHasher};
use domain::identity::options::MASK;
use domain::identity::{Password, SecondFactor, User, UserGroupId};
use domain::value::{Email, Set, folded};
use outbound::SecretKey;
use storage::identity::system_logs::Action;
use storage::identity::{approval_policies, security_policies, user_groups, users, ways_in};
use storage::{Database, Direction, Error, Paging, Tx};

use super::shared::{audit, migrate};
use crate::arguments::User as UserCommand;
use crate::fault::Fault;

/// Where the password of `user add` and `user password` comes from.
const PASSWORD_VARIABLE: &str = "BACKOFFICE_USER_PASSWORD";

pub(super) fn user(database: &Database, command: UserCommand) -> Result<(), Fault> {
    migrate(database)?;
    let given = std::env::var(PASSWORD_VARIABLE).ok();
    let password = given.as_deref().map(|text| password(PASSWORD_VARIABLE, text)).transpose()?;
    let password = password.map_or_else(generate_password, Ok)?;
    let hash = PasswordHasher::new(HashCost::Full).hash_now(password.expose())?;
    match command {
        UserCommand::Add { email, name, groups } => {
            let name = name.unwrap_or_else(|| email.to_string());
            database.write(move |tx| {
                let mut ids = Vec::new();
                for group in &groups {
                    let missing = || Error::Broken(format!("there is no group {group}"));
                    ids.push(group_of(tx, group)?.ok_or_else(missing)?);
                }
                let user = new_user(&name, &email, ids.into_iter().collect(), false);
                add_user(tx, "user add", &user, &hash)
            })
        }
        UserCommand::Password { email } => database.write(move |tx| {
            let user = users::find(tx.conn, &email)?;
            users::set_password(tx, user.id, &hash)?;
            let masked = ("password", MASK.to_owned());
            let details = [("id", user.id.get().to_string()), ("email", email.to_string()), masked];
            audit(tx, "user password", "user", Action::Update, &details)
        }),
    }
    .map_err(|error| match error {
        Error::NotFound => Fault::Failure("there is no such user".into()),
        Error::Refused(_) => Fault::Failure("a user has this e-mail already".into()),
        error => error.into(),
    })?;
    if given.is_none() {
        println!("The password, shown this once: {}", password.expose());
    }
    Ok(())
}

pub(super) fn policy_off(database: &Database, user: Option<Email>) -> Result<(), Fault> {
    migrate(database)?;
    let named = user.clone();
    let switched = database.write(move |tx| {
        let switched = security_policies::switch_off(tx)?;
        let mut details = vec![("switchedOff", switched.to_string())];
        if let Some(email) = &user {
            let user = users::find(tx.conn, email)?;
            users::clear_ip_whitelist(tx, user.id)?;
            details.push(("ipWhitelistClearedOf", email.to_string()));
        }
        audit(tx, "policy off", "security_policy", Action::Update, &details)?;
        Ok::<_, Error>(switched)
    });
    let switched = switched.map_err(|error| match error {
        Error::NotFound => Fault::Failure("there is no such user".into()),
        error => error.into(),
    })?;
    println!("{switched} policies were switched off.");
    if let Some(email) = named {
        println!("{email} may sign in from any address.");
    }
    Ok(())
}

pub(super) fn approvals_off(database: &Database) -> Result<(), Fault> {
    migrate(database)?;
    let switched = database.write(|tx| {
        let switched = approval_policies::switch_off(tx)?;
        let details = [("switchedOff", switched.to_string())];
        audit(tx, "policy approvals-off", "approval_policy", Action::Update, &details)?;
        Ok::<_, Error>(switched)
    })?;
    println!("{switched} approval policies were switched off.");
    Ok(())
}

pub(super) fn passwords_on(database: &Database) -> Result<(), Fault> {
    migrate(database)?;
    let were_off = database.write(|tx| {
        let were_off = ways_in::switch_passwords_on(tx)?;
        if were_off {
            let details = [("passwordSignIn", "true".to_owned())];
            audit(tx, "policy passwords-on", "settings", Action::Update, &details)?;
        }
        Ok::<_, Error>(were_off)
    })?;
    println!(
        "{}",
        if were_off { "Users may sign in with passwords again." } else { "Passwords were not switched off." }
    );
    Ok(())
}

pub(super) fn new_user(name: &str, email: &Email, groups: Set<UserGroupId>, can_view_masked_data: bool) -> User {
    User {
        name: name.to_owned(),
        email: email.clone(),
        phone: None,
        active: true,
        second_factor: SecondFactor::Off,
        ip_whitelist: Vec::new(),
        groups,
        client_tags: Set::default(),
        can_view_masked_data,
        slack_chat_id: None,
        telegram_chat_id: None,
    }
}

pub(super) fn add_user(tx: &mut Tx<'_>, command: &'static str, user: &User, hash: &str) -> Result<(), Error> {
    let stored = users::create(tx, user, hash)?;
    let details = [("id", stored.id.get().to_string()), ("email", user.email.to_string())];
    audit(tx, command, "user", Action::Add, &details)
}

pub(super) fn password(variable: &str, text: &str) -> Result<Password, Fault> {
    text.parse().map_err(|error| Fault::Usage(format!("{variable}: it {error}")))
}

pub(super) fn group_of(tx: &mut Tx<'_>, name: &str) -> Result<Option<UserGroupId>, Error> {
    let all = Paging {
        sort: user_groups::Sort::Id,
        direction: Direction::Ascending,
        limit: i64::MAX,
        offset: 0,
        counts: false,
    };
    let groups = user_groups::list(tx.conn, &all)?;
    Ok(groups.data.into_iter().find(|group| folded(&group.data.name) == folded(name)).map(|group| group.id))
}

/// A random password that meets the rules; random texts nearly always do.
pub(super) fn generate_password() -> Result<Password, Fault> {
    const CHARS: usize = 20;
    loop {
        let random = SecretKey::generate()?;
        let text: String = random.chars().filter(char::is_ascii_alphanumeric).take(CHARS).collect();
        if let Ok(password) = text.parse() {
            return Ok(password);
        }
    }
}
