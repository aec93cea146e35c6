//! A progress bar on a terminal, and nothing elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A progress bar that may be none.
#[derive(Clone)]
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// A bar on standard error, if somebody watches it.
    pub(super) fn new(watched: bool) -> Progress {
        let bar = if watched {
            ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
        } else {
            ProgressBar::hidden()
        };
        if let Ok(style) =
            ProgressStyle::with_template("{msg:24} {wide_bar} {human_pos}/{human_len} {eta}")
        {
            bar.set_style(style);
        }
        Progress(bar)
    }

    /// Begins a phase of `length` steps, such as `opening`.
    pub(super) fn phase(&self, what: &str, length: u64) {
        self.0.reset();
        self.0.set_length(length);
        self.0.set_message(what.to_owned());
        self.0.enable_steady_tick(Duration::from_millis(200));
    }

    /// How far the phase is.
    pub(super) fn at(&self, position: u64) {
        self.0.set_position(position);
    }

    /// How long the phase is, now that it is known, and how far it is.
    pub(super) fn at_of(&self, position: u64, length: u64) {
        self.0.set_length(length);
        self.0.set_position(position);
    }

    /// Takes the bar away.
    pub(super) fn clear(&self) {
        self.0.finish_and_clear();
    }
}
