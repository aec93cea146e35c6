//! What a caller is told when something cannot be done: one opaque [`Error`] with a [`kind`](Error::kind).
//!
//! An error *in a cell* is not one of these: it is a value, [`CellError`](crate::value::CellError).
//! Messages are lower case, without a period, and name the value: ``sheet `Q3` does not exist``.

use std::fmt;
use std::ops::Range;

/// The result of everything that can fail for a caller's reason.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something could not be done.
///
/// # Examples
///
/// ```
/// use tabulith::{Error, ErrorKind};
///
/// let error = Error::new(ErrorKind::SheetNotFound, "sheet `Q3` does not exist");
/// assert_eq!(error.kind(), ErrorKind::SheetNotFound);
/// assert_eq!(error.to_string(), "sheet `Q3` does not exist");
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    formula: Option<Formula>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The formula at fault, for errors of kind [`ErrorKind::Parse`].
struct Formula {
    text: String,
    span: Range<usize>,
    hint: Option<String>,
}

/// The kinds of [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A formula's text is not a formula; [`Error::span`] tells where.
    Parse,
    /// A text is not an address of this workbook.
    Address,
    /// No sheet has that name.
    SheetNotFound,
    /// A name (of a sheet, a table, a defined name) is taken or not allowed.
    Name,
    /// An argument has a value that makes no sense there.
    Argument,
    /// A bound of [`limits`](crate::limits) would be crossed.
    Limit,
    /// A file is damaged, hostile, or of a kind that is not read here.
    FileFormat,
    /// A file is encrypted.
    Encrypted,
    /// The operating system refused to read or write.
    Io,
    /// An edit was begun from inside an edit or a recalculation of the same workbook.
    Reentrant,
    /// Others have changed what an edit builds on.
    Conflict,
    /// The caller cancelled the work.
    Cancelled,
    /// The request needs something that this build or version does not have.
    Unsupported,
}

impl Error {
    /// An error of this kind with this message.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error(Box::new(Inner {
            kind,
            message: message.into(),
            formula: None,
            source: None,
        }))
    }

    /// A formula that cannot be parsed: `span` is a range of bytes of `text`.
    pub fn parse(
        message: impl Into<String>,
        text: impl Into<String>,
        span: Range<usize>,
        hint: Option<String>,
    ) -> Self {
        let formula = Some(Formula {
            text: text.into(),
            span,
            hint,
        });
        Error(Box::new(Inner {
            kind: ErrorKind::Parse,
            message: message.into(),
            formula,
            source: None,
        }))
    }

    /// The same error with the error that caused it.
    #[must_use]
    pub fn with_source(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The same error with a place put before its message: `Sheet1!B2: …`.
    #[must_use]
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        self.0.message = format!("{place}: {}", self.0.message);
        self
    }

    /// What kind of error this is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The message without the picture of the formula.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Where in the formula the error lies, in bytes.
    pub fn span(&self) -> Option<Range<usize>> {
        self.0.formula.as_ref().map(|formula| formula.span.clone())
    }

    /// What the author of the formula may have meant.
    pub fn hint(&self) -> Option<&str> {
        self.0.formula.as_ref()?.hint.as_deref()
    }

    /// The formula with a caret under the fault, for a terminal; nothing if the error is not about a formula.
    pub fn caret(&self) -> Option<String> {
        let formula = self.0.formula.as_ref()?;
        let start = formula.span.start.min(formula.text.len());
        let before = formula.text.get(..start)?.chars().count();
        let width = formula
            .text
            .get(formula.span.clone())
            .map_or(1, |s| s.chars().count().max(1));
        let shown: String = formula
            .text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let mut picture = format!("  {shown}\n  {}{}", " ".repeat(before), "^".repeat(width));
        if let Some(hint) = &formula.hint {
            picture.push_str(&format!("\n  hint: {hint}"));
        }
        Some(picture)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        match self.caret() {
            Some(picture) => write!(f, "\n{picture}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.0.kind)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
