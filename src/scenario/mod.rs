//! The scenario: the only input of the engine, always complete and always inside its limits.
//!
//! Every field has a default, so a link or JSON object names only what differs. Values get in through
//! [`Scenario::set`] and [`Scenario::set_text`], which refuse what the field table does not allow: code behind
//! them need not check again.

mod choices;
pub mod fields;
pub mod link;
mod slot;

use crate::catalogue::{Catalogue, Text, did_you_mean};
use crate::units::parse::{self, Unit};
use crate::units::{Hours, Tokens, TokensPerSecond, Usd, UsdPerHour, UsdPerMTok};
use crate::units::{format, number};
pub use choices::{Format, HoursPerMonth};
use fields::{Choice, Field, FieldError, Kind, Question, Reason, Table, Value};
use slot::Slot;

/// Declares the struct, its defaults, the ids and the table of fields from one list.
macro_rules! scenario {
    ($($id:ident $slot:ident: $type:ty = $default:expr, $field:expr;)*) => {
        /// Names a field of the scenario.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FieldId {
            $(#[doc = concat!("The field `", stringify!($slot), "`.")] $id,)*
        }

        impl FieldId {
            /// Every field, in the order of the table, which is also the order in links.
            pub const ALL: &[Self] = &[$(Self::$id,)*];

            /// The field's row in the table.
            #[must_use]
            pub const fn field(self) -> &'static Field {
                const TABLE: &[Field] = &[$($field,)*];
                &TABLE[self as usize]
            }
        }

        /// One workload, its hardware and its prices.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Scenario {
            $($slot: $type,)*
        }

        impl Default for Scenario {
            fn default() -> Self {
                Self { $($slot: $default,)* }
            }
        }

        impl Scenario {
            /// The value of a field.
            #[must_use]
            pub fn get(&self, id: FieldId) -> Value {
                match id {
                    $(FieldId::$id => self.$slot.to_value(),)*
                }
            }

            /// Stores a value that has been checked; false when its kind is not the field's.
            fn store(&mut self, id: FieldId, value: Value) -> bool {
                match id {
                    $(FieldId::$id => self.$slot.assign(value),)*
                }
            }
        }
    };
}

const fn number(unit: Unit, min: f64, max: f64) -> Kind {
    Kind::Number { unit, min, max, whole: false, log: false, slider: None }
}

const fn logarithmic(unit: Unit, min: f64, max: f64) -> Kind {
    Kind::Number { unit, min, max, whole: false, log: true, slider: None }
}

const HOURS: &[Choice] =
    &[Choice { key: "730", label: "730 (8,760 / 12)" }, Choice { key: "720", label: "720 (30 days)" }];

const FORMATS: &[Choice] = &[
    Choice { key: "fp16", label: "16 bit (bf16, fp16)" },
    Choice { key: "fp8", label: "8 bit float (fp8)" },
    Choice { key: "int8", label: "8 bit integer (int8)" },
    Choice { key: "int4", label: "4 bit integer (AWQ, GPTQ)" },
    Choice { key: "nvfp4", label: "4 bit float (NVFP4)" },
    Choice { key: "mxfp4", label: "4 bit float (MXFP4)" },
];

