use chrono::TimeDelta;

use super::WebhookHost;
use crate::files::{MediaType, UploadLimits};
#[cfg(feature = "serde")]
use crate::identity::options::MASK;
use crate::identity::{IdentityFault, LockoutPolicy};
use crate::value::{Email, FaultCode as _, Field, Refusal, Set, Timestamp, text_enum};

text_enum! {
    /// How clients can confirm that it is them.
    TwoFactorProvider {
        /// By a code of an authenticator app.
        Google = "google",
        /// By a code that is sent to their phone.
        Sms = "sms",
    }
}

/// The settings of the installation. What is stored may lack one that was added later: it has its default then.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase", default))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Settings {
    /// The name of the company, as clients see it.
    pub company_name: String,
    /// Where clients ask for help.
    pub support_email: Option<Email>,
    /// Where the clients' pages are; links in mails to clients begin with it.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uri")))]
    pub front_url: Option<String>,
    /// Where the users' pages are; links in mails to users begin with it.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uri")))]
    pub back_office_url: Option<String>,
    /// Whether clients may change their nickname.
    pub may_change_nickname: bool,
    /// Whether clients may change their photo.
    pub may_change_picture: bool,
    /// Whether a user decides on a new photo: a request of the type `avatar`.
    pub picture_needs_request: bool,
    /// Whether a user decides on a change of the profile: a request of the type `profile`.
    pub profile_change_needs_request: bool,
    /// Whether a user decides on a change of the address: a request of the type `address`.
    pub address_change_needs_request: bool,
    /// Whether clients can ask to have their data removed.
    pub is_deletion_offered: bool,
    /// Whether a user decides on the removal: a request of the type `deletingAccount`.
    pub deletion_needs_request: bool,
    /// Whether a user decides on exchanges: requests of the type `exchange`.
    pub exchange_needs_request: bool,
    /// Whether a user decides on archiving an account: a request of the type `archive`.
    pub archive_needs_request: bool,
    /// Whether a user decides on another type of the client: a request of the type `clientType`.
    pub client_type_change_needs_request: bool,
    /// Whether clients who forgot their password can set a new one.
    pub is_password_recovery_offered: bool,
    /// Whether clients can sign in by scanning a code with a device that is signed in.
    pub is_qr_sign_in_offered: bool,
    /// The second factors that clients can choose from.
    pub two_factor_providers: Set<TwoFactorProvider>,
    /// The secret of the captcha service, masked; null: no captcha is asked.
    pub captcha_secret: Option<String>,
    /// The key under which pages show the captcha.
    pub captcha_site_key: Option<String>,
    /// Whether users sign in with passwords. Without, they sign in with identity providers, as an active administrator
    /// has done before.
    pub password_sign_in: bool,
    /// How many wrong passwords within a minute block a sign-in with one e-mail from one address.
    pub sign_in_tries: i64,
    /// For how many minutes the sign-in is blocked then.
    pub sign_in_block_minutes: i64,
    /// How many wrong codes block a confirmation.
    pub confirmation_tries: i64,
    /// For how many minutes the confirmation is blocked then.
    pub confirmation_block_minutes: i64,
    /// After how many minutes a wrong code no longer counts.
    pub confirmation_failed_interval_minutes: i64,
    /// How many codes are sent for one confirmation.
    pub confirmation_sends: i64,
    /// For how many minutes a code sent by SMS can be used.
    pub sms_code_lifetime_minutes: i64,
    /// The largest file that can be uploaded, in bytes, where that is less than the limit of its use; null for these limits.
    pub max_upload_bytes: Option<i64>,
    /// The media types that can be uploaded, of those that the use of a file takes; null for all of these. What is of
    /// no known type counts as `application/octet-stream`.
    pub upload_types: Option<Set<MediaType>>,
    /// Hosts that webhooks may reach by http, and private addresses that they may reach.
    pub webhook_http_hosts: Set<WebhookHost>,
    /// How many calls a minute an API key has.
    pub api_key_requests_per_minute: i64,
    /// How many calls a minute a client has, and an address.
    pub client_requests_per_minute: i64,
    /// After how many days records of the audit log are deleted; null: never.
    pub system_log_retention_days: Option<i64>,
    /// After how many days records of sign-ins are deleted; null: never.
    pub sign_in_log_retention_days: Option<i64>,
    /// The token of the bot that writes to Slack, masked.
    pub slack_bot_token: Option<String>,
    /// The token of the bot that writes to Telegram, masked.
    pub telegram_bot_token: Option<String>,
    /// Where Slack is called; null for its public address.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uri")))]
    pub slack_api_url: Option<String>,
    /// Where Telegram is called; null for its public address.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uri")))]
    pub telegram_api_url: Option<String>,
    /// Where captchas are checked; null for the public address of reCAPTCHA.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uri")))]
    pub captcha_api_url: Option<String>,
    /// For how many minutes a code for signing in by scanning can be used.
    pub qr_code_lifetime_minutes: i64,
    /// Where clients get the app for Android.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uri")))]
    pub mobile_android_url: Option<String>,
    /// Where clients get the app for iOS.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uri")))]
    pub mobile_ios_url: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            company_name: "Back office".to_owned(),
            support_email: None,
            front_url: None,
            back_office_url: None,
            may_change_nickname: true,
            may_change_picture: true,
            picture_needs_request: false,
            profile_change_needs_request: false,
            address_change_needs_request: false,
            is_deletion_offered: true,
            deletion_needs_request: true,
            exchange_needs_request: false,
            archive_needs_request: false,
            client_type_change_needs_request: true,
            is_password_recovery_offered: true,
            is_qr_sign_in_offered: true,
            two_factor_providers: TwoFactorProvider::ALL.iter().copied().collect(),
            captcha_secret: None,
            captcha_site_key: None,
            password_sign_in: true,
            sign_in_tries: 5,
            sign_in_block_minutes: 10,
            confirmation_tries: 5,
            confirmation_block_minutes: 10,
            confirmation_failed_interval_minutes: 10,
            confirmation_sends: 5,
            sms_code_lifetime_minutes: 10,
            max_upload_bytes: None,
            upload_types: None,
            webhook_http_hosts: Set::default(),
            api_key_requests_per_minute: 600,
            client_requests_per_minute: 600,
            system_log_retention_days: None,
            sign_in_log_retention_days: Some(365),
            slack_bot_token: None,
            telegram_bot_token: None,
            slack_api_url: None,
            telegram_api_url: None,
            captcha_api_url: None,
            qr_code_lifetime_minutes: 2,
            mobile_android_url: None,
            mobile_ios_url: None,
        }
    }
}

