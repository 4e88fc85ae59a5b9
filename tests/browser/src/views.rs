//! The row of views under the chart, each called by its label.

use serde_json::{Value, json};

use crate::page::Page;

impl Page {
    /// The labels of the views, in their order.
    #[track_caller]
    pub fn views(&self) -> Vec<String> {
        let labels = self
            .eval("return [...document.querySelectorAll('[role=tab]')].map((tab) => tab.textContent.trim())");
        labels.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// Opens the view with this label, and waits until all of it is there.
    #[track_caller]
    pub fn open_view(&self, label: &str) {
        let views = self.views();
        let at = views.iter().position(|one| one == label);
        let at = at.unwrap_or_else(|| panic!("no view is called {label:?}: {views:?}"));
        self.eval_with(
            "document.querySelectorAll('[role=tab]').forEach((tab, at) => tab.toggleAttribute('data-wanted', at === arguments[0]))",
            vec![json!(at)],
        );
        self.click("[role=tab][data-wanted]");
        self.wait_for_view(label);
    }

    /// Waits until the view with this label is open and made.
    #[track_caller]
    pub fn wait_for_view(&self, label: &str) {
        let made = format!(
            "const tab = document.querySelector('[role=tab][aria-selected=true]'), view = document.querySelector('#view');
             return tab.textContent.trim() === {} && !view.hasAttribute('aria-busy')
                 && !view.querySelector('[role=status]') && view.textContent.trim() !== ''",
            json!(label)
        );
        self.wait_until(&format!("the view {label:?}"), &made);
    }
}
