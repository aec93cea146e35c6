//! Workbooks to measure, each with the values that it must show.

use std::ops::ControlFlow;

use hashbrown::HashMap;
use tabulith::environment::Environment;
use tabulith::reference::{Area, Cell, Rect, SheetId};
use tabulith::value::ValueRef;
use tabulith::{Result, Snapshot, Workbook};

use crate::{Outcome, numbers};

/// The one sheet of every workload, which is the first of its workbook.
pub const SHEET: SheetId = SheetId(0);

/// A column of numbers that a workbook must show.
#[derive(Debug, Clone)]
pub struct Column {
    /// The column, from 0.
    pub column: u32,
    /// The row of the first number, from 0.
    pub first_row: u32,
    /// The numbers, bit for bit.
    pub numbers: Vec<f64>,
}

impl Column {
    pub(crate) fn at(column: u32, first_row: u32, numbers: Vec<f64>) -> Column {
        Column {
            column,
            first_row,
            numbers,
        }
    }

    /// The sum of the numbers, as near as 64 bits come.
    pub fn sum(&self) -> f64 {
        self.numbers.iter().sum()
    }

    /// Compares each cell, after `inserted` rows at the top.
    ///
    /// # Errors
    ///
    /// The first cell that shows something else.
    pub fn check(&self, snapshot: &Snapshot, inserted: u32) -> Outcome<()> {
        let first = self.first_row + inserted;
        let last = first + self.numbers.len() as u32 - 1;
        let corner = |row| Cell::new(row, self.column);
        let area = Area::new(SHEET, Rect::new(corner(first), corner(last)));
        let (mut seen, mut fault) = (0, None);
        snapshot.visit(&area, |cell, value| {
            let expected = self.numbers[(cell.row - first) as usize];
            let is_it = matches!(value, ValueRef::Number(x) if x.to_bits() == expected.to_bits());
            if !is_it {
                let address = snapshot.address(&Area::new(SHEET, Rect::cell(cell)));
                fault = Some(format!("{address} is {value:?} instead of {expected}"));
                return ControlFlow::Break(());
            }
            seen += 1;
            ControlFlow::Continue(())
        });
        match fault {
            Some(fault) => Err(fault.into()),
            None if seen != self.numbers.len() => Err(format!(
                "{} of {} cells of a column are empty",
                self.numbers.len() - seen,
                self.numbers.len()
            )
            .into()),
            None => Ok(()),
        }
    }
}

/// A workbook and what it must show.
pub struct Workload {
    /// The workbook, without steps to undo.
    pub book: Workbook,
    /// The columns of numbers in it, from the left.
    pub inputs: Vec<Column>,
    /// The columns of formulas, from the left.
    pub formulas: Vec<Column>,
}

impl Workload {
    /// Compares every formula's cell.
    ///
    /// # Errors
    ///
    /// The first cell that shows something else.
    pub fn check(&self) -> Outcome<()> {
        let snapshot = self.book.snapshot();
        self.formulas
            .iter()
            .try_for_each(|column| column.check(&snapshot, 0))
    }

    /// How many cells have formulas.
    pub fn formula_cells(&self) -> usize {
        self.formulas
            .iter()
            .map(|column| column.numbers.len())
            .sum()
    }

    /// The numbers of an input column.
    pub fn input(&self, position: usize) -> Vec<f64> {
        self.inputs[position].numbers.clone()
    }

    /// The sums of the formulas' columns.
    pub fn sums(&self) -> Vec<f64> {
        self.formulas.iter().map(Column::sum).collect()
    }

    /// A workbook with these columns, the formulas filled down.
    pub(crate) fn build(
        inputs: Vec<Column>,
        formulas: Vec<(Column, &str)>,
        more: &[(&str, f64)],
    ) -> Result<Workload> {
        let book = Workbook::with_environment(Environment::fixed(45_000.0, 1));
        book.add_sheet("S")?;
        book.edit(|tx| {
            for column in &inputs {
                let at = Cell::new(column.first_row, column.column);
                let address = tabulith::reference::a1::print_cell(at);
                tx.set_column(&address, &column.numbers)?;
            }
            for (address, number) in more {
                tx.set(address, *number)?;
            }
            for (column, formula) in &formulas {
                let corner = |row| Cell::new(row, column.column);
                let last = column.first_row + column.numbers.len() as u32 - 1;
                let rect = Rect::new(corner(column.first_row), corner(last));
                tx.fill_at(SHEET, rect, formula)?;
            }
            Ok(())
        })?;
        Ok(Workload {
            book: without_history(&book)?,
            inputs,
            formulas: formulas.into_iter().map(|(column, _)| column).collect(),
        })
    }
}

