// What a program does with the generated client: every answer that is used here has its type.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

type Approval = components["schemas"]["Approval"];
type Transaction = components["schemas"]["Transaction"];

const env = (name: string): string => process.env[name] ?? assert.fail(`${name} is not set`);

/** The answer, or an error that says what was answered instead: no policy makes any call here wait for approval. */
function taken<T>(call: { data?: T; error?: unknown; response: Response }): Exclude<T, Approval> {
  const { data, error, response } = call;
  if (data === undefined || response.status === 202) {
    return assert.fail(`${response.status} ${response.url}: ${JSON.stringify(error ?? data)}`);
  }
  return data as Exclude<T, Approval>;
}

const baseUrl = env("BASE_URL");
const anonymous = createClient<paths>({ baseUrl });

const signedIn = taken(
  await anonymous.POST("/api/v2/signin", { body: { email: env("EMAIL"), password: env("PASSWORD") } }),
);
assert.equal(signedIn["2faRequired"], false);
const token: string = signedIn.accessToken?.token ?? assert.fail("no token");
const client = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });

// Lists.
const currencies = taken(
  await client.GET("/api/v2/currencies", { params: { query: { limit: 1000 } } }),
);
const dollar = currencies.data.find((currency) => currency.alphabeticCode === "USD");
assert.equal(dollar?.numericCode, 840);

// Records are made.
const platform = taken(
  await client.POST("/api/v2/platforms", { body: { name: "wallets", caption: "Wallets", type: "personal" } }),
);
const group = taken(
  await client.POST("/api/v2/products/groups", {
    body: { caption: "Wallets", description: "", status: "enabled" },
  }),
);
const product = taken(
  await client.POST("/api/v2/products", {
    body: { name: "wallet", factory: 1, groupId: group.id, platformId: platform.id, numericCodes: [840, 978] },
  }),
);
const all: components["schemas"]["ProductPermission"][] = [
  "deposit",
  "enabled",
  "exchange",
  "transferDeposit",
  "transferWithdrawal",
  "withdrawal",
];
await client
  .PATCH("/api/v2/products/{productId}", {
    params: { path: { productId: product.id } },
    body: { status: "enabled", permissions: all, defaultAccountPermissions: all },
  })
  .then(taken);
const { clientId } = taken(
  await client.POST("/api/v2/clients", {
    body: { email: "john@example.com", firstName: "John", lastName: "Doe" },
  }),
);
const open = async (currencyCode: number): Promise<number> => {
  const body = { clientId, productId: product.id, currencyCode };
  return taken(await client.POST("/api/v2/accounts", { body })).accountId;
};
const [first, second, euros] = [await open(840), await open(840), await open(978)];

// A record is read.
const john = taken(await client.GET("/api/v2/clients/{clientId}", { params: { path: { clientId } } }));
assert.equal(john.status, "active");

// Money is moved; amounts are strings, so that no digit is lost.
const done = (transaction: Transaction): Transaction => {
  assert.equal(transaction.status, "done");
  return transaction;
};
const deposit = done(
  taken(
    await client.POST("/api/v2/deposits", {
      body: { accountId: first, methodId: 1, amount: "100.10", vendorCommission: "0.1" },
    }),
  ),
);
assert.equal(deposit.creditDetails?.amount, "100.000000000000000000");
done(
  taken(
    await client.POST("/api/v2/transfers", {
      body: { clientId, sourceId: first, destinationId: second, amount: "40" },
    }),
  ),
);
done(taken(await client.POST("/api/v2/withdrawals", { body: { accountId: second, methodId: 2, amount: "10" } })));
await client
  .POST("/api/v2/currencies/pairs", { body: { fromCurrency: 840, toCurrency: 978, isEnabledForAdmin: true } })
  .then(taken);
done(
  taken(
    await client.POST("/api/v2/exchanges", {
      body: {
        clientId,
        sourceId: first,
        destinationId: euros,
        type: "direct",
        sourceAmount: "20",
        destinationAmount: "18",
      },
    }),
  ),
);
const statement = taken(
  await client.GET("/api/v2/accounts/{accountId}/balance", { params: { path: { accountId: first } } }),
);
assert.equal(statement.availableBalance, "40.000000000000000000");

// What was moved is read and changed.
const path = { params: { path: { transactionId: deposit.transactionId } } };
const comment = taken(
  await client.PATCH("/api/v2/transactions/{transactionId}", { ...path, body: { comment: "by a program" } }),
);
assert.equal(comment.type, "deposit");
done(taken(await client.PUT("/api/v2/transactions/{transactionId}", { ...path, body: {} })));
done(taken(await client.GET("/api/v2/transactions/{transactionId}", path)));
const query = { "filter[clientId]": clientId, limit: 2 } as const;
const transactions = taken(await client.GET("/api/v2/transactions", { params: { query } }));
assert.equal(transactions.total, 4);
assert.deepEqual(
  transactions.data.map((transaction: Transaction) => transaction.type),
  ["exchange", "withdrawal"],
);

// A list as CSV: the same operation, asked for and read as text.
const csv: string = taken(
  await client.GET("/api/v2/transactions", {
    params: { query },
    headers: { Accept: "text/csv" },
    parseAs: "text",
  }),
);
assert.equal(csv.trim().split("\n").length, 5);

// A record is deleted, and an error has its type.
const tag = taken(await client.POST("/api/v2/tags", { body: { name: "VIP" } }));
const at = { params: { path: { tagId: tag.id } } };
const deleted = await client.DELETE("/api/v2/tags/{tagId}", at);
assert.equal(deleted.response.status, 204);
const missing = await client.PATCH("/api/v2/tags/{tagId}", { ...at, body: { name: "gone" } });
assert.equal(missing.error?.error.code, 404);
console.log("TypeScript: all calls answered as typed");
