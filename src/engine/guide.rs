//! The decision beyond cost: eight criteria, each a rule that speaks for a side, with its reason and what would flip it.
//!
//! The criteria are those of the reference article ("When to use GPUs vs APIs"). Where it names a threshold (APIs below
//! 500 MTok a month, GPUs above 1,000) the scenario's own figures decide, and the rule says when they differ.
//!
//! ```text
//! points: silent 0, weak 1, strong 2, decisive 4          side = sign of Σ ± points; on 0 the cheaper side
//! volume: weak below 10 % of the dearer bill, strong below 50 %, decisive above
//! utilisation at which both cost the same: u · G ÷ A      (G, A: the two bills; u: utilisation now)
//! engineers at which both cost the same: (A − G + engineering) ÷ (salary ÷ 12)
//! ```
//!
//! A criterion that forces (frontier quality, privacy, a custom model) decides alone, whatever the points; what it costs
//! beyond the cheaper side stays in the answer. Two that force opposite sides are a contradiction that only the user can
//! resolve. Where the numbers favour GPUs and only the peaks speak against them, the answer is to run both: the steady
//! base on GPUs, peaks at the API.
//!
//! ```
//! use llm_breakeven::{catalogue::Catalogue, engine, scenario::{FieldId, Scenario}};
//! use llm_breakeven::engine::guide::{Advice, Criterion, guide};
//! let catalogue = Catalogue::builtin();
//! let mut scenario = Scenario::default();
//! scenario.set_text(FieldId::Volume, "50M", catalogue).unwrap();
//! scenario.set_text(FieldId::Constraints, "private", catalogue).unwrap();
//! let report = engine::evaluate(&scenario, catalogue).unwrap();
//! let found = guide(&scenario, &report);
//! // privacy forces self-hosting at a volume where it is dearer, and the price of that is said
//! assert_eq!((found.advice, found.forced_by), (Advice::SelfHost, Some(Criterion::Privacy)));
//! let dearer = report.plan.unwrap().bill.total() - report.api.bill;
//! assert_eq!(found.extra, Some(dearer));
//! ```

use super::demand::Profile;
use super::{Infeasible, Plan, Report, Winner};
use crate::scenario::{FieldId, Scenario};
use crate::units::{Milliseconds, Tokens, Usd};

/// Volume below which the article advises an API, tokens a month.
pub const ARTICLE_API_BELOW: Tokens = Tokens::new(500e6);
/// Volume above which the article advises GPUs, tokens a month.
pub const ARTICLE_GPU_ABOVE: Tokens = Tokens::new(1e9);
/// Peak over mean up to which a load counts as steady.
pub const STEADY: f64 = 1.5;
/// Peak over mean from which a load counts as one of peaks.
pub const PEAKY: f64 = 3.0;

/// What is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Criterion {
    /// Tokens a month, by what they cost.
    Volume,
    /// Whether the load is steady.
    Predictability,
    /// Whether a frontier model is needed.
    Quality,
    /// Whether somebody can run GPUs.
    Team,
    /// Whether the workload still changes.
    Experiment,
    /// Whether data must stay in-house.
    Privacy,
    /// Whether latency must be controlled.
    Latency,
    /// Whether the model is one's own.
    CustomModel,
}

/// How strongly a rule speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// It says nothing here.
    Silent,
    /// One point.
    Weak,
    /// Two points.
    Strong,
    /// Four points.
    Decisive,
    /// It decides alone.
    Forces,
}

