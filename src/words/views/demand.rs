//! When the tokens are asked for, and who would best serve them: the week, and the month's hours by falling load.

use super::super::notices;
use super::super::table::{Cell, Column, Row, Table};
use super::super::view::{Block, Control, ControlKind, View};
use super::{Context, hybrid};
use crate::catalogue::Text;
use crate::chart::sheet::Sheet;
use crate::chart::stack::{Bar, StackChart};
use crate::engine::Plan;
use crate::engine::demand::{Profile, WEEK};
use crate::engine::fleet::Policy;
use crate::engine::plan::Terms;
use crate::engine::portfolio::{self, Hybrid};
use crate::scenario::{FieldId, weights};
use crate::units::{TokensPerSecond, format, order};

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// One hour of the week.
#[derive(Clone, Copy, PartialEq)]
struct Hour {
    /// Mean rate.
    rate: f64,
    /// Purchases that run in the scenario's fleet.
    purchases: f64,
    /// Of the rate, what each source of the cheapest mix serves.
    parts: [f64; 4],
    /// What the running purchases could serve at the target load.
    capacity: f64,
}

/// The view.
#[must_use]
pub fn view(context: &Context) -> View {
    let (profile, _) = Profile::of_scenario(context.scenario);
    let mut blocks: Vec<Block> = context
        .report
        .notices
        .iter()
        .filter(|notice| !notice.is_of_api())
        .map(|notice| Block::Alert(notices::notice(notice)))
        .collect();
    let mix = portfolio::hybrid(context.scenario, context.catalogue, context.report, hybrid::spot(context));
    let (Ok(plan), Some(mix)) = (&context.report.plan, mix) else {
        blocks.push(Block::Text("Without a plan there is nothing to spread over the week.".into()));
        return View { blocks };
    };
    let hours = hours(context, &profile, plan, &mix);
    blocks.push(Block::Heading("Draw the load".into()));
    blocks.extend(drawing(context, &profile));
    blocks.push(hybrid::spot_control(context));
    blocks.push(Block::Text(summary(plan, &profile)));
    blocks.push(Block::Heading("The week".into()));
    let sheet = Sheet { up: "tokens/s", across: "hour of the week", ..Sheet::default() };
    let label = "Tokens a second in each hour of the week, by who serves them cheapest, and what your fleet could serve.";
    blocks.extend(context.picture("week", label.into(), week(&hours, context.width), sheet));
    blocks.push(Block::Table(week_table(&hours, plan)));
    blocks.push(Block::Heading("The hours of a month by falling load".into()));
    let sheet = Sheet { across: "hours of a month, the busiest first", ..sheet };
    let label = "The hours of a month by falling load: what lies low and wide is a base worth reserving, what is high and narrow is a peak.";
    blocks.extend(context.picture("load", label.into(), falling(hours.clone(), context), sheet));
    blocks.push(Block::Table(load_table(context, &profile, plan)));
    View { blocks }
}

/// Which days can be drawn on at once.
const DRAWN: [(&str, &str); 10] = [
    ("0123456", "Every day"),
    ("01234", "Monday to Friday"),
    ("56", "Saturday and Sunday"),
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
];

/// The hours of some days as sliders.
fn drawing(context: &Context, profile: &Profile) -> [Block; 2] {
    let asked = context.answers.given("days").filter(|days| DRAWN.iter().any(|(key, _)| key == days));
    // drawing on every day would overwrite what differs between them
    let days = asked.unwrap_or(if profile.is_daily() { "0123456" } else { "01234" });
    let own = context.scenario.name(FieldId::Profile) == Some("own");
    let shown = if own { *profile } else { profile.to_draw() };
    let first = usize::from(days.as_bytes()[0] - b'0') * 24;
    let control = |key, label: &str, value: String, kind| {
        Block::Control(Control { key: Text::Borrowed(key), label: label.into(), value, kind })
    };
    let options = DRAWN.map(|(key, label)| (key.to_owned(), label.to_owned())).to_vec();
    let label =
        "Load of each hour: drag across them, or walk with left and right and change with up and down";
    [
        control("days", "Days", days.to_owned(), ControlKind::Select(options)),
        control(
            "hours",
            label,
            weights::text(&shown.weights()[first..first + 24]),
            ControlKind::Hours(days.into()),
        ),
    ]
}

fn hours(context: &Context, profile: &Profile, plan: &Plan, mix: &Hybrid) -> Vec<Hour> {
    let terms = Terms::of(context.scenario, &mut Vec::new());
    let replicas = f64::from(plan.purchase.replicas);
    // what a purchase serves of an hour's mean when its peak is planned to the target load
    let served = plan.purchase.per_replica.value() * replicas * terms.load / profile.peak_to_mean();
    let hour = |at: usize| {
        let rate = profile.rate(context.report.volume, context.report.hours, at);
        let purchases = match plan.fleet.policy {
            Policy::AlwaysOn => plan.purchases,
            _ => plan.fleet.purchases(&plan.purchase, rate, terms.load, profile.peak_to_mean()),
        };
        let parts = mix.stack.served(mix.week[at]).map(|purchases| purchases * served);
        Hour { rate: rate.value(), purchases, parts, capacity: purchases * served }
    };
    (0..WEEK).map(hour).collect()
}

