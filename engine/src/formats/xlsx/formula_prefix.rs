//! Formulas as files spell them: newer functions have prefixes, and so have names bound by LET and LAMBDA.
//!
//! A file must be readable by programs older than a function it uses, so functions after 2007 are written as
//! `_xlfn.XLOOKUP`, a few as `_xlfn._xlws.FILTER`. Names bound inside a formula are `_xlpm.x`, optional ones `_xlop.x`,
//! functions passed by name `_xleta.SUM`. The operators `@` and `#` become the functions SINGLE and ANCHORARRAY. All of
//! this is done word by word on the text, so spaces and line breaks stay.

use super::formula_words::{Word, WordKind, words};
use crate::functions;

/// Functions that take another function by its name, and the argument where they do.
const TAKES_FUNCTION: [(&str, usize); 8] = [
    ("BYCOL", 1),
    ("BYROW", 1),
    ("GROUPBY", 2),
    ("MAKEARRAY", 2),
    ("MAP", 1),
    ("PIVOTBY", 3),
    ("REDUCE", 2),
    ("SCAN", 2),
];

/// The prefix under which files hold a function.
///
/// # Examples
///
/// ```
/// use tabulith::formats::xlsx::function_prefix;
///
/// assert_eq!(function_prefix("SUM"), "");
/// assert_eq!(function_prefix("xlookup"), "_xlfn.");
/// assert_eq!(function_prefix("SORT"), "_xlfn._xlws.");
/// ```
pub fn function_prefix(name: &str) -> &'static str {
    functions::known(&name.to_ascii_uppercase()).map_or("", |known| known.prefix)
}

/// A formula as users see it, in the form that files hold. What is in that form already stays.
///
/// # Examples
///
/// ```
/// use tabulith::formats::xlsx::file_form;
///
/// assert_eq!(file_form("LET(x,1,IFNA(x,2))"), "_xlfn.LET(_xlpm.x,1,_xlfn.IFNA(_xlpm.x,2))");
/// assert_eq!(file_form("SUM(A1#)"), "SUM(_xlfn.ANCHORARRAY(A1))");
/// ```
pub fn file_form(formula: &str) -> String {
    let words = words(formula);
    let mut form = FileForm {
        around: vec![Around::default(); words.len()],
        words,
        out: String::with_capacity(formula.len() + 16),
        calls: Vec::new(),
    };
    form.mark_operators();
    form.run();
    form.out
}

struct FileForm<'a> {
    words: Vec<Word<'a>>,
    /// What operators that become functions put around each word.
    around: Vec<Around>,
    out: String,
    /// The brackets that are open.
    calls: Vec<Call>,
}

#[derive(Default, Clone)]
struct Around {
    before: String,
    after: String,
    left_out: bool,
}

/// An open bracket.
struct Call {
    /// The function before it in capitals; empty for plain brackets and array constants.
    function: String,
    argument: usize,
    /// Names that are bound inside it.
    names: Vec<String>,
}

