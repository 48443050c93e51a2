//! Passwords of clients.

use std::sync::Arc;

use domain::clients::{ClientId, ClientTagId};
use domain::credentials::{CredentialsFault, PasswordChangeId, PasswordChangeKind, PasswordState};
use domain::identity::{IdentityFault, Password, Permission, UserId, masked_email};
use domain::messaging::DeliveredType;
use domain::value::{FaultCode as _, Field, Timestamp};
use http::request::{Boolean, Fields, Input, ListQuery, PASSWORD_PATTERN, Parsed};
use http::routes::{Change, Resource};
use http::{Checked, read};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::clients::profiles;
use storage::credentials::password_resets;
use storage::credentials::passwords::{self, PasswordChange, Setter};
use storage::identity::system_logs::Category;
use storage::{ByTime, Page};

use crate::Problem;
use crate::back::{Back, Body, Call, Reading, Routes, Writing};
use crate::context::AppContext;

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const PASSWORD: &str = "/api/v2/clients/{clientId}/password";
    routes
        .put_and_patch("passwords.change", PASSWORD, P::PasswordsUpdate)
        .summary("Set a client's password.")
        .describe(
            "The client is signed out everywhere and signs in with the new password, which differs from the one before \
             (422). With `send_mail` it is mailed to the client. Only its hash is stored.",
        )
        .example_at("/api/v2/clients/1/password", json!({"password": "Qwerty123", "send_mail": false}))
        .after(check_differs)
        .silent()
        .changed(set);
    routes
        .get("passwords.changes", "/api/v2/clients/{clientId}/password/changes", P::PasswordsRead)
        .summary("List the changes of a client's password.")
        .describe("Who changed it and when; never a password. The newest come first.")
        .list(changes);
    routes
        .get("passwords.change-get", "/api/v2/clients/{clientId}/password/changes/{changeId}", P::PasswordsRead)
        .summary("Read a change of a client's password.")
        .describe("A change of another client's password does not exist here.")
        .example_path("/api/v2/clients/1/password/changes/1")
        .record(change);
    routes
        .post("passwords.reset-all", "/api/v2/clients/reset-password", P::PasswordsUpdate)
        .summary("Prompt all clients to reset their passwords.")
        .describe(
            "All clients whom the caller sees are signed out, and set another password at the next sign-in. It is carried \
             out in parts, within minutes.",
        )
        .status(202)
        .silent()
        .changed(reset_all);
    routes
        .post("passwords.reset-one", "/api/v2/clients/{clientId}/reset-password", P::PasswordsUpdate)
        .summary("Prompt a client to reset the password.")
        .describe(
            "The client is signed out, signs in with the old password and sets another one before anything else. A \
             client without a password has nothing to reset.",
        )
        .example_path("/api/v2/clients/1/reset-password")
        .silent()
        .changed(reset);
}

/// A change of a client's password.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "PasswordChange")]
#[serde(rename_all = "camelCase")]
struct ChangeAnswer {
    id: PasswordChangeId,
    client_id: ClientId,
    /// How it was changed.
    #[serde(rename = "type")]
    kind: PasswordChangeKind,
    /// The e-mail address of who changed it.
    #[schemars(extend("format" = "email"))]
    changed_by: String,
    /// The user who changed it; null where the client did.
    user_id: Option<UserId>,
    create_time: Timestamp,
}

impl Resource<Back> for ChangeAnswer {
    const NAME: &'static str = "client_password_change";

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn mask(&mut self) {
        if self.user_id.is_none() {
            self.changed_by = masked_email(&self.changed_by);
        }
    }
}

impl From<PasswordChange> for ChangeAnswer {
    fn from(change: PasswordChange) -> Self {
        let PasswordChange { id, client, kind, changed_by, user, create_time, .. } = change;
        Self { id, client_id: client, kind, changed_by, user_id: user, create_time }
    }
}

/// What the audit log tells of a client's password.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ClientPassword")]
#[serde(rename_all = "camelCase")]
struct PasswordAnswer {
    client_id: ClientId,
    /// Whether the client sets another one before anything else.
    is_reset_prompted: bool,
}

impl Resource<Back> for PasswordAnswer {
    const NAME: &'static str = "client_password";
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.client_id.get()
    }

    fn client(&self) -> Option<ClientId> {
        Some(self.client_id)
    }
}

/// What the audit log tells of a prompt to all clients.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ClientPasswords")]
#[serde(rename_all = "camelCase")]
struct PasswordsAnswer {
    #[serde(skip)]
    id: i64,
    /// Whether they set other ones before anything else.
    is_reset_prompted: bool,
    /// The tags of the clients who are prompted; empty means all clients.
    client_tags: Vec<ClientTagId>,
}

impl Resource<Back> for PasswordsAnswer {
    const NAME: &'static str = "client_passwords";
    const CATEGORY: Category = Category::Client;

    fn id(&self) -> i64 {
        self.id
    }
}

/// A password that a user sets.
struct NewPassword {
    password: Password,
    sends_mail: bool,
}

