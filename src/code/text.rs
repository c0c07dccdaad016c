//! One text of a code to what it says, and back.
//!
//! Knows letters, fields and their check; not which texts belong together.

use data_encoding::{BASE32_NOPAD, HEXUPPER};
use zeroize::Zeroizing;

use super::Twin;
use super::layout::{PIECE_BYTES, letters_held};
use crate::digest::Digest;
use crate::keyboard;
use crate::signature::VaultId;

/// What every text of this version begins with. No field can hold it, because base32 has no 1: so it parts texts that a
/// scanner wrote one behind another.
const BEGIN: &str = "CV1/";
/// The letters of a check.
const CHECK: usize = 8;
/// The most numbered codes of a protected share that are read.
const MOST_PIECES: u8 = 9;
/// Fewer letters than any text of any version has.
const SHORTEST: usize = 16;

/// What a text says. Its check holds.
pub(super) enum Text {
    /// An open share: its record.
    Share {
        twin: Twin,
        record: Zeroizing<Vec<u8>>,
    },
    /// A piece of a protected share's record.
    Piece(Twin, Piece),
    /// A part of a vault.
    Part(Piece),
}

/// One of several that belong together.
pub(super) struct Piece {
    pub(super) vault: VaultId,
    /// From 1.
    pub(super) number: u8,
    /// How many there are.
    pub(super) of: u8,
    /// How many are needed.
    pub(super) needed: u8,
    /// The first bytes of the SHA-256 of all of them together.
    pub(super) set: [u8; 5],
    pub(super) data: Vec<u8>,
}

/// Why a text says nothing.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// None of ours.
    Foreign,
    /// What is wrong, without anything of the text.
    Bad(&'static str),
    /// Of a later version.
    Newer,
}

/// The texts of coldvault's codes in a line, or what looks like one; without what stands around them.
pub fn texts(line: &str) -> Vec<&str> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '/';
    line.split(|letter| !is_part(letter))
        .flat_map(texts_in_run)
        .collect()
}

/// The texts in a run of their letters.
fn texts_in_run(run: &str) -> Vec<&str> {
    let capitals = Zeroizing::new(run.to_ascii_uppercase());
    let starts: Vec<usize> = capitals.match_indices(BEGIN).map(|(at, _)| at).collect();
    if starts.is_empty() && is_of_other_version(&capitals) {
        return vec![run];
    }
    let ends = starts.iter().skip(1).copied().chain([run.len()]);
    let ranges = starts.iter().copied().zip(ends);
    ranges.filter_map(|(from, to)| run.get(from..to)).collect()
}

/// Whether a line holds a code of coldvault or what looks like one, of a later version too.
pub fn looks_like_ours(line: &str) -> bool {
    !texts(line).is_empty()
}

fn is_of_other_version(capitals: &str) -> bool {
    let version = capitals
        .strip_prefix("CV")
        .and_then(|rest| rest.split_once('/'))
        .map_or("", |(version, _)| version);
    let is_number = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    is_number && capitals.len() >= SHORTEST
}

/// The name of the keyboard layout that a scanner types on, if that is why a line holds no text of ours.
pub(super) fn typed_on(line: &str) -> Option<&'static str> {
    ["CV1/S/", "CV1/P/", "CV1/V/"]
        .into_iter()
        .find_map(|begin| keyboard::layout_that_gave(begin, line))
}

impl Text {
    /// Reads one of [`texts`], in capitals or small letters.
    pub(super) fn parse(text: &str) -> Result<Self, Unread> {
        let text = Zeroizing::new(text.to_ascii_uppercase());
        if !text.starts_with(BEGIN) {
            let later = is_of_other_version(&text);
            return Err(if later {
                Unread::Newer
            } else {
                Unread::Foreign
            });
        }
        let known = ["S", "P", "V"];
        let (body, check) = text.rsplit_once('/').ok_or(Unread::Foreign)?;
        let fields: Vec<&str> = body.split('/').skip(1).collect();
        let is_known = fields.first().is_some_and(|kind| known.contains(kind));
        if text.len() > letters_held() {
            return Err(Unread::Bad("it is longer than any code of coldvault"));
        }
        if check != check_of(body) {
            let misread = Unread::Bad("it was misread, or cut short: its check does not fit");
            return Err(if is_known { misread } else { Unread::Foreign });
        }
        let text = match fields.as_slice() {
            ["S", twin, record] => share(twin, record),
            ["P", twin, vault, number, of, set, data] => piece(vault, number, [of, of], set, data)
                .filter(|piece| piece.of <= MOST_PIECES)
                .and_then(|piece| Some(Self::Piece(twin_of(twin)?, piece))),
            ["V", vault, number, of, needed, set, data] => {
                piece(vault, number, [of, needed], set, data).map(Self::Part)
            }
            _ if is_known => None,
            _ => return Err(Unread::Newer),
        };
        text.ok_or(Unread::Bad(
            "its check fits, but coldvault prints no such code",
        ))
    }
}

