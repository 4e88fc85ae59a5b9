//! What changed since the day of a link: the prices in use then and now, what the answer is with either, and the way
//! from one to the other. The page shows it above the answer whenever a scenario has, or had, a day of its own.
//!
//! The answer `then` holds the link as it was opened, so that "as then" finds rows again that are no longer listed.

use super::Context;
use crate::catalogue::{ApiPrice, Catalogue};
use crate::engine::{self, Report};
use crate::scenario::fields::Value;
use crate::scenario::{FieldId, Scenario, link};
use crate::units::{Date, format};
use crate::words::view::{Block, View};
use crate::words::{names, verdict};

/// Fields that name a row which can go.
const ROWS: [FieldId; 2] = [FieldId::ApiPrice, FieldId::Offer];

/// The notice as a view; nothing for a scenario that never had a day.
#[must_use]
pub fn view(context: &Context) -> View {
    let builtin = Catalogue::builtin();
    let opened = link::decode(context.answers.get("then"), builtin).scenario;
    notice(context.scenario, &opened, builtin)
}

/// The notice of a scenario that was `opened` with a day, with the facts of `catalogue`.
#[must_use]
pub fn notice(scenario: &Scenario, opened: &Scenario, catalogue: &Catalogue) -> View {
    let Some(day) = scenario.day().or(opened.day()) else { return View::default() };
    let (then, now) = (on(scenario, opened, Some(day), catalogue), on(scenario, opened, None, catalogue));
    let as_then = scenario.day().is_some();
    let reports = [&then, &now].map(|(scenario, _)| engine::evaluate(scenario, catalogue));
    let mut blocks = Vec::new();
    let moved = match &reports {
        [Ok(then), Ok(now)] => changes(then, now),
        _ => Vec::new(),
    };
    let answer = |report: &Result<Report, _>| match report {
        Ok(report) => verdict::verdict(report).text(),
        Err(error) => crate::words::errors::reason(error),
    };
    let [before, after] = [answer(&reports[0]), answer(&reports[1])];
    let same = moved.is_empty() && before == after;
    blocks.push(Block::Text(match (as_then, same) {
        (true, true) => format!("Answered with the prices of {day}. Those in use have not moved since."),
        (true, false) => format!("Answered with the prices of {day}. Since then:"),
        (false, true) => format!("Answered with today's prices. Those in use are as on {day}."),
        (false, false) => format!("Answered with today's prices, not those of {day}. Since then:"),
    }));
    blocks.extend(moved.into_iter().map(Block::Text));
    for (id, _) in now.1.iter().filter(|(id, text)| ROWS.contains(id) && text.is_empty()) {
        blocks.push(Block::Text(format!(
            "{}: {} is no longer listed.",
            id.field().label,
            scenario.text(*id)
        )));
    }
    if !same {
        let (when, other) = if as_then { ("With today's prices", after) } else { ("As then", before) };
        blocks.push(Block::Text(format!("{when}: {other}")));
    }
    let (label, sets) = if as_then {
        ("Use today's prices".to_owned(), now.1)
    } else {
        (format!("Use the prices of {day}"), then.1)
    };
    blocks.push(Block::Take(label, sets));
    View { blocks }
}

/// The scenario on a day, or today, and what makes it so. Rows that are not listed on that day are left to the engine;
/// those that were open and left for that reason come back.
fn on(
    scenario: &Scenario,
    opened: &Scenario,
    day: Option<Date>,
    catalogue: &Catalogue,
) -> (Scenario, Vec<(FieldId, String)>) {
    let mut sets = vec![(FieldId::AsOf, day.map(|day| day.to_string()).unwrap_or_default())];
    for id in ROWS {
        let listed = |row: &str, day| match id {
            FieldId::Offer => catalogue.lists_offer(row, day),
            _ => catalogue.lists_api_price(row, day),
        };
        match (scenario.name(id), opened.name(id)) {
            (Some(row), _) if !listed(row, day) => sets.push((id, String::new())),
            (None, Some(row)) if scenario.day().is_none() && listed(row, day) && !listed(row, None) => {
                sets.push((id, row.to_owned()));
            }
            _ => {}
        }
    }
    let mut changed = scenario.clone();
    for (id, text) in &sets {
        // days and listed rows are accepted; what is not leaves the scenario as it is
        let set = if text.is_empty() {
            changed.set(*id, Value::Automatic, catalogue)
        } else {
            changed.set_text(*id, text, catalogue)
        };
        let _ = set;
    }
    (changed, sets)
}

/// The prices in use that differ, a sentence each.
fn changes(then: &Report, now: &Report) -> Vec<String> {
    let mut found = Vec::new();
    let name = |card: &Option<ApiPrice>| match card {
        Some(card) => format!("{}: {}", names::provider(&card.provider), card.name()),
        None => "own prices".to_owned(),
    };
    let each =
        |report: &Report| [report.api.input, report.api.output].map(|price| format::usd(price.value()));
    let ([input, output], [new_input, new_output]) = (each(then), each(now));
    let id = |report: &Report| report.api.card.as_ref().map(|card| card.id.clone());
    if id(then) != id(now) {
        found.push(format!(
            "API: {}, {input} in and {output} out per MTok → {}, {new_input} and {new_output}.",
            name(&then.api.card),
            name(&now.api.card)
        ));
    } else {
        let mut parts = Vec::new();
        for (what, old, new) in [("input", input, new_input), ("output", output, new_output)] {
            if old != new {
                parts.push(format!("{what} {old} → {new}"));
            }
        }
        if !parts.is_empty() {
            found.push(format!("API price of {}: {} per MTok.", name(&now.api.card), parts.join(", ")));
        }
    }
    if let (Ok(old), Ok(new)) = (&then.plan, &now.plan) {
        let seller = |plan: &engine::Plan| match &plan.offer {
            Some(offer) => names::provider(&offer.provider),
            None => "own price".to_owned(),
        };
        let [before, after] = [old, new].map(|plan| format::usd(plan.purchase.price.value()));
        let id = |plan: &engine::Plan| plan.offer.as_ref().map(|offer| offer.id.clone());
        if id(old) != id(new) || before != after {
            let (gpu, from, to) = (names::gpu(&now.gpu), seller(old), seller(new));
            let to = if from == to { String::new() } else { format!(" at {to}") };
            found.push(format!("{gpu}: {before} at {from} → {after}{to} per GPU-hour."));
        }
    }
    found
}
