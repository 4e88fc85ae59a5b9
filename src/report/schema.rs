//! The JSON Schema of a scenario, from the table of fields.
//!
//! ```
//! let schema = llm_breakeven::report::schema::scenario();
//! assert!(schema.starts_with("{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\""));
//! ```

use crate::import::json::Writer;
use crate::scenario::FieldId;
use crate::scenario::fields::{Choice, Default, Field, Kind, Syntax, Table};
use crate::units::number;

/// What `{ … }` may hold where a scenario is asked for: every field may be missing; null is automatic.
#[must_use]
pub fn scenario() -> String {
    let mut json = Writer::default();
    json.object(&mut |json| {
        json.key("$schema").text("https://json-schema.org/draft/2020-12/schema");
        json.key("title").text("Scenario of LLM Breakeven");
        json.key("type").text("object");
        json.key("additionalProperties").flag(false);
        json.key("properties").object(&mut |json| {
            for id in FieldId::ALL {
                json.key(id.field().name).object(&mut |json| field(json, id.field()));
            }
        });
    });
    json.finish()
}

fn field(json: &mut Writer, field: &Field) {
    json.key("title").text(field.label);
    if !field.help.is_empty() {
        json.key("description").text(field.help);
    }
    match field.default {
        Default::Automatic(rule) => json.key("$comment").text(&["When null or missing: ", rule].concat()),
        Default::Number(number) => json.key("default").number(Some(number)),
        Default::Name(name) => json.key("default").text(name),
    }
    json.key("anyOf").list(&mut |json| {
        kind(json, &field.kind);
        if field.automatic().is_some() {
            json.object(&mut |json| json.key("type").text("null"));
        }
    });
}

/// What a field takes beside null.
fn kind(json: &mut Writer, kind: &Kind) {
    match kind {
        Kind::Number { min, max, whole, .. } => {
            json.object(&mut |json| {
                json.key("type").text(if *whole { "integer" } else { "number" });
                json.key("minimum").number(Some(*min));
                json.key("maximum").number(Some(*max));
            });
            text(json, "As it is typed on the page, such as 5B, 40M/day, $0.28 or 70%.");
        }
        Kind::Choice(choices) => json.object(&mut |json| {
            json.key("enum").list(&mut |json| choices.iter().for_each(|choice| either(json, choice)));
        }),
        Kind::Row(table) => text(
            json,
            match table {
                Table::Models => "Id of a model of the catalogue.",
                Table::ApiPrices => "Id of an API price of the catalogue.",
                Table::Gpus => "Id of a GPU of the catalogue.",
                Table::Offers => "Id of an offer of the catalogue.",
            },
        ),
        Kind::Set(choices) => {
            let keys: Vec<&str> = choices.iter().map(|choice| choice.key).collect();
            text(json, &["Any of these, joined by *: ", &keys.join(", ")].concat());
        }
        Kind::Text(syntax) => text(
            json,
            match syntax {
                Syntax::Model => "A model's shape as text.",
                Syntax::Weights => "24 or 168 characters, 0-9 and a-z, not all 0.",
                Syntax::Currency => "Three letters.",
                Syntax::Ranges => "name~low~high, joined by commas.",
                Syntax::Day => "A day such as 2026-11-24.",
            },
        ),
    }
}

fn text(json: &mut Writer, description: &str) {
    json.object(&mut |json| {
        json.key("type").text("string");
        json.key("description").text(description);
    });
}

/// A key; a number is a fine spelling of one like 720.
fn either(json: &mut Writer, choice: &Choice) {
    json.text(choice.key);
    if let Some(number) = number::parse(choice.key) {
        json.number(Some(number));
    }
}
