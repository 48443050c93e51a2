//! The back office: a server, and what its operator does from the machine itself.

mod arguments;
mod commands;
mod fault;
mod files;
mod logger;
mod secret;
mod settings;

use std::process::ExitCode;

use clap::error::ErrorKind;

use crate::fault::Fault;
use crate::settings::{Given, Refusal};

/// Reads and writes allocate much on many threads, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A wrong value on the command line or in the environment.
const EXIT_USAGE: u8 = 2;

fn main() -> ExitCode {
    let Given { arguments, sources } = match settings::read(std::env::args_os().collect()) {
        Ok(given) => given,
        Err(Refusal::Usage(error)) => return usage(&error),
        Err(Refusal::File(text)) => return failed(&Fault::Usage(text)),
    };
    logger::start(arguments.shared.log_format);
    sources.warn();
    match commands::run(arguments, &sources) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => failed(&fault),
    }
}

fn failed(fault: &Fault) -> ExitCode {
    eprintln!("backoffice: {fault}");
    ExitCode::from(fault.exit_code())
}

/// Help goes out whole; a fault is one line.
fn usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        print!("{error}");
        return ExitCode::SUCCESS;
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        eprint!("{error}");
        return ExitCode::from(EXIT_USAGE);
    }
    eprintln!("backoffice: {}", settings::first_line(error));
    ExitCode::from(EXIT_USAGE)
}
