// Types of the JavaScript module; tests compare the scenario with the table of fields.

/** Every field is optional: what is left out has the default of the page. Numbers are in the unit of the field;
 *  texts are read as on the page: "5B", "40M/day", "$0.28". An empty text or null makes a field automatic. */
export interface Scenario {
  /** The model that would run on your GPUs. Its size sets the memory it needs and the arithmetic per token. */
  model?: string;
  /** The pay-per-token offer it is compared with: the same model at one of its hosts, or any other model. */
  apiPrice?: string | null;
  /** Dollars per million input tokens. Type your negotiated price here. */
  apiInput?: number | string | null;
  /** Dollars per million output tokens. Type your negotiated price here. */
  apiOutput?: number | string | null;
  /** Input and output together. Also per day, hour or second: 40M/day, 1,500/s. */
  volume?: number | string;
  /** How much of the volume is input (prompt, documents, history). The rest is output. */
  inputShare?: number | string;
  /** Input and output of one request together. Long requests need more memory each and so run slower. */
  requestTokens?: number | string;
  /** The accelerator that would be rented. */
  gpu?: string;
  /** How many GPUs hold one copy of the model (tensor parallelism). */
  gpusPerReplica?: number | string | null;
  /** Input and output tokens that one replica sustains. Your own benchmark beats any table. */
  tokensPerSecond?: number | string | null;
  /** Number format of the weights. Fewer bits need less memory and bandwidth; below 8 bits quality may suffer. */
  format?: "fp16" | "fp8" | "int8" | "int4" | "nvfp4" | "mxfp4" | null;
  /** The part of a replica's capacity that you plan to use; the rest absorbs peaks. */
  targetLoad?: number | string;
  /** Provider, instance, region and commitment. Whole instances are bought. */
  offer?: string | null;
  /** Dollars per hour and GPU. Type your negotiated price here. */
  gpuPrice?: number | string | null;
  /** Full-time equivalents that deploy, watch and repair the self-hosted service. */
  engineers?: number | string;
  /** Dollars a year for one engineer, with everything that the employer pays. */
  salary?: number | string;
  /** Load balancers, monitoring and the like: dollars a month beside the GPUs. */
  infrastructure?: number | string;
  /** 8,760 hours a year make 730 a month; some price lists and articles count 30 days, 720 hours. */
  hoursPerMonth?: 730 | 720 | "730" | "720";
  /** Dollars per million input tokens read from the provider's cache. */
  apiCachedInput?: number | string | null;
  /** The shape of a model that the catalogue lacks. Import a config.json to fill it. */
  ownModel?: string | null;
  /** Number format of the KV cache. 8 bits hold twice the tokens. */
  kvFormat?: "fp16" | "fp8";
  /** Facts that decide beside cost. They never hide a cost. Keys joined by *: quality, private, custom, latency, noteam, trial, spiky. */
  constraints?: string;
  /** The part of the input that repeats: APIs bill it as a cache read, your engine skips its prefill. */
  cachedShare?: number | string;
  /** The part of the input that is written to the API's cache, where writing has a price. */
  cacheWriteShare?: number | string;
  /** How long the API keeps what is written; an hour costs more at some providers. */
  cacheLifetime?: "5m" | "1h";
  /** The part of the volume that can wait for the API's batch price. */
  batchShare?: number | string;
  /** The part of the output that is reasoning: billed as output, never read. */
  reasoningShare?: number | string;
  /** Requests that are sent and billed again. */
  retries?: number | string;
  /** How much the volume changes from month to month. */
  growth?: number | string;
  /** When in the week the tokens are asked for. GPUs are sized for the peak. */
  profile?: "flat" | "business" | "diurnal" | "burst" | "own";
  /** The weight of each hour, from midnight or Monday midnight: 24 or 168 numbers, or characters, 0-9 and a-z for 0 to 35. */
  weights?: string | null;
  /** The busiest minutes of an hour over its mean. */
  peakToMean?: number | string;
  /** Longest acceptable time to the first token, in milliseconds. */
  ttftLimit?: number | string | null;
  /** Longest acceptable time per output token, in milliseconds. */
  tpotLimit?: number | string | null;
  /** How many groups of GPUs share the layers of one replica, one after the other. */
  pipelineStages?: number | string;
  /** The serving software, in a release of 2025 or later. */
  engine?: "vllm" | "sglang" | "trtllm" | "llamacpp";
  /** Speculative decoding: tokens drafted for each step; 0 is off. */
  draftTokens?: number | string;
  /** The chance that a drafted token is right. */
  acceptance?: number | string;
  /** Instances are bought whole. */
  instanceGpus?: number | string | null;
  /** Always on for the peak; by a plan of the week; after the load, with start-up time; or down to nothing between requests. */
  fleet?: "always" | "scheduled" | "auto" | "zero";
  /** Minutes until a new instance serves: billed, without serving. */
  startup?: number | string;
  /** Replicas beyond need, so that one can fail (N+1). */
  spareReplicas?: number | string;
  /** The part of the GPU-hours that is reserved for a year. */
  reservedShare?: number | string;
  /** The part of the GPU-hours that runs on spot instances. */
  spotShare?: number | string;
  /** Against the on-demand price. */
  reservedDiscount?: number | string | null;
  /** Against the on-demand price. */
  spotDiscount?: number | string | null;
  /** How often a day a spot instance is taken away; each loses a start-up. */
  interruptions?: number | string;
  /** The shortest time for which a started instance is billed. */
  minimumBilling?: number | string;
  /** Negotiated, off every GPU price. */
  gpuDiscount?: number | string;
  /** Bought hardware is paid over its life, with power, space and capital. */
  hardware?: "rent" | "buy";
  /** Dollars per GPU with its share of server and network. */
  purchasePrice?: number | string;
  /** Years until it is sold or scrapped. */
  hardwareLife?: number | string;
  /** What it still brings at the end of its life. */
  residual?: number | string;
  /** Watts at the wall with its share of the server. */
  gpuPower?: number | string | null;
  /** Power of the data centre over power of its computers. */
  pue?: number | string;
  /** Dollars per kWh. */
  electricity?: number | string;
  /** Dollars per kW and month, where power is not billed by the kWh. */
  colocation?: number | string;
  /** Per cent a year. */
  capital?: number | string;
  /** Per cent of the purchase price a year. */
  maintenance?: number | string;
  /** Negotiated, off the whole API bill. */
  apiDiscount?: number | string;
  /** Dollars that the API takes for each thousand requests. */
  requestFee?: number | string;
  /** Dollars per hour for one unit of provisioned API throughput. */
  provisionedPrice?: number | string | null;
  /** Tokens a second that one provisioned unit serves. */
  provisionedRate?: number | string | null;
  /** More infrastructure, as a part of the GPU cost. */
  infrastructureShare?: number | string;
  /** Weights, images and logs. */
  storage?: number | string;
  /** Traffic out of the data centre. */
  egress?: number | string;
  /** Paid once, at the start. */
  migration?: number | string;
  /** Months to look ahead. */
  horizon?: number | string;
  /** What a year's delay is worth, for net present value. */
  discountRate?: number | string;
  /** How API prices change in a year. */
  apiDrift?: number | string;
  /** How GPU prices change in a year. */
  gpuDrift?: number | string;
  /** Three letters. Amounts are shown in it at your rate. */
  currency?: string;
  /** What one US dollar costs in your currency. Nothing is fetched: the rate is yours. */
  exchangeRate?: number | string;
  /** Low and high of uncertain inputs, as factors: volume~0.5~2. */
  ranges?: string | null;
  /** Another seed draws other samples. */
  seed?: number | string;
  /** How soon the API answers what is not in batches; some hosts price slower and faster service. */
  serviceTier?: "standard" | "flex" | "priority";
  /** Hours that the profile's clock is ahead of UTC, by which some APIs price their peak hours. */
  utcOffset?: number | string;
  /** Dollars per million input tokens written to the provider's cache. */
  apiCacheWrite?: number | string | null;
  /** Dollars per million input tokens in batches. */
  apiBatchInput?: number | string | null;
  /** Dollars per million output tokens in batches. */
  apiBatchOutput?: number | string | null;
  /** A day such as 2026-11-24: the prices that were listed then. A link keeps its day, and so its answer. */
  asOf?: string | null;
  /** Gigabytes of 10⁹ bytes of all weights as stored; null or left out computes them from their format. */
  weightSize?: number | string | null;
}

