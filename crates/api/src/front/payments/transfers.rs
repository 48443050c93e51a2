//! The client transfers money.

use domain::catalog::PlatformId;
use domain::clients::ClientId;
use domain::ledger::{AccountId, CurrencyCode};
use domain::payments::PaymentsFault;
use domain::value::Email;
use http::RequestFault;
use http::request::{Boolean, Decimal, Fields, Id, Input, Parsed, Text};
use serde_json::json;
use storage::payments::client_transactions;
use storage::payments::transfers::{self, Destination, Recipient, TransferOrder};

use crate::Problem;
use crate::front::ledger::MyTransaction;
use crate::front::{Body, Front, Requirement, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .post("my.transfers.create", "/api/v2/my/transfers", Requirement::SignedIn)
        .summary("Transfer money to another account.")
        .describe(
            "Between two accounts of the client, or to an account of another client, which its number names; what else \
             is said of that must fit (422). The accounts must have the same currency. One that waits for a decision \
             is answered by 202, and its amount is blocked until then.",
        )
        .example(json!({
            "amount": "0.01", "isInternal": false, "sourceAccountId": 1, "destinationAccountId": 2,
            "sourceCurrencyId": 840, "destinationCurrencyId": 840,
        }))
        .may_wait()
        .created_at(MyTransaction::path, transfer);
}

impl Input<Front> for TransferOrder {
    type Current = ();
    const NAME: Option<&'static str> = Some("NewMyTransfer");

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        let amount = fields.about("How much, in the currency of the accounts.").needed("amount", &Decimal::Positive);
        let source: Option<AccountId> =
            fields.about("The account of the client that pays.").needed("sourceAccountId", &Id::of());
        let source_currency: Option<Option<CurrencyCode>> = fields
            .about("The numeric code of its currency; where it is sent, it must fit.")
            .nullable_new("sourceCurrencyId", &Id::of());
        let is_internal = fields.about("Whether it goes to another client.").needed("isInternal", &Boolean);
        let own: Option<Option<AccountId>> = fields
            .about("The account of the client that is paid; asked for unless `isInternal`.")
            .nullable_new("destinationAccountId", &Id::of());
        let destination_currency = fields
            .about("The numeric code of the currency of the account that is paid; where it is sent, it must fit.")
            .nullable_new("destinationCurrencyId", &Id::of());
        let number = fields
            .about("The number of the account of another client; asked for if `isInternal`.")
            .nullable_new("destinationAccountNumber", &AccountNumber);
        let owner: Option<Option<ClientId>> = fields
            .about("Whose account that is; where it is sent, it must fit.")
            .nullable_new("destinationClientId", &Id::of());
        let email: Option<Option<Email>> = fields
            .about("Their e-mail address; where it is sent, it must fit.")
            .nullable_new("destinationEmail", &Parsed::with_format("email"));
        let platform: Option<Option<PlatformId>> = fields
            .about("Where the account that is paid is kept; where it is sent, it must fit.")
            .nullable_new("platformId", &Id::of());
        let destination = match (is_internal?, own?, number?) {
            (false, Some(id), _) => {
                if source == Some(id) {
                    return fields.fault("destinationAccountId", PaymentsFault::SameAccount);
                }
                Destination::Own(id, platform?)
            }
            (false, None, _) => return fields.fault("destinationAccountId", RequestFault::Required),
            (true, _, Some(number)) => Destination::Other(Recipient {
                number,
                platform: platform?,
                client: owner?,
                email: email?.map(|email| email.to_string()),
            }),
            (true, _, None) => return fields.fault("destinationAccountNumber", RequestFault::Required),
        };
        Some(Self {
            source: source?,
            destination,
            amount: amount?,
            source_currency: source_currency?,
            destination_currency: destination_currency?,
        })
    }
}

/// The number of an account; callers send it as a number, too.
struct AccountNumber;

impl http::request::Kind for AccountNumber {
    type Out = String;

    fn schema(&self) -> serde_json::Value {
        Text::NAME.schema()
    }

    fn parse(&self, value: &serde_json::Value, at: &str, faults: &mut Vec<crate::Fault>) -> Option<String> {
        match value.as_u64() {
            Some(number) => Some(number.to_string()),
            None => Text::NAME.parse(value, at, faults),
        }
    }
}

fn transfer(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, TransferOrder>) -> Result<MyTransaction, Problem> {
    let order = body.create()?;
    let requester = writing.caller.requester(writing.call);
    let transaction = transfers::order(writing.tx, requester, &order)?;
    Ok(client_transactions::of_client(writing.tx.conn, requester.client, transaction)?.into())
}
