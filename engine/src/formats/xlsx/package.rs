//! A package: the zip archive of an .xlsx or .xlsm file, held as it was read.
//!
//! The compressed bytes stay in memory, each part is decompressed when it is asked for. Holding the bytes and not the
//! file means that a save may replace the file, and that another program may, without harm. Everything that a hostile
//! archive can claim is bounded here: number of parts, sizes, ratio of compression; names never reach the file system.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::Arc;

use hashbrown::HashMap;
use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use super::relationships::{self, ContentTypes, Relationship};
use super::xml_part::XmlPart;
use crate::error::{Error, ErrorKind, Result};
use crate::limits;

/// The archive that parts are read through.
pub(super) type Archive = ZipArchive<Cursor<Arc<[u8]>>>;

/// A workbook file as it was read; cloning it is cheap.
///
/// # Examples
///
/// ```no_run
/// use tabulith::formats::xlsx::Package;
///
/// let package = Package::open("model.xlsx")?;
/// assert!(package.has_part("xl/workbook.xml"));
/// # Ok::<(), tabulith::Error>(())
/// ```
#[derive(Clone)]
pub struct Package {
    bytes: Arc<[u8]>,
    archive: Archive,
    directory: Arc<Directory>,
}

/// What the archive's directory says.
struct Directory {
    parts: Vec<PartEntry>,
    /// Place in `parts` by normalized name.
    by_name: HashMap<String, usize>,
    content_types: ContentTypes,
}

/// One part.
#[derive(Debug, Clone)]
pub(super) struct PartEntry {
    /// The name as the archive has it.
    pub(super) name: String,
    /// Bytes after decompression.
    pub(super) size: u64,
}

impl Package {
    /// Reads a file into memory and looks at its directory.
    ///
    /// # Errors
    ///
    /// `Io`; `Encrypted`; `Unsupported` for an .xls, .xlsb or .ods; `FileFormat` for what is none of these or is
    /// damaged; `Limit` for what would take more memory than any real workbook.
    pub fn open(path: impl AsRef<Path>) -> Result<Package> {
        let path = path.as_ref();
        let place = path.display();
        let file = File::open(path)
            .map_err(|error| Error::new(ErrorKind::Io, format!("{error}")).with_source(error))
            .map_err(|error| error.at(&place))?;
        Package::read(file).map_err(|error| error.at(&place))
    }

    /// Reads a package from anything that gives bytes, to its end.
    ///
    /// # Errors
    ///
    /// As [`Package::open`].
    pub fn read(reader: impl Read) -> Result<Package> {
        let mut bytes = Vec::new();
        reader
            .take(limits::FILE_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| Error::new(ErrorKind::Io, error.to_string()).with_source(error))?;
        Package::from_bytes(bytes)
    }

    /// The package that these bytes are.
    ///
    /// # Errors
    ///
    /// As [`Package::open`].
    pub fn from_bytes(bytes: impl Into<Arc<[u8]>>) -> Result<Package> {
        let bytes: Arc<[u8]> = bytes.into();
        if bytes.len() as u64 > limits::FILE_BYTES {
            return Err(Error::new(
                ErrorKind::Limit,
                format!("the file has more than {} bytes", limits::FILE_BYTES),
            ));
        }
        refuse_other_formats(&bytes)?;
        let mut archive = ZipArchive::new(Cursor::new(bytes.clone())).map_err(zip_error)?;
        let (parts, by_name) = read_directory(&mut archive)?;
        let mut package = Package {
            bytes,
            archive,
            directory: Arc::new(Directory {
                parts,
                by_name,
                content_types: ContentTypes::default(),
            }),
        };
        let content_types = match package.index_of(relationships::CONTENT_TYPES) {
            Some(index) => relationships::read_content_types(&package, index)?,
            None => ContentTypes::default(),
        };
        if let Some(directory) = Arc::get_mut(&mut package.directory) {
            directory.content_types = content_types;
        }
        Ok(package)
    }

    /// The bytes of the file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The names of all parts, in the order of the archive.
    pub fn part_names(&self) -> impl Iterator<Item = &str> {
        self.directory.parts.iter().map(|part| part.name.as_str())
    }

