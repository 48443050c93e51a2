//! What leaves the process, put together.

use std::path::PathBuf;
use std::sync::Arc;

use domain::clients::Locality;
use domain::files::FileStorage;
use domain::ledger::Amount;
use domain::messaging::{DeliveredType, PlaceholderValue, escaped};
use domain::value::Timestamp;
use storage::ledger::{currencies, rate_providers, rates};
use storage::messaging::outbox::{self, Mail};
use storage::messaging::{dispatch, placeholders, smtp_providers};
use storage::{Database, DbConnection, Error, RateNeed, Tx};

use crate::files::{self, FileStore};
use crate::gateways::{HttpGateway, PlatformGateway};
use crate::hedging::Hedger;
use crate::identity_checks::IdentityChecker;
use crate::mail::Mailer;
use crate::metrics::{Answered, CallKind, OutboundMetrics};
use crate::monitoring::TransactionMonitor;
use crate::oidc::Oidc;
use crate::payment_systems::{HttpPaymentSystem, PaymentSystem};
use crate::rates::{HttpRates, RateQuestion, RateSource};
use crate::secrets::SecretKey;

/// How many rates one piece of work may ask for.
const MAX_RATES_ASKED: usize = 16;

/// The adapters to everything outside.
#[derive(Clone)]
pub struct Adapters {
    /// Sends mail; without it mail waits, and nothing that needs mail can be switched on.
    pub mailer: Option<Arc<dyn Mailer>>,
    /// Judges deposits and withdrawals; without it none can be checked.
    pub monitor: Option<Arc<dyn TransactionMonitor>>,
    /// Hedges exchanges; without it every hedge fails.
    pub hedger: Option<Arc<dyn Hedger>>,
    /// Checks clients; without it requests for levels wait for users.
    pub identity_checker: Option<Arc<dyn IdentityChecker>>,
    /// Asks outside platforms.
    pub gateway: Arc<dyn PlatformGateway>,
    /// Asks payment systems.
    pub payment_system: Arc<dyn PaymentSystem>,
    /// Asks providers of rates.
    pub rates: Arc<dyn RateSource>,
}

impl Default for Adapters {
    fn default() -> Self {
        Self {
            mailer: None,
            monitor: None,
            hedger: None,
            identity_checker: None,
            gateway: Arc::new(HttpGateway::default()),
            payment_system: Arc::new(HttpPaymentSystem),
            rates: Arc::new(HttpRates),
        }
    }
}

/// What leaves the process, with what it needs of the application.
pub struct Outbound {
    /// The database.
    pub database: Database,
    /// The secret of the installation.
    pub secret: SecretKey,
    /// The adapters to everything outside.
    pub adapters: Adapters,
    /// The providers by which users sign in.
    pub oidc: Oidc,
    /// The folder of files of the storage that names none.
    pub files: PathBuf,
    /// What is counted of it.
    pub metrics: OutboundMetrics,
    clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
}

impl Outbound {
    /// Over an open database.
    ///
    /// # Errors
    /// Faults of the program.
    pub fn new(
        database: Database,
        secret: SecretKey,
        adapters: Adapters,
        files: PathBuf,
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let (oidc, metrics, clock) = (Oidc::default(), OutboundMetrics::new()?, Box::new(clock));
        Ok(Self { database, secret, adapters, oidc, files, metrics, clock })
    }

