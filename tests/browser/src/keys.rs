//! Keys and the pointer, as hands use them.

use std::time::Duration;

use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use serde_json::{Value, json};

use crate::driver::Browser;
use crate::page::Page;

/// Keys without a character, as WebDriver writes them.
pub const BACKSPACE: &str = "\u{e003}";
/// Enter.
pub const ENTER: &str = "\u{e007}";
/// Escape.
pub const ESCAPE: &str = "\u{e00c}";
/// Tab.
pub const TAB: &str = "\u{e004}";
/// Arrow to the left.
pub const LEFT: &str = "\u{e012}";
/// Arrow to the right.
pub const RIGHT: &str = "\u{e014}";

impl Page {
    /// One step back in the history.
    #[track_caller]
    pub fn back(&self) {
        if self.browser() == Browser::WebKit {
            // its button skips states that no hand made, and its driver's hands do not count
            self.eval("history.back()");
        } else {
            self.must("back", self.client.back());
        }
    }

    /// One step forward in the history.
    #[track_caller]
    pub fn forward(&self) {
        if self.browser() == Browser::WebKit {
            self.eval("history.forward()");
        } else {
            self.must("forward", self.client.forward());
        }
    }

    /// Gives the keyboard to an element.
    #[track_caller]
    pub fn focus(&self, selector: &str) {
        self.eval_with("document.querySelector(arguments[0]).focus()", vec![json!(selector)]);
    }

    /// Takes the keyboard from whatever has it.
    #[track_caller]
    pub fn blur(&self) {
        self.eval("if (document.activeElement) document.activeElement.blur()");
    }

    /// Presses the pointer in the middle of an element, moves it sideways by `dx` in a few steps, and lets go.
    #[track_caller]
    pub fn drag(&self, selector: &str, dx: i64) {
        const STEPS: i64 = 5;
        let middle = self.eval_with(
            "const e = document.querySelector(arguments[0]); e.scrollIntoView({ block: 'center' });
             const r = e.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2];",
            vec![json!(selector)],
        );
        let at = |index: usize| middle[index].as_f64().map_or(0, |coordinate| coordinate.round() as i64);
        let (x, y) = (at(0), at(1));
        let to = |x: i64| PointerAction::MoveTo {
            duration: Some(Duration::from_millis(20)),
            x: x as f64,
            y: y as f64,
        };
        let mut hand = MouseActions::new("hand".into())
            .then(to(x))
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT });
        for step in 1..=STEPS {
            hand = hand.then(to(x + dx * step / STEPS));
        }
        let hand = hand.then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        self.must("drag", self.client.perform_actions(hand));
    }

    /// The page's address behind `#`; empty without one.
    #[track_caller]
    pub fn fragment(&self) -> String {
        let address = self.eval("return location.href");
        let address = address.as_str().unwrap_or_default();
        address.split_once('#').map_or(String::new(), |(_, fragment)| fragment.to_owned())
    }

    /// Waits until the fragment contains `part`.
    #[track_caller]
    pub fn wait_for_fragment(&self, part: &str) {
        let condition = format!("return location.href.includes({})", json!(part));
        self.wait_until(&format!("the address has {part}"), &condition);
    }

    /// What every text field and list of the page holds, by id.
    #[track_caller]
    pub fn inputs(&self) -> Value {
        self.eval(
            "return Object.fromEntries([...document.querySelectorAll('.levers input[type=text], .levers select')]
                .map((e) => [e.id, e.value]))",
        )
    }
}