/// Why a rule speaks as it does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reason {
    /// One side is cheaper at this volume.
    Cheaper {
        /// The cheaper side's saving as a share of the dearer bill, 0 to 1.
        share: f64,
        /// What the article's rule of thumb says at this volume.
        article: Winner,
    },
    /// There is no plan that could be cheaper.
    NoPlan,
    /// The user calls the volume unpredictable.
    Spiky,
    /// Peak over mean of the profile.
    PeakToMean(f64),
    /// Only APIs serve frontier models.
    Frontier {
        /// The price that is compared is the open model's: choose the frontier model's instead.
        compares_open_model: bool,
    },
    /// The open model is good enough.
    OpenModelSuffices,
    /// Nobody can run GPUs.
    NoTeam,
    /// Somebody can; what the bill has for them.
    Engineers(f64),
    /// The workload still changes: commitments and migrations would be lost.
    StillExperimenting,
    /// The workload is settled.
    Settled,
    /// Prompts and answers must not leave.
    DataStays,
    /// They may.
    DataMayLeave,
    /// GPUs of one's own give latency that nobody shares; at full load these.
    OwnLatency {
        /// Time to first token.
        ttft: Option<Milliseconds>,
        /// Time per output token.
        tpot: Option<Milliseconds>,
    },
    /// The latency limits are missed on these GPUs even by one request alone.
    TooSlow,
    /// Latency is no criterion.
    LatencyFree,
    /// Nobody else hosts the model.
    OwnModel,
    /// A model that others host.
    PublicModel,
}

/// What would turn a rule around.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Flip {
    /// A volume below or above.
    Volume {
        /// Below it the other side is cheaper.
        below: Option<Tokens>,
        /// Above it the other side is cheaper, at least for a while.
        above: Option<Tokens>,
    },
    /// A utilisation, 0 to 1: above it this fleet is cheaper than the API.
    Utilisation(f64),
    /// Full-time engineers: with fewer of them self-hosting is cheaper.
    Engineers(f64),
    /// Answering a constraint the other way; its key.
    Constraint(&'static str),
}

/// One criterion's say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// The criterion.
    pub criterion: Criterion,
    /// The side it speaks for; a tie for neither.
    pub side: Winner,
    /// How strongly.
    pub strength: Strength,
    /// Why.
    pub reason: Reason,
    /// What would flip it.
    pub flip: Option<Flip>,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Use the API.
    Api,
    /// Host it yourself.
    SelfHost,
    /// The steady base on GPUs, peaks at the API.
    Hybrid,
    /// Two criteria force opposite sides.
    Contradiction,
    /// Self-hosting is forced, and there is no feasible plan for it.
    NoPlan,
}

/// All rules and what they add up to.
#[derive(Clone, Debug, PartialEq)]
pub struct Guide {
    /// What to do.
    pub advice: Advice,
    /// The criterion that decided alone, if one did.
    pub forced_by: Option<Criterion>,
    /// What the advised side costs a month beyond the cheaper one; `None` where it is the cheaper.
    pub extra: Option<Usd>,
    /// Every criterion, in the article's order.
    pub rules: [Rule; 8],
}

impl Rule {
    fn silent(criterion: Criterion, reason: Reason, flip: Option<Flip>) -> Self {
        Self { criterion, side: Winner::Tie, strength: Strength::Silent, reason, flip }
    }

    /// Points, positive for self-hosting.
    fn points(&self) -> i32 {
        let points = match self.strength {
            Strength::Silent | Strength::Forces => 0,
            Strength::Weak => 1,
            Strength::Strong => 2,
            Strength::Decisive => 4,
        };
        match self.side {
            Winner::Gpu => points,
            Winner::Api => -points,
            Winner::Tie => 0,
        }
    }

    fn forces(&self, side: Winner) -> bool {
        self.strength == Strength::Forces && self.side == side
    }
}