    /// Makes a call to others, and counts it.
    pub fn measured<T: Answered>(&self, kind: CallKind, call: impl FnOnce(&Adapters) -> T) -> T {
        self.metrics.measured(kind, || call(&self.adapters))
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// The place of a storage's files.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where its settings cannot be right.
    pub fn store(&self, storage: &FileStorage) -> Result<Box<dyn FileStore>, Error> {
        files::open(storage, &self.secret, &self.files, &self.metrics)
            .map_err(|cause| Error::Unavailable(format!("storage {}: {cause}", storage.name)))
    }

    /// Whether mail can be sent: by a provider that users have set up, or by the one of the settings.
    pub fn sends_mail(&self, conn: &mut DbConnection) -> Result<bool, Error> {
        Ok(self.adapters.mailer.is_some() || smtp_providers::is_set(conn)?)
    }

    /// Writes a mail of a type to a user, with values for its placeholders; it is sent once the transaction is committed.
    /// Answers whether the type is enabled and has a text, which tells the code if there is one.
    pub fn notify(
        &self,
        tx: &mut Tx<'_>,
        kind: DeliveredType,
        to: &str,
        values: &[(&str, &str)],
    ) -> Result<bool, Error> {
        self.mail(tx, kind, to, None, values)
    }

    /// The same to a client, in their language.
    pub fn notify_client(
        &self,
        tx: &mut Tx<'_>,
        kind: DeliveredType,
        to: &str,
        reader: &Locality,
        values: &[(&str, &str)],
    ) -> Result<bool, Error> {
        self.mail(tx, kind, to, Some(reader), values)
    }

    fn mail(
        &self,
        tx: &mut Tx<'_>,
        kind: DeliveredType,
        to: &str,
        reader: Option<&Locality>,
        values: &[(&str, &str)],
    ) -> Result<bool, Error> {
        let mut all = placeholders::standing(tx.conn)?;
        let text = |(key, value): &(&str, &str)| ((*key).to_owned(), PlaceholderValue::Text((*value).to_owned()));
        all.extend(values.iter().map(text));
        let Some((subject, html)) = dispatch::rendered(tx.conn, kind.as_str(), reader, &all)? else { return Ok(false) };
        // A text that forgets the code or the password would lock its readers out.
        let mut needed = values.iter().filter(|(key, _)| ["code", "password"].contains(key));
        if needed.any(|(_, text)| !html.contains(&escaped(text))) {
            return Ok(false);
        }
        let sealed_body = self.secret.seal(html.as_bytes())?;
        outbox::put(tx, &Mail { recipient: to.to_owned(), subject, sealed_body, is_html: true })?;
        Ok(true)
    }

    /// Writes a mail in plain text; it is sent once the transaction is committed.
    pub fn put_mail(&self, tx: &mut Tx<'_>, to: &str, subject: &str, text: &str) -> Result<(), Error> {
        let sealed_body = self.secret.seal(text.as_bytes())?;
        outbox::put(tx, &Mail { recipient: to.to_owned(), subject: subject.to_owned(), sealed_body, is_html: false })
    }

    /// Asks a provider for a rate and stores its answer, even if it has no rate. Blocks until the provider answers.
    pub fn fetch_rate(&self, need: RateNeed) -> Result<(), Error> {
        let secret = self.secret.clone();
        let question = self.database.read(move |conn| question_of(conn, need, &secret))?;
        let rate: Option<Amount> =
            question.and_then(|question| self.measured(CallKind::Rate, |adapters| adapters.rates.rate(&question)));
        self.database.write(move |tx| rates::keep(tx, need, rate))
    }

    /// Runs a write that may need rates of outside providers: they are asked between two runs, never within a
    /// transaction.
    pub(crate) fn write_with_rates<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, Error> + Clone + Send + 'static,
    ) -> Result<T, Error> {
        for _ in 0..MAX_RATES_ASKED {
            match self.database.write(work.clone()) {
                Err(Error::RateNeeded(need)) => self.fetch_rate(need)?,
                done => return done,
            }
        }
        Err(Error::Unavailable("rates".into()))
    }

    /// The same for a read.
    pub(crate) fn read_with_rates<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut DbConnection) -> Result<T, Error> + Clone + Send + 'static,
    ) -> Result<T, Error> {
        for _ in 0..MAX_RATES_ASKED {
            match self.database.read(work.clone()) {
                Err(Error::RateNeeded(need)) => self.fetch_rate(need)?,
                done => return done,
            }
        }
        Err(Error::Unavailable("rates".into()))
    }
}

/// What the provider of a rate is asked.
fn question_of(conn: &mut DbConnection, need: RateNeed, secret: &SecretKey) -> Result<Option<RateQuestion>, Error> {
    let provider = rate_providers::get(conn, need.provider)?.data;
    let codes = currencies::briefs(conn, &[need.from, need.to])?;
    let code = |code| codes.get(&code).map(|brief| brief.alphabetic_code.as_str()).ok_or(Error::NotFound);
    Ok(RateQuestion::of(&provider, code(need.from)?, code(need.to)?, secret))
}
