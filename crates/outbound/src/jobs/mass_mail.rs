use domain::mailing::{Person, RecipientId, StopReason};
use domain::platform::{Fate, JobResult};
use domain::value::folded;
use storage::mailing::sending::{self, Outcome, Part, SendMassMail};
use storage::{DbConnection, Error, Tx};

use super::handler::JobHandler;
use crate::anti_phishing::line;
use crate::mailing::{Addressee, MassMail, MassMailError, mailer_of};
use crate::metrics::CallKind;
use crate::outbound::Outbound;

/// Sends mass mail, a part at a time: what became of one is noted, and the job is put again for the next one. A part
/// whose answer gets lost, or whose worker dies before it is noted, is sent again, since services take no key by which
/// they would know it.
pub(super) struct MassMailHandler;

impl JobHandler for MassMailHandler {
    type Job = SendMassMail;
    type Work = Part;

    /// A few, so that a large mail does not hold up a small one.
    const CONCURRENCY: usize = 2;

    fn load(conn: &mut DbConnection, job: &SendMassMail) -> Result<Option<Part>, Error> {
        sending::of_job(conn, job)
    }

    fn carry_out(outbound: &Outbound, part: &Part) -> JobResult {
        let outcome = match send(outbound, part) {
            Ok(outcome) => outcome,
            Err(unsent) => return unsent,
        };
        let id = part.email.id;
        match outbound.database.write(move |tx| sending::note(tx, id, &outcome)) {
            Ok(()) => JobResult::Done,
            Err(error) => JobResult::Unanswered(format!("what became of a part cannot be noted: {error}")),
        }
    }

    fn lock(tx: &mut Tx<'_>, job: &SendMassMail) -> Result<(), Error> {
        sending::lock(tx, job)
    }

    fn settle(tx: &mut Tx<'_>, job: &SendMassMail, fate: &Fate) -> Result<(), Error> {
        sending::settle(tx, job, fate)
    }
}

/// What became of the part, or what becomes of the job where nothing did.
fn send<'a>(outbound: &Outbound, part: &'a Part) -> Result<Outcome, JobResult> {
    let stop = |reason: StopReason| JobResult::Refused(reason.to_string());
    let service = part.service.as_ref().map_err(|reason| stop(*reason))?;
    let from_email = service.options.from_email.as_ref().ok_or_else(|| stop(StopReason::NoSender))?;
    let gone = || (!part.gone.is_empty()).then(|| "some recipients were removed".to_owned());
    let mut outcome = Outcome { failed: part.gone.clone(), reason: gone(), ..Outcome::default() };
    if part.people.is_empty() {
        return Ok(outcome);
    }
    let id = part.email.id;
    let begun = outbound.database.write(move |tx| sending::begin(tx, id));
    begun.map_err(|error| JobResult::Unanswered(format!("its beginning cannot be noted: {error}")))?;
    let addressed = |(_, person): &'a (RecipientId, Person)| {
        let code = part.codes.get(&folded(&person.email));
        Addressee { person, code_line: code.and_then(|code| line(&outbound.secret, code)) }
    };
    let people: Vec<Addressee<'_>> = part.people.iter().map(addressed).collect();
    let mail = MassMail {
        from_email: from_email.as_str(),
        from_name: service.options.from_name.as_deref(),
        subject: &part.email.subject,
        body: &part.email.body,
        people: &people,
    };
    let mailer = mailer_of(service, &outbound.secret);
    match mailer.and_then(|mailer| outbound.measured(CallKind::MassMail, |_| mailer.send(&mail))) {
        Ok(()) => outcome.sent = part.people.iter().map(|(recipient, _)| *recipient).collect(),
        // The others of the part are still waiting, and are in the next one.
        Err(MassMailError::Refused { reason, places }) => {
            let is_about = |place: &usize| places.is_empty() || places.contains(place);
            let refused = part.people.iter().enumerate().filter(|(place, _)| is_about(place));
            outcome.failed.extend(refused.map(|(_, (recipient, _))| *recipient));
            outcome.reason = Some(reason);
        }
        Err(MassMailError::Unusable(reason)) => return Err(JobResult::Refused(reason)),
        Err(MassMailError::Unanswered(reason)) => return Err(JobResult::Unanswered(reason)),
    }
    Ok(outcome)
}
