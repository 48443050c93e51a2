//! The back office: a server, and what its operator does from the machine itself.

mod arguments;
mod commands;
mod fault;
mod files;
mod logger;
mod secret;

use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;

use crate::arguments::Arguments;

/// Reads and writes allocate much on many threads, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A wrong value on the command line or in the environment.
const EXIT_USAGE: u8 = 2;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    logger::start(arguments.shared.log_format);
    match commands::run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("backoffice: {fault}");
            ExitCode::from(fault.exit_code())
        }
    }
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
    let text = error.to_string();
    // What is wrong stands before the first empty line; the arguments that are missing, each in one of their own.
    let lines: Vec<&str> = text.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
    let line = lines.join(" ");
    eprintln!("backoffice: {}", line.strip_prefix("error: ").unwrap_or(&line));
    ExitCode::from(EXIT_USAGE)
}
