//! The two price lists of the catalogue as tables: what providers ask for GPUs, and what hosts ask for tokens.

use super::names;
use super::price_matrix::{Shown, matrix, regions, select};
use super::table::{Cell, Column, Row, Side, Table};
use super::take;
use super::view::{Answers, Block, Control, ControlKind, View};
use super::views::Context;
use crate::catalogue::{ApiPrice, Basis, Catalogue, Commitment, NextPrices, OpenWeights, Provenance, Text};
use crate::engine::{Report, bill_at};
use crate::scenario::Scenario;
use crate::units::{Date, UsdPerHour, UsdPerMTok, format};

/// Which rows of a list are shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Words that a row must contain, each of them somewhere.
    pub search: String,
    /// Only rows of the scenario's GPU or model.
    pub current_only: bool,
    /// Only models whose weights can be had.
    pub open_only: bool,
    /// Only offers of this region; empty for all.
    pub region: String,
}

impl Filter {
    /// As a view's controls were answered: at first only the scenario's own rows.
    fn of(answers: &Answers) -> Self {
        Self {
            search: answers.get("search").to_owned(),
            current_only: answers.given("current").is_none_or(|answer| answer == "1"),
            open_only: answers.yes("open"),
            region: answers.get("region").to_owned(),
        }
    }

    pub(super) fn search_control(&self, label: &str) -> Block {
        Block::Control(Control {
            key: Text::Borrowed("search"),
            label: label.into(),
            value: self.search.clone(),
            kind: ControlKind::Search,
        })
    }

    fn current_control(&self, label: String) -> Block {
        Block::Control(Control {
            key: Text::Borrowed("current"),
            label,
            value: if self.current_only { "1" } else { "" }.into(),
            kind: ControlKind::Check,
        })
    }

    /// Whether a row's text has every word of the search.
    pub(super) fn admits(&self, text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        self.search.split_whitespace().all(|word| contains(&text, &word.to_ascii_lowercase()))
    }
}

/// Whether `text` contains `word`; the standard library's search is built for long texts and costs 4 kB.
pub(super) fn contains(text: &str, word: &str) -> bool {
    word.is_empty() || text.as_bytes().windows(word.len()).any(|window| window == word.as_bytes())
}

/// The day of a fact, and whether it is older than 90 days.
fn dated(provenance: &Provenance, today: Date) -> Cell {
    let age = if provenance.is_stale(today) { "90+ days old" } else { "" };
    Cell::of(provenance.as_of.to_string()).small(age).key(f64::from(provenance.as_of.day_number()))
}

/// What providers ask for GPUs, per GPU-hour and per instance; of the shown rows that can be rented, the cheapest of each
/// commitment is marked.
#[must_use]
pub fn gpu_offers(report: &Report, catalogue: &Catalogue, filter: &Filter, today: Date) -> Table {
    let mut rows = Vec::new();
    let mut cheapest: [Option<(UsdPerHour, usize)>; Commitment::ALL.len()] = Default::default();
    for offer in &catalogue.offers {
        let elsewhere = !filter.region.is_empty() && offer.region.as_deref() != Some(&filter.region);
        if elsewhere || (filter.current_only && offer.gpu != report.gpu.id) {
            continue;
        }
        let gpu = catalogue
            .gpu(&offer.gpu)
            .map_or(offer.gpu.to_string(), |gpu| format!("{}, {:.0} GB", names::gpu(gpu), gpu.nominal_gb));
        let place = [offer.instance.as_deref(), offer.region.as_deref()];
        let place = place.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let provider = names::provider(&offer.provider);
        let promise = match offer.basis {
            Basis::Article => format!("{}, the article's figure", names::commitment(offer.commitment)),
            Basis::Median => format!("{}, median of regions", names::commitment(offer.commitment)),
            Basis::List | Basis::Cheapest => names::commitment(offer.commitment).to_owned(),
        };
        if !filter.admits(&format!("{gpu} {provider} {place} {promise} {}", offer.gpu)) {
            continue;
        }
        let price = offer.price_per_gpu();
        let least = &mut cheapest[offer.commitment as usize];
        if offer.can_be_rented() && least.is_none_or(|(least, _)| price < least) {
            *least = Some((price, rows.len()));
        }
        let whole = offer.price_per_instance.value();
        let cells = vec![
            Cell::of(gpu),
            Cell::of(provider).small(place),
            Cell::of(promise),
            Cell::of(format::usd(price.value())).key(price.value()).sets(take::offer(offer)),
            Cell::of(offer.gpus_per_instance.to_string()).key(f64::from(offer.gpus_per_instance)),
            Cell::of(format::usd(whole)).key(whole),
            dated(&offer.provenance, today),
        ];
        rows.push(Row { cells, strong: false });
    }
    for (_, index) in cheapest.into_iter().flatten() {
        rows[index].strong = true;
        rows[index].cells[2].side = Side::Gpu;
        rows[index].cells[2].small = "cheapest".into();
    }
    Table {
        columns: vec![
            Column::text("GPU"),
            Column::text("Provider"),
            Column::text("Commitment"),
            Column::figure("per GPU-hour"),
            Column::wide("GPUs"),
            Column::wide("per instance-hour"),
            Column::figure("As of"),
        ],
        rows,
        sortable: true,
        sorted: 3,
        note: Text::Borrowed(
            "A click on a price puts it into the scenario. Rows without an instance are prices per GPU: the smallest instance that \
               one can rent may be larger.",
        ),
    }
}

