//! Permission as a handler's argument: a handler cannot hold a row that its caller may not open.
//!
//! `CanSee(pack, db): CanSee<Pack>` gives the row and the snapshot that it was read from, for the rest of the answer.
//! `edit: CanEdit<Build>`, `own: CanOwn<Pack>` and `take: CanTake<Version>` say that the caller is signed in and may
//! do that; [`Can::lock`] begins the write, locks the pack, mod or group above the thing and asks again, since the world may
//! have changed while a body arrived.

use std::future::Future;
use std::marker::PhantomData;
use std::ops::Deref;

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kleister_store::builds::OpenBuild;
use kleister_store::permissions::{Opened, open_locked};
use kleister_store::rows::{group, loader, module, pack, user};
use kleister_store::versions::OpenVersion;
use kleister_store::webhooks::OpenWebhook;
use kleister_store::{Caller, Need, Result, Write, builds, groups, loaders, mods, packs, users, versions, webhooks};
use kleister_types::Perm;
use schemars::JsonSchema;
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::body::At;
use super::loaders::Family;
use crate::App;
use crate::problem::Problem;
use crate::signin::caller::Asking;

/// A pack, with the caller's right on it.
pub type Pack = Opened<pack::Model>;
/// A mod, with the caller's right on it.
pub type Mod = Opened<module::Model>;
/// A group, with the caller's right on it.
pub type Group = Opened<group::Model>;
/// A user; only server admins have a right on one.
pub type User = Opened<user::Model>;
/// A build, opened by its pack.
pub type Build = OpenBuild;
/// A version, opened by its mod.
pub type Version = OpenVersion;
/// A webhook, opened by its pack; only those have a right on it who may change the pack.
pub type Webhook = OpenWebhook;
/// A release of Minecraft or of a loader, which everybody sees.
pub struct Release<F> {
    /// The row.
    pub row: loader::Model,
    family: PhantomData<F>,
}

/// A thing that an address names.
pub trait Guarded: Send + Sized + 'static {
    /// The part of the address that names it.
    type Path: DeserializeOwned + JsonSchema + Clone + Send + Sync;

    /// Finds it, if the caller has what he needs.
    fn open(
        db: &impl ConnectionTrait,
        caller: &Caller,
        path: &Self::Path,
        need: Need,
    ) -> impl Future<Output = Result<Self>> + Send;

    /// Finds it like [`Guarded::open`], after locking the pack or mod above it.
    fn open_locked(
        db: &impl ConnectionTrait,
        caller: &Caller,
        path: &Self::Path,
        need: Need,
    ) -> impl Future<Output = Result<Self>> + Send;
}

/// A state of the database that does not change while a request reads.
pub struct Snapshot(DatabaseTransaction);

impl Deref for Snapshot {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl OperationInput for Snapshot {}

impl FromRequestParts<App> for Snapshot {
    type Rejection = Problem;

    async fn from_request_parts(_: &mut Parts, app: &App) -> Result<Self, Problem> {
        Ok(Self(app.db.read().await?))
    }
}

/// The caller may see the thing; with the snapshot that it was read from.
pub struct CanSee<T>(pub T, pub Snapshot);

impl<T: Guarded> FromRequestParts<App> for CanSee<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Asking(caller) = Asking::from_request_parts(parts, app).await?;
        let At(path) = At::<T::Path>::from_request_parts(parts, app).await?;
        let db = Snapshot::from_request_parts(parts, app).await?;
        let thing = T::open(&*db, &caller, &path, Need::See).await?;
        Ok(Self(thing, db))
    }
}

impl<T: Guarded> OperationInput for CanSee<T> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        <At<T::Path> as OperationInput>::operation_input(ctx, operation);
    }
}

/// The caller may change the thing.
pub type CanEdit<T> = Can<T, Admin>;
/// The caller owns the thing.
pub type CanOwn<T> = Can<T, Owner>;
/// The caller is signed in and sees the thing, so he may put it into what is his.
pub type CanTake<T> = Can<T, Taker>;

/// A right that members can have.
pub trait Right: Send + Sync + 'static {
    /// What the store asks for.
    const NEED: Need;
}

/// The right to change a thing.
pub struct Admin;

impl Right for Admin {
    const NEED: Need = Need::Have(Perm::Admin);
}

/// The right to delete a thing and to say who its members are.
pub struct Owner;

impl Right for Owner {
    const NEED: Need = Need::Have(Perm::Owner);
}

/// The right to put a thing into one's own.
pub struct Taker;

impl Right for Taker {
    const NEED: Need = Need::See;
}

/// The caller has this right on the thing, or had it when the request came: [`Can::lock`] makes sure.
pub struct Can<T: Guarded, R> {
    app: App,
    caller: Caller,
    path: T::Path,
    right: PhantomData<R>,
}

impl<T: Guarded, R: Right> Can<T, R> {
    /// Who has the right.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Opens the thing as it is now, without a write: for work that takes long and comes before one.
    pub async fn open(&self) -> Result<T> {
        T::open(&self.app.db.read().await?, &self.caller, &self.path, R::NEED).await
    }

    /// Begins a write and opens the thing within it. The change is on disk once the write is committed.
    pub async fn lock(&self) -> Result<(Write, T)> {
        let write = self.app.db.write().await?;
        let thing = T::open_locked(&*write, &self.caller, &self.path, R::NEED).await?;
        Ok((write, thing))
    }
}