/** A range of tokens a month; `to` is null when it has no end. */
export interface Interval { from: number; to: number | null; }

export type Format = "fp16" | "fp8" | "int8" | "int4" | "nvfp4" | "mxfp4";
export type Tier = "own" | "published" | "modelled";
export type Infeasible = "no-offer" | "no-instance" | "unknown-throughput" | "does-not-fit" | "latency" | "refused" | "too-fast";
export type Commitment = "on-demand" | "reserved-1y" | "reserved-3y" | "spot";
/** Eight of ten measurements lie between. */
export interface Range { low: number; high: number; }

/** One copy of the model: how it spreads over GPUs, and what it serves. */
export interface Replica {
  /** Null for hardware that is not modelled. */
  format: Format | null;
  gpus: number; tensorParallel: number; pipelineStages: number;
  /** Input and output. */
  tokensPerSecond: number;
  /** How it is known: your figure, scaled from a published measurement, or modelled. */
  tier: Tier;
  /** Source of the measurement that it is scaled from. */
  measurement: string | null;
  /** What the model says at these tokens/s; null for hardware that is not modelled. */
  served: null | {
    inputTokensPerSecond: number; outputTokensPerSecond: number; requestsPerSecond: number;
    /** Requests in flight, and those of them that run. */
    concurrency: number; running: number;
    tpotMs: number; ttftMs: number;
    /** Share of the time that goes to input, 0 to 1. */
    prefillShare: number;
    /** TTFT of requests that arrive apart from each other, and all at once. */
    ttftRangeMs: Range;
    tokensPerSecondRange: Range;
    boundBy: "bandwidth" | "cache" | "compute" | "interconnect" | "overhead" | "memory" | "latency";
  };
}

