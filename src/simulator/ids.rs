//! New ids and secrets: random, or repeatable if the scenario has a seed, so that whole screens
//! can be compared.

use uuid::{Builder, Uuid};

/// A source of new ids.
#[derive(Debug)]
pub(super) struct Ids {
    seed: Option<u64>,
}

impl Ids {
    pub const fn new(seed: Option<u64>) -> Self {
        Self { seed }
    }

    pub fn uuid(&mut self) -> Uuid {
        let Some(state) = &mut self.seed else { return Uuid::new_v4() };
        let mut bytes = [0; 16];
        for half in bytes.chunks_exact_mut(8) {
            half.copy_from_slice(&next(state).to_be_bytes());
        }
        Builder::from_random_bytes(bytes).into_uuid()
    }

    pub fn id(&mut self) -> String {
        self.uuid().to_string()
    }

    /// A secret with its prefix: `xaat-` for API tokens, `xapt-` for personal ones.
    pub fn secret(&mut self, prefix: &str) -> String {
        format!("{prefix}{}", self.uuid())
    }
}

/// The next number of a `SplitMix64` generator.
pub(super) const fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_repeat_only_with_a_seed() {
        let two = |seed| {
            let mut ids = Ids::new(seed);
            (ids.id(), ids.id())
        };
        assert_eq!(two(Some(1)), two(Some(1)));
        assert_ne!(two(Some(1)), two(Some(2)));
        assert_ne!(two(None), two(None));
        let (first, second) = two(Some(1));
        assert_ne!(first, second);
        assert_eq!(first.as_bytes()[14], b'4', "a version 4 id: {first}");
    }
}
