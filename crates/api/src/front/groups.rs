//! What the groups of operations are about, for the OpenAPI document.

use http::openapi::Groups;

/// Each group in the order of the document: the first two parts of the ids of its operations.
pub(crate) const GROUPS: Groups = &[
    ("my.devices", "Clients: what they signed in from."),
    ("my.platforms", "Clients: where their accounts are kept."),
    ("my.accounts", "Clients: their accounts."),
    ("my.transactions", "Clients: their transactions."),
    ("my.transfers", "Clients: transfers between accounts."),
    ("my.deposit-methods", "Clients: the methods by which they deposit."),
    ("my.deposit-groups", "Clients: the groups of methods by which they deposit."),
    ("my.deposit-currencies", "Clients: the currencies in which they deposit."),
    ("my.deposits", "Clients: deposits."),
    ("my.withdrawal-methods", "Clients: the methods by which they withdraw."),
    ("my.withdrawal-groups", "Clients: the groups of methods by which they withdraw."),
    ("my.withdrawal-currencies", "Clients: the currencies in which they withdraw."),
    ("my.patterns", "Clients: the withdrawals that they saved."),
    ("my.policies", "Clients: the addresses to which they withdraw."),
    ("my.bonuses", "Clients: their bonuses, and programs to claim one from."),
];
