//! Where the keys of a code's first letters are on other keyboards.
//!
//! A hand-held scanner presses the keys of a US keyboard. Where the machine believes in another layout, "CV1/S/" comes
//! out as something else; capitals are the shifted small letters in every layout here. Made from xkb-data 2.35.1, as
//! the table of the canary line.

/// The keys whose letters differ, as they lie on a US keyboard.
pub(super) const KEYS: &str = "cpsv1/";

/// What layouts are called, one that xkb-data has, and what [`KEYS`] give there.
#[rustfmt::skip]
pub(super) const LAYOUTS: &[(&str, &str, &str)] = &[
    ("French", "fr", "cpsv&!"),
    ("Belgian", "be", "cpsv&="),
    ("German, Swiss, Italian, Spanish, Portuguese, Nordic, Dutch, Hungarian or Croatian", "de", "cpsv1-"),
    ("Czech or Slovak", "cz", "cpsv+-"),
    ("Turkish", "tr", "cpsv1."),
    ("Turkish F", "tr(f)", "vpic1,"),
    ("Icelandic", "is", "cpsv1þ"),
    ("Canadian French", "ca", "cpsv1é"),
    ("Brazilian", "br", "cpsv1;"),
    ("Lithuanian", "lt", "cpsvą/"),
    ("Lithuanian (standard)", "lt(std)", "cpsv!ę"),
    ("Vietnamese", "vn", "cpsvă/"),
    ("Dvorak", "us(dvorak)", "jlok1z"),
    ("German Dvorak", "de(dvorak)", "jzok1#"),
    ("French Dvorak", "fr(dvorak)", ",kai=j"),
    ("Colemak", "us(colemak)", "c;rv1/"),
    ("Neo", "de(neo)", "äqip1j"),
    ("Bepo", "fr(bepo)", "xju.\"f"),
    ("Russian or Belarusian", "ru", "сзым1."),
    ("Ukrainian", "ua", "сзім1."),
    ("Bulgarian", "bg", "ъзяэ1б"),
    ("Serbian or Macedonian", "rs", "цпсв1-"),
    ("Mongolian", "mn", "ёзыс1ю"),
    ("Greek", "gr", "ψπσω1/"),
];
