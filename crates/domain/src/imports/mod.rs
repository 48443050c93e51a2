//! Data of an earlier system: what the files must be, and what their lines may bring (`docs/rules.md`, Import).

mod account;
mod columns;
mod delimiter;
mod fault;
mod import;
mod known;
mod line_fault;
mod records;
mod transaction;
mod user;

pub use account::{AccountColumn, AccountOffer, AccountRow, ImportedAccount, Owner};
pub use columns::{Cells, Column, Columns};
pub use delimiter::Delimiter;
pub use fault::ImportsFault;
pub use import::{Counts, Import, ImportEvent, ImportStatus, ImportType, MAX_KEPT_FAULTS, check_scope};
pub use known::Known;
pub use line_fault::LineFault;
pub use records::{MAX_LINE_BYTES, Record, RecordReader};
pub use transaction::{
    EarlierTransaction, ImportedTransaction, ImportedTransactionType, TransactionColumn, TransactionRow,
};
pub use user::{ImportedUser, UserColumn, UserFacts};

crate::value::ids! {
    /// An import of a file.
    ImportId,
}