impl FileForm<'_> {
    /// Turns `@x` and `x#` into calls.
    fn mark_operators(&mut self) {
        for place in 0..self.words.len() {
            match self.words[place].text {
                "@" => {
                    if let Some(end) = self.operand_end(place + 1) {
                        self.around[place].left_out = true;
                        self.around[place].before.push_str("_xlfn.SINGLE(");
                        self.around[end].after.push(')');
                    }
                }
                "#" => {
                    if let Some(start) = self.operand_start(place) {
                        self.around[place].left_out = true;
                        self.around[start].before.push_str("_xlfn.ANCHORARRAY(");
                        self.around[place].before.push(')');
                    }
                }
                _ => {}
            }
        }
    }

    fn kind(&self, place: usize) -> Option<WordKind> {
        self.words.get(place).map(|word| word.kind)
    }

    fn is(&self, place: usize, text: &str) -> bool {
        self.words.get(place).is_some_and(|word| word.text == text)
    }

    /// The first word of the reference that ends before the `#` at `place`; nothing if that is part of an error.
    fn operand_start(&self, place: usize) -> Option<usize> {
        let mut start = place.checked_sub(1)?;
        if self.is(start, ")") {
            let mut depth = 0usize;
            loop {
                match self.words[start].text {
                    ")" => depth += 1,
                    "(" => depth -= 1,
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
                start = start.checked_sub(1)?;
            }
            let has_name = start > 0 && self.kind(start - 1) == Some(WordKind::Name);
            return Some(if has_name { start - 1 } else { start });
        }
        if self.kind(start)? == WordKind::Brackets && start > 0 {
            start -= 1;
        }
        if self.kind(start)? != WordKind::Name {
            return None;
        }
        if start >= 2 && self.is(start - 1, "!") {
            start -= 2;
            if start > 0 && self.kind(start - 1) == Some(WordKind::Brackets) {
                start -= 1;
            }
        }
        Some(start)
    }

    /// The last word of the operand that begins at `place`.
    fn operand_end(&self, place: usize) -> Option<usize> {
        let mut at = place;
        loop {
            at = self.primary_end(at)?;
            while self.is(at + 1, "#") {
                at += 1;
            }
            if !self.is(at + 1, ":") {
                return Some(at);
            }
            at += 2;
        }
    }

    fn primary_end(&self, place: usize) -> Option<usize> {
        let mut at = place;
        while self.kind(at)? == WordKind::Space {
            at += 1;
        }
        if self.kind(at)? == WordKind::Brackets {
            at += 1;
        }
        if !self.is(at, "(") {
            if !matches!(self.kind(at)?, WordKind::Name | WordKind::Quoted) {
                return None;
            }
            if self.is(at + 1, "!") {
                at += 2;
            }
            if self.kind(at + 1) == Some(WordKind::Brackets) {
                at += 1;
            }
            if !self.is(at + 1, "(") {
                return (at < self.words.len()).then_some(at);
            }
            at += 1;
        }
        let mut depth = 0usize;
        while at < self.words.len() {
            match self.words[at].text {
                "(" => depth += 1,
                ")" => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Some(at);
            }
            at += 1;
        }
        None
    }

    fn run(&mut self) {
        for place in 0..self.words.len() {
            let around = std::mem::take(&mut self.around[place]);
            self.out.push_str(&around.before);
            if !around.left_out {
                self.push_word(place);
            }
            self.out.push_str(&around.after);
        }
    }

    fn push_word(&mut self, place: usize) {
        let word = self.words[place];
        match (word.kind, word.text) {
            (WordKind::Name, _) => self.push_name(place),
            (WordKind::Brackets, _) => self.push_brackets(place),
            (_, "(" | "{") => {
                let is_call =
                    place > 0 && word.text == "(" && self.kind(place - 1) == Some(WordKind::Name);
                let function = if is_call {
                    bare_name(self.words[place - 1].text)
                } else {
                    String::new()
                };
                self.calls.push(Call {
                    function,
                    argument: 0,
                    names: Vec::new(),
                });
                self.out.push_str(word.text);
            }
            (_, ")" | "}") => {
                self.calls.pop();
                self.out.push_str(word.text);
            }
            (_, ",") => {
                if let Some(call) = self.calls.last_mut() {
                    call.argument += 1;
                }
                self.out.push_str(word.text);
            }
            _ => self.out.push_str(word.text),
        }
    }

    fn push_name(&mut self, place: usize) {
        let text = self.words[place].text;
        let plain = !text.starts_with("_xl") && !self.is(place + 1, "!");
        if plain {
            if self.binds(place) {
                let names = self.calls.last_mut().map(|call| &mut call.names);
                names
                    .into_iter()
                    .for_each(|names| names.push(text.to_lowercase()));
            }
            let is_bound = {
                let wanted = text.to_lowercase();
                let mut calls = self.calls.iter();
                calls.any(|call| call.names.contains(&wanted))
            };
            if is_bound {
                self.out.push_str("_xlpm.");
            } else if self.is(place + 1, "(") {
                self.out.push_str(function_prefix(text));
            } else if self.names_function(place) {
                self.out.push_str("_xleta.");
            }
        }
        self.out.push_str(text);
    }

    /// Whether the name at `place` stands where LET or LAMBDA bind one.
    fn binds(&self, place: usize) -> bool {
        let Some(call) = self.calls.last() else {
            return false;
        };
        let may = match call.function.as_str() {
            "LET" => call.argument.is_multiple_of(2),
            "LAMBDA" => true,
            _ => false,
        };
        may && self.is_whole_argument(place, &["(", ","], &[","])
    }

    /// Whether the word is all of its argument.
    fn is_whole_argument(&self, place: usize, before: &[&str], after: &[&str]) -> bool {
        let is_space = |at: usize| self.kind(at) == Some(WordKind::Space);
        let next = (place + 1..self.words.len()).find(|at| !is_space(*at));
        let previous = (0..place).rev().find(|at| !is_space(*at));
        let matches = |at: Option<usize>, texts: &[&str]| {
            at.is_some_and(|at| texts.contains(&self.words[at].text))
        };
        matches(previous, before) && matches(next, after)
    }

    /// Whether the name at `place` is that of a function which is passed to another.
    fn names_function(&self, place: usize) -> bool {
        let Some(call) = self.calls.last() else {
            return false;
        };
        let mut takers = TAKES_FUNCTION.iter();
        let takes = takers.any(|(taker, argument)| {
            call.function == *taker && (call.argument == *argument || *taker == "MAP")
        });
        let text = self.words[place].text;
        let like_function = text
            .bytes()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'.');
        let is_cell = super::cell_reference::parse_cell(text.as_bytes()).is_some();
        let is_logical = matches!(text, "TRUE" | "FALSE");
        takes
            && like_function
            && !is_cell
            && !is_logical
            && text.starts_with(|c: char| c.is_ascii_uppercase())
            && self.is_whole_argument(place, &[","], &[",", ")"])
    }

    fn push_brackets(&mut self, place: usize) {
        let text = self.words[place].text;
        let inside = text
            .strip_prefix('[')
            .and_then(|text| text.strip_suffix(']'));
        let after_name = place > 0 && self.kind(place - 1) == Some(WordKind::Name);
        match inside {
            Some("@") if after_name => self.out.push_str("[#This Row]"),
            Some(inside) if after_name && inside.starts_with("@[") => {
                self.out.push_str("[[#This Row],");
                self.out.push_str(&inside[1..]);
                self.out.push(']');
            }
            Some(inside) if after_name && inside.starts_with('@') => {
                self.out.push_str("[[#This Row],[");
                self.out.push_str(&inside[1..]);
                self.out.push_str("]]");
            }
            Some(inside) if self.binds(place) => {
                // An optional parameter of LAMBDA.
                let names = self.calls.last_mut().map(|call| &mut call.names);
                names
                    .into_iter()
                    .for_each(|names| names.push(inside.to_lowercase()));
                self.out.push('[');
                if !inside.starts_with("_xl") {
                    self.out.push_str("_xlop.");
                }
                self.out.push_str(inside);
                self.out.push(']');
            }
            _ => self.out.push_str(text),
        }
    }
}

/// A function's name in capitals without its prefixes.
fn bare_name(name: &str) -> String {
    let name = name.strip_prefix("_xlfn.").unwrap_or(name);
    name.strip_prefix("_xlws.")
        .unwrap_or(name)
        .to_ascii_uppercase()
}
