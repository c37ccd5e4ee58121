//! Every defect and weakness that was found in the server before, with the tests that show that this one has it not.

use std::path::Path;

/// Each row with what it was, and below it the tests as `file::function`: those of this folder begin with `api/`, others
/// at the root. `later:` tells what has to come first. The numbers are those of the list of defects that the contract
/// came with; R1 to R18 are the weaknesses of its list on security.
const INDEX: &str = "
1 anybody who signed in could change and read everything
    api/permissions.rs::every_caller_gets_what_the_table_says
    api/permissions.rs::every_operation_has_a_row
2 a denial came with status 200
    api/defects.rs::defect_2_status_in_the_body_is_that_of_the_answer
3 deactivated users kept their access
    api/auth.rs::deactivated_user_is_out_at_the_next_request
    api/basic.rs::new_password_and_deactivation_hold_at_the_next_request
    api/tokens.rs::deactivation_and_reset_end_tokens_and_ones_own_new_password_does_not
4 the caller was written into what all requests share
    api/packs.rs::ten_users_who_make_packs_at_once_own_their_own
5 admin/admin from the start, and again after each restart
    api/defects.rs::defect_5_no_password_is_there_from_the_start_or_comes_back
    api/setup.rs::setup_makes_an_admin_once
6 OAuth's state was never compared
    later: sign-in elsewhere; until then there is no provider (api/providers.rs)
7 an e-mail address that nobody verified made an admin
    later: sign-in elsewhere
8 users without an identifier at the provider shared one account
    later: sign-in elsewhere
9 SCIM without an identifier took local users over
    later: SCIM
10 everybody could download and list everybody's files
    api/versions.rs::file_is_for_those_who_see_the_mod
    api/unseen/addresses.rs::storage_answers_what_is_unseen_like_what_is_not_there
    tests/test_bad_addresses.py::test_no_spelling_leaves_the_storage
11 an uploaded page ran as the server's own
    tests/test_uploads.py::test_a_page_that_was_uploaded_is_never_shown
12 the one-time token of a sign-in stood in the log
    tests/test_logs.py::test_the_log_holds_no_secret_and_no_path
13 passwords could be guessed at any speed, and names by the time that an answer took
    api/throttle.rs::an_address_fails_ten_times_and_then_once_in_six_seconds
    api/throttle.rs::being_refused_tells_nothing_about_a_name
    crates/server/src/signin/hash.rs::every_check_computes_at_least_one_hash
    api/users.rs::others_see_a_name_and_no_more
14 tokens of ten years that nothing could revoke
    api/tokens.rs::a_token_ends_after_a_year
    api/tokens.rs::a_token_is_made_listed_and_revoked
    api/tokens.rs::a_token_makes_no_tokens_and_changes_no_password
15 a new key at each start; of a key in a file the path was the key
    tests/test_operations.py::test_sessions_and_their_tokens_outlive_a_restart
    crates/server/src/config.rs::a_secret_may_stand_in_a_file_and_never_is_the_path_of_one
16 pictures of any size were decoded
    api/avatars.rs::picture_with_too_many_pixels_is_refused_before_it_is_decoded
17 everybody could read the numbers
    api/defects.rs::defect_17_numbers_are_for_this_machine_alone_unless_configured
    tests/test_metrics.py::test_numbers_may_need_a_token
18 a one-time token worked twice at the same time
    api/providers.rs::one_time_token_is_exchanged_once
19 a build without a name was made for ever
    api/defects.rs::defect_19_build_without_a_name_is_refused_at_once
20 releases of loaders could not be found
    api/loaders.rs::defects_20_and_21_loaders_are_attached_listed_and_dropped
21 releases of loaders could not be attached
    api/loaders.rs::defects_20_and_21_loaders_are_attached_listed_and_dropped
    tests/test_loaders.py::test_family_is_synced_attached_listed_and_dropped
22 a sync gave releases new identifiers
    api/syncs.rs::defect_22_sync_keeps_ids_and_marks_what_is_gone
23 a failed update answered two documents
    api/defects.rs::defect_23_failed_update_answers_one_document_and_changes_nothing
    api/syncs.rs::defect_23_a_failing_sync_changes_nothing_and_answers_once
