//! What is remembered of failed and of successful sign-ins, so that a restart does not forget it.

use kleister_types::Timestamp;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::Result;
use crate::rows::{login_address, login_failure};

/// For how long failures count: a day.
pub const FAILURES_SECONDS: i64 = 24 * 3600;
/// For how long an address is known after a sign-in: 30 days.
pub const KNOWN_SECONDS: i64 = 30 * 24 * 3600;

/// What changed since it was written last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Names with their failures; none of them where there was a success since.
    pub failures: Vec<login_failure::Model>,
    /// Addresses from where somebody signed in.
    pub addresses: Vec<login_address::Model>,
}

/// The newest `most` of each that still count.
pub async fn remembered(db: &impl ConnectionTrait, most: u64, now: Timestamp) -> Result<Changes> {
    use {login_address::Column as Address, login_failure::Column as Failure};
    let failures = login_failure::Entity::find().filter(Failure::Since.gt(first_counted(now)));
    let failures = failures.order_by_desc(Failure::Since).limit(most).all(db).await?;
    let addresses = login_address::Entity::find().filter(Address::SeenAt.gt(first_known(now)));
    let addresses = addresses.order_by_desc(Address::SeenAt).limit(most).all(db).await?;
    Ok(Changes { failures, addresses })
}

/// Writes what changed over what was there.
pub async fn remember(db: &impl ConnectionTrait, changes: Changes) -> Result<()> {
    remember_failures(db, changes.failures).await?;
    remember_addresses(db, changes.addresses).await
}

async fn remember_failures(db: &impl ConnectionTrait, rows: Vec<login_failure::Model>) -> Result<()> {
    let names = rows.iter().map(|row| row.name_hash.as_str());
    login_failure::Entity::delete_many().filter(login_failure::Column::NameHash.is_in(names)).exec(db).await?;
    let counted = rows.into_iter().filter(|row| row.failures > 0).map(login_failure::ActiveModel::from);
    let counted: Vec<_> = counted.collect();
    if !counted.is_empty() {
        login_failure::Entity::insert_many(counted).exec_without_returning(db).await?;
    }
    Ok(())
}

async fn remember_addresses(db: &impl ConnectionTrait, rows: Vec<login_address::Model>) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let same = |row: &login_address::Model| {
        let name = login_address::Column::NameHash.eq(&row.name_hash);
        Condition::all().add(name).add(login_address::Column::Address.eq(&row.address))
    };
    let any = rows.iter().fold(Condition::any(), |any, row| any.add(same(row)));
    login_address::Entity::delete_many().filter(any).exec(db).await?;
    let rows = rows.into_iter().map(login_address::ActiveModel::from);
    login_address::Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(())
}

/// Forgets what counts no more.
pub async fn forget_old(db: &impl ConnectionTrait, now: Timestamp) -> Result<()> {
    let failures = login_failure::Column::Since.lte(first_counted(now));
    login_failure::Entity::delete_many().filter(failures).exec(db).await?;
    let addresses = login_address::Column::SeenAt.lte(first_known(now));
    login_address::Entity::delete_many().filter(addresses).exec(db).await?;
    Ok(())
}

fn first_counted(now: Timestamp) -> i64 {
    now.plus_seconds(-FAILURES_SECONDS).as_millis()
}

fn first_known(now: Timestamp) -> i64 {
    now.plus_seconds(-KNOWN_SECONDS).as_millis()
}
