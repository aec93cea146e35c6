//! The linear function of several variables that fits points best, by orthogonal columns.

use crate::value::CellError;

/// A part of a column that is smaller than this, relative to the column, is what rounding has left.
const COLLINEAR: f64 = 1e-14;

/// A fitted function and how well it fits.
#[derive(Debug)]
pub(super) struct Fit {
    /// The factor of each variable; 0 for one that the variables before it determine.
    pub(super) factors: Vec<f64>,
    /// The value where all variables are 0.
    pub(super) constant: f64,
    /// The standard error of each factor.
    pub(super) factor_errors: Vec<f64>,
    /// The standard error of the constant; nothing if the constant was set to 0.
    pub(super) constant_error: Option<f64>,
    /// The sum of squares that the function explains.
    pub(super) explained: f64,
    /// The sum of squares that is left.
    pub(super) left: f64,
    /// Degrees of freedom.
    pub(super) freedom: f64,
    /// How many variables count.
    pub(super) variables: usize,
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The column less its mean, which is given back.
fn center(column: &mut [f64]) -> f64 {
    let mean = column.iter().sum::<f64>() / column.len() as f64;
    column.iter_mut().for_each(|x| *x -= mean);
    mean
}

/// Orthogonal columns of length 1, and what the given columns are made of.
struct Orthogonal {
    columns: Vec<Vec<f64>>,
    /// The given column that each comes from.
    sources: Vec<usize>,
    /// For each, its share in the given columns: `shares[i][j]` of column `i` in the source `j`, `j >= i`.
    shares: Vec<Vec<f64>>,
}

impl Orthogonal {
    fn of(given: &[Vec<f64>]) -> Orthogonal {
        let mut result = Orthogonal {
            columns: Vec::new(),
            sources: Vec::new(),
            shares: Vec::new(),
        };
        for (source, column) in given.iter().enumerate() {
            let mut rest = column.clone();
            let mut shares = vec![0.0; result.columns.len()];
            // The second time removes what rounding has left of the first.
            for _ in 0..2 {
                for (share, other) in shares.iter_mut().zip(&result.columns) {
                    let part = dot(&rest, other);
                    *share += part;
                    rest.iter_mut().zip(other).for_each(|(x, y)| *x -= part * y);
                }
            }
            let length = dot(&rest, &rest).sqrt();
            if length <= COLLINEAR.sqrt() * dot(column, column).sqrt() * 1e-3 || length == 0.0 {
                continue;
            }
            rest.iter_mut().for_each(|x| *x /= length);
            for (all, share) in result.shares.iter_mut().zip(shares) {
                all.push(share);
            }
            let mut own = vec![0.0; result.columns.len()];
            own.push(length);
            result.shares.push(own);
            result.columns.push(rest);
            result.sources.push(source);
        }
        result
    }

    /// What the given columns must be multiplied by to give this sum of the orthogonal ones.
    fn solve(&self, mut wanted: Vec<f64>) -> Vec<f64> {
        let count = self.columns.len();
        for row in (0..count).rev() {
            for column in row + 1..count {
                wanted[row] -= self.shares[row][column] * wanted[column];
            }
            wanted[row] /= self.shares[row][row];
        }
        wanted
    }

    /// The inverse of the shares, as columns.
    fn inverse(&self) -> Vec<Vec<f64>> {
        let count = self.columns.len();
        let unit = |place: usize| {
            (0..count)
                .map(move |i| f64::from(u8::from(i == place)))
                .collect()
        };
        (0..count).map(|place| self.solve(unit(place))).collect()
    }
}

/// The most variables that Excel takes.
const VARIABLES: usize = 64;

/// Fits a function to points: `y` and, for each variable, its values.
///
/// # Errors
///
/// `#NUM!` if there are not enough points, `#REF!` if there are too many variables.
pub(super) fn fit(
    mut y: Vec<f64>,
    mut variables: Vec<Vec<f64>>,
    with_constant: bool,
) -> Result<Fit, CellError> {
    if variables.len() > VARIABLES {
        return Err(CellError::Ref);
    }
    let points = y.len() as f64;
    let (mut mean, mut means) = (0.0, vec![0.0; variables.len()]);
    if with_constant {
        mean = center(&mut y);
        means = variables.iter_mut().map(|column| center(column)).collect();
    }
    let basis = Orthogonal::of(&variables);
    let count = basis.columns.len();
    let freedom = points - count as f64 - f64::from(u8::from(with_constant));
    if freedom < 0.0 {
        return Err(CellError::Num);
    }
    let parts: Vec<f64> = basis.columns.iter().map(|column| dot(column, &y)).collect();
    let explained = dot(&parts, &parts);
    let mut rest = y;
    for (part, column) in parts.iter().zip(&basis.columns) {
        rest.iter_mut()
            .zip(column)
            .for_each(|(y, x)| *y -= part * x);
    }
    let left = dot(&rest, &rest);
    let variance = if freedom > 0.0 { left / freedom } else { 0.0 };
    let inverse = basis.inverse();
    let mut fit = Fit {
        factors: vec![0.0; variables.len()],
        constant: 0.0,
        factor_errors: vec![0.0; variables.len()],
        constant_error: None,
        explained,
        left,
        freedom,
        variables: count,
    };
    for (place, factor) in basis.solve(parts).into_iter().enumerate() {
        let spread: f64 = inverse
            .iter()
            .map(|column| column[place] * column[place])
            .sum();
        fit.factors[basis.sources[place]] = factor;
        fit.factor_errors[basis.sources[place]] = (variance * spread).sqrt();
    }
    if with_constant {
        fit.constant = mean - dot(&fit.factors, &means);
        let used: Vec<f64> = basis.sources.iter().map(|source| means[*source]).collect();
        let spread: f64 = inverse
            .iter()
            .map(|column| dot(column, &used))
            .map(|x| x * x)
            .sum();
        fit.constant_error = Some((variance * (1.0 / points + spread)).sqrt());
    }
    Ok(fit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_through_its_points_is_found() {
        let fit = fit(
            vec![1.0, 9.0, 5.0, 7.0],
            vec![vec![0.0, 4.0, 2.0, 3.0]],
            true,
        )
        .unwrap();
        assert!((fit.factors[0] - 2.0).abs() < 1e-12 && (fit.constant - 1.0).abs() < 1e-12);
        assert!(fit.left < 1e-20 && fit.freedom == 2.0);
    }

    #[test]
    fn a_variable_that_others_determine_counts_for_nothing() {
        let x = vec![1.0, 2.0, 3.0, 5.0];
        let twice = x.iter().map(|x| 2.0 * x).collect();
        let fit = fit(vec![1.0, 2.0, 4.0, 4.0], vec![x, twice], true).unwrap();
        assert_eq!(
            (fit.factors[1], fit.factor_errors[1], fit.variables),
            (0.0, 0.0, 1)
        );
    }
}
