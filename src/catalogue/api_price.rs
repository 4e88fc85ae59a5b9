//! Prices of hosted models, per million tokens.

use super::ids::push_slug;
use super::{Provenance, Text};
use crate::units::{Date, UsdPerMTok};

/// One model at one API provider.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiPrice {
    /// Stable URL-safe id: `groq~llama-3.3-70b-versatile`.
    pub id: Text,
    /// Provider, as price lists key it.
    pub provider: Text,
    /// What kind of provider.
    pub kind: ProviderKind,
    /// Name to send in a request.
    pub model_name: Text,
    /// Name to show, where a source states one.
    pub display_name: Option<Text>,
    /// Id of the open model that is served.
    pub open_model: Option<Text>,
    /// Whether the weights can be had.
    pub open_weights: OpenWeights,
    /// How surely [`Self::open_model`] is what is served.
    pub model_match: Match,
    /// Price of input.
    pub input: UsdPerMTok,
    /// Price of output.
    pub output: UsdPerMTok,
    /// Price of input read from the provider's cache; zero is a price, `None` means billed as input.
    pub cache_read: Option<UsdPerMTok>,
    /// Price of input written to the cache (for five minutes, where there is a choice).
    pub cache_write: Option<UsdPerMTok>,
    /// Price of input written to the cache for one hour.
    pub cache_write_1h: Option<UsdPerMTok>,
    /// Price of input in a batch.
    pub batch_input: Option<UsdPerMTok>,
    /// Price of output in a batch.
    pub batch_output: Option<UsdPerMTok>,
    /// Price of cached input in a batch.
    pub batch_cache_read: Option<UsdPerMTok>,
    /// Prices of long requests, by rising threshold.
    pub tiers: Vec<PriceTier>,
    /// Prices by time of day.
    pub windows: Vec<PriceWindow>,
    /// Prices of slower and faster service.
    pub services: Vec<ServicePrices>,
    /// The prices that the list announces for a later day.
    pub next: Option<NextPrices>,
    /// Longest context, tokens.
    pub context_window: Option<u32>,
    /// Whether a source calls it deprecated.
    pub deprecated: bool,
    /// The source that differs most, where one differs by more than 5 %.
    pub disagreement: Option<SourceDisagreement>,
    /// What to know about the price.
    pub note: Option<Text>,
    /// Where the price comes from.
    pub provenance: Provenance,
}

impl ApiPrice {
    /// A price list of one price for input and one for output, from nobody in particular.
    #[must_use]
    pub fn flat(input: UsdPerMTok, output: UsdPerMTok) -> Self {
        Self {
            id: Text::Borrowed(""),
            provider: Text::Borrowed(""),
            kind: ProviderKind::default(),
            model_name: Text::Borrowed(""),
            display_name: None,
            open_model: None,
            open_weights: OpenWeights::default(),
            model_match: Match::default(),
            input,
            output,
            cache_read: None,
            cache_write: None,
            cache_write_1h: None,
            batch_input: None,
            batch_output: None,
            batch_cache_read: None,
            tiers: Vec::new(),
            windows: Vec::new(),
            services: Vec::new(),
            next: None,
            context_window: None,
            deprecated: false,
            disagreement: None,
            note: None,
            provenance: Provenance { source: Text::Borrowed(""), as_of: Date::EPOCH },
        }
    }

    /// The prices of a service tier that the list states.
    #[must_use]
    pub fn service(&self, tier: ServiceTier) -> Option<&ServicePrices> {
        self.services.iter().find(|service| service.tier == tier)
    }

    /// Puts negotiated prices in place of the listed ones. What hangs on them (cache, batch, service tiers) changes in proportion;
    /// context tiers and hours no longer apply, because a negotiated price is one price.
    pub fn negotiate(&mut self, input: Option<UsdPerMTok>, output: Option<UsdPerMTok>) {
        if input.is_none() && output.is_none() {
            return;
        }
        let ratio = |new: Option<UsdPerMTok>, old: UsdPerMTok| match new {
            Some(new) if old.value() > 0.0 => new / old,
            _ => 1.0,
        };
        let (of_input, of_output) = (ratio(input, self.input), ratio(output, self.output));
        let inputs = [
            &mut self.cache_read,
            &mut self.cache_write,
            &mut self.cache_write_1h,
            &mut self.batch_input,
            &mut self.batch_cache_read,
        ];
        for price in inputs.into_iter().flatten() {
            *price = *price * of_input;
        }
        self.batch_output = self.batch_output.map(|price| price * of_output);
        for service in &mut self.services {
            for (price, ratio) in [
                (&mut service.input, of_input),
                (&mut service.cache_read, of_input),
                (&mut service.output, of_output),
            ] {
                *price = price.map(|price| price * ratio);
            }
        }
        (self.input, self.output) = (input.unwrap_or(self.input), output.unwrap_or(self.output));
        self.tiers.clear();
        self.windows.clear();
        self.next = None;
    }
}

