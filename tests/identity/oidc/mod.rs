//! Sign-in with identity providers.

mod limits;
mod link;
mod passwords;
mod providers;
mod real_provider;
mod refusals;
mod servers;

use serde_json::{Value, json};

use crate::harness::identity_provider::{CLIENT_ID, CLIENT_SECRET, IdentityProvider, REDIRECT_URI, Redirect, Vouch};
use crate::harness::{Answer, Client, TestApp, with};

pub const PROVIDERS: &str = "/api/v2/identity-providers";
pub const BEGIN: &str = "/api/v2/signin/oidc";

/// A provider and its record. What it is called, its port, is not compared between the databases.
pub struct Office<'a> {
    pub app: &'a TestApp,
    pub provider: IdentityProvider,
    pub id: i64,
    pub admin: Client,
}

/// The record of a provider.
pub fn record(issuer: &str) -> Value {
    json!({
        "caption": "Office", "issuer": issuer, "clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET,
        "redirectUris": [REDIRECT_URI], "emailDomains": ["example.com"], "isEnabled": true,
    })
}

impl<'a> Office<'a> {
    /// A provider whose record has these fields, too.
    #[track_caller]
    pub fn open(app: &'a TestApp, fields: &Value) -> Self {
        let (provider, admin) = (IdentityProvider::start(), app.admin().unrecorded());
        let id = admin.create(PROVIDERS, &with(record(&provider.issuer), fields));
        Self { app, provider, id, admin }
    }

    pub fn path(&self) -> String {
        format!("{PROVIDERS}/{}", self.id)
    }

    /// Changes the record.
    #[track_caller]
    pub fn change(&self, fields: &Value) {
        self.admin.patch(&self.path(), fields).expect(200);
    }

    /// Somebody who has not signed in.
    pub fn nobody(&self) -> Client {
        self.app.client.unrecorded()
    }

    /// Begins a sign-in.
    #[track_caller]
    pub fn begin(&self) -> Value {
        let body = json!({"providerId": self.id, "redirectUri": REDIRECT_URI});
        self.nobody().post(BEGIN, &body).expect(200)
    }

    /// What the provider leads back with.
    #[track_caller]
    pub fn authorize(&self, begun: &Value, vouch: Vouch) -> Redirect {
        self.provider.authorize(begun["uri"].as_str().expect("a URL"), vouch)
    }

    /// Ends a sign-in.
    pub fn end(&self, begun: &Value, Redirect { state, code }: &Redirect) -> Answer {
        end_by(&self.nobody(), begun, &json!({"state": state, "code": code}))
    }

    /// All of it.
    #[track_caller]
    pub fn sign_in(&self, vouch: Vouch) -> Answer {
        let begun = self.begin();
        let redirect = self.authorize(&begun, vouch);
        self.end(&begun, &redirect)
    }

    /// The same for somebody who comes in.
    #[track_caller]
    pub fn enter(&self, vouch: Vouch) -> Client {
        let answer = self.sign_in(vouch).expect(200);
        self.nobody().with_token_of(&answer)
    }

    /// A user of this address, with these fields.
    #[track_caller]
    pub fn user(&self, email: &str, fields: &Value) -> i64 {
        let user = json!({"name": email, "email": email, "password": "Secret456", "tfa": false});
        self.admin.create("/api/v2/users", &with(user, fields))
    }

    /// The names of the groups of the user with this address.
    #[track_caller]
    pub fn groups_of(&self, email: &str) -> Vec<String> {
        let users = self.admin.get(&format!("/api/v2/users?filter[email]={email}")).expect(200);
        let groups = users["data"][0]["groups"].as_array().expect("groups").iter();
        groups.map(|group| group["name"].as_str().expect("a name").to_owned()).collect()
    }
}

/// Ends a sign-in with this body.
pub fn end_by(client: &Client, begun: &Value, body: &Value) -> Answer {
    client.post(&format!("{BEGIN}/{}", begun["token"].as_str().expect("a token")), body)
}

/// Ann, as the provider knows her.
pub fn ann() -> Vouch {
    Vouch::of("ann-1", "ann@example.com")
}
