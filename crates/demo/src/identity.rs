//! An API key that nobody has, an approval policy and an identity provider; all are switched off.

use domain::identity::{
    ApiKey, Approvable, ApprovalPolicy, Credential, DEFAULT_HOURS_TO_APPROVE, IdentityProvider, Permission, SessionId,
    SignedInUser,
};
use domain::value::{List, Set};
use storage::identity::api_keys::{self, KeyText};
use storage::identity::{approval_policies, identity_providers, users};
use storage::{ById, Direction, Error, Paging, Tx};

/// Loads them. The key is that of the first user, with what they hold of its permissions.
pub fn load(tx: &mut Tx<'_>) -> Result<(), Error> {
    let policy = ApprovalPolicy {
        operation: "users.delete".into(),
        above_usd: None,
        user_groups: Set::default(),
        expires_after_hours: DEFAULT_HOURS_TO_APPROVE,
        is_enabled: false,
    };
    approval_policies::insert(tx, &policy, Some(Approvable::Always))?;
    let first = Paging { sort: ById::Id, direction: Direction::Ascending, limit: 1, offset: 0, counts: false };
    let page = users::list(tx.conn, &users::Filter::default(), &first)?;
    let Some(user) = page.data.first() else { return Ok(()) };
    let rights = users::rights_of(tx.conn, &user.data)?;
    let wanted = [Permission::ClientsRead, Permission::TransactionsRead];
    let key = ApiKey {
        name: "Nightly report".into(),
        permissions: wanted.into_iter().filter(|permission| rights.hold(*permission)).collect(),
        ip_whitelist: List::default(),
        expires_at: None,
        is_enabled: false,
    };
    // The hash of no key that anybody knows.
    let text = KeyText { prefix: format!("{}demokey0", ApiKey::PREFIX), hash: [0; 32] };
    let caller = SignedInUser { user: user.id, rights, credential: Credential::Session(SessionId::new(0)) };
    api_keys::insert(tx, &caller, &key, &text)?;
    // It takes an administrator to set one up; the demonstration is loaded by a command, too, on whatever users there are.
    if caller.rights.is_administrator { load_provider(tx, &caller) } else { Ok(()) }
}

fn load_provider(tx: &mut Tx<'_>, caller: &SignedInUser) -> Result<(), Error> {
    let text = |what: &str| Error::Broken(format!("the demonstration has no {what}"));
    let provider = IdentityProvider {
        caption: "Office".into(),
        issuer: "https://login.example.com/realms/staff".parse().map_err(|_| text("issuer"))?,
        client_id: "backoffice".into(),
        client_secret: None,
        scopes: ["email", "profile"].map(str::to_owned).into_iter().collect(),
        redirect_uris: ["https://office.example.com/signed-in".parse().map_err(|_| text("address"))?]
            .into_iter()
            .collect(),
        email_domains: ["example.com".parse().map_err(|_| text("domain"))?].into_iter().collect(),
        group_claim: "groups".into(),
        groups: Set::default(),
        follows_groups: false,
        creates_users: false,
        trusts_second_factor: false,
        is_enabled: false,
    };
    identity_providers::insert(tx, caller, &provider).map(drop)
}
