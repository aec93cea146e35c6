//! The rules of the algorithm, and for each the tests that fail when it is switched off.

use crate::ctrie::Rule;

/// The binary of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum World {
    /// Threads of the system: the binary `it`.
    System,
    /// The binary `shuttle`.
    Shuttle,
}

macro_rules! killers {
    ($($rule:ident: $world:ident $test:literal),+ $(,)?) => {
        /// Each rule with the test that fails without it.
        pub const KILLERS: &[(&str, World, &str)] =
            &[$((stringify!($rule), World::$world, $test)),+];

        /// The number of a rule.
        pub fn number(name: &str) -> Option<u8> {
            // A rule that is not in the table does not compile.
            let _ = |rule: Rule| match rule { $(Rule::$rule => ()),+ };
            [$((stringify!($rule), Rule::$rule)),+]
                .into_iter()
                .find(|(known, _)| *known == name)
                .map(|(_, rule)| rule as u8)
        }
    };
}

killers! {
    GcasChecksGeneration: Shuttle "cuts_at_random",
    RdcssChecksMain: Shuttle "roots_at_random",
    CleanResolves: Shuttle "tombs_at_random",
    ClosedFails: Shuttle "cuts_at_random",
    DisplacedWaits: Shuttle "roots_at_random",
    GenerationsDiffer: System "model::any_number_of_snapshots_and_forks_are_as_maps",
    RemoveRetries: Shuttle "tombs_at_random",
    StatusDecides: Shuttle "roots_at_random",
    TombComparesKey: Shuttle "a_tomb_read_at_random",
    FailedReleased: Shuttle "roots_at_random",
    LoserReleased: System "model::any_number_of_snapshots_and_forks_are_as_maps",
    TombStays: Shuttle "deep_tombs_at_random",
    CleansOwnChild: Shuttle "a_removed_key_returns_at_random",
    RootNeverTomb: Shuttle "histories_at_random",
    WritersRenew: Shuttle "histories_at_random",
    RootWaits: System "model::any_number_of_snapshots_and_forks_are_as_maps",
    RenewalResolves: Shuttle "renewals_at_random",
    LookupResolves: Shuttle "histories_at_random",
    FailureIsTold: Shuttle "roots_at_random",
    CommitterReleases: Shuttle "roots_at_random",
    WriterAborts: Shuttle "roots_at_random",
    MoverReleases: Shuttle "roots_at_random",
    DescriptorReleased: System "model::any_number_of_snapshots_and_forks_are_as_maps",
    SoleIsWritten: System "model::any_number_of_snapshots_and_forks_are_as_maps",
    ExclusiveRenews: System "model::any_number_of_snapshots_and_forks_are_as_maps",
    ExclusiveLeavesTombs: System "model::any_number_of_snapshots_and_forks_are_as_maps",
}
