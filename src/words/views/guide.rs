//! The decision guide: what to do, and what each criterion says.

use super::Context;
use crate::engine::Winner;
use crate::engine::guide::{Advice, Criterion, Flip, Guide, Reason, Rule, Strength, guide};
use crate::engine::portfolio::{self, Hybrid, Source};
use crate::scenario::FieldId;
use crate::scenario::fields::Kind;
use crate::units::{Milliseconds, Usd, format};
use crate::words::table::{Cell, Column, Row, Side, Table};
use crate::words::view::{Block, View};

/// The guide to the scenario.
#[must_use]
pub fn view(context: &Context) -> View {
    let found = guide(context.scenario, context.report);
    let mut blocks = vec![Block::Text(advice(&found))];
    if found.advice == Advice::Contradiction {
        blocks = vec![Block::Alert(advice(&found))];
    }
    if found.advice == Advice::Hybrid {
        blocks.push(Block::Text(peaks(context)));
    }
    blocks.push(Block::Table(rules(&found)));
    View { blocks }
}

/// What the advice costs, and where the peaks are cheapest at these prices: the advice is about risk, the mix about money.
fn peaks(context: &Context) -> String {
    let Some(mix) = portfolio::hybrid(context.scenario, context.catalogue, context.report, false) else {
        return String::new();
    };
    let usd = |amount: Usd| format::usd(amount.value());
    let fleet = mix.all_gpu - mix.base_and_peaks;
    let against = if fleet.value() < 0.0 {
        format!("{} more than your fleet for the peak", usd(Usd::ZERO - fleet))
    } else {
        format!("{} less than your fleet for the peak", usd(fleet))
    };
    let price = format!(
        "What at least half of all hours need on GPUs and the rest at the API costs {} a month, {against}; no GPU then waits for a \
         peak that may not come. ",
        usd(mix.base_and_peaks)
    );
    price + &cheapest(&mix)
}

fn cheapest(mix: &Hybrid) -> String {
    let parts = mix.stack.parts();
    let tokens = |api: bool| -> f64 {
        let own = parts.iter().filter(|part| (part.source == Source::Api) == api);
        own.map(|part| part.tokens.value()).sum()
    };
    let (routed, all) = (tokens(true), tokens(true) + tokens(false));
    if routed > 0.0 && routed < all {
        let share = format::percent(routed / all * 100.0);
        return format!(
            "The cheapest mix, {} a month, sends {share} of the tokens to the API; “Mix with the API” has the split.",
            format::usd(mix.total.value())
        );
    }
    "At these prices one side is the cheapest for every level of the demand (“Mix with the API”): peaks go to the API for safety, not to \
     save."
        .into()
}

fn criterion(criterion: Criterion) -> &'static str {
    match criterion {
        Criterion::Volume => "Volume and cost",
        Criterion::Predictability => "Predictability",
        Criterion::Quality => "Frontier quality",
        Criterion::Team => "Team",
        Criterion::Experiment => "Experiments",
        Criterion::Privacy => "Privacy",
        Criterion::Latency => "Latency",
        Criterion::CustomModel => "Custom model",
    }
}

fn advice(guide: &Guide) -> String {
    let what = match guide.advice {
        Advice::Api => "Use the API.",
        Advice::SelfHost => "Host it yourself.",
        Advice::Hybrid => "Run both: the steady base on own GPUs, peaks at the API.",
        Advice::Contradiction => {
            "What must hold contradicts itself: one constraint allows only an API, another only own GPUs. Take one of them \
             back, or split the workload and answer for each part."
        }
        Advice::NoPlan => {
            "It must run on own GPUs, and these cannot serve it: the verdict above says what is missing. Choose other GPUs."
        }
    };
    let mut text = what.to_owned();
    if let Some(forced) = guide.forced_by {
        text += &format!(" {} decides that alone.", criterion(forced));
    }
    match guide.extra {
        Some(extra) => {
            text += &format!(" It costs {} a month more than the cheaper side.", format::usd(extra.value()));
        }
        None if matches!(guide.advice, Advice::Api | Advice::SelfHost) => {
            text += " Nothing cheaper is given up."
        }
        None => {}
    }
    text
}

