//! The program as a user meets it, and its plain parts: JSON, tables, comparison.

use super::compare::equal;
use super::json::{Case, Input};
use super::render::{self, Field};
use super::verdict::{FormulaCell, Judgement, Skip, Verdict};
use super::{Outcome, Streams, deadline, json, run_with};
use crate::ErrorKind;
use crate::value::{CellError, Value};

/// What a run printed on standard output and standard error, and its outcome.
pub(super) fn program(args: &[&str], input: &str) -> (String, String, Outcome) {
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let mut streams = Streams {
        input: &mut input.as_bytes(),
        output: &mut output,
        errors: &mut errors,
        watched: false,
    };
    let args = ["tabulith"].iter().chain(args).map(Into::into);
    let outcome = run_with(args, &mut streams);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output), text(errors), outcome)
}

#[test]
fn help_and_version_are_no_errors() {
    let (output, errors, outcome) = program(&["--help"], "");
    assert!(output.contains("Usage: tabulith") && output.contains("recalc"));
    assert_eq!((errors.as_str(), outcome), ("", Outcome::Fine));
    let (output, _, outcome) = program(&["--version"], "");
    assert_eq!(output, format!("tabulith {}\n", env!("CARGO_PKG_VERSION")));
    assert_eq!(outcome, Outcome::Fine);
}

#[track_caller]
fn refused(args: &[&str], part: &str) {
    let (output, errors, outcome) = program(args, "");
    assert_eq!((output.as_str(), outcome), ("", Outcome::Failed));
    assert!(errors.contains(part), "{errors}");
}

#[test]
fn wrong_arguments_are_refused_with_a_message() {
    refused(&[], "Usage");
    refused(&["recalculate"], "unrecognized subcommand 'recalculate'");
    refused(&["eval"], "required arguments");
    refused(&["eval", "=1", "--jsonl"], "cannot be used with");
    refused(
        &["recalc", "a.xlsx", "-o", "b.xlsx", "--in-place"],
        "cannot be used with",
    );
    refused(&["--threads", "0", "functions"], "0 is not in 1..");
    refused(&["--timeout", "-1", "functions"], "unexpected argument");
    refused(
        &["--timeout", "0", "functions"],
        "a positive number of seconds",
    );
    refused(
        &["functions", "nosuchfunction"],
        "no function has `nosuchfunction`",
    );
}

#[test]
fn a_function_is_shown_in_full_and_several_in_a_line_each() {
    let (output, _, _) = program(&["functions", "mround"], "");
    assert!(
        output.starts_with("MROUND(number, multiple)\n\nRounds `number` to"),
        "{output}"
    );
    assert!(output.contains("=MROUND(10, 3)    -> 9"), "{output}");
    let (output, _, _) = program(&["functions"], "");
    assert!(
        output.contains("\nMROUND  ") || output.starts_with("MROUND "),
        "{output}"
    );
    assert!(output.trim_end().ends_with("function") || output.trim_end().ends_with("functions"));
    let (output, _, _) = program(&["functions", "MROUND", "--json"], "");
    let parsed: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(parsed["examples"][0]["result"], "9");
}

#[test]
fn values_are_plain_json() {
    let row = [
        Value::Number(3.0),
        Value::from("a"),
        Value::Boolean(true),
        Value::Blank,
        Value::Error(CellError::Div0),
    ];
    assert_eq!(
        json::of_values(&[row.to_vec()]).to_string(),
        r##"[[3.0,"a",true,null,{"error":"#DIV/0!"}]]"##
    );
    assert_eq!(
        json::of_values(&[vec![Value::Number(0.1)]]).to_string(),
        "0.1"
    );
    assert_eq!(json::of_rows(&[vec![Value::Blank]]).to_string(), "[[null]]");
}

#[test]
fn a_case_line_is_read_in_its_order() {
    let line = r##"{"id": 7, "cells": {"B1": "=A1", "A1": 1, "C1": {"error": "#N/A"}, "D1": {"entry": "5%"}, "E1": "x"},
        "names": {"rate": "=Sheet1!A1"}, "formula": "=B1", "at": "D4"}"##;
    let case = Case::parse(line).unwrap();
    let expected = [
        ("B1", Input::Formula("=A1".into())),
        ("A1", Input::Value(Value::Number(1.0))),
        ("C1", Input::Value(Value::Error(CellError::Na))),
        ("D1", Input::Entry("5%".into())),
        ("E1", Input::Value(Value::from("x"))),
    ];
    assert_eq!(
        case.cells,
        expected.map(|(address, input)| (address.to_owned(), input))
    );
    assert_eq!(case.names, [("rate".to_owned(), "=Sheet1!A1".to_owned())]);
    assert_eq!(
        (case.formula.as_str(), case.at.as_deref()),
        ("=B1", Some("D4"))
    );
}

