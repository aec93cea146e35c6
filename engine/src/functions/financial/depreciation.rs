//! What an asset loses in value: SLN, SYD, DB, DDB, VDB.

use libm::pow;

use crate::functions::declare::functions;
use crate::value::CellError;

functions! {
    /// The loss of one period when the asset loses the same in each.
    ///
    ///     =SLN(30000, 7500, 10) -> 2250
    ///     =SLN(30000, 7500, 0)  -> #DIV/0!
    "SLN"(cost: Number, salvage: Number, life: Number) => map(sln);

    /// The loss of a period when the losses fall evenly (sum of the years' digits).
    ///
    ///     =ROUND(SYD(30000, 7500, 10, 1), 2) -> 4090.91
    "SYD"(cost: Number, salvage: Number, life: Number, period: Number) => map(syd);

    /// The loss of a period at a fixed rate of what is left; the rate is rounded to three decimals.
    ///
    /// `months` are those of the first year; a part of the last year is then left for period `life` + 1.
    ///
    ///     =ROUND(DB(1000000, 100000, 6, 1, 7), 2) -> 186083.33
    ///     =ROUND(DB(1000000, 100000, 6, 7, 7), 2) -> 15845.1
    "DB"(cost: Number, salvage: Number, life: Number, period: Number, months: Number = 12) => map(db);

    /// The loss of a period at `factor` times the straight rate, until the salvage value is reached.
    ///
    ///     =ROUND(DDB(2400, 300, 10, 1), 2)      -> 480
    ///     =ROUND(DDB(2400, 300, 10, 10), 2)     -> 22.12
    ///     =ROUND(DDB(2400, 300, 10, 2, 1.5), 2) -> 306
    "DDB"(cost: Number, salvage: Number, life: Number, period: Number, factor: Number = 2) => map(ddb);

    /// The loss between two times at `factor` times the straight rate; unless `no_switch` is TRUE, at the straight rate
    /// from the period on in which that is more.
    ///
    ///     =ROUND(VDB(2400, 300, 10, 0, 1), 2)        -> 480
    ///     =ROUND(VDB(2400, 300, 10, 0, 0.875, 1.5), 2) -> 315
    ///     =ROUND(VDB(2400, 300, 120, 6, 18), 2)      -> 396.31
    ///     =VDB(2400, 300, 10, 5, 1)                  -> #NUM!
    "VDB"(
        cost: Number, salvage: Number, life: Number, start: Number, end: Number,
        factor: Number = 2, no_switch: Boolean = false
    ) => map(vdb);
}

/// Longer lives are refused: each period is a step.
const LONGEST_LIFE: f64 = 1e6;

/// An asset and how fast it loses its value.
#[derive(Clone, Copy)]
struct Asset {
    salvage: f64,
    life: f64,
    factor: f64,
}

impl Asset {
    /// The loss of a period at the declining rate.
    fn declining(self, cost: f64, period: f64) -> f64 {
        let rate = self.factor / self.life;
        let (before, after) = if rate < 1.0 {
            (
                cost * pow(1.0 - rate, period - 1.0),
                cost * pow(1.0 - rate, period),
            )
        } else if period <= 1.0 {
            (cost, 0.0)
        } else {
            (0.0, 0.0)
        };
        (before - after.max(self.salvage)).max(0.0)
    }

    /// The loss between two times, at the straight rate as soon as that is more.
    ///
    /// The periods are counted from `start` both ways, so that the first may be a part of one.
    fn switching(self, cost: f64, start: f64, end: f64) -> f64 {
        let (mut time, mut book, mut sum) = (0.0, cost, 0.0);
        let mut length = start.fract();
        if length == 0.0 {
            length = 1.0;
        }
        let mut straight = None;
        while time < end {
            let rest = (book - self.salvage).max(0.0);
            let loss = straight.unwrap_or_else(|| {
                let declining = (book * self.factor / self.life).min(rest);
                let even = rest / (self.life - time);
                if even > declining {
                    straight = Some(even);
                }
                even.max(declining)
            });
            if time >= start {
                sum += loss * length.min(end - time);
            }
            book -= loss * length;
            time += length;
            length = 1.0;
        }
        sum
    }
}

fn vdb(
    cost: f64,
    salvage: f64,
    life: f64,
    start: f64,
    end: f64,
    factor: f64,
    no_switch: bool,
) -> Result<f64, CellError> {
    let refused = cost < 0.0 || salvage < 0.0 || life <= 0.0 || factor <= 0.0;
    if refused || start < 0.0 || end < start || end > life || life > LONGEST_LIFE {
        return Err(CellError::Num);
    }
    let asset = Asset {
        salvage,
        life,
        factor,
    };
    if no_switch {
        let mut sum = 0.0;
        let mut period = start.floor() + 1.0;
        while period <= end.ceil() {
            let covered = end.min(period) - start.max(period - 1.0);
            sum += asset.declining(cost, period) * covered;
            period += 1.0;
        }
        return Ok(sum);
    }
    Ok(asset.switching(cost, start, end))
}

fn sln(cost: f64, salvage: f64, life: f64) -> Result<f64, CellError> {
    if life == 0.0 {
        return Err(CellError::Div0);
    }
    Ok((cost - salvage) / life)
}

fn syd(cost: f64, salvage: f64, life: f64, period: f64) -> Result<f64, CellError> {
    if salvage < 0.0 || life <= 0.0 || period <= 0.0 || period > life {
        return Err(CellError::Num);
    }
    Ok((cost - salvage) * (life - period + 1.0) * 2.0 / (life * (life + 1.0)))
}

fn db(cost: f64, salvage: f64, life: f64, period: f64, months: f64) -> Result<f64, CellError> {
    let months = months.trunc();
    let last = if months == 12.0 { life } else { life + 1.0 };
    let refused = cost < 0.0 || salvage < 0.0 || life <= 0.0 || period <= 0.0 || period > last;
    if refused || !(1.0..=12.0).contains(&months) {
        return Err(CellError::Num);
    }
    if cost == 0.0 || salvage >= cost {
        return Ok(0.0);
    }
    let rate = 1.0 - pow(salvage / cost, 1.0 / life);
    let rate = (rate * 1000.0).round() / 1000.0;
    let first = cost * rate * months / 12.0;
    let period = period.trunc();
    if period <= 1.0 {
        return Ok(first);
    }
    let left = (cost - first) * pow(1.0 - rate, period - 2.0);
    let part = if period > life {
        (12.0 - months) / 12.0
    } else {
        1.0
    };
    Ok(left * rate * part)
}

fn ddb(cost: f64, salvage: f64, life: f64, period: f64, factor: f64) -> Result<f64, CellError> {
    let refused = cost < 0.0 || salvage < 0.0 || life <= 0.0 || period <= 0.0 || factor <= 0.0;
    if refused || period > life {
        return Err(CellError::Num);
    }
    let asset = Asset {
        salvage,
        life,
        factor,
    };
    Ok(asset.declining(cost, period))
}
