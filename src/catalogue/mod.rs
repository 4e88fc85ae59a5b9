//! Facts with a source and a date, and the tables they are compiled into.
//!
//! Rows are kept in `data/*.toml`; the build script refuses a row without `source` or `as_of`, packs the rest
//! column by column into one text, and [`Catalogue::builtin`] decodes that once.
//!
//! ```
//! use llm_breakeven::catalogue::{Catalogue, Commitment};
//! let catalogue = Catalogue::builtin();
//! let t4 = catalogue.gpu("t4").unwrap();
//! let cheapest = catalogue
//!     .offers_of(&t4.id)
//!     .filter(|offer| offer.commitment == Commitment::OnDemand && offer.instance.is_some())
//!     .min_by(|a, b| a.price_per_gpu().value().total_cmp(&b.price_per_gpu().value()));
//! assert!(cheapest.is_some_and(|offer| !offer.provenance.source.is_empty()));
//! ```

mod api_price;
mod api_price_row;
mod decode;
mod gpu;
mod ids;
mod measurement;
pub mod model;
mod model_row;
pub mod model_text;
mod offer;
mod overlay;
mod past;

use std::sync::OnceLock;

pub use api_price::{
    ApiPrice, Match, NextPrices, OpenWeights, PriceTier, PriceWindow, ProviderKind, ServicePrices,
    ServiceTier, SourceDisagreement,
};
pub use decode::DecodeError;
pub use gpu::{DenseFlops, Gpu, Interconnect};
pub use ids::{did_you_mean, slug};
pub use measurement::Measurement;
pub use model::{Model, Text};
pub use offer::{Basis, Commitment, Offer};
pub use overlay::{Difference, Overlay, OverlayCount};
pub use past::{Past, Was};

use crate::units::Date;

/// Where a fact comes from, and the day it was true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The document, package or list that states it.
    pub source: Text,
    /// Day of that source.
    pub as_of: Date,
}

impl Provenance {
    /// A fact older than this many days says so wherever it is shown.
    pub const STALE_AFTER_DAYS: i32 = 90;

    /// Whether the fact was older than [`Self::STALE_AFTER_DAYS`] days on `today`.
    #[must_use]
    pub fn is_stale(&self, today: Date) -> bool {
        today.days_since(self.as_of) > Self::STALE_AFTER_DAYS
    }
}

/// All facts: what is built in, or that with a user's own prices on top.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalogue {
    /// Accelerators.
    pub gpus: Vec<Gpu>,
    /// What providers ask for instances with them.
    pub offers: Vec<Offer>,
    /// What providers ask for tokens.
    pub api_prices: Vec<ApiPrice>,
    /// Open-weight models.
    pub models: Vec<Model>,
    /// Published measurements of serving speed.
    pub measurements: Vec<Measurement>,
    /// How prices were before they moved.
    pub past: Past,
}

/// What the build script packed. The page fetches the same text as a file, so that a new price does not make
/// everyone load the program again.
#[cfg(not(feature = "fetched"))]
const PACKED: Option<&str> = Some(include_str!(concat!(env!("OUT_DIR"), "/catalogue.txt")));
#[cfg(feature = "fetched")]
const PACKED: Option<&str> = None;

/// The packed text for the page's first load, without what only the worker's views tell (`columns::TOLD`).
#[cfg(not(feature = "fetched"))]
pub const PAGE_PACKED: &str = include_str!(concat!(env!("OUT_DIR"), "/page_catalogue.txt"));

/// The packed text of a page that fetched it.
static FETCHED: OnceLock<&str> = OnceLock::new();

