//! The table of fields: one row for each input, in the order of links and of the page.
//!
//! Keys and defaults below are part of every published link: append fields, never change one of these.

use super::fields::{Choice, Default, Field, Kind, Question, Syntax, Table};
use crate::units::parse::Unit;

/// Declares the ids and the table of fields from one list.
macro_rules! fields {
    ($($id:ident $key:literal $name:literal $question:ident $label:literal, $kind:expr, $default:expr, $help:literal;)*) => {
        /// Names a field of the scenario.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FieldId {
            $(#[doc = concat!("The field `", $name, "`.")] $id,)*
        }

        impl FieldId {
            /// Every field, in the order of the table, which is also the order in links.
            pub const ALL: &[Self] = &[$(Self::$id,)*];

            /// The field's row in the table.
            #[must_use]
            pub fn field(self) -> &'static Field {
                &TABLE[self as usize]
            }

            /// Whether most workloads need it; the page asks the others under "More".
            #[must_use]
            pub fn is_basic(self) -> bool {
                self < Self::ApiCached || matches!(self, Self::Profile | Self::TtftLimit | Self::TpotLimit)
            }
        }

        static TABLE: [Field; FieldId::ALL.len()] = [$(Field {
            key: $key, name: $name, question: Question::$question, label: $label, kind: $kind, default: $default, help: if cfg!(feature = "page") { "" } else { $help },
        },)*];
    };
}

const fn number(unit: Unit, min: f64, max: f64) -> Kind {
    Kind::Number { unit, min, max, whole: false, log: false, slider: None }
}

const fn logarithmic(unit: Unit, min: f64, max: f64) -> Kind {
    Kind::Number { unit, min, max, whole: false, log: true, slider: None }
}

const fn whole(unit: Unit, min: f64, max: f64) -> Kind {
    Kind::Number { unit, min, max, whole: true, log: false, slider: None }
}

const fn percent(max: f64) -> Kind {
    number(Unit::Percent, 0.0, max)
}

const fn choice(key: &'static str, label: &'static str) -> Choice {
    Choice { key, label }
}

use Default::{Automatic, Name, Number};

const HOURS: &[Choice] = &[choice("730", "730 (8,760 / 12)"), choice("720", "720 (30 days)")];

const FORMATS: &[Choice] = &[
    choice("fp16", "16 bit (bf16, fp16)"),
    choice("fp8", "8 bit float (fp8)"),
    choice("int8", "8 bit integer (int8)"),
    choice("int4", "4 bit integer (AWQ, GPTQ)"),
    choice("nvfp4", "4 bit float (NVFP4)"),
    choice("mxfp4", "4 bit float (MXFP4)"),
];

const CACHE_FORMATS: &[Choice] = &[choice("fp16", "16 bit"), choice("fp8", "8 bit")];

const CONSTRAINTS: &[Choice] = &[
    choice("quality", "Needs a frontier model"),
    choice("private", "Data stays in-house"),
    choice("custom", "Own or fine-tuned model"),
    choice("latency", "Strict latency"),
    choice("noteam", "Nobody to run it"),
    choice("trial", "Still experimenting"),
    choice("spiky", "Volume is unpredictable"),
];

const SERVICES: &[Choice] =
    &[choice("standard", "Standard"), choice("flex", "Flex: slower"), choice("priority", "Priority: faster")];

const LIFETIMES: &[Choice] = &[choice("5m", "5 minutes"), choice("1h", "1 hour")];

const PROFILES: &[Choice] = &[
    choice("flat", "Flat, day and night"),
    choice("business", "Business hours"),
    choice("diurnal", "Day and night wave"),
    choice("burst", "4-hour burst a day"),
    choice("own", "Own weights"),
];

const ENGINES: &[Choice] = &[
    choice("vllm", "vLLM"),
    choice("sglang", "SGLang"),
    choice("trtllm", "TensorRT-LLM"),
    choice("llamacpp", "llama.cpp"),
];

const FLEETS: &[Choice] = &[
    choice("always", "Always on"),
    choice("scheduled", "Scheduled"),
    choice("auto", "Autoscaled"),
    choice("zero", "Scaled to zero"),
];

