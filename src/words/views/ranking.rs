//! The hardware ranking: which GPU, format, split and offer serve the scenario cheapest, and why the others do not.

use super::super::names;
use super::super::price_lists::contains;
use super::super::price_matrix::{regions, select};
use super::super::table::{Cell, Column, Row, Side, Table};
use super::super::verdict::binds;
use super::super::view::{Answers, Block, Control, ControlKind, View};
use super::Context;
use crate::catalogue::{Catalogue, Commitment, Text};
use crate::chart::scatter::{Dot, Scatter};
use crate::chart::sheet::Sheet;
use crate::engine::planner::{self, Filter, Lost, Ranked, Ranking, Rejected};
use crate::engine::weight_format::WeightFormat;
use crate::report::explain::Figure;
use crate::scenario::{FieldId, Scenario};
use crate::units::{UsdPerMTok, format};

/// What the reader asked to see.
struct Shown<'a> {
    commitment: Option<Commitment>,
    region: &'a str,
    provider: &'a str,
    least_bits: u32,
    search: String,
    every: bool,
}

impl<'a> Shown<'a> {
    /// At first the best plan of each GPU, on demand, in any format.
    fn of(answers: &'a Answers) -> Self {
        let commitment = answers.given("commitment");
        Self {
            commitment: commitment.map_or(Some(Commitment::OnDemand), Commitment::from_key),
            region: answers.get("region"),
            provider: answers.get("provider"),
            least_bits: match answers.get("weights") {
                "16" => 16,
                "8" => 8,
                _ => 0,
            },
            search: answers.get("search").to_ascii_lowercase(),
            every: answers.get("form") == "every",
        }
    }

    fn filter(&self) -> Filter<'_> {
        let some = |text: &'a str| Some(text).filter(|text| !text.is_empty());
        Filter {
            provider: some(self.provider),
            region: some(self.region),
            commitment: self.commitment,
            least_bits: self.least_bits,
        }
    }

    fn controls(&self, catalogue: &Catalogue) -> Vec<Block> {
        let pairs = |options: &[(&str, &str)]| -> Vec<(String, String)> {
            options.iter().map(|(key, label)| ((*key).to_owned(), (*label).to_owned())).collect()
        };
        let commitments = Commitment::ALL.map(|one| (one.key(), names::commitment(one)));
        let commitments: Vec<_> = commitments.into_iter().chain([("any", "any")]).collect();
        let weights = [("", "any"), ("8", "8 bits or more"), ("16", "16 bits")];
        let forms = [("", "the best of each GPU"), ("every", "every plan")];
        let bits = if self.least_bits == 0 { String::new() } else { self.least_bits.to_string() };
        vec![
            select("form", "Show", if self.every { "every" } else { "" }, pairs(&forms)),
            select(
                "commitment",
                "Commitment",
                self.commitment.map_or("any", Commitment::key),
                pairs(&commitments),
            ),
            select("weights", "Weights", &bits, pairs(&weights)),
            select("provider", "Provider", self.provider, providers(catalogue)),
            select("region", "Region", self.region, regions(catalogue)),
            Block::Control(Control {
                key: Text::Borrowed("search"),
                label: "Search a GPU".into(),
                value: self.search.clone(),
                kind: ControlKind::Search,
            }),
        ]
    }

    /// Whether a GPU is searched for.
    fn admits(&self, catalogue: &Catalogue, gpu: &str) -> bool {
        let name = catalogue.gpu(gpu).map_or(String::new(), |gpu| gpu.name.to_ascii_lowercase());
        let text = format!("{name} {gpu}");
        self.search.split_whitespace().all(|word| contains(&text, word))
    }
}

/// Every provider whose instances can be rented, with all of them first.
fn providers(catalogue: &Catalogue) -> Vec<(String, String)> {
    let rented = catalogue.offers.iter().filter(|offer| offer.can_be_rented());
    let mut providers: Vec<&str> = rented.map(|offer| &*offer.provider).collect();
    providers.sort_unstable();
    providers.dedup();
    let all = [(String::new(), "all".to_owned())];
    all.into_iter().chain(providers.into_iter().map(|one| (one.to_owned(), names::provider(one)))).collect()
}

/// The view.
#[must_use]
pub fn view(context: &Context) -> View {
    let shown = Shown::of(context.answers);
    let mut blocks = shown.controls(context.catalogue);
    match planner::plan(context.scenario, context.catalogue, &shown.filter()) {
        Err(error) => blocks.push(Block::Alert(super::super::errors::reason(&error))),
        Ok(ranking) => {
            blocks.push(Block::Text(summary(&ranking, context)));
            blocks.extend(picture(&ranking, context, &shown));
            blocks.push(Block::Table(plans(&ranking, context, &shown)));
            let lost = rejected(&ranking, context, &shown);
            if !lost.rows.is_empty() {
                blocks.push(Block::Heading("What lost, and why".into()));
                blocks.push(Block::Table(lost));
            }
        }
    }
    View { blocks }
}

