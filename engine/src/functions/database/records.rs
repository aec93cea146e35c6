//! Aggregates of the records that meet criteria: DSUM, DCOUNT, DGET and their kin.
//!
//! A database is a range whose first row holds the names of its columns. The criteria are a range too: names in the
//! first row, and in each row below conditions of which all must hold; a record counts if it meets any of the rows. A
//! row without conditions is met by every record.

use crate::functions::declare::functions;
use crate::functions::lookup::table::Table;
use crate::functions::{Context, FoldState, Kernel, Operand, Reference, find};
use crate::reference::Cell;
use crate::value::{CellError, Criterion, Value, ValueRef, fold_equal, to_number, to_text};

functions! {
    /// The sum of the numbers in one column of the records that meet the criteria.
    ///
    /// `field` is the name of the column, or its number from 1 on.
    ///
    ///     =DSUM(K1:L3, "no such column", N1:N2) -> #VALUE!
    "DSUM"(database: Range, field: Any, criteria: Range) => map_in(sum);

    /// The mean of the numbers in one column of the records that meet the criteria.
    ///
    ///     =DAVERAGE(K1:L3, 1, N1:N2) -> #DIV/0!
    "DAVERAGE"(database: Range, field: Any, criteria: Range) => map_in(average);

    /// How many numbers one column of the records that meet the criteria holds; without `field`, how many records.
    ///
    ///     =DCOUNT(K1:L3, 1, N1:N2) -> 0
    "DCOUNT"(database: Range, field: Any, criteria: Range) => map_in(count);

    /// How many values one column of the records that meet the criteria holds; without `field`, how many records.
    ///
    ///     =DCOUNTA(K1:L3, 3, N1:N2) -> #VALUE!
    "DCOUNTA"(database: Range, field: Any, criteria: Range) => map_in(count_all);

    /// The greatest number in one column of the records that meet the criteria.
    ///
    ///     =DMAX(K1:L3, 1, N1:N2) -> 0
    "DMAX"(database: Range, field: Any, criteria: Range) => map_in(max);

    /// The least number in one column of the records that meet the criteria.
    ///
    ///     =DMIN(K1:L3, 1, N1:N2) -> 0
    "DMIN"(database: Range, field: Any, criteria: Range) => map_in(min);

    /// The product of the numbers in one column of the records that meet the criteria.
    ///
    ///     =DPRODUCT(K1:L3, 1, N1:N2) -> 0
    "DPRODUCT"(database: Range, field: Any, criteria: Range) => map_in(product);

    /// The standard deviation of one column of the records that meet the criteria, taken as a sample.
    ///
    ///     =DSTDEV(K1:L3, 1, N1:N2) -> #DIV/0!
    "DSTDEV"(database: Range, field: Any, criteria: Range) => map_in(deviation_of_sample);

    /// The standard deviation of one column of the records that meet the criteria, taken as a whole population.
    ///
    ///     =DSTDEVP(K1:L3, 1, N1:N2) -> #DIV/0!
    "DSTDEVP"(database: Range, field: Any, criteria: Range) => map_in(deviation_of_population);

    /// The variance of one column of the records that meet the criteria, taken as a sample.
    ///
    ///     =DVAR(K1:L3, 1, N1:N2) -> #DIV/0!
    "DVAR"(database: Range, field: Any, criteria: Range) => map_in(variance_of_sample);

    /// The variance of one column of the records that meet the criteria, taken as a whole population.
    ///
    ///     =DVARP(K1:L3, 1, N1:N2) -> #DIV/0!
    "DVARP"(database: Range, field: Any, criteria: Range) => map_in(variance_of_population);

    /// The value in one column of the only record that meets the criteria; `#VALUE!` if there is none, `#NUM!` if there
    /// are several.
    ///
    ///     =DGET(K1:L3, 1, N1:N2) -> #VALUE!
    "DGET"(database: Range, field: Any, criteria: Range) => map_in(get);
}

/// The conditions of one row of the criteria, each with the column that it is about.
type Conditions = Vec<(u32, Criterion)>;

/// A database and the criteria for its records.
struct Records<'a> {
    context: &'a Context<'a>,
    table: Table<'a>,
    /// The rows of which a record must meet one.
    alternatives: Vec<Conditions>,
}

