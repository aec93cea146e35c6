//! The findings, as a table for people and as JSON for scripts.

use serde_json::{Map, Value, json};

use crate::measure::{Figures, Finding};

/// The head of the table.
pub fn head() -> String {
    let head = line([
        "benchmark",
        "",
        "median",
        "min",
        "p99",
        "cpu",
        "unit",
        "ours/it",
        "bar",
        "holds",
    ]);
    let rule = "-".repeat(head.len());
    format!("{head}\n{rule}")
}

/// The rows of one benchmark: this engine's, then one for each comparator.
pub fn rows(finding: &Finding) -> String {
    let mut rows: Vec<String> = Vec::new();
    for (position, figures) in finding.figures.iter().enumerate() {
        let ours = position == 0;
        let ratio = format!("{}x", digits(finding.ratio(figures)));
        rows.push(line([
            if ours { finding.name } else { "" },
            figures.name,
            &digits(figures.median),
            &digits(figures.min),
            &figures.p99.map_or(String::new(), digits),
            &figures.cpu.map_or(String::new(), digits),
            finding.unit,
            if ours { "" } else { &ratio },
            &finding.bar_text().filter(|_| ours).unwrap_or_default(),
            match finding.holds().filter(|_| ours) {
                Some(true) => "yes",
                Some(false) => "no",
                None => "",
            },
        ]));
    }
    for (name, why) in &finding.absent {
        rows.push(format!("{:24} {name:16} absent: {why}", ""));
    }
    rows.join("\n")
}

fn line(cells: [&str; 10]) -> String {
    let [name, who, median, min, p99, cpu, unit, ratio, bar, holds] = cells;
    let line = format!(
        "{name:24} {who:16} {median:>9} {min:>9} {p99:>9} {cpu:>9} {unit:9} {ratio:>9}  {bar:18} {holds}"
    );
    line.trim_end().to_owned()
}

/// Three digits that count.
fn digits(number: f64) -> String {
    let places = match number.abs() {
        x if x >= 99.95 => 0,
        x if x >= 9.995 => 1,
        _ => 2,
    };
    format!("{number:.places$}")
}

/// One benchmark as a JSON object.
pub fn json(finding: &Finding) -> Value {
    let comparators = || finding.figures.iter().skip(1);
    let object = |value: &dyn Fn(&Figures) -> f64| -> Map<String, Value> {
        comparators()
            .map(|figures| (figures.name.to_owned(), json!(value(figures))))
            .collect()
    };
    let ours = finding.figures.first();
    json!({
        "name": finding.name,
        "unit": finding.unit,
        "median": ours.map(|ours| ours.median),
        "min": ours.map(|ours| ours.min),
        "p99": ours.and_then(|ours| ours.p99),
        "cpu": ours.and_then(|ours| ours.cpu),
        "against": object(&|figures| figures.median),
        "ratio": object(&|figures| finding.ratio(figures)),
        "absent": finding.absent.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        "bar": finding.bar_text(),
        "holds": finding.holds(),
    })
}
