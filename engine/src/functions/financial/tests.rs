//! Tests of annuities, cash flows and depreciation.

use crate::functions::Operand;
use crate::functions::lookup::fake_cells::{FakeCells, area, array, call, numbers};
use crate::value::{CellError, Value};

/// What a function gives for numbers.
fn of_numbers(name: &str, arguments: &[f64]) -> Result<f64, CellError> {
    let operands: Vec<Operand> = arguments
        .iter()
        .map(|number| Operand::from(*number))
        .collect();
    given(name, &operands)
}

fn given(name: &str, operands: &[Operand]) -> Result<f64, CellError> {
    match call(name, &FakeCells::default(), operands) {
        Operand::Value(Value::Number(number)) => Ok(number),
        Operand::Value(Value::Error(error)) => Err(error),
        other => panic!("{name} gives {other:?}"),
    }
}

#[track_caller]
fn check(name: &str, arguments: &[f64], expected: f64) {
    let got = of_numbers(name, arguments).unwrap();
    let near = (got - expected).abs() <= 1e-9 * expected.abs().max(1.0);
    assert!(near, "{name}{arguments:?} gives {got}, not {expected}");
}

#[test]
fn a_rate_of_zero_divides_evenly() {
    check("PMT", &[0.0, 10.0, 1000.0], -100.0);
    check("PV", &[0.0, 10.0, -100.0, 50.0], 950.0);
    check("FV", &[0.0, 10.0, -100.0, -50.0], 1050.0);
    check("NPER", &[0.0, -100.0, 1000.0], 10.0);
    check("PMT", &[1e-16, 10.0, 1000.0], -100.0);
}

#[test]
fn interest_and_repayment_add_up_to_the_payment() {
    for due in [0.0, 1.0] {
        let payment = of_numbers("PMT", &[0.01, 12.0, 5000.0, -300.0, due]).unwrap();
        for period in 1..=12 {
            let arguments = [0.01, f64::from(period), 12.0, 5000.0, -300.0, due];
            let interest = of_numbers("IPMT", &arguments).unwrap();
            let repayment = of_numbers("PPMT", &arguments).unwrap();
            assert!((interest + repayment - payment).abs() < 1e-9);
        }
    }
    check("IPMT", &[0.01, 1.0, 12.0, 5000.0, 0.0, 1.0], 0.0);
    assert_eq!(
        of_numbers("IPMT", &[0.01, 0.0, 12.0, 5000.0]),
        Err(CellError::Num)
    );
    assert_eq!(
        of_numbers("IPMT", &[0.01, 13.0, 12.0, 5000.0]),
        Err(CellError::Num)
    );
}

#[test]
fn a_mortgage_of_thirty_years_has_a_rate_without_a_guess() {
    check("RATE", &[360.0, -600.0, 100_000.0], 0.005_005_825_006_77);
}

#[test]
fn rate_gives_up_where_excel_does() {
    assert_eq!(
        of_numbers("RATE", &[12.0, 2800.0, -10_000.0]),
        Err(CellError::Num)
    );
    check(
        "RATE",
        &[12.0, 2800.0, -10_000.0, 0.0, 0.0, 0.25],
        0.263_006_118_857_38,
    );
    assert_eq!(
        of_numbers("RATE", &[12.0, 100.0, 1000.0, 100.0]),
        Err(CellError::Num)
    );
}

#[test]
fn irr_needs_payments_in_both_directions() {
    let rate = given("IRR", &[numbers(&[-100.0, 60.0, 60.0])]).unwrap();
    assert!((rate - 0.130_662_386_291_8).abs() < 1e-9);
    assert_eq!(given("IRR", &[numbers(&[1.0, 2.0])]), Err(CellError::Num));
}

#[test]
fn npv_closes_up_over_what_is_no_number() {
    let cells = FakeCells::column(&[Value::Blank, "text".into(), 110.0.into(), 121.0.into()]);
    let range = Operand::from(area(0, 0, 3, 0));
    let Operand::Value(Value::Number(worth)) = call("NPV", &cells, &[0.1.into(), range]) else {
        panic!("NPV gives a number");
    };
    assert!((worth - 200.0).abs() < 1e-9);
    assert_eq!(of_numbers("NPV", &[-1.0, 5.0]), Err(CellError::Div0));
}

#[test]
fn mirr_loses_all_without_receipts_and_needs_expenses() {
    let rates = |payments: &[f64]| given("MIRR", &[numbers(payments), 0.07.into(), 0.01.into()]);
    assert_eq!(rates(&[-100.0, -50.0]), Ok(-1.0));
    assert_eq!(rates(&[100.0, 50.0]), Err(CellError::Div0));
    assert_eq!(rates(&[-100.0]), Err(CellError::Div0));
}

#[test]
fn dated_payments_are_discounted_by_days() {
    let payments = numbers(&[-100.0, 110.0]);
    let dates = numbers(&[40_000.9, 40_365.0]);
    let rate = given("XIRR", &[payments.clone(), dates.clone()]).unwrap();
    assert!((rate - 0.1).abs() < 1e-9);
    let worth = given("XNPV", &[0.1.into(), payments.clone(), dates]).unwrap();
    assert!(worth.abs() < 1e-9);
    let falling = numbers(&[40_365.0, 40_000.0]);
    let worth = given("XNPV", &[0.1.into(), payments.clone(), falling]);
    assert_eq!(worth, Err(CellError::Num));
    let one = numbers(&[40_000.0]);
    assert_eq!(
        given("XNPV", &[0.1.into(), payments.clone(), one]),
        Err(CellError::Num)
    );
    let text = array(&[["x".into()], [40_000.0.into()]]);
    assert_eq!(
        given("XNPV", &[0.1.into(), payments, text]),
        Err(CellError::Value)
    );
}

#[test]
fn xirr_finds_rates_close_to_minus_one() {
    let payments = numbers(&[-1_000_000.706, 947_003.58]);
    let rate = given("XIRR", &[payments, numbers(&[43_348.0, 43_369.0])]).unwrap();
    assert!((rate + 0.611_882_417_3).abs() < 1e-8, "{rate}");
}

#[test]
fn declining_depreciation_uses_a_rate_of_three_decimals() {
    check("DB", &[1e6, 1e5, 6.0, 1.0, 7.0], 186_083.333_333_333_33);
    check("DB", &[1e6, 1e5, 6.0, 2.0, 7.0], 259_639.416_666_666_66);
    check("DB", &[1e6, 1e5, 6.0, 7.0, 7.0], 15_845.098_473_848_071);
    assert_eq!(
        of_numbers("DB", &[1e6, 1e5, 6.0, 8.0, 7.0]),
        Err(CellError::Num)
    );
    assert_eq!(of_numbers("DB", &[1e6, 1e5, 6.0, 7.0]), Err(CellError::Num));
}

#[test]
fn double_declining_depreciation_stops_at_the_salvage_value() {
    check("DDB", &[10_000.0, 1000.0, 5.0, 5.0], 296.0);
    check("DDB", &[2.0, 1.0, 20.0, 1.0, 60.0], 1.0);
    check("DDB", &[2.0, 1.0, 20.0, 2.0, 60.0], 0.0);
    let total: f64 = (1..=5)
        .map(|period| of_numbers("DDB", &[10_000.0, 1000.0, 5.0, f64::from(period)]).unwrap())
        .sum();
    assert!((total - 9000.0).abs() < 1e-9);
}
