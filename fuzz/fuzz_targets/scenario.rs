#![no_main]

#[path = "../../tests/fuzz/targets.rs"]
mod targets;

mod quiet;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    quiet::once();
    targets::scenario(bytes);
});
