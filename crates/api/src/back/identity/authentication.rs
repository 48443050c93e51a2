//! Sign-in, second factor, refresh and sign-out.

use crate::back::{Back, Call, Requirement, Routes};
use http::request::{Fields, Input, Text};
use http::{Answer, read, write};
use std::sync::Arc;

use domain::identity::{AttemptOutcome, Credential, IdentityFault, IdentityProviderId, SecondFactor, UserId};
use domain::messaging::DeliveredType;
use domain::value::{Email, Timestamp, Uuid};
use outbound::secrets::{six_digits, token_hash};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::identity::second_factor;
use storage::identity::sessions::{self, NewTokens, Refresh};
use storage::identity::sign_in::{self, Credentials, SignInOutcome};
use storage::platform::settings;
use storage::{Error, Tx};

use super::one_time_code;
use super::password_check::{self, check_ip, ip_not_allowed, or_gone, wrong_credentials};
use crate::Problem;
use crate::answers::{IssuedTokens, Token};
use crate::context::{AppContext, Lifetimes};
use crate::inputs::EmailAddress;
use crate::inputs::RawText;
use crate::metrics::{Side, SignInStep};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .post("authentication.signin", "/api/v2/signin", Requirement::Anybody)
        .summary("Sign a user in.")
        .describe(
            "Checks the e-mail address and the password. Where the user has a second factor, the answer has \
             no tokens but says how to confirm the code; otherwise it has the access token, which calls send as a \
             bearer token, and the refresh token. 403 where passwords are switched off: users then sign in with a \
             provider.",
        )
        .example(json!({"email": "admin@example.com", "password": "Secret123"}))
        .changes_access()
        .action::<SignIn, SignInResult, _>(sign_in);
    routes
        .post("authentication.2fa-confirm", "/api/v2/2fa/confirm", Requirement::Anybody)
        .summary("Confirm the code of the second factor and get the tokens.")
        .describe(
            "Takes the token of the sign-in and the code, mailed or made by the app. Five wrong codes void \
             the token.",
        )
        .example(json!({"token": "6f1c9f0e-8a5d-4c55-9d0b-5d3f2a1b7c42", "code": "492039"}))
        .changes_access()
        .action::<Confirm, TokenPair, _>(confirm);
    routes
        .post("authentication.refresh", "/api/v2/refresh", Requirement::Anybody)
        .summary("Get new tokens for a refresh token, which is used up.")
        .describe(
            "A refresh token works once. One that comes a second time ends the whole session, since somebody \
             else may have it.",
        )
        .example(json!({"refreshToken": "the token of refreshToken in the answer to the sign-in"}))
        .changes_access()
        .action::<Renew, TokenPair, _>(refresh);
    routes
        .post("authentication.signout", "/api/v2/signout", Requirement::InPerson(None))
        .summary("End the session of the calling token.")
        .describe(
            "The access token and the refresh token of the session stop working at once; other sessions of \
             the user go on. An API key has no session to end.",
        )
        .changes_access()
        .silent_action::<(), _>(sign_out);
}

struct SignIn {
    email: Email,
    password: String,
}

impl Input<Back> for SignIn {
    type Current = ();
    const NAME: Option<&'static str> = Some("SignIn");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let email = fields.about("The e-mail address of the user.").needed("email", &EmailAddress);
        let password = fields.about("The password of the user.").needed("password", &RawText);
        Some(Self { email: email?, password: password? })
    }
}

struct Confirm {
    token: String,
    code: String,
}

impl Input<Back> for Confirm {
    type Current = ();
    const NAME: Option<&'static str> = Some("SecondFactorCode");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let token = fields.about("The token that the sign-in answered.").needed("token", &Text::NAME);
        let code = fields.about("The code, mailed or shown by the app.").needed("code", &Text::NAME);
        Some(Self { token: token?, code: code? })
    }
}

struct Renew {
    refresh_token: String,
}

impl Input<Back> for Renew {
    type Current = ();
    const NAME: Option<&'static str> = Some("TokenRenewal");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let refresh_token = fields.about("The refresh token of the session.").needed("refreshToken", &Text::NAME);
        Some(Self { refresh_token: refresh_token? })
    }
}

impl Input<Back> for () {
    type Current = ();

    fn read(_: &mut Fields<'_, ()>) -> Option<Self> {
        Some(())
    }
}

