//! Thin wrappers of what the page needs from the browser. Each does nothing where the browser refuses.

use super::dom;
use crate::units::Date;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

/// The page's root element.
pub fn root() -> Option<web_sys::Element> {
    document().document_element()
}

/// The address of the page. `location.hash` is avoided: Firefox decodes it.
#[must_use]
pub fn address() -> String {
    window().location().href().unwrap_or_default()
}

/// The catalogue's text, which `boot.js` fetched beside the wasm.
#[must_use]
pub fn fetched_catalogue() -> String {
    let text = js_sys::Reflect::get(&window(), &"catalogue".into()).ok().and_then(|text| text.as_string());
    text.unwrap_or_default()
}

/// The fragment of an address, without `#`.
#[must_use]
pub fn fragment(address: &str) -> &str {
    address.split_once('#').map_or("", |(_, fragment)| fragment)
}

/// Whether an element has the keyboard.
pub fn has_focus(element: &web_sys::Element) -> bool {
    document().active_element().is_some_and(|active| active == *element)
}

/// Whether the keyboard is in something that takes text.
pub fn typing() -> bool {
    let Some(active) = document().active_element() else { return false };
    matches!(active.tag_name().as_str(), "INPUT" | "SELECT" | "TEXTAREA")
}

/// Moves the keyboard to the element with this id and shows it.
pub fn focus(id: &str) {
    if let Some(element) =
        document().get_element_by_id(id).and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok())
    {
        let _ = element.focus();
        if let Ok(input) = element.dyn_into::<web_sys::HtmlInputElement>() {
            input.select();
        }
    }
}

/// Lets `redraw` replace what is in `panel`, and gives the keyboard back to the element that asks or does the same.
pub fn keep_focus(panel: &web_sys::Element, redraw: impl FnOnce()) {
    let had = document().active_element().filter(|element| element != panel && panel.contains(Some(element)));
    redraw();
    let Some(had) = had.filter(|element| !element.is_connected()) else { return };
    let named =
        |name: &str| had.get_attribute(name).map_or(String::new(), |value| format!("[{name}='{value}']"));
    let selector = ["data-key", "data-do", "data-values"].map(named).concat();
    // without a name it fits nothing, and an impossible selector finds nothing
    let Some(same) = panel.query_selector(&selector).ok().flatten() else { return };
    if let Ok(element) = same.dyn_into::<web_sys::HtmlElement>() {
        let _ = element.focus();
        if let (Some(input), Some(old)) =
            (element.dyn_ref::<web_sys::HtmlInputElement>(), had.dyn_ref::<web_sys::HtmlInputElement>())
        {
            // buttons and check boxes have no caret and refuse
            let _ = input.set_selection_start(old.selection_start().ok().flatten());
        }
    }
}

/// Sets or removes the page's colour choice.
pub fn apply_theme(theme: Option<&str>) {
    if let Some(root) = root() {
        let _ = match theme {
            Some(name) => root.set_attribute("data-theme", name),
            None => root.remove_attribute("data-theme"),
        };
    }
}

/// Adds a state to the history, or replaces the current one; the state carries its depth.
pub fn write_history(address: &str, depth: u32, push: bool) {
    let Ok(history) = window().history() else { return };
    let state = JsValue::from(depth);
    // browsers refuse when called too often; the link is then written with the next change
    let _ = if push {
        history.push_state_with_url(&state, "", Some(address))
    } else {
        history.replace_state_with_url(&state, "", Some(address))
    };
}

/// The depth that the current state of the history carries.
pub fn history_depth() -> u32 {
    let state = window().history().ok().and_then(|history| history.state().ok());
    state.and_then(|state| state.as_f64()).map_or(0, |depth| depth as u32)
}

/// One step back in the history.
pub fn back() {
    if let Ok(history) = window().history() {
        let _ = history.back();
    }
}

