//! What tests in every module need: to say that they were skipped, and to fail where that must not be.

use std::env;

/// What a test may find missing. Where everything is meant to be there, as in `.ci/run`, the environment says so.
#[derive(Clone, Copy)]
pub(crate) enum Need {
    /// A program of somebody else.
    Tool,
    /// Root, and a kernel that lets it mount and change users.
    Root,
    /// A kernel with Landlock.
    Landlock,
    /// The samples of other projects, which are no part of this one.
    Samples,
}

/// Says that a test was skipped and why.
///
/// # Panics
/// Where the variable of the need, such as `COLDVAULT_REQUIRE_TOOLS`, is set: a test that silently does nothing proves nothing.
pub(crate) fn skipped(need: Need, why: &str) {
    let required = match need {
        Need::Tool => "COLDVAULT_REQUIRE_TOOLS",
        Need::Root => "COLDVAULT_REQUIRE_ROOT",
        Need::Landlock => "COLDVAULT_REQUIRE_LANDLOCK",
        Need::Samples => "COLDVAULT_REQUIRE_SAMPLES",
    };
    assert!(
        env::var_os(required).is_none(),
        "{required} is set, but {why}"
    );
    eprintln!("skipped: {why}");
}
