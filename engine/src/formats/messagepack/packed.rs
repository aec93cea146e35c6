//! Lists of numbers as bytes, little-endian: rectangles, runs, positions.

use serde_bytes::ByteBuf;

use crate::reference::{Area, Cell, Rect, SheetId};

/// Numbers as bytes.
pub(super) fn pack(numbers: impl IntoIterator<Item = u32>) -> ByteBuf {
    let bytes = numbers.into_iter().flat_map(u32::to_le_bytes);
    ByteBuf::from(bytes.collect::<Vec<u8>>())
}

/// Bytes as groups of `N` numbers; nothing if they are no such groups.
pub(super) fn unpack<const N: usize>(bytes: &[u8]) -> Option<impl Iterator<Item = [u32; N]>> {
    let is_whole = bytes.len().is_multiple_of(4 * N);
    let groups = bytes.chunks_exact(4 * N).map(|group| {
        let mut numbers = [0; N];
        for (number, bytes) in numbers.iter_mut().zip(group.chunks_exact(4)) {
            *number = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        }
        numbers
    });
    is_whole.then_some(groups)
}

/// Rectangles as bytes: top, left, bottom, right.
pub(super) fn pack_rects(rects: &[Rect]) -> ByteBuf {
    pack(rects.iter().flat_map(numbers_of))
}

/// The numbers of a rectangle.
pub(super) fn numbers_of(rect: &Rect) -> [u32; 4] {
    [rect.top, rect.left, rect.bottom, rect.right]
}

/// The rectangle of four numbers; nothing if its ends are the wrong way round.
pub(super) fn rect_of([top, left, bottom, right]: [u32; 4]) -> Option<Rect> {
    (top <= bottom && left <= right).then_some(Rect {
        top,
        left,
        bottom,
        right,
    })
}

/// Bytes as rectangles; nothing if they are none.
pub(super) fn unpack_rects(bytes: &[u8]) -> Option<Vec<Rect>> {
    unpack::<4>(bytes)?.map(rect_of).collect()
}

/// Places of cells as bytes: sheet, row, column. `number` gives a sheet's place in the tab order.
pub(super) fn pack_places(
    places: &[(SheetId, Cell)],
    number: impl Fn(SheetId) -> Option<u32>,
) -> ByteBuf {
    let known = places
        .iter()
        .filter_map(|(sheet, cell)| Some((number(*sheet)?, cell)));
    pack(known.flat_map(|(sheet, cell)| [sheet, cell.row, cell.column]))
}

/// Areas as bytes: sheet, top, left, bottom, right.
pub(super) fn pack_areas(areas: &[Area], number: impl Fn(SheetId) -> Option<u32>) -> ByteBuf {
    let known = areas
        .iter()
        .filter_map(|area| Some((number(area.sheet)?, area.rect)));
    pack(known.flat_map(|(sheet, rect)| {
        let [top, left, bottom, right] = numbers_of(&rect);
        [sheet, top, left, bottom, right]
    }))
}
