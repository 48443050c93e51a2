//! Users.

use crate::back::{Back, Body, Named, Reading, Routes, Writing};
use domain::clients::ClientTagId;
use domain::identity::{IpNetwork, MailNeeds, Password, Permission, SecondFactor, User, UserGroupId, UserId};
use domain::messaging::DeliveredType;
use domain::value::{Email, List};
use http::request::{
    Boolean, Fields, FilterSet, Filters, IP_NETWORK_PATTERN, Id, Input, ListOf, ListQuery, PASSWORD_PATTERN, Parsed,
    Purpose, SetOf, Text,
};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::identity::users::{self, Filter, StoredUser};
use storage::removal;
use storage::{ById, Page};

use crate::Problem;
use crate::inputs::EmailAddress;

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const USERS: &str = "/api/v2/users";
    const USER: &str = "/api/v2/users/{userId}";
    routes
        .get("users.list", USERS, P::UsersRead)
        .summary("List users.")
        .describe("Sorted by id. Passwords are never answered.")
        .list(list);
    routes
        .get("users.get", USER, P::UsersRead)
        .summary("Read a user.")
        .describe(
            "Shows the groups from which the rights come, and the client tags that limit whose data the user \
             sees.",
        )
        .record(get);
    routes
        .post("users.create", USERS, P::UsersCreate)
        .summary("Add a user.")
        .describe(
            "The user can sign in at once. The password is stored as a hash alone; `sendNotify` mails it to \
             the user. Nobody can give groups, tags or access to unmasked data beyond their own.",
        )
        .example(json!({
            "name": "Mary Major", "email": "mary.major@example.com", "password": "Secret456",
            "phone": "+12025550147", "tfa": false, "groups": [2], "clientTags": [1],
            "ipWhitelist": ["198.51.100.0/24"], "canViewMaskedData": false,
        }))
        .changes_access()
        .created(create);
    routes
        .put_and_patch("users.update", USER, P::UsersUpdate)
        .summary("Change a user.")
        .describe(
            "A new password, e-mail address or second factor ends all sessions of the user, and so does \
             disabling them. Users who hold rights that the caller lacks cannot be taken over, and the last active \
             administrator stays one. With an API key, neither what anybody signs in with nor what the key's own \
             user may do and see can be changed.",
        )
        .example_at("/api/v2/users/2", json!({"active": true, "phone": "+12025550148", "groups": [2, 3]}))
        .changes_access()
        .changed(update);
    routes
        .delete("users.delete", USER, P::UsersDelete)
        .summary("Delete a user.")
        .describe(
            "Ends the sessions of the user and deletes their API keys. What they did stays in the audit log. Users \
             cannot delete themselves, the last administrator or somebody who is a manager of clients.",
        )
        .changes_access()
        .deleted(delete);
}

/// A user of the back office. The password is never answered.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "User")]
#[serde(rename_all = "camelCase")]
struct UserAnswer {
    id: UserId,
    /// The name.
    name: String,
    /// The e-mail address with which the user signs in; no two users share one.
    email: Email,
    /// The phone number, for colleagues.
    phone: Option<String>,
    /// Whether the user may sign in.
    active: bool,
    /// Whether a second factor is on.
    tfa: bool,
    /// The IP addresses and blocks from which the user is allowed; empty allows all.
    ip_whitelist: Vec<String>,
    /// The groups whose permissions the user has.
    groups: Vec<Named<UserGroupId>>,
    /// The tags whose clients the user sees; empty means all clients.
    client_tags: Vec<Named<ClientTagId>>,
    /// Whether the user sees sensitive data of clients in clear.
    can_view_masked_data: bool,
    /// Ours: where Slack notifications of events go.
    slack_chat_id: Option<String>,
    /// Ours: where Telegram notifications of events go.
    telegram_chat_id: Option<String>,
}

fn named<T>(pairs: Vec<(T, String)>) -> Vec<Named<T>> {
    pairs.into_iter().map(|(id, name)| Named { id, name }).collect()
}

impl Resource<Back> for UserAnswer {
    const NAME: &'static str = "user";

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredUser> for UserAnswer {
    fn from(user: StoredUser) -> Self {
        Self {
            id: user.id,
            name: user.data.name,
            email: user.data.email,
            phone: user.data.phone,
            active: user.data.active,
            tfa: user.data.second_factor != SecondFactor::Off,
            ip_whitelist: user.data.ip_whitelist,
            groups: named(user.groups),
            client_tags: named(user.client_tags),
            can_view_masked_data: user.data.can_view_masked_data,
            slack_chat_id: user.data.slack_chat_id,
            telegram_chat_id: user.data.telegram_chat_id,
        }
    }
}

/// What a body says of a user. The second factor that it means depends on what can be mailed.
struct UserInput {
    user: User,
    tfa: Option<bool>,
    password: Option<Password>,
    notifies: bool,
}

impl Input<Back> for UserInput {
    type Current = User;
    const HASHES_PASSWORD: bool = true;