#[test]
fn a_line_that_is_no_case_says_why() {
    #[track_caller]
    fn check(line: &str, why: &str) {
        let (_, message) = Case::parse(line).unwrap_err();
        assert!(message.contains(why), "{message}");
    }
    check("{", "not JSON");
    check("[1]", "not a JSON object");
    check(r#"{"id": 1}"#, "there is no formula");
    check(r#"{"formula": "1+1"}"#, "does not begin with `=`");
    check(
        r#"{"formula": "=1", "cell": {}}"#,
        "the key `cell` is not known",
    );
    check(
        r#"{"formula": "=1", "cells": [1]}"#,
        "`cells` must be an object",
    );
    check(
        r#"{"formula": "=1", "cells": {"A1": [1]}}"#,
        "A1: `[1]` is no value",
    );
    check(
        r#"{"formula": "=1", "cells": {"A1": {"error": "oops"}}}"#,
        "A1: ",
    );
    check(
        r#"{"formula": "=1", "names": {"x": 1}}"#,
        "x: a name needs a formula",
    );
    assert_eq!(Case::parse(r#"{"id": "a"}"#).unwrap_err().0, "a");
}

#[test]
fn tables_are_aligned_and_cut() {
    let rows = vec![
        vec![Field::left("a"), Field::right("1")],
        vec![Field::left("longer"), Field::right("100")],
        vec![Field::left("x".repeat(40)), Field::left("line\nbreak")],
    ];
    let lines: Vec<String> = render::table(&rows).lines().map(str::to_owned).collect();
    assert_eq!(lines[0].split_whitespace().collect::<Vec<_>>(), ["a", "1"]);
    assert!(lines[2].contains("xxx…  line break"), "{lines:?}");
    assert_eq!(
        lines[0].chars().count(),
        lines[1].chars().count(),
        "numbers end in one column"
    );
}

#[test]
fn counts_times_columns_and_fields_are_readable() {
    let counts = [0, 999, 1_000, 13_176, 1_234_567].map(render::count);
    assert_eq!(counts, ["0", "999", "1,000", "13,176", "1,234,567"]);
    assert_eq!(render::counted(1, "sheet"), "1 sheet");
    assert_eq!(
        [0.0344, 1.257, 12.34].map(render::seconds),
        ["34 ms", "1.26 s", "12.3 s"]
    );
}

#[test]
fn equal_means_to_twelve_digits_for_numbers_and_exactly_for_the_rest() {
    let number = Value::Number;
    assert!(equal(&number(1.0), &number(1.0 + 1e-13)));
    assert!(!equal(&number(1.0), &number(1.0 + 1e-11)));
    assert!(equal(&number(0.0), &number(0.0)) && !equal(&number(0.0), &number(1e-300)));
    assert!(!equal(&number(1.0), &Value::Boolean(true)) && !equal(&number(1.0), &Value::from("1")));
    assert!(!equal(&Value::from("a"), &Value::from("A")));
    assert!(equal(&Value::from(""), &Value::Blank));
    assert!(!equal(
        &Value::Error(CellError::Na),
        &Value::Error(CellError::Num)
    ));
}

#[test]
fn work_is_given_up_after_its_time_and_a_panic_is_an_error() {
    assert_eq!(deadline::within(Some(60.0), || 5).unwrap(), 5);
    assert_eq!(deadline::within(None, || 5).unwrap(), 5);
    let late = deadline::within(Some(0.01), || {
        std::thread::sleep(std::time::Duration::from_secs(5))
    });
    let error = late.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert_eq!(error.to_string(), "no answer within 0.01 seconds");
    deadline::quiet_panics();
    let error = deadline::within(None, || panic!("on purpose")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a bug in tabulith, please report it: on purpose"
    );
}

fn judged(stored: Value, judgement: Judgement) -> FormulaCell {
    FormulaCell {
        place: "Sheet1!A1".into(),
        formula: "=B1".into(),
        stored,
        judgement,
    }
}

#[test]
fn a_verdict_counts_what_was_judged_and_tells_what_was_not() {
    let number = |x| Value::Number(x);
    let cells = [
        judged(number(1.0), Judgement::Computed(vec![number(1.0)])),
        // Equal under the second way to add.
        judged(
            number(2.0),
            Judgement::Computed(vec![number(3.0), number(2.0)]),
        ),
        judged(
            number(4.0),
            Judgement::Computed(vec![number(5.0), number(6.0)]),
        ),
        judged(
            number(7.0),
            Judgement::Computed(vec![Value::Error(CellError::Na)]),
        ),
        judged(number(1.0), Judgement::Unsupported),
        judged(number(1.0), Judgement::Skipped(Skip::Volatile)),
        judged(number(1.0), Judgement::Skipped(Skip::External)),
        judged(Value::Blank, Judgement::Skipped(Skip::NoValue)),
    ];
    let verdict = Verdict::new("a.xlsx", cells, 1);
    assert_eq!(
        verdict.to_json().to_string(),
        r#"{"file":"a.xlsx","formulas":5,"equal":2,"differing":2,"unsupported":1,"#.to_owned()
            + r#""skipped":{"volatile":1,"external":1,"no_value":1},"refused":null,"#
            + r#""examples":[{"cell":"Sheet1!A1","formula":"=B1","stored":4.0,"computed":5.0}]}"#
    );
    let text = verdict.to_text();
    assert!(text.starts_with(
        "a.xlsx: 5 formulas: 2 equal, 2 differing, 1 unsupported; not compared: 1 volatile, "
    ));
    assert!(
        text.contains("\n  Sheet1!A1  4.0     5.0       =B1\n  and 1 more\n"),
        "{text}"
    );
}

#[test]
fn a_refused_file_says_why() {
    let verdict = Verdict::refused("a.xlsx", "the file is encrypted");
    assert_eq!(
        verdict.to_text(),
        "a.xlsx: refused: the file is encrypted\n"
    );
    assert_eq!(verdict.to_json()["refused"], "the file is encrypted");
    assert_eq!(verdict.to_json()["formulas"], 0);
}

#[test]
fn a_formula_is_evaluated_and_printed() {
    assert_eq!(
        program(&["eval", "=SUM(1,2,3)*10%"], ""),
        ("0.6\n".into(), String::new(), Outcome::Fine)
    );
    assert_eq!(program(&["eval", "1/0"], "").0, "#DIV/0!\n");
    assert_eq!(
        program(&["eval", "{1,\"a\";TRUE,2.5}"], "").0,
        "   1  a\nTRUE  2.5\n"
    );
    assert_eq!(
        program(&["eval", "--json", "{1,\"a\"}"], "").0,
        "[[1.0,\"a\"]]\n"
    );
    let (_, errors, outcome) = program(&["eval", "=1+"], "");
    assert!(
        errors.starts_with("tabulith: ") && errors.contains("  =1+\n    ^"),
        "{errors}"
    );
    assert_eq!(outcome, Outcome::Failed);
    assert_eq!(
        program(&["eval", "=STOCKHISTORY(1,2)"], "").2,
        Outcome::Unsupported
    );
}

#[test]
fn lines_of_json_are_answered_one_by_one() {
    #[track_caller]
    fn check(line: &str, answer: &str) {
        let (output, _, outcome) = program(&["eval", "--jsonl"], line);
        assert_eq!((output.trim_end(), outcome), (answer, Outcome::Fine));
    }
    check(r#"{"id": 1, "formula": "=1+1"}"#, r#"{"id":1,"value":2.0}"#);
    check(
        r#"{"id": "b", "cells": {"B1": "=A1*2", "A1": 3, "Sheet2!B3": "=Sheet1!B1&\"x\""}, "formula": "=Sheet2!B3"}"#,
        r#"{"id":"b","value":"6x"}"#,
    );
    check(
        r#"{"id": 3, "cells": {"A1": {"entry": "5%"}}, "names": {"rate": "=Sheet1!A1"}, "formula": "=rate*2"}"#,
        r#"{"id":3,"value":0.1}"#,
    );
    check(
        r#"{"id": 4, "formula": "=ROW()", "at": "D4"}"#,
        r#"{"id":4,"value":4.0}"#,
    );
    check(
        r#"{"id": 5, "formula": "={1,2;3,4}"}"#,
        r#"{"id":5,"value":[[1.0,2.0],[3.0,4.0]]}"#,
    );
    check(
        r##"{"id": 6, "cells": {"A1": {"error": "#N/A"}}, "formula": "=A1"}"##,
        r##"{"id":6,"value":{"error":"#N/A"}}"##,
    );
    check(
        r#"{"id": 7, "cells": {"A1:B2": 1}, "formula": "=A1"}"#,
        r#"{"id":7,"invalid":"`A1:B2` is more than one cell"}"#,
    );
    let (output, _, _) = program(
        &["eval", "--jsonl"],
        "bad\n\n{\"id\": 2, \"formula\": \"=2\"}\n",
    );
    let answers: Vec<&str> = output.lines().collect();
    assert!(
        answers[0].starts_with(r#"{"id":null,"invalid":"not JSON"#),
        "{answers:?}"
    );
    assert_eq!(answers[1..], [r#"{"id":2,"value":2.0}"#]);
}
