//! SMTP servers.

use std::sync::Arc;
use std::time::Duration;

use actix_web::rt::task::spawn_blocking;
use domain::identity::Permission;
use domain::identity::options::MASK;
use domain::messaging::{Encryption, MailDriver, SmtpProvider, SmtpProviderId};
use domain::value::{Email, Entity as _, Timestamp};
use http::request::{Boolean, Choice, Fields, Input, Integer, ListQuery, NoFilter, Parsed, Text};
use http::routes::{Change, Resource};
use http::{Answer, read};
use outbound::SmtpMailer;
use outbound::options::sealed;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::messaging::smtp_providers::{self, StoredProvider};
use storage::{ById, Page};

use crate::Problem;
use crate::back::connection_status::ConnectionStatus;
use crate::back::{Back, Body, Call, Reading, Routes, Writing};
use crate::context::AppContext;

/// How long a check takes at most, whatever the server does.
const CHECK_TIMEOUT: Duration = Duration::from_secs(8);

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const PROVIDERS: &str = "/api/v2/mail/providers";
    const PROVIDER: &str = "/api/v2/mail/providers/{providerId}";
    routes
        .get("smtp-service-providers.list", PROVIDERS, P::SmtpServiceProvidersRead)
        .summary("List SMTP connections.")
        .describe("Mail goes to the first enabled one, and at each further attempt to the next.")
        .list(list);
    routes
        .get("smtp-service-providers.get", PROVIDER, P::SmtpServiceProvidersRead)
        .summary("Read an SMTP connection.")
        .describe("The password is masked.")
        .record(get);
    routes
        .get("smtp-service-providers.check", "/api/v2/mail/providers/{providerId}/status", P::SmtpServiceProvidersRead)
        .summary("Check whether an SMTP connection works.")
        .describe("Signs in and sends no mail. A server that does not answer within eight seconds does not work.")
        .action::<(), ConnectionStatus, _>(status);
    routes
        .post("smtp-service-providers.create", PROVIDERS, P::SmtpServiceProvidersCreate)
        .summary("Add an SMTP connection.")
        .describe("It need not work yet. While none is enabled, mail goes to the one of the server's settings.")
        .example(json!({
            "caption": "Main", "driver": "smtp", "host": "smtp.example.com", "port": 587, "username": "office",
            "password": "Secret123", "encryption": "tls", "sendFrom": "office@example.com", "sendFromName": "Broker",
            "isEnabled": false,
        }))
        .created(create);
    routes
        .patch("smtp-service-providers.update", PROVIDER, P::SmtpServiceProvidersUpdate)
        .summary("Change an SMTP connection, or switch it on or off.")
        .describe(
            "The only enabled connection stays enabled (409). A password that is left out or masked stays as it is, but \
             is sent again where host or port change (422).",
        )
        .example_at("/api/v2/mail/providers/1", json!({"sendFromName": "Support"}))
        .changed(update);
    routes
        .delete("smtp-service-providers.delete", PROVIDER, P::SmtpServiceProvidersDelete)
        .summary("Delete an SMTP connection.")
        .describe("The only enabled connection stays (409).")
        .deleted(delete);
}

/// An SMTP server that mail is handed to.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "SmtpServiceProvider")]
#[serde(rename_all = "camelCase")]
struct ProviderAnswer {
    id: SmtpProviderId,
    /// The name that users are shown.
    caption: String,
    /// How mail is handed over.
    driver: MailDriver,
    /// The server's name or address.
    host: String,
    /// The server's port.
    port: u16,
    /// Who signs in; null where nobody does.
    username: Option<String>,
    /// Their password, masked.
    password: Option<String>,
    /// How the connection is encrypted; null for not at all.
    encryption: Option<Encryption>,
    /// The sender's address.
    send_from: Email,
    /// The sender's name.
    send_from_name: Option<String>,
    /// Whether mail is handed to it.
    is_enabled: bool,
    create_time: Timestamp,
    update_time: Timestamp,
}

impl Resource<Back> for ProviderAnswer {
    const NAME: &'static str = SmtpProvider::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredProvider> for ProviderAnswer {
    fn from(StoredProvider { id, data, create_time, update_time }: StoredProvider) -> Self {
        Self {
            id,
            caption: data.caption,
            driver: MailDriver::Smtp,
            host: data.host,
            port: data.port,
            username: data.username,
            password: data.password.map(|_| MASK.to_owned()),
            encryption: data.encryption,
            send_from: data.send_from,
            send_from_name: data.send_from_name,
            is_enabled: data.is_enabled,
            create_time,
            update_time,
        }
    }
}

