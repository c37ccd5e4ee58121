//! What followed from the database a moment ago, for as long as nothing was written since and no token has ended.

use std::hash::Hash;
use std::sync::Arc;

use kleister_types::Timestamp;
use moka::sync::Cache;

/// What may end by itself, while nothing is written.
pub(super) trait Lasting {
    /// When the token ends by which it was found, if it does by itself.
    fn ends_at(&self) -> Option<Timestamp>;
}

/// What was found lately, each valid for one epoch of the database: the one that was read before it was looked up.
pub(super) struct Held<K, V>(Cache<K, (u64, Arc<V>)>)
where
    K: Eq + Hash + Send + Sync + 'static,
    V: Lasting + Send + Sync + 'static;

impl<K, V> Held<K, V>
where
    K: Eq + Hash + Send + Sync + 'static,
    V: Lasting + Send + Sync + 'static,
{
    /// Holds so many.
    pub(super) fn many(most: u64) -> Self {
        Self(Cache::new(most))
    }

    /// Holds what weighs so many bytes in all.
    pub(super) fn weighing(bytes: u64, weight: impl Fn(&V) -> usize + Send + Sync + 'static) -> Self {
        let weigh = move |_: &K, (_, held): &(u64, Arc<V>)| u32::try_from(weight(held)).unwrap_or(u32::MAX);
        Self(Cache::builder().max_capacity(bytes).weigher(weigh).build())
    }

    /// What was found in this epoch, unless it has ended by now.
    pub(super) fn get(&self, key: &K, epoch: u64, now: Timestamp) -> Option<Arc<V>> {
        let (_, held) = self.0.get(key).filter(|(held_at, _)| *held_at == epoch)?;
        held.ends_at().is_none_or(|ends_at| now < ends_at).then_some(held)
    }

    /// Keeps what was found in this epoch.
    pub(super) fn keep(&self, key: K, epoch: u64, found: V) -> Arc<V> {
        let found = Arc::new(found);
        self.0.insert(key, (epoch, Arc::clone(&found)));
        found
    }
}
