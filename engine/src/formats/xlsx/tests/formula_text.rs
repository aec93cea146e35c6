//! Formulas as texts: moved with a shared formula, and spelled as files spell them.

use crate::formats::xlsx::{file_form, shift_formula};
use crate::reference::Cell;

#[track_caller]
fn shifts(text: &str, rows: u32, columns: u32, expected: &str) {
    let from = Cell::new(10, 10);
    let to = Cell::new(10 + rows, 10 + columns);
    assert_eq!(shift_formula(text, from, to), expected);
}

#[test]
fn relative_addresses_move_and_absolute_ones_stay() {
    shifts("A1+$A1+A$1+$A$1", 2, 3, "D3+$A3+D$1+$A$1");
    shifts("SUM(A:A,$A:B,1:1,$1:3)", 1, 1, "SUM(B:B,$A:C,2:2,$1:4)");
    shifts("b2:c3", 1, 0, "B3:C4");
}

#[test]
fn addresses_wrap_at_the_edges_of_the_grid() {
    shifts("XFD1048576", 1, 1, "A1");
    let up = shift_formula("A1", Cell::new(5, 5), Cell::new(4, 4));
    assert_eq!(up, "XFD1048576");
}

#[test]
fn what_only_looks_like_an_address_stays() {
    for text in [
        "\"A1\"",
        "LOG10(1)",
        "Q1!$A$1",
        "Q1:Q3!$A$1",
        "'A1 B2'!$A$1",
        "'it''s A1'!$A$1",
        "Sales[A1]",
        "Sales[[#This Row],[A1]]",
        "Sales['[A1]",
        "1E5",
        "TRUE",
        "A",
        "5",
        "#REF!",
        "#N/A",
        "A1B2",
        "A0",
        "XFE1",
        "A1048577",
        "A1_",
        "_A1",
        "Ä1",
        "{1,2;3,4}",
        "[1]!Rate",
    ] {
        shifts(text, 1, 1, text);
    }
    shifts("[1]A1!A1", 1, 1, "[1]A1!B2");
    shifts("1E+5*A1", 1, 1, "1E+5*B2");
    shifts("A1#", 1, 1, "B2#");
}

#[track_caller]
fn spells(formula: &str, expected: &str) {
    assert_eq!(file_form(formula), expected);
    assert_eq!(
        file_form(expected),
        expected,
        "what is spelled so already stays"
    );
}

#[test]
fn newer_functions_get_prefixes() {
    spells("SUM(A1)", "SUM(A1)");
    spells("xlookup(1,A:A,B:B)", "_xlfn.xlookup(1,A:A,B:B)");
    spells(
        "SORT(FILTER(A1:A9,B1:B9))",
        "_xlfn._xlws.SORT(_xlfn._xlws.FILTER(A1:A9,B1:B9))",
    );
    spells("WORKDAY.INTL(A1,1)", "WORKDAY.INTL(A1,1)");
    spells("\"XLOOKUP(\"&IFS(A1,1)", "\"XLOOKUP(\"&_xlfn.IFS(A1,1)");
}

#[test]
fn bound_names_get_prefixes_inside_their_call() {
    spells(
        "LET(x,1,y,x+1,x*y)+x",
        "_xlfn.LET(_xlpm.x,1,_xlpm.y,_xlpm.x+1,_xlpm.x*_xlpm.y)+x",
    );
    spells(
        "MAP(A1:A3,LAMBDA(a,[b],IF(ISOMITTED(b),a,0)))",
        "_xlfn.MAP(A1:A3,_xlfn.LAMBDA(_xlpm.a,[_xlop.b],IF(_xlfn.ISOMITTED(_xlpm.b),_xlpm.a,0)))",
    );
    spells(
        "LET(f,LAMBDA(r,r*2),f(3))",
        "_xlfn.LET(_xlpm.f,_xlfn.LAMBDA(_xlpm.r,_xlpm.r*2),_xlpm.f(3))",
    );
    spells("BYROW(A1:B9,SUM)", "_xlfn.BYROW(A1:B9,_xleta.SUM)");
}

#[test]
fn operators_of_arrays_become_functions() {
    spells("A1#", "_xlfn.ANCHORARRAY(A1)");
    spells(
        "SUM('My sheet'!$A$1#)",
        "SUM(_xlfn.ANCHORARRAY('My sheet'!$A$1))",
    );
    spells("@A1:A10+1", "_xlfn.SINGLE(A1:A10)+1");
    spells("@INDEX(A1:A9,2)*2", "_xlfn.SINGLE(INDEX(A1:A9,2))*2");
    spells("@A1#", "_xlfn.SINGLE(_xlfn.ANCHORARRAY(A1))");
    spells("IF(A1,#REF!,#N/A)", "IF(A1,#REF!,#N/A)");
    spells("Sales[@Amount]*2", "Sales[[#This Row],[Amount]]*2");
    spells("Sales[@[a b]:[c d]]", "Sales[[#This Row],[a b]:[c d]]");
}
