//! Running a test of the present binary again, in a process of its own, with a rule switched off.

use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use crate::mutants::{KILLERS, World};
use crate::sync::BROKEN;

/// What became of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It passed.
    Passed,
    /// It failed, or its process died, with this as its last words.
    Failed(String),
    /// It did not end in time.
    Hung,
}

/// Runs one test of the running binary with a rule switched off, or none.
///
/// # Panics
///
/// If there is no such test.
pub fn outcome(test: &str, rule: Option<&str>, longest: Duration) -> Outcome {
    let mut command = Command::new(std::env::current_exe().expect("the binary has a place"));
    command.args(["--exact", test, "--test-threads", "1"]);
    command.env_remove(BROKEN);
    if let Some(rule) = rule {
        command.env(BROKEN, rule);
    }
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().expect("the binary can be run again");
    let process = child.id();
    let (send, ended) = channel();
    std::thread::spawn(move || send.send(child.wait_with_output()));
    let Ok(output) = ended.recv_timeout(longest) else {
        end(process);
        return Outcome::Hung;
    };
    let output = output.expect("a child's output can be read");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(
        printed.contains("running 1 test"),
        "no test `{test}`: {printed}"
    );
    if output.status.success() {
        return Outcome::Passed;
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    let said = format!("{printed}{errors}");
    let mut panicked = said
        .lines()
        .skip_while(|line| !line.contains("panicked at"));
    let words = panicked
        .nth(1)
        .map_or_else(|| output.status.to_string(), str::to_owned);
    Outcome::Failed(words)
}

#[cfg(unix)]
#[allow(unsafe_code)]
fn end(process: u32) {
    // SAFETY: a signal to a child that has not been waited for, so its number is its own.
    unsafe { libc::kill(process as libc::pid_t, libc::SIGKILL) };
}

#[cfg(not(unix))]
fn end(_: u32) {}

/// Switches each rule of a world off and demands that its test fails.
///
/// # Panics
///
/// If a test passes without its rule.
pub fn every_rule_is_needed(world: World, longest: Duration) {
    let mut survivors = Vec::new();
    for (rule, _, test) in KILLERS.iter().filter(|(_, of, _)| *of == world) {
        let outcome = outcome(test, Some(rule), longest);
        eprintln!("without {rule}, {test}: {outcome:?}");
        if outcome == Outcome::Passed {
            survivors.push(format!("{rule} (by {test})"));
        }
    }
    assert!(survivors.is_empty(), "not missed: {}", survivors.join(", "));
}
