//! How copies that are missing in a vault that is sealed can still be made: from the copies that are there.

use super::Writing;
use super::copies::Copy;
use crate::commands::seal::Thing;

impl Writing<'_> {
    /// "make it with: ...": a medium is copied, a sheet is printed or scanned. Of what there is no copy at all, that is
    /// said.
    pub(super) fn how_to_make(&self) -> String {
        let is_missing = |copy: &&Copy| !self.written.iter().any(|written| written.is(copy));
        let mut things: Vec<(Thing, usize, usize)> = Vec::new();
        for copy in self.copies.iter().filter(is_missing) {
            let known = things.iter().position(|(thing, ..)| *thing == copy.thing);
            let at = known.unwrap_or_else(|| {
                things.push((copy.thing, 0, 0));
                things.len() - 1
            });
            if let Some((_, media, sheets)) = things.get_mut(at) {
                match copy.sheet() {
                    Some(_) => *sheets += 1,
                    None => *media += 1,
                }
            }
        }
        let mut ways = Vec::new();
        for (thing, media, sheets) in things {
            match self.ways(thing, media > 0, sheets > 0) {
                Some(more) => ways.extend(more),
                None if self.may_be_whole && thing == Thing::Vault => {
                    return "look first at the vault copy that may be whole".into();
                }
                None => return self.begin_anew(thing),
            }
        }
        format!("make it with: {}", ways.join("; "))
    }

    /// How copies of one thing are made; nothing when no copy of it is left.
    fn ways(&self, thing: Thing, media: bool, sheets: bool) -> Option<Vec<String>> {
        let of = |is_sheet: bool| {
            let mut written = self.written.iter();
            written.find(|w| w.thing == thing && w.is_sheet() == is_sheet)
        };
        let mut ways = Vec::new();
        match (of(false), of(true)) {
            (Some(medium), _) => {
                let from = &medium.path;
                ways.extend(media.then(|| format!("coldvault copy {from:?} DIR")));
                ways.extend(sheets.then(|| format!("coldvault print {from:?} --out FILE.pdf")));
            }
            (None, Some(sheet)) => {
                let (from, only) = (&sheet.path, only(thing));
                let scan = || format!("coldvault scan {from:?} --only {only} --out DIR");
                ways.extend(media.then(scan));
                let print = || format!("{from:?}, the same sheet: print it once more");
                ways.extend(sheets.then(print));
            }
            (None, None) => return None,
        }
        Some(ways)
    }

    fn begin_anew(&self, thing: Thing) -> String {
        let what = match thing {
            Thing::Vault => "the vault".to_owned(),
            Thing::Share(_) => format!("the share of {}", self.plan.name_of(thing)),
        };
        format!(
            "no good copy of {what} is left: destroy every carrier of this vault, and seal anew"
        )
    }
}

/// What `scan --only` calls it.
fn only(thing: Thing) -> &'static str {
    match thing {
        Thing::Vault => "vault",
        Thing::Share(_) => "share",
    }
}