    fn read(fields: &mut Fields<'_, User>) -> Option<Self> {
        let creates = fields.purpose() == Purpose::Create;
        let phone_kind = Text { min: 1, max: 32 };
        let user = fields.current();
        let networks = user.map(networks);
        let name = fields.required("name", &Text::NAME, |user| &user.name);
        let email = fields.required("email", &EmailAddress, |user| &user.email);
        let password: Option<Option<Password>> = if creates {
            fields
                .about("8 to 72 characters with a lowercase letter, an uppercase letter and a digit.")
                .needed("password", &Parsed::matching(PASSWORD_PATTERN))
                .map(Some)
        } else {
            fields
                .about("8 to 72 characters with a lowercase letter, an uppercase letter and a digit.")
                .optional("password", &Parsed::matching(PASSWORD_PATTERN))
        };
        let phone = fields.nullable("phone", &phone_kind, |user| &user.phone);
        let active = fields.or("active", &Boolean, |user| &user.active, || true);
        let tfa = fields.optional("tfa", &Boolean);
        let ip_whitelist: Option<List<IpNetwork>> =
            fields.or_default("ipWhitelist", &ListOf(Parsed::matching(IP_NETWORK_PATTERN)), || {
                networks.unwrap_or_default()
            });
        let groups = fields.about("The ids of the groups whose permissions the user has.").or(
            "groups",
            &SetOf(Id::of()),
            |user| &user.groups,
            Default::default,
        );
        let client_tags = fields.about("The ids of the tags whose clients the user sees; empty means all clients.").or(
            "clientTags",
            &SetOf(Id::of()),
            |user| &user.client_tags,
            Default::default,
        );
        let can_view_masked_data =
            fields.or("canViewMaskedData", &Boolean, |user| &user.can_view_masked_data, || false);
        let slack_chat_id = fields.nullable("slackChatId", &Text::NAME, |user| &user.slack_chat_id);
        let telegram_chat_id = fields.nullable("telegramChatId", &Text::NAME, |user| &user.telegram_chat_id);
        let notifies = if creates {
            fields.about("Whether the user is mailed the address and the password to sign in with.").or_default(
                "sendNotify",
                &Boolean,
                || false,
            )
        } else {
            Some(false)
        };
        let user = User {
            name: name?,
            email: email?,
            phone: phone?,
            active: active?,
            second_factor: user.map_or(SecondFactor::Off, |user| user.second_factor),
            ip_whitelist: ip_whitelist?.iter().map(ToString::to_string).collect(),
            groups: groups?,
            client_tags: client_tags?,
            can_view_masked_data: can_view_masked_data?,
            slack_chat_id: slack_chat_id?,
            telegram_chat_id: telegram_chat_id?,
        };
        Some(Self { user, tfa: tfa?, password: password?, notifies: notifies? })
    }
}

fn networks(user: &User) -> List<IpNetwork> {
    user.ip_whitelist.iter().filter_map(|network| network.parse().ok()).collect()
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            name: filters.text("name"),
            email: filters.email("email"),
            active_only: filters.yes_no("active").unwrap_or(false),
        }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ById>) -> Result<Page<UserAnswer>, Problem> {
    Ok(users::list(reading.conn, &query.filter, &query.paging)?.map(UserAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (UserId,)) -> Result<UserAnswer, Problem> {
    Ok(users::get(reading.conn, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, UserInput>) -> Result<UserAnswer, Problem> {
    let input = body.create()?;
    let can_mail = writing.context.outbound.sends_mail(writing.tx.conn)?;
    let user = User { second_factor: SecondFactor::Off.switched(input.tfa.or(Some(can_mail))), ..input.user };
    let needs = MailNeeds { before: SecondFactor::Off, after: user.second_factor, notifies: input.notifies };
    needs.check(can_mail)?;
    let hash = body.password_hash().ok_or_else(|| Problem::internal("the password was not hashed"))?;
    let stored = users::insert(writing.tx, &writing.caller.as_user(), &user, hash)?;
    if let (true, Some(password)) = (input.notifies, &input.password) {
        let email = user.email.as_str();
        let values = [("name", user.name.as_str()), ("email", email), ("password", password.expose())];
        writing.context.outbound.notify(writing.tx, DeliveredType::UserAccess, email, &values)?;
    }
    Ok(stored.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (UserId,),
    body: &Body<'_, UserInput>,
) -> Result<Change<UserAnswer>, Problem> {
    let before = users::lock(writing.tx, id)?;
    let input = body.change(&before.data)?;
    let second_factor = before.data.second_factor.switched(input.tfa);
    let needs = MailNeeds { before: before.data.second_factor, after: second_factor, notifies: false };
    needs.check(writing.context.outbound.sends_mail(writing.tx.conn)?)?;
    let user = User { second_factor, ..input.user };
    // A password that is set is a change that no record shows.
    if user == before.data && body.password_hash().is_none() {
        return Ok(Change::Nothing(before.into()));
    }
    let after = users::update(writing.tx, &writing.caller.as_user(), &before, &user, body.password_hash())?;
    Ok(Change::Made { before: before.into(), after: after.into() })
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (UserId,)) -> Result<UserAnswer, Problem> {
    Ok(removal::users::delete(writing.tx, writing.caller.user, id)?.into())
}
