//! An element or a small part as a list of its XML nodes, each with the bytes that it was written with.
//!
//! What is not touched is written again byte for byte. All walks are loops over the list.

use std::borrow::Cow;
use std::io::BufRead;

use super::patch_sheet::push_attribute_raw;
use super::xml_part::{Node, XmlPart, local, split_tag};
use super::xml_text::{push_formula, push_plain_attribute};
use crate::error::{Error, ErrorKind, Result};
use crate::limits;

/// XML nodes in the order in which they are written.
#[derive(Debug, Default)]
pub(super) struct XmlTokens {
    tokens: Vec<Token>,
    /// The elements that are open while the list is made.
    open: Vec<Element>,
    changed: bool,
}

/// One node.
#[derive(Debug, Clone)]
struct Token {
    kind: TokenKind,
    /// The element around it.
    parent: Option<Element>,
    /// Of an element: the place behind its end, and the number of its children that are there.
    end: usize,
    children: usize,
    /// The bytes that it is written with.
    raw: String,
}

#[derive(Debug, Clone, PartialEq)]
enum TokenKind {
    /// The start of an element of this local name.
    Start(String),
    End,
    /// A text, without its escapes.
    Text(String),
    Other,
}

/// The place of an element's start in the list.
pub(super) type Element = usize;

impl XmlTokens {
    /// All nodes of a part.
    pub(super) fn of_part<R: BufRead>(mut xml: XmlPart<R>) -> Result<XmlTokens> {
        xml.keep_raw();
        let mut tokens = XmlTokens::default();
        while tokens.push_next(&mut xml)? {}
        Ok(tokens)
    }

    /// The element whose start, written as `start`, was read last, to its end.
    pub(super) fn of_element<R: BufRead>(
        xml: &mut XmlPart<R>,
        name: &str,
        start: &[u8],
    ) -> Result<XmlTokens> {
        let mut tokens = XmlTokens::default();
        tokens.push(TokenKind::Start(name.to_owned()), start.to_vec())?;
        let mut bytes = 0;
        while !tokens.open.is_empty() {
            if !tokens.push_next(xml)? {
                return Err(xml.unexpected_end());
            }
            bytes += tokens.tokens.last().map_or(0, |token| token.raw.len());
            if bytes as u64 > limits::WHOLE_PART_BYTES {
                return Err(Error::new(
                    ErrorKind::Limit,
                    format!(
                        "an element `{name}` has more than {} bytes",
                        limits::WHOLE_PART_BYTES
                    ),
                ));
            }
        }
        Ok(tokens)
    }

    fn push_next<R: BufRead>(&mut self, xml: &mut XmlPart<R>) -> Result<bool> {
        let kind = match xml.next()? {
            Node::Start(tag) => TokenKind::Start(tag.name().to_owned()),
            Node::End => TokenKind::End,
            Node::Text(text) => TokenKind::Text(text.into_owned()),
            Node::Other => TokenKind::Other,
            Node::Eof => return Ok(false),
        };
        let mut raw = Vec::new();
        xml.take_raw(&mut raw);
        self.push(kind, raw)?;
        Ok(true)
    }

    fn push(&mut self, kind: TokenKind, raw: Vec<u8>) -> Result<()> {
        let raw = String::from_utf8(raw)
            .map_err(|_| Error::new(ErrorKind::FileFormat, "malformed xml: it is not UTF-8"))?;
        let place = self.tokens.len();
        if kind == TokenKind::End
            && let Some(element) = self.open.pop()
        {
            self.tokens[element].end = place + 1;
        }
        let parent = self.open.last().copied();
        if let TokenKind::Start(_) = kind {
            self.open.push(place);
            if let Some(parent) = parent {
                self.tokens[parent].children += 1;
            }
        }
        self.tokens.push(Token {
            kind,
            parent,
            end: place + 1,
            children: 0,
            raw,
        });
        Ok(())
    }

    /// Whether anything was changed.
    pub(super) fn is_changed(&self) -> bool {
        self.changed
    }

