use super::{AnswerOptionId, ClientTestId, TestQuestionId, VerificationFault};
use crate::value::{Entity, Fault, FaultCode as _, Field, text_enum};

/// A test of what clients know, such as of the risks of trading.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct ClientTest {
    /// The title that clients are shown.
    pub caption: String,
    /// What stands below the title.
    pub details: Option<String>,
    /// Whether clients are offered it.
    pub is_visible: bool,
    /// Its place in lists, the lowest first.
    pub priority: i64,
}

impl Entity for ClientTest {
    type Id = ClientTestId;
    const RESOURCE: &'static str = "client_test";
}

text_enum! {
    /// How a question is answered.
    QuestionKind {
        /// In the client's own words.
        Open = "open",
        /// By options, of which at least one is right.
        Close = "close",
        /// By any number of options, none of them right or wrong.
        Questionnaire = "questionnaire",
        /// By exactly one option.
        Poll = "poll",
    }
}

impl QuestionKind {
    /// Why a question with so many options cannot be answered in this way: options and free words exclude each other.
    #[must_use]
    pub fn options_fault(self, options: usize) -> Option<Fault> {
        match self {
            Self::Open if options > 0 => Some(VerificationFault::OpenQuestionOptions.fault()),
            Self::Open | Self::Close | Self::Questionnaire | Self::Poll => None,
        }
    }
}

/// A question of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct TestQuestion {
    /// What is asked.
    pub question: String,
    /// How it is answered.
    pub kind: QuestionKind,
    /// Whether clients are asked it.
    pub is_visible: bool,
}

impl Entity for TestQuestion {
    type Id = TestQuestionId;
    const RESOURCE: &'static str = "test_question";
}

/// An option to answer a question.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct AnswerOption {
    /// What it says.
    pub text: String,
    /// Whether it is right; it matters for close questions.
    pub is_correct: bool,
}

impl Entity for AnswerOption {
    type Id = AnswerOptionId;
    const RESOURCE: &'static str = "answer_option";
}

/// A question, as far as it decides whether its test can be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuestionOutline {
    /// Which one.
    pub id: TestQuestionId,
    /// How it is answered.
    pub kind: QuestionKind,
    /// Whether clients are asked it.
    pub is_visible: bool,
    /// How many options it has.
    pub options: usize,
    /// How many of those are right.
    pub right_options: usize,
}

impl QuestionOutline {
    fn fault(&self) -> Option<Fault> {
        let lacks_options = self.options == 0;
        let code = match self.kind {
            QuestionKind::Close if self.right_options == 0 => VerificationFault::QuestionWithoutRightOption,
            QuestionKind::Questionnaire | QuestionKind::Poll if lacks_options => {
                VerificationFault::QuestionWithoutOptions
            }
            QuestionKind::Open | QuestionKind::Close | QuestionKind::Questionnaire | QuestionKind::Poll => return None,
        };
        self.is_visible.then(|| code.with("question", self.id.get()))
    }
}

/// A test, as far as it decides whether clients can take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestOutline {
    /// Whether clients are offered it.
    pub is_visible: bool,
    /// Its questions.
    pub questions: Vec<QuestionOutline>,
}

impl TestOutline {
    /// Why a question cannot be added as it is: it has no options yet.
    #[must_use]
    pub fn fault_of_new(&self, question: &TestQuestion) -> Option<Fault> {
        let needs_options = match question.kind {
            QuestionKind::Open => false,
            QuestionKind::Close | QuestionKind::Questionnaire | QuestionKind::Poll => true,
        };
        let is_shown = self.is_visible && question.is_visible;
        (is_shown && needs_options).then(|| VerificationFault::QuestionNotReady.at(Field::IsVisible))
    }

    /// What keeps clients from taking a test that they are offered.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        if !self.is_visible {
            return Vec::new();
        }
        if !self.questions.iter().any(|question| question.is_visible) {
            return vec![VerificationFault::TestWithoutQuestions.fault()];
        }
        self.questions.iter().filter_map(QuestionOutline::fault).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(id: i64, kind: QuestionKind, options: usize, right_options: usize) -> QuestionOutline {
        QuestionOutline { id: TestQuestionId::new(id), kind, is_visible: true, options, right_options }
    }

    fn faults(questions: &[QuestionOutline]) -> Vec<Fault> {
        TestOutline { is_visible: true, questions: questions.to_vec() }.faults()
    }

    #[test]
    fn a_visible_test_has_a_visible_question() {
        let hidden = QuestionOutline { is_visible: false, ..question(1, QuestionKind::Open, 0, 0) };
        assert_eq!(faults(&[hidden]), [VerificationFault::TestWithoutQuestions.fault()]);
        assert_eq!(faults(&[hidden, question(2, QuestionKind::Open, 0, 0)]), []);
        assert_eq!(TestOutline { is_visible: false, questions: Vec::new() }.faults(), []);
    }

    #[test]
    fn each_kind_of_question_needs_options_of_its_own() {
        let without_right = VerificationFault::QuestionWithoutRightOption.with("question", 1_i64);
        let without_options = VerificationFault::QuestionWithoutOptions.with("question", 1_i64);
        assert_eq!(faults(&[question(1, QuestionKind::Close, 2, 0)]), [without_right]);
        assert_eq!(faults(&[question(1, QuestionKind::Close, 2, 1)]), []);
        for kind in [QuestionKind::Questionnaire, QuestionKind::Poll] {
            assert_eq!(faults(&[question(1, kind, 0, 0)]), std::slice::from_ref(&without_options));
            assert_eq!(faults(&[question(1, kind, 1, 0)]), []);
        }
    }

    #[test]
    fn a_question_that_is_not_asked_needs_nothing() {
        let hidden = QuestionOutline { is_visible: false, ..question(1, QuestionKind::Close, 0, 0) };
        assert_eq!(faults(&[hidden, question(2, QuestionKind::Open, 0, 0)]), []);
    }

    #[test]
    fn a_question_answered_in_words_has_no_options() {
        assert_eq!(QuestionKind::Open.options_fault(0), None);
        assert!(QuestionKind::Open.options_fault(1).is_some());
        assert_eq!(QuestionKind::Close.options_fault(2), None);
    }
}
