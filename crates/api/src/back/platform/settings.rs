//! The settings of the installation. Ours: the documented interface has no operations for them.

use domain::files::MediaType;
use domain::identity::Permission;
use domain::identity::options::MASK;
use domain::platform::{Settings, WebhookHost};
use domain::value::Timestamp;
use http::request::{Boolean, Choice, Fields, HOST_PATTERN, Input, Integer, Link, Parsed, SetOf, Text};
use http::routes::{Change, Resource};
use outbound::SecretKey;
use outbound::options::sealed;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::identity::ways_in;
use storage::platform::settings::{self, StoredSettings};

use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const SETTINGS: &str = "/api/v2/settings";
    routes
        .get("settings.get", SETTINGS, P::SettingsRead)
        .summary("Read all settings.")
        .describe("Secrets are masked; null where none is set.")
        .extension()
        .record(get);
    routes
        .put_and_patch("settings.update", SETTINGS, P::SettingsUpdate)
        .summary("Change settings.")
        .describe(
            "A change acts at once on every server. A secret that is left out, or sent back masked, stays; where the \
             address changes that it is sent to, it is sent again (422). Passwords of users are switched off only where an \
             active administrator has signed in with an identity provider that is enabled (409).",
        )
        .example(
            json!({"companyName": "Acme Markets", "signInTries": 4, "uploadTypes": ["image/png", "application/pdf"]}),
        )
        .extension()
        .changed(update);
}

/// The settings of the installation.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Settings")]
#[serde(rename_all = "camelCase")]
struct SettingsAnswer {
    #[serde(flatten)]
    settings: Settings,
    /// When they were last changed.
    update_time: Timestamp,
}

impl Resource<Back> for SettingsAnswer {
    const NAME: &'static str = "settings";

    fn id(&self) -> i64 {
        1
    }
}

impl From<StoredSettings> for SettingsAnswer {
    fn from(stored: StoredSettings) -> Self {
        Self { settings: stored.data.masked(), update_time: stored.update_time }
    }
}

const NUMBER: Integer = Integer { min: 1, max: Settings::MAX_NUMBER };
/// In bytes, a million would be a limit of 1 MB.
const BYTES: Integer = Integer::FROM_ONE;
const DAYS: Integer = Integer { min: 1, max: Settings::MAX_DAYS };
const TRIES: Integer = Integer { min: 1, max: Settings::MAX_SIGN_IN_TRIES };
const LINK: Link = Link { max: 255 };

/// A secret as it was sent: left out, null or a text.
type SentSecret = Option<Option<String>>;

/// The settings after a change, with the secrets that are stored, and the secrets that were sent.
struct SentSettings {
    settings: Settings,
    captcha_secret: SentSecret,
    slack_bot_token: SentSecret,
    telegram_bot_token: SentSecret,
}

impl Input<Back> for SentSettings {
    type Current = Settings;

    const NAME: Option<&'static str> = Some("SettingsChange");

    fn read(fields: &mut Fields<'_, Settings>) -> Option<Self> {
        let captcha_secret = fields.clearable("captchaSecret", &Text::NAME);
        let slack_bot_token = fields.clearable("slackBotToken", &Text::NAME);
        let telegram_bot_token = fields.clearable("telegramBotToken", &Text::NAME);
        let settings = read_settings(fields);
        Some(Self {
            settings: settings?,
            captcha_secret: captcha_secret?,
            slack_bot_token: slack_bot_token?,
            telegram_bot_token: telegram_bot_token?,
        })
    }
}

