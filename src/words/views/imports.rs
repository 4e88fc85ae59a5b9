//! Own files and prices: what was dropped, pasted or typed, what it means, and what it puts into the scenario.
//!
//! [`act`] does what the view's buttons ask of the desk; [`view`] shows the desk. The controls and their keys:
//!
//! | key | |
//! |---|---|
//! | `file` | files; whoever has their bytes gives them to [`Desk::take`] |
//! | `paste`, `read` | a text, and the button that reads it |
//! | `ap…`, `add-api` | a typed API price |
//! | `gp…`, `add-gpu` | a typed GPU price |
//! | `gpus` | GPUs of the server that was measured |
//! | `search`, `save` | narrows own rows; asks for a long file of them |
//! | `remove-0` …, `clear` | forget a file, forget all |
//! | `usage`, `bill` | usage to check, and its button |

use super::Context;
use crate::catalogue::{Catalogue, Commitment, Text};
use crate::engine::architecture::Architecture;
use crate::engine::memory::size_range;
use crate::import::desk::{Desk, Outcome};
use crate::import::prices::{TypedApiPrice, TypedOffer};
use crate::scenario::{FieldId, link};
use crate::units::{Bytes, Date};
use crate::words::view::{Answers, Block, Control, ControlKind, View};
use crate::words::{imports as words, names, prices};

pub mod benchmark;
mod own_prices;
mod usage;
pub mod usage_file;

/// Longest list of problems that is shown; the rest is counted.
const MOST_SHOWN: usize = 50;

/// Does what the buttons ask, and says whether one of them was pressed; `catalogue` is the one without own rows.
pub fn act(desk: &mut Desk, answers: &Answers, today: Date, catalogue: &Catalogue) -> bool {
    let removed = (0..desk.sheets().len()).find(|at| answers.yes(&remove_key(*at)));
    if answers.yes("read") {
        let text = answers.get("paste");
        desk.take(&format!("pasted {}", desk.sheets().len() + 1), text.as_bytes(), today, catalogue);
    }
    if answers.yes("add-api") {
        let typed = TypedApiPrice {
            provider: answers.get("ap-provider"),
            model: answers.get("ap-model"),
            input: answers.get("ap-input"),
            output: answers.get("ap-output"),
            cached: answers.get("ap-cached"),
        };
        desk.type_api_price(&typed, today, catalogue);
    }
    if answers.yes("add-gpu") {
        let typed = TypedOffer {
            provider: answers.get("gp-provider"),
            gpu: answers.given("gp-gpu").unwrap_or("h100-sxm"),
            price: answers.get("gp-price"),
            gpus: answers.get("gp-count"),
            commitment: answers.get("gp-commitment"),
        };
        desk.type_offer(&typed, today, catalogue);
    }
    if answers.yes("clear") {
        desk.clear();
    }
    if let Some(at) = removed {
        desk.remove(at);
    }
    removed.is_some() || ["read", "add-api", "add-gpu", "clear"].iter().any(|key| answers.yes(key))
}

fn remove_key(at: usize) -> String {
    format!("remove-{at}")
}

/// The desk as a view.
#[must_use]
pub fn view(context: &Context) -> View {
    let desk = context.desk;
    let mut blocks = vec![Block::Text(words::KINDS.into())];
    blocks.push(control(
        "file",
        "Drop files here, up to 64 MB each (usage files: any size), or choose them:",
        "",
        ControlKind::File,
    ));
    blocks.push(control("paste", "Or paste", context.answers.get("paste"), ControlKind::Area));
    blocks.push(button("read", "Read what is pasted"));
    if let Some((name, outcome)) = desk.last() {
        blocks.push(Block::Heading(format!("Last import: {name}")));
        show(&mut blocks, desk, outcome, context);
    }
    blocks.push(Block::Heading("Type an API price".into()));
    type_api_price(&mut blocks, context.answers);
    blocks.push(Block::Heading("Type a GPU price".into()));
    type_offer(&mut blocks, context);
    own_prices::list(&mut blocks, desk, context);
    usage::check(&mut blocks, context);
    View { blocks }
}

