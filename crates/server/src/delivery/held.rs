//! What followed from the database a moment ago, for as long as nothing was written since.

use std::hash::Hash;
use std::sync::Arc;

use moka::sync::Cache;

/// What was found lately, each valid for one epoch of the database: the one that was read before it was looked up.
pub(super) struct Held<K, V>(Cache<K, (u64, Arc<V>)>)
where
    K: Eq + Hash + Send + Sync + 'static,
    V: Send + Sync + 'static;

impl<K, V> Held<K, V>
where
    K: Eq + Hash + Send + Sync + 'static,
    V: Send + Sync + 'static,
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

    /// What was found in this epoch.
    pub(super) fn get(&self, key: &K, epoch: u64) -> Option<Arc<V>> {
        self.0.get(key).filter(|(held_at, _)| *held_at == epoch).map(|(_, held)| held)
    }

    /// Keeps what was found in this epoch.
    pub(super) fn keep(&self, key: K, epoch: u64, found: V) -> Arc<V> {
        let found = Arc::new(found);
        self.0.insert(key, (epoch, Arc::clone(&found)));
        found
    }
}
