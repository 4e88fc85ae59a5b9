//! Elements made by hand, for the views: they are data that is drawn anew as a whole, so they need no signals, and a
//! template for each of their shapes would cost the page's program a tenth of its size.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::Element;

const SVG: &str = "http://www.w3.org/2000/svg";

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

/// The nearest element from an event's target upwards that has the attribute, and its value.
pub fn meant(event: &web_sys::Event, attribute: &str) -> Option<(Element, String)> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let element = target.closest(&["[", attribute, "]"].concat()).ok()??;
    let value = element.get_attribute(attribute)?;
    Some((element, value))
}
