//! The ways to look at a page, the cheapest and most often successful first. The order is from measurements: see "How
//! much damage a sheet takes" in `docs/paper.md`.

use super::black::Ink;
use super::grey::Grey;

/// What is done to the dots before ink is told from paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    None,
    Blur(usize),
    Median,
    /// Closes white cracks.
    Thicker,
    /// Thins ink that has spread.
    Thinner,
}

/// How many dots of the page become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    Full,
    Smaller(usize),
    Doubled,
    /// As it came in, if that was too large for the other ways.
    Original,
}

/// One way to look at a page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) scale: Scale,
    pub(super) change: Change,
    pub(super) ink: Ink,
    /// White on black.
    pub(super) inverted: bool,
    /// Degrees.
    pub(super) turned: u16,
}

/// From this longer side on, doubling would only cost time.
const LARGE_ENOUGH: usize = 2600;
/// Smaller pictures than this have no codes of ours on them.
const TOO_SMALL: usize = 300;

impl Look {
    /// Whether both look at the same dots.
    pub(super) fn prepares_like(&self, other: &Self) -> bool {
        (self.scale, self.change, self.turned) == (other.scale, other.change, other.turned)
    }

    /// `None` when this way is none for this page.
    pub(super) fn prepare(&self, base: &Grey, original: &Grey) -> Option<Grey> {
        let scaled = match self.scale {
            Scale::Full => base.clone(),
            Scale::Smaller(by) if base.longer_side() / by >= TOO_SMALL => base.smaller(by),
            Scale::Doubled if base.longer_side() < LARGE_ENOUGH => base.doubled(),
            Scale::Original if original.width > base.width => original.clone(),
            _ => return None,
        };
        let turned = match self.turned {
            0 => scaled,
            degrees => scaled.rotated(f32::from(degrees)),
        };
        Some(match self.change {
            Change::None => turned,
            Change::Blur(radius) => turned.blurred(radius),
            Change::Median => turned.median(),
            Change::Thicker => turned.extreme(true).extreme(false),
            Change::Thinner => turned.extreme(false),
        })
    }
}

const fn look(scale: Scale, change: Change, ink: Ink) -> Look {
    Look {
        scale,
        change,
        ink,
        inverted: false,
        turned: 0,
    }
}

/// All ways.
pub(super) const LOOKS: &[Look] = &[
    look(Scale::Full, Change::None, Ink::Near),
    look(Scale::Full, Change::None, Ink::Window(24, 12)),
    look(Scale::Smaller(2), Change::None, Ink::Near),
    look(Scale::Smaller(2), Change::None, Ink::Window(24, 12)),
    look(Scale::Full, Change::Blur(1), Ink::Near),
    look(Scale::Full, Change::Blur(1), Ink::Window(24, 8)),
    look(Scale::Full, Change::None, Ink::Page),
    look(Scale::Smaller(3), Change::None, Ink::Near),
    look(Scale::Smaller(3), Change::None, Ink::Window(24, 8)),
    look(Scale::Full, Change::Blur(2), Ink::Near),
    look(Scale::Full, Change::Blur(2), Ink::Window(40, 4)),
    look(Scale::Full, Change::Blur(2), Ink::Window(16, 20)),
    look(Scale::Doubled, Change::None, Ink::Near),
    look(Scale::Doubled, Change::Blur(1), Ink::Window(24, 8)),
    look(Scale::Full, Change::Median, Ink::Near),
    look(Scale::Full, Change::Median, Ink::Window(24, 12)),
    look(Scale::Smaller(2), Change::Median, Ink::Window(24, 8)),
    look(Scale::Smaller(2), Change::Blur(1), Ink::Near),
    look(Scale::Smaller(2), Change::Blur(1), Ink::Window(24, 4)),
    look(Scale::Full, Change::Thicker, Ink::Near),
    look(Scale::Full, Change::Thicker, Ink::Window(24, 12)),
    look(Scale::Full, Change::Thinner, Ink::Near),
    look(Scale::Full, Change::None, Ink::Window(24, 35)),
    look(Scale::Full, Change::None, Ink::Window(60, 2)),
    look(Scale::Full, Change::Blur(3), Ink::Window(24, 4)),
    look(Scale::Original, Change::None, Ink::Near),
    look(Scale::Smaller(4), Change::None, Ink::Near),
    look(Scale::Doubled, Change::Median, Ink::Near),
    Look {
        turned: 45,
        ..look(Scale::Full, Change::Blur(1), Ink::Window(24, 8))
    },
    Look {
        turned: 20,
        ..look(Scale::Full, Change::Blur(1), Ink::Near)
    },
    Look {
        inverted: true,
        ..look(Scale::Full, Change::None, Ink::Near)
    },
];
