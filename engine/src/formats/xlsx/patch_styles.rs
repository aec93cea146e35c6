//! The part of styles with new ones: copies of the file's that differ in their number format.

use std::io::BufRead;

use hashbrown::HashMap;

use super::book_changes::NewStyle;
use super::package::Package;
use super::patch_sheet::push_attribute_raw;
use super::read_styles::built_in_number;
use super::xml_part::{Node, XmlPart, split_tag};
use super::xml_text::push_plain_attribute;
use crate::error::Result;

/// The first number of formats that a file defines itself.
const FIRST_OWN: u32 = 164;

/// What the part holds already.
#[derive(Default)]
struct OldStyles {
    /// Numbers of formats by their codes.
    formats: HashMap<String, u32>,
    next_format: u32,
    /// The `xf` elements of cells: the start tag, and what follows it.
    styles: Vec<(Vec<u8>, Vec<u8>)>,
    has_formats: bool,
    /// The prefix of the part's elements, with its colon.
    prefix: String,
}

/// The part at `index` with the new styles behind its own.
pub(super) fn patch_styles(package: &Package, index: usize, new: &[NewStyle]) -> Result<Vec<u8>> {
    let mut archive = package.archive();
    let mut old = OldStyles::read(package.xml(&mut archive, index)?)?;
    let (mut formats, mut styles) = (String::new(), String::new());
    for style in new {
        let number = old.format_number(&style.format, &mut formats);
        old.push_style(&mut styles, style.base, number)?;
    }
    let style_count = old.styles.len() + new.len();
    let mut archive = package.archive();
    insert(
        package.xml(&mut archive, index)?,
        &old,
        &formats,
        (&styles, style_count),
    )
}

impl OldStyles {
    fn read<R: BufRead>(mut xml: XmlPart<R>) -> Result<OldStyles> {
        xml.keep_raw();
        let mut old = OldStyles {
            next_format: FIRST_OWN,
            ..OldStyles::default()
        };
        let mut section = String::new();
        let mut raw = Vec::new();
        loop {
            let depth = xml.depth();
            raw.clear();
            let (mut is_root, mut is_style) = (false, false);
            match xml.next()? {
                Node::Start(_) if depth == 0 => is_root = true,
                Node::Start(tag) if depth == 1 => {
                    section = tag.name().to_owned();
                    old.has_formats |= section == "numFmts";
                }
                Node::Start(tag) if depth == 2 && section == "numFmts" => {
                    let number: u32 = tag.number("numFmtId")?.unwrap_or(0);
                    let code = tag.text("formatCode")?.unwrap_or_default();
                    old.formats.insert(code, number);
                    old.next_format = old.next_format.max(number.saturating_add(1));
                }
                Node::Start(tag) if depth == 2 && section == "cellXfs" => {
                    is_style = tag.name() == "xf";
                }
                Node::Eof => return Ok(old),
                _ => {}
            }
            xml.take_raw(&mut raw);
            if is_root {
                old.prefix = prefix_of(&raw)?;
            }
            if is_style {
                let mut rest = Vec::new();
                xml.skip_element()?;
                xml.take_raw(&mut rest);
                old.styles.push((raw.clone(), rest));
            }
        }
    }

    /// The number of a format; one that is new is appended to `formats`.
    fn format_number(&mut self, code: &str, formats: &mut String) -> u32 {
        if let Some(number) = built_in_number(code).or_else(|| self.formats.get(code).copied()) {
            return number;
        }
        let number = self.next_format;
        self.next_format = self.next_format.saturating_add(1);
        self.formats.insert(code.to_owned(), number);
        formats.push_str(&format!(
            "<{}numFmt numFmtId=\"{number}\" formatCode=\"",
            self.prefix
        ));
        push_plain_attribute(formats, code);
        formats.push_str("\"/>");
        number
    }

    /// Appends a copy of a style with another number format.
    fn push_style(&self, styles: &mut String, base: u32, format: u32) -> Result<()> {
        let Some((start, rest)) = self.styles.get(base as usize) else {
            styles.push_str(&format!(
                "<{}xf numFmtId=\"{format}\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" \
                 applyNumberFormat=\"1\"/>",
                self.prefix
            ));
            return Ok(());
        };
        let (name, attributes) = split_tag(start)?;
        styles.push('<');
        styles.push_str(&name);
        push_attribute_raw(styles, "numFmtId", &format.to_string());
        for (key, value) in attributes {
            if key != "numFmtId" && key != "applyNumberFormat" {
                push_attribute_raw(styles, &key, &value);
            }
        }
        push_attribute_raw(styles, "applyNumberFormat", "1");
        styles.push_str(if start.ends_with(b"/>") { "/>" } else { ">" });
        styles.push_str(&String::from_utf8_lossy(rest));
        Ok(())
    }
}

/// Copies the part with more formats and styles at the ends of their lists.
fn insert<R: BufRead>(
    mut xml: XmlPart<R>,
    old: &OldStyles,
    formats: &str,
    (styles, style_count): (&str, usize),
) -> Result<Vec<u8>> {
    xml.keep_raw();
    let (mut out, mut section, prefix) = (Vec::new(), String::new(), &old.prefix);
    let format_count = old.formats.len();
    loop {
        let depth = xml.depth();
        let (mut is_root, mut is_section, mut is_end) = (false, false, false);
        match xml.next()? {
            Node::Start(_) if depth == 0 => is_root = true,
            Node::Start(tag) if depth == 1 => {
                section = tag.name().to_owned();
                is_section = true;
            }
            Node::End => is_end = depth == 2,
            Node::Eof => return Ok(out),
            _ => {}
        }
        let start = out.len();
        xml.take_raw(&mut out);
        let (more, count) = match section.as_str() {
            "numFmts" => (formats, format_count),
            "cellXfs" => (styles, style_count),
            _ => ("", 0),
        };
        if is_root && !old.has_formats && !formats.is_empty() {
            let list =
                format!("<{prefix}numFmts count=\"{format_count}\">{formats}</{prefix}numFmts>");
            out.extend_from_slice(list.as_bytes());
        } else if is_section && !more.is_empty() {
            let (name, attributes) = split_tag(&out[start..])?;
            let mut tag = format!("<{name}");
            for (key, value) in attributes.iter().filter(|(key, _)| key != "count") {
                push_attribute_raw(&mut tag, key, value);
            }
            push_attribute_raw(&mut tag, "count", &count.to_string());
            tag.push('>');
            out.truncate(start);
            out.extend_from_slice(tag.as_bytes());
        } else if is_end && !more.is_empty() {
            // A list that was closed at once has no end tag of its own.
            let end = out.split_off(start);
            out.extend_from_slice(more.as_bytes());
            if end.is_empty() {
                out.extend_from_slice(format!("</{prefix}{section}>").as_bytes());
            } else {
                out.extend_from_slice(&end);
            }
        }
    }
}

/// The prefix of a start tag, with its colon.
pub(super) fn prefix_of(raw: &[u8]) -> Result<String> {
    let start = raw.iter().position(|byte| *byte == b'<').unwrap_or(0);
    let (name, _) = split_tag(&raw[start..])?;
    let prefix = name.rsplit_once(':').map(|(prefix, _)| prefix);
    Ok(prefix.map_or(String::new(), |prefix| format!("{prefix}:")))
}
