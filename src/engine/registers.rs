//! How wide the registers are that inner loops run in. Every operation rounds the same at any width, so results do not
//! depend on it; that this is so is tested, and for that the width can be held down.

use std::sync::atomic::{AtomicU8, Ordering};

use pulp::Arch;

/// How wide registers may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registers {
    /// A number at a time, as far as the compiler's baseline for the machine goes.
    Scalar,
    /// 256 bits at a time (AVX2 and FMA), where the machine has them.
    Narrow,
    /// The widest that the machine has.
    Widest,
}

static ALLOWED: AtomicU8 = AtomicU8::new(Registers::Widest as u8);

impl Registers {
    /// The width called `name`: `scalar`, `narrow` or `widest`.
    pub fn named(name: &str) -> Option<Registers> {
        match name {
            "scalar" => Some(Registers::Scalar),
            "narrow" => Some(Registers::Narrow),
            "widest" => Some(Registers::Widest),
            _ => None,
        }
    }

    /// From here on, loops of this process use registers no wider than this. Results are the same.
    pub fn allow(self) {
        ALLOWED.store(self as u8, Ordering::Relaxed);
    }
}

/// The instruction set to run in.
pub(crate) fn arch() -> Arch {
    match ALLOWED.load(Ordering::Relaxed) {
        0 => Arch::Scalar,
        1 => narrow(),
        _ => Arch::new(),
    }
}

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
fn narrow() -> Arch {
    pulp::x86::V3::try_new().map_or(Arch::Scalar, Arch::V3)
}

#[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
fn narrow() -> Arch {
    Arch::new()
}
