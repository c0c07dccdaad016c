//! In which ways contents are put together, the most likely first.
//!
//! Knows where contents came from; who forges prints whole pages, and seldom mixes them with genuine ones.

use super::{Content, Set};
use crate::erasure::Part;

/// Which sources a way is about.
type Group = Vec<usize>;

impl Set {
    /// What nothing contradicts; what one file or page says, alone and with what else is certain, and everything but it;
    /// each number's first content, its second, and so on; all but a few in a row, all but one or two, which somebody may
    /// have forged; then the contradicting ones in all combinations.
    pub(super) fn ways(&self) -> impl Iterator<Item = Vec<Part<'_>>> {
        let sure = self.chosen(|contents| only(contents.iter()));
        let first = std::iter::once(sure.clone());
        let by_source = self
            .groups()
            .into_iter()
            .flat_map(|group| self.about(&group));
        let most = self.numbers.values().map(Vec::len).max().unwrap_or(0);
        let layers = (0..most).map(|layer| self.chosen(|all| all.get(layer.min(all.len() - 1))));
        let likely = first.chain(by_source).chain(layers);
        let fewer = self.fewer(sure.clone());
        likely.chain(fewer).chain(self.combinations(sure))
    }

    fn chosen<'a>(
        &'a self,
        choose: impl Fn(&'a [Content]) -> Option<&'a Content>,
    ) -> Vec<Part<'a>> {
        let numbers = self.numbers.iter().filter(|(_, all)| !all.is_empty());
        numbers
            .filter_map(|(number, all)| Some((*number, choose(all)?.data.as_slice())))
            .collect()
    }

    /// Each file, then each page of files with several.
    fn groups(&self) -> Vec<Group> {
        let mut files: Vec<(&str, Group)> = Vec::new();
        for (place, source) in self.sources.iter().enumerate() {
            let file = file_of(source);
            match files.iter_mut().find(|(known, _)| *known == file) {
                Some((_, group)) => group.push(place),
                None => files.push((file, vec![place])),
            }
        }
        let pages = files.iter().filter(|(_, group)| group.len() > 1);
        let pages: Vec<Group> = pages
            .flat_map(|(_, group)| group.iter().map(|place| vec![*place]))
            .collect();
        let files = files.into_iter().map(|(_, group)| group);
        files.chain(pages).collect()
    }

    /// With a group preferred, alone, and left out.
    fn about<'a>(&'a self, group: &Group) -> [Vec<Part<'a>>; 3] {
        let is_in = |content: &&Content| content.sources.iter().any(|place| group.contains(place));
        let is_else =
            |content: &&Content| content.sources.iter().any(|place| !group.contains(place));
        let own = |all: &'a [Content]| only(all.iter().filter(is_in));
        [
            self.chosen(|all| own(all).or_else(|| only(all.iter()))),
            self.chosen(own),
            self.chosen(|all| only(all.iter().filter(is_else))),
        ]
    }

    /// The same with some left out, where there are some to spare.
    fn fewer<'a>(&self, sure: Vec<Part<'a>>) -> impl Iterator<Item = Vec<Part<'a>>> + use<'a> {
        let count = sure.len();
        let spare = count.saturating_sub(usize::from(self.head.needed));
        let turns = if spare > 0 { count } else { 0 };
        let pairs = if spare > 1 { count } else { 0 };
        let turned = sure.clone();
        let in_a_row = (0..turns).map(move |turn| {
            let mut parts = turned.clone();
            parts.rotate_left(turn);
            parts
        });
        let one_or_two = (0..turns.max(pairs)).flat_map(move |first| {
            let sure = sure.clone();
            let seconds = if pairs > 0 {
                first..count
            } else {
                first..first + 1
            };
            seconds.map(move |second| {
                let kept = (0..).zip(&sure);
                let kept = kept.filter(|(place, _)| *place != first && *place != second);
                kept.map(|(_, part)| *part).collect()
            })
        });
        in_a_row.chain(one_or_two)
    }

    /// `sure`, and of each contradicting number one content or none.
    fn combinations<'a>(&'a self, sure: Vec<Part<'a>>) -> impl Iterator<Item = Vec<Part<'a>>> {
        let several: Vec<(u8, &[Content])> = self
            .numbers
            .iter()
            .filter(|(_, contents)| contents.len() > 1)
            .map(|(number, contents)| (*number, contents.as_slice()))
            .collect();
        // One number counts through all of them: as digits, each with its own base. How far is bounded by the tries, and
        // here for the ways that have too few parts to be one.
        let ways = several.iter().fold(1_usize, |ways, (_, contents)| {
            ways.saturating_mul(contents.len() + 1)
        });
        (0..ways.min(super::super::MOST_WAYS)).map(move |way| {
            let mut parts = sure.clone();
            let mut rest = way;
            for (number, contents) in &several {
                let digit = rest % (contents.len() + 1);
                rest /= contents.len() + 1;
                parts.extend(
                    contents
                        .get(digit)
                        .map(|content| (*number, content.data.as_slice())),
                );
            }
            parts
        })
    }
}

fn only<'a>(mut contents: impl Iterator<Item = &'a Content>) -> Option<&'a Content> {
    let first = contents.next();
    first.filter(|_| contents.next().is_none())
}

/// Of a page the file it is in.
pub(in super::super) fn file_of(source: &str) -> &str {
    match source.rsplit_once(" page ") {
        Some((file, page)) if page.bytes().all(|byte| byte.is_ascii_digit()) => file,
        _ => source,
    }
}
