//! Who may call what: every operation by every kind of caller, in one table.
//!
//! The things: a pack with a draft, a mod with two versions, both private, and a group. A row gives the status for each
//! caller; users, admins and owners are tried twice, by their own membership and through a group. An operation of the
//! document without a row fails. docs/permissions.md is made of this table.

mod world;

use world::{Way, World};

use crate::schema::operations;
use crate::upstream::FAMILIES;

/// The table.
pub(crate) const TABLE: &str = "
operation               | anonymous stranger user admin owner server-admin inactive bad-credential
LoginAuth               | 200       200      200  200   200   200          200      200
LogoutAuth              | 401       200      200  200   200   200          401      401
RefreshAuth             | 401       200      200  200   200   200          401      401
VerifyAuth              | 401       200      200  200   200   200          401      401
VerifyAuthToken         | 200       200      200  200   200   200          200      200
RedirectAuth            | 200       200      200  200   200   200          200      200
ListProviders           | 200       200      200  200   200   200          200      200
RequestProvider         | 404       404      404  404   404   404          404      404
CallbackProvider        | 404       404      404  404   404   404          404      404
SetupServer             | 404       404      404  404   404   404          404      404
ShowProfile             | 401       200      200  200   200   200          401      401
UpdateProfile           | 401       200      200  200   200   200          401      401
TokenProfile            | 401       200      200  200   200   200          401      401
ListTokens              | 401       200      200  200   200   200          401      401
DeleteToken             | 401       200      200  200   200   200          401      401
ListUsers               | 401       200      200  200   200   200          401      401
CreateUser              | 401       403      403  403   403   200          401      401
ShowUser                | 401       200      200  200   200   200          401      401
UpdateUser              | 401       403      403  403   403   200          401      401
DeleteUser              | 401       403      403  403   403   200          401      401
ListGroups              | 401       200      200  200   200   200          401      401
CreateGroup             | 401       200      200  200   200   200          401      401
ShowGroup               | 401       200      200  200   200   200          401      401
UpdateGroup             | 401       403      403  200   200   200          401      401
DeleteGroup             | 401       403      403  403   200   200          401      401
ListPacks               | 200       200      200  200   200   200          401      401
CreatePack              | 401       200      200  200   200   200          401      401
ShowPack                | 404       404      200  200   200   200          401      401
UpdatePack              | 401       404      403  200   200   200          401      401
DeletePack              | 401       404      403  403   200   200          401      401
CreatePackAvatar        | 401       404      403  200   200   200          401      401
DeletePackAvatar        | 401       404      403  200   200   200          401      401
ListBuilds              | 404       404      200  200   200   200          401      401
CreateBuild             | 401       404      403  200   200   200          401      401
ShowBuild               | 404       404      404  200   200   200          401      401
UpdateBuild             | 401       404      404  200   200   200          401      401
DeleteBuild             | 401       404      404  200   200   200          401      401
ListChannels            | 404       404      200  200   200   200          401      401
MoveChannel             | 401       404      403  200   200   200          401      401
DeleteChannel           | 401       404      403  200   200   200          401      401
CheckBuild              | 404       404      404  200   200   200          401      401
CompareBuilds           | 404       404      404  200   200   200          401      401
WaiveFinding            | 401       404      404  200   200   200          401      401
DeleteWaiver            | 401       404      404  200   200   200          401      401
ListPreviews            | 404       404      403  200   200   200          401      401
CreatePreview           | 401       404      403  200   200   200          401      401
DeletePreview           | 401       404      403  200   200   200          401      401
ListPackTokens          | 404       404      403  200   200   200          401      401
CreatePackToken         | 401       404      403  200   200   200          401      401
InvitePlayers           | 401       404      403  200   200   200          401      401
DeletePackToken         | 401       404      403  200   200   200          401      401
ListWebhooks            | 404       404      403  200   200   200          401      401
CreateWebhook           | 401       404      403  200   200   200          401      401
ShowWebhook             | 404       404      403  200   200   200          401      401
UpdateWebhook           | 401       404      403  200   200   200          401      401
DeleteWebhook           | 401       404      403  200   200   200          401      401
TestWebhook             | 401       404      403  200   200   200          401      401
ListWebhookDeliveries   | 404       404      403  200   200   200          401      401
RepeatWebhookDelivery   | 401       404      403  200   200   200          401      401
SearchSource            | 401       200      200  200   200   200          401      401
ListSourceVersions      | 401       200      200  200   200   200          401      401
ImportSource            | 401       200      200  200   200   200          401      401
ListIntakes             | 401       200      200  200   200   200          401      401
CreateIntake            | 401       200      200  200   200   200          401      401
AcceptIntakes           | 401       200      200  200   200   200          401      401
ShowIntake              | 401       404      404  404   404   404          401      401
DeleteIntake            | 401       404      404  404   404   404          401      401
AcceptIntake            | 401       404      404  404   404   404          401      401
CreateUpload            | 401       201      201  201   201   201          401      401
ShowUpload              | 401       404      404  404   404   404          401      401
ContinueUpload          | 401       404      404  404   404   404          401      401
DeleteUpload            | 401       404      404  404   404   404          401      401
ListJobs                | 401       200      200  200   200   200          401      401
ShowJob                 | 401       404      404  404   404   200          401      401
CancelJob               | 401       404      404  404   404   200          401      401
FollowJob               | 401       404      404  404   404   200          401      401
ImportSolder            | 401       403      403  403   403   200          401      401
ListSolderKeys          | 401       403      403  403   403   200          401      401
CreateSolderKey         | 401       403      403  403   403   200          401      401
DeleteSolderKey         | 401       403      403  403   403   200          401      401
ListSolderClients       | 401       403      403  403   403   200          401      401
CreateSolderClient      | 401       200      200  200   200   200          401      401
ShowSolderClient        | 401       200      200  200   200   200          401      401
UpdateSolderClient      | 401       403      403  403   403   200          401      401
DeleteSolderClient      | 401       403      403  403   403   200          401      401
ListSolderClientPacks   | 401       200      200  200   200   200          401      401
AttachSolderClientToPack | 401      404      403  403   200   200          401      401
DeleteSolderClientFromPack | 401    404      403  403   200   200          401      401
ListBlobs               | 401       403      403  403   403   200          401      401
ShowBlob                | 401       403      403  403   403   200          401      401
BlockBlob               | 401       403      403  403   403   200          401      401
UnblockBlob             | 401       403      403  403   403   200          401      401
CollectStorage          | 401       403      403  403   403   200          401      401
VerifyStorage           | 401       403      403  403   403   200          401      401
CreateImport            | 401       404      403  200   200   200          401      401
ShowImport              | 401       404      404  404   404   200          401      401
ListMods                | 200       200      200  200   200   200          401      401
CreateMod               | 401       200      200  200   200   200          401      401
ShowMod                 | 404       404      200  200   200   200          401      401
UpdateMod               | 401       404      403  200   200   200          401      401
DeleteMod               | 401       404      403  403   200   200          401      401
CreateModAvatar         | 401       404      403  200   200   200          401      401
DeleteModAvatar         | 401       404      403  200   200   200          401      401
ListVersions            | 404       404      200  200   200   200          401      401
CreateVersion           | 401       404      403  200   200   200          401      401
ShowVersion             | 404       404      200  200   200   200          401      401
UpdateVersion           | 401       404      403  200   200   200          401      401
DeleteVersion           | 401       404      403  200   200   200          401      401
ListBuildVersions       | 404       404      404  200   200   200          401      401
ReplaceBuildVersions    | 401       404      404  200   200   200          401      401
AttachBuildToVersion    | 401       404      404  200   200   200          401      401
DeleteBuildFromVersion  | 401       404      404  200   200   200          401      401
ListBuildFiles          | 404       404      404  200   200   200          401      401
ShowBuildFile           | 404       404      404  200   200   200          401      401
PutBuildFile            | 401       404      404  200   200   200          401      401
PutBuildFiles           | 401       404      404  200   200   200          401      401
DeleteBuildFile         | 401       404      404  200   200   200          401      401
ListVersionBuilds       | 404       404      200  200   200   200          401      401
AttachVersionToBuild    | 401       404      404  200   200   200          401      401
DeleteVersionFromBuild  | 401       404      404  200   200   200          401      401
ListPackUsers           | 404       404      200  200   200   200          401      401
AttachPackToUser        | 401       404      403  403   200   200          401      401
PermitPackUser          | 401       404      403  403   200   200          401      401
DeletePackFromUser      | 401       404      403  403   200   200          401      401
ListPackGroups          | 404       404      200  200   200   200          401      401
AttachPackToGroup       | 401       404      403  403   200   200          401      401
PermitPackGroup         | 401       404      403  403   200   200          401      401
DeletePackFromGroup     | 401       404      403  403   200   200          401      401
ListModUsers            | 404       404      200  200   200   200          401      401
AttachModToUser         | 401       404      403  403   200   200          401      401
PermitModUser           | 401       404      403  403   200   200          401      401
DeleteModFromUser       | 401       404      403  403   200   200          401      401
ListModGroups           | 404       404      200  200   200   200          401      401
AttachModToGroup        | 401       404      403  403   200   200          401      401
PermitModGroup          | 401       404      403  403   200   200          401      401
DeleteModFromGroup      | 401       404      403  403   200   200          401      401
ListGroupUsers          | 401       200      200  200   200   200          401      401
AttachGroupToUser       | 401       403      403  200   200   200          401      401
PermitGroupUser         | 401       403      403  200   200   200          401      401
DeleteGroupFromUser     | 401       403      403  200   200   200          401      401
ListGroupPacks          | 401       200      200  200   200   200          401      401
AttachGroupToPack       | 401       404      403  403   200   200          401      401
PermitGroupPack         | 401       404      403  403   200   200          401      401
DeleteGroupFromPack     | 401       404      403  403   200   200          401      401
ListGroupMods           | 401       200      200  200   200   200          401      401
AttachGroupToMod        | 401       404      403  403   200   200          401      401
PermitGroupMod          | 401       404      403  403   200   200          401      401
DeleteGroupFromMod      | 401       404      403  403   200   200          401      401
ListUserPacks           | 401       200      200  200   200   200          401      401
AttachUserToPack        | 401       404      403  403   200   200          401      401
PermitUserPack          | 401       404      403  403   200   200          401      401
DeleteUserFromPack      | 401       404      403  403   200   200          401      401
ListUserMods            | 401       200      200  200   200   200          401      401
AttachUserToMod         | 401       404      403  403   200   200          401      401
PermitUserMod           | 401       404      403  403   200   200          401      401
DeleteUserFromMod       | 401       404      403  403   200   200          401      401
ListUserGroups          | 401       200      200  200   200   200          401      401
AttachUserToGroup       | 401       403      403  200   200   200          401      401
PermitUserGroup         | 401       403      403  200   200   200          401      401
DeleteUserFromGroup     | 401       403      403  200   200   200          401      401
";

