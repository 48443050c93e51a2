use domain::value::{CommonFault, FaultCode as _, Timestamp};
use domain::wizards::{AnswerFault, AnswerProblem, Run, RunRefusal, WizardsFault};

use crate::{Fault, Problem, RequestFault};

/// A transition that is refused, as callers see it.
pub(crate) fn refused(refusal: RunRefusal, now: Timestamp) -> Problem {
    match refusal {
        RunRefusal::NotFound => Problem::not_found(),
        // Disabled wizards are not among those that are run or chosen.
        RunRefusal::WizardDisabled | RunRefusal::WizardNotChosen => Problem::conflict(WizardsFault::WizardNotChosen),
        RunRefusal::Blocked { until } => Problem::too_many(until, now),
        RunRefusal::OutOfOrder { expected } => {
            Problem::conflict(WizardsFault::StepOutOfOrder.with("step", expected.as_str()))
        }
        RunRefusal::Answers(faults) => Problem::bad_request(faults.into_iter().map(answer_fault).collect()),
        RunRefusal::FactorNotChosen => Problem::conflict(WizardsFault::SecondFactorNotChosen),
        RunRefusal::FactorNotOffered => Problem::unprocessable(WizardsFault::SecondFactorNotOffered),
        RunRefusal::TooManySends => Problem::unprocessable(WizardsFault::TooManyCodesSent),
        RunRefusal::NothingToSend | RunRefusal::NoCodeSent | RunRefusal::CodeExpired => {
            Problem::unprocessable(WizardsFault::CodeExpired)
        }
    }
}

/// A wrong answer to a field of the broker's own.
pub(crate) fn answer_fault(fault: AnswerFault) -> Fault {
    let name = fault.name.as_str().to_owned();
    match fault.problem {
        AnswerProblem::Missing => Fault::sent(&name, RequestFault::Required),
        AnswerProblem::NotTicked => Fault::sent(&name, WizardsFault::NotTicked),
        AnswerProblem::NotText => Fault::sent(&name, RequestFault::NotString),
        AnswerProblem::TooLong { max } => Fault::sent(&name, CommonFault::Length.with("min", 0_i64).with("max", max)),
        AnswerProblem::NotDate => Fault::sent(&name, CommonFault::NotDate),
        AnswerProblem::NotOption => Fault::sent(&name, RequestFault::UnknownValue),
        AnswerProblem::NotFlag => Fault::sent(&name, RequestFault::NotBoolean),
    }
}

/// It is another step's turn.
pub(crate) fn out_of_order(run: &Run) -> Problem {
    let step = run.next().map_or("terminate", |step| step.as_str());
    Problem::conflict(WizardsFault::StepOutOfOrder.with("step", step))
}