/// The rules for a scenario and its report.
#[must_use]
pub fn guide(scenario: &Scenario, report: &Report) -> Guide {
    let peak_to_mean = Profile::of_scenario(scenario).0.peak_factor();
    let must = |key| scenario.holds(FieldId::Constraints, key);
    let plan = report.plan.as_ref().ok();
    let rules = [
        volume(report, plan),
        predictability(must("spiky"), peak_to_mean, report, plan),
        quality(must("quality"), report),
        team(must("noteam"), scenario, report, plan),
        experiment(must("trial")),
        forcing(must("private"), Criterion::Privacy, "private", (Reason::DataStays, Reason::DataMayLeave)),
        latency(must("latency"), report, plan),
        forcing(must("custom"), Criterion::CustomModel, "custom", (Reason::OwnModel, Reason::PublicModel)),
    ];
    let (advice, forced_by) = advise(&rules, report, plan.is_some());
    let extra = plan.and_then(|plan| {
        let over = match advice {
            Advice::Api => report.api.bill - plan.bill.total(),
            Advice::SelfHost => plan.bill.total() - report.api.bill,
            _ => Usd::ZERO,
        };
        Some(over).filter(|over| over.value() >= 0.005)
    });
    Guide { advice, forced_by, extra, rules }
}

fn advise(rules: &[Rule; 8], report: &Report, feasible: bool) -> (Advice, Option<Criterion>) {
    let forced = |side| rules.iter().find(|rule| rule.forces(side)).map(|rule| rule.criterion);
    match (forced(Winner::Api), forced(Winner::Gpu)) {
        (Some(_), Some(_)) => return (Advice::Contradiction, None),
        (Some(criterion), None) => return (Advice::Api, Some(criterion)),
        (None, Some(criterion)) => {
            return (if feasible { Advice::SelfHost } else { Advice::NoPlan }, Some(criterion));
        }
        (None, None) => {}
    }
    if !feasible {
        return (Advice::Api, None);
    }
    let [volume, predictability, others @ ..] = rules;
    let points = |rules: &[Rule]| rules.iter().map(Rule::points).sum::<i32>();
    // peaks alone are no reason to leave the cheaper base to the API
    if volume.side == Winner::Gpu
        && predictability.side == Winner::Api
        && volume.points() + points(others) > 0
    {
        return (Advice::Hybrid, None);
    }
    let advice = match points(rules) {
        0 if report.winner() == Some(Winner::Gpu) => Advice::SelfHost,
        sum if sum > 0 => Advice::SelfHost,
        _ => Advice::Api,
    };
    (advice, None)
}

fn volume(report: &Report, plan: Option<&Plan>) -> Rule {
    let criterion = Criterion::Volume;
    let (Some(plan), Some(side)) = (plan, report.winner()) else {
        return Rule {
            side: Winner::Api,
            strength: Strength::Strong,
            ..Rule::silent(criterion, Reason::NoPlan, None)
        };
    };
    let (api, gpu) = (report.api.bill, plan.bill.total());
    let dearer = api.max(gpu);
    // a tie may be one of two bills of nothing
    let share = if side == Winner::Tie { 0.0 } else { ((api - gpu) / dearer).abs() };
    let strength = match share {
        0.0 => Strength::Silent,
        share if share < 0.1 => Strength::Weak,
        share if share < 0.5 => Strength::Strong,
        _ => Strength::Decisive,
    };
    let article = match report.volume {
        volume if volume < ARTICLE_API_BELOW => Winner::Api,
        volume if volume > ARTICLE_GPU_ABOVE => Winner::Gpu,
        _ => Winner::Tie,
    };
    let flip = flip_volume(report, plan);
    Rule { criterion, side, strength, reason: Reason::Cheaper { share, article }, flip }
}

/// The nearest volumes at which the cheaper side changes.
fn flip_volume(report: &Report, plan: &Plan) -> Option<Flip> {
    let (mut below, mut above) = (None, None);
    // windows can be many; the nearest lie among the first thousand or are the durable one
    let durable = plan.breakeven.durable().into_iter();
    let edges = plan.breakeven.winning().take(1000).flat_map(|i| [Some(i.from), i.to]).flatten();
    for edge in edges.chain(durable) {
        if edge < report.volume {
            below = Some(below.map_or(edge, |known: Tokens| known.max(edge)));
        } else {
            above = Some(above.map_or(edge, |known: Tokens| known.min(edge)));
        }
    }
    (below.is_some() || above.is_some()).then_some(Flip::Volume { below, above })
}

