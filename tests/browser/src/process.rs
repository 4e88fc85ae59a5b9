//! Programs that never outlive the test that started them.

use std::collections::HashMap;
use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

/// A program that is ended, with all that it started, when this value is dropped: also when the test panics.
#[derive(Debug)]
pub struct Program {
    child: Child,
}

impl Program {
    /// Starts `command` in a process group of its own.
    ///
    /// # Panics
    /// When the program is not there: a browser that cannot be had fails the run.
    #[must_use]
    pub fn start(command: &mut Command) -> Self {
        let child = command.stdin(Stdio::null()).process_group(0).spawn().unwrap_or_else(|error| {
            panic!("{} does not start: {error}. Run ./dev setup.", command.get_program().to_string_lossy())
        });
        Self { child }
    }

    /// The running program.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Browsers put helpers into groups of their own, so the family tree is walked as well as the group ended.
        let mut targets: Vec<String> = descendants(self.child.id()).iter().map(u32::to_string).collect();
        targets.push(format!("-{}", self.child.id()));
        let _ = Command::new("kill").arg("-KILL").arg("--").args(&targets).stderr(Stdio::null()).status();
        let _ = self.child.wait();
    }
}

/// All processes that `ancestor` started, directly or not, and that still run.
fn descendants(ancestor: u32) -> Vec<u32> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        // "pid (name) state parent …": the name may hold anything, so read behind its last parenthesis.
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let parent = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1)?.parse().ok());
        if let Some(parent) = parent {
            children.entry(parent).or_default().push(pid);
        }
    }
    let mut found = Vec::new();
    let mut open = vec![ancestor];
    while let Some(parent) = open.pop() {
        for &child in children.get(&parent).into_iter().flatten() {
            found.push(child);
            open.push(child);
        }
    }
    found
}
