//! Memberships: forty operations, one piece.
//!
//! A family is a thing in the address and a kind of things that it is tied to: the users of a pack, the packs of a
//! user. All families list, attach, permit and drop by the same four handlers; [`store::members`](members) judges who
//! may do what.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::extract::State;
use kleister_store::avatars::dress::{Worn, dress};
use kleister_store::lists;
use kleister_store::members::{self, End, Member, Row, Tie};
use kleister_store::permissions::Opened;
use kleister_store::rows::{group, module, pack, user};
use kleister_store::{Caller, users};
use kleister_types::members::{
    GroupMember, GroupMod, GroupModPage, GroupName, GroupPack, GroupPackPage, GroupUserPage, ModGroupPage, ModMember,
    ModName, ModUserPage, PackGroupPage, PackMember, PackName, PackUserPage, UserGroup, UserGroupPage, UserMember,
    UserMod, UserModPage, UserName, UserPack, UserPackPage, Wanted,
};
use kleister_types::{Notice, Paging, Perm};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::body::{Json, Page};
use super::guard::{CanSee, CanTake, Guarded};
use super::op;
use super::reply::{Reply, Result, done};
use crate::App;
use crate::delivery::base::Base;
use crate::problem::{Problem, capitalised};
use crate::signin::caller::Asking;

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .merge(family::<PackUserPage>())
        .merge(family::<PackGroupPage>())
        .merge(family::<ModUserPage>())
        .merge(family::<ModGroupPage>())
        .merge(family::<GroupUserPage>())
        .merge(family::<GroupPackPage>())
        .merge(family::<GroupModPage>())
        .merge(family::<UserGroupPage>())
        .merge(family::<UserPackPage>())
        .merge(family::<UserModPage>())
}

/// The four operations of a family, such as `AttachPackToUser` at `/packs/{pack_id}/users`.
fn family<F: Family>() -> ApiRouter<App> {
    let (near, far) = (F::Near::WHAT, F::Far::WHAT);
    let (one, other) = (capitalised(near), capitalised(far));
    let list_op = (format!("List{one}{other}s"), format!("Fetch all {far}s attached to {near}"));
    let attach_op = (format!("Attach{one}To{other}"), format!("Attach a {far} to {near}"));
    let permit_op = (format!("Permit{one}{other}"), format!("Update {far} perms for {near}"));
    let drop_op = (format!("Delete{one}From{other}"), format!("Unlink a {far} from {near}"));
    ApiRouter::new().api_route(
        &format!("/{near}s/{{{near}_id}}/{far}s"),
        get_with(list::<F>, op(&list_op.0, near, &list_op.1))
            .post_with(attach::<F>, op(&attach_op.0, near, &attach_op.1))
            .put_with(permit::<F>, op(&permit_op.0, near, &permit_op.1))
            .delete_with(drop_far::<F>, op(&drop_op.0, near, &drop_op.1)),
    )
}

async fn list<F: Family>(
    CanSee(near, db): CanSee<F::Thing>,
    Asking(caller): Asking,
    Page(paging): Page,
    base: Base,
) -> Result<F> {
    caller.signed_in()?;
    let near = near.into();
    let page = members::list::<F::Near, F::Far>(&*db, &caller, F::Near::id(&near.row), &paging).await?;
    let page = F::page(near.row, page, &caller, &paging);
    Ok(Reply(dress(&*db, base.avatars(), page).await?))
}

async fn attach<F: Family>(
    State(app): State<App>,
    take: CanTake<F::Thing>,
    Asking(caller): Asking,
    Json(wanted): Json<F::Member>,
) -> Result<Notice> {
    let (wanted, perm) = ranked::<F>(wanted)?;
    let (write, near) = take.lock().await?;
    members::attach::<F::Near, F::Far>(&*write, &caller, &near.into(), &wanted.key, perm, app.clock.now()).await?;
    write.commit().await?;
    Ok(done(&format!("Successfully attached {} to {}", F::Near::WHAT, F::Far::WHAT)))
}

async fn permit<F: Family>(
    State(app): State<App>,
    take: CanTake<F::Thing>,
    Asking(caller): Asking,
    Json(wanted): Json<F::Member>,
) -> Result<Notice> {
    let (wanted, perm) = ranked::<F>(wanted)?;
    let (write, near) = take.lock().await?;
    members::change::<F::Near, F::Far>(&*write, &caller, &near.into(), &wanted.key, perm, app.clock.now()).await?;
    write.commit().await?;
    Ok(done(&format!("Successfully updated {} {} perms", F::Near::WHAT, F::Far::WHAT)))
}

