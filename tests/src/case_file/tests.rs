//! The reading of case files: what is read, and what is refused.

use super::{CaseFile, Command, Expectation, Question, Structure};
use tabulith::value::Value;

#[track_caller]
fn command(line: &str, expected: Command) {
    assert_eq!(Command::parse(line), Ok(expected));
}

#[test]
fn commands_are_read() {
    command("set A1 10", Command::Set("A1".into(), Value::Number(10.0)));
    command(
        "set 'My sheet'!A1 \"a b\"",
        Command::Set("'My sheet'!A1".into(), "a b".into()),
    );
    command(
        "set A1 =A2 & \" x\"",
        Command::Formula("A1".into(), "=A2 & \" x\"".into()),
    );
    command(
        "entry A1 1 1/2",
        Command::Entry("A1".into(), "1 1/2".into()),
    );
    let values = vec![Value::Number(1.0), Value::from("b c"), Value::Blank];
    command(
        "column A1 1 \"b c\" blank",
        Command::Column("A1".into(), values),
    );
    command(
        "rename-sheet Data 'New name'",
        Command::RenameSheet("Data".into(), "New name".into()),
    );
    command("calculation manual", Command::Manual(true));
    let structure = Structure {
        insert: false,
        rows: true,
        sheet: Some("Data".into()),
        at: 2,
        count: 4,
    };
    command("delete-rows Data!3 4", Command::Structure(structure));
}

#[test]
fn what_is_no_command_is_refused() {
    let lines = [
        "sett A1 1",
        "set A1",
        "set A1 text",
        "fill A1",
        "clear",
        "insert-rows 0 1",
        "insert-rows 1",
        "undo twice",
        "calculation later",
    ];
    for line in lines {
        assert!(Command::parse(line).is_err(), "{line}");
    }
}

#[track_caller]
fn expectation(line: &str, question: Question, answer: &str) {
    let read = Expectation::parse(line, 0).unwrap();
    assert_eq!((&read.question, read.answer.as_str()), (&question, answer));
    assert_eq!(
        question.print(answer, read.roughly),
        line,
        "it prints as it was"
    );
}

#[test]
fn expectations_are_read_and_print_as_they_were() {
    expectation("A4 = 20", Question::Value("A4".into()), "20");
    expectation("A4 ~ 0.5", Question::Value("A4".into()), "0.5");
    expectation(
        "A1:B1 = {1,\"x\"}",
        Question::Value("A1:B1".into()),
        "{1,\"x\"}",
    );
    expectation("A4 formula =A3*2", Question::Formula("A4".into()), "=A3*2");
    expectation("A4 text 20%", Question::Text("A4".into()), "20%");
    expectation(
        "evaluate =1=1 -> TRUE",
        Question::Evaluate("=1=1".into()),
        "TRUE",
    );
    expectation("recalculated (none)", Question::Recalculated, "(none)");
    expectation("circular A1 A2", Question::Circular, "A1 A2");
    expectation(
        "error sheet `Q3` does not exist",
        Question::Error,
        "sheet `Q3` does not exist",
    );
}

#[test]
fn what_is_no_expectation_is_refused() {
    for line in ["A4", "A4 20", "A4 = text", "evaluate =1", "=1"] {
        assert!(Expectation::parse(line, 0).is_err(), "{line}");
    }
}

const TWO_CASES: &str =
    "# About.\n\n--- one\nset A1 1\n----\nA1 = 1\n\n--- two\n----\n# fixme: why\nA1 = blank\n";

#[test]
fn a_file_is_read_with_the_lines_of_its_cases() {
    let file = CaseFile::parse(TWO_CASES).unwrap();
    let names: Vec<_> = file
        .cases
        .iter()
        .map(|case| (case.name.as_str(), case.line))
        .collect();
    assert_eq!(names, [("one", 2), ("two", 7)]);
    assert_eq!(file.cases[1].expectations[0].line, 10);
}

#[test]
fn a_file_with_a_fault_is_refused_with_its_line() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(CaseFile::parse(text).unwrap_err(), expected);
    }
    check(
        "set A1 1",
        "1: the first case must begin with `--- its name`",
    );
    check("--- one\nset A1 1\n", "1: the case `one` expects nothing");
    check(
        "--- one\n----\nA1 = 1\n----\n",
        "4: `----` stands once in a case, behind its commands",
    );
    check(
        "--- one\n----\nA1 = 1\n--- one\n",
        "4: two cases are named `one`",
    );
    check("--- one\n----\nA1 is 1\n", "3: `A1 is 1` is no expectation");
}
