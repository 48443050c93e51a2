//! How clients are verified: the levels they climb, and the documents and tests that a level asks for
//! (`docs/rules.md`, Verification).

mod attempt;
mod check;
mod climb;
mod document;
mod fault;
mod grant;
mod ladder;
mod level;
mod test;

pub use attempt::{Answer, AnsweredOption, AnsweredQuestion, ApprovalStatus, AskedQuestion, Attempt, check_repeatable};
pub use check::{CheckEffect, CheckedRequest};
pub use climb::{Climber, LevelStanding, OfferedLevel};
pub use document::{DocumentGroup, DocumentGroupKind, DocumentType, check_taken_back, sent_name, serves, shown_name};
pub use fault::VerificationFault;
pub use grant::{GrantReason, VerificationId};
pub use ladder::{Ladder, Rung};
pub use level::{LevelRestriction, LevelRestrictionName, LevelTerms, VerificationLevel, VerificationWizard};
pub use test::{AnswerOption, ClientTest, QuestionKind, QuestionOutline, TestOutline, TestQuestion};

pub use crate::clients::VerificationLevelId;
use crate::value::ids;
pub use crate::value::{DocumentId, TestAttemptId};

ids! {
    /// A group of document types.
    DocumentGroupId,
    /// A type of documents.
    DocumentTypeId,
    /// A restriction of a level.
    LevelRestrictionId,
    /// A test of what clients know.
    ClientTestId,
    /// A question of a test.
    TestQuestionId,
    /// An option to answer a question.
    AnswerOptionId,
}
