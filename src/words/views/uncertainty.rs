//! How sure the answer is: probability, percentiles, and what each uncertain input does alone.

use super::Context;
use crate::chart::histogram::{self, Histogram};
use crate::chart::scene::{Role, Scene};
use crate::chart::sheet::Sheet;
use crate::chart::tornado::{Bar, Tornado};
use crate::engine::uncertainty::range::{self, MOST, RangeError, RangeReason};
use crate::engine::uncertainty::{DRAWS, Draws, Outcome, Study, StudyError, Summary, Swing};
use crate::report::explain::Figure;
use crate::scenario::FieldId;
use crate::scenario::fields::Kind;
use crate::units::parse::Unit;
use crate::units::{Tokens, Usd, format};
use crate::words::errors::quoted;
use crate::words::table::{Cell, Column, Row, Side, Table};
use crate::words::view::{Block, View};

/// Stretches in which the draws are taken; after each of them it is told how far they are.
const PARTS: u32 = 10;

/// Bars of the histogram, about.
const BINS: usize = 24;

/// The study of the scenario.
#[must_use]
pub fn view(context: &Context) -> View {
    let (draws, study, likely) = match draws(context) {
        Ok(Some(found)) => found,
        Ok(None) => {
            return alert(
                "No feasible plan, so no saving to be sure of: the verdict above says what is missing."
                    .into(),
            );
        }
        Err(StudyError::Field(error)) => return alert(crate::words::errors::reason(&error)),
        Err(StudyError::Range(error)) => return alert(refused(&error)),
    };
    let summary = draws.summary();
    let swings = study.tornado();
    let bars = picture(&swings, likely);
    let mut blocks = vec![Block::Text(sentence(&summary))];
    let sheet = Sheet { up: "draws", across: "saving of self-hosting a month", ..Sheet::default() };
    let drawn = histogram(&draws, &summary, context.width);
    blocks.extend(context.picture("savings", spread(&summary), drawn, sheet));
    blocks.extend([
        Block::Table(percentiles(&summary)),
        Block::Heading("How often what is saved".into()),
        Block::Table(bins(&draws)),
        Block::Heading("What matters most".into()),
    ]);
    if !swings.is_empty() {
        let said = swings.first().map_or(String::new(), |widest| {
            format!("What moves the saving most: {}, by {}.", name(widest.field), moved(widest))
        });
        let legend = [("rect", Role::Gpu, "self-hosting saves more"), ("rect", Role::Api, "saves less")];
        let sheet = Sheet { across: "saving of self-hosting a month", legend: &legend, ..Sheet::default() };
        blocks.extend(context.picture("what-matters", said, bars.draw(context.width), sheet));
    }
    blocks.push(Block::Table(table(&swings, likely)));
    let ranges: Vec<range::Range> = study.fields.iter().map(|field| field.range).collect();
    if context.scenario.name(FieldId::Ranges).is_none_or(str::is_empty) {
        // a start for one's own: the standard ranges as the text to edit
        let take = vec![(FieldId::Ranges, range::text(&ranges))];
        blocks.push(Block::Take("Write these ranges into the scenario, to change them".into(), take));
    }
    View { blocks }
}

/// All draws of a scenario with their study and its likely answer; nothing without a feasible plan.
///
/// # Errors
/// What is wrong with the scenario or its ranges.
pub(super) fn draws<'a>(context: &Context<'a>) -> Result<Option<(Draws, Study<'a>, Outcome)>, StudyError> {
    let study = Study::new(context.scenario, context.catalogue)?;
    let Some(likely) = study.likely else { return Ok(None) };
    let mut draws = Draws::default();
    for part in 0..PARTS {
        draws.append(study.draw(DRAWS / PARTS * part..DRAWS / PARTS * (part + 1)));
        (context.progress)(f64::from(part + 1) / f64::from(PARTS));
    }
    Ok(Some((draws, study, likely)))
}

/// What the draws say, in words.
fn spread(summary: &Summary) -> String {
    let Some([low, middle, high]) = summary.saving else { return "No draw has a feasible plan.".into() };
    format!(
        "Saving of self-hosting a month over all draws: one in ten below {}, half below {}, nine in ten below {}.",
        usd(low),
        usd(middle),
        usd(high)
    )
}

