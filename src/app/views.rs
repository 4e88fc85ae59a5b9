//! One row of views under the chart; each is a table that reads in ten seconds.

use super::prices::Prices;
use super::state::{State, View};
use crate::catalogue::Provenance;
use crate::chart::ticks;
use crate::engine::Report;
use crate::engine::sizing::Tier;
use crate::report::breakdown::{self, Line};
use crate::report::table::{self, Mark};
use crate::scenario::FieldId;
use crate::scenario::fields::Value;
use crate::units::{Usd, format};
use crate::words::names;
use leptos::prelude::*;

const VIEWS: [(View, &str); 4] = [
    (View::Table, "Table"),
    (View::Breakdown, "Cost breakdown"),
    (View::Prices, "GPU prices"),
    (View::Sources, "Assumptions and sources"),
];

/// The row of views and the open one.
#[component]
pub fn Views() -> impl IntoView {
    let state = State::get();
    let tab = |(view, label): (View, &'static str)| {
        let open = move || state.view.get() == view;
        view! {
            <button
                type="button"
                role="tab"
                id=format!("tab-{view:?}")
                aria-controls="view"
                aria-selected=move || if open() { "true" } else { "false" }
                tabindex=move || if open() { "0" } else { "-1" }
                on:click=move |_| state.view.set(view)
                on:keydown=move |event| step(state, &event)
            >
                {label}
            </button>
        }
    };
    view! {
        <section class="views" aria-label="Details">
        <div class="tabs" role="tablist" aria-label="Views">{VIEWS.map(tab).collect_view()}</div>
        <div id="view" class="view" role="tabpanel" aria-labelledby=move || format!("tab-{:?}", state.view.get())>
            {move || match state.view.get() {
                View::Table => view! { <CostTable/> }.into_any(),
                View::Breakdown => view! { <Breakdown/> }.into_any(),
                View::Prices => view! { <Prices/> }.into_any(),
                View::Sources => view! { <Sources/> }.into_any(),
            }}
        </div>
        </section>
    }
}

/// Arrow keys move between the views.
fn step(state: State, event: &web_sys::KeyboardEvent) {
    let at = VIEWS.iter().position(|(view, _)| *view == state.view.get_untracked()).unwrap_or(0);
    let to = match event.key().as_str() {
        "ArrowRight" => (at + 1) % VIEWS.len(),
        "ArrowLeft" => (at + VIEWS.len() - 1) % VIEWS.len(),
        _ => return,
    };
    event.prevent_default();
    state.view.set(VIEWS[to].0);
    super::browser::focus(&format!("tab-{:?}", VIEWS[to].0));
}

fn dollars(amount: Usd) -> String {
    format::usd(amount.value())
}