/** Volumes in tokens a month at which a side is cheaper than the API alone; `first` and `durable` are null for never. */
export interface Breakeven { first: number | null; durable: number | null; intervals: number; winning: Interval[]; }

export interface Report {
  /** The answer in English. */
  verdict: string;
  /** Who is cheaper; null without a feasible plan. */
  winner: "api" | "gpu" | "tie" | null;
  api: {
    id: string | null; inputUsdPerMTok: number; outputUsdPerMTok: number; blendedUsdPerMTok: number; usdPerMonth: number;
    asOf: string | null; source: string | null;
    /** Among how many hosts the price is the median; null when the scenario names it. */
    medianOf: number | null;
    /** Lines of the month; `batchUnpriced`, `serviceUnpriced`: billed at the standard price, for the list has none of batches or of the service tier. */
    bill: { inputUsd: number; cacheReadUsd: number; cacheWriteUsd: number; outputUsd: number; batchUsd: number; feesUsd: number; batchUnpriced: boolean; serviceUnpriced: boolean };
    /** The month with the cheapest number of provisioned units instead, the rest per token; null without their price and rate. */
    provisioned: { units: number; usdPerMonth: number } | null;
  };
  /** Null when there is no feasible plan; `infeasible` then says why. */
  plan: null | {
    offer: string | null; asOf: string | null; source: string | null;
    /** Among how many providers the offer is the median; null when the scenario names it. */
    medianOf: number | null;
    usdPerGpuHour: number;
    /** GPUs at the peak, and those that are paid for the whole month, on average. */
    gpus: number; paidGpus: number;
    gpusPerReplica: number; replicas: number;
    tokensPerSecondPerReplica: number; tier: Tier;
    /** Share of what the GPUs could serve, 0 to 1. */
    utilisation: number;
    /** What the fleet is planned for over the month's mean. */
    peakFactor: number;
    policy: "always" | "scheduled" | "auto" | "zero";
    replica: Replica;
    /** The sum of hardware, engineering, infrastructure, storage and egress. */
    usdPerMonth: number;
    hardwareUsdPerMonth: number; engineeringUsdPerMonth: number; infrastructureUsdPerMonth: number;
    storageUsdPerMonth: number; egressUsdPerMonth: number;
    /** In hardware: start-ups, which serve nobody. Not in hardware: what commitments save. */
    startupsUsdPerMonth: number; savedUsdPerMonth: number;
  };
  infeasible: Infeasible | null;
  /** Volumes in tokens a month. `winning` lists at most the first hundred intervals and always the last. */
  breakeven: null | (Breakeven & { hardwareOnlyDurable: number | null });
  /** The cheapest mix of reserved, on-demand and spot GPUs and the API; spot only where the scenario has some. Null when there is no feasible plan. */
  mix: null | {
    usdPerMonth: number;
    /** In it: engineering and other fixed cost; 0 when the API serves everything. */
    fixedUsdPerMonth: number;
    /** What a million tokens cost on the purchase that would be best used, fully loaded: where that is not below the API's price, no mix ever wins. */
    cheapestUsdPerMTok: number;
    /** Who serves what, from the base of the demand to its peak. */
    parts: { source: "reserved" | "on-demand" | "spot" | "api"; gpus: number; tokens: number; usdPerMonth: number }[];
    /** Where it is cheaper than the API alone. */
    breakeven: Breakeven;
  };
  /** Choices that contradict each other, and what was done. */
  notices: string[];
  /** The scenario as a link fragment. */
  link: string;
}

