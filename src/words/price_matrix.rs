//! What each provider asks for each GPU, as a matrix: a row for each GPU, a column for each provider, in each cell the
//! lowest price that one can rent at under the chosen commitment and in the chosen region.

use super::names;
use super::price_lists::Filter;
use super::table::{Cell, Column, Row, Side, Table};
use super::take;
use super::view::{Answers, Block, Control, ControlKind};
use crate::catalogue::{Basis, Catalogue, Commitment, Gpu, Offer, Text};
use crate::units::{Date, format, order};

/// What the matrix shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown {
    /// Words that a GPU's name must contain.
    pub filter: Filter,
    /// What the buyer promises.
    pub commitment: Commitment,
    /// Only this region; empty for all.
    pub region: String,
    /// The price of a whole instance instead of one GPU's.
    pub per_instance: bool,
}

impl Shown {
    /// As the controls were answered: at first every GPU, on demand, everywhere, per GPU-hour.
    #[must_use]
    pub fn of(answers: &Answers) -> Self {
        Self {
            filter: Filter { search: answers.get("search").to_owned(), ..Filter::default() },
            commitment: Commitment::from_key(answers.get("commitment")).unwrap_or_default(),
            region: answers.get("region").to_owned(),
            per_instance: answers.get("unit") == "instance",
        }
    }

    /// Its controls, with the regions of the catalogue.
    #[must_use]
    pub fn controls(&self, catalogue: &Catalogue) -> Vec<Block> {
        let commitments =
            Commitment::ALL.map(|one| (one.key().to_owned(), names::commitment(one).to_owned()));
        let units = [("gpu", "per GPU-hour"), ("instance", "per instance-hour")];
        let units = units.map(|(key, label)| (key.to_owned(), label.to_owned()));
        let unit = if self.per_instance { "instance" } else { "gpu" };
        vec![
            select("commitment", "Commitment", self.commitment.key(), commitments.to_vec()),
            select("region", "Region", &self.region, regions(catalogue)),
            select("unit", "Price", unit, units.to_vec()),
            self.filter.search_control("Search the GPUs"),
        ]
    }

    fn admits(&self, offer: &Offer) -> bool {
        offer.commitment == self.commitment
            && (self.region.is_empty() || offer.region.as_deref() == Some(&self.region))
    }

    /// By price, behind every price of today where it is only the reference article's.
    fn order(&self, offer: &Offer) -> f64 {
        self.price(offer) + if offer.basis == Basis::Article { 1e6 } else { 0.0 }
    }

    fn price(&self, offer: &Offer) -> f64 {
        if self.per_instance { offer.price_per_instance.value() } else { offer.price_per_gpu().value() }
    }
}

/// A choice of a view.
#[must_use]
pub fn select(key: &'static str, label: &str, value: &str, options: Vec<(String, String)>) -> Block {
    Block::Control(Control {
        key: Text::Borrowed(key),
        label: label.into(),
        value: value.into(),
        kind: ControlKind::Select(options),
    })
}

/// Every region of the catalogue, with all of them first.
#[must_use]
pub fn regions(catalogue: &Catalogue) -> Vec<(String, String)> {
    let mut regions: Vec<&str> =
        catalogue.offers.iter().filter_map(|offer| offer.region.as_deref()).collect();
    regions.sort_unstable();
    regions.dedup();
    let all = [(String::new(), "all".to_owned())];
    all.into_iter().chain(regions.into_iter().map(|region| (region.to_owned(), region.to_owned()))).collect()
}

