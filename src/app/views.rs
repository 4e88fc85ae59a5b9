//! One row of views under the chart; each is a table that reads in ten seconds.

use super::browser;
use super::state::State;
use crate::catalogue::Catalogue;
use crate::words::tables::{self, Cell, Column, Row, Side, Table};
use leptos::prelude::*;

/// The views in their order.
const VIEWS: [&str; 5] =
    ["Table", "Cost breakdown", "Memory and speed", "GPU prices", "Assumptions and sources"];

/// The row of views and the open one.
#[component]
pub fn Views() -> impl IntoView {
    let state = State::get();
    let tab = |(index, label): (usize, &'static str)| {
        let open = move || state.view.get() == index;
        view! {
            <button
                type="button"
                role="tab"
                id=format!("tab-{index}")
                aria-controls="view"
                aria-selected=move || if open() { "true" } else { "false" }
                tabindex=move || if open() { "0" } else { "-1" }
                on:click=move |_| state.view.set(index)
                on:keydown=move |event| step(state, &event)
            >
                {label}
            </button>
        }
    };
    let table = Memo::new(move |_| {
        let report = state.report();
        match state.view.get() {
            0 => tables::cost(&report),
            1 => tables::bills(&report),
            2 => tables::replica(&report),
            3 => tables::article_prices(Catalogue::builtin()),
            _ => tables::sources(&report),
        }
    });
    view! {
        <section class="views" aria-label="Details">
            <div class="tabs" role="tablist" aria-label="Views">
                {VIEWS.into_iter().enumerate().map(tab).collect_view()}
            </div>
            <div id="view" class="view" role="tabpanel" tabindex="0" aria-labelledby=move || format!("tab-{}", state.view.get())>
                {move || drawn(state, table.get())}
            </div>
        </section>
    }
}

/// Arrow keys move between the views.
fn step(state: State, event: &web_sys::KeyboardEvent) {
    let at = state.view.get_untracked();
    let to = match event.key().as_str() {
        "ArrowRight" => (at + 1) % VIEWS.len(),
        "ArrowLeft" => (at + VIEWS.len() - 1) % VIEWS.len(),
        _ => return,
    };
    event.prevent_default();
    state.view.set(to);
    browser::focus(&format!("tab-{to}"));
}

fn class(column: Column) -> &'static str {
    match (column.text, column.wide_only) {
        (false, false) => "",
        (false, true) => "wide-only",
        (true, false) => "text",
        (true, true) => "text wide-only",
    }
}

fn drawn(state: State, table: Table) -> AnyView {
    let columns = table.columns;
    let heads = columns.iter().map(|column| match column.label {
        "" => view! { <td class=class(*column)></td> }.into_any(),
        label => view! { <th scope="col" class=class(*column)>{label}</th> }.into_any(),
    });
    let heads = heads.collect_view();
    let rows = table.rows.into_iter().map(|row| drawn_row(state, &columns, row)).collect_view();
    view! {
        <table>
            <thead><tr>{heads}</tr></thead>
            <tbody>{rows}</tbody>
        </table>
        <p class="fine">{table.note}</p>
    }
    .into_any()
}

fn drawn_row(state: State, columns: &[Column], row: Row) -> impl IntoView + use<> {
    let cells = row.cells.into_iter().zip(columns).enumerate().map(|(index, (cell, column))| {
        let side = match cell.side {
            Side::Neutral => "",
            Side::Api => " api",
            Side::Gpu => " gpu",
        };
        let role = (index == 0).then_some("rowheader");
        view! { <td role=role class=format!("{}{side}", class(*column))>{content(state, cell)}</td> }
    });
    view! { <tr class:strong=row.strong>{cells.collect_view()}</tr> }
}

fn content(state: State, cell: Cell) -> AnyView {
    if let Some(share) = cell.bar {
        return view! { <meter min="0" max="1" value=format!("{share:.3}")></meter> }.into_any();
    }
    if cell.sets.is_empty() {
        return (cell.text, small(cell.small)).into_any();
    }
    let sets = cell.sets;
    let take = move |_| sets.iter().for_each(|(id, value)| state.set(*id, value.clone()));
    view! {
        <button type="button" class="plain" title="Take into the scenario" on:click=take>{cell.text}</button>
        {small(cell.small)}
    }
    .into_any()
}

fn small(text: String) -> Option<impl IntoView> {
    (!text.is_empty()).then(|| view! { <small>" " {text}</small> })
}
