//! A part of a package as a stream of XML nodes, with bounds.
//!
//! Nothing is expanded but the five predefined entities and character references; a document type is refused. The
//! bytes of a tag or a run of text and the depth of elements are bounded, so a part costs little memory whatever it
//! holds. Elements and attributes go by their local names: writers choose prefixes as they like, and the strict and
//! the transitional form differ in namespaces only.

use std::borrow::Cow;
use std::io::{self, BufRead};

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use super::metered::Metered;
use super::xml_text::push_plain_attribute;
use crate::error::{Error, ErrorKind, Result};
use crate::limits;

/// One step through a part.
pub(super) enum Node<'a> {
    /// An element begins; one without content is followed by its end as well.
    Start(Tag<'a>),
    /// A piece of the text of the innermost open element; one text may come in several pieces.
    Text(Cow<'a, str>),
    /// The innermost open element ends.
    End,
    /// What has no meaning here: a comment, an instruction, the declaration.
    Other,
    /// The part ends.
    Eof,
}

/// The begin of an element.
pub(super) struct Tag<'a>(BytesStart<'a>);

impl Tag<'_> {
    /// The element's name without a prefix.
    pub(super) fn name(&self) -> &str {
        local(self.0.name().0)
    }

    /// The value of the attribute with this local name.
    pub(super) fn get(&self, name: &str) -> Result<Option<Cow<'_, str>>> {
        for attribute in self.attributes() {
            let (key, value) = attribute?;
            if local(key) == name {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    /// Every attribute as its full name and its value.
    pub(super) fn attributes(&self) -> impl Iterator<Item = Result<(&str, Cow<'_, str>)>> {
        let mut attributes = self.0.attributes();
        // The check for duplicates takes quadratic time; of two equal ones the first is used.
        attributes.with_checks(false);
        attributes.map(|attribute| {
            let attribute = attribute.map_err(|error| damaged(error.to_string()))?;
            let key: &str = attribute.key.0;
            let value = if attribute.value.contains(['&', '\n', '\t', '\r']) {
                attribute
                    .normalized_value(XmlVersion::Implicit1_0)
                    .map_err(|error| damaged(error.to_string()))?
            } else {
                attribute.value
            };
            Ok((key, value))
        })
    }

    /// Whether the attribute is there and says yes.
    pub(super) fn flag(&self, name: &str) -> Result<bool> {
        Ok(self.get(name)?.is_some_and(|value| is_true(&value)))
    }

    /// The attribute as a number; nothing if it is not there or no number.
    pub(super) fn number<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>> {
        Ok(self.get(name)?.and_then(|value| value.trim().parse().ok()))
    }

    /// The tag as it may have been written.
    pub(super) fn written(&self) -> Result<String> {
        let mut out = format!("<{}", self.0.name().0);
        for attribute in self.attributes() {
            let (key, value) = attribute?;
            out.push_str(&format!(" {key}=\""));
            push_plain_attribute(&mut out, &value);
            out.push('"');
        }
        out.push('>');
        Ok(out)
    }

    /// The attribute as a text of its own.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>> {
        Ok(self.get(name)?.map(Cow::into_owned))
    }
}

/// The full name and the attributes of a start tag as it is written; values keep their escapes.
pub(super) fn split_tag(raw: &[u8]) -> Result<(String, Vec<(String, String)>)> {
    let text = std::str::from_utf8(raw).map_err(damaged)?;
    let text = text.trim_start_matches('<').trim_end_matches('>');
    let text = text.trim_end_matches('/');
    let name_length = text
        .find(|c: char| c.is_ascii_whitespace())
        .unwrap_or(text.len());
    let tag = BytesStart::from_content(text, name_length);
    let mut attributes = tag.attributes();
    attributes.with_checks(false);
    let mut found = Vec::new();
    for attribute in attributes {
        let attribute = attribute.map_err(damaged)?;
        // A value in single quotes may hold double ones.
        found.push((
            attribute.key.0.to_owned(),
            attribute.value.replace('"', "&quot;"),
        ));
    }
    Ok((text[..name_length].to_owned(), found))
}

/// Whether an attribute's text means yes.
pub(super) fn is_true(text: &str) -> bool {
    matches!(text.trim(), "1" | "true" | "True" | "TRUE" | "on")
}