/// The time before which records are old, if they are kept for so many days.
fn oldest(now: Timestamp, days: Option<i64>) -> Option<Timestamp> {
    days.map(|days| now.plus(-TimeDelta::days(days)))
}

text_enum! {
    /// What the mobile app runs on.
    MobileSystem {
        /// The phones of Apple.
        Ios = "iOS",
        /// The phones of others.
        Android = "Android",
    }
}

impl Settings {
    /// The largest number. The smallest is 1.
    pub const MAX_NUMBER: i64 = 1_000_000;
    /// The largest number of days: a hundred years.
    pub const MAX_DAYS: i64 = 36_500;
    /// The largest number of wrong passwords before a block.
    pub const MAX_SIGN_IN_TRIES: i64 = 100;

    /// Where the mobile app of each system is found.
    #[must_use]
    pub fn mobile_applications(&self) -> [(MobileSystem, Option<&str>); 2] {
        [
            (MobileSystem::Ios, self.mobile_ios_url.as_deref()),
            (MobileSystem::Android, self.mobile_android_url.as_deref()),
        ]
    }

    /// When sign-in is refused.
    #[must_use]
    pub fn lockout(&self) -> LockoutPolicy {
        LockoutPolicy::new(self.sign_in_tries, TimeDelta::minutes(self.sign_in_block_minutes))
    }

    /// When codes of clients are refused.
    #[must_use]
    pub fn code_lockout(&self) -> LockoutPolicy {
        LockoutPolicy::of_codes(
            self.confirmation_tries,
            TimeDelta::minutes(self.confirmation_failed_interval_minutes),
            TimeDelta::minutes(self.confirmation_block_minutes),
        )
    }

    /// What can be uploaded.
    #[must_use]
    pub fn upload_limits(&self) -> UploadLimits {
        let max_bytes = self.max_upload_bytes.map(|bytes| u64::try_from(bytes).unwrap_or(0));
        UploadLimits { max_bytes, kinds: self.upload_types.clone() }
    }