/// All but the secrets, which stay.
fn read_settings(fields: &mut Fields<'_, Settings>) -> Option<Settings> {
    let stored = fields.current().cloned().unwrap_or_default();
    let company_name = fields.required("companyName", &Text::NAME, |all| &all.company_name);
    let support_email = fields.nullable("supportEmail", &Parsed::with_format("email"), |all| &all.support_email);
    let front_url = fields.nullable("frontUrl", &LINK, |all| &all.front_url);
    let back_office_url = fields.nullable("backOfficeUrl", &LINK, |all| &all.back_office_url);
    let may_change_nickname = fields.required("mayChangeNickname", &Boolean, |all| &all.may_change_nickname);
    let may_change_picture = fields.required("mayChangePicture", &Boolean, |all| &all.may_change_picture);
    let picture = fields.required("pictureNeedsRequest", &Boolean, |all| &all.picture_needs_request);
    let profile = fields.required("profileChangeNeedsRequest", &Boolean, |all| &all.profile_change_needs_request);
    let address = fields.required("addressChangeNeedsRequest", &Boolean, |all| &all.address_change_needs_request);
    let is_deletion_offered = fields.required("isDeletionOffered", &Boolean, |all| &all.is_deletion_offered);
    let deletion = fields.required("deletionNeedsRequest", &Boolean, |all| &all.deletion_needs_request);
    let exchange = fields.required("exchangeNeedsRequest", &Boolean, |all| &all.exchange_needs_request);
    let archive = fields.required("archiveNeedsRequest", &Boolean, |all| &all.archive_needs_request);
    let client_type =
        fields.required("clientTypeChangeNeedsRequest", &Boolean, |all| &all.client_type_change_needs_request);
    let recovery = fields.required("isPasswordRecoveryOffered", &Boolean, |all| &all.is_password_recovery_offered);
    let qr_sign_in = fields.required("isQrSignInOffered", &Boolean, |all| &all.is_qr_sign_in_offered);
    let factors = fields.required("twoFactorProviders", &SetOf(Choice::of()), |all| &all.two_factor_providers);
    let captcha_site_key = fields.nullable("captchaSiteKey", &Text::NAME, |all| &all.captcha_site_key);
    let password_sign_in = fields.required("passwordSignIn", &Boolean, |all| &all.password_sign_in);
    let sign_in_tries = fields.required("signInTries", &TRIES, |all| &all.sign_in_tries);
    let sign_in_block = fields.required("signInBlockMinutes", &NUMBER, |all| &all.sign_in_block_minutes);
    let confirmation_tries = fields.required("confirmationTries", &NUMBER, |all| &all.confirmation_tries);
    let confirmation_block =
        fields.required("confirmationBlockMinutes", &NUMBER, |all| &all.confirmation_block_minutes);
    let failed_interval =
        fields.required("confirmationFailedIntervalMinutes", &NUMBER, |all| &all.confirmation_failed_interval_minutes);
    let confirmation_sends = fields.required("confirmationSends", &NUMBER, |all| &all.confirmation_sends);
    let sms_code_lifetime = fields.required("smsCodeLifetimeMinutes", &NUMBER, |all| &all.sms_code_lifetime_minutes);
    let max_upload_bytes = fields.nullable("maxUploadBytes", &BYTES, |all| &all.max_upload_bytes);
    let media_types = SetOf(Parsed::matching(MediaType::PATTERN));
    let upload_types = fields.nullable("uploadTypes", &media_types, |all| &all.upload_types);
    let hosts = SetOf(Parsed::<WebhookHost>::matching(HOST_PATTERN));
    let webhook_http_hosts = fields.required("webhookHttpHosts", &hosts, |all| &all.webhook_http_hosts);
    let api_key_requests = fields.required("apiKeyRequestsPerMinute", &NUMBER, |all| &all.api_key_requests_per_minute);
    let client_requests = fields.required("clientRequestsPerMinute", &NUMBER, |all| &all.client_requests_per_minute);
    let system_log_days = fields.nullable("systemLogRetentionDays", &DAYS, |all| &all.system_log_retention_days);
    let sign_in_days = fields.nullable("signInLogRetentionDays", &DAYS, |all| &all.sign_in_log_retention_days);
    let slack_api_url = fields.nullable("slackApiUrl", &LINK, |all| &all.slack_api_url);
    let telegram_api_url = fields.nullable("telegramApiUrl", &LINK, |all| &all.telegram_api_url);
    let captcha_api_url = fields.nullable("captchaApiUrl", &LINK, |all| &all.captcha_api_url);
    let qr_code_lifetime = fields.required("qrCodeLifetimeMinutes", &NUMBER, |all| &all.qr_code_lifetime_minutes);
    let mobile_android_url = fields.nullable("mobileAndroidUrl", &LINK, |all| &all.mobile_android_url);
    let mobile_ios_url = fields.nullable("mobileIosUrl", &LINK, |all| &all.mobile_ios_url);
    Some(Settings {
        company_name: company_name?,
        support_email: support_email?,
        front_url: front_url?,
        back_office_url: back_office_url?,
        may_change_nickname: may_change_nickname?,
        may_change_picture: may_change_picture?,
        picture_needs_request: picture?,
        profile_change_needs_request: profile?,
        address_change_needs_request: address?,
        is_deletion_offered: is_deletion_offered?,
        deletion_needs_request: deletion?,
        exchange_needs_request: exchange?,
        archive_needs_request: archive?,
        client_type_change_needs_request: client_type?,
        is_password_recovery_offered: recovery?,
        is_qr_sign_in_offered: qr_sign_in?,
        two_factor_providers: factors?,
        captcha_secret: stored.captcha_secret,
        captcha_site_key: captcha_site_key?,
        password_sign_in: password_sign_in?,
        sign_in_tries: sign_in_tries?,
        sign_in_block_minutes: sign_in_block?,
        confirmation_tries: confirmation_tries?,
        confirmation_block_minutes: confirmation_block?,
        confirmation_failed_interval_minutes: failed_interval?,
        confirmation_sends: confirmation_sends?,
        sms_code_lifetime_minutes: sms_code_lifetime?,
        max_upload_bytes: max_upload_bytes?,
        upload_types: upload_types?,
        webhook_http_hosts: webhook_http_hosts?,
        api_key_requests_per_minute: api_key_requests?,
        client_requests_per_minute: client_requests?,
        system_log_retention_days: system_log_days?,
        sign_in_log_retention_days: sign_in_days?,
        slack_bot_token: stored.slack_bot_token,
        telegram_bot_token: stored.telegram_bot_token,
        slack_api_url: slack_api_url?,
        telegram_api_url: telegram_api_url?,
        captcha_api_url: captcha_api_url?,
        qr_code_lifetime_minutes: qr_code_lifetime?,
        mobile_android_url: mobile_android_url?,
        mobile_ios_url: mobile_ios_url?,
    })
}

