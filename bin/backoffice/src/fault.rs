//! Why a command failed.

use storage::Error;

/// Why a command failed, in one line.
#[derive(Debug)]
pub enum Fault {
    /// A value on the command line or in the environment is wrong.
    Usage(String),
    /// Something else.
    Failure(String),
}

impl Fault {
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Failure(_) => 1,
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (Self::Usage(text) | Self::Failure(text)) = self;
        f.write_str(&text.replace('\n', " "))
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Failure(error.to_string())
    }
}

impl From<backup::Error> for Fault {
    fn from(error: backup::Error) -> Self {
        match error {
            backup::Error::Url(_) => Self::Usage(error.to_string()),
            error => Self::Failure(error.to_string()),
        }
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::Failure(error.to_string())
    }
}
