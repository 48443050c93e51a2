//! What holds of the sources themselves: who may make the system's scope, how long files are, which modules import which.

mod circles;
mod files;
mod imports;
mod paths;
mod rules;