/// Puts a secret that was sent in the place of the stored one. Its mask is none.
fn set_secret(stored: &mut Option<String>, sent: SentSecret, secret: &SecretKey) -> Result<(), Problem> {
    match sent {
        None => {}
        Some(Some(mask)) if mask == MASK => {}
        Some(sent) => *stored = sent.map(|plain| sealed(secret, &plain)).transpose()?,
    }
    Ok(())
}

impl SentSettings {
    /// The settings as they are stored.
    fn sealed(self, secret: &SecretKey) -> Result<Settings, Problem> {
        let mut settings = self.settings;
        set_secret(&mut settings.captcha_secret, self.captcha_secret, secret)?;
        set_secret(&mut settings.slack_bot_token, self.slack_bot_token, secret)?;
        set_secret(&mut settings.telegram_bot_token, self.telegram_bot_token, secret)?;
        Ok(settings)
    }
}

fn get(reading: &mut Reading<'_>, (): ()) -> Result<SettingsAnswer, Problem> {
    Ok(settings::get(reading.conn)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (): (),
    body: &Body<'_, SentSettings>,
) -> Result<Change<SettingsAnswer>, Problem> {
    let before = settings::lock(writing.tx)?;
    let after = body.change(&before.data)?.sealed(&writing.context.outbound.secret)?;
    Ok(writing.change_to(before, &after, ways_in::update_settings)?.map(SettingsAnswer::from))
}
