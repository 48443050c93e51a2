use super::{AnswerOptionId, ClientTestId, QuestionKind, TestQuestionId, VerificationFault};
use crate::ledger::RequestStatus;
use crate::value::{Fault, FaultCode as _, Refusal, text_enum};

text_enum! {
    /// Whether what a client answered is accepted.
    ApprovalStatus {
        /// Nobody has decided yet.
        Pending = "pending",
        /// The client has passed.
        Approved = "approved",
        /// The client may try again.
        Rejected = "rejected",
    }
}

impl ApprovalStatus {
    /// The decision on an attempt is that on its request. Without one, the right answers decided.
    #[must_use]
    pub const fn of_request(request: Option<RequestStatus>) -> Self {
        match request {
            None | Some(RequestStatus::Approved) => Self::Approved,
            Some(RequestStatus::Rejected) => Self::Rejected,
            Some(RequestStatus::New | RequestStatus::Pending | RequestStatus::InProgress) => Self::Pending,
        }
    }
}

/// A question as it is asked, with its options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedQuestion {
    /// Which one.
    pub id: TestQuestionId,
    /// What is asked.
    pub question: String,
    /// How it is answered.
    pub kind: QuestionKind,
    /// The options: each with its text, and whether it is right.
    pub options: Vec<(AnswerOptionId, String, bool)>,
}

/// What a client answers to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// To which one.
    pub question: TestQuestionId,
    /// In words.
    pub text: Option<String>,
    /// The options that are chosen.
    pub options: Vec<AnswerOptionId>,
}

/// An option as it stood when the client answered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AnsweredOption {
    /// Its id.
    pub id: AnswerOptionId,
    /// What it said.
    pub text: String,
    /// Whether it was right.
    pub is_correct: bool,
    /// Whether the client chose it.
    pub selected: bool,
}

/// A question as it stood when the client answered, with the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AnsweredQuestion {
    /// Its id.
    pub id: TestQuestionId,
    /// What was asked.
    pub question: String,
    /// How it is answered.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub kind: QuestionKind,
    /// What the client wrote; null where the question is answered by options.
    pub text: Option<String>,
    /// The options that the client could choose from.
    pub answers: Vec<AnsweredOption>,
}

impl AnsweredQuestion {
    /// Whether exactly the right options were chosen.
    fn is_right(&self) -> bool {
        self.answers.iter().all(|option| option.selected == option.is_correct)
    }
}

/// What a client has answered in a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Which test.
    pub test: ClientTestId,
    /// What the test was called.
    pub caption: String,
    /// The answers.
    pub questions: Vec<AnsweredQuestion>,
}

impl Attempt {
    /// Puts answers together with the questions of a test.
    ///
    /// # Errors
    /// A refusal with each question whose answer does not fit it.
    pub fn of(test: ClientTestId, caption: &str, asked: &[AskedQuestion], answers: &[Answer]) -> Result<Self, Refusal> {
        let mut faults: Vec<Fault> = Vec::new();
        let is_asked = |answer: &&Answer| asked.iter().any(|question| question.id == answer.question);
        let unknown = answers.iter().filter(|answer| !is_asked(answer));
        faults.extend(unknown.map(|answer| VerificationFault::UnknownQuestion.with("question", answer.question.get())));
        let mut questions = Vec::with_capacity(asked.len());
        for question in asked {
            let given: Vec<&Answer> = answers.iter().filter(|answer| answer.question == question.id).collect();
            let fits = match given.as_slice() {
                [answer] => question.takes(answer),
                _ => false,
            };
            match given.first().filter(|_| fits) {
                Some(answer) => questions.push(question.answered(answer)),
                None => faults.push(VerificationFault::AnswerNotFitting.with("question", question.id.get())),
            }
        }
        Refusal::unless_empty(faults)?;
        Ok(Self { test, caption: caption.to_owned(), questions })
    }

    /// Whether no user has to look at it: only questions with right answers, all of them answered right.
    #[must_use]
    pub fn passes_by_itself(&self) -> bool {
        self.questions.iter().all(|question| question.kind == QuestionKind::Close && question.is_right())
    }
}

impl AskedQuestion {
    fn takes(&self, answer: &Answer) -> bool {
        let is_known = answer.options.iter().all(|chosen| self.options.iter().any(|(id, ..)| id == chosen));
        let has_text = answer.text.as_deref().is_some_and(|text| !text.trim().is_empty());
        let fits = match self.kind {
            QuestionKind::Open => has_text && answer.options.is_empty(),
            QuestionKind::Close => answer.text.is_none() && !answer.options.is_empty(),
            QuestionKind::Questionnaire => answer.text.is_none(),
            QuestionKind::Poll => answer.text.is_none() && answer.options.len() == 1,
        };
        fits && is_known
    }

