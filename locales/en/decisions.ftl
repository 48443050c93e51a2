### Requests of clients, and decisions on them.

decisionNotAllowed = You need the permission { $permission } for this decision.
requestDecided = The request was decided, or is being carried out: it is { $status }.
requestNotSubmitted = The client has not submitted the request yet.
requestPending = The client is waiting for a decision on this already.
requestWithoutAccount = The request is about no account.
amountFixed = can only be changed for deposits and withdrawals by manual and Constructor methods
rateNotApplicable = can only be set for exchanges and for withdrawals that are converted
