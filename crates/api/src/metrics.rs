//! What the interfaces count, for Prometheus.

use domain::value::Timestamp;
use http::{Answer, Problem};
use prometheus::core::Collector;
use prometheus::{IntCounterVec, IntGauge, IntGaugeVec, Opts};
use storage::Error;
use tokio::sync::Mutex;

use crate::hashing::HashingLoad;

/// Who signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// A user.
    Staff,
    /// A client.
    Client,
}

impl Side {
    const ALL: [Self; 2] = [Self::Staff, Self::Client];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Client => "client",
        }
    }
}

/// How a step of a sign-in ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignInStep {
    /// With tokens.
    SignedIn,
    /// With a code, or whatever else is asked for next.
    CodeAwaited,
    /// With a wrong address, password or code.
    Wrong,
    /// With the right password of somebody who may not sign in, or not from there.
    NotAllowed,
    /// With too many attempts before, or at once.
    Limited,
    /// With a server that could not tell.
    Failed,
}

impl SignInStep {
    const ALL: [Self; 6] =
        [Self::SignedIn, Self::CodeAwaited, Self::Wrong, Self::NotAllowed, Self::Limited, Self::Failed];

    const fn as_str(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::CodeAwaited => "code_awaited",
            Self::Wrong => "wrong",
            Self::NotAllowed => "not_allowed",
            Self::Limited => "limited",
            Self::Failed => "failed",
        }
    }

    /// By the refusal; none where the call itself is wrong, which is no attempt.
    fn of(problem: &Problem) -> Option<Self> {
        match problem.status {
            401 => Some(Self::Wrong),
            403 => Some(Self::NotAllowed),
            429 => Some(Self::Limited),
            500.. => Some(Self::Failed),
            _ => None,
        }
    }
}

/// What is counted.
pub(crate) struct AppMetrics {
    sign_ins: IntCounterVec,
    hashing_waiting: IntGauge,
    hashing_running: IntGauge,
    hashing_refused: IntCounterVec,
    /// Whether the database has answered.
    pub database_up: IntGauge,
    build_info: IntGaugeVec,
    /// When the queue was looked at, whatever came of it. One scrape looks at a time.
    pub looked_at: Mutex<Option<Timestamp>>,
}

impl AppMetrics {
    /// # Errors
    /// Names that Prometheus does not take.
    pub fn new() -> Result<Self, Error> {
        let broken = |error: prometheus::Error| Error::Broken(error.to_string());
        let counter =
            |name: &str, help: &str, labels: &[&str]| IntCounterVec::new(Opts::new(name, help), labels).map_err(broken);
        let gauge = |name: &str, help: &str| IntGauge::new(name, help).map_err(broken);
        let new = Self {
            sign_ins: counter(
                "backoffice_sign_ins_total",
                "Steps of sign-ins. Outcomes: signed_in; code_awaited, or whatever else is asked for next; wrong, which is an \
                 address, password or code; not_allowed, with the right password; limited, after too many attempts; failed.",
                &["side", "outcome"],
            )?,
            hashing_waiting: gauge("backoffice_hashing_waiting", "Passwords that wait to be hashed.")?,
            hashing_running: gauge("backoffice_hashing_running", "Passwords that are being hashed.")?,
            hashing_refused: counter(
                "backoffice_hashing_refused_total",
                "Passwords that were not hashed since too many waited: of one address, or of all.",
                &["limit"],
            )?,
            database_up: gauge("backoffice_database_up", "Whether the database has answered at this scrape: 1 or 0.")?,
            build_info: IntGaugeVec::new(
                Opts::new("backoffice_build_info", "Always 1; the label tells the version."),
                &["version"],
            )
            .map_err(broken)?,
            looked_at: Mutex::new(None),
        };
        new.build_info.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
        // From zero, so that the first of each shows as an increase.
        for side in Side::ALL {
            for step in SignInStep::ALL {
                new.sign_ins.with_label_values(&[side.as_str(), step.as_str()]);
            }
        }
        Ok(new)
    }

    /// All of it, to be registered.
    pub fn collectors(&self) -> Vec<Box<dyn Collector>> {
        vec![
            Box::new(self.sign_ins.clone()),
            Box::new(self.hashing_waiting.clone()),
            Box::new(self.hashing_running.clone()),
            Box::new(self.hashing_refused.clone()),
            Box::new(self.database_up.clone()),
            Box::new(self.build_info.clone()),
        ]
    }

    /// Counts how a step of a sign-in ended.
    ///
    /// # Errors
    /// That of the step.
    pub fn signed_in(&self, side: Side, ended: Result<(Answer, SignInStep), Problem>) -> Result<Answer, Problem> {
        let step = ended.as_ref().map_or_else(SignInStep::of, |(_, step)| Some(*step));
        if let Some(step) = step {
            self.sign_ins.with_label_values(&[side.as_str(), step.as_str()]).inc();
        }
        ended.map(|(answer, _)| answer)
    }

    /// Tells what the hasher has to do.
    pub fn tell_hashing(&self, load: HashingLoad) {
        let gauge = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        self.hashing_waiting.set(gauge(load.waiting));
        self.hashing_running.set(gauge(load.running));
        for (limit, refused) in [("address", load.refused_of_address), ("all", load.refused_of_all)] {
            let counter = self.hashing_refused.with_label_values(&[limit]);
            counter.inc_by(refused.saturating_sub(counter.get()));
        }
    }
}