impl Input<Back> for NewPassword {
    type Current = ();
    const HASHES_PASSWORD: bool = true;

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let password = fields
            .about("8 to 72 characters with a lowercase letter, an uppercase letter and a digit.")
            .needed("password", &Parsed::matching(PASSWORD_PATTERN));
        let sends_mail = fields.about("Whether the client is mailed the password.").needed("send_mail", &Boolean);
        Some(Self { password: password?, sends_mail: sends_mail? })
    }
}

/// Checks that the password is another one, before the transaction, which has no time for it. The transaction finds out
/// whether it is still the same that the client has.
async fn check_differs(context: Arc<AppContext>, call: Arc<Call>) -> Result<Checked, Problem> {
    let client: Option<ClientId> = call.segments.first().and_then(|segment| segment.parse().ok());
    let (Some(client), Ok(new)) = (client, call.body::<NewPassword>().create()) else {
        return Ok(Checked::default());
    };
    let new_is_mailed = new.sends_mail;
    let (scope, outbound) = (call.caller()?.rights.scope.clone(), Arc::clone(&context.outbound));
    let hash = read(&context.database, move |conn| {
        // What is refused anyway does not tell whether a guess is right.
        let is_refused = new_is_mailed && !outbound.sends_mail(conn)?;
        if is_refused { Ok(None) } else { passwords::hash(conn, &scope, client) }
    });
    let Ok(Some(hash)) = hash.await else { return Ok(Checked::default()) };
    if context.hasher.enter()?.verify(new.password.expose().to_owned(), Some(hash.clone())).await? {
        return Err(CredentialsFault::SamePassword.at(Field::Password).unprocessable().into());
    }
    Ok(Checked(Some(hash)))
}

fn set(
    writing: &mut Writing<'_, '_>,
    (client,): (ClientId,),
    body: &Body<'_, NewPassword>,
) -> Result<Change<PasswordAnswer>, Problem> {
    let scope = &writing.caller.rights.scope;
    let profile = profiles::get(writing.tx.conn, scope, client)?;
    let new = body.create()?;
    if new.sends_mail && !writing.context.outbound.sends_mail(writing.tx.conn)? {
        return Err(IdentityFault::MailNotConfigured.at(Field::SendMail).unprocessable().into());
    }
    if writing.call.checked != Checked(passwords::lock_hash(writing.tx, scope, client)?) {
        return Err(Problem::outdated_check());
    }
    let hash = body.password_hash().ok_or_else(|| Problem::internal("the password was not hashed"))?;
    let before = answer(writing, client)?;
    let (user, email) = (writing.caller.user, writing.caller.email.as_str());
    let by = Setter { user: Some(user), email, ip: Some(writing.call.ip), stays: None };
    passwords::set(writing.tx, scope, client, hash, by)?;
    if new.sends_mail {
        let name = profile.data.profile.name();
        let (to, reader) = (profile.data.email.as_str(), &profile.data.profile.locale);
        let values = [
            ("firstName", profile.data.profile.first_name.as_str()),
            ("name", &name),
            ("email", to),
            ("password", new.password.expose()),
        ];
        let kind = DeliveredType::PasswordSet;
        if !writing.context.outbound.notify_client(writing.tx, kind, to, reader, &values)? {
            return Err(IdentityFault::MailNotConfigured.at(Field::SendMail).unprocessable().into());
        }
    }
    let after = answer(writing, client)?;
    Ok(Change::Made { before, after })
}

fn answer(writing: &mut Writing<'_, '_>, client: ClientId) -> Result<PasswordAnswer, Problem> {
    let state = passwords::state(writing.tx.conn, client)?;
    Ok(PasswordAnswer { client_id: client, is_reset_prompted: state == PasswordState::ResetPrompted })
}

fn changes(
    reading: &mut Reading<'_>,
    (client,): (ClientId,),
    query: &ListQuery<(), ByTime>,
) -> Result<Page<ChangeAnswer>, Problem> {
    let scope = &reading.caller.rights.scope;
    Ok(passwords::changes(reading.conn, scope, client, &query.paging)?.map(ChangeAnswer::from))
}

fn change(reading: &mut Reading<'_>, (client, id): (ClientId, PasswordChangeId)) -> Result<ChangeAnswer, Problem> {
    Ok(passwords::change(reading.conn, &reading.caller.rights.scope, client, id)?.into())
}

fn reset(
    writing: &mut Writing<'_, '_>,
    (client,): (ClientId,),
    body: &Body<'_, ()>,
) -> Result<Change<PasswordAnswer>, Problem> {
    let scope = &writing.caller.rights.scope;
    profiles::get(writing.tx.conn, scope, client)?;
    body.create()?;
    let before = answer(writing, client)?;
    passwords::prompt(writing.tx, scope, client)?;
    let after = answer(writing, client)?;
    Ok(Change::Made { before, after })
}

fn reset_all(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, ()>) -> Result<Change<PasswordsAnswer>, Problem> {
    body.create()?;
    let scope = &writing.caller.rights.scope;
    let id = password_resets::request(writing.tx, scope)?.get();
    let answer = |is_reset_prompted| PasswordsAnswer {
        id,
        is_reset_prompted,
        client_tags: scope.tags_of_new().iter().copied().collect(),
    };
    let [before, after] = [false, true].map(answer);
    Ok(Change::Made { before, after })
}