/// What a sign-in gives: tokens, or what is needed to confirm a code.
#[derive(Serialize, JsonSchema)]
pub(super) struct SignInResult {
    /// Whether a code must be confirmed first.
    #[serde(rename = "2faRequired")]
    second_factor_required: bool,
    /// How, if it must.
    #[serde(rename = "2faDetails", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "SecondFactorDetails")]
    second_factor: Option<SecondFactorDetails>,
    /// Opens calls.
    #[serde(rename = "accessToken", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Token")]
    access_token: Option<Token>,
    /// Gets new tokens, once.
    #[serde(rename = "refreshToken", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Token")]
    refresh_token: Option<Token>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SecondFactorDetails {
    /// To be sent with the code.
    #[schemars(extend("format" = "uuid"))]
    token: String,
    /// How the code comes.
    #[schemars(extend("enum" = ["email", "totp"]))]
    provider: SecondFactor,
    /// Until when the code can be confirmed.
    expires_at: Timestamp,
}

/// The tokens of a session.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TokenPair {
    /// Opens calls.
    access_token: Token,
    /// Gets new tokens, once.
    refresh_token: Token,
}

impl TokenPair {
    fn new(app: &AppContext, now: Timestamp) -> Result<(Self, NewTokens), Error> {
        let Lifetimes { access, refresh, .. } = app.config.lifetimes;
        let IssuedTokens { access, refresh, stored } = IssuedTokens::new(&app.secret, now, access, refresh)?;
        Ok((Self { access_token: access, refresh_token: refresh }, stored))
    }
}

fn wrong_code() -> Problem {
    Problem::unauthorized(IdentityFault::WrongCode)
}

async fn sign_in(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let SignIn { email, password } = call.body::<SignIn>().create()?;
    let signed_in = with_password(&app, &call, &email, password).await;
    app.metrics.signed_in(Side::Staff, signed_in)
}

async fn with_password(
    app: &Arc<AppContext>,
    call: &Arc<Call>,
    email: &Email,
    password: String,
) -> Result<(Answer, SignInStep), Problem> {
    if !read(&app.database, |conn| Ok::<_, Error>(settings::get(conn)?.data.password_sign_in)).await? {
        return Err(Problem::forbidden(IdentityFault::PasswordSignInOff));
    }
    let checked = password_check::check(app, call, email.as_str(), password).await?;
    let (sharing, calling) = (Arc::clone(app), Arc::clone(call));
    let answer = write(&app.database, move |tx| {
        let user = &checked.credentials;
        checked.settle(tx, outcome_of(user)).map_err(or_gone(wrong_credentials))?;
        go_on(&sharing, &calling, tx, user, None)
    });
    answer.await
}

/// How an attempt ends whose first factor was right.
pub(super) const fn outcome_of(user: &Credentials) -> AttemptOutcome {
    match user.second_factor {
        SecondFactor::Off => AttemptOutcome::Passed,
        SecondFactor::Email | SecondFactor::Totp => AttemptOutcome::CodeAwaited,
    }
}

/// Goes on with a user whose first factor was right: a password, or the word of a provider.
pub(super) fn go_on(
    app: &AppContext,
    call: &Call,
    tx: &mut Tx<'_>,
    user: &Credentials,
    by: Option<IdentityProviderId>,
) -> Result<(Answer, SignInStep), Problem> {
    let (result, step) = match user.second_factor {
        SecondFactor::Off => (signed_in(app, call, tx, user, by)?, SignInStep::SignedIn),
        factor @ (SecondFactor::Email | SecondFactor::Totp) => {
            (await_code(app, call, tx, user, factor, by)?, SignInStep::CodeAwaited)
        }
    };
    Ok((Answer::json(&result)?, step))
}

fn signed_in(
    app: &AppContext,
    call: &Call,
    tx: &mut Tx<'_>,
    user: &Credentials,
    by: Option<IdentityProviderId>,
) -> Result<SignInResult, Problem> {
    let pair = begin_session(app, call, tx, (user.id, &user.email), by)?;
    Ok(SignInResult {
        second_factor_required: false,
        second_factor: None,
        access_token: Some(pair.access_token),
        refresh_token: Some(pair.refresh_token),
    })
}

fn begin_session(
    app: &AppContext,
    call: &Call,
    tx: &mut Tx<'_>,
    (user, email): (UserId, &str),
    by: Option<IdentityProviderId>,
) -> Result<TokenPair, Problem> {
    let (pair, stored) = TokenPair::new(app, tx.now)?;
    sessions::begin(tx, user, &call.ip.to_string(), &stored)?;
    sign_in::record_with(tx, by, Some(user), email, call.ip, SignInOutcome::Success)?;
    Ok(pair)
}