/// The rows of the five families of loaders, which are the same with another name for `{family}`.
const FAMILY_ROWS: &str = "
List{family}s           | 200       200      200  200   200   200          401      401
Update{family}          | 401       403      403  403   403   200          401      401
List{family}Builds      | 200       200      200  200   200   200          401      401
Attach{family}ToBuild   | 401       404      404  200   200   200          401      401
Delete{family}FromBuild | 401       404      404  200   200   200          401      401
";

/// The rows of the table: operation and statuses, caller by caller.
pub(crate) fn rows() -> Vec<(String, Vec<(&'static str, u16)>)> {
    let mut lines = TABLE.trim().lines();
    let (_, callers) = lines.next().unwrap().split_once('|').unwrap();
    let row = |line: &'static str| {
        let (operation, statuses) = line.split_once('|').unwrap();
        let statuses = statuses.split_whitespace().map(|status| status.parse().unwrap());
        (operation.trim().to_owned(), callers.split_whitespace().zip(statuses).collect::<Vec<_>>())
    };
    let family_rows = FAMILIES.into_iter().flat_map(|(family, _)| {
        let rows = FAMILY_ROWS.trim().lines().map(row);
        rows.map(move |(operation, statuses)| (operation.replace("{family}", &capitalised(family)), statuses))
    });
    lines.map(row).chain(family_rows).collect()
}

/// A family as the names of operations have it.
fn capitalised(family: &str) -> String {
    let (first, rest) = family.split_at(1);
    first.to_uppercase() + rest
}

#[test]
fn every_operation_has_a_row() {
    let rows = rows();
    let mut missing: Vec<_> =
        operations().map(|(_, _, operation)| operation["operationId"].as_str().unwrap().to_owned()).collect();
    missing.retain(|id| rows.iter().all(|(operation, _)| operation != id));
    assert!(missing.is_empty(), "no row in the permission table for {missing:?}");
}

#[tokio::test]
async fn every_caller_gets_what_the_table_says() {
    let mut world = World::new().await;
    let mut wrong = Vec::new();
    for (operation, statuses) in rows() {
        for (caller, expected) in statuses {
            let ways: &[Way] =
                if ["user", "admin", "owner"].contains(&caller) { &[Way::Own, Way::Group] } else { &[Way::Own] };
            for way in ways {
                let status = world.call(&operation, caller, *way).await;
                if status != expected {
                    wrong.push(format!("{operation} by {caller} ({way:?}): {status} instead of {expected}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
