//! The document by hand. The page's markup is made once, at build time, by `markup`; the program finds the parts that
//! it keeps up to date and draws what depends on the scenario. So it needs no templates, which would be a third of it.

use leptos::prelude::{Effect, document};
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, EventTarget};

const SVG: &str = "http://www.w3.org/2000/svg";

/// The element that a selector finds. The markup has them all; a loose element stands in for one that is missing.
pub fn part(selector: &str) -> Element {
    match document().query_selector(selector) {
        Ok(Some(element)) => element,
        _ => document().create_element("p").unwrap_or_else(|nothing| nothing.unchecked_into()),
    }
}

/// Acts now, and again whenever a signal that was read has changed. One type of closure for all effects: each other one
/// would be a kilobyte.
pub fn follow(act: impl FnMut() + 'static) {
    let mut act: Box<dyn FnMut()> = Box::new(act);
    Effect::new(move |_: Option<()>| act());
}

/// A function for JavaScript to call as long as the page lives.
pub fn callback(act: impl FnMut(JsValue) + 'static) -> js_sys::Function {
    let act: Box<dyn FnMut(JsValue)> = Box::new(act);
    Closure::wrap(act).into_js_value().unchecked_into()
}

/// Acts on an event for as long as the page lives.
pub fn listen(target: &EventTarget, event: &str, mut act: impl FnMut(Event) + 'static) {
    let act = callback(move |event| act(event.unchecked_into()));
    // refused by nothing that is an event target
    let _ = target.add_event_listener_with_callback(event, &act);
}

/// Adds an element to `parent`, with a class and a text where they are not empty.
pub fn add(parent: &Element, tag: &str, class: &str, text: &str) -> Element {
    // creating fails for names that are none; the parent then stands in for what is missing
    let Ok(element) = document().create_element(tag) else { return parent.clone() };
    if !class.is_empty() {
        set(&element, "class", class);
    }
    if !text.is_empty() {
        element.set_text_content(Some(text));
    }
    let _ = parent.append_child(&element);
    element
}

/// Adds an element of a picture with its attributes.
pub fn add_svg(parent: &Element, tag: &str, attributes: &[(&str, &str)]) -> Element {
    let Ok(element) = document().create_element_ns(Some(SVG), tag) else { return parent.clone() };
    for (name, value) in attributes {
        set(&element, name, value);
    }
    let _ = parent.append_child(&element);
    element
}

/// Sets an attribute.
pub fn set(element: &Element, name: &str, value: &str) {
    // refused only for names that are none
    let _ = element.set_attribute(name, value);
}

/// Sets or removes an attribute without a value.
pub fn flag(element: &Element, name: &str, on: bool) {
    let _ = element.toggle_attribute_with_force(name, on);
}

/// Takes all children out of an element.
pub fn clear(element: &Element) {
    element.replace_children_with_node_0();
}

/// What the user wrote or chose in a control.
pub fn value(control: &JsValue) -> String {
    super::browser::property(control, "value").as_string().unwrap_or_default()
}

/// Writes into a control.
pub fn set_value(control: &Element, value: &str) {
    set_property(control, "value", &value.into());
}

/// Ticks a box, or not.
pub fn set_checked(control: &Element, checked: bool) {
    set_property(control, "checked", &checked.into());
}

fn set_property(element: &Element, name: &str, value: &JsValue) {
    // elements take any property
    let _ = js_sys::Reflect::set(element, &name.into(), value);
}

/// Whether a box is ticked.
pub fn checked(control: &JsValue) -> bool {
    super::browser::property(control, "checked").as_bool().unwrap_or_default()
}

/// The nearest element from an event's target upwards that has the attribute, and its value.
pub fn meant(event: &Event, attribute: &str) -> Option<(Element, String)> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let element = target.closest(&["[", attribute, "]"].concat()).ok()??;
    let value = element.get_attribute(attribute)?;
    Some((element, value))
}