fn histogram(draws: &Draws, summary: &Summary, width: f64) -> Scene {
    let bars = draws.histogram(BINS).into_iter().map(|bin| {
        let span = (bin.from.value(), bin.to.value());
        histogram::Bar { span, height: bin.draws as f64 }
    });
    let names = ["1 in 10 below", "half below", "9 in 10 below"];
    let marked = summary.saving.into_iter().flat_map(|saving| saving.into_iter().zip(names));
    let percent = |share: f64| format::percent(share * 100.0);
    // what is not feasible is neither's
    let feasible = 1.0 - summary.infeasible as f64 / summary.draws.max(1) as f64;
    Histogram {
        bars: bars.collect(),
        marked: marked.map(|(saving, name)| (saving.value(), format!("{name} {}", usd(saving)))).collect(),
        sides: [
            format!("API cheaper: {}", percent(feasible - summary.probability)),
            format!("Self-hosting cheaper: {}", percent(summary.probability)),
        ],
    }
    .draw(width, 200.0)
}

/// The picture as a table.
fn bins(draws: &Draws) -> Table {
    let bins = draws.histogram(BINS);
    let all = bins.iter().map(|bin| bin.draws).sum::<usize>().max(1) as f64;
    let most = bins.iter().map(|bin| bin.draws).max().unwrap_or(1).max(1) as f64;
    let rows = bins.iter().map(|bin| {
        let side = if (bin.from + bin.to).value() > 0.0 { Side::Gpu } else { Side::Api };
        let cells = vec![
            Cell::of(format!("{} to {}", usd(bin.from), usd(bin.to))),
            Cell::bar(bin.draws as f64 / most, side),
            Cell::of(format::percent(bin.draws as f64 / all * 100.0)),
        ];
        Row { cells, strong: false }
    });
    Table {
        columns: vec![Column::figure("Saving a month"), Column::text(""), Column::figure("Of the draws")],
        rows: rows.collect(),
        note: "The first and the last line hold everything beyond them too.".into(),
        ..Table::default()
    }
}

fn alert(text: String) -> View {
    View { blocks: vec![Block::Alert(text)] }
}

/// Why a range is refused, and what to write.
#[must_use]
pub fn refused(error: &RangeError) -> String {
    let given = quoted(&error.given);
    match error.reason {
        RangeReason::Spelling => {
            format!("{given} is no range. Write a field, a low and a high: volume~0.5~2.")
        }
        RangeReason::UnknownField(Some(near)) => format!("{given} names no field. Did you mean {near}?"),
        RangeReason::UnknownField(None) => {
            format!("{given} names no field. Write its name as in links, such as volume, tps, pg or fte.")
        }
        RangeReason::NoNumber(field) => {
            format!("{given}: {} is no number that could be uncertain. Leave it out.", name(field))
        }
        RangeReason::NoValue(field) => {
            format!("{given}: {} has no value here. Write one before giving it a range.", name(field))
        }
        RangeReason::Around(middle) if middle > 0.0 => format!(
            "{given}: low and high are factors of the value. Write a low of at most 1 and a high of at least 1, within \
             {} of each other's side.",
            format::grouped(MOST)
        ),
        RangeReason::Around(_) => format!(
            "{given}: low and high are points added to the per cent. Write a low of at most 0 and a high of at least 0."
        ),
        RangeReason::Repeated(field) => {
            format!("{given}: {} has a range already. Keep one of them.", name(field))
        }
        RangeReason::TooMany(most) => {
            format!(
                "{given} is one range too many: at most {most} can vary together. Leave the least important out."
            )
        }
    }
}

/// A field as its label; all API prices together are no field of their own.
fn name(field: FieldId) -> String {
    match field {
        FieldId::ApiPrice => "API prices".into(),
        other => other.field().label.into(),
    }
}

fn usd(amount: Usd) -> String {
    format::usd(amount.value())
}

fn sentence(summary: &Summary) -> String {
    let chance = match summary.probability {
        0.0 => "no".to_owned(),
        share if share < 0.001 => "less than 0.1%".to_owned(),
        share => format::percent(share * 100.0),
    };
    let draws = format::grouped(summary.draws as f64);
    let mut text = format!("Self-hosting is cheaper in {chance} of {draws} draws of the uncertain inputs.");
    if summary.infeasible > 0 {
        let share = summary.infeasible as f64 / summary.draws.max(1) as f64;
        text += &format!(" In {} of them there is no feasible plan.", format::percent(share * 100.0));
    }
    text
}