fn predictability(spiky: bool, ratio: f64, report: &Report, plan: Option<&Plan>) -> Rule {
    let criterion = Criterion::Predictability;
    let flip = plan
        .map(|plan| plan.utilisation * (plan.bill.total() / report.api.bill))
        .filter(|needed| needed.is_finite())
        .map(Flip::Utilisation);
    let (side, strength, reason) = match ratio {
        _ if spiky => (Winner::Api, Strength::Strong, Reason::Spiky),
        ratio if ratio >= PEAKY => (Winner::Api, Strength::Weak, Reason::PeakToMean(ratio)),
        ratio if ratio <= STEADY => (Winner::Gpu, Strength::Weak, Reason::PeakToMean(ratio)),
        ratio => (Winner::Tie, Strength::Silent, Reason::PeakToMean(ratio)),
    };
    Rule { criterion, side, strength, reason, flip }
}

fn quality(needed: bool, report: &Report) -> Rule {
    let criterion = Criterion::Quality;
    let flip = Some(Flip::Constraint("quality"));
    if !needed {
        let reason = Reason::OpenModelSuffices;
        return Rule { side: Winner::Gpu, strength: Strength::Weak, ..Rule::silent(criterion, reason, flip) };
    }
    let compares_open_model =
        report.api.card.as_ref().is_none_or(|card| card.open_model.as_deref() == Some(&*report.model.id));
    let reason = Reason::Frontier { compares_open_model };
    Rule { side: Winner::Api, strength: Strength::Forces, ..Rule::silent(criterion, reason, flip) }
}

fn team(missing: bool, scenario: &Scenario, report: &Report, plan: Option<&Plan>) -> Rule {
    let criterion = Criterion::Team;
    let salary = scenario.number(FieldId::Salary) / 12.0;
    let flip = plan
        .map(|plan| (report.api.bill - plan.bill.total() + plan.bill.engineering).value() / salary)
        .filter(|engineers| engineers.is_finite() && *engineers > 0.0)
        .map(Flip::Engineers);
    if missing {
        let rule = Rule::silent(criterion, Reason::NoTeam, flip.or(Some(Flip::Constraint("noteam"))));
        return Rule { side: Winner::Api, strength: Strength::Strong, ..rule };
    }
    Rule::silent(criterion, Reason::Engineers(scenario.number(FieldId::Engineers)), flip)
}

fn experiment(trial: bool) -> Rule {
    let flip = Some(Flip::Constraint("trial"));
    if trial {
        let rule = Rule::silent(Criterion::Experiment, Reason::StillExperimenting, flip);
        return Rule { side: Winner::Api, strength: Strength::Strong, ..rule };
    }
    Rule::silent(Criterion::Experiment, Reason::Settled, flip)
}

/// A constraint that only self-hosting keeps.
fn forcing(holds: bool, criterion: Criterion, key: &'static str, reasons: (Reason, Reason)) -> Rule {
    let flip = Some(Flip::Constraint(key));
    if holds {
        return Rule {
            side: Winner::Gpu,
            strength: Strength::Forces,
            ..Rule::silent(criterion, reasons.0, flip)
        };
    }
    Rule::silent(criterion, reasons.1, flip)
}

fn latency(strict: bool, report: &Report, plan: Option<&Plan>) -> Rule {
    let criterion = Criterion::Latency;
    let flip = Some(Flip::Constraint("latency"));
    if matches!(report.plan, Err(Infeasible::Latency { .. })) {
        let rule = Rule::silent(criterion, Reason::TooSlow, flip);
        return Rule { side: Winner::Api, strength: Strength::Strong, ..rule };
    }
    if !strict {
        return Rule::silent(criterion, Reason::LatencyFree, flip);
    }
    let served = plan.and_then(|plan| plan.replica.modelled.as_ref());
    let reason = Reason::OwnLatency { ttft: served.map(|s| s.ttft), tpot: served.map(|s| s.tpot) };
    Rule { side: Winner::Gpu, strength: Strength::Strong, ..Rule::silent(criterion, reason, flip) }
}
