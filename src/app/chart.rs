//! The cost chart: marks as SVG nodes, the scenario's volume as a handle on them, and what the mouse points at in words.

use super::state::State;
use super::{browser, dom, draw};
use crate::chart::cost::{CostChart, Picture};
use crate::engine::Report;
use crate::scenario::FieldId;
use crate::scenario::fields::Value;
use crate::units::{Tokens, format, number};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// The caption's second part while the mouse points at nothing.
pub const BY: &str = "by monthly volume";

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
    let shown = StoredValue::new(None::<(CostChart, Picture)>);
    let drawn = plot.clone();
    dom::follow(move || {
        let report = state.report();
        let scenario = state.scenario.get();
        let chart = CostChart::of(&scenario, &report);
        let width = state.chart_width.get();
        let now = chart.draw(width, height(width), state.held_domain.get());
        dom::clear(&drawn);
        draw::scene(&drawn, &now.scene, &[("aria-hidden", "true")]);
        dom::set(&drawn, "aria-valuenow", &position(&report));
        dom::set(&drawn, "aria-valuetext", &spoken(&chart, report.volume));
        tell(None);
        shown.set_value(Some((chart, now)));
    });
    let frame = plot.clone();
    // the handle follows while it is held; else the curves are read there
    let moved = move |event: &web_sys::Event| {
        shown.with_value(|now| {
            let Some((chart, picture)) = now else { return };
            let event: &web_sys::PointerEvent = event.unchecked_ref();
            let x = f64::from(event.client_x()) - frame.get_bounding_client_rect().left();
            let volume = picture.volume_at(x);
            if state.held_domain.get_untracked().is_some() {
                state.set(FieldId::Volume, Value::Number(volume.value()));
            } else {
                tell(Some(&[&format::compact(volume.value()), ": ", &chart.costs_at(volume)].concat()));
                let (left, right) = picture.plot_x;
                draw_line(
                    &frame,
                    &format!("M{:.0} 30V{:.0}", x.clamp(left, right), picture.scene.height - 26.0),
                );
            }
        });
    };
    let held = moved.clone();
    dom::listen(&plot, "pointermove", move |event| moved(&event));
    let frame = plot.clone();
    dom::listen(&plot, "pointerleave", move |_| {
        tell(None);
        draw_line(&frame, "");
    });
    let frame = plot.clone();
    dom::listen(&plot, "pointerdown", move |event| {
        if state.is_fixed(FieldId::Volume) {
            return;
        }
        state.held_domain.set(shown.with_value(|now| now.as_ref().map(|(chart, _)| chart.domain())));
        let _ = frame.set_pointer_capture(event.unchecked_ref::<web_sys::PointerEvent>().pointer_id());
        held(&event);
    });
    for end in ["pointerup", "pointercancel"] {
        dom::listen(&plot, end, move |_| state.held_domain.set(None));
    }
    dom::listen(&plot, "keydown", move |event| press(state, event.unchecked_ref()));
}

/// The line through the curves where they are read.
fn draw_line(plot: &Element, path: &str) {
    let Ok(Some(picture)) = plot.query_selector("svg") else { return };
    match picture.query_selector(".at") {
        Ok(Some(line)) => dom::set(&line, "d", path),
        _ => drop(dom::add_svg(&picture, "path", &[("class", "at"), ("d", path)])),
    }
}

/// What is read, in the caption.
fn tell(text: Option<&str>) {
    let caption = dom::part(".by");
    caption.set_text_content(Some(text.unwrap_or(BY)));
    dom::flag(&caption, "data-at", text.is_some());
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
pub fn spoken(chart: &CostChart, volume: Tokens) -> String {
    [&format::compact(volume.value()), " tokens a month: ", &chart.costs_at(volume)].concat()
}