    fn answered(&self, answer: &Answer) -> AnsweredQuestion {
        let option = |(id, text, is_correct): &(AnswerOptionId, String, bool)| AnsweredOption {
            id: *id,
            text: text.clone(),
            is_correct: *is_correct,
            selected: answer.options.contains(id),
        };
        AnsweredQuestion {
            id: self.id,
            question: self.question.clone(),
            kind: self.kind,
            text: answer.text.clone(),
            answers: self.options.iter().map(option).collect(),
        }
    }
}

/// Whether a client may answer a test, whose last attempt came to this.
///
/// # Errors
/// [`Refusal::Conflict`] unless it was rejected.
pub fn check_repeatable(last: Option<ApprovalStatus>) -> Result<(), Refusal> {
    match last {
        None | Some(ApprovalStatus::Rejected) => Ok(()),
        Some(status @ (ApprovalStatus::Pending | ApprovalStatus::Approved)) => {
            Err(VerificationFault::TestAnswered.with("status", status.as_str()).conflict())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(id: i64, kind: QuestionKind) -> AskedQuestion {
        let options = match kind {
            QuestionKind::Open => Vec::new(),
            QuestionKind::Close | QuestionKind::Questionnaire | QuestionKind::Poll => {
                [(1, true), (2, true), (3, false)]
                    .map(|(n, is_correct)| (AnswerOptionId::new(n), n.to_string(), is_correct))
                    .into()
            }
        };
        AskedQuestion { id: TestQuestionId::new(id), question: "?".into(), kind, options }
    }

    fn answer(id: i64, text: Option<&str>, options: &[i64]) -> Answer {
        Answer {
            question: TestQuestionId::new(id),
            text: text.map(ToOwned::to_owned),
            options: options.iter().copied().map(AnswerOptionId::new).collect(),
        }
    }

    fn attempt(asked: &[AskedQuestion], answers: &[Answer]) -> Result<Attempt, Refusal> {
        Attempt::of(ClientTestId::new(1), "Risks", asked, answers)
    }

    #[test]
    fn each_kind_of_question_takes_answers_of_its_own() {
        use QuestionKind as K;
        for (kind, text, options, fits) in [
            (K::Open, Some("Because"), vec![], true),
            (K::Open, Some(" "), vec![], false),
            (K::Open, None, vec![], false),
            (K::Open, Some("Because"), vec![1], false),
            (K::Close, None, vec![1, 2], true),
            (K::Close, None, vec![], false),
            (K::Close, Some("x"), vec![1], false),
            (K::Close, None, vec![9], false),
            (K::Questionnaire, None, vec![], true),
            (K::Questionnaire, None, vec![1, 2, 3], true),
            (K::Poll, None, vec![3], true),
            (K::Poll, None, vec![], false),
            (K::Poll, None, vec![1, 2], false),
        ] {
            let made = attempt(&[asked(7, kind)], &[answer(7, text, &options)]);
            assert_eq!(made.is_ok(), fits, "{kind} {text:?} {options:?}");
        }
    }

    #[test]
    fn every_question_is_answered_once() {
        let asked = [asked(1, QuestionKind::Poll)];
        let twice = [answer(1, None, &[1]), answer(1, None, &[2])];
        for answers in [&[][..], &twice, &[answer(1, None, &[1]), answer(2, None, &[1])]] {
            assert!(matches!(attempt(&asked, answers), Err(Refusal::Unprocessable(_))), "{answers:?}");
        }
    }

    #[test]
    fn right_answers_alone_pass_by_themselves() {
        let close = asked(1, QuestionKind::Close);
        let passes = |asked: &[AskedQuestion], answers: &[Answer]| attempt(asked, answers).unwrap().passes_by_itself();
        assert!(passes(std::slice::from_ref(&close), &[answer(1, None, &[1, 2])]));
        assert!(!passes(std::slice::from_ref(&close), &[answer(1, None, &[1])]), "one is missing");
        assert!(!passes(std::slice::from_ref(&close), &[answer(1, None, &[1, 2, 3])]), "one is wrong");
        let poll = asked(2, QuestionKind::Poll);
        assert!(!passes(&[close, poll], &[answer(1, None, &[1, 2]), answer(2, None, &[1])]), "somebody looks at it");
    }

    #[test]
    fn a_test_is_repeated_after_a_rejection_alone() {
        assert_eq!(check_repeatable(None), Ok(()));
        assert_eq!(check_repeatable(Some(ApprovalStatus::Rejected)), Ok(()));
        for status in [ApprovalStatus::Pending, ApprovalStatus::Approved] {
            assert!(matches!(check_repeatable(Some(status)), Err(Refusal::Conflict(_))));
        }
    }
}