fn summary(ranking: &Ranking, context: &Context) -> String {
    let Some(best) = ranking.plans.first() else {
        return "No plan serves this under these choices; the table below says why.".into();
    };
    let front = ranking.plans.iter().filter(|plan| plan.pareto).count();
    format!(
        "{} plans serve {} within its limits. The cheapest is {} × {} in {} at {} a month, GPUs alone; the API asks {}. On {} of them no other plan \
         is both cheaper and faster per token.",
        ranking.plans.len(),
        names::model(&context.report.model),
        format::grouped(best.gpus()),
        gpu_name(context.catalogue, &best.gpu),
        names::format(best.format),
        format::usd(best.month.value()),
        format::usd(context.report.api.bill.value()),
        front,
    )
}

/// Cost against time per token: every plan that is searched for, the front joined by a line.
fn picture(ranking: &Ranking, context: &Context, shown: &Shown) -> Vec<Block> {
    let plans = ranking.plans.iter().filter(|plan| shown.admits(context.catalogue, &plan.gpu));
    let dots: Vec<Dot> = plans
        .filter(|plan| plan.tpot().value() > 0.0)
        .map(|plan| Dot {
            x: plan.tpot().value(),
            y: plan.month.value(),
            name: context
                .catalogue
                .gpu(&plan.gpu)
                .map_or(String::new(), |gpu| format!("{}, {}", names::gpu(gpu), names::format(plan.format))),
            front: plan.pareto,
            own: is_in_use(plan, context),
        })
        .collect();
    let front = dots.iter().filter(|dot| dot.front).count();
    let label = format!(
        "{} plans by TPOT at full load and by cost a month, GPUs alone; of {front} on the line none is both cheaper and faster. \
         A ring is the plan in use.",
        dots.len()
    );
    let (across, up) = ("TPOT at full load, ms", "a month");
    if dots.len() < 2 {
        return Vec::new();
    }
    // the picture names its axes itself
    let drawn = Scatter { dots, across, up }.draw(context.width, 300.0);
    context.picture("hardware", label, drawn, Sheet::default()).to_vec()
}

fn gpu_name(catalogue: &Catalogue, id: &str) -> String {
    catalogue.gpu(id).map_or(id.to_owned(), |gpu| format!("{}, {:.0} GB", names::gpu(gpu), gpu.nominal_gb))
}

/// The plans that are shown: of each GPU the cheapest and those on the front, or all.
fn plans(ranking: &Ranking, context: &Context, shown: &Shown) -> Table {
    let mut seen: Vec<&str> = Vec::new();
    let mut rows = Vec::new();
    for plan in &ranking.plans {
        let first = !seen.contains(&&*plan.gpu);
        if first {
            seen.push(&plan.gpu);
        }
        if (first || plan.pareto || shown.every) && shown.admits(context.catalogue, &plan.gpu) {
            rows.push(row(plan, context));
        }
    }
    Table {
        columns: vec![
            Column::text("GPU"),
            Column::figure("a month"),
            Column::text("Weights"),
            Column::text("Rented from"),
            Column::wide("GPUs"),
            Column::figure("MTok in"),
            Column::figure("MTok out"),
            Column::wide("MTok at full load"),
            Column::wide("tokens/s a replica"),
            Column::figure("TPOT, ms"),
            Column::wide("TTFT, ms"),
            Column::wide("Utilisation"),
            Column::wide("Bound by"),
        ],
        rows,
        sortable: true,
        sorted: 1,
        note: Text::Borrowed(
            "GPUs alone, in whole instances at your target load. A click on the month puts the plan into the scenario. Latencies are those at \
             full load; TTFT goes from requests that arrive apart to all at once. Input and output pay for the time that prefill and decode take. \
             “Front”: no plan is both cheaper and faster per token. TP: GPUs that share each layer; PP: stages of layers.",
        ),
    }
}

/// What a click puts into the scenario: a size of the weights is of the one format that was ranked, and stays.
fn sets(plan: &Ranked, scenario: &Scenario) -> Vec<(FieldId, String)> {
    let mut sets = plan.settings();
    sets.extend(scenario.weight_size().map(|_| (FieldId::WeightSize, scenario.text(FieldId::WeightSize))));
    sets
}