fn show(blocks: &mut Vec<Block>, desk: &Desk, outcome: &Outcome, context: &Context) {
    match outcome {
        Outcome::Unreadable(error) => blocks.push(Block::Alert(words::unreadable(error))),
        Outcome::Usage(usage) => usage_file::show(blocks, usage, context.scenario, context.answers),
        Outcome::Refused(problem) => blocks.push(Block::Alert(prices::problem(problem))),
        Outcome::Weights(weights) => {
            blocks.push(Block::Text(words::weights(weights)));
            blocks.push(Block::Text(
                "That is the size. For memory beside the weights and for speed, add the model's config.json."
                    .into(),
            ));
            let model = &context.report.model;
            let range = Architecture::new(model).map(|shape| size_range(&shape));
            let fits = |size: &Bytes| range.is_ok_and(|(least, most)| (least..=most).contains(size));
            if let Some(size) = weights.size().filter(fits) {
                let label = format!("These are the weights of {}", names::model(model));
                let sets = vec![(FieldId::WeightSize, benchmark::size_text(size))];
                blocks.push(Block::Take(label, sets));
            }
        }
        Outcome::Model { read, checkpoint } => {
            blocks.push(Block::Text(words::shape(&read.model)));
            blocks.extend(checkpoint.iter().map(|weights| Block::Text(words::weights(weights))));
            blocks.extend(read.notices.iter().map(|notice| Block::Text(words::notice(notice))));
            let label = format!("Use {}", names::model(&read.model));
            blocks.push(Block::Take(label, benchmark::model_sets(&read.model, checkpoint.as_ref())));
        }
        Outcome::Scenarios(read, stopped) => {
            blocks.extend(words::scenarios(read, *stopped).into_iter().map(Block::Text));
            let text = link::encode_all(&read.scenario, &read.others, Catalogue::builtin().newest());
            blocks.push(Block::Open("Open it in place of the inputs above".into(), text));
        }
        Outcome::Runs(runs, problems) => benchmark::show(blocks, runs, problems, context),
        Outcome::Prices(at) => own_prices::result(blocks, desk, *at),
    }
}

fn type_api_price(blocks: &mut Vec<Block>, answers: &Answers) {
    let fields = [
        ("ap-provider", "Provider"),
        ("ap-model", "Model"),
        ("ap-input", "Input, $/MTok"),
        ("ap-output", "Output, $/MTok"),
        ("ap-cached", "Cached input, $/MTok"),
    ];
    blocks.extend(fields.map(|(key, label)| control(key, label, answers.get(key), ControlKind::Line)));
    blocks.push(button("add-api", "Add API price"));
}

fn type_offer(blocks: &mut Vec<Block>, context: &Context) {
    let answers = context.answers;
    let line = |key, label| control(key, label, answers.get(key), ControlKind::Line);
    let gpus = context.catalogue.gpus.iter();
    let gpus = gpus.map(|gpu| (gpu.id.to_string(), gpu.name.to_string())).collect();
    let commitments = Commitment::ALL.map(|one| (one.key().to_owned(), names::commitment(one).to_owned()));
    blocks.push(line("gp-provider", "Provider"));
    let gpu = answers.given("gp-gpu").unwrap_or(&context.report.gpu.id);
    blocks.push(control("gp-gpu", "GPU", gpu, ControlKind::Select(gpus)));
    blocks.push(line("gp-price", "$/GPU-hour"));
    blocks.push(line("gp-count", "GPUs per instance"));
    let commitment = answers.given("gp-commitment").unwrap_or(Commitment::OnDemand.key());
    let kind = ControlKind::Select(commitments.to_vec());
    blocks.push(control("gp-commitment", "Commitment", commitment, kind));
    blocks.push(button("add-gpu", "Add GPU price"));
}

fn control(key: &'static str, label: &str, value: &str, kind: ControlKind) -> Block {
    Block::Control(Control {
        key: Text::Borrowed(key),
        label: label.to_owned(),
        value: value.to_owned(),
        kind,
    })
}

fn button(key: &'static str, label: &str) -> Block {
    control(key, label, "", ControlKind::Button)
}

/// How many are not shown.
fn rest(blocks: &mut Vec<Block>, all: usize, what: &str) {
    if all > MOST_SHOWN {
        blocks.push(Block::Text(format!("… and {} more {what}.", all - MOST_SHOWN)));
    }
}
