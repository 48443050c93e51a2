//! PostgreSQL's own programs.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::service::Service;

const DUMP: &str = "pg_dump";
const RESTORE: &str = "pg_restore";
/// How long a dump may stand still before it is given up: a proxy that stays silent would hold it for ever.
const MAX_STANDSTILL: Duration = Duration::from_mins(10);
const POLL: Duration = Duration::from_millis(100);
/// How much is told of what a program said.
const MAX_TOLD_BYTES: u64 = 2_000;

/// Holds that the program is installed and of the server's version.
fn check(tool: &'static str, server: i32) -> Result<(), Error> {
    let output =
        Command::new(tool).arg("--version").stdin(Stdio::null()).output().map_err(|error| missing(tool, error))?;
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = major(&told).ok_or_else(|| Error::ToolFailed { tool, told: format!("its version is {told:?}") })?;
    if version == server { Ok(()) } else { Err(Error::ToolOfOtherVersion { tool, version, server }) }
}

/// The major version in what a program says, such as `pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn major(told: &str) -> Option<i32> {
    let version = told.split_once("(PostgreSQL) ")?.1;
    version.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()
}

fn missing(tool: &'static str, error: io::Error) -> Error {
    match error.kind() {
        ErrorKind::NotFound => Error::ToolMissing(tool),
        _ => Error::ToolFailed { tool, told: error.to_string() },
    }
}

/// Holds that a server of this version can be dumped.
pub(crate) fn check_dump(server: i32) -> Result<(), Error> {
    check(DUMP, server)
}

/// Holds that a dump can be restored to a server of this version.
pub(crate) fn check_restore(server: i32) -> Result<(), Error> {
    check(RESTORE, server)
}

/// Dumps a snapshot that another connection holds. The dump is not compressed: the archive is.
pub(crate) fn dump(service: &Service, snapshot: &str, into: &File) -> Result<(), Error> {
    let mut command = service.command(DUMP);
    command.args(["--format=custom", "--compress=0", "--lock-wait-timeout=60s", "--snapshot", snapshot]);
    let output = into.try_clone().map_err(|error| Error::ToolFailed { tool: DUMP, told: error.to_string() })?;
    let mut running = Running::start(DUMP, command.stdin(Stdio::null()).stdout(output))?;
    let (mut length, mut grew_at) = (0, Instant::now());
    loop {
        if let Some(status) = running.child.try_wait().map_err(|error| running.failed(&error))? {
            return running.end(status);
        }
        let now = into.metadata().map_err(|error| running.failed(&error))?.len();
        if now != length {
            (length, grew_at) = (now, Instant::now());
        } else if grew_at.elapsed() > MAX_STANDSTILL {
            return Err(running.failed(&"nothing came for ten minutes"));
        }
        std::thread::sleep(POLL);
    }
}

/// Restores a dump in one transaction: all of it is there then, or nothing. It takes as long as the indexes take that are built
/// at its end.
pub(crate) fn restore(service: &Service, dump: &mut dyn Read) -> Result<(), Error> {
    let mut command = service.command(RESTORE);
    command.args(["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-comments"]);
    let mut running = Running::start(RESTORE, command.stdin(Stdio::piped()).stdout(Stdio::null()))?;
    let mut input = running.child.stdin.take().ok_or_else(|| running.failed(&"it takes no input"))?;
    if let Err(error) = io::copy(dump, &mut input) {
        // A program that has ended has said why. Else the dump is damaged, and the program is ended before its input is.
        if error.kind() == ErrorKind::BrokenPipe {
            let status = running.child.wait().map_err(|error| running.failed(&error))?;
            running.end(status)?;
        }
        return Err(running.failed(&error));
    }
    drop(input);
    let status = running.child.wait().map_err(|error| running.failed(&error))?;
    running.end(status)
}

/// A program that runs. It does not outlive this.
struct Running {
    tool: &'static str,
    child: Child,
    /// What it says: in a file, so that it never waits for somebody to read it.
    said: File,
}

impl Running {
    fn start(tool: &'static str, command: &mut Command) -> Result<Self, Error> {
        let failed = |error: io::Error| Error::ToolFailed { tool, told: error.to_string() };
        let said = tempfile::tempfile().map_err(failed)?;
        let child = command.stderr(said.try_clone().map_err(failed)?).spawn();
        Ok(Self { tool, child: child.map_err(|error| missing(tool, error))?, said })
    }

    fn failed(&self, told: &dyn std::fmt::Display) -> Error {
        Error::ToolFailed { tool: self.tool, told: told.to_string() }
    }

    fn end(&mut self, status: ExitStatus) -> Result<(), Error> {
        if status.success() {
            return Ok(());
        }
        let mut told = Vec::new();
        let read = self.said.rewind().and_then(|()| self.said.by_ref().take(MAX_TOLD_BYTES).read_to_end(&mut told));
        read.map_err(|error| self.failed(&error))?;
        let told = String::from_utf8_lossy(&told);
        let told = told.trim();
        Err(if told.is_empty() { self.failed(&status) } else { self.failed(&told) })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_a_program_says() {
        for (told, version) in [
            ("pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", Some(15)),
            ("pg_restore (PostgreSQL) 18beta1\n", Some(18)),
            ("pg_dump (EnterpriseDB) 15\n", None),
            ("", None),
        ] {
            assert_eq!(major(told), version, "{told}");
        }
    }
}
