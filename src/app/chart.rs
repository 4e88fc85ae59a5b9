//! The cost chart: marks as SVG nodes, and the scenario's volume as a handle on them.

use super::browser;
use super::state::State;
use crate::chart::cost::{CostChart, Picture};
use crate::chart::scene::Mark;
use crate::chart::svg::{path, short};
use crate::engine::Report;
use crate::scenario::FieldId;
use crate::scenario::fields::Value;
use crate::units::{format, number};
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// One step of an arrow key, as a ratio of volumes.
const KEY_STEP: f64 = 1.1;

/// The chart with its caption.
#[component]
pub fn Chart() -> impl IntoView {
    let state = State::get();
    let node = NodeRef::<Div>::new();
    Effect::new(move || {
        if let Some(element) = node.get() {
            browser::watch_width(&element, move |width| {
                if width > 0.0 {
                    state.chart_widths.set(vec![width]);
                }
            });
        }
    });
    let chart = Memo::new(move |_| of(&state.report()));
    let pictures = Memo::new(move |_| {
        let chart = chart.get();
        let widths = state.chart_widths.get();
        widths
            .iter()
            .map(|width| chart.draw(*width, height(*width), state.held_domain.get()))
            .collect::<Vec<_>>()
    });
    let drag = move |event: web_sys::PointerEvent| {
        if state.held_domain.get_untracked().is_none() {
            return;
        }
        let Some(element) = node.get_untracked() else { return };
        let x = f64::from(event.client_x()) - element.get_bounding_client_rect().left();
        if let Some(volume) = pictures.with_untracked(|all| all.first().map(|picture| picture.volume_at(x))) {
            state.set(FieldId::Volume, Value::Number(volume.value()));
        }
    };
    let start = move |event: web_sys::PointerEvent| {
        state.held_domain.set(Some(chart.with_untracked(CostChart::domain)));
        if let Some(element) = event.current_target().and_then(|t| t.dyn_into::<web_sys::Element>().ok()) {
            let _ = element.set_pointer_capture(event.pointer_id());
        }
        drag(event);
    };
    view! {
        <figure class="cost">
            <figcaption>
                <strong>"Monthly cost"</strong>
                <span class="by">" by monthly volume"</span>
                <span class="key win">"self-hosting cheaper"</span>
            </figcaption>
            <div
                node_ref=node
                class="plot"
                role="slider"
                tabindex="0"
                aria-label="Tokens a month, on the cost chart"
                aria-orientation="horizontal"
                aria-valuemin="3"
                aria-valuemax="16"
                aria-valuenow=move || format!("{:.2}", state.report().volume.value().log10())
                aria-valuetext=move || spoken(&state.report())
                on:pointerdown=start
                on:pointermove=drag
                on:pointerup=move |_| state.held_domain.set(None)
                on:pointercancel=move |_| state.held_domain.set(None)
                on:keydown=move |event| press(state, &event)
            >
                {move || pictures.get().into_iter().map(drawing).collect_view()}
            </div>
        </figure>
    }
}

/// The chart of a report.
fn of(report: &Report) -> CostChart {
    CostChart {
        api: report.api.blended,
        steps: report.plan.as_ref().ok().map(|plan| plan.full_cost),
        volume: report.volume,
    }
}

/// Height for a width: phones get a squarer chart of the same type size.
#[must_use]
pub fn height(width: f64) -> f64 {
    if width < 560.0 { 300.0 } else { 400.0 }
}

fn press(state: State, event: &web_sys::KeyboardEvent) {
    let volume = state.report().volume.value();
    let factor = match event.key().as_str() {
        "ArrowRight" | "ArrowUp" => KEY_STEP,
        "ArrowLeft" | "ArrowDown" => 1.0 / KEY_STEP,
        "PageUp" => 10.0,
        "PageDown" => 0.1,
        _ => return,
    };
    event.prevent_default();
    let moved = (volume * factor).clamp(1e3, 1e16);
    state.set(FieldId::Volume, Value::Number(number::rounded(moved, 3)));
}

/// The handle in words.
fn spoken(report: &Report) -> String {
    let api = format::usd(report.api.bill.value());
    let gpu = match &report.plan {
        Ok(plan) => format!("self-hosted {}", format::usd(plan.bill.total().value())),
        Err(_) => "self-hosting not priced".into(),
    };
    format!("{} tokens a month: API {api}, {gpu}", format::compact(report.volume.value()))
}

fn drawing(picture: Picture) -> impl IntoView {
    let (width, height) = (picture.scene.width, picture.scene.height);
    let class = if width < 560.0 { "narrow" } else { "wide" };
    view! {
        <svg class=class viewBox=format!("0 0 {} {}", short(width), short(height)) height=short(height) aria-hidden="true">
            {picture.scene.marks.into_iter().map(mark).collect_view()}
        </svg>
    }
}

fn mark(mark: Mark) -> AnyView {
    match mark {
        Mark::Path(role, points) => view! { <path class=role.class() d=path(&points)/> }.into_any(),
        Mark::Rect(role, [x, y, width, height]) => view! {
            <rect class=role.class() x=short(x) y=short(y) width=short(width) height=short(height)/>
        }
        .into_any(),
        Mark::Circle(role, [x, y, r]) => {
            view! { <circle class=role.class() cx=short(x) cy=short(y) r=short(r)/> }.into_any()
        }
        Mark::Text(role, (x, y), anchor, text) => view! {
            <text class=role.class() x=short(x) y=short(y) text-anchor=anchor.svg()>{text}</text>
        }
        .into_any(),
    }
}