fn share(twin: &str, record: &str) -> Option<Text> {
    let twin = twin_of(twin)?;
    let record = Zeroizing::new(BASE32_NOPAD.decode(record.as_bytes()).ok()?);
    // 40 bits at a time: no letter has bits that mean nothing.
    let whole = !record.is_empty() && record.len().is_multiple_of(5);
    whole.then_some(Text::Share { twin, record })
}

fn piece(vault: &str, number: &str, counts: [&str; 2], set: &str, data: &str) -> Option<Piece> {
    let data = BASE32_NOPAD.decode(data.as_bytes()).ok()?;
    let [of, needed] = counts;
    let piece = Piece {
        vault: VaultId(HEXUPPER.decode(vault.as_bytes()).ok()?.try_into().ok()?),
        number: three_digits(number)?,
        of: three_digits(of)?,
        needed: three_digits(needed)?,
        set: BASE32_NOPAD.decode(set.as_bytes()).ok()?.try_into().ok()?,
        data,
    };
    let numbers = piece.number <= piece.of && piece.needed <= piece.of;
    let whole = !piece.data.is_empty() && piece.data.len().is_multiple_of(5);
    (numbers && whole).then_some(piece)
}

fn three_digits(text: &str) -> Option<u8> {
    let plain = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = plain.then(|| text.parse().ok())??;
    (number > 0).then_some(number)
}

fn twin_of(text: &str) -> Option<Twin> {
    match text {
        "A" => Some(Twin::A),
        "B" => Some(Twin::B),
        _ => None,
    }
}

/// The first five bytes of the SHA-256: what a check is made of, and the name of a set.
pub(super) fn short_digest(bytes: &[u8]) -> [u8; 5] {
    let Digest([a, b, c, d, e, ..]) = Digest::of(bytes);
    [a, b, c, d, e]
}

fn check_of(body: &str) -> String {
    BASE32_NOPAD.encode(&short_digest(body.as_bytes()))
}

/// One of the two texts of an open share.
pub(super) fn of_open_share(twin: Twin, record: &[u8]) -> Zeroizing<String> {
    finished(&format!("{BEGIN}S/{twin}/"), record)
}

/// A protected share's record cut into as few pieces as codes hold, as even as can be.
pub(super) fn pieces_of_share(vault: VaultId, record: &[u8]) -> Vec<Piece> {
    let count = record.len().div_ceil(PIECE_BYTES).max(1);
    let len = record.len().div_ceil(count).next_multiple_of(5);
    let of = u8::try_from(count).unwrap_or(u8::MAX);
    let piece = |(number, data): (u8, &[u8])| Piece {
        vault,
        number,
        of,
        needed: of,
        set: short_digest(record),
        data: data.to_vec(),
    };
    (1..=of).zip(record.chunks(len.max(5))).map(piece).collect()
}

/// One of the two texts of a protected share's piece.
pub(super) fn of_piece(twin: Twin, piece: &Piece) -> Zeroizing<String> {
    let Piece { number, of, .. } = piece;
    let vault = HEXUPPER.encode(&piece.vault.0);
    let set = BASE32_NOPAD.encode(&piece.set);
    let head = format!("{BEGIN}P/{twin}/{vault}/{number:03}/{of:03}/{set}/");
    finished(&head, &piece.data)
}

/// The text of a vault's part.
pub(super) fn of_part(part: &Piece) -> Zeroizing<String> {
    let Piece {
        number, of, needed, ..
    } = part;
    let vault = HEXUPPER.encode(&part.vault.0);
    let set = BASE32_NOPAD.encode(&part.set);
    let head = format!("{BEGIN}V/{vault}/{number:03}/{of:03}/{needed:03}/{set}/");
    finished(&head, &part.data)
}

/// Head, data and check.
fn finished(head: &str, data: &[u8]) -> Zeroizing<String> {
    let letters = BASE32_NOPAD.encode_len(data.len());
    // At its full length at once: what grows leaves copies behind.
    let mut text = Zeroizing::new(String::with_capacity(head.len() + letters + 1 + CHECK));
    text.push_str(head);
    BASE32_NOPAD.encode_append(data, &mut text);
    let check = check_of(&text);
    text.push('/');
    text.push_str(&check);
    text
}