/// A name without its prefix.
pub(super) fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// A fault in the XML of a part, without its place.
fn damaged(message: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::FileFormat, format!("malformed xml: {message}"))
}

/// Reads a part node by node.
pub(super) struct XmlPart<R: BufRead> {
    reader: Reader<Metered<R>>,
    buffer: Vec<u8>,
    depth: usize,
    name: String,
}

impl<R: BufRead> XmlPart<R> {
    /// The part called `name`, as `reader` gives its bytes.
    pub(super) fn new(reader: R, name: &str) -> XmlPart<R> {
        let mut reader = Reader::from_reader(Metered {
            inner: reader,
            since_event: 0,
            kept: None,
        });
        reader.config_mut().expand_empty_elements = true;
        XmlPart {
            reader,
            buffer: Vec::new(),
            depth: 0,
            name: name.to_owned(),
        }
    }

    /// Keeps the bytes of each node for [`XmlPart::take_raw`].
    pub(super) fn keep_raw(&mut self) {
        self.reader.get_mut().kept = Some(Vec::new());
    }

    /// Keeps no bytes from here on.
    pub(super) fn forget_raw(&mut self) {
        self.reader.get_mut().kept = None;
    }

    /// Moves the bytes read since the last call to the end of `out`.
    pub(super) fn take_raw(&mut self, out: &mut Vec<u8>) {
        if let Some(kept) = &mut self.reader.get_mut().kept {
            out.append(kept);
        }
    }

    /// Number of open elements.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// Bytes of the part that were read.
    pub(super) fn position(&self) -> u64 {
        self.reader.buffer_position()
    }

    /// The next node.
    pub(super) fn next(&mut self) -> Result<Node<'_>> {
        self.buffer.clear();
        if self.buffer.capacity() > 1 << 20 {
            self.buffer.shrink_to(1 << 16);
        }
        self.reader.get_mut().since_event = 0;
        let position = self.reader.buffer_position();
        match self.reader.read_event_into(&mut self.buffer) {
            Ok(event) => node(event, &mut self.depth)
                .map_err(|error| error.at(format_args!("{} at byte {position}", self.name))),
            Err(error) => Err(reading_error(&error)
                .with_source(error)
                .at(format_args!("{} at byte {position}", self.name))),
        }
    }

    /// Passes over the rest of the element that has just begun, its end included.
    pub(super) fn skip_element(&mut self) -> Result<()> {
        let depth = self.depth;
        while self.depth >= depth {
            if matches!(self.next()?, Node::Eof) {
                return Err(self.unexpected_end());
            }
        }
        Ok(())
    }

    /// Appends the text of the element that has just begun to `out` and passes over its end; nested elements are
    /// passed over.
    pub(super) fn read_text(&mut self, out: &mut String) -> Result<()> {
        let depth = self.depth;
        while self.depth >= depth {
            match self.next()? {
                Node::Text(text) => {
                    if out.len() + text.len() > limits::XML_TOKEN_BYTES as usize {
                        return Err(Error::new(
                            ErrorKind::Limit,
                            format!("{}: a text is longer than any cell can hold", self.name),
                        ));
                    }
                    out.push_str(&text);
                }
                Node::Start(_) => self.skip_element()?,
                Node::Eof => return Err(self.unexpected_end()),
                Node::End | Node::Other => {}
            }
        }
        Ok(())
    }

    /// Calls `visit` at the begin of each child of the element that has just begun, until it ends. `visit` may read
    /// on into the child; what it leaves is passed over.
    pub(super) fn for_each_child(
        &mut self,
        mut visit: impl FnMut(&mut Self, &Child) -> Result<()>,
    ) -> Result<()> {
        let depth = self.depth;
        loop {
            let child = match self.next()? {
                Node::Start(tag) => Child::of(&tag)?,
                Node::End => {
                    if self.depth < depth {
                        return Ok(());
                    }
                    continue;
                }
                Node::Eof if depth == 0 => return Ok(()),
                Node::Eof => return Err(self.unexpected_end()),
                Node::Text(_) | Node::Other => continue,
            };
            visit(self, &child)?;
            while self.depth > depth {
                if matches!(self.next()?, Node::Eof) {
                    return Err(self.unexpected_end());
                }
            }
        }
    }

    /// The error of a part that ends inside an element.
    pub(super) fn unexpected_end(&self) -> Error {
        self.fault("the part ends inside an element")
    }

    /// An error about this part.
    pub(super) fn fault(&self, message: impl std::fmt::Display) -> Error {
        Error::new(ErrorKind::FileFormat, format!("{}: {message}", self.name))
    }
}

