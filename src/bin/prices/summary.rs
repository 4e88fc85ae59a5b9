//! What an update did, and its print.

use std::collections::BTreeMap;

/// What happened.
#[derive(Default)]
pub struct Summary {
    /// Rows with another price than before.
    pub changed: Vec<String>,
    /// Rows of which another list says something else.
    pub disagreeing: Vec<String>,
    /// Rows of which the same list said so before.
    pub still_disagreeing: Vec<String>,
    /// New rows.
    pub added: Vec<String>,
    /// Rows that their list no longer has.
    pub gone: Vec<String>,
    /// Rows of the lists that the table does not have, by provider.
    pub new: BTreeMap<String, usize>,
    /// Rows that stayed.
    pub confirmed: usize,
    /// Rows that are set by hand.
    pub kept_by_hand: usize,
    /// Rows of lists that were not given.
    pub untouched: usize,
}

impl Summary {
    /// Whether a row's own list was given and has it no longer.
    pub fn is_gone(&self, id: &str) -> bool {
        self.gone.iter().any(|gone| gone == id)
    }

    /// Prints it; long lists are cut.
    pub fn print(&self, dry_run: bool) {
        let list = |title: &str, lines: &[String]| {
            println!("{title}: {}", lines.len());
            lines.iter().take(60).for_each(|line| println!("  {line}"));
            if lines.len() > 60 {
                println!("  … and {} more", lines.len() - 60);
            }
        };
        list("changed", &self.changed);
        list("sources disagree by more than 5 %", &self.disagreeing);
        list("… and as noted before", &self.still_disagreeing);
        list("no longer in their list", &self.gone);
        list("added", &self.added);
        println!("confirmed: {}", self.confirmed);
        println!("kept as set by hand: {}", self.kept_by_hand);
        println!("of other lists, untouched: {}", self.untouched);
        let new: usize = self.new.values().sum();
        println!("in the lists and not in the catalogue, of its providers: {new}");
        for (provider, count) in &self.new {
            print!("  {provider} {count}");
        }
        println!();
        if dry_run {
            println!("nothing was written");
        }
    }
}
