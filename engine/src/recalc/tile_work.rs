//! The evaluation of many rows of a region at a time, apart from any storing: what worker threads do.
//!
//! A piece of work is consecutive rows of one column in one block. It reads the cells as they were before the piece, and
//! gives a chunk for its slots; the driver stores the chunks, so that no two threads write the same one.

use std::sync::Arc;

use super::evaluate::Surroundings;
use super::tile_source::GridSource;
use super::{Bound, CancelToken, Grids};
use crate::graph::{Axes, Graph};
use crate::plan::tiles::{Chain, ChainRows, SharedValues, TileMachine, TileRows};
use crate::reference::{Anchor, Area, Rect, SheetId};
use crate::storage::{Chunk, OpenChunk, PackedCell, TILE, Tile};

/// What a piece of work is given beside its rows.
#[derive(Clone, Copy)]
pub(super) struct Field<'a> {
    pub(super) grids: &'a Grids,
    pub(super) graph: &'a Graph,
    pub(super) around: Surroundings<'a>,
    pub(super) cancel: Option<&'a CancelToken>,
    /// Whether several threads compute, and each stores what it can by itself.
    pub(super) shared: bool,
}

impl Field<'_> {
    /// What functions of the user said of these rows before holds no more.
    fn forget_failures(&self, bound: &Bound, rows: &TileRows) {
        if bound.plan.flags.calls_user {
            let rect = Rect {
                top: rows.row,
                bottom: rows.row + rows.count - 1,
                left: rows.column,
                right: rows.column,
            };
            self.around.failures.forget(&Area::new(rows.sheet, rect));
        }
    }
}

/// Consecutive rows of a column in one block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    /// Which region of the batch.
    pub(super) number: usize,
    /// All its rows, up to 4,096.
    pub(super) rows: TileRows,
}

/// What a piece gave.
pub(super) struct Computed {
    pub(super) rows: TileRows,
    /// The chunk for the slots of `rows`, unless nothing changed.
    pub(super) chunk: Option<Arc<Chunk>>,
    /// Whether the chunk lies in the index already.
    pub(super) stored: bool,
    /// Which rows changed: first and last.
    pub(super) changed: Vec<(u32, u32)>,
    /// Rows whose formula gave an array: the scalar evaluator does them again.
    pub(super) arrays: Vec<u32>,
}

/// Cuts rows of a column at the ends of blocks.
pub(super) fn pieces(number: usize, sheet: SheetId, span: &Rect, axes: &dyn Axes) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let Some((rows, _)) = axes.axes(sheet) else {
        return pieces;
    };
    for (position, first, length) in rows.spans(span.top..span.bottom + 1) {
        let mut offset = 0;
        while offset < length {
            let at = Anchor(first.0 + offset);
            let count = (Anchor::SLOTS - u32::from(at.slot())).min(length - offset);
            pieces.push(Piece {
                number,
                rows: TileRows {
                    sheet,
                    row: position + offset,
                    column: span.left,
                    count,
                    block: at.block(),
                    slot: at.slot(),
                },
            });
            offset += count;
        }
    }
    pieces
}

/// Cuts the rows of a piece at quarters of its block.
fn tiles(rows: &TileRows) -> impl Iterator<Item = TileRows> + use<> {
    let rows = *rows;
    let mut offset = 0;
    std::iter::from_fn(move || {
        if offset == rows.count {
            return None;
        }
        let slot = u32::from(rows.slot) + offset;
        let count = (TILE as u32 - slot % TILE as u32).min(rows.count - offset);
        let tile = TileRows {
            row: rows.row + offset,
            slot: slot as u16,
            count,
            ..rows
        };
        offset += count;
        Some(tile)
    })
}

/// The chunk that the rows of a piece grow into, and what changed in it.
struct Growing {
    former: Tile,
    open: OpenChunk,
    computed: Computed,
    is_changed: bool,
}