/** A scenario, of which model, hardware and requests count; and requests in flight. */
export type Setup = Scenario & { concurrency?: number | null };

export interface Fit {
  /** Whether weights, workspace and `concurrency` requests (one, when left out) of `requestTokens` fit. */
  fits: boolean;
  /** What is missing on each GPU. */
  missingGiB: number;
  /** The scenario's, or the first format and the fewest GPUs that fit. */
  format: Format; gpus: number; tensorParallel: number; pipelineStages: number;
  /** Longest single sequence in tokens; 0 when nothing fits. */
  largestContext: number;
  /** Most requests of this length at once, by memory and by the engine's default limit. */
  largestConcurrency: number;
  perGpu: { memoryGiB: number; weightsGiB: number; workspaceGiB: number; unusedGiB: number; cacheGiB: number; sequenceGiB: number };
}

export interface Served {
  infeasible: Infeasible | null;
  /** What is missing on each GPU, where it does not fit. */
  missingGiB: number | null;
  /** Latencies of a request alone, where they miss the limits. */
  fastestTtftMs: number | null; fastestTpotMs: number | null;
  replica: Replica | null;
}

export interface Filter {
  provider?: string | null;
  /** Beginning of a region's name. */
  region?: string | null;
  commitment?: Commitment | null;
  /** Only weights of at least so many bits. */
  leastBits?: 4 | 8 | 16 | null;
}

export interface RankedPlan {
  gpu: string; format: Format; offer: string; commitment: Commitment;
  /** GPUs at the peak, and those that are paid for the whole month, on average. */
  gpus: number; paidGpus: number; usdPerGpuHour: number;
  /** GPUs alone. */
  usdPerMonth: number;
  usdPerMTok: number; usdPerMTokAtFullLoad: number; inputUsdPerMTok: number | null; outputUsdPerMTok: number | null;
  utilisation: number;
  /** No plan is both cheaper and faster per token. */
  front: boolean;
  replica: Replica;
  /** What puts it into a scenario: { ...yours, ...row.scenario }. */
  scenario: Scenario;
}