/// The workbook without steps to undo: a fork has none, and recalculated, it lets go of the revision that keeps the
/// edits themselves.
pub(crate) fn without_history(book: &Workbook) -> Result<Workbook> {
    let book = book.snapshot().fork();
    book.recalculate()?;
    Ok(book)
}

/// The numbers of columns A and B of [`fill_down`]: products on both sides of what its branch asks for.
fn factors(rows: u32) -> [Vec<f64>; 2] {
    [1, 2].map(|seed| numbers::uniform(seed, rows as usize, (-2.0, 2.0)))
}

fn product(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a * b + 1.0).collect()
}

fn branch(c: &[f64]) -> Vec<f64> {
    let branch = |c: &f64| if *c > 0.5 { c * 2.0 } else { c - 1.0 };
    c.iter().map(branch).collect()
}

/// Halves are not among the numbers, so that the way they go does not show; there is no negative zero in a cell.
fn round(d: &[f64]) -> Vec<f64> {
    d.iter()
        .map(|d| (d * 100.0).round() / 100.0 + 0.0)
        .collect()
}

/// Three columns filled down beside two of numbers: C `=A1*B1+1`, D `=IF(C1>0.5,C1*2,C1-1)`, E `=ROUND(D1,2)`.
///
/// # Errors
///
/// None that are expected.
pub fn fill_down(rows: u32) -> Result<Workload> {
    let [a, b] = factors(rows);
    let c = product(&a, &b);
    let d = branch(&c);
    let e = round(&d);
    Workload::build(
        vec![Column::at(0, 0, a), Column::at(1, 0, b)],
        vec![
            (Column::at(2, 0, c), "=A1*B1+1"),
            (Column::at(3, 0, d), "=IF(C1>0.5,C1*2,C1-1)"),
            (Column::at(4, 0, e), "=ROUND(D1,2)"),
        ],
        &[],
    )
}

/// Column C of [`fill_down`] alone.
///
/// # Errors
///
/// None that are expected.
pub fn product_alone(rows: u32) -> Result<Workload> {
    let [a, b] = factors(rows);
    let c = product(&a, &b);
    let inputs = vec![Column::at(0, 0, a), Column::at(1, 0, b)];
    Workload::build(inputs, vec![(Column::at(2, 0, c), "=A1*B1+1")], &[])
}

/// Column D of [`fill_down`] alone, over the same numbers.
///
/// # Errors
///
/// None that are expected.
pub fn branch_alone(rows: u32) -> Result<Workload> {
    let [a, b] = factors(rows);
    let c = product(&a, &b);
    let d = branch(&c);
    let formula = "=IF(A1>0.5,A1*2,A1-1)";
    Workload::build(
        vec![Column::at(0, 0, c)],
        vec![(Column::at(1, 0, d), formula)],
        &[],
    )
}

/// Column E of [`fill_down`] alone, over the same numbers.
///
/// # Errors
///
/// None that are expected.
pub fn round_alone(rows: u32) -> Result<Workload> {
    let [a, b] = factors(rows);
    let d = branch(&product(&a, &b));
    let e = round(&d);
    Workload::build(
        vec![Column::at(0, 0, d)],
        vec![(Column::at(1, 0, e), "=ROUND(A1,2)")],
        &[],
    )
}

/// The balance that [`balance`] begins with: so far from 0 that no difference is near it.
pub const OPENING: f64 = 1e6;

/// A running balance, as a plain loop computes it.
pub fn balance_loop(credits: &[f64], debits: &[f64]) -> Vec<f64> {
    let mut balance = OPENING;
    let mut balances = Vec::with_capacity(credits.len());
    for (credit, debit) in credits.iter().zip(debits) {
        balance = balance + credit - debit;
        balances.push(balance);
    }
    balances
}