impl Growing {
    fn new(rows: TileRows) -> Growing {
        Growing {
            former: Tile::default(),
            open: OpenChunk::with_room(rows.slot + rows.count as u16),
            computed: Computed {
                rows,
                chunk: None,
                stored: false,
                changed: Vec::new(),
                arrays: Vec::new(),
            },
            is_changed: false,
        }
    }

    /// Adds the results of the next tile; those of `arrays` keep what they have.
    fn add(&mut self, field: &Field<'_>, rows: &TileRows, results: &mut Tile, arrays: &[usize]) {
        let slots = rows.slot..rows.slot + rows.count as u16;
        if let Some(grid) = field.grids.sheet(rows.sheet) {
            let place = (rows.column, rows.block);
            grid.load_slots(field.grids.open(), place, slots, &mut self.former);
        }
        for lane in arrays {
            results.copy_lane(*lane, &self.former, *lane);
            self.computed.arrays.push(rows.row + *lane as u32);
        }
        let before = self.computed.changed.len();
        changed_rows(&self.former, results, rows.row, &mut self.computed.changed);
        self.is_changed |= self.computed.changed.len() > before;
        self.open.append(rows.slot, results);
    }

    fn finish(mut self, rows: u32) -> Computed {
        self.computed.rows.count = rows;
        join_rows(&mut self.computed.changed);
        if self.is_changed {
            self.computed.chunk = Some(self.open.into_shared());
        }
        self.computed
    }
}

/// Computes a piece. When the work is cancelled the result means nothing.
pub(super) fn compute(
    field: &Field<'_>,
    (bound, shared): (&Bound, &SharedValues),
    piece: &Piece,
    spare: &mut Vec<Tile>,
) -> Computed {
    let source = GridSource::new(field.grids, field.graph, field.around, bound.plan.mode);
    let machine = TileMachine::new(&bound.plan, bound.tiles(), &source);
    let mut machine = machine.sharing(shared);
    machine.lend(std::mem::take(spare));
    let mut growing = Growing::new(piece.rows);
    let mut results = machine.take_tile();
    let mut arrays = Vec::new();
    for rows in tiles(&piece.rows) {
        if field.cancel.is_some_and(CancelToken::is_cancelled) {
            break;
        }
        arrays.clear();
        field.forget_failures(bound, &rows);
        machine.evaluate(&rows, &mut results, &mut arrays);
        growing.add(field, &rows, &mut results, &arrays);
    }
    *spare = machine.into_tiles();
    spare.push(results);
    let mut computed = growing.finish(piece.rows.count);
    if field.shared {
        computed.store(field.grids);
    }
    computed
}

impl Computed {
    /// Stores the chunk where it is the whole of its block, beside other threads that store theirs. No cell that a piece
    /// of this rank reads is among them.
    fn store(&mut self, grids: &Grids) {
        let rows = &self.rows;
        if let (Some(chunk), Some(grid)) = (&self.chunk, grids.sheet(rows.sheet)) {
            let slots = rows.slot..rows.slot + rows.count as u16;
            let place = (rows.column, rows.block);
            self.stored = grids.open().put_whole(grid, place, slots, chunk);
        }
    }
}

/// The numbers above the row that a chain goes on with.
#[derive(Default)]
pub(super) struct Above {
    /// The row behind them.
    pub(super) row: u32,
    pub(super) numbers: Vec<f64>,
}

