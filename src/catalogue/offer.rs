//! GPU offers: what a provider asks for an instance, where, and under which commitment.

use super::decode::Row;
use super::{Provenance, Text, slug};
use crate::units::UsdPerHour;

/// One offer.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// Stable id of URL-safe parts: `aws~p5.48xlarge~us-east-1~on-demand`.
    pub id: Text,
    /// Provider, in lower case.
    pub provider: Text,
    /// Instance type as the provider names it; `None` where the source gives a price per GPU only.
    pub instance: Option<Text>,
    /// Id of the accelerator.
    pub gpu: Text,
    /// Accelerators in one instance; 1 for prices per GPU.
    pub gpus_per_instance: u32,
    /// Region, where the source states one.
    pub region: Option<Text>,
    /// What is promised for the price.
    pub commitment: Commitment,
    /// What kind of figure the price is.
    pub basis: Basis,
    /// Price of the whole instance.
    pub price_per_instance: UsdPerHour,
    /// What to know about the price.
    pub note: Option<Text>,
    /// Where the price comes from.
    pub provenance: Provenance,
}

/// What a buyer promises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Commitment {
    /// Nothing: paid by the hour.
    #[default]
    OnDemand,
    /// To pay for one year.
    Reserved1y,
    /// To pay for three years.
    Reserved3y,
    /// To leave at short notice.
    Spot,
}

/// What kind of figure a price is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// The provider's own price of this instance in this region.
    #[default]
    List,
    /// The lowest of several regions or marketplace offers.
    Cheapest,
    /// The median over regions.
    Median,
    /// A figure of the reference article, kept as it printed it.
    Article,
}

impl Commitment {
    /// All, in the order in which they are listed.
    pub const ALL: [Self; 4] = [Self::OnDemand, Self::Reserved1y, Self::Reserved3y, Self::Spot];

    /// The word used in links and data files.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::OnDemand => "on-demand",
            Self::Reserved1y => "reserved-1y",
            Self::Reserved3y => "reserved-3y",
            Self::Spot => "spot",
        }
    }

    /// The commitment with this key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|commitment| commitment.key() == key)
    }
}

impl Basis {
    /// All, in the order in which they are listed.
    pub const ALL: [Self; 4] = [Self::List, Self::Cheapest, Self::Median, Self::Article];

    /// The word used in ids and data files.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Cheapest => "cheapest",
            Self::Median => "median",
            Self::Article => "article",
        }
    }

    /// The basis with this key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|basis| basis.key() == key)
    }
}

impl Offer {
    /// Price of one of the instance's accelerators.
    #[must_use]
    pub fn price_per_gpu(&self) -> UsdPerHour {
        self.price_per_instance / f64::from(self.gpus_per_instance.max(1))
    }

    /// Whether it can be rented as it stands: a listed instance, or a price per GPU of a provider that sells single
    /// GPUs. Medians, the article's figures, and the large clouds' lowest prices per GPU are not: their instances
    /// may be larger.
    #[must_use]
    pub fn can_be_rented(&self) -> bool {
        let whole_instances_only = ["aws", "azure", "gcp"].contains(&&*self.provider);
        match self.basis {
            Basis::List | Basis::Cheapest => self.instance.is_some() || !whole_instances_only,
            Basis::Median | Basis::Article => false,
        }
    }

    /// This offer with the id that follows from its other fields.
    #[must_use]
    pub fn with_id(mut self) -> Self {
        // The article prices several cards under one instance name, so its rows are told apart by card and name.
        let named = match (self.basis, &self.instance) {
            (Basis::Article, Some(name)) => format!("{}.{name}", self.gpu),
            (_, Some(name)) => name.to_string(),
            (_, None) => self.gpu.to_string(),
        };
        self.id =
            Self::id_of(&self.provider, &named, self.region.as_deref(), self.basis, self.commitment).into();
        self
    }

    /// The id that follows from the other fields: provider, instance (or accelerator), region (or what stands for
    /// one), commitment; each part a [`slug`].
    #[must_use]
    pub fn id_of(
        provider: &str,
        instance_or_gpu: &str,
        region: Option<&str>,
        basis: Basis,
        commitment: Commitment,
    ) -> String {
        let place = match (basis, region) {
            (Basis::Article, _) => "article",
            (_, Some(region)) => region,
            (Basis::List, None) => "any",
            (other, None) => other.key(),
        };
        [provider, instance_or_gpu, place, commitment.key()].map(slug).join("~")
    }
}

pub(super) fn decode(row: &mut Row) -> Offer {
    let provider = row.text();
    let instance = row.optional_text();
    let gpu = row.text();
    let gpus_per_instance = row.whole().unwrap_or(1);
    let region = row.optional_text();
    let commitment = row.key(Commitment::from_key);
    let basis = row.key(Basis::from_key);
    Offer {
        id: Text::Borrowed(""),
        provider,
        instance,
        gpu,
        gpus_per_instance,
        region,
        commitment,
        basis,
        price_per_instance: UsdPerHour::new(row.number()),
        note: row.optional_text(),
        provenance: row.provenance(),
    }
    .with_id()
}