fn rules(guide: &Guide) -> Table {
    let rows = guide.rules.iter().map(|rule| {
        let speaks = match (rule.strength, rule.side) {
            (Strength::Silent, _) | (_, Winner::Tie) => Cell::of("–"),
            (strength, Winner::Api) => Cell::of(format!("API{}", loud(strength))).side(Side::Api),
            (strength, Winner::Gpu) => Cell::of(format!("GPUs{}", loud(strength))).side(Side::Gpu),
        };
        let cells = vec![
            Cell::of(criterion(rule.criterion)),
            speaks,
            Cell::of(reason(&rule.reason)),
            Cell::of(rule.flip.map_or("–".into(), |flip| turned(rule, flip))),
        ];
        Row { cells, strong: rule.strength == Strength::Forces }
    });
    Table {
        columns: vec![
            Column::text("Criterion"),
            Column::text("Speaks for"),
            Column::text("Because"),
            Column::text("Flips when"),
        ],
        rows: rows.collect(),
        note: "Criteria of the reference article (March 2026); its thresholds of 500M and 1B tokens a month are replaced by this \
               scenario's own bills. Constraints are set under What must hold."
            .into(),
        ..Table::default()
    }
}

fn loud(strength: Strength) -> &'static str {
    match strength {
        Strength::Silent | Strength::Strong => "",
        Strength::Weak => ", weakly",
        Strength::Decisive => ", strongly",
        Strength::Forces => ", alone",
    }
}

fn times(value: f64) -> String {
    format::compact(value)
}

fn reason(reason: &Reason) -> String {
    match *reason {
        Reason::Cheaper { share, article } => {
            let rule = match article {
                Winner::Api => "API",
                Winner::Gpu => "GPUs",
                Winner::Tie => "either",
            };
            let percent = format::percent(share * 100.0);
            format!("It costs {percent} less at this volume. The article's rule of thumb: {rule}.")
        }
        Reason::NoPlan => "There is no feasible plan on these GPUs.".into(),
        Reason::Spiky => "The volume is unpredictable; idle GPUs are paid all the same.".into(),
        Reason::PeakToMean(ratio) => format!("The peak is {} times the mean.", times(ratio)),
        Reason::Frontier { compares_open_model: false } => "Only APIs serve frontier models.".into(),
        Reason::Frontier { compares_open_model: true } => {
            "Only APIs serve frontier models. The price compared is the open model's: choose the frontier model under \
             Hosted at."
                .into()
        }
        Reason::OpenModelSuffices => "An open model is good enough.".into(),
        Reason::NoTeam => "Nobody is there to run GPUs.".into(),
        Reason::Engineers(count) => format!("{} engineers are in the bill.", times(count)),
        Reason::StillExperimenting => "Models and prompts still change; an API needs no deployment.".into(),
        Reason::Settled => "The workload is settled.".into(),
        Reason::DataStays => "Prompts and answers must stay in-house.".into(),
        Reason::DataMayLeave => "Data may leave.".into(),
        Reason::OwnLatency { ttft, tpot } => latency(ttft, tpot),
        Reason::TooSlow => "These GPUs miss the latency limits even with one request alone.".into(),
        Reason::LatencyFree => "Latency is not critical.".into(),
        Reason::OwnModel => "Nobody hosts a model of your own.".into(),
        Reason::PublicModel => "Others host the model too.".into(),
    }
}

fn latency(ttft: Option<Milliseconds>, tpot: Option<Milliseconds>) -> String {
    let own = "Own GPUs are shared with nobody";
    match (ttft, tpot) {
        (Some(ttft), Some(tpot)) => format!(
            "{own}: at full load {} ms to the first token, {} ms a token.",
            format::grouped(ttft.value()),
            format::compact(tpot.value())
        ),
        _ => format!("{own}."),
    }
}

fn turned(rule: &Rule, flip: Flip) -> String {
    let volume = |tokens: crate::units::Tokens| format::compact(tokens.value());
    match flip {
        Flip::Volume { below: Some(low), above: Some(high) } => {
            format!("below {} or above {} tokens a month", volume(low), volume(high))
        }
        Flip::Volume { below: Some(low), above: None } => format!("below {} tokens a month", volume(low)),
        Flip::Volume { below: None, above: Some(high) } => format!("above {} tokens a month", volume(high)),
        Flip::Volume { below: None, above: None } => "at no volume".into(),
        Flip::Utilisation(share) if share > 1.0 => {
            "at no utilisation: this fleet, full, costs more than the API".into()
        }
        Flip::Utilisation(share) => {
            format!("the same cost at {} utilisation of this fleet", format::percent(share * 100.0))
        }
        Flip::Engineers(count) => format!("the same cost with {} engineers", times(count)),
        Flip::Constraint(key) => {
            let Kind::Set(choices) = FieldId::Constraints.field().kind else { return "–".into() };
            let label = choices.iter().find(|choice| choice.key == key).map_or(key, |choice| choice.label);
            let held = matches!(
                rule.reason,
                Reason::Frontier { .. }
                    | Reason::NoTeam
                    | Reason::StillExperimenting
                    | Reason::DataStays
                    | Reason::OwnLatency { .. }
                    | Reason::OwnModel
            );
            let now = if held { "taken back" } else { "set" };
            format!("“{label}” is {now}")
        }
    }
}
