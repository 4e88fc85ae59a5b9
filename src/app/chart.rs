//! The cost chart: marks as SVG nodes, and the scenario's volume as a handle on them.

use super::state::State;
use super::{browser, dom, draw};
use crate::chart::cost::{CostChart, Domain, Picture};
use crate::engine::Report;
use crate::scenario::fields::Value;
use crate::scenario::{FieldId, Scenario};
use crate::units::{format, number};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// One step of an arrow key, as a ratio of volumes.
const KEY_STEP: f64 = 1.1;

/// Draws the chart, and lets its handle be dragged.
pub fn follow(state: State) {
    let plot = dom::part(".plot");
    browser::watch_width(&plot, move |width| {
        if width > 0.0 {
            state.chart_width.set(width);
        }
    });
    let picture = StoredValue::new(None::<Picture>);
    let drawn = plot.clone();
    dom::follow(move || {
        let report = state.report();
        let scenario = state.scenario.get();
        let now = of(&scenario, &report, state.chart_width.get(), state.held_domain.get());
        dom::clear(&drawn);
        draw::scene(&drawn, &now.scene, &[("aria-hidden", "true")]);
        dom::set(&drawn, "aria-valuenow", &position(&report));
        dom::set(&drawn, "aria-valuetext", &spoken(&report));
        picture.set_value(Some(now));
    });
    let frame = plot.clone();
    let drag = move |event: &web_sys::PointerEvent| {
        let x = f64::from(event.client_x()) - frame.get_bounding_client_rect().left();
        if let Some(volume) = picture.with_value(|now| now.as_ref().map(|picture| picture.volume_at(x))) {
            state.set(FieldId::Volume, Value::Number(volume.value()));
        }
    };
    let moved = drag.clone();
    dom::listen(&plot, "pointermove", move |event| {
        if state.held_domain.get_untracked().is_some() {
            moved(event.unchecked_ref());
        }
    });
    let frame = plot.clone();
    dom::listen(&plot, "pointerdown", move |event| {
        let event: &web_sys::PointerEvent = event.unchecked_ref();
        if state.is_fixed(FieldId::Volume) {
            return;
        }
        let shown = state.scenario.with_untracked(|scenario| CostChart::of(scenario, &state.report()));
        state.held_domain.set(Some(shown.domain()));
        let _ = frame.set_pointer_capture(event.pointer_id());
        drag(event);
    });
    for end in ["pointerup", "pointercancel"] {
        dom::listen(&plot, end, move |_| state.held_domain.set(None));
    }
    dom::listen(&plot, "keydown", move |event| press(state, event.unchecked_ref()));
}

/// The chart of a report at a width, with held axes or its own.
#[must_use]
pub fn of(scenario: &Scenario, report: &Report, width: f64, held: Option<Domain>) -> Picture {
    CostChart::of(scenario, report).draw(width, height(width), held)
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

/// The handle's place: the volume's logarithm.
#[must_use]
pub fn position(report: &Report) -> String {
    format!("{:.2}", report.volume.value().log10())
}

/// The handle in words.
#[must_use]
pub fn spoken(report: &Report) -> String {
    let api = format::usd(report.api.bill.value());
    let gpu = match &report.plan {
        Ok(plan) => format!("self-hosted {}", format::usd(plan.bill.total().value())),
        Err(_) => "self-hosting not priced".into(),
    };
    format!("{} tokens a month: API {api}, {gpu}", format::compact(report.volume.value()))
}