    /// Whether there is a part of this name, in any case.
    pub fn has_part(&self, name: &str) -> bool {
        self.index_of(name).is_some()
    }

    /// The content of a part, decompressed.
    ///
    /// # Errors
    ///
    /// `FileFormat` if there is none or it is damaged, `Limit` if it is too large to be read at once.
    pub fn part(&self, name: &str) -> Result<Vec<u8>> {
        let index = self.index_of(name).ok_or_else(|| {
            Error::new(
                ErrorKind::FileFormat,
                format!("the package has no part `{name}`"),
            )
        })?;
        self.whole_part(index)
    }

    /// Whether the workbook carries macros.
    pub fn has_macros(&self) -> bool {
        let mut names = self.part_names();
        names.any(|name| name.to_ascii_lowercase().ends_with("vbaproject.bin"))
    }

    pub(super) fn parts(&self) -> &[PartEntry] {
        &self.directory.parts
    }

    /// The content type of a part, in lower case.
    pub(super) fn content_type(&self, index: usize) -> Option<&str> {
        let name = relationships::normalize(&self.directory.parts[index].name);
        self.directory.content_types.of(&name)
    }

    /// Every part of a content type with this ending.
    pub(super) fn parts_of_type<'a>(&'a self, ending: &'a str) -> impl Iterator<Item = usize> + 'a {
        (0..self.directory.parts.len()).filter(move |&index| {
            self.content_type(index)
                .is_some_and(|kind| kind.ends_with(ending))
        })
    }

    /// The place of the part of this name; case, a leading slash, backslashes and percent signs make no difference.
    pub(super) fn index_of(&self, name: &str) -> Option<usize> {
        let by_name = &self.directory.by_name;
        let normalized = relationships::normalize(name);
        by_name
            .get(normalized.as_str())
            .or_else(|| by_name.get(relationships::percent_decoded(&normalized).as_str()))
            .copied()
    }

    /// The relations of a part; those of the package itself if there is no part.
    pub(super) fn relationships(&self, part: Option<usize>) -> Result<Vec<Relationship>> {
        let source = part.map_or("", |index| self.directory.parts[index].name.as_str());
        match self.index_of(&relationships::part_of_relationships(source)) {
            Some(index) => relationships::read_relationships(self, index, source),
            None => Ok(Vec::new()),
        }
    }

    /// A handle through which one part at a time can be read.
    pub(super) fn archive(&self) -> Archive {
        self.archive.clone()
    }

    /// A part as a stream of XML nodes.
    pub(super) fn xml<'a>(
        &self,
        archive: &'a mut Archive,
        index: usize,
    ) -> Result<XmlPart<PartReader<'a>>> {
        let entry = &self.directory.parts[index];
        let file = archive
            .by_index(index)
            .map_err(zip_error)
            .map_err(|error| error.at(&entry.name))?;
        let bounded = Bounded {
            left: entry.size,
            inner: file,
        };
        Ok(XmlPart::new(
            BufReader::with_capacity(1 << 16, bounded),
            &entry.name,
        ))
    }

    /// A part read at once.
    pub(super) fn whole_part(&self, index: usize) -> Result<Vec<u8>> {
        let entry = &self.directory.parts[index];
        if entry.size > limits::WHOLE_PART_BYTES {
            return Err(Error::new(
                ErrorKind::Limit,
                format!(
                    "{} has {} bytes, more than the {} that are read at once",
                    entry.name,
                    entry.size,
                    limits::WHOLE_PART_BYTES
                ),
            ));
        }
        let mut archive = self.archive.clone();
        let file = archive
            .by_index(index)
            .map_err(zip_error)
            .map_err(|error| error.at(&entry.name))?;
        let mut bounded = Bounded {
            left: entry.size,
            inner: file,
        };
        let mut bytes = Vec::new();
        bounded.read_to_end(&mut bytes).map_err(|error| {
            Error::new(
                ErrorKind::FileFormat,
                format!("{}: damaged: {error}", entry.name),
            )
            .with_source(error)
        })?;
        Ok(bytes)
    }
}

impl std::fmt::Debug for Package {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Package")
            .field("bytes", &self.bytes().len())
            .field("parts", &self.directory.parts.len())
            .finish()
    }
}