/// The begin of an element with a copy of its attributes, for parts that are small.
pub(super) struct Child {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Child {
    /// A child with at most one attribute.
    pub(super) fn with(name: &str, attribute: &str, value: Option<String>) -> Child {
        let attributes = value.map(|value| (attribute.to_owned(), value));
        Child {
            name: name.to_owned(),
            attributes: attributes.into_iter().collect(),
        }
    }

    /// A copy of the begin of an element.
    pub(super) fn of(tag: &Tag<'_>) -> Result<Child> {
        let mut attributes = Vec::new();
        for attribute in tag.attributes() {
            let (key, value) = attribute?;
            attributes.push((key.to_owned(), value.into_owned()));
        }
        Ok(Child {
            name: tag.name().to_owned(),
            attributes,
        })
    }

    /// The element's name without a prefix.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The value of the attribute with this local name; one without a prefix comes first.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let find = |wanted: &dyn Fn(&str) -> bool| {
            let found = self.attributes.iter().find(|(key, _)| wanted(key));
            found.map(|(_, value)| value.as_str())
        };
        find(&|key| key == name).or_else(|| find(&|key| local(key) == name))
    }

    /// The value of the attribute with this local name and a prefix: `r:id` beside `id`.
    pub(super) fn get_prefixed(&self, name: &str) -> Option<&str> {
        let mut keys = self.attributes.iter();
        keys.find(|(key, _)| key.contains(':') && local(key) == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether the attribute is there and says yes.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(is_true)
    }

    /// The attribute as a number; nothing if it is not there or no number.
    pub(super) fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.get(name)?.trim().parse().ok()
    }
}

/// What an event means here.
fn node<'a>(event: Event<'a>, depth: &mut usize) -> Result<Node<'a>> {
    Ok(match event {
        Event::Start(tag) => {
            *depth += 1;
            if *depth > limits::XML_DEPTH {
                return Err(Error::new(
                    ErrorKind::Limit,
                    format!("more than {} elements inside each other", limits::XML_DEPTH),
                ));
            }
            Node::Start(Tag(tag))
        }
        Event::End(_) => {
            *depth = depth.saturating_sub(1);
            Node::End
        }
        Event::Text(text) => Node::Text(if text.contains('\r') {
            Cow::Owned(text.xml10_content().into_owned())
        } else {
            text.into_inner()
        }),
        Event::CData(text) => Node::Text(Cow::Owned(text.xml10_content().into_owned())),
        Event::GeneralRef(reference) => Node::Text(resolve(&reference)?),
        Event::DocType(_) => return Err(damaged("a document type is not allowed")),
        Event::Eof => Node::Eof,
        Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => Node::Other,
    })
}

/// The text of an entity or character reference.
fn resolve(reference: &BytesRef<'_>) -> Result<Cow<'static, str>> {
    let character = reference
        .resolve_char_ref()
        .map_err(|error| damaged(error.to_string()))?;
    if let Some(character) = character {
        return Ok(Cow::Owned(character.to_string()));
    }
    let name: &str = reference;
    resolve_predefined_entity(name)
        .map(Cow::Borrowed)
        .ok_or_else(|| damaged(format_args!("the entity `{name}` is not defined")))
}

/// What a failure of the reader means: a bound, a fault of the zip or a fault of the XML.
fn reading_error(error: &quick_xml::Error) -> Error {
    if let quick_xml::Error::Io(io) = error {
        return if io.kind() == io::ErrorKind::FileTooLarge {
            Error::new(ErrorKind::Limit, io.to_string())
        } else {
            Error::new(ErrorKind::FileFormat, format!("damaged: {io}"))
        };
    }
    damaged(error)
}
