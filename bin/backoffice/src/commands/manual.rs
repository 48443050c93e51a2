//! `completions` and `man`: what the command line tells of itself.

use std::io::Write as _;

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::fault::Fault;

pub(super) fn completions(shell: Shell) -> Result<(), Fault> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "backoffice", &mut script);
    Ok(std::io::stdout().write_all(&script)?)
}

/// Prints the manual page of a command, named by its words.
pub(super) fn page(words: &[String]) -> Result<(), Fault> {
    let mut program = Arguments::command();
    program.build();
    let missing = || Fault::Usage(format!("there is no command {}", words.join(" ")));
    let command = words.iter().try_fold(&program, |command, word| command.find_subcommand(word)).ok_or_else(missing)?;
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    Ok(std::io::stdout().write_all(&page)?)
}
