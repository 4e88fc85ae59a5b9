// Types of the JavaScript module; a test compares the scenario with the table of fields.

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
  /** 24 or 168 characters, 0-9 and a-z for 0 to 35: the weight of each hour, from midnight or Monday midnight. */
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
}

/** A range of tokens a month; `to` is null when it has no end. */
export interface Interval { from: number; to: number | null; }

export interface Report {
  /** The answer in English. */
  verdict: string;
  /** Who is cheaper; null without a feasible plan. */
  winner: "api" | "gpu" | "tie" | null;
  api: { id: string | null; inputUsdPerMTok: number; outputUsdPerMTok: number; blendedUsdPerMTok: number; usdPerMonth: number; asOf: string | null; source: string | null };
  /** Null when there is no feasible plan; `infeasible` then says why. */
  plan: null | {
    offer: string | null; asOf: string | null; source: string | null;
    usdPerGpuHour: number; gpus: number; gpusPerReplica: number; replicas: number;
    tokensPerSecondPerReplica: number; tier: "own" | "published" | "modelled";
    /** Share of what the GPUs could serve, 0 to 1. */
    utilisation: number;
    usdPerMonth: number; hardwareUsdPerMonth: number; engineeringUsdPerMonth: number; infrastructureUsdPerMonth: number;
  };
  infeasible: string | null;
  /** Volumes in tokens a month. `winning` lists at most the first hundred intervals and always the last. */
  breakeven: null | { first: number | null; durable: number | null; intervals: number; winning: Interval[]; hardwareOnlyDurable: number | null };
  /** The scenario as a link fragment. */
  link: string;
}

/** What is thrown when an input cannot be used. */
export interface FieldError { field: string; reason: string; hint: string; }

export function evaluate(scenario?: Scenario): Report;
export function encodeLink(scenario?: Scenario): string;
export function decodeLink(fragment: string): { scenario: Scenario; notices: string[] };
export function version(): string;
