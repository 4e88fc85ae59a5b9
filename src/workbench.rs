//! The program of the worker: makes views on request and keeps the user's own rows.
//!
//! A request is a text: the view's name, the scenario's link, the day, the width, the page's address, then the answers of
//! its controls, a line each. The answer is a view as text.

use crate::catalogue::Catalogue;
use crate::import::usage::UsageReader;
use crate::scenario::link;
use crate::units::{Date, number};
use crate::words::view::Answers;
use crate::words::views::Maker;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Tells the page how far the view under way is, 0 to 1.
    #[wasm_bindgen(js_name = tellShare)]
    fn tell_share(share: f64);
}

/// What a worker holds between requests.
#[wasm_bindgen]
pub struct Workbench {
    maker: Maker,
    /// A file that is being read piece by piece.
    usage: Option<UsageReader>,
}

/// A request taken apart.
struct Request<'a> {
    view: &'a str,
    link: &'a str,
    today: Date,
    width: f64,
    home: &'a str,
    answers: Answers,
}

impl<'a> Request<'a> {
    /// Missing parts have defaults: nothing is refused here.
    fn read(text: &'a str) -> Self {
        let mut parts = text.splitn(6, '\n');
        let mut part = || parts.next().unwrap_or_default();
        let (view, link) = (part(), part());
        let today = Date::parse(part()).unwrap_or(Catalogue::builtin().newest());
        let width = number::parse(part()).unwrap_or(720.0);
        let home = part();
        Self { view, link, today, width, home, answers: Answers::decode(part()) }
    }
}

#[wasm_bindgen]
impl Workbench {
    /// Starts with the packed catalogue.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(catalogue: String) -> Self {
        Catalogue::install(catalogue);
        Self { maker: Maker::default(), usage: None }
    }

    /// The view that a request asks for.
    pub fn view(&mut self, request: &str) -> String {
        let request = Request::read(request);
        let link::Decoded { scenario, others, .. } = link::decode(request.link, Catalogue::builtin());
        self.maker.compare_with(others);
        request.home.clone_into(&mut self.maker.home);
        let Request { view, answers, today, width, .. } = &request;
        self.maker
            .show_with_progress(view, &scenario, answers, *today, *width, &|share| tell_share(share))
            .encode()
    }

    /// Whether a file that begins so is read piece by piece; its pieces then come through [`Self::push`].
    pub fn opens(&mut self, head: &[u8]) -> bool {
        self.usage = UsageReader::of(head);
        self.usage.is_some()
    }

    /// Takes the next piece of the file.
    pub fn push(&mut self, piece: &[u8]) {
        if let Some(usage) = &mut self.usage {
            usage.push(piece);
        }
    }

    /// Takes what the pieces say together.
    pub fn close(&mut self, name: &str) {
        if let Some(usage) = self.usage.take() {
            self.maker.take_usage(name, usage);
        }
    }

    /// Takes a file, on the day of a request.
    pub fn take(&mut self, name: &str, bytes: &[u8], request: &str) {
        self.maker.take(name, bytes, Request::read(request).today);
    }
}