// The keys and defaults below are part of every published link: append fields, never change one of these.
scenario! {
    Model model: Text = Text::Borrowed("llama-3.3-70b"), Field {
        key: "m", name: "model", question: Question::What, label: "Open model",
        kind: Kind::Row(Table::Models), automatic: None,
        help: "The model that would run on your GPUs. Its size sets the memory it needs and the arithmetic per token.",
    };
    ApiPrice api_price: Option<Text> = None, Field {
        key: "api", name: "apiPrice", question: Question::What, label: "Hosted at",
        kind: Kind::Row(Table::ApiPrices), automatic: Some("median of its hosts"),
        help: "The pay-per-token offer it is compared with: the same model at one of its hosts, or any other model.",
    };
    ApiInput api_input: Option<UsdPerMTok> = None, Field {
        key: "pi", name: "apiInput", question: Question::What, label: "API input price",
        kind: number(Unit::UsdPerMTok, 0.0, 10_000.0), automatic: Some("from the price list"),
        help: "Dollars per million input tokens. Type your negotiated price here.",
    };
    ApiOutput api_output: Option<UsdPerMTok> = None, Field {
        key: "po", name: "apiOutput", question: Question::What, label: "API output price",
        kind: number(Unit::UsdPerMTok, 0.0, 10_000.0), automatic: Some("from the price list"),
        help: "Dollars per million output tokens. Type your negotiated price here.",
    };
    Volume volume: Tokens = Tokens::new(5e9), Field {
        key: "t", name: "volume", question: Question::HowMuch, label: "Tokens a month",
        kind: logarithmic(Unit::TokensPerMonth, 1e3, 1e16).sliding(1e7, 1e12), automatic: None,
        help: "Input and output together. Also per day, hour or second: 40M/day, 1,500/s.",
    };
    InputShare input_share: f64 = 70.0, Field {
        key: "in", name: "inputShare", question: Question::HowMuch, label: "Input share",
        kind: number(Unit::Percent, 0.0, 100.0).sliding(0.0, 100.0), automatic: None,
        help: "How much of the volume is input (prompt, documents, history). The rest is output.",
    };
    RequestTokens request_tokens: f64 = 2_000.0, Field {
        key: "req", name: "requestTokens", question: Question::HowMuch, label: "Tokens a request",
        kind: Kind::Number { unit: Unit::Count, min: 2.0, max: 1e6, whole: true, log: true, slider: None },
        automatic: None,
        help: "Input and output of one request together. Long requests need more memory each and so run slower.",
    };
    Gpu gpu: Text = Text::Borrowed("h100-sxm"), Field {
        key: "gpu", name: "gpu", question: Question::OnWhat, label: "GPU",
        kind: Kind::Row(Table::Gpus), automatic: None,
        help: "The accelerator that would be rented.",
    };
    GpusPerReplica gpus_per_replica: Option<f64> = None, Field {
        key: "g", name: "gpusPerReplica", question: Question::OnWhat, label: "GPUs per replica",
        kind: Kind::Number { unit: Unit::Count, min: 1.0, max: 64.0, whole: true, log: true, slider: None },
        automatic: Some("most tokens/s per GPU"),
        help: "How many GPUs hold one copy of the model (tensor parallelism).",
    };
    Throughput throughput: Option<TokensPerSecond> = None, Field {
        key: "tps", name: "tokensPerSecond", question: Question::OnWhat, label: "Tokens/s per replica",
        kind: logarithmic(Unit::TokensPerSecond, 0.01, 1e7), automatic: Some("estimated"),
        help: "Input and output tokens that one replica sustains. Your own benchmark beats any table.",
    };
    Format format: Option<Format> = None, Field {
        key: "w", name: "format", question: Question::OnWhat, label: "Weights",
        kind: Kind::Choice(FORMATS), automatic: Some("smallest native"),
        help: "Number format of the weights. Fewer bits need less memory and bandwidth; below 8 bits quality may suffer.",
    };
    TargetLoad target_load: f64 = 70.0, Field {
        key: "load", name: "targetLoad", question: Question::OnWhat, label: "Target load",
        kind: number(Unit::Percent, 1.0, 100.0).sliding(10.0, 100.0), automatic: None,
        help: "The part of a replica's capacity that you plan to use; the rest absorbs peaks.",
    };
    Offer offer: Option<Text> = None, Field {
        key: "offer", name: "offer", question: Question::OnWhat, label: "Rented from",
        kind: Kind::Row(Table::Offers), automatic: Some("median provider, on-demand"),
        help: "Provider, instance, region and commitment. Whole instances are bought.",
    };
    GpuPrice gpu_price: Option<UsdPerHour> = None, Field {
        key: "pg", name: "gpuPrice", question: Question::OnWhat, label: "Price per GPU-hour",
        kind: number(Unit::UsdPerHour, 0.0, 10_000.0), automatic: Some("from the offer"),
        help: "Dollars per hour and GPU. Type your negotiated price here.",
    };
    Engineers engineers: f64 = 0.25, Field {
        key: "fte", name: "engineers", question: Question::OtherCost, label: "Engineers",
        kind: number(Unit::Count, 0.0, 1000.0).sliding(0.0, 4.0), automatic: None,
        help: "Full-time equivalents that deploy, watch and repair the self-hosted service.",
    };
    Salary salary: f64 = 200_000.0, Field {
        key: "pay", name: "salary", question: Question::OtherCost, label: "Salary, loaded",
        kind: number(Unit::UsdPerYear, 0.0, 1e8), automatic: None,
        help: "Dollars a year for one engineer, with everything that the employer pays.",
    };
    Infrastructure infrastructure: Usd = Usd::ZERO, Field {
        key: "infra", name: "infrastructure", question: Question::OtherCost, label: "Infrastructure",
        kind: number(Unit::UsdPerMonth, 0.0, 1e9), automatic: None,
        help: "Load balancers, storage, monitoring, egress: dollars a month beside the GPUs.",
    };
    HoursPerMonth hours_per_month: HoursPerMonth = HoursPerMonth::Calendar, Field {
        key: "h", name: "hoursPerMonth", question: Question::OtherCost, label: "Hours in a month",
        kind: Kind::Choice(HOURS), automatic: None,
        help: "8,760 hours a year make 730 a month; some price lists and articles count 30 days, 720 hours.",
    };
}