impl<T: Guarded, R: Right> FromRequestParts<App> for Can<T, R> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Asking(caller) = Asking::from_request_parts(parts, app).await?;
        caller.signed_in()?;
        let At(path) = At::<T::Path>::from_request_parts(parts, app).await?;
        T::open(&app.db.read().await?, &caller, &path, R::NEED).await?;
        Ok(Self { app: app.clone(), caller, path, right: PhantomData })
    }
}

impl<T: Guarded, R> OperationInput for Can<T, R> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        <At<T::Path> as OperationInput>::operation_input(ctx, operation);
    }
}

/// The address of a pack.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct PackPath {
    /// The pack, by identifier or slug.
    pack_id: String,
}

/// The address of a mod.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct ModPath {
    /// The mod, by identifier or slug.
    mod_id: String,
}

/// The address of a group.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct GroupPath {
    /// The group, by identifier or slug.
    group_id: String,
}

/// The address of a user.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct UserPath {
    /// The user, by identifier or username.
    user_id: String,
}

/// The address of a build.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct BuildPath {
    /// The pack, by identifier or slug.
    pack_id: String,
    /// The build, by identifier or name.
    build_id: String,
}

/// The address of a version.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct VersionPath {
    /// The mod, by identifier or slug.
    mod_id: String,
    /// The version, by identifier or name.
    version_id: String,
}

/// The address of a webhook.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct WebhookPath {
    /// The pack, by identifier or slug.
    pack_id: String,
    /// The webhook, by identifier.
    webhook_id: String,
}

impl Guarded for Pack {
    type Path = PackPath;

    async fn open(db: &impl ConnectionTrait, caller: &Caller, path: &PackPath, need: Need) -> Result<Self> {
        packs::open(db, caller, &path.pack_id, need).await
    }

    async fn open_locked(db: &impl ConnectionTrait, caller: &Caller, path: &PackPath, need: Need) -> Result<Self> {
        open_locked::<pack::Entity>(db, caller, &path.pack_id, need).await
    }
}

impl Guarded for Mod {
    type Path = ModPath;

    async fn open(db: &impl ConnectionTrait, caller: &Caller, path: &ModPath, need: Need) -> Result<Self> {
        mods::open(db, caller, &path.mod_id, need).await
    }

    async fn open_locked(db: &impl ConnectionTrait, caller: &Caller, path: &ModPath, need: Need) -> Result<Self> {
        open_locked::<module::Entity>(db, caller, &path.mod_id, need).await
    }
}

impl Guarded for Group {
    type Path = GroupPath;

    async fn open(db: &impl ConnectionTrait, caller: &Caller, path: &GroupPath, need: Need) -> Result<Self> {
        groups::open(db, caller, &path.group_id, need).await
    }

    async fn open_locked(db: &impl ConnectionTrait, caller: &Caller, path: &GroupPath, need: Need) -> Result<Self> {
        groups::open_locked(db, caller, &path.group_id, need).await
    }
}

impl Guarded for User {
    type Path = UserPath;

    async fn open(db: &impl ConnectionTrait, caller: &Caller, path: &UserPath, need: Need) -> Result<Self> {
        users::open(db, caller, &path.user_id, need).await
    }

    /// Nothing is locked: what a user is a member of is, where that changes.
    async fn open_locked(db: &impl ConnectionTrait, caller: &Caller, path: &UserPath, need: Need) -> Result<Self> {
        users::open(db, caller, &path.user_id, need).await
    }
}

impl Guarded for Build {
    type Path = BuildPath;

    async fn open(db: &impl ConnectionTrait, caller: &Caller, path: &BuildPath, need: Need) -> Result<Self> {
        builds::open(db, caller, &path.pack_id, &path.build_id, need).await
    }

    async fn open_locked(db: &impl ConnectionTrait, caller: &Caller, path: &BuildPath, need: Need) -> Result<Self> {
        builds::open_locked(db, caller, &path.pack_id, &path.build_id, need).await
    }
}

impl Guarded for Version {
    type Path = VersionPath;

    async fn open(db: &impl ConnectionTrait, caller: &Caller, path: &VersionPath, need: Need) -> Result<Self> {
        versions::open(db, caller, &path.mod_id, &path.version_id, need).await
    }

    async fn open_locked(db: &impl ConnectionTrait, caller: &Caller, path: &VersionPath, need: Need) -> Result<Self> {
        versions::open_locked(db, caller, &path.mod_id, &path.version_id, need).await
    }
}

impl Guarded for Webhook {
    type Path = WebhookPath;

    async fn open(db: &impl ConnectionTrait, caller: &Caller, path: &WebhookPath, need: Need) -> Result<Self> {
        webhooks::open(db, caller, (&path.pack_id, &path.webhook_id), need).await
    }

    async fn open_locked(db: &impl ConnectionTrait, caller: &Caller, path: &WebhookPath, need: Need) -> Result<Self> {
        webhooks::open_locked(db, caller, (&path.pack_id, &path.webhook_id), need).await
    }
}

impl<F: Family> Guarded for Release<F> {
    type Path = F::Path;

    async fn open(db: &impl ConnectionTrait, _: &Caller, path: &F::Path, _: Need) -> Result<Self> {
        Ok(Self { row: loaders::open(db, F::KIND, F::key(path)).await?, family: PhantomData })
    }

    async fn open_locked(db: &impl ConnectionTrait, caller: &Caller, path: &F::Path, need: Need) -> Result<Self> {
        Self::open(db, caller, path, need).await
    }
}
