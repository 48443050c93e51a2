use crate::value::{FaultCode, text_enum};

text_enum! {
    /// The rules of verification levels, documents and tests.
    VerificationFault {
        /// The default level has the index 0, and no other level has it.
        DefaultIndexMismatch = "defaultIndexMismatch",
        /// Levels are never sustainable.
        SustainableUnsupported = "sustainableUnsupported",
        /// A level becomes the default after it was made, not at once.
        NewLevelDefault = "newLevelDefault",
        /// One level is the default: it passes the mark on to another, and does not lose it.
        DefaultLevelMissing = "defaultLevelMissing",
        /// The next level has a larger index.
        NextLevelNotAbove = "nextLevelNotAbove",
        /// With this index, the `level` and its next one would be out of order.
        LevelsOutOfOrder = "levelsOutOfOrder",
        /// A visible test has a visible question.
        TestWithoutQuestions = "testWithoutQuestions",
        /// A visible `question` of a visible test that is not answered in words has options.
        QuestionWithoutOptions = "questionWithoutOptions",
        /// A visible `question` of a visible test that has right answers has an option that is right.
        QuestionWithoutRightOption = "questionWithoutRightOption",
        /// A question that needs options is added hidden to a visible test, and shown once it has them.
        QuestionNotReady = "questionNotReady",
        /// A question that is answered in words has no options.
        OpenQuestionOptions = "openQuestionOptions",
        /// The test does not ask this `question`.
        UnknownQuestion = "unknownQuestion",
        /// The `question` is answered once, in the way of its type.
        AnswerNotFitting = "answerNotFitting",
        /// A client takes back what nobody looks at, or what was rejected: the document has this `status`.
        DocumentHandedIn = "documentHandedIn",
        /// There is no level above that the client could ask for.
        NoNextLevel = "noNextLevel",
        /// A client asks for the level that comes next.
        LevelNotNext = "levelNotNext",
        /// These `tests` are to be passed first.
        TestsNotPassed = "testsNotPassed",
        /// Documents of these `groups` are still to be handed in.
        DocumentsMissing = "documentsMissing",
        /// A test is answered again after a rejection alone: the last attempt has this `status`.
        TestAnswered = "testAnswered",
    }
}

impl FaultCode for VerificationFault {
    const ALL: &'static [Self] = Self::ALL;

    fn text(self) -> &'static str {
        self.as_str()
    }
}
