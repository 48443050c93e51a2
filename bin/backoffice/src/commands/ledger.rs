//! `ledger`: whether the books are right.

use storage::Database;
use storage::ledger::verify;

use super::shared::progress;
use crate::fault::Fault;

pub(super) fn verify_ledger(database: &Database) -> Result<(), Fault> {
    let bar = progress("walking the ledger");
    let mut snapshot = database.snapshot()?;
    let report = verify::verify(snapshot.conn(), &mut |postings| bar.set_message(format!("{postings} postings")));
    bar.finish_and_clear();
    let report = report?;
    for difference in &report.differences {
        println!("{difference}");
    }
    println!("{} postings, {} accounts, {} differences", report.postings, report.accounts, report.differences.len());
    if report.differences.is_empty() { Ok(()) } else { Err(Fault::Failure("the ledger does not hold".into())) }
}