24 a build with a loader could not be shown
    api/defects.rs::defect_24_build_with_a_loader_is_shown_listed_and_updated
    api/loaders.rs::defect_24_builds_show_what_they_run_on
25 searching did nothing
    api/lists.rs::search_finds_texts_whatever_their_case_and_takes_wildcards_literally
26 what was made private became public
    api/defects.rs::defect_26_public_false_is_kept_on_creation
27 two mods could not have versions of one name
    api/defects.rs::defect_27_two_mods_have_versions_of_one_name
28 an index of a column that is not there
    crates/store/tests/database/migrations.rs::broken_off_at_any_statement_it_goes_on_from_there
    tests/test_databases.py::test_start_migrates_by_itself_what_is_missing
29 PostgreSQL and MySQL could not be used
    tests/test_databases.py::test_what_was_answered_is_there_after_a_kill
    tests/test_databases.py::test_commands_work_with_a_server_and_without
30 any word was a permission
    api/members.rs::every_family_refuses_unknown_permissions_and_things
31 a refused deletion lost the file; without the file nothing could be deleted
    api/defects.rs::defect_31_file_stays_if_its_version_does_and_a_lost_one_is_in_nobodys_way
    api/avatars.rs::thing_is_deleted_though_its_picture_is_lost
32 a data URL without base64 failed
    api/defects.rs::defect_32_data_url_without_base64_is_taken
33 versions of a build came without mod and file
    api/defects.rs::defect_33_listed_versions_of_a_build_have_mod_and_file
34 lists of SCIM left rows out
    later: SCIM
35 broken rules were printed to the output
    tests/test_logs.py::test_every_request_is_a_line_with_its_id_and_route
    tests/test_logs.py::test_the_log_holds_no_secret_and_no_path
36 flags without effect
    crates/server/src/config/flags.rs::every_flag_has_an_effect
    tests/test_metrics.py::test_a_server_that_is_well_says_so
37 defaults that failed, deadlines that cut large files, no end by a signal
    tests/test_readme.py::test_first_ten_minutes_end_in_a_published_build
    tests/test_listener.py::test_an_upload_that_pauses_is_taken
    tests/test_listener.py::test_a_client_that_reads_slowly_gets_it_all
    tests/test_operations.py::test_a_signal_ends_the_server_with_zero
    tests/test_operations.py::test_an_upload_under_way_is_finished
38 the document promised other statuses than came
    tests/test_sweep.py::test_sweep
    api/openapi.rs::operations_promise_the_problems_of_their_kind
    tests/test_schemathesis.py::test_made_up_requests_get_documented_answers
39 seven queries to know a caller
    api/defects.rs::defect_39_caller_is_known_without_asking_the_database_each_time
40 a hash for each request with a password
    api/basic.rs::a_password_that_was_right_is_hashed_once_in_a_minute
41 an upload lay in memory several times
    tests/test_uploads.py::test_an_upload_of_300_mebibytes_takes_less_than_32_of_memory
    tests/test_uploads.py::test_a_data_url_has_a_limit_of_its_own
42 a download lay in memory as a whole
    crates/files/tests/blobs/both.rs::small_blob_is_whole_and_large_one_a_stream
    crates/files/tests/blobs/both.rs::range_of_a_large_blob
43 lists had no limit
    api/lists.rs::limits_are_echoed_as_applied
    api/lists.rs::pages_neither_overlap_nor_leave_gaps
44 the second keys of tables of links had no index
    crates/store/tests/database/migrations.rs::tables_of_links_have_an_index_from_either_end
45 nothing could be kept by clients and proxies
    tests/test_delivery.py::test_named_build_is_kept_for_ever_and_a_channel_is_asked_again
    tests/test_delivery.py::test_known_bytes_are_not_sent_again
R1 guards that let everybody pass
    api/permissions.rs::every_caller_gets_what_the_table_says
    api/unseen.rs::every_operation_answers_what_is_unseen_like_what_is_not_there
R2 a denial came with status 200
    api/defects.rs::defect_2_status_in_the_body_is_that_of_the_answer
R3 deactivated users kept their access
    api/auth.rs::deactivated_user_is_out_at_the_next_request
R4 names could be guessed by the time that an answer took
    crates/server/src/signin/hash.rs::every_check_computes_at_least_one_hash
    api/auth.rs::wrong_password_unknown_user_and_inactive_user_are_told_the_same