/// A part's decompressed bytes.
pub(super) type PartReader<'a> = BufReader<Bounded<ZipFile<'a, Cursor<Arc<[u8]>>>>>;

/// Stops a part that turns out larger than its directory entry says.
pub(super) struct Bounded<R> {
    left: u64,
    inner: R,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(out)?;
        self.left = self.left.checked_sub(count as u64).ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::InvalidData,
                "the part is larger than the archive says",
            )
        })?;
        Ok(count)
    }
}

/// Looks at every entry of the archive's directory and refuses what no real workbook has.
fn read_directory(archive: &mut Archive) -> Result<(Vec<PartEntry>, HashMap<String, usize>)> {
    let limit = |message: String| Err(Error::new(ErrorKind::Limit, message));
    if archive.len() > limits::PACKAGE_PARTS {
        return limit(format!("the package has {} parts", archive.len()));
    }
    let mut parts = Vec::with_capacity(archive.len());
    let mut by_name = HashMap::with_capacity(archive.len());
    let mut total = 0u64;
    for index in 0..archive.len() {
        let file = archive.by_index_data(index).map_err(zip_error)?;
        let name = match file.name() {
            Ok(name) => name.into_owned(),
            Err(_) => String::from_utf8_lossy(file.name_raw()).into_owned(),
        };
        let (size, packed) = (file.size(), file.compressed_size().max(1));
        if file.encrypted() {
            return Err(Error::new(
                ErrorKind::Encrypted,
                format!("the part `{name}` is encrypted"),
            ));
        }
        total = total.saturating_add(size);
        if size > limits::PART_BYTES || total > limits::PACKAGE_BYTES {
            return limit(format!(
                "`{name}` would take {size} bytes, all so far {total}"
            ));
        }
        if size > limits::PART_BYTES_ANY_RATIO && size / packed > limits::COMPRESSION_RATIO {
            return limit(format!(
                "`{name}` would grow from {packed} to {size} bytes, as no real part does"
            ));
        }
        if !file.is_dir() {
            by_name
                .entry(relationships::normalize(&name))
                .or_insert(index);
        }
        parts.push(PartEntry { name, size });
    }
    Ok((parts, by_name))
}

/// Names the formats that people take for .xlsx files.
fn refuse_other_formats(bytes: &[u8]) -> Result<()> {
    const COMPOUND_FILE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    let refuse = |kind, message: &str| Err(Error::new(kind, message));
    if bytes.starts_with(&COMPOUND_FILE) {
        // The names of streams are UTF-16 in directory sectors, which start at multiples of 128 bytes.
        let has_stream = |name: &str| {
            let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
            bytes.chunks(128).any(|entry| entry.starts_with(&name))
        };
        if has_stream("EncryptedPackage") || has_stream("EncryptionInfo") {
            return refuse(
                ErrorKind::Encrypted,
                "the workbook is encrypted with a password",
            );
        }
        if has_stream("Workbook") || has_stream("Book") {
            return refuse(
                ErrorKind::Unsupported,
                "this is an .xls workbook of Excel 97-2003, which is not read",
            );
        }
        return refuse(
            ErrorKind::FileFormat,
            "this is a compound file that holds no workbook",
        );
    }
    if bytes.is_empty() {
        return refuse(ErrorKind::FileFormat, "the file is empty");
    }
    Ok(())
}

/// What a failure of the archive means.
pub(super) fn zip_error(error: ZipError) -> Error {
    let (kind, message): (_, Cow<'_, str>) = match &error {
        ZipError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
            (ErrorKind::FileFormat, error.to_string().into())
        }
        ZipError::UnsupportedArchive(what) if *what == ZipError::PASSWORD_REQUIRED => {
            (ErrorKind::Encrypted, "a part is encrypted".into())
        }
        ZipError::CompressionMethodNotSupported(method) => (
            ErrorKind::Unsupported,
            format!("compression method {method} is not supported").into(),
        ),
        other => (
            ErrorKind::FileFormat,
            format!("not a zip archive, or damaged: {other}").into(),
        ),
    };
    Error::new(kind, message).with_source(error)
}
