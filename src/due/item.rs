//! One thing that is due or will be, how urgent it is, and how it is said.
//!
//! Two texts stand side by side: one for the office, with names and places, and one of ids and roles for what leaves it.

use crate::register::DrillKind;
use crate::signature::VaultId;
use crate::time::Time;

/// One thing that is due, was or will be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What is to be done.
    pub what: What,
    /// About which vault; none for what is done once for all.
    pub vault: Option<VaultId>,
    /// Of the vault, by role and number only: "share 2", "vault copy 1". Empty for all of it.
    pub subject: String,
    /// The same for the office, with names: "Bank-A, share 2 (legal)".
    pub name: String,
    /// How urgent it is.
    pub standing: Standing,
    /// When it was done last.
    pub since: Option<Time>,
    /// The day by which it is to be done; none for what is wrong now.
    pub by: Option<Time>,
    /// Why, in words for the office: may name people and places.
    pub why: String,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A copy failed its check: replace it, or destroy it.
    FailedCheck,
    /// A drill failed, or left findings open.
    Findings(DrillKind),
    /// A drill that is led by a quorum, or a look at seals and places.
    Drill(DrillKind),
    /// A share is to be proven.
    ShareCheck,
    /// A vault copy, or a copy of a share, is to be read in full.
    CopyCheck,
    /// No vault copy is known that is whole.
    NoCopy,
    /// Of a vault or a share that had several copies, one is left.
    OneCopy,
    /// A sheet was drawn and never confirmed as paper.
    Paper,
    /// A medium is to be replaced by another one.
    Replace,
    /// All shares are to be made anew.
    Refresh,
    /// A certificate inside runs out.
    Certificate,
    /// Whoever keeps a share is gone.
    Custodian,
    /// How many shares can be brought beyond those that are needed.
    Margin,
    /// So many shares are out of hand that the vault's keys are.
    Exposed,
    /// One place holds too much.
    Site,
    /// One person can bring several shares.
    Several,
    /// A vault that is not used any more can still be opened.
    Outstanding,
    /// Several vaults of one label, one after another.
    Series,
    /// Copies of a share that was made anew are still out.
    Void,
    /// What the policy switched off: it never falls due.
    Off,
}

impl What {
    /// A stable word, for scripts and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FailedCheck => "failed-check",
            Self::Findings(_) => "findings",
            Self::Drill(_) => "drill",
            Self::ShareCheck => "share-check",
            Self::CopyCheck => "copy-check",
            Self::NoCopy => "no-copy",
            Self::OneCopy => "one-copy",
            Self::Paper => "paper",
            Self::Replace => "replace",
            Self::Refresh => "refresh",
            Self::Certificate => "certificate",
            Self::Custodian => "custodian",
            Self::Margin => "margin",
            Self::Exposed => "exposed",
            Self::Site => "site",
            Self::Several => "several",
            Self::Outstanding => "outstanding",
            Self::Series => "series",
            Self::Void => "void",
            Self::Off => "off",
        }
    }

    /// Whether nothing is ever due of it: it is said, and not counted.
    fn only_says(self) -> bool {
        matches!(self, Self::Off | Self::Series)
    }

    /// What to do, for somebody who sees nothing else: no names, no places.
    pub fn task(self) -> &'static str {
        match self {
            Self::FailedCheck => "replace what failed its check",
            Self::Findings(_) => "close the findings of the drill",
            Self::Drill(DrillKind::D0) => "look at seals and places",
            Self::Drill(DrillKind::D1) => "check every share",
            Self::Drill(DrillKind::D3) => "drill with rehearsal material",
            Self::Drill(DrillKind::D5) => "drill from paper only",
            Self::Drill(DrillKind::D6) => "drill a compromise",
            Self::Drill(_) => "drill the restore",
            Self::ShareCheck => "check",
            Self::CopyCheck => "read in full",
            Self::NoCopy => "find a vault copy that is whole, or seal anew",
            Self::OneCopy => "make a second copy",
            Self::Paper => "print and look at",
            Self::Replace => "replace the medium",
            Self::Refresh => "make new shares",
            Self::Certificate => "renew, then seal anew",
            Self::Custodian => "make new shares: a custodian is gone",
            Self::Margin => "count the shares that can be brought",
            Self::Exposed => "replace the keys: too many shares are exposed",
            Self::Site => "spread what lies in one place",
            Self::Several => "one person, one share: destroy void copies",
            Self::Outstanding => "destroy what is left of it",
            Self::Series => "none: retire what may go",
            Self::Void => "destroy the void copies: they still open it",
            Self::Off => "none: the policy switched it off",
        }
    }
}

/// How urgent something is. Days are those of the calendar in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It went wrong, and nothing has mended it.
    Failed,
    /// Its day has passed by so many days.
    Overdue(u32),
    /// It was never done, and its first day has passed by so many days.
    Never(u32),
    /// So many days are left: few.
    Due(u32),
    /// In order.
    Good,
}

impl Standing {
    /// A stable word, for scripts and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Overdue(_) => "overdue",
            Self::Never(_) => "never",
            Self::Due(_) => "due",
            Self::Good => "ok",
        }
    }

    /// Days past its day, or days left; none where no day counts.
    pub fn days(self) -> Option<u32> {
        match self {
            Self::Overdue(days) | Self::Never(days) | Self::Due(days) => Some(days),
            Self::Failed | Self::Good => None,
        }
    }

    /// For people, in capitals so that it is found without colour.
    pub fn words(self) -> String {
        let counted = |days| match days {
            1 => "1 day".to_owned(),
            days => format!("{days} days"),
        };
        match self {
            Self::Failed => "FAILED".to_owned(),
            Self::Overdue(days) => format!("OVERDUE {}", counted(days)),
            Self::Never(days) => format!("NEVER, {}", counted(days)),
            Self::Due(0) => "DUE now".to_owned(),
            Self::Due(days) => format!("DUE in {}", counted(days)),
            Self::Good => "ok".to_owned(),
        }
    }

    /// Classes in their order; within one the number, the worst first.
    fn rank(self) -> (u8, i64) {
        match self {
            Self::Failed => (0, 0),
            Self::Overdue(days) | Self::Never(days) => (1, -i64::from(days)),
            Self::Due(days) => (2, i64::from(days)),
            Self::Good => (3, 0),
        }
    }
}

impl Item {
    /// The line for the office, without how urgent it is: "Bank-A, share 2 (legal): proven 2026-11-23, due 2027-11-23".
    pub fn line(&self) -> String {
        format!("{}: {}", self.name, self.why)
    }

    /// The worst first; of equal ones the one that comes first in the calendar, then by name.
    pub(super) fn rank(&self) -> ((u8, i64), i64, String) {
        let by = self.by.map_or(i64::MIN, Time::unix);
        (self.standing.rank(), by, self.line())
    }
}

/// How many items are how urgent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Failed, and open.
    pub failed: usize,
    /// Overdue, or never done.
    pub overdue: usize,
    /// Due soon, or now.
    pub due: usize,
    /// In order.
    pub good: usize,
}

impl Tally {
    /// Counts them. What is switched off is not in order, and nothing else either; nor is what only says something.
    pub fn of(items: &[Item]) -> Self {
        let mut tally = Self::default();
        for item in items.iter().filter(|item| !item.what.only_says()) {
            let place = match item.standing {
                Standing::Failed => &mut tally.failed,
                Standing::Overdue(_) | Standing::Never(_) => &mut tally.overdue,
                Standing::Due(_) => &mut tally.due,
                Standing::Good => &mut tally.good,
            };
            *place += 1;
        }
        tally
    }
}
