use super::*;

#[track_caller]
fn check(text: &str, expected: &str) {
    let ast = match parse(text, &ParseOptions::default()) {
        Ok(ast) => ast,
        Err(error) => panic!("{text}: {error}"),
    };
    assert_eq!(print(&ast), expected, "{text}");
    let again = parse(expected, &ParseOptions::default()).unwrap();
    assert_eq!(again, ast, "{text}");
}

#[track_caller]
fn refuse(text: &str, message: &str, span: std::ops::Range<usize>) {
    let error = match parse(text, &ParseOptions::default()) {
        Ok(ast) => panic!("{text} was read as {}", print(&ast)),
        Err(error) => error,
    };
    assert_eq!(error.message(), message, "{text}");
    assert_eq!(error.span(), Some(span), "{text}");
}

#[test]
fn references_of_all_forms_are_read_and_written() {
    for (text, expected) in [
        ("=a1", "A1"),
        ("$b$7", "$B$7"),
        ("B$3:A1", "A1:B$3"),
        ("1 :1", "1:1"),
        ("$1:3", "$1:3"),
        ("C:$A", "$A:C"),
        ("A1:B2:C3", "A1:C3"),
        ("Sheet1!A1:Sheet1!B2", "Sheet1!A1:B2"),
        ("'It''s'!A1", "'It''s'!A1"),
        ("'Plain'!A1", "Plain!A1"),
        ("A:C!B1", "'A:C'!B1"),
        ("'First:Last'!A1", "First:Last!A1"),
        ("'First one:Last'!A1", "'First one:Last'!A1"),
        ("[1]Sheet1!A1", "[1]Sheet1!A1"),
        ("'[Book 1.xlsx]S'!A1", "'[Book 1.xlsx]S'!A1"),
        ("'C:\\dir\\[b.xlsx]S'!A1", "'C:\\dir\\[b.xlsx]S'!A1"),
        ("[1]!name+1", "[1]!name+1"),
        ("Sheet1!#REF!", "Sheet1!#REF!"),
        ("#REF!A1:B2+1", "#REF!+1"),
        ("A1:Sheet1!B2", "A1:Sheet1!B2"),
        ("A2000000", "A2000000"),
        ("LOG10(5)+LOG10", "LOG10(5)+LOG10"),
        ("A1 (B1)", "A1 (B1)"),
        ("SUM (A1)", "SUM(A1)"),
        ("A1:INDEX(A:A,5)", "A1:INDEX(A:A,5)"),
        ("SUM(J7:(I8))", "SUM(J7:(I8))"),
        ("G9:K9 I7:I12", "G9:K9 I7:I12"),
        ("A:A\n1:3", "A:A 1:3"),
        ("AREAS((B7:D14,E2,F4:H16))", "AREAS((B7:D14,E2,F4:H16))"),
        (
            "Sheet1!$A$1:$B$2,Sheet1!$D$1",
            "Sheet1!$A$1:$B$2,Sheet1!$D$1",
        ),
        ("(A1#,B1#)", "(A1#,B1#)"),
        ("@A1:A10", "@A1:A10"),
    ] {
        check(text, expected);
    }
}