impl Scenario {
    /// The open model's id.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.model
    }

    /// The id of the hosted price; `None` leaves it to the engine.
    #[must_use]
    pub fn api_price(&self) -> Option<&str> {
        self.api_price.as_deref()
    }

    /// Own API prices for input and output.
    #[must_use]
    pub fn own_api_prices(&self) -> (Option<UsdPerMTok>, Option<UsdPerMTok>) {
        (self.api_input, self.api_output)
    }

    /// Tokens a month, 1e3 to 1e16.
    #[must_use]
    pub fn volume(&self) -> Tokens {
        self.volume
    }

    /// The part of the volume that is input, 0 to 1.
    #[must_use]
    pub fn input_share(&self) -> f64 {
        self.input_share / 100.0
    }

    /// Input and output tokens of one request, 2 to 1e6.
    #[must_use]
    pub fn request_tokens(&self) -> f64 {
        self.request_tokens
    }

    /// Number format of the weights; `None` leaves it to the engine.
    #[must_use]
    pub fn format(&self) -> Option<Format> {
        self.format
    }

    /// The GPU's id.
    #[must_use]
    pub fn gpu(&self) -> &str {
        &self.gpu
    }

    /// GPUs that hold one copy of the model, 1 to 64; `None` leaves it to the engine.
    #[must_use]
    pub fn gpus_per_replica(&self) -> Option<u32> {
        // whole and at most 64 by the table
        self.gpus_per_replica.map(|count| count as u32)
    }

    /// Own figure for tokens a second per replica.
    #[must_use]
    pub fn throughput(&self) -> Option<TokensPerSecond> {
        self.throughput
    }

    /// The part of capacity that is planned to be used, 0.01 to 1.
    #[must_use]
    pub fn target_load(&self) -> f64 {
        self.target_load / 100.0
    }

    /// The id of the offer; `None` leaves it to the engine.
    #[must_use]
    pub fn offer(&self) -> Option<&str> {
        self.offer.as_deref()
    }

    /// Own price per GPU-hour.
    #[must_use]
    pub fn gpu_price(&self) -> Option<UsdPerHour> {
        self.gpu_price
    }

    /// Engineering, dollars a month: FTE × salary ÷ 12.
    #[must_use]
    pub fn engineering(&self) -> Usd {
        Usd::new(self.engineers * self.salary / 12.0)
    }

    /// Infrastructure beside the GPUs, dollars a month.
    #[must_use]
    pub fn infrastructure(&self) -> Usd {
        self.infrastructure
    }

    /// Hours that are counted as a month.
    #[must_use]
    pub fn hours_per_month(&self) -> Hours {
        Hours::new(match self.hours_per_month {
            HoursPerMonth::Calendar => 730.0,
            HoursPerMonth::ThirtyDays => 720.0,
        })
    }

    /// Sets a field after checking the value against the field table and the catalogue.
    ///
    /// # Errors
    /// [`FieldError`] when the value is outside the field's limits, unknown, or of another kind; nothing changes.
    pub fn set(&mut self, id: FieldId, value: Value, catalogue: &Catalogue) -> Result<(), FieldError> {
        let given = text_of(&value);
        let refuse = |reason| Err(FieldError { field: id, given: given.clone(), reason });
        match check(id.field(), value, catalogue) {
            Err(reason) => refuse(reason),
            Ok(value) => {
                if self.store(id, value) {
                    Ok(())
                } else {
                    refuse(Reason::WrongKind)
                }
            }
        }
    }

    /// Sets a field from what someone typed, in any unit that the field understands.
    ///
    /// An empty text makes a field automatic that can be.
    ///
    /// # Errors
    /// [`FieldError`] as for [`Self::set`], or when the text cannot be read.
    pub fn set_text(&mut self, id: FieldId, text: &str, catalogue: &Catalogue) -> Result<(), FieldError> {
        let trimmed = text.trim();
        let value = match id.field().kind {
            _ if trimmed.is_empty() && id.field().automatic.is_some() => Ok(Value::Automatic),
            Kind::Number { unit, .. } => {
                parse::quantity(trimmed, unit, self.hours_per_month().value()).map(Value::Number)
            }
            Kind::Choice(_) | Kind::Row(_) => Ok(Value::Name(Text::Owned(trimmed.to_owned()))),
        };
        value
            .map_err(|error| FieldError { field: id, given: text.into(), reason: Reason::Unreadable(error) })
            .and_then(|value| self.set(id, value, catalogue))
            .map_err(|error| FieldError { given: text.into(), ..error })
    }

    /// The exact text of a field: what an input shows and a link holds; empty when automatic.
    #[must_use]
    pub fn text(&self, id: FieldId) -> String {
        text_of(&self.get(id))
    }
}

