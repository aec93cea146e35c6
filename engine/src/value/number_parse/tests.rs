//! What typed texts become.

use super::*;
use proptest::prelude::*;

fn conventions() -> Conventions {
    Conventions {
        year: 2024,
        ..Conventions::default()
    }
}

#[track_caller]
fn check(text: &str, number: f64, format: &str) {
    let entry = parse_entry(text, &conventions()).unwrap_or_else(|| panic!("{text} is a text"));
    assert_eq!(entry.value, Value::Number(number), "{text}");
    assert_eq!(entry.format.unwrap_or(""), format, "{text}");
}

#[track_caller]
fn check_text(text: &str) {
    assert_eq!(parse_entry(text, &conventions()), None, "{text}");
}

#[test]
fn numbers_are_read_in_their_notations() {
    check("5", 5.0, "");
    check(" -5 ", -5.0, "");
    check("+5", 5.0, "");
    check(".5", 0.5, "");
    check("5.", 5.0, "");
    check("0.1", 0.1, "");
    check("-0", 0.0, "");
    check("(5)", -5.0, "");
    check("1,234", 1234.0, "#,##0");
    check("1,234,567.8", 1234567.8, "#,##0.00");
    check("$1,000", 1000.0, "$#,##0");
    check("-$5.25", -5.25, "$#,##0.00");
    check("($5.25)", -5.25, "$#,##0.00");
    check("5%", 0.05, "0%");
    check("%12", 0.12, "0%");
    check("12.5 %", 0.125, "0.00%");
    check("(100%)", -1.0, "0%");
    check("1e3", 1000.0, "0.00E+00");
    check("1.0E-07", 1e-7, "0.00E+00");
    check("1e-999", 0.0, "0.00E+00");
    check("1 1/2", 1.5, "# ?/?");
    check("0 1/2", 0.5, "# ?/?");
    check("-1 12/16", -1.75, "# ??/??");
}

#[test]
fn digits_after_the_fifteenth_are_cut() {
    check("1234567890123456", 1234567890123450.0, "");
    check("0.12345678901234599", 0.123456789012345, "");
    check("0.00012345678901234599", 0.000123456789012345, "");
    check("99999999999999999999", 99999999999999900000.0, "");
    assert_eq!(
        parse_number_17("1234567890123456"),
        Some(1234567890123456.0)
    );
    assert_eq!(parse_number_17("1e400"), None);
    assert_eq!(parse_number_17("inf"), None);
    assert_eq!(parse_number_17(""), None);
}

#[test]
fn what_is_not_a_number_stays_a_text() {
    for text in [
        "", " ", "abc", "1,23", "1,2345", "1234,567", ",123", "1e", "1e400", "--5", "5%%", "(5",
        "5)", "1 1/0", "$5%", "1.2.3", "1 000", "2+2", "3D22", "e5", ".", "-", "$", "5 apples",
        "0x1F", "inf", "NaN", "1_000", "٣",
    ] {
        check_text(text);
    }
}

#[test]
fn booleans_and_errors_need_their_spelling() {
    let value = |text| parse_entry(text, &conventions()).map(|entry| entry.value);
    assert_eq!(value("true"), Some(Value::Boolean(true)));
    assert_eq!(value("FALSE"), Some(Value::Boolean(false)));
    assert_eq!(value("#N/A"), Some(Value::Error(CellError::Na)));
    assert_eq!(value("#NUM?"), None);
    assert_eq!(value("#DIV/0"), None);
    assert_eq!(parse_number("#N/A", &conventions()), None);
}

#[test]
fn dates_are_read_month_first() {
    check("1/2/2020", 43832.0, "m/d/yyyy");
    check("01/02/20", 43832.0, "m/d/yyyy");
    check("1-2-2020", 43832.0, "m/d/yyyy");
    check("2020-01-02", 43832.0, "m/d/yyyy");
    check("2020/1/2", 43832.0, "m/d/yyyy");
    check("01/01/29", 47119.0, "m/d/yyyy");
    check("01/01/30", 10959.0, "m/d/yyyy");
    check("2/29/1900", 60.0, "m/d/yyyy");
    check("1/1/1900", 1.0, "m/d/yyyy");
    check("12/31/9999", 2958465.0, "m/d/yyyy");
    for text in [
        "2/30/2020",
        "13/1/2020",
        "10000/12/1",
        "1/2/",
        "/1/2",
        "1/2/2020/3",
        "1900-0-0",
        "31/12/1899",
        "1 2 2020",
    ] {
        check_text(text);
    }
}

