// Exact bills, imports and the catalogue through the module, in Node.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { catalogue, priceUsage } from "../../pkg/node.js";

const folder = process.env.GOLDEN_DIR ?? fileURLToPath(new URL("../../../shared/golden", import.meta.url));
const golden = `${folder}/genai_prices_api_cost.json`;

test("every recorded bill is exact", { skip: !existsSync(golden) && `no ${golden}` }, () => {
  const { cases } = JSON.parse(readFileSync(golden, "utf8"));
  for (const { id, prices_usd_per_unit_key: prices, usage, timestamp, expected } of cases) {
    const bill = priceUsage({ prices, usage, timestamp });
    for (const key of Object.keys(expected)) assert.equal(bill[key], expected[key], `${id} ${key}`);
  }
});

test("numbers and texts are prices and counts", () => {
  const bill = priceUsage({ prices: { input_mtok: 0.1, output_mtok: "0.2" }, usage: { input_tokens: 3, output_tokens: "1e6" } });
  assert.equal(bill.total_usd, "0.2000003");
  assert.deepEqual(bill.lines.map((line) => line.key).sort(), ["input_tokens", "output_tokens"]);
});

test("counts may be big", () => {
  const bill = priceUsage({ prices: { input_mtok: "0.000000000001" }, usage: { input_tokens: 10n ** 20n } });
  assert.equal(bill.total_usd, "100");
});

test("dated prices and batches", () => {
  const prices = [
    { prices: { input_mtok: 2 } },
    { constraint: { start_date: "2026-06-01" }, prices: { input_mtok: 1 } },
  ];
  const variants = [{ when: { processing: "batch" }, prices: { input_mtok: 0.5 } }];
  const usage = { input_tokens: 1_000_000 };
  const total = (more) => priceUsage({ prices, variants, usage, ...more }).total_usd;
  assert.equal(total({ timestamp: "2026-05-31T23:59:59Z" }), "2");
  assert.equal(total({ timestamp: "2026-06-01T00:00:00Z" }), "1");
  assert.equal(total({ timestamp: "2026-06-01", context: { processing: "batch" }, retries: 0.5 }), "0.75");
});

test("errors name field, reason and hint", () => {
  const loop = {};
  loop.prices = loop;
  const prices = { input_mtok: 1, cache_read_mtok: 0.1 };
  for (const [request, field] of [
    [undefined, ""],
    [null, ""],
    [loop, ""],
    ["x", ""],
    [{}, "prices"],
    [{ prices: { input_mtok: NaN }, usage: { input_tokens: 1 } }, "prices.input_mtok"],
    [{ prices: { input_mtok: Infinity }, usage: { input_tokens: 1 } }, "prices.input_mtok"],
    [{ prices, usage: { input_tokens: NaN } }, "usage.input_tokens"],
    [{ prices, usage: { input_tokens: -1 } }, "usage.input_tokens"],
    [{ prices, usage: { input_tokens: [1] } }, "usage.input_tokens"],
    [{ prices: 5, usage: {} }, "prices"],
    [{ prices, usage: {}, discount: 2 }, "discount"],
    [{ prices, usage: {}, model: "x" }, "model"],
    [{ prices: { input_mtok: -1 }, usage: {} }, "prices.input_mtok"],
    [{ prices, usage: { input_tokens: 1, cache_read_tokens: 2 } }, "usage.cache_read_tokens"],
    [{ prices, usage: { prompt_tokens: 1 } }, "usage"],
    [{ prices, usage: {}, timestamp: "soon" }, "timestamp"],
  ]) {
    assert.throws(
      () => priceUsage(request),
      (error) => error.field === field && error.reason.length > 0 && error.hint.length > 0,
      `${field} is refused`,
    );
  }
});

test("the catalogue has its facts with sources", () => {
  const { date, gpus, offers, apiPrices, models } = catalogue();
  assert.match(date, /^\d{4}-\d\d-\d\d$/);
  assert.ok(gpus.length >= 35 && offers.length >= 400 && apiPrices.length >= 400 && models.length >= 110);
  for (const row of [...gpus, ...offers, ...apiPrices, ...models]) assert.ok(row.id && row.source && row.asOf);
});
