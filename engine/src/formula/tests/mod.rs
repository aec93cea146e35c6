//! Formulas as text; properties and templates have files of their own.

mod properties;
mod templates;

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
        ("'a b':'c'!A1", "'a b:c'!A1"),
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
        ("a:b:c", "A:B:c"),
        ("a:b:c:d!x", "A:B:'c:d'!x"),
        ("Sheet1!abc:B!x", "Sheet1!abc:B!x"),
        ("@A1:A10", "@A1:A10"),
    ] {
        check(text, expected);
    }
}

#[test]
fn operators_bind_as_in_excel() {
    for (text, expected) in [
        ("-2^2", "-2^2"),
        ("2^3^2", "2^3^2"),
        ("1000%%", "1000%%"),
        ("2*-3", "2*-3"),
        ("1<=2<>3>=4", "1<=2<>3>=4"),
        ("\"a\"&\"b\"\"c\"", "\"a\"&\"b\"\"c\""),
        ("=+A1", "+A1"),
        ("--A1", "--A1"),
        ("- ( 1 + 2 ) %", "-(1+2)%"),
        ("{1,-2;\"a\",#N/A}", "{1,-2;\"a\",#N/A}"),
        ("F(1,,2)", "F(1,,2)"),
        ("F(,)", "F(,)"),
        ("F( )", "F()"),
        ("TRUE()+true", "TRUE()+TRUE"),
        ("LAMBDA(x,x+1)(2)", "LAMBDA(x,x+1)(2)"),
        ("Sheet1!f(2)", "Sheet1!f(2)"),
        ("1.+.5+1E+5+1e-22", "1+0.5+100000+1E-22"),
        ("1E+300", "1E+300"),
        (
            "0.00000000000005+1.23456789012345E-05",
            "0.00000000000005+1.23456789012345E-05",
        ),
        ("(-4,3)", "(-4,3)"),
    ] {
        check(text, expected);
    }
    let ast = parse("-2^2", &ParseOptions::default()).unwrap();
    assert!(matches!(
        ast.node(ast.root()),
        Node::Binary(ast::BinaryOperator::Power, ..)
    ));
}

#[test]
fn prefixes_of_files_are_taken_off() {
    for (text, expected) in [
        ("_xlfn.STDEV.S(A1)", "STDEV.S(A1)"),
        ("_xlfn._xlws.SORT(A1:A3)", "SORT(A1:A3)"),
        ("_xlfn.LET(_xlpm.x,1,_xlpm.x+1)", "LET(x,1,x+1)"),
        ("_xlfn.SINGLE(A1:A3)", "@A1:A3"),
        ("_xlfn.SINGLE(A1+1)", "@(A1+1)"),
        ("_xlfn.SINGLE(A1):B1", "(@A1):B1"),
        ("-_xlfn.SINGLE(A1)%", "-@A1%"),
        ("_xlfn.ANCHORARRAY(A1):B1", "A1#:B1"),
        ("_xlfn.ANCHORARRAY(A1:B2)", "(A1:B2)#"),
        ("_xlfn.GROUPBY(A1,B1,_xleta.SUM)", "GROUPBY(A1,B1,SUM)"),
        ("_xlfn.LAMBDA(_xlpm.x,_xlop.y,_xlpm.x)", "LAMBDA(x,[y],x)"),
        ("_xludf.F(1)", "F(1)"),
    ] {
        check(text, expected);
    }
}

#[test]
fn structured_references_are_read_in_both_forms() {
    for (text, expected) in [
        ("T[c]", "T[c]"),
        ("T[[#Headers],[c]]", "T[[#Headers],[c]]"),
        ("T[ [a] : [b] ]", "T[[a]:[b]]"),
        ("T[[#This Row],[c]]", "T[@c]"),
        ("T[@c]", "T[@c]"),
        ("[@c]*2", "[@c]*2"),
        ("[@[two words]]", "[@[two words]]"),
        ("T[@[a]:[b]]", "T[@[a]:[b]]"),
        ("T[]", "T[]"),
        ("T[#All]", "T[#All]"),
        ("T[#this row]", "T[@]"),
        (
            "T[[#Headers],[#Data],[a]:[b]]",
            "T[[#Headers],[#Data],[a]:[b]]",
        ),
        ("T['[x'] '# '' '@]", "T['[x'] '# '' '@]"),
        ("SUM(T[[#Data],[#Totals]])", "SUM(T[[#Data],[#Totals]])"),
    ] {
        check(text, expected);
    }
}

#[test]
fn faults_are_reported_where_they_are() {
    refuse("=SUM(A1", "a bracket is not closed", 4..5);
    refuse("=1+", "an operand is missing behind `+`", 2..3);
    refuse("=1+*2", "an operand is missing before `*`", 3..4);
    refuse("=\"abc", "a text is not closed", 1..5);
    refuse("=1)", "a bracket is closed but never opened", 2..3);
    refuse("=()", "a pair of brackets is empty", 1..3);
    refuse(
        "={1,2;3}",
        "the rows of an array have different lengths",
        1..8,
    );
    refuse("=1 2", "an operator is missing before `2`", 3..4);
    refuse("=A1;B1", "the character `;` has no meaning here", 3..4);
    refuse("=1−2", "the character `−` has no meaning here", 2..5);
    refuse("", "a formula is empty", 0..0);
    refuse("=$5+1", "`$5` is not a reference", 1..3);
    refuse("=1:A1", "`:` joins references only", 2..3);
    refuse("={1,2", "an array is not closed", 1..2);
    refuse(
        "=T[[a]",
        "the brackets of a structured reference do not match",
        2..6,
    );
    refuse("=#FOO!", "`#FOO` is not an error value", 1..5);
    let many = format!("F({}1)", "1,".repeat(255));
    refuse(&many, "a call has more than 255 arguments", 511..512);
    let error = parse(&"(".repeat(10_000), &ParseOptions::default()).unwrap_err();
    assert_eq!(error.kind(), crate::ErrorKind::Limit);
}

