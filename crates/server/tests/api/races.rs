//! Many at once: one defined outcome each.

use serde_json::json;

use crate::test_app::TestApp;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn same_slug_fifty_times_at_once_is_taken_once() {
    let (_app, _, eve, _) = TestApp::with_callers().await;
    for things in ["packs", "mods", "groups"] {
        let tries: Vec<_> = (0..50)
            .map(|number| {
                let eve = eve.clone();
                let wanted = json!({"slug": if number % 2 == 0 { "sky" } else { "SKY" }, "name": "Sky Isles"});
                tokio::spawn(async move { eve.post(&format!("/{things}"), wanted).await })
            })
            .collect();
        let mut made = 0;
        for attempt in tries {
            let answer = attempt.await.unwrap();
            if answer.status == 200 {
                made += 1;
            } else {
                assert_eq!(answer.violations(), ["slug: is already taken"]);
            }
        }
        assert_eq!(made, 1, "{things}");
        assert_eq!(eve.get(&format!("/{things}")).await.ok()["total"], 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn slugs_made_at_once_from_one_name_are_all_different() {
    let (_app, _, eve, _) = TestApp::with_callers().await;
    let tries: Vec<_> = (0..20)
        .map(|_| {
            let eve = eve.clone();
            tokio::spawn(async move { eve.post("/packs", json!({"name": "Sky Isles"})).await.ok() })
        })
        .collect();
    let mut slugs = std::collections::BTreeSet::new();
    for attempt in tries {
        slugs.insert(attempt.await.unwrap()["slug"].as_str().unwrap().to_owned());
    }
    assert_eq!(slugs.len(), 20);
}

/// Who asks travels with the request: of two who make packs at the same time, each owns his own.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn makers_at_once_own_what_they_made() {
    let app = TestApp::empty().await;
    let mut makers = Vec::new();
    for username in ["ann", "bob"] {
        makers.push((username, app.user(username, false).await));
    }
    let rounds: Vec<_> = makers
        .iter()
        .map(|(username, maker)| {
            let (username, maker) = (*username, maker.clone());
            tokio::spawn(async move {
                for number in 0..100 {
                    let slug = format!("{username}-{number}");
                    maker.post("/packs", json!({"slug": slug, "name": slug})).await.ok();
                    let members = maker.get(&format!("/packs/{slug}/users")).await.ok();
                    assert_eq!(members["total"], 1);
                    assert_eq!(members["users"][0]["user"]["username"], username);
                }
            })
        })
        .collect();
    for round in rounds {
        round.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_last_admins_resigning_at_once_leave_one() {
    for round in 0..10 {
        let app = TestApp::empty().await;
        let (ann, bob) = (app.user("ann", true).await, app.user("bob", true).await);
        let resign = json!({"admin": false});
        let (first, second) = tokio::join!(ann.put("/users/ann", resign.clone()), bob.put("/users/bob", resign));
        let mut statuses = [first.status.as_u16(), second.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "round {round}");
    }
}