/// A value as exact text.
fn text_of(value: &Value) -> String {
    match value {
        Value::Number(number) => format::exact(*number),
        Value::Name(name) => name.to_string(),
        Value::Automatic => String::new(),
    }
}

/// The value if the field allows it.
fn check(field: &Field, value: Value, catalogue: &Catalogue) -> Result<Value, Reason> {
    match (&field.kind, &value) {
        (_, Value::Automatic) if field.automatic.is_some() => Ok(value),
        (Kind::Number { min, max, whole, .. }, Value::Number(number)) => match *number {
            n if n.is_nan() => Err(Reason::Unreadable(parse::ParseError::NotANumber)),
            n if n < *min => Err(Reason::TooSmall(*min)),
            n if n > *max => Err(Reason::TooLarge(*max)),
            n if *whole && n.fract() != 0.0 => Err(Reason::NotWhole),
            // fifteen digits survive a link; minus zero would be a second spelling of zero
            n => Ok(Value::Number(if n == 0.0 { 0.0 } else { number::rounded(n, 15) })),
        },
        (Kind::Choice(_) | Kind::Row(_), Value::Name(name)) => known(name, &keys(field, catalogue)),
        // a number is a fine spelling of a choice like 720
        (Kind::Choice(_), Value::Number(n)) => known(&n.to_string(), &keys(field, catalogue)),
        _ => Err(Reason::WrongKind),
    }
}

/// The names that a field of choices or catalogue rows knows.
fn keys<'a>(field: &Field, catalogue: &'a Catalogue) -> Vec<&'a str> {
    match field.kind {
        Kind::Number { .. } => Vec::new(),
        Kind::Choice(choices) => choices.iter().map(|choice| choice.key).collect(),
        Kind::Row(Table::Models) => catalogue.models.iter().map(|row| &*row.id).collect(),
        Kind::Row(Table::ApiPrices) => catalogue.api_prices.iter().map(|row| &*row.id).collect(),
        Kind::Row(Table::Gpus) => catalogue.gpus.iter().map(|row| &*row.id).collect(),
        Kind::Row(Table::Offers) => catalogue.offers.iter().map(|row| &*row.id).collect(),
    }
}

/// The name if it is one of `keys`, otherwise the nearest of them.
fn known(name: &str, keys: &[&str]) -> Result<Value, Reason> {
    if keys.contains(&name) {
        return Ok(Value::Name(Text::Owned(name.to_owned())));
    }
    Err(Reason::Unknown(did_you_mean(name, keys.iter().copied()).map(|key| Text::Owned(key.to_owned()))))
}