/// Puts text on the clipboard, and tells whether that worked.
pub fn copy(text: &str, then: impl Fn(bool) + 'static) {
    let clipboard = js_sys::Reflect::get(&window().navigator(), &"clipboard".into());
    if clipboard.is_ok_and(|value| value.is_undefined()) {
        // not a secure context
        then(false);
        return;
    }
    let then = std::rc::Rc::new(then);
    let failed = then.clone();
    let done = once(move |_| then(true));
    let error = once(move |_| failed(false));
    let promise: js_sys::Promise = window().navigator().clipboard().write_text(text);
    let then_function = js_sys::Reflect::get(&promise, &"then".into())
        .ok()
        .and_then(|f| f.dyn_into::<js_sys::Function>().ok());
    if let Some(function) = then_function {
        let _ = function.call2(&promise, &done, &error);
    }
}

/// Whether the browser can hand a link to other programs.
pub fn can_share() -> bool {
    property(&window().navigator(), "share").is_function()
}

/// Hands a link to other programs; a reader who changes their mind is no error.
pub fn share(link: &str) {
    let navigator = window().navigator();
    let Ok(share) = property(&navigator, "share").dyn_into::<js_sys::Function>() else { return };
    let data = js_sys::Object::new();
    for (name, text) in [("url", link), ("title", "LLM Breakeven")] {
        let _ = js_sys::Reflect::set(&data, &name.into(), &text.into());
    }
    let promise = share.call1(&navigator, &data).unwrap_or_default();
    if let Ok(catch) = property(&promise, "catch").dyn_into::<js_sys::Function>() {
        let _ = catch.call1(&promise, &once(|_| ()));
    }
}

/// Gives an element the keyboard, and selects what it holds.
pub fn select(field: &web_sys::Element) {
    for act in ["focus", "select"] {
        if let Ok(act) = property(field, act).dyn_into::<js_sys::Function>() {
            let _ = act.call0(field);
        }
    }
}

/// A function for JavaScript to call once. One type for all: each other one would be code of its own.
fn once(act: impl FnOnce(JsValue) + 'static) -> JsValue {
    let act: Box<dyn FnOnce(JsValue)> = Box::new(act);
    Closure::once_into_js(act)
}

/// A property of a JavaScript object; undefined where there is none.
#[must_use]
pub fn property(object: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// Asks the worker through `boot.js`, with files for it, and hands over its answer; the bridge never rejects.
pub fn ask_worker(request: &str, files: &JsValue, then: impl FnOnce(String) + 'static) {
    let bridge = property(&window(), "askWorker").dyn_into::<js_sys::Function>();
    let Ok(bridge) = bridge else { return then(String::new()) };
    let done = once(move |answer| then(answer.as_string().unwrap_or_default()));
    let _ = bridge.call3(&JsValue::UNDEFINED, &request.into(), files, &done);
}

/// Calls back with an element's width now and whenever it changes.
pub fn watch_width(element: &web_sys::Element, changed: impl Fn(f64) + 'static) {
    let watched = element.clone();
    let closure = dom::callback(move |_| changed(f64::from(watched.client_width())));
    if let Ok(observer) = web_sys::ResizeObserver::new(&closure) {
        observer.observe(element);
    }
}

/// Offers text as a file to save.
pub fn download(name: &str, text: &str) {
    let save = || -> Result<(), JsValue> {
        let parts = js_sys::Array::of1(&text.into());
        let blob = web_sys::Blob::new_with_str_sequence(&parts)?;
        let url = web_sys::Url::create_object_url_with_blob(&blob)?;
        let link: web_sys::HtmlElement = document().create_element("a")?.unchecked_into();
        link.set_attribute("href", &url)?;
        link.set_attribute("download", name)?;
        link.click();
        web_sys::Url::revoke_object_url(&url)
    };
    // a sandboxed frame may refuse downloads: nothing else is lost
    let _ = save();
}

/// The day on the reader's clock, in UTC.
pub fn today() -> Option<Date> {
    let now = js_sys::Date::new_0();
    let [year, month, day] = [now.get_utc_full_year(), now.get_utc_month() + 1, now.get_utc_date()];
    Date::new(u16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}
