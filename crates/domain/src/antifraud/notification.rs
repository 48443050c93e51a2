use super::{AntifraudFault, AntifraudNotificationId, AntifraudStepId};
use crate::identity::UserId;
use crate::value::{CommonFault, Entity, FaultCode as _, Field, Refusal, Timestamp, text_enum};

text_enum! {
    /// Whether users are done with a notification.
    AntifraudStatus {
        /// They are not.
        Open = "open",
        /// They are, and have said what came of it.
        Closed = "closed",
    }
}

/// Who did a step, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepDone {
    /// The user.
    pub user: UserId,
    /// The time.
    pub time: Timestamp,
}

/// A step of a notification, as it stood when the notification was raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its id.
    pub id: AntifraudStepId,
    /// What is to be done.
    pub description: String,
    /// Who did it; none while it is to be done.
    pub done: Option<StepDone>,
}

/// What users change of a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// Whether they are done with it.
    pub status: AntifraudStatus,
    /// What came of it.
    pub comment: Option<String>,
    /// Its steps, in their order.
    pub steps: Vec<Step>,
    /// When it was closed.
    pub close_time: Option<Timestamp>,
}

impl Entity for Notification {
    type Id = AntifraudNotificationId;
    const RESOURCE: &'static str = "antifraud_notification";
}

/// What is sent of a notification; none stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotificationChange {
    /// All steps that are done.
    pub done_steps: Option<Vec<AntifraudStepId>>,
    /// Whether it is closed.
    pub status: Option<AntifraudStatus>,
    /// What came of it.
    pub comment: Option<Option<String>>,
}

impl Notification {
    /// What a user's change makes of it. One that is opened again has no time at which it was closed.
    ///
    /// # Errors
    /// A refusal of steps that it has not and of a closed one without a comment; a conflict where the steps of a closed one
    /// would change.
    pub fn changed(&self, change: &NotificationChange, user: UserId, now: Timestamp) -> Result<Self, Refusal> {
        let status = change.status.unwrap_or(self.status);
        let comment = change.comment.clone().unwrap_or_else(|| self.comment.clone());
        let done_steps = change.done_steps.as_deref().unwrap_or_default();
        let is_unknown = |id: &AntifraudStepId| self.steps.iter().all(|step| step.id != *id);
        let unknown = done_steps.iter().enumerate().filter(|(_, id)| is_unknown(id));
        let unknown = unknown.map(|(place, _)| CommonFault::Unknown.at(Field::DoneSteps.entry(place)));
        let lacks_comment = status == AntifraudStatus::Closed && comment.as_deref().is_none_or(str::is_empty);
        let lacking = lacks_comment.then(|| AntifraudFault::ClosingCommentRequired.at(Field::Comment));
        Refusal::unless_empty(unknown.chain(lacking).collect())?;
        let done = |step: &Step| match (done_steps.contains(&step.id), step.done) {
            (true, done) => Some(done.unwrap_or(StepDone { user, time: now })),
            (false, _) => None,
        };
        let steps: Vec<Step> = match change.done_steps {
            Some(_) => self.steps.iter().map(|step| Step { done: done(step), ..step.clone() }).collect(),
            None => self.steps.clone(),
        };
        let close_time = match (self.status, status) {
            (AntifraudStatus::Closed, AntifraudStatus::Closed) if steps != self.steps => {
                return Err(AntifraudFault::NotificationClosed.at(Field::DoneSteps).conflict());
            }
            (AntifraudStatus::Closed, AntifraudStatus::Closed) => self.close_time,
            (AntifraudStatus::Open, AntifraudStatus::Closed) => Some(now),
            (_, AntifraudStatus::Open) => None,
        };
        Ok(Self { status, comment, steps, close_time })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: UserId = UserId::new(1);
    const BOB: UserId = UserId::new(2);

    fn at(second: i64) -> Timestamp {
        chrono::DateTime::from_timestamp(second, 0).unwrap().into()
    }

    fn open() -> Notification {
        let step = |id| Step { id: AntifraudStepId::new(id), description: "Call".into(), done: None };
        Notification { status: AntifraudStatus::Open, comment: None, steps: vec![step(1), step(2)], close_time: None }
    }

    fn steps(ids: &[i64]) -> NotificationChange {
        let ids = ids.iter().copied().map(AntifraudStepId::new).collect();
        NotificationChange { done_steps: Some(ids), ..NotificationChange::default() }
    }

    fn status(status: AntifraudStatus) -> NotificationChange {
        NotificationChange { status: Some(status), ..NotificationChange::default() }
    }

    #[test]
    fn what_is_done_stays_with_who_did_it_and_what_is_left_out_is_to_be_done() {
        let first = open().changed(&steps(&[1]), ANN, at(1)).unwrap();
        let both = first.changed(&steps(&[2, 1, 2]), BOB, at(2)).unwrap();
        let done: Vec<_> = both.steps.iter().map(|step| step.done).collect();
        assert_eq!(done, [Some(StepDone { user: ANN, time: at(1) }), Some(StepDone { user: BOB, time: at(2) })]);
        assert_eq!(both.changed(&steps(&[]), ANN, at(3)).unwrap(), open());
        assert_eq!(both.changed(&NotificationChange::default(), ANN, at(3)).unwrap(), both);
    }

    #[test]
    fn one_is_closed_with_a_comment_and_opened_again() {
        let close = status(AntifraudStatus::Closed);
        let Err(Refusal::Unprocessable(faults)) = open().changed(&close, ANN, at(1)) else { panic!("no comment") };
        assert!(faults[0].is(AntifraudFault::ClosingCommentRequired));
        let with_comment = NotificationChange { comment: Some(Some("One family".into())), ..close };
        let closed = open().changed(&with_comment, ANN, at(1)).unwrap();
        assert_eq!(closed.close_time, Some(at(1)));
        assert_eq!(closed.changed(&with_comment, ANN, at(2)).unwrap(), closed, "it was closed then");
        let cleared = NotificationChange { comment: Some(None), ..NotificationChange::default() };
        assert!(closed.changed(&cleared, ANN, at(2)).is_err());
        let opened = closed.changed(&status(AntifraudStatus::Open), ANN, at(3)).unwrap();
        assert_eq!((opened.close_time, opened.comment), (None, Some("One family".into())));
    }

    #[test]
    fn the_steps_of_a_closed_one_stay() {
        let closed = Notification { status: AntifraudStatus::Closed, comment: Some("x".into()), ..open() };
        assert!(matches!(closed.changed(&steps(&[1]), ANN, at(1)), Err(Refusal::Conflict(_))));
        assert!(closed.changed(&steps(&[]), ANN, at(1)).is_ok(), "nothing changes");
        let opening = NotificationChange { status: Some(AntifraudStatus::Open), ..steps(&[1]) };
        assert!(closed.changed(&opening, ANN, at(1)).is_ok());
        let closing = NotificationChange { status: Some(AntifraudStatus::Closed), ..steps(&[1]) };
        let commented = Notification { comment: Some("x".into()), ..open() };
        assert!(commented.changed(&closing, ANN, at(1)).is_ok(), "the last step with the closing");
    }

    #[test]
    fn steps_of_others_are_unknown() {
        let Err(Refusal::Unprocessable(faults)) = open().changed(&steps(&[1, 9]), ANN, at(1)) else {
            panic!("unknown")
        };
        assert_eq!(faults, [CommonFault::Unknown.at(Field::DoneSteps.entry(1))]);
    }
}
