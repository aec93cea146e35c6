//! Where in a row or column each value stands: what lookups and criteria ask instead of reading cell by cell.
//!
//! Lookups and criteria have different equality. Numbers, texts, booleans and errors are kept apart, as lookups see
//! them; criteria take a number and the texts that read as it together.

use std::ops::Range;
use std::sync::OnceLock;

use hashbrown::HashMap;
use smallvec::SmallVec;

use crate::value::{CellError, Conventions, ValueRef, fold, parse_number};

#[cfg(test)]
mod tests;

/// The places of equal values: parts of the list of all places, each ascending.
pub type Groups = SmallVec<[Range<usize>; 1]>;

/// The values of a row or column, by value. Places are rows or columns of the sheet, counted from 0.
///
/// It never changes what is found, only how long that takes.
#[derive(Debug, Default)]
pub struct LineIndex {
    numbers: HashMap<u64, u32>,
    /// By their folded forms.
    texts: HashMap<Box<str>, u32>,
    booleans: [Option<u32>; 2],
    errors: Vec<(CellError, u32)>,
    /// Where the places of each group begin; the end of all behind them.
    starts: Vec<u32>,
    /// The places of all groups.
    places: Vec<u32>,
    ordered: Option<Ordered>,
    numeric_texts: OnceLock<NumericTexts>,
}

/// Numbers that ascend or descend down the line.
#[derive(Debug, Default)]
struct Ordered {
    ascends: bool,
    descends: bool,
    numbers: Vec<f64>,
    places: Vec<u32>,
}

/// The groups of texts that read as numbers, by number.
#[derive(Debug)]
struct NumericTexts {
    conventions: Conventions,
    groups: HashMap<u64, SmallVec<[u32; 1]>>,
}

/// The bits by which equal numbers are found: both zeros are one.
fn bits(number: f64) -> u64 {
    (number + 0.0).to_bits()
}

/// Collects the values of a line.
#[derive(Debug)]
pub struct LineIndexBuilder {
    index: LineIndex,
    /// Place and group of each value, in the order of the line.
    members: Vec<(u32, u32)>,
    groups: u32,
    ordered: Option<Ordered>,
}

impl Default for LineIndexBuilder {
    fn default() -> Self {
        LineIndexBuilder {
            index: LineIndex::default(),
            members: Vec::new(),
            groups: 0,
            ordered: Some(Ordered {
                ascends: true,
                descends: true,
                ..Ordered::default()
            }),
        }
    }
}

impl LineIndexBuilder {
    /// Adds the next value of the line; blanks are passed over.
    pub fn add(&mut self, place: u32, value: ValueRef<'_>) {
        let fresh = self.groups;
        let index = &mut self.index;
        let group = match value {
            ValueRef::Blank => return,
            ValueRef::Number(x) => {
                self.ordered = self
                    .ordered
                    .take()
                    .and_then(|ordered| ordered.with(place, x));
                *index.numbers.entry(bits(x)).or_insert(fresh)
            }
            ValueRef::Text(text) => {
                let text = fold(text);
                let known = index.texts.get(&*text).copied();
                known.unwrap_or_else(|| {
                    index.texts.insert(text.into(), fresh);
                    fresh
                })
            }
            ValueRef::Boolean(x) => *index.booleans[usize::from(x)].get_or_insert(fresh),
            ValueRef::Error(error) => {
                let known = index.errors.iter().find(|(known, _)| *known == error);
                let group = known.map(|(_, group)| *group);
                group.unwrap_or_else(|| {
                    index.errors.push((error, fresh));
                    fresh
                })
            }
        };
        self.groups = fresh.max(group + 1);
        self.members.push((place, group));
    }

    /// The index of what was added.
    pub fn finish(self) -> LineIndex {
        let mut starts = vec![0_u32; self.groups as usize + 1];
        for (_, group) in &self.members {
            starts[*group as usize + 1] += 1;
        }
        for group in 1..starts.len() {
            starts[group] += starts[group - 1];
        }
        let mut next = starts.clone();
        let mut places = vec![0; self.members.len()];
        for (place, group) in self.members {
            let at = &mut next[group as usize];
            places[*at as usize] = place;
            *at += 1;
        }
        LineIndex {
            starts,
            places,
            ordered: self.ordered,
            ..self.index
        }
    }
}

impl Ordered {
    /// With one number more; nothing if they are then in no order any more.
    fn with(mut self, place: u32, number: f64) -> Option<Ordered> {
        if let Some((last, before)) = self.numbers.last().zip(self.places.last()) {
            // Excel's search of values that ascend stops where a run of equal ones is interrupted.
            self.ascends &= *last < number || *last == number && before + 1 == place;
            self.descends &= *last >= number;
        }
        self.numbers.push(number);
        self.places.push(place);
        (self.ascends || self.descends).then_some(self)
    }

