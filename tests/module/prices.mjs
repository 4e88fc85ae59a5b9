// Exact bills, imports and the catalogue through the module, in Node.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { catalogue, importFile, priceUsage } from "../../pkg/node.js";

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
  const prices = { input_mtok: 1, cache_read_mtok: 0.1 };
  for (const [request, field] of [
    [undefined, ""],
    [{}, "prices"],
    [{ prices: { input_mtok: -1 }, usage: {} }, "prices.input_mtok"],
    [{ prices, usage: { input_tokens: 1, cache_read_tokens: 2 } }, "usage.cache_read_tokens"],
    [{ prices, usage: { prompt_tokens: 1 } }, "usage"],
    [{ prices, usage: {}, timestamp: "soon" }, "timestamp"],
  ]) {
    assert.throws(
      () => priceUsage(request),
      (error) => error.field === field && error.reason.length > 0 && error.hint.length > 0,
      JSON.stringify(request),
    );
  }
});

test("a price list is read, and what is wrong with it is said", () => {
  const text = JSON.stringify({
    "groq/llama-3.3-70b-versatile": { litellm_provider: "groq", input_cost_per_token: 5.9e-7, output_cost_per_token: 7.9e-7 },
    bad: { litellm_provider: "groq", input_cost_per_token: "?", output_cost_per_token: 1e-6 },
  });
  const file = importFile("prices.json", new TextEncoder().encode(text), "2026-11-23");
  assert.equal(file.apiPrices[0].id, "groq~llama-3.3-70b-versatile");
  assert.equal(file.apiPrices[0].openModel, "llama-3.3-70b");
  assert.equal(file.problems[0].field, "input_cost_per_token");
  assert.throws(() => importFile("x", new Uint8Array([1, 2]), "2026-11-23"), (error) => error.field === "bytes");
});

test("the catalogue has its facts with sources", () => {
  const { date, gpus, offers, apiPrices, models } = catalogue();
  assert.match(date, /^\d{4}-\d\d-\d\d$/);
  assert.ok(gpus.length >= 35 && offers.length >= 400 && apiPrices.length >= 400 && models.length >= 110);
  for (const row of [...gpus, ...offers, ...apiPrices, ...models]) assert.ok(row.id && row.source && row.asOf);
});
