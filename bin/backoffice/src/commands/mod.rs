//! What each command does.

mod demo;
mod ledger;
mod queue;
mod serve;
mod shared;
mod users;

use std::io::Write as _;

use self::shared::{migrate, with_few};
use crate::arguments::{Arguments, Command, Ledger, Policy, Queue};
use crate::fault::Fault;

/// Runs a command.
pub fn run(arguments: Arguments) -> Result<(), Fault> {
    let Arguments { shared, command } = arguments;
    match command {
        Command::Serve(serve) => serve::serve(&shared, *serve),
        Command::Migrate => with_few(&shared, migrate),
        Command::User(command) => with_few(&shared, |database| users::user(database, command)),
        Command::Openapi => {
            let document = api::document().map_err(|error| Fault::Failure(error.to_string()))?;
            Ok(std::io::stdout().write_all(document.as_bytes())?)
        }
        Command::Policy(Policy::Off { user }) => with_few(&shared, |database| users::policy_off(database, user)),
        Command::Policy(Policy::ApprovalsOff) => with_few(&shared, users::approvals_off),
        Command::Policy(Policy::PasswordsOn) => with_few(&shared, users::passwords_on),
        Command::Ledger(Ledger::Verify) => with_few(&shared, ledger::verify_ledger),
        Command::Demo(demo) => demo::populate(&shared, &demo),
        Command::Queue(Queue::List(list)) => with_few(&shared, |database| queue::list(database, list)),
        Command::Queue(Queue::Retry(retry)) => with_few(&shared, |database| queue::retry(database, retry)),
    }
}
