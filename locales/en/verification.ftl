### Verification levels, documents and tests.

defaultIndexMismatch = does not fit default: the default level has the index 0, and only that one
sustainableUnsupported = must be false
newLevelDefault = A new level cannot be the default. Add it, then make it the default.
defaultLevelMissing = One level is always the default, with the index 0. Make another level the default instead.
nextLevelNotAbove = must be a level with a larger index
levelsOutOfOrder = The level { $level } would have a next level that is not above it.
testWithoutQuestions = A visible test needs a visible question.
questionWithoutOptions = Question { $question } of a visible test needs options.
questionWithoutRightOption = Question { $question } of a visible test needs an option that is right.
questionNotReady = must be false: in a visible test, a question is shown once it has its options
openQuestionOptions = A question that is answered in words has no options.
unknownQuestion = The test does not ask question { $question }.
answerNotFitting = Question { $question } must be answered once, in the way of its type.
documentHandedIn = The document is { $status }. Only a new or a rejected one can be taken back.
noNextLevel = There is no level above yours that you can ask for.
levelNotNext = must be the level that comes next
testsNotPassed = These tests must be passed first: { $tests }
documentsMissing = Documents are still missing for: { $groups }
testAnswered = The last attempt is { $status }. A test can be answered again after a rejection.
