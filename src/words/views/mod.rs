//! The views under the chart that are made in a worker, each as data.

pub mod bills;
pub mod breakeven;
pub mod compare;
pub mod demand;
pub mod explain;
pub mod fine_tuning;
pub mod frontier;
pub mod guide;
pub mod horizon;
pub mod hybrid;
pub mod imports;
pub mod memory;
pub mod models;
pub mod ranking;
pub mod right_sizing;
pub mod share;
pub mod sharing;
pub mod since;
pub mod uncertainty;

use super::names;
use super::table::Cell;
use super::view::{Answers, Block, View};
use crate::catalogue::Catalogue;
use crate::chart::scene::Scene;
use crate::chart::sheet::{Sheet, Theme};
use crate::engine::{self, Report};
use crate::import::desk::Desk;
use crate::import::usage::UsageReader;
use crate::report::explain::{Explanation, Figure};
use crate::scenario::{Scenario, link};
use crate::units::{Date, format, money};
use std::cell::OnceCell;

/// Name and label of every view that a worker makes, in the order of the page.
pub const VIEWS: &[(&str, &str)] = &[
    ("bills", "Cost breakdown"),
    ("breakeven", "Breakeven"),
    ("hybrid", "Mix with the API"),
    ("frontier", "Input and output"),
    ("demand", "Week and load"),
    ("time", "Months ahead"),
    ("memory", "Memory and speed"),
    ("ranking", "Hardware ranking"),
    ("sharing", "Share a GPU"),
    ("fine-tuning", "Fine-tuning"),
    ("models", "Models"),
    ("guide", "Decision guide"),
    ("uncertainty", "How sure"),
    ("compare", "Compare"),
    ("gpu-prices", "GPU prices"),
    ("api-prices", "API prices"),
    ("imports", "Your data"),
    ("explain", "Formulas"),
    ("sources", "Sources"),
    ("article", "The article's prices"),
    ("right-sizing", "The article's sizing"),
    ("share", "Share"),
];

/// What a row of views is about, and the first of them; the page's own view comes before all.
pub const GROUPS: &[(&str, &str)] = &[
    ("Cost", "bills"),
    ("Hardware", "memory"),
    ("Decision", "guide"),
    ("Prices", "gpu-prices"),
    ("Evidence", "explain"),
    ("Take away", "share"),
];

/// What a view is made from.
pub struct Context<'a> {
    /// The inputs.
    pub scenario: &'a Scenario,
    /// Those to compare with.
    pub others: &'a [Scenario],
    /// What follows from them.
    pub report: &'a Report,
    /// Facts of the scenario's day, with the user's own rows.
    pub catalogue: &'a Catalogue,
    /// What the user imported.
    pub desk: &'a Desk,
    /// What the view's controls were answered.
    pub answers: &'a Answers,
    /// The day on the reader's clock.
    pub today: Date,
    /// Width for pictures in CSS pixels.
    pub width: f64,
    /// Is told how far a view is that takes long, 0 to 1.
    pub progress: &'a dyn Fn(f64),
    /// The page's address, without query and fragment.
    pub home: &'a str,
    /// What figures are explained by, once it is asked for.
    pub explained: OnceCell<Vec<Explanation>>,
}

impl Context<'_> {
    /// A picture, and under it the same as files: light and dark, with what stands around it on a sheet.
    #[must_use]
    pub fn picture(&self, name: &str, label: String, scene: Scene, sheet: Sheet) -> [Block; 3] {
        let report = self.report;
        let all = link::encode_all(self.scenario, self.others, Catalogue::builtin().newest());
        let source = format!(
            "LLM Breakeven, {}: {}, {} tokens a month, {}. An estimate, not an offer.",
            self.today,
            names::model(&report.model),
            format::compact(report.volume.value()),
            names::gpu(&report.gpu)
        );
        let link = format!("{}#{all}", self.home);
        let title = if sheet.title.is_empty() { &label } else { sheet.title };
        let sheet = Sheet { title, source: &source, link: &link, ..sheet };
        let [light, dark] = [Theme::Light, Theme::Dark].map(|theme| sheet.svg(&scene, theme));
        [
            Block::Picture(label, scene),
            Block::Save("Picture (SVG)".into(), format!("llm-breakeven-{name}.svg"), light),
            Block::Save("Dark picture (SVG)".into(), format!("llm-breakeven-{name}-dark.svg"), dark),
        ]
    }

    /// A cell that opens the formula of a figure, if that explains just this value.
    #[must_use]
    pub fn opened(&self, cell: Cell, figure: Figure, value: f64) -> Cell {
        let known = self.explained.get_or_init(|| explain::of_views(self));
        let same = |result: f64| (result - value).abs() <= 1e-9 * value.abs();
        let explains = known.iter().any(|one| one.figure == figure && same(one.result));
        if explains { cell.opens(figure) } else { cell }
    }
}

