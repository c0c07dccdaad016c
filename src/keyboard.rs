//! Tells from one typed line which keyboard layout the machine believes in.
//!
//! Knows letters only. The shares' letters lie on the same keys on every Latin keyboard that looks like QWERTY, QWERTZ
//! or AZERTY; on the others, and where letters are not Latin, what is typed from paper comes out as something else.

mod layouts;
mod scanner;

use zeroize::Zeroizing;

use layouts::{KEYS, LAYOUTS, Layout};

/// What is to be typed. Its second word is every letter of a share.
pub const LINE: &str = "coldvault bcdefghjknprstvx";

/// The most slips of the fingers after which a line is still taken for what it resembles most.
const MOST_SLIPS: usize = 3;

/// What the typed line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Canary {
    /// Every letter is where it should be.
    Right,
    /// This layout is set.
    Layout {
        /// Its name, or names, in words.
        name: &'static str,
        /// The letters of the shares are right although others are not.
        harmless: bool,
    },
    /// The right layout, and a slip.
    Mistyped {
        /// The first letter that is wrong, from 1; blanks do not count.
        letter: usize,
    },
    /// Nothing like it.
    Unknown,
}

/// The name of the layout on which a scanner that presses the keys of `text` gave what stands somewhere in `typed`. `text`
/// is made of the first letters of codes: C, P, S, V, 1 and "/".
pub fn layout_that_gave(text: &str, typed: &str) -> Option<&'static str> {
    // It may be a share.
    let typed = Zeroizing::new(typed.to_lowercase());
    let found = scanner::LAYOUTS.iter().find(|(_, _, gives)| {
        let given = pressed(scanner::KEYS, gives, &text.to_lowercase());
        typed.contains(&given)
    });
    found.map(|(name, ..)| *name)
}

/// Compares what was typed with [`LINE`] as every known layout gives it. Capitals and blanks make no difference.
pub fn recognise(typed: &str) -> Canary {
    let (typed, right) = (plain(typed), plain(LINE));
    let slips = slips(&typed, &right);
    if slips == 0 {
        return Canary::Right;
    }
    let others = LAYOUTS
        .iter()
        .map(|layout| (slips_on(layout, &typed), layout));
    let nearest = others.min_by_key(|(slips, _)| *slips);
    match nearest {
        Some((others, layout)) if others < slips && others <= MOST_SLIPS => Canary::Layout {
            name: layout.name,
            harmless: is_harmless(layout),
        },
        _ if slips <= MOST_SLIPS => {
            let same = typed.iter().zip(&right).take_while(|(a, b)| a == b);
            Canary::Mistyped {
                letter: same.count() + 1,
            }
        }
        _ => Canary::Unknown,
    }
}

fn plain(text: &str) -> Vec<char> {
    let letters = text.chars().filter(|c| !c.is_whitespace());
    letters.flat_map(char::to_lowercase).collect()
}

/// What comes out on this layout when `text` is typed by the keys of a US keyboard.
fn given(layout: &Layout, text: &str) -> String {
    pressed(KEYS, layout.gives, text)
}

/// `text` with each letter that is among `keys` replaced by what its key gives.
fn pressed(keys: &str, gives: &str, text: &str) -> String {
    let press = |key| {
        let at = keys.chars().position(|letter| letter == key);
        at.and_then(|at| gives.chars().nth(at)).unwrap_or(key)
    };
    text.chars().map(press).collect()
}

fn slips_on(layout: &Layout, typed: &[char]) -> usize {
    slips(typed, &plain(&given(layout, LINE)))
}

fn is_harmless(layout: &Layout) -> bool {
    let letters = LINE.split(' ').next_back().unwrap_or(LINE);
    given(layout, letters) == letters
}