fn row(plan: &Ranked, context: &Context) -> Row {
    let catalogue = context.catalogue;
    let parallel = plan.replica.parallel;
    let split = match (parallel.tensor, parallel.pipeline) {
        (1, 1) => "1\u{a0}GPU a\u{a0}replica".to_owned(),
        (tensor, 1) => format!("TP\u{a0}{tensor}"),
        (tensor, stages) => format!("TP\u{a0}{tensor}, PP\u{a0}{stages}"),
    };
    let (from, place) = catalogue.offer(&plan.offer).map_or_else(
        || (plan.offer.to_string(), String::new()),
        |offer| {
            let place = [offer.instance.as_deref(), offer.region.as_deref()];
            let words = place.into_iter().flatten().chain([names::commitment(offer.commitment)]);
            (names::provider(&offer.provider), words.collect::<Vec<_>>().join(" "))
        },
    );
    let price = |price: Option<UsdPerMTok>| match price {
        Some(price) => Cell::of(format::usd(price.value())).key(price.value()),
        None => Cell::of("–").key(1e9),
    };
    let (ttft, served_by) = plan.replica.modelled.map_or((Cell::of("–"), "–"), |served| {
        let (low, high) = served.ttft_range();
        let range = format!("{}–{}", milliseconds(low.value()), milliseconds(high.value()));
        (Cell::of(range).key(served.ttft.value()), binds(served.binds))
    });
    let own = is_in_use(plan, context);
    let figure = |value: f64, text: String| Cell::of(text).key(value);
    // of the plan in use, what the answer explains
    let opened = |value: f64, text: String, of: Figure| {
        let cell = figure(value, text);
        if own { context.opened(cell, of, value) } else { cell }
    };
    let (month, speed) = (plan.month.value(), plan.replica.tokens_per_second.value());
    let tpot = plan.tpot().value();
    let (front, side) = if plan.pareto { ("front", Side::Gpu) } else { ("", Side::Neutral) };
    let cells = vec![
        Cell::of(gpu_name(catalogue, &plan.gpu)).small(split),
        match opened(month, format::usd(month), Figure::Hardware).small(front).side(side) {
            cell if cell.opens.is_empty() => cell.sets(sets(plan, context.scenario)),
            cell => cell,
        },
        Cell::of(names::format(plan.format)),
        Cell::of(from).small(place),
        figure(plan.gpus(), format::grouped(plan.gpus())),
        price(plan.input),
        price(plan.output),
        price(Some(plan.at_full_load)),
        opened(speed, format::grouped(speed), Figure::Throughput),
        opened(tpot, milliseconds(tpot), Figure::Tpot),
        ttft,
        opened(plan.utilisation, format::percent(plan.utilisation * 100.0), Figure::Utilisation),
        Cell::of(served_by),
    ];
    Row { cells, strong: own }
}

/// Milliseconds: one place below ten.
fn milliseconds(value: f64) -> String {
    if value < 10.0 { format!("{value:.1}") } else { format::grouped(value) }
}

/// Whether the scenario's own plan is this one.
fn is_in_use(plan: &Ranked, context: &Context) -> bool {
    context.report.plan.as_ref().is_ok_and(|own| {
        own.replica.parallel == plan.replica.parallel
            && own.replica.format == Some(plan.format)
            && own.offer.as_ref().is_some_and(|offer| offer.id == plan.offer)
    })
}

fn rejected(ranking: &Ranking, context: &Context, shown: &Shown) -> Table {
    let admitted = ranking.rejected.iter().filter(|lost| shown.admits(context.catalogue, &lost.gpu));
    let rows = admitted.map(|lost| Row { cells: reason_row(lost, context.catalogue), strong: false });
    Table {
        columns: vec![Column::text("GPU"), Column::text("Weights"), Column::text("Why")],
        rows: rows.collect(),
        sortable: false,
        sorted: 0,
        note: Text::Borrowed(
            "A format is left out without a word where another one is as precise, as small and as fast on that GPU.",
        ),
    }
}

fn reason_row(lost: &Rejected, catalogue: &Catalogue) -> Vec<Cell> {
    vec![
        Cell::of(gpu_name(catalogue, &lost.gpu)),
        Cell::of(lost.format.map_or("any", names::format)),
        Cell::of(reason(&lost.why, lost.format)),
    ]
}

/// Why a family of plans lost.
#[must_use]
pub fn reason(why: &Lost, format: Option<WeightFormat>) -> String {
    match why {
        Lost::NotCalibrated => "Nothing is calibrated for it, so its speed would be a guess.".into(),
        Lost::NoOffer => "Nobody in the price lists rents it under these choices.".into(),
        Lost::NoInstance { gpus } => {
            format!("Nobody rents {gpus} of them in one instance, as a replica needs.")
        }
        Lost::NoFormat => "The model is not published in such a format.".into(),
        Lost::DoesNotFit { gpus, missing } => {
            format!("Does not fit: {:.1} GiB are missing on each of {gpus} GPUs.", missing.gib())
        }
        Lost::Latency { gpus, ttft, tpot } => format!(
            "Too slow: a request alone on {gpus} GPUs takes {} ms to its first token and {} ms per token.",
            milliseconds(ttft.value()),
            milliseconds(tpot.value())
        ),
        Lost::Invalid(invalid) => match (invalid.field, invalid.reason) {
            ("tp" | "pp", _) => "The model cannot be split over these GPUs.".into(),
            ("isl", _) => "A request is longer than the model's context.".into(),
            (field, _) => format!("Cannot be sized: {field} is not known or not usable."),
        },
        Lost::Dearer { than, month, instead } => {
            let (month, instead) = (format::usd(month.value()), format::usd(instead.value()));
            let than = names::format(*than);
            let this = format.map_or("It", names::format);
            if month == instead {
                format!("{this} costs {month} as {than} does, which is as precise and no slower.")
            } else {
                format!("{this} costs {month}; {than} costs {instead}, is as precise and no slower.")
            }
        }
    }
}
