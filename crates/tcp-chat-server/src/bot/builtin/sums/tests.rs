use super::*;

#[test]
fn sums_are_exact() {
    for (sum, result) in [
        ("1+1", "2"),
        ("2+3*4", "14"),
        ("(2+3)*4", "20"),
        ("10-4-3", "3"),
        ("100/10/5", "2"),
        ("0.1+0.2", "0.3"),
        ("-2*-3", "6"),
        ("2--3", "5"),
        ("-(1.5+.5)", "-2"),
        ("7/4", "1.75"),
        ("-7/4", "-1.75"),
        ("1/3*3", "1"),
        ("1/3", "0.3333333333..."),
        ("-2/3", "-0.6666666666..."),
        ("6 × (2−1) ÷ 4", "1.5"),
        ("（1＋2）×3", "9"),
        ("1000000007*998244353", "998244359987710471"),
        ("5", "5"),
        ("0/5", "0"),
        ("2^10", "1024"),
        ("2**3", "8"),
        ("2^3^2", "512"),
        ("-2^2", "-4"),
        ("(-2)^3", "-8"),
        ("2^-2", "0.25"),
        ("0^0", "1"),
        ("(-1)^999", "-1"),
        ("1.5^2*2", "4.5"),
        ("(1/2)^2", "0.25"),
        ("２＋３．５", "5.5"),
    ] {
        assert_eq!(work_out(&signs(sum)).map(|result| result.to_string()).as_deref(), Ok(result), "{sum}");
    }
}

#[test]
fn what_cannot_be_worked_out_says_why() {
    let nines = "9".repeat(39);
    for (sum, error) in [
        ("1/0", SumError::DivisionByZero),
        ("1/(2-2)", SumError::DivisionByZero),
        ("1+", SumError::Unfinished),
        ("(1+2", SumError::Unfinished),
        ("", SumError::Unfinished),
        ("1+2)", SumError::Unexpected(')')),
        ("1+*2", SumError::Unexpected('*')),
        ("1.2.3", SumError::Unexpected('.')),
        (".", SumError::Unfinished),
        ("1 2", SumError::Unexpected('2')),
        ("2^0.5", SumError::Power),
        ("2^1001", SumError::Power),
        ("2^(9^9^9)", SumError::Power),
        ("0^-1", SumError::DivisionByZero),
        ("2^200", SumError::TooBig),
        ("2^", SumError::Unfinished),
        ("2x", SumError::Unexpected('x')),
        (nines.as_str(), SumError::TooBig),
        (&"(".repeat(200), SumError::Unfinished),
        (&"-".repeat(200), SumError::Unfinished),
    ] {
        assert_eq!(work_out(&signs(sum)), Err(error), "{sum}");
    }
    assert!(work_out("99999999999999999999*99999999999999999999").is_err());
}

proptest::proptest! {
    #[test]
    fn any_text_is_worked_out_or_refused(sum in "[0-9.+*/^()-]{0,40}") {
        let _result = work_out(&sum).map(|result| result.to_string()).is_ok();
    }
}
