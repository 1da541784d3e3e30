//! The most memory this process has held so far.

use super::output::Output;

/// Tells it to who wants to know much (`-vv`).
pub fn tell_peak(out: Output) {
    if let Some(bytes) = peak_bytes() {
        out.detail(2, &format!("peak memory {:.0} MB", bytes as f64 / 1e6));
    }
}

/// Bytes at the peak, where the system tells: on Linux.
pub fn peak_bytes() -> Option<u64> {
    peak_in(&std::fs::read_to_string("/proc/self/status").ok()?)
}

fn peak_in(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_read_in_bytes_and_left_out_where_it_is_not_told() {
        let status = "Name:\tisochrone\nVmPeak:\t  900 kB\nVmHWM:\t   240 kB\nVmRSS:\t   200 kB\n";
        assert_eq!(peak_in(status), Some(240 * 1024));
        assert_eq!(peak_in("Name:\tisochrone\n"), None);
    }
}