const HARDWARE: &[Choice] = &[choice("rent", "Rented"), choice("buy", "Bought")];

fields! {
    Model "m" "model" What "Open model", Kind::Row(Table::Models), Name("llama-3.3-70b"),
        "The model that would run on your GPUs. Its size sets the memory it needs and the arithmetic per token.";
    ApiPrice "api" "apiPrice" What "Hosted at", Kind::Row(Table::ApiPrices), Automatic("median of its hosts"),
        "The pay-per-token offer it is compared with: the same model at one of its hosts, or any other model.";
    ApiInput "pi" "apiInput" What "API input price", number(Unit::UsdPerMTok, 0.0, 10_000.0), Automatic("from the price list"),
        "Dollars per million input tokens. Type your negotiated price here.";
    ApiOutput "po" "apiOutput" What "API output price", number(Unit::UsdPerMTok, 0.0, 10_000.0), Automatic("from the price list"),
        "Dollars per million output tokens. Type your negotiated price here.";
    Volume "t" "volume" HowMuch "Tokens a month", logarithmic(Unit::TokensPerMonth, 1e3, 1e16).sliding(1e7, 1e12), Number(5e9),
        "Input and output together. Also per day, hour or second: 40M/day, 1,500/s.";
    InputShare "in" "inputShare" HowMuch "Input share", percent(100.0).sliding(0.0, 100.0), Number(70.0),
        "How much of the volume is input (prompt, documents, history). The rest is output.";
    RequestTokens "req" "requestTokens" HowMuch "Tokens a request",
        Kind::Number { unit: Unit::Count, min: 2.0, max: 1e6, whole: true, log: true, slider: None }, Number(2_000.0),
        "Input and output of one request together. Long requests need more memory each and so run slower.";
    Gpu "gpu" "gpu" OnWhat "GPU", Kind::Row(Table::Gpus), Name("h100-sxm"),
        "The accelerator that would be rented.";
    GpusPerReplica "g" "gpusPerReplica" OnWhat "GPUs per replica",
        Kind::Number { unit: Unit::Count, min: 1.0, max: 64.0, whole: true, log: true, slider: None },
        Automatic("most tokens/s per GPU"),
        "How many GPUs hold one copy of the model (tensor parallelism).";
    Throughput "tps" "tokensPerSecond" OnWhat "Tokens/s per replica", logarithmic(Unit::TokensPerSecond, 0.01, 1e7),
        Automatic("estimated"),
        "Input and output tokens that one replica sustains. Your own benchmark beats any table.";
    Format "w" "format" OnWhat "Weights", Kind::Choice(FORMATS), Automatic("smallest native"),
        "Number format of the weights. Fewer bits need less memory and bandwidth; below 8 bits quality may suffer.";
    TargetLoad "load" "targetLoad" OnWhat "Target load", number(Unit::Percent, 1.0, 100.0).sliding(10.0, 100.0), Number(70.0),
        "The part of a replica's capacity that you plan to use; the rest absorbs peaks.";
    Offer "offer" "offer" OnWhat "Rented from", Kind::Row(Table::Offers), Automatic("median provider, on-demand"),
        "Provider, instance, region and commitment. Whole instances are bought.";
    GpuPrice "pg" "gpuPrice" OnWhat "Price per GPU-hour", number(Unit::UsdPerHour, 0.0, 10_000.0), Automatic("from the offer"),
        "Dollars per hour and GPU. Type your negotiated price here.";
    Engineers "fte" "engineers" OtherCost "Engineers", number(Unit::Count, 0.0, 1000.0).sliding(0.0, 4.0), Number(0.25),
        "Full-time equivalents that deploy, watch and repair the self-hosted service.";
    Salary "pay" "salary" OtherCost "Salary, loaded", number(Unit::UsdPerYear, 0.0, 1e8), Number(200_000.0),
        "Dollars a year for one engineer, with everything that the employer pays.";
    Infrastructure "infra" "infrastructure" OtherCost "Infrastructure", number(Unit::UsdPerMonth, 0.0, 1e9), Number(0.0),
        "Load balancers, monitoring and the like: dollars a month beside the GPUs.";
    HoursPerMonth "h" "hoursPerMonth" OtherCost "Hours in a month", Kind::Choice(HOURS), Name("730"),
        "8,760 hours a year make 730 a month; some price lists and articles count 30 days, 720 hours.";
    // from here on asked under "More"
    ApiCached "pc" "apiCachedInput" What "API cached input price", number(Unit::UsdPerMTok, 0.0, 10_000.0), Automatic("from the price list"),
        "Dollars per million input tokens read from the provider's cache.";
    OwnModel "own" "ownModel" What "Own model", Kind::Text(Syntax::Model), Automatic("from the catalogue"),
        "The shape of a model that the catalogue lacks. Import a config.json to fill it.";
    KvFormat "kv" "kvFormat" OnWhat "KV cache", Kind::Choice(CACHE_FORMATS), Name("fp16"),
        "Number format of the KV cache. 8 bits hold twice the tokens.";
    Constraints "must" "constraints" What "What must hold", Kind::Set(CONSTRAINTS), Name(""),
        "Facts that decide beside cost. They never hide a cost.";
    CachedShare "cr" "cachedShare" HowMuch "Cached input", percent(100.0), Number(0.0),
        "The part of the input that repeats: APIs bill it as a cache read, your engine skips its prefill.";
    WrittenShare "cw" "cacheWriteShare" HowMuch "Cache writes", percent(100.0), Number(0.0),
        "The part of the input that is written to the API's cache, where writing has a price.";
    CacheLifetime "ttl" "cacheLifetime" HowMuch "Cache lifetime", Kind::Choice(LIFETIMES), Name("5m"),
        "How long the API keeps what is written; an hour costs more at some providers.";
    BatchShare "ba" "batchShare" HowMuch "In batches", percent(100.0), Number(0.0),
        "The part of the volume that can wait for the API's batch price.";
    ReasoningShare "rs" "reasoningShare" HowMuch "Reasoning", percent(100.0), Number(0.0),
        "The part of the output that is reasoning: billed as output, never read.";
    Retries "rt" "retries" HowMuch "Retries", percent(1000.0), Number(0.0),
        "Requests that are sent and billed again.";
    Growth "gr" "growth" HowMuch "Growth a month", number(Unit::Percent, -50.0, 100.0), Number(0.0),
        "How much the volume changes from month to month.";
    Profile "day" "profile" When "Profile", Kind::Choice(PROFILES), Name("flat"),
        "When in the week the tokens are asked for. GPUs are sized for the peak.";
    Weights "wt" "weights" When "Hour by hour", Kind::Text(Syntax::Weights), Automatic("from the profile"),
        "The weight of each hour, from midnight or Monday midnight: 24 or 168 numbers, or characters, 0-9 and a-z for 0 to 35.";
    PeakToMean "peak" "peakToMean" When "Peak inside the hour", number(Unit::Count, 1.0, 100.0), Number(1.0),
        "The busiest minutes of an hour over its mean.";
    TtftLimit "ttft" "ttftLimit" When "TTFT limit", logarithmic(Unit::Of("ms"), 1.0, 1e6), Automatic("none"),
        "Longest acceptable time to the first token, in milliseconds.";
    TpotLimit "tpot" "tpotLimit" When "TPOT limit", logarithmic(Unit::Of("ms"), 0.1, 1e5), Automatic("none"),
        "Longest acceptable time per output token, in milliseconds.";
    PipelineStages "pp" "pipelineStages" OnWhat "Pipeline stages", whole(Unit::Count, 1.0, 8.0), Number(1.0),
        "How many groups of GPUs share the layers of one replica, one after the other.";
    ServingEngine "eng" "engine" OnWhat "Engine", Kind::Choice(ENGINES), Name("vllm"),
        "The serving software, in a release of 2025 or later.";
    DraftTokens "sd" "draftTokens" OnWhat "Draft tokens", whole(Unit::Count, 0.0, 16.0), Number(0.0),
        "Speculative decoding: tokens drafted for each step; 0 is off.";
    Acceptance "sa" "acceptance" OnWhat "Drafts accepted", percent(100.0), Number(70.0),
        "The chance that a drafted token is right.";
    InstanceGpus "gi" "instanceGpus" OnWhat "GPUs per instance", whole(Unit::Count, 1.0, 64.0), Automatic("from the offer"),
        "Instances are bought whole.";
    Fleet "fleet" "fleet" OnWhat "Fleet", Kind::Choice(FLEETS), Name("always"),
        "Always on for the peak; by a plan of the week; after the load, with start-up time; or down to nothing between requests.";
    Startup "lag" "startup" OnWhat "Start-up", number(Unit::Of("min"), 0.0, 600.0), Number(10.0),
        "Minutes until a new instance serves: billed, without serving.";
    Spare "sp" "spareReplicas" OnWhat "Spare replicas", whole(Unit::Count, 0.0, 100.0), Number(0.0),
        "Replicas beyond need, so that one can fail (N+1).";
    ReservedShare "rsv" "reservedShare" OnWhat "Reserved", percent(100.0), Number(0.0),
        "The part of the GPU-hours that is reserved for a year.";
    SpotShare "spot" "spotShare" OnWhat "Spot", percent(100.0), Number(0.0),
        "The part of the GPU-hours that runs on spot instances.";
    ReservedDiscount "ro" "reservedDiscount" OnWhat "Reserved discount", percent(100.0), Automatic("from the offers"),
        "Against the on-demand price.";
    SpotDiscount "so" "spotDiscount" OnWhat "Spot discount", percent(100.0), Automatic("from the offers"),
        "Against the on-demand price.";
    Interruptions "int" "interruptions" OnWhat "Interruptions", number(Unit::Of("/day"), 0.0, 100.0), Number(1.0),
        "How often a day a spot instance is taken away; each loses a start-up.";
    MinimumBilling "mb" "minimumBilling" OnWhat "Billed at least", number(Unit::Of("min"), 0.0, 1440.0), Number(1.0),
        "The shortest time for which a started instance is billed.";
    GpuDiscount "gd" "gpuDiscount" OnWhat "GPU discount", percent(100.0), Number(0.0),
        "Negotiated, off every GPU price.";
    Hardware "hw" "hardware" OnWhat "Hardware", Kind::Choice(HARDWARE), Name("rent"),
        "Bought hardware is paid over its life, with power, space and capital.";
    PurchasePrice "buy" "purchasePrice" OnWhat "Purchase price", number(Unit::Usd("GPU"), 0.0, 1e7), Number(30_000.0),
        "Dollars per GPU with its share of server and network.";
    HardwareLife "life" "hardwareLife" OnWhat "Life", number(Unit::Of("years"), 0.5, 20.0), Number(4.0),
        "Years until it is sold or scrapped.";
    Residual "res" "residual" OnWhat "Residual value", percent(100.0), Number(20.0),
        "What it still brings at the end of its life.";
    GpuPower "watt" "gpuPower" OnWhat "Power per GPU", number(Unit::Of("W"), 0.0, 10_000.0), Automatic("1.5 × its TDP"),
        "Watts at the wall with its share of the server.";
    Pue "pue" "pue" OnWhat "PUE", number(Unit::Count, 1.0, 3.0), Number(1.4),
        "Power of the data centre over power of its computers.";
    Electricity "kwh" "electricity" OnWhat "Electricity", number(Unit::Usd("kWh"), 0.0, 10.0), Number(0.12),
        "Dollars per kWh.";
    Colocation "colo" "colocation" OnWhat "Colocation", number(Unit::Usd("kW"), 0.0, 10_000.0), Number(0.0),
        "Dollars per kW and month, where power is not billed by the kWh.";
    Capital "cap" "capital" OnWhat "Cost of capital", percent(100.0), Number(8.0),
        "Per cent a year.";
    Maintenance "mnt" "maintenance" OnWhat "Maintenance", percent(100.0), Number(5.0),
        "Per cent of the purchase price a year.";
    ApiDiscount "di" "apiDiscount" OtherCost "API discount", percent(100.0), Number(0.0),
        "Negotiated, off the whole API bill.";
    RequestFee "fee" "requestFee" OtherCost "Fee per 1,000 requests", number(Unit::Usd("k"), 0.0, 1e6), Number(0.0),
        "Dollars that the API takes for each thousand requests.";
    ProvisionedPrice "ptp" "provisionedPrice" OtherCost "Provisioned unit", number(Unit::UsdPerHour, 0.0, 1e5), Automatic("not used"),
        "Dollars per hour for one unit of provisioned API throughput.";
    ProvisionedRate "ptr" "provisionedRate" OtherCost "Tokens/s per unit", logarithmic(Unit::TokensPerSecond, 0.01, 1e7), Automatic("not used"),
        "Tokens a second that one provisioned unit serves.";
    InfrastructureShare "ip" "infrastructureShare" OtherCost "Infrastructure share", percent(1000.0), Number(0.0),
        "More infrastructure, as a part of the GPU cost.";
    Storage "sto" "storage" OtherCost "Storage", number(Unit::UsdPerMonth, 0.0, 1e9), Number(0.0),
        "Weights, images and logs.";
    Egress "eg" "egress" OtherCost "Egress", number(Unit::UsdPerMonth, 0.0, 1e9), Number(0.0),
        "Traffic out of the data centre.";
    Migration "mig" "migration" OtherCost "Migration", number(Unit::Usd(""), 0.0, 1e9), Number(0.0),
        "Paid once, at the start.";
    Horizon "hz" "horizon" OtherCost "Horizon", whole(Unit::Of("months"), 1.0, 60.0), Number(12.0),
        "Months to look ahead.";
    DiscountRate "dr" "discountRate" OtherCost "Discount rate", percent(100.0), Number(8.0),
        "What a year's delay is worth, for net present value.";
    ApiDrift "ad" "apiDrift" OtherCost "API price drift", number(Unit::Percent, -90.0, 100.0), Number(0.0),
        "How API prices change in a year.";
    GpuDrift "gdr" "gpuDrift" OtherCost "GPU price drift", number(Unit::Percent, -90.0, 100.0), Number(0.0),
        "How GPU prices change in a year.";
    Currency "cur" "currency" OtherCost "Currency", Kind::Text(Syntax::Currency), Name("USD"),
        "Three letters. Amounts are shown in it at your rate.";
    ExchangeRate "fx" "exchangeRate" OtherCost "Per US dollar", logarithmic(Unit::Count, 1e-4, 1e6), Number(1.0),
        "What one US dollar costs in your currency. Nothing is fetched: the rate is yours.";
    Ranges "u" "ranges" OtherCost "Ranges", Kind::Text(Syntax::Ranges), Automatic("standard"),
        "Low and high of uncertain inputs, as factors: volume~0.5~2.";
    Seed "seed" "seed" OtherCost "Seed", whole(Unit::Count, 0.0, 1e9), Number(1.0),
        "Another seed draws other samples.";
    ServiceTier "st" "serviceTier" HowMuch "Service tier", Kind::Choice(SERVICES), Name("standard"),
        "How soon the API answers what is not in batches; some hosts price slower and faster service.";
    UtcOffset "utc" "utcOffset" When "Ahead of UTC", number(Unit::Of("h"), -12.0, 14.0), Number(0.0),
        "Hours that the profile's clock is ahead of UTC, by which some APIs price their peak hours.";
    ApiCacheWrite "pw" "apiCacheWrite" What "API cache write price", number(Unit::UsdPerMTok, 0.0, 10_000.0), Automatic("from the price list"),
        "Dollars per million input tokens written to the provider's cache.";
    ApiBatchInput "pbi" "apiBatchInput" What "API batch input price", number(Unit::UsdPerMTok, 0.0, 10_000.0), Automatic("from the price list"),
        "Dollars per million input tokens in batches.";
    ApiBatchOutput "pbo" "apiBatchOutput" What "API batch output price", number(Unit::UsdPerMTok, 0.0, 10_000.0), Automatic("from the price list"),
        "Dollars per million output tokens in batches.";
    AsOf "d" "asOf" OtherCost "Prices as of", Kind::Text(Syntax::Day), Automatic("today's lists"),
        "A day such as 2026-11-24: the prices that were listed then. A link keeps its day, and so its answer.";
    WeightSize "ws" "weightSize" What "Size of the weights", logarithmic(Unit::Of("GB"), 0.001, 1e5), Automatic("from their format"),
        "Gigabytes of 10\u{2079} bytes of all weights as stored: an imported index or header fills it. It goes when model or format change.";
}