/// What another list says of one of a row's prices, where it differs by more than 5 %.
fn disputed(card: &ApiPrice, field: &str) -> String {
    let other = card.disagreement.as_ref().filter(|other| other.field == field);
    other.map_or(String::new(), |other| format!("{}: {}", other.source, format::usd(other.other.value())))
}

/// What a row has beside its prices.
fn remarks(card: &ApiPrice, today: Date) -> String {
    let said = [
        (card.provenance.is_stale(today), "90+ days old"),
        (card.deprecated, "retired"),
        (!card.windows.is_empty(), "by time of day"),
        (!card.tiers.is_empty(), "long requests dearer"),
        (card.batch_input.is_some(), "batch"),
        (!card.services.is_empty(), "service tiers"),
    ];
    let said = said.iter().filter(|(so, _)| *so).map(|(_, words)| (*words).to_owned());
    said.chain(card.next.map(|next| announced(&next))).collect::<Vec<_>>().join(" · ")
}

/// What a list announces for a later day.
pub(super) fn announced(next: &NextPrices) -> String {
    let [input, output] = [next.input, next.output].map(|price| format::usd(price.value()));
    format!("from {}: {input} in, {output} out", next.from)
}

/// What hosts ask for tokens, with the price of the average token of the scenario's month.
#[must_use]
pub fn api_prices(
    report: &Report,
    scenario: &Scenario,
    catalogue: &Catalogue,
    filter: &Filter,
    today: Date,
) -> Table {
    let rows = catalogue.api_prices.iter().filter_map(|card| {
        let current = card.open_model.as_deref() == Some(scenario.model());
        let open = card.open_weights == OpenWeights::Yes || card.open_model.is_some();
        if (filter.current_only && !current) || (filter.open_only && !open) {
            return None;
        }
        let provider = names::provider(&card.provider);
        // without the organisation in front of it
        let name = card.name().rsplit('/').next().unwrap_or_default();
        let served = card.open_model.as_deref().unwrap_or_default();
        if !filter.admits(&format!("{provider} {} {} {served}", card.name(), card.model_name)) {
            return None;
        }
        let average = bill_at(scenario, card).blended;
        let price = |price: UsdPerMTok| Cell::of(format::usd(price.value())).key(price.value());
        let cached = card.cache_read.map_or(Cell::of("–").key(1e9), price);
        let cells = vec![
            Cell::of(provider),
            Cell::of(name).small(remarks(card, today)),
            price(average).sets(take::api_price(card)),
            price(card.input).small(disputed(card, "input")),
            price(card.output).small(disputed(card, "output")),
            cached.small(disputed(card, "cache_read")),
            Cell::of(card.provenance.as_of.to_string()).key(f64::from(card.provenance.as_of.day_number())),
        ];
        Some(Row { cells, strong: report.api.card.as_ref().is_some_and(|used| used.id == card.id) })
    });
    Table {
        columns: vec![
            Column::text("Provider"),
            Column::text("Model"),
            Column::figure("At your mix"),
            Column::figure("Input"),
            Column::figure("Output"),
            Column::wide("Cached input"),
            Column::wide("As of"),
        ],
        rows: rows.collect(),
        sortable: true,
        sorted: 2,
        note: Text::Borrowed(
            "Dollars per million tokens; at your mix with your cached, batched and long requests, hours, retries and discount. Where \
             another list differs by more than 5 %, it stands beside the price. A click on the price at your mix puts the row into the \
             scenario.",
        ),
    }
}

/// The GPU prices: a matrix of GPUs and providers, or every offer on a line of its own, with what narrows them.
#[must_use]
pub fn gpu_view(context: &Context) -> View {
    let forms = [("matrix", "GPU × provider"), ("list", "every offer")];
    let forms = forms.map(|(key, label)| (key.to_owned(), label.to_owned()));
    let listed = context.answers.get("form") == "list";
    let form = select("form", "Show", if listed { "list" } else { "matrix" }, forms.to_vec());
    let mut blocks = vec![form];
    if listed {
        let only = format!("only {}", names::gpu(&context.report.gpu));
        let filter = Filter::of(context.answers);
        blocks.push(select("region", "Region", &filter.region, regions(context.catalogue)));
        blocks.extend([filter.search_control("Search the offers"), filter.current_control(only)]);
        blocks.push(Block::Table(gpu_offers(context.report, context.catalogue, &filter, context.today)));
    } else {
        let shown = Shown::of(context.answers);
        blocks.extend(shown.controls(context.catalogue));
        blocks.push(Block::Table(matrix(context.catalogue, &shown, context.scenario.gpu(), context.today)));
    }
    View { blocks }
}

/// The list of API prices with what narrows it.
#[must_use]
pub fn api_view(context: &Context) -> View {
    let model = context.catalogue.model(context.scenario.model());
    let only = format!("only {}", model.map_or(String::new(), names::model));
    let filter = Filter::of(context.answers);
    let table = api_prices(context.report, context.scenario, context.catalogue, &filter, context.today);
    let open = Control {
        key: Text::Borrowed("open"),
        label: "only open weights".into(),
        value: context.answers.get("open").into(),
        kind: ControlKind::Check,
    };
    let controls =
        [filter.search_control("Search the prices"), filter.current_control(only), Block::Control(open)];
    View { blocks: controls.into_iter().chain([Block::Table(table)]).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_a_search_counts() {
        let filter = Filter { search: "h100 aws".into(), ..Filter::default() };
        assert!(filter.admits("NVIDIA H100 SXM5 AWS p5"));
        assert!(!filter.admits("NVIDIA H100 SXM5 Crusoe"));
        assert!(Filter::default().admits("anything"));
    }
}