impl Catalogue {
    /// The facts compiled into this version, decoded at the first call.
    pub fn builtin() -> &'static Self {
        static BUILTIN: OnceLock<Catalogue> = OnceLock::new();
        // The build script wrote the text, and a test decodes it: an error cannot reach a user.
        BUILTIN.get_or_init(|| Self::decode(Self::packed()).unwrap_or_default())
    }

    /// The packed text: compiled in, or as handed to [`Self::install`]; empty before that.
    #[must_use]
    pub fn packed() -> &'static str {
        PACKED.or_else(|| FETCHED.get().copied()).unwrap_or_default()
    }

    /// Hands over the packed text where it is not compiled in; the first one counts.
    pub fn install(packed: String) {
        // kept for the life of the page, as rows borrow from it
        let _ = FETCHED.set(packed.leak());
    }

    /// Decodes packed tables.
    ///
    /// # Errors
    /// When the packed text does not have the columns that this version reads, which is a bug of the build.
    pub fn decode(packed: &'static str) -> Result<Self, DecodeError> {
        let mut tables = decode::tables(packed);
        Ok(Self {
            gpus: decode::rows(&mut tables, "gpus", gpu::decode)?,
            offers: decode::rows(&mut tables, "offers", offer::decode)?,
            api_prices: decode::rows(&mut tables, "api_prices", api_price_row::decode)?,
            models: decode::rows(&mut tables, "models", model_row::decode)?,
            measurements: decode::rows(&mut tables, "measurements", measurement::decode)?,
            past: Past {
                api_prices: decode::rows(&mut tables, "api_prices_past", |row| {
                    row.was(api_price_row::decode)
                })?,
                offers: decode::rows(&mut tables, "offers_past", |row| row.was(offer::decode))?,
            },
        })
    }

    /// The accelerator with this id.
    #[must_use]
    pub fn gpu(&self, id: &str) -> Option<&Gpu> {
        self.gpus.iter().find(|row| row.id == id)
    }

    /// The offer with this id.
    #[must_use]
    pub fn offer(&self, id: &str) -> Option<&Offer> {
        self.offers.iter().find(|row| row.id == id)
    }

    /// The API price with this id.
    #[must_use]
    pub fn api_price(&self, id: &str) -> Option<&ApiPrice> {
        self.api_prices.iter().find(|row| row.id == id)
    }

    /// The open model with this id.
    #[must_use]
    pub fn model(&self, id: &str) -> Option<&Model> {
        self.models.iter().find(|row| row.id == id)
    }

    /// The offers of one accelerator, in catalogue order.
    pub fn offers_of<'a>(&'a self, gpu: &'a str) -> impl Iterator<Item = &'a Offer> {
        self.offers.iter().filter(move |row| row.gpu == gpu)
    }

    /// Who hosts one open model at which price, in catalogue order.
    pub fn api_prices_of<'a>(&'a self, model: &'a str) -> impl Iterator<Item = &'a ApiPrice> {
        self.api_prices.iter().filter(move |row| row.open_model.as_deref() == Some(model))
    }

    /// The day of the newest fact: the catalogue's data date.
    #[must_use]
    pub fn newest(&self) -> Date {
        let gpus = self.gpus.iter().map(|row| row.provenance.as_of);
        let offers = self.offers.iter().map(|row| row.provenance.as_of);
        let prices = self.api_prices.iter().map(|row| row.provenance.as_of);
        let models = self.models.iter().map(|row| row.as_of);
        gpus.chain(offers).chain(prices).chain(models).max().unwrap_or(Date::EPOCH)
    }

    /// What other sources say today instead of an article row: the newest price of the same provider, card (of any
    /// form factor) and commitment, the lowest per GPU among those of that day. `None` when no source lists one.
    #[must_use]
    pub fn today_instead(&self, article: &Offer) -> Option<&Offer> {
        let chip = |id: &str| self.gpu(id).map(|gpu| gpu.chip().to_owned());
        let wanted = chip(&article.gpu)?;
        self.offers
            .iter()
            .filter(|row| {
                row.basis != Basis::Article
                    && row.provider == article.provider
                    && row.commitment == article.commitment
                    && chip(&row.gpu).as_deref() == Some(wanted.as_str())
            })
            .max_by(|a, b| {
                let day = a.provenance.as_of.cmp(&b.provenance.as_of);
                day.then(b.price_per_gpu().value().total_cmp(&a.price_per_gpu().value()))
            })
    }
}