/** What lost, and why; `format` is null for a whole GPU. */
export type Rejected = { gpu: string; format: Format | null } & (
  | { why: "not-calibrated" | "no-offer" | "no-format" }
  | { why: "no-instance"; gpus: number }
  | { why: "does-not-fit"; gpus: number; missingGiB: number }
  | { why: "latency"; gpus: number; ttftMs: number; tpotMs: number }
  | { why: "refused"; field: string; reason: string; hint: string }
  | { why: "dearer"; usdPerMonth: number; insteadUsdPerMonth: number; than: Format }
);

export interface Ranking {
  /** Cheapest first. */
  rows: RankedPlan[];
  rejected: Rejected[];
  /** Replicas that were sized. */
  sized: number;
}

/** What is thrown when an input cannot be used. */
export interface FieldError { field: string; reason: string; hint: string; }

/** What self-hosting costs against the API, and where they cross. Throws a FieldError, as all functions do. */
export function evaluate(scenario?: Scenario | null): Report;
/** Whether the model fits on the GPUs, and how much. */
export function fit(setup?: Setup | null): Fit;
/** What a replica serves: all it can within the limits on latency, or at `concurrency`, where these limits and own
 *  tokens/s do not count. */
export function throughput(setup?: Setup | null): Served;
/** Every GPU, format, split, offer and commitment for the scenario's model and volume. */
export function plan(scenario?: Scenario | null, filter?: Filter | null): Ranking;
/** The link fragment of a scenario, without #, with the day of its prices; with up to three others to compare with. */
export function encodeLink(scenario?: Scenario | null, others?: Scenario[] | null): string;
/** The scenario of a link fragment and those to compare with; any text gives one, and says what could not be used. A
 *  scenario with the prices of an earlier day has `asOf`, and `evaluate` uses them. */
export function decodeLink(fragment: string): { scenario: Scenario; others: Scenario[]; notices: string[] };
/** The JSON Schema of a Scenario. */
export function schema(): Record<string, unknown>;
export function version(): string;

/** A price, or its base with the prices of requests whose whole input is above `start` tokens. Texts are exact. */
export type Price = number | string | { base: number | string; tiers: { start: number | string; price: number | string }[] };
/** Prices by unit: input_mtok, output_mtok, cache_read_mtok, cache_write_mtok, cache_write_1h_mtok, input_audio_mtok,
 *  web_searches_kcount, requests_kcount, audio_hours, ... */
