//! One row of views under the chart; each is a table that reads in ten seconds.

use super::browser;
use super::state::State;
use crate::catalogue::Catalogue;
use crate::words::price_lists::{self, Filter};
use crate::words::table::{Cell, Column, Row, Side, Table};
use crate::words::{names, tables};
use leptos::prelude::*;

/// The views in their order.
const VIEWS: [&str; 7] = [
    "Cost by volume",
    "Cost breakdown",
    "Memory and speed",
    "GPU prices",
    "API prices",
    "The article's prices",
    "Sources",
];

/// Places of the views that can be searched.
const GPU_PRICES: usize = 3;
const API_PRICES: usize = 4;

/// Rows that are drawn of a long list; a search brings the others.
const MOST_ROWS: usize = 60;

/// The view that was sorted, by which column, and whether downwards.
type Sort = RwSignal<Option<(usize, (usize, bool))>>;

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
    let filter = RwSignal::new(Filter { current_only: true, ..Filter::default() });
    let sort: Sort = RwSignal::new(None);
    let table = Memo::new_with_compare(
        move |_| {
            let report = state.report();
            let (catalogue, today) = (Catalogue::builtin(), state.today);
            let mut table = match state.view.get() {
                0 => tables::cost(&report),
                1 => tables::bills(&report),
                2 => tables::replica(&report),
                GPU_PRICES => {
                    filter.with(|filter| price_lists::gpu_offers(&report, catalogue, filter, today))
                }
                API_PRICES => {
                    filter.with(|filter| price_lists::api_prices(&report, catalogue, filter, today))
                }
                5 => tables::article_prices(catalogue),
                _ => tables::sources(&report),
            };
            if table.sortable {
                // by price unless a head was clicked
                let view = state.view.get();
                let chosen = sort.get().filter(|(of, _)| *of == view).map(|(_, order)| order);
                let (column, down) = chosen.unwrap_or((if view == GPU_PRICES { 3 } else { 5 }, false));
                table.sort(column, down);
            }
            table
        },
        |_, _| true,
    );
    view! {
        <section class="views" aria-label="Details">
            <div class="tabs" role="tablist" aria-label="Views">
                {VIEWS.into_iter().enumerate().map(tab).collect_view()}
            </div>
            <div id="view" class="view" role="tabpanel" tabindex="0" aria-labelledby=move || format!("tab-{}", state.view.get())>
                <Search filter=filter table=table/>
                {move || drawn(state, table.get(), sort)}
            </div>
        </section>
    }
}

/// What narrows a price list, and the export of any table.
#[component]
fn Search(
    /// What is shown.
    filter: RwSignal<Filter>,
    /// The table in view.
    table: Memo<Table>,
) -> impl IntoView {
    let state = State::get();
    let unsearchable = move || !matches!(state.view.get(), GPU_PRICES | API_PRICES);
    let current = move || {
        let report = state.report();
        match state.view.get() {
            GPU_PRICES => format!(" only {}", names::gpu(&report.gpu)),
            _ => format!(" only {}", names::model(&report.model)),
        }
    };
    let count = move || {
        let rows = table.with(|table| table.rows.len());
        if rows > MOST_ROWS {
            format!("{rows} rows, the first {MOST_ROWS} shown")
        } else {
            format!("{rows} rows")
        }
    };
    view! {
        <div class="search">
            <input
                type="search"
                placeholder="Search"
                aria-label="Search the price list"
                hidden=unsearchable
                on:input:target=move |event| filter.update(|filter| filter.search = event.target().value())
            />
            <label hidden=unsearchable>
                <input
                    type="checkbox"
                    prop:checked=move || filter.with(|filter| filter.current_only)
                    on:change:target=move |event| filter.update(|filter| filter.current_only = event.target().checked())
                />
                {current}
            </label>
            <label hidden=move || state.view.get() != API_PRICES>
                <input
                    type="checkbox"
                    prop:checked=move || filter.with(|filter| filter.open_only)
                    on:change:target=move |event| filter.update(|filter| filter.open_only = event.target().checked())
                />
                " only open weights"
            </label>
            <span hidden=unsearchable>{count}</span>
            <button type="button" class="plain" on:click=move |_| browser::download("llm-breakeven.csv", &table.with_untracked(Table::csv))>
                "Save as CSV"
            </button>
        </div>
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

fn drawn(state: State, table: Table, sort: Sort) -> AnyView {
    let columns = table.columns;
    let heads = columns.iter().enumerate().map(|(index, column)| head(index, *column, table.sortable, sort));
    let heads = heads.collect_view();
    let rows =
        table.rows.into_iter().take(MOST_ROWS).map(|row| drawn_row(state, &columns, row)).collect_view();
    view! {
        <table>
            <thead><tr>{heads}</tr></thead>
            <tbody>{rows}</tbody>
        </table>
        <p class="fine">{table.note}</p>
    }
    .into_any()
}

/// A column's head; a click sorts, a second one the other way round.
fn head(index: usize, column: Column, sortable: bool, sort: Sort) -> AnyView {
    if column.label.is_empty() {
        return view! { <td class=class(column)></td> }.into_any();
    }
    if !sortable {
        return view! { <th scope="col" class=class(column)>{column.label}</th> }.into_any();
    }
    let view = State::get().view;
    let now = move || sort.get().filter(|(of, (column, _))| *of == view.get() && *column == index);
    let turn = move |_| sort.set(Some((view.get(), (index, now().is_some_and(|(_, (_, down))| !down)))));
    let state = move || now().map(|(_, (_, down))| if down { "descending" } else { "ascending" });
    view! {
        <th scope="col" class=class(column) aria-sort=state>
            <button type="button" class="sort" on:click=turn>{column.label}</button>
        </th>
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