/// Prices of a whole request whose input is above a threshold; `None` keeps the base price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PriceTier {
    /// Total input of one request must be strictly above this, tokens.
    pub above: u32,
    /// Price of input.
    pub input: Option<UsdPerMTok>,
    /// Price of output.
    pub output: Option<UsdPerMTok>,
    /// Price of cached input.
    pub cache_read: Option<UsdPerMTok>,
    /// Price of input written to the cache.
    pub cache_write: Option<UsdPerMTok>,
}

/// Prices between two times of day, UTC; over midnight when `start > end`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PriceWindow {
    /// First minute of the day.
    pub start: u16,
    /// First minute after it.
    pub end: u16,
    /// Price of input.
    pub input: Option<UsdPerMTok>,
    /// Price of output.
    pub output: Option<UsdPerMTok>,
    /// Price of cached input.
    pub cache_read: Option<UsdPerMTok>,
}

/// Prices of one service tier; `None` keeps the standard price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ServicePrices {
    /// Which.
    pub tier: ServiceTier,
    /// Price of input.
    pub input: Option<UsdPerMTok>,
    /// Price of output.
    pub output: Option<UsdPerMTok>,
    /// Price of cached input.
    pub cache_read: Option<UsdPerMTok>,
}

/// Prices that begin on a day after that of their row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NextPrices {
    /// The day, UTC.
    pub from: Date,
    /// Price of input.
    pub input: UsdPerMTok,
    /// Price of output.
    pub output: UsdPerMTok,
}

/// How soon a provider answers, for which some ask other prices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ServiceTier {
    /// As everyone is served.
    #[default]
    Standard,
    /// Slower, or refused when the provider is busy.
    Flex,
    /// Before others.
    Priority,
}

impl ServiceTier {
    /// All.
    pub const ALL: [Self; 3] = [Self::Standard, Self::Flex, Self::Priority];

    /// The word used in links, data files and requests.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Flex => "flex",
            Self::Priority => "priority",
        }
    }

    /// The tier with this key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.key() == key)
    }
}

/// What kind of provider a price is from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProviderKind {
    /// The maker of the model.
    FirstParty,
    /// A host of open models.
    #[default]
    Host,
    /// A cloud that resells models.
    Cloud,
    /// A router over other providers.
    Aggregator,
    /// The reference article.
    Reference,
}

/// Whether the weights of a model can be had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OpenWeights {
    /// Yes.
    Yes,
    /// No.
    No,
    /// No source says.
    #[default]
    Unknown,
}

/// How surely a price is that of an open model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Match {
    /// The name is the model's.
    #[default]
    Name,
    /// Same architecture or another version of it: the memory and the work are the same.
    Architecture,
}

/// What another source says instead.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceDisagreement {
    /// Field, such as `input`.
    pub field: Text,
    /// The other figure.
    pub other: UsdPerMTok,
    /// The other source.
    pub source: Text,
}

impl ProviderKind {
    /// The kind with this key in the data files.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Some(match key {
            "first-party" => Self::FirstParty,
            "host" => Self::Host,
            "cloud" => Self::Cloud,
            "aggregator" => Self::Aggregator,
            "reference" => Self::Reference,
            _ => return None,
        })
    }
}

impl ApiPrice {
    /// The name to show.
    #[must_use]
    pub fn name(&self) -> &str {
        self.display_name.as_deref().unwrap_or(&self.model_name)
    }

    /// The id that follows from provider and model name.
    #[must_use]
    pub fn id_of(provider: &str, model_name: &str) -> String {
        let mut id = String::with_capacity(provider.len() + model_name.len() + 1);
        push_slug(&mut id, provider);
        for part in model_name.split('/') {
            id.push('~');
            push_slug(&mut id, part);
        }
        id
    }
}
