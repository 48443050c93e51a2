use super::VerificationWizard;
use crate::ledger::RequestStatus;
use crate::platform::Fate;

/// What is known of a request for a level when the answer of an outside checker is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckedRequest {
    /// How far the request is.
    pub status: RequestStatus,
    /// How clients of the level are checked.
    pub wizard: VerificationWizard,
    /// Whether the restrictions of the level allow the client.
    pub is_offered: bool,
}

/// What follows from the answer of an outside checker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckEffect {
    /// The client gets the level, and the request is approved.
    Grant,
    /// A user decides, and is told this.
    LeaveToUser(String),
    /// Nothing: the answer is still to come, or came too late.
    Nothing,
}

impl CheckedRequest {
    /// What follows from the answer. A checker approves, and never rejects: what it does not approve waits for a user.
    #[must_use]
    pub fn effect(&self, fate: &Fate) -> CheckEffect {
        match (self.status, fate) {
            (RequestStatus::Pending, Fate::Done) if self.wizard != VerificationWizard::External => {
                CheckEffect::LeaveToUser(
                    "The outside check approved the client, but the level is no longer given by checks.".into(),
                )
            }
            (RequestStatus::Pending, Fate::Done) if !self.is_offered => CheckEffect::LeaveToUser(
                "The outside check approved the client, but the level is restricted to others.".into(),
            ),
            (RequestStatus::Pending, Fate::Done) => CheckEffect::Grant,
            (RequestStatus::Pending, Fate::Refused(reason)) => {
                CheckEffect::LeaveToUser(format!("The outside check declined the client: {reason}"))
            }
            (RequestStatus::Pending, Fate::Dead(reason)) => {
                CheckEffect::LeaveToUser(format!("The outside check was given up: {reason}"))
            }
            (RequestStatus::Pending, Fate::Again { .. })
            | (
                RequestStatus::New | RequestStatus::InProgress | RequestStatus::Approved | RequestStatus::Rejected,
                Fate::Done | Fate::Refused(_) | Fate::Again { .. } | Fate::Dead(_),
            ) => CheckEffect::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAITING: CheckedRequest =
        CheckedRequest { status: RequestStatus::Pending, wizard: VerificationWizard::External, is_offered: true };

    fn told(request: CheckedRequest, fate: &Fate) -> String {
        match request.effect(fate) {
            CheckEffect::LeaveToUser(text) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn who_is_approved_gets_the_level() {
        assert_eq!(WAITING.effect(&Fate::Done), CheckEffect::Grant);
    }

    #[test]
    fn who_is_not_approved_waits_for_a_user() {
        assert!(
            told(WAITING, &Fate::Refused("the photo is blurred".into()))
                .ends_with("declined the client: the photo is blurred")
        );
        assert!(told(WAITING, &Fate::Dead("no answer".into())).ends_with("given up: no answer"));
    }

    #[test]
    fn an_approval_counts_by_the_level_as_it_is_now() {
        let by_documents = CheckedRequest { wizard: VerificationWizard::Documents, ..WAITING };
        assert!(told(by_documents, &Fate::Done).contains("no longer given by checks"));
        let for_others = CheckedRequest { is_offered: false, ..WAITING };
        assert!(told(for_others, &Fate::Done).contains("restricted to others"));
    }

    #[test]
    fn nothing_follows_for_a_request_that_is_decided() {
        let fates = [Fate::Done, Fate::Refused(String::new()), Fate::Dead(String::new())];
        for status in RequestStatus::ALL.iter().filter(|status| **status != RequestStatus::Pending) {
            for fate in &fates {
                assert_eq!(CheckedRequest { status: *status, ..WAITING }.effect(fate), CheckEffect::Nothing);
            }
        }
    }
}
