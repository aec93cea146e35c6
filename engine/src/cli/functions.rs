//! `functions`: the function reference, made from the rows of the functions themselves.

use serde_json::json;

use super::commands::Functions;
use super::render;
use super::{Outcome, Streams};
use crate::functions::{self, Function};
use crate::{Error, ErrorKind, Result};

/// Prints the functions that `options` ask for: one in full, several in a line each.
pub(super) fn run(options: &Functions, streams: &mut Streams<'_>) -> Result<Outcome> {
    let found = matching(options.word.as_deref());
    let text = match (found.as_slice(), &options.word) {
        ([], word) => {
            let word = word.as_deref().unwrap_or_default();
            let message = format!("no function has `{word}` in its name or description");
            return Err(Error::new(ErrorKind::Argument, message));
        }
        (functions, _) if options.json => functions.iter().map(|f| in_json(f) + "\n").collect(),
        ([function], Some(_)) => in_full(function),
        (functions, _) => in_lines(functions),
    };
    streams.print(&text)?;
    Ok(Outcome::Fine)
}

/// The function of that name; else those with the word in name or description; without a word, all. By name.
fn matching(word: Option<&str>) -> Vec<&'static Function> {
    let word = word.unwrap_or_default();
    if let Some(function) = functions::find(&word.to_uppercase()) {
        return vec![function];
    }
    let folded = word.to_lowercase();
    let mut found: Vec<_> = functions::all()
        .filter(|function| {
            function.name.to_lowercase().contains(&folded)
                || function.documentation.to_lowercase().contains(&folded)
        })
        .collect();
    found.sort_by_key(|function| function.name);
    found
}

/// Names and first sentences.
fn in_lines(functions: &[&Function]) -> String {
    let width = functions.iter().map(|function| function.name.len()).max();
    let width = width.unwrap_or(0);
    let mut text: String = functions
        .iter()
        .map(|function| format!("{:width$}  {}\n", function.name, summary(function)))
        .collect();
    text.push_str(&render::counted(functions.len() as u64, "function"));
    text.push('\n');
    text
}

/// Signature and documentation.
fn in_full(function: &Function) -> String {
    let mut text = format!("{}\n\n", function.signature());
    for line in function.documentation.lines() {
        // Documentation comments begin with one space after the slashes.
        text.push_str(line.strip_prefix(' ').unwrap_or(line));
        text.push('\n');
    }
    if function.flags.volatile {
        text.push_str("\nVolatile: evaluated at every recalculation.\n");
    }
    text
}

fn in_json(function: &Function) -> String {
    let examples: Vec<_> = function
        .examples()
        .map(|(formula, result)| json!({"formula": formula, "result": result}))
        .collect();
    let (fewest, most) = function.arity();
    let json = json!({
        "name": function.name,
        "signature": function.signature(),
        "summary": summary(function),
        "arguments": [fewest, most],
        "volatile": function.flags.volatile,
        "examples": examples,
    });
    json.to_string()
}

/// The first sentence of the documentation.
fn summary(function: &Function) -> &'static str {
    let lines = function.documentation.lines().map(str::trim);
    lines
        .into_iter()
        .find(|line| !line.is_empty())
        .unwrap_or("")
}