    /// What of the numbers lies at these places.
    fn within(&self, places: &Range<u32>) -> Range<usize> {
        let from = self.places.partition_point(|place| *place < places.start);
        let to = self.places.partition_point(|place| *place < places.end);
        from..to.max(from)
    }
}

impl LineIndex {
    /// Where the places of a value are, as lookups see equality: types agree, numbers to the last bit, texts but for
    /// case. Nothing is known of blanks.
    pub fn equals(&self, value: ValueRef<'_>, within: &Range<u32>) -> Groups {
        let group = match value {
            ValueRef::Blank => None,
            ValueRef::Number(x) => self.numbers.get(&bits(x)).copied(),
            ValueRef::Text(text) => self.texts.get(&*fold(text)).copied(),
            ValueRef::Boolean(x) => self.booleans[usize::from(x)],
            ValueRef::Error(error) => {
                let known = self.errors.iter().find(|(known, _)| *known == error);
                known.map(|(_, group)| *group)
            }
        };
        group
            .map(|group| self.part(group, within))
            .into_iter()
            .collect()
    }

    /// Where the places of a value are, as criteria see equality: a number is also every text that reads as it.
    /// Nothing if texts were read by other conventions before.
    pub fn meets(
        &self,
        value: ValueRef<'_>,
        within: &Range<u32>,
        conventions: &Conventions,
    ) -> Option<Groups> {
        let mut groups = self.equals(value, within);
        let ValueRef::Number(x) = value else {
            return Some(groups);
        };
        let texts = self
            .numeric_texts
            .get_or_init(|| self.numeric_texts(conventions));
        if texts.conventions != *conventions {
            return None;
        }
        let texts = texts.groups.get(&bits(x)).into_iter().flatten();
        groups.extend(texts.map(|group| self.part(*group, within)));
        Some(groups)
    }

    /// The places of a part.
    pub fn places(&self, part: &Range<usize>) -> &[u32] {
        &self.places[part.clone()]
    }

    /// The place of the last number that is not larger, among numbers that ascend: what Excel's search by halves
    /// finds. Nothing if they do not ascend, or a run of equal ones is interrupted.
    pub fn last_not_larger(&self, number: f64, within: &Range<u32>) -> Option<Option<u32>> {
        let ordered = self.ordered.as_ref().filter(|ordered| ordered.ascends)?;
        let part = ordered.within(within);
        let count = ordered.numbers[part.clone()].partition_point(|x| *x <= number);
        Some(ordered.places[part][..count].last().copied())
    }

    /// The place of the last number that is not smaller, among numbers that descend. Nothing if they do not.
    pub fn last_not_smaller(&self, number: f64, within: &Range<u32>) -> Option<Option<u32>> {
        let ordered = self.ordered.as_ref().filter(|ordered| ordered.descends)?;
        let part = ordered.within(within);
        let count = ordered.numbers[part.clone()].partition_point(|x| *x >= number);
        Some(ordered.places[part][..count].last().copied())
    }

    /// The numbers nearest to one that is not among them: the next smaller and the next larger, in numbers that ascend.
    /// Nothing if they do not.
    pub fn beside(&self, number: f64, within: &Range<u32>) -> Option<(Option<f64>, Option<f64>)> {
        let ordered = self.ordered.as_ref().filter(|ordered| ordered.ascends)?;
        let numbers = &ordered.numbers[ordered.within(within)];
        let (smaller, rest) = numbers.split_at(numbers.partition_point(|x| *x < number));
        let larger = &rest[rest.partition_point(|x| *x <= number)..];
        Some((smaller.last().copied(), larger.first().copied()))
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is no value at all.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    fn part(&self, group: u32, within: &Range<u32>) -> Range<usize> {
        let first = self.starts[group as usize] as usize;
        let places = &self.places[first..self.starts[group as usize + 1] as usize];
        let from = places.partition_point(|place| *place < within.start);
        let to = places.partition_point(|place| *place < within.end);
        first + from..first + to.max(from)
    }

    fn numeric_texts(&self, conventions: &Conventions) -> NumericTexts {
        let mut groups: HashMap<u64, SmallVec<[u32; 1]>> = HashMap::new();
        for (text, group) in &self.texts {
            if let Some(number) = parse_number(text, conventions) {
                groups.entry(bits(number)).or_default().push(*group);
            }
        }
        groups
            .values_mut()
            .for_each(|groups| groups.sort_unstable());
        NumericTexts {
            conventions: conventions.clone(),
            groups,
        }
    }
}
