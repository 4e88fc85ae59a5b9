//! The page's signals, made once at the root and handed down by context.

use super::Start;
use super::browser;
use super::views::Tables;
use crate::catalogue::Catalogue;
use crate::chart::cost::Domain;
use crate::engine::{self, Report};
use crate::scenario::fields::{FieldError, Value};
use crate::scenario::link::{Decoded, Notice};
use crate::scenario::{FieldId, Scenario};
use crate::units::{Date, money};
use crate::words::view::{Answers, View};
use leptos::prelude::*;
use std::sync::Arc;

/// Colours of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// As the system.
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// On the button.
    pub fn label(self) -> &'static str {
        match self {
            Self::Auto => "Theme: auto",
            Self::Light => "Theme: light",
            Self::Dark => "Theme: dark",
        }
    }

    /// As the value of `data-theme`; none for the system's choice.
    pub fn attribute(self) -> Option<&'static str> {
        match self {
            Self::Auto => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

/// The result of the scenario: the last report that there was, and what stands in the way of a newer one.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Shown.
    pub report: Arc<Report>,
    /// Why the shown report is not that of the scenario.
    pub error: Option<FieldError>,
}

/// All signals of the page.
#[derive(Clone, Copy)]
pub struct State {
    /// The inputs.
    pub scenario: RwSignal<Scenario>,
    /// Scenarios to compare with.
    pub others: RwSignal<Vec<Scenario>>,
    /// The scenario as it was last answered with the prices of another day than today.
    pub opened: RwSignal<Option<Scenario>>,
    /// What follows from them.
    pub outcome: Memo<Outcome>,
    /// Texts that could not be used, by field, until they are mended.
    pub errors: RwSignal<Vec<FieldError>>,
    /// What was wrong with the link.
    pub notices: RwSignal<Vec<Notice>>,
    /// Open view, by its place in the row.
    pub view: RwSignal<usize>,
    /// What a worker made, and for which view.
    pub made: RwSignal<Option<(usize, View)>>,
    /// How its tables are shown.
    pub tables: Tables,
    /// What the controls of the open view were answered.
    pub answers: RwSignal<Answers>,
    /// Colours.
    pub theme: RwSignal<Theme>,
    /// How many states lie behind this one in the browser's history.
    pub depth: RwSignal<u32>,
    /// A short message that goes away by itself.
    pub toast: RwSignal<Option<&'static str>>,
    /// Whether the help is open.
    pub help: RwSignal<bool>,
    /// Whether single keys act.
    pub keys: RwSignal<bool>,
    /// Width at which the chart is drawn, in CSS pixels.
    pub chart_width: RwSignal<f64>,
    /// Axes that are held while the handle is dragged.
    pub held_domain: RwSignal<Option<Domain>>,
    /// Inside another site's frame.
    pub embed: bool,
    /// What that site lets nobody change; never written again.
    fixed: StoredValue<Vec<FieldId>>,
    /// The day on which the page was opened.
    pub today: Date,
}

impl State {
    /// All signals, from what the page starts with.
    pub fn new(start: Start) -> Self {
        let scenario = RwSignal::new(start.link.scenario);
        // another scenario is another outcome: comparing reports would cost 2 kB and tell nothing
        let outcome = Memo::new_with_compare(
            move |last: Option<&Outcome>| {
                let catalogue = Catalogue::at(scenario.with(Scenario::day));
                scenario.with(|scenario| money::show_in(scenario.currency()));
                match (scenario.with(|scenario| engine::answer(scenario, catalogue)), last) {
                    (Ok(report), _) => Outcome { report: Arc::new(report), error: None },
                    (Err(error), Some(last)) => Outcome { report: last.report.clone(), error: Some(error) },
                    (Err(error), None) => Outcome { report: default_report(), error: Some(error) },
                }
            },
            |_, _| true,
        );
        Self {
            scenario,
            others: RwSignal::new(start.link.others),
            opened: RwSignal::new(None),
            outcome,
            errors: RwSignal::default(),
            notices: RwSignal::new(worth_saying(start.link.notices, start.embed)),
            view: RwSignal::new(0),
            made: RwSignal::new(None),
            tables: Tables::default(),
            answers: RwSignal::default(),
            theme: RwSignal::new(Theme::Auto),
            depth: RwSignal::new(0),
            toast: RwSignal::new(None),
            help: RwSignal::new(false),
            keys: RwSignal::new(true),
            chart_width: RwSignal::new(start.chart_width),
            held_domain: RwSignal::new(None),
            embed: start.embed,
            fixed: StoredValue::new(start.fixed),
            today: start.today,
        }
    }

    /// The report in view.
    pub fn report(&self) -> Arc<Report> {
        self.outcome.with(|outcome| outcome.report.clone())
    }

    /// Takes what was typed into a field: the scenario changes, or the error is shown and all else stays.
    pub fn type_text(&self, id: FieldId, text: &str) {
        let catalogue = Catalogue::builtin();
        let mut scenario = self.scenario.get_untracked();
        self.apply(id, scenario.set_text(id, text, catalogue).map(|()| scenario));
    }

