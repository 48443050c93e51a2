//! What an operator meets: the command line, crashes, the README.

mod backups;
mod bonus_crash;
mod certificates;
mod command_line;
mod configuration;
mod crash;
mod decision_crash;
mod demonstration;
mod file_crash;
mod ledger_crash;
mod log_lines;
mod queue;
mod readme;
mod replicas;
mod side_by_side;
mod traces;
