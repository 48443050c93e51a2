### Statements of accounts: the words on the page that a client is sent, and what moved money.

statement-title = Account statement
statement-client = Client
statement-account = Account
statement-currency = Currency
statement-period = Period
statement-period-value = { $from } to { $to } (UTC, end excluded)
statement-issued = Issued
statement-opening = Opening balance
statement-closing = Closing balance
statement-hold = On hold at period end
statement-credit = Bonus credit at period end
statement-time = Time (UTC)
statement-transaction = Transaction
statement-description = Description
statement-amount = Amount
statement-balance = Balance
statement-totals = Totals by kind
statement-kind = Kind
statement-count = Postings
statement-page = Page { $page } of { $pages }
statement-decimal-mark = .

movement-deposit = Deposit
movement-withdrawal = Withdrawal
movement-transfer = Transfer
movement-external = Transfer between clients
movement-exchange = Currency exchange
movement-partner = Partner reward
movement-balanceChange = Balance change
movement-bonus = Bonus
movement-trading = Trading result

movement-step = { $step ->
    [hold] { $kind } (amount held)
    [adjust] { $kind } (held amount changed)
    [release] { $kind } (amount released)
    [out] { $kind } (on its way)
    [back] { $kind } (returned)
    [credit] { $kind } (credited)
    [payout] { $kind } (paid out)
    [burn] { $kind } (taken back)
   *[done] { $kind }
}