#[test]
fn long_formulas_need_no_deep_stack() {
    let half = crate::limits::FORMULA_BYTES / 2 - 1;
    let texts = [
        format!("1{}", "+1".repeat(half)),
        "-".repeat(2 * half),
        "(".repeat(2 * half),
        format!("1{}", "%".repeat(2 * half)),
        format!("A1{}", "#".repeat(2 * half - 1)),
        format!("A1{}", ":A1".repeat(half / 2)),
        format!("F(1){}", "(1)".repeat(half / 2)),
        format!("x{}", ":x".repeat(half)),
        format!("1{}", " ".repeat(2 * half)),
        "'".repeat(2 * half),
        "[".repeat(2 * half),
        format!("a{}", ",a".repeat(half)),
        "\"".repeat(2 * half),
        "#".repeat(2 * half),
        "x(".repeat(half),
    ];
    std::thread::Builder::new()
        .stack_size(512 * 1024)
        .spawn(move || {
            for text in texts {
                if let Ok(ast) = parse(&text, &ParseOptions::default()) {
                    let printed = print(&ast);
                    assert_eq!(parse(&printed, &ParseOptions::default()).unwrap(), ast);
                }
            }
        })
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn typed_numbers_have_fifteen_digits() {
    let options = ParseOptions {
        typed: true,
        ..ParseOptions::default()
    };
    let typed = |text| print(&parse(text, &options).unwrap());
    assert_eq!(typed("1234567890123456789"), "1234567890123450000");
    assert_eq!(typed("0.12345678901234567"), "0.123456789012345");
    check("0.12345678901234567", "0.12345678901234566");
}

#[test]
fn r1c1_text_is_relative_to_its_base() {
    let options = ParseOptions {
        notation: Notation::R1C1 {
            base: crate::reference::Cell::new(4, 1),
        },
        ..ParseOptions::default()
    };
    for (text, expected) in [
        ("R2C3", "$C$2"),
        ("R[-1]C+RC[2]", "B4+D5"),
        ("SUM(R:R[1],C,C3)", "SUM(5:6,B:B,$C:$C)"),
        ("R[-9]C", "#REF!"),
        ("Sheet1!R1C1:RC", "Sheet1!$A$1:B5"),
        ("RATE(1)+RANK", "RATE(1)+RANK"),
    ] {
        let ast = parse(text, &options).unwrap();
        assert_eq!(print(&ast), expected);
        let r1c1 = PrintOptions {
            notation: options.notation,
            ..PrintOptions::default()
        };
        assert_eq!(parse(&print_with(&ast, &r1c1), &options).unwrap(), ast);
    }
}

#[test]
fn prefixes_of_files_are_put_back() {
    let prefix = |name: &str| match name {
        "LET" | "LAMBDA" => "_xlfn.",
        "SORT" => "_xlfn._xlws.",
        _ => "",
    };
    let options = PrintOptions {
        function_prefix: Some(&prefix),
        structured: StructuredForm::File { table: Some("T") },
        notation: Notation::A1,
    };
    for text in [
        "_xlfn.LET(_xlpm.x,1,_xlpm.y,_xlpm.x+1,_xlpm.x*_xlpm.y)+x",
        "_xlfn.LET(_xlpm.x,x,_xlpm.x)",
        "_xlfn.LAMBDA(_xlpm.x,_xlop.y,_xlpm.x+z)(2)",
        "_xlfn.LET(_xlpm.F,_xlfn.LAMBDA(_xlpm.a,_xlpm.a),_xlpm.F(2))",
        "_xlfn.SINGLE(A1:A3)+SUM(_xlfn.ANCHORARRAY(B1))",
        "_xlfn._xlws.SORT(T[[#This Row],[c]])",
    ] {
        let ast = parse(text, &ParseOptions::default()).unwrap();
        assert_eq!(print_with(&ast, &options), text);
    }
    let own = parse("[@c]", &ParseOptions::default()).unwrap();
    assert_eq!(print_with(&own, &options), "T[[#This Row],[c]]");
}

#[test]
fn formulas_of_the_fixtures_print_as_stated() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../fixtures/formulas/printed.txt"
    );
    let lines = std::fs::read_to_string(path).unwrap();
    let mut seen = 0;
    for line in lines.lines().filter(|line| !line.starts_with("# ")) {
        let line = line.replace("\\n", "\n");
        let (text, expected) = line.split_once('\t').unwrap_or((&line, &line));
        if expected == "!" {
            assert!(parse(text, &ParseOptions::default()).is_err(), "{text}");
        } else {
            check(text, expected);
        }
        seen += 1;
    }
    assert!(seen > 30, "{seen} lines");
}