    /// The time before which records of the audit log are deleted.
    #[must_use]
    pub fn oldest_system_log(&self, now: Timestamp) -> Option<Timestamp> {
        oldest(now, self.system_log_retention_days)
    }

    /// The time before which records of sign-ins are deleted.
    #[must_use]
    pub fn oldest_sign_in(&self, now: Timestamp) -> Option<Timestamp> {
        oldest(now, self.sign_in_log_retention_days)
    }

    /// The secrets: each with its input, and where it is sent.
    fn secrets(&self) -> [(Field, &Option<String>, &Option<String>); 3] {
        [
            (Field::CaptchaSecret, &self.captcha_secret, &self.captcha_api_url),
            (Field::SlackBotToken, &self.slack_bot_token, &self.slack_api_url),
            (Field::TelegramBotToken, &self.telegram_bot_token, &self.telegram_api_url),
        ]
    }

    /// A secret that is stored is not sent to another place than the one that it was given for.
    ///
    /// # Errors
    /// [`Refusal::Unprocessable`] with each secret that stays while its address changes.
    pub fn check_change(&self, after: &Self) -> Result<(), Refusal> {
        let pairs = self.secrets().into_iter().zip(after.secrets());
        let moved = pairs.filter(|((_, secret, address), (_, new_secret, new_address))| {
            secret.is_some() && secret == new_secret && address != new_address
        });
        Refusal::unless_empty(moved.map(|((field, ..), _)| IdentityFault::SecretForNewAddress.at(field)).collect())
    }

    /// The settings as they are shown: secrets are masked.
    #[cfg(feature = "serde")]
    #[must_use]
    pub fn masked(mut self) -> Self {
        let secrets = [&mut self.captcha_secret, &mut self.slack_bot_token, &mut self.telegram_bot_token];
        for secret in secrets.into_iter().flatten() {
            MASK.clone_into(secret);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_secret_is_sent_nowhere_else() {
        let before = Settings {
            slack_bot_token: Some("sealed".into()),
            captcha_secret: Some("sealed".into()),
            ..Settings::default()
        };
        let elsewhere = Settings {
            slack_api_url: Some("https://a.example".into()),
            captcha_api_url: Some("https://a.example".into()),
            telegram_api_url: Some("https://a.example".into()),
            ..before.clone()
        };
        let at = |field| IdentityFault::SecretForNewAddress.at(field);
        let refused = Refusal::Unprocessable(vec![at(Field::CaptchaSecret), at(Field::SlackBotToken)]);
        assert_eq!(before.check_change(&elsewhere), Err(refused));
        let again = Settings { slack_bot_token: Some("another".into()), captcha_secret: None, ..elsewhere.clone() };
        assert_eq!(before.check_change(&again), Ok(()));
        assert_eq!(before.check_change(&before), Ok(()));
    }

    #[cfg(feature = "serde")]
    #[test]
    fn secrets_are_masked_and_what_is_not_set_is_none() {
        let settings = Settings { captcha_secret: Some("sealed".into()), ..Settings::default() }.masked();
        assert_eq!((settings.captcha_secret.as_deref(), settings.slack_bot_token), (Some("***"), None));
    }

    #[test]
    fn records_are_old_after_so_many_days() {
        let now: Timestamp = "2026-03-02T00:00:00Z".parse().unwrap();
        let settings = Settings { sign_in_log_retention_days: Some(1), ..Settings::default() };
        assert_eq!(settings.oldest_sign_in(now), "2026-03-01T00:00:00Z".parse().ok());
        assert_eq!(settings.oldest_system_log(now), None);
        let longest = Settings { system_log_retention_days: Some(Settings::MAX_DAYS), ..Settings::default() };
        assert!(longest.oldest_system_log(now).is_some());
    }

    #[cfg(feature = "serde")]
    #[test]
    fn a_setting_that_was_added_later_has_its_default() {
        let stored: Settings = serde_json::from_str(r#"{"signInTries": 7, "goneSince": true}"#).unwrap();
        assert_eq!(stored, Settings { sign_in_tries: 7, ..Settings::default() });
        let text = serde_json::to_string(&stored).unwrap();
        assert_eq!(serde_json::from_str::<Settings>(&text).unwrap(), stored);
    }
}
