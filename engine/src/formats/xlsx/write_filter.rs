//! The filter of a sheet as XML.

use super::book_sink::AutoFilter;
use super::cell_reference::range_text;
use super::write_attributes::push_number_attribute;
use super::xml_text::push_attribute;
use crate::value::Value;
use crate::workbook::FilterCondition;

/// Operators of criteria as they are typed and as files call them; a longer one stands before the one that it begins
/// with.
const OPERATORS: [(&str, &str); 6] = [
    ("<=", "lessThanOrEqual"),
    (">=", "greaterThanOrEqual"),
    ("<>", "notEqual"),
    ("=", "equal"),
    ("<", "lessThan"),
    (">", "greaterThan"),
];

/// Appends the `autoFilter` element with its conditions.
pub(super) fn push_filter(text: &mut String, filter: &AutoFilter, conditions: &[FilterCondition]) {
    text.push_str(&format!("<autoFilter ref=\"{}\"", range_text(filter.range)));
    if conditions.is_empty() {
        return text.push_str("/>");
    }
    text.push('>');
    for condition in conditions {
        let Some(place) = condition.column.checked_sub(filter.range.left) else {
            continue;
        };
        text.push_str("<filterColumn");
        push_number_attribute(text, "colId", f64::from(place));
        text.push('>');
        if condition.is_list() {
            push_list(text, &condition.any_of);
        } else {
            push_comparisons(text, &condition.any_of);
        }
        text.push_str("</filterColumn>");
    }
    text.push_str("</autoFilter>");
}

fn push_list(text: &mut String, values: &[Value]) {
    let finds_blanks = |value: &&Value| matches!(value.to_string().as_str(), "" | "=");
    text.push_str("<filters");
    if values.iter().any(|value| finds_blanks(&value)) {
        text.push_str(" blank=\"1\"");
    }
    text.push('>');
    for value in values.iter().filter(|value| !finds_blanks(value)) {
        text.push_str("<filter val=\"");
        push_attribute(text, &value.to_string());
        text.push_str("\"/>");
    }
    text.push_str("</filters>");
}

/// Two comparisons of which one must hold, or a single one.
fn push_comparisons(text: &mut String, values: &[Value]) {
    text.push_str("<customFilters>");
    for value in values {
        let typed = value.to_string();
        let found = OPERATORS
            .iter()
            .find_map(|(sign, name)| Some((*name, typed.strip_prefix(sign)?)));
        let (operator, operand) = found.unwrap_or(("equal", &typed));
        // Blank cells are a space there.
        let operand = if operand.is_empty() { " " } else { operand };
        text.push_str(&format!("<customFilter operator=\"{operator}\" val=\""));
        push_attribute(text, operand);
        text.push_str("\"/>");
    }
    text.push_str("</customFilters>");
}
