use domain::payments::MethodDirection;

/// A direction as a type: deposits and withdrawals have the same operations on methods, at paths of their own.
pub(super) trait Directed: 'static {
    const DIRECTION: MethodDirection;
}

/// Methods that bring money in.
pub(super) struct Deposits;

/// Methods that take money out.
pub(super) struct Withdrawals;

impl Directed for Deposits {
    const DIRECTION: MethodDirection = MethodDirection::Deposit;
}

impl Directed for Withdrawals {
    const DIRECTION: MethodDirection = MethodDirection::Withdrawal;
}
