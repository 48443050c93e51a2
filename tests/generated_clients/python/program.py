"""What a program does with the generated client: every answer that is used here has its type."""

import os
import queue
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TypeVar

import httpx
from back_office_client import AuthenticatedClient, Client
from back_office_client.api.accounts import accounts_balance, accounts_create
from back_office_client.api.authentication import authentication_signin
from back_office_client.api.client_tags import client_tags_create, client_tags_delete, client_tags_update
from back_office_client.api.clients import clients_create, clients_get
from back_office_client.api.currencies import currencies_list
from back_office_client.api.currency_pairs import currency_pairs_create
from back_office_client.api.deposits import deposits_create
from back_office_client.api.exchanges import exchanges_create
from back_office_client.api.platforms import platforms_create
from back_office_client.api.products import products_create, products_groups_create, products_update
from back_office_client.api.transactions import (
    transactions_get,
    transactions_list,
    transactions_update,
    transactions_update_put,
)
from back_office_client.api.transfers import transfers_create
from back_office_client.api.withdrawals import withdrawals_create
from back_office_client.models import (
    Approval,
    Availability,
    ClientStatus,
    ClientTagChange,
    Error,
    ExchangeType,
    ManualOrder,
    NewAccount,
    NewClient,
    NewClientTag,
    NewCurrencyPair,
    NewExchange,
    NewPlatform,
    NewProduct,
    NewProductFactory,
    NewProductGroup,
    NewTransfer,
    PlatformType,
    ProductChange,
    ProductPermission,
    ProductStatus,
    SignIn,
    Transaction,
    TransactionChange,
    TransactionKind,
    TransactionStatus,
)
from back_office_client.types import Response
from standardwebhooks.webhooks import Webhook

T = TypeVar("T")


def taken(answer: Response[T | Approval | Error]) -> T:
    """The answer, or an error that says what was answered instead: no policy makes any call here wait for approval."""
    parsed = answer.parsed
    assert parsed is not None and not isinstance(parsed, (Approval, Error)), f"{answer.status_code}: {answer.content!r}"
    return parsed


def done(answer: Response[Transaction | Approval | Error]) -> Transaction:
    """A transaction, which is done."""
    transaction = taken(answer)
    assert isinstance(transaction, Transaction), transaction
    assert transaction.status == TransactionStatus.DONE, transaction
    return transaction