/// How many letters are wrong, missing or too many (Levenshtein's distance).
fn slips(a: &[char], b: &[char]) -> usize {
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (row, left) in a.iter().enumerate() {
        let mut now = vec![row + 1];
        for (pair, right) in above.windows(2).zip(b) {
            let &[diagonal, up] = pair else { continue };
            let before = now.last().copied().unwrap_or(row);
            let replaced = diagonal + usize::from(left != right);
            now.push(replaced.min(up + 1).min(before + 1));
        }
        above = now;
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::process::Command;

    use super::*;
    use crate::tests::{Need, skipped};

    fn is(name: &'static str, harmless: bool) -> Canary {
        Canary::Layout { name, harmless }
    }

    #[test]
    fn the_line_is_right_whatever_its_capitals_and_blanks() {
        for line in [
            LINE,
            "COLDVAULT BCDEFGHJKNPRSTVX",
            "  coldvault  bcdefghj knprstvx\n",
        ] {
            assert_eq!(recognise(line), Canary::Right, "{line}");
        }
    }

    #[test]
    fn every_layout_is_named() {
        for layout in LAYOUTS {
            let typed = given(layout, LINE);
            let named = is(layout.name, layout.xkb == "fr");
            assert_eq!(recognise(&typed), named, "{typed}");
            assert_eq!(recognise(&typed.to_uppercase()), named, "{typed}");
        }
    }

    #[test]
    fn what_people_would_see_is_what_is_known() {
        let seen = [
            ("coldvqult bcdefghjknprstvx", is("French or Belgian", true)),
            ("jrnekagny xje.uidhtblpoykq", is("Dvorak", false)),
            (
                "сщдвмфгде исвуапролтзкыемч",
                is("Russian, Kazakh or Kyrgyz", false),
            ),
            ("ψολδωαθλτ βψδεφγηξκνπρστωχ", is("Greek", false)),
        ];
        for (typed, named) in seen {
            assert_eq!(recognise(typed), named);
        }
    }

    #[test]
    fn a_slip_is_a_slip_and_on_another_layout_no_hindrance() {
        let slips = [
            ("coldvault bcdefghjknprstv", 25),
            ("coldvault bcdfghjknprstvx", 13),
            ("kcoldvault bcdefghjknprstvx", 1),
            ("coldvault bcdefghkjnprstvx", 17),
        ];
        for (typed, letter) in slips {
            assert_eq!(recognise(typed), Canary::Mistyped { letter });
        }
        let typed = "сщдвмфгде исвуапрлотзкыеч";
        assert_eq!(recognise(typed), is("Russian, Kazakh or Kyrgyz", false));
        for typed in ["", "skip", "coldvault", "\u{0}\u{1}", "bcdefghjknprstvx"] {
            assert_eq!(recognise(typed), Canary::Unknown, "{typed}");
        }
    }

    #[test]
    fn no_two_layouts_look_the_same_and_none_like_the_right_one() {
        assert_eq!(KEYS.len(), 20);
        let mut seen = HashSet::from([KEYS]);
        for layout in LAYOUTS {
            assert_eq!(layout.gives.chars().count(), 20, "{}", layout.xkb);
            assert!(seen.insert(layout.gives), "{}", layout.xkb);
        }
        let keys: HashSet<char> = plain(LINE).into_iter().collect();
        assert_eq!(keys, KEYS.chars().collect());
    }

    /// Key codes of [`KEYS`].
    const CODES: [u8; 20] = [
        38, 56, 54, 40, 26, 41, 42, 43, 44, 45, 46, 57, 32, 33, 27, 39, 28, 30, 55, 53,
    ];

    fn is_xkbcli_there() -> bool {
        let there = Command::new("xkbcli").arg("--version").output().is_ok();
        if !there {
            skipped(Need::Tool, "there is no xkbcli, which knows all layouts");
        }
        there
    }

    /// Where the layout has this letter: key codes and levels.
    fn places(xkb: &str, letter: char) -> Vec<(u8, u8)> {
        let (layout, variant) = xkb.split_once('(').unwrap_or((xkb, ""));
        let number = u32::from(letter);
        let mut found = Vec::new();
        // many letters have two names, and layouts use either
        for name in [
            vec![number.to_string()],
            vec!["--keysym".into(), format!("U{number:04X}")],
        ] {
            let output = Command::new("xkbcli")
                .args(["how-to-type", "--layout", layout])
                .args(["--variant", variant.trim_end_matches(')')])
                .args(name)
                .output()
                .unwrap();
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            found.extend(text.lines().filter_map(|line| {
                let words: Vec<&str> = line.split_once('[')?.0.split_whitespace().collect();
                Some((words.first()?.parse().ok()?, words.last()?.parse().ok()?))
            }));
        }
        found
    }

    #[test]
    fn the_layout_of_a_scanner_is_named() {
        for (typed, name) in [
            ("CV&!S!Q!", "French"),
            ("QR: CV&!V!", "French"),
            ("JK1zOzA", "Dvorak"),
            ("СМ1.З.", "Russian or Belarusian"),
            ("ΨΩ1/Σ/Α/", "Greek"),
            ("cv1=-CV+-P-", "Czech or Slovak"),
        ] {
            let found = ["CV1/S/", "CV1/P/", "CV1/V/"]
                .iter()
                .find_map(|text| layout_that_gave(text, typed));
            assert_eq!(found, Some(name), "{typed}");
        }
        for typed in ["CV1/S/A/", "", "CV1-2/S/"] {
            assert_eq!(layout_that_gave("CV1/S/", typed), None, "{typed}");
        }
    }

    #[test]
    fn no_layout_of_a_scanner_is_taken_for_another() {
        let mut seen = HashSet::from([scanner::KEYS]);
        for (name, _, gives) in scanner::LAYOUTS {
            assert_eq!(gives.chars().count(), scanner::KEYS.len(), "{name}");
            assert!(seen.insert(gives), "{name}");
        }
    }

    #[test]
    fn the_table_of_scanners_is_what_xkbcli_says() {
        if !is_xkbcli_there() {
            return;
        }
        // c, p, s, v, 1 and "/"
        let codes = [54, 33, 39, 55, 10, 61];
        for (number, (name, xkb, gives)) in scanner::LAYOUTS.iter().enumerate() {
            let keys = codes.into_iter().zip(gives.chars());
            for (code, letter) in keys.skip(number % 2).step_by(2) {
                let places = places(xkb, letter);
                assert!(places.contains(&(code, 1)), "{name}: {letter}: {places:?}");
            }
        }
    }

    #[test]
    fn the_table_is_what_xkbcli_says() {
        if !is_xkbcli_there() {
            return;
        }
        for (number, layout) in LAYOUTS.iter().enumerate() {
            let keys = CODES.into_iter().zip(layout.gives.chars());
            // a quarter of the keys of each, another quarter each time: a process for every letter takes long
            for (code, letter) in keys.skip(number % 4).step_by(4) {
                let places = places(layout.xkb, letter);
                assert!(
                    places.contains(&(code, 1)),
                    "{}: {letter}: {places:?}",
                    layout.xkb
                );
            }
        }
    }
}
