//! The fuzzer ends the process at any panic. A reader of workbooks that gives up on a damaged file is caught and told as an
//! error, so the fuzzer must not see it.

use std::panic;
use std::sync::Once;

pub fn once() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let fuzzer = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !isochrone::world::ingest::is_caught() {
                fuzzer(info);
            }
        }));
    });
}