/// A running balance: credits in A, debits in B, both from row 2 on, the opening balance in C1, and `=C1+A2-B2` filled
/// from C2 on.
///
/// # Errors
///
/// None that are expected.
pub fn balance(rows: u32) -> Result<Workload> {
    let [credits, debits] =
        [3, 4].map(|seed| numbers::uniform(seed, rows as usize - 1, (0.0, 100.0)));
    let balances = balance_loop(&credits, &debits);
    Workload::build(
        vec![Column::at(0, 1, credits), Column::at(1, 1, debits)],
        vec![(Column::at(2, 1, balances), "=C1+A2-B2")],
        &[("C1", OPENING)],
    )
}

/// `=SUM(A1:A…)` in B1, over numbers whose sum is exact in any order.
///
/// # Errors
///
/// None that are expected.
pub fn sum(rows: u32) -> Result<Workload> {
    let a = numbers::exact(5, rows as usize, (-100.0, 100.0));
    let sum = a.iter().sum();
    Workload::build(
        vec![Column::at(0, 0, a)],
        vec![(Column::at(1, 0, vec![sum]), &format!("=SUM(A1:A{rows})"))],
        &[],
    )
}

/// The sum of the amounts of each key that is asked for, as a plain program computes it.
pub fn sums_by_criterion(keys: &[f64], amounts: &[f64], criteria: &[f64]) -> Vec<f64> {
    let mut sums: HashMap<u64, f64> = HashMap::new();
    for (key, amount) in keys.iter().zip(amounts) {
        *sums.entry(key.to_bits()).or_default() += amount;
    }
    let sum = |key: &f64| sums.get(&key.to_bits()).copied().unwrap_or_default();
    criteria.iter().map(sum).collect()
}

/// Keys in A, amounts in B, `criteria` numbers in D and the sum of the amounts of each in E, by SUMIFS.
///
/// # Errors
///
/// None that are expected.
pub fn sumifs(rows: u32, criteria: u32) -> Result<Workload> {
    let keys = numbers::whole(6, rows as usize, (0.0, f64::from(criteria)));
    let amounts = numbers::exact(7, rows as usize, (0.0, 1000.0));
    let wanted = numbers::shuffled(8, criteria as usize);
    let sums = sums_by_criterion(&keys, &amounts, &wanted);
    let formula = format!("=SUMIFS(B$1:B${rows},A$1:A${rows},D1)");
    Workload::build(
        vec![
            Column::at(0, 0, keys),
            Column::at(1, 0, amounts),
            Column::at(3, 0, wanted),
        ],
        vec![(Column::at(4, 0, sums), &formula)],
        &[],
    )
}

/// The amount beside each key that is looked up, as a plain program finds it.
pub fn exact_lookups(keys: &[f64], amounts: &[f64], wanted: &[f64]) -> Vec<f64> {
    let rows: HashMap<u64, f64> = keys
        .iter()
        .zip(amounts)
        .map(|(key, amount)| (key.to_bits(), *amount))
        .collect();
    wanted
        .iter()
        .map(|key| rows.get(&key.to_bits()).copied().unwrap_or(f64::NAN))
        .collect()
}

/// Keys in A in no order, amounts in B, `lookups` keys in D and the amount of each in E, by VLOOKUP.
///
/// # Errors
///
/// None that are expected.
pub fn vlookup(keys: u32, lookups: u32) -> Result<Workload> {
    let table = numbers::shuffled(9, keys as usize);
    let amounts = numbers::exact(10, keys as usize, (0.0, 1000.0));
    let wanted = numbers::whole(11, lookups as usize, (0.0, f64::from(keys)));
    let found = exact_lookups(&table, &amounts, &wanted);
    let formula = format!("=VLOOKUP(D1,A$1:B${keys},2,FALSE)");
    Workload::build(
        vec![
            Column::at(0, 0, table),
            Column::at(1, 0, amounts),
            Column::at(3, 0, wanted),
        ],
        vec![(Column::at(4, 0, found), &formula)],
        &[],
    )
}