    /// All as it is to be written.
    pub(super) fn text(&self) -> String {
        self.tokens.iter().map(|token| token.raw.as_str()).collect()
    }

    /// The elements that are there, in the order of their starts.
    pub(super) fn elements(&self) -> impl Iterator<Item = Element> + '_ {
        (0..self.tokens.len()).filter(|&at| self.is_there(at))
    }

    /// Whether the element was not dropped.
    pub(super) fn is_there(&self, at: Element) -> bool {
        matches!(self.tokens[at].kind, TokenKind::Start(_))
    }

    /// An element's name without a prefix.
    pub(super) fn name(&self, at: Element) -> &str {
        match &self.tokens[at].kind {
            TokenKind::Start(name) => name,
            _ => "",
        }
    }

    /// The places of an element's nodes, its end included.
    pub(super) fn range(&self, at: Element) -> std::ops::Range<usize> {
        at..self.tokens[at].end.max(at + 1)
    }

    /// The elements inside an element, children's children too.
    pub(super) fn inside(&self, at: Element) -> impl Iterator<Item = Element> + '_ {
        let range = self.range(at);
        (at + 1..range.end).filter(|&at| self.is_there(at))
    }

    /// The elements directly inside an element.
    pub(super) fn children(&self, at: Element) -> impl Iterator<Item = Element> + '_ {
        self.inside(at)
            .filter(move |&child| self.tokens[child].parent == Some(at))
    }

    /// The child of this name.
    pub(super) fn child(&self, at: Element, name: &str) -> Option<Element> {
        self.children(at).find(|&child| self.name(child) == name)
    }

    /// The element around an element.
    pub(super) fn parent(&self, at: Element) -> Option<Element> {
        self.tokens[at].parent
    }

    /// The value of the attribute of this name, without a prefix if one is there twice.
    pub(super) fn attribute(&self, at: Element, name: &str) -> Option<String> {
        let (_, attributes) = split_tag(self.tokens[at].raw.as_bytes()).ok()?;
        let exact = attributes.iter().find(|(key, _)| key == name);
        let value = exact.or_else(|| attributes.iter().find(|(key, _)| local(key) == name));
        value.map(|(_, value)| unescaped(value).into_owned())
    }

    /// Gives an attribute that is there another value; adds it if it is not.
    pub(super) fn set_attribute(&mut self, at: Element, name: &str, value: &str) {
        let mut escaped = String::new();
        push_plain_attribute(&mut escaped, value);
        self.rewrite_tag(at, |attributes| {
            let place = attributes
                .iter()
                .position(|(key, _)| key == name)
                .or_else(|| attributes.iter().position(|(key, _)| local(key) == name));
            match place {
                Some(place) => attributes[place].1 = escaped,
                None => attributes.push((name.to_owned(), escaped)),
            }
        });
    }

    /// Takes the attributes of this name without a prefix from an element.
    pub(super) fn drop_attribute(&mut self, at: Element, name: &str) {
        let keys = self.attribute_keys(at);
        if keys.iter().any(|key| local(key) == name) {
            self.rewrite_tag(at, |attributes| {
                attributes.retain(|(key, _)| local(key) != name);
            });
        }
    }

    fn rewrite_tag(&mut self, at: Element, change: impl FnOnce(&mut Vec<(String, String)>)) {
        let raw = &self.tokens[at].raw;
        let Ok((name, mut attributes)) = split_tag(raw.as_bytes()) else {
            return;
        };
        change(&mut attributes);
        let mut tag = format!("<{name}");
        for (key, value) in attributes {
            push_attribute_raw(&mut tag, &key, &value);
        }
        tag.push_str(if raw.ends_with("/>") { "/>" } else { ">" });
        self.tokens[at].raw = tag;
        self.changed = true;
    }

    /// The text of an element, without that of elements inside it.
    pub(super) fn text_of(&self, at: Element) -> String {
        let mut out = String::new();
        for token in &self.tokens[self.range(at)] {
            if let (TokenKind::Text(text), true) = (&token.kind, token.parent == Some(at)) {
                out.push_str(text);
            }
        }
        out
    }

    /// Gives an element that has a text another one.
    pub(super) fn set_text(&mut self, at: Element, text: &str) {
        let mut escaped = String::new();
        push_formula(&mut escaped, text);
        let mut due = Some((escaped, text.to_owned()));
        for place in self.range(at) {
            let token = &mut self.tokens[place];
            if matches!(token.kind, TokenKind::Text(_)) && token.parent == Some(at) {
                // A text in several pieces becomes one.
                let (raw, text) = due.take().unwrap_or_default();
                token.raw = raw;
                token.kind = TokenKind::Text(text);
                self.changed = true;
            }
        }
    }

    /// An element as it is to be written.
    pub(super) fn element_text(&self, at: Element) -> String {
        let tokens = &self.tokens[self.range(at)];
        tokens.iter().map(|token| token.raw.as_str()).collect()
    }

    /// An element as it would be written after a change, which is not made.
    pub(super) fn varied(&mut self, at: Element, change: impl FnOnce(&mut XmlTokens)) -> String {
        let range = self.range(at);
        let (kept, was_changed) = (self.tokens[range.clone()].to_vec(), self.changed);
        change(self);
        let text = self.element_text(at);
        for (place, token) in range.zip(kept) {
            self.tokens[place] = token;
        }
        self.changed = was_changed;
        text
    }

    /// Writes elements, so many, behind one that is there or was.
    pub(super) fn add_behind(&mut self, at: Element, (text, count): (&str, usize)) {
        let last = self.range(at).end - 1;
        self.tokens[last].raw.push_str(text);
        if let Some(parent) = self.tokens[at].parent {
            self.tokens[parent].children += count;
        }
        self.changed = true;
    }

    /// The full names of an element's attributes.
    pub(super) fn attribute_keys(&self, at: Element) -> Vec<String> {
        let split = split_tag(self.tokens[at].raw.as_bytes());
        let attributes = split.map(|(_, attributes)| attributes).unwrap_or_default();
        attributes.into_iter().map(|(key, _)| key).collect()
    }

    /// Writes a text as it is in place of all that an element with content holds.
    pub(super) fn replace_content(&mut self, at: Element, text: String) {
        let range = self.range(at);
        let mut due = Some(text);
        for token in &mut self.tokens[range.start + 1..range.end.saturating_sub(1)] {
            token.raw = due.take().unwrap_or_default();
            token.kind = TokenKind::Other;
        }
        self.tokens[at].children = 0;
        self.changed = true;
    }

    /// Takes an element out.
    pub(super) fn remove(&mut self, at: Element) {
        if !self.is_there(at) {
            return;
        }
        if let Some(parent) = self.tokens[at].parent {
            self.tokens[parent].children -= 1;
        }
        for place in self.range(at) {
            let token = &mut self.tokens[place];
            token.raw.clear();
            token.kind = TokenKind::Other;
        }
        self.changed = true;
    }

    /// Takes an element out, and each of `containers` around it that has no other child then.
    pub(super) fn remove_with_empty(&mut self, at: Element, containers: &[&str]) {
        let mut next = Some(at);
        while let Some(at) = next {
            let around = self
                .parent(at)
                .filter(|&parent| containers.contains(&self.name(parent)));
            self.remove(at);
            next = around.filter(|&around| self.tokens[around].children == 0);
        }
    }

    /// Corrects the counts that these elements state of their children.
    pub(super) fn correct_counts(&mut self, containers: &[&str]) {
        for at in 0..self.tokens.len() {
            let stated = containers
                .contains(&self.name(at))
                .then(|| self.attribute(at, "count"));
            let children = self.tokens[at].children.to_string();
            if stated.flatten().is_some_and(|stated| stated != children) {
                self.set_attribute(at, "count", &children);
            }
        }
    }
}

/// An attribute's value without its escapes.
fn unescaped(value: &str) -> Cow<'_, str> {
    quick_xml::escape::unescape(value).unwrap_or(Cow::Borrowed(value))
}
