//! Numbers and enums as English: sentences made of spans, so that the page can make figures live and a link preview
//! can print them plain.

pub mod errors;
pub mod imports;
pub mod names;
pub mod notices;
pub mod oembed;
pub mod price_lists;
pub mod price_matrix;
pub mod prices;
pub mod resolved;
pub mod table;
pub mod tables;
pub mod take;
pub mod verdict;
pub mod view;
mod view_text;
pub mod views;

use crate::report::explain::Figure;
use crate::scenario::FieldId;

/// What a span of a sentence is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Plain text.
    Plain,
    /// An input of the scenario that can be changed on the spot.
    Input(FieldId),
    /// A figure of the API's side.
    Api,
    /// A figure of the self-hosted side.
    Gpu,
    /// A result that matters.
    Strong,
}

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// What it is about.
    pub tone: Tone,
    /// Its text.
    pub text: String,
    /// The figure that it is, whose formula can be opened.
    pub figure: Option<Figure>,
}

/// A sentence under construction.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sentence(pub Vec<Span>);

impl Sentence {
    /// Appends plain text.
    #[must_use]
    pub fn plain(self, text: impl Into<String>) -> Self {
        self.span(Tone::Plain, text)
    }

    /// Appends text of a tone.
    #[must_use]
    pub fn span(mut self, tone: Tone, text: impl Into<String>) -> Self {
        self.0.push(Span { tone, text: text.into(), figure: None });
        self
    }

    /// Appends a figure of a tone.
    #[must_use]
    pub fn figure(mut self, tone: Tone, figure: Figure, text: impl Into<String>) -> Self {
        self.0.push(Span { tone, text: text.into(), figure: Some(figure) });
        self
    }

    /// The sentence without tones.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.iter().map(|span| span.text.as_str()).collect()
    }
}
