//! One request's bill, exact to the last digit, to check against a provider's.

use super::{button, control};
use crate::engine::api_bill::Bill;
use crate::import::bill::price_request;
use crate::units::format;
use crate::words::errors::quoted;
use crate::words::prices;
use crate::words::table::{Cell, Column, Row, Table};
use crate::words::view::{Block, ControlKind};
use crate::words::views::Context;

/// The bill of what is written, at first of one of the scenario's requests.
pub fn check(blocks: &mut Vec<Block>, context: &Context) {
    let example = example(context);
    let text = context.answers.given("usage").unwrap_or(&example);
    blocks.push(Block::Heading("Check a bill".into()));
    blocks.push(Block::Text(
        "Prices per million tokens and what an API says was used, as JSON: the bill is exact to the last digit.".into(),
    ));
    blocks.push(control("usage", "Prices and usage", text, ControlKind::Area));
    blocks.push(button("bill", "Compute the bill"));
    match price_request(text) {
        Err(error) => {
            let field =
                if error.field.is_empty() { String::new() } else { [&quoted(&error.field), ": "].concat() };
            blocks.push(Block::Alert(format!("{field}{} {}", prices::reason(&error), prices::hint(&error))));
        }
        Ok(bill) => {
            blocks.push(Block::Table(table(&bill)));
            for (names, what) in
                [(&bill.unpriced, "No price covers"), (&bill.unknown, "Nothing is billed for")]
            {
                let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
                if !names.is_empty() {
                    blocks.push(Block::Alert(format!("{what} {}.", names.join(", "))));
                }
            }
        }
    }
}

/// One of the scenario's requests at its prices.
fn example(context: &Context) -> String {
    let tokens = context.scenario.request_tokens();
    let input = (tokens * context.scenario.input_share()).round();
    let api = &context.report.api;
    format!(
        "{{\"prices\": {{\"input_mtok\": {}, \"output_mtok\": {}}},\n \"usage\": {{\"input_tokens\": {input}, \
         \"output_tokens\": {}}}}}",
        api.input.value(),
        api.output.value(),
        tokens - input
    )
}

fn table(bill: &Bill) -> Table {
    let total = Row {
        cells: vec![
            Cell::of("Total"),
            Cell::of(""),
            Cell::of(""),
            Cell::of(["$", &bill.total.to_string()].concat()),
        ],
        strong: true,
    };
    let lines = bill.lines.iter().map(|line| {
        let per = format!("per {}", format::grouped(line.per as f64));
        let cells = vec![
            Cell::of(line.unit.usage_key.to_string()),
            Cell::of(line.quantity.to_string()),
            Cell::of(["$", &line.price.to_string()].concat()).small(per),
            Cell::of(["$", &line.amount.to_string()].concat()),
        ];
        Row { cells, strong: false }
    });
    Table {
        columns: vec![
            Column::text("Unit"),
            Column::figure("Used"),
            Column::figure("Price"),
            Column::figure("Amount"),
        ],
        rows: lines.chain([total]).collect(),
        ..Table::default()
    }
}
