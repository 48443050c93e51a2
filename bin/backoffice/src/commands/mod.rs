//! What each command does.

mod backups;
mod demo;
mod import;
mod ledger;
mod manual;
mod queue;
mod serve;
mod shared;
mod users;

use std::io::Write as _;

use self::shared::{migrate, with_few};
use crate::arguments::{Arguments, Command, Ledger, Policy, Queue};
use crate::fault::Fault;
use crate::settings::Sources;

/// Runs a command, whose settings come from these places.
pub fn run(arguments: Arguments, sources: &Sources) -> Result<(), Fault> {
    let Arguments { shared, command } = arguments;
    match command {
        Command::Serve(serve) => serve::serve(&shared, *serve, sources),
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
        Command::Import(wanted) => import::import(&shared, &wanted),
        Command::Queue(Queue::List(list)) => with_few(&shared, |database| queue::list(database, list)),
        Command::Queue(Queue::Retry(retry)) => with_few(&shared, |database| queue::retry(database, retry)),
        Command::Backup(backup) => backups::backup(&shared, &backup),
        Command::Restore(restore) => backups::restore(&shared, &restore),
        Command::Completions { shell } => manual::completions(shell),
        Command::Man { command } => manual::page(&command),
    }
}
