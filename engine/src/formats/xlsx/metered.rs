//! A reader that bounds how many bytes one XML token takes, and keeps them if asked to.

use std::io::{self, BufRead, Read};

use crate::limits;

/// Counts the bytes of each node, stops at a bound and keeps them if asked.
pub(super) struct Metered<R> {
    pub(super) inner: R,
    pub(super) since_event: u64,
    pub(super) kept: Option<Vec<u8>>,
}

impl<R: BufRead> Read for Metered<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(out.len());
        out[..count].copy_from_slice(&available[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Metered<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.since_event > limits::XML_TOKEN_BYTES {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                format!(
                    "a tag or text of more than {} bytes",
                    limits::XML_TOKEN_BYTES
                ),
            ));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        if let Some(kept) = &mut self.kept
            && let Ok(available) = self.inner.fill_buf()
        {
            kept.extend_from_slice(&available[..count.min(available.len())]);
        }
        self.since_event += count as u64;
        self.inner.consume(count);
    }
}