/// Computes the rows of a piece of a chain from its first on, as far as the chain's own way goes; gives what it computed
/// and leaves in `above` what a next piece needs. Stops early when nothing changes any more and `go_on` says so.
pub(super) fn compute_chain(
    field: &Field<'_>,
    (bound, chain): (&Bound, &Chain),
    piece: &Piece,
    above: &mut Above,
    mut go_on: impl FnMut(u32, bool) -> bool,
) -> Computed {
    let source = GridSource::new(field.grids, field.graph, field.around, bound.plan.mode);
    let mut machine = TileMachine::new(&bound.plan, bound.tiles(), &source);
    let mut growing = Growing::new(piece.rows);
    let mut results = Tile::default();
    let mut done = 0;
    let mut stride = 16;
    while done < piece.rows.count {
        let slot = u32::from(piece.rows.slot) + done;
        let count = (TILE as u32 - slot % TILE as u32)
            .min(piece.rows.count - done)
            .min(stride);
        stride = (stride * 8).min(TILE as u32);
        let rows = TileRows {
            row: piece.rows.row + done,
            slot: slot as u16,
            count,
            ..piece.rows
        };
        if !above.reach(field.grids, &rows, chain.lag()) {
            break;
        }
        field.forget_failures(bound, &rows);
        let chain_rows = ChainRows {
            rows,
            above: &above.numbers,
        };
        if field.cancel.is_some_and(CancelToken::is_cancelled)
            || !chain.run(&mut machine, chain_rows, &mut results)
        {
            break;
        }
        growing.add(field, &rows, &mut results, &[]);
        done += count;
        above.pass(&results, piece.rows.row + done, chain.lag());
        let last = piece.rows.row + done - 1;
        let reaches = |(_, end): &(u32, u32)| last - end < chain.lag();
        let changes = growing.computed.changed.last().is_some_and(reaches);
        if !go_on(last, changes) {
            break;
        }
    }
    growing.finish(done)
}

impl Above {
    /// Makes it the numbers above these rows; `false` if one of them is neither a number nor blank.
    fn reach(&mut self, grids: &Grids, rows: &TileRows, lag: u32) -> bool {
        if self.row == rows.row && self.numbers.len() >= lag as usize {
            return true;
        }
        self.numbers.clear();
        self.row = rows.row;
        let Some(first) = rows.row.checked_sub(lag) else {
            return false;
        };
        let Some(grid) = grids.sheet(rows.sheet) else {
            return false;
        };
        let mut tile = Tile::default();
        grid.load_rows(grids.open(), rows.column, first..rows.row, &mut tile);
        for lane in 0..tile.len() {
            let cell = tile.packed(lane);
            match cell.to_number() {
                Some(number) => self.numbers.push(number),
                None if cell.is_blank() => self.numbers.push(0.0),
                None => return false,
            }
        }
        true
    }

    /// Goes on behind these results.
    fn pass(&mut self, results: &Tile, row: u32, lag: u32) {
        self.numbers.extend_from_slice(results.lanes());
        let surplus = self.numbers.len().saturating_sub(lag as usize);
        self.numbers.drain(..surplus);
        self.row = row;
    }
}

/// The rows whose cells differ: first and last of each run, from `row` on.
fn changed_rows(former: &Tile, results: &Tile, row: u32, changed: &mut Vec<(u32, u32)>) {
    let texts = former.has_texts() || results.has_texts();
    let (old, new) = (former.lanes(), results.lanes());
    let equal = |lane: usize| {
        old[lane].to_bits() == new[lane].to_bits()
            && !(texts && PackedCell::from_lane(new[lane]).to_text_index().is_some())
            || texts && former.cell(lane).value() == results.cell(lane).value()
    };
    if !texts {
        // Usually all lanes differ or none does, and counting needs no branch.
        let differs = |(a, b): (&f64, &f64)| usize::from(a.to_bits() != b.to_bits());
        let differing: usize = old.iter().zip(new).map(differs).sum();
        if differing == 0 {
            return;
        }
        if differing == new.len() {
            changed.push((row, row + new.len() as u32 - 1));
            return;
        }
    }
    let mut lane = 0;
    while lane < new.len() {
        if equal(lane) {
            lane += 1;
            continue;
        }
        let first = lane;
        while lane < new.len() && !equal(lane) {
            lane += 1;
        }
        changed.push((row + first as u32, row + lane as u32 - 1));
    }
}

/// Joins runs that follow each other.
fn join_rows(runs: &mut Vec<(u32, u32)>) {
    runs.dedup_by(|next, run| {
        let follows = run.1 + 1 == next.0;
        if follows {
            run.1 = next.1;
        }
        follows
    });
}