def main() -> None:
    base_url = os.environ["BASE_URL"]
    credentials = SignIn(email=os.environ["EMAIL"], password=os.environ["PASSWORD"])
    signed_in = taken(authentication_signin.sync_detailed(client=Client(base_url=base_url), body=credentials))
    assert signed_in.access_token
    client = AuthenticatedClient(base_url=base_url, token=signed_in.access_token.token)

    # Lists.
    currencies = taken(currencies_list.sync_detailed(client=client, limit=1000))
    dollar = next(currency for currency in currencies.data if currency.alphabetic_code == "USD")
    assert dollar.numeric_code == 840

    # Records are made.
    wallets = NewPlatform(name="wallets", caption="Wallets", type_=PlatformType.PERSONAL)
    platform = taken(platforms_create.sync_detailed(client=client, body=wallets))
    shelf = NewProductGroup(caption="Wallets", description="", status=Availability.ENABLED)
    group = taken(products_groups_create.sync_detailed(client=client, body=shelf))
    wallet = NewProduct(
        name="wallet",
        factory=NewProductFactory.VALUE_1,
        group_id=group.id,
        platform_id=platform.id,
        numeric_codes=[840, 978],
    )
    product = taken(products_create.sync_detailed(client=client, body=wallet))
    opened = ProductChange(
        status=ProductStatus.ENABLED,
        permissions=list(ProductPermission),
        default_account_permissions=list(ProductPermission),
    )
    taken(products_update.sync_detailed(product.id, client=client, body=opened))
    person = NewClient(email="john@example.com", first_name="John", last_name="Doe")
    client_id = taken(clients_create.sync_detailed(client=client, body=person)).client_id

    def account(currency: int) -> int:
        body = NewAccount(client_id=client_id, product_id=product.id, currency_code=currency)
        return taken(accounts_create.sync_detailed(client=client, body=body)).account_id

    first, second, euros = account(840), account(840), account(978)

    # A record is read.
    john = taken(clients_get.sync_detailed(client_id, client=client))
    assert john.status == ClientStatus.ACTIVE

    # Money is moved; amounts are strings, so that no digit is lost.
    payment = ManualOrder(account_id=first, method_id=1, amount="100.10", vendor_commission="0.1")
    deposit = done(deposits_create.sync_detailed(client=client, body=payment))
    assert deposit.credit_details and deposit.credit_details.amount == "100.000000000000000000"
    transfer = NewTransfer(client_id=client_id, source_id=first, destination_id=second, amount="40")
    done(transfers_create.sync_detailed(client=client, body=transfer))
    withdrawal = ManualOrder(account_id=second, method_id=2, amount="10")
    done(withdrawals_create.sync_detailed(client=client, body=withdrawal))
    pair = NewCurrencyPair(from_currency=840, to_currency=978, is_enabled_for_admin=True)
    taken(currency_pairs_create.sync_detailed(client=client, body=pair))
    exchange = NewExchange(
        client_id=client_id,
        source_id=first,
        destination_id=euros,
        type_=ExchangeType.DIRECT,
        source_amount="20",
        destination_amount="18",
    )
    done(exchanges_create.sync_detailed(client=client, body=exchange))
    statement = taken(accounts_balance.sync_detailed(first, client=client))
    assert statement.available_balance == "40.000000000000000000"

    # What was moved is read and changed.
    comment = TransactionChange(comment="by a program")
    changed = done(transactions_update.sync_detailed(deposit.transaction_id, client=client, body=comment))
    assert changed.type_ == TransactionKind.DEPOSIT
    nothing = TransactionChange()
    done(transactions_update_put.sync_detailed(deposit.transaction_id, client=client, body=nothing))
    done(transactions_get.sync_detailed(deposit.transaction_id, client=client))
    listed = taken(transactions_list.sync_detailed(client=client, filterclient_id=client_id, limit=2))
    assert listed.total == 4
    assert [each.type_ for each in listed.data] == [TransactionKind.EXCHANGE, TransactionKind.WITHDRAWAL]

    # A list as CSV: the same path, asked for and read as text.
    csv = client.get_httpx_client().get("/api/v2/transactions", params={"limit": 2}, headers={"Accept": "text/csv"})
    assert len(csv.text.splitlines()) == 5, csv.text

    # A record is deleted, and an error has its type.
    tag = taken(client_tags_create.sync_detailed(client=client, body=NewClientTag(name="VIP")))
    assert client_tags_delete.sync_detailed(tag.id, client=client).status_code == 204
    missing = client_tags_update.sync_detailed(tag.id, client=client, body=ClientTagChange(name="gone"))
    assert isinstance(missing.parsed, Error) and missing.parsed.error.code == 404
    webhook_is_signed(client.get_httpx_client())
    print("Python: all calls answered as typed, a webhook is signed as the specification says")


def webhook_is_signed(http: httpx.Client) -> None:
    """Holds a webhook against the library of the specification's authors."""
    received: queue.Queue[tuple[dict[str, str], bytes]] = queue.Queue()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.put((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    http.patch("/api/v2/settings", json={"webhookHttpHosts": ["127.0.0.1"]}).raise_for_status()
    listener = {
        "event": "HedgingFailed",
        "handler": "HedgingFailed",
        "workflow": "SendWebhookWorkflow",
        "workflowOptions": {"url": f"http://127.0.0.1:{server.server_port}/"},
    }
    made = http.post("/api/v2/events/listeners", json=listener).raise_for_status().json()
    http.post(f"/api/v2/events/listeners/{made['id']}/test").raise_for_status()
    headers, body = received.get(timeout=20)
    message = Webhook(made["workflowOptions"]["secret"]).verify(body, headers)
    assert message["type"] == "test", message


if __name__ == "__main__":
    main()