fn percentiles(summary: &Summary) -> Table {
    let cells = |head: &str, values: [Cell; 3]| Row {
        cells: std::iter::once(Cell::of(head)).chain(values).collect(),
        strong: false,
    };
    let [low, middle, high] = [Figure::SavingLow, Figure::SavingMiddle, Figure::SavingHigh];
    let saving = match summary.saving {
        Some([a, b, c]) => {
            [(a, low), (b, middle), (c, high)].map(|(one, figure)| Cell::of(usd(one)).opens(figure))
        }
        None => [(); 3].map(|()| Cell::of("–")),
    };
    let volume = |(volume, figure): (Option<Tokens>, Figure)| match volume {
        Some(volume) => Cell::of(format::compact(volume.value())).opens(figure),
        None => Cell::of("never"),
    };
    let [a, b, c] = summary.breakeven;
    let breakevens = [(a, Figure::DurableLow), (b, Figure::DurableMiddle), (c, Figure::DurableHigh)];
    let share = Cell::of(format::percent(summary.probability * 100.0)).opens(Figure::Probability);
    Table {
        columns: vec![
            Column::text("Of ten cases"),
            Column::figure("one is below"),
            Column::figure("half are below"),
            Column::figure("nine are below"),
        ],
        rows: vec![
            cells("Saving of self-hosting a month", saving),
            cells("Cheaper for good above, tokens a month", breakevens.map(volume)),
            Row {
                cells: [Cell::of("Draws in which self-hosting is cheaper"), Cell::of(""), share, Cell::of("")].into(),
                strong: false,
            },
        ],
        note: "Each uncertain input is drawn on its own from a triangle whose low and high hold eight of ten cases; a seed in \
               the link makes the draws repeat."
            .into(),
        ..Table::default()
    }
}

/// A value of a field as text in its unit.
fn shown(field: FieldId, value: f64) -> String {
    match field.field().kind {
        Kind::Number { unit: Unit::Percent, .. } => format::percent(value),
        Kind::Number {
            unit: Unit::UsdPerHour | Unit::UsdPerMTok | Unit::UsdPerMonth | Unit::UsdPerYear | Unit::Usd(_),
            ..
        } => format::usd(value),
        Kind::Number { .. } => format::compact(value),
        _ => format!("× {}", format::compact(value)),
    }
}

fn moved(swing: &Swing) -> String {
    match swing.width() {
        width if width.is_finite() => format::usd(width),
        _ => "more than can be said: one end has no feasible plan".into(),
    }
}

fn picture(swings: &[Swing], likely: Outcome) -> Tornado {
    let bars = swings.iter().map(|swing| Bar {
        name: name(swing.field),
        ends: swing.values.map(|value| shown(swing.field, value)),
        values: swing.outcomes.map(|outcome| outcome.map(|outcome| outcome.saving.value())),
    });
    Tornado {
        bars: bars.collect(),
        likely: likely.saving.value(),
        name: format!("likely saving {}", usd(likely.saving)),
    }
}

fn table(swings: &[Swing], likely: Outcome) -> Table {
    let saving = |outcome: Option<Outcome>| match outcome {
        None => Cell::of("no plan"),
        Some(outcome) => {
            let side = if outcome.saving.value() > 0.0 { Side::Gpu } else { Side::Api };
            Cell::of(usd(outcome.saving)).side(side)
        }
    };
    let rows = swings.iter().map(|swing| {
        let [low, high] = swing.values.map(|value| shown(swing.field, value));
        let [at_low, at_high] = swing.outcomes;
        let cells = vec![
            Cell::of(name(swing.field)),
            Cell::of(low),
            saving(at_low),
            Cell::of(high),
            saving(at_high),
            Cell::of(if swing.width().is_finite() { format::usd(swing.width()) } else { "–".into() }),
        ];
        Row { cells, strong: false }
    });
    Table {
        columns: vec![
            Column::text("Alone"),
            Column::wide("Low"),
            Column::figure("Saving at low"),
            Column::wide("High"),
            Column::figure("Saving at high"),
            Column::figure("Swing"),
        ],
        rows: rows.collect(),
        note: format!("With everything else as given, the saving is {} a month.", usd(likely.saving)).into(),
        ..Table::default()
    }
}