async fn drop_far<F: Family>(
    take: CanTake<F::Thing>,
    Asking(caller): Asking,
    Json(wanted): Json<F::Name>,
) -> Result<Notice> {
    let (write, near) = take.lock().await?;
    members::detach::<F::Near, F::Far>(&*write, &caller, &near.into(), &wanted.into().key).await?;
    write.commit().await?;
    Ok(done(&format!("Successfully dropped {} from {}", F::Near::WHAT, F::Far::WHAT)))
}

/// What a body asks for, with the permission that it must name.
fn ranked<F: Family>(wanted: F::Member) -> std::result::Result<(Wanted, Perm), Problem> {
    let wanted = wanted.into();
    let perm = wanted.perm();
    let perm = perm.ok_or_else(|| Problem::invalid(F::Near::WHAT, "perm", "invalid permission value"))?;
    Ok((wanted, perm))
}

/// A family, told by the page that lists it.
trait Family: Serialize + JsonSchema + Worn + Send + 'static {
    /// What the address names, with the caller's right on it.
    type Thing: Guarded + Into<Opened<Row<Self::Near>>>;
    /// The kind of thing that it is.
    type Near: Tie<Self::Far>;
    /// What it is tied to.
    type Far: End;
    /// The body that names the far end and what the member may do.
    type Member: DeserializeOwned + JsonSchema + Into<Wanted> + Send;
    /// The body that names the far end.
    type Name: DeserializeOwned + JsonSchema + Into<Wanted> + Send;

    /// The page as it travels.
    fn page(near: Row<Self::Near>, page: lists::Page<Member<Row<Self::Far>>>, caller: &Caller, paging: &Paging)
    -> Self;
}

/// Makes a family: its page with the near thing, and the kind of membership with the far one.
macro_rules! family {
    ($Page:ident { $near:ident: $Near:ident, $members:ident: $Tie:ident { $far:ident: $Far:ident } }, $Member:ident, $Name:ident) => {
        impl Family for $Page {
            type Thing = Opened<$Near::Model>;
            type Near = $Near::Entity;
            type Far = $Far::Entity;
            type Member = $Member;
            type Name = $Name;

            fn page(
                near: $Near::Model,
                page: lists::Page<Member<$Far::Model>>,
                caller: &Caller,
                paging: &Paging,
            ) -> Self {
                let tie = |Member { far, term }: Member<$Far::Model>| {
                    let ids = (near.id.clone(), far.id.clone());
                    let has_members = <$Near::Entity as Tie<$Far::Entity>>::HAS_MEMBERS;
                    let (member, thing) = if has_members { (ids.1, ids.0) } else { ids };
                    $Tie { $far: Some(far.shown(caller)), ..$Tie::between(member, thing, term) }
                };
                Self {
                    total: page.total,
                    limit: paging.limit(),
                    offset: paging.offset(),
                    $members: page.rows.into_iter().map(tie).collect(),
                    $near: near.shown(caller),
                }
            }
        }
    };
}

family!(PackUserPage { pack: pack, users: UserPack { user: user } }, UserMember, UserName);
family!(PackGroupPage { pack: pack, groups: GroupPack { group: group } }, GroupMember, GroupName);
family!(ModUserPage { module: module, users: UserMod { user: user } }, UserMember, UserName);
family!(ModGroupPage { module: module, groups: GroupMod { group: group } }, GroupMember, GroupName);
family!(GroupUserPage { group: group, users: UserGroup { user: user } }, UserMember, UserName);
family!(GroupPackPage { group: group, packs: GroupPack { pack: pack } }, PackMember, PackName);
family!(GroupModPage { group: group, mods: GroupMod { module: module } }, ModMember, ModName);
family!(UserGroupPage { user: user, groups: UserGroup { group: group } }, GroupMember, GroupName);
family!(UserPackPage { user: user, packs: UserPack { pack: pack } }, PackMember, PackName);
family!(UserModPage { user: user, mods: UserMod { module: module } }, ModMember, ModName);

/// A row as the caller may see it.
trait Shown {
    /// What travels.
    type Wire;

    fn shown(self, caller: &Caller) -> Self::Wire;
}

impl Shown for user::Model {
    type Wire = kleister_types::users::User;

    fn shown(self, caller: &Caller) -> Self::Wire {
        users::shown(self, caller)
    }
}

/// What everybody sees alike who may see it.
macro_rules! shown {
    ($Row:ty: $Wire:ty) => {
        impl Shown for $Row {
            type Wire = $Wire;

            fn shown(self, _: &Caller) -> $Wire {
                self.into()
            }
        }
    };
}

shown!(group::Model: kleister_types::groups::Group);
shown!(pack::Model: kleister_types::packs::Pack);
shown!(module::Model: kleister_types::mods::Mod);
