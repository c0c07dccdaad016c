//! Values put together: substitutions replaced by what they stand for.

use std::os::unix::ffi::OsStrExt;
use std::rc::Rc;

use zeroize::Zeroizing;

use super::{Item, MAX_WORK, Open, Settings, dotted};
use crate::hocon::Piece;

/// How deep values stand for one another.
const MAX_DEPTH: usize = 16;
/// The most bytes of one value.
const MAX_VALUE: usize = 64 << 10;

impl Settings {
    pub(super) fn item(&mut self, key: String, number: usize) -> Option<Item> {
        let mut variables = Vec::new();
        let mut text = Zeroizing::new(Vec::new());
        let known = self.resolve(number, 0, &mut text, &mut variables);
        let entry = self.entries.get(number)?;
        Some(Item {
            is_part: self.is_part(&key),
            key,
            file: entry.file.clone(),
            line: entry.line,
            text: known.map(|()| text),
            variables,
        })
    }

    /// Whether the key, or a list or object that it is in, is a part of other values.
    fn is_part(&self, key: &str) -> bool {
        let ends = key.match_indices('.').map(|(at, _)| at);
        let mut above = ends.chain([key.len()]).take(16);
        above.any(|end| key.get(..end).is_some_and(|key| self.parts.contains(key)))
    }

    fn resolve(
        &mut self,
        number: usize,
        depth: usize,
        text: &mut Zeroizing<Vec<u8>>,
        variables: &mut Vec<String>,
    ) -> Result<(), Open> {
        let Some(entry) = self.entries.get(number) else {
            return Err(Open::Nothing);
        };
        let pieces = Rc::clone(&entry.pieces);
        let (below, before) = (entry.below.clone(), entry.before);
        for piece in pieces.iter() {
            self.work += 1;
            if let Piece::Text(piece) = piece {
                self.work += piece.len() / 64;
            }
            if self.work > MAX_WORK || depth > MAX_DEPTH {
                return Err(Open::TooMuch);
            }
            let (path, optional) = match piece {
                Piece::Text(piece) => {
                    append(text, piece)?;
                    continue;
                }
                Piece::Substitution(path, optional) => (path, *optional),
                Piece::List | Piece::Object => return Err(Open::Nothing),
            };
            if path == "baseDirectory" {
                append(text, self.base.as_os_str().as_bytes())?;
                continue;
            }
            let names = [dotted(&below, path), path.clone()];
            let target = names.iter().find_map(|name| self.effective.get(name));
            let target = match target {
                Some(target) if *target == number => before,
                target => target.copied(),
            };
            match target {
                Some(target) => self.resolve(target, depth + 1, text, variables)?,
                None if !optional => return Err(Open::Variable(path.clone())),
                None => {
                    variables.push(path.clone());
                    // A value that may be missing leaves the one before it as it was.
                    if let ([_], Some(before)) = (pieces.as_slice(), before) {
                        return self.resolve(before, depth + 1, text, variables);
                    }
                    if pieces.len() == 1 {
                        return Err(Open::Nothing);
                    }
                }
            }
        }
        Ok(())
    }
}

/// Puts a piece behind a value, unless that is longer than any then.
fn append(text: &mut Zeroizing<Vec<u8>>, piece: &[u8]) -> Result<(), Open> {
    if text.len() + piece.len() > MAX_VALUE {
        return Err(Open::TooMuch);
    }
    text.extend_from_slice(piece);
    Ok(())
}