R5 OIDC without state, nonce and a verifier of its own
    later: sign-in elsewhere
R6 permanent redirects; one-time tokens in addresses and logs
    api/providers.rs::there_is_no_provider
    api/providers.rs::one_time_token_is_exchanged_once
    tests/test_logs.py::test_the_log_holds_no_secret_and_no_path
R7 tokens of ten years that nothing could revoke
    api/tokens.rs::a_token_is_made_listed_and_revoked
    api/tokens.rs::a_token_ends_after_a_year
R8 all sessions ended with a restart
    tests/test_operations.py::test_sessions_and_their_tokens_outlive_a_restart
R9 admin/admin, again after each restart
    api/defects.rs::defect_5_no_password_is_there_from_the_start_or_comes_back
R10 a name at the provider made an admin
    later: sign-in elsewhere
R11 SCIM without an identifier took local groups over
    later: SCIM
R12 lists of SCIM left rows out
    later: SCIM
R13 a slug could look like an identifier
    crates/store/src/names.rs::slugs_do_not_look_like_ids
    api/groups.rs::group_keeps_the_rules_for_names
R14 pictures of any size were decoded, by the type that was declared
    api/avatars.rs::picture_with_too_many_pixels_is_refused_before_it_is_decoded
    api/avatars.rs::what_is_no_picture_is_refused
R15 files were written in place and could be torn by a crash
    tests/test_crash.py::test_a_killed_server_keeps_what_it_acknowledged
    crates/files/tests/blobs/both.rs::dropped_upload_leaves_nothing
R16 deadlines cut large downloads
    tests/test_listener.py::test_a_client_that_reads_slowly_gets_it_all
    tests/test_operations.py::test_a_download_under_way_is_finished
R17 the web page kept its token where scripts read it
    later: the web app
R18 the caller was written into what all requests share
    api/packs.rs::ten_users_who_make_packs_at_once_own_their_own
";

/// What a row of the index names instead of a test for what does not exist yet.
const LATER: &str = "later: ";

/// Why a test that the index names is none, if it is none.
fn fault(test: &str) -> Option<String> {
    let Some((file, function)) = test.split_once("::") else { return Some(format!("`{test}` is no file::function")) };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path = match file.strip_prefix("api/") {
        Some(beside) => root.join("crates/server/tests/api").join(beside),
        None => root.join(file),
    };
    let Ok(source) = std::fs::read_to_string(&path) else { return Some(format!("there is no {file}")) };
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let python = format!("def {function}(");
    let rust = format!("fn {function}(");
    let is_test = |at: usize| {
        let marked =
            lines[..at].iter().rev().take_while(|line| line.starts_with("#[")).any(|line| line.contains("test"));
        (function.starts_with("test_") && lines[at].starts_with(&python))
            || (marked && lines[at].trim_start_matches("async ").starts_with(&rust))
    };
    (!(0..lines.len()).any(is_test)).then(|| format!("{file} has no test {function}"))
}

#[test]
fn every_defect_of_the_server_before_has_a_test_that_is_there() {
    let mut rows: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in INDEX.trim().lines() {
        match (line.strip_prefix("    "), rows.last_mut()) {
            (Some(test), Some((_, tests))) => tests.push(test),
            _ => rows.push((line.split_once(' ').expect("a row has a number and a text").0, Vec::new())),
        }
    }
    let wanted = (1..=45).map(|number| number.to_string()).chain((1..=18).map(|number| format!("R{number}")));
    assert!(wanted.eq(rows.iter().map(|(row, _)| (*row).to_owned())), "a row is missing or out of its order");
    let faults = rows.iter().flat_map(|(row, tests)| {
        let none = tests.is_empty().then(|| "names no test".to_owned());
        let tests = tests.iter().filter(|test| !test.starts_with(LATER)).filter_map(|test| fault(test));
        none.into_iter().chain(tests).map(move |fault| format!("{row}: {fault}"))
    });
    let faults: Vec<_> = faults.collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn test_that_is_not_there_is_noticed() {
    for test in [
        "api/defects.rs",
        "api/none.rs::x",
        "api/defects.rs::pack",
        "api/defects.rs::defect_19",
        "tests/running.py::run",
    ] {
        assert!(fault(test).is_some(), "{test}");
    }
}
