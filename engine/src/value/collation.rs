//! Case folding, and the order of texts in `<`, sorting and approximate lookups.
//!
//! Excel compares texts by a linguistic order, not by code points: symbols before digits before letters, case does not
//! matter, an accented letter stands right behind its base letter, and hyphen and apostrophe are looked at last
//! (`cant` < `can't` < `cantor`). The order is the same on every machine: it knows no locale. Letters of other scripts
//! come after the Latin ones by code point.
//!
//! Two texts are equal here exactly if their folded forms are.

use std::borrow::Cow;
use std::cmp::Ordering;

#[cfg(test)]
mod tests;

/// The character that stands for `c` in comparisons that ignore case.
#[inline]
pub fn fold_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(single), None) => single,
        _ => c,
    }
}

/// The text in the form in which texts that differ in case alone are the same.
///
/// # Examples
///
/// ```
/// use tabulith::value::fold;
///
/// assert_eq!(fold("Straße ÄÖ"), "straße äö");
/// ```
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| fold_char(c) == c) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().map(fold_char).collect())
    }
}

/// Whether two texts are the same but for case: `=` and lookups.
pub fn fold_equal(a: &str, b: &str) -> bool {
    // A letter beyond ASCII may fold into ASCII (the sign of Kelvin is a K), so one ASCII text alone decides nothing.
    if a.is_ascii() && b.is_ascii() {
        return a.eq_ignore_ascii_case(b);
    }
    a.chars().map(fold_char).eq(b.chars().map(fold_char))
}

/// The order of two texts as Excel sorts them.
///
/// # Examples
///
/// ```
/// use std::cmp::Ordering;
/// use tabulith::value::collate;
///
/// assert_eq!(collate("apple", "APPLE"), Ordering::Equal);
/// assert_eq!(collate("_x", "1x"), Ordering::Less);
/// assert_eq!(collate("co-op", "coop"), Ordering::Greater);
/// assert_eq!(collate("co-op", "cop"), Ordering::Less);
/// ```
pub fn collate(a: &str, b: &str) -> Ordering {
    let bytes = a.bytes().zip(b.bytes());
    // The common beginning decides nothing but how the rest is read, and ASCII needs no context.
    let same = bytes.take_while(|(x, y)| x == y && x.is_ascii()).count();
    let (a, b) = (&a[same..], &b[same..]);
    if a.is_empty() && b.is_empty() {
        return Ordering::Equal;
    }
    primaries(a)
        .cmp(primaries(b))
        .then_with(|| accents(a).cmp(accents(b)))
        .then_with(|| marks(a).cmp(marks(b)))
}

/// What a character weighs before accents and marks are looked at: its class, then its place in the class.
type Weight = u32;

const SYMBOL: Weight = 1 << 24;
const DIGIT: Weight = 2 << 24;
const LATIN: Weight = 3 << 24;
const LETTER: Weight = 4 << 24;

/// The symbols of ASCII in their order; hyphen and apostrophe are not among them.
const SYMBOLS: &[u8] = b"\t\n\x0B\x0C\r !\"#$%&()*,./:;?@[\\]^_`{|}~+<=>";

/// The weight of each ASCII character; 0 for those without any.
const ASCII: [Weight; 128] = {
    let mut weights = [0; 128];
    let mut i = 0;
    while i < SYMBOLS.len() {
        weights[SYMBOLS[i] as usize] = SYMBOL + 1 + i as u32;
        i += 1;
    }
    let mut c = 0;
    while c < 128_u8 {
        if c.is_ascii_digit() {
            weights[c as usize] = DIGIT + (c - b'0') as u32;
        } else if c.is_ascii_alphabetic() {
            weights[c as usize] = LATIN + c.to_ascii_lowercase() as u32;
        }
        c += 1;
    }
    weights
};

/// The first level: base letters, digits and symbols.
fn primaries(text: &str) -> impl Iterator<Item = Weight> {
    text.chars().flat_map(|c| {
        let (first, second) = match ASCII.get(c as usize) {
            Some(weight) => (*weight, 0),
            None => primary_beyond_ascii(fold_char(c)),
        };
        [first, second].into_iter().filter(|weight| *weight != 0)
    })
}

/// The weights of a folded character; two for a ligature, none for a combining accent.
fn primary_beyond_ascii(c: char) -> (Weight, Weight) {
    let latin = |letter: char| LATIN + u32::from(letter);
    match c {
        '\u{300}'..='\u{36F}' | '\u{AD}' => (0, 0),
        'æ' | 'ǽ' | 'ǣ' => (latin('a'), latin('e')),
        'œ' => (latin('o'), latin('e')),
        'ß' => (latin('s'), latin('s')),
        'þ' => (latin('t'), latin('h')),
        'ĳ' => (latin('i'), latin('j')),
        c if c.is_ascii() => (ASCII[c as usize], 0),
        c => match base_letter(c) {
            Some(base) => (latin(base), 0),
            None if c.is_alphabetic() => (LETTER + u32::from(c), 0),
            None if c.is_numeric() => (DIGIT + u32::from(c), 0),
            None => (SYMBOL + u32::from(c), 0),
        },
    }
}

/// The second level: accents; hyphens and apostrophes are still left out.
fn accents(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| !is_mark(*c)).map(fold_char)
}

/// The third level: what the first two left out, behind everything else at the same place.
fn marks(text: &str) -> impl Iterator<Item = (bool, char)> {
    text.chars().map(|c| (is_mark(c), fold_char(c)))
}

/// Whether the character weighs last: hyphen, apostrophe, and controls, which are not seen.
fn is_mark(c: char) -> bool {
    c == '\u{AD}' || ASCII.get(c as usize) == Some(&0)
}

/// The letter of ASCII that an accented Latin letter is a form of.
fn base_letter(c: char) -> Option<char> {
    // One letter for each code point of the range, a point where there is none.
    const FROM_C0: &[u8] = b"\
        aaaaaa.ceeeeiiiidnooooo.ouuuuy..aaaaaa.ceeeeiiiidnooooo.ouuuuy.y\
        aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkkklllllll\
        lllnnnnnnnnnoooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs\
        b................ff....i........oo.............uu...............\
        .............aaiioouuuuuuuuuu.aaaa....ggkkoooo..j...gg..nnaa..oo\
        aaaaeeeeiiiioooorrrruuuusstt..hh......aaeeooooooooyy............\
        ...b............";
    const FROM_1E00: &[u8] = b"\
        aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm\
        mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv\
        wwwwwwwwwwxxxxyyzzzzzzhtwy......aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee\
        eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";
    let letter = match c as usize {
        code @ 0xC0..0x250 => FROM_C0[code - 0xC0],
        code @ 0x1E00..0x1F00 => FROM_1E00[code - 0x1E00],
        _ => b'.',
    };
    (letter != b'.').then_some(char::from(letter))
}
