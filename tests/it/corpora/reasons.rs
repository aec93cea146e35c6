//! Why inline cases give something else here than their suites expect: a reason, and how many cases it may explain.
//!
//! The first reason that fits a case counts. A case that none fits is to be looked at.

/// A case that gave something else.
pub(super) struct Difference<'a> {
    pub(super) formula: &'a str,
    /// What the suite expects, as JSON.
    pub(super) wanted: &'a str,
    /// What came instead, or why the formula was refused.
    pub(super) got: &'a str,
}

/// What a reason fits.
enum Fits {
    Refused,
    OtherError,
    Digits,
    /// Calls of these functions.
    Calls(&'static [&'static str]),
    /// Formulas with this text.
    Text(&'static str),
}

use Fits::{Calls, Digits, OtherError, Refused, Text};

const REASONS: [(Fits, u64, &str); 30] = [
    (Refused, 206, "Excel refuses a wrong number of arguments"),
    (
        OtherError,
        186,
        "which error it is; LibreOffice, the second witness, writes #NUM! as #VALUE!",
    ),
    (Digits, 27, "the suite gives fewer digits"),
    (
        Text("=IM"),
        64,
        "Excel gives parts with 15 digits, always as texts, and refuses ranges",
    ),
    (Text("=COMPLEX("), 4, "as those that begin with IM"),
    (
        Text("RATE("),
        144,
        "LibreOffice tries other guesses where RATE and XIRR give up",
    ),
    (Calls(&["IRR"]), 1, "a root below -1"),
    (
        Calls(&[
            "LENB", "LEFTB", "RIGHTB", "MIDB", "FINDB", "SEARCHB", "REPLACEB",
        ]),
        48,
        "bytes are counted in languages with characters of two bytes only",
    ),
    (
        Calls(&["PERCENTRANK", "PERCENTRANK.INC", "PERCENTRANK.EXC"]),
        34,
        "Excel cuts digits off, as its documentation shows",
    ),
    (
        Calls(&[
            "DATE",
            "DATEVALUE",
            "DAY",
            "MONTH",
            "YEAR",
            "WEEKNUM",
            "EOMONTH",
            "TEXT",
        ]),
        61,
        "days before March 1900, and two-digit exponents; other engines begin at 30 December 1899",
    ),
    (
        Calls(&["DATEDIF"]),
        7,
        "Excel counts the days of the first year where years are ignored",
    ),
    (
        Calls(&["HOUR", "MINUTE", "DAYS", "TIMEVALUE"]),
        7,
        "seconds are rounded, parts of days cut off, `3:00pm` needs its space",
    ),
    (
        Calls(&["CLEAN"]),
        33,
        "Excel removes the control characters below 32 only",
    ),
    (
        Calls(&[
            "COUNTIF",
            "COUNTIFS",
            "SUMIF",
            "SUMIFS",
            "AVERAGEIF",
            "AVERAGEIFS",
            "MAXIFS",
            "MINIFS",
        ]),
        41,
        "arrays and unions in place of ranges; `*` finds texts only; TRUE is not 1",
    ),
    (
        Calls(&["RANK", "RANK.EQ", "RANK.AVG", "COUNTBLANK", "ISFORMULA"]),
        10,
        "arrays in place of ranges",
    ),
    (
        Text("\"true\""),
        23,
        "a text is no boolean where a number is wanted",
    ),
    (
        Text("\"false\""),
        19,
        "a text is no boolean where a number is wanted",
    ),
    (
        Calls(&[
            "MAXA",
            "MINA",
            "STDEVA",
            "STDEVPA",
            "VARA",
            "VARPA",
            "COUNT",
            "COUNTA",
            "SUMPRODUCT",
            "SUMXMY2",
            "NPV",
            "GCD",
            "LCM",
            "MULTINOMIAL",
            "AND",
            "ISNUMBER",
            "N",
        ]),
        50,
        "how texts, booleans and empty texts count among arguments and in ranges",
    ),
    (
        Calls(&[
            "BIN2DEC",
            "BIN2HEX",
            "BIN2OCT",
            "DEC2HEX",
            "DEC2OCT",
            "HEX2BIN",
            "HEX2DEC",
            "HEX2OCT",
            "OCT2BIN",
            "OCT2DEC",
            "OCT2HEX",
            "ISODD",
            "EFFECT",
            "MROUND",
            "NETWORKDAYS",
            "NETWORKDAYS.INTL",
            "WORKDAY.INTL",
        ]),
        28,
        "functions that refuse booleans and ranges, and signs that differ",
    ),
    (
        Calls(&["ROWS", "COLUMNS"]),
        14,
        "a single value has one row and one column",
    ),
    (
        Calls(&[
            "POWER",
            "ATAN2",
            "COMBINA",
            "PERMUT",
            "FACTDOUBLE",
            "MOD",
            "GEOMEAN",
            "ACOTH",
            "ROUNDUP",
            "ARABIC",
            "MDETERM",
            "MINVERSE",
        ]),
        27,
        "domains: 0 to the power of 0, arctangents of nothing, quotients too large; last bits",
    ),
    (Text("^"), 4, "0 to the power of 0"),
    (
        Calls(&[
            "BETA.INV",
            "BETAINV",
            "BETADIST",
            "BINOM.INV",
            "CRITBINOM",
            "CHIINV",
            "CHISQ.TEST",
            "CHITEST",
            "EXPON.DIST",
            "EXPONDIST",
            "GAMMADIST",
            "HYPGEOM.DIST",
            "HYPGEOMDIST",
            "NEGBINOMDIST",
            "POISSON",
            "POISSON.DIST",
            "PROB",
            "Z.TEST",
            "ZTEST",
            "FREQUENCY",
            "TREND",
        ]),
        26,
        "domains of distributions as Excel's documentation has them",
    ),
    (
        Calls(&[
            "DAVERAGE", "DCOUNT", "DCOUNTA", "DGET", "DMAX", "DMIN", "DPRODUCT", "DSTDEV",
            "DSTDEVP", "DSUM", "DVAR", "DVARP",
        ]),
        22,
        "a blank row of criteria is met by all records; fields lift",
    ),
    (
        Calls(&[
            "CUMIPMT",
            "CUMPRINC",
            "DDB",
            "FVSCHEDULE",
            "MIRR",
            "SYD",
            "VDB",
            "XNPV",
            "XIRR",
        ]),
        18,
        "empty arguments and domains",
    ),
    (
        Calls(&[
            "ADDRESS",
            "DOLLAR",
            "FIXED",
            "NUMBERVALUE",
            "VALUE",
            "CODE",
            "TEXTJOIN",
            "TRIM",
        ]),
        25,
        "another spelling of sheets and of negative amounts; numbers expected as texts",
    ),
    (
        Calls(&[
            "ERROR.TYPE",
            "IFERROR",
            "IFNA",
            "ISERROR",
            "ISBLANK",
            "ISTEXT",
            "TYPE",
            "SWITCH",
        ]),
        16,
        "others' errors and circles; TRUE is no number; empty texts lost on the way",
    ),
    (
        Calls(&[
            "LOOKUP", "MATCH", "XMATCH", "VLOOKUP", "HLOOKUP", "INDEX", "INDIRECT", "SORT",
        ]),
        20,
        "blank needles, unsorted data, arrays that others refuse",
    ),
    (
        Calls(&[
            "SUBSTITUTE",
            "MID",
            "EXACT",
            "SIN",
            "ERF.PRECISE",
            "ERFC.PRECISE",
            "ISOWEEKNUM",
            "SUM",
            "FLOOR.PRECISE",
            "FLOOR.MATH",
            "IF",
        ]),
        16,
        "arrays that others refuse, empty arguments, empty sums",
    ),
    (
        Text("A1"),
        5,
        "arrays that others refuse; times that are texts",
    ),
];

