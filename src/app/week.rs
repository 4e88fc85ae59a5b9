//! The hours of a day to draw the profile on: a slider for each, drawn across by pointer, or walked by the arrow keys.
//!
//! What is drawn goes into the scenario as own weights; the sliders follow from there, like every view.

use super::dom;
use super::state::State;
use crate::engine::demand::Profile;
use crate::scenario::FieldId;
use crate::scenario::weights::MOST;
use crate::words::view::Control;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

/// Draws the sliders of a control, for the days in `days`.
pub fn sliders(parent: &Element, control: &Control, days: &str) {
    let group = dom::add(parent, "div", "hours", "");
    for (name, value) in [("role", "group"), ("aria-label", control.label.as_str()), ("data-days", days)] {
        dom::set(&group, name, value);
    }
    for (hour, letter) in control.value.chars().enumerate() {
        let slider = dom::add(&group, "input", "", "");
        let label = format!("{hour}:00");
        let (level, most) = (letter.to_digit(36).unwrap_or_default().to_string(), MOST.to_string());
        for (name, value) in [
            ("type", "range"),
            ("min", "0"),
            ("max", most.as_str()),
            ("value", level.as_str()),
            ("aria-label", label.as_str()),
            ("aria-orientation", "vertical"),
            ("title", label.as_str()),
            ("data-key", &["hour-", &hour.to_string()].concat()),
            // one stop for the tab key; left and right walk
            ("tabindex", if hour == 0 { "0" } else { "-1" }),
        ] {
            dom::set(&slider, name, value);
        }
    }
}

/// The slider of an event, and its hour.
fn meant(event: &Event) -> Option<(Element, usize)> {
    let (slider, key) = dom::meant(event, "data-key")?;
    Some((slider, key.strip_prefix("hour-")?.parse().ok()?))
}

/// Takes a slider's level into the scenario; false for what is no such slider.
pub fn set(state: State, event: &Event) -> bool {
    let Some((slider, hour)) = meant(event) else { return false };
    draw(state, &slider, hour);
    true
}

fn draw(state: State, slider: &Element, hour: usize) {
    let group = slider.parent_element();
    let days = group.and_then(|group| group.get_attribute("data-days")).unwrap_or_default();
    let level = dom::value(slider).parse().unwrap_or_default();
    let profile = state.scenario.with_untracked(|scenario| {
        let profile = Profile::of_scenario(scenario).0;
        if scenario.name(FieldId::Profile) == Some("own") { profile } else { profile.to_draw() }
    });
    let hours = days.bytes().map(|day| usize::from(day - b'0') * 24 + hour);
    if let Some(drawn) = profile.drawn(hours, level) {
        state.take(&[(FieldId::Weights, drawn.text()), (FieldId::Profile, "own".into())]);
    }
}

/// Draws across the sliders while a pointer is down.
pub fn follow(state: State, panel: &Element) {
    let down = StoredValue::new(false);
    let stroke = move |event: &web_sys::PointerEvent| {
        let under = document().element_from_point(event.client_x() as f32, event.client_y() as f32);
        let slider = under
            .filter(|element| element.get_attribute("data-key").is_some_and(|key| key.starts_with("hour-")));
        let Some(slider) = slider else { return };
        let frame = slider.get_bounding_client_rect();
        let share = (frame.bottom() - f64::from(event.client_y())) / frame.height().max(1.0);
        let level = (share * f64::from(MOST)).round().clamp(0.0, f64::from(MOST));
        dom::set_value(&slider, &level.to_string());
        let hour = slider.get_attribute("data-key").and_then(|key| key.strip_prefix("hour-")?.parse().ok());
        draw(state, &slider, hour.unwrap_or_default());
    };
    dom::listen(panel, "pointerdown", move |event| {
        if meant(&event).is_some() {
            event.prevent_default();
            down.set_value(true);
            stroke(event.unchecked_ref());
        }
    });
    dom::listen(panel, "pointermove", move |event| {
        if down.get_value() {
            stroke(event.unchecked_ref());
        }
    });
    for end in ["pointerup", "pointercancel"] {
        dom::listen(&window(), end, move |_| down.set_value(false));
    }
}

/// Left and right walk from hour to hour.
pub fn press(event: &web_sys::KeyboardEvent) {
    let Some((slider, _)) = meant(event.as_ref()) else { return };
    let next = match event.key().as_str() {
        "ArrowRight" => slider.next_element_sibling(),
        "ArrowLeft" => slider.previous_element_sibling(),
        _ => return,
    };
    event.prevent_default();
    if let Some(next) = next.and_then(|next| next.dyn_into::<web_sys::HtmlElement>().ok()) {
        dom::set(&slider, "tabindex", "-1");
        dom::set(&next, "tabindex", "0");
        let _ = next.focus();
    }
}
