//! The cost chart: marks as SVG nodes, and the scenario's volume as a handle on them.

use super::state::State;
use super::{browser, draw, erased};
use crate::chart::cost::{CostChart, Domain, Picture};
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
                    state.chart_width.set(width);
                }
            });
        }
    });
    let picture = StoredValue::new(None::<Picture>);
    Effect::new(move |_: Option<()>| {
        let Some(element) = node.get() else { return };
        let now = of(&state.report(), state.chart_width.get(), state.held_domain.get());
        element.replace_children_with_node_0();
        draw::scene(&element, &now.scene, &[("aria-hidden", "true")]);
        picture.set_value(Some(now));
    });
    let drag = move |event: web_sys::PointerEvent| {
        if state.held_domain.get_untracked().is_none() {
            return;
        }
        let Some(element) = node.get_untracked() else { return };
        let x = f64::from(event.client_x()) - element.get_bounding_client_rect().left();
        if let Some(volume) = picture.with_value(|now| now.as_ref().map(|picture| picture.volume_at(x))) {
            state.set(FieldId::Volume, Value::Number(volume.value()));
        }
    };
    let start = move |event: web_sys::PointerEvent| {
        state.held_domain.set(Some(costs(&state.report()).domain()));
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
                aria-valuenow=erased::text(move || format!("{:.2}", state.report().volume.value().log10()))
                aria-valuetext=erased::text(move || spoken(&state.report()))
                on:pointerdown=erased::act(start)
                on:pointermove=erased::act(drag)
                on:pointerup=erased::act(move |_: web_sys::PointerEvent| state.held_domain.set(None))
                on:pointercancel=erased::act(move |_: web_sys::PointerEvent| state.held_domain.set(None))
                on:keydown=erased::act(move |event: web_sys::KeyboardEvent| press(state, &event))
            >
            </div>
        </figure>
    }
}

/// What the chart draws of a report.
fn costs(report: &Report) -> CostChart {
    CostChart {
        api: report.api.blended,
        steps: report.plan.as_ref().ok().map(|plan| plan.full_cost),
        volume: report.volume,
    }
}

/// The chart of a report at a width, with held axes or its own.
#[must_use]
pub fn of(report: &Report, width: f64, held: Option<Domain>) -> Picture {
    costs(report).draw(width, height(width), held)
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