#[test]
fn month_names_are_known() {
    check("22-MAY-2011", 40685.0, "d-mmm-yy");
    check("3-Dec-14", 41976.0, "d-mmm-yy");
    check("December 3, 2014", 41976.0, "d-mmm-yy");
    check("Wednesday, December 3, 2014", 41976.0, "d-mmm-yy");
    check("3 December 2014", 41976.0, "d-mmm-yy");
    check("Dec-3", 45629.0, "d-mmm");
    check("3-Dec", 45629.0, "d-mmm");
    check("SEPT2", 45537.0, "d-mmm");
    check("MARCH1", 45352.0, "d-mmm");
    check("Jan 2020", 43831.0, "mmm-yy");
    check_text("Decem 3");
    check_text("Foo 3");
    check_text("May");
}

#[test]
fn two_parts_are_a_day_of_this_year_or_a_month() {
    check("1/2", 45293.0, "d-mmm");
    check("12/3", 45629.0, "d-mmm");
    check("Dec 31", 45657.0, "d-mmm");
    check("Dec 32", 12024.0, "mmm-yy");
    check("Feb 29", 45351.0, "d-mmm");
    check("2020-05", 43952.0, "mmm-yy");
    check("5/2020", 43952.0, "mmm-yy");
    check_text("13/40");
}

#[test]
fn times_are_read() {
    check("12:00", 0.5, "h:mm");
    check("2:24 AM", 0.1, "h:mm AM/PM");
    check("12:00 am", 0.0, "h:mm AM/PM");
    check("12:00:00 PM", 0.5, "h:mm:ss AM/PM");
    check("6 PM", 0.75, "h:mm AM/PM");
    check("25:30", 1.0625, "[h]:mm:ss");
    check("00:02:23", 143.0 / 86400.0, "h:mm:ss");
    check("1:02:03.5", 3723.5 / 86400.0, "mm:ss.0");
    check("12:30.5", 750.5 / 86400.0, "mm:ss.0");
    check("1/2/2020 13:30", 43832.5625, "m/d/yyyy h:mm");
    check(
        "22-Aug-2011 6:35 AM",
        40777.0 + 395.0 / 1440.0,
        "m/d/yyyy h:mm",
    );
    check("13:30 1/2/2020", 43832.5625, "m/d/yyyy h:mm");
    for text in [
        "1:60", "1:00:60", "13:00 PM", "12", "1:2:3:4", "12: 30", "a:b", "10000:00",
    ] {
        if text != "12" {
            check_text(text);
        }
    }
}

#[test]
fn the_1904_system_shifts_dates_only() {
    let conventions = Conventions {
        date1904: true,
        ..conventions()
    };
    assert_eq!(
        parse_number("1/2/2020", &conventions),
        Some(43832.0 - 1462.0)
    );
    assert_eq!(parse_number("12:00", &conventions), Some(0.5));
    assert_eq!(parse_number("1/1/1903", &conventions), None);
}

proptest! {
    #[test]
    fn no_text_is_too_strange(text in "\\PC*") {
        let _ = parse_entry(&text, &conventions());
        let _ = parse_number_17(&text);
    }

    #[test]
    fn nothing_near_a_number_is_too_strange(text in "[0-9 ,./:()%$eE+jan-]{0,20}") {
        if let Some(entry) = parse_entry(&text, &conventions())
            && let Value::Number(x) = entry.value {
            prop_assert!(x.is_finite());
        }
    }

    #[test]
    fn texts_of_numbers_are_read_back(bits: u64) {
        let x = f64::from_bits(bits);
        prop_assume!(x.is_normal() && x.abs() < 1e300);
        let text = crate::value::number_text(x);
        let back = parse_number(&text, &conventions()).unwrap();
        prop_assert_eq!(crate::value::number_text(back), text);
    }
}