export type Prices = Record<string, Price | null>;
/** When prices apply: from a day (UTC), or between two times of day (UTC). */
export type Constraint = { start_date: string } | { start_time: string; end_time: string };
export interface PriceRequest {
  /** Prices, or dated ones of which the last that applies does. */
  prices: Prices | { constraint?: Constraint | null; prices: Prices }[];
  /** Counts by unit: input_tokens (cached ones too), output_tokens (reasoning too), cache_read_tokens, ... */
  usage: Record<string, number | string | null>;
  /** Such as 2026-11-23T12:00:00Z. */
  timestamp?: string | null;
  /** Such as { processing: "batch" }; chooses among the variants. */
  context?: Record<string, string>;
  variants?: { when: Record<string, string>; constraint?: Constraint | null; prices: Prices }[];
  /** Share of requests that are sent once more. */
  retries?: number | string | null;
  /** Negotiated discount, 0 to 1. */
  discount?: number | string | null;
}
/** Amounts in dollars as decimal texts, exact to the last digit. */
export interface Bill {
  input_usd: string; output_usd: string; total_usd: string;
  lines: { key: string; quantity: string; price: string; per: number; usd: string }[];
  /** Usage that no price covers. */
  unpriced: string[];
  /** Usage keys that were ignored. */
  unknown: string[];
}
export interface ApiPriceRow {
  id: string; provider: string; model: string; name: string; openModel: string | null;
  /** USD per MTok; null where the list has no such price. */
  input: number; output: number; cacheRead: number | null; cacheWrite: number | null; cacheWrite1h: number | null;
  batchInput: number | null; batchOutput: number | null; contextWindow: number | null; source: string; asOf: string;
}
export interface OfferRow {
  id: string; provider: string; instance: string | null; gpu: string; gpus: number; region: string | null;
  commitment: string; basis: string; usdPerHour: number; note: string | null; source: string; asOf: string;
}
export interface GpuRow {
  id: string; name: string; vendor: string; architecture: string; memoryBytes: number; bytesPerSecond: number;
  fp16: number | null; fp8: number | null; int8: number | null; fp4: number | null; source: string; asOf: string;
}
export interface ModelRow {
  id: string; hfId: string; family: string; parameters: number | null; activeParameters: number | null;
  maxContext: number | null; licence: string | null; source: string; asOf: string;
}
/** A setup, and what shares its GPU. */
export type SharedSetup = Scenario & {
  /** Ids of models of the catalogue in the same GPU's memory, up to eight. */
  others?: string[] | null;
  /** Requests at once of each model; 4. */
  requests?: number | string | null;
  /** LoRA adapters in memory, 10, of this rank, 16. */
  adapters?: number | string | null; rank?: number | string | null;
};
export interface Sharing {
  /** Slices of the GPU (MIG); null where it cannot be cut. Those that hold the model in no format say what is missing. */
  slices: {
    slices: number; of: number;
    /** How many of them are on a GPU. */
    copies: number;
    memoryGiB: number; format: Format | null; tokensPerSecond: number | null; tpotMs: number | null;
    missingGiB: number | null; boundBy: string | null;
  }[] | null;
  /** The setup's model and those beside it, each with its own engine. */
  residents: {
    fits: boolean; missingGiB: number; memoryGiB: number; usableGiB: number; requests: number;
    models: { id: string; format: Format; weightsGiB: number; workspaceGiB: number; cacheGiB: number }[];
  };
  /** On the setup's replica, or on one GPU where there is none; `moreArithmetic` is a share of the base's. */
  adapters: {
    fits: boolean; adapters: number; rank: number; gpus: number; adapterGiB: number; perGpuGiB: number;
    concurrency: number; concurrencyWithout: number; moreArithmetic: number;
  };
}
/** A setup, and the run that trains its model on its GPU. */
export type TrainingSetup = Scenario & {
  /** Adapters beside a 16-bit base (lora, as is when left out), beside a 4-bit base (qlora), or every parameter (full). */
  method?: "lora" | "qlora" | "full" | null;
  /** Tokens of the run, 100M; of a sequence, 2,048; sequences per GPU and step, 1; rank of the adapters, 16. */
  tokens?: number | string | null; sequence?: number | string | null; batch?: number | string | null;
  rank?: number | string | null;
  /** GPUs; left out: the fewest that hold it. */
  gpus?: number | string | null;
  /** Per cent of the 16-bit peak that is reached, 40. */
  utilisation?: number | string | null;
  /** Whether activations are recomputed, true. */
  recompute?: boolean | null;
};
export interface TrainingRun {
  method: "lora" | "qlora" | "full"; fits: boolean; gpus: number; missingGiB: number; trainedParameters: number;
  gpuHours: number; hours: number;
  /** The scenario's own price or the median provider's; null where none is known, and `usd` where it does not fit. */
  usdPerGpuHour: number | null; usd: number | null;
  perGpu: { weightsGiB: number; gradientsGiB: number; optimiserGiB: number; activationsGiB: number; reserveGiB: number };
}
/** Less than a GPU: slices, several models in its memory, LoRA adapters. Rejects with a FieldError. */
export function share(setup?: SharedSetup | null): Promise<Sharing>;
/** Memory, GPU-hours and cost of training and fine-tuning. Rejects with a FieldError. */
export function train(setup?: TrainingSetup | null): Promise<TrainingRun>;