fn await_code(
    app: &AppContext,
    call: &Call,
    tx: &mut Tx<'_>,
    user: &Credentials,
    factor: SecondFactor,
    by: Option<IdentityProviderId>,
) -> Result<SignInResult, Problem> {
    let token = Uuid::from_random(outbound::secrets::random()?).to_string();
    let hash = token_hash(&token);
    let expires_at = tx.now.plus(app.config.lifetimes.code);
    let code = if factor == SecondFactor::Email { Some(mailed_code(app, tx, user)?) } else { None };
    let code_hash = code.map(|code| app.secret.code_hash(&hash, &code));
    second_factor::await_code(tx, user.id, factor, &hash, code_hash.as_ref().map(<[u8; 32]>::as_slice), expires_at)?;
    sign_in::record_with(tx, by, Some(user.id), &user.email, call.ip, SignInOutcome::CodeAwaited)?;
    Ok(SignInResult {
        second_factor_required: true,
        second_factor: Some(SecondFactorDetails { token, provider: factor, expires_at }),
        access_token: None,
        refresh_token: None,
    })
}

fn mailed_code(app: &AppContext, tx: &mut Tx<'_>, user: &Credentials) -> Result<String, Problem> {
    if !app.outbound.sends_mail(tx.conn)? {
        return Err(Problem::unavailable("a code is to be mailed, but no SMTP server is set"));
    }
    let code = six_digits()?;
    let minutes = app.config.lifetimes.code.num_minutes();
    let values = [("code", code.as_str()), ("minutes", &minutes.to_string()), ("email", &user.email)];
    if !app.outbound.notify(tx, DeliveredType::SignInCode, &user.email, &values)? {
        // Nobody is locked out because the type was switched off.
        let text = format!("Your code to sign in is {code}. It is good for {minutes} minutes and works once.\n");
        app.outbound.put_mail(tx, &user.email, "Your code to sign in", &text)?;
    }
    Ok(code)
}

async fn confirm(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let confirm = call.body::<Confirm>().create()?;
    let signed_in = with_code(&app, &call, confirm).await;
    app.metrics.signed_in(Side::Staff, signed_in.map(|answer| (answer, SignInStep::SignedIn)))
}

async fn with_code(
    app: &Arc<AppContext>,
    call: &Arc<Call>,
    Confirm { token, code }: Confirm,
) -> Result<Answer, Problem> {
    let hash = token_hash(&token);
    let challenge = write(&app.database, move |tx| second_factor::attempt(tx, &hash)).await?;
    let challenge = challenge.ok_or_else(wrong_code)?;
    let Some(right) = one_time_code::check(&app.secret, &hash, &challenge, &code, app.now()) else {
        let (user, email, ip) = (challenge.user, challenge.email, call.ip);
        write(&app.database, move |tx| sign_in::record(tx, Some(user), &email, ip, SignInOutcome::WrongCredentials))
            .await?;
        return Err(wrong_code());
    };
    let (sharing, calling) = (Arc::clone(app), Arc::clone(call));
    let answer = write(&app.database, move |tx| {
        let ip_whitelist = second_factor::accept(tx, &hash, &challenge, right.step()).map_err(or_gone(wrong_code))?;
        check_ip(&ip_whitelist, calling.ip)?;
        sign_in::clear(tx, &challenge.email, calling.ip)?;
        Answer::json(&begin_session(&sharing, &calling, tx, (challenge.user, &challenge.email), None)?)
    });
    answer.await
}

async fn refresh(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let refused = || Problem::unauthorized(IdentityFault::RefreshTokenInvalid);
    let Renew { refresh_token } = call.body::<Renew>().create()?;
    let hash = app.secret.verify(&refresh_token).ok_or_else(refused)?;
    let (sharing, calling) = (Arc::clone(&app), Arc::clone(&call));
    let answer = write(&app.database, move |tx| {
        let (pair, stored) = TokenPair::new(&sharing, tx.now)?;
        match sessions::refresh(tx, &hash, &stored, calling.ip)? {
            Refresh::Renewed => Answer::json(&pair),
            Refresh::Refused => Err(refused()),
            Refresh::IpNotAllowed => Err(ip_not_allowed()),
            // An answer and not an error, so that the session stays ended.
            Refresh::Reused => Ok(Answer::refusal(&refused(), &calling)),
        }
    });
    answer.await
}

async fn sign_out(app: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    match call.caller()?.credential {
        Credential::Session(session) => write(&app.database, move |tx| sessions::end(tx, session)).await?,
        Credential::ApiKey(_) => return Err(Problem::forbidden(IdentityFault::NotByApiKey)),
    }
    Ok(Answer::empty())
}