impl<'a> Records<'a> {
    fn new(
        context: &'a Context<'a>,
        database: &Reference,
        criteria: &Reference,
    ) -> Result<Records<'a>, CellError> {
        let mut records = Records {
            context,
            table: Table::Area(database.single()?),
            alternatives: Vec::new(),
        };
        records.read_criteria(Table::Area(criteria.single()?))?;
        Ok(records)
    }

    fn read_criteria(&mut self, criteria: Table<'_>) -> Result<(), CellError> {
        let cells = self.context.cells;
        let used = criteria.used(cells).map_or(0, |used| used.bottom + 1);
        if used < criteria.rows() {
            // Every record meets the blank rows at the end; the others need not be read.
            self.alternatives.push(Conditions::new());
            return Ok(());
        }
        let columns = (0..criteria.columns())
            .map(|column| self.named(criteria.value(cells, Cell::new(0, column)).as_ref()));
        let columns: Vec<Option<u32>> = columns.collect();
        for row in 1..used {
            let mut conditions = Conditions::new();
            for (place, column) in (0..).zip(&columns) {
                let condition = criteria.value(cells, Cell::new(row, place));
                if condition.is_blank() {
                    continue;
                }
                // Below a name that no column has stands a formula for the first record, which is not followed here.
                let column = column.ok_or(CellError::Value)?;
                let conventions = self.context.conventions;
                let criterion = Criterion::parse_in_database(condition.as_ref(), conventions);
                conditions.push((column, criterion));
            }
            self.alternatives.push(conditions);
        }
        Ok(())
    }

    /// The column with this name. Numbers are names as they are written; an error is none.
    fn named(&self, name: ValueRef<'_>) -> Option<u32> {
        let name = to_text(name).ok().filter(|name| !name.is_empty())?;
        (0..self.table.columns()).find(|column| {
            let header = self.table.value(self.context.cells, Cell::new(0, *column));
            to_text(&header).is_ok_and(|header| fold_equal(&header, &name))
        })
    }

    /// The column that a field means: its name, or its number from 1 on.
    fn field(&self, field: ValueRef<'_>) -> Result<u32, CellError> {
        if let ValueRef::Text(_) = field {
            return self.named(field).ok_or(CellError::Value);
        }
        let number = to_number(field, self.context.conventions)?.trunc();
        if number < 1.0 || number > f64::from(self.table.columns()) {
            return Err(CellError::Value);
        }
        Ok(number as u32 - 1)
    }

    /// The rows of the records that meet the criteria.
    fn met(&self) -> impl Iterator<Item = u32> {
        let last = self.table.used(self.context.cells);
        let last = last.map_or(0, |used| used.bottom);
        (1..=last).filter(|row| self.meets(*row))
    }

    fn meets(&self, row: u32) -> bool {
        self.alternatives.iter().any(|conditions| {
            conditions.iter().all(|(column, criterion)| {
                let value = self
                    .table
                    .value(self.context.cells, Cell::new(row, *column));
                criterion.matches(value.as_ref())
            })
        })
    }

    /// Shows the values of a column that are not blank, until the visitor fails.
    fn visit(
        &self,
        column: u32,
        visitor: &mut dyn FnMut(Value) -> Result<(), CellError>,
    ) -> Result<(), CellError> {
        self.met().try_for_each(|row| {
            let value = self.table.value(self.context.cells, Cell::new(row, column));
            if value.is_blank() {
                return Ok(());
            }
            visitor(value)
        })
    }
}

/// What a database function is given besides its context.
type Question<'a> = (&'a Reference, ValueRef<'a>, &'a Reference);

/// The aggregate `name` over a column.
fn fold(
    context: &Context<'_>,
    (database, field, criteria): Question<'_>,
    name: &str,
) -> Result<Operand, CellError> {
    let records = Records::new(context, database, criteria)?;
    let column = records.field(field)?;
    let mut state: Box<dyn FoldState> = match find(name).map(|row| row.kernel) {
        Some(Kernel::Fold(start)) => start(context),
        _ => return Err(CellError::Value),
    };
    records.visit(column, &mut |value| state.cell(value.as_ref()))?;
    Ok(Operand::Value(state.finish()))
}

/// As [`fold`]; without a field it counts records.
fn tally(context: &Context<'_>, question: Question<'_>, name: &str) -> Result<Operand, CellError> {
    let (database, field, criteria) = question;
    if field != ValueRef::Blank {
        return fold(context, question, name);
    }
    let records = Records::new(context, database, criteria)?;
    let count = records.met().count();
    Ok(Operand::from(count as f64))
}

fn get(
    context: &Context<'_>,
    database: &Reference,
    field: ValueRef<'_>,
    criteria: &Reference,
) -> Result<Operand, CellError> {
    let records = Records::new(context, database, criteria)?;
    let column = records.field(field)?;
    let mut found = None;
    records.visit(column, &mut |value| match found.replace(value) {
        None => Ok(()),
        Some(_) => Err(CellError::Num),
    })?;
    found.map(Operand::Value).ok_or(CellError::Value)
}

/// Kernels that differ in the aggregate only.
macro_rules! aggregates {
    ($($kernel:ident: $how:ident $name:literal;)*) => { $(
        fn $kernel(
            context: &Context<'_>,
            database: &Reference,
            field: ValueRef<'_>,
            criteria: &Reference,
        ) -> Result<Operand, CellError> {
            $how(context, (database, field, criteria), $name)
        }
    )* };
}

aggregates! {
    sum: fold "SUM";
    average: fold "AVERAGE";
    count: tally "COUNT";
    count_all: tally "COUNTA";
    max: fold "MAX";
    min: fold "MIN";
    product: fold "PRODUCT";
    deviation_of_sample: fold "STDEV";
    deviation_of_population: fold "STDEVP";
    variance_of_sample: fold "VAR";
    variance_of_population: fold "VARP";
}