export interface Checkpoint { bytes: number; tensors: number; checkpointParameters: number | null; }
export type ImportedFile =
  | {
      kind: "prices"; format: string; summary: string; apiPrices: ApiPriceRow[]; offers: OfferRow[];
      problems: { line: number | null; row: string; field: string; message: string }[];
      /** Rows that were left out, by reason. */
      skipped: Record<string, number>;
    }
  | {
      kind: "model"; name: string; summary: string;
      /** Its shape: the value of a scenario's `ownModel`. */
      ownModel: string;
      parameters: number | null; activeParameters: number | null; maxContext: number | null;
      /** What was assumed or left out. */
      notices: string[];
      checkpoint: Checkpoint | null;
      /** What puts it into a scenario, with the exact size of its weights where the file states it: { ...yours, ...file.scenario }. */
      scenario: Scenario;
    }
  /** `scenario`: the exact size of the weights, if the file is not one of several. */
  | ({ kind: "weights"; summary: string; scenario: Scenario } & Checkpoint)
  | {
      kind: "usage"; summary: string; requests: number; inputTokens: number; outputTokens: number;
      cachedInputTokens: number; hours: number; skippedRows: number;
      /** What puts the workload into a scenario: { ...yours, ...file.scenario }. */
      scenario: Scenario;
    }
  | {
      kind: "runs";
      runs: {
        tool: string; model: string; gpu: string; inputTokens: number; outputTokens: number; concurrency: number | null;
        outputTokensPerSecond: number; ttftMs: number | null; tpotMs: number | null;
        /** What puts the run into a scenario: { ...yours, ...run.scenario }. */
        scenario: Scenario;
      }[];
      problems: { run: number; message: string }[];
    }
  /** Scenarios that were saved as a file, as a link. */
  | { kind: "scenarios"; link: string; notices: string[] };
/** A value that goes into a figure. */
export interface ExplainedInput {
  /** Its name in the formula. */
  name: string;
  value: number; unit: string;
  /** The user's answer, a field's default, a fact of the catalogue, another figure, the sizing model, or a consequence. */
  from: "given" | "default" | "fact" | "figure" | "model" | "derived";
  /** The field or figure that it comes from. */
  of?: string;
  /** Of a fact: its source and date. */
  source?: string | null; asOf?: string | null;
  /** Of the sizing model: the range of eight in ten measurements, as factors. */
  low?: number; high?: number;
}
/** A figure: its formula in the names of its inputs, with + - * / ( ) and ceil( ). */
export interface Explanation { formula: string; unit: string; result: number; inputs: ExplainedInput[]; }
/** Every figure of the answer, by its name (apiBill, blendedPrice, selfHosted, utilisation, durableBreakeven …). Throws a FieldError. */
export function explain(scenario?: Scenario): Record<string, Explanation>;
/** What a request costs. Throws a FieldError. */
export function priceUsage(request: PriceRequest): Bill;
/** What a file holds: a price list (LiteLLM, genai-prices, models.dev, SkyPilot, a file saved by the page), a model
 *  (config.json, GGUF), a safetensors index or header, or results of a benchmark (vLLM, SGLang, GuideLLM, genai-perf,
 *  AIPerf, llama-bench). Prices are dated `today` (YYYY-MM-DD; the clock's day when left out). The first call loads the
 *  readers. Rejects with a FieldError. */
export function importFile(name: string, bytes: Uint8Array | ArrayBuffer, today?: string): Promise<ImportedFile>;
/** All facts, with their sources. */
export function catalogue(): { date: string; gpus: GpuRow[]; offers: OfferRow[]; apiPrices: ApiPriceRow[]; models: ModelRow[] };