/// How many differences each reason explains.
pub(super) struct Explained([u64; REASONS.len()]);

impl Explained {
    pub(super) fn none() -> Explained {
        Explained([0; REASONS.len()])
    }

    /// Whether a reason fits.
    pub(super) fn take(&mut self, difference: &Difference<'_>) -> bool {
        let fitting = REASONS.iter().position(|(fits, ..)| fits.fit(difference));
        if let Some(place) = fitting {
            self.0[place] += 1;
        }
        fitting.is_some()
    }

    /// Prints each reason with the number of its cases; gives those that explain more than they may.
    pub(super) fn print(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for ((_, most, reason), count) in REASONS.iter().zip(self.0) {
            eprintln!("{count}\t{reason}");
            if count > *most {
                faults.push(format!("{count} cases, {most} are known: {reason}"));
            }
        }
        faults
    }
}

impl Fits {
    fn fit(&self, difference: &Difference<'_>) -> bool {
        let Difference {
            formula,
            wanted,
            got,
        } = difference;
        match self {
            Refused => got.contains("argument") && got.contains(", not "),
            OtherError => wanted.starts_with("\"#") && got.starts_with("Value(Error("),
            Digits => {
                let got = got
                    .strip_prefix("Value(Number(")
                    .and_then(|got| got.strip_suffix("))"));
                match (wanted.parse::<f64>(), got.map(str::parse::<f64>)) {
                    (Ok(wanted), Some(Ok(got))) => {
                        (wanted - got).abs() <= 1e-6 * wanted.abs().max(got.abs())
                    }
                    _ => false,
                }
            }
            Calls(names) => names.iter().any(|name| calls(formula, name)),
            Text(text) => formula.contains(text),
        }
    }
}

/// Whether the formula calls the function.
fn calls(formula: &str, name: &str) -> bool {
    let call = format!("{name}(");
    formula.match_indices(&call).any(|(place, _)| {
        let before = formula[..place].chars().next_back();
        !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '.')
            || formula[..place].ends_with("_xlfn.")
    })
}