/// What makes views, between one request and the next: the user's imports, and the catalogue with them.
#[derive(Default)]
pub struct Maker {
    /// The page's address, without query and fragment.
    pub home: String,
    desk: Desk,
    /// The facts of a day with the own rows.
    merged: Option<(Option<Date>, Catalogue)>,
    others: Vec<Scenario>,
}

impl Maker {
    /// Takes a file.
    pub fn take(&mut self, name: &str, bytes: &[u8], today: Date) {
        self.desk.take(name, bytes, today, Catalogue::builtin());
        self.merged = None;
    }

    /// Puts scenarios beside the one that views are asked for.
    pub fn compare_with(&mut self, others: Vec<Scenario>) {
        self.others = others;
    }

    /// Makes the facts of a day with the own rows, if there are some and it is not made yet.
    fn merge(&mut self, day: Option<Date>) {
        if self.merged.as_ref().is_some_and(|(of, _)| *of == day) {
            return;
        }
        let overlay = self.desk.overlay();
        self.merged = (!overlay.is_empty()).then(|| (day, Catalogue::at(day).with(overlay)));
    }

    /// Takes what a usage file says that was read piece by piece.
    pub fn take_usage(&mut self, name: &str, reader: UsageReader) {
        self.desk.take_usage(name, reader.finish());
    }

    /// The view of a name; an unknown one says so.
    pub fn show(
        &mut self,
        name: &str,
        scenario: &Scenario,
        answers: &Answers,
        today: Date,
        width: f64,
    ) -> View {
        self.show_with_progress(name, scenario, answers, today, width, &|_| {})
    }

    /// As [`Self::show`]; `progress` is told how far it is, 0 to 1.
    pub fn show_with_progress(
        &mut self,
        name: &str,
        scenario: &Scenario,
        answers: &Answers,
        today: Date,
        width: f64,
        progress: &dyn Fn(f64),
    ) -> View {
        money::show_in(scenario.currency());
        if name == "imports" && imports::act(&mut self.desk, answers, today, Catalogue::builtin()) {
            self.merged = None;
        }
        self.merge(scenario.day());
        let facts = Catalogue::at(scenario.day());
        let catalogue = self.merged.as_ref().map_or(facts, |(_, merged)| merged);
        // as the page does: own rows count once they are in the scenario, not by moving a median
        let report = match engine::evaluate(scenario, facts) {
            Ok(report) => report,
            Err(error) => {
                let text = format!("{} {}", super::errors::reason(&error), super::errors::hint(&error));
                return View { blocks: vec![Block::Alert(text)] };
            }
        };
        let (others, desk, home) = (&*self.others, &self.desk, &*self.home);
        let report = &report;
        let explained = OnceCell::new();
        draw(
            name,
            &Context {
                scenario,
                others,
                report,
                catalogue,
                desk,
                answers,
                today,
                width,
                progress,
                home,
                explained,
            },
        )
    }
}

fn draw(name: &str, context: &Context) -> View {
    let report = context.report;
    match name {
        "bills" => bills::view(context),
        "breakeven" => breakeven::view(context),
        "compare" => compare::view(context),
        "since" => since::view(context),
        "memory" => memory::view(context),
        "sources" => View::of(super::tables::sources(report, context.today)),
        "share" => share::view(context),
        "time" => horizon::view(context),
        "uncertainty" => uncertainty::view(context),
        "guide" => guide::view(context),
        "explain" => explain::view(context),
        "frontier" => frontier::view(context),
        "sharing" => sharing::view(context),
        "fine-tuning" => fine_tuning::view(context),
        "ranking" => ranking::view(context),
        "models" => models::view(context),
        "gpu-prices" => super::price_lists::gpu_view(context),
        "api-prices" => super::price_lists::api_view(context),
        "article" => View::of(super::tables::article_prices(context.catalogue)),
        "demand" => demand::view(context),
        "hybrid" => hybrid::view(context),
        "imports" => imports::view(context),
        "right-sizing" => right_sizing::view(context),
        _ => View { blocks: vec![Block::Alert("This view does not exist. Load the page again.".into())] },
    }
}