    /// Takes what a click on a view stands for: all of it, or nothing and the error is shown.
    pub fn take(&self, sets: &[(FieldId, String)]) {
        if sets.iter().any(|(id, _)| self.is_fixed(*id)) {
            return;
        }
        let catalogue = Catalogue::builtin();
        let mut scenario = self.scenario.get_untracked();
        for (id, text) in sets {
            if let Err(error) = scenario.set_text(*id, text, catalogue) {
                return self.apply(*id, Err(error));
            }
            // what follows is set by the click itself, as far as it names it
            follow_up(&mut scenario, *id, |_| false);
        }
        self.errors.set(Vec::new());
        self.replace(scenario, false);
    }

    /// Shows another scenario, and tells when the size of the weights went with the weights, unless that was `meant`.
    fn replace(&self, scenario: Scenario, meant: bool) {
        let had = self.scenario.with_untracked(|old| old.weight_size().is_some());
        if had && scenario.weight_size().is_none() && !meant {
            self.say("The size of the weights was that of others and is gone.");
        }
        self.scenario.set(scenario);
    }

    /// Sets a field to a value.
    pub fn set(&self, id: FieldId, value: Value) {
        let catalogue = Catalogue::builtin();
        let mut scenario = self.scenario.get_untracked();
        self.apply(id, scenario.set(id, value, catalogue).map(|()| scenario));
    }

    /// Whether the site around the frame lets nobody change this field.
    pub fn is_fixed(&self, id: FieldId) -> bool {
        self.fixed.with_value(|fixed| fixed.contains(&id))
    }

    fn apply(&self, id: FieldId, changed: Result<Scenario, FieldError>) {
        if self.is_fixed(id) {
            return;
        }
        match changed {
            Ok(mut scenario) => {
                follow_up(&mut scenario, id, |id| self.is_fixed(id));
                self.forgive(id);
                if self.scenario.with_untracked(|old| *old != scenario) {
                    self.replace(scenario, id == FieldId::WeightSize);
                }
            }
            Err(error) => {
                self.forgive(id);
                self.errors.update(|errors| errors.push(error));
            }
        }
    }

    /// The error of a field, if its text could not be used.
    pub fn error(&self, id: FieldId) -> Option<FieldError> {
        self.errors.with(|errors| errors.iter().find(|error| error.field == id).cloned())
    }

    /// Forgets the error of a field.
    pub fn forgive(&self, id: FieldId) {
        if self.errors.with_untracked(|errors| errors.iter().any(|error| error.field == id)) {
            self.errors.update(|errors| errors.retain(|error| error.field != id));
        }
    }

    /// Replaces everything by a scenario from elsewhere.
    pub fn load(&self, link: Decoded) {
        self.errors.set(Vec::new());
        self.opened.set(None);
        self.notices.set(worth_saying(link.notices, self.embed));
        if self.others.with_untracked(|old| *old != link.others) {
            self.others.set(link.others);
        }
        if self.scenario.with_untracked(|old| *old != link.scenario) {
            self.scenario.set(link.scenario);
        }
    }

    /// From the system's colours to light to dark and back.
    pub fn next_theme(&self) {
        self.theme.update(|theme| {
            *theme = match theme {
                Theme::Auto => Theme::Light,
                Theme::Light => Theme::Dark,
                Theme::Dark => Theme::Auto,
            };
        });
        browser::apply_theme(self.theme.get_untracked().attribute());
    }

    /// Shows a message for a few seconds.
    pub fn say(&self, message: &'static str) {
        let toast = self.toast;
        toast.set(Some(message));
        set_timeout(
            move || {
                toast.try_set(None);
            },
            std::time::Duration::from_secs(3),
        );
    }
}

/// Authors of documentation write frames by hand: there a link without checksum is no sign of damage.
fn worth_saying(mut notices: Vec<Notice>, embed: bool) -> Vec<Notice> {
    notices.retain(|notice| !(embed && *notice == Notice::NoChecksum));
    notices.dedup(); // one key a hundred times is one complaint
    notices
}

/// A choice that makes others pointless resets them: another GPU has other offers and speeds, another model other
/// hosts and speeds, other weights another size; but for what is `fixed`.
fn follow_up(scenario: &mut Scenario, changed: FieldId, fixed: impl Fn(FieldId) -> bool) {
    let catalogue = Catalogue::builtin();
    let stale: &[FieldId] = match changed {
        FieldId::Gpu => &[FieldId::Offer, FieldId::GpusPerReplica, FieldId::Throughput],
        // beside an own model it only names the API
        FieldId::Model if scenario.name(FieldId::OwnModel).is_some() => {
            &[FieldId::ApiPrice, FieldId::GpusPerReplica, FieldId::Throughput]
        }
        FieldId::Model => {
            &[FieldId::ApiPrice, FieldId::GpusPerReplica, FieldId::Throughput, FieldId::WeightSize]
        }
        FieldId::OwnModel | FieldId::Format => &[FieldId::WeightSize],
        _ => &[],
    };
    for id in stale.iter().filter(|id| !fixed(**id)) {
        // automatic is always allowed for these
        let _ = scenario.set(*id, Value::Automatic, catalogue);
    }
}

fn default_report() -> Arc<Report> {
    // a test evaluates the default scenario with the built-in catalogue, so this cannot fail for a user
    #[allow(clippy::expect_used)]
    let report = engine::answer(&Scenario::default(), Catalogue::builtin()).expect("the default scenario");
    Arc::new(report)
}
