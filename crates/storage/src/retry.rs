//! When work that leaves the process is tried again.

use chrono::TimeDelta;

/// How long to wait after so many tries: at first so long, then twice as long each time, up to the most.
pub(crate) fn pause(tries: i64, first: TimeDelta, most: TimeDelta) -> TimeDelta {
    let doublings = u32::try_from(tries.saturating_sub(1).clamp(0, 16)).unwrap_or(0);
    first.checked_mul(1_i32 << doublings).map_or(most, |pause| pause.min(most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_doubles_up_to_the_most() {
        let (first, most) = (TimeDelta::seconds(5), TimeDelta::minutes(1));
        let pauses: Vec<i64> = (1..=6).map(|tries| pause(tries, first, most).num_seconds()).collect();
        assert_eq!(pauses, [5, 10, 20, 40, 60, 60]);
        assert_eq!(pause(i64::MAX, first, most), most);
    }
}