/// Cost at a range of volumes.
#[component]
fn CostTable() -> impl IntoView {
    let state = State::get();
    let rows = move || {
        let report = state.report();
        let volume = report.volume.value();
        let volumes = ticks::logarithmic(volume / 30.0, volume * 30.0, 12);
        table::rows(&report, &volumes).into_iter().map(|row| cost_row(state, row)).collect_view()
    };
    view! {
        <table>
            <thead>
                <tr>
                    <th scope="col">"Tokens a month"</th>
                    <th scope="col">"API"</th>
                    <th scope="col">"Self-hosted"</th>
                    <th scope="col" class="wide-only">"GPUs"</th>
                    <th scope="col" class="wide-only">"Utilisation"</th>
                    <th scope="col">"Cheaper"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

fn cost_row(state: State, row: table::Row) -> impl IntoView {
    let volume = format::compact(row.volume.value());
    let note = match row.mark {
        Mark::Round => "",
        Mark::You => " you",
        Mark::Breakeven => " breakeven",
        Mark::Durable => " breakeven for good",
    };
    let dash = || "–".to_owned();
    let cheaper = match row.gpu.map(|gpu| gpu - row.api) {
        None => view! { <td>"–"</td> }.into_any(),
        Some(_) if matches!(row.mark, Mark::Breakeven | Mark::Durable) => {
            view! { <td>"equal"</td> }.into_any()
        }
        Some(d) if d.value() > 0.0 => {
            view! { <td class="api">{format!("API by {}", dollars(d))}</td> }.into_any()
        }
        Some(d) => view! { <td class="gpu">{format!("GPUs by {}", dollars(d * -1.0))}</td> }.into_any(),
    };
    let value = row.volume.value();
    view! {
        <tr class:you=row.mark == Mark::You>
            <th scope="row">
                <button type="button" class="plain" title="Take this volume" on:click=move |_| state.set(FieldId::Volume, Value::Number(value.round()))>
                    {volume}
                </button>
                <small>{note}</small>
            </th>
            <td>{dollars(row.api)}</td>
            <td>{row.gpu.map_or_else(dash, dollars)}</td>
            <td class="wide-only">{row.gpus.map_or_else(dash, format::compact)}</td>
            <td class="wide-only">{row.utilisation.map_or_else(dash, |share| format::percent(share * 100.0))}</td>
            {cheaper}
        </tr>
    }
}

/// What the bills are made of.
#[component]
fn Breakdown() -> impl IntoView {
    let state = State::get();
    let rows = move || {
        let report = state.report();
        let api = breakdown::api(&report);
        let gpu = breakdown::gpu(&report);
        let most = report.api.bill.max(report.plan.as_ref().map_or(Usd::ZERO, |plan| plan.bill.total()));
        let volume = report.volume;
        let line = move |class: &'static str, (line, amount): (Line, Usd)| {
            let share = if most.value() > 0.0 { amount / most * 100.0 } else { 0.0 };
            view! {
                <tr>
                    <th scope="row">{line_name(line)}</th>
                    <td class="bar-cell"><meter class=class min="0" max="100" value=format!("{share:.1}")></meter></td>
                    <td>{dollars(amount)}</td>
                    <td class="wide-only">{format::usd(amount.per_mtok(volume).value())}</td>
                </tr>
            }
        };
        let total = |name: &'static str, amount: Usd| {
            view! {
                <tr class="total">
                    <th scope="row">{name}</th>
                    <td></td>
                    <td>{dollars(amount)}</td>
                    <td class="wide-only">{format::usd(amount.per_mtok(volume).value())}</td>
                </tr>
            }
        };
        let gpu_total = report.plan.as_ref().ok().map(|plan| total("Self-hosted", plan.bill.total()));
        view! {
            {api.map(|entry| line("api", entry)).collect_view()}
            {total("API", report.api.bill)}
            {gpu.into_iter().map(|entry| line("gpu", entry)).collect_view()}
            {gpu_total}
        }
    };
    view! {
        <table>
            <thead>
                <tr>
                    <th scope="col">"A month"</th>
                    <th scope="col"><span class="hidden">"Share"</span></th>
                    <th scope="col">"$"</th>
                    <th scope="col" class="wide-only">"$/MTok"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

fn line_name(line: Line) -> &'static str {
    match line {
        Line::ApiInput => "Input tokens",
        Line::ApiOutput => "Output tokens",
        Line::Hardware => "GPU instances",
        Line::Engineering => "Engineering",
        Line::Infrastructure => "Infrastructure",
    }
}

/// What is assumed and where it comes from.
#[component]
fn Sources() -> impl IntoView {
    let state = State::get();
    let rows = move || {
        let report = state.report();
        facts(&report)
            .into_iter()
            .map(|(what, value, from)| view! { <tr><th scope="row">{what}</th><td>{value}</td><td class="source">{from}</td></tr> })
            .collect_view()
    };
    view! {
        <table class="facts">
            <thead><tr><th scope="col">"Fact"</th><th scope="col">"In use"</th><th scope="col">"Source and date"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
        <p class="fine">
            "API bill = input tokens × input price + output tokens × output price. Self-hosted bill = whole instances × price × hours + \
             engineering + infrastructure; instances = volume ÷ (tokens/s × target load × seconds of the month), rounded up. \
             Both prices are medians over today's providers unless you choose a row or write a price."
        </p>
    }
}

fn facts(report: &Report) -> Vec<(&'static str, String, String)> {
    let origin = |provenance: &Provenance| format!("{} ({})", provenance.source, provenance.as_of);
    let mut rows = Vec::new();
    if let Some(card) = &report.api.card {
        rows.push(("API price", names::api_price(card), origin(&card.provenance)));
    }
    if let Some(total) = report.model.parameters.total {
        let value = format!("{} parameters", format::compact(total as f64));
        rows.push(("Model", value, format!("{} ({})", report.model.source, report.model.as_of)));
    }
    let gpu = &report.gpu;
    rows.push(("GPU", format!("{}, {:.1} GiB", names::gpu(gpu), gpu.memory.gib()), origin(&gpu.provenance)));
    if let Ok(plan) = &report.plan {
        if let Some(offer) = &plan.offer {
            rows.push(("GPU price", names::offer(offer), origin(&offer.provenance)));
        }
        match &plan.replica.tier {
            Tier::Own => rows.push(("Speed", "your figure".into(), "you".into())),
            Tier::Published(row) => rows.push((
                "Speed",
                format!(
                    "{} tokens/s measured on {} GPUs, {}, {} in, {} out; scaled to your requests",
                    format::grouped(row.tokens_per_second.value()),
                    row.gpus,
                    row.format,
                    row.isl,
                    row.osl
                ),
                origin(&row.provenance),
            )),
            Tier::Modelled(_) => rows.push((
                "Speed",
                "roofline with continuous batching, constants fitted to published measurements".into(),
                "docs/throughput.md".into(),
            )),
        }
    }
    rows.push(("Month", format!("{} hours", report.hours.value()), "convention".into()));
    rows
}