fn summary(plan: &Plan, profile: &Profile) -> String {
    let policy = match plan.fleet.policy {
        Policy::AlwaysOn => "always on for the peak",
        Policy::Scheduled => "on by a timetable",
        Policy::Autoscaled => "scaled with the load, started ahead of it",
        Policy::ScaleToZero => "started for the work of an hour and stopped after it",
    };
    let peak = if plan.peak_factor <= 1.0 {
        "The load is the same at all times.".into()
    } else {
        format!(
            "The busiest minutes ask {} times the month's mean: {} times in the busiest hour, {} times inside it.",
            format::compact(plan.peak_factor),
            format::compact(plan.peak_factor / profile.peak_to_mean()),
            format::compact(profile.peak_to_mean()),
        )
    };
    format!(
        "{peak} The fleet is {policy}: {} GPUs at the peak, {} on average, {} used.",
        format::compact(plan.gpus()),
        format::compact(plan.paid * f64::from(plan.purchase.gpus)),
        format::percent(plan.utilisation * 100.0),
    )
}

fn height(width: f64) -> f64 {
    if width < 560.0 { 220.0 } else { 260.0 }
}

fn bar(hour: &Hour, width: f64) -> Bar {
    Bar { width, parts: hour.parts, capacity: hour.capacity }
}

fn week(hours: &[Hour], width: f64) -> crate::chart::scene::Scene {
    let below = DAYS.iter().enumerate().map(|(day, name)| ((day as f64 + 0.5) / 7.0, (*name).to_owned()));
    StackChart { bars: hours.iter().map(|hour| bar(hour, 1.0)).collect(), below: below.collect() }
        .draw(width, height(width))
}

fn falling(mut hours: Vec<Hour>, context: &Context) -> crate::chart::scene::Scene {
    order::by_number(&mut hours, |hour| -hour.rate);
    let month = context.report.hours.value();
    let below = [0.0, 0.25, 0.5, 0.75, 1.0].map(|share| {
        let words = format!("{} h", format::grouped((month * share).round()));
        // the last is kept inside the picture
        (share.min(0.98), words)
    });
    StackChart { bars: hours.iter().map(|hour| bar(hour, 1.0)).collect(), below: below.to_vec() }
        .draw(context.width, height(context.width))
}

/// Hours that are alike and follow each other in one row; of days that are alike only one.
fn week_table(hours: &[Hour], plan: &Plan) -> Table {
    let daily = (24..WEEK).all(|hour| hours[hour] == hours[hour - 24]);
    let mut rows = Vec::new();
    let mut from = 0;
    let end = if daily { 24 } else { WEEK };
    for hour in 1..=end {
        if hour < end && hours[hour] == hours[from] && hour % 24 != 0 {
            continue;
        }
        let day = if daily { "Every day" } else { DAYS[from / 24] };
        let name = format!("{day} {:02}–{:02}", from % 24, (hour - 1) % 24 + 1);
        let one = &hours[from];
        let share = |part: f64| {
            if part > 0.0 { Cell::of(format::percent(part / one.rate * 100.0)) } else { Cell::of("–") }
        };
        let mut cells = vec![
            Cell::of(name),
            Cell::of(format::grouped(one.rate.round())),
            Cell::of(format::compact(one.purchases * f64::from(plan.purchase.gpus))),
        ];
        cells.extend(one.parts.map(share));
        rows.push(Row { cells, strong: false });
        from = hour;
    }
    Table {
        columns: vec![
            Column::figure("Hours"),
            Column::figure("tokens/s"),
            Column::figure("GPUs of your fleet"),
            Column::wide("Reserved"),
            Column::wide("On demand"),
            Column::wide("Spot"),
            Column::figure("API"),
        ],
        rows,
        note: Text::Borrowed(
            "Tokens/s are the hour's mean. The parts are those of the cheapest mix, which “Mix with the API” prices.",
        ),
        ..Table::default()
    }
}

fn load_table(context: &Context, profile: &Profile, plan: &Plan) -> Table {
    let mut below = 0.0;
    let curve = profile.load_duration(context.report.volume, context.report.hours);
    let rows = curve.into_iter().map(|load| {
        below += load.hours.value();
        let tokens = load.rate * load.hours;
        let full: TokensPerSecond = plan.purchase.per_replica * f64::from(plan.purchase.replicas);
        let cells = vec![
            Cell::of(format::grouped(load.hours.value().round())),
            Cell::of(format::grouped(below.round())),
            Cell::of(format::grouped(load.rate.value().round())),
            Cell::of(format::percent(tokens / context.report.volume * 100.0)),
            Cell::of(format::percent(load.rate / (full * plan.purchases) * 100.0)),
        ];
        Row { cells, strong: false }
    });
    Table {
        columns: vec![
            Column::figure("Hours a month"),
            Column::wide("Added up"),
            Column::figure("tokens/s"),
            Column::figure("Of all tokens"),
            Column::wide("Of all GPUs' full load"),
        ],
        rows: rows.collect(),
        ..Table::default()
    }
}