/// The matrix, with the providers first that price most GPUs, and the row of the GPU called `current` standing out. The
/// cheapest of each row is marked, prices older than 90 days on `today` name their month, and a click on a price takes its
/// offer.
#[must_use]
pub fn matrix(catalogue: &Catalogue, shown: &Shown, current: &str, today: Date) -> Table {
    let offers: Vec<&Offer> = catalogue.offers.iter().filter(|offer| shown.admits(offer)).collect();
    let mut rows = Vec::new();
    let wanted = |gpu: &&Gpu| shown.filter.admits(&[&*gpu.vendor, " ", &gpu.name, " ", &gpu.id].concat());
    let gpus: Vec<&Gpu> = catalogue.gpus.iter().filter(wanted).collect();
    let providers = providers(&offers, &gpus);
    for gpu in gpus {
        let best: Vec<Option<&Offer>> = providers
            .iter()
            .map(|provider| {
                let own =
                    offers.iter().copied().filter(|offer| offer.gpu == gpu.id && offer.provider == *provider);
                own.min_by(|a, b| shown.order(a).total_cmp(&shown.order(b)))
            })
            .collect();
        let Some(first) = best.iter().flatten().min_by(|a, b| shown.order(a).total_cmp(&shown.order(b)))
        else {
            continue;
        };
        let least = shown.price(first);
        let name = Cell::of(format!("{}, {:.0} GB", names::gpu(gpu), gpu.nominal_gb));
        let mut sold = vec![names::provider(&first.provider)];
        sold.extend(remarks(first, shown, today));
        let lowest = Cell::of(format::usd(least)).key(least).small(sold.join(" · "));
        let lowest = lowest.side(Side::Gpu).sets(take::offer(first));
        let prices = best.into_iter().map(|offer| cell(offer, shown, least, today));
        let cells = [name, lowest].into_iter().chain(prices).collect();
        rows.push(Row { cells, strong: gpu.id == current });
    }
    let heads = providers.iter().map(|provider| Column {
        label: Text::Owned(names::provider(provider)),
        text: false,
        wide_only: false,
    });
    Table {
        columns: [Column::text("GPU"), Column::figure("Lowest")].into_iter().chain(heads).collect(),
        rows,
        sortable: true,
        sorted: 1,
        note: Text::Borrowed(
            "Dollars an hour; the lowest price of each provider, over its instances and, unless one is chosen, its regions. A month \
             stands beside prices that are older than 90 days. The reference article's figures stand in where no source of today has \
             one, and say so. A click on a price puts its offer into the scenario.",
        ),
    }
}

/// The providers of some GPUs: those first that price most of them.
fn providers<'a>(offers: &[&'a Offer], gpus: &[&Gpu]) -> Vec<&'a str> {
    let mut priced: Vec<(&str, &str)> = offers.iter().map(|offer| (&*offer.provider, &*offer.gpu)).collect();
    priced.sort_unstable();
    priced.dedup();
    priced.retain(|(_, gpu)| gpus.iter().any(|one| one.id == *gpu));
    let mut providers: Vec<&str> = priced.iter().map(|(provider, _)| *provider).collect();
    providers.dedup();
    order::by_number(&mut providers, |one| {
        -(priced.iter().filter(|(provider, _)| provider == one).count() as f64)
    });
    providers
}

/// What kind of price it is, for how many GPUs, and its month when that is more than 90 days ago.
fn remarks(offer: &Offer, shown: &Shown, today: Date) -> Vec<String> {
    let gpus = offer.gpus_per_instance;
    let mut said = Vec::new();
    match offer.basis {
        Basis::Article => return vec!["article".into()],
        Basis::Median => said.push("median".into()),
        Basis::List | Basis::Cheapest => {}
    }
    if shown.per_instance {
        said.push(format!("{gpus} GPU{}", if gpus == 1 { "" } else { "s" }));
    }
    if offer.provenance.is_stale(today) {
        // of a day such as 2026-07-20, with a hyphen that does not break the line
        let month = offer.provenance.as_of.to_string().chars().take(7).collect::<String>();
        said.push(month.replace('-', "\u{2011}"));
    }
    said
}

fn cell(offer: Option<&Offer>, shown: &Shown, least: f64, today: Date) -> Cell {
    // a missing price sorts behind every real one
    let Some(offer) = offer else { return Cell::of("–").key(1e9) };
    let price = shown.price(offer);
    let small = remarks(offer, shown, today).join(" · ");
    let cell = Cell::of(format::usd(price)).key(price).small(small).sets(take::offer(offer));
    if price <= least && offer.basis != Basis::Article { cell.side(Side::Gpu) } else { cell }
}