/// What is sent of a provider. Its own password is none: [`Self::over`] seals the one that is sent.
#[derive(Clone, Debug)]
struct SentProvider {
    provider: SmtpProvider,
    password: Option<Option<String>>,
}

impl Input<Back> for SentProvider {
    type Current = SmtpProvider;

    fn read(fields: &mut Fields<'_, SmtpProvider>) -> Option<Self> {
        const PORT: Integer = Integer { min: 1, max: 65_535 };
        let caption = fields.required("caption", &Text::NAME, |provider| &provider.caption);
        let driver = fields.or_default("driver", &Choice::<MailDriver>::of(), || MailDriver::Smtp);
        let host = fields.required("host", &Text::NAME, |provider| &provider.host);
        let port = fields.current().map(|provider| i64::from(provider.port));
        let port = fields.required_over("port", &PORT, port.as_ref());
        let username = fields.nullable("username", &Text::SHORT, |provider| &provider.username);
        let password = fields.about("The password; masked, it stays as it is.").clearable("password", &Text::SHORT);
        let encryption = fields.nullable("encryption", &Choice::of(), |provider| &provider.encryption);
        let send_from = fields.required("sendFrom", &Parsed::<Email>::with_format("email"), |p| &p.send_from);
        let send_from_name = fields.nullable("sendFromName", &Text::SHORT, |provider| &provider.send_from_name);
        let is_enabled = fields.or("isEnabled", &Boolean, |provider| &provider.is_enabled, || false);
        let MailDriver::Smtp = driver?;
        let provider = SmtpProvider {
            caption: caption?,
            host: host?,
            port: u16::try_from(port?).ok()?,
            username: username?,
            password: None,
            encryption: encryption?,
            send_from: send_from?,
            send_from_name: send_from_name?,
            is_enabled: is_enabled?,
        };
        Some(Self { provider, password: password? })
    }
}

impl SentProvider {
    /// The provider with its password as it is stored.
    fn over(self, context: &AppContext, before: Option<&SmtpProvider>) -> Result<SmtpProvider, Problem> {
        let stays = || before.and_then(|before| before.password.clone());
        let password = match self.password {
            None => stays(),
            Some(None) => None,
            Some(Some(password)) if password == MASK => stays(),
            Some(Some(password)) if password.is_empty() => None,
            Some(Some(password)) => Some(sealed(&context.outbound.secret, &password)?),
        };
        Ok(SmtpProvider { password, ..self.provider })
    }
}

async fn status(context: Arc<AppContext>, call: Arc<Call>) -> Result<Answer, Problem> {
    let id: Option<SmtpProviderId> = call.segments.first().and_then(|id| id.parse().ok());
    let id = id.ok_or_else(Problem::not_found)?;
    let provider = read(&context.database, move |conn| smtp_providers::get(conn, id)).await?;
    let outbound = Arc::clone(&context.outbound);
    let asked = spawn_blocking(move || SmtpMailer::of(&provider.data, &outbound.secret)?.check());
    let checked = match tokio::time::timeout(CHECK_TIMEOUT, asked).await {
        Ok(Ok(checked)) => checked,
        Ok(Err(_)) | Err(_) => Err("the server did not answer in time".to_owned()),
    };
    let message = checked.err();
    Answer::json(&ConnectionStatus::of(message))
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<NoFilter, ById>) -> Result<Page<ProviderAnswer>, Problem> {
    Ok(smtp_providers::list(reading.conn, &query.paging)?.map(ProviderAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (SmtpProviderId,)) -> Result<ProviderAnswer, Problem> {
    Ok(smtp_providers::get(reading.conn, id)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, SentProvider>) -> Result<ProviderAnswer, Problem> {
    let provider = body.create()?.over(writing.context, None)?;
    Ok(smtp_providers::insert(writing.tx, &provider)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (SmtpProviderId,),
    body: &Body<'_, SentProvider>,
) -> Result<Change<ProviderAnswer>, Problem> {
    let before = smtp_providers::lock(writing.tx, id)?;
    let after = body.change(&before.data)?.over(writing.context, Some(&before.data))?;
    Ok(writing.change_to(before, &after, smtp_providers::update)?.map(ProviderAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (SmtpProviderId,)) -> Result<ProviderAnswer, Problem> {
    let provider = smtp_providers::lock(writing.tx, id)?;
    smtp_providers::delete(writing.tx, &provider)?;
    Ok(provider.into())
}
